"""What binds in each table, and when a change of it is an edit that is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from cockpit.basics.text import one_line
from cockpit.records.edits import Step, What
from cockpit.records.model import KEYS, Link, Reading, Record, State
from cockpit.records.terms import Method, Terms

RECENT = timedelta(days=30)
"""So long it is told that something was otherwise which is as it was at first."""

FIELDS: Mapping[str, Mapping[str, What]] = {
    "work_items": {
        "project": What.PLACE, "kind": What.ROW, "team": What.TEAM, "calendar": What.CALENDAR,
        "duration_days": What.DURATION, "not_before": What.DATE, "deadline": What.DATE, "baseline_start": What.BASELINE,
        "baseline_finish": What.BASELINE, "parent": What.PLACE, "objective": What.PLACE, "acceptor": What.ACCEPTANCE,
        "acceptance": What.ACCEPTANCE, "same_as": What.ROW, "terms": What.DATE, "actual_start": What.ACTUAL,
        "actual_finish": What.ACTUAL, "state": What.ACTUAL, "percent": What.ACTUAL, "owner": What.OWNER,
        "extra": What.PLACE,
    },
    "links": {"lag_days": What.LINK, "lag_calendar": What.LINK},
    "projects": {
        "objectives": What.PLACE, "owner": What.OWNER, "sponsor": What.OWNER, "team": What.TEAM, "start": What.DATE,
        "baseline_finish": What.BASELINE, "forecast_finish": What.DATE, "budget": What.MONEY,
        "forecast_cost": What.MONEY, "actual_cost": What.MONEY, "same_as": What.ROW, "method": What.DATE,
        "actual_finish": What.ACTUAL,
    },
    "objectives": {
        "owner": What.OWNER, "target_date": What.GOAL, "finish_item": What.GOAL, "weight": What.GOAL,
        "cost_of_delay_per_day": What.GOAL,
    },
    "kpis": {
        "objective": What.PLACE, "owner": What.OWNER, "leads": What.OWNER, "unit": What.GOAL, "direction": What.GOAL,
        "baseline": What.GOAL, "target": What.GOAL, "low": What.GOAL, "high": What.GOAL, "target_date": What.GOAL,
        "tolerance": What.GOAL, "cadence_days": What.GOAL,
    },
    "readings": {"value": What.GOAL},
    "dependencies": {
        "giver_team": What.TEAM, "receiver_team": What.TEAM, "giver_owner": What.OWNER, "receiver_owner": What.OWNER,
        "giver_item": What.PLACE, "receiver_item": What.PLACE, "receiver_project": What.PLACE, "needed_by": What.DATE,
        "acceptance": What.ACCEPTANCE,
    },
    "teams": {
        "title": What.TEAM, "cost_centre": What.TEAM, "lead": What.OWNER, "parent": What.TEAM, "external": What.TEAM,
        "aliases": What.TEAM,
    },
    "people": {
        "name": What.OWNER, "team": What.OWNER, "email": What.OWNER, "aliases": What.OWNER, "key": What.OWNER,
    },
    "calendars": {
        "week": What.CALENDAR, "weeks": What.CALENDAR, "exceptions": What.CALENDAR, "minutes_per_day": What.CALENDAR,
    },
}  # fmt: skip
"""By table the columns that bind, and what an edit of each is."""

KINDS: Mapping[str, str] = {
    "work_items": "item", "links": "link", "projects": "project", "objectives": "objective", "kpis": "kpi",
    "readings": "reading", "dependencies": "dependency", "teams": "team", "people": "person", "calendars": "calendar",
}  # fmt: skip
"""What a row of each table is called."""

_LESS_IS_BETTER = frozenset(
    {"duration_days", "not_before", "start", "forecast_finish", "forecast_cost", "actual_cost", "lag_days"}
)
_GROWS = frozenset({"actual_cost", "forecast_cost", "forecast_finish"})
"""Of these only less than before is an edit: they are told anew with every report."""
_ACTUAL = ("actual_start", "actual_finish")
_TERMS = ("role", "constraint", "constraint_date", "second", "second_date", "manual", "manual_start", "manual_finish")
_METHOD = ("rules", "start", "progress", "lag_from_actual")


class Change(NamedTuple):
    """What a column said that counts as before, what it says now, and since when; `less` where less is better."""

    was: Any
    now: Any
    on: date
    less: bool = False


def change_of(name: str, said: Sequence[tuple[Step, Any]], today: date) -> Change | None:
    """The change of a column that said these values, earliest first; None where none is told."""
    values = [(step, _plain(value)) for step, value in said]
    if len({repr(value) for _, value in values}) == 1:
        return None
    first, now = values[0][1], values[-1][1]
    on = next(step.on for place, (step, _) in enumerate(values) if all(v == now for _, v in values[place:]))
    if name == "state":
        before = [value for _, value in values[:-1] if value is not None]
        done = State.DONE in before and now is not State.DONE
        return Change(State.DONE if done else before[-1], now, on) if done or (before and now is None) else None
    if name == "percent":  # how far work is, is a claim; that it is begun at all is taken back
        before = [value for _, value in values[:-1] if value]
        return Change(before[-1], now, on) if before and not now else None
    if name in _ACTUAL:
        before = [value for _, value in values if value not in (None, now)]
        return Change(before[-1], now, on) if before else None
    if name in _LESS_IS_BETTER:
        worst = max((v for _, v in values[:-1] if v is not None), key=_comparable, default=None)
        if worst is not None and (now is None or _comparable(now) < _comparable(worst)):
            return Change(worst, now, on, less=True)
        return Change(first, now, on) if now != first and name not in _GROWS else None
    if now != first:
        return Change(first, now, on)
    before = [value for _, value in values if value != now]
    return Change(before[-1], now, on) if on >= today - RECENT else None


def _comparable(value: Any) -> Any:
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime.combine(value, time.min)
    return value


def _plain(value: Any) -> Any:
    """A value without what changes by itself: spacing, what a planning program notes of progress."""
    if isinstance(value, StrEnum):
        return value
    if isinstance(value, str):
        return " ".join(value.split())
    if isinstance(value, Terms):
        return tuple((name, getattr(value, name)) for name in _TERMS if getattr(value, name))
    if isinstance(value, Method):
        return tuple((name, getattr(value, name)) for name in _METHOD if getattr(value, name))
    return value


def shown(value: Any) -> str:
    """A value as people read it, on one line."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.15g}"
    if isinstance(value, datetime):
        return value.isoformat(" ", "minutes")
    if isinstance(value, tuple):
        return one_line("; ".join(shown(part) for part in value), 120)
    return one_line(str(value), 120)


def name_of(table: str, key: str, record: Record | None = None) -> str:
    """What a row is called: its id, or what it ties."""
    if isinstance(record, Link):
        return one_line(f"{record.predecessor}>{record.successor}", 120)
    if isinstance(record, Reading):
        return one_line(f"{record.kpi} {record.as_of}", 120)
    if table in KEYS:
        key = key.rpartition("|")[0].replace("|", ">") if table == "links" else key.replace("|", " ")
    return one_line(key, 120)
