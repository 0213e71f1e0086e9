"""What a past day rests on of all that a store holds: every row with the day from which it counts."""

from __future__ import annotations

from cockpit.store.errors import sqlite3
from cockpit.store.schema import REQUESTS, STATEMENTS

Row = tuple[str, tuple[object, ...]]
"""A day as ISO text, and plain values; what counts on no day after it, and the order of a day, are in them."""

_ASKED = (
    "SELECT known_on, 'import', id, name, path, format, sha256, drop_date, read_at, claimed, rows, status, problems "
    "FROM imports ORDER BY id",
    "SELECT known_on, 'setting', id, name, value, \"first\" FROM settings ORDER BY id",
    f"SELECT signed_on, 'statement', {', '.join(STATEMENTS)} FROM statements ORDER BY rowid",
    f"SELECT substr(asked_at, 1, 10), 'request', {', '.join(REQUESTS)} FROM requests ORDER BY asked_at, statement",
    "SELECT substr(raised_at, 1, 10), 'raised', id, key, raised_at FROM breaches ORDER BY id",
    "SELECT substr(cleared_at, 1, 10), 'cleared', id, key, cleared_at FROM breaches WHERE cleared_at IS NOT NULL "
    "ORDER BY id",
)
"""Versions of rows follow from the readings: of those that a day knows, all that it says."""


def rows(raw: sqlite3.Connection) -> tuple[Row, ...]:
    """Every row that the view of some day rests on, by table; the view of a day rests on those of it and before."""
    return tuple((day, tuple(values)) for sql in _ASKED for day, *values in raw.execute(sql))
