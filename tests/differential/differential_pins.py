"""One small plan for each kind of disagreement that is understood; the test beside it holds both programs' dates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from types import MappingProxyType

from differential_plans import CALENDARS, Plan, Task, Tie, with_exceptions

from cockpit.records.model import LinkType
from cockpit.records.terms import Constraint, Role, Rules

MONDAY = datetime.fromisoformat("2025-03-03 08:00")
OFFICE, CLOCK, NIGHT = CALENDARS[0], CALENDARS[1], CALENDARS[3]
SHORT_DAY = with_exceptions(CLOCK, ((date(2025, 3, 4), ((540, 735),)),))
"""Round the clock, but for a Tuesday from 9:00 to 12:15."""


def at(days: int, hours: float = 0) -> datetime:
    """A moment after Monday morning, 8:00."""
    return MONDAY + timedelta(days=days, hours=hours)


def task(uid: int, hours: float = 8, **more: object) -> Task:
    """A task of so many hours."""
    return replace(Task(uid=uid, minutes=round(60 * hours)), **more)  # type: ignore[arg-type]


def milestone(uid: int, **more: object) -> Task:
    """A moment."""
    return task(uid, 0, role=Role.FINISH_MILESTONE, **more)


def tie(pred: int, kind: str, succ: int, hours: float = 0, unit: str = "work") -> Tie:
    """A link with a lag in hours."""
    return Tie(pred=pred, succ=succ, type=LinkType(kind), lag=round(60 * hours), unit=unit)


def primavera(*parts: Task | Tie, **more: object) -> Plan:
    """A plan by Primavera."""
    return _plan(Rules.PRIMAVERA, parts, more)


def project(*parts: Task | Tie, **more: object) -> Plan:
    """A plan by Microsoft Project."""
    return _plan(Rules.PROJECT, parts, more)


def _plan(rules: Rules, parts: tuple[Task | Tie, ...], more: Mapping[str, object]) -> Plan:
    tasks = tuple(part for part in parts if isinstance(part, Task))
    links = tuple(part for part in parts if isinstance(part, Tie))
    plan = Plan(rules=rules, start=MONDAY, tasks=tasks, links=links, calendars=(OFFICE, CLOCK, NIGHT))
    return replace(plan, **more)  # type: ignore[arg-type]


PINS: Mapping[str, Plan] = MappingProxyType(
    {
        "finish from, nothing before it": primavera(
            task(1, constraint=Constraint.FINISH_FROM, on=at(2, 4)), data_date=at(2)
        ),
        "start from, on the day of its links": primavera(
            task(1, 10), task(2, constraint=Constraint.START_FROM, on=at(1)), tie(1, "FS", 2)
        ),
        "must start, its links say when it ends": primavera(
            task(1), task(2, 4, constraint=Constraint.MUST_START, on=at(9)), tie(1, "FF", 2)
        ),
        "must start, another starts with it": primavera(
            task(1, constraint=Constraint.MUST_START, on=at(1)), task(2), task(3, 80), tie(1, "SS", 2)
        ),
        "progress override": primavera(
            task(1), task(2, begun=at(0), left=240), tie(1, "FS", 2), data_date=at(1), override=True
        ),
        "secondary start from": primavera(
            task(1, constraint=Constraint.FINISH_UNTIL, on=at(20), second=Constraint.START_FROM, second_on=at(9))
        ),
        "expected finish, start on": primavera(
            task(1, constraint=Constraint.START_ON, on=at(1), expected=at(3, 9)), stretch=True
        ),
        "expected finish, at night": primavera(
            task(1, expected=at(4, -8)), task(2), tie(1, "FF", 2, -1), stretch=True
        ),
        "as late as possible, start-to-finish only": primavera(
            task(1, constraint=Constraint.LATE), task(2), tie(1, "SF", 2)
        ),
        "as late as possible, late before the data date": primavera(
            task(1, constraint=Constraint.LATE),
            task(2, constraint=Constraint.MUST_FINISH, on=at(2, 9)),
            tie(1, "FS", 2),
            data_date=at(4),
        ),
        "as late as possible, begun": primavera(
            task(1, 16, constraint=Constraint.LATE, begun=at(0), left=480), task(2), task(3, 80), tie(1, "FS", 2),
            tie(1, "SS", 3, 8), data_date=at(2),
        ),
        "finishes on two calendars": project(task(1, calendar="4"), task(2), tie(1, "FF", 2)),
        "a milestone on another calendar": project(
            task(1), Task(uid=2, calendar="4", role=Role.FINISH_MILESTONE), tie(1, "FS", 2)
        ),
        "a summary with done work": project(
            task(1), Task(uid=2, summary=True), task(3, 8, parent=2, begun=at(0), ended=at(0, 9)),
            task(4, 8, parent=2), task(5, 80), tie(1, "FS", 2), data_date=at(1),
        ),
        "as late as possible, begun (Project)": project(
            task(1, 16, constraint=Constraint.LATE, begun=at(0), left=480), task(2, 80), data_date=at(1)
        ),
        "as late as possible, a lag round the clock": primavera(
            task(1, 26, constraint=Constraint.LATE), task(2), tie(1, "FS", 2, 29), data_date=at(1), lag_calendar="24h"
        ),
        "work counted back from midnight": primavera(
            task(1, 32), task(2, 2), tie(1, "FF", 2, 7), lag_calendar="24h"
        ),
        "two links at once": primavera(
            task(1), task(2, 12, calendar="2"), milestone(3), task(4, calendar="2"), tie(1, "FS", 3), tie(2, "FS", 3),
            tie(3, "FS", 4),
        ),
        "a milestone with a deadline, from a start": project(
            task(1, 8, calendar="4"), task(2), milestone(3, deadline=at(1, 9)), tie(1, "FS", 2), tie(2, "SS", 3)
        ),
        "elapsed lag into a milestone": project(task(1), milestone(2), tie(1, "FS", 2, 8, "elapsed")),
        "typed in, before a summary's work": project(
            task(1, manual=(at(1), at(1, 9))), Task(uid=2, summary=True), task(3, parent=2), task(4, 40),
            tie(1, "SS", 3), tie(2, "FS", 4),
        ),
        "start until midnight": project(
            task(1, 40), task(2, constraint=Constraint.START_UNTIL, on=at(2, -8)), task(3), tie(1, "FS", 2),
            tie(2, "SS", 3, 8, "elapsed"),
        ),
        "a short day round the clock": project(
            task(1, 1, calendar="2"), task(2, calendar="2", manual=(at(2, -8), at(2, -8))),
            calendars=(OFFICE, SHORT_DAY),
        ),
        "elapsed lag between finishes": project(task(1, 32), task(2), tie(1, "FF", 2, 60, "elapsed")),
        "percent lag behind a summary": project(
            Task(uid=1, summary=True, minutes=1440), task(2, 8, parent=1), task(3, 16, parent=1), task(4),
            tie(2, "FS", 3), replace(tie(1, "FS", 4), lag=50, unit="percent"),
        ),
        "must finish at midnight": project(task(1, 4, constraint=Constraint.MUST_FINISH, on=at(5, -8))),
    }
)  # fmt: skip
"""By what the plan is about."""
