"""Where the rows of one reading stood in their file: order, row numbers, sheets.

A place is no fact. Kept beside the row versions, once for each reading, it lets rows move without a new version and
still gives every past date the row numbers of the file that was read then.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from cockpit.records.model import Origin
from cockpit.store.errors import DamageError, sqlite3


class RowId(NamedTuple):
    """Which row of a table of one source: its key, and a number where one file has the key more than once."""

    key: str
    copy: int


class Layout(NamedTuple):
    """The packed places of one reading. `hash` is equal when every row stands where it stood."""

    hash: bytes
    data: bytes


Place = tuple[str, int, int | None, str, str | None]


def packed(plain: Mapping[str, Sequence[Sequence[Any]]]) -> Layout:
    """Places as `place` gives them, by table in the order of the file, packed."""
    text = json.dumps(plain, separators=(",", ":"), sort_keys=True).encode()
    return Layout(hashlib.blake2b(text, digest_size=16).digest(), zlib.compress(text, 1))


def place(row: RowId, origin: Origin | None, path: str) -> Place:
    """A row's key, copy and place: row, sheet, and its file where that is not `path`, that of the reading, so that
    drops can share a layout (None: it has no place)."""
    if origin is None:
        return (row.key, row.copy, None, "", None)
    return (row.key, row.copy, origin.row, origin.sheet, "" if origin.path == path else origin.path)


LARGEST = 256 << 20
"""Bytes of the largest layout that is unpacked: some millions of rows."""


def verified(mark: bytes, data: bytes) -> bytes:
    """The text of a packed layout. Raises DamageError where it is not the one that was packed."""
    unpacking = zlib.decompressobj()
    text = unpacking.decompress(data, LARGEST)
    if unpacking.unconsumed_tail or hashlib.blake2b(text, digest_size=16).digest() != mark:
        raise DamageError("where the rows of a file stood is not as it was kept (its hash does not fit)")
    return text


def unpack(text: bytes, path: str) -> dict[str, dict[RowId, Origin | None]]:
    """By table the place of each row, in the order of the file."""
    plain = json.loads(text)
    return {table: {RowId(row[0], row[1]): origin(row, path) for row in rows} for table, rows in plain.items()}


def origin(place: Sequence[Any], path: str) -> Origin | None:
    """Where a row stands, from its place as it is packed in a layout of the file `path`."""
    _, _, row, sheet, own = place
    return None if own is None else Origin(own or path, row, sheet)


def keep(raw: sqlite3.Connection, layout: Layout) -> None:
    """Stores a layout unless it is there."""
    raw.execute("INSERT OR IGNORE INTO layouts (hash, data) VALUES (?, ?)", layout)


def load(raw: sqlite3.Connection, import_id: int) -> dict[str, dict[RowId, Origin | None]]:
    """The places of one import; nothing for a removal or a failed reading."""
    sql = "SELECT hash, data, path FROM imports JOIN layouts ON layouts.hash = imports.layout WHERE id = ?"
    found = raw.execute(sql, (import_id,)).fetchone()
    return unpack(verified(found[0], found[1]), found[2]) if found else {}


def load_plain(raw: sqlite3.Connection, import_id: int) -> dict[str, list[list[Any]]]:
    """The places of one import as they are packed; nothing for a removal or a failed reading."""
    sql = "SELECT hash, data FROM imports JOIN layouts ON layouts.hash = imports.layout WHERE id = ?"
    found = raw.execute(sql, (import_id,)).fetchone()
    return dict(json.loads(verified(found[0], found[1]))) if found else {}
