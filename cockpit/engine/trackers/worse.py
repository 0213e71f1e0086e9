"""One record of several rows about one thing: texts from the most official row, of every fact the worst that any says.

Rows of equal standing fill in each other's blanks. A row of less standing (a shadow, or a file that came later) never
makes a thing done, shorter, earlier or cheaper, also where the official row says nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import date, datetime, time
from typing import Any, TypeVar

from cockpit.engine.rows import as_date, merged, weekdays
from cockpit.records.model import Moment, Project, State, WorkItem

Work = TypeVar("Work", WorkItem, Project)
T = TypeVar("T", float, date)

STAGES = (State.DONE, State.DOING, State.TODO, State.BLOCKED)
"""From best to worst: what is not begun has all its work before it, what is blocked does not even move."""
FACTS = frozenset({
    "state", "status", "percent", "duration_days", "remaining_days", "not_before", "start", "baseline_start",
    "baseline_finish", "actual_start", "actual_finish", "forecast_finish", "budget", "forecast_cost", "actual_cost",
})  # fmt: skip
"""What may be better or worse; all other fields say what a thing is and whose."""
_OWN = frozenset({"id", "title", "project", "kind", "stub", "terms", "method", "origin", "extra", "same_as"})
"""What no other row ever fills in."""


def stage(row: WorkItem | Project) -> State | None:
    """How far a row says that the work is; None where it says nothing of it."""
    if row.actual_finish is not None or row.state is State.DONE:
        return State.DONE
    began = isinstance(row, WorkItem) and (row.actual_start is not None or (row.percent or 0) > 0)
    return State.DOING if began and row.state is not State.BLOCKED else row.state


def worst_stage(rows: Iterable[WorkItem | Project]) -> State | None:
    """The worst stage of those that say any: done only if all that say something say so."""
    said = [found for row in rows if (found := stage(row)) is not None]
    return max(said, key=STAGES.index, default=None)


def says_what_is_left(item: WorkItem) -> bool:
    """Whether a row says how much is left, by days, by percent, or because nothing of it is begun or all is done."""
    said = item.remaining_days is not None or item.percent is not None
    return said or stage(item) in (State.DONE, State.TODO)


def left_days(item: WorkItem) -> float | None:
    """The working days that a row leaves to be done, all of its duration where it does not say; None without one."""
    if stage(item) is State.DONE:
        return 0.0
    if item.duration_days is None or (item.remaining_days is not None and stage(item) is not State.TODO):
        return item.remaining_days
    done = 0.0 if stage(item) is State.TODO else min(max(item.percent or 0.0, 0.0), 100.0)
    return item.duration_days * (1 - done / 100)


# Rows of equal standing


def agreed_item(rows: Sequence[WorkItem]) -> WorkItem:
    """One work item from rows of equal standing."""
    base = merged(rows)
    return base if len(rows) == 1 else _item(base, rows, base.duration_days)


def agreed_project(rows: Sequence[Project]) -> Project:
    """One project from rows of equal standing; it serves the objectives of all of them."""
    base = merged(rows)
    if len(rows) == 1:
        return base
    served = dict.fromkeys([*base.objectives, *sorted(o for row in rows for o in row.objectives)])
    return _project(replace(base, objectives=tuple(served)), rows)


# Rows of less standing


def worse_item(
    official: WorkItem, later: Sequence[WorkItem], shadows: Sequence[WorkItem], defaults: Mapping[str, float]
) -> WorkItem:
    """The official work item as rows of less standing make it worse. `defaults` are the days of an item without a
    duration, by kind."""
    others = [*later, *shadows]
    speaking = others if stage(official) is not None else [r for r in others if stage(r) is not State.DONE]
    filled = _filled(official, later)
    implied = _implied(official, defaults)
    worse = _item(filled, [official, *speaking], implied if official.duration_days is None else official.duration_days)
    bound: dict[str, Any] = {}
    if official.duration_days is None and worse.duration_days == implied:
        bound["duration_days"] = None  # still an assumption, and marked as one
    never = ("percent", "baseline_start", "baseline_finish")
    return _changed(worse, bound | {name: None for name in never if getattr(official, name) is None})


def worse_project(official: Project, later: Sequence[Project], shadows: Sequence[Project]) -> Project:
    """The official project as rows of less standing make it worse."""
    others = [*later, *shadows]
    speaking = others if stage(official) is not None else [r for r in others if stage(r) is not State.DONE]
    worse = _project(_filled(official, later), [official, *speaking])
    found: dict[str, Any] = {"baseline_finish": worse.baseline_finish if official.baseline_finish else None}
    stated = official.forecast_finish or official.baseline_finish
    found["forecast_finish"] = _extreme(max, [stated, worse.forecast_finish]) if worse.forecast_finish else None
    if official.forecast_cost is None and worse.forecast_cost is not None:
        found["forecast_cost"] = max(worse.forecast_cost, official.actual_cost or 0.0)
    return _changed(worse, found)


def _filled(official: Work, later: Sequence[Work]) -> Work:
    """The official row, with what it leaves blank of what a thing is filled in from files that came later."""
    if not later:
        return official
    known = merged(later)
    names = [f.name for f in fields(official) if f.name not in FACTS | _OWN]
    blank = {name: getattr(known, name) for name in names if getattr(official, name) in ("", None, ())}
    return _changed(official, {name: value for name, value in blank.items() if value not in ("", None, ())})


def _implied(item: WorkItem, defaults: Mapping[str, float]) -> float:
    """The working days that an item without a duration is taken to last; between baseline dates, Monday to Friday."""
    start, finish = item.baseline_start, item.baseline_finish
    if start is not None and finish is not None:
        return float(weekdays(as_date(start), as_date(finish)))
    return item.remaining_days if item.remaining_days is not None else defaults.get(item.kind.value, 0.0)


# The worst of each fact


def _item(base: WorkItem, rows: Sequence[WorkItem], duration: float | None) -> WorkItem:
    worst = worst_stage(rows)
    found: dict[str, Any] = {
        "not_before": _latest(row.not_before for row in rows),
        "baseline_start": _earliest((row.baseline_start for row in rows), time.min),
        "baseline_finish": _earliest((row.baseline_finish for row in rows), time.max),
        "duration_days": _extreme(max, [duration, *(row.duration_days for row in rows)]),
    }
    if worst is State.DONE:
        found["actual_start"] = _latest(row.actual_start for row in rows)
        found["actual_finish"] = _latest((row.actual_finish for row in rows), time.max)
    elif worst is not None:
        found |= _open(base, [row for row in rows if stage(row) is not State.DONE], worst, found["duration_days"])
    return _paced(base, _changed(base, found))


def _open(base: WorkItem, rows: Sequence[WorkItem], worst: State, duration: float | None) -> dict[str, Any]:
    """What is worst of work that is open by these rows."""
    said = next((row for row in (base, *rows) if stage(row) is worst), base)
    found: dict[str, Any] = {"actual_finish": None, "status": said.status or base.status}
    if worst is not stage(base):
        found["state"] = worst
    idle = any(stage(row) is State.TODO for row in rows)
    found["actual_start"] = None if idle else _latest(row.actual_start for row in rows)
    percents = [row.percent for row in rows if row.percent is not None]
    found["percent"] = min([0.0] * idle + percents) if percents else None
    if worst is State.TODO:
        begun = [left_days(row) for row in rows if stage(row) is not State.TODO]
        found["duration_days"] = _extreme(max, [duration, *begun])
        found["remaining_days"] = _extreme(max, (row.remaining_days for row in rows))
        return found
    left = _extreme(max, [duration if idle else None, *map(left_days, filter(says_what_is_left, rows))])
    if left is not None and left != left_days(base):
        found["remaining_days"] = left
    return found


def _project(base: Project, rows: Sequence[Project]) -> Project:
    worst = worst_stage(rows)
    found: dict[str, Any] = {
        "start": _extreme(max, (row.start for row in rows)),
        "baseline_finish": _extreme(min, (row.baseline_finish for row in rows)),
        "forecast_finish": _extreme(max, (row.forecast_finish for row in rows)),
        "actual_finish": _extreme(max, (row.actual_finish for row in rows)) if worst is State.DONE else None,
        "budget": _extreme(min, (row.budget for row in rows)),
        "forecast_cost": _extreme(max, (row.forecast_cost for row in rows)),
        "actual_cost": _extreme(max, (row.actual_cost for row in rows)),
    }
    if worst is not None and worst is not stage(base):
        found["state"] = worst
    return _changed(base, found)


def _changed(record: Work, found: Mapping[str, Any]) -> Work:
    """The record with these values; the very same one where it has them already."""
    new = {name: value for name, value in found.items() if getattr(record, name) != value}
    return replace(record, **new) if new else record


def _paced(base: WorkItem, item: WorkItem) -> WorkItem:
    """Work that takes longer than its plan knows is not paced by the shares that the plan gave to people."""
    longer = (item.duration_days, item.remaining_days) != (base.duration_days, base.remaining_days)
    if not longer or item.terms is None or not item.terms.shares:
        return item
    return replace(item, terms=replace(item.terms, shares=()))


def _extreme(choose: Callable[..., T], values: Iterable[T | None]) -> T | None:
    said = [value for value in values if value is not None]
    return choose(said) if said else None


def _latest(moments: Iterable[Moment | None], of_day: time = time.min) -> Moment | None:
    said = [moment for moment in moments if moment is not None]
    return max(said, key=lambda moment: _minute(moment, of_day), default=None)


def _earliest(moments: Iterable[Moment | None], of_day: time) -> Moment | None:
    said = [moment for moment in moments if moment is not None]
    return min(said, key=lambda moment: _minute(moment, of_day), default=None)


def _minute(moment: Moment, of_day: time) -> datetime:
    """A moment that can be compared: a bare day is its beginning or its end."""
    return moment if isinstance(moment, datetime) else datetime.combine(moment, of_day)
