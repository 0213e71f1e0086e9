"""One plan file, read and scheduled: what `cockpit schedule FILE` does.

What only some plans need, or some answers, is loaded where it is used: a command pays for what it does.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from cockpit.engine.plans.plan import Plan, PlanSchedule, plan_of, schedule_of
from cockpit.engine.scheduling import speed
from cockpit.records.model import Batch

if TYPE_CHECKING:
    from cockpit.engine.plans.variance import Variance
    from cockpit.engine.quality.records import Quality

Tell = Callable[[str], None]
"""Says a sentence to people while they wait."""


def schedule_file(path: Path, tell: Tell | None = None) -> PlanSchedule:
    """The schedule of a Microsoft Project XML plan or a Primavera export. Raises `SourceError` when the file cannot be
    used."""
    return schedule_of(_plan(path, tell))


def quality_file(path: Path, tell: Tell | None = None) -> tuple[PlanSchedule, Quality]:
    """The schedule of a plan with DCMA's checks of it. Raises `SourceError` when the file cannot be used."""
    from cockpit.engine.quality.plan import quality_of

    plan = _plan(path, tell)
    schedule = schedule_of(plan)
    return schedule, quality_of(plan, schedule)


def variance_file(path: Path, tell: Tell | None = None) -> tuple[PlanSchedule, tuple[Variance, ...]]:
    """The schedule of a plan beside its baseline. Raises `SourceError` when the file cannot be used."""
    from cockpit.engine.plans.variance import variances

    plan = _plan(path, tell)
    schedule = schedule_of(plan)
    return schedule, variances(plan, schedule)


def read_plan(path: Path) -> Batch:
    """The records of a plan, by what the file is. Raises `SourceError` when it cannot be used."""
    if _is_xer(path):
        from cockpit.sources import primavera

        return primavera.read(path, path.name)
    from cockpit.sources import msproject

    return msproject.read(path, path.name)


def _is_xer(path: Path) -> bool:
    from cockpit.sources.primavera_xer import is_xer

    if is_xer(path):
        return True
    if path.suffix.lower() != ".xer":
        return False
    from cockpit.sources.msproject_xml import is_mspdi

    return not is_mspdi(path)


def _plan(path: Path, tell: Tell | None) -> Plan:
    batch = read_plan(path)
    size = len(batch.records.get("work_items", ()))
    if size >= speed.WORTH:
        from cockpit.basics import compiling

        compiling.prepare()
        if tell is not None and is_first_compile(size):
            tell("The fast kernel is compiled before its first use, which takes up to a minute, once.")
    return plan_of(batch)


def is_first_compile(size: int) -> bool:
    """Whether a network of so many items makes numba compile what it has not compiled on this machine yet."""
    if size < speed.WORTH:
        return False
    folder = speed.kept_in()
    return bool(folder) and not any(Path(folder).glob("entry.forward-*.nbi"))
