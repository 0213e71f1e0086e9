"""What is kept for this user until the next session: bytes, under a key of all that they were made of.

They lie in the user's cache (`$XDG_CACHE_HOME/cockpit/present`, mode 0700), the last ones of each name. Asked for under
another key, damaged by a single bit, or in a file that somebody else could have written, they are not there.
"""

from __future__ import annotations

import hashlib
import mmap
import os
import stat
import time
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from cockpit.basics.homes import own_folder
from cockpit.ledger.pins import name_of, state_folder
from cockpit.session.watching import marks, outside_files

if TYPE_CHECKING:
    from cockpit.session.ground import Ground
    from cockpit.session.live import Session

LOOKS = "looks"
"""The folder of this user's state that tells what they looked at: nothing is made of that."""
LARGEST = 512 << 20
"""Bytes that are kept under one name at most."""
LEFT = 600.0
"""Seconds after which nobody writes any more what was begun."""
_HASH = 32
_AT_ONCE = getattr(mmap, "MAP_POPULATE", 0)


def cache_folder() -> Path:
    """Where it lies. Raises HomelessError, an OSError: then nothing is kept."""
    return own_folder("XDG_CACHE_HOME") / "present"


@cache
def program() -> str:
    """What tells this program from another version of it: the newest of its files, and how many they are."""
    folders, files = [str(Path(__file__).parent.parent)], list[int]()
    for folder in folders:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.endswith(".py"):
                    files.append(entry.stat().st_mtime_ns)
                elif entry.is_dir(follow_symlinks=False) and entry.name != "__pycache__":
                    folders.append(entry.path)
    return f"{len(files)} {max(files)}"


def key_of(parts: object) -> bytes:
    """The key of what something was made of: of plain values, which print the same whenever they are the same."""
    return hashlib.sha256(repr(parts).encode("utf-8", "surrogateescape")).digest()


def key(portfolio: Ground | Session, known: Iterable[int | str]) -> bytes:
    """The key of what is made of a portfolio: every file by its mark, what the store holds (`known`), what this user
    has seen, the day, and the program itself. Raises SourceError."""
    files = marks(portfolio.folder, outside_files(portfolio.folder, portfolio.charter))
    looks = f"{state_folder() / LOOKS}{os.sep}"
    own = {place: mark for place, mark in marks(state_folder()).items() if not place.startswith(looks)}
    made_of = (sorted(files.items()), sorted(own.items()), tuple(known), str(portfolio.today()))
    return key_of((program(), str(portfolio.folder.resolve()), *made_of))


def name(portfolio: Ground | Session, kind: str = "") -> str:
    """The name of what is kept of a portfolio."""
    return name_of(portfolio.folder) + (f".{kind}" if kind else "")


def keep(name: str, key: bytes, data: bytes) -> None:
    """Keep bytes in the place of those before. Where they can't be written nothing is kept."""
    with suppress(OSError):
        folder = cache_folder()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        _tidy(folder, name)
        passing = folder / f"{name}.{os.getpid()}.passing"
        descriptor = os.open(passing, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(key + hashlib.sha256(data).digest())
                file.write(data)
            passing.replace(folder / name)
        finally:
            passing.unlink(missing_ok=True)


def _tidy(folder: Path, name: str) -> None:
    """Take away what a process that was killed while it wrote has left."""
    for path in folder.glob(f"{name}.*.passing"):
        with suppress(OSError):
            if time.time() - path.lstat().st_mtime > LEFT:
                path.unlink()


def recall(name: str, key: bytes) -> memoryview | None:
    """The bytes that were kept under a key; None where there are none, or none that can be believed."""
    whole = _mapped(name)
    if whole is None or whole[:_HASH] != key:
        return None
    data = whole[2 * _HASH :]
    return data if hashlib.sha256(data).digest() == whole[_HASH : 2 * _HASH] else None


def is_kept(name: str, key: bytes) -> bool:
    """Whether bytes were kept under a key."""
    whole = _mapped(name)
    return whole is not None and whole[:_HASH] == key


def _mapped(name: str) -> memoryview | None:
    """A file of this user's, whole, as it lies in memory; None where there is none that can be believed.

    Files are replaced and never written again: what was mapped stays as it is.
    """
    with suppress(OSError):
        descriptor = os.open(cache_folder() / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        try:
            found = os.fstat(descriptor)
            if _is_own(found) and found.st_size >= 2 * _HASH:
                flags = mmap.MAP_SHARED | _AT_ONCE
                return memoryview(mmap.mmap(descriptor, found.st_size, flags=flags, prot=mmap.PROT_READ))
        finally:
            os.close(descriptor)
    return None


def _is_own(found: os.stat_result) -> bool:
    """Whether only this user can have written a file."""
    own = os.name != "posix" or (found.st_uid == os.geteuid() and not found.st_mode & 0o022)
    return own and stat.S_ISREG(found.st_mode) and found.st_size <= LARGEST
