"""Statements at rest: added, never changed, never removed."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from cockpit.records.model import Statement
from cockpit.store.errors import DamageError, sqlite3
from cockpit.store.schema import STATEMENTS

LARGEST = 1 << 20
"""Bytes of the largest payload that is read back; what is signed is at most 64 KiB."""


def add(raw: sqlite3.Connection, statement: Statement, received_at: datetime) -> bool:
    """Keeps a statement and tells whether it was new. Needs an open write transaction.

    The id is the hash of the payload, so a statement comes in once. Only a good signature (empty verdict) is kept
    beside bad ones over the same payload: a forged file that arrives first can't shut the true one out. What was kept
    with a verdict and turns out to be good (a parent or a key has come) is good from then on.
    """
    known = dict(raw.execute("SELECT signature, verdict FROM statements WHERE id = ?", (statement.id,)).fetchall())
    if known and (statement.verdict or "" in known.values()):
        return False
    if statement.signature in known:
        raw.execute(
            "UPDATE statements SET verdict = '' WHERE id = ? AND signature = ?", (statement.id, statement.signature)
        )
        return True
    raw.execute(
        f"INSERT INTO statements ({', '.join(STATEMENTS)}) VALUES ({','.join('?' * len(STATEMENTS))})",
        _values(statement, received_at),
    )
    return True


def put(raw: sqlite3.Connection, statement: Statement, received_at: datetime) -> None:
    """Keeps a statement whatever is kept over the same payload already. Needs an open write transaction.

    For who has judged what is there: a row of the same id and signature whose bytes were changed is set right.
    """
    rest = [name for name in STATEMENTS if name not in ("id", "signature", "received_at")]
    raw.execute(
        f"INSERT INTO statements ({', '.join(STATEMENTS)}) VALUES ({','.join('?' * len(STATEMENTS))}) "
        f"ON CONFLICT (id, signature) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in rest)}",
        _values(statement, received_at),
    )


class Written(NamedTuple):
    """What another process changes by any write to the store, and this one by adding statements; the number of the
    version means something to one connection only."""

    raw: sqlite3.Connection
    version: int
    size: int
    last: int


class Memory:
    """Statements as they were read last, by their rows: of a row that is as it was the same object. As long as nobody
    has written, they are not read again."""

    def __init__(self) -> None:
        self._read: dict[tuple[object, ...], Statement] = {}
        self._stand: tuple[Written, tuple[Statement, ...]] | None = None
        """What told that all of them stood as they do, and all of them."""
        self._aside: tuple[Written, dict[str, date]] | None = None

    def forget(self) -> None:
        """This process has written some."""
        self._stand = self._aside = None

    def known(self, raw: sqlite3.Connection, day: date | None) -> tuple[Statement, ...]:
        """As the function of this name."""
        now = _written(raw)
        before = self._stand if day is None else None
        if before is not None and before[0].raw is raw and before[0] == now:
            return before[1]
        found = self._known(raw, day)
        if day is None:
            self._stand = now, found
        return found

    def aside(self, raw: sqlite3.Connection) -> dict[str, date]:
        """As the function of this name."""
        now = _written(raw)
        if self._aside is None or self._aside[0].raw is not raw or self._aside[0] != now:
            self._aside = now, aside(raw)
        return self._aside[1]

    def _known(self, raw: sqlite3.Connection, day: date | None) -> tuple[Statement, ...]:
        before, self._read = self._read, {}

        def read(row: tuple[object, ...]) -> Statement:
            self._read[row] = found = before.get(row) or _statement(row)
            return found

        found = known(raw, day, read)
        if day is not None:
            self._read = before
        return found


def _written(raw: sqlite3.Connection) -> Written:
    (version,) = raw.execute("PRAGMA data_version").fetchone()
    return Written(raw, version, *raw.execute("SELECT count(*), coalesce(max(rowid), 0) FROM statements").fetchone())


def known(
    raw: sqlite3.Connection, day: date | None, read: Callable[[tuple[Any, ...]], Statement] | None = None
) -> tuple[Statement, ...]:
    """Statements signed on `day` (UTC) or before, by the time they were signed, then id.

    Over one payload all that came in as good; where none did, all that came. `read` makes one of its row.
    """
    if raw.execute("SELECT 1 FROM statements WHERE length(payload) > ? LIMIT 1", (LARGEST,)).fetchone():
        raise DamageError("a statement in it is longer than any that Cockpit keeps")
    sql = f"SELECT {', '.join(STATEMENTS)} FROM statements WHERE signed_on <= ? ORDER BY verdict != '', rowid"
    rows = raw.execute(sql, ((day or date.max).isoformat(),))
    best: dict[str, list[Statement]] = {}
    for row in rows:
        statement = (read or _statement)(row)
        same = best.setdefault(statement.id, [])
        if not same or same[0].verdict or not statement.verdict:
            same.append(statement)
    found = (statement for same in best.values() for statement in same)
    return tuple(sorted(found, key=lambda found: (utc(found.signed_at), found.id, found.signature)))


def aside(raw: sqlite3.Connection) -> dict[str, date]:
    """The day on which each statement came in that was rejected then, by id."""
    rows = raw.execute("SELECT id, min(received_at) FROM statements GROUP BY id HAVING min(verdict) != ''")
    return {number: datetime.fromisoformat(received_at).date() for number, received_at in rows}


def utc(moment: datetime) -> datetime:
    """The moment in UTC; a naive one is that already."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _values(statement: Statement, received_at: datetime) -> tuple[object, ...]:
    return (
        statement.id,
        statement.signature,
        statement.payload,
        statement.type,
        statement.signer,
        statement.key,
        statement.signed_at.isoformat(),
        utc(statement.signed_at).date().isoformat(),
        json.dumps(list(statement.parents)),
        json.dumps(_plain(statement.body)),
        statement.verdict,
        received_at.isoformat(),
    )


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, tuple | list) else value


def _statement(row: Sequence[Any]) -> Statement:
    number, signature, payload, kind, signer, key, signed_at, _, parents, body, verdict, _ = row
    return Statement(
        id=number,
        payload=payload,
        signature=signature,
        type=kind,
        signer=signer,
        key=key,
        signed_at=datetime.fromisoformat(signed_at),
        parents=tuple(json.loads(parents)),
        body=json.loads(body),
        verdict=verdict,
    )
