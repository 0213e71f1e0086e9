"""Late dates that follow an edit: what becomes of them when a little of what they rest on changes.

The late dates of a node follow from its own row, from the latest finish that it may have by itself, from the work that
is left of it, and from the late dates and the rows of what its links lead to (for Primavera also from its own early
dates); from nothing else (`kernel.project.late`, `kernel.primavera_late.late`, `kernel.tell`). So a node that none of
these changed for has the late dates that it had, and what is found is what a pass over the whole network finds.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Set
from heapq import heapify, heappop, heappush
from typing import NamedTuple

from cockpit.engine import kernel
from cockpit.engine.kernel import primavera_late, project
from cockpit.engine.scheduling import schedule
from cockpit.engine.scheduling.differing import differing
from cockpit.engine.scheduling.ripple import Asked
from cockpit.engine.scheduling.schedule import Backward, Run


class Late(NamedTuple):
    """Late dates towards the ends of some nodes, with all that they follow from."""

    asked: Asked
    ends: Mapping[int, int]
    """Node → the latest finish that it may have by itself, of those that have one."""
    bound: int
    """The latest finish that any may have."""
    dates: kernel.Dates
    total: array[int]
    """Over the nodes: total float, in working minutes of each node's calendar."""
    moved: tuple[int, ...] | None
    """The nodes whose float may be another than before; None: any."""


def late(asked: Asked, ends: Mapping[int, int], bound: int, earlier: Late | None, rows: Set[int] | None) -> Late:
    """The late dates and total floats for early ones; from those before, where only rows, dates and ends differ. `rows`
    are the nodes whose rows differ; None: more."""
    if earlier is not None and rows is not None and bound == earlier.bound:
        found = _patched(asked, ends, earlier, rows)
        if found is not None:
            return found
    run, ahead = asked.run, asked.dates
    limits = array("q", [bound]) * run.net.size
    for node, minute in ends.items():
        limits[node] = minute
    dates = schedule.latest(run, ahead, dict(enumerate(limits)), array("q", [bound]) * len(run.frame.now))
    total = schedule.total_floats(run, ahead, Backward(dates.late_start, dates.late_finish, limits))
    moved = None
    if earlier is not None and rows is not None:
        moved = tuple(sorted(rows | set(differing(total, earlier.total))))
    return Late(asked, ends, bound, dates, total, moved)


def _patched(asked: Asked, ends: Mapping[int, int], earlier: Late, rows: Set[int]) -> Late | None:
    """The late dates from those before; None where so many change that a whole pass is faster."""
    net, ahead, was = asked.run.net, asked.dates, earlier.asked.dates
    early = asked.otherwise(earlier.asked)
    left = {node for node in early if (ahead.work[node], ahead.whole[node]) != (was.work[node], was.whole[node])}
    begun = {node for node in early if net.rules[node] == kernel.PRIMAVERA}
    # What a link allows is asked of both its ends.
    own = left.union(rows)
    before = {source for node in own | begun for source in _before(net, node)}
    other_ends = {node for node, _ in ends.items() ^ earlier.ends.items()}
    names = ("late_start", "late_finish", "start_bound", "tell_start", "tell_finish")
    dates = ahead._replace(**{name: array("q", getattr(earlier.dates, name)) for name in names})
    late_nodes = _spread(asked.run, dates, ends, earlier.bound, own | before | begun | other_ends)
    if late_nodes is None:
        return None
    moved = tuple(sorted(own.union(late_nodes, early)))
    total = array("q", earlier.total)
    for node in moved:
        total[node] = schedule.total_float(net, dates, node)
    return Late(asked, ends, earlier.bound, dates, total, moved)


def _before(net: kernel.Net, node: int) -> Iterable[int]:
    return net.link_from[net.first[node] : net.first[node + 1]]


def _spread(run: Run, dates: kernel.Dates, ends: Mapping[int, int], bound: int, seeds: set[int]) -> set[int] | None:
    """Compute the late dates of these nodes again, last first, and of what comes before where they change: the nodes
    that have others now. None, and nothing that holds, where that takes longer than a whole pass."""
    net, most, moved = run.net, schedule.one_by_one(run), set()
    first, source, compute = net.first, net.link_from, _Computing(run, dates, bound)
    late_start, late_finish, tell_start, tell_finish = (
        dates.late_start, dates.late_finish, dates.tell_start, dates.tell_finish,
    )  # fmt: skip
    queue = [-node for node in seeds]
    heapify(queue)
    last = -1
    while queue:
        node = -heappop(queue)
        if node == last:
            continue
        last, most = node, most - 1
        if most < 0:
            return None
        start, finish, told_start, told_finish = (
            late_start[node], late_finish[node], tell_start[node], tell_finish[node],
        )  # fmt: skip
        compute.of(node, ends.get(node, bound))
        if (
            late_start[node] != start
            or late_finish[node] != finish
            or tell_start[node] != told_start
            or tell_finish[node] != told_finish
        ):
            moved.add(node)
            for link in range(first[node], first[node + 1]):
                heappush(queue, -source[link])
    return moved


class _Computing:
    """Computes the late dates of single nodes."""

    def __init__(self, run: Run, dates: kernel.Dates, bound: int) -> None:
        self._net, self._frame, self._dates, self._bound = run.net, run.frame, dates, bound
        onward = run.network.onward
        self._first, self._to, self._link = onward.first, onward.to, onward.link

    def of(self, node: int, limit: int) -> None:
        """Those of one node, what its links lead to having theirs."""
        net, frame, dates, tell = self._net, self._frame, self._dates, kernel.tell
        is_primavera = net.rules[node] == kernel.PRIMAVERA
        dates.late_finish[node] = limit
        dates.start_bound[node] = kernel.NEVER if is_primavera else kernel.LATEST
        dates.tell_start[node] = dates.tell_finish[node] = 0
        for place in range(self._first[node], self._first[node + 1]):
            tell(net, frame, dates, self._to[place], self._link[place])
        (primavera_late.late if is_primavera else project.late)(net, frame, dates, node, self._bound)
