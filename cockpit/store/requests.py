"""Signatures that were asked for: who was asked for what, and when. Added, never changed, never removed."""

from __future__ import annotations

from datetime import datetime

from cockpit.records.model import Request
from cockpit.store.errors import sqlite3
from cockpit.store.schema import REQUESTS
from cockpit.store.statements import utc

_COLUMNS = ", ".join(REQUESTS)


def add(raw: sqlite3.Connection, request: Request) -> bool:
    """Keeps a request and tells whether it was new: one comes in once for each statement. Needs a write transaction."""
    done = raw.execute(
        f"INSERT OR IGNORE INTO requests ({_COLUMNS}) VALUES (?,?,?,?,?)",
        (request.statement, request.signer, request.subject, request.meaning, request.asked_at.isoformat()),
    )
    return bool(done.rowcount)


def known(raw: sqlite3.Connection) -> tuple[Request, ...]:
    """Every request, by the time of asking, then statement."""
    rows = raw.execute(f"SELECT {_COLUMNS} FROM requests")
    found = [
        Request(
            statement=statement, signer=signer, subject=subject, meaning=meaning, asked_at=datetime.fromisoformat(at)
        )
        for statement, signer, subject, meaning, at in rows
    ]
    return tuple(sorted(found, key=lambda request: (utc(request.asked_at), request.statement)))
