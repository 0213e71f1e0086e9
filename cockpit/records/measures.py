"""Measures of a portfolio as a whole: how much of the work serves an objective, and how sound its schedules are."""

from __future__ import annotations

from datetime import date

from cockpit.basics.classes import dataclass
from cockpit.records.model import Origin
from cockpit.records.verdicts import Basis, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class UnmappedGroup:
    """Tickets that serve no objective, by their cause."""

    cause: str
    count: int
    effort: float
    items: tuple[str, ...]
    field: str = ""
    """What they all say that leads nowhere, such as `project`, and what it is; empty where they say nothing."""
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnmappedTicket:
    """A ticket that serves no objective."""

    id: str
    title: str
    cause: str
    """As its group has it."""
    project: str
    team: str
    epic: str
    """The topmost item above it; empty where there is none."""
    epic_title: str
    effort: float
    origin: Origin | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedView:
    """Work that the owner of an objective gave to it by signature, since no file says what it serves."""

    subject: str
    field: str
    pattern: str
    objective: str
    count: int
    """Tickets that serve it by this signature alone."""
    effort: float
    signer_name: str
    signed_on: date
    statement: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Alignment:
    """How much of the work maps to a strategic objective."""

    items: int = 0
    unmapped: int = 0
    effort: float = 0.0
    unmapped_effort: float = 0.0
    unit: str = "days"
    """What effort is counted in."""
    unconfirmed: int = 0
    """Mapped by the charter only, not yet confirmed by the objective's owner."""
    groups: tuple[UnmappedGroup, ...] = ()
    served: tuple[ServedView, ...] = ()
    """What is mapped by signature, signed first first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityView:
    """The answer to one of DCMA's fourteen checks of a schedule: of one project's plan, or of all projects together."""

    project: str
    """Empty for all projects together."""
    number: int
    name: str
    counted: str
    """What is counted, for people."""
    count: float | None
    of: float | None
    value: float | None
    """A percentage, a number of dates or days, or an index."""
    threshold: float
    passed: bool | None
    """None where it cannot be told."""
    why: str
    """Why it cannot be told; else empty."""
    offenders: tuple[str, ...]
    """The first work items (or links) that stand against it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToleranceView:
    """One tolerance of one level, beside what is forecast."""

    level: str
    """`portfolio`, `objective` or `project`."""
    name: str
    """The id of the objective or project, or of the portfolio."""
    measure: str
    """`time` in calendar days; `cost`, `scope` and `benefit` in percent."""
    allowed: float
    forecast: float | None
    """None where nothing true can be said of it."""
    at_least: bool = False
    """It rests on an assumed hold."""
    why: str = ""
    """How the forecast came about, or why there is none."""

    @property
    def exceeded(self) -> bool:
        """Whether it is forecast to be exceeded."""
        return self.forecast is not None and self.forecast > self.allowed


@dataclass(frozen=True, slots=True, kw_only=True)
class PastDay:
    """One past day in short: of each project what it was reported as and what was true of it, as it was known then.
    Columns beside `projects`; one that says what it said on another day may be the very same tuple."""

    day: date
    projects: tuple[str, ...]
    """Ids, in the order of the assessment."""
    titles: tuple[str, ...]
    reported: tuple[str, ...]
    """In the words of the report."""
    rags: tuple[str, ...]
    """`green`, `amber`, `red` or `complete`; empty for no report, or a word that the charter does not know."""
    computed: tuple[Status, ...]
    bases: tuple[Basis, ...]
    causes: tuple[str, ...]
    """The first reason of what is not on track; else empty."""
    call: str
    """The title of the worst breach on the basis of evidence; empty when there is none."""
    why: tuple[str, ...]
    """Its reasons, each with where it can be checked: file and row, or a whole signature."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """What one project was reported as, beside what was true of it, on every known day up to the one that is shown."""

    days: tuple[date, ...]
    """Earliest first; the columns beside it are as long."""
    reported: tuple[str, ...]
    """`green`, `amber`, `red` or `complete`; empty for no report, or a word that the charter does not know."""
    computed: tuple[Status | None, ...]
    """None on a day on which nobody knew of the project."""
    behind: tuple[bool, ...]
    """Whether the evidence said worse than the report."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Precision:
    """How precise one level has been, from history. Days are calendar days; None where history cannot tell."""

    level: str
    """`portfolio`, `project`, `team` or `owner`."""
    name: str
    """By id; of the portfolio its own."""
    title: str
    promised: int = 0
    """Signed dates that have come, or were met before: the first promise of each dependency."""
    kept: int = 0
    """Those whose resolution was witnessed by then."""
    unwitnessed: int = 0
    """Those resolved by signature that nobody else has signed anything after: they are not counted as kept yet."""
    slip_days: float | None = None
    """The median of how much later than first promised it was witnessed resolved; as of today for what is not."""
    errors: tuple[float | None, ...] = (None, None, None)
    """The median of how much later work finished than was computed one, two and three months before."""
    finished: int = 0
    """Finished work items that such a forecast is known of."""
    bei: float | None = None
    """Baseline execution index: finished work with a baseline ÷ work with a baseline finish that has come."""
    cpli: float | None = None
    """Critical path length index: (critical path length + total float) ÷ critical path length, to the baseline."""
    hit_percent: float | None = None
    """Of the work with a baseline finish that has come the part that was finished by it."""
    decision_days: float | None = None
    """The median of the days from raised to decided."""
    latency_days: float | None = None
    """Reality latency: the longest of a project, of the portfolio the median of those."""

    @property
    def says_anything(self) -> bool:
        """Whether history tells anything of it at all."""
        told = (self.slip_days, *self.errors, self.bei, self.cpli, self.hit_percent, self.decision_days)
        return bool(self.promised or self.unwitnessed) or any(v is not None for v in (*told, self.latency_days))
