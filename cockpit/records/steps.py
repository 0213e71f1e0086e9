"""The steps of chains: work that drives an objective, or nearly does."""

from __future__ import annotations

from datetime import date

from cockpit.basics.classes import dataclass
from cockpit.records.model import Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainStep:
    """One item of a driving chain, with what keeps it from starting earlier."""

    item: str
    title: str
    project: str
    team: str
    owner: str
    start: date
    finish: date
    state: str
    total_float_days: float
    why: str
    """What drives its start: its predecessor, a date, a hold, or the data date."""
    bound: date | None = None
    """The day before which a hold, or a date of its plan, does not let it begin or go on; None where none drives it."""
    blocker: str = ""
    """The subject of the blocker that stands here."""
    workable: bool = False
    """It could be worked on now."""
    silent_days: int | None = None
    """Working days without movement, for a workable item."""
    done: bool = False
    assumed_duration: bool = False
    origin: Origin | None = None
