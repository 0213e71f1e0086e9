"""The days on which an exception of a Microsoft Project calendar recurs.

A recurrence has a type (`Type`) and, by type, a period, days of the week as bits from Sunday on, a day of the month, or
a position in the month (`MonthPosition`: first to fourth, last) of an item (`MonthItem`: any day, a weekday, a day of
the weekend, Sunday to Saturday).
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from itertools import islice
from typing import NamedTuple

LONGEST = timedelta(days=200 * 366)
"""A recurrence is followed no further than this."""
_DAY = timedelta(days=1)
_LAST_POSITION = 4


class Recurrence(NamedTuple):
    """When an exception recurs, as written; `times` bounds its occurrences where it is ended by them."""

    kind: int = 1
    first: date = date.min
    last: date = date.max
    period: int = 1
    days: int = 0
    month: int = 0
    month_day: int = 1
    item: int = 0
    position: int = 0
    times: int | None = None


def spans(rule: Recurrence, most: int) -> Iterator[tuple[date, date]]:
    """The days of a recurrence as ranges from first to last day, at most `most` of them."""
    rule = rule._replace(last=min(rule.last, _after(rule.first, LONGEST)), period=max(1, rule.period))
    if rule.last < rule.first:
        return iter(())
    if rule.first == rule.last or (rule.kind not in _KINDS and rule.period == 1):
        return iter(((rule.first, rule.last),))
    days = _KINDS.get(rule.kind, _daily)(rule)
    return islice(_joined(islice(days, rule.times)), most)


def _joined(days: Iterable[date]) -> Iterator[tuple[date, date]]:
    """Days in order as ranges: those that follow each other become one."""
    first = last = None
    for day in days:
        if first is not None and last is not None and day - last > _DAY:
            yield first, last
            first = None
        first, last = first or day, day
    if first is not None and last is not None:
        yield first, last


def _after(day: date, distance: timedelta) -> date:
    return day + distance if date.max - day > distance else date.max


def _daily(rule: Recurrence) -> Iterator[date]:
    for number in range(rule.first.toordinal(), rule.last.toordinal() + 1, rule.period):
        yield date.fromordinal(number)


def _weekly(rule: Recurrence) -> Iterator[date]:
    """Weeks begin on Sunday, the bits of their days too."""
    first = rule.first.toordinal()
    if not rule.days & 127:
        return
    for sunday in range(first - first % 7, rule.last.toordinal() + 1, 7 * rule.period):
        for bit in range(7):
            if rule.days >> bit & 1 and first <= sunday + bit <= rule.last.toordinal():
                yield date.fromordinal(sunday + bit)


def _by_months(rule: Recurrence, begin: int, step: int, pick: Callable[[Recurrence, int, int], date]) -> Iterator[date]:
    """Every n-th month from the month `begin` (counted from year 0), with the day in it that `pick` names."""
    for number in range(begin, rule.last.year * 12 + rule.last.month, step):
        day = pick(rule, number // 12, number % 12 + 1)
        if rule.first <= day <= rule.last:
            yield day


def _month_of(rule: Recurrence) -> int:
    return rule.first.year * 12 + rule.first.month - 1


def _monthly_by_day(rule: Recurrence) -> Iterator[date]:
    """Months count from the first one in which the day is not past."""
    passed = _by_day(rule, rule.first.year, rule.first.month) < rule.first
    return _by_months(rule, _month_of(rule) + passed, rule.period, _by_day)


def _monthly_by_position(rule: Recurrence) -> Iterator[date]:
    return _by_months(rule, _month_of(rule), rule.period, _by_position)


def _yearly_by_day(rule: Recurrence) -> Iterator[date]:
    return _by_months(rule, rule.first.year * 12 + rule.month % 12, 12, _by_day)


def _yearly_by_position(rule: Recurrence) -> Iterator[date]:
    return _by_months(rule, rule.first.year * 12 + rule.month % 12, 12, _by_position)


def _by_day(rule: Recurrence, year: int, month: int) -> date:
    """A day that a month does not have is its last one."""
    return date(year, month, min(max(1, rule.month_day), monthrange(year, month)[1]))


def _by_position(rule: Recurrence, year: int, month: int) -> date:
    days = [date(year, month, day) for day in range(1, monthrange(year, month)[1] + 1)]
    days = [day for day in days if _is_item(day.isoweekday() % 7, rule.item)]
    if rule.position >= _LAST_POSITION:
        return days[-1]
    return days[rule.position]


def _is_item(weekday: int, item: int) -> bool:
    """Whether a day of the week, from Sunday = 0, is what `MonthItem` names."""
    if item == 1:
        return 0 < weekday < 6
    if item == 2:
        return weekday in (0, 6)
    return not 3 <= item <= 9 or weekday == item - 3


_KINDS: dict[int, Callable[[Recurrence], Iterator[date]]] = {
    2: _yearly_by_day,
    3: _yearly_by_position,
    4: _monthly_by_day,
    5: _monthly_by_position,
    6: _weekly,
}
