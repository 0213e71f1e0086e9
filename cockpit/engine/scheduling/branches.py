"""Summaries and branches of a plan: their dates and floats, folded from the bottom up so that each item is met once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cockpit.engine.scheduling.spans import Times
from cockpit.records.model import WorkItem


class Branch:
    """All that stands below one summary, over any number of levels, while it is gathered."""

    __slots__ = (
        "_begun", "_early_finish", "_early_start", "_finish", "_is_open", "_last", "_late_finish", "_late_start",
        "_start", "critical", "free", "on_longest_path", "total",
    )  # fmt: skip

    def __init__(self) -> None:
        self._start: int | None = None
        self._finish = 0
        self._begun: int | None = None
        self._is_open = False
        self._early_start: int | None = None
        self._early_finish: int | None = None
        self._late_start: int | None = None
        self._late_finish: int | None = None
        self._last: tuple[int, int] | None = None
        self.total: int | None = None
        """The least total float."""
        self.free: int | None = None
        """The free float of what is last; of several, of the one that stands first in the file."""
        self.critical = False
        self.on_longest_path = False

    def take(self, times: Times) -> None:
        """Take in the dates of an item; those of what is done and has no early dates count as done."""
        self._span(times.start, times.finish, times.actual_start, is_open=times.actual_finish is None)
        if times.early_start is not None:
            self._rest(times.early_start, times.early_finish, times.late_start, times.late_finish)

    def take_floats(self, total: int, free: int, finish: int, place: int, *, critical: bool, on_path: bool) -> None:
        """Take in the floats of an item that finishes early at `finish` and stands at `place` in the file."""
        if self.total is None or total < self.total:
            self.total = total
        if self._last is None or (finish, -place) > self._last:
            self._last, self.free = (finish, -place), free
        self.critical = self.critical or critical
        self.on_longest_path = self.on_longest_path or on_path

    def join(self, below: Branch) -> None:
        """Take in all of a branch further down."""
        if below._start is not None:
            self._span(below._start, below._finish, below._begun, is_open=below._is_open)
            self._rest(below._early_start, below._early_finish, below._late_start, below._late_finish)
        if below.total is not None and below.free is not None and below._last is not None:
            finish, place = below._last
            flags = {"critical": below.critical, "on_path": below.on_longest_path}
            self.take_floats(below.total, below.free, finish, -place, **flags)

    def times(self) -> Times | None:
        """From the first start to the last finish, with early and late dates of what has any; None where nothing that
        is computed stands below."""
        if self._start is None:
            return None
        ended = None if self._is_open else self._finish
        rest = self._early_start, self._early_finish, self._late_start, self._late_finish
        return Times(self._start, self._finish, self._begun, ended, *rest)

    def _span(self, start: int, finish: int, begun: int | None, *, is_open: bool) -> None:
        if self._start is None:
            self._start, self._finish = start, finish
        else:
            self._start, self._finish = min(self._start, start), max(self._finish, finish)
        self._begun = _least(self._begun, begun)
        self._is_open = self._is_open or is_open

    def _rest(
        self, early_start: int | None, early_finish: int | None, late_start: int | None, late_finish: int | None
    ) -> None:
        self._early_start = _least(self._early_start, early_start)
        self._early_finish = _most(self._early_finish, early_finish)
        self._late_start = _least(self._late_start, late_start)
        self._late_finish = _most(self._late_finish, late_finish)


def _least(one: int | None, other: int | None) -> int | None:
    if one is None or other is None:
        return other if one is None else one
    return one if one < other else other


def _most(one: int | None, other: int | None) -> int | None:
    if one is None or other is None:
        return other if one is None else one
    return one if one > other else other


def fold(branches: dict[str, Branch], items: Sequence[WorkItem], levels: Mapping[str, int]) -> None:
    """Join every branch to those above it. `branches` holds on entry what stands directly below each item, on return
    all that stands below it."""
    parents = {item.id: item.parent for item in items if item.parent}
    waiting: list[list[str]] = [[] for _ in range(max(levels.values(), default=0) + 1)]
    for id_ in branches:
        if id_ in levels:
            waiting[levels[id_]].append(id_)
    for level in range(len(waiting) - 1, 0, -1):
        for id_ in waiting[level]:
            parent = parents.get(id_, "")
            above = levels.get(parent, level)
            if above >= level:  # an item that stands below itself: its circle is cut here
                continue
            if parent not in branches:
                branches[parent] = Branch()
                waiting[above].append(parent)
            branches[parent].join(branches[id_])


def levels_of(items: Sequence[WorkItem]) -> dict[str, int]:
    """How deep each item stands below its parents, from 0."""
    parents = {item.id: item.parent for item in items}
    levels: dict[str, int] = {}
    for item in items:
        line, parent = {item.id: None}, item.parent
        while parent in parents and parent not in levels and parent not in line:
            line[parent] = None
            parent = parents[parent]
        level = levels.get(parent, -1)
        for id_ in reversed(line):
            level += 1
            levels[id_] = level
    return levels
