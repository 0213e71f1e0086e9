"""Late dates by Primavera P6's rules: those of the work that is left, back from the finish that was asked for."""

from __future__ import annotations

from .clock import LATEST, NEVER, advance, closing, is_open, opening
from .mode import compiled
from .pace import ahead, back, closes, opens
from .primavera import lag_left
from .shapes import (
    BY_CONSTRAINT,
    DONE,
    FF,
    FINISH_MILESTONE,
    FINISH_ON,
    FINISH_UNTIL,
    FS,
    LATE,
    MUST_FINISH,
    MUST_START,
    PLAIN,
    SS,
    START_MILESTONE,
    START_ON,
    START_UNTIL,
    STARTED,
    TODO,
    Dates,
    Frame,
    Net,
)


@compiled
def allows(net: Net, frame: Frame, dates: Dates, link: int, node: int) -> tuple[int, int]:
    """The late finish that a link to `node` allows its predecessor, and the late start where it dictates one."""
    kind = net.link_type[link]
    if kind == FS:
        return _before_start(net, frame, dates, link, node), NEVER
    if kind == FF:
        return _with_finish(net, frame, dates, link, node), NEVER
    if kind == SS:
        return _with_start(net, frame, dates, link, node)
    return _before_finish(net, frame, dates, link, node)


@compiled
def _minus(net: Net, link: int, minute: int, lag: int) -> int:
    return advance(net.table, net.link_calendar[link], minute, -lag)


@compiled
def _before_start(net: Net, frame: Frame, dates: Dates, link: int, node: int) -> int:
    source, lag = net.link_from[link], net.link_lag[link]
    there, here = net.progress[source], net.progress[node]
    late = dates.late_start[node]
    if there == DONE:
        if here == STARTED:
            return _minus(net, link, late, lag) if net.spent[node] == 0 else late
        left = lag_left(net, link, net.ended[source], frame.now[net.project[node]]) if lag > 0 else 0
        return _minus(net, link, late, left)
    if here == DONE or (there == STARTED and here == STARTED and lag <= 0 and net.spent[node] != 0):
        return late
    finish = _minus(net, link, late, lag)
    if there == TODO and here == TODO and lag == 0 and not is_open(net.table, net.calendar[source], finish):
        return closes(net, source, finish)
    return finish


@compiled
def _with_finish(net: Net, frame: Frame, dates: Dates, link: int, node: int) -> int:
    source, lag = net.link_from[link], net.link_lag[link]
    if net.progress[source] != DONE:
        return _minus(net, link, dates.late_finish[node], lag)
    left = 0
    if lag > 0 and net.progress[node] != STARTED:
        left = lag_left(net, link, net.ended[source], frame.now[net.project[node]])
    return _minus(net, link, dates.late_finish[node], left)


@compiled
def _is_over(net: Net, dates: Dates, node: int) -> bool:
    """Done, or in progress with nothing left."""
    return net.progress[node] == DONE or (net.role[node] == PLAIN and dates.work[node] == 0)


@compiled
def _with_start(net: Net, frame: Frame, dates: Dates, link: int, node: int) -> tuple[int, int]:
    source, lag = net.link_from[link], net.link_lag[link]
    there, here = net.progress[source], net.progress[node]
    late, dictated = dates.late_start[node], NEVER
    if there == TODO:
        late, dictated = _unstarted_with_start(net, link, node, late)
    elif _is_over(net, dates, source):
        if lag > 0 and (here == TODO or _is_over(net, dates, node)):
            late = _minus(net, link, late, lag_left(net, link, net.begun[source], frame.now[net.project[node]]))
    elif here == TODO or not _is_over(net, dates, node):
        if lag > 0:
            left = max(0, lag - net.spent[source])
            if frame.actual_lag[net.project[node]] == 1:
                left = lag_left(net, link, net.begun[source], frame.now[net.project[node]])
            if here != TODO and left == 0:
                dictated = late
            late = _minus(net, link, late, left)
    elif lag >= 0:
        dictated = late
    return ahead(net, source, late, dates.work[source], True), dictated


@compiled
def _unstarted_with_start(net: Net, link: int, node: int, late: int) -> tuple[int, int]:
    """The late start of a predecessor that has not begun, and the same where the link dictates it."""
    source, lag = net.link_from[link], net.link_lag[link]
    if net.progress[node] != TODO:
        return _minus(net, link, late, lag), NEVER
    if lag == 0:
        if not is_open(net.table, net.calendar[source], late):
            late = _nearest(net, source, late)
        return late, late
    raw = _minus(net, link, late, lag)
    return opens(net, source, raw), raw if lag < 0 else NEVER


@compiled
def _nearest(net: Net, node: int, minute: int) -> int:
    """The nearer edge of the time off work in which a minute lies."""
    before = closing(net.table, net.calendar[node], minute)
    after = opens(net, node, minute)
    return before if minute - before < after - minute else after


@compiled
def _before_finish(net: Net, frame: Frame, dates: Dates, link: int, node: int) -> tuple[int, int]:
    source, lag = net.link_from[link], net.link_lag[link]
    there, here = net.progress[source], net.progress[node]
    late, now = dates.late_finish[node], frame.now[net.project[node]]
    if here == DONE and there != TODO:
        if there == DONE:
            return late, NEVER
        left = lag_left(net, link, net.begun[source], now) if lag > 0 else 0
        if left > 0:
            return _minus(net, link, ahead(net, source, late, dates.whole[source], False), left), NEVER
        return ahead(net, source, late, dates.work[source], True), NEVER
    if there == STARTED and here == TODO:
        return ahead(net, source, late, dates.work[source], True), late if lag > 0 else NEVER
    finish = _minus(net, link, ahead(net, source, late, dates.whole[source], False), lag)
    if there == TODO and here == STARTED and lag <= 0:
        return finish, _minus(net, link, late, lag)
    return finish, NEVER


@compiled
def late(net: Net, frame: Frame, dates: Dates, node: int, bound: int) -> None:
    """The late dates of one node: `late_finish` and `start_bound` hold what its successors allow, `bound` the finish
    of the project."""
    finish, start = dates.late_finish[node], dates.start_bound[node]
    asked = frame.must[net.project[node]]
    if net.followers[node] == 0:
        finish, start = min(bound, finish), NEVER
        if net.progress[node] != DONE:
            if net.outer_finish[node] != LATEST:
                finish = net.outer_finish[node]
            elif asked != NEVER and not is_open(net.table, net.calendar[node], finish):
                finish = closes(net, node, finish)
            elif asked == NEVER and frame.open_critical[net.project[node]] == 1:
                finish = dates.reach[node]
    elif finish > bound:
        finish, start = closes(net, node, bound), NEVER
    if net.progress[node] != DONE:
        finish, start = _constrained(net, dates, node, finish, start)
        if net.role[node] != START_MILESTONE:
            finish = closes(net, node, finish)
    else:
        start = NEVER
    if net.outer_finish[node] < finish:
        finish = net.outer_finish[node]
    if start == NEVER:
        start = back(net, node, finish, dates.work[node], True)
        if net.role[node] == PLAIN and net.share_first[node] != net.share_first[node + 1] and dates.work[node] != 0:
            start = opens(net, node, start)  # work of its own calendar counted back begins where work can
    dates.late_start[node], dates.late_finish[node] = start, finish
    dates.tell_start[node], dates.tell_finish[node] = start, finish


@compiled
def _constrained(net: Net, dates: Dates, node: int, finish: int, start: int) -> tuple[int, int]:
    """Late finish and dictated late start as both constraints leave them."""
    kind, on = net.constraint[node], net.constraint_date[node]
    unstarted = net.progress[node] == TODO
    if kind == START_ON and unstarted:
        latest = ahead(net, node, on, dates.whole[node], False)
        if finish > latest:
            start = on if start != NEVER else NEVER
            finish = latest if is_open(net.table, net.calendar[node], latest) else closes(net, node, latest)
    elif kind == MUST_START and unstarted:
        finish, start = ahead(net, node, on, dates.whole[node], False), NEVER
    elif kind == MUST_FINISH:
        finish, start = on, NEVER
    elif kind == START_UNTIL:
        latest = ahead(net, node, on, dates.whole[node], False)
        if finish > latest:
            finish, start = latest, NEVER
    elif (kind in (FINISH_ON, FINISH_UNTIL)) and finish > on:
        finish, start = on, NEVER
    kind, on = net.second[node], net.second_date[node]
    if kind == START_UNTIL:
        latest = ahead(net, node, on, dates.whole[node], False)
        if finish > latest:
            finish, start = latest, on if start != NEVER else NEVER
    elif kind == FINISH_UNTIL and finish > on:
        finish, start = on, NEVER
    return finish, start


@compiled
def delayed(net: Net, frame: Frame, dates: Dates, node: int, asked: int, link: int, bound: int) -> None:
    """As late as possible: early dates that use up the free float. `asked` is the earliest start that its successors
    ask for by `link`, `LATEST` where there is none; `bound` the finish of the project."""
    if net.constraint[node] != LATE or frame.live == 1:
        return
    if net.followers[node] == 0:
        finish = closes(net, node, bound)
        start = back(net, node, finish, dates.work[node], True)
    elif asked == LATEST:
        return
    else:
        start = asked
        if net.progress[node] != DONE and net.role[node] == FINISH_MILESTONE:
            start = closes(net, node, start)
        finish = ahead(net, node, start, dates.work[node], True)
    if start < dates.begin[node]:
        return  # what follows already stands too early
    dates.begin[node], dates.reach[node] = start, finish
    if net.progress[node] == TODO:
        dates.start[node], dates.finish[node], dates.driver[node] = start, finish, BY_CONSTRAINT
    elif net.progress[node] == STARTED:
        dates.finish[node] = finish
    if link >= 0:
        dates.drives[link] = 1


@compiled
def delay_asked(net: Net, frame: Frame, dates: Dates, link: int, node: int) -> int:
    """The start that a link to `node` leaves its predecessor at the latest, by the early dates of `node`."""
    source, lag = net.link_from[link], net.link_lag[link]
    kind = net.link_type[link]
    if kind == SS:
        return opens(net, source, _minus(net, link, dates.begin[node], lag))
    if kind == FF:
        return back(net, source, _minus(net, link, dates.reach[node], lag), dates.work[source], True)
    if kind != FS:
        return LATEST
    if net.progress[source] == DONE:
        now = frame.now[net.project[node]]
        return opening(net.table, net.calendar[source], now) if net.progress[node] == TODO else now
    start = _minus(net, link, back(net, source, dates.begin[node], dates.work[source], True), lag)
    if start < dates.begin[source]:  # the lag runs on another calendar: taken off before the work, it leaves room
        start = back(net, source, _minus(net, link, dates.begin[node], lag), dates.work[source], True)
    if net.progress[source] == TODO and net.progress[node] == TODO:
        return opens(net, source, start)
    return start
