"""Which driving chains an edit has left alone."""

from __future__ import annotations

from collections.abc import Set

from cockpit.engine import kernel
from cockpit.engine.scheduling.network import Network
from cockpit.engine.scheduling.schedule import Forward


class Calm:
    """The driving chains of a network by some early dates, asked by their ends; each node is looked at once.

    `disturbed` are the nodes of which, or of what comes right before which, anything is otherwise than it was. A chain
    without any is the one that its end had before: what drives a node is part of what is otherwise.
    """

    def __init__(self, network: Network, dates: Forward, disturbed: Set[int]) -> None:
        self._network, self._dates, self._disturbed = network, dates, disturbed
        self._known: dict[int, tuple[bool, int | None]] = {}

    def is_calm(self, end: int) -> bool:
        """Whether none of the chain that drives `end` is disturbed."""
        return self._of(end)[0]

    def first_open(self, end: int) -> int | None:
        """The first unfinished node of the chain: whose turn it is."""
        return self._of(end)[1]

    def _of(self, end: int) -> tuple[bool, int | None]:
        path, node, driver = [], end, self._dates.driver
        while node not in self._known:
            path.append(node)
            if driver[node] < 0:
                break
            node = self._network.link_pred[driver[node]]
        calm, first = self._known.get(node, (True, None))
        for each in reversed(path):
            calm = calm and each not in self._disturbed
            if first is None and self._network.progress[each] != kernel.DONE:
                first = each
            self._known[each] = calm, first
        return self._known[end]
