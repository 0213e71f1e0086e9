"""The passes over all work items, as plain functions over flat int64 arrays in topological order.

Written in the subset of Python that numba compiles: integers and arrays only, no recursion, no objects in a loop.
Times are minutes since 1970-01-01; `NEVER` stands for "no such date". A calendar is a block of numbers in one
shared table (`calendars.compile_block` writes it), named by the offset of its first number.

Every instant has a *position* in a calendar: the working minutes before it. Two instants with no working time
between them share a position, so work is added, compared and subtracted as positions, and a position is turned
back into the later instant that has it (`at_start`, where a shift begins) or the earlier (`at_finish`, where one ends).
"""

from __future__ import annotations

from array import array

NEVER = -(1 << 62)
"""No date. Smaller than every real minute."""

LATEST = 1 << 62
"""No upper bound. Larger than every real minute."""

WEEK = 10080
MONDAY = 5760
"""The first Monday after 1970-01-01, in minutes: weeks are counted from it."""

FS, FF, SS, SF = 0, 1, 2, 3
"""Below SS a link leaves from its predecessor's finish; an odd one arrives at its successor's finish."""

TODO, STARTED, DONE = 0, 1, 2

BY_START, BY_NOT_BEFORE, BY_FLOOR, BY_ACTUAL = -1, -2, -3, -4
"""What drives a start when no link does (`Forward.driver`)."""


def position(table: array[int], at: int, minute: int) -> int:
    """Working minutes of the calendar at offset `at` before `minute`, from a fixed zero."""
    low = 0
    high = table[at] - 1
    while low < high:
        middle = (low + high + 1) >> 1
        if table[at + 1 + 4 * middle] <= minute:
            low = middle
        else:
            high = middle - 1
    segment = at + 1 + 4 * low
    pattern = at + table[segment + 3]
    work = table[pattern]
    if work == 0:
        return table[segment + 1]
    since = minute - MONDAY
    week = since // WEEK
    rest = since - week * WEEK
    left = table[pattern + 2 + rest // 1440]
    shift = pattern + 9 + 3 * left
    end = pattern + 9 + 3 * table[pattern + 1]
    while shift < end and table[shift + 1] <= rest:
        shift += 3
    done = work
    if shift < end:
        done = table[shift + 2]
        if rest > table[shift]:
            done += rest - table[shift]
    return table[segment + 2] + week * work + done


def at_start(table: array[int], at: int, place: int) -> int:
    """The latest minute at a position: where the work after it begins."""
    low = 0
    high = table[at] - 1
    while low < high:
        middle = (low + high + 1) >> 1
        if table[at + 2 + 4 * middle] <= place:
            low = middle
        else:
            high = middle - 1
    segment = at + 1 + 4 * low
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


def at_finish(table: array[int], at: int, place: int) -> int:
    """The earliest minute at a position: where the work before it ends."""
    low = 0
    high = table[at] - 1
    while low < high:
        middle = (low + high + 1) >> 1
        if table[at + 2 + 4 * middle] < place:
            low = middle
        else:
            high = middle - 1
    segment = at + 1 + 4 * low
    pattern = at + table[segment + 3]
    work = table[pattern]
    count = table[pattern + 1]
    into = place - table[segment + 2]
    week = (into - 1) // work
    into -= week * work
    shift = pattern + 9 + 3 * ((into - 1) * count // work)
    while table[shift + 2] >= into:
        shift -= 3
    while table[shift + 2] + table[shift + 1] - table[shift] < into:
        shift += 3
    return MONDAY + week * WEEK + table[shift] + into - table[shift + 2]


def instant(table: array[int], at: int, place: int, minute: int, late: int) -> int:
    """Where an event without duration falls at a position: on `minute` if that borders on work.

    Else where the next work begins, or for a latest date (`late`) where the work before ended.
    """
    after = at_start(table, at, place)
    before = at_finish(table, at, place)
    if minute == after or minute == before:  # noqa: SIM109 -- a tuple would be built for every event
        return minute
    return before if late else after


def forward_pass(
    table: array[int],
    calendar: array[int],
    work: array[int],
    progress: array[int],
    fixed_start: array[int],
    fixed_finish: array[int],
    not_before: array[int],
    floor: array[int],
    first: array[int],
    link_from: array[int],
    link_type: array[int],
    link_lag: array[int],
    origin: int,
    retained: int,
    start: array[int],
    finish: array[int],
    begin: array[int],
    driver: array[int],
) -> None:
    """Earliest dates. Fills `start`, `finish`, `begin` (where the work that is left begins) and `driver`.

    Links into node i are `first[i]` to `first[i + 1] - 1`, in arrays sorted by successor. `work` is what is left
    to do; `fixed_*` are actual dates; no work that is left begins before `origin`. With `retained`, work in progress
    waits for what its links ask; without, it runs on from its actual start. A finish that a link asks for in time
    that is not worked falls where the next work begins, as Microsoft Project has it.
    """
    for node in range(len(calendar)):
        if progress[node] == DONE:
            start[node] = fixed_start[node]
            finish[node] = fixed_finish[node]
            begin[node] = fixed_finish[node]
            driver[node] = BY_ACTUAL
            continue
        at = calendar[node]
        left = work[node]
        bound = origin
        why = BY_START
        if not_before[node] > bound and progress[node] == TODO:
            bound = not_before[node]
            why = BY_NOT_BEFORE
        if progress[node] == STARTED and fixed_start[node] > bound:
            bound = fixed_start[node]
            why = BY_ACTUAL
        if floor[node] > bound:
            bound = floor[node]
            why = BY_FLOOR
        place = NEVER
        by_place = BY_START
        asked = NEVER
        begins = first[node]
        if progress[node] == STARTED and not retained:
            begins = first[node + 1]
            bound = fixed_start[node]
            why = BY_ACTUAL
        for link in range(begins, first[node + 1]):
            kind = link_type[link]
            lag = link_lag[link]
            source = link_from[link]
            minute = finish[source] if kind < SS else start[source]
            if lag == 0:
                if not kind & 1:
                    if minute > bound:
                        bound = minute
                        why = link
                    continue
                if minute > asked:
                    asked = minute
            reached = position(table, at, minute) + lag
            if kind & 1:
                reached -= left
            if reached > place:
                place = reached
                by_place = link
        reached = position(table, at, bound)
        if reached >= place:
            place = reached
            by_place = why
        driver[node] = by_place
        if left == 0:
            moment = max(bound, asked)
            if position(table, at, moment) == place:
                moment = instant(table, at, place, moment, 0)
            else:
                moment = at_finish(table, at, place)
            begin[node] = moment
            finish[node] = moment
        else:
            begin[node] = at_start(table, at, place)
            finish[node] = at_finish(table, at, place + left)
            if finish[node] < asked:
                finish[node] = at_start(table, at, place + left)
        start[node] = fixed_start[node] if progress[node] == STARTED else begin[node]


def backward_pass(
    table: array[int],
    calendar: array[int],
    work: array[int],
    progress: array[int],
    first: array[int],
    link_from: array[int],
    link_type: array[int],
    link_lag: array[int],
    start: array[int],
    finish: array[int],
    late_start: array[int],
    late_finish: array[int],
    start_bound: array[int],
) -> None:
    """Latest dates, last node first.

    On entry `late_finish` holds the latest finish that each node may have by itself (`LATEST`: any) and
    `start_bound` is all `LATEST`; on return both late arrays are filled. The late start of started work is that of
    the work which is left. Done work keeps its dates and asks nothing of what came before it. A start
    that a link asks for in time that is not worked falls where the work before it ended.
    """
    for node in range(len(calendar) - 1, -1, -1):
        if progress[node] == DONE:
            late_start[node] = start[node]
            late_finish[node] = finish[node]
            continue
        at = calendar[node]
        left = work[node]
        limit = late_finish[node]
        bound = start_bound[node]
        place = position(table, at, limit)
        if bound != LATEST:
            other = position(table, at, bound) + left
            if other < place:
                place = other
        if left == 0:
            starts = instant(table, at, place, min(limit, bound), 1)
            ends = starts
            late_start[node] = starts
            late_finish[node] = starts
        else:
            starts = at_start(table, at, place - left)
            late_start[node] = starts
            if starts > bound:
                late_start[node] = at_finish(table, at, place - left)
                starts = bound
            late_finish[node] = at_finish(table, at, place)
            ends = min(at_start(table, at, place), limit)
        for link in range(first[node], first[node + 1]):
            kind = link_type[link]
            minute = ends if kind & 1 else starts
            if link_lag[link] != 0:
                minute = at_start(table, at, position(table, at, minute) - link_lag[link])
            source = link_from[link]
            if kind < SS:
                if minute < late_finish[source]:
                    late_finish[source] = minute
            elif minute < start_bound[source]:
                start_bound[source] = minute


def float_pass(
    table: array[int],
    calendar: array[int],
    progress: array[int],
    first: array[int],
    link_from: array[int],
    link_type: array[int],
    link_lag: array[int],
    begin: array[int],
    finish: array[int],
    late_start: array[int],
    late_finish: array[int],
    last: array[int],
    begin_place: array[int],
    finish_place: array[int],
    total: array[int],
    free: array[int],
) -> None:
    """Total and free float, in working minutes of each node's calendar.

    `free` holds on entry `LATEST`, on return the least slack to any successor and to `last`, the latest finish that
    the node may have for its own sake. `begin_place` and `finish_place` are room to work in.
    """
    for node in range(len(calendar)):
        at = calendar[node]
        begin_place[node] = position(table, at, begin[node])
        finish_place[node] = begin_place[node] if begin[node] == finish[node] else position(table, at, finish[node])
    for node in range(len(calendar)):
        if progress[node] == DONE:
            continue
        at = calendar[node]
        for link in range(first[node], first[node + 1]):
            source = link_from[link]
            if progress[source] == DONE:
                continue
            kind = link_type[link]
            there = calendar[source]
            if there == at:
                slack = (finish_place[node] if kind & 1 else begin_place[node]) - link_lag[link]
            else:
                minute = finish[node] if kind & 1 else begin[node]
                if link_lag[link] != 0:
                    minute = at_start(table, at, position(table, at, minute) - link_lag[link])
                slack = position(table, there, minute)
            slack -= finish_place[source] if kind < SS else begin_place[source]
            if slack < free[source]:
                free[source] = slack
    for node in range(len(calendar)):
        if progress[node] == DONE:
            total[node] = 0
            free[node] = 0
            continue
        at = calendar[node]
        by_finish = position(table, at, late_finish[node]) - finish_place[node]
        by_start = position(table, at, late_start[node]) - begin_place[node]
        total[node] = min(by_start, by_finish)
        if free[node] > by_finish:
            own = position(table, at, last[node]) - finish_place[node]
            if own < free[node]:
                free[node] = own
