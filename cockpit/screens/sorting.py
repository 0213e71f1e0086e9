"""The order of rows: that of the assessment, or by one column."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from cockpit.basics.classes import dataclass
from cockpit.screens.table import Column
from cockpit.screens.words import inert

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Order(Generic[T]):
    """By one column, `down` from the most to the least; what says nothing there comes last either way."""

    column: Column[T]
    down: bool

    @property
    def text(self) -> str:
        """What is said of it: `by days ▼`."""
        return f"by {self.column.name} {'▼' if self.down else '▲'}"

    def sorted(self, rows: Sequence[T]) -> Sequence[T]:
        """Return the rows in this order; those that are equal in it stay as they were."""
        by = self.column.by or _text_of(self.column)
        values = [by(row) for row in rows]
        # By places, which are no work for the garbage collector: pairs of value and row took twice the time.
        known = [place for place, value in enumerate(values) if value is not None and value != ""]
        unknown = [place for place, value in enumerate(values) if value is None or value == ""]
        known.sort(key=values.__getitem__, reverse=self.down)
        return [rows[place] for place in (*known, *unknown)]


def _text_of(column: Column[T]) -> Callable[[T], str]:
    def text(row: T) -> str:
        return inert(column.cell(row, 60)[0]).casefold()

    return text


def natural(column: Column[T]) -> Order[T]:
    """Return the order that is asked for first: numbers from the largest on, the rest from the smallest."""
    return Order(column, column.right)


def turned(order: Order[T]) -> Order[T]:
    """Return the same the other way round."""
    return Order(order.column, not order.down)


def beside(order: Order[T] | None, columns: Sequence[Column[T]], by: int) -> Order[T] | None:
    """Return the order by the next column, or the one before; past the last comes the assessment's own."""
    known = [column for column in columns if column.searched]
    place = next((n for n, column in enumerate(known) if order and column.name == order.column.name), -1)
    place = (place + 1 + by) % (len(known) + 1) - 1
    return None if place < 0 else natural(known[place])


def named(order: Order[T] | None, columns: Sequence[Column[T]], text: str) -> Order[T] | None:
    """Return the order by the column whose name begins so; of the same column again the other way round.

    Raises LookupError where there is none.
    """
    found = next((column for column in columns if column.searched and column.name.casefold().startswith(text)), None)
    if found is None:
        raise LookupError(text)
    return turned(order) if order is not None and order.column.name == found.name else natural(found)
