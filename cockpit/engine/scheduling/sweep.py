"""One try after another over the dates of a network by the compiled kernel (`kernel.spread`)."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Set
from typing import Protocol

from cockpit.engine import kernel
from cockpit.engine.kernel.spread import WAS
from cockpit.engine.scheduling import speed
from cockpit.engine.scheduling.onward import Onward

Was = tuple[int, int, int, int, int]
"""A node and the start, finish, begin and reach that it had."""


class Log(Protocol):
    """The nodes that have other dates in a try, in topological order."""

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[Was]: ...


class Sweep:
    """The room that tries need, made once. One try at a time."""

    def __init__(self, engine: speed.Compiled, net: kernel.Net, onward: Onward) -> None:
        self._engine, self._net = engine, net
        given, due = array("q", [0]) * net.size, array("q", [0]) * net.size
        self._room = speed.Room(onward.first, onward.to, given, due, array("q", [0]) * (WAS * net.size))
        self._given: Set[int] = frozenset()
        self._log = Changed(self._room.log, 0)

    def spread(self, frame: kernel.Frame, dates: kernel.Dates, released: Set[int], seeds: Iterable[int]) -> Log:
        """Compute these nodes again, and what their changes reach; what had other dates."""
        room, nodes = self._room, set(seeds)
        for node in released ^ self._given:
            room.given[node] = int(node in released)
        self._given = frozenset(released)
        for node in nodes:
            room.due[node] = 1
        changed = self._engine.sweep(self._net, frame, dates, room, min(nodes, default=0), len(nodes))
        self._log = Changed(room.log, changed)
        return self._log

    def put_back(self, dates: kernel.Dates) -> None:
        """Give what changed in the last try the dates that it had."""
        self._engine.put_back(dates, self._room.log, len(self._log))


class Changed:
    """What changed in a try; holds until the next one."""

    def __init__(self, log: array[int], changed: int) -> None:
        self._log, self._changed = log, changed

    def __len__(self) -> int:
        return self._changed

    def __iter__(self) -> Iterator[Was]:
        log = self._log
        for place in range(0, WAS * self._changed, WAS):
            yield log[place], log[place + 1], log[place + 2], log[place + 3], log[place + 4]
