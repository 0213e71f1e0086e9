"""The calendars of a Microsoft Project plan: week days, work weeks, exceptions old and new, and what is inherited."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from datetime import date, datetime, time

from cockpit.basics.classes import dataclass
from cockpit.basics.text import one_line
from cockpit.records.model import Calendar, Origin, Shift
from cockpit.sources.msproject_recurrence import Recurrence, spans
from cockpit.sources.msproject_rows import Row, Shape

Span = tuple[date, date, tuple[Shift, ...]]
Days = dict[int, tuple[Shift, ...]]
Week = tuple[tuple[Shift, ...], ...]

STANDARD_DAY: tuple[Shift, ...] = ((480, 720), (780, 1020))
STANDARD_WEEK: Week = (STANDARD_DAY,) * 5 + ((), ())
"""What Microsoft Project starts a calendar with, where neither it nor its base says otherwise."""
MOST_EXCEPTIONS = 20_000
"""A calendar keeps no more exceptions, and no more work weeks, than this."""

_LONGEST_LINEAGE = 8
_DAY_TYPES = frozenset("1234567")
_PERIOD: Shape = {"FromDate": None, "ToDate": None}
_TIMES: Shape = {"WorkingTime": {"FromTime": None, "ToTime": None}}
_WEEK_DAY: Shape = {"DayType": None, "DayWorking": None, "TimePeriod": _PERIOD, "WorkingTimes": _TIMES}
_EXCEPTION: Shape = dict.fromkeys((
    "EnteredByOccurrences", "Occurrences", "Name", "Type", "Period", "DaysOfWeek", "MonthItem", "MonthPosition",
    "Month", "MonthDay", "DayWorking",
)) | {"TimePeriod": _PERIOD, "WorkingTimes": _TIMES}  # fmt: skip
CALENDAR: Shape = {
    "UID": None,
    "Name": None,
    "BaseCalendarUID": None,
    "WeekDays": {"WeekDay": _WEEK_DAY},
    "Exceptions": {"Exception": _EXCEPTION},
    "WorkWeeks": {"WorkWeek": {"TimePeriod": _PERIOD, "Name": None, "WeekDays": {"WeekDay": _WEEK_DAY}}},
}
"""What is read of a `<Calendar>`."""


@dataclass(slots=True)
class PlanCalendar:
    """A calendar as written: only the days it names itself, Monday first; the rest comes from its base."""

    uid: str
    name: str
    base: str
    days: Days = field(default_factory=dict)
    weeks: list[tuple[date, date, Days]] = field(default_factory=list)
    exceptions: list[Span] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def parse_calendar(row: Row) -> PlanCalendar:
    """Read a `<Calendar>`. The `<Exceptions>` of newer files replace those among the week days, which repeat them."""
    calendar = PlanCalendar(row.text("UID"), one_line(row.text("Name"), 100), row.text("BaseCalendarUID"))
    newer = row.every("Exceptions", "Exception")
    days = row.every("WeekDays", "WeekDay")
    calendar.days = _days(days, calendar)
    for exception in newer or [day for day in days if day.text("DayType") == "0"]:
        _add_exception(exception, calendar)
    for week in row.every("WorkWeeks", "WorkWeek"):
        _add_week(week, calendar)
    return calendar


def names_of(plan: Mapping[str, PlanCalendar]) -> dict[str, str]:
    """What the calendars of a plan are called, by UID; a name that another has already is followed by the UID."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for uid, calendar in plan.items():
        name = calendar.name or f"Calendar {uid}"
        names[uid] = f"{name} ({uid})" if name in taken else name
        taken.add(names[uid])
    return names


def calendar_of(
    plan: Mapping[str, PlanCalendar], uid: str, id_: str, title: str, minutes_per_day: int, relative: str
) -> Calendar:
    """A calendar of the plan with all that it inherits; what it says itself comes first."""
    lineage = list(_lineage(plan, plan[uid]))
    week: Days = dict(enumerate(STANDARD_WEEK))
    for ancestor in reversed(lineage):
        week |= ancestor.days
    return Calendar(
        id=id_,
        title=title,
        week=_week(week),
        weeks=tuple((a, b, _week(week | days)) for ancestor in lineage for a, b, days in ancestor.weeks),
        exceptions=tuple(entry for ancestor in lineage for entry in ancestor.exceptions),
        minutes_per_day=minutes_per_day,
        origin=Origin(relative),
    )


def elapsed_calendar(stem: str, relative: str) -> Calendar:
    """Every hour of every day, for durations and lags that Microsoft Project counts as elapsed time."""
    return Calendar(
        id=f"{stem}/(elapsed)",
        title="Elapsed time",
        week=(((0, 1440),),) * 7,
        minutes_per_day=1440,
        origin=Origin(relative),
    )


def _week(days: Days) -> Week:
    return tuple(days[day] for day in range(7))


def _lineage(plan: Mapping[str, PlanCalendar], calendar: PlanCalendar) -> Iterator[PlanCalendar]:
    """A calendar, its base, the base of that …; a chain that closes on itself ends there, and a very long one."""
    seen: set[str] = set()
    current: PlanCalendar | None = calendar
    while current is not None and current.uid not in seen and len(seen) < _LONGEST_LINEAGE:
        seen.add(current.uid)
        yield current
        current = plan.get(current.base)


def _days(rows: list[Row], calendar: PlanCalendar) -> Days:
    """The shifts of the days of the week that are named, Monday = 0."""
    named = ((row.text("DayType"), row) for row in rows)
    return {(int(kind) - 2) % 7: _shifts(row, calendar) for kind, row in named if kind in _DAY_TYPES}


def _shifts(day: Row, calendar: PlanCalendar) -> tuple[Shift, ...]:
    """The working times of a week day or exception; none when it does not work."""
    if day.text("DayWorking") != "1":
        return ()
    if "WorkingTimes" not in day.rows:
        return STANDARD_DAY
    shifts = []
    for part in day.every("WorkingTimes", "WorkingTime"):
        begin, end = _clock(part.text("FromTime")), _clock(part.text("ToTime"))
        if begin is not None and end is not None:
            shifts.append((begin, end if end > begin else 1440))
        elif part.text("FromTime") or part.text("ToTime"):
            calendar.problems.append(f"A working time of the calendar “{calendar.name}” is no time of day; left out.")
    return tuple(shifts)


def _clock(text: str) -> int | None:
    try:
        clock = time.fromisoformat(text)
    except ValueError:
        return None
    return clock.hour * 60 + clock.minute


def _period(row: Row, what: str, calendar: PlanCalendar) -> tuple[date, date] | None:
    """The days from which and to which an exception or work week lasts."""
    period = row.first("TimePeriod")
    try:
        first = datetime.fromisoformat(period.text("FromDate")).date()
        return first, datetime.fromisoformat(period.text("ToDate")).date()
    except ValueError:
        name = one_line(row.text("Name"), 60)
        calendar.problems.append(f"{what} “{name}” of the calendar “{calendar.name}” has no dates; it is left out.")
        return None


def _add_week(row: Row, calendar: PlanCalendar) -> None:
    period = _period(row, "The work week", calendar)
    if period is not None and len(calendar.weeks) < MOST_EXCEPTIONS:
        calendar.weeks.append((*period, _days(row.every("WeekDays", "WeekDay"), calendar)))


def _add_exception(row: Row, calendar: PlanCalendar) -> None:
    period = _period(row, "An exception", calendar)
    if period is None:
        return
    shifts = _shifts(row, calendar)
    left = MOST_EXCEPTIONS - len(calendar.exceptions)
    calendar.exceptions += [(a, b, shifts) for a, b in spans(_recurrence(row, *period), left)]


def _recurrence(row: Row, first: date, last: date) -> Recurrence:
    counted = row.text("EnteredByOccurrences") == "1"
    return Recurrence(
        kind=_number(row, "Type", 1),
        first=first,
        last=last,
        period=_number(row, "Period", 1),
        days=_number(row, "DaysOfWeek"),
        month=_number(row, "Month"),
        month_day=_number(row, "MonthDay", 1),
        item=_number(row, "MonthItem"),
        position=_number(row, "MonthPosition"),
        times=_number(row, "Occurrences") or None if counted else None,
    )


def _number(row: Row, name: str, default: int = 0) -> int:
    """A small whole number of an exception; what is none says nothing."""
    text = row.text(name)
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else default
