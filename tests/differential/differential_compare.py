"""Compares our dates of a plan with the peer's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from differential_files import file_name, own_id, written
from differential_limits import leaves_of
from differential_peer import DATES, FLOATS, PeerError, Row, their_rows
from differential_plans import Plan, Task

from cockpit.commands.planfile import schedule_file
from cockpit.engine.plans.rows import PlanRow
from cockpit.engine.scheduling.calendars import minute_of
from cockpit.records.terms import Constraint, Role, Rules

FLOAT_MINUTES = 1.2
"""Floats that differ by less are equal: Primavera stores them in hundredths of an hour."""
Rows = Mapping[int, Row]


@dataclass(frozen=True, slots=True)
class Difference:
    """Two programs, one field of a task, two values."""

    uid: int
    field: str
    ours: float | None
    theirs: float | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """What came of one plan."""

    plan: Plan
    ours: Rows
    theirs: Rows
    dates: tuple[Difference, ...] = ()
    floats: tuple[Difference, ...] = ()
    refused: str = ""
    """Why the peer gave no dates; the plan then says nothing."""
    impossible: str = ""
    """Why the peer's dates cannot be, as a sentence."""


def compared(plan: Plan, folder: Path) -> Comparison:
    """Both programs' dates of a plan, read from the same file. `folder` takes the file and the peer's class."""
    content = written(plan)
    try:
        theirs = their_rows(content, plan.rules is Rules.PRIMAVERA, folder)
    except PeerError as error:
        return Comparison(plan, {}, {}, refused=str(error))
    ours = our_rows(plan, content, folder)
    impossible = next((found for task in plan.tasks if (found := _impossible(plan, task, theirs))), "")
    differences = [found for task in plan.tasks for found in _task_differences(plan, task, ours, theirs)]
    dates = tuple(one for one in differences if one.field in DATES)
    floats = tuple(one for one in differences if one.field in FLOATS)
    return Comparison(plan, ours, theirs, dates, floats, impossible=impossible)


def _impossible(plan: Plan, task: Task, theirs: Rows) -> str:
    """What is wrong with the peer's dates of a task in themselves; empty where they can be."""
    row = theirs.get(own_id(plan, task.uid))
    is_free = plan.rules is Rules.PROJECT and (task.begun or task.manual)
    if row is None or task.ended or task.summary or is_free or task.role is Role.EFFORT:
        return ""
    spans = ((row.early_start, row.early_finish), (row.late_start, row.late_finish))
    for start, finish in spans:
        if task.remaining and start is not None and finish is not None and finish < start:
            return f"Task {task.uid} ends before it begins."
    return _impossible_in_primavera(plan, task, spans) if plan.rules is Rules.PRIMAVERA else ""


def _impossible_in_primavera(plan: Plan, task: Task, spans: Sequence[tuple[int | None, int | None]]) -> str:
    """Work in the past, and dates that leave a constrained task too little or too much time for its work."""
    working, now = plan.working(task), minute_of(plan.data_date or plan.start)
    begins = spans[0][0]
    is_mandatory = task.constraint in (Constraint.MUST_START, Constraint.MUST_FINISH)
    if begins is not None and not is_mandatory and working.work_between(begins, now) > 0:
        return f"What is left of task {task.uid} begins before the data date."
    if task.constraint in (None, Constraint.LATE) or task.expected is not None:
        return ""
    for start, finish in spans:
        if start is not None and finish is not None and working.work_between(start, finish) != task.remaining:
            return f"The dates of task {task.uid} do not fit its work."
    return ""


def our_rows(plan: Plan, content: bytes, folder: Path) -> dict[int, Row]:
    """Our dates of every task of a file, by the file's own id."""
    path = folder / file_name(plan)
    path.write_bytes(content)
    return {int(row.id): _our_row(row) for row in schedule_file(path).rows if row.id.isdecimal()}


def _our_row(row: PlanRow) -> Row:
    moments = (getattr(row, name) for name in DATES)
    minutes = {name: moment and minute_of(moment) for name, moment in zip(DATES, moments, strict=True)}
    return Row(
        **minutes,
        total_float=row.total_float_minutes,
        free_float=row.free_float_minutes,
        critical=row.critical,
    )


def _task_differences(plan: Plan, task: Task, ours: Rows, theirs: Rows) -> Iterator[Difference]:
    here, there = ours.get(own_id(plan, task.uid)), theirs.get(own_id(plan, task.uid))
    if there is None:
        return
    if here is None:
        yield Difference(task.uid, "start", None, there.start)
        return
    clocks = [plan.working(one) for one in leaves_of(plan, task)]
    for name in DATES[:2] if task.ended else DATES:
        mine, its = getattr(here, name), getattr(there, name)
        if its is not None and mine != its and (mine is None or all(one.work_between(mine, its) for one in clocks)):
            yield Difference(task.uid, name, mine, its)
    if task.ended or task.summary:
        return
    for name in FLOATS:
        mine, its = getattr(here, name), getattr(there, name)
        if its is not None and (mine is None or abs(mine - its) > FLOAT_MINUTES):
            yield Difference(task.uid, name, mine, its)
