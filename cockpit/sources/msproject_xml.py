"""A Microsoft Project XML file (MSPDI) as a stream: the texts of its tasks, calendars and settings.

One task or calendar at a time is held as XML. A file that cannot be used as a whole ends in one `SourceError`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from cockpit.model import Origin, Problem
from cockpit.sources.errors import SourceError
from cockpit.sources.msproject_calendars import PlanCalendar, parse_calendar
from cockpit.text import one_line

NAMESPACE = "http://schemas.microsoft.com/project"
LARGEST = 1 << 30
"""A larger file is refused, in bytes."""
DEEPEST = 64
"""Elements nested deeper than this are no plan."""
SETTINGS = ("Title", "Name", "StartDate", "FinishDate", "StatusDate", "CalendarUID", "MinutesPerDay",
            "CriticalSlackLimit", "ScheduleFromStart")  # fmt: skip
_MPP_MAGIC = b"\xd0\xcf\x11\xe0"


@dataclass(slots=True)
class Task:
    """What is kept of a task element: its children's texts, the first baseline, its links as written."""

    uid: str
    texts: dict[str, str]
    level: int
    baseline: dict[str, str] = field(default_factory=dict)
    links: list[dict[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class Plan:
    """The file as read, before it becomes records: settings by name, calendars by UID, tasks in order."""

    settings: dict[str, str] = field(default_factory=dict)
    calendars: dict[str, PlanCalendar] = field(default_factory=dict)
    tasks: list[Task] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def is_mspdi(path: Path) -> bool:
    """Whether a file begins like a Microsoft Project XML plan (its root element and namespace)."""
    try:
        with path.open("rb") as file:
            head = file.read(4096)
    except OSError:
        return False
    text = head.decode("utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8", "ignore")
    return NAMESPACE in text and re.search(r"<(?:\w+:)?Project[\s>]", text) is not None


def parse(path: Path, relative: str) -> Plan:
    """Read a plan; `relative` names it in problems. Raises `SourceError` when the file as a whole cannot be used."""

    def refuse(message: str) -> SourceError:
        return SourceError(Problem(Origin(relative), message))

    try:
        _check_size_and_magic(path, refuse)
        with path.open("rb") as file:
            return _stream(iterparse(file, events=("start", "end"), forbid_dtd=True), relative, refuse)
    except ParseError as error:
        line = error.position[0]
        raise refuse(f"The XML breaks off or is damaged at line {line}; save the plan as XML again.") from None
    except DefusedXmlException:
        raise refuse(
            "The XML declares a document type or entities, which no Microsoft Project plan does; it is not read. "
            "Save the plan as XML again from Microsoft Project."
        ) from None
    except (LookupError, ValueError):
        raise refuse("The XML is written in an encoding that cannot be read; save the plan as UTF-8 XML.") from None
    except OSError as error:
        raise refuse(f"The file cannot be read: {error.strerror or error}.") from None


def _check_size_and_magic(path: Path, refuse: Callable[[str], SourceError]) -> None:
    if path.stat().st_size > LARGEST:
        raise refuse(f"The file is larger than {LARGEST >> 20} MB; split the plan.")
    with path.open("rb") as file:
        magic = file.read(512)
    if magic.startswith(_MPP_MAGIC):
        raise refuse(
            "This is a binary Microsoft Project file (MPP). Open it in Microsoft Project and use File, Save As, "
            "“XML Format (*.xml)”; then give the XML file."
        )
    if magic.startswith(b"ERMHDR\t"):
        raise refuse("This is a Primavera XER export, which is not read yet. Export the plan as Microsoft Project XML.")
    if not magic.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<", b"\xff\xfe", b"\xfe\xff")):
        raise refuse(
            "This is no XML. A Microsoft Project plan is read from its XML format (File, Save As, “XML Format”)."
        )


def _stream(events: Iterator[tuple[str, Element]], relative: str, refuse: Callable[[str], SourceError]) -> Plan:
    plan = Plan()
    path: list[Element] = []
    prefix = ""
    for event, element in events:
        if event == "start":
            if not path:
                prefix = _prefix(element, refuse)
            path.append(element)
            if len(path) > DEEPEST:
                raise refuse("The XML is nested deeper than any Microsoft Project plan; it is not read.")
            continue
        path.pop()
        if len(path) == 1:
            name = element.tag.removeprefix(prefix)
            if name in SETTINGS:
                plan.settings[name] = one_line(element.text or "")
            path[0].clear()
        elif len(path) == 2:
            _take(element, path[1].tag.removeprefix(prefix), prefix, relative, plan)
            path[1].clear()
    return plan


def _prefix(root: Element, refuse: Callable[[str], SourceError]) -> str:
    namespace, _, name = root.tag.rpartition("}")
    namespace = namespace.removeprefix("{")
    if name != "Project" or not namespace.startswith(NAMESPACE):
        what = f"<{one_line(name, 60)}>" + (f" of {one_line(namespace, 80)}" if namespace else " without a namespace")
        raise refuse(
            f"This is no Microsoft Project plan: its root element is {what}, not <Project> of {NAMESPACE}. "
            "Save the plan from Microsoft Project as “XML Format (*.xml)”."
        )
    return f"{{{namespace}}}"


def _take(element: Element, parent: str, prefix: str, relative: str, plan: Plan) -> None:
    """Keep what a task or calendar element says."""
    name = element.tag.removeprefix(prefix)
    if parent == "Tasks" and name == "Task":
        _take_task(element, prefix, relative, plan)
    elif parent == "Calendars" and name == "Calendar":
        calendar = parse_calendar(element, prefix)
        plan.calendars.setdefault(calendar.uid, calendar)
        plan.problems += [Problem(Origin(relative), message) for message in calendar.problems]


def _take_task(element: Element, prefix: str, relative: str, plan: Plan) -> None:
    texts = {child.tag.removeprefix(prefix): child.text or "" for child in element if child.text and not len(child)}
    uid = texts.get("UID", "").strip()
    if not uid.isascii() or not uid.isdecimal() or len(uid) > 10:
        where = one_line(texts.get("Name", ""), 60) or f"number {len(plan.tasks) + 1}"
        plan.problems.append(
            Problem(Origin(relative), f"The task “{where}” has no UID that is a number, so it is left out.", "UID")
        )
        return
    if texts.get("IsNull", "0").strip() == "1" or texts.get("Active", "1").strip() == "0":
        return
    level = texts.get("OutlineLevel", "").strip()
    number = texts.get("OutlineNumber", "")
    task = Task(uid, texts, int(level) if level.isdecimal() and len(level) < 6 else number.count(".") + 1)
    for child in element:
        name = child.tag.removeprefix(prefix)
        if name not in ("Baseline", "PredecessorLink"):
            continue
        inner = {part.tag.removeprefix(prefix): (part.text or "").strip() for part in child}
        if name == "PredecessorLink":
            task.links.append(inner)
        elif inner.get("Number", "0") == "0":
            task.baseline = inner
    plan.tasks.append(task)
