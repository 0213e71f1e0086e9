"""Working time: a calendar compiled to tables in which a step costs the same however far it reaches.

Times are minutes since 1970-01-01 00:00, naive local. A calendar is cut into segments, each of which repeats one week
of shifts; a work week with dates or an exception is a segment of its own. Finding the segment is a look into an index,
the rest is week arithmetic: there is no loop over days.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from heapq import heappop, heappush
from itertools import pairwise

from cockpit.engine import kernel
from cockpit.records.model import Calendar, Moment, Shift

DAY = 1440
_EPOCH = date(1970, 1, 1)
_EPOCH_TIME = datetime(1970, 1, 1)  # noqa: DTZ001
_LAST = (date.max - _EPOCH).days * DAY
_FIRST = (date.min - _EPOCH).days * DAY

Week = tuple[tuple[Shift, ...], ...]
_HEAD = 9
"""How many numbers stand before the segments."""


class CalendarError(ValueError):
    """A calendar that cannot be worked by; the text is a sentence for people."""


def minute_of(moment: Moment) -> int:
    """The minute of a datetime (seconds are dropped), or midnight at the beginning of a date."""
    if isinstance(moment, datetime):
        return (moment.toordinal() - _EPOCH.toordinal()) * DAY + moment.hour * 60 + moment.minute
    return (moment.toordinal() - _EPOCH.toordinal()) * DAY


@lru_cache(maxsize=1 << 16)
def moment_of(minute: int) -> datetime:
    """The datetime of a minute; what lies outside the years 1 to 9999 is cut to their ends."""
    if not _FIRST <= minute <= _LAST:
        minute = _FIRST if minute < _FIRST else _LAST
    return _EPOCH_TIME + timedelta(0, 60 * minute)


class Working:
    """A calendar ready to work by. Raises `CalendarError` where the ordinary week holds no working time."""

    __slots__ = ("_before", "_days", "_finishes", "_places", "_starts", "block", "calendar", "minutes_per_day")

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar
        self.minutes_per_day = max(1, calendar.minutes_per_day)
        """What one day of a duration or lag is worth."""
        week, spans = _checked(calendar)
        self.block = compile_block(week, spans)
        self._days: array[int] | None = None
        # A portfolio has thousands of rows on some hundreds of days: what is asked of a day is remembered.
        self._starts: dict[int, int] = {}
        self._finishes: dict[int, int] = {}
        self._places: dict[int, int] = {}
        self._before: dict[int, int] = {}

    def add_work(self, minute: int, minutes: int) -> int:
        """The minute that lies `minutes` of work after `minute` (before it, if negative).

        Going forward ends at the end of a shift, going back at the beginning of one; zero changes nothing.
        """
        if minutes == 0:
            return minute
        place = kernel.position(self.block, 0, minute) + minutes
        return kernel.at_finish(self.block, 0, place) if minutes > 0 else kernel.at_start(self.block, 0, place)

    def work_between(self, start: int, end: int) -> int:
        """Working minutes from `start` to `end`; negative when `end` comes first."""
        return kernel.position(self.block, 0, end) - kernel.position(self.block, 0, start)

    def next_start(self, minute: int) -> int:
        """The first minute at or after `minute` at which work can begin."""
        return kernel.at_start(self.block, 0, kernel.position(self.block, 0, minute))

    def prev_finish(self, minute: int) -> int:
        """The last minute at or before `minute` at which work can end."""
        return kernel.at_finish(self.block, 0, kernel.position(self.block, 0, minute))

    def is_open(self, minute: int) -> bool:
        """Whether a minute lies in a shift or on its edge."""
        return kernel.is_open(self.block, 0, minute)

    def start_of(self, moment: Moment) -> int:
        """The minute of a datetime; of a bare date, its first working minute (or the next day's that has one)."""
        if isinstance(moment, datetime):
            return minute_of(moment)
        day = moment.toordinal()
        found = self._starts.get(day)
        return self._starts.setdefault(day, self.next_start(minute_of(moment))) if found is None else found

    def finish_of(self, moment: Moment) -> int:
        """The minute of a datetime; of a bare date, its last working minute (or the last one before)."""
        if isinstance(moment, datetime):
            return minute_of(moment)
        day = moment.toordinal()
        found = self._finishes.get(day)
        return self._finishes.setdefault(day, self.prev_finish(minute_of(moment) + DAY)) if found is None else found

    def working_days_between(self, first: date, last: date) -> float:
        """How many days with working time lie after `first`, up to and including `last`; negative backwards."""
        return float(self._place(last.toordinal()) - self._place(first.toordinal()))

    def span(self, start: Moment, finish: Moment) -> int:
        """Working minutes from `start_of` one moment to `finish_of` another; negative when the end comes first."""
        return self._work_before(finish, self.finish_of(finish)) - self._work_before(start, self.start_of(start))

    def _work_before(self, moment: Moment, minute: int) -> int:
        """Where the minute that stands for a moment lies in all working time; of a day it is remembered."""
        if isinstance(moment, datetime):
            return kernel.position(self.block, 0, minute)
        found = self._before.get(minute)
        if found is None:
            found = self._before[minute] = kernel.position(self.block, 0, minute)
        return found

    def _place(self, day: int) -> int:
        """How many days with working time lie before the end of a day."""
        found = self._places.get(day)
        if found is None:
            minute = (day - _EPOCH.toordinal() + 1) * DAY
            found = self._places[day] = kernel.position(self._days_block(), 0, minute)
        return found

    def _days_block(self) -> array[int]:
        """The calendar in which every day that is worked holds one minute; seldom asked for, so made then."""
        if self._days is None:
            week, spans = _checked(self.calendar)
            self._days = compile_block(_as_units(week), [(a, b, _as_units(other)) for a, b, other in spans])
        return self._days


def compile_block(week: Week, spans: Sequence[tuple[int, int, Week]]) -> array[int]:
    """The numbers that the kernel reads of one calendar. `spans` are day ranges with a week of their own, sorted and
    disjoint.

    Layout, relative to the first number: count of segments; of each index, that of minutes and that of positions, where
    its first bucket begins, the power of two that a bucket spans, the number of its last bucket and its offset; per
    segment its start minute, its position there, the position of its pattern's zero, the offset of its pattern; the
    indices, per bucket the segment in which it begins and one more; then the patterns: work a week, count of shifts,
    the first shift that ends after each of seven midnights, and per shift start, end and work before it, in minutes
    from Monday.
    """
    segments: list[tuple[int, Week]] = [(kernel.NEVER, week)]
    for first, last, other in spans:
        begin, end = first * DAY, (last + 1) * DAY
        if segments[-1][0] == begin:
            segments.pop()
        if segments[-1][1] != other:
            segments.append((begin, other))
        segments.append((end, week))
    patterns, offsets = _patterns(segments)
    places, zeros = _places(segments, patterns, offsets)
    begins = [begin for begin, _ in segments]
    minute_head, minute_index = _buckets(begins)
    place_head, place_index = _buckets(places)
    indices = _HEAD + 4 * len(segments)
    base = indices + len(minute_index) + len(place_index)
    head = [len(segments), *minute_head, indices, *place_head, indices + len(minute_index)]
    rows = zip(begins, places, zeros, (base + offsets[pattern] for _, pattern in segments), strict=True)
    flat = [number for row in rows for number in row]
    return array("q", [*head, *flat, *minute_index, *place_index, *patterns])


def _patterns(segments: Sequence[tuple[int, Week]]) -> tuple[array[int], dict[Week, int]]:
    """The numbers of every week that occurs, and where each begins."""
    numbers: array[int] = array("q")
    offsets: dict[Week, int] = {}
    for _, pattern in segments:
        if pattern not in offsets:
            offsets[pattern] = len(numbers)
            numbers.extend(_pattern_numbers(pattern))
    return numbers, offsets


def _places(
    segments: Sequence[tuple[int, Week]], patterns: array[int], offsets: Mapping[Week, int]
) -> tuple[list[int], list[int]]:
    """Of each segment the position where it begins, and that of its pattern's zero."""
    places, zeros = [kernel.NEVER], [0]
    for (_, before), (begin, pattern) in pairwise(segments):
        place = zeros[-1] + _week_position(patterns, offsets[before], begin)
        places.append(place)
        zeros.append(place - _week_position(patterns, offsets[pattern], begin))
    return places, zeros


def _buckets(begins: Sequence[int]) -> tuple[tuple[int, int, int], list[int]]:
    """An index into sorted numbers, the first of which is `kernel.NEVER`: where it begins, the power of two that a
    bucket spans, the number of the last bucket; and the index: which of the numbers each bucket begins in."""
    if len(begins) == 1:
        return (0, 0, 0), [0, 0]
    first, span = begins[1], begins[-1] - begins[1]
    power = max(0, (span // len(begins)).bit_length() - 1)
    last = (span >> power) + 1
    index = [bisect_right(begins, first + (bucket << power)) - 1 for bucket in range(last + 1)]
    return (first, power, last), [0, *index[1:], len(begins) - 1]


def _week_position(block: array[int], offset: int, minute: int) -> int:
    """The position of a midnight in the pattern at `offset` alone."""
    week, rest = divmod(minute - kernel.MONDAY, kernel.WEEK)
    work, count = block[offset], block[offset + 1]
    done = 0
    for shift in range(offset + 9, offset + 9 + 3 * count, 3):
        done += max(0, min(rest, block[shift + 1]) - block[shift])
    return week * work + done


def _pattern_numbers(week: Week) -> list[int]:
    shifts: list[list[int]] = []
    for day, parts in enumerate(week):
        for begin, end in parts:
            if shifts and shifts[-1][1] == day * DAY + begin:
                shifts[-1][1] = day * DAY + end
            else:
                shifts.append([day * DAY + begin, day * DAY + end])
    numbers: list[int] = []
    work = 0
    for begin, end in shifts:
        numbers += [begin, end, work]
        work += end - begin
    after = [sum(1 for _, end in shifts if end <= day * DAY) for day in range(7)]
    return [work, len(shifts), *after, *numbers]


def _checked(calendar: Calendar) -> tuple[Week, list[tuple[int, int, Week]]]:
    name = calendar.title or calendar.id
    week = _clean_week(calendar.week)
    if len(week) != 7 or not any(week):
        raise CalendarError(f"The calendar “{name}” has no working time in its week; give it at least one shift.")
    spans: list[tuple[date, date, Week]] = [
        (first, last, (_clean(shifts),) * 7) for first, last, shifts in calendar.exceptions
    ]
    spans += [(first, last, _clean_week(other)) for first, last, other in calendar.weeks if len(other) == 7]
    return week, _disjoint(spans)


def _clean_week(week: Sequence[Sequence[Shift]]) -> Week:
    return tuple(_clean(shifts) for shifts in week)


def _clean(shifts: Sequence[Shift]) -> tuple[Shift, ...]:
    """Shifts in order, inside the day, with overlapping and touching ones joined."""
    joined: list[Shift] = []
    for begin, end in sorted((max(0, a), min(DAY, b)) for a, b in shifts):
        if end <= begin:
            continue
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((begin, end))
    return tuple(joined)


def _disjoint(written: Sequence[tuple[date, date, Week]]) -> list[tuple[int, int, Week]]:
    """Spans as day ranges in order. Where several overlap, the one that is written first counts."""
    spans = sorted(
        (minute_of(first) // DAY, order, minute_of(last) // DAY, week)
        for order, (first, last, week) in enumerate(written)
        if first <= last
    )
    edges = sorted({span[0] for span in spans} | {span[2] + 1 for span in spans})
    open_ones: list[tuple[int, int, Week]] = []
    found = []
    next_span = 0
    for low, high in pairwise(edges):
        while next_span < len(spans) and spans[next_span][0] == low:
            heappush(open_ones, spans[next_span][1:])
            next_span += 1
        while open_ones and open_ones[0][1] < low:
            heappop(open_ones)
        if open_ones:
            found.append((low, high - 1, open_ones[0][2]))
    return found


def _unit(shifts: tuple[Shift, ...]) -> tuple[Shift, ...]:
    return ((0, 1),) if shifts else ()


def _as_units(week: Week) -> Week:
    return tuple(_unit(shifts) for shifts in week)
