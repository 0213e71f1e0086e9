"""How a planning program schedules: what its plans say of a task or a project beyond the native tables.

Part of the vocabulary, beside `model`. Times are naive local datetimes, amounts of work are minutes.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from cockpit.basics.classes import dataclass

ROW_ID = "Row UID"
"""The extra column of a task of another plan that holds the number of the row that stands for it in this one."""


class Rules(StrEnum):
    """Whose scheduling method a plan follows."""

    PROJECT = "project"
    """Microsoft Project's."""
    PRIMAVERA = "primavera"
    """Primavera P6's."""


class Role(StrEnum):
    """What an activity is to the schedule, where its kind does not tell."""

    TASK = "task"
    START_MILESTONE = "start milestone"
    """Stands where the next work begins."""
    FINISH_MILESTONE = "finish milestone"
    """Stands where the work before it ends."""
    EFFORT = "level of effort"
    """Spans what it is tied to; never drives."""
    WBS = "wbs summary"
    """Spans the work of its branch; never drives."""


class Constraint(StrEnum):
    """A wish about a date, in the order of Microsoft Project's and Primavera's lists."""

    LATE = "as late as possible"
    START_FROM = "start no earlier than"
    START_UNTIL = "start no later than"
    FINISH_FROM = "finish no earlier than"
    FINISH_UNTIL = "finish no later than"
    START_ON = "start on"
    """Primavera's: never earlier, and no later than links allow."""
    FINISH_ON = "finish on"
    MUST_START = "must start on"
    """Whatever the links say."""
    MUST_FINISH = "must finish on"


class Progress(StrEnum):
    """What becomes of work that began before its predecessors were done."""

    RETAINED = "retained logic"
    """What is left of it waits for them."""
    OVERRIDE = "progress override"
    """It goes on at once."""


class FloatType(StrEnum):
    """Which slack total float is."""

    SMALLER = "smaller"
    START = "start"
    FINISH = "finish"


class Share(NamedTuple):
    """The part of one resource in work that is paced by its resources, already divided by the resource's units, with
    what it waits for and rests in between."""

    calendar: str
    minutes: int
    """In all."""
    left: int


class Pause(NamedTuple):
    """A rest between two parts of a split task, in working minutes: it keeps its place as the task moves."""

    after: int
    """How much work comes before it: of all, or of what is left of work in progress."""
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a plan says of one task beyond the columns of `WorkItem`."""

    rules: Rules
    role: Role = Role.TASK
    constraint: Constraint | None = None
    constraint_date: datetime | None = None
    second: Constraint | None = None
    """Primavera's secondary constraint: one of the `until` kinds, or one of the `from` kinds."""
    second_date: datetime | None = None
    manual: bool = False
    """Its dates are typed in and stay: `manual_start` to `manual_finish`."""
    manual_start: datetime | None = None
    manual_finish: datetime | None = None
    expected_finish: datetime | None = None
    suspended: datetime | None = None
    resumed: datetime | None = None
    """Where the work that is left goes on."""
    external_start: datetime | None = None
    """The early start that links to other projects asked for."""
    external_finish: datetime | None = None
    """The late finish that links to other projects asked for."""
    delay_minutes: int = 0
    """Levelling delay, in elapsed minutes."""
    shares: tuple[Share, ...] = ()
    """Who paces the work; empty where its own duration does."""
    pauses: tuple[Pause, ...] = ()
    """The rests of what its own duration paces; the minutes of shares hold theirs."""
    resourced: bool | None = None
    """Whether anybody or anything is assigned to it; None where the plan assigns nothing at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """How the program that wrote a plan schedules the project as a whole."""

    rules: Rules
    calendar: str = ""
    """The project's own calendar."""
    start: datetime | None = None
    data_date: datetime | None = None
    """The date of the last update: what is left is scheduled from here."""
    must_finish: datetime | None = None
    finish: datetime | None = None
    """Where the schedule is counted back from, if `backward`."""
    backward: bool = False
    progress: Progress = Progress.RETAINED
    float_type: FloatType = FloatType.SMALLER
    longest_path: bool = False
    """Critical is the longest path, not a threshold of float."""
    critical_minutes: int = 0
    """Total float up to which an activity is critical."""
    expected_finish: bool = False
    """Expected finish dates stretch what is left of an activity."""
    shared_finish: bool = False
    """Late dates count back from the last finish of all projects of the file, not of this one alone."""
    lag_from_actual: bool = False
    """A start-to-start lag runs from the actual start of work in progress, whatever has been done of it since."""
    open_critical: bool = False
    """Activities without successors have no float."""
