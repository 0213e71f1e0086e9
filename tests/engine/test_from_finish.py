"""Plans that are scheduled from their finish."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from schedule_plans import item, plans, tie

from cockpit.engine.plans.plan import PlanRow, PlanSchedule, schedule_plan
from cockpit.records.model import Batch, Kind, Link, Project, WorkItem
from cockpit.records.terms import Constraint, Method, Rules, Terms

FINISH = datetime.fromisoformat("2025-03-14T17:00")
"""A Friday."""


def when(text: str) -> datetime:
    return datetime.fromisoformat(f"2025-03-{text}")


def late(id_: str, days: float, constraint: Constraint | None = Constraint.LATE, **more: Any) -> WorkItem:
    fields = {
        name: more.pop(name) for name in ("actual_start", "percent", "kind", "parent", "deadline") if name in more
    }
    return item(id_, days, terms=Terms(rules=Rules.PROJECT, constraint=constraint, **more), **fields)


def scheduled(items: Sequence[WorkItem], links: Sequence[Link] = (), **method: Any) -> PlanSchedule:
    how = {"start": when("03T08:00"), "finish": FINISH, "backward": True} | method
    project = Project(id="p", title="P", method=Method(rules=Rules.PROJECT, **how))
    return schedule_plan(Batch({"projects": (project,), "work_items": tuple(items), "links": tuple(links)}, ()))


def rows(items: Sequence[WorkItem], *links: Link, **method: Any) -> dict[str, PlanRow]:
    return {row.id: row for row in scheduled(items, links, **method).rows}


def span(row: PlanRow) -> tuple[datetime | None, datetime | None]:
    return row.start, row.finish


def test_work_stands_at_its_late_dates_and_the_project_starts_with_the_first() -> None:
    found = rows([late("a", 2), late("b", 3), late("c", 1), late("d", 1)], tie("a", "b"), tie("c", "b"))
    assert span(found["a"]) == (when("10T08:00"), when("11T17:00"))
    assert span(found["b"]) == (when("12T08:00"), FINISH)
    assert span(found["c"]) == (when("11T08:00"), when("11T17:00"))
    assert span(found["d"]) == (when("14T08:00"), FINISH)
    assert [found[name].early_start for name in "cd"] == [when("10T08:00")] * 2
    assert [found[name].total_float_minutes for name in "abcd"] == [0, 0, 480, 1920]
    assert [found[name].critical for name in "abcd"] == [True, True, False, False]
    plan = scheduled([late("a", 2), late("b", 3)], [tie("a", "b")])
    assert (plan.start, plan.finish) == (when("10T08:00"), FINISH)


def test_what_is_to_be_soon_stands_at_its_early_dates_after_what_is_late() -> None:
    items = [late("a", 5), late("b", 1), late("c", 1, None), late("d", 1, None)]
    found = rows(items, tie("b", "c"))
    assert span(found["d"]) == (when("10T08:00"), when("10T17:00"))
    assert found["d"].total_float_minutes == 4 * 480
    assert span(found["b"]) == (when("13T08:00"), when("13T17:00"))
    assert span(found["c"]) == (when("14T08:00"), FINISH)


@pytest.mark.parametrize(
    ("constraint", "date", "expected"),
    [
        (Constraint.FINISH_UNTIL, "12T17:00", ("12", "12")),
        (Constraint.START_UNTIL, "12T12:00", ("12", "13")),
        (Constraint.FINISH_UNTIL, "20T17:00", ("14", "14")),
        (Constraint.START_FROM, "11T08:00", ("14", "14")),
        (Constraint.FINISH_FROM, "11T17:00", ("14", "14")),
        (Constraint.START_FROM, "17T08:00", ("17", "17")),
        (Constraint.FINISH_FROM, "18T17:00", ("18", "18")),
        (Constraint.MUST_START, "12T08:00", ("12", "12")),
        (Constraint.MUST_FINISH, "12T17:00", ("12", "12")),
    ],
)
def test_constraints(constraint: Constraint, date: str, expected: tuple[str, str]) -> None:
    found = rows([late("a", 5), late("b", 1, constraint, constraint_date=when(date))])
    start, finish = span(found["b"])
    assert start is not None and finish is not None
    assert (f"{start.day}", f"{finish.day}") == expected
    assert span(found["a"]) == (when("10T08:00"), FINISH)
    assert found["b"].constraint is constraint


def test_a_constraint_that_cannot_be_kept_in_time_pushes_what_follows() -> None:
    found = rows(
        [late("a", 1, Constraint.START_FROM, constraint_date=when("17T08:00")), late("b", 1), late("c", 1)],
        tie("a", "b"), tie("b", "c"),
    )  # fmt: skip
    assert [row.start and row.start.day for row in found.values()] == [17, 18, 19]
    assert [row.total_float_minutes for row in found.values()] == [-3 * 480] * 3


def test_a_deadline_bounds_and_typed_in_dates_stay() -> None:
    typed = Terms(rules=Rules.PROJECT, constraint=Constraint.LATE, manual=True, manual_start=when("05T08:00"),
                  manual_finish=when("05T17:00"))  # fmt: skip
    found = rows([late("a", 2, deadline=when("12T17:00")), item("m", 1, terms=typed), late("b", 1)], tie("m", "b"))
    assert found["a"].finish == when("12T17:00")
    assert span(found["m"]) == (when("05T08:00"), when("05T17:00"))
    assert found["b"].finish == FINISH
    assert found["b"].early_start == when("06T08:00")


def test_work_that_has_begun_keeps_its_dates_and_pushes_what_follows() -> None:
    items = [late("a", 3, actual_start=when("13T08:00"), percent=0.0), late("b", 2), late("c", 1)]
    found = rows(items, tie("a", "b"))
    assert found["a"].start == when("13T08:00")
    assert found["b"].start is not None and found["b"].start > FINISH
    assert found["c"].finish == FINISH


def test_summaries_span_what_is_below_them() -> None:
    found = rows([late("s", 0, None, kind=Kind.SUMMARY), late("a", 2, parent="s"), late("b", 1, parent="s")])
    assert span(found["s"]) == (when("13T08:00"), FINISH)
    assert found["s"].early_finish == FINISH
    assert found["s"].total_float_minutes == 0
    found = rows([late("s", 0, None, kind=Kind.SUMMARY), late("a", 1, parent="s"), late("b", 3)])
    assert span(found["s"]) == (when("14T08:00"), FINISH)
    assert (found["s"].early_start, found["s"].total_float_minutes) == (when("12T08:00"), 960)


def test_other_plans_are_scheduled_from_their_start() -> None:
    items, links = [late("a", 2, None), late("b", 3, None)], [tie("a", "b")]
    assert rows(items, *links, backward=False)["a"].start == when("03T08:00")
    assert rows(items, *links, finish=None)["a"].start == when("03T08:00")


def _free(items: Sequence[WorkItem]) -> list[WorkItem]:
    terms = Terms(rules=Rules.PROJECT, constraint=Constraint.LATE)
    return [replace(each, terms=terms) for each in items]


@given(plans(leads=False))
def test_the_latest_start_from_which_all_ends_in_time(drawn: tuple[list[WorkItem], list[Link]]) -> None:
    items, links = _free(drawn[0]), [link for link in drawn[1] if link.type != "SF"]
    found = scheduled(items, links)
    assert all(row.finish is not None and row.finish <= FINISH for row in found.rows)
    assert all(row.start == row.late_start and row.finish == row.late_finish for row in found.rows)
    floats = [row.total_float_minutes for row in found.rows if row.total_float_minutes is not None]
    assert min(floats) == 0
    assert all(row.early_start and row.start and row.early_start <= row.start for row in found.rows)
    assert min(row.early_start for row in found.rows if row.early_start) >= found.start  # type: ignore[type-var]
