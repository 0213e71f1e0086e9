"""What changed since this user last looked: one calm line, and the list behind it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from cockpit.screens.detail import PaneScreen
from cockpit.screens.keynames import key
from cockpit.screens.pane import FactsPane
from cockpit.screens.why import Facts, Line, worth
from cockpit.screens.words import SEVERITY, count, day, duty, fit, inert, rule

if TYPE_CHECKING:
    from cockpit.personal.looks import Since, Stood
    from cockpit.records.assessment import Assessment, Breach

MOST = 200
"""So many of each kind are listed."""


def when(at: datetime, now: datetime) -> str:
    """Return a time of the past as "08:12 UTC", "Thu 08:12 UTC" or "2025-06-02 08:12 UTC"."""
    at, now = at.astimezone(UTC), now.astimezone(UTC)
    if at.date() == now.date():
        return f"{at:%H:%M} UTC"
    near = now.date() - at.date() < timedelta(days=7)
    return f"{('Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun')[at.weekday()] if near else day(at)} {at:%H:%M} UTC"


def counts(since: Since) -> str:
    """Return "+3 new, ↑1 worse, ✓2 cleared"."""
    kinds = (("+", len(since.new), "new"), ("↑", len(since.worse), "worse"), ("✓", len(since.gone), "cleared"))
    return ", ".join(f"{mark}{number:,} {word}" for mark, number, word in kinds if number)


def changes_line(since: Since) -> str:
    """Return the line over the list."""
    said = counts(since)
    told = f"{said} · {key('news')} lists them" if said else "nothing has changed"
    return f"Since {when(since.at, since.began)}: {told}"


def changes_facts(since: Since, assessment: Assessment) -> Facts:
    """List what is new, what is worse and what is cleared."""
    lines: list[Line] = [("head", f"Since {when(since.at, since.began)}: {counts(since) or 'nothing has changed'}")]
    lines += _part("+ New", len(since.new), (line for breach in since.new[:MOST] for line in _standing(breach)))
    worse = [breach for breach in assessment.breaches if breach.key in since.worse]
    told = ((breach, since.worse[breach.key]) for breach in worse[:MOST])
    lines += _part("↑ Worse", len(worse), (line for breach, how in told for line in _standing(breach, how)))
    lines += _part("✓ Cleared", len(since.gone), (line for stood in since.gone[:MOST] for line in _gone(stood)))
    return Facts(tuple(lines))


def _part(title: str, number: int, lines: Iterable[Line]) -> list[Line]:
    if not number:
        return []
    more = [("muted", f"and {number - MOST:,} more")] if number > MOST else []
    return [("", ""), ("head", title), *lines, *more]


def _standing(breach: Breach, how: str = "") -> list[Line]:
    mark, tone = SEVERITY[breach.severity]
    days = worth(breach.leverage_days, breach.slip_days, breach.at_least)
    back = f"raised {count(breach.life.number, 'time')}" if breach.life.number > 1 else ""
    said = [how, f"{inert(breach.owner_name or breach.owner or 'nobody is named who', 40)} {duty(breach.code)} it"]
    return [
        (tone, f"{mark} {fit(rule(breach.code), 14)} {inert(breach.title, 200)}"),
        ("muted", f"  {'; '.join(part for part in (*said, days if not how else '', back) if part)}"),
    ]


def _gone(stood: Stood) -> list[Line]:
    return [("good", f"✓ {fit(rule(stood.code), 14)} {inert(stood.title, 200)}")]


class ChangesScreen(PaneScreen):
    """What changed since this user last looked; it follows the evidence while it is open."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("n", "news", "Go back", show=False, id="news")]

    def take(self) -> None:
        """Show what changed up to now."""
        assessment = self.desk.assessment
        since = self.desk.since(assessment) if assessment is not None else None
        if assessment is not None and since is not None:
            self._last = changes_facts(since, assessment)
        self.query_one(FactsPane).show_facts(self._last)

    def action_news(self) -> None:
        """Go back: the key that lists it takes the list away."""
        self.action_leave()
