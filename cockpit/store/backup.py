"""A copy of an older store, kept beside it before it is brought up to date."""

from __future__ import annotations

import glob
import os
from pathlib import Path

from cockpit.store import opening
from cockpit.store.errors import StoreError, sqlite3
from cockpit.store.place import beside

PATIENCE = 30.0


def keep(path: Path, version: int) -> Path:
    """Copies the store as it was last committed to `<its name>.v<version>.bak` and returns that path.

    The copy comes whole or not at all, with the mode of the store. Raises StoreError; then there is no copy.
    """
    real = path.resolve()
    copy = beside(real, f".v{version}.bak")
    passing = copy.with_name(f".{copy.name}.{os.getpid()}.tmp")
    try:
        # Whoever copies has the store for itself: these are of processes that were killed while they did.
        for left in real.parent.glob(f".{glob.escape(copy.name)}.*.tmp"):
            left.unlink()
        _make(passing)
        _copy(real, passing)
        passing.replace(copy)
        _sync_folder(real.parent)
    except (OSError, sqlite3.Error) as error:
        reason = getattr(error, "strerror", None) or error
        raise StoreError(
            f"{path}: the store must be brought up to date, and the copy that is made before ({copy.name}) could not "
            f"be written: {reason}. Free some space in the folder, and check that it may be written. Nothing was "
            "changed."
        ) from error
    finally:
        passing.unlink(missing_ok=True)
    return copy


def _make(path: Path) -> None:
    file = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o660)
    try:
        os.fchmod(file, 0o660)
    finally:
        os.close(file)


def _copy(store: Path, copy: Path) -> None:
    raw = opening.connect(store, "mode=ro", PATIENCE)
    try:
        raw.execute("VACUUM INTO ?", (str(copy),))
    finally:
        raw.close()
    with copy.open("rb+") as file:
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
