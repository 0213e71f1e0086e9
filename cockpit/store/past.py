"""Every version of a row that was ever kept, those that never counted too: nothing that a file said is obscured."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any

from cockpit.records.model import Origin
from cockpit.records.past import Look, RowVersion
from cockpit.store import layout, queries
from cockpit.store.codec import CODECS
from cockpit.store.errors import sqlite3
from cockpit.store.layout import RowId
from cockpit.store.statements import utc

_KEPT = "source, row_key, row_copy, opened_by, closed_by, known_to"


def versions(
    raw: sqlite3.Connection, table: str, column: str, names: Collection[str], day: date
) -> tuple[RowVersion, ...]:
    """The versions of the rows of a table whose `column` has one of these names, known on `day` or before.

    They come row by row, each row's oldest first.
    """
    codec = CODECS[table]
    columns = ", ".join(f'v."{name}"' for name in codec.columns)
    kept = ", ".join(f"v.{name}" for name in _KEPT.split(", "))
    rows = raw.execute(
        f"SELECT {kept}, {queries.COUNTS}, v.content_hash, {columns} FROM {table} AS v "
        f'WHERE v."{column}" IN (SELECT value FROM json_each(?)) AND v.known_from <= ? '
        "ORDER BY v.source, v.row_key, v.row_copy, v.known_from, v.opened_by",
        (json.dumps(sorted(names)), day.isoformat()),
    ).fetchall()
    looks = _looks(raw, {number for row in rows for number in row[3:5] if number is not None})
    places = _places(raw, table, ((row[3], RowId(row[1], row[2])) for row in rows))
    return tuple(_version(table, row, looks, places, day) for row in rows)


def _version(
    table: str,
    row: tuple[Any, ...],
    looks: dict[int, Look],
    places: dict[tuple[int, RowId], Origin | None],
    day: date,
) -> RowVersion:
    source, key, copy, opened_by, closed_by, known_to, counted, digest, *values = row
    opened = looks[opened_by]
    closed = looks[closed_by] if closed_by is not None and date.fromisoformat(known_to) <= day else None
    place = places[opened_by, RowId(key, copy)] or Origin(opened.path)
    return RowVersion(
        table=table,
        line=(source, key, copy),
        record=CODECS[table].decode(CODECS[table].verified(digest, values), place),
        opened=opened,
        closed=closed,
        counted=bool(counted),
    )


def _looks(raw: sqlite3.Connection, numbers: Iterable[int]) -> dict[int, Look]:
    sql = (
        "SELECT id, path, known_on, claimed, read_at FROM imports WHERE id IN (SELECT value FROM json_each(?)) "
        "ORDER BY id"
    )
    return {
        number: Look(
            number=number,
            path=path,
            known_on=date.fromisoformat(known_on),
            claimed=bool(claimed),
            read_at=utc(datetime.fromisoformat(read_at)),
        )
        for number, path, known_on, claimed, read_at in raw.execute(sql, (json.dumps(sorted(numbers)),))
    }


def _places(
    raw: sqlite3.Connection, table: str, rows: Iterable[tuple[int, RowId]]
) -> dict[tuple[int, RowId], Origin | None]:
    """Where each of these rows stood in the file of the reading that is named with it."""
    wanted: dict[int, set[RowId]] = defaultdict(set)
    for number, row_id in rows:
        wanted[number].add(row_id)
    found: dict[tuple[int, RowId], Origin | None] = {}
    for number, row_ids in wanted.items():
        # One at a time: each holds the place of every row of its file.
        places = layout.load(raw, number).get(table, {})
        found |= {(number, row_id): places.get(row_id) for row_id in row_ids}
    return found
