"""A reading that is told as a difference from the one before: only the rows that it names are looked at and written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from operator import itemgetter
from types import MappingProxyType
from typing import Any

from cockpit.records.difference import Difference
from cockpit.records.model import Origin, Problem
from cockpit.store import history, imports, layout
from cockpit.store.codec import CODECS
from cockpit.store.errors import sqlite3
from cockpit.store.history import Change, ImportResult, Row, Version
from cockpit.store.imports import Arrival, Import, Outcome
from cockpit.store.layout import Layout, RowId

Rows = Mapping[RowId, Row]


def apply(raw: sqlite3.Connection, arrival: Arrival, difference: Difference) -> ImportResult | None:
    """Brings a reading into the line of its source as `history.apply` would do it with the whole file.

    None where only the whole file can tell: then nothing was written. Needs an open write transaction.
    """
    current = imports.before(raw, arrival.name, arrival.known_on)
    if current is None or not _follows(raw, arrival, difference, current):
        return None
    rows = _rows(difference, arrival.path)
    change = None if rows is None else _compare(raw, arrival, difference, rows, current)
    if rows is None or change is None:
        return None
    total = current.rows - len(difference.gone) + len(rows)
    place = _layout(raw, arrival, difference, rows, current, total)
    if place is None:
        return None
    number = imports.add(raw, arrival, Outcome.OK, rows=total, problems=difference.problems, layout=place)
    told = {difference.table: change} if change.opened or change.closed else {}
    for table in told:
        history.write_change(raw, table, arrival, number, None, change)
    counts = {table: (len(change.opened), len(change.closed)) for table in told}
    opened, closed = len(change.opened), len(change.closed)
    return ImportResult(number, opened, closed, total - opened, MappingProxyType(counts))


def _follows(raw: sqlite3.Connection, arrival: Arrival, difference: Difference, current: Import) -> bool:
    """Whether the difference starts from what rules, and this is the newest word of its source and another one."""
    same = (current.id, current.status, current.path) == (difference.before, Outcome.OK, arrival.path)
    news = current.sha256 != arrival.sha256 and arrival.drop is None and not current.claimed
    return same and news and imports.after(raw, arrival.name, arrival.known_on) is None


def _rows(difference: Difference, path: str) -> Rows | None:
    """The new rows, ready to be kept; None where one can't be kept, or stands twice."""
    problems: list[Problem] = []
    rows = history.prepare_table(CODECS[difference.table], difference.records, path, problems)
    return None if problems or any(row_id.copy for row_id in rows) else rows


def _compare(
    raw: sqlite3.Connection, arrival: Arrival, difference: Difference, rows: Rows, current: Import
) -> Change | None:
    """What the rows named by the difference change; None where what stands is not what it expects."""
    gone = set(difference.gone.values())
    keys = json.dumps([*gone, *(row_id.key for row_id in rows)])
    found = raw.execute(
        f"SELECT row_key, row_copy, version_id, content_hash, closed_by FROM {difference.table} "
        # The signs keep SQLite from going through all that stands of the source.
        "WHERE +source = ? AND +closed_by IS NULL AND row_key IN (SELECT value FROM json_each(?))",
        (arrival.name, keys),
    )
    standing = {RowId(key, copy): Version(*rest) for key, copy, *rest in found}
    if standing.keys() != {RowId(key, 0) for key in gone} or len(gone) != len(difference.gone):
        return None
    same = {row_id for row_id, row in rows.items() if row_id in standing and standing[row_id].digest == row.digest}
    opened = {row_id: row for row_id, row in rows.items() if row_id not in same}
    closed = {row_id: version for row_id, version in standing.items() if row_id not in same}
    return Change(opened, closed, current.rows - len(gone) + len(same))


def _layout(
    raw: sqlite3.Connection, arrival: Arrival, difference: Difference, rows: Rows, current: Import, total: int
) -> bytes | None:
    """The hash of the layout, which is kept; None where another table stood in it, or no row is left."""
    stood = sorted((row, key) for row, key in difference.gone.items())
    stand = sorted((_row_of(row.origin), row_id.key) for row_id, row in rows.items())
    if stood == stand and not difference.moved and not difference.shift and total:
        return current.layout
    packed = _moved(layout.load_plain(raw, current.id), arrival, difference, rows)
    if packed is None:
        return None
    layout.keep(raw, packed)
    return packed.hash


def _row_of(origin: Origin | None) -> int:
    return 0 if origin is None or origin.row is None else origin.row


def _moved(plain: Mapping[str, list[list[Any]]], arrival: Arrival, difference: Difference, rows: Rows) -> Layout | None:
    table, gone = difference.table, difference.gone
    if set(plain) != {table}:
        return None
    kept = [place for place in plain[table] if place[2] not in gone]
    for place in kept:
        place[2] = difference.row_now(int(place[2]))
    came = [list(layout.place(row_id, row.origin, arrival.path)) for row_id, row in rows.items()]
    places = sorted([*kept, *came], key=itemgetter(2))
    return layout.packed({table: places}) if places else None
