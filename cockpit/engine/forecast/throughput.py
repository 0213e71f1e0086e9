"""Backlogs: work that nobody planned, with neither links nor dates, is finished no sooner than it is worked off.

What is left ÷ the weekly completions of the weeks before says how many weeks it takes at least. Of the last eight whole
weeks and of all since it was first seen, the better median counts: a floor must not rest on a bad month. Where more
than half of the weeks saw nothing, because tickets are closed in batches, the mean stands in for the median.
Weeks end with the last day on which the source was seen, so that a week that is not over counts for nothing. Where
the source says only between which two days something was finished, it is spread evenly over the days between. What
was finished and has left its file since was finished all the same.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import pairwise
from statistics import fmean, median
from typing import NamedTuple

from cockpit.basics.classes import dataclass
from cockpit.engine.facts import Facts
from cockpit.engine.forecast.departed import Departed, departed
from cockpit.engine.rows import as_date
from cockpit.records.model import Kind, WorkItem

RECENT = 8
"""The weeks that are shown, and of which the median is taken beside that of all."""
LONG = 12
"""The weeks, about a quarter, after which a pace is evidence: the first ones are never the usual ones."""
ENOUGH = 4
"""Whole weeks without which there is no history."""
_FOREVER = 36_500
_DAY = timedelta(days=1)


class Rate(NamedTuple):
    """Completions a week."""

    number: float
    at_best: float
    """What it may be, as few as were counted: three times the counting error, the square root of their number, more."""
    weeks: int
    """Of how many weeks, the latest ones."""
    mean: bool
    """It is their mean, not their median."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """The work of one project that has neither links nor dates."""

    project: str
    items: frozenset[str]
    left: int
    weeks: tuple[float, ...]
    """What was finished in each whole week, the latest last."""
    rate: Rate | None = None
    """What to reckon with; None without a history."""
    not_before: date | None = None
    """The day before which it is not finished; None without a history."""
    at_best: date | None = None
    """That day at the best pace that the history leaves possible."""
    last_moved: date | None = None
    """The last day on which anything of it moved."""
    seen: date
    """The last day on which it was looked at."""

    @property
    def is_long(self) -> bool:
        """Whether its history is long enough to accuse anybody."""
        return len(self.weeks) >= LONG

    @property
    def cause(self) -> str:
        """Why nothing can be reckoned."""
        if len(self.weeks) >= ENOUGH:
            return "its tickets have neither links nor dates, and none of them was finished yet"
        return f"its tickets have neither links nor dates, and no {ENOUGH} weeks of history say how fast they are done"

    @property
    def reason(self) -> str:
        """How its finish was reckoned."""
        what = f"{self.left:,} ticket{'s' if self.left != 1 else ''} left without links or dates"
        if self.rate is None or self.not_before is None:
            return f"{what}: {self.cause}"
        shown = " ".join(_count(week) for week in self.weeks[-RECENT:])
        span = f"{'mean' if self.rate.mean else 'median'} of the last {self.rate.weeks} weeks"
        return f"{what} ÷ {_count(self.rate.number)} a week ({span}; lately {shown}) = not before {self.not_before}"


def _count(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")


def backlogs(facts: Facts, projects: Iterable[str]) -> dict[str, Backlog]:
    """Project → its backlog, of each of these in which some of it is open; with what left its file once done."""
    is_tied = facts.links.is_tied
    found: dict[str, list[WorkItem]] = {}
    for project in projects:
        rows = [i for i in facts.items_by_project.get(project, ()) if not is_tied(i.id) and is_unplanned(i)]
        if any(not facts.is_done(item) for item in rows):
            found[project] = rows
    gone = departed(facts) if found else {}
    return {
        project: _backlog(facts, project, rows, [each for each in gone.get(project, ()) if is_unplanned(each.item)])
        for project, rows in found.items()
    }


def is_unplanned(item: WorkItem) -> bool:
    """A ticket without dates, or other work with neither dates nor a duration: nobody said when it is to be done."""
    dates = (item.baseline_start, item.baseline_finish, item.not_before)
    if item.terms is not None or item.kind in (Kind.MILESTONE, Kind.SUMMARY) or any(day is not None for day in dates):
        return False
    return item.kind is Kind.TICKET or (item.duration_days is None and item.remaining_days is None)


def _backlog(facts: Facts, project: str, rows: Sequence[WorkItem], gone: Sequence[Departed]) -> Backlog:
    snapshot, today = facts.snapshot, facts.today
    left = sum(1 for item in rows if not facts.is_done(item))
    seen = min(max((snapshot.observed.get(item.id, today) for item in rows), default=today), today)
    begun = _first_seen(facts, project, rows, gone)
    weeks = _weeks(_finished(facts, rows, gone, begun), begun, seen)
    rate = _rate(weeks)
    return Backlog(
        project=project,
        items=frozenset(item.id for item in rows),
        left=left,
        weeks=weeks,
        rate=rate,
        not_before=None if rate is None else _reached(facts, seen, left, rate.number),
        at_best=None if rate is None else _reached(facts, seen, left, rate.at_best),
        last_moved=max((min(day, today) for day in _moved(facts, rows)), default=None),
        seen=seen,
    )


def _moved(facts: Facts, rows: Iterable[WorkItem]) -> Iterable[date]:
    """The days on which something of it moved, as seen or as said."""
    for item in rows:
        days = (facts.snapshot.moved.get(item.id), item.actual_start, item.actual_finish)
        yield from (as_date(day) for day in days if day is not None)


def _reached(facts: Facts, seen: date, left: int, rate: float) -> date:
    return max(facts.today, seen + timedelta(days=min(_FOREVER, round(7 * left / rate))))


def _first_seen(facts: Facts, project: str, rows: Sequence[WorkItem], gone: Sequence[Departed]) -> date:
    """The first day of which anything is known: something was seen, or is said to have begun or ended."""
    days = [facts.snapshot.moved.get(name) for name in (f"{project}:finish", *(item.id for item in rows))]
    known = (*rows, *(each.item for each in gone))
    days += [as_date(m) for item in known for m in (item.actual_start, item.actual_finish) if m is not None]
    return min((day for day in days if day is not None), default=facts.today)


def _finished(
    facts: Facts, rows: Iterable[WorkItem], gone: Sequence[Departed], begun: date
) -> Iterable[tuple[date, date, float]]:
    """Completions as (after, until, how many): the day itself, else the two looks between which they were finished.

    What was done when it was first seen, nobody knows since when, is left out; so is what turned up later and is said
    to have been done before the look before that, when nobody had heard of it.
    """
    looks = sorted({*facts.looks, *(each.seen for each in gone)})
    previous = {later: earlier for earlier, later in pairwise(looks)}
    done = [Departed(i, facts.snapshot.moved.get(i.id, begun)) for i in rows if facts.is_done(i)]
    came = facts.edits.newer["work_items"]
    for item, seen in (*done, *gone):
        if item.actual_finish is not None:
            day = as_date(item.actual_finish)
            before = bisect_left(looks, came[item.id].on) if item.id in came else 0
            if not before or day > looks[before - 1]:
                yield day - _DAY, day, 1.0
        elif begun < seen <= facts.today:
            yield max(begun, previous.get(seen, begun)), seen, 1.0


def _weeks(finished: Iterable[tuple[date, date, float]], begun: date, seen: date) -> tuple[float, ...]:
    """Completions in each whole week from the first day that is known to the last look, the latest last."""
    number = max(0, (seen - begun).days // 7)
    counts = [0.0] * number
    spans: dict[tuple[date, date], float] = defaultdict(float)
    for after, until, many in finished:
        spans[after, until] += many
    for (after, until), many in spans.items():
        days = (until - after).days
        for back in range(max(0, (seen - until).days // 7), number):
            end = seen - timedelta(days=7 * back)
            overlap = (min(until, end) - max(after, end - timedelta(days=7))).days
            if overlap > 0:
                counts[number - 1 - back] += many * overlap / days
            if end - timedelta(days=7) <= after:
                break
    return tuple(counts)


def _rate(weeks: Sequence[float]) -> Rate | None:
    """The better of the medians of the last weeks and of all; None without a history, or where nothing was finished."""
    if len(weeks) < ENOUGH or not any(weeks):
        return None
    found = [_typical(weeks[-RECENT:]), _typical(weeks)]
    best = max(found, key=lambda rate: (rate.number, -rate.weeks))
    return best._replace(at_best=max(rate.at_best for rate in found))


def _typical(weeks: Sequence[float]) -> Rate:
    middle = median(weeks)
    mean = fmean(weeks)
    at_best = max(middle, mean) * (1 + 3 / math.sqrt(max(1.0, sum(weeks))))
    return Rate(middle if middle > 0 else mean, at_best, len(weeks), mean=middle <= 0)
