"""When work was planned to begin, and what that means where no link says what it waits for.

In a plan without links the dates are all the logic there is: work that no link ties begins when it was planned to,
not all of it today.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from cockpit.engine.facts import Facts
from cockpit.engine.rows import as_date
from cockpit.records.model import WorkItem


def planned_start(item: WorkItem) -> date | None:
    """When its baseline has it begin; what has only a finish there begins its duration before, a milestone on it."""
    if item.baseline_start is not None or item.baseline_finish is None:
        return None if item.baseline_start is None else as_date(item.baseline_start)
    weekends = 2 * int((item.duration_days or 0.0) // 5)
    return as_date(item.baseline_finish) - timedelta(days=max(0.0, (item.duration_days or 0.0) - 1) + weekends)


def look_before(facts: Facts, day: date) -> date | None:
    """The last day before this one on which anything was seen to move; None where there is none."""
    place = bisect_left(facts.looks, day)
    return facts.looks[place - 1] if place else None


def as_planned(facts: Facts, items: Iterable[WorkItem]) -> list[WorkItem]:
    """The items, those that nothing ties and that are planned for later not before they are planned to begin.

    Plans of planning programs say themselves when work that nothing ties begins.
    """
    is_tied = facts.links.is_tied
    return [_later(facts, item) if item.terms is None and not is_tied(item.id) else item for item in items]


def _later(facts: Facts, item: WorkItem) -> WorkItem:
    start = None if facts.is_started(item) else planned_start(item)
    if start is None or start <= facts.today or (item.not_before is not None and as_date(item.not_before) >= start):
        return item
    return replace(item, not_before=start)
