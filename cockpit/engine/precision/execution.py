"""How well plans were kept so far: BEI, hit-task percentage and CPLI, of whatever has a baseline.

Formulas after DCMA-EA PAM 200.1, as in `quality`; here they are asked of every project, team and owner, also where no
planning program made the plan.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from cockpit.basics.classes import dataclass
from cockpit.engine.facts import Facts
from cockpit.engine.rows import as_date
from cockpit.records.model import Kind, WorkItem


@dataclass(frozen=True, slots=True)
class Execution:
    """BEI and hit-task percentage; None where no baseline finish has come yet."""

    bei: float | None
    hit_percent: float | None


def execution(facts: Facts, items: Iterable[WorkItem]) -> Execution:
    """How well the baselines of these items were kept. Summaries, and what has no baseline finish, are left out."""
    planned = [(i, as_date(i.baseline_finish)) for i in items if i.kind is not Kind.SUMMARY and i.baseline_finish]
    due = [(i, day) for i, day in planned if day <= facts.today]
    if not due:
        return Execution(None, None)
    done = sum(1 for i, _ in planned if facts.is_done(i))
    hit = sum(1 for i, day in due if (finished := finished_on(facts, i)) is not None and finished <= day)
    return Execution(done / len(due), 100 * hit / len(due))


def finished_on(facts: Facts, item: WorkItem) -> date | None:
    """The day on which an item was finished: as its source says, else when its state was first seen done."""
    if not facts.is_done(item):
        return None
    return as_date(item.actual_finish) if item.actual_finish is not None else facts.snapshot.moved.get(item.id)


def cpli(facts: Facts, finish: date | None, baseline: date | None) -> float | None:
    """(CPL + TF) ÷ CPL in working days from today; None where the finish has come, or one of the two is not known."""
    if finish is None or baseline is None:
        return None
    length = facts.working_days(facts.today, finish)
    spare = facts.working_days(finish, baseline) - facts.working_days(baseline, finish)
    return (length + spare) / length if length else None
