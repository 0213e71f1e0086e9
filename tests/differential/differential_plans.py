"""Plans as both programs can save them: what the differential test draws, writes into files and shrinks."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from types import MappingProxyType

from cockpit.engine.scheduling.calendars import Working
from cockpit.records.model import Calendar, LinkType, Shift
from cockpit.records.terms import Constraint, Role, Rules

OFFICE_HOURS: tuple[Shift, ...] = ((480, 720), (780, 1020))


def calendar(id_: str, *days: tuple[Shift, ...]) -> Calendar:
    """A calendar by its days from Monday."""
    return Calendar(id=id_, title=f"Calendar {id_}", week=days)


CALENDARS = (
    calendar("1", *(OFFICE_HOURS,) * 5, (), ()),
    calendar("2", *(((0, 1440),),) * 7),
    calendar("3", *(OFFICE_HOURS,) * 5, ((480, 720),), ()),
    calendar("4", *(((0, 180), (1200, 1380)),) * 5, ((0, 180),), ()),
    calendar("5", ((420, 660),), ((480, 960),), (), ((480, 720), (750, 990)), ((600, 840), (900, 1200)), (), ()),
    calendar("6", *(((360, 840),),) * 6, ()),
    calendar("7", *(((540, 780), (840, 1080)),) * 5, (), ()),
    calendar("8", (), (), ((480, 720), (780, 1020), (1080, 1200)), *(OFFICE_HOURS,) * 3, ()),
)
"""Office hours; round the clock; with Saturday mornings; two shifts by night; no two days alike; six days without a
lunch; Spanish hours; Wednesday to Saturday."""

NIGHTS = calendar("9", *(((0, 360), (1320, 1440)),) * 5, ((0, 360),), ())
"""Shifts over midnight."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A task of a plan. Amounts are working minutes of its calendar."""

    uid: int
    minutes: int = 0
    calendar: str = "1"
    role: Role = Role.TASK
    summary: bool = False
    parent: int | None = None
    """The uid of the summary above it."""
    constraint: Constraint | None = None
    on: datetime | None = None
    second: Constraint | None = None
    second_on: datetime | None = None
    deadline: datetime | None = None
    expected: datetime | None = None
    manual: tuple[datetime, datetime] | None = None
    """The start and finish that were typed in."""
    begun: datetime | None = None
    ended: datetime | None = None
    left: int = 0
    """What is left of work in progress."""

    @property
    def is_milestone(self) -> bool:
        """Whether it has no extent by its nature."""
        return self.role in (Role.START_MILESTONE, Role.FINISH_MILESTONE)

    @property
    def remaining(self) -> int:
        """What is left of it."""
        return 0 if self.ended else self.left if self.begun else self.minutes


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """A link; its lag is in working minutes, elapsed minutes or percent of the predecessor's duration."""

    pred: int
    succ: int
    type: LinkType = LinkType.FS
    lag: int = 0
    unit: str = "work"
    """`work`, `elapsed` or `percent`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A plan without cycles, tasks in the order of the file."""

    rules: Rules
    start: datetime
    tasks: tuple[Task, ...]
    links: tuple[Tie, ...] = ()
    calendars: tuple[Calendar, ...] = CALENDARS[:1]
    """The first is the project's own."""
    data_date: datetime | None = None
    must_finish: datetime | None = None
    lag_calendar: str = "predecessor"
    """Primavera's setting: `predecessor`, `successor`, `project` or `24h`."""
    override: bool = False
    stretch: bool = False
    """Expected finishes count."""
    float_type: str = "Min"
    """Primavera's setting: `Min`, `SS` or `FF`."""
    old_exceptions: bool = False
    """Exceptions are written as Microsoft Project did before 2007."""

    def working(self, task: Task) -> Working:
        """The compiled calendar of a task."""
        found = next((one for one in self.calendars if one.id == task.calendar), self.calendars[0])
        return compiled(found)


@lru_cache(maxsize=512)
def compiled(calendar: Calendar) -> Working:
    """A calendar ready to work by."""
    return Working(calendar)


FEATURES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "basic": (),
        "calendars": ("calendars",),
        "constraints": ("constraints",),
        "progress": ("progress",),
        "milestones": ("milestones",),
        "bounds": ("bounds",),
        "loe": ("loe",),
        "expected": ("expected",),
        "alap": ("alap",),
        "lags": ("lags",),
        "summary": ("summary",),
        "manual": ("manual",),
        "nights": ("calendars", "nights"),
        "override": ("progress", "override"),
        "second": ("constraints", "second"),
        "milestone-progress": ("milestones", "progress"),
        "calendar-progress": ("calendars", "progress"),
        "calendar-constraints": ("calendars", "constraints"),
        "calendar-lags": ("calendars", "nights", "milestones", "lags"),
        "all": (
            "calendars", "constraints", "progress", "milestones", "bounds", "loe", "expected", "alap", "lags",
            "summary", "manual",
        ),
    }
)  # fmt: skip
"""Profile → what may occur in its plans, beside links of all types with lags; in `all` nothing that is `UNANSWERED`."""

ONLY: Mapping[str, Rules] = MappingProxyType(
    {
        "loe": Rules.PRIMAVERA,
        "expected": Rules.PRIMAVERA,
        "lags": Rules.PROJECT,
        "summary": Rules.PROJECT,
        "manual": Rules.PROJECT,
        "override": Rules.PRIMAVERA,
        "second": Rules.PRIMAVERA,
    }
)
"""Features that only one program has."""


UNANSWERED = frozenset({"nights", "override", "second"})
"""Features that the peer has no answer to: shifts that end at midnight, progress override, secondary constraints of the
`from` kind."""


def features(profile: str, rules: Rules) -> frozenset[str]:
    """What may occur in a plan of that profile by that program."""
    return frozenset(name for name in FEATURES[profile] if ONLY.get(name, rules) is rules)


def profiles(rules: Rules) -> tuple[str, ...]:
    """The profiles that say something of that program."""
    return tuple(
        name for name, may in FEATURES.items() if name == "all" or all(ONLY.get(one, rules) is rules for one in may)
    )


def with_exceptions(base: Calendar, days: tuple[tuple[date, tuple[Shift, ...]], ...]) -> Calendar:
    """A calendar with days of its own: holidays, and days worked otherwise."""
    return replace(base, exceptions=tuple((day, day, shifts) for day, shifts in days))


def with_week(base: Calendar, first: date, days: int, week: tuple[tuple[Shift, ...], ...]) -> Calendar:
    """A calendar with other working weeks for some time."""
    return replace(base, weeks=((first, first + timedelta(days=days), week),))


def hangs_on(plan: Plan, uid: int) -> bool:
    """Whether the peer would fail on the task, or never end, were it to be as late as possible: its scheduler for
    Primavera knows no bound for one that is followed by start-to-finish links only."""
    after = [tie.type for tie in plan.links if tie.pred == uid]
    return plan.rules is Rules.PRIMAVERA and bool(after) and all(kind is LinkType.SF for kind in after)


def shuffled(plan: Plan, seed: int) -> Plan:
    """Other uids and another order of the rows; children stay right below their summary."""
    dice = random.Random(seed)
    numbers = list(range(1, len(plan.tasks) + 1))
    dice.shuffle(numbers)
    new = {task.uid: number for task, number in zip(plan.tasks, numbers, strict=True)}
    tasks = [
        replace(task, uid=new[task.uid], parent=None if task.parent is None else new[task.parent])
        for task in plan.tasks
    ]
    links = [replace(tie, pred=new[tie.pred], succ=new[tie.succ]) for tie in plan.links]
    dice.shuffle(tasks)
    dice.shuffle(links)
    return replace(plan, tasks=tuple(in_outline(tasks)), links=tuple(links))


def in_outline(tasks: Sequence[Task], parent: int | None = None) -> list[Task]:
    """The tasks below a summary, each followed by its own."""
    found = []
    for task in tasks:
        if task.parent == parent:
            found.append(task)
            if task.summary:
                found += in_outline(tasks, task.uid)
    return found
