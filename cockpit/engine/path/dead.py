"""Which driving chains are dead: all that could be worked on of them is silent."""

from __future__ import annotations

from collections.abc import Set
from datetime import timedelta
from functools import cached_property

from cockpit.engine import kernel
from cockpit.engine.dependencies import assumed_until
from cockpit.engine.facts import Facts
from cockpit.engine.path.calm import Calm
from cockpit.engine.path.silence import Silence
from cockpit.engine.portfolio import Woven, day_of
from cockpit.engine.scheduling import schedule
from cockpit.engine.scheduling.calendars import DAY, minute_of
from cockpit.engine.scheduling.schedule import Forward


class Dead:
    """Asks it of the driving chains of one portfolio, by the dates that it has without holds.

    Answers for chains that nothing has disturbed are those that were given `before`.
    """

    def __init__(
        self, facts: Facts, woven: Woven, silence: Silence, before: Dead | None, disturbed: Set[int] | None
    ) -> None:
        self._facts, self._woven, self._silence = facts, woven, silence
        is_known = before is not None and disturbed is not None
        self._before = before._found if is_known and before is not None else {}
        self._opened = before._first if is_known and before is not None else {}
        self._calm = Calm(woven.network, woven.base, disturbed or frozenset())
        self._found: dict[int, tuple[int, ...] | None] = {}
        """By end the silent nodes; None where that rests on more than its chain."""
        self._first: dict[int, int | None] = {}
        """By end the first unfinished node, as far as it was asked for."""

    def at(self, end: int) -> tuple[int, ...]:
        """The silent nodes of the chain that drives `end`, if all of its workable ones are silent; else none."""
        known = self._found.get(end)
        if known is None and end in self._before and self._calm.is_calm(end):
            known = self._found[end] = self._before[end]
        if known is not None:
            return known
        found, is_own = self._at(end)
        self._found[end] = found if is_own else None
        return found

    def stands(self, end: int) -> bool:
        """Whether the chain of `end` is the one that it was, and as dead or alive, for sure."""
        return self._before.get(end) is not None and self._calm.is_calm(end)

    def first_open(self, end: int) -> int | None:
        """The first unfinished node of a chain that stands: whose turn it is."""
        if end not in self._first:
            if end in self._opened:
                self._first[end] = self._opened[end]
            else:
                chain = schedule.driving_chain(self._woven.network, self._woven.base, end)
                progress = self._woven.network.progress
                self._first[end] = next((node for node in chain if progress[node] != kernel.DONE), None)
        return self._first[end]

    def _at(self, end: int) -> tuple[tuple[int, ...], bool]:
        """The silent nodes, and whether that follows from the chain alone."""
        chain = schedule.driving_chain(self._woven.network, self._woven.base, end)
        workable = [n for n in chain if self._silence.workable(n)]
        if not workable or not all(self._silence.is_silent(n) for n in workable):
            return (), True
        if not all(self._silence.overruns(n) for n in workable):
            return tuple(workable), True
        return () if self._has_time(end) else tuple(workable), False

    def _has_time(self, end: int) -> bool:
        """Whether a project would be in time even if all long work that overruns went on for the time that a silent
        item is taken to stand still."""
        project = self._woven.network.items[end].project
        baseline = self._silence.ledger.baseline(project)
        if baseline is None:
            return False
        latest = baseline + timedelta(self._facts.time_tolerance(project))
        return day_of(self._overrunning.finish[end]) <= latest

    @cached_property
    def _overrunning(self) -> Forward:
        minute = minute_of(assumed_until(self._facts)) + DAY
        silence, nodes = self._silence, range(len(self._woven.network.ids))
        overrun = (n for n in nodes if silence.overruns(n) and silence.workable(n) and silence.is_silent(n))
        return self._woven.forward(dict.fromkeys(overrun, minute))
