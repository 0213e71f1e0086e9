"""All that is known of a portfolio on one day: the engine's whole input, as frozen records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import date, datetime
from typing import NamedTuple

from cockpit.basics.classes import dataclass
from cockpit.records.edits import Pasts
from cockpit.records.model import (
    Calendar,
    Dependency,
    EnrolledKey,
    Kpi,
    Link,
    Objective,
    Person,
    Problem,
    Project,
    Reading,
    Request,
    Statement,
    StatusReport,
    Team,
    WorkItem,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityTolerances:
    """How far a schedule may miss each of DCMA's fourteen checks; the defaults are DCMA's thresholds.

    Percents are shares of what a check looks at, days are working days.
    """

    logic_percent: float = 5.0
    """Unfinished activities without a predecessor or a successor."""
    leads_percent: float = 0.0
    """Links with a negative lag."""
    lags_percent: float = 5.0
    """Links with a positive lag."""
    fs_percent: float = 90.0
    """Finish-to-start links, at least."""
    hard_constraint_percent: float = 5.0
    """Unfinished activities with a constraint that can stop the logic."""
    high_float_percent: float = 5.0
    """Unfinished activities with more total float than `high_float_days`."""
    high_float_days: float = 44.0
    negative_float_percent: float = 0.0
    """Unfinished activities with less than no total float."""
    high_duration_percent: float = 5.0
    """Unfinished activities of which more than `high_duration_days` is left."""
    high_duration_days: float = 44.0
    invalid_dates: int = 0
    """Activities forecast before the data date, or with actual dates after it."""
    missing_resources_percent: float = 0.0
    """Unfinished activities of a day or more to which nothing is assigned."""
    missed_percent: float = 5.0
    """Activities due by the data date that are unfinished or were finished late."""
    cpli: float = 0.95
    """Critical path length index, at least."""
    bei: float = 0.95
    """Baseline execution index, at least."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tolerance:
    """What one level may miss before it is an exception of whoever owns that level; None where it is not limited."""

    time_days: int | None = None
    """Calendar days that the computed finish may be later than the baseline, of an objective than its target date."""
    cost_percent: float | None = None
    """How far the forecast cost may exceed the budget."""
    scope_percent: float | None = None
    """How far the work may grow beyond what it was when it was first known."""
    benefit_percent: float | None = None
    """How far the forecast of a KPI may fall short of the way from its baseline to its target."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tolerances:
    """The tolerances that the charter gives to single levels. Those of all projects are the policy's own."""

    portfolio: Tolerance = Tolerance()
    objectives: Mapping[str, Tolerance] = field(default_factory=dict)
    projects: Mapping[str, Tolerance] = field(default_factory=dict)
    """By id. What a project's own leaves out is that of all projects."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The tolerances of a portfolio. Days are calendar days unless said to be working days."""

    silence_days: int = 20
    """Working days without movement after which a driving chain counts as dead."""
    horizon_days: int = 60
    """An unproven dependency raises a breach when it is needed within this many days."""
    unpromised_days: int = 20
    """Working days from today that a dependency with neither promise nor giver item is assumed to hold."""
    dependency_proof: str = "resolved"
    """`resolved`, or `promised` to accept an unbroken signed promise."""
    finish_tolerance_days: int = 5
    """How much later than its baseline a project may finish."""
    cost_tolerance_percent: float = 10.0
    """How far the forecast cost may exceed the budget."""
    near_critical_days: int = 5
    """Total float, in working days, up to which a chain is near-critical."""
    receding_days_per_day: float = 0.8
    """A finish that moves away by this much per working day is receding."""
    evidence_days: int = 365
    """The age from which on the evidence behind a milestone or a settled dependency is too old."""
    ack_days: int = 5
    """How long an acknowledgement of a breach holds."""
    decide_days: int = 5
    """After so many days a breach that stands is a decision owed; each level has as many to decide."""
    longest_decision_days: int = 92
    """So long after it was signed a decision holds at most, whatever day it names."""
    default_duration_days: Mapping[str, float] = field(
        default_factory=lambda: {"activity": 5.0, "ticket": 3.0, "milestone": 0.0, "summary": 0.0}
    )
    """What a work item of each kind takes when its source does not say; shown as assumed wherever it matters."""
    quality: QualityTolerances = QualityTolerances()
    """What DCMA's checks of a schedule let pass."""
    tolerance: Tolerances = Tolerances()
    """What single levels may miss: the portfolio, an objective, a project."""

    @property
    def asks_for_scope(self) -> bool:
        """Whether any level has a tolerance of scope: only then it matters when work was first known."""
        levels = (self.tolerance.portfolio, *self.tolerance.objectives.values(), *self.tolerance.projects.values())
        return any(level.scope_percent is not None for level in levels)


@dataclass(frozen=True, slots=True)
class Loosened:
    """A setting of the charter's policy that lets more pass than its default."""

    name: str
    """As the charter names it, with its table: `silence_days`, `quality.bei`."""
    asked: str | float
    default: str | float
    signer: str = ""
    """The steward who signed it, by id. Empty: nobody has, and the default counts."""
    signer_name: str = ""
    signed_on: date | None = None
    statement: str = ""
    """The id of the statement by which it was signed."""

    @property
    def values(self) -> tuple[str, str]:
        """What is asked for and the default, as people read them, to the last digit."""
        asked, default = (v if isinstance(v, str) else f"{v:.15g}" for v in (self.asked, self.default))
        return asked, default

    @property
    def change(self) -> str:
        """What is asked for, and instead of what."""
        return f"{self.name} {self.values[0]} instead of {self.values[1]}"

    @property
    def state(self) -> str:
        """Whether it counts."""
        if self.signed_on is None:
            return "unsigned: the default rules"
        return f"signed by {self.signer_name} on {self.signed_on}"

    @property
    def note(self) -> str:
        """What is asked for, and whether it counts."""
        if self.signed_on is None:
            return f"asks for {self.change}, {self.state}"
        return f"{self.change}, looser than the default, {self.state}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Portfolio:
    """What the charter says of the portfolio as a whole."""

    id: str
    title: str
    currency: str = ""
    effort_unit: str = "days"
    today: date | None = None
    """Fixed for samples; else None."""
    calendar: str = ""
    """The calendar of work items that name none."""
    steward: str = ""
    """Who clears what has no nearer owner."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """A charter rule that gives work items of matching values an objective or project. Globs with `*` only."""

    field: str
    pattern: str
    project: str = ""
    objective: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """A file of the portfolio as last seen. `observed` is the day its truth was known."""

    name: str
    path: str
    format: str
    observed: date
    claimed: bool = False
    """The date is the drop folder's word, not the day it was read."""
    rows: int = 0
    problems: tuple[Problem, ...] = ()
    failed: bool = False
    """The file as it is now could not be read; the last good version is kept."""
    shadow: bool = False
    """The charter calls it a shadow tracker: it makes things worse, never better, and its texts count nowhere."""
    since: date | None = None
    """The day on which this source was read here first; None where that is not known."""
    read_at: datetime | None = field(default=None, compare=False)
    """When it was last read here, whether that could be used or not."""


class Apart(NamedTuple):
    """What history says of a thing by one of the several sources that hold it now."""

    moved: date | None = None
    """As `Snapshot.moved`, by this source and those that are no more."""
    observed: date | None = None
    baseline: date | None = None
    """Of a project, the first baseline finish that this source ever gave, or one that is no more before all others."""


class Stood(NamedTuple):
    """One life of a breach: from when to when it stood, by the clock of whoever logged it."""

    raised: datetime
    cleared: datetime | None
    """None while it stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """All that is known of a portfolio on one day: the engine's whole input."""

    portfolio: Portfolio
    policy: Policy = Policy()
    objectives: tuple[Objective, ...] = ()
    kpis: tuple[Kpi, ...] = ()
    readings: tuple[Reading, ...] = ()
    projects: tuple[Project, ...] = ()
    work_items: tuple[WorkItem, ...] = ()
    links: tuple[Link, ...] = ()
    dependencies: tuple[Dependency, ...] = ()
    status_reports: tuple[StatusReport, ...] = ()
    people: tuple[Person, ...] = ()
    teams: tuple[Team, ...] = ()
    calendars: tuple[Calendar, ...] = ()
    statements: tuple[Statement, ...] = ()
    requests: tuple[Request, ...] = ()
    """Signatures that were asked for, by the time of asking."""
    genesis: str = ""
    """The id of the statement with which the portfolio begins; empty where nobody signed one."""
    missing: tuple[str, ...] = ()
    """The ids of statements that this user has seen here and that the shared ledger lacks now. They are among
    `statements` all the same."""
    aside: Mapping[str, date] = field(default_factory=dict)
    """Statement id → the day on which it came in, of those that were rejected then and kept aside."""
    awaiting: Mapping[str, str] = field(default_factory=dict)
    """Statements about keys that change nothing before somebody signs them too → who that may be."""
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Person → the lines of all keys that a steward enrolled for them and that count now. Only with a genesis."""
    enrolled: tuple[EnrolledKey, ...] = ()
    """Every key that a steward ever enrolled, with its time. Only with a genesis."""
    owners: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """Subject and role → the owner that the first file named, empty where it named none. Only with a genesis."""
    sources: tuple[SourceFile, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    moved: Mapping[str, date] = field(default_factory=dict)
    """Work item id (`<project>:finish` for a project's own row) → the last day on which its state category or an actual
    date changed, or it first appeared."""
    observed: Mapping[str, date] = field(default_factory=dict)
    """Work item id → the latest observation of its source."""
    baselines: Mapping[str, date] = field(default_factory=dict)
    """Project id → the first baseline finish ever known."""
    apart: Mapping[tuple[str, str], Apart] = field(default_factory=dict)
    """Id as in `moved` and name of a source, of what several sources hold: what each of them says alone."""
    appeared: Mapping[str, date] = field(default_factory=dict)
    """Work item id → the day on which it was first known. Filled where the policy has a tolerance of scope."""
    vanished: Mapping[str, date] = field(default_factory=dict)
    """Dependency id → the day it disappeared from its file; it stays in force."""
    earlier: Mapping[str, date] = field(default_factory=dict)
    """Project id → its computed finish `earlier_on`, to see whether it recedes."""
    earlier_on: date | None = None
    first_seen: Mapping[str, date] = field(default_factory=dict)
    """Breach key → the day it was first raised here."""
    lives: Mapping[str, tuple[Stood, ...]] = field(default_factory=dict)
    """Breach key → each time that it stood, as logged here, earliest first; those that were cleared long ago too."""
    pasts: Pasts = field(default_factory=Pasts)
    """What rows and the charter said before, as far as it binds."""
    settings: Mapping[str, str] = field(default_factory=dict)
    """What the charter says now that binds, by setting, as one text each."""
    evidence: Mapping[str, str] = field(default_factory=dict)
    """SHA-256 → path of the evidence files that are kept in the portfolio."""
