"""Precision of outcomes in words: how the brief ends."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cockpit.basics.text import one_line
from cockpit.outlets.plain import count
from cockpit.records.measures import Precision

MOST = 2
"""Rows of each kind of level: those that were furthest off."""


def entries(rows: Sequence[Precision]) -> tuple[tuple[tuple[str, str], ...], int]:
    """The portfolio, then the projects, teams and owners that were furthest off; and how many were left out."""
    shown = [row for row in rows if row.level == "portfolio"]
    for level in ("project", "team", "owner"):
        found = sorted((row for row in rows if row.level == level), key=lambda row: (-_missed(row), row.name))
        shown += [row for row in found if _missed(row) > 0][:MOST]
    kinds = {"portfolio": "", "project": "", "team": "team ", "owner": ""}
    return tuple((f"{kinds[row.level]}{one_line(row.title)}", said(row)) for row in shown), len(rows) - len(shown)


def _missed(row: Precision) -> float:
    """How far a level was off, to put the worst first: in days, by promises where it gave any."""
    known = [days for days in (row.slip_days, row.errors[0], row.latency_days) if days is not None]
    return max(known, default=0.0)


def said(row: Precision) -> str:
    """All that is known of one level."""
    parts = [*_promises(row), *_errors(row), *_indices(row)]
    if row.decision_days is not None:
        parts.append(f"decisions take {_days(row.decision_days)}")
    if row.latency_days is not None:
        parts.append(f"reported {_days(row.latency_days)} after the evidence")
    return "; ".join(parts)


def _promises(row: Precision) -> Iterable[str]:
    if row.promised:
        slip = "" if row.slip_days is None else f", {_late(row.slip_days)} in the median"
        yield f"{row.kept} of {count(row.promised, 'promise')} kept{slip}"
    if row.unwitnessed:
        yield f"{row.unwitnessed} resolved, not witnessed yet"


def _errors(row: Precision) -> Iterable[str]:
    if any(days is not None for days in row.errors):
        off = ", ".join("–" if days is None else f"{days:+g}" if days else "0" for days in row.errors)
        yield f"finished {off} days off what was computed 1, 2, 3 months before ({count(row.finished, 'item')})"


def _indices(row: Precision) -> Iterable[str]:
    named = (("BEI", row.bei), ("CPLI", row.cpli))
    yield from (f"{name} {value:.2f}" for name, value in named if value is not None)
    if row.hit_percent is not None:
        yield f"{row.hit_percent:.0f} % on time"


def _late(days: float) -> str:
    if days == 0:
        return "to the day"
    return f"{_days(abs(days))} {'late' if days > 0 else 'early'}"


def _days(days: float) -> str:
    return f"{days:g} day{'' if days == 1 else 's'}"
