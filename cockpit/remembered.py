"""The last assessment of the present, kept for this user: where nothing was touched since, it is shown at once.

It lies in the user's cache (`$XDG_CACHE_HOME/cockpit/present`, mode 0700) under a key that names all it was made of:
every file of the portfolio by its mark, what the store holds, what this user has seen, the day, and the program itself.
Another key, and it is not looked at. Nothing is believed of a file that somebody else could have written, and nothing
but records is ever made of its bytes.
"""

from __future__ import annotations

import hashlib
import io
import os
import pickle
import stat
from contextlib import suppress
from dataclasses import is_dataclass, replace
from datetime import date, datetime, timedelta, timezone
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cockpit.assessment import Assessment
from cockpit.ledger.pins import name_of, state_folder
from cockpit.sources.errors import SourceError
from cockpit.store import StoreError
from cockpit.watching import marks, outside_files

if TYPE_CHECKING:
    from cockpit.live import Session

LARGEST = 256 << 20
"""Bytes of the largest assessment that is kept."""
_MODULES = frozenset(
    f"cockpit.{name}"
    for name in ("assessment", "edits", "itemdates", "lives", "measures", "model", "snapshot", "terms", "verdicts")
)
"""Where records are defined."""
_TIMES = {kind.__name__: kind for kind in (date, datetime, timedelta, timezone)}
_HASH = 32


def cache_folder() -> Path:
    """Where this user's assessments are kept."""
    home = os.environ.get("XDG_CACHE_HOME", "")
    base = Path(home) if home.startswith("/") else Path.home() / ".cache"
    return base / "cockpit" / "present"


def program() -> str:
    """What tells this program from another version of it: the newest of its files, and how many they are."""
    files = [path.stat().st_mtime_ns for path in Path(__file__).parent.rglob("*.py")]
    return f"{len(files)} {max(files)}"


def key_of(parts: object) -> bytes:
    """The key under which an assessment is kept, of all that it was made of: of plain values, which print the same
    whenever they are the same."""
    return hashlib.sha256(repr(parts).encode("utf-8", "surrogateescape")).digest()


def present(session: Session) -> Assessment | None:
    """What was true when this portfolio was looked at last, if nothing it rests on has changed since; else None."""
    with suppress(StoreError, SourceError):
        return recall(name_of(session.folder), _key(session))
    return None


def keep_present(session: Session, assessment: Assessment) -> None:
    """Keep an assessment of the present for the next session, if it is still true of all files and of the store."""
    with suppress(StoreError, SourceError):
        if session.as_of is None and session.is_current():
            keep(name_of(session.folder), _key(session), assessment)


def _key(session: Session) -> bytes:
    files = marks(session.folder, outside_files(session.folder, session.charter))
    own = marks(state_folder())
    known = (sorted(files.items()), sorted(own.items()), session.store.state(), str(session.today()))
    return key_of((program(), str(session.folder.resolve()), *known))


def keep(name: str, key: bytes, assessment: Assessment) -> None:
    """Keep an assessment in the place of the one before. Where it can't be written nothing is kept."""
    whole = replace(assessment, items={}, titles={}, quality=())
    with suppress(OSError, RecursionError):
        folder = cache_folder()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        data = pickle.dumps(whole, protocol=5)
        passing = folder / f"{name}.{os.getpid()}.passing"
        descriptor = os.open(passing, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(key + hashlib.sha256(data).digest() + data)
            passing.replace(folder / name)
        finally:
            passing.unlink(missing_ok=True)


def recall(name: str, key: bytes) -> Assessment | None:
    """The assessment that was kept under a key; None where there is none, or none that can be believed.

    Dates of items, titles and the quality of all work together are not kept: it is shown until the next one is made.
    """
    with suppress(OSError):
        descriptor = os.open(cache_folder() / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as file:
            if not _is_own(os.fstat(file.fileno())) or file.read(_HASH) != key:
                return None
            digest, data = file.read(_HASH), file.read(LARGEST)
        if hashlib.sha256(data).digest() == digest:
            return _made_of(data)
    return None


def _is_own(found: os.stat_result) -> bool:
    """Whether only this user can have written a file."""
    own = os.name != "posix" or (found.st_uid == os.geteuid() and not found.st_mode & 0o022)
    return own and stat.S_ISREG(found.st_mode) and found.st_size <= LARGEST


def _made_of(data: bytes) -> Assessment | None:
    try:
        found = _Records(io.BytesIO(data)).load()
    except (pickle.UnpicklingError, ValueError, TypeError, AttributeError, KeyError, IndexError, EOFError, ImportError):
        return None
    return found if isinstance(found, Assessment) else None


class _Records(pickle.Unpickler):
    """Makes records, days and times, and nothing else."""

    def find_class(self, module: str, name: str) -> Any:
        """The class of a record. Raises UnpicklingError for anything else."""
        if module == "datetime" and name in _TIMES:
            return _TIMES[name]
        found: object = super().find_class(module, name) if module in _MODULES and "." not in name else None
        if isinstance(found, type) and found.__module__ == module and _is_record(found):
            return found
        raise pickle.UnpicklingError(f"{module}.{name} is no record")


def _is_record(kind: type) -> bool:
    return is_dataclass(kind) or issubclass(kind, Enum | tuple)
