"""The engine's one frozen answer. Screens, commands and outlets render it and compute nothing themselves.

Days are calendar days unless a field says working days. Every list is already in the order in which it is shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import date, datetime

from cockpit.basics.classes import dataclass
from cockpit.records.edits import Edit
from cockpit.records.itemdates import ItemDates
from cockpit.records.lives import Life
from cockpit.records.measures import Alignment, Precision, QualityView, Replay, ToleranceView, UnmappedTicket
from cockpit.records.model import Dependency, Kpi, Meaning, Objective, Origin, Person, Project, Statement
from cockpit.records.nearly import NearChain
from cockpit.records.snapshot import Loosened, SourceFile
from cockpit.records.steps import ChainStep
from cockpit.records.verdicts import Basis, DependencyState, Severity, Status, Verdict


@dataclass(frozen=True, slots=True)
class Reason:
    """One sentence of a why, with the place it can be checked: a file and row, or a statement's id."""

    text: str
    origin: Origin | None = None
    statement: str = ""

    def __str__(self) -> str:
        if self.origin is not None:
            return f"{self.text} ({self.origin})"
        return f"{self.text} (statement {self.statement[:12]})" if self.statement else self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """A rule broken by a subject. `key` is the same as long as the same thing is wrong."""

    key: str
    code: str
    severity: Severity
    basis: Basis
    subject: str
    title: str
    project: str = ""
    objective: str = ""
    owner: str = ""
    """The person id of who can clear it."""
    owner_name: str = ""
    since: date
    slip_days: float | None = None
    leverage_days: float | None = None
    at_least: bool = False
    """The days rest on an assumed hold: they are a lower bound."""
    cost: float | None = None
    """Leverage × cost of delay, summed over the objectives it moves, in the charter's currency."""
    cost_assumed: bool = False
    together: tuple[str, ...] = ()
    """The subjects that must be resolved with it before those days are regained; empty where it alone regains them."""
    clears_when: str
    reasons: tuple[Reason, ...] = ()
    id: str = ""
    """A short name for it in the shell, of six hex digits or a few more; the same as long as `key` is."""
    life: Life = field(default_factory=Life)
    """Whether it is acknowledged, decided, or a decision about it owed."""

    @property
    def origin(self) -> Origin | None:
        """The first place where the breach can be checked."""
        return next((r.origin for r in self.reasons if r.origin is not None), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocker:
    """What stands in the way of an objective's finish, and who must act."""

    subject: str
    title: str
    objective: str
    project: str
    receiver_team: str
    giver_team: str
    owner: str
    owner_name: str
    blocked_days: int
    """Days it has stood in the way so far."""
    held_until: date | None
    slip_days: float
    leverage_days: float
    at_least: bool
    cost: float | None
    cost_assumed: bool
    state: str
    """A dependency state, or `silent`."""
    driving: bool
    breach: str = ""
    reasons: tuple[Reason, ...] = ()
    together: tuple[str, ...] = ()
    """The subjects of the others that this row stands for too: those days are regained only when all are resolved."""
    members: tuple[Blocker, ...] = ()
    """Each by itself, where one row stands for several that regain its days only together, largest slip first; the
    row has the subject of the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """The blocked critical path of one objective: the driving chain back from its finish, earliest first."""

    objective: str
    title: str
    finish: date | None
    target: date | None
    steps: tuple[ChainStep, ...]
    blockers: tuple[Blocker, ...]
    dead: bool
    near_critical: tuple[str, ...] = ()
    near_float_days: float | None = None
    """The least float of these, in working days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DependencyView:
    """A dependency with its derived state."""

    record: Dependency
    subject: str
    version: str
    """SHA-256 of what a signature over it covers."""
    state: DependencyState
    giver_owner_name: str
    receiver_owner_name: str
    crosses_cost_centre: bool
    promised_for: date | None
    held_until: date | None
    assumed_hold: bool
    projects: tuple[str, ...]
    """The receiving projects that it puts At Risk while unresolved."""
    proof: str = ""
    """The id of the statement that decides its state."""
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOff:
    """A signature that is waited for."""

    subject: str
    title: str
    meanings: tuple[Meaning, ...]
    owner: str
    owner_name: str
    team: str
    due: date | None
    state: str
    version: str
    acceptance: str = ""
    projects: tuple[str, ...] = ()
    objective: str = ""
    entitled: bool = True
    """Somebody named can sign it; false when nobody who may sign is known."""
    enrolled: bool = True
    """The owner has a key in the charter."""
    origin: Origin | None = None
    asked_on: date | None = None
    """The last day on which its owner was asked for it (`cockpit ask`) without an answer yet."""
    others: tuple[str, ...] = ()
    """Ids of those who may give it as well as the owner: one of them all is enough."""
    command: str = ""
    """The command that gives it, FOLDER standing for the portfolio; empty where `cockpit sign` does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedView:
    """How often one person was asked for a signature (`cockpit ask`), by ISO weeks."""

    person: str
    person_name: str
    this_week: int
    weeks: tuple[int, ...]
    """The four weeks before this one, oldest first."""
    total: int
    """Of those four weeks."""
    median: float
    """Of those four weeks."""
    answered: int
    """Of all requests that were ever sent to them."""
    open: int
    """Of all requests that were ever sent to them, those that they have not answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectView:
    """A project: what is computed, beside what was reported."""

    record: Project
    status: Status
    basis: Basis
    reasons: tuple[Reason, ...]
    reported: str
    """The word of the latest status report, as written; empty when there is none."""
    reported_on: date | None
    reported_rag: str
    watermelon: bool
    """Reported green, computed At Risk or worse."""
    baseline_finish: date | None
    computed_finish: date | None
    slip_days: float | None
    at_least: bool
    root: str = ""
    """The project from which an inherited status comes."""
    owner_name: str = ""
    team_title: str = ""
    items_open: int = 0
    items_done: int = 0
    latency_days: int | None = None
    replay: Replay | None = None
    """What it was reported as day by day; None as long as no day before was looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KpiView:
    """A KPI with its latest reading and whether that counts."""

    record: Kpi
    status: Status
    value: float | None
    value_on: date | None
    signed: bool
    signer_name: str
    stale: bool
    contradicted: bool
    attainment: float | None
    """(actual − baseline) ÷ (target − baseline); None when it has no meaning."""
    forecast: float | None
    """The line through the last readings, at the target date."""
    forecast_status: Status
    readings: tuple[tuple[date, float, bool], ...]
    """Every reading: day, value, signed."""
    owner_name: str
    reasons: tuple[Reason, ...] = ()
    statements: tuple[str, ...] = ()
    """The id of the statement that signs each reading, in the same order; empty for one that nobody signed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectiveView:
    """Execution beside outcome, and the bottom line."""

    record: Objective
    execution: Status
    execution_basis: Basis
    outcome: Status
    finish: date | None
    at_least: bool
    slip_days: float | None
    cost_of_delay: float | None
    cost_assumed: bool
    overrun: float | None
    """Σ (forecast cost − budget) of its projects."""
    bottom_line: float | None
    """Slip × cost of delay + overrun."""
    projects: tuple[str, ...]
    kpis: tuple[str, ...]
    owner_name: str
    blockers: int
    reasons: tuple[Reason, ...] = ()
    attained: tuple[tuple[date, float], ...] = ()
    """The lowest attainment of its KPIs on each day on which one was read, by the readings that count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementView:
    """A statement with what it is worth and why."""

    record: Statement
    subject: str
    meaning: str
    signer_name: str
    verdict: Verdict
    why: str
    witnessed_at: datetime | None = None
    """The earliest time of another person's signature that follows it: it was there by then, whatever it says."""
    superseded_by: str = ""
    """The id of the statement that replaced it."""
    behalf: str = ""
    """Whose place its signer takes, by a delegation: name and id."""
    evidence: tuple[tuple[str, str], ...] = ()
    """The SHA-256 of each evidence file and the name under which it is kept; no name where it is not kept here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerView:
    """A role in a subject that was moved by signature, or that a file gives to another than its owner."""

    subject: str
    role: str
    """As in the tables: `giver_owner`, `sponsor`, `lead`."""
    owner: str
    """By id; empty for nobody."""
    owner_name: str
    named: str = ""
    """Who the file names instead; empty where it names the owner."""
    origin: Origin | None = None
    contested: bool = False
    """It was given away twice, each unseen by the other: nobody may sign for it."""
    reasons: tuple[Reason, ...] = ()
    """Each move, with the statement that completed it. One by two stewards is shown for ever."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """What is true of a portfolio on one day."""

    portfolio: str
    title: str
    currency: str
    today: date
    status: Status
    policy: tuple[Loosened, ...] = ()
    """Where the charter's policy is looser than the default."""
    breaches: tuple[Breach, ...] = ()
    objectives: tuple[ObjectiveView, ...] = ()
    kpis: tuple[KpiView, ...] = ()
    projects: tuple[ProjectView, ...] = ()
    chains: tuple[Chain, ...] = ()
    dependencies: tuple[DependencyView, ...] = ()
    signoffs: tuple[SignOff, ...] = ()
    asked: tuple[AskedView, ...] = ()
    """Who was asked for signatures and how often, most asked this week first."""
    statements: tuple[StatementView, ...] = ()
    missing: tuple[str, ...] = ()
    """The ids of the statements that the shared ledger lacks although this user has seen them in it."""
    owners: tuple[OwnerView, ...] = ()
    """What was moved by signature, and what a file gives to another than its owner."""
    alignment: Alignment = field(default_factory=Alignment)
    unmapped: Sequence[UnmappedTicket] = field(default=(), compare=False)
    """Every ticket that serves no objective, most effort first; looked up when somebody asks."""
    tolerances: tuple[ToleranceView, ...] = ()
    """What the charter lets single levels miss, beside what is forecast: the portfolio, objectives, projects."""
    items: Mapping[str, ItemDates] = field(default_factory=dict)
    """The computed schedule of every work item that can be computed, and of every project's finish."""
    titles: Mapping[str, str] = field(default_factory=dict)
    """Work item → what it is called."""
    subjects: Mapping[str, str] = field(default_factory=dict, compare=False)
    """What was signed → what people call it, the subject itself where nobody calls it anything."""
    near: Mapping[str, tuple[NearChain, ...]] = field(default_factory=dict, compare=False)
    """Objective → its near-critical chains, least float first; worked out when asked for."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Person, team, project and objective ids → what people call them."""
    people: Mapping[str, Person] = field(default_factory=dict)
    """Everybody who is known, by id."""
    levels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Breach key → the ids of the people to whom it goes as it ages, nearest first."""
    precision: tuple[Precision, ...] = ()
    """How precise the portfolio, its projects, teams and owners have been, where history was asked."""
    cycles: tuple[tuple[str, ...], ...] = ()
    """Cycles of links, each named in full; their members are not computed."""
    quality: Sequence[QualityView] = ()
    """DCMA's fourteen checks: of all projects together, then of each project whose plan is judged."""
    sources: tuple[SourceFile, ...] = ()
    edits: tuple[Edit, ...] = ()
    """What files say otherwise than when it was known first, and nobody has signed; progress is none of it."""
    unheld: Mapping[str, date] = field(default_factory=dict)
    """Project id → its computed finish without any hold, to see later whether it recedes."""
    decision_days: float | None = None
    """The median of the days from raised to decided, over every life of a breach that was ever decided here."""
    decided: int = 0
    """How many those are."""

    @property
    def policy_notes(self) -> tuple[str, ...]:
        """Where the charter's policy is looser than the default and whether that counts, a line each."""
        return tuple(each.note for each in self.policy)
