"""Free slack by Microsoft Project's rules, where work has begun or is to be late."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from schedule_plans import OFFICE

from cockpit.engine.plans.plan import schedule_plan
from cockpit.records.model import Batch, Link, Project, State, WorkItem
from cockpit.records.terms import Constraint, Method, Rules, Terms

MONDAY = datetime.fromisoformat("2025-03-03 09:00")
DAY = 480


def task(id_: str, days: float, *, begun: int | None = None, left: float = 0.0, **terms: object) -> WorkItem:
    """A task of so many days; `begun` so many days after Monday, with `left` days to go."""
    progress: dict[str, object] = {}
    if begun is not None:
        progress = {"actual_start": MONDAY + timedelta(days=begun), "remaining_days": left, "state": State.DOING}
    return WorkItem(
        id=f"plan/{id_}", project="plan", title=id_, calendar="office", duration_days=days,
        terms=Terms(rules=Rules.PROJECT, **terms), **progress,  # type: ignore[arg-type]
    )  # fmt: skip


def floats(*tasks: WorkItem, kind: str = "FS") -> dict[str, tuple[int | None, int | None]]:
    """Total and free slack of each task of a plan in which the first is linked to the second."""
    link = Link(predecessor=tasks[0].id, successor=tasks[1].id, type=kind)  # type: ignore[arg-type]
    method = Method(rules=Rules.PROJECT, calendar="office", start=MONDAY)
    project = Project(id="plan", title="Plan", method=method)
    batch = Batch({"projects": (project,), "work_items": tasks, "links": (link,), "calendars": (OFFICE,)})  # type: ignore[arg-type]
    return {row.id: (row.total_float_minutes, row.free_float_minutes) for row in schedule_plan(batch).rows}


LONG = task("long", 20)


@pytest.mark.parametrize(("begun", "free"), [(3, 2), (1, 0)])
def test_a_successor_that_has_begun_counts_from_its_actual_start(begun: int, free: int) -> None:
    found = floats(task("a", 1), task("b", 3, begun=begun, left=1.0), LONG)
    assert found["a"][1] == free * DAY


def test_a_successor_that_began_too_early_counts_from_where_it_resumes() -> None:
    b = task("b", 3, begun=0, left=2.0, resumed=MONDAY + timedelta(days=4))
    assert floats(task("a", 2), b, LONG)["a"][1] == 2 * DAY


def test_free_slack_is_never_above_total_slack_and_never_below_zero() -> None:
    close, missed = (task("b", 1, constraint=kind, constraint_date=MONDAY + timedelta(days=days))
                     for kind, days in ((Constraint.START_FROM, 7), (Constraint.MUST_START, 0)))  # fmt: skip
    assert floats(task("a", 1), close)["a"] == (4 * DAY, 4 * DAY)
    assert floats(task("a", 1), missed, LONG)["a"] == (-DAY, 0)
    assert floats(task("a", 2), task("b", 1), kind="SS")["a"] == (0, 0)


def test_what_is_to_be_late_has_none_and_leaves_what_goes_before_all_of_it() -> None:
    found = floats(task("a", 1), task("b", 1, constraint=Constraint.LATE), LONG)
    assert found == {"a": (18 * DAY, 18 * DAY), "b": (0, 0), "long": (0, 0)}
