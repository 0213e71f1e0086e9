"""Which driving chains an edit has left alone."""

from __future__ import annotations

from collections.abc import Iterable

from cockpit.engine.scheduling.network import Network
from cockpit.engine.scheduling.schedule import Forward


class Calm:
    """The driving chains of a network by some early dates, asked by their ends.

    `disturbed` are the nodes of which, or of what comes right before which, anything is otherwise than it was. A chain
    without any is the one that its end had before: what drives a node is part of what is otherwise.
    """

    def __init__(self, network: Network, dates: Forward, disturbed: Iterable[int]) -> None:
        self._stirred = _driven(network, dates, disturbed)

    def is_calm(self, end: int) -> bool:
        """Whether none of the chain that drives `end` is disturbed."""
        return end not in self._stirred


def _driven(network: Network, dates: Forward, nodes: Iterable[int]) -> set[int]:
    """These nodes, and every node on whose driving chain any of them stands."""
    found = set(nodes)
    queue, driver, source, onward = list(found), dates.driver, network.link_pred, network.onward
    while queue:
        node = queue.pop()
        for after in onward.of(node):
            if after not in found and driver[after] >= 0 and source[driver[after]] == node:
                found.add(after)
                queue.append(after)
    return found
