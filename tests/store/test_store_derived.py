from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from store_help import BASE, READ_AT, batch, day, dependency, drop, item, project, read

from cockpit.records.model import Origin, State
from cockpit.records.snapshot import Apart
from cockpit.store import Arrival, Store


def test_an_item_moves_when_it_appears_and_when_its_state_or_an_actual_date_changes(store: Store) -> None:
    drop(store, day(1), batch(item("a"), item("b"), item("c")))
    drop(store, day(3), batch(item("a", State.DOING), item("b", remaining_days=3.0, status="Busy"), item("d")))
    drop(store, day(5), batch(item("a", State.DOING), item("b", actual_start=date(2024, 12, 1)), item("c")))
    assert store.snapshot(BASE, day(1)).moved == {"a": day(1), "b": day(1), "c": day(1)}
    assert store.snapshot(BASE, day(4)).moved == {"a": day(3), "b": day(1), "d": day(3)}
    assert store.snapshot(BASE, None).moved == {"a": day(3), "b": day(5), "c": day(1)}


def test_a_project_moves_by_its_own_row_under_the_id_of_its_finish(store: Store) -> None:
    drop(store, day(1), batch(project("p", None), project("q", None)))
    drop(store, day(3), batch(project("p", date(2025, 6, 1)), replace(project("q", None), state=State.DOING)))
    assert store.snapshot(BASE, None).moved == {"p:finish": day(1), "q:finish": day(3)}


def test_a_corrected_drop_moves_nothing_that_was_wrong_before(store: Store) -> None:
    drop(store, day(1), batch(item("a")))
    drop(store, day(3), batch(item("a", State.DONE)))
    drop(store, day(3), batch(item("a")))
    drop(store, day(5), batch(item("a")))
    assert store.snapshot(BASE, None).moved == {"a": day(1)}


def test_a_renamed_or_copied_file_is_no_movement(store: Store) -> None:
    read(store, day(1), batch(item("a"), item("b")), name="old.csv")
    read(store, day(4), batch(item("a"), item("b", State.DOING)), name="new.csv")
    store.remove_source("old.csv", READ_AT, day(4))
    assert store.snapshot(BASE, None).moved == {"a": day(1), "b": day(4)}


def test_observed_is_the_last_good_reading_of_a_source_that_holds_the_item(store: Store) -> None:
    drop(store, day(1), batch(item("a"), item("b")))
    drop(store, day(5), batch(item("a")))
    read(store, day(3), batch(item("b"), item("c")), "s", name="other.csv")
    read(store, day(9), batch(item("b"), item("c")), "s", name="other.csv")
    assert store.snapshot(BASE, None).observed == {"a": day(5), "b": day(3), "c": day(3)}
    assert store.snapshot(BASE, day(4)).observed == {"a": day(1), "b": day(3), "c": day(3)}


def test_the_first_baseline_ever_known_counts(store: Store) -> None:
    drop(store, day(3), batch(project("p", date(2025, 6, 1)), project("q", None)))
    drop(store, day(5), batch(project("p", date(2025, 9, 1)), project("q", date(2025, 7, 1))))
    assert store.snapshot(BASE, None).baselines == {"p": date(2025, 6, 1), "q": date(2025, 7, 1)}
    assert store.snapshot(BASE, day(4)).baselines == {"p": date(2025, 6, 1)}
    drop(store, day(1), batch(project("p", date(2025, 5, 1))))
    assert store.snapshot(BASE, None).baselines["p"] == date(2025, 5, 1), "a late drop was known before"
    drop(store, day(1), batch(project("p", date(2025, 4, 1))))
    assert store.snapshot(BASE, None).baselines["p"] == date(2025, 4, 1), "its correction replaces it"


def test_a_vanished_dependency_stays_as_it_last_stood(store: Store) -> None:
    drop(store, day(1), batch(dependency("d1", row=2), dependency("d2", row=3)))
    drop(store, day(3), batch(dependency("d1", "API documents", row=7), dependency("d2", row=8)))
    drop(store, day(5), batch(dependency("d2", row=2)))
    found = store.snapshot(BASE, None)
    assert [record.id for record in found.dependencies] == ["d2", "d1"]
    assert found.dependencies[1].title == "API documents"
    assert found.dependencies[1].origin == Origin("dependencies.csv", 7)
    assert found.vanished == {"d1": day(5)}
    assert store.snapshot(BASE, day(4)).vanished == {}
    drop(store, day(8), batch(dependency("d1"), dependency("d2")))
    assert store.snapshot(BASE, None).vanished == {}
    assert store.snapshot(BASE, day(7)).vanished == {"d1": day(5)}


def test_a_dependency_of_a_deleted_file_has_vanished(store: Store) -> None:
    read(store, day(1), batch(dependency("d1", row=5)), name="dependencies.csv")
    store.remove_source("dependencies.csv", READ_AT, day(3))
    found = store.snapshot(BASE, None)
    assert found.vanished == {"d1": day(3)}
    assert found.dependencies[0].origin == Origin("dependencies.csv", 5)


def test_a_dependency_that_stands_in_another_file_has_not_vanished(store: Store) -> None:
    read(store, day(1), batch(dependency("d1")), name="old.csv")
    read(store, day(2), batch(dependency("d1")), name="new.csv")
    store.remove_source("old.csv", READ_AT, day(3))
    found = store.snapshot(BASE, None)
    assert (len(found.dependencies), found.vanished) == (1, {})


def test_a_dependency_of_the_base_has_not_vanished(store: Store) -> None:
    read(store, day(1), batch(dependency("d1")), name="old.csv")
    store.remove_source("old.csv", READ_AT, day(3))
    found = store.snapshot(replace(BASE, dependencies=(dependency("d1"),)), None)
    assert (len(found.dependencies), found.vanished) == (1, {})


def test_a_dependency_written_and_deleted_on_one_day_has_vanished_but_a_corrected_drop_never_had_it(
    store: Store,
) -> None:
    read(store, day(2), batch(dependency("live")), name="dependencies.csv")
    read(store, day(2), batch(dependency("other")), name="dependencies.csv")
    drop(store, day(2), batch(dependency("typo")))
    drop(store, day(2), batch(dependency("right")))
    assert store.snapshot(BASE, None).vanished == {"live": day(2)}


def test_of_what_several_sources_hold_each_says_for_itself_when_it_moved_and_what_was_planned(store: Store) -> None:
    drop(store, day(1), batch(item("a"), item("b"), project("p", date(2025, 6, 1))))
    read(store, day(3), batch(item("a", State.DOING), project("p", date(2025, 5, 1))), name="lead.csv")
    drop(store, day(5), batch(item("a"), item("b"), project("p", date(2025, 6, 1))))
    found = store.snapshot(BASE, None)
    assert found.apart == {
        ("a", "tracker.xlsx"): Apart(moved=day(1), observed=day(5)),
        ("a", "lead.csv"): Apart(moved=day(3), observed=day(3)),
        ("p:finish", "tracker.xlsx"): Apart(moved=day(1), baseline=date(2025, 6, 1)),
        ("p:finish", "lead.csv"): Apart(baseline=date(2025, 5, 1)),
    }
    assert store.snapshot(BASE, day(2)).apart == {}, "one source held it then"


def test_what_a_source_that_is_no_more_saw_moving_counts_for_those_that_are(store: Store) -> None:
    read(store, day(1), batch(item("a")), name="old.csv")
    read(store, day(4), batch(item("a", State.DOING)), name="old.csv")
    for name in ("new.csv", "lead.csv"):
        read(store, day(6), batch(item("a", State.DOING)), name=name)
    store.remove_source("old.csv", READ_AT, day(6))
    found = store.snapshot(BASE, None)
    assert {source: each.moved for (_, source), each in found.apart.items()} == {"new.csv": day(4), "lead.csv": day(4)}


def test_a_source_knows_since_when_it_is_read_here_whatever_day_a_drop_claims(store: Store) -> None:
    read(store, day(3), batch(item("a")), name="lead.csv")
    read(store, day(9), batch(item("a"), item("b")), name="lead.csv")
    drop(store, day(1), batch(item("a")))
    assert {s.name: s.since for s in store.sources()} == {"lead.csv": day(3), "tracker.xlsx": READ_AT.date()}


def test_a_drop_that_is_put_before_others_on_a_later_day_gives_no_later_baseline(store: Store) -> None:
    """Whoever writes a folder of last year today does not choose what was promised first."""
    read(store, day(3), batch(project("p", date(2025, 6, 1))), name="projects.csv")
    early = Arrival(
        name="projects.csv", path=f"{day(1)}/projects.csv", format="csv", sha256="s", drop=day(1),
        read_at=READ_AT + timedelta(days=14), known_on=day(1),
    )  # fmt: skip
    store.import_batch(early, batch(project("p", date(2026, 6, 1)), project("q", date(2026, 6, 1))))
    assert store.snapshot(BASE, None).baselines == {"p": date(2025, 6, 1), "q": date(2026, 6, 1)}
    assert store.snapshot(BASE, day(2)).baselines["p"] == date(2026, 6, 1), "on that day nothing else was known"
