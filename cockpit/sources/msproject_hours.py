"""Working hours compared, intersected and counted: what two calendars of a plan have in common, and how much."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import date
from heapq import heappop, heappush
from itertools import accumulate, pairwise
from typing import NamedTuple

from cockpit.records.model import Calendar, Shift

Week = tuple[tuple[Shift, ...], ...]
Spans = tuple[tuple[int, int, Week], ...]
_DAY = 1440
_MOST_KNOWN = 1 << 16


class Hours(NamedTuple):
    """The working time of a calendar, equal for two that work the same: the ordinary week, and the days (by
    proleptic ordinal, both ends included) that differ from it, in order and without overlap."""

    week: Week
    spans: Spans


def hours_of(calendar: Calendar) -> Hours:
    """When a calendar works."""
    week = _clean(calendar.week)
    written = [(a.toordinal(), b.toordinal(), _clean((shifts,) * 7)) for a, b, shifts in calendar.exceptions]
    written += [(a.toordinal(), b.toordinal(), _clean(other)) for a, b, other in calendar.weeks]
    return Hours(week, tuple(_joined(_disjoint(written), week)))


def common(one: Hours, other: Hours) -> Hours:
    """The time in which both work."""
    week = _both(one.week, other.week)
    edges = sorted({edge for hours in (one, other) for a, b, _ in hours.spans for edge in (a, b + 1)})
    here, there = _Reader(one), _Reader(other)
    pieces = [(first, after - 1, _both(here.at(first), there.at(first))) for first, after in pairwise(edges)]
    return Hours(week, tuple(_joined(pieces, week)))


def as_calendar(hours: Hours, like: Calendar, id_: str, title: str) -> Calendar:
    """A calendar that works these hours; what else a calendar says is taken from `like`."""
    return Calendar(
        id=id_,
        title=title,
        week=hours.week,
        weeks=tuple((date.fromordinal(a), date.fromordinal(b), week) for a, b, week in hours.spans),
        minutes_per_day=like.minutes_per_day,
        origin=like.origin,
    )


class _Reader:
    """The week that holds on a day, for days asked in order."""

    def __init__(self, hours: Hours) -> None:
        self._hours, self._next = hours, 0

    def at(self, day: int) -> Week:
        spans = self._hours.spans
        while self._next < len(spans) and spans[self._next][1] < day:
            self._next += 1
        if self._next < len(spans) and spans[self._next][0] <= day:
            return spans[self._next][2]
        return self._hours.week


def _clean(week: Sequence[Sequence[Shift]]) -> Week:
    """Shifts in order; those that touch or overlap are one."""
    days = []
    for shifts in week:
        joined: list[Shift] = []
        for begin, end in sorted(shift for shift in shifts if shift[0] < shift[1]):
            if joined and begin <= joined[-1][1]:
                joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
            else:
                joined.append((begin, end))
        days.append(tuple(joined))
    return tuple(days)


def _both(one: Week, other: Week) -> Week:
    return tuple(
        tuple((max(a, c), min(b, d)) for a, b in mine for c, d in theirs if max(a, c) < min(b, d))
        for mine, theirs in zip(one, other, strict=True)
    )


def _disjoint(written: Sequence[tuple[int, int, Week]]) -> Iterator[tuple[int, int, Week]]:
    """Spans without overlap, in order: where several hold, the one that is written first does."""
    waiting = sorted((a, order, b, week) for order, (a, b, week) in enumerate(written) if a <= b)
    edges = sorted({edge for a, _, b, _ in waiting for edge in (a, b + 1)})
    holding: list[tuple[int, int, Week]] = []
    number = 0
    for first, after in pairwise(edges):
        while number < len(waiting) and waiting[number][0] <= first:
            _, order, last, week = waiting[number]
            heappush(holding, (order, last, week))
            number += 1
        while holding and holding[0][1] < first:
            heappop(holding)
        if holding:
            yield first, after - 1, holding[0][2]


def _joined(pieces: Iterator[tuple[int, int, Week]] | Sequence[tuple[int, int, Week]], week: Week) -> Spans:
    """Neighbours that work the same as one span, without what works like the ordinary week."""
    found: list[tuple[int, int, Week]] = []
    for first, last, other in pieces:
        if found and found[-1][1] == first - 1 and found[-1][2] == other:
            found[-1] = (found[-1][0], last, other)
        else:
            found.append((first, last, other))
    told = ((a, b, _trimmed(a, b, other, week)) for a, b, other in found)
    return tuple((a, b, other) for a, b, other in told if other != week)


def _trimmed(first: int, last: int, other: Week, week: Week) -> Week:
    """The week of a span; the days that a short span does not reach are those of the ordinary week."""
    if last - first >= 6:
        return other
    reached = {(day - 1) % 7 for day in range(first, last + 1)}
    return tuple(other[day] if day in reached else week[day] for day in range(7))


class Clock:
    """Counts the working minutes of a calendar. A minute is counted from the day before 0001-01-01, a Monday."""

    def __init__(self, hours: Hours) -> None:
        self._week = _Pattern(hours.week)
        self._known: dict[int, int] = {}
        self._begins: list[int] = []
        self._spans: list[tuple[int, int, _Pattern]] = []
        """The last minute of each span, what all before it differ by from the ordinary week, and its own."""
        more = 0
        for first, last, week in hours.spans:
            begin, end, pattern = first * _DAY, (last + 1) * _DAY, _Pattern(week)
            self._begins.append(begin)
            self._spans.append((end, more, pattern))
            more += self._differs(pattern, begin, end)

    def between(self, start: int, end: int) -> int:
        """Working minutes from `start` to `end`; negative when `end` comes first."""
        return self._before(end) - self._before(start)

    def _before(self, minute: int) -> int:
        # The same few shifts of a plan are asked for by task after task.
        found = self._known.get(minute)
        if found is None:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            found = self._known[minute] = self._count(minute)
        return found

    def _count(self, minute: int) -> int:
        number = bisect_right(self._begins, minute) - 1
        if number < 0:
            return self._week.before(minute)
        end, more, pattern = self._spans[number]
        return self._week.before(minute) + more + self._differs(pattern, self._begins[number], min(minute, end))

    def _differs(self, pattern: _Pattern, start: int, end: int) -> int:
        own = pattern.before(end) - pattern.before(start)
        return own - (self._week.before(end) - self._week.before(start))


class _Pattern:
    """One week, over and over."""

    def __init__(self, week: Week) -> None:
        self._week = week
        self._sums = [0, *accumulate(sum(end - begin for begin, end in shifts) for shifts in week)]

    def before(self, minute: int) -> int:
        """The working minutes before a minute."""
        day, rest = divmod(minute, _DAY)
        week, weekday = divmod(day - 1, 7)
        today = sum(min(rest, end) - begin for begin, end in self._week[weekday] if begin < rest)
        return week * self._sums[7] + self._sums[weekday] + today
