"""The records of readings. They never change once written, so they are decoded once and shared between days.

A file that was read again says mostly what it said: of the reading that rules a source now only the rows are read that
are not those of the one before, and every other record is the very same object.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import chain, compress
from operator import attrgetter, is_
from typing import Any, NamedTuple

from cockpit.basics.garbage import uncollected
from cockpit.basics.text import one_line
from cockpit.records.model import KEYS, TABLES, Origin, Record, key_of
from cockpit.store import layout
from cockpit.store.codec import CODECS
from cockpit.store.errors import DamageError, sqlite3
from cockpit.store.imports import Import
from cockpit.store.layout import RowId
from cockpit.store.marks import Marks

Content = Mapping[str, tuple[Record, ...]]
"""Table → records in the order of the file."""
_Rows = Mapping[RowId, tuple[Any, ...]]
"""The verified values of rows."""


class _Standing(NamedTuple):
    """What a source says now: its reading, how far the store was read then, and the records."""

    reading: Import
    marks: Marks
    content: Content


class Contents:
    """The records of readings, decoded once. Keeps at most `limit` records, the longest unused go first."""

    def __init__(self, limit: int = 400_000) -> None:
        self._kept: OrderedDict[Import, Content] = OrderedDict()
        self._standing: dict[str, _Standing] = {}
        self._limit = limit
        self._size = 0

    def of(self, raw: sqlite3.Connection, reading: Import, now: Marks | None = None) -> Content:
        """Every record of the reading by table. `reading` must rule its day; with `now`, how far the store goes, it
        must rule its source."""
        before = self._standing.get(reading.name) if now is not None else None
        content = self._kept.get(reading)
        if before is not None and content is not before.content:
            # Even where another day was asked for it: its records are to be those that stood before.
            content = (before.content if before.reading == reading else _renewed(raw, reading, before)) or content
        content = content or _load(raw, reading)
        self._keep(reading, content)
        if now is not None:
            self._stands(_Standing(reading, now, content))
        return content

    def forget(self) -> None:
        """Keeps nothing."""
        self._kept.clear()
        self._standing.clear()
        self._size = 0

    def _keep(self, reading: Import, content: Content) -> None:
        self._size += _size(content) - _size(self._kept.pop(reading, {}))
        self._kept[reading] = content
        while self._size > self._limit and len(self._kept) > 1:
            self._size -= _size(self._kept.popitem(last=False)[1])

    def _stands(self, standing: _Standing) -> None:
        before = self._standing.get(standing.reading.name)
        self._standing[standing.reading.name] = standing
        if before is None or before.reading == standing.reading:
            return
        if before.reading.known_on == standing.reading.known_on and before.reading in self._kept:
            self._size -= _size(self._kept.pop(before.reading))  # it rules no day any more


class Joined:
    """The tables of all sources together. One of which no part is another is the very same tuple."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[list[tuple[Record, ...]], tuple[Record, ...]]] = {}

    def of(self, parts: Sequence[Content]) -> dict[str, Any]:
        """Table → the records of each part, one part after the other."""
        return {table: self._join(table, [found for part in parts if (found := part.get(table))]) for table in TABLES}

    def _join(self, table: str, parts: list[tuple[Record, ...]]) -> tuple[Record, ...]:
        if len(parts) < 2:
            return parts[0] if parts else ()
        before, joined = self._kept.get(table, ([], ()))
        if len(before) != len(parts) or not all(map(is_, before, parts)):
            joined = tuple(chain.from_iterable(parts))
            self._kept[table] = parts, joined
        return joined


def _size(content: Content) -> int:
    return sum(map(len, content.values()))


def columns(table: str, alias: str = "") -> str:
    """The columns of a record, for a query."""
    return ", ".join(f'{alias}"{column}"' for column in CODECS[table].columns)


@uncollected()
def _load(raw: sqlite3.Connection, reading: Import) -> Content:
    places = layout.load_plain(raw, reading.id)
    return {table: _load_table(raw, table, reading, places.pop(table)) for table in CODECS if table in places}


def _load_table(
    raw: sqlite3.Connection, table: str, reading: Import, places: Sequence[Sequence[Any]]
) -> tuple[Record, ...]:
    """The records of a table in the order of the file. `places` are as they are packed.

    Each is made as its row comes, so that nothing that is needed for a moment lies between what stays: memory would
    keep the holes.
    """
    codec = CODECS[table]
    day = reading.known_on.isoformat()
    rows = raw.execute(
        f"SELECT row_key, row_copy, content_hash, {columns(table)} FROM {table} "
        "WHERE source = ? AND known_from <= ? AND (closed_by IS NULL OR known_to > ?)",
        (reading.name, day, day),
    )
    at = {(place[0], place[1]): number for number, place in enumerate(places)}
    found: list[Record | None] = [None] * len(places)
    strange = 0
    for key, copy, digest, *values in rows:
        said, number = codec.verified(digest, values), at.get((key, copy))
        if number is None:
            strange += 1
        else:
            found[number] = codec.decode(said, layout.origin(places[number], reading.path))
    records = tuple(record for record in found if record is not None)
    if strange or len(records) != len(places):
        raise DamageError(
            f"{len(records) + strange} rows of {table} are kept of {one_line(reading.path)}, which had {len(places)}"
        )
    return records


@uncollected()
def _renewed(raw: sqlite3.Connection, reading: Import, before: _Standing) -> Content | None:
    """The content of the reading that rules a source now, from what the source said before and what changed since.

    None where the two do not fit together: then all of it must be read, which tells what is wrong.
    """
    old, stays = before.reading, (before.reading.layout, before.reading.path) == (reading.layout, reading.path)
    places = {} if stays else layout.load(raw, reading.id)
    found: dict[str, tuple[Record, ...]] = {}
    for table in before.content if stays else places:
        was = before.content.get(table, ())
        gone, fresh = _since(raw, table, old.name, before.marks)
        now = _patched(table, was, gone, fresh) if stays else _placed(table, was, gone, fresh, places[table])
        if now is None:
            return None
        found[table] = now
    return {table: found[table] for table in CODECS if table in found}


def _since(raw: sqlite3.Connection, table: str, source: str, marks: Marks) -> tuple[set[RowId], _Rows]:
    """The rows of a source that were closed since, and those that stand and did not then."""
    codec = CODECS[table]
    closed = raw.execute(
        f"SELECT row_key, row_copy FROM {table} WHERE source = ? AND closed_by > ?", (source, marks.reading)
    )
    gone = {RowId(*row) for row in closed}
    opened = raw.execute(  # the signs keep SQLite from going through all that stands of the source
        f"SELECT row_key, row_copy, content_hash, {columns(table)} FROM {table} "
        "WHERE version_id > ? AND +source = ? AND +closed_by IS NULL",
        (marks.version(table), source),
    )
    return gone, {RowId(key, copy): tuple(codec.verified(digest, values)) for key, copy, digest, *values in opened}


def _patched(table: str, was: tuple[Record, ...], gone: set[RowId], fresh: _Rows) -> tuple[Record, ...] | None:
    """Where every row stands where it stood."""
    if not fresh and not gone:
        return was
    at = _positions(table, was, {row.key for row in (*fresh, *gone)})
    if not (gone & at.keys()) <= fresh.keys() <= at.keys():
        return None  # what stood once between then and now is of no account
    found = list(was)
    for row_id, values in fresh.items():
        found[at[row_id]] = _same_or_new(table, was[at[row_id]], values, was[at[row_id]].origin)
    return tuple(found)


def _placed(
    table: str, was: tuple[Record, ...], gone: set[RowId], fresh: _Rows, places: Mapping[RowId, Origin | None]
) -> tuple[Record, ...] | None:
    """Where rows came, went or moved."""
    known = dict(_rows(table, was))
    if (known.keys() - gone) | fresh.keys() != places.keys():
        return None
    found: list[Record] = []
    for row_id, origin in places.items():
        old = known.get(row_id)
        if row_id in fresh:
            found.append(_same_or_new(table, old, fresh[row_id], origin))
        elif old is not None:
            found.append(old if old.origin == origin else CODECS[table].moved(old, origin))
    return tuple(found)


def _same_or_new(table: str, old: Record | None, values: tuple[Any, ...], origin: Origin | None) -> Record:
    new = CODECS[table].decode(values, origin)
    return old if old is not None and old == new and old.origin == new.origin else new


def _rows(table: str, records: tuple[Record, ...]) -> Iterator[tuple[RowId, Record]]:
    copies: Counter[str] = Counter()
    for record in records:
        key = key_of(table, record)
        yield RowId(key, copies[key]), record
        copies[key] += 1


def _positions(table: str, records: tuple[Record, ...], wanted: Collection[str]) -> dict[RowId, int]:
    """Where the rows with these keys stand among the records."""
    fields = KEYS.get(table, ("id",))
    firsts = map(attrgetter(fields[0]), records)
    starts = set(wanted) if len(fields) == 1 else {start for key in wanted for start in _starts(key)}
    near = compress(range(len(records)), map(starts.__contains__, firsts))  # no step of Python for each row
    found, copies = dict[RowId, int](), Counter[str]()
    for place in near:
        key = key_of(table, records[place])
        found[RowId(key, copies[key])] = place
        copies[key] += 1
    return found


def _starts(key: str) -> Iterator[str]:
    """What the first field of a key of several may be."""
    parts = key.split("|")
    return ("|".join(parts[:count]) for count in range(1, len(parts)))
