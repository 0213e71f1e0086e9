"""Whose log lies beside the store: SQLite takes any `-wal` file with the right name for that of the database.

When the store is replaced while somebody has it open (restored, moved, deleted), the log of the old one stays behind
and would be read into the new one. So whoever opens the store notes, in the file of turns, which files belong together.
"""

from __future__ import annotations

import contextlib
import stat
from pathlib import Path

from cockpit.basics.classes import dataclass
from cockpit.store.errors import StoreError, sqlite3
from cockpit.store.place import beside

LOGS = ("-wal", "-shm")


@dataclass(frozen=True)
class Together:
    """The files that belong together: device and inode of the store, of its log, of the log's index; "" for none."""

    store: str
    logs: tuple[str, ...]

    @classmethod
    def at(cls, path: Path) -> Together:
        """Those that lie there now."""
        return cls(identity(path), tuple(identity(beside(path, suffix)) for suffix in LOGS))

    def replaces(self, earlier: Together, *, logs: bool) -> bool:
        """Whether another store lies there than `earlier`; with `logs`, or a log that was there lies there no more."""
        gone = any(then and then != now for then, now in zip(earlier.logs, self.logs, strict=True))
        return self.store != earlier.store or (logs and gone)

    def __str__(self) -> str:
        return " ".join(part or "-" for part in (self.store, *self.logs))


def identity(path: Path) -> str:
    """Device and inode of what a path names, "" where there is nothing."""
    try:
        found = path.stat()
    except OSError:
        return ""
    return f"{found.st_dev}:{found.st_ino}"


def is_strange(path: Path, noted: str) -> bool:
    """Whether the log beside the store is known, by what was noted, to belong to another file."""
    store, *logs = noted.split() or [""]
    if len(logs) != len(LOGS):
        return False
    now = Together.at(path)
    return store != now.store and any(log and log == then for log, then in zip(now.logs, logs, strict=True))


def refuse_strange(path: Path, noted: str) -> None:
    """Raises StoreError where the log beside the store belongs to another file."""
    if is_strange(path, noted):
        raise StoreError(
            f"{path}: the store was replaced while another Cockpit had the one before it open, and {path.name}-wal "
            "beside it still belongs to that one. A Cockpit that runs lets go of it at its next look, so try again in "
            f"a moment. If none runs on this folder, move {path.name}-wal and {path.name}-shm away. Nothing was "
            "changed."
        )


def clear_strange(path: Path, noted: str) -> None:
    """Deletes a log of another file in which nothing is. Only who has the turn may do this."""
    if is_strange(path, noted):
        store, *logs = noted.split()
        clear(path, Together(store, tuple(logs)))


def refuse_journal(path: Path) -> None:
    """Raises StoreError where a rollback journal lies beside the store: SQLite would write it into the file."""
    journal = beside(path, "-journal")
    try:
        found = journal.lstat()
    except FileNotFoundError:
        return
    # An empty one says nothing; for a pipe SQLite would wait for ever.
    if path.stat().st_size > 0 and (found.st_size > 0 or not stat.S_ISREG(found.st_mode)):
        raise StoreError(
            f"{path}: another program is changing the store, or died while it did: {journal.name} lies beside it, "
            "which Cockpit never makes. If no other program has the store open, move that file away. Nothing was "
            "changed."
        )


def empty(raw: sqlite3.Connection, patience: float) -> bool:
    """Brings what is in the log into the file that it belongs to, and empties the log; tells whether it is empty.

    Waits so many seconds for others that are reading or writing.
    """
    with contextlib.suppress(sqlite3.Error):
        raw.execute(f"PRAGMA busy_timeout={int(patience * 1000)}")
        busy, *_ = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not busy
    return False


def let_go(path: Path, raw: sqlite3.Connection, own: Together, patience: float) -> None:
    """Takes the log of a store that was moved or replaced out of the way of the one that lies there now.

    What is in it goes into the file that it belongs to, wherever that is. SQLite leaves it where it is. Only who has
    the turn may do this: nobody else opens the store meanwhile.
    """
    if empty(raw, patience):
        clear(path, own)


def clear(path: Path, own: Together) -> None:
    """Deletes the log of a store that lies there no more, unless something is in it: others have it open, or died.

    Who has it open all the same is refused whatever he writes, since the store is gone. Only who has the turn may do
    this.
    """
    with contextlib.suppress(OSError):
        log = beside(path, LOGS[0])
        if own.logs[0] and identity(log) == own.logs[0] and log.stat().st_size:
            return
        for suffix, known in zip(LOGS, own.logs, strict=True):
            if known and identity(beside(path, suffix)) == known:
                beside(path, suffix).unlink()
