"""One plan file, read and scheduled: what `cockpit schedule FILE` does."""

from __future__ import annotations

from pathlib import Path

from cockpit.engine.plan import PlanSchedule, schedule_plan
from cockpit.sources import msproject


def schedule_file(path: Path) -> PlanSchedule:
    """The schedule of a Microsoft Project XML plan. Raises `SourceError` when the file cannot be used."""
    return schedule_plan(msproject.read(path, path.name))
