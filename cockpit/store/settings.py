"""What the charter said that binds, setting by setting. Added, never changed, never removed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from cockpit.records.edits import Noted
from cockpit.store.errors import sqlite3


def note(raw: sqlite3.Connection, said: Mapping[str, str], on: date) -> None:
    """Keeps what the charter says now where it is other than what was kept last. Needs a write transaction."""
    last = _last(raw)
    first = int(not last)
    changes = [(name, said.get(name)) for name in sorted(said.keys() | last.keys())]
    raw.executemany(
        'INSERT INTO settings (name, value, known_on, "first") VALUES (?, ?, ?, ?)',
        [(name, value, on.isoformat(), first) for name, value in changes if value != last.get(name)],
    )


def is_noted(raw: sqlite3.Connection, said: Mapping[str, str]) -> bool:
    """Whether what was kept last is what the charter says now."""
    return {name: value for name, value in _last(raw).items() if value is not None} == said


def _last(raw: sqlite3.Connection) -> dict[str, str | None]:
    return dict(raw.execute("SELECT name, value FROM settings ORDER BY id"))


def known(raw: sqlite3.Connection, day: date) -> tuple[Noted, ...]:
    """What the charter said up to a day, in the order in which it was seen."""
    rows = raw.execute(
        'SELECT name, value, known_on, "first" FROM settings WHERE known_on <= ? ORDER BY id', (day.isoformat(),)
    )
    return tuple(Noted(name, value, date.fromisoformat(on), bool(first)) for name, value, on, first in rows)
