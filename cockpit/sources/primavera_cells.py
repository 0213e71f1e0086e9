"""Cells of a Primavera export as dates and minutes; what cannot be read is told and counts as empty."""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache

from cockpit.basics.text import one_line
from cockpit.records.model import Origin, Problem

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

    def moment(self, line: int, column: str, text: str) -> datetime | None:
        """A date such as `2026-01-31 08:00`, to the minute."""
        if not text:
            return None
        found = _moment_of(text)
        if found is None:
            message = f"“{one_line(text, 40)}” is no date like 2026-01-31 08:00; it counts as empty."
            self.report(line, column, message)
        return found

    def number(self, line: int, column: str, text: str) -> float | None:
        """A decimal number, with a point or a comma."""
        if not text:
            return None
        found = _number_of(text)
        if found is None:
            self.report(line, column, f"“{one_line(text, 40)}” is no number of hours; it counts as empty.")
        return found

    def minutes(self, line: int, column: str, text: str) -> int | None:
        """Hours as whole minutes."""
        found = _minutes_of(text)
        if found is None:
            self.number(line, column, text)  # which says why, where the cell is not empty
        return found


# The same few thousand texts fill the cells of a large plan.


@lru_cache(maxsize=1 << 15)
def _moment_of(text: str) -> datetime | None:
    match = _MOMENT.fullmatch(text)
    if match is None:
        return None
    try:
        return datetime.fromisoformat(f"{match[1]} {match[2] or '00:00'}")
    except ValueError:
        return None


@lru_cache(maxsize=1 << 12)
def _number_of(text: str) -> float | None:
    number = float(text.replace(",", ".")) if _HOURS.fullmatch(text) else None
    return number if number is not None and abs(number) <= MOST_HOURS else None


@lru_cache(maxsize=1 << 12)
def _minutes_of(text: str) -> int | None:
    hours = _number_of(text) if text else None
    if hours is None:
        return None
    return int(hours * 60 + 0.5) if hours >= 0 else -int(-hours * 60 + 0.5)
