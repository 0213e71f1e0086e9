"""The calendars of a Primavera export: structured text in a cell, `(0||name(attributes)(children))`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from cockpit.model import Calendar, Origin, Shift
from cockpit.sources.primavera_xer import Row, Table, Xer
from cockpit.text import one_line

STANDARD_DAY: tuple[Shift, ...] = ((480, 720), (780, 1020))
STANDARD_WEEK: tuple[tuple[Shift, ...], ...] = (STANDARD_DAY,) * 5 + ((), ())
"""What a calendar without any days is worked by."""
EPOCH = date(1899, 12, 30)
"""Day 0 of the serial numbers of exceptions."""
DEEPEST = 32
MOST_EXCEPTIONS = 40_000
_PAREN = re.compile(r"[()]")
_CLOCK = re.compile(r"\s*(\d{1,2}):(\d{2})(?::\d{2})?\s*([AaPp][Mm])?\s*", re.ASCII)

Exceptions = tuple[tuple[date, date, tuple[Shift, ...]], ...]


@dataclass(slots=True)
class Node:
    """One record of the structured text."""

    name: str
    attributes: str = ""
    children: list[Node] = field(default_factory=list)

    def child(self, name: str) -> Node | None:
        """The first child of this name."""
        return next((child for child in self.children if child.name == name), None)

    def values(self) -> dict[str, str]:
        """The attributes, `key|value|key|value`, in whatever order they are written."""
        parts = [part.strip() for part in self.attributes.split("|")]
        return dict(zip(parts[::2], parts[1::2], strict=False))


def structure(text: str) -> Node | None:
    """The record that a text holds; None where it holds none, or is nested deeper than any calendar."""
    top = Node("")
    records: list[Node] = [top]
    groups: list[bool] = []  # whether each open parenthesis begins a record
    begin, opened = 0, False
    for match in _PAREN.finditer(text):
        between = text[begin : match.start()]
        if opened:
            is_record = "||" in between
            if is_record:
                node = Node(between.partition("||")[2].strip())
                records[-1].children.append(node)
                records.append(node)
            elif between.strip():
                records[-1].attributes = between
            groups.append(is_record)
            if len(groups) > DEEPEST:
                return None
        opened = match.group() == "("
        if not opened and groups and groups.pop():
            records.pop()
        begin = match.end()
    return top.children[0] if top.children else None


@dataclass(slots=True)
class _Read:
    """What a calendar says itself; None where its base says it."""

    title: str
    base: str
    minutes_per_day: int
    week: tuple[tuple[Shift, ...], ...] | None
    exceptions: Exceptions
    line: int


class Calendars:
    """The calendars of an export by their `clndr_id`; what cannot be used becomes a problem."""

    def __init__(self, xer: Xer, stem: str, relative: str) -> None:
        self._relative = relative
        self.problems: list[tuple[int, str]] = []
        read = {table.get(row, "clndr_id"): self._read(table, row) for table, row in xer.rows("CALENDAR")}
        self.default = next(
            (
                table.get(row, "clndr_id")
                for table, row in xer.rows("CALENDAR")
                if table.get(row, "default_flag") == "Y"
            ),
            "",
        )
        taken: set[str] = {"(elapsed)"}
        self._found: dict[str, Calendar] = {}
        for key, calendar in read.items():
            name = calendar.title or f"Calendar {key}"
            name = f"{name} ({key})" if name in taken else name
            taken.add(name)
            self._found[key] = self._record(read, calendar, f"{stem}/{name}", name)
        self.used: dict[str, Calendar] = {}
        self._always = Calendar(
            id=f"{stem}/(elapsed)", title="24 hours", week=(((0, 1440),),) * 7, minutes_per_day=1440,
            origin=Origin(relative),
        )  # fmt: skip

    def get(self, key: str) -> Calendar | None:
        """The calendar of an id, kept as used."""
        found = self._found.get(key)
        if found is not None:
            self.used[found.id] = found
        return found

    def always(self) -> Calendar:
        """Every hour of every day, kept as used."""
        self.used[self._always.id] = self._always
        return self._always

    def _read(self, table: Table, row: Row) -> _Read:
        title = one_line(table.get(row, "clndr_name"), 100)
        root = structure(table.get(row, "clndr_data").replace("\x7f", "\n"))
        week = None
        exceptions: Exceptions = ()
        if root is not None:
            days, others = root.child("DaysOfWeek"), root.child("Exceptions")
            week = self._week(days, title, row.line) if days is not None and days.children else None
            exceptions = self._exceptions(others, title, row.line) if others is not None else ()
        elif table.get(row, "clndr_data"):
            self._report(row.line, f"The calendar “{title}” is damaged; what its base says, or Monday to Friday, 8 to "
                         "12 and 13 to 17, is used.")  # fmt: skip
        try:
            hours = float(table.get(row, "day_hr_cnt").replace(",", ".") or 0)
        except ValueError:
            hours = 0.0
        minutes = round(hours * 60) if 0 < hours <= 24 else 480
        return _Read(title, table.get(row, "base_clndr_id"), minutes, week, exceptions, row.line)

    def _record(self, read: Mapping[str, _Read], calendar: _Read, id_: str, name: str) -> Calendar:
        line = list(_lineage(read, calendar))
        week = next((each.week for each in line if each.week is not None), None)
        if week is None:
            self._report(calendar.line, f"The calendar “{name}” says no working days; Monday to Friday, 8 to 12 and 13 "
                         "to 17, are used.")  # fmt: skip
        return Calendar(
            id=id_,
            title=name,
            week=week or STANDARD_WEEK,
            exceptions=tuple(entry for each in line for entry in each.exceptions),
            minutes_per_day=calendar.minutes_per_day,
            origin=Origin(self._relative, calendar.line),
        )

    def _week(self, days: Node, title: str, line: int) -> tuple[tuple[Shift, ...], ...]:
        week: list[tuple[Shift, ...]] = [()] * 7
        for day in days.children:
            if day.name in ("1", "2", "3", "4", "5", "6", "7"):
                week[(int(day.name) - 2) % 7] = self._shifts(day, title, line)
        return tuple(week)

    def _shifts(self, node: Node, title: str, line: int) -> tuple[Shift, ...]:
        shifts = []
        for child in node.children:
            values = child.values()
            begin, end = _clock(values.get("s", "")), _clock(values.get("f", ""))
            if begin is None or end is None:
                if values:
                    self._report(line, f"A shift of the calendar “{title}” has no time of day; it is left out.")
                continue
            end = end or 1440
            if begin < end:
                shifts.append((begin, end))
            else:
                shifts += [(begin, 1440), (0, end)] if end else []
        return tuple(sorted(shifts))

    def _exceptions(self, node: Node, title: str, line: int) -> Exceptions:
        days: dict[date, tuple[Shift, ...]] = {}
        for child in node.children[:MOST_EXCEPTIONS]:
            serial = child.values().get("d", "")
            if not serial.isdecimal() or len(serial) > 6:
                self._report(line, f"An exception of the calendar “{title}” has no date; it is left out.")
                continue
            days.setdefault(EPOCH + timedelta(days=int(serial)), self._shifts(child, title, line))
        return _joined(days)

    def _report(self, line: int, message: str) -> None:
        if (line, message) not in self.problems[-20:]:
            self.problems.append((line, message))


def _joined(days: Mapping[date, tuple[Shift, ...]]) -> Exceptions:
    """Days in order, those that follow each other with the same shifts as one span."""
    spans: list[tuple[date, date, tuple[Shift, ...]]] = []
    for day in sorted(days):
        shifts = days[day]
        if spans and spans[-1][2] == shifts and spans[-1][1] + timedelta(days=1) == day:
            spans[-1] = (spans[-1][0], day, shifts)
        else:
            spans.append((day, day, shifts))
    return tuple(spans)


def _lineage(read: Mapping[str, _Read], calendar: _Read) -> Iterator[_Read]:
    """A calendar, its base, the base of that …; a chain that closes on itself ends there."""
    seen: set[int] = set()
    current: _Read | None = calendar
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = read.get(current.base)


def _clock(text: str) -> int | None:
    match = _CLOCK.fullmatch(text)
    if match is None or int(match[2]) > 59:
        return None
    hour, half = int(match[1]), (match[3] or "").lower()
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    return hour * 60 + int(match[2]) if hour < 24 else (1440 if hour == 24 and match[2] == "00" else None)
