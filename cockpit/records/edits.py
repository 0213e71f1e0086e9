"""What files said before, and what was edited since: the past of a snapshot's rows, and edits as frozen records.

An edit is a change of what binds: a plan, a goal, who works for whom. Progress is none: what its own source says of the
work done is the word of whoever does it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from cockpit.basics.classes import dataclass
from cockpit.records.model import Moment, Origin, Record, State


class Step(NamedTuple):
    """When something became known: the day, and the place of that reading among all that are known."""

    on: date
    place: int


class Stretch(NamedTuple):
    """What one row of one source said from one reading until another; `until` is None while it says so."""

    source: str
    copy: int
    since: Step
    until: Step | None
    record: Record


class Claim(NamedTuple):
    """What the row of a work item in progress said of it from a step on; `before` is the day of the reading before."""

    since: Step
    before: date | None
    duration: float | None
    remaining: float | None
    percent: float | None
    state: State | None
    actual_start: Moment | None


class Rewritten(NamedTuple):
    """A dated drop that was changed after it was read, or that came when later ones of its source had been read."""

    path: str
    on: date
    """The day on which it was read."""
    late: bool


class Removed(NamedTuple):
    """A file that was there and is not any more."""

    path: str
    on: date


class Noted(NamedTuple):
    """What the charter said of a setting from a day on; None: nothing. `first`: so it was when it was seen first."""

    name: str
    value: str | None
    on: date
    first: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Pasts:
    """What is known of the past. Keys of rows are those of `model.key_of`; several rows may have one key."""

    rows: Mapping[str, Mapping[str, tuple[Stretch, ...]]] = field(default_factory=dict)
    """Table → key → what its rows said, earliest first: of those that say otherwise now than before in what binds, and
    of those that are gone. In which file a row stood is told of a stretch that has ended."""
    newer: Mapping[str, Mapping[str, Step]] = field(default_factory=dict)
    """Table → key → when it appeared, of rows that were not there at first."""
    claims: Mapping[str, tuple[tuple[Claim, ...], ...]] = field(default_factory=dict)
    """Work item that a row of it says is in progress → by row all that it said of how far the work is, earliest first;
    where it said several things."""
    rewritten: tuple[Rewritten, ...] = ()
    removed: tuple[Removed, ...] = ()
    settings: tuple[Noted, ...] = ()
    """What the charter said, in the order in which it was seen."""


class What(StrEnum):
    """What was edited, as a list shows it."""

    CUT = "duration cut"
    DURATION = "duration"
    REMOVED = "removed"
    ARCHIVED = "removed, done"
    LINK = "link"
    TEAM = "team"
    PLACE = "project"
    DATE = "date"
    BASELINE = "baseline"
    ACTUAL = "progress taken back"
    PROGRESS = "progress without proof"
    ACCEPTANCE = "acceptance"
    CALENDAR = "calendar"
    GOAL = "goal"
    MONEY = "money"
    OWNER = "owner"
    ROW = "row"
    SETTING = "charter"
    HISTORY = "past drop"
    FILE = "file removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One thing that a file says otherwise than when it was known first, and that nobody has signed."""

    scope: str
    """What is signed to settle it: a project (by its sponsor), an objective (by its owner), else the portfolio (by a
    steward), by id."""
    project: str
    """The project that it is about; empty for what is no project's own."""
    subject: str
    """Such as `item:A-17`, `link:A>B`, `team:apps`, `kpi:K-1`."""
    what: What
    field: str
    was: str
    now: str
    on: date
    """The day on which a file said so first."""
    origin: Origin | None = None

    count: int = 1
    """So many rows it is about, where rows were added."""

    @property
    def text(self) -> str:
        """The edit in words, without its place."""
        kind, _, name = self.subject.partition(":")
        title = f" “{self.was}”" if self.was else ""
        match self.what:
            case What.REMOVED:
                return f"{kind} {name}{title} was taken out on {self.on}"
            case What.ARCHIVED:
                return f"{kind} {name}{title}, done, was taken out on {self.on}"
            case What.ADDED:
                return (
                    f"{self.count:,} {kind} were added up to {self.on}: {self.now}"
                    if self.count > 1
                    else (f"{kind} {name} was added on {self.on}")
                )
            case What.HISTORY | What.FILE:
                return f"{kind} {name} {self.now} ({self.on})"
            case _:
                return f"{kind} {name}, {self.field}: {self.was or 'nothing'} → {self.now or 'nothing'} on {self.on}"
