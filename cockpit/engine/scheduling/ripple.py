"""What becomes of early dates when a little of what they rest on changes: only nodes that something reaches are
computed again, each after all that comes before it, and where no date changes the change ends.

The early dates of a node follow from its own row, from its hold, and from the dates, the progress and the actual dates
of what its links come from; from nothing else, whichever program's rules it follows (`kernel.project.early`,
`kernel.primavera.early`). So a node that none of these changed for has the dates that it had, and what is found is
what a pass over the whole network finds, to the last array.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from contextlib import contextmanager
from functools import partial
from heapq import heapify, heappop, heappush
from itertools import chain
from typing import NamedTuple

from cockpit.engine import kernel
from cockpit.engine.kernel import primavera, project
from cockpit.engine.scheduling import speed
from cockpit.engine.scheduling.differing import DATES, other_dates
from cockpit.engine.scheduling.onward import Onward
from cockpit.engine.scheduling.schedule import Forward, Run, forward, one_by_one
from cockpit.engine.scheduling.sweep import Log, Sweep, Was

_TOPOLOGY = (
    "size", "table", "calendar", "rules", "role", "project", "followers", "first", "link_from", "link_type", "link_lag",
    "link_calendar", "share_first", "share_calendar",
)  # fmt: skip
"""What two runs have in common whose dates can be made from each other."""


class Patched(NamedTuple):
    """Early dates that were made from others."""

    dates: Forward
    others: frozenset[int] | None = None
    """The nodes of which any early date is another than there; None where that was not noted."""


def patched(run: Run, earlier: Run, dates: Forward, nodes: Iterable[int]) -> Patched | None:
    """The early dates of a run without holds, as `schedule.forward` finds them, from those of an earlier one.

    `nodes` are those whose rows differ (durations, progress, actual dates, not before…): all of them, more does no
    harm. None where more than rows differ, or the question is another: then it takes a whole pass.
    """
    if not _is_same_question(run, earlier):
        return None
    found = copied(dates)
    onward = run.network.onward
    touched = list(nodes)
    # What follows a changed row looks at its progress and actual dates too, not only at the dates that come of them.
    seeds = list(chain(touched, *(onward.of(node) for node in touched)))
    reached = _spread(run.net, run.frame, found, onward, frozenset(), seeds, None, one_by_one(run))
    return Patched(forward(run)) if reached is None else Patched(found, _others(found, dates, reached))


def _others(new: Forward, old: Forward, nodes: Iterable[int]) -> frozenset[int]:
    """Those of some nodes of which any early date differs."""
    pairs = [(getattr(new, name), getattr(old, name)) for name in DATES]
    return frozenset(node for node in nodes if any(one[node] != other[node] for one, other in pairs))


def settled(run: Run, dates: Forward, nodes: Iterable[int]) -> Forward:
    """The early dates of a run without holds: given those that hold but for these nodes and what follows from them,
    which are changed in place."""
    reached = _spread(run.net, run.frame, dates, run.network.onward, frozenset(), list(nodes), None, one_by_one(run))
    return forward(run) if reached is None else dates


class Asked(NamedTuple):
    """Early dates with holds in force (node → minute) and with nodes delivered now."""

    run: Run
    floors: Mapping[int, int]
    released: Set[int]
    dates: Forward
    others: frozenset[int] | None = None
    """The nodes of which any early date is another than in what was asked before; None where that was not noted."""

    def otherwise(self, earlier: Asked) -> Set[int]:
        """The same; looked for where it was not noted. `earlier` is what was asked before."""
        return other_dates(self.dates, earlier.dates) if self.others is None else self.others


def asked(
    run: Run, base: Forward, floors: Mapping[int, int], released: Set[int], earlier: Asked | None, rows: Set[int] | None
) -> Asked:
    """`schedule.forward` with these holds and with `released` delivered now: from what was asked before, where only
    rows and holds differ, else from the dates without either. `rows` are the nodes whose rows differ; None: more."""
    if earlier is None or rows is None:
        return Asked(run, floors, released, lean(run, Question(run, base).moved(floors, released)))
    found, onward = copied(earlier.dates), run.network.onward
    held = {node for node, _ in floors.items() ^ earlier.floors.items()}
    seeds = rows | held | (released ^ earlier.released)
    seeds |= {after for node in rows for after in onward.of(node)}
    floor = array("q", run.frame.floor)
    for node, minute in floors.items():
        floor[node] = minute
    frame = run.frame._replace(floor=floor)
    reached = _spread(run.net, frame, found, onward, released, list(seeds), None, one_by_one(run))
    if reached is None:
        return Asked(run, floors, released, lean(run, forward(run, floors, released)))
    return Asked(run, floors, released, lean(run, found), _others(found, earlier.dates, reached))


def lean(run: Run, dates: Forward) -> Forward:
    """The same dates, to be kept and not changed any more: a column that says what another says is that other one."""
    return dates._replace(
        whole=run.net.whole if dates.whole == run.net.whole else dates.whole,
        work=run.net.work if dates.work == run.net.work else dates.work,
        reach=dates.finish if dates.reach == dates.finish else dates.reach,
    )


def copied(dates: Forward) -> Forward:
    """Arrays of their own with the same dates."""
    return kernel.Dates(*(array("q", column) for column in dates))


class Question:
    """Early dates with some holds in force and some nodes taken as delivered; asks what would be otherwise."""

    def __init__(
        self, run: Run, dates: Forward, floors: Mapping[int, int] | None = None, released: Set[int] = frozenset()
    ) -> None:
        self._run = run
        self.dates = dates
        self._floors = dict(floors or {})
        self._released = frozenset(released)
        self._trial = dates
        self._floor = array("q")
        """Both are made when something is tried first: the dates that are changed and put back, and the holds."""
        self._sweep: Sweep | None = None

    def moved(self, floors: Mapping[int, int], released: Set[int]) -> Forward:
        """The early dates with these holds and these nodes delivered instead, as arrays of their own."""
        return self._moved({**dict.fromkeys(self._floors, kernel.NEVER), **floors}, released)

    def other(self, floors: Mapping[int, int], released: Set[int]) -> Forward:
        """The early dates with other holds at some nodes (`NEVER`: none), and with more nodes delivered."""
        return self._moved({**self._floors, **floors}, self._released | released)

    def _moved(self, floors: Mapping[int, int], released: Set[int]) -> Forward:
        run, found = self._run, copied(self.dates)
        seeds = {node for node, minute in floors.items() if minute != self._floors.get(node, kernel.NEVER)}
        seeds |= released ^ self._released
        frame = self._frame(floors)
        reached = _spread(run.net, frame, found, run.network.onward, released, list(seeds), None, one_by_one(run))
        return forward(run, floors, released) if reached is None else found

    @contextmanager
    def tried(self, floors: Mapping[int, int], released: Mapping[int, bool]) -> Iterator[Log]:
        """The nodes whose dates are others with other holds at some nodes (`NEVER`: none) and with some nodes
        delivered (or not): what each had. In `trial` they have, until this is left, the dates that they would have."""
        if not self._floor:
            self._trial, self._floor = copied(self.dates), self._frame(self._floors).floor
        now = (self._released | {node for node, is_so in released.items() if is_so}).difference(
            node for node, is_so in released.items() if not is_so
        )
        floor, before = self._floor, [(node, self._floor[node]) for node in floors]
        for node, minute in floors.items():
            floor[node] = minute
        frame = self._run.frame._replace(floor=floor)
        seeds = [*(node for node, minute in before if floor[node] != minute), *(now ^ self._released)]
        log = self._spread(frame, now, seeds)
        try:
            yield log
        finally:
            for node, minute in before:
                floor[node] = minute
            self._put_back(log)

    def _spread(self, frame: kernel.Frame, released: Set[int], seeds: list[int]) -> Log:
        run, engine = self._run, self._run.engine
        if isinstance(engine, speed.Compiled):
            self._sweep = self._sweep or Sweep(engine, run.net, run.network.onward)
            return self._sweep.spread(frame, self._trial, released, seeds)
        log: list[Was] = []
        _spread(run.net, frame, self._trial, run.network.onward, released, seeds, log, run.net.size)
        return log

    def _put_back(self, log: Log) -> None:
        if self._sweep is not None:
            self._sweep.put_back(self._trial)
        else:
            _put_back(self._trial, log)

    @property
    def trial(self) -> Forward:
        """While something is tried, `start`, `finish`, `begin` and `reach` of it; nothing else in it holds."""
        return self._trial

    def _frame(self, floors: Mapping[int, int]) -> kernel.Frame:
        floor = array("q", self._run.frame.floor)
        for node, minute in floors.items():
            floor[node] = minute
        return self._run.frame._replace(floor=floor)


_KEPT = 1_000_000
"""Of tries that move many nodes the dates are kept, of all of them so many nodes: 32 bytes each."""
_MANY = 1000
_TRIED = ("start", "finish", "begin", "reach")


class InTurn:
    """Some holds after others over the same dates, each from what came of others while that is alike: where many holds
    move one long tail by as much, it is computed once."""

    def __init__(self, run: Run, dates: Forward, released: Set[int]) -> None:
        self._new = partial(_Tried, run, dates, released, copied(dates))
        self._most = max(1, _KEPT // max(1, run.net.size))
        self._kept: list[_Tried] = []
        """The one asked last is the last."""

    def held(self, floors: Mapping[int, int]) -> tuple[Forward, Set[int]]:
        """The early dates with these holds alone, until others are asked for, and the nodes for which they may be
        others than without any. Of the dates `start`, `finish`, `begin` and `reach` hold."""
        tried = next((tried for tried in reversed(self._kept) if tried.is_alike(floors)), None) or self._fresh()
        self._kept = [*(other for other in self._kept if other is not tried), tried]
        return tried.held(floors)

    def _fresh(self) -> _Tried:
        short = next((tried for tried in self._kept if len(tried.others) < _MANY), None)
        if short is None and len(self._kept) < self._most:
            return self._new()
        found = short or self._kept[0]
        found.put_back()
        return found


class _Tried:
    """The dates with some holds in force."""

    def __init__(self, run: Run, dates: Forward, released: Set[int], room: Forward) -> None:
        self._run, self._dates, self._released = run, dates, released
        self._now = room._replace(**{name: array("q", getattr(dates, name)) for name in _TRIED})
        self._frame = run.frame._replace(floor=array("q", run.frame.floor))
        self._over: Mapping[int, int] = {}
        self.others: set[int] = set()
        """The nodes for which they may be others."""

    def held(self, floors: Mapping[int, int]) -> tuple[Forward, Set[int]]:
        """These holds in the place of those before."""
        run, floor, log = self._run, self._frame.floor, list[Was]()
        after = {**{node: run.frame.floor[node] for node in self._over}, **floors}
        seeds = [node for node, minute in after.items() if floor[node] != minute]
        for node in seeds:
            floor[node] = after[node]
        _spread(run.net, self._frame, self._now, run.network.onward, self._released, seeds, log, run.net.size)
        self._over = floors
        self.others.update(node for node, *_ in log)
        return self._now, self.others

    def is_alike(self, floors: Mapping[int, int]) -> bool:
        """Whether these holds would have their nodes begin when they begin now, because of the holds before."""
        start, calendar_of = self._now.start, self._run.network.calendar_of
        return all(
            node in self.others and calendar_of(node).next_start(minute) == start[node]
            for node, minute in floors.items()
        )

    def put_back(self) -> None:
        """No hold any more."""
        for node in self.others:
            for name in _TRIED:
                getattr(self._now, name)[node] = getattr(self._dates, name)[node]
        for node in self._over:
            self._frame.floor[node] = self._run.frame.floor[node]
        self._over, self.others = {}, set()


def _is_same_question(run: Run, earlier: Run) -> bool:
    net, was = run.net, earlier.net
    return run.frame == earlier.frame and all(_is_same(getattr(net, name), getattr(was, name)) for name in _TOPOLOGY)


def _is_same(one: object, other: object) -> bool:
    return one is other or one == other


def _spread(
    net: kernel.Net, frame: kernel.Frame, dates: Forward, onward: Onward, released: Set[int], seeds: list[int],
    log: list[Was] | None, most: int,
) -> list[int] | None:  # fmt: skip
    """Compute these nodes again, and what their changes reach, in topological order: all that were computed. `log`
    takes what had other dates. None, and nothing that holds, where that would be more than `most` nodes.

    Nodes come out of the heap in order and nothing is put in that lies behind, so one that several links reach comes
    out as often in a row.
    """
    queue = seeds
    heapify(queue)
    start, finish, begin, reach = dates.start, dates.finish, dates.begin, dates.reach
    work, whole, asked_, drives = dates.work, dates.whole, dates.asked, dates.drives
    first, ahead, after, rules = net.first, onward.first, onward.to, net.rules
    early: tuple[Callable[[kernel.Net, kernel.Frame, kernel.Dates, int], None], ...] = (project.early, primavera.early)
    last, reached = -1, list[int]()
    while queue:
        node = heappop(queue)
        if node == last:
            continue
        last = node
        reached.append(node)
        if len(reached) > most:
            return None
        started, finished, begun, reaching = start[node], finish[node], begin[node], reach[node]
        work[node] = 0 if node in released else net.work[node]
        whole[node] = net.whole[node]
        for link in range(first[node], first[node + 1]):
            asked_[link] = drives[link] = 0
        early[rules[node]](net, frame, dates, node)
        if finish[node] != finished or start[node] != started or begin[node] != begun or reach[node] != reaching:
            if log is not None:
                log.append((node, started, finished, begun, reaching))
            for place in range(ahead[node], ahead[node + 1]):
                heappush(queue, after[place])
    return reached


def _put_back(dates: Forward, log: Iterable[Was]) -> None:
    for node, start, finish, begin, reach in log:
        dates.start[node], dates.finish[node], dates.begin[node], dates.reach[node] = start, finish, begin, reach
