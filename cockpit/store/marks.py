"""How far the store has been read, and which rows came or went since: whoever wrote them, in whatever process.

Versions of rows are added and closed, never deleted, and numbers only grow: so what is newer than a mark is all that
happened since.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from cockpit.store.codec import CODECS
from cockpit.store.errors import sqlite3

_NOW = "SELECT coalesce((SELECT max(id) FROM imports), 0), " + ", ".join(
    f"coalesce((SELECT max(version_id) FROM {table}), 0)" for table in CODECS
)


class Marks(NamedTuple):
    """The last reading that the store has, and by table the last version of a row."""

    reading: int
    versions: tuple[int, ...]
    """In the order of `CODECS`."""

    def version(self, table: str) -> int:
        """The last version of a row of a table."""
        return self.versions[_PLACES[table]]


_PLACES = {table: place for place, table in enumerate(CODECS)}

Touched = Mapping[str, frozenset[str]]
"""Table → keys of rows of which a version was opened or closed; only tables that have some."""


def now(raw: sqlite3.Connection) -> Marks:
    """How far the store goes."""
    reading, *versions = raw.execute(_NOW).fetchone()
    return Marks(reading, tuple(versions))


def touched(raw: sqlite3.Connection, since: Marks, until: Marks) -> Touched:
    """The keys of which some version was opened or closed after `since`; `until` is how far the store goes."""
    names = [name for (name,) in raw.execute("SELECT DISTINCT name FROM imports WHERE id > ?", (since.reading,))]
    found = {table: _touched(raw, table, since, until, names) for table in CODECS}
    return {table: keys for table, keys in found.items() if keys}


def _touched(raw: sqlite3.Connection, table: str, since: Marks, until: Marks, names: list[str]) -> frozenset[str]:
    keys = set[str]()
    if until.version(table) != since.version(table):
        sql = f"SELECT row_key FROM {table} WHERE version_id > ?"
        keys.update(key for (key,) in raw.execute(sql, (since.version(table),)))
    for name in names:  # a version is closed by a reading of its own source
        sql = f"SELECT row_key FROM {table} WHERE source = ? AND closed_by > ?"
        keys.update(key for (key,) in raw.execute(sql, (name, since.reading)))
    return frozenset(keys)
