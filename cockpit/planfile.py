"""One plan file, read and scheduled: what `cockpit schedule FILE` does."""

from __future__ import annotations

from pathlib import Path

from cockpit.engine.plan import PlanSchedule, plan_of, schedule_of, schedule_plan
from cockpit.engine.plan_quality import quality_of
from cockpit.engine.quality_records import Quality
from cockpit.model import Batch
from cockpit.sources import msproject, primavera


def schedule_file(path: Path) -> PlanSchedule:
    """The schedule of a Microsoft Project XML plan or a Primavera export. Raises `SourceError` when the file cannot be
    used."""
    return schedule_plan(read_plan(path))


def read_plan(path: Path) -> Batch:
    """The records of a plan, by what the file is. Raises `SourceError` when it cannot be used."""
    if primavera.is_xer(path) or (path.suffix.lower() == ".xer" and not msproject.is_mspdi(path)):
        return primavera.read(path, path.name)
    return msproject.read(path, path.name)


def quality_file(path: Path) -> tuple[PlanSchedule, Quality]:
    """The schedule of a plan with DCMA's checks of it. Raises `SourceError` when the file cannot be used."""
    plan = plan_of(read_plan(path))
    schedule = schedule_of(plan)
    return schedule, quality_of(plan, schedule)
