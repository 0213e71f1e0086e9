"""What changed since somebody last looked: how each breach stood then, and what is new, worse and cleared since.

A look goes on until nobody has touched a key for `PAUSE`, whether or not the app was closed meanwhile: a lost
connection ends no look, and an app that stays open over night begins another one in the morning.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from cockpit.basics.classes import dataclass
from cockpit.basics.kept import kept
from cockpit.records.verdicts import Severity, Stage

if TYPE_CHECKING:
    from cockpit.records.assessment import Breach

PAUSE = timedelta(minutes=30)
"""Without a key for so long, the next one begins another look."""
WORTH_A_DAY = 1.0
"""Days that a breach must have grown beyond those that passed: what grows by the day itself is no news."""
_RANKS = {severity: rank for rank, severity in enumerate(reversed(Severity))}


@dataclass(frozen=True, slots=True)
class Stood:
    """How a breach stood when somebody looked."""

    code: str
    severity: Severity
    title: str
    owner: str
    days: float | None
    stage: Stage


@dataclass(frozen=True, slots=True)
class Look:
    """What somebody saw: `at` is when they last touched a key, `today` the day that was shown as today."""

    at: datetime
    today: date
    stood: Mapping[str, Stood]
    """By the key of the breach."""


@dataclass(frozen=True, slots=True)
class Looks:
    """The last look of a user at a portfolio, and the one before it."""

    last: Look
    before: Look | None = None

    def since(self, now: datetime) -> Look | None:
        """The look with which whoever looks `now` compares; None where this is still their first. A last look that is
        still to come was before the clock was set back."""
        return self.before if abs(now - self.last.at) < PAUSE else self.last


@dataclass(frozen=True, slots=True)
class Since:
    """What changed from one look to the next."""

    at: datetime
    """When the one before ended."""
    began: datetime
    """When this one began."""
    new: tuple[Breach, ...] = ()
    worse: Mapping[str, str] = field(default_factory=dict)
    """By the key of the breach, in what it is worse."""
    gone: tuple[Stood, ...] = ()
    """The worst first."""


@kept
def standing(breaches: tuple[Breach, ...]) -> Mapping[str, Stood]:
    """How these breaches stand, by their keys."""
    return {
        breach.key: Stood(
            breach.code,
            breach.severity,
            breach.title,
            breach.owner_name or breach.owner,
            breach.leverage_days or breach.slip_days,
            breach.life.stage,
        )
        for breach in breaches
    }


def since(look: Look, began: datetime, breaches: tuple[Breach, ...], today: date) -> Since:
    """What changed from a look to the breaches of the present, for somebody whose next look `began`."""
    was, now = look.stood, standing(breaches)
    passed = max((today - look.today).days, 0)
    worse = {}
    for key, stands in now.items():
        told = _worse(was[key], stands, passed) if key in was else ""
        if told:
            worse[key] = told
    gone: Sequence[Stood] = [stood for key, stood in was.items() if key not in now]
    ranked = sorted(gone, key=lambda stood: (-_RANKS[stood.severity], stood.code, stood.title))
    new = tuple(breach for breach in breaches if breach.key not in was)
    return Since(look.at, began, new, worse, tuple(ranked))


def _worse(was: Stood, now: Stood, passed: int) -> str:
    """In what a breach is worse than it stood; empty where it is not. Time alone makes nothing worse."""
    parts = []
    if _RANKS[now.severity] > _RANKS[was.severity]:
        parts.append(f"{was.severity} → {now.severity}")
    if (now.days or 0.0) - (was.days or 0.0) >= passed + WORTH_A_DAY:
        parts.append(f"{was.days or 0:.0f} → {now.days:.0f} days")
    if now.stage is Stage.OWED and was.stage is not Stage.OWED:
        parts.append("a decision is owed now")
    elif now.stage is Stage.RAISED and was.stage in (Stage.ACKNOWLEDGED, Stage.DECIDED):
        parts.append("what was signed of it holds no longer")
    return ", ".join(parts)
