from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from store_help import BASE, READ_AT, batch, day, drop, fail, item, read

from cockpit.records.model import Batch, Calendar, Origin, Person, Problem, Reading, State
from cockpit.records.snapshot import Policy, Snapshot, Tolerance, Tolerances
from cockpit.store import Arrival, Store


def titles(store: Store, as_of: date | None = None) -> list[str]:
    return [found.id for found in store.snapshot(BASE, as_of).work_items]


def states(store: Store, as_of: date | None = None) -> dict[str, State | None]:
    return {found.id: found.state for found in store.snapshot(BASE, as_of).work_items}


def test_an_import_closes_and_opens_only_what_differs(store: Store) -> None:
    first = read(store, day(1), batch(item("a"), item("b"), item("c")))
    second = read(store, day(2), batch(item("a"), item("b", State.DONE), item("d")))
    assert (first.opened, first.closed, first.unchanged) == (3, 0, 0)
    assert (second.opened, second.closed, second.unchanged) == (2, 2, 1)
    assert second.tables == {"work_items": (2, 2)}
    assert second.import_id is not None and second.import_id > (first.import_id or 0)


def test_any_past_day_can_be_asked_for(store: Store) -> None:
    read(store, day(2), batch(item("a")))
    read(store, day(5), batch(item("a", State.DONE), item("b")))
    assert states(store, day(1)) == {}
    assert states(store, day(2)) == states(store, day(4)) == {"a": State.TODO}
    assert states(store, day(5)) == states(store, None) == {"a": State.DONE, "b": State.TODO}
    assert store.observation_dates() == (day(2), day(5))


def test_when_work_appeared_is_only_asked_where_a_tolerance_of_scope_needs_it(store: Store) -> None:
    asking = replace(BASE, policy=Policy(tolerance=Tolerances(portfolio=Tolerance(scope_percent=10.0))))
    read(store, day(2), batch(item("a")))
    read(store, day(5), batch(item("a", State.DONE), item("b")))
    assert store.snapshot(asking, None).appeared == {"a": day(2), "b": day(5)}
    assert store.snapshot(asking, day(4)).appeared == {"a": day(2)}
    assert store.snapshot(BASE, None).appeared == {}


def test_a_late_drop_takes_its_place_in_the_middle(store: Store) -> None:
    drop(store, day(1), batch(item("a"), item("b")))
    drop(store, day(9), batch(item("a"), item("b", State.DONE)))
    late = drop(store, day(5), batch(item("a", State.BLOCKED), item("c")))
    assert (late.opened, late.closed) == (2, 2)
    assert states(store, day(4)) == {"a": State.TODO, "b": State.TODO}
    assert states(store, day(5)) == states(store, day(8)) == {"a": State.BLOCKED, "c": State.TODO}
    assert states(store, day(9)) == {"a": State.TODO, "b": State.DONE}


def test_a_corrected_drop_rules_its_day_and_the_first_reading_stays_in_history(store: Store) -> None:
    drop(store, day(1), batch(item("a"), item("b")))
    drop(store, day(5), batch(item("a")))
    drop(store, day(1), batch(item("a", State.DOING)))
    assert states(store, day(1)) == states(store, day(4)) == {"a": State.DOING}
    assert states(store, day(5)) == {"a": State.TODO}
    rows = store._connection.raw.execute(
        "SELECT row_key, state, known_from, known_to FROM work_items WHERE opened_by = 1 ORDER BY row_key"
    )
    assert rows.fetchall() == [("a", "todo", "2025-01-01", "2025-01-01"), ("b", "todo", "2025-01-01", "2025-01-01")]


def test_reading_the_same_file_again_writes_nothing(store: Store) -> None:
    content = batch(item("a"), item("b"))
    read(store, day(1), content, "s1")
    again = read(store, day(9), content, "s1")
    assert (again.import_id, again.opened, again.closed, again.unchanged) == (None, 0, 0, 2)
    assert store.observation_dates() == (day(1),)
    drop(store, day(2), content, "s1")
    assert drop(store, day(2), content, "s1").import_id is None
    assert drop(store, day(3), content, "s1").import_id is not None, "a new drop counts even if it is identical"


def test_other_bytes_with_the_same_rows_confirm_them(store: Store) -> None:
    read(store, day(1), batch(item("a")), "s1")
    assert read(store, day(9), batch(item("a")), "s2").import_id is not None
    assert store.is_current("work_items.csv", "s2")
    assert store.sources()[0].observed == day(9)


def test_a_drop_read_again_after_a_late_one_writes_nothing(store: Store) -> None:
    content = batch(item("a"))
    for number in (1, 5, 3):
        drop(store, day(number), content, "s1")
    assert [drop(store, day(number), content, "s1").import_id for number in (1, 3, 5)] == [None] * 3


def test_a_late_drop_leaves_no_versions_behind_that_never_held(store: Store) -> None:
    drop(store, day(1), batch(item("a")))
    drop(store, day(9), batch())
    drop(store, day(5), batch(item("a", State.DONE)))
    rows = store._connection.raw.execute("SELECT state, known_from, known_to FROM work_items ORDER BY known_from")
    assert rows.fetchall() == [("todo", "2025-01-01", "2025-01-05"), ("done", "2025-01-05", "2025-01-09")]


def test_the_same_bytes_read_in_another_way_are_a_new_import(store: Store) -> None:
    read(store, day(1), batch(item("a")), "s1")
    assert read(store, day(2), batch(item("a", State.DONE)), "s1").opened == 1
    problem = Problem(Origin("work_items.csv", 3), "no id")
    assert read(store, day(3), batch(item("a", State.DONE), problems=[problem]), "s1").import_id is not None
    assert store.sources()[0].problems == (problem,)
    lower = batch(item("a", State.DONE, row=9), problems=[problem])
    assert read(store, day(4), lower, "s1").import_id is not None
    assert store.snapshot(BASE, None).work_items[0].origin == Origin("work_items.csv", 9)


def test_a_moved_row_is_no_new_version_and_each_day_knows_its_own_place(store: Store) -> None:
    drop(store, day(1), batch(item("a", row=2), item("b", row=3)))
    moved = drop(store, day(5), batch(item("b", row=2), item("a", row=7)))
    assert (moved.opened, moved.closed, moved.unchanged) == (0, 0, 2)
    then, now = (store.snapshot(BASE, when).work_items for when in (day(1), day(5)))
    assert [(found.id, found.origin and found.origin.row) for found in then] == [("a", 2), ("b", 3)]
    assert [(found.id, found.origin and found.origin.row) for found in now] == [("b", 2), ("a", 7)]


def test_a_place_within_the_file_itself_follows_the_drop(store: Store) -> None:
    for on in (day(1), day(5)):
        origin = Origin(f"{on}/tracker.xlsx", 4, "Plan")
        drop(store, on, batch(replace(item("a"), origin=origin)))
    assert store.snapshot(BASE, day(4)).work_items[0].origin == Origin("2025-01-01/tracker.xlsx", 4, "Plan")
    assert store.snapshot(BASE, day(5)).work_items[0].origin == Origin("2025-01-05/tracker.xlsx", 4, "Plan")


def test_records_come_after_those_of_the_base_by_source_then_row(store: Store) -> None:
    read(store, day(2), batch(item("z", row=2), item("y", row=3)), name="b.csv")
    read(store, day(1), batch(item("x", row=2), item("z", row=9)), name="c.csv")
    read(store, day(3), batch(item("w", row=5), item("v", row=6)), name="a.csv")
    base = replace(BASE, people=(Person(id="anna", name="Anna"),), calendars=(Calendar(id="std"),))
    found = store.snapshot(base, None)
    assert [record.id for record in found.work_items] == ["w", "v", "z", "y", "x", "z"], "a key of two sources: both"
    assert (found.people, found.calendars) == (base.people, base.calendars)
    assert [source.name for source in found.sources] == ["a.csv", "b.csv", "c.csv"]


def test_equal_keys_in_one_file_are_all_kept(store: Store) -> None:
    def readings(*values: float) -> Batch:
        return Batch({"readings": tuple(Reading(kpi="k", as_of=day(1), value=value) for value in values)})

    read(store, day(1), readings(1.0, 2.0))
    change = read(store, day(2), readings(1.0, 3.0))
    assert (change.opened, change.closed, change.unchanged) == (1, 1, 1)
    assert [found.value for found in store.snapshot(BASE, day(1)).readings] == [1.0, 2.0]
    assert [found.value for found in store.snapshot(BASE, None).readings] == [1.0, 3.0]


def test_a_failed_file_keeps_the_last_good_version_and_says_why(store: Store) -> None:
    refused = Problem(Origin("work_items.csv", 9), "no id")
    read(store, day(1), batch(item("a"), problems=[refused]))
    problem = fail(store, day(3))
    assert titles(store) == ["a"]
    source = store.snapshot(BASE, None).sources[0]
    assert (source.failed, source.problems, source.rows, source.observed) == (True, (problem, refused), 1, day(1))
    assert not store.snapshot(BASE, day(2)).sources[0].failed
    read(store, day(4), batch(item("a")))
    assert not store.snapshot(BASE, None).sources[0].failed
    assert store.snapshot(BASE, day(3)).sources[0].failed


def test_a_file_restored_to_its_old_content_has_not_failed_any_more(store: Store) -> None:
    read(store, day(1), batch(item("a")), "s1")
    fail(store, day(1))
    assert read(store, day(1), batch(item("a")), "s1").import_id is not None
    assert not store.sources()[0].failed


def test_a_source_that_never_could_be_read_is_listed(store: Store) -> None:
    problem = fail(store, day(3))
    fail(store, day(4))
    (source,) = store.sources()
    assert (source.failed, source.rows, source.observed, source.problems) == (True, 0, day(3), (problem,))
    assert store.observation_dates() == ()
    rows = store._connection.raw.execute("SELECT count(*) FROM imports").fetchone()
    assert rows == (1,), "the same failure again is not written down"


def test_the_failure_of_a_drop_ends_with_the_next_good_one_or_when_it_is_deleted(store: Store) -> None:
    drop(store, day(1), batch(item("a")))
    fail(store, day(5), "tracker.xlsx", dated=True)
    assert store.sources()[0].failed
    assert store.sources()[0].path == "2025-01-05/tracker.xlsx"
    assert store.clear_failure("2025-01-05/tracker.xlsx", READ_AT)
    assert not store.clear_failure("2025-01-05/tracker.xlsx", READ_AT)
    assert [(source.failed, source.path) for source in store.sources()] == [(False, "2025-01-01/tracker.xlsx")]
    assert titles(store) == ["a"]
    fail(store, day(6), "tracker.xlsx", dated=True)
    drop(store, day(9), batch(item("a")))
    assert [store.sources(when)[0].failed for when in (day(5), day(8), day(9))] == [False, True, False]


@pytest.mark.parametrize("by", ["tasks.csv", "sub/tasks.csv"])
def test_a_removed_source_is_gone_from_that_day_and_can_come_back(store: Store, by: str) -> None:
    def arrive(on: date) -> None:
        store.import_batch(
            Arrival(
                name="tasks.csv",
                path="sub/tasks.csv",
                format="csv",
                sha256="s",
                drop=None,
                read_at=READ_AT,
                known_on=on,
            ),
            batch(item("a")),
        )

    arrive(day(1))
    assert store.remove_source(by, READ_AT, day(4)).closed == 1
    assert store.remove_source(by, READ_AT, day(5)).import_id is None
    assert store.remove_source("unknown.csv", READ_AT, day(5)).import_id is None
    assert (titles(store, day(3)), titles(store, day(4)), store.sources()) == (["a"], [], ())
    assert not store.is_current("sub/tasks.csv", "s")
    arrive(day(6))
    assert titles(store) == ["a"]


def test_a_source_that_failed_and_was_deleted_is_forgotten(store: Store) -> None:
    fail(store, day(1))
    store.remove_source("work_items.csv", READ_AT, day(2))
    assert store.sources() == ()


def test_a_failed_file_that_was_deleted_takes_nothing_of_the_other_drops_with_it(store: Store) -> None:
    drop(store, day(1), batch(item("a")), name="work_items.csv")
    fail(store, day(3))
    assert store.remove_source("work_items.csv", READ_AT, day(4)).closed == 0
    assert titles(store) == ["a"]
    assert [source.failed for source in store.sources()] == [False]


def test_is_current_only_for_the_content_read_last_and_well(store: Store) -> None:
    assert not store.is_current("work_items.csv", "s1")
    read(store, day(1), batch(item("a")), "s1")
    assert store.is_current("work_items.csv", "s1")
    assert not store.is_current("work_items.csv", "s2")
    assert not store.is_current("other.csv", "s1")
    fail(store, day(2))
    assert not store.is_current("work_items.csv", "s1")
    assert not store.is_current("work_items.csv", "bad"), "a failed file is tried again"


def test_a_row_that_can_not_be_kept_becomes_a_problem_and_costs_no_other(store: Store) -> None:
    bad = [
        replace(item("nan", row=3), effort=float("nan")),
        replace(item("half", row=4), title="half a pair \ud83d"),
        replace(item("text", row=5), effort="much"),  # type: ignore[arg-type]
        replace(item("when", row=6), deadline="soon"),  # type: ignore[arg-type]
    ]
    result = read(store, day(1), batch(item("a"), *bad, item("b")))
    assert result.opened == 2
    assert titles(store) == ["a", "b"]
    problems = store.sources()[0].problems
    assert [problem.origin.row for problem in problems] == [3, 4, 5, 6]
    assert "nan is not a finite number" in problems[0].message
    assert "no valid Unicode" in problems[1].message


def test_an_unknown_table_is_refused_before_anything_is_written(store: Store) -> None:
    with pytest.raises(ValueError, match="no table 'risks'"):
        read(store, day(1), Batch({"work_items": (item("a"),), "risks": ()}))
    assert store.observation_dates() == ()


def test_history_is_read_by_another_store(store: Store, tmp_path: Path) -> None:
    read(store, day(1), batch(item("a"), item("b")))
    drop(store, day(4), batch(item("c")))
    with Store.open(tmp_path / "portfolio.db") as other:
        assert other.snapshot(BASE, None) == store.snapshot(BASE, None)
        before = other.data_version()
        read(store, day(2), batch(item("a", State.DONE)))
        assert other.data_version() != before
        assert states(other) == {"a": State.DONE, "c": State.TODO}


def test_an_unchanged_snapshot_is_not_decoded_again(store: Store) -> None:
    read(store, day(1), batch(item("a")), name="a.csv")
    read(store, day(1), batch(item("b")), name="b.csv")
    first = store.snapshot(BASE, None)
    read(store, day(2), batch(item("b", State.DONE)), name="b.csv")
    second = store.snapshot(BASE, None)
    assert second.work_items[0] is first.work_items[0]
    assert second.work_items[1] != first.work_items[1]


def test_the_memory_of_decoded_readings_is_bounded(store: Store) -> None:
    store._contents._limit = 3
    for number in range(1, 6):
        drop(store, day(number), batch(*(item(f"{number}-{index}") for index in range(2))))
    for number in range(1, 6):
        assert titles(store, day(number)) == [f"{number}-0", f"{number}-1"]
    assert sum(sum(map(len, content.values())) for content in store._contents._kept.values()) <= 3


def test_of_ten_thousand_rows_that_say_the_same_nothing_is_written_again(store: Store) -> None:
    start = datetime.fromisoformat("2025-01-01T09:00")
    many = batch(*(item(f"W-{n}", row=n, baseline_start=start) for n in range(10_000)))
    assert read(store, day(1), many, "s1").opened == 10_000
    before = store._connection.raw.total_changes
    assert read(store, day(2), many, "s2").unchanged == 10_000
    assert store._connection.raw.total_changes - before < 10


def test_the_snapshot_keeps_everything_else_of_its_base(store: Store) -> None:
    base: Snapshot = replace(BASE, evidence={"00": "evidence/00-letter.pdf"})
    assert store.snapshot(base, None) == base
