"""The lines of all critical paths, made when they are looked at: a chain may have as many steps as there is work."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from datetime import date
from enum import Enum
from typing import overload

from cockpit.basics.classes import dataclass
from cockpit.basics.kept import kept
from cockpit.records.assessment import Assessment, Blocker, Chain, ObjectiveView
from cockpit.records.nearly import NearChain
from cockpit.records.steps import ChainStep
from cockpit.screens.gantt import Scale


class Kind(Enum):
    """What a line says."""

    HEAD = "head"
    BLOCKER = "blocker"
    AXIS = "axis"
    STEP = "step"
    HELD = "held"
    """A blocker beneath the step that it holds."""
    FOLD = "fold"
    """How much is nearly critical beside the chain."""
    NEAR = "near"
    """A near-critical chain: its steps follow."""


Near = Mapping[str, Sequence[NearChain] | None]
"""Objective → its near-critical chains, of those that are unfolded; None while they are computed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PathRow:
    """A line of the screen."""

    key: str
    kind: Kind
    chain: Chain = field(compare=False)
    says: tuple[object, ...] = ()
    """What it says of the chain, which is too long to be compared."""
    step: ChainStep | None = None
    blocker: Blocker | None = None
    near: NearChain | None = None
    place: int = 0
    """Of a blocker at the top of its chain, and of a near-critical chain."""
    at_least: bool = False
    """Of a head, whether the finish of its objective is only a lower bound."""
    scale: Scale | None = None
    free: date | None = None
    """Of a step, the finish of the one before it."""


def path_rows(assessment: Assessment, near: Near | None = None) -> PathRows:
    """Return the lines of every chain: its head, its blockers as sorted, then its steps with blockers in place, and
    what is nearly critical, of some with its steps."""
    floors = at_least(assessment.objectives)
    return PathRows(
        [ChainRows(chain, assessment.today, near or {}, chain.objective in floors) for chain in assessment.chains]
    )


@kept
def at_least(objectives: tuple[ObjectiveView, ...]) -> frozenset[str]:
    """Return the objectives whose finish is only a lower bound, as it is said of them on every screen."""
    return frozenset(view.record.id for view in objectives if view.at_least)


class ChainRows:
    """The lines of one chain."""

    def __init__(self, chain: Chain, today: date, near: Near, at_least: bool) -> None:
        self._chain = chain
        self._at_least = at_least
        self.scale = scale_of(chain, today)
        self._at = {each.subject: each for blocker in chain.blockers for each in blocker.members or (blocker,)}
        self._held = [number for number, step in enumerate(chain.steps) if step.blocker in self._at]
        """The steps beneath which a blocker stands."""
        self._held_at = [number + place for place, number in enumerate(self._held, 1)]
        self._front = list(self._top())
        self._back = list(self._bottom(near))

    def __len__(self) -> int:
        return len(self._front) + len(self._chain.steps) + len(self._held) + len(self._back)

    def _row(self, name: str, kind: Kind, says: tuple[object, ...] = (), scale: Scale | None = None) -> PathRow:
        key, chain = f"{self._chain.objective}{name}", self._chain
        return PathRow(key=key, kind=kind, chain=chain, says=says, at_least=self._at_least, scale=scale)

    def _top(self) -> Iterator[PathRow]:
        chain = self._chain
        yield self._row("", Kind.HEAD, (chain.title, chain.finish, chain.target, len(chain.blockers), chain.dead))
        for place, blocker in enumerate(chain.blockers, 1):
            key = f"{chain.objective}|{blocker.subject}"
            yield PathRow(key=key, kind=Kind.BLOCKER, chain=chain, blocker=blocker, place=place)
        if chain.steps:
            yield self._row("|", Kind.AXIS, scale=self.scale)

    def _bottom(self, near: Near) -> Iterator[PathRow]:
        chain = self._chain
        if not chain.near_critical:
            return
        is_open, chains = chain.objective in near, near.get(chain.objective)
        many = None if chains is None else len(chains)
        yield self._row("|near", Kind.FOLD, (is_open, many, len(chain.near_critical), chain.near_float_days))
        for place, each in enumerate(chains or (), 1):
            key = f"{chain.objective}|near|{each.steps[0].item}"
            yield PathRow(key=key, kind=Kind.NEAR, chain=chain, near=each, place=place)
            for number, step in enumerate(each.steps):
                before = each.steps[number - 1].finish if number else None
                key = f"{chain.objective}|near|{each.steps[0].item}|{step.item}|{number}"
                yield PathRow(key=key, kind=Kind.STEP, chain=chain, step=step, scale=self.scale, free=before)

    def at(self, row: int) -> PathRow:
        """Make the line of that place."""
        if row < len(self._front):
            return self._front[row]
        row -= len(self._front)
        middle = len(self._chain.steps) + len(self._held)
        if row >= middle:
            return self._back[row - middle]
        place = bisect_left(self._held_at, row)
        is_held = place < len(self._held_at) and self._held_at[place] == row
        number = self._held[place] if is_held else row - place
        step, chain = self._chain.steps[number], self._chain
        key = f"{chain.objective}|{step.item}|{number}"
        if is_held:
            blocker = self._at[step.blocker]
            return PathRow(key=f"{key}|{blocker.subject}", kind=Kind.HELD, chain=chain, step=step, blocker=blocker)
        before = chain.steps[number - 1].finish if number else None
        return PathRow(key=key, kind=Kind.STEP, chain=chain, step=step, scale=self.scale, free=before)


def scale_of(chain: Chain, today: date) -> Scale:
    """Return the days on which a chain is drawn. Its steps come in the order of their days."""
    steps = chain.steps
    start = steps[0].start if steps else today
    finish = max(steps[-1].finish if steps else today, chain.finish or today)
    return Scale.of(start, finish, today, chain.target)


class PathRows(Sequence[PathRow]):
    """The lines of all chains; one that was made is kept."""

    def __init__(self, chains: Sequence[ChainRows]) -> None:
        self._chains = chains
        self._ends: list[int] = []
        for chain in chains:
            self._ends.append((self._ends[-1] if self._ends else 0) + len(chain))
        self._made: dict[int, PathRow] = {}

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    @overload
    def __getitem__(self, row: int) -> PathRow: ...
    @overload
    def __getitem__(self, row: slice) -> Sequence[PathRow]: ...

    def __getitem__(self, row: int | slice) -> PathRow | Sequence[PathRow]:
        if isinstance(row, slice):
            return [self[each] for each in range(*row.indices(len(self)))]
        row += len(self) if row < 0 else 0
        known = self._made.get(row)
        if known is None:
            if not 0 <= row < len(self):
                raise IndexError(row)
            place = bisect_right(self._ends, row)
            begin = self._ends[place - 1] if place else 0
            known = self._made[row] = self._chains[place].at(row - begin)
        return known
