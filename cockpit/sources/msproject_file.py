"""What is read of a Microsoft Project XML file, before it becomes records: settings, calendars, tasks, who works."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from pathlib import Path
from typing import NamedTuple

from cockpit.basics.classes import dataclass
from cockpit.basics.text import one_line
from cockpit.records.model import Origin, Problem
from cockpit.sources.msproject_calendars import CALENDAR, PlanCalendar, parse_calendar
from cockpit.sources.msproject_portions import Portions
from cockpit.sources.msproject_rows import Row, Shape
from cockpit.sources.msproject_xml import read_rows

SETTINGS = ("Title", "Name", "StartDate", "FinishDate", "StatusDate", "CalendarUID", "MinutesPerDay",
            "CriticalSlackLimit", "ScheduleFromStart")  # fmt: skip
_LINK: Shape = dict.fromkeys(("PredecessorUID", "Type", "CrossProject", "CrossProjectName", "LinkLag", "LagFormat"))
_TASK: Shape = dict.fromkeys((
    "UID", "Name", "Active", "Manual", "Type", "IsNull", "WBS", "OutlineNumber", "OutlineLevel", "Start", "Finish",
    "Duration", "ManualStart", "ManualFinish", "DurationFormat", "Stop", "Resume", "Milestone", "Summary",
    "ExternalTask", "ExternalTaskProject", "PercentComplete", "ActualStart", "ActualFinish", "RemainingDuration",
    "ConstraintType", "CalendarUID", "ConstraintDate", "Deadline", "LevelingDelay", "IgnoreResourceCalendar",
    "HyperlinkAddress", "Notes",
)) | {"Baseline": dict.fromkeys(("Number", "Start", "Finish")), "PredecessorLink": _LINK}  # fmt: skip
_RESOURCE: Shape = dict.fromkeys(("UID", "Type", "IsNull", "CalendarUID"))
_ASSIGNMENT: Shape = dict.fromkeys((
    "TaskUID", "ResourceUID", "Units", "Work", "RemainingWork", "OvertimeWork", "RemainingOvertimeWork", "WorkContour",
    "Delay",
)) | {"TimephasedData": dict.fromkeys(("Type", "Start", "Finish", "Value"))}  # fmt: skip
PLAN: Shape = dict.fromkeys(SETTINGS) | {
    "Calendars": {"Calendar": CALENDAR},
    "Tasks": {"Task": _TASK},
    "Resources": {"Resource": _RESOURCE},
    "Assignments": {"Assignment": _ASSIGNMENT},
}
"""What is read of a plan."""
_NOWHERE = Origin("")


@dataclass(slots=True)
class Task:
    """What is kept of a task element: its children's texts, the first baseline, its links as written."""

    uid: str
    texts: dict[str, str]
    level: int
    baseline: Mapping[str, str] = field(default_factory=dict)
    links: list[dict[str, str]] = field(default_factory=list)
    origin: Origin = _NOWHERE

    def text(self, name: str) -> str:
        """The text of a child; empty where it is missing."""
        return self.texts.get(name, "")

    def says(self, name: str) -> bool:
        """Whether a yes-or-no child says yes."""
        return self.texts.get(name) == "1"

    @property
    def is_summary(self) -> bool:
        """Whether other tasks stand below it."""
        return self.says("Summary")

    @property
    def is_external(self) -> bool:
        """Whether it stands for a task of another plan."""
        return self.says("ExternalTask")


class Assignment(NamedTuple):
    """What is kept of an assignment: its children's texts, and when what is left and what is done of it is worked
    (`Runs.ends`)."""

    texts: dict[str, str]
    left: Sequence[int] = ()
    done: Sequence[int] = ()


@dataclass(slots=True)
class Plan:
    """The file as read: settings by name, calendars by UID, tasks in order, assignments by task."""

    settings: Mapping[str, str] = field(default_factory=dict)
    calendars: dict[str, PlanCalendar] = field(default_factory=dict)
    tasks: list[Task] = field(default_factory=list)
    resources: dict[str, dict[str, str]] = field(default_factory=dict)
    assignments: dict[str, list[Assignment]] = field(default_factory=dict)
    unsplit: set[str] = field(default_factory=set)
    """The UIDs of tasks whose pauses are not known."""
    inactive: set[str] = field(default_factory=set)
    """The UIDs of tasks that are kept in the file and left out of the schedule."""
    problems: list[Problem] = field(default_factory=list)


def parse(path: Path, relative: str) -> Plan:
    """Read a plan; `relative` names it in problems. Raises `SourceError` when the file as a whole cannot be used."""
    plan = Plan()
    portions = Portions()

    def take(name: str, row: Row) -> None:
        nonlocal portions
        if name == "TimephasedData":
            portions.take(row.texts)
        elif name == "Task":
            _take_task(row, plan, relative)
        elif name == "Assignment":
            _take_assignment(row, portions, plan, relative)
            portions = Portions()
        elif name == "Resource":
            plan.resources.setdefault(row.text("UID"), row.texts)
        else:
            calendar = parse_calendar(row)
            plan.calendars.setdefault(calendar.uid, calendar)
            plan.problems += [Problem(Origin(relative), message) for message in calendar.problems]

    texts = read_rows(path, relative, PLAN, take, frozenset({"TimephasedData"}))
    plan.settings = {name: one_line(text) for name, text in texts.items()}
    return plan


def _take_task(row: Row, plan: Plan, relative: str) -> None:
    uid = row.text("UID")
    if not uid.isascii() or not uid.isdecimal() or len(uid) > 10:
        where = one_line(row.text("Name"), 60) or f"number {len(plan.tasks) + 1}"
        message = f"The task “{where}” has no UID that is a number, so it is left out."
        plan.problems.append(Problem(Origin(relative), message, "UID"))
        return
    if row.text("IsNull") == "1":
        return
    if row.text("Active") == "0":
        plan.inactive.add(uid)
        return
    plan.tasks.append(
        Task(
            uid,
            row.texts,
            _level(row),
            next((each.texts for each in row.rows.get("Baseline", ()) if (each.text("Number") or "0") == "0"), {}),
            [link.texts for link in row.rows.get("PredecessorLink", ())],
            Origin(relative, int(uid)),
        )
    )


def _take_assignment(row: Row, portions: Portions, plan: Plan, relative: str) -> None:
    uid = row.text("TaskUID")
    plan.assignments.setdefault(uid, []).append(Assignment(row.texts, portions.left.ends(), portions.done.ends()))
    doubt = portions.doubt()
    if doubt and uid not in plan.unsplit:
        plan.unsplit.add(uid)
        message = f"Task UID {one_line(uid, 20)}: Its pauses are left out, since {doubt}."
        plan.problems.append(Problem(Origin(relative), message, "TimephasedData"))


def _level(row: Row) -> int:
    text = row.text("OutlineLevel")
    return int(text) if text.isdecimal() and len(text) < 6 else row.text("OutlineNumber").count(".") + 1
