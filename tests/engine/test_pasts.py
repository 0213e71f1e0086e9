"""The life of a row: files that are renamed, rows that come and go, days on which it was still being written."""

from __future__ import annotations

from datetime import date

from scene import item

from cockpit.engine.edits.bindings import change_of
from cockpit.engine.edits.pasts import LATEST, lines_of
from cockpit.records.edits import Step, Stretch
from cockpit.records.model import State


def at(day: int, place: int = 0) -> Step:
    return Step(date(2025, 1, day), place)


def said(since: Step, until: Step | None, days: float, source: str = "plan.csv", **more: object) -> Stretch:
    return Stretch(source, 0, since, until, item("a", days, **more))


def lives(*stretches: Stretch) -> list[list[tuple[int, float | None]]]:
    """Of each row the days on which it said something new, and how long the work takes by it."""
    return [
        [(s.since.on.day, getattr(s.record, "duration_days", None)) for s in line.said] for line in lines_of(stretches)
    ]


def test_a_row_goes_on_in_the_file_that_takes_the_place_of_its_own() -> None:
    old = said(at(1), at(5, 2), 9.0, "old.csv")
    assert lives(old, said(at(5, 1), None, 7.0, "new.csv")) == [[(1, 9.0), (5, 7.0)]], "read before the other was gone"
    assert lives(old, said(at(8), None, 7.0, "new.csv")) == [[(1, 9.0), (5, None), (8, 7.0)]], "back after some days"


def test_a_row_that_leaves_one_of_two_files_is_gone_from_it() -> None:
    shadow = said(at(1), at(5), 9.0, "shadow.csv")
    assert lives(shadow, said(at(1), None, 3.0)) == [[(1, 3.0)], [(1, 9.0), (5, None)]]


def test_what_is_there_by_name_only_is_not_there() -> None:
    assert lives(said(at(1), at(3), 5.0), said(at(3), None, 5.0, stub=True)) == [[(1, 5.0), (3, None)]]
    assert lives(said(at(1), at(3), 5.0, stub=True), said(at(3), None, 5.0)) == [[(3, 5.0)]]
    assert lives(said(at(1), None, 5.0, stub=True)) == []


def test_since_a_step_a_row_said_what_stood_then_and_all_that_came_after() -> None:
    (line,) = lines_of([said(at(1), at(3), 9.0), said(at(3), at(6), 7.0), said(at(6), None, 5.0)])
    since = [[s.record.duration_days for s in line.since(base, until)] for base, until in (  # type: ignore[union-attr]
        (None, LATEST), (at(4), LATEST), (None, at(4)), (at(6), LATEST),
    )]  # fmt: skip
    assert since == [[9.0, 7.0, 5.0], [7.0, 5.0], [9.0, 7.0], [5.0]]


def test_what_stood_for_no_part_of_a_day_was_being_written() -> None:
    (line,) = lines_of([said(at(1), at(3, 1), 9.0), said(at(3, 1), at(3, 2), 90.0), said(at(3, 2), None, 9.0)])
    assert [s.record.duration_days for s in line.since(None)] == [9.0, 9.0]  # type: ignore[union-attr]


def test_of_lengths_the_worst_that_was_known_counts_and_of_all_else_the_first() -> None:
    today = date(2025, 6, 1)

    def change(name: str, *values: object) -> tuple[object, object] | None:
        found = change_of(name, [(at(day), value) for day, value in enumerate(values, 1)], today)
        return None if found is None else (found.was, found.now)

    assert change("duration_days", 5.0, 9.0, 5.0) == (9.0, 5.0)
    assert change("duration_days", 5.0, 3.0, 9.0) == (5.0, 9.0), "grown"
    assert change("duration_days", 5.0, 3.0, 5.0) is None, "back"
    assert change("duration_days", 5.0, None) == (5.0, None)
    assert change("team", "apps", "core", "apps") is None, "back for more than a month"
    assert change("team", "apps", " core ") == ("apps", "core")
    assert change("team", "apps", "apps ") is None
    assert change("actual_start", None, date(2025, 1, 2)) is None, "progress"
    assert change("actual_start", date(2025, 1, 2), None) == (date(2025, 1, 2), None)
    assert change("state", State.TODO, State.DONE) is None
    assert change("state", State.DONE, State.DOING) == (State.DONE, State.DOING)
    assert change("state", State.TODO, None) == (State.TODO, None)
    assert change("forecast_cost", 100.0, 150.0) is None, "told anew with every report"
    assert change("forecast_cost", 100.0, 150.0, 120.0) == (150.0, 120.0)
