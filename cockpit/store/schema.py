"""The tables of the store, their version, and whether a file is a store at all."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from cockpit.store import backup, shape
from cockpit.store.codec import CODECS
from cockpit.store.connection import Connection
from cockpit.store.errors import StoreError, sqlite3

if TYPE_CHECKING:
    from sqlite_utils import Database

APPLICATION_ID = 0x436B7074
"""In the file's header: this SQLite database is a Cockpit store."""

KEEPING: dict[str, type] = {
    "version_id": int,
    "source": str,
    "row_key": str,
    "row_copy": int,
    "opened_by": int,
    "closed_by": int,
    "known_from": str,
    "known_to": str,
    "content_hash": bytes,
}
"""The columns that a row version has besides those of its record. `row_copy` tells equal keys of one source apart."""

IMPORTS: dict[str, type] = {
    "id": int,
    "name": str,
    "path": str,
    "format": str,
    "sha256": str,
    "drop_date": str,
    "known_on": str,
    "read_at": str,
    "claimed": int,
    "rows": int,
    "status": str,
    "problems": str,
    "layout": bytes,
}

STATEMENTS: dict[str, type] = {
    "id": str,
    "signature": str,
    "payload": bytes,
    "type": str,
    "signer": str,
    "key": str,
    "signed_at": str,
    "signed_on": str,
    "parents": str,
    "body": str,
    "verdict": str,
    "received_at": str,
}

REQUESTS: dict[str, type] = {"statement": str, "signer": str, "subject": str, "meaning": str, "asked_at": str}

BREACHES: dict[str, type] = {"id": int, "key": str, "raised_at": str, "cleared_at": str}

MESSAGES: dict[str, type] = {
    "id": str,
    "person": str,
    "kind": str,
    "day": str,
    "digest": int,
    "critical": int,
    "made_at": str,
    "subject": str,
    "body": str,
    "data": str,
}
TELLINGS: dict[str, type] = {
    "number": int,
    "message": str,
    "person": str,
    "key": str,
    "root": str,
    "title": str,
    "critical": int,
    "told": str,
    "owed": str,
    "cleared_by": str,
}
"""`cleared_by`: the message that told that the breach stands no more; empty while it has not been told."""
WATCHED: dict[str, type] = {"key": str}
"""The breaches that the service has told of in its own log and that stand as far as it knows."""
DELIVERIES: dict[str, type] = {
    "message": str,
    "channel": str,
    "state": str,
    "attempts": int,
    "next_try": str,
    "holder": str,
    "leased_until": str,
    "error": str,
    "done_at": str,
}

SETTINGS: dict[str, type] = {"id": int, "name": str, "value": str, "known_on": str, "first": int}
"""What the charter said of one setting from a day on; no value where it said nothing."""


def _create_first(db: Database) -> None:
    """Version 1: imports, layouts, one table of row versions for each table of the vocabulary, statements, breaches.

    Without the columns that later versions add, so that a new store goes the same way as every older one.
    """
    later = {(table, column) for table, column, _ in LATER}
    _create(db, "layouts", {"hash": bytes, "data": bytes}, pk="hash", not_null={"data"})
    optional = {"drop_date", "layout"}
    _create(
        db,
        "imports",
        IMPORTS,
        pk="id",
        not_null=set(IMPORTS) - optional - {"id"},
        foreign_keys=[("layout", "layouts", "hash")],
    )
    _index(db, "imports", ["name", "known_on", "id"])
    _index(db, "imports", ["path", "id"])
    for codec in CODECS.values():
        _create(
            db,
            codec.table,
            KEEPING | {name: kind for name, kind in codec.columns.items() if (codec.table, name) not in later},
            pk="version_id",
            not_null=set(KEEPING) - {"version_id", "closed_by", "known_to"},
            foreign_keys=[("opened_by", "imports", "id"), ("closed_by", "imports", "id")],
        )
        _index(db, codec.table, ["source", "closed_by"])
    _create(db, "statements", STATEMENTS, pk=("id", "signature"), not_null=set(STATEMENTS))
    _create(db, "breaches", BREACHES, pk="id", not_null={"key", "raised_at"})
    _index(db, "breaches", ["cleared_at"])


def _create(db: Database, name: str, columns: dict[str, type], **options: Any) -> None:
    db.table(name).create(columns, strict=True, **options)


def _index(db: Database, name: str, columns: list[str]) -> None:
    db.table(name).create_index(columns)


_SECOND = (
    ("work_items", "terms", "NULL"),
    ("projects", "method", "NULL"),
    ("links", "lag_calendar", "''"),
    ("calendars", "weeks", "'[]'"),
)
"""Table, column and what the rows hold in it that were kept before there was one."""

_FIFTH = (("work_items", "same_as", "''"), ("projects", "same_as", "''"))
"""As above."""

LATER = _SECOND + _FIFTH
"""Every column that the vocabulary gained after version 1."""


def _add_second(db: Database) -> None:
    """Version 2: what planning programs say of their schedules."""
    for table, column, default in _SECOND:
        _add(db, table, column, default)


def _add(db: Database, table: str, column: str, default: str) -> None:
    """Adds a column of text."""
    db.execute(f'ALTER TABLE "{table}" ADD COLUMN "{column}" TEXT DEFAULT {default}')


def _add_third(db: Database) -> None:
    """Version 3: the signatures that were asked for."""
    _create(db, "requests", REQUESTS, pk="statement", not_null=set(REQUESTS))


def _add_fourth(db: Database) -> None:
    """Version 4: the outbox."""
    _create(db, "messages", MESSAGES, pk="id", not_null=set(MESSAGES))
    parent = [("message", "messages", "id")]
    _create(db, "tellings", TELLINGS, pk="number", not_null=set(TELLINGS) - {"number"}, foreign_keys=parent)
    _create(db, "deliveries", DELIVERIES, pk=("message", "channel"), not_null=set(DELIVERIES), foreign_keys=parent)
    _create(db, "watched", WATCHED, pk="key", not_null=set(WATCHED))
    _index(db, "messages", ["person", "day"])
    _index(db, "tellings", ["cleared_by", "person"])
    _index(db, "tellings", ["message"])
    _index(db, "deliveries", ["state", "next_try"])


def _add_fifth(db: Database) -> None:
    """Version 5: which row of another source is the same."""
    for table, column, default in _FIFTH:
        _add(db, table, column, default)


def _add_sixth(db: Database) -> None:
    """Version 6: what the charter said before."""
    _create(db, "settings", SETTINGS, pk="id", not_null=set(SETTINGS) - {"id", "value"})


def _add_seventh(db: Database) -> None:
    """Version 7: the versions of a row are found by its key."""
    for table in CODECS:
        _index(db, table, ["row_key"])


MIGRATIONS: tuple[shape.Migration, ...] = (
    _create_first, _add_second, _add_third, _add_fourth, _add_fifth, _add_sixth, _add_seventh,
)  # fmt: skip
"""Number n brings a store from version n to n + 1. Released ones never change; a new one is added at the end."""

DIGESTS = (
    "d0ffd86ee8578e7fa505f96a6ee45184f1f20a4bb5474734af9f0ba925f5a6e7",
    "305141191ed1564ef248700e9407e32834933aa8f9c8b29cb5d4d49fb2cc87ec",
    "b3b24467c9c45a8a683fea2aade909ebd72319a811f9b37baf0136f8650ad424",
    "aa6cfe8759f63ed936414a1b6b76c04caa2361f50216c5cb4a3d58e60c5d6ea9",
    "81b840542c6065c98663c843ca0b2d18d6c14fd74c61023668e7452b28e0a0ac",
    "7315986ffc12e124fa8d2f00ccc5b2226a22dffa887896cc24426b4a4fa69cda",
    "249aa701046cf2410eff1a41668c4e80fc550598288533496f0ac2eb8442b719",
)
"""Of the schema that each of them leaves behind, so that a store of ours is known without making one to compare."""

VERSION = len(MIGRATIONS)


def guard(path: Path, raw: sqlite3.Connection) -> None:
    """Raises StoreError unless the file is empty, or a store exactly as Cockpit makes it."""
    found = _version(path, raw)
    if found and (strange := shape.strange(raw, MIGRATIONS[:found], DIGESTS[found - 1])):
        raise StoreError(
            f"{path}: this file is not as a Cockpit store of version {found} is made: {strange}. Another program put "
            "that there, and what is in the file can't be trusted. It was left as it is; move it away and restore a "
            "backup, or import the files again into a new store."
        )


def version_of(connection: Connection) -> int:
    """The version of the store, 0 for an empty file. Raises StoreError for what is no store, or too new."""
    return connection.read("read the store", lambda raw: _version(connection.path, raw))


def prepare(connection: Connection) -> str:
    """Makes a new store, or brings an older one up to date. Raises StoreError.

    What people should know of it as a sentence: where the copy of the older store is. Empty where there is nothing.
    """
    found = version_of(connection)
    if found != VERSION and connection.read_only:
        raise StoreError(
            f"{connection.path}: the store must be set up or brought up to date first, and this user may only read it. "
            "Let somebody who may write the folder open it once."
        )
    if not connection.read_only:
        try:
            connection.use_wal()
        except sqlite3.Error as error:
            raise connection.explained(error, "make the store") from error
    return "" if found == VERSION else _migrate(connection)


def _migrate(connection: Connection) -> str:
    said = ""
    with connection.write("set up the store") as raw:
        # Another process may have done it since the first look.
        found = _version(connection.path, raw)
        if 0 < found < VERSION:
            copy = backup.keep(connection.path, found)
            said = (
                f"{connection.path} was brought from version {found} to version {VERSION}. As it was before it is kept "
                f"in {copy.name}; delete that when all is well."
            )
        for migration in MIGRATIONS[found:]:
            migration(connection.database)
        raw.execute(f"PRAGMA application_id={APPLICATION_ID}")
        raw.execute(f"PRAGMA user_version={VERSION}")
        guard(connection.path, raw)
    return said


def _version(path: Path, raw: sqlite3.Connection) -> int:
    """The version of the store in the file, 0 for an empty file."""
    identity, version, objects = (
        int(raw.execute(sql).fetchone()[0])
        for sql in ("PRAGMA application_id", "PRAGMA user_version", "SELECT count(*) FROM sqlite_master")
    )
    if identity == 0 and version == 0 and objects == 0:
        return 0
    if identity != APPLICATION_ID or version < 1:
        raise StoreError(
            f"{path}: this is a SQLite database of another program, not a Cockpit store. It was left as it is; move it "
            "away, a new store is made in its place."
        )
    if version > VERSION:
        raise StoreError(
            f"{path}: a newer Cockpit wrote this store (version {version}, this one knows up to {VERSION}). "
            "Install the newer Cockpit; nothing was changed."
        )
    return version
