"""Early and late dates by Microsoft Project's rules; also those of everything that no planning program planned.

The rules are facts about Microsoft Project, learnt from the dates that it stores (docs/schedule.md lists them).
"""

from __future__ import annotations

from .clock import LATEST, NEVER, advance, at_finish, at_start, instant, opening, position
from .mode import compiled, inlined
from .pace import ahead, back, closes, opens
from .shapes import (
    BY_ACTUAL,
    BY_CONSTRAINT,
    BY_FLOOR,
    BY_NOT_BEFORE,
    BY_START,
    DONE,
    FINISH_FROM,
    FINISH_ON,
    FINISH_UNTIL,
    FREE,
    LATE,
    MUST_FINISH,
    MUST_START,
    SF,
    SS,
    START_FROM,
    START_ON,
    START_UNTIL,
    STARTED,
    TODO,
    Dates,
    Frame,
    Net,
)


@inlined
def early(net: Net, frame: Frame, dates: Dates, node: int) -> None:
    """The early dates of one node whose predecessors have theirs."""
    if net.progress[node] == DONE:
        dates.start[node], dates.finish[node] = net.begun[node], net.ended[node]
        dates.begin[node] = dates.reach[node] = net.ended[node]
        dates.driver[node] = BY_ACTUAL
    elif frame.live == 0 and net.pinned_start[node] != NEVER:
        _stand(net, dates, node, net.pinned_start[node], net.pinned_finish[node])
    elif frame.live == 0 and net.progress[node] == STARTED:
        _run_on(net, dates, node)
    else:
        _follow(net, frame, dates, node)


@compiled
def _stand(net: Net, dates: Dates, node: int, start: int, finish: int) -> None:
    """A node whose dates were typed in."""
    dates.start[node] = dates.begin[node] = start
    dates.reach[node] = ahead(net, node, start, dates.whole[node], False) if finish == NEVER else finish
    dates.finish[node] = dates.reach[node]
    dates.driver[node] = BY_CONSTRAINT


@compiled
def _run_on(net: Net, dates: Dates, node: int) -> None:
    """Work in progress runs its whole duration from its actual start, or what is left from where it resumes."""
    finish = ahead(net, node, net.begun[node], dates.whole[node], False)
    if net.resumed[node] != NEVER:
        finish = ahead(net, node, net.resumed[node], dates.work[node], True)
    if net.constraint[node] == FINISH_FROM:
        finish = max(finish, net.constraint_date[node])
    dates.start[node], dates.finish[node], dates.reach[node] = net.begun[node], finish, finish
    dates.begin[node] = back(net, node, finish, dates.work[node], True)
    dates.driver[node] = BY_ACTUAL


@inlined
def _bound(net: Net, frame: Frame, node: int) -> tuple[int, int]:
    """The minute before which a node does not begin whatever its links say, and which rule says so."""
    project = net.project[node]
    bound, why = frame.origin[project], BY_START
    if frame.live == 0:
        if net.first[node] < net.first[node + 1]:
            bound = NEVER
        elif net.constraint[node] == START_FROM:
            bound, why = net.constraint_date[node], BY_CONSTRAINT
        elif net.constraint[node] == FINISH_FROM:
            bound, why = back(net, node, net.constraint_date[node], net.work[node], True), BY_CONSTRAINT
        elif net.delay[node] > 0:
            bound = opening(net.table, net.calendar[node], bound) + net.delay[node]
    if net.progress[node] == TODO and net.not_before[node] > bound:
        bound, why = net.not_before[node], BY_NOT_BEFORE
    if net.progress[node] == STARTED and net.begun[node] > bound:
        bound, why = net.begun[node], BY_ACTUAL
    if frame.floor[node] > bound:
        bound, why = frame.floor[node], BY_FLOOR
    return bound, why


@inlined
def _follow(net: Net, frame: Frame, dates: Dates, node: int) -> None:
    """What is left of a node, after its links and within its constraint.

    A finish that a link asks for in time that is not worked falls where the next work begins.
    """
    table, at, left = net.table, net.calendar[node], dates.work[node]
    origin = frame.origin[net.project[node]]
    bound, why = _bound(net, frame, node)
    place, by_place, asked = NEVER, BY_START, NEVER
    for link in range(net.first[node], net.first[node + 1]):
        kind, lag = net.link_type[link], net.link_lag[link]
        source = net.link_from[link]
        minute = dates.finish[source] if kind < SS else dates.start[source]
        if frame.late == 1 and net.constraint[source] == LATE and net.constraint[node] != LATE:
            minute = dates.late_finish[source] if kind < SS else dates.late_start[source]
        if lag != 0 and net.link_calendar[link] != at:
            minute, lag = advance(table, net.link_calendar[link], minute, lag), 0
        if lag == 0:
            if not kind & 1:
                dates.asked[link] = minute
                if minute > bound:
                    bound, why = minute, link
                continue
            if left == 0 or (net.link_lag[link] == 0 and not (kind == SF and _shares_shifts(net, source, at))):
                asked = max(asked, minute)
        reached = position(table, at, minute) + lag
        if kind & 1:
            if net.share_first[node] == net.share_first[node + 1]:
                reached -= left
            else:
                reached = position(table, at, back(net, node, at_finish(table, at, reached), left, True))
            if kind < SS:
                reached = max(reached, position(table, at, origin))
        if frame.live == 0:
            dates.asked[link] = at_start(table, at, reached)
        if reached > place:
            place, by_place = reached, link
    if bound != NEVER:
        reached = position(table, at, bound)
        if reached >= place:
            place, by_place = reached, why
    if place == NEVER:
        place = position(table, at, origin)
    dates.driver[node] = by_place
    _settle(net, dates, node, place, bound, asked)
    if net.constraint[node] != FREE and net.progress[node] == TODO:
        _constrain(net, frame, dates, node)
    dates.start[node] = net.begun[node] if net.progress[node] == STARTED else dates.begin[node]
    dates.finish[node] = dates.reach[node]
    if frame.live == 0 and dates.driver[node] >= 0:  # only a plan's longest path asks what else drives
        for link in range(net.first[node], net.first[node + 1]):
            drives = link == dates.driver[node] or position(table, at, dates.asked[link]) == place
            dates.drives[link] = 1 if drives else 0


@compiled
def _shares_shifts(net: Net, node: int, at: int) -> bool:
    """Whether a node is worked by the calendar at offset `at`, and by no resource of another.

    A link from its start to a finish in that calendar then asks for the end of a shift, as no work lies between that
    and the next morning.
    """
    return net.calendar[node] == at and net.share_first[node] == net.share_first[node + 1]


@inlined
def _settle(net: Net, dates: Dates, node: int, place: int, bound: int, asked: int) -> None:
    """Begin and end of what is left, from the position at which it begins."""
    table, at, left = net.table, net.calendar[node], dates.work[node]
    if left == 0:
        moment = max(bound, asked)
        if moment != NEVER and position(table, at, moment) == place:
            moment = instant(table, at, place, moment, 0)
        else:
            moment = at_finish(table, at, place)
        dates.begin[node] = dates.reach[node] = moment
        return
    begin = at_start(table, at, place)
    if net.share_first[node] != net.share_first[node + 1]:
        begin = opens(net, node, max(bound, at_finish(table, at, place)))
        dates.begin[node] = begin
        dates.reach[node] = ahead(net, node, begin, left, True)
        return
    dates.begin[node] = begin
    dates.reach[node] = at_finish(table, at, place + left)
    if dates.reach[node] < asked:
        dates.reach[node] = at_start(table, at, place + left)


@compiled
def _constrain(net: Net, frame: Frame, dates: Dates, node: int) -> None:
    """Constraints are honoured before links, as Microsoft Project has it by default; live, none makes work earlier."""
    kind, on, left = net.constraint[node], net.constraint_date[node], dates.work[node]
    start, finish = dates.begin[node], NEVER
    hard = frame.live == 0
    if kind == START_FROM or ((kind in (MUST_START, START_ON)) and not hard):
        if on > start:
            start = on
    elif kind == FINISH_FROM or ((kind in (MUST_FINISH, FINISH_ON)) and not hard):
        start = max(start, back(net, node, on, left, True))
    elif kind == START_UNTIL and hard:
        start = min(start, on)
    elif kind == FINISH_UNTIL and hard:
        start = min(start, back(net, node, on, left, True))
    elif kind in (MUST_START, START_ON):
        start = on if hard else start
    elif (kind in (MUST_FINISH, FINISH_ON)) and hard:
        start, finish = back(net, node, on, left, True), on
    if start == dates.begin[node] and finish == NEVER:
        return
    if left > 0:
        start = opens(net, node, start)
    dates.begin[node], dates.driver[node] = start, BY_CONSTRAINT
    dates.reach[node] = ahead(net, node, start, left, True) if finish == NEVER else finish


@inlined
def late(net: Net, frame: Frame, dates: Dates, node: int, bound: int) -> None:
    """The late dates of one node: `late_finish` and `start_bound` hold what its successors allow, `bound` the finish
    of the project. The late start of started work is that of the work which is left."""
    if net.progress[node] == DONE:
        dates.late_start[node], dates.late_finish[node] = net.begun[node], net.ended[node]
        return
    _fit(net, frame, dates, node, bound)


@inlined
def _fit(net: Net, frame: Frame, dates: Dates, node: int, bound: int) -> None:
    """The late dates of unfinished work."""
    table, at, left = net.table, net.calendar[node], dates.work[node]
    if frame.live == 0 and net.pinned_start[node] != NEVER:
        left = dates.whole[node]
    limit = min(dates.late_finish[node], bound)
    if net.progress[node] == STARTED and left == 0 and dates.whole[node] == 0 and net.followers[node] > 0:
        limit = net.begun[node]
    start_bound = dates.start_bound[node]
    if net.constraint[node] != FREE and frame.live == 0:
        limit, start_bound = _limits(net, dates, node, limit, start_bound)
    limit = min(limit, net.deadline[node])
    if net.share_first[node] != net.share_first[node + 1] and left > 0:
        if start_bound != LATEST:
            limit = min(limit, ahead(net, node, start_bound, left, True))
        dates.late_finish[node] = dates.tell_finish[node] = closes(net, node, limit)
        dates.late_start[node] = dates.tell_start[node] = back(net, node, limit, left, True)
        return
    place, told = position(table, at, limit), limit
    if start_bound != LATEST:
        asked = position(table, at, start_bound) + left
        if asked < place:
            place, told = asked, at_start(table, at, asked)
    if left == 0:
        moment = instant(table, at, place, min(limit, start_bound), 1)
        dates.late_start[node] = dates.late_finish[node] = moment
        dates.tell_start[node] = dates.tell_finish[node] = moment
        return
    start = at_start(table, at, place - left)
    dates.late_start[node] = dates.tell_start[node] = start
    if start > start_bound:
        dates.late_start[node], dates.tell_start[node] = at_finish(table, at, place - left), start_bound
    dates.late_finish[node] = at_finish(table, at, place)
    dates.tell_finish[node] = told


@compiled
def _limits(net: Net, dates: Dates, node: int, limit: int, start_bound: int) -> tuple[int, int]:
    """The latest finish and start as a constraint leaves them."""
    kind, on = net.constraint[node], net.constraint_date[node]
    if kind in (MUST_START, START_UNTIL, START_ON):
        latest = ahead(net, node, on, dates.whole[node], False)
        if kind != START_UNTIL:
            return latest, LATEST
        return min(limit, latest), start_bound
    if kind in (MUST_FINISH, FINISH_ON):
        return on, LATEST
    if kind == FINISH_UNTIL:
        return min(limit, on), start_bound
    return limit, start_bound


@inlined
def push(net: Net, frame: Frame, dates: Dates, node: int, link: int) -> None:
    """Tell a predecessor what `node`, whose late dates are known, allows it by a link.

    A start that a link asks for in time that is not worked falls where the work before it ended.
    """
    kind, lag, source = net.link_type[link], net.link_lag[link], net.link_from[link]
    if net.progress[node] == DONE:
        return
    minute = dates.tell_finish[node] if kind & 1 else dates.tell_start[node]
    if frame.live == 0 and kind == SS:
        if net.progress[source] == STARTED:
            return
        if net.progress[node] == STARTED:
            if net.followers[node] == 0:
                return
            minute, lag = advance(net.table, net.calendar[node], net.begun[node], net.spent[node]), 0
            if dates.work[source] > 0:
                minute = opens(net, source, minute)
        if net.pinned_start[source] != NEVER:
            if net.followers[node] == 0 and dates.late_finish[node] < dates.late_finish[source]:
                dates.late_finish[source] = dates.late_finish[node]
            return
    if frame.live == 0 and kind == SF and net.progress[source] == STARTED:
        finish = ahead(net, source, dates.late_finish[node], dates.whole[source], False)
        finish = advance(net.table, net.link_calendar[link], finish, -lag)
        dates.late_finish[source] = min(dates.late_finish[source], finish)
        return
    if lag == 0 and kind == SF and dates.work[node] > 0 and _shares_shifts(net, source, net.calendar[node]):
        minute = opening(net.table, net.calendar[node], minute)
    if lag != 0:
        at = net.link_calendar[link]
        if kind & 1 and at != net.calendar[node]:
            minute = opening(net.table, net.calendar[node], minute)
        minute = at_start(net.table, at, position(net.table, at, minute) - lag)
    if kind < SS:
        if minute < dates.late_finish[source]:
            dates.late_finish[source] = minute
    elif minute < dates.start_bound[source]:
        dates.start_bound[source] = minute
