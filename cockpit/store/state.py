"""What tells one state of a store from every other: any commit that an assessment could rest on changes it."""

from __future__ import annotations

from cockpit.store.errors import sqlite3

State = tuple[int | str, ...]

_ASKED = (
    "SELECT count(*), coalesce(max(id), 0) FROM imports",
    "SELECT count(*), coalesce(max(id), 0) FROM settings",
    "SELECT count(*), coalesce(max(received_at), '') FROM statements",
    "SELECT count(*), coalesce(max(asked_at), '') FROM requests",
    "SELECT coalesce(max(id), 0), count(cleared_at), coalesce(max(cleared_at), '') FROM breaches",
    "SELECT count(*), coalesce(sum(attempts), 0), coalesce(max(next_try), '') FROM deliveries WHERE attempts > 0",
)
"""Rows are added, readings and statements are never changed; a breach is cleared once; of messages it matters which
ones no channel has taken."""


def state(raw: sqlite3.Connection) -> State:
    """The state of a store, in plain values: two that are equal hold the same."""
    return tuple(value for sql in _ASKED for value in raw.execute(sql).fetchone())
