"""The log of breaches: since when each has stood, over every run. A breach that comes back is a new entry."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from cockpit.store.errors import sqlite3


def log(raw: sqlite3.Connection, keys: Iterable[str], at: datetime) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Compares the breaches that stand now with the open entries: (raised, cleared), each in ascending order."""
    standing = set(keys)
    open_now = {key for (key,) in raw.execute("SELECT key FROM breaches WHERE cleared_at IS NULL")}
    raised, cleared = sorted(standing - open_now), sorted(open_now - standing)
    moment = at.isoformat()
    raw.executemany("INSERT INTO breaches (key, raised_at) VALUES (?, ?)", [(key, moment) for key in raised])
    raw.executemany(
        "UPDATE breaches SET cleared_at = ? WHERE key = ? AND cleared_at IS NULL", [(moment, key) for key in cleared]
    )
    return tuple(raised), tuple(cleared)


def first_seen(raw: sqlite3.Connection, day: date | None) -> dict[str, date]:
    """By key the day on which each breach that stood at the end of `day` (None: now) was raised."""
    if day is None:
        rows = raw.execute("SELECT key, raised_at FROM breaches WHERE cleared_at IS NULL ORDER BY id")
    else:
        rows = raw.execute(
            "SELECT key, raised_at FROM breaches WHERE substr(raised_at, 1, 10) <= ? "
            "AND (cleared_at IS NULL OR substr(cleared_at, 1, 10) > ?) ORDER BY id",
            (day.isoformat(), day.isoformat()),
        )
    return {key: date.fromisoformat(raised_at[:10]) for key, raised_at in rows}
