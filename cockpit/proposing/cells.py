"""What the cells of a column hold: days, numbers, status words, people, ids. Counted, never guessed from a header."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from functools import cached_property

from cockpit.basics.classes import dataclass
from cockpit.proposing.names import looks_like_person
from cockpit.proposing.status_words import rag_of, state_of
from cockpit.sources import dates, durations, numbers
from cockpit.sources.numbers import LONGEST
from cockpit.sources.values import Cell, is_open, text

_CODE = re.compile(r"[^\W\d_]{0,12}[-_./ ]{0,2}\d[\w./-]{0,18}|[A-Z]{2,10}[-_][A-Z0-9]{1,10}")
_ID = 40
"""Characters that an id has at most."""


@dataclass(frozen=True)
class Cells:
    """The cells of one column that say something; those that say only `TBC` or the like stand apart."""

    cells: tuple[Cell, ...]

    @cached_property
    def said(self) -> tuple[Cell, ...]:
        """The cells that hold a value."""
        return tuple(cell for cell in self.cells if not is_open(cell))

    @cached_property
    def open(self) -> tuple[str, ...]:
        """The texts that say only that the value is not known yet, each once, the most frequent first."""
        return tuple(said for said, _ in Counter(text(cell) for cell in self.cells if is_open(cell)).most_common())

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """The values as texts."""
        return tuple(text(cell) for cell in self.said)

    def _count(self, fits: Callable[[Cell], bool]) -> int:
        memo: dict[tuple[type, object], bool] = {}
        for cell in self.said:
            if not isinstance(cell, list | dict) and (type(cell), cell) not in memo:
                memo[type(cell), cell] = fits(cell)
        return sum(not isinstance(cell, list | dict) and memo[type(cell), cell] for cell in self.said)

    @cached_property
    def dates(self) -> int:
        """How many are days."""
        return self._count(is_date)

    @cached_property
    def serials(self) -> int:
        """How many may be days whose format was lost: under a header that says so they are, elsewhere numbers."""
        return self._count(lambda cell: dates.serial(cell) is not None)

    @cached_property
    def durations(self) -> int:
        """How many are spans of work, such as `5d`, or numbers."""
        return self._count(is_duration)

    @cached_property
    def numbers(self) -> int:
        """How many are numbers."""
        return self._count(is_number)

    @cached_property
    def rag(self) -> int:
        """How many are words of a traffic light, in any language that is known."""
        return self._count(lambda cell: rag_of(text(cell)) is not None)

    @cached_property
    def states(self) -> int:
        """How many are words for where work stands."""
        return self._count(lambda cell: state_of(text(cell)) is not None)

    @cached_property
    def people(self) -> int:
        """How many look like somebody: a name, an address, a login."""
        return self._count(lambda cell: isinstance(cell, str) and looks_like_person(cell))

    @cached_property
    def codes(self) -> int:
        """How many look like ids: short, with a digit."""
        return self._count(lambda cell: len(text(cell)) <= _ID and bool(_CODE.fullmatch(text(cell))))

    @cached_property
    def distinct(self) -> int:
        """How many different values there are."""
        return len(set(self.texts))

    def share(self, count: int) -> float:
        """Return which part of the values so many are."""
        return count / len(self.said) if self.said else 0.0


def is_date(cell: Cell) -> bool:
    """Return whether a cell is a day, in whatever order of day and month."""
    if isinstance(cell, date):
        return True
    return isinstance(cell, str) and bool(dates.read_column({cell.strip()}, "").bad == frozenset())


def is_number(cell: Cell) -> bool:
    """Return whether a cell is a number, whatever stands before its decimals."""
    if isinstance(cell, int | float):
        return not isinstance(cell, bool)
    return isinstance(cell, str) and len(cell) <= LONGEST and numbers.parse(cell, ".") is not None


def is_duration(cell: Cell) -> bool:
    """Return whether a cell is a span of work, in days or with a unit."""
    if not isinstance(cell, str):
        return is_number(cell)
    try:
        return durations.days(cell, ".") is not None
    except ValueError:
        return False


def of(cells: Sequence[Cell]) -> Cells:
    """Return what is known of the cells of a column."""
    return Cells(tuple(cells))
