"""What one blocker alone would cost, and what comes back without it: only what a hold reaches is computed again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from cockpit.engine import kernel
from cockpit.engine.path.holds import Hold, floors
from cockpit.engine.portfolio import Woven
from cockpit.engine.scheduling.calendars import DAY
from cockpit.engine.scheduling.ripple import Question, Was
from cockpit.engine.scheduling.schedule import Forward

Days = Mapping[str, float]
"""Objective → calendar days, of objectives whose finish is another."""


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

    def later(self, other: Forward, log: Iterable[Was]) -> dict[str, float]:
        """Objective → by how many days it finishes later in other dates, which differ for the nodes of `log` alone."""
        moved: dict[str, set[int]] = defaultdict(set)
        for node, _, finish, _, _ in log:
            if node in self._of and other.finish[node] != finish:
                for objective in self._of[node]:
                    moved[objective].add(node)
        return {objective: self._days(objective, other, nodes) for objective, nodes in moved.items()}

    def _days(self, objective: str, other: Forward, moved: set[int]) -> float:
        latest = self._latest[objective]
        standing = next((self._finish[node] for node in latest if node not in moved), kernel.NEVER)
        now = max(standing, *(other.finish[node] for node in moved))
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

    def slip(self, hold: Hold) -> Days:
        """The days that a hold costs with only this one left in."""
        kept = {} if hold.release is None else {hold.release: False}
        with self._free.tried(self._woven.reached(floors((hold,))), kept) as log:
            return self._in_free.later(self._free.trial, log)

    def regained(self, subjects: Collection[str]) -> Days:
        """The days that come back with these blockers out of the way."""
        with self._full.tried(*self._without(subjects)) as log:
            later = self._in_full.later(self._full.trial, log)
        return {objective: -days if days else 0.0 for objective, days in later.items()}

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
