"""What can go wrong with the store, said for people."""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import TYPE_CHECKING

from cockpit.basics.text import one_line

if TYPE_CHECKING:
    import sqlite3
else:
    # The one driver of the whole package: that which sqlite-utils takes too, since two SQLite libraries on one file
    # would cancel each other's locks. Not asked of it: it is loaded only to make tables.
    try:
        import pysqlite3 as sqlite3
    except ImportError:
        import sqlite3

__all__ = ["DAMAGE", "StoreError", "damaged", "explain", "sqlite3", "swapped"]

BUSY, LOCKED, PERMISSION, READ_ONLY, IO, CORRUPT, FULL, CANNOT_OPEN, NOT_A_DATABASE = 5, 6, 3, 8, 10, 11, 13, 14, 26
MOVED = 1032

_SENTENCES = {
    BUSY: "another process has been writing to it for too long. Nothing was changed; try again when it is done.",
    LOCKED: "another part of this process is still using it. Nothing was changed; try again.",
    PERMISSION: "this user lacks the permission. Ask its owner for write access to the file and its folder.",
    READ_ONLY: "the file or its folder may not be written by this user. Nothing was changed; ask its owner for write "
    "access to both.",
    IO: "the disk did not take or give the data: it may be full, over a quota or failing. The last good state is kept.",
    CORRUPT: "its content is damaged. Move it away and restore a backup, or import the files again into a new store.",
    FULL: "the disk is full. Nothing was changed: the last good state is kept; free some space and try again.",
    CANNOT_OPEN: "it or its -wal and -shm files can't be opened. Check the permissions of the files and the folder; a "
    "shared folder must not have the sticky bit (chmod -t).",
    NOT_A_DATABASE: "it is not a SQLite database. Move the file away; a new store is made in its place.",
}


class StoreError(Exception):
    """The store could not do what was asked. `str()` is a sentence for people; nothing was half done."""


class DamageError(ValueError):
    """What is kept is not as Cockpit wrote it. `str()` completes "could not …: ", up to what to do about it."""


DAMAGE = (ValueError, TypeError, LookupError, ArithmeticError, AttributeError, RecursionError, zlib.error)
"""What reading raises over content that Cockpit can't have written."""


def primary_code(error: BaseException) -> int:
    """SQLite's primary result code of a driver error, 0 where the driver itself refused."""
    return int(getattr(error, "sqlite_errorcode", 0) or 0) & 0xFF


def explain(error: BaseException, path: Path, doing: str) -> StoreError:
    """The sentence for a driver error: where, what was being done, why not, what to do."""
    if getattr(error, "sqlite_errorcode", 0) == MOVED:
        reason = "the file was moved or deleted while it was open. Open the portfolio again."
    elif isinstance(error, OSError):
        reason = f"{error.strerror or error}. Check the permissions of the file and its folder."
    else:
        reason = _SENTENCES.get(primary_code(error), f"SQLite says: {one_line(str(error))}.")
    return StoreError(f"{path}: could not {doing}: {reason}")


def swapped(path: Path) -> StoreError:
    """The sentence for a store that others moved or replaced at the same moment."""
    return StoreError(f"{path}: the store was moved, replaced or deleted while it was being opened. Try again.")


def damaged(error: BaseException, path: Path, doing: str) -> StoreError:
    """The sentence for content that is not as Cockpit wrote it."""
    found = str(error) if isinstance(error, DamageError) else f"something in it can't be read ({type(error).__name__})"
    return StoreError(
        f"{path}: could not {doing}: {found}. Something else than Cockpit changed the file, or the disk did. Restore a "
        "backup, or move it away and import the files again into a new store; `cockpit doctor` lists all that is wrong."
    )
