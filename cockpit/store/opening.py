"""How SQLite is told to open the store's file: what it may do with what it finds there."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from cockpit.store.errors import sqlite3

GUARDS = (
    # Before anything of the schema is read: it may come from anybody.
    "PRAGMA trusted_schema=OFF",
    "PRAGMA cell_size_check=ON",
    "PRAGMA mmap_size=0",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA recursive_triggers=OFF",
)
LARGEST_VALUE = 256 << 20
"""Bytes of the largest text or blob that is read, where the driver can say so."""
_LIMIT_LENGTH = 0
_DEFENSIVE = 1010


def connect(path: Path, mode: str, patience: float) -> sqlite3.Connection:
    """A connection by a URI's `mode`; the file has been read once. Raises sqlite3.Error."""
    raw = sqlite3.connect(
        f"file:{quote(str(path.absolute()))}?{mode}",
        uri=True,
        timeout=patience,
        isolation_level=None,
        check_same_thread=False,
    )
    try:
        _guard(raw)
        raw.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except BaseException:
        raw.close()
        raise
    return raw


def _guard(raw: sqlite3.Connection) -> None:
    for pragma in GUARDS:
        raw.execute(pragma)
    # The standard driver has these, pysqlite3 has not.
    if hasattr(raw, "setlimit"):
        raw.setlimit(_LIMIT_LENGTH, LARGEST_VALUE)
    if hasattr(raw, "setconfig"):
        raw.setconfig(_DEFENSIVE, True)
