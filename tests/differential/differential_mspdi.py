"""Writes a plan as Microsoft Project saves it (MSPDI XML), without the early and late dates in it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from xml.sax.saxutils import escape

from differential_plans import Plan, Task, Tie

from cockpit.records.model import Calendar, LinkType, Shift
from cockpit.records.terms import Constraint

_MSPDI_CONSTRAINTS = {
    None: 0,
    Constraint.LATE: 1,
    Constraint.MUST_START: 2,
    Constraint.MUST_FINISH: 3,
    Constraint.START_FROM: 4,
    Constraint.START_UNTIL: 5,
    Constraint.FINISH_FROM: 6,
    Constraint.FINISH_UNTIL: 7,
}
_MSPDI_LINKS = {LinkType.FF: 0, LinkType.FS: 1, LinkType.SF: 2, LinkType.SS: 3}


def mspdi(plan: Plan) -> str:
    levels = _levels(plan)
    preds: dict[int, list[Tie]] = {}
    for tie in plan.links:
        preds.setdefault(tie.succ, []).append(tie)
    tasks = [_mspdi_task(plan, task, levels[task.uid], preds.get(task.uid, ())) for task in plan.tasks]
    parts = [
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>',
        '<Project xmlns="http://schemas.microsoft.com/project"><SaveVersion>14</SaveVersion><Name>plan.xml</Name>',
        "<ScheduleFromStart>1</ScheduleFromStart>",
        f"<StartDate>{_iso(plan.start)}</StartDate>",
        f"<CalendarUID>{plan.calendars[0].id}</CalendarUID><MinutesPerDay>480</MinutesPerDay>"
        "<MinutesPerWeek>2400</MinutesPerWeek><DaysPerMonth>20</DaysPerMonth>",
        f"<StatusDate>{_iso(plan.data_date)}</StatusDate>" if plan.data_date else "",
        "<Calendars>",
        *(_mspdi_calendar(plan, one) for one in plan.calendars),
        "</Calendars><Tasks><Task><UID>0</UID><ID>0</ID><Type>1</Type><IsNull>0</IsNull><OutlineLevel>0</OutlineLevel>"
        "<Summary>1</Summary><ConstraintType>0</ConstraintType><CalendarUID>-1</CalendarUID></Task>",
        *tasks,
        "</Tasks></Project>",
    ]
    return "\n".join(parts)


def _levels(plan: Plan) -> dict[int, int]:
    levels: dict[int, int] = {}
    for task in plan.tasks:
        levels[task.uid] = 1 if task.parent is None else levels[task.parent] + 1
    return levels


def _mspdi_calendar(plan: Plan, calendar: Calendar) -> str:
    week = calendar.week[6:] + calendar.week[:6]
    days = "".join(_mspdi_day(number, shifts) for number, shifts in enumerate(week, 1))
    spans = ""
    if plan.old_exceptions:
        days += "".join(_mspdi_day(0, shifts, first) for first, _, shifts in calendar.exceptions)
    elif calendar.exceptions:
        spans = "".join(_mspdi_exception(day, shifts) for day, _, shifts in calendar.exceptions)
        spans = f"<Exceptions>{spans}</Exceptions>"
    weeks = "".join(
        f"<WorkWeek>{_span(first, last)}<Name>w</Name><WeekDays>"
        + "".join(_mspdi_day(number, shifts) for number, shifts in enumerate(other[6:] + other[:6], 1))
        + "</WeekDays></WorkWeek>"
        for first, last, other in calendar.weeks
    )
    return (
        f"<Calendar><UID>{calendar.id}</UID><Name>{escape(calendar.title)}</Name><IsBaseCalendar>1</IsBaseCalendar>"
        f"<BaseCalendarUID>-1</BaseCalendarUID><WeekDays>{days}</WeekDays>{spans}"
        + (f"<WorkWeeks>{weeks}</WorkWeeks>" if weeks else "")
        + "</Calendar>"
    )


def _span(first: date, last: date) -> str:
    return f"<TimePeriod><FromDate>{first}T00:00:00</FromDate><ToDate>{last}T23:59:00</ToDate></TimePeriod>"


def _mspdi_exception(day: date, shifts: Sequence[Shift]) -> str:
    return (
        f"<Exception><EnteredByOccurrences>0</EnteredByOccurrences>{_span(day, day)}<Occurrences>1</Occurrences>"
        f"<Name>x</Name><Type>1</Type><DayWorking>{int(bool(shifts))}</DayWorking>{_mspdi_shifts(shifts)}</Exception>"
    )


def _mspdi_day(number: int, shifts: Sequence[Shift], day: date | None = None) -> str:
    period = _span(day, day) if day else ""
    return (
        f"<WeekDay><DayType>{number}</DayType><DayWorking>{int(bool(shifts))}</DayWorking>{period}"
        f"{_mspdi_shifts(shifts)}</WeekDay>"
    )


def _mspdi_shifts(shifts: Sequence[Shift]) -> str:
    if not shifts:
        return ""
    parts = (
        f"<WorkingTime><FromTime>{_clock(a)}:00</FromTime><ToTime>{_clock(b)}:00</ToTime></WorkingTime>"
        for a, b in shifts
    )
    return f"<WorkingTimes>{''.join(parts)}</WorkingTimes>"


def _mspdi_task(plan: Plan, task: Task, level: int, links: Sequence[Tie]) -> str:
    done = task.minutes - task.remaining if task.begun else 0
    percent = 100 if task.ended else min(99, 100 * done // task.minutes) if task.minutes else 0
    is_own = task.calendar != plan.calendars[0].id
    start, finish = task.manual or (None, None)
    return "".join(
        (
            f"<Task><UID>{task.uid}</UID><ID>{task.uid}</ID><Name>Task {task.uid}</Name>",
            f"<Manual>{int(task.manual is not None)}</Manual>{_tag('Start', start)}{_tag('Finish', finish)}",
            "<Type>1</Type><IsNull>0</IsNull>",
            f"<OutlineLevel>{level}</OutlineLevel><Priority>500</Priority>",
            f"<Duration>{_period(task.minutes)}</Duration><DurationFormat>7</DurationFormat>",
            f"<Milestone>{int(task.is_milestone)}</Milestone><Summary>{int(task.summary)}</Summary>",
            f"<PercentComplete>{percent}</PercentComplete>",
            f"{_tag('ActualStart', task.begun)}{_tag('ActualFinish', task.ended)}",
            f"<ActualDuration>{_period(done)}</ActualDuration>",
            f"<RemainingDuration>{_period(task.remaining)}</RemainingDuration>",
            f"<ConstraintType>{_MSPDI_CONSTRAINTS[task.constraint]}</ConstraintType>",
            f"<CalendarUID>{task.calendar if is_own else -1}</CalendarUID>",
            _tag("ConstraintDate", task.on),
            _tag("Deadline", task.deadline),
            _tag("ManualStart", start),
            _tag("ManualFinish", finish),
            f"<ManualDuration>{_period(task.minutes)}</ManualDuration>" if task.manual else "",
            *(_mspdi_link(tie) for tie in links),
            "</Task>\n",
        )
    )


def _mspdi_link(tie: Tie) -> str:
    lag = tie.lag if tie.unit == "percent" else tie.lag * 10
    form = {"work": 7, "elapsed": 8, "percent": 19}[tie.unit]
    return (
        f"<PredecessorLink><PredecessorUID>{tie.pred}</PredecessorUID><Type>{_MSPDI_LINKS[tie.type]}</Type>"
        f"<CrossProject>0</CrossProject><LinkLag>{lag}</LinkLag><LagFormat>{form}</LagFormat></PredecessorLink>"
    )


def _tag(name: str, moment: datetime | None) -> str:
    return "" if moment is None else f"<{name}>{_iso(moment)}</{name}>"


def _iso(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}"


def _period(minutes: int) -> str:
    return f"PT{minutes // 60}H{minutes % 60}M0S"


def _clock(minute: int) -> str:
    return f"{minute // 60 % 24:02}:{minute % 60:02}"
