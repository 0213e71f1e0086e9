"""The calendars of a Microsoft Project plan: week days, exceptions old and new, and what a calendar inherits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from xml.etree.ElementTree import Element

from cockpit.model import Calendar, Origin, Shift
from cockpit.text import one_line

Exceptions = list[tuple[date, date, tuple[Shift, ...]]]

STANDARD_DAY: tuple[Shift, ...] = ((480, 720), (780, 1020))
STANDARD_WEEK: tuple[tuple[Shift, ...], ...] = (STANDARD_DAY,) * 5 + ((), ())
"""What Microsoft Project starts a calendar with, where neither it nor its base says otherwise."""
MOST_EXCEPTIONS = 20_000


@dataclass(slots=True)
class PlanCalendar:
    """A calendar as written: only the days it names itself, Monday first; the rest comes from its base."""

    uid: str
    name: str
    base: str
    days: dict[int, tuple[Shift, ...]] = field(default_factory=dict)
    exceptions: Exceptions = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def parse_calendar(element: Element, prefix: str) -> PlanCalendar:
    """Read a `<Calendar>`. The `<Exceptions>` of newer files replace those among the week days, which repeat them."""

    def text(parent: Element, name: str) -> str:
        return (parent.findtext(prefix + name) or "").strip()

    name = one_line(text(element, "Name"), 100)
    calendar = PlanCalendar(text(element, "UID"), name, text(element, "BaseCalendarUID"))
    newer = element.find(prefix + "Exceptions")
    for day in element.iterfind(f"{prefix}WeekDays/{prefix}WeekDay"):
        kind = text(day, "DayType")
        shifts = _shifts(day, prefix, calendar)
        if kind in {"1", "2", "3", "4", "5", "6", "7"}:
            calendar.days[(int(kind) - 2) % 7] = shifts
        elif kind == "0" and newer is None:
            _add_exception(day, prefix, shifts, calendar)
    for exception in newer.iterfind(prefix + "Exception") if newer is not None else ():
        _add_exception(exception, prefix, _shifts(exception, prefix, calendar), calendar)
    return calendar


def calendars_of(
    plan: Mapping[str, PlanCalendar], stem: str, minutes_per_day: int, relative: str
) -> dict[str, Calendar]:
    """The calendars of a plan by UID, each with what it inherits. Ids are `stem/name`, and the UID for a second."""
    taken: set[str] = set()
    found = {}
    for uid, calendar in plan.items():
        name = calendar.name or f"Calendar {uid}"
        if name in taken:
            name = f"{name} ({uid})"
        taken.add(name)
        lineage = list(_lineage(plan, calendar))
        week = list(STANDARD_WEEK)
        for ancestor in reversed(lineage):
            for day, shifts in ancestor.days.items():
                week[day] = shifts
        found[uid] = Calendar(
            id=f"{stem}/{name}",
            title=name,
            week=tuple(week),
            exceptions=tuple(entry for ancestor in lineage for entry in ancestor.exceptions),
            minutes_per_day=minutes_per_day,
            origin=Origin(relative),
        )
    return found


def elapsed_calendar(stem: str, minutes_per_day: int, relative: str) -> Calendar:
    """Every hour of every day, for durations that Microsoft Project counts as elapsed time."""
    return Calendar(
        id=f"{stem}/(elapsed)",
        title="Elapsed time",
        week=(((0, 1440),),) * 7,
        minutes_per_day=minutes_per_day,
        origin=Origin(relative),
    )


def _lineage(plan: Mapping[str, PlanCalendar], calendar: PlanCalendar) -> Iterator[PlanCalendar]:
    """A calendar, its base, the base of that …; a chain that closes on itself ends there."""
    seen: set[str] = set()
    current: PlanCalendar | None = calendar
    while current is not None and current.uid not in seen:
        seen.add(current.uid)
        yield current
        current = plan.get(current.base)


def _shifts(day: Element, prefix: str, calendar: PlanCalendar) -> tuple[Shift, ...]:
    """The working times of a week day or exception; none when it does not work."""
    if (day.findtext(prefix + "DayWorking") or "0").strip() != "1":
        return ()
    written = day.find(prefix + "WorkingTimes")
    if written is None:
        return STANDARD_DAY
    shifts = []
    for part in written.iterfind(prefix + "WorkingTime"):
        begin, end = (_clock(part.findtext(prefix + name)) for name in ("FromTime", "ToTime"))
        if begin is None or end is None:
            if part.findtext(prefix + "FromTime") or part.findtext(prefix + "ToTime"):
                calendar.problems.append(
                    f"A working time of the calendar “{calendar.name}” is no time of day; left out."
                )
            continue
        shifts.append((begin, end if end > begin else 1440))
    return tuple(shifts)


def _clock(text: str | None) -> int | None:
    try:
        clock = time.fromisoformat((text or "").strip())
    except ValueError:
        return None
    return clock.hour * 60 + clock.minute


def _add_exception(element: Element, prefix: str, shifts: tuple[Shift, ...], calendar: PlanCalendar) -> None:
    period = element.find(prefix + "TimePeriod")
    name = one_line(element.findtext(prefix + "Name") or "", 60)
    try:
        first, last = (
            datetime.fromisoformat((period.findtext(prefix + end) or "").strip()).date()  # type: ignore[union-attr]
            for end in ("FromDate", "ToDate")
        )
    except (AttributeError, ValueError):
        calendar.problems.append(
            f"An exception “{name}” of the calendar “{calendar.name}” has no dates; it is left out."
        )
        return
    kind = (element.findtext(prefix + "Type") or "1").strip()
    period_length = (element.findtext(prefix + "Period") or "1").strip()
    if (kind != "1" or period_length not in ("0", "1")) and first != last:
        calendar.problems.append(
            f"The exception “{name}” of the calendar “{calendar.name}” recurs from {first} to {last}; "
            "recurring exceptions are not worked out, so it is left out."
        )
    elif len(calendar.exceptions) < MOST_EXCEPTIONS:
        calendar.exceptions.append((first, last, shifts))
