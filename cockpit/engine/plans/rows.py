"""What the schedule of one plan file says: its tasks and the project as a whole."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from cockpit.basics.classes import dataclass
from cockpit.records.model import Problem, WorkItem
from cockpit.records.terms import ROW_ID, Constraint, Role, Rules


def own_id(item: WorkItem) -> str:
    """The plan's own id of an item: what follows the file's stem; of a task of another plan, that of the row which
    stands for it."""
    row = dict(item.extra).get(ROW_ID, item.id) if item.stub else ""
    return row or item.id.rpartition("/")[2]


class PlanRow(NamedTuple):
    """A task of the plan. Dates are None, and floats too, where the task stands in a cycle of links or after one.

    A tuple, because a plan may have a hundred thousand: they are made in a quarter of the time of a frozen record.
    """

    id: str
    """The plan's own id."""
    name: str
    code: str = ""
    """What people call it in the program, where that is not the id (Primavera's activity id)."""
    level: int = 0
    """How deep it stands in the outline, from 0."""
    summary: bool = False
    milestone: bool = False
    role: Role = Role.TASK
    start: datetime | None = None
    finish: datetime | None = None
    early_start: datetime | None = None
    early_finish: datetime | None = None
    late_start: datetime | None = None
    late_finish: datetime | None = None
    total_float_minutes: int | None = None
    free_float_minutes: int | None = None
    critical: bool = False
    near_critical: bool = False
    """Not critical, and its total float lies within the band above the threshold."""
    longest_path: bool = False
    """On a chain of driving links to the last finish."""
    actual_start: datetime | None = None
    actual_finish: datetime | None = None
    duration_minutes: int = 0
    """Working minutes in all, by its own calendar."""
    remaining_minutes: int = 0
    baseline_start: datetime | None = None
    baseline_finish: datetime | None = None
    constraint: Constraint | None = None
    constraint_date: datetime | None = None
    second_constraint: Constraint | None = None
    """Primavera's secondary constraint."""
    deadline: datetime | None = None
    resourced: bool | None = None
    """Whether anything is assigned to it; None where the plan assigns nothing at all."""
    minutes_per_day: int = 480
    """What a day of its duration is worth."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanSchedule:
    """The schedule of one plan, rows in the order of the file."""

    title: str
    rules: Rules | None = None
    start: datetime | None = None
    finish: datetime | None = None
    data_date: datetime | None = None
    must_finish: datetime | None = None
    rows: tuple[PlanRow, ...] = ()
    cycles: tuple[tuple[str, ...], ...] = ()
    """Each cycle of links by the plan's own ids."""
    problems: tuple[Problem, ...] = ()
