"""What tells one state of a store from every other: any commit that an assessment could rest on changes it."""

from __future__ import annotations

from collections.abc import Iterable

from cockpit.store.errors import sqlite3

State = tuple[int | str, ...]

_HELD = (
    "SELECT count(*), coalesce(max(id), 0), coalesce(max(read_at), '') FROM imports",
    "SELECT count(*), coalesce(max(id), 0) FROM settings",
    "SELECT count(*), coalesce(max(received_at), '') FROM statements",
    "SELECT count(*), coalesce(max(asked_at), '') FROM requests",
)
"""Rows are added, readings and statements are never changed."""
_TOLD = (
    "SELECT coalesce(max(id), 0), count(cleared_at), coalesce(max(cleared_at), '') FROM breaches",
    "SELECT count(*), coalesce(sum(attempts), 0), coalesce(max(next_try), '') FROM deliveries WHERE attempts > 0",
)
"""A breach is cleared once; of messages it matters which ones no channel has taken."""


def state(raw: sqlite3.Connection) -> State:
    """The state of a store, in plain values: two that are equal hold the same."""
    return (*held(raw), *_answers(raw, _TOLD))


def held(raw: sqlite3.Connection) -> State:
    """The state of what files and people said, without what was made of it: the log of breaches, messages."""
    return _answers(raw, _HELD)


def _answers(raw: sqlite3.Connection, asked: Iterable[str]) -> State:
    return tuple(value for sql in asked for value in raw.execute(sql).fetchone())
