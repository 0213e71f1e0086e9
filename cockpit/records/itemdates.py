"""The computed schedule of work items, a record for each."""

from __future__ import annotations

from datetime import datetime

from cockpit.basics.classes import dataclass
from cockpit.records.model import Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemDates:
    """The computed schedule of one work item. Floats are in working days of its calendar."""

    id: str
    title: str
    project: str
    team: str
    early_start: datetime
    early_finish: datetime
    late_start: datetime
    late_finish: datetime
    total_float_days: float
    free_float_days: float
    done: bool
    assumed_duration: bool
    origin: Origin | None = None
