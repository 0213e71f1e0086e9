"""History by import: a reading closes row versions and opens new ones; no fact is edited in place.

A version says: in this source this row read so from one reading of the line up to, not including, another. `opened_by`
and `closed_by` name the two readings, `known_from` and `known_to` repeat their days. A version whose days are equal
was superseded by another reading of the same day: it stays in history and answers for no day.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import field
from types import MappingProxyType
from typing import NamedTuple

from cockpit.basics.classes import dataclass
from cockpit.records.model import TABLES, Batch, Origin, Problem, Record, key_of
from cockpit.store import imports, layout
from cockpit.store.codec import CODECS, Codec
from cockpit.store.errors import sqlite3
from cockpit.store.imports import Arrival, Import, Outcome
from cockpit.store.layout import Layout, RowId
from cockpit.store.schema import KEEPING


@dataclass(frozen=True)
class ImportResult:
    """What a reading changed: rows opened, closed and found as before; `tables` has (opened, closed) where not (0, 0).

    A changed row counts as one closed and one opened. `import_id` is None if the reading told nothing new and was
    not written down.
    """

    import_id: int | None
    opened: int
    closed: int
    unchanged: int
    tables: Mapping[str, tuple[int, int]] = field(default_factory=lambda: MappingProxyType({}))


class Row(NamedTuple):
    """A record ready to be kept, and where it stands."""

    digest: bytes
    values: tuple[object, ...]
    origin: Origin | None


@dataclass(frozen=True)
class Prepared:
    """A batch ready to be compared and written, so that the write lock is held no longer than needed."""

    tables: Mapping[str, Mapping[RowId, Row]]
    layout: Layout
    problems: tuple[Problem, ...]
    rows: int


class Version(NamedTuple):
    """A version that a reading meets: `closed_by` is the reading that already closed it, if the new one comes late."""

    version_id: int
    digest: bytes
    closed_by: int | None


class Change(NamedTuple):
    """What a reading does to one table of its source."""

    opened: dict[RowId, Row]
    closed: dict[RowId, Version]
    unchanged: int


def prepare(batch: Batch, path: str) -> Prepared:
    """Encodes and hashes a batch. A record that can't be kept becomes a problem and costs no other."""
    problems = list(batch.problems)
    tables: dict[str, dict[RowId, Row]] = {}
    for table, records in batch.records.items():
        if table not in TABLES:
            raise ValueError(f"{path}: there is no table {table!r}; known are {', '.join(TABLES)}")
        if rows := prepare_table(CODECS[table], records, path, problems):
            tables[table] = rows
    places = {table: [layout.place(at, row.origin, path) for at, row in rows.items()] for table, rows in tables.items()}
    return Prepared(tables, layout.packed(places), tuple(problems), sum(map(len, tables.values())))


def prepare_table(codec: Codec, records: Iterable[Record], path: str, problems: list[Problem]) -> dict[RowId, Row]:
    """Encodes and hashes the rows of one table, in their order; what can't be kept becomes a problem."""
    rows: dict[RowId, Row] = {}
    copies: Counter[str] = Counter()
    for record in records:
        key = key_of(codec.table, record)
        try:
            values = codec.encode(record)
            row = Row(codec.digest(values), values, record.origin)
        except (ValueError, TypeError, AttributeError, OverflowError) as error:
            problems.append(_unfit(record, path, error))
            continue
        row_id = RowId(key, copies[key])
        copies[key] += 1
        rows[row_id] = row
    return rows


def _unfit(record: Record, path: str, error: Exception) -> Problem:
    reason = "it has text that is no valid Unicode" if isinstance(error, UnicodeError) else str(error)
    return Problem(record.origin or Origin(path), f"the row can't be kept: {reason}. Correct it in the source.")


def apply(raw: sqlite3.Connection, arrival: Arrival, prepared: Prepared, status: Outcome = Outcome.OK) -> ImportResult:
    """Brings a reading into the line of its source, at its place. Needs an open write transaction."""
    current = imports.before(raw, arrival.name, arrival.known_on)
    following = imports.after(raw, arrival.name, arrival.known_on)
    changes = {table: _compare(raw, table, arrival, prepared, late=following is not None) for table in CODECS}
    unchanged = sum(change.unchanged for change in changes.values())
    moved = {table: (len(c.opened), len(c.closed)) for table, c in changes.items() if c.opened or c.closed}
    if not moved and current and _tells_nothing(raw, arrival, prepared, current):
        return ImportResult(None, 0, 0, unchanged)
    number = _write_down(raw, arrival, prepared, status)
    for table in moved:
        write_change(raw, table, arrival, number, following, changes[table])
    opened, closed = (sum(count[side] for count in moved.values()) for side in (0, 1))
    return ImportResult(number, opened, closed, unchanged, MappingProxyType(moved))


def _write_down(raw: sqlite3.Connection, arrival: Arrival, prepared: Prepared, status: Outcome) -> int:
    layout.keep(raw, prepared.layout)
    return imports.add(
        raw, arrival, status, rows=prepared.rows, problems=prepared.problems, layout=prepared.layout.hash
    )


def _tells_nothing(raw: sqlite3.Connection, arrival: Arrival, prepared: Prepared, current: Import) -> bool:
    """Whether the very file that rules was merely read again: that confirms nothing."""
    last = imports.last_of_path(raw, arrival.path)
    return (
        last is not None
        and last.id == current.id
        and current.sha256 == arrival.sha256
        and current.layout == prepared.layout.hash
        and current.problems == prepared.problems
    )


def _compare(raw: sqlite3.Connection, table: str, arrival: Arrival, prepared: Prepared, *, late: bool) -> Change:
    """The rows that differ from what was known just before this reading's place in the line."""
    day = arrival.known_on.isoformat()
    sql = f"SELECT row_key, row_copy, version_id, content_hash, closed_by FROM {table} WHERE source = ? AND "
    if late:
        found = raw.execute(f"{sql} known_from <= ? AND (closed_by IS NULL OR known_to > ?)", (arrival.name, day, day))
    else:
        found = raw.execute(f"{sql} closed_by IS NULL", (arrival.name,))
    standing = {RowId(key, copy): Version(*rest) for key, copy, *rest in found}
    rows = prepared.tables.get(table, {})
    same = {row_id for row_id, row in rows.items() if row_id in standing and standing[row_id].digest == row.digest}
    opened = {row_id: row for row_id, row in rows.items() if row_id not in same}
    return Change(opened, {row_id: version for row_id, version in standing.items() if row_id not in same}, len(same))


def write_change(
    raw: sqlite3.Connection, table: str, arrival: Arrival, number: int, following: Import | None, change: Change
) -> None:
    """Closes and opens the versions of one table. `following` is the next reading in the line, if this comes late."""
    day = arrival.known_on.isoformat()
    if following is not None:
        _reopen(raw, table, following, [v.version_id for v in change.closed.values() if v.closed_by != following.id])
    raw.executemany(
        f"UPDATE {table} SET closed_by = ?, known_to = ? WHERE version_id = ?",
        [(number, day, version.version_id) for version in change.closed.values()],
    )
    until = (following.id, following.known_on.isoformat()) if following else (None, None)
    columns = [name for name in KEEPING if name != "version_id"] + list(CODECS[table].columns)
    raw.executemany(
        f"INSERT INTO {table} ({_names(columns)}) VALUES ({','.join('?' * len(columns))})",
        [
            (arrival.name, row_id.key, row_id.copy, number, until[0], day, until[1], row.digest, *row.values)
            for row_id, row in change.opened.items()
        ],
    )


def _reopen(raw: sqlite3.Connection, table: str, following: Import, versions: list[int]) -> None:
    """A late reading ends these versions, but the next one in the line had read the same rows again as they were."""
    kept = ["source", "row_key", "row_copy", "closed_by", "known_to", "content_hash", *CODECS[table].columns]
    raw.executemany(
        f"INSERT INTO {table} (opened_by, known_from, {_names(kept)}) "
        f"SELECT ?, ?, {_names(kept)} FROM {table} WHERE version_id = ?",
        [(following.id, following.known_on.isoformat(), version) for version in versions],
    )


def _names(columns: Iterable[str]) -> str:
    return ", ".join(f'"{column}"' for column in columns)
