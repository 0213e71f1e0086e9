"""What things are called, read from the store without opening it for good: for whoever completes what is typed.

Nothing is made, changed or waited for, and nothing is judged: names are as the files said them last.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from cockpit.store import schema
from cockpit.store.connection import Connection
from cockpit.store.errors import StoreError, sqlite3

T = TypeVar("T")
TITLES = {"people": "name"} | dict.fromkeys(("teams", "projects", "objectives", "dependencies", "kpis"), "title")
"""The column that says what a row of a table is called."""
MOST = 2_000


def names(path: Path, table: str) -> list[tuple[str, str]]:
    """Return id and name of each row of one of `TITLES`, by id; none where the store can't be read."""
    sql = f"SELECT DISTINCT id, {TITLES[table]} FROM {table} WHERE closed_by IS NULL ORDER BY id LIMIT {MOST}"
    return _read(path, lambda raw: [(str(key), str(title or "")) for key, title in raw.execute(sql)])


def standing(path: Path) -> list[str]:
    """Return the keys of the breaches that stood when somebody looked last."""
    sql = f"SELECT key FROM breaches WHERE cleared_at IS NULL ORDER BY key LIMIT {MOST}"
    return _read(path, lambda raw: [str(key) for (key,) in raw.execute(sql)])


def days(path: Path) -> list[str]:
    """Return the days on which something was observed, the latest first."""
    return _read(path, lambda raw: _firsts(raw.execute("SELECT DISTINCT known_on FROM imports ORDER BY known_on DESC")))


def _firsts(rows: Iterable[tuple[str]]) -> list[str]:
    return [str(first) for (first,) in rows]


def _read(path: Path, work: Callable[[sqlite3.Connection], list[T]]) -> list[T]:
    try:
        connection = Connection.open(path, schema.guard, read_only=True)
    except StoreError:
        return []
    try:
        return connection.read("look up names", work)
    except StoreError:
        return []
    finally:
        connection.close()
