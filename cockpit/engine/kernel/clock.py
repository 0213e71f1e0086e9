"""Working time as arithmetic on positions: the steps that every pass is made of.

A calendar is a block of numbers in one shared table (`calendars.compile_block` writes it), named by the offset of its
first number. Every instant has a *position* in a calendar: the working minutes before it. Two instants with no
working time between them share a position, so work is added, compared and subtracted as positions, and a position is
turned back into the later instant that has it (`at_start`, where a shift begins) or the earlier (`at_finish`, where
one ends). A step costs the same however far it reaches: which segment of the calendar an instant lies in is looked up
in an index of equal buckets, each of which holds a segment or two.
"""

from __future__ import annotations

from array import array

from .mode import compiled, remembered

NEVER = -(1 << 62)
"""No date. Smaller than every real minute."""

LATEST = 1 << 62
"""No upper bound. Larger than every real minute."""

WEEK = 10080
MONDAY = 5760
"""The first Monday after 1970-01-01, in minutes: weeks are counted from it."""


@remembered
def position(table: array[int], at: int, minute: int) -> int:
    """Working minutes of the calendar at offset `at` before `minute`, from a fixed zero."""
    bucket = (minute - table[at + 1]) >> table[at + 2]
    bucket = at + table[at + 4] + (0 if bucket < 0 else bucket if bucket < table[at + 3] else table[at + 3])
    low = table[bucket]
    high = table[bucket + 1]
    while low < high:
        middle = (low + high + 1) >> 1
        if table[at + 9 + 4 * middle] <= minute:
            low = middle
        else:
            high = middle - 1
    segment = at + 9 + 4 * low
    pattern = at + table[segment + 3]
    work = table[pattern]
    if work == 0:
        return table[segment + 1]
    since = minute - MONDAY
    week = since // WEEK
    rest = since - week * WEEK
    shift = pattern + 9 + 3 * table[pattern + 2 + rest // 1440]
    end = pattern + 9 + 3 * table[pattern + 1]
    while shift < end and table[shift + 1] <= rest:
        shift += 3
    done = work
    if shift < end:
        done = table[shift + 2]
        if rest > table[shift]:
            done += rest - table[shift]
    return table[segment + 2] + week * work + done


@remembered
def at_start(table: array[int], at: int, place: int) -> int:
    """The latest minute at a position: where the work after it begins."""
    bucket = (place - table[at + 5]) >> table[at + 6]
    bucket = at + table[at + 8] + (0 if bucket < 0 else bucket if bucket < table[at + 7] else table[at + 7])
    low = table[bucket]
    high = table[bucket + 1]
    while low < high:
        middle = (low + high + 1) >> 1
        if table[at + 10 + 4 * middle] <= place:
            low = middle
        else:
            high = middle - 1
    segment = at + 9 + 4 * low
    pattern = at + table[segment + 3]
    work = table[pattern]
    count = table[pattern + 1]
    into = place - table[segment + 2]
    week = into // work
    into -= week * work
    shift = pattern + 9 + 3 * (into * count // work)
    while table[shift + 2] > into:
        shift -= 3
    while table[shift + 2] + table[shift + 1] - table[shift] <= into:
        shift += 3
    return MONDAY + week * WEEK + table[shift] + into - table[shift + 2]


@remembered
def at_finish(table: array[int], at: int, place: int) -> int:
    """The earliest minute at a position: where the work before it ends."""
    place -= 1  # whose segment it is: that of the last minute of work
    bucket = (place - table[at + 5]) >> table[at + 6]
    bucket = at + table[at + 8] + (0 if bucket < 0 else bucket if bucket < table[at + 7] else table[at + 7])
    low = table[bucket]
    high = table[bucket + 1]
    while low < high:
        middle = (low + high + 1) >> 1
        if table[at + 10 + 4 * middle] <= place:
            low = middle
        else:
            high = middle - 1
    segment = at + 9 + 4 * low
    pattern = at + table[segment + 3]
    work = table[pattern]
    count = table[pattern + 1]
    into = place - table[segment + 2]
    week = into // work
    into -= week * work
    shift = pattern + 9 + 3 * (into * count // work)
    while table[shift + 2] > into:
        shift -= 3
    while table[shift + 2] + table[shift + 1] - table[shift] <= into:
        shift += 3
    return MONDAY + week * WEEK + table[shift] + into - table[shift + 2] + 1


@compiled
def instant(table: array[int], at: int, place: int, minute: int, late: int) -> int:
    """Where an event without duration falls at a position: on `minute` if that borders on work.

    Else where the next work begins, or for a latest date (`late`) where the work before ended.
    """
    after = at_start(table, at, place)
    before = at_finish(table, at, place)
    if minute == after or minute == before:  # noqa: SIM109 -- a tuple would be built for every event
        return minute
    return before if late else after


@compiled
def opening(table: array[int], at: int, minute: int) -> int:
    """The first minute from `minute` on at which work can begin."""
    return at_start(table, at, position(table, at, minute))


@compiled
def closing(table: array[int], at: int, minute: int) -> int:
    """The last minute up to `minute` at which work can end."""
    return at_finish(table, at, position(table, at, minute))


@compiled
def is_open(table: array[int], at: int, minute: int) -> bool:
    """Whether a minute lies in a shift or on its edge."""
    place = position(table, at, minute)
    return at_start(table, at, place) == minute or at_finish(table, at, place) == minute


@compiled
def advance(table: array[int], at: int, minute: int, work: int) -> int:
    """`work` minutes after `minute`, or before it if negative.

    Going forward ends at the end of a shift, going back at the beginning of one; zero changes nothing.
    """
    if work == 0:
        return minute
    place = position(table, at, minute) + work
    return at_finish(table, at, place) if work > 0 else at_start(table, at, place)


@compiled
def between(table: array[int], at: int, start: int, end: int) -> int:
    """Working minutes from `start` to `end`; negative when `end` comes first."""
    return position(table, at, end) - position(table, at, start)
