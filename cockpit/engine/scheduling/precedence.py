"""In what order work stands in a network from which links were taken out, told from that of the whole.

A network puts first what nothing comes before, by id, and then what is free by then: node after node, by the last of
what comes before each, and by id (`ties.order_of`). So where a node stands follows from the last of what comes before
it, and of two nodes whose line of last ones is as it was the order is as it was. Of others it is found where their
lines meet.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from functools import cmp_to_key
from heapq import heapify, heappop, heappush
from typing import NamedTuple

from cockpit.engine.scheduling.network import Network
from cockpit.records.model import Link

_PATIENCE = 20
"""So many steps a node are taken along such lines, before it costs less to build the network anew."""


class Arc(NamedTuple):
    """A link between two nodes."""

    source: int
    code: int
    lag: int
    calendar: int
    link: Link


def arcs_of(network: Network, node: int, dropped: Collection[int]) -> list[Arc]:
    """The links into a node but for some."""
    net, places = network.net, range(network.first[node], network.first[node + 1])
    columns = (net.link_from, net.link_type, net.link_lag, net.link_calendar, network.links)
    return [Arc(*(column[place] for column in columns)) for place in places if place not in dropped]  # type: ignore[arg-type]


class Precedence:
    """Puts the links into each node in the order of the nodes that they come from.

    `arcs` are the links into the nodes where these differ, `gone` the nodes that stand nowhere any more.
    """

    def __init__(self, network: Network, arcs: Mapping[int, Sequence[Arc]], gone: Collection[int]) -> None:
        self._network = network
        self._last: dict[int, int] = {}
        """Node → the last of what comes before it (-1: nothing), of those of which that was asked."""
        self._moved: set[int] = set()
        """The nodes that may stand elsewhere among the others."""
        self._left = _PATIENCE * len(network.ids)
        self.sorted: dict[int, list[Arc]] = {}
        """The links into the nodes where they differ, or stand in another order."""
        self._go(arcs, gone)

    @property
    def is_known(self) -> bool:
        """Whether it was found: lines that are long and meet late are not followed."""
        return self._left >= 0

    def _go(self, arcs: Mapping[int, Sequence[Arc]], gone: Collection[int]) -> None:
        onward = self._network.onward
        new = defaultdict(list)
        for node, rows in arcs.items():
            for arc in rows:
                new[arc.source].append(node)
        queue, done = list(arcs), -1
        heapify(queue)
        while queue and self.is_known:
            node = heappop(queue)
            if node != done and node not in gone and self._moves(node, arcs.get(node)):
                for after in (*onward.of(node), *new[node]):
                    heappush(queue, after)
            done = node

    def _moves(self, node: int, given: Sequence[Arc] | None) -> bool:
        """Put the links into a node in order; whether it may stand elsewhere itself."""
        first, sources = self._network.first, self._network.link_pred
        rows = arcs_of(self._network, node, ()) if given is None else given
        in_order = self._in_order(rows) if len(rows) > 1 else list(rows)
        if given is not None or in_order != rows:
            self.sorted[node] = in_order
        was = sources[first[node + 1] - 1] if first[node] < first[node + 1] else -1
        last = self._last[node] = in_order[-1].source if in_order else -1
        if last == was and last not in self._moved:
            return False
        self._moved.add(node)
        return True

    def _in_order(self, rows: Sequence[Arc]) -> list[Arc]:
        by_rest = sorted(rows, key=lambda arc: arc[1:4])
        return sorted(by_rest, key=cmp_to_key(self._by_source))

    def _by_source(self, one: Arc, other: Arc) -> int:
        return self._compared(one.source, other.source)

    def _compared(self, one: int, other: int) -> int:
        """-1 where the first of two nodes stands before the other, 0 for one and the same."""
        if one == other:
            return 0
        ids, moved = self._network.ids, self._moved
        while self._left >= 0 and (one in moved or other in moved):
            self._left -= 1
            before, after = self._last_of(one), self._last_of(other)
            if before == after:
                return -1 if ids[one] < ids[other] else 1
            if before < 0 or after < 0:
                return -1 if before < 0 else 1
            one, other = before, after
        return -1 if one < other else 1

    def _last_of(self, node: int) -> int:
        if (known := self._last.get(node)) is not None:
            return known
        first = self._network.first
        return self._network.link_pred[first[node + 1] - 1] if first[node] < first[node + 1] else -1
