"""The critical path method over a network: earliest and latest dates, floats, driving chains.

Times are minutes since 1970-01-01 00:00, naive local; floats are working minutes of each node's calendar.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from dataclasses import dataclass

from cockpit.engine import kernel
from cockpit.engine.network import Network

PROJECT_START, NOT_BEFORE, FLOOR, ACTUAL = kernel.BY_START, kernel.BY_NOT_BEFORE, kernel.BY_FLOOR, kernel.BY_ACTUAL


@dataclass(frozen=True, slots=True)
class Forward:
    """Earliest dates, over the nodes."""

    start: array[int]
    finish: array[int]
    driver: array[int]
    """What keeps it from starting earlier: ≥ 0 a link; -1 nothing but the start of the project or the data date;
    -2 its own `not_before`; -3 a floor; -4 its actual dates."""
    begin: array[int]
    """Where the work that is left begins: the start, or later for work in progress."""
    work: array[int]
    """The minutes of work from `begin` to `finish`."""


@dataclass(frozen=True, slots=True)
class Backward:
    """Latest dates, over the nodes. The late start of work in progress is that of what is left of it."""

    late_start: array[int]
    late_finish: array[int]
    end: array[int]
    """The latest finish that each node may have for its own sake."""


@dataclass(frozen=True, slots=True)
class Floats:
    """Slack in working minutes, over the nodes; 0 for done work."""

    total: array[int]
    """The smaller of start slack and finish slack; negative when the end asked for cannot be reached."""
    free: array[int]


def forward(
    network: Network,
    data_date: int | None,
    floors: Mapping[int, int] | None = None,
    start: int | None = None,
    retained: bool = True,
) -> Forward:
    """Earliest dates of every node.

    Unfinished work begins no earlier than `data_date`, `start` (of the project) and its floor in `floors` (node →
    minute). Done work keeps its actual dates. Work in progress goes on with what remains, once its predecessors allow
    (`retained`), else it runs its whole duration from its actual start, as Microsoft Project has it. With neither
    data date nor start, the schedule begins at the earliest date that any item carries.
    """
    size = len(network.ids)
    bounds = [bound for bound in (data_date, start) if bound is not None]
    origin = max(bounds) if bounds else _earliest(network)
    floor = array("q", [kernel.NEVER]) * size
    for node, minute in (floors or {}).items():
        floor[node] = minute
    begun, ended = _fixed(network, origin)
    work = network.remaining if retained else _whole(network)
    result = Forward(_zeros(size), _zeros(size), _zeros(size), _zeros(size), work)
    kernel.forward_pass(
        network.table, network.calendar, work, network.progress, begun, ended, network.not_before, floor,
        network.first, network.link_pred, network.link_type, network.link_lag, origin, int(retained),
        result.start, result.finish, result.begin, result.driver,
    )  # fmt: skip
    return result


def backward(network: Network, ahead: Forward, ends: Mapping[int, int] | None = None) -> Backward:
    """Latest dates of every node that still let the schedule end in time.

    `ends` (node → minute) says how late these nodes may finish; every other node may finish as late as the last of all.
    """
    size = len(network.ids)
    last = max(ahead.finish, default=0)
    end = array("q", [last]) * size
    for node, minute in (ends or {}).items():
        end[node] = minute
    late_finish = array("q", end)
    late_start = _zeros(size)
    kernel.backward_pass(
        network.table, network.calendar, ahead.work, network.progress,
        network.first, network.link_pred, network.link_type, network.link_lag,
        ahead.start, ahead.finish, late_start, late_finish, array("q", [kernel.LATEST]) * size,
    )  # fmt: skip
    return Backward(late_start, late_finish, end)


def floats(network: Network, ahead: Forward, behind: Backward) -> Floats:
    """Total and free float of every node."""
    size = len(network.ids)
    result = Floats(_zeros(size), array("q", [kernel.LATEST]) * size)
    kernel.float_pass(
        network.table, network.calendar, network.progress,
        network.first, network.link_pred, network.link_type, network.link_lag,
        ahead.begin, ahead.finish, behind.late_start, behind.late_finish, behind.end,
        _zeros(size), _zeros(size), result.total, result.free,
    )  # fmt: skip
    return result


def driving_chain(network: Network, ahead: Forward, node: int) -> list[int]:
    """The nodes that drive `node`, earliest first and `node` itself last."""
    chain = [node]
    while ahead.driver[node] >= 0:
        node = network.link_pred[ahead.driver[node]]
        chain.append(node)
    chain.reverse()
    return chain


def _zeros(size: int) -> array[int]:
    return array("q", [0]) * size


def _whole(network: Network) -> array[int]:
    """The work of every node, as if work in progress had all of it left."""
    return array(
        "q",
        [
            whole if progress == kernel.STARTED else left
            for left, whole, progress in zip(network.remaining, network.duration, network.progress, strict=True)
        ],
    )


def _earliest(network: Network) -> int:
    """The earliest date that any item carries, or 0 where none does."""
    dates = [
        minute
        for known in (network.not_before, network.fixed_start, network.fixed_finish, network.done_by)
        for minute in known
        if minute != kernel.NEVER
    ]
    return min(dates, default=0)


def _fixed(network: Network, origin: int) -> tuple[array[int], array[int]]:
    """Actual dates with the gaps filled: done work ended by its baseline or the data date, if nobody says when."""
    begun, ended = array("q", network.fixed_start), array("q", network.fixed_finish)
    for node, progress in enumerate(network.progress):
        if progress == kernel.TODO:
            continue
        working = network.calendar_of(node)
        if progress == kernel.DONE:
            if ended[node] == kernel.NEVER:
                by = network.done_by[node]
                today = working.prev_finish(origin)
                ended[node] = today if by == kernel.NEVER else min(by, today)
                if begun[node] > ended[node]:
                    ended[node] = begun[node]
            if begun[node] == kernel.NEVER:
                begun[node] = working.add_work(ended[node], -network.duration[node])
            begun[node] = min(begun[node], ended[node])
        elif begun[node] == kernel.NEVER:
            spent = max(0, network.duration[node] - network.remaining[node])
            begun[node] = working.add_work(working.next_start(origin), -spent)
    return begun, ended
