"""What this user saw last of each portfolio, kept in their own state (`$XDG_STATE_HOME/cockpit/looks`, mode 0700); the
portfolio's folder, which others share, is told nothing of it."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import date, datetime
from math import isfinite
from pathlib import Path
from typing import Any

from cockpit.basics.plainfiles import small
from cockpit.ledger.pins import name_of, state_folder, write_own
from cockpit.personal.looks import Look, Looks, Stood
from cockpit.records.model import YEARS
from cockpit.records.verdicts import Severity, Stage
from cockpit.session.cached import LOOKS

MOST = 64 << 20
"""Bytes that are read of one file."""
LONGEST = 200
"""Characters that are kept of a title or a name."""


def recall(folder: Path) -> Looks | None:
    """The last looks at the portfolio in `folder`; None where there was none, or none that can be read."""
    with suppress(OSError, ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
        told = json.loads(small(_file(folder), MOST) or b"")
        before = told["before"]
        return Looks(_look(told["last"]), _look(before) if before is not None else None)
    return None


def keep(folder: Path, looks: Looks) -> None:
    """Keep the last looks. A user whose state folder can't be written remembers nothing."""
    before = looks.before
    told = {"last": _told(looks.last), "before": _told(before) if before is not None else None}
    with suppress(OSError):
        write_own(_file(folder), json.dumps(told, separators=(",", ":")))


def _file(folder: Path) -> Path:
    return state_folder() / LOOKS / f"{name_of(folder)}.json"


def _told(look: Look) -> dict[str, Any]:
    stood = {key: _row(each) for key, each in look.stood.items()}
    return {"at": look.at.isoformat(), "today": str(look.today), "stood": stood}


def _row(stood: Stood) -> list[Any]:
    return [stood.code, stood.severity, stood.title[:LONGEST], stood.owner[:LONGEST], stood.days, stood.stage]


def _look(told: dict[str, Any]) -> Look:
    """Raises ValueError, TypeError, KeyError, AttributeError or OverflowError for what `_told` has not made."""
    at = datetime.fromisoformat(told["at"])
    if at.tzinfo is None or at.year not in YEARS:
        raise ValueError("no time with its offset, or none at which anybody looked")
    stood = {str(key): _stood(*row) for key, row in told["stood"].items()}
    return Look(at, date.fromisoformat(told["today"]), stood)


def _stood(code: object, severity: str, title: object, owner: object, days: float | None, stage: str) -> Stood:
    if days is not None and not isfinite(days):
        raise ValueError("no number of days")
    return Stood(str(code), Severity(severity), str(title), str(owner), days, Stage(stage))
