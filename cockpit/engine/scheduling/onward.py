"""Which nodes follow each node of a network."""

from __future__ import annotations

from array import array
from functools import cached_property


class Onward:
    """The links of a network from the side of their predecessors, worked out when somebody first asks.

    A network that is made from an earlier one with the same links has the same. `known` are `first` and `to`, where
    they are known.
    """

    def __init__(
        self, size: int, link_from: array[int], link_succ: array[int],
        known: tuple[array[int], array[int]] | None = None,
    ) -> None:  # fmt: skip
        self._size, self._link_from, self._link_succ, self._known = size, link_from, link_succ, known

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Onward) and self._said == other._said

    __hash__ = None  # type: ignore[assignment]

    @property
    def _said(self) -> tuple[int, array[int], array[int]]:
        return self._size, self._link_from, self._link_succ

    @cached_property
    def _all(self) -> tuple[array[int], array[int], array[int]]:
        first = array("q", [0]) * (self._size + 1)
        for source in self._link_from:
            first[source + 1] += 1
        for node in range(self._size):
            first[node + 1] += first[node]
        place, size = array("q", first), len(self._link_succ)
        to, link = array("q", [0]) * size, array("q", [0]) * size
        for number, (source, node) in enumerate(zip(self._link_from, self._link_succ, strict=True)):
            to[place[source]], link[place[source]] = node, number
            place[source] += 1
        return first, to, link

    @cached_property
    def _ends(self) -> tuple[array[int], array[int]]:
        return self._known or self._all[:2]

    @cached_property
    def first(self) -> array[int]:
        """What follows node i is `to[first[i]]` to `to[first[i + 1] - 1]`; twice where two links lead to it."""
        return self._ends[0]

    @cached_property
    def to(self) -> array[int]:
        """Over the links: the node that each goes to, in order of the nodes that they come from."""
        return self._ends[1]

    @cached_property
    def link(self) -> array[int]:
        """Over the links: the number of each, in the same order."""
        return self._all[2]

    def of(self, node: int) -> array[int]:
        """The nodes that follow one."""
        first, to = self._ends
        return to[first[node] : first[node + 1]]
