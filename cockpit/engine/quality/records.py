"""What DCMA's checks look at and what they answer: small records that plan files and portfolios can be put into.

Dates are naive local datetimes, amounts of work are working days.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from cockpit.basics.classes import dataclass
from cockpit.records.model import LinkType
from cockpit.records.terms import Constraint, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityActivity:
    """One activity of the schedule that is judged. Its dates are computed where they are no actual ones."""

    id: str
    role: Role = Role.TASK
    summary: bool = False
    milestone: bool = False
    started: bool = False
    done: bool = False
    start: datetime | None = None
    finish: datetime | None = None
    actual_start: datetime | None = None
    actual_finish: datetime | None = None
    baseline_finish: datetime | None = None
    duration_days: float = 0.0
    remaining_days: float = 0.0
    float_days: float | None = None
    """Total float; None where it cannot be computed."""
    constraints: tuple[Constraint, ...] = ()
    resourced: bool | None = None
    """Whether anything is assigned to it; None where its plan assigns nothing at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityLink:
    """A tie between two activities. An end that is no activity of the schedule stands for work outside of it."""

    predecessor: str
    successor: str
    type: LinkType = LinkType.FS
    lag_days: float = 0.0


class Stretch(NamedTuple):
    """What the critical path test saw: by how many working days the finish moved when this activity was lengthened."""

    activity: str
    moved_days: float


class Length(NamedTuple):
    """The critical path: working days from the data date to the finish, and from there to the finish asked for."""

    path_days: float
    float_days: float


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityPlan:
    """A schedule as the checks take it. A text stands for what is not known and says why, in half a sentence."""

    activities: Sequence[QualityActivity]
    links: Sequence[QualityLink] = ()
    data_date: datetime | None = None
    stretch: Stretch | str = "nobody asked the schedule"
    length: Length | str = "the plan has neither a finish that is asked for nor a baseline"


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityCheck:
    """The answer to one of the fourteen."""

    number: int
    name: str
    counted: str
    """What is counted, for people."""
    unit: str
    """`%`, `days`, `dates`, or empty for an index."""
    at_least: bool
    """The threshold is a lower bound, else an upper one."""
    threshold: float
    count: float | None = None
    of: float | None = None
    value: float | None = None
    passed: bool | None = None
    """None where it cannot be told."""
    why: str = ""
    """Why it cannot be told, as a sentence; else empty."""
    offenders: tuple[str, ...] = ()
    """The first activities (or links, `A → B`) that stand against it."""
    offence: str = ""
    """What the offenders are, where they are not what is counted."""
    more: int = 0
    """How many more there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """The fourteen answers in order, and the hit-task percentage: done by their baseline, of those due by now."""

    checks: tuple[QualityCheck, ...]
    hit: int | None = None
    due: int | None = None

    @property
    def failed(self) -> tuple[QualityCheck, ...]:
        """The checks that fail; one that cannot be told does not."""
        return tuple(check for check in self.checks if check.passed is False)

    @property
    def untold(self) -> tuple[QualityCheck, ...]:
        """The checks that cannot be told."""
        return tuple(check for check in self.checks if check.passed is None)

    @property
    def hit_percent(self) -> float | None:
        """The hit-task percentage; None where nothing was due."""
        return 100 * self.hit / self.due if self.due and self.hit is not None else None
