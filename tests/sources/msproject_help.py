"""Microsoft Project plans as the tests write them, and what is read of them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from cockpit.engine.plans.plan import PlanRow, schedule_plan
from cockpit.records.model import Batch, Calendar, Link, Project, WorkItem
from cockpit.records.terms import Method, Terms
from cockpit.sources import msproject

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<Project xmlns="http://schemas.microsoft.com/project">'
WORK = "<WorkingTimes><WorkingTime><FromTime>08:00:00</FromTime><ToTime>16:00:00</ToTime></WorkingTime></WorkingTimes>"
SETTINGS = "<Title>Payments</Title><StartDate>2025-03-03T08:00:00</StartDate><CalendarUID>1</CalendarUID>"


def week_day(kind: int, work: str = WORK) -> str:
    return f"<WeekDay><DayType>{kind}</DayType><DayWorking>{int(bool(work))}</DayWorking>{work}</WeekDay>"


FIVE_DAYS = week_day(1, "") + "".join(week_day(kind) for kind in range(2, 7)) + week_day(7, "")


def calendar(uid: int, days: str = FIVE_DAYS, base: int = -1, more: str = "", name: str = "") -> str:
    name = name or f"Calendar {uid}"
    return (
        f"<Calendar><UID>{uid}</UID><Name>{name}</Name><BaseCalendarUID>{base}</BaseCalendarUID>"
        f"<WeekDays>{days}</WeekDays>{more}</Calendar>"
    )


def task(uid: int | str, hours: int = 8, more: str = "", level: int = 1) -> str:
    return (
        f"<Task><UID>{uid}</UID><Name>Task {uid}</Name><OutlineLevel>{level}</OutlineLevel>"
        f"<Duration>PT{hours}H0M0S</Duration>{more}</Task>"
    )


def after(uid: int | str, kind: int = 1, lag: int | str = 0, form: int = 7) -> str:
    return (
        f"<PredecessorLink><PredecessorUID>{uid}</PredecessorUID><Type>{kind}</Type>"
        f"<LinkLag>{lag}</LinkLag><LagFormat>{form}</LagFormat></PredecessorLink>"
    )


def plan(tasks: str, calendars: str = "", settings: str = SETTINGS) -> str:
    return f"{HEAD}{settings}<Calendars>{calendars or calendar(1)}</Calendars><Tasks>{tasks}</Tasks></Project>"


def read(folder: Path, text: str | bytes, name: str = "payments-plan.xml") -> Batch:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return msproject.read(path, f"plans/{name}")


def items(batch: Batch) -> dict[str, WorkItem]:
    return {
        record.id.rpartition("/")[2]: record for record in batch.records["work_items"] if isinstance(record, WorkItem)
    }


def links(batch: Batch) -> list[Link]:
    return [record for record in batch.records["links"] if isinstance(record, Link)]


def calendars(batch: Batch) -> dict[str, Calendar]:
    return {record.title: record for record in batch.records["calendars"] if isinstance(record, Calendar)}


def rows(batch: Batch) -> dict[str, PlanRow]:
    return {row.id: row for row in schedule_plan(batch).rows}


def when(text: str) -> datetime:
    return datetime.fromisoformat(text)


def terms(batch: Batch) -> dict[str, Terms]:
    return {name: item.terms for name, item in items(batch).items() if item.terms is not None}


def method(batch: Batch) -> Method:
    (project,) = batch.records["projects"]
    assert isinstance(project, Project) and project.method is not None
    return project.method


def messages(batch: Batch) -> list[str]:
    return [problem.message for problem in batch.problems]
