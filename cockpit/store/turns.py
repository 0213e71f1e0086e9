"""Turns: of several writers that wait for the store, who is next.

SQLite lets a writer that has to wait sleep ever longer, so one that comes back at once overtakes it, for seconds. So
whoever wants to write takes its turn first: a lock on a small file beside the store, which the kernel gives back when
its holder dies. Only who has the turn asks for SQLite's own lock, and passes the turn on as soon as it holds that.

The turn is a courtesy: where the file can't be had, or somebody sits on it, SQLite's lock alone decides.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path

from cockpit.store.place import beside

SUFFIX = "-writer"
NEWCOMER = 0.002
"""Seconds between two looks of a writer that has just come to wait; one that has waited long looks more often."""
EAGER = 0.0003
AGING = 0.05
"""What a second of waiting takes from the time between two looks, in seconds."""
NOTE_BYTES = 256


class Turn:
    """An open file of turns; `held` tells whether this is the one whose turn it is."""

    def __init__(self, path: Path, *, make: bool = True) -> None:
        self._path = path
        self._file = _open(path, make=make)
        self.held = False

    def wait(self, patience: float) -> None:
        """Waits for the turn, at most so many seconds."""
        since = time.monotonic()
        while self._file is not None:
            if self._lock():
                return
            waited = time.monotonic() - since
            if waited > patience:
                return
            time.sleep(max(EAGER, NEWCOMER - waited * AGING))

    def _lock(self) -> bool:
        """Whether the turn was free, or there is none to be had."""
        assert self._file is not None
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:
            return True
        if _names(self._path, self._file):
            self.held = True
            return True
        # The file was deleted meanwhile: others take their turns on the one that is there now.
        os.close(self._file)
        self._file = _open(self._path)
        return self._file is None

    @property
    def is_there(self) -> bool:
        """Whether there is a file of turns, and the path still names it."""
        return self._file is not None and _names(self._path, self._file)

    def read(self) -> str:
        """What is noted in the file."""
        if self._file is None:
            return ""
        with contextlib.suppress(OSError):
            return os.pread(self._file, NOTE_BYTES, 0).decode("ascii", "replace").rstrip()
        return ""

    def note(self, text: str) -> None:
        """Notes a line in the place of the one before, unless it may not be written or there is no space."""
        if self._file is not None and self.read() != text:
            with contextlib.suppress(OSError):
                # One write of one length: it is there or not, also when the process is killed.
                os.pwrite(self._file, text.encode().ljust(NOTE_BYTES), 0)

    def close(self) -> None:
        """Passes the turn on."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
        self.held = False


@contextlib.contextmanager
def take(path: Path, patience: float) -> Iterator[Turn]:
    """The turn to write the store at `path`, for as long as the context lasts; not `held` if it was not to be had."""
    turn = Turn(beside(path, SUFFIX))
    try:
        turn.wait(patience)
        yield turn
    finally:
        turn.close()


def noted(path: Path) -> str:
    """What is noted in the file of turns of the store at `path`, for who takes no turns; "" where it can't be read."""
    turn = Turn(beside(path, SUFFIX), make=False)
    try:
        return turn.read()
    finally:
        turn.close()


def _open(path: Path, *, make: bool = True) -> int | None:
    """The file of turns, made with the mode of the store whatever the umask; None where it can't be opened."""
    flags = os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
    for access in (os.O_RDWR | os.O_CREAT, os.O_RDONLY)[not make :]:
        try:
            file = os.open(path, access | flags, 0o660)
        except OSError:
            continue
        found = os.fstat(file)
        if not stat.S_ISREG(found.st_mode):
            os.close(file)
            return None
        if found.st_uid == os.geteuid() and stat.S_IMODE(found.st_mode) != 0o660:
            with contextlib.suppress(OSError):
                os.fchmod(file, 0o660)
        return file
    return None


def _names(path: Path, file: int) -> bool:
    """Whether the path still names the open file."""
    try:
        found = path.stat(follow_symlinks=False)
    except OSError:
        return False
    return os.path.samestat(found, os.fstat(file))
