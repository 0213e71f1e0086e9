"""Earned schedule: whether a project's pace so far takes it to its finish in time.

Planned value is the work that the first baseline has finished by a day, earned value the work that is finished: an item
counts by its planned length, once it is done. Earned schedule is the day up to which the plan has no more finished than
that; SPI(t) = time earned ÷ time gone, and what is left of the plan takes its length ÷ SPI(t)
(W. Lipke, "Schedule is Different", 2003; the estimate is IEAC(t)). Where the last quarter went faster than all the time
before, its pace counts: who has recovered is not held to a bad start.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import cached_property
from typing import NamedTuple

from cockpit.basics.classes import dataclass
from cockpit.engine.edits.firstplan import FirstPlan
from cockpit.engine.facts import Facts
from cockpit.engine.forecast.departed import Departed, departed
from cockpit.engine.forecast.untold import Untold
from cockpit.engine.portfolio import day_of
from cockpit.engine.renewed import taken
from cockpit.engine.rows import as_date, weekdays
from cockpit.engine.scheduling.calendars import minute_of
from cockpit.records.model import Project, WorkItem

ENOUGH = 5
"""Items that must have been due before a pace says anything."""
QUARTER = 91
"""Calendar days over which the recent pace is taken."""
WEEKS = 21
"""Calendar days that must have gone before that."""
SLOW = 0.8
"""An SPI(t) up to which a project is slow."""
EARLY = 0.2
"""The part of the planned time that must have gone."""
SLOWEST = 0.01
"""A pace below this counts as this: what stands still is finished in the far future, not never."""


class Owed(NamedTuple):
    """A work item of the first baseline."""

    due: date
    weight: float
    done: date | None


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a project is, by what its first baseline had finished by the day on which it was last looked at."""

    spi: float
    """SPI(t) of all the time that has gone."""
    recent: float | None
    """Of the last quarter; None where there is none yet."""
    gone: int
    """Working days since its baseline begins."""
    planned: int
    """Working days that its baseline takes."""
    behind: int
    """Working days between the last look and the day that is earned; 0 when ahead."""
    due: int
    done: int
    """Of the items that are due."""
    owed: int
    """How many items fewer are done, early ones too, than were due."""
    finish: date
    """By this pace."""
    linked: bool
    """Links say what may wait, so that not all that is behind makes anything late."""

    def is_slow(self, patience: int) -> bool:
        """Whether it is slow beyond luck: well behind by its best pace, and by as many working days as `patience`, of
        a plan with links twice as many."""
        early = self.gone < max(2 * patience, EARLY * self.planned)
        behind = self.behind >= (2 * patience if self.linked else patience)
        return not early and behind and self.owed > 1 and max(self.spi, self.recent or 0.0) <= SLOW

    @property
    def reason(self) -> str:
        """The figures, with what they lead to."""
        lately = f", {self.recent:.2f} of late" if self.recent is not None and self.recent > self.spi else ""
        return (
            f"SPI(t) is {self.spi:.2f}{lately} after {self.gone} of {self.planned} planned working days: "
            f"{self.done} of {self.due} items that were due are done, {self.behind} working days behind"
        )


class Paces:
    """The pace of the projects of one portfolio."""

    def __init__(self, facts: Facts, untold: Untold, earlier: Paces | None = None) -> None:
        self._facts = facts
        self.found: dict[str, Pace | None] = taken(earlier.found, facts.touched) if earlier is not None else {}
        """Project → its pace, as far as it was asked for: what is told of a project's own work says it."""
        self._untold = untold
        self._first = FirstPlan(facts, {})
        self._lines = facts.edits.lines["work_items"]

    def of(self, project: Project) -> Pace | None:
        """The pace of one project; None where too little of it was due by its own dates to tell one, or all of it
        is done."""
        if project.id not in self.found:
            self.found[project.id] = self._of(project)
        return self.found[project.id]

    def _of(self, project: Project) -> Pace | None:
        facts = self._facts
        items = facts.items_by_project.get(project.id, ())
        looks = (facts.snapshot.observed.get(item.id, facts.today) for item in items)
        seen = min(max(looks, default=facts.today), facts.today)
        items = (*items, *(gone.item for gone in self._finished.get(project.id, ())))
        found = [(item, each) for item in items if (each := self._owed(project.id, item)) is not None]
        owed = sorted((each for _, each in found), key=lambda each: (each.due, each.weight))
        if sum(each.due <= seen for each in owed) < ENOUGH or 3 * len(owed) < 2 * len(items):
            return None
        if all(each.done is not None for each in owed):
            return None
        start = self._start(project, [item for item, _ in found])
        if start is None or start >= seen:
            return None
        here = facts.items_by_project.get(project.id, ())
        linked = 2 * sum(facts.links.is_tied(item.id) for item in here) >= len(here)
        return _pace(facts, owed, start, seen, linked=linked)

    @cached_property
    def _finished(self) -> Mapping[str, Sequence[Departed]]:
        """Project → work that was finished and has left its file since."""
        return departed(self._facts)

    @cached_property
    def _seen_done(self) -> Mapping[str, date]:
        return {gone.item.id: gone.seen for found in self._finished.values() for gone in found}

    def _owed(self, project: str, item: WorkItem) -> Owed | None:
        first = self._as_first(project, item)
        if first.baseline_finish is None:
            return None
        due = as_date(first.baseline_finish)
        length = first.duration_days if first.baseline_start is None else weekdays(as_date(first.baseline_start), due)
        return Owed(due, max(1.0, float(length or 1.0)), self._done(item))

    def _as_first(self, project: str, item: WorkItem) -> WorkItem:
        """The item as the first baseline has it, or the one that was signed."""
        lines = self._lines.get(item.id)
        if lines is None:
            return item
        base = self._first.base(project)
        for line in lines:
            record = (line.at(base) if base is not None else None) or line.first
            if isinstance(record, WorkItem):
                return record
        return item

    def _done(self, item: WorkItem) -> date | None:
        if not (self._facts.is_done(item) or self._untold.is_done(item)):
            return None
        if item.actual_finish is not None:
            return as_date(item.actual_finish)
        seen = self._seen_done.get(item.id) or self._facts.snapshot.moved.get(item.id)
        return seen or self._facts.today

    def _start(self, project: Project, items: Iterable[WorkItem]) -> date | None:
        first = (self._as_first(project.id, item) for item in items)
        starts = [as_date(i.baseline_start) for i in first if i.baseline_start is not None]
        return min(starts, default=project.start)


def _pace(facts: Facts, owed: Sequence[Owed], start: date, seen: date, *, linked: bool) -> Pace:
    earned = _earned(owed, seen)
    gone, planned = facts.working_days(start, seen), facts.working_days(start, owed[-1].due)
    spi = facts.working_days(start, earned) / gone if gone else 1.0
    recent = _recent(facts, owed, start, seen, earned)
    left = facts.working_days(earned, owed[-1].due)
    days = left / max(spi, recent or 0.0, SLOWEST)
    minute = facts.working.add_work(minute_of(seen + timedelta(1)), round(days * facts.working.minutes_per_day))
    due = [each for each in owed if each.due <= seen]
    return Pace(
        spi=spi,
        recent=recent,
        gone=gone,
        planned=planned,
        behind=facts.working_days(earned, seen),
        due=len(due),
        done=sum(1 for each in due if each.done is not None),
        owed=len(due) - sum(1 for each in owed if each.done is not None),
        finish=day_of(minute),
        linked=linked,
    )


def _earned(owed: Sequence[Owed], day: date) -> date:
    """The day up to which no more was planned to be finished than is: that of the first item that is still owed."""
    value = sum(each.weight for each in owed if each.done is not None and each.done <= day)
    planned = 0.0
    for each in owed:
        planned += each.weight
        if planned > value + 1e-9:
            return each.due
    return owed[-1].due


def _recent(facts: Facts, owed: Sequence[Owed], start: date, seen: date, earned: date) -> float | None:
    """SPI(t) of the last quarter alone; None while there was hardly anything before it."""
    before = seen - timedelta(QUARTER)
    if before - timedelta(WEEKS) < start:
        return None
    gone = facts.working_days(before, seen)
    return facts.working_days(_earned(owed, before), earned) / gone if gone else None
