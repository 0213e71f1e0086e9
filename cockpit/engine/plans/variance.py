"""How far a plan's tasks lie from their baseline, in working time."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from cockpit.engine.plans.plan import Plan, PlanRow, PlanSchedule
from cockpit.engine.scheduling.calendars import Working, minute_of


class Variance(NamedTuple):
    """A task beside its baseline. Amounts are working minutes of the task's calendar; None where a date is missing."""

    row: PlanRow
    start_minutes: int | None
    """How much later it starts than the baseline has it; negative when it starts before."""
    finish_minutes: int | None
    duration_minutes: int | None
    """How much longer it takes, from start to finish."""


def variances(plan: Plan, schedule: PlanSchedule) -> tuple[Variance, ...]:
    """Each task that has a baseline, in the order of the file; `schedule` is what was computed of the plan."""
    pairs = zip(plan.items, schedule.rows, strict=True)
    return tuple(
        _variance(row, plan.net.working_of(item)) for item, row in pairs if row.baseline_start or row.baseline_finish
    )


def _variance(row: PlanRow, working: Working) -> Variance:
    planned = _between(working, row.baseline_start, row.baseline_finish)
    computed = _between(working, row.start, row.finish)
    return Variance(
        row,
        _between(working, row.baseline_start, row.start),
        _between(working, row.baseline_finish, row.finish),
        None if planned is None or computed is None else computed - planned,
    )


def _between(working: Working, first: datetime | None, second: datetime | None) -> int | None:
    return None if first is None or second is None else working.work_between(minute_of(first), minute_of(second))
