"""A chain of work as bars of characters over the days, with today and the target as lines through all of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

from cockpit.basics.classes import dataclass
from cockpit.records.steps import ChainStep

PAST, OPEN, WAIT, BOUND, MILESTONE, TODAY, TARGET = "═", "█", "╌", "┤", "◆", "│", "┊"
"""What is over, what is to come, waiting, until when, a point in time, the data date, the target date."""

KEY = f"{PAST} past  {OPEN} to come  {WAIT}{BOUND} not before  {MILESTONE} milestone  {TODAY} today  {TARGET} target"
SHORT_KEY = f"{PAST}past {OPEN}open {WAIT}{BOUND}held {TODAY}today {TARGET}target"

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_STEPS = (1, 3, 6, 12, 24, 60, 120, 600)
"""Months between two labels, from which the first is taken that leaves room for them."""


@dataclass(frozen=True, slots=True)
class Scale:
    """The days that are drawn. What lies before the first or after the last stands at the edge."""

    first: date
    last: date
    today: date
    target: date | None = None

    @classmethod
    def of(cls, start: date, finish: date, today: date, target: date | None) -> Scale:
        """The days from start to finish, today and the target among them; of the past at most a third of the whole."""
        last = max(finish, today)
        if target is not None and timedelta() < target - last <= last - min(start, today):
            last = target
        past = max((last - today).days // 2, 28)
        first = min(start, today)
        past = min(past, (today - date.min).days)
        return cls(first if last == today else max(first, today - timedelta(days=past)), last, today, target)

    def at(self, on: date, width: int) -> int:
        """Return the cell of a day."""
        length = max((self.last - self.first).days, 1)
        return min(max(round((on - self.first).days / length * (width - 1)), 0), width - 1)

    def is_drawn(self, on: date | None) -> bool:
        """Say whether a day is on it."""
        return on is not None and self.first <= on <= self.last


def _lines(scale: Scale, width: int) -> list[str]:
    cells = [" "] * width
    if scale.target is not None and scale.is_drawn(scale.target):
        cells[scale.at(scale.target, width)] = TARGET
    cells[scale.at(scale.today, width)] = TODAY
    return cells


def bar(step: ChainStep, scale: Scale, width: int, free: date | None = None) -> str:
    """Return a step as a bar. `free` is the day on which nothing before it holds it any more: from then on, or from
    today, it waits for its bound, if it has one."""
    cells = _lines(scale, width)
    start, end, today = scale.at(step.start, width), scale.at(step.finish, width), scale.at(scale.today, width)
    if step.start == step.finish:
        cells[start] = MILESTONE
    elif step.done:
        cells[start : end + 1] = PAST * (end + 1 - start)
    else:
        cells[start : end + 1] = OPEN * (end + 1 - start)
        if start < today:
            cells[start : min(today, end)] = PAST * (min(today, end) - start)
    if step.bound is not None and not step.done and step.bound >= scale.today:
        _wait(cells, scale.at(max(scale.today, free or scale.today), width), scale.at(step.bound, width), start, end)
    return "".join(cells)


def _wait(cells: list[str], since: int, until: int, start: int, end: int) -> None:
    """Draw the waiting up to a bound, and leave at least the last cell of the bar."""
    until = min(until, end - 1)
    for place in range(since, until):
        if place >= start or cells[place] == " ":
            cells[place] = WAIT
    if since <= until:
        cells[until] = BOUND


def axis(scale: Scale, width: int) -> str:
    """Return the months or years over the bars, each where it begins; today and the target have their lines."""
    cells = _lines(scale, width)
    for every in _STEPS:
        labels = list(_labels(scale, width, every))
        if all(after - before >= len(text) + 1 for (before, text), (after, _) in pairwise(labels)):
            break
    for place, text in labels:
        if place + len(text) <= width and not "".join(cells[place : place + len(text)]).strip():
            cells[place : place + len(text)] = text
    return "".join(cells)


def _labels(scale: Scale, width: int, every: int) -> Iterator[tuple[int, str]]:
    """Each month, or every so many, with the cell of its first day; Januaries by their year."""
    number = scale.first.year * 12 + scale.first.month - 1
    last = scale.last.year * 12 + scale.last.month - 1
    for month in range(number + (scale.first.day > 1), last + 1):
        if month % every == 0:
            year, place = divmod(month, 12)
            yield scale.at(date(year, place + 1, 1), width), _MONTHS[place] if place else str(year)
