"""What one blocker alone would cost, and what comes back without it: only what a hold reaches is computed again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from functools import partial

from cockpit.engine import kernel
from cockpit.engine.path.holds import Hold, floors
from cockpit.engine.portfolio import Woven
from cockpit.engine.scheduling.calendars import DAY
from cockpit.engine.scheduling.ripple import InTurn, Question
from cockpit.engine.scheduling.schedule import Forward
from cockpit.engine.scheduling.sweep import Log

Days = Mapping[str, float]
"""Objective → calendar days, of objectives whose finish is another."""
Moved = Mapping[int, int]
"""Node → the finish that it would have, of the ends of objectives for which that is another."""


class Ends:
    """The finishes of objectives in given dates: each the last of the nodes that it ends with."""

    def __init__(self, ends: Mapping[str, Collection[int]], dates: Forward) -> None:
        self._finish = dates.finish
        self._latest = {
            objective: sorted(nodes, key=lambda node: -dates.finish[node]) for objective, nodes in ends.items() if nodes
        }
        self._of: dict[int, list[str]] = defaultdict(list)
        for objective, nodes in self._latest.items():
            for node in nodes:
                self._of[node].append(objective)

    def moved(self, other: Forward, log: Log) -> Moved:
        """The ends that finish at another time in other dates, which differ for the nodes of `log` alone."""
        nodes: Iterable[int] = self._of
        if len(log) < len(self._of):
            nodes = (node for node, *_ in log if node in self._of)
        return {node: other.finish[node] for node in nodes if other.finish[node] != self._finish[node]}

    def among(self, other: Forward, nodes: Set[int]) -> Moved:
        """The same of dates that may differ for any of these nodes."""
        found = sorted(self._of.keys() & nodes)
        return {node: other.finish[node] for node in found if other.finish[node] != self._finish[node]}

    def between(self, objective: str, other: Ends) -> float:
        """By how many days an objective finishes later in other dates."""
        if objective not in self._latest:
            return 0.0
        finish = other._finish[other._latest[objective][0]]
        return round((finish - self._finish[self._latest[objective][0]]) / DAY, 1)

    def later(self, moved: Moved) -> dict[str, float]:
        """Objective → by how many days it finishes later when these of its ends finish then."""
        objectives = dict.fromkeys(objective for node in moved for objective in self._of[node])
        return {objective: self._days(objective, moved) for objective in objectives}

    def _days(self, objective: str, moved: Moved) -> float:
        latest = self._latest[objective]
        standing = next((self._finish[node] for node in latest if node not in moved), kernel.NEVER)
        now = max(standing, *(moved[node] for node in latest if node in moved))
        return round((now - self._finish[latest[0]]) / DAY, 1)


class Trials:
    """Asks it of the holds of one portfolio. `free` are the early dates with nobody holding, `full` with everybody."""

    def __init__(
        self, woven: Woven, holds: Sequence[Hold], ends: Mapping[str, Collection[int]], free: Forward, full: Forward
    ) -> None:
        self._woven = woven
        self._by_subject = {hold.subject: hold for hold in holds}
        self._at: dict[int, list[Hold]] = defaultdict(list)
        """Node → its holds, the latest first."""
        self._releasing: dict[int, set[str]] = defaultdict(set)
        for hold in holds:
            for node in dict.fromkeys(hold.nodes):
                self._at[node].append(hold)
            if hold.release is not None:
                self._releasing[hold.release].add(hold.subject)
        for at in self._at.values():
            at.sort(key=lambda hold: -hold.minute)
        self._free = Question(woven.run, free, released=self._releasing.keys())
        self._full = Question(woven.run, full, woven.reached(floors(holds)))
        self._in_free, self._in_full = Ends(ends, free), Ends(ends, full)
        self._in_turn = partial(InTurn, woven.run, free, frozenset(self._releasing))

    def each_alone(self, holds: Iterable[Hold]) -> dict[str, Moved]:
        """By subject the ends that each hold moves with only this one left in."""
        found, simple = dict[str, Moved](), []
        for hold in holds:
            if hold.release is None and self._woven.run.engine is kernel:
                simple.append(hold)
            else:
                found[hold.subject] = self.alone(hold)
        if simple:
            in_turn = self._in_turn()
            # Along a chain, so that what moves its tail by as much as another did comes after that.
            for hold in sorted(simple, key=lambda hold: (min(hold.nodes, default=0), hold.minute, hold.subject)):
                found[hold.subject] = self._in_free.among(*in_turn.held(self._woven.reached(floors((hold,)))))
        return found

    def alone(self, hold: Hold) -> Moved:
        """The ends that a hold moves with only this one left in."""
        kept = {} if hold.release is None else {hold.release: False}
        with self._free.tried(self._woven.reached(floors((hold,))), kept) as log:
            return self._in_free.moved(self._free.trial, log)

    def late(self, objective: str) -> float:
        """By how many days an objective finishes later with everybody holding than with nobody; 0 for one without."""
        return self._in_free.between(objective, self._in_full)

    def slips(self, moved: Moved) -> Days:
        """The days that a hold costs which moves these ends alone."""
        return self._in_free.later(moved)

    def lifted(self, subjects: Collection[str]) -> Moved:
        """The ends that move with these blockers out of the way."""
        with self._full.tried(*self._without(subjects)) as log:
            return self._in_full.moved(self._full.trial, log)

    def gains(self, moved: Moved) -> Days:
        """The days that come back when these ends move."""
        return {objective: -days if days else 0.0 for objective, days in self._in_full.later(moved).items()}

    def regained(self, subjects: Collection[str]) -> Days:
        """The days that come back with these blockers out of the way."""
        return self.gains(self.lifted(subjects))

    def without(self, subjects: Collection[str]) -> Forward:
        """The early dates with these blockers out of the way."""
        lifted, delivered = self._without(subjects)
        return self._full.other(lifted, frozenset(delivered))

    def _without(self, subjects: Collection[str]) -> tuple[dict[int, int], dict[int, bool]]:
        """What each node that they hold waits for without them, and what is delivered then."""
        gone = set(subjects)
        holds = [hold for subject in gone if (hold := self._by_subject.get(subject)) is not None]
        nodes = dict.fromkeys(node for hold in holds for node in hold.nodes)
        left = {node: next((h.minute for h in self._at[node] if h.subject not in gone), kernel.NEVER) for node in nodes}
        reached = self._woven.reached({node: minute for node, minute in left.items() if minute != kernel.NEVER})
        released = {hold.release for hold in holds if hold.release is not None}
        delivered = {node: True for node in released if self._releasing[node] <= gone}
        return {node: reached.get(node, kernel.NEVER) for node in nodes}, delivered
