"""Everything that is kept, looked at: what is not as Cockpit wrote it, in sentences. For `cockpit doctor`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import date
from itertools import islice
from typing import Any

from cockpit.basics.text import one_line
from cockpit.store import breaches, imports, layout, outbox, requests, settings, statements
from cockpit.store.codec import CODECS
from cockpit.store.contents import Contents
from cockpit.store.errors import DAMAGE, DamageError, sqlite3
from cockpit.store.imports import Outcome

MOST = 5
"""Findings of one kind that are told one by one."""


def check(raw: sqlite3.Connection) -> tuple[str, ...]:
    """What is wrong with the content of a store, a sentence each; nothing when all is as it was written."""
    looks: tuple[Callable[[sqlite3.Connection], Iterator[str]], ...] = (_pages, _references, _rows, _days)
    looks += (_layouts, _readings, _statements, _others)
    found: list[str] = []
    for look in looks:
        found += _told(look, raw)
    return tuple(dict.fromkeys(found))


def _told(look: Callable[[sqlite3.Connection], Iterator[str]], raw: sqlite3.Connection) -> list[str]:
    told: list[str] = []
    sentences = look(raw)
    try:
        told += islice(sentences, MOST)
        more = sum(1 for _ in sentences)
    except (sqlite3.Error, *DAMAGE) as error:
        return [*told, f"It can't be read to its end: {one_line(str(error))}."]
    return [*told, f"{more} more like the last one."] if more else told


def _pages(raw: sqlite3.Connection) -> Iterator[str]:
    for (said,) in raw.execute("PRAGMA integrity_check(20)"):
        if said != "ok":
            yield f"SQLite finds: {one_line(said)}."


def _references(raw: sqlite3.Connection) -> Iterator[str]:
    for table, row, parent, _ in raw.execute("PRAGMA foreign_key_check"):
        yield f"Row {row} of {table} names a row of {parent} that is not there."


def _rows(raw: sqlite3.Connection) -> Iterator[str]:
    """Every version of every row that was ever kept, also those that no day shows any more."""
    for table, codec in CODECS.items():
        columns = ", ".join(f'"{column}"' for column in codec.columns)
        for source, since, digest, *values in raw.execute(
            f"SELECT source, known_from, content_hash, {columns} FROM {table} ORDER BY version_id"
        ):
            try:
                codec.decode(codec.verified(digest, values), None)
            except DamageError as error:
                yield f"Source {one_line(source)}, known from {one_line(since, 10)}: {error}."
            except DAMAGE as error:
                yield f"Source {one_line(source)}, table {table}: a row can't be read ({type(error).__name__})."


def _days(raw: sqlite3.Connection) -> Iterator[str]:
    """A version names the readings that opened and closed it, and repeats their days."""
    for table in CODECS:
        sql = (
            f"SELECT v.source, v.row_key FROM {table} AS v JOIN imports AS o ON o.id = v.opened_by "
            "LEFT JOIN imports AS c ON c.id = v.closed_by "
            "WHERE o.name != v.source OR o.known_on != v.known_from OR c.known_on IS NOT v.known_to "
            "OR coalesce(c.name, v.source) != v.source ORDER BY v.version_id"
        )
        for source, key in raw.execute(sql):
            yield f"Source {one_line(source)}, {table} “{one_line(key, 60)}”: its days are not those of its readings."


def _layouts(raw: sqlite3.Connection) -> Iterator[str]:
    for mark, data in raw.execute("SELECT hash, data FROM layouts"):
        try:
            layout.unpack(layout.verified(mark, data), "")
        except DAMAGE as error:
            yield f"Layout {mark.hex()}: {_reason(error)}."


def _readings(raw: sqlite3.Connection) -> Iterator[str]:
    """Each source, as of each day on which it was read: all the rows are there that its file had."""
    contents = Contents(limit=1)
    for day in imports.days(raw):
        for reading in imports.ruling(raw, day).values():
            if reading.known_on != day or reading.status is not Outcome.OK:
                continue
            try:
                rows = sum(map(len, contents.of(raw, reading).values()))
                if rows != reading.rows:
                    raise DamageError(f"{rows} rows are kept of a file that had {reading.rows}")
            except DAMAGE as error:
                yield f"{one_line(reading.path)}, read for {reading.known_on}: {_reason(error)}."


def _statements(raw: sqlite3.Connection) -> Iterator[str]:
    rows = raw.execute("SELECT id, payload, verdict, type, signer, key FROM statements ORDER BY rowid")
    for number, payload, verdict, *columns in rows:
        name = f"Statement {one_line(number, 12)}"
        if hashlib.sha256(payload).hexdigest() != number:
            yield f"{name}: its id is not the hash of what was signed; it counts for nothing."
        elif not verdict and columns != _signed(payload, columns):
            yield f"{name}: a column says something else than what was signed, which alone counts."


def _others(raw: sqlite3.Connection) -> Iterator[str]:
    """What has no hash can be read at least."""
    reads: dict[str, Callable[[], object]] = {
        "statements": lambda: statements.known(raw, None),
        "requests": lambda: requests.known(raw),
        "breaches": lambda: breaches.lives(raw, None),
        "settings": lambda: settings.known(raw, date.max),
        "messages": lambda: (outbox.known(raw), tuple(outbox.failures(raw))),
    }
    for table, read in reads.items():
        try:
            read()
        except DAMAGE as error:
            yield f"The {table} can't be read: {_reason(error)}."


def _signed(payload: bytes, otherwise: list[Any]) -> list[Any]:
    """Type, signer and key as they were signed; `otherwise` where the payload is no statement."""
    try:
        said = json.loads(payload)
        return [said[name] for name in ("type", "signer", "key")]
    except DAMAGE:
        return otherwise


def _reason(error: BaseException) -> str:
    return (
        str(error)
        if isinstance(error, DamageError)
        else f"something in it is not as it was written ({type(error).__name__})"
    )
