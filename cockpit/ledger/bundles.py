"""The ledger of a portfolio as a file, to and fro: for work without the server, and to put back what was taken out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from cockpit.basics.text import path_text
from cockpit.ledger import pins
from cockpit.ledger.incoming import bundle_of
from cockpit.ledger.replica import Replica
from cockpit.ledger.subjects import DraftError
from cockpit.trust import bundle, statements

if TYPE_CHECKING:
    from cockpit.records.model import Statement
    from cockpit.session.intake import Change
    from cockpit.session.live import Session


def exported(session: Session, since: date | None = None) -> tuple[bytes, int]:
    """Return every statement whose signature fits, or those signed on `since` (UTC) or later, as a bundle; how many.

    They need not stand: elsewhere what they follow may be there. Raises StoreError; DraftError when it grows too large.
    """
    sound = [s for s in session.snapshot().statements if not statements.sealed(s).verdict]
    chosen = [s for s in sound if since is None or s.signed_at.date() >= since]
    data = bundle.written(map(bundle.pair_of, chosen))
    if len(data) > bundle.MAX_BUNDLE:
        raise DraftError(
            f"The bundle would have {len(data) >> 20:,} MiB, and {bundle.MAX_BUNDLE >> 20} are read at most. Export a "
            "part of it: --since DATE."
        )
    return data, len(chosen)


def taken(session: Session, path: Path) -> Change:
    """Take in a bundle from anywhere: the good for good, the rejected aside. Raises StoreError or OSError."""
    path.stat()
    read = bundle_of(path, path_text(str(path)))
    return session.kept(lambda keeping, charter, now: keeping.take_bundle(charter, read, now))


def put_back(session: Session) -> tuple[Statement, ...]:
    """Put back what this user has seen and the shared ledger lacks; what was put back. Raises StoreError."""
    return session.kept(lambda keeping, charter, now: keeping.repair(charter, now))


def forgotten(folder: Path) -> Path | None:
    """Begin anew with a folder, as if this user had never seen a ledger in it: the pinned genesis is forgotten, the
    replica put aside; where it lies now. Raises OSError."""
    pins.unpin(folder)
    return Replica(folder).forget()


def lacking_evidence(session: Session) -> tuple[str, ...]:
    """Return the SHA-256 of the evidence that statements name and that is not kept in this folder, ascending."""
    snapshot = session.snapshot()
    named = {sha for s in snapshot.statements if not s.verdict for sha in _evidence(s)}
    return tuple(sorted(named - snapshot.evidence.keys()))


def _evidence(statement: Statement) -> Iterable[str]:
    found = statement.body.get("evidence", ())
    return found if isinstance(found, list) else ()
