"""Readings of source files: one row of `imports` for each, in the order in which their truth was known.

The line of a source is ordered by (known_on, id): a drop read late takes its place in the middle, and a second
reading of the same day stands after the first and is the truth of that day.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum

from cockpit.basics.classes import dataclass
from cockpit.records.model import Origin, Problem
from cockpit.store.errors import sqlite3
from cockpit.store.statements import utc


class Outcome(StrEnum):
    """What came of a reading."""

    OK = "ok"
    FAILED = "failed"
    REMOVED = "removed"
    GONE = "gone"
    """A file that could not be read is there no longer; what was known before it still is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A file that was read: `name` is the same over its drops, `known_on` the day its truth was known."""

    name: str
    path: str
    format: str
    sha256: str
    drop: date | None
    read_at: datetime
    known_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """A reading as kept. `layout` is empty where nothing was read."""

    id: int
    name: str
    path: str
    format: str
    sha256: str
    known_on: date
    claimed: bool
    rows: int
    status: Outcome
    problems: tuple[Problem, ...]
    layout: bytes
    read_at: datetime


_COLUMNS = "id, name, path, format, sha256, known_on, claimed, rows, status, problems, layout, read_at"


def _import(row: Sequence[object]) -> Import:
    number, name, path, kind, sha256, known_on, claimed, rows, status, problems, layout, read_at = row
    return Import(
        id=int(str(number)),
        name=str(name),
        path=str(path),
        format=str(kind),
        sha256=str(sha256),
        known_on=date.fromisoformat(str(known_on)),
        claimed=bool(claimed),
        rows=int(str(rows)),
        status=Outcome(str(status)),
        problems=load_problems(str(problems)),
        layout=layout if isinstance(layout, bytes) else b"",
        read_at=utc(datetime.fromisoformat(str(read_at))),
    )


def dump_problems(problems: Sequence[Problem]) -> str:
    """Problems as JSON: [path, row, sheet, message, column] each."""
    plain = [[p.origin.path, p.origin.row, p.origin.sheet, p.message, p.column] for p in problems]
    # ASCII only: a message may quote text that is no valid Unicode.
    return json.dumps(plain, separators=(",", ":"))


def load_problems(text: str) -> tuple[Problem, ...]:
    """The inverse of `dump_problems`."""
    return tuple(Problem(Origin(path, row, sheet), said, column) for path, row, sheet, said, column in json.loads(text))


def add(
    raw: sqlite3.Connection,
    arrival: Arrival,
    status: Outcome,
    *,
    rows: int = 0,
    problems: Sequence[Problem] = (),
    layout: bytes | None = None,
) -> int:
    """Writes a reading down and returns its id, larger than all before it."""
    values = (
        arrival.name,
        arrival.path,
        arrival.format,
        arrival.sha256,
        arrival.drop.isoformat() if arrival.drop else None,
        arrival.known_on.isoformat(),
        arrival.read_at.isoformat(),
        int(arrival.drop is not None),
        rows,
        str(status),
        dump_problems(problems),
        layout,
    )
    cursor = raw.execute(
        "INSERT INTO imports (name, path, format, sha256, drop_date, known_on, read_at, claimed, rows, status, "
        "problems, layout) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
        values,
    )
    return int(cursor.lastrowid or 0)


def before(raw: sqlite3.Connection, name: str, day: date) -> Import | None:
    """The reading or removal that rules source `name` at the end of `day`."""
    sql = (
        f"SELECT {_COLUMNS} FROM imports WHERE name = ? AND status IN ('ok', 'removed') AND known_on <= ? "
        "ORDER BY known_on DESC, id DESC LIMIT 1"
    )
    row = raw.execute(sql, (name, day.isoformat())).fetchone()
    return _import(row) if row else None


def after(raw: sqlite3.Connection, name: str, day: date) -> Import | None:
    """The first reading or removal of source `name` known later than `day`."""
    sql = (
        f"SELECT {_COLUMNS} FROM imports WHERE name = ? AND status IN ('ok', 'removed') AND known_on > ? "
        "ORDER BY known_on, id LIMIT 1"
    )
    row = raw.execute(sql, (name, day.isoformat())).fetchone()
    return _import(row) if row else None


def last_of_path(raw: sqlite3.Connection, path: str) -> Import | None:
    """What came of the last attempt to read this very path."""
    row = raw.execute(f"SELECT {_COLUMNS} FROM imports WHERE path = ? ORDER BY id DESC LIMIT 1", (path,)).fetchone()
    return _import(row) if row else None


def rows_of(raw: sqlite3.Connection, path: str) -> int | None:
    """How many rows this very path gave when it was read last, 0 if it was removed since; None if it never was."""
    sql = "SELECT rows FROM imports WHERE path = ? AND status IN ('ok', 'removed') ORDER BY id DESC LIMIT 1"
    row = raw.execute(sql, (path,)).fetchone()
    return int(row[0]) if row else None


def last_undated(raw: sqlite3.Connection, name: str) -> date | None:
    """The latest day on which an undated file of source `name` was read, failed or was removed."""
    sql = "SELECT max(known_on) FROM imports WHERE name = ? AND claimed = 0"
    (day,) = raw.execute(sql, (name,)).fetchone()
    return date.fromisoformat(day) if day else None


def ruling(raw: sqlite3.Connection, day: date, *, failed: bool = False) -> dict[str, Import]:
    """By source name, in order, the last reading or removal known on `day`; failed attempts too if asked for."""
    chosen = ", ".join(f"i.{column}" for column in _COLUMNS.split(", "))
    wanted = "" if failed else "AND status IN ('ok', 'removed')"
    sql = (
        f"SELECT {chosen} FROM (SELECT DISTINCT name FROM imports) AS n JOIN imports AS i ON i.id = ("
        f"SELECT id FROM imports WHERE name = n.name AND known_on <= ? {wanted} ORDER BY known_on DESC, id DESC LIMIT 1"
        ") ORDER BY n.name"
    )
    return {found.name: found for found in map(_import, raw.execute(sql, (day.isoformat(),)))}


def first_read(raw: sqlite3.Connection, day: date) -> dict[str, date]:
    """By source name the day on which a reading of it, known on `day`, was made first: by the clock of the reader,
    whatever day a drop claims."""
    sql = "SELECT name, min(read_at) FROM imports WHERE status = 'ok' AND known_on <= ? GROUP BY name"
    return {name: date.fromisoformat(read_at[:10]) for name, read_at in raw.execute(sql, (day.isoformat(),))}


def days(raw: sqlite3.Connection) -> tuple[date, ...]:
    """Every day on which some truth became known, ascending."""
    rows = raw.execute("SELECT DISTINCT known_on FROM imports WHERE status IN ('ok', 'removed') ORDER BY known_on")
    return tuple(date.fromisoformat(day) for (day,) in rows)
