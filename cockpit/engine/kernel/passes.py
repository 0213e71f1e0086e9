"""The passes over all nodes: early dates, late dates, floats. Each node follows the rules of its own program; a link
forward follows its successor's, a link backward its predecessor's."""

from __future__ import annotations

from array import array

from . import primavera, primavera_late, project
from .clock import LATEST, NEVER, at_start, between, position
from .mode import compiled, inlined
from .shapes import (
    DONE,
    LATE,
    MUST_FINISH,
    MUST_START,
    PRIMAVERA,
    PROJECT,
    SS,
    STARTED,
    TODO,
    Dates,
    Frame,
    Net,
)


@compiled
def forward(net: Net, frame: Frame, dates: Dates) -> None:
    """Early dates: fills all of `dates` but the late ones."""
    for node in range(net.size):
        if net.rules[node] == PRIMAVERA:
            primavera.early(net, frame, dates, node)
        else:
            project.early(net, frame, dates, node)


@compiled
def backward(net: Net, frame: Frame, dates: Dates, bound: array[int]) -> None:
    """Late dates, last node first. `bound` holds over the projects the latest finish there is.

    On entry `late_finish` holds the latest finish that each node may have by itself, and `start_bound` is `LATEST`
    (`NEVER` for Primavera's nodes).
    """
    for node in range(net.size - 1, -1, -1):
        limit = bound[net.project[node]]
        if net.rules[node] == PRIMAVERA:
            primavera_late.late(net, frame, dates, node, limit)
        else:
            project.late(net, frame, dates, node, limit)
        for link in range(net.first[node], net.first[node + 1]):
            tell(net, frame, dates, node, link)


@inlined
def tell(net: Net, frame: Frame, dates: Dates, node: int, link: int) -> None:
    """Lower what a predecessor may take by what `node`, whose late dates are known, allows it by a link."""
    source = net.link_from[link]
    if net.rules[source] == PROJECT:
        project.push(net, frame, dates, node, link)
        return
    finish, start = primavera_late.allows(net, frame, dates, link, node)
    known = dates.start_bound[source]
    is_stricter = start != NEVER and (known == NEVER or start < known)
    if finish < dates.late_finish[source] or (finish == dates.late_finish[source] and is_stricter):
        dates.late_finish[source], dates.start_bound[source] = finish, start


@compiled
def delay(net: Net, frame: Frame, dates: Dates, bound: array[int], asked: array[int], by: array[int]) -> None:
    """Move Primavera's activities that are to be as late as possible, last first. `asked` (`LATEST`) and `by` (-1)
    are room to work in, over the nodes."""
    for node in range(net.size - 1, -1, -1):
        if net.rules[node] == PRIMAVERA:
            limit = bound[net.project[node]]
            primavera_late.delayed(net, frame, dates, node, asked[node], by[node], limit)
        for link in range(net.first[node], net.first[node + 1]):
            source = net.link_from[link]
            if net.rules[source] == PRIMAVERA and net.constraint[source] == LATE:
                start = primavera_late.delay_asked(net, frame, dates, link, node)
                if start < asked[source]:
                    asked[source], by[source] = start, link


@compiled
def floats(
    net: Net,
    frame: Frame,
    dates: Dates,
    last: array[int],
    total: array[int],
    free: array[int],
    begin_place: array[int],
    reach_place: array[int],
) -> None:
    """Total and free float, in working minutes of each node's calendar.

    `free` holds on entry `LATEST`, on return the least slack to any successor, and to `last`, the latest finish that
    a node of Primavera may have for its own sake. `total` is the smaller of start and finish slack, which
    `begin_place` and `reach_place` hold in the end.
    """
    table = net.table
    for node in range(net.size):
        at = net.calendar[node]
        begin, reach = dates.begin[node], dates.reach[node]
        begin_place[node] = reach_place[node] = position(table, at, begin)
        if is_even(net, node):
            reach_place[node] += dates.work[node]
        elif begin != reach:
            reach_place[node] = position(table, at, reach)
    _least_slacks(net, frame, dates, free, begin_place, reach_place)
    for node in range(net.size):
        if net.progress[node] == DONE:
            total[node] = free[node] = begin_place[node] = reach_place[node] = 0
            continue
        at = net.calendar[node]
        by_start = by_finish = position(table, at, dates.late_start[node]) - begin_place[node]
        if not is_even(net, node):
            by_finish = position(table, at, dates.late_finish[node]) - reach_place[node]
        total[node] = min(by_start, by_finish)
        if net.rules[node] == PRIMAVERA and frame.live == 0:
            free[node] = _primavera_free(net, dates, node, free[node], last[node])
        else:
            bound = 0 if frame.live == 0 and _is_late(net, frame, node) else total[node]
            free[node] = max(0, min(free[node], bound))
        begin_place[node], reach_place[node] = by_start, by_finish


@inlined
def is_even(net: Net, node: int) -> bool:
    """Whether the work of a node lies between its begin and its end, early and late, by its own calendar: then its
    start and its finish have the same slack, and two places tell all four. Not where resources pace it, where its dates
    were typed in, and not by Primavera's rules, in which a link may dictate both ends."""
    return (
        net.rules[node] == PROJECT
        and net.share_first[node] == net.share_first[node + 1]
        and net.pinned_start[node] == NEVER
    )


@inlined
def _least_slacks(
    net: Net, frame: Frame, dates: Dates, free: array[int], begin_place: array[int], reach_place: array[int]
) -> None:
    """Lower `free` to the least slack to any successor. What is done cannot be delayed; in a plan by Primavera it has
    early dates all the same, at the data date or later."""
    for node in range(net.size):
        link, end, over = net.first[node], net.first[node + 1], net.progress[node] == DONE
        while link < end:
            source = net.link_from[link]
            primavera_plan = net.rules[source] == PRIMAVERA and frame.live == 0
            counts = net.progress[source] != DONE and (primavera_plan or not over)
            least, kept = LATEST, LATEST
            while link < end and net.link_from[link] == source:
                if counts:
                    slack = _slack(net, frame, dates, link, node, begin_place, reach_place)
                    least = min(least, slack)
                    kept = min(kept, slack) if slack >= 0 else kept
                link += 1
            # Of links between the same two, as two calendars may break one of them, Primavera takes one that is kept.
            least = kept if primavera_plan and kept != LATEST else least
            free[source] = min(free[source], least)


@inlined
def _slack(
    net: Net, frame: Frame, dates: Dates, link: int, node: int, begin_place: array[int], reach_place: array[int]
) -> int:
    """How many minutes a predecessor may slip without moving the early dates of `node`."""
    source, kind, lag = net.link_from[link], net.link_type[link], net.link_lag[link]
    there = net.calendar[source]
    before = reach_place[source] if kind < SS else begin_place[source]
    if net.rules[source] == PRIMAVERA:
        if kind == SS and net.progress[source] == STARTED and lag != 0:
            lag = max(0, lag - net.spent[source])
        if lag != 0:
            minute = dates.reach[source] if kind < SS else dates.begin[source]
            now = frame.now[net.project[node]]
            before = position(net.table, there, primavera.lagged(net, link, minute, lag, now))
            lag = 0
    elif frame.live == 0 and (_is_apart(net, frame, source) or _is_apart(net, frame, node)):
        before = position(net.table, there, _shown(net, frame, dates, source, kind >= SS))
        slack = _minus(net, link, _shown(net, frame, dates, node, not kind & 1), lag) - before
        if slack >= 0 or kind & 1 or net.resumed[node] == NEVER:
            return slack
        return _minus(net, link, dates.begin[node], lag) - before
    if (lag == 0 or net.link_calendar[link] == there) and net.calendar[node] == there:
        return (reach_place[node] if kind & 1 else begin_place[node]) - lag - before
    return _minus(net, link, dates.reach[node] if kind & 1 else dates.begin[node], lag) - before


@inlined
def _minus(net: Net, link: int, minute: int, lag: int) -> int:
    """The place, in the calendar of the predecessor, of a date of the successor less the lag of their link."""
    there, at = net.calendar[net.link_from[link]], net.link_calendar[link]
    if lag == 0:
        return position(net.table, there, minute)
    if at == there:
        return position(net.table, there, minute) - lag
    return position(net.table, there, at_start(net.table, at, position(net.table, at, minute) - lag))


@inlined
def _is_late(net: Net, frame: Frame, node: int) -> bool:
    """Whether a task of Microsoft Project is to be late in a plan that is scheduled from its start. From its finish all
    are, and floats are those of the early dates."""
    return net.constraint[node] == LATE and frame.must[net.project[node]] == NEVER


@inlined
def _is_apart(net: Net, frame: Frame, node: int) -> bool:
    """Whether a task of Microsoft Project shows other dates than those of the work that is left, taken early."""
    return net.progress[node] == STARTED or _is_late(net, frame, node)


@compiled
def _shown(net: Net, frame: Frame, dates: Dates, node: int, start: bool) -> int:
    """The start or the finish that Microsoft Project shows: begun work keeps its actual start, and what is to be as
    late as possible stands at its late dates."""
    if _is_late(net, frame, node) and net.progress[node] == TODO:
        return dates.late_start[node] if start else dates.late_finish[node]
    return dates.start[node] if start else dates.reach[node]


@compiled
def _primavera_free(net: Net, dates: Dates, node: int, least: int, last: int) -> int:
    kind = net.constraint[node]
    if kind == MUST_FINISH or net.expected[node] != NEVER:
        return 0
    if net.followers[node] == 0:
        if kind == MUST_START:
            return 0
        least = between(net.table, net.calendar[node], dates.reach[node], last)
    return max(0, least) if least != LATEST else 0
