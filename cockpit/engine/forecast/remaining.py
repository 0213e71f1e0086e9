"""What is left of work in progress whose source says neither how much is left nor what part is done.

Nobody works for a month and has the whole task before him still: what is left is its duration less the working
days since it began, and at least one day as long as it is not done.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from cockpit.engine.facts import Facts
from cockpit.engine.forecast.planned import look_before, planned_start
from cockpit.engine.rows import as_date
from cockpit.engine.scheduling.calendars import Working, minute_of
from cockpit.records.model import State, WorkItem


def with_remaining(facts: Facts, items: Iterable[WorkItem], begun: Mapping[str, date]) -> list[WorkItem]:
    """The items, those in progress of which nothing is said with the days that are left of them.

    `begun` says since when, of work whose source does not tell that it has begun. Blocked work is counted until it was
    blocked. What has no duration of its own is left alone: its assumed one is as good as another.
    """
    clocks: dict[str, Working] = {}

    def working_of(item: WorkItem) -> Working:
        calendar = facts.calendars.get(item.calendar, facts.default_calendar)
        if calendar.id not in clocks:
            clocks[calendar.id] = facts.working if calendar is facts.default_calendar else Working(calendar)
        return clocks[calendar.id]

    return [_reckoned(facts, item, working_of(item), begun) if _is_open(facts, item) else item for item in items]


def _is_open(facts: Facts, item: WorkItem) -> bool:
    """Work in progress of which its source says nothing; plans of planning programs always do."""
    return (
        item.remaining_days is None
        and item.percent is None
        and item.terms is None
        and (item.actual_start is not None or item.state in (State.DOING, State.BLOCKED))
        and not facts.is_done(item)
    )


def _reckoned(facts: Facts, item: WorkItem, working: Working, begun: Mapping[str, date]) -> WorkItem:
    length, began = _duration(item, working), begun.get(item.id) or _began(facts, item)
    if length is None or began is None:
        return item
    until = facts.snapshot.moved.get(item.id, facts.today) if item.state is State.BLOCKED else facts.today
    spent = max(0, working.work_between(minute_of(began), minute_of(until)))
    day = working.minutes_per_day
    return replace(item, remaining_days=max(length - spent, min(day, length)) / day)


def _began(facts: Facts, item: WorkItem) -> date | None:
    """When it began: its actual start, else as planned, as far as the days on which it was seen leave that possible.

    Seen in progress first on the last day of a month it may have begun on the first.
    """
    if item.actual_start is not None:
        return as_date(item.actual_start)
    moved = facts.snapshot.moved.get(item.id)
    if moved is None:
        return None
    project = facts.projects.get(item.project)
    planned = planned_start(item) or (project.start if project is not None else None)
    before = look_before(facts, moved)
    if planned is None:
        return before or moved
    return min(moved, max(planned, before) if before is not None else planned)


def _duration(item: WorkItem, working: Working) -> int | None:
    """Working minutes that it takes, by its duration, else by its baseline; None where it has neither."""
    if item.duration_days is not None:
        return max(0, round(item.duration_days * working.minutes_per_day))
    if item.baseline_start is None or item.baseline_finish is None:
        return None
    return max(0, working.span(item.baseline_start, item.baseline_finish))
