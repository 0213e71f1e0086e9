"""How long a row says that work takes: its duration, else what else is taken for one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from cockpit.engine.rows import as_date, has_begun, known_today, weekdays
from cockpit.records.model import Kind, WorkItem


def planned_days(items: Sequence[WorkItem], today: date, *, is_started: bool) -> list[float | None]:
    """What a row says of a duration, from each time to the next, in working days.

    Where it has no duration, what is left of work that is not begun is one. Once such work is begun what is left is
    progress, and its duration what it was: also by a row that never tells a state, of work that `is_started` by what
    another row says.
    """
    is_silent = is_started and all(item.state is None for item in items)
    found: list[float | None] = []
    days: float | None = None
    by_rest = False
    for item in items:
        if item.duration_days is not None:
            days, by_rest = item.duration_days, False
        elif not is_silent and not has_begun(known_today(item, today)):
            days, by_rest = _rest(item), True
        elif not by_rest:
            days = None
        found.append(days)
    return found


def _rest(item: WorkItem) -> float | None:
    """What is left where that is a duration: not of a heading, which sums up, and not beside baseline dates."""
    dates = item.baseline_start is not None and item.baseline_finish is not None
    return None if dates or item.kind is Kind.SUMMARY else item.remaining_days


def length_of(item: WorkItem) -> float | None:
    """The working days that a row says that work takes: its duration, else the weekdays between its baseline dates,
    else what is left of what is not begun. The schedule takes them in that order too."""
    if item.duration_days is not None:
        return item.duration_days
    if item.baseline_start is not None and item.baseline_finish is not None:
        return float(weekdays(as_date(item.baseline_start), as_date(item.baseline_finish)))
    return None if has_begun(item) else _rest(item)
