"""The log of breaches: since when each has stood, over every run. A breach that comes back is a new entry."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime

from cockpit.snapshot import Stood
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


def lives(raw: sqlite3.Connection, day: date | None) -> dict[str, tuple[Stood, ...]]:
    """By key each time that a breach stood, earliest first, as it was known at the end of `day` (None: now)."""
    last = date.max if day is None else day
    found: dict[str, list[Stood]] = defaultdict(list)
    for key, *moments in raw.execute("SELECT key, raised_at, cleared_at FROM breaches ORDER BY id"):
        raised, cleared = (_moment(text) if text else None for text in moments)
        if raised is not None and raised.date() <= last:
            found[key].append(Stood(raised, cleared if cleared is not None and cleared.date() <= last else None))
    return {key: tuple(stood) for key, stood in found.items()}


def _moment(text: str) -> datetime:
    """A logged time, with its zone."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


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
