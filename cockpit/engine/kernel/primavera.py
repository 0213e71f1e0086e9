"""Early dates by Primavera P6's rules: remaining work from the data date, in the order of its links.

The rules are facts about P6, learnt from the dates that it stores (docs/schedule.md lists them with their sources).
Early dates are those of the work that is left; a done activity hands the data date, or what its own open
predecessors ask for, on to its successors (retained logic).
"""

from __future__ import annotations

from .clock import NEVER, advance, between, is_open, opening
from .mode import compiled
from .pace import ahead, back, closes, opens
from .shapes import (
    BY_ACTUAL,
    BY_CONSTRAINT,
    BY_FLOOR,
    BY_NOT_BEFORE,
    BY_START,
    DONE,
    FF,
    FINISH_FROM,
    FINISH_MILESTONE,
    FINISH_ON,
    FS,
    LATE,
    MUST_FINISH,
    MUST_START,
    SS,
    START_FROM,
    START_MILESTONE,
    START_ON,
    STARTED,
    TODO,
    Dates,
    Frame,
    Net,
)

DAY = 1440


@compiled
def lag_left(net: Net, link: int, since: int, now: int) -> int:
    """What is left at the data date of a positive lag that has run since an actual date."""
    gone = 0 if since > now else between(net.table, net.link_calendar[link], since, now)
    return max(0, net.link_lag[link] - gone)


@compiled
def lagged(net: Net, link: int, minute: int, lag: int, now: int) -> int:
    """`minute` and a lag on top; one that leads back does not lead behind the data date."""
    reached = advance(net.table, net.link_calendar[link], minute, lag)
    return now if lag < 0 and reached < now else reached


@compiled
def asks(net: Net, frame: Frame, dates: Dates, node: int, link: int) -> tuple[int, int]:
    """The start that a link asks of its successor, and the finish where it dictates one (else `NEVER`)."""
    kind = net.link_type[link]
    if kind == FS:
        return _after_finish(net, frame, dates, node, link), NEVER
    if kind == SS:
        return _after_start(net, frame, dates, node, link), NEVER
    if kind == FF:
        return _with_finish(net, frame, dates, node, link)
    return _with_start(net, frame, dates, node, link)


@compiled
def _after_finish(net: Net, frame: Frame, dates: Dates, node: int, link: int) -> int:
    source, lag = net.link_from[link], net.link_lag[link]
    now = frame.now[net.project[node]]
    if net.progress[source] == DONE:
        if net.progress[node] == DONE or lag <= 0:
            return dates.reach[source]
        lag = lag_left(net, link, net.ended[source], now)
    return lagged(net, link, dates.reach[source], lag, now)


@compiled
def _after_start(net: Net, frame: Frame, dates: Dates, node: int, link: int) -> int:
    source, lag = net.link_from[link], net.link_lag[link]
    now = frame.now[net.project[node]]
    there, here = net.progress[source], net.progress[node]
    begin = dates.begin[source]
    if there == TODO:
        if lag == 0 and here == TODO:
            return opening(net.table, net.link_calendar[link], begin)
        return lagged(net, link, begin, lag, now)
    if there == STARTED:
        if here != DONE and lag > 0 and frame.actual_lag[net.project[node]] == 1:
            return lagged(net, link, now, lag_left(net, link, net.begun[source], now), now)
        if here == DONE or lag <= 0 or (here == TODO and net.spent[source] == 0):
            return begin
        return lagged(net, link, begin, max(0, lag - net.spent[source]), now)
    if here == DONE or (here == STARTED and lag <= 0):
        return begin
    reached = lagged(net, link, net.begun[source], lag, now)
    if reached < now or (lag < 0 and reached == now):
        return begin
    return reached


@compiled
def _with_finish(net: Net, frame: Frame, dates: Dates, node: int, link: int) -> tuple[int, int]:
    source, lag = net.link_from[link], net.link_lag[link]
    now = frame.now[net.project[node]]
    there, here = net.progress[source], net.progress[node]
    reach = dates.reach[source]
    dictated = NEVER
    if there == DONE:
        if here == DONE:
            return reach, NEVER
        if here == STARTED or lag == 0 or lag > net.spent[source]:
            # The actual finish counts, not the data date; what has passed of the lag is past.
            reach = net.ended[source]
            if lag == 0:
                return back(net, node, reach, dates.work[node], True), NEVER
        elif lag != 0:
            reach = lagged(net, link, reach, lag, now)
    finish = lagged(net, link, reach, lag, now)
    if there == TODO and here == TODO and lag <= 0:
        dictated = finish
        if lag == 0 and not is_open(net.table, net.calendar[node], finish):
            dictated = opens(net, node, finish)
    return back(net, node, finish, dates.work[node], True), dictated


@compiled
def _with_start(net: Net, frame: Frame, dates: Dates, node: int, link: int) -> tuple[int, int]:
    source, lag = net.link_from[link], net.link_lag[link]
    now = frame.now[net.project[node]]
    there, here = net.progress[source], net.progress[node]
    begin = dates.begin[source]
    if here == TODO:
        start = lagged(net, link, back(net, node, begin, dates.whole[node], False), lag, now)
        if there == STARTED:
            return min(start, now), NEVER
        if there == TODO and lag != 0 and start > now:
            return start, lagged(net, link, begin, lag, now)
        return start, NEVER
    if here == DONE:
        if lag == 0:
            return begin, NEVER
        if there == STARTED:
            return opens(net, node, now), NEVER
        reached = lagged(net, link, begin, lag, now)
        return (min(reached, now) if there == DONE else reached), NEVER
    if there == TODO:
        if lag <= 0:
            return now, NEVER
        return back(net, node, lagged(net, link, begin, lag, now), dates.work[node], True), NEVER
    left = lag_left(net, link, net.begun[source], now)
    if left > 0:
        return back(net, node, lagged(net, link, begin, left, now), dates.work[node], True), NEVER
    return begin, NEVER


@compiled
def early(net: Net, frame: Frame, dates: Dates, node: int) -> None:
    """The early dates of one node whose predecessors have theirs."""
    project = net.project[node]
    origin, now = frame.origin[project], frame.now[project]
    waits = net.progress[node] != STARTED or frame.override[project] == 0
    start, finish, driver = NEVER, NEVER, BY_START
    for link in range(net.first[node], net.first[node + 1] if waits else net.first[node]):
        asked, dictated = asks(net, frame, dates, node, link)
        asked_opens = asked if net.progress[node] == DONE else opens(net, node, asked)
        dates.asked[link] = asked_opens
        best = NEVER if driver < 0 else dates.asked[driver]
        if asked_opens > best or (asked_opens == best and (asked > start or (asked == start and dictated > finish))):
            start, finish, driver = asked, dictated, link
    linked = driver >= 0
    if start < origin:
        start, finish = (origin if net.progress[node] != STARTED else opens(net, node, origin)), NEVER
        if linked and dates.asked[driver] < opens(net, node, origin):
            driver = BY_START
    if net.progress[node] == DONE:
        _hand_on(net, frame, dates, node, start if linked else now, driver)
    elif net.progress[node] == STARTED:
        _go_on(net, frame, dates, node, start, driver)
    else:
        _begin(net, frame, dates, node, start, finish, driver, linked)
    for link in range(net.first[node], net.first[node + 1] if dates.driver[node] >= 0 else net.first[node]):
        dates.drives[link] = 1 if dates.asked[link] == dates.asked[dates.driver[node]] else 0


@compiled
def _hand_on(net: Net, frame: Frame, dates: Dates, node: int, start: int, driver: int) -> None:
    """Done work: its successors start from the data date, or from what its own predecessors still ask for."""
    dates.start[node], dates.finish[node] = net.begun[node], net.ended[node]
    dates.begin[node] = dates.reach[node] = net.ended[node] if frame.live == 1 else start
    dates.driver[node] = driver if driver >= 0 and frame.live == 0 else BY_ACTUAL
    if frame.live == 0:
        dates.whole[node] = net.spent[node]


@compiled
def _go_on(net: Net, frame: Frame, dates: Dates, node: int, start: int, driver: int) -> None:
    """Work in progress: what is left, from the data date, a resumption or its predecessors on."""
    begin = opens(net, node, start)
    if net.resumed[node] > begin:
        begin, driver = opens(net, node, net.resumed[node]), BY_ACTUAL
    if frame.floor[node] > begin:
        begin, driver = opens(net, node, frame.floor[node]), BY_FLOOR
    if net.outer_start[node] > begin:
        begin, driver = net.outer_start[node], BY_NOT_BEFORE
    dates.begin[node] = begin
    dates.reach[node] = ahead(net, node, begin, dates.work[node], True)
    dates.driver[node] = driver
    _stretch(net, frame, dates, node)
    dates.start[node], dates.finish[node] = net.begun[node], dates.reach[node]
    if net.spent[node] == 0:
        dates.whole[node] = dates.work[node]
    elif dates.work[node] == 0:
        dates.whole[node] = net.spent[node]
    else:
        dates.whole[node] = between(net.table, net.calendar[node], net.begun[node], dates.reach[node])


@compiled
def _begin(net: Net, frame: Frame, dates: Dates, node: int, start: int, finish: int, driver: int, linked: bool) -> None:
    """Work not begun: after its links, within its constraint."""
    if frame.floor[node] > start:
        start, finish, driver = frame.floor[node], NEVER, BY_FLOOR
    if net.not_before[node] > start:
        start, finish, driver = net.not_before[node], NEVER, BY_NOT_BEFORE
    start, finish, driver = _constrained(net, frame, dates, node, start, finish, driver, linked)
    role = net.role[node]
    if role == FINISH_MILESTONE:
        if start != closes(net, node, start):
            start = opens(net, node, start)
    else:
        start = dates.asked[driver] if driver >= 0 else opens(net, node, start)
        if role == START_MILESTONE:
            finish = start
    if net.outer_start[node] > start:
        start, finish, driver = net.outer_start[node], NEVER, BY_NOT_BEFORE
    if finish == NEVER:
        finish = ahead(net, node, start, dates.work[node], True)
    dates.begin[node], dates.reach[node], dates.driver[node] = start, finish, driver
    _stretch(net, frame, dates, node)
    dates.start[node], dates.finish[node] = start, dates.reach[node]


@compiled
def _constrained(
    net: Net, frame: Frame, dates: Dates, node: int, start: int, finish: int, driver: int, linked: bool
) -> tuple[int, int, int]:
    """Start, dictated finish and driver as a constraint leaves them."""
    kind, on, work = net.constraint[node], net.constraint_date[node], dates.work[node]
    hard = frame.live == 0
    if net.second[node] == START_FROM and net.second_date[node] > start:
        start, finish, driver = net.second_date[node], NEVER, BY_CONSTRAINT
    elif net.second[node] == FINISH_FROM and back(net, node, net.second_date[node], work, True) > start:
        start, finish, driver = back(net, node, net.second_date[node], work, True), NEVER, BY_CONSTRAINT
    if kind in (START_FROM, START_ON) or (kind == MUST_START and not hard):
        if kind == START_FROM:
            on = _at_the_hour(net, node, on, start)
        if on > start:
            return on, NEVER, BY_CONSTRAINT
    elif kind == MUST_START:
        return on, NEVER, BY_CONSTRAINT
    elif kind == FINISH_FROM:
        if not linked and not is_open(net.table, net.calendar[node], on):
            on = opens(net, node, on)
        earliest = back(net, node, on, work, True)
        if earliest > start or not linked:
            return max(earliest, start), on if not linked and earliest >= start else NEVER, BY_CONSTRAINT
    elif kind == MUST_FINISH and hard:
        return back(net, node, on, work, True), on, BY_CONSTRAINT
    elif kind in (FINISH_ON, MUST_FINISH):
        begin = back(net, node, on, work, True)
        if begin > start:
            end = begin if net.role[node] == FINISH_MILESTONE else closes(net, node, on)
            return begin, end, BY_CONSTRAINT
    return start, finish, driver


@compiled
def _at_the_hour(net: Net, node: int, on: int, start: int) -> int:
    """A constraint's midnight takes the time of day of the start that it replaces, where that is worked."""
    if on % DAY != 0 or start % DAY == 0:
        return on
    moved = on + start % DAY
    return moved if opens(net, node, moved) // DAY == on // DAY else on


@compiled
def _stretch(net: Net, frame: Frame, dates: Dates, node: int) -> None:
    """An expected finish sets the finish, and with it what is left."""
    expected = net.expected[node]
    if frame.stretch[net.project[node]] == 0 or expected == NEVER or net.constraint[node] == LATE:
        return
    if expected < dates.begin[node] or expected < frame.now[net.project[node]]:
        return
    for link in range(net.first[node], net.first[node + 1]):
        if net.link_type[link] & 1:
            return  # a link to its finish goes before the expectation
    at = net.calendar[node]
    if between(net.table, at, dates.reach[node], expected) != 0:
        dates.reach[node] = expected
        dates.work[node] = between(net.table, at, dates.begin[node], expected)
        dates.whole[node] = dates.work[node]
