"""What some sources never tell: that work has begun, or that it is finished.

A list that knows open and closed alone says of no work that it has begun: what could have begun by its plan and by the
work before it is taken to have done so then. A plan that knows percentages alone says of no work that it is finished:
all of it done is as good as finished there. Neither is asked of a project of which any work says more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import cached_property
from itertools import takewhile

from cockpit.engine.facts import Facts
from cockpit.engine.forecast.planned import look_before, planned_start
from cockpit.engine.rows import as_date
from cockpit.records.model import LinkType, State, WorkItem


class Untold:
    """Asks it of the projects of one portfolio. Plans of planning programs tell everything.

    `earlier` are the answers of the snapshot before: they stand for the projects that nothing has touched.
    """

    def __init__(self, facts: Facts, earlier: Untold | None = None) -> None:
        self._facts = facts
        self._known = (earlier.without_starts, earlier.without_states) if earlier is not None else None

    @cached_property
    def without_starts(self) -> frozenset[str]:
        """The projects of which nothing was ever said to have begun, and something is finished or all merely open.

        Work that is “Not started” is said not to have begun; of what is “Open” nobody says so.
        """
        return self._those(0, self._tells_no_start)

    @cached_property
    def without_states(self) -> frozenset[str]:
        """The projects of which percentages are all that is told."""
        return self._those(1, _tells_no_state)

    def _those(self, which: int, ask: Callable[[Sequence[WorkItem]], bool]) -> frozenset[str]:
        """The projects of whose work this is true."""
        groups, touched = self._facts.items_by_project, self._facts.touched
        if self._known is None or touched is None:
            return frozenset(project for project, items in groups.items() if ask(items))
        now = (project for project in touched if project in groups and ask(groups[project]))
        return (self._known[which] - touched).union(now)

    def _tells_no_start(self, items: Sequence[WorkItem]) -> bool:
        if any(map(_tells_start, items)):
            return False
        return any(map(self._facts.is_done, items)) or all(map(_is_merely_open, items))

    @cached_property
    def begun(self) -> Mapping[str, date]:
        """Work that is taken to have begun → the day since when."""
        items = (i for project in self.without_starts for i in self._facts.items_by_project[project])
        starts = ((item.id, self._could_begin(item)) for item in items if not self._facts.is_done(item))
        return {name: start for name, start in starts if start is not None and start < self._facts.today}

    def filled(self, items: Iterable[WorkItem]) -> list[WorkItem]:
        """The items with what their sources never tell."""
        return [self._filled(item) for item in items]

    def _filled(self, item: WorkItem) -> WorkItem:
        if self.is_done(item):
            return replace(item, state=State.DONE)
        return replace(item, state=State.DOING) if item.id in self.begun else item

    def is_done(self, item: WorkItem) -> bool:
        """Whether all of it is done where nothing but percentages is told."""
        return item.project in self.without_states and (item.percent or 0.0) >= 100

    def finished_on(self, item: WorkItem, baseline: date | None) -> date:
        """When work that is done was finished: its actual finish, else as planned, as far as the days on which it was
        seen leave that possible. `baseline` is its project's, for work that has none.

        Seen done first at the end of a month, it may have been finished on any day of it: a date that nobody told
        makes nothing late.
        """
        if item.actual_finish is not None:
            return as_date(item.actual_finish)
        seen, before = self._seen_done(item)
        planned = baseline if item.baseline_finish is None else as_date(item.baseline_finish)
        earliest = seen if before is None else before + timedelta(1)
        if planned is None:
            return earliest
        return min(seen, planned if before is None else max(planned, earliest))

    def _seen_done(self, item: WorkItem) -> tuple[date, date | None]:
        """The day on which it was first seen done, and the look before that."""
        if self._facts.is_done(item):
            seen = min(self._facts.snapshot.moved.get(item.id, self._facts.today), self._facts.today)
            return seen, look_before(self._facts, seen)
        for row in self._facts.read.pasts.claims.get(item.id, ()):
            whole = list(takewhile(lambda claim: (claim.percent or 0.0) >= 100, reversed(row)))
            if whole:
                return whole[-1].since.on, whole[-1].before
        return self._facts.today, None

    def _could_begin(self, item: WorkItem) -> date | None:
        """Since when it could be worked on; None while something before it is open, or where nothing tells."""
        before = self._before.get(item.id, ())
        if not all(self._facts.is_done(other) for other in before):
            return None
        project = self._facts.projects.get(item.project)
        planned = (planned_start(item), item.not_before, project.start if project is not None else None)
        ready = (self._finished(other) for other in before)
        return max((as_date(moment) for moment in (*planned, *ready) if moment is not None), default=None)

    def _finished(self, item: WorkItem) -> date | None:
        """The first day on which work that is done may have been finished."""
        if item.actual_finish is not None:
            return as_date(item.actual_finish)
        moved = self._facts.snapshot.moved.get(item.id)
        return moved and (look_before(self._facts, moved) or moved)

    @cached_property
    def _before(self) -> Mapping[str, Sequence[WorkItem]]:
        """Work of these projects → what is to be finished before it."""
        found: dict[str, list[WorkItem]] = defaultdict(list)
        items = self._facts.items
        for link in self._facts.snapshot.links:
            own, other = items.get(link.successor), items.get(link.predecessor)
            known = own is not None and other is not None and own.project in self.without_starts
            if known and link.type is LinkType.FS and other is not None:
                found[link.successor].append(other)
        return found


def _tells_start(item: WorkItem) -> bool:
    begun = item.actual_start is not None or item.state in (State.DOING, State.BLOCKED)
    return item.terms is not None or begun or 0 < (item.percent or 0.0) < 100 or item.remaining_days is not None


def _tells_no_state(items: Sequence[WorkItem]) -> bool:
    return any(item.percent for item in items) and not any(map(_tells_state, items))


def _is_merely_open(item: WorkItem) -> bool:
    return item.state is State.TODO and item.status.strip().casefold() in ("open", "opened")


def _tells_state(item: WorkItem) -> bool:
    dated = item.actual_start is not None or item.actual_finish is not None
    return item.terms is not None or item.state is not None or dated
