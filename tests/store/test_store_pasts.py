"""What rows and the charter said before: as far as it binds, told row by row and cheap to ask for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest
from store_help import BASE, READ_AT, batch, day, drop, item, project, read

from cockpit.records.edits import Pasts, Removed, Rewritten
from cockpit.records.model import Batch, Link, State
from cockpit.records.snapshot import Assignment
from cockpit.store import Arrival, Store


def pasts(store: Store, as_of: date | None = None) -> Pasts:
    return store.snapshot(BASE, as_of).pasts


def durations(found: Pasts, name: str) -> list[tuple[date, float | None, date | None]]:
    """Since when, how long, and until when, of a work item's row."""
    stretches = found.rows.get("work_items", {}).get(name, ())
    return [(s.since.on, s.record.duration_days, s.until.on if s.until else None) for s in stretches]  # type: ignore[attr-defined]


def test_a_row_that_binds_otherwise_tells_what_it_said_and_progress_tells_nothing(store: Store) -> None:
    drop(store, day(1), batch(item("a", duration_days=9.0), item("b", duration_days=5.0), project("p", day(30))))
    drop(store, day(3), batch(item("a", duration_days=4.0), item("b", State.DOING, duration_days=5.0, percent=40.0),
                              project("p", day(30))))  # fmt: skip
    found = pasts(store)
    assert durations(found, "a") == [(day(1), 9.0, day(3)), (day(3), 4.0, None)]
    assert list(found.rows) == ["work_items"] and list(found.rows["work_items"]) == ["a"]
    assert pasts(store, day(2)).rows == {}


def test_what_is_left_is_told_where_it_is_the_duration_of_work_that_is_not_begun(store: Store) -> None:
    one, other = item("a", remaining_days=9.0), item("b", duration_days=9.0, remaining_days=9.0)
    drop(store, day(1), batch(one, other, item("c", State.DOING, remaining_days=9.0), item("d", remaining_days=9.0)))
    drop(store, day(3), batch(replace(one, remaining_days=4.0), replace(other, remaining_days=4.0),
                              item("c", State.DOING, remaining_days=4.0),
                              item("d", State.DOING, remaining_days=4.0)))  # fmt: skip
    ((name, stretches),) = pasts(store).rows["work_items"].items()
    assert (name, [(s.since.on, s.record.remaining_days) for s in stretches]) == ("a", [(day(1), 9.0), (day(3), 4.0)])  # type: ignore[attr-defined]


def test_what_is_taken_back_is_told(store: Store) -> None:
    begun = {"actual_start": day(1), "duration_days": 5.0}
    drop(store, day(1), batch(item("a", State.DOING, **begun), item("b", State.DONE), item("c")))
    drop(store, day(3), batch(item("a", State.DOING, duration_days=5.0), item("b", State.DOING), item("c", None)))
    assert sorted(pasts(store).rows["work_items"]) == ["a", "b", "c"]


def test_a_row_that_is_gone_is_told_with_the_day_and_the_file_in_which_it_was_last(store: Store) -> None:
    drop(store, day(1), batch(item("a"), item("b")))
    drop(store, day(3), batch(item("b"), item("a", row=9)))
    drop(store, day(5), batch(item("b")))
    (gone,) = pasts(store).rows["work_items"]["a"]
    assert (gone.since.on, gone.until and gone.until.on, str(gone.record.origin)) == (
        day(1), day(5), f"{day(3)}/tracker.xlsx",
    )  # fmt: skip
    assert pasts(store, day(4)).rows == {}
    drop(store, day(7), batch(item("a"), item("b")))
    assert pasts(store).rows == {}, "it came back as it was"


def test_a_corrected_drop_never_was_and_its_rewriting_is_told(store: Store) -> None:
    drop(store, day(1), batch(item("a", duration_days=90.0)))
    drop(store, day(1), batch(item("a", duration_days=9.0)), "typo mended")
    assert (pasts(store).rows, pasts(store).rewritten) == ({}, ()), "mended on the day on which it was read"
    drop(store, day(8), batch(item("a", duration_days=9.0)))
    later = Arrival(
        name="tracker.xlsx", path=f"{day(1)}/tracker.xlsx", format="xlsx", sha256="s", drop=day(1),
        read_at=datetime.fromisoformat("2025-12-09T09:30"), known_on=day(1),
    )  # fmt: skip
    store.import_batch(later, batch(item("a", duration_days=4.0)))
    assert durations(pasts(store), "a") == [(day(1), 4.0, day(8)), (day(8), 9.0, None)]
    assert pasts(store).rewritten == (Rewritten(f"{day(1)}/tracker.xlsx", date(2025, 12, 9), late=False),)


def test_a_drop_that_is_put_before_others_that_were_read_is_told(store: Store) -> None:
    drop(store, day(5), batch(item("a", duration_days=9.0)))
    early = Arrival(
        name="tracker.xlsx", path=f"{day(2)}/tracker.xlsx", format="xlsx", sha256="s", drop=day(2),
        read_at=datetime.fromisoformat("2025-12-09T09:30"), known_on=day(2),
    )  # fmt: skip
    store.import_batch(early, batch(item("a", duration_days=3.0)))
    assert pasts(store).rewritten == (Rewritten(f"{day(2)}/tracker.xlsx", date(2025, 12, 9), late=True),)


def test_a_file_that_is_renamed_and_a_drop_that_is_left_out_take_nothing_away(store: Store) -> None:
    read(store, day(1), batch(item("a", duration_days=5.0), item("b")), name="old.csv")
    read(store, day(4), batch(item("a", duration_days=3.0), item("b")), name="new.csv")
    store.remove_source("old.csv", READ_AT, day(4))
    found = pasts(store)
    assert list(found.rows["work_items"]) == ["a"] and found.removed == ()
    drop(store, day(5), batch(project("p", day(9))), name="projects.csv")
    drop(store, day(9), batch(item("b")), name="other.csv")
    assert "projects" not in pasts(store).rows


def test_what_came_later_than_the_rest_is_told_with_its_day(store: Store) -> None:
    read(store, day(1), batch(item("a")))
    read(store, day(4), batch(item("a"), item("b")))
    found = pasts(store)
    assert {key: step.on for key, step in found.newer["work_items"].items()} == {"b": day(4)}
    read(store, day(6), batch(item("a"), item("c")), name="another.csv")
    assert sorted(pasts(store).newer["work_items"]) == ["b", "c"], "what a new file adds came later too"


def test_links_are_told_by_what_they_tie(store: Store) -> None:
    link = Link(predecessor="a", successor="b", lag_days=2.0)
    for on, links in ((day(1), (link,)), (day(3), (replace(link, lag_days=-1.0),)), (day(5), ())):
        read(store, on, Batch({"links": links}), name="links.csv")
    stretches = pasts(store).rows["links"]["a|b|FS"]
    assert [(s.since.on, s.record.lag_days, s.until and s.until.on) for s in stretches] == [  # type: ignore[attr-defined]
        (day(1), 2.0, day(3)), (day(3), -1.0, day(5)),
    ]  # fmt: skip


def test_work_in_progress_tells_all_that_was_said_of_how_far_it_is(store: Store) -> None:
    for on, percent in ((day(1), 0.0), (day(3), 20.0), (day(6), 90.0)):
        read(store, on, batch(item("a", State.DOING, duration_days=9.0, percent=percent), item("b", State.DONE)))
    ((said,),) = pasts(store).claims.values()
    assert [(claim.since.on, claim.before, claim.percent) for claim in said] == [
        (day(1), None, 0.0), (day(3), day(1), 20.0), (day(6), day(3), 90.0),
    ]  # fmt: skip


def test_what_a_row_says_of_work_that_another_row_says_is_in_progress_is_told_too(store: Store) -> None:
    read(store, day(1), batch(item("a", State.DOING), item("b", State.TODO)), name="jira.csv")
    for on, left in ((day(1), 9.0), (day(3), 4.0)):
        rows = batch(item("a", None, remaining_days=left), item("b", None, remaining_days=left))
        read(store, on, rows, name="plan.csv")
    ((name, (said,)),) = pasts(store).claims.items()
    assert (name, [claim.remaining for claim in said]) == ("a", [9.0, 4.0])


def test_a_finish_that_was_yet_to_come_when_it_was_told_ends_no_work(store: Store) -> None:
    for on, percent in ((day(1), 10.0), (day(3), 60.0)):
        ahead = item("a", None, percent=percent, duration_days=9.0, actual_finish=day(20))
        read(store, on, batch(ahead, item("b", None, percent=percent, duration_days=9.0, actual_finish=day(1))))
    assert list(pasts(store).claims) == ["a"]


def test_other_columns_bind_where_the_charter_maps_work_by_them(store: Store) -> None:
    rule = Assignment(field="Workstream", pattern="*", project="p")
    for on, stream in ((day(1), "Cards"), (day(3), "Loans")):
        read(store, on, batch(item("a", extra=(("Workstream", stream),))))
    assert pasts(store).rows == {}
    assert list(store.snapshot(replace(BASE, assignments=(rule,)), None).pasts.rows["work_items"]) == ["a"]


def test_the_charter_is_told_setting_by_setting(store: Store) -> None:
    store.note_settings({"policy.silence_days": "20", "portfolio.steward": "kim"}, day(1))
    store.note_settings({"policy.silence_days": "20", "portfolio.steward": "kim"}, day(2))
    store.note_settings({"policy.silence_days": "40", "portfolio.calendar": "all"}, day(3))
    assert [tuple(noted) for noted in pasts(store).settings] == [
        ("policy.silence_days", "20", day(1), True),
        ("portfolio.steward", "kim", day(1), True),
        ("policy.silence_days", "40", day(3), False),
        ("portfolio.calendar", "all", day(3), False),
        ("portfolio.steward", None, day(3), False),
    ]
    assert len(pasts(store, day(2)).settings) == 2


@pytest.mark.parametrize("as_of", [None, day(9)])
def test_the_past_is_kept_as_long_as_nothing_new_is_read(store: Store, as_of: date | None) -> None:
    read(store, day(1), batch(item("a", duration_days=5.0)))
    read(store, day(2), batch(item("a", duration_days=3.0)))
    first = pasts(store, as_of)
    assert pasts(store, as_of) is first
    read(store, day(3), batch(item("a", duration_days=2.0)))
    assert len(pasts(store, as_of).rows["work_items"]["a"]) == 3


def test_a_file_that_is_taken_away_is_told_and_so_is_one_of_two_rows_of_a_key(store: Store) -> None:
    read(store, day(1), batch(item("a"), item("b")), name="plan.csv")
    read(store, day(1), batch(item("a", State.BLOCKED), item("c", State.BLOCKED)), name="shadow.csv")
    read(store, day(3), batch(item("c", State.BLOCKED)), name="shadow.csv")
    lines = pasts(store).rows["work_items"]["a"]
    assert [(s.source, s.until and s.until.on) for s in lines] == [("plan.csv", None), ("shadow.csv", day(3))]
    store.remove_source("shadow.csv", READ_AT, day(5))
    assert pasts(store).removed == (Removed("shadow.csv", day(5)),)
