"""The calendars of a Primavera export: what each says itself and what it inherits.

The structure of `clndr_data` is read by `primavera_structure`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from cockpit.basics.classes import dataclass
from cockpit.basics.text import one_line
from cockpit.records.model import Calendar, Origin, Shift
from cockpit.sources.primavera_structure import DEEPEST, Node, clock, part, structure
from cockpit.sources.primavera_xer import Row, Table, Xer

__all__ = ["DEEPEST", "Calendars", "structure"]

STANDARD_DAY: tuple[Shift, ...] = ((480, 720), (780, 1020))
STANDARD_WEEK: tuple[tuple[Shift, ...], ...] = (STANDARD_DAY,) * 5 + ((), ())
"""What a calendar without any days is worked by."""
EPOCH = date(1899, 12, 30)
"""Day 0 of the serial numbers of exceptions."""
MOST_EXCEPTIONS = 40_000
_ELAPSED, _STANDARD = "(elapsed)", "(standard)"
_DAYS = frozenset("1234567")
_ENOUGH = 20
"""A calendar tells no more problems than this."""

Exceptions = dict[date, tuple[Shift, ...]]


@dataclass(slots=True)
class _Written:
    """What a calendar says itself; None where its base says it."""

    title: str
    base: str
    minutes_per_day: int
    week: tuple[tuple[Shift, ...], ...] | None
    exceptions: Exceptions
    line: int


class Calendars:
    """The calendars of an export by their `clndr_id`; what cannot be used becomes a problem: line and message."""

    def __init__(self, xer: Xer, stem: str, relative: str) -> None:
        self._relative, self._stem = relative, stem
        self.problems: list[tuple[int, str]] = []
        self.default = ""
        """The `clndr_id` of the one that counts where a project names none."""
        written: dict[str, _Written] = {}
        for table, row in xer.rows("CALENDAR"):
            key = table.get(row, "clndr_id")
            if key in written:
                self._report(row.line, f"The calendar {one_line(key, 30)} is given twice; the first one counts.")
                continue
            written[key] = self._read(table, row, key)
            if table.get(row, "default_flag") == "Y" and not self.default:
                self.default = key
        self._found = self._records(written)
        self.used: dict[str, Calendar] = {}

    def get(self, key: str) -> Calendar | None:
        """The calendar of an id, kept as used."""
        found = self._found.get(key)
        if found is not None:
            self.used[found.id] = found
        return found

    def always(self) -> Calendar:
        """Every hour of every day, kept as used."""
        return self._made(_ELAPSED, "24 hours", (((0, 1440),),) * 7, 1440)

    def standard(self) -> Calendar:
        """Monday to Friday, 8 to 12 and 13 to 17, kept as used: where the export names no calendar at all."""
        return self._made(_STANDARD, "Standard", STANDARD_WEEK, 480)

    def _made(self, name: str, title: str, week: tuple[tuple[Shift, ...], ...], minutes_per_day: int) -> Calendar:
        id_ = f"{self._stem}/{name}"
        if id_ not in self.used:
            self.used[id_] = Calendar(
                id=id_, title=title, week=week, minutes_per_day=minutes_per_day, origin=Origin(self._relative)
            )
        return self.used[id_]

    def _read(self, table: Table, row: Row, key: str) -> _Written:
        title = one_line(table.get(row, "clndr_name"), 100) or f"Calendar {one_line(key, 30)}"
        text = table.get(row, "clndr_data")
        top = structure(text) or Node("")
        days, others = part(top, "DaysOfWeek"), part(top, "Exceptions")
        before = len(self.problems)
        if text and not top.is_whole:
            self._report(row.line, f"The data of the calendar “{title}” is damaged; what can be read of it is used.")
        week = self._week(days, title, row.line) if days is not None and days.is_whole and days.children else None
        if week is not None and not any(week) and len(self.problems) > before:
            week = None  # its shifts are damaged: it does not mean that nobody ever works
        exceptions = self._exceptions(others, title, row.line) if others is not None else {}
        minutes = self._minutes_per_day(table.get(row, "day_hr_cnt"), title, row.line)
        del self.problems[before + _ENOUGH :]
        return _Written(title, table.get(row, "base_clndr_id"), minutes, week, exceptions, row.line)

    def _minutes_per_day(self, text: str, title: str, line: int) -> int:
        try:
            hours = float(text.replace(",", ".") or 0)
        except ValueError:
            hours = -1.0
        if hours == 0:
            return 480
        if 1 / 60 <= hours <= 24:
            return round(hours * 60)
        message = f"The hours a day of the calendar “{title}”, “{one_line(text, 20)}”, are none; 8 are used."
        self._report(line, message)
        return 480

    def _records(self, written: Mapping[str, _Written]) -> dict[str, Calendar]:
        taken = {_ELAPSED, _STANDARD}
        records = {}
        for key, calendar in written.items():
            name, copy = calendar.title, 0
            while name in taken:
                copy += 1
                name = f"{calendar.title} ({one_line(key, 30)})" + (f" {copy}" if copy > 1 else "")
            taken.add(name)
            records[key] = self._record(written, calendar, name)
        return records

    def _record(self, written: Mapping[str, _Written], calendar: _Written, name: str) -> Calendar:
        line = list(_lineage(written, calendar))
        week = next((each.week for each in line if each.week is not None), None)
        if week is None:
            self._report(calendar.line, f"The calendar “{name}” says no working days; Monday to Friday, 8 to 12 and 13 "
                         "to 17, are used.")  # fmt: skip
        return Calendar(
            id=f"{self._stem}/{name}",
            title=name,
            week=week or STANDARD_WEEK,
            exceptions=tuple(span for each in line for span in _spans(each.exceptions)),
            minutes_per_day=calendar.minutes_per_day,
            origin=Origin(self._relative, calendar.line),
        )

    def _week(self, days: Node, title: str, line: int) -> tuple[tuple[Shift, ...], ...]:
        week: list[tuple[Shift, ...]] = [()] * 7
        for day in days.children:
            if day.name in _DAYS:  # 1 is Sunday
                week[(int(day.name) - 2) % 7] = self._shifts(day, title, line)
        return tuple(week)

    def _shifts(self, node: Node, title: str, line: int) -> tuple[Shift, ...]:
        """The shifts of a day, in order. One that ends before it begins lasts until midnight."""
        shifts = []
        for child in node.children:
            values = child.values()
            if not values:
                continue
            begin, end = clock(values.get("s", "")), clock(values.get("f", ""))
            if begin is None or end is None or begin == (end or 1440):
                self._report(line, f"A shift of the calendar “{title}” has no times of day; it is left out.")
                continue
            if end and end < begin:
                self._report(line, f"A shift of the calendar “{title}” ends before it begins; it lasts until midnight.")
                end = 0
            shifts.append((begin, end or 1440))
        return _joined(shifts)

    def _exceptions(self, node: Node, title: str, line: int) -> Exceptions:
        days: Exceptions = {}
        for child in node.children[:MOST_EXCEPTIONS]:
            serial = child.values().get("d", "").partition(".")[0]
            if not (serial.isascii() and serial.isdecimal()) or len(serial) > 6:
                self._report(line, f"An exception of the calendar “{title}” has no date; it is left out.")
                continue
            days.setdefault(EPOCH + timedelta(days=int(serial)), self._shifts(child, title, line))
        if len(node.children) > MOST_EXCEPTIONS:
            self._report(line, f"The calendar “{title}” has more than {MOST_EXCEPTIONS:,} exceptions; the others are "
                         "left out.")  # fmt: skip
        return days

    def _report(self, line: int, message: str) -> None:
        if (line, message) not in self.problems[-_ENOUGH:]:
            self.problems.append((line, message))


def _joined(shifts: list[Shift]) -> tuple[Shift, ...]:
    """Shifts in order, those that overlap or touch as one."""
    joined: list[Shift] = []
    for begin, end in sorted(shifts):
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((begin, end))
    return tuple(joined)


def _spans(days: Exceptions) -> list[tuple[date, date, tuple[Shift, ...]]]:
    """Days in order, those that follow each other with the same shifts as one span."""
    spans: list[tuple[date, date, tuple[Shift, ...]]] = []
    for day in sorted(days):
        shifts = days[day]
        if spans and spans[-1][2] == shifts and spans[-1][1] + timedelta(days=1) == day:
            spans[-1] = (spans[-1][0], day, shifts)
        else:
            spans.append((day, day, shifts))
    return spans


def _lineage(written: Mapping[str, _Written], calendar: _Written) -> Iterator[_Written]:
    """A calendar, its base, the base of that …; a chain that closes on itself ends there."""
    seen: set[int] = set()
    current: _Written | None = calendar
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = written.get(current.base) if current.base else None
