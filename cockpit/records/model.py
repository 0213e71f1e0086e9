"""The vocabulary of Cockpit as frozen records: one concept, one name.

Everything may import this module; it imports nothing of ours but `terms`, its second half. Times are naive local
wall-clock values: a `Moment` is a date, or a datetime where a plan file knows the minute. A bare date used as a start
means the first working minute of that day, used as a finish the last one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, NamedTuple

from cockpit.basics.classes import dataclass
from cockpit.records.frozen import compact
from cockpit.records.origins import Origin as Origin
from cockpit.records.origins import packed, unpacked
from cockpit.records.terms import Method, Terms

Moment = date | datetime
"""A day, or a minute of a day."""

Extra = tuple[tuple[str, str], ...]
"""Columns of a source that Cockpit has no name for, kept and shown: (header, text) pairs."""


YEARS = range(1900, 3000)
"""The years of a day that may be taken for today: beyond them days cannot be added or taken away."""


class Problem(NamedTuple):
    """Input that could not be used, said for people. `column` and `origin.row` are empty for whole-file problems."""

    origin: Origin
    message: str
    column: str = ""

    def __str__(self) -> str:
        where = f"{self.origin}, {self.column}" if self.column else str(self.origin)
        return f"{where}: {self.message}"


class Direction(StrEnum):
    """Which way a KPI is good."""

    HIGHER = "higher"
    LOWER = "lower"
    RANGE = "range"


class Kind(StrEnum):
    """What a work item is in the schedule network."""

    ACTIVITY = "activity"
    MILESTONE = "milestone"
    TICKET = "ticket"
    SUMMARY = "summary"


class State(StrEnum):
    """The category of a work item's or project's own status word, by the charter's `[states]`."""

    TODO = "todo"
    DOING = "doing"
    BLOCKED = "blocked"
    DONE = "done"


class Rag(StrEnum):
    """The category of a reported status word, by the charter's `[rag]`."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"
    COMPLETE = "complete"


class LinkType(StrEnum):
    """Which ends of predecessor and successor a link ties."""

    FS = "FS"
    SS = "SS"
    FF = "FF"
    SF = "SF"


class Meaning(StrEnum):
    """What a signature says of its subject."""

    PROMISED = "promised"
    RESOLVED = "resolved"
    DISPUTED = "disputed"
    WITHDRAWN = "withdrawn"
    VALIDATED = "validated"
    ATTESTED = "attested"
    CONFIRMED = "confirmed"
    BASELINED = "baselined"
    DISMISSED = "dismissed"
    ACKNOWLEDGED = "acknowledged"
    DECIDED = "decided"


class EnrolledKey(NamedTuple):
    """A key that a steward enrolled for a person, and the time for which it counts; `until` is None while it does."""

    person: str
    key: str
    """The line of the public key: type and base64."""
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A row of one of the native tables. `origin` says where it stands, `extra` keeps unknown columns."""

    origin: Origin | None = field(default=None, compare=False)
    extra: Extra = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Objective(Record):
    """A strategic objective. `finish_item` names the work item or project whose finish is its finish."""

    id: str
    title: str
    owner: str = ""
    target_date: date | None = None
    finish_item: str = ""
    weight: float | None = None
    cost_of_delay_per_day: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kpi(Record):
    """A measure of an objective with one accountable owner. `leads` are bound by the same number."""

    id: str
    objective: str
    title: str
    owner: str = ""
    leads: tuple[str, ...] = ()
    unit: str = ""
    direction: Direction = Direction.HIGHER
    baseline: float | None = None
    target: float | None = None
    low: float | None = None
    high: float | None = None
    target_date: date | None = None
    tolerance: float = 0.0
    cadence_days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading(Record):
    """A dated value of a KPI."""

    kpi: str
    as_of: date
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Project(Record):
    """Work with an owner, a sponsor, a team and a baseline finish. Money is in the charter's currency."""

    id: str
    title: str
    objectives: tuple[str, ...] = ()
    owner: str = ""
    sponsor: str = ""
    team: str = ""
    state: State | None = None
    start: date | None = None
    baseline_finish: date | None = None
    forecast_finish: date | None = None
    actual_finish: date | None = None
    budget: float | None = None
    forecast_cost: float | None = None
    actual_cost: float | None = None
    same_as: str = ""
    """The id of the same project in another source."""
    method: Method | None = None
    """How the planning program that its plan comes from schedules; None for the native tables."""


@compact("origin", packed, unpacked)
@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItem(Record):
    """A node of the schedule network. Durations are in working days of its calendar (`minutes_per_day`)."""

    id: str
    project: str
    title: str
    kind: Kind = Kind.ACTIVITY
    team: str = ""
    owner: str = ""
    status: str = ""
    state: State | None = None
    calendar: str = ""
    duration_days: float | None = None
    remaining_days: float | None = None
    not_before: Moment | None = None
    deadline: Moment | None = None
    baseline_start: Moment | None = None
    baseline_finish: Moment | None = None
    actual_start: Moment | None = None
    actual_finish: Moment | None = None
    percent: float | None = None
    effort: float | None = None
    parent: str = ""
    objective: str = ""
    acceptor: str = ""
    acceptance: str = ""
    updated: Moment | None = None
    same_as: str = ""
    """The id of the same work in another source."""
    stub: bool = False
    """Named by a link but absent from its own file, or cancelled there: nobody works on it."""
    terms: Terms | None = None
    """What a planning program says of its schedule beyond these columns."""


@compact("origin", packed, unpacked)
@dataclass(frozen=True, slots=True, kw_only=True)
class Link(Record):
    """A tie between two work items; the lag is in working days of `lag_calendar`."""

    predecessor: str
    successor: str
    type: LinkType = LinkType.FS
    lag_days: float = 0.0
    lag_calendar: str = ""
    """The calendar that the lag is counted in; the successor's where none is named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependency(Record):
    """One team (receiver) needs something from another team or vendor (giver) by a date."""

    id: str
    title: str
    giver_team: str
    receiver_team: str
    giver_owner: str = ""
    receiver_owner: str = ""
    giver_item: str = ""
    receiver_item: str = ""
    receiver_project: str = ""
    needed_by: date | None = None
    acceptance: str = ""
    logged_on: date | None = None
    discovered: bool = False
    """Found by the engine in a cross-team link; in no register."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusReport(Record):
    """What somebody reported of a project: kept only to be compared with what is computed."""

    project: str
    as_of: date
    status: str
    rag: Rag | None = None
    author: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person(Record):
    """Somebody who signs. `key` is an OpenSSH public key line."""

    id: str
    name: str
    team: str = ""
    email: str = ""
    aliases: tuple[str, ...] = ()
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Team(Record):
    """Teams own. `external` marks a vendor; `lead` is the person breaches go to when nobody nearer is named."""

    id: str
    title: str
    cost_centre: str = ""
    lead: str = ""
    parent: str = ""
    external: bool = False
    aliases: tuple[str, ...] = ()


Shift = tuple[int, int]
"""Working time from one minute of the day to another, 0 ≤ start < end ≤ 1440."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar(Record):
    """Working time. `week` has seven days from Monday; `weeks` replaces it from one day to another, both included; an
    exception replaces the shifts of the days from..to."""

    id: str
    title: str = ""
    week: tuple[tuple[Shift, ...], ...] = (((540, 780), (840, 1080)),) * 5 + ((), ())
    weeks: tuple[tuple[date, date, tuple[tuple[Shift, ...], ...]], ...] = ()
    exceptions: tuple[tuple[date, date, tuple[Shift, ...]], ...] = ()
    minutes_per_day: int = 480
    """What one day of a duration or lag is worth."""


TABLES: Mapping[str, type[Record]] = MappingProxyType(
    {
        "objectives": Objective,
        "kpis": Kpi,
        "readings": Reading,
        "projects": Project,
        "work_items": WorkItem,
        "links": Link,
        "dependencies": Dependency,
        "status_reports": StatusReport,
        "people": Person,
        "teams": Team,
        "calendars": Calendar,
    }
)
"""Every table of the portfolio and the record a row of it becomes."""

KEYS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "readings": ("kpi", "as_of"),
        "links": ("predecessor", "successor", "type"),
        "status_reports": ("project", "as_of"),
    }
)
"""The fields that identify a row; `("id",)` for every table not named here."""


def key_of(table: str, record: Record) -> str:
    """The text that identifies a record among the rows of its table from one source."""
    names = KEYS.get(table)
    if names is None:
        return str(getattr(record, "id"))  # noqa: B009 - not every record has one
    return "|".join([str(getattr(record, name)) for name in names])


@dataclass(frozen=True, slots=True)
class Batch:
    """What one source file holds: records by table, and the rows that could not be used."""

    records: Mapping[str, tuple[Record, ...]]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One signed, time-stamped sentence of one person, as stored. `payload` holds the signed bytes."""

    id: str
    payload: bytes
    signature: str
    type: str
    signer: str
    key: str
    signed_at: datetime
    parents: tuple[str, ...]
    body: Mapping[str, Any]
    portfolio: str = ""
    """What its payload names as the portfolio."""
    verdict: str = ""
    """Empty when the signature is good, else why the bytes prove nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A signature that was asked for: `statement` is the id that it will have, `signer` who is asked."""

    statement: str
    signer: str
    subject: str
    meaning: str
    asked_at: datetime
