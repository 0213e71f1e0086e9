"""Cells of a Primavera export as dates and minutes; what cannot be read is told and counts as empty."""

from __future__ import annotations

import re
from datetime import datetime

from cockpit.model import Origin, Problem
from cockpit.sources.primavera_xer import Row, Table
from cockpit.text import one_line

_HOURS = re.compile(r"[+-]?(?=[.,]?\d)\d{0,9}(?:[.,]\d{0,12})?(?:[eE][+-]?\d{1,2})?", re.ASCII)
_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2})(?::\d{2}(?:\.\d{1,6})?)?)?", re.ASCII)
MOST_HOURS = 10_000_000


class Cells:
    """Reads cells; problems are kept in `problems`, each naming its line and column."""

    def __init__(self, relative: str, problems: list[Problem]) -> None:
        self._relative = relative
        self.problems = problems

    def report(self, line: int, column: str, message: str) -> None:
        """Keep a problem of a line."""
        self.problems.append(Problem(Origin(self._relative, line), message, column))

    def moment(self, table: Table, row: Row, column: str) -> datetime | None:
        """A date such as `2026-01-31 08:00`, to the minute."""
        text = table.get(row, column)
        if not text:
            return None
        match = _MOMENT.fullmatch(text)
        try:
            if match is not None:
                return datetime.fromisoformat(f"{match[1]} {match[2] or '00:00'}")
        except ValueError:
            pass
        self.report(row.line, column, f"“{one_line(text, 40)}” is no date like 2026-01-31 08:00; it counts as empty.")
        return None

    def number(self, table: Table, row: Row, column: str) -> float | None:
        """A decimal number, with a point or a comma."""
        text = table.get(row, column)
        if not text:
            return None
        if _HOURS.fullmatch(text):
            number = float(text.replace(",", "."))
            if abs(number) <= MOST_HOURS:
                return number
        self.report(row.line, column, f"“{one_line(text, 40)}” is no number of hours; it counts as empty.")
        return None

    def minutes(self, table: Table, row: Row, column: str) -> int | None:
        """Hours as whole minutes."""
        hours = self.number(table, row, column)
        if hours is None:
            return None
        return int(hours * 60 + 0.5) if hours >= 0 else -int(-hours * 60 + 0.5)
