"""Statements at rest: added, never changed, never removed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from cockpit.model import Statement
from cockpit.store.errors import sqlite3
from cockpit.store.schema import STATEMENTS


def add(raw: sqlite3.Connection, statement: Statement, received_at: datetime) -> bool:
    """Keeps a statement and tells whether it was new. Needs an open write transaction.

    The id is the hash of the payload, so a statement comes in once. Only a good signature (empty verdict) is kept
    beside bad ones over the same payload: a forged file that arrives first can't shut the true one out.
    """
    known = raw.execute("SELECT signature, verdict FROM statements WHERE id = ?", (statement.id,)).fetchall()
    if known and (statement.verdict or any(not verdict for _, verdict in known)):
        return False
    if any(signature == statement.signature for signature, _ in known):
        return False
    raw.execute(
        f"INSERT INTO statements ({', '.join(STATEMENTS)}) VALUES ({','.join('?' * len(STATEMENTS))})",
        _values(statement, received_at),
    )
    return True


def known(raw: sqlite3.Connection, day: date | None) -> tuple[Statement, ...]:
    """Statements signed on `day` (UTC) or before, by the time they were signed, then id."""
    sql = f"SELECT {', '.join(STATEMENTS)} FROM statements WHERE signed_on <= ? ORDER BY verdict != '', rowid"
    rows = raw.execute(sql, ((day or date.max).isoformat(),))
    best: dict[str, Statement] = {}
    for row in rows:
        statement = _statement(row)
        best.setdefault(statement.id, statement)
    return tuple(sorted(best.values(), key=lambda found: (_utc(found.signed_at), found.id)))


def _utc(moment: datetime) -> datetime:
    """A naive moment is UTC already."""
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
        _utc(statement.signed_at).date().isoformat(),
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
