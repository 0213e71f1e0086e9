"""Rows as the engine takes them: one record for each id, in the order of their files, without facts of the future."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import compress
from operator import is_not
from typing import Any, TypeVar

from cockpit.records.model import Moment, Record, State, WorkItem

R = TypeVar("R", bound=Record)


def as_date(moment: Moment) -> date:
    """The day of a moment."""
    return moment.date() if isinstance(moment, datetime) else moment


def weekdays(start: date, finish: date) -> int:
    """The days from Monday to Friday between two days, both included."""
    return max(0, _weekdays_before(finish.toordinal() + 1) - _weekdays_before(start.toordinal()))


def _weekdays_before(ordinal: int) -> int:
    """The days from Monday to Friday before a day; the first day of all, 1, was a Monday."""
    weeks, rest = divmod(ordinal - 1, 7)
    return weeks * 5 + min(rest, 5)


def merged(records: Sequence[R], official: R | None = None) -> R:
    """One record from several of the same id: the official one, else the fullest in what binds, its blanks filled from
    the others.

    Disagreement between two filled values is not resolved here: the fullest record's value stands, among equally
    full ones that of the first by file and row.
    """
    if len(records) == 1:
        return records[0]
    rows = in_order(records, lambda r: (r is not official, -_filled(r)))
    first = rows[0]
    blanks = {
        name: next((v for r in rows[1:] if (v := getattr(r, name)) not in ("", None, ())), getattr(first, name))
        for name in first.__dataclass_fields__
        if getattr(first, name) in ("", None, ())
    }
    return replace(first, **blanks)


def in_order(records: Sequence[R], before: Callable[[R], Any] = lambda _: ()) -> list[R]:
    """Records by this key, then by their places; the same order whatever order they come in."""
    places = {place_of(record) for record in records}
    # What a record says in full is only asked for where two stand at one place: it takes long.
    return sorted(records, key=lambda r: (before(r), place_of(r), "" if len(places) == len(records) else repr(r)))


_FREE = frozenset(
    {"origin", "extra", "title", "status", "state", "actual_start", "actual_finish", "remaining_days", "percent",
     "effort", "updated", "logged_on", "discovered", "owner", "forecast_finish", "forecast_cost", "actual_cost"}
)  # fmt: skip
"""What makes no row fuller than another: it leaves no mark, and who filled it in would choose the row that counts."""


def _filled(record: Record) -> int:
    names = (name for name in record.__dataclass_fields__ if name not in _FREE)
    return sum(1 for name in names if getattr(record, name) not in ("", None, ()))


def place_of(record: Record) -> tuple[str, str, int]:
    """Where a record stands, to put records into the order of their files however they came."""
    origin = record.origin
    return ("", "", 0) if origin is None else (origin.path, origin.sheet, origin.row or 0)


def by_id(records: Iterable[R]) -> dict[str, R]:
    """Records by id, one for each, in the order of their files and rows."""
    groups: dict[str, list[R]] = defaultdict(list)
    for record in records:
        groups[record.id].append(record)  # type: ignore[attr-defined]
    found = [(key, merged(rows)) for key, rows in groups.items()]
    return dict(sorted(found, key=lambda pair: (place_of(pair[1]), pair[0])))


def items_by_id(records: Iterable[WorkItem]) -> dict[str, WorkItem]:
    """Work items by id; a stub gives way to the item itself."""
    rows = list(records)
    real = {r.id for r in rows if not r.stub}
    return by_id(r for r in rows if not (r.stub and r.id in real))


def is_past(moment: Moment | None, today: date) -> bool:
    """Whether a moment is a day that has come; no moment at all is."""
    return moment is None or as_date(moment) <= today


def has_begun(item: WorkItem) -> bool:
    """Whether a row, without what it says of the future, says that work has begun or is done."""
    said = item.state not in (None, State.TODO) or bool(item.percent)
    return said or item.actual_start is not None or item.actual_finish is not None


def known_today(item: WorkItem, today: date) -> WorkItem:
    """The item without actual dates in the future: they are plans, whatever their column is called."""
    if is_past(item.actual_start, today) and is_past(item.actual_finish, today):
        return item
    start = item.actual_start if is_past(item.actual_start, today) else None
    finish = item.actual_finish if is_past(item.actual_finish, today) else None
    return replace(item, actual_start=start, actual_finish=finish)


def is_same(new: object, old: object) -> bool:
    """Whether two records say the same and stand in the same place; two records are equal wherever they stand."""
    return new is old or (new == old and getattr(new, "origin", None) == getattr(old, "origin", None))


def apart(new: Sequence[R], old: Sequence[R]) -> list[tuple[R, R]]:
    """The rows of a table that say or stand otherwise than those in the same places of one as long, each with that."""
    # Of most rows the record is the very one that it was: these are passed over without a step of Python.
    places = compress(range(len(new)), map(is_not, new, old))
    return [(new[place], old[place]) for place in places if not is_same(new[place], old[place])]


def between(new: Sequence[R], old: Sequence[R]) -> tuple[Sequence[R], Sequence[R]]:
    """What is left of two tables without the rows that they begin with alike, and end with alike, wherever they stand:
    all that either has and the other has not is in it."""
    most = min(len(new), len(old))
    begin = next((n for n in range(most) if new[n] is not old[n] and new[n] != old[n]), most)
    ends = range(1, most - begin + 1)
    end = next((n - 1 for n in ends if new[-n] is not old[-n] and new[-n] != old[-n]), most - begin)
    return new[begin : len(new) - end], old[begin : len(old) - end]


def are_same(new: object, old: object) -> bool:
    """The same of two tuples, of whatever they hold."""
    if new is old or not isinstance(new, tuple) or not isinstance(old, tuple):
        return is_same(new, old)
    if len(new) != len(old):
        return False
    # Of most rows the record is the very one that it was: that is soon seen.
    return all(a is b or are_same(a, b) for a, b in zip(new, old, strict=True))
