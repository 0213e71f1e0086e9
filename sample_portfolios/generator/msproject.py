"""The migration team's plan as Microsoft Project saves it in XML, updated every month."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path
from xml.etree import ElementTree as ET

from sample_portfolios.generator.drops import World
from sample_portfolios.generator.migration import START, Task, migration_tasks
from sample_portfolios.generator.simulate import DROPS, Span
from sample_portfolios.generator.worktime import BANK_HOLIDAYS, MIGRATION, MIGRATION_TRAINING

NAMESPACE = "http://schemas.microsoft.com/project"
OPEN, CLOSE = time(8), time(17)
SHIFTS = (("08:00:00", "12:00:00"), ("13:00:00", "17:00:00"))
MINUTES = 480


def write_plan(world: World, drop: int, path: Path) -> None:
    """Write the plan of a drop (0 is January)."""
    day = DROPS[drop]
    root = ET.Element("Project", xmlns=NAMESPACE)
    for name, text in (
        ("SaveVersion", "14"), ("Name", "data-migration-plan.xml"), ("Title", "Data migration build"),
        ("Author", "Fatima Haddad"), ("CreationDate", "2025-01-10T09:00:00"), ("LastSaved", _at(day, CLOSE)),
        ("ScheduleFromStart", "1"), ("StartDate", _at(START, OPEN)),
        ("FinishDate", _at(_end(world), CLOSE)),
        ("CalendarUID", "1"), ("DefaultStartTime", "08:00:00"), ("DefaultFinishTime", "17:00:00"),
        ("MinutesPerDay", str(MINUTES)), ("MinutesPerWeek", "2400"), ("DaysPerMonth", "20"),
        ("StatusDate", _at(day, CLOSE)), ("CurrentDate", _at(day, OPEN)),
    ):  # fmt: skip
        _add(root, name, text)
    _calendars(_add(root, "Calendars"))
    tasks = _add(root, "Tasks")
    for task in migration_tasks():
        _task(tasks, task, world, drop)
    ET.indent(root, "    ")
    text = ET.tostring(root, encoding="unicode")
    path.write_bytes(b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' + text.encode() + b"\n")


def _add(parent: ET.Element, name: str, text: str | None = None) -> ET.Element:
    element = ET.SubElement(parent, name)
    element.text = text
    return element


def _at(day: date, clock: time) -> str:
    return datetime.combine(day, clock).isoformat()


def _minutes(days: int) -> str:
    hours, minutes = divmod(days * MINUTES, 60)
    return f"PT{hours}H{minutes}M0S"


def _end(world: World) -> date:
    return max(world.planned[t.id].finish for t in migration_tasks() if not t.phase)


def _calendars(parent: ET.Element) -> None:
    calendar = _add(parent, "Calendar")
    for name, text in (("UID", "1"), ("Name", "Migration team"), ("IsBaseCalendar", "1"), ("BaseCalendarUID", "-1")):
        _add(calendar, name, text)
    week = _add(calendar, "WeekDays")
    for number in range(1, 8):
        day = _add(week, "WeekDay")
        _add(day, "DayType", str(number))
        working = 2 <= number <= 6
        _add(day, "DayWorking", "1" if working else "0")
        if working:
            _shifts(_add(day, "WorkingTimes"))
    exceptions = _add(calendar, "Exceptions")
    for number, holiday in enumerate(sorted((*BANK_HOLIDAYS, *MIGRATION_TRAINING)), 1):
        _exception(exceptions, number, holiday)


def _shifts(parent: ET.Element) -> None:
    for start, end in SHIFTS:
        shift = _add(parent, "WorkingTime")
        _add(shift, "FromTime", start)
        _add(shift, "ToTime", end)


def _exception(parent: ET.Element, number: int, day: date) -> None:
    exception = _add(parent, "Exception")
    _add(exception, "EnteredByOccurrences", "0")
    period = _add(exception, "TimePeriod")
    _add(period, "FromDate", _at(day, time(0)))
    _add(period, "ToDate", _at(day, time(23, 59)))
    for name, text in (("Occurrences", "1"), ("Name", f"Off {number}"), ("Type", "1"), ("DayWorking", "0")):
        _add(exception, name, text)


def _task(parent: ET.Element, task: Task, world: World, drop: int) -> None:
    element = _add(parent, "Task")
    planned, now = _span(world, task, planned=True), _span(world, task, planned=False)
    done, percent, left = _progress(world, task, drop)
    for name, text in (
        ("UID", str(task.uid)), ("ID", str(task.uid)), ("Name", task.title), ("Active", "1"), ("Manual", "0"),
        ("Type", "0"), ("OutlineNumber", task.outline), ("OutlineLevel", str(1 + task.outline.count("."))),
        ("Start", _at(now.start, CLOSE if task.days == 0 and not task.phase else OPEN)),
        ("Finish", _at(now.finish, CLOSE)), ("Duration", _minutes(_length(world, task, done=done))),
        ("DurationFormat", "7"), ("Milestone", "1" if task.days == 0 and not task.phase else "0"),
        ("Summary", "1" if task.phase else "0"), ("PercentComplete", str(percent)),
    ):  # fmt: skip
        _add(element, name, text)
    if percent:
        _add(element, "ActualStart", _at(now.start, OPEN))
    if done:
        _add(element, "ActualFinish", _at(now.finish, CLOSE))
    _add(element, "RemainingDuration", _minutes(left))
    _add(element, "ConstraintType", "0")
    _add(element, "CalendarUID", "-1")
    for before in task.before:
        link = _add(element, "PredecessorLink")
        for name, text in (
            ("PredecessorUID", before.split("/")[1]),
            ("Type", "1"),
            ("LinkLag", "0"),
            ("LagFormat", "7"),
        ):
            _add(link, name, text)
    baseline = _add(element, "Baseline")
    for name, text in (("Number", "0"), ("Start", _at(planned.start, OPEN)), ("Finish", _at(planned.finish, CLOSE))):
        _add(baseline, name, text)


def _children(task: Task) -> list[Task]:
    return [t for t in migration_tasks() if t.outline.startswith(f"{task.outline}.")]


def _span(world: World, task: Task, *, planned: bool) -> Span:
    spans = world.planned if planned else world.true
    if not task.phase:
        return spans[task.id]
    inside = [spans[t.id] for t in _children(task)]
    return Span(min(s.start for s in inside), max(s.finish for s in inside))


def _progress(world: World, task: Task, drop: int) -> tuple[bool, int, int]:
    """Whether it is done, how far it is in percent, and the days left, as known in a drop."""
    day = DROPS[drop]
    if task.phase:
        parts = [(t, _progress(world, t, drop)) for t in _children(task)]
        total = sum(t.days for t, _ in parts)
        left = sum(p[2] for _, p in parts)
        started = any(p[1] for _, p in parts)
        return all(p[0] for _, p in parts), max(round(100 * (total - left) / total), 1 if started else 0), left
    span = world.true[task.id]
    if span.finish <= day:
        return True, 100, 0
    if span.start > day or task.days == 0:
        return False, 0, task.days
    worked = MIGRATION.between(span.start, day)
    return False, max(1, min(95, round(100 * worked / task.days))), max(1, task.days - worked)


def _length(world: World, task: Task, *, done: bool) -> int:
    """The days of a task: as planned until it is done, then what it took."""
    if task.phase:
        span = _span(world, task, planned=False)
        return MIGRATION.between(span.start, span.finish)
    return MIGRATION.between(world.true[task.id].start, world.true[task.id].finish) if done and task.days else task.days
