"""Whether a file that was just written is whole: read at once where that can be known, else when it has been quiet.

A file may be met half-way: emptied to be written anew, written in pieces, put together by a script that opens it for
every line. Nothing in it says so. What can be known is whether it was moved into its place (then it was finished
before), whether another program has it open for writing (Linux tells the owner of the file), and how long ago it was
touched. What cannot be known is waited for, the longer the more there is to lose by believing half a file.
"""

from __future__ import annotations

import errno
import math
import os
import signal
import stat
import sys
import time
from collections.abc import Callable
from enum import Enum
from pathlib import Path
from typing import NamedTuple

QUIET = 0.08
"""Seconds without a write after which a file counts as written, while watching, where nothing better is known."""
UNSURE = 0.5
"""The same where rows would be lost by it and it cannot be known whether a program still writes."""
HELD = 1.0
"""The same while another program has the file open for writing: it may write on, or just keep it open."""
LONG = 30.0
"""The same while a program has it open for writing and the file can't be read, or has lost rows."""
BROKEN = 2.0
"""Seconds after its last write for which a file that can't be read is taken for half written, while watching."""
GONE = 0.5
"""Seconds for which a file must be missing before it counts as deleted, while watching."""
BURST = 1.0
"""Seconds for which files that are written keep the others waiting, so that a burst is one update."""

Mark = tuple[int, int, int]
"""What tells that a file is another than before: inode, size, time of the last write."""


class Hold(Enum):
    """What is known of a file's writing."""

    WRITING = "it is being written: not to be read yet"
    FREE = "no program has it open for writing"
    HELD = "a program has it open for writing, but has not written for a while"
    UNKNOWN = "it has not been written for a while; nobody can tell whether it is open"
    MOVED = "it was moved into its place as it is"
    OLD = "it has not been written for long"


class Look(NamedTuple):
    """A file as it was found: its mark, when it was touched last (written, moved; seconds), what is known of it."""

    mark: Mark
    touched: float
    hold: Hold

    @property
    def is_fresh(self) -> bool:
        """Whether it was touched just now, so that others may follow."""
        return _since(self.touched) < QUIET


def mark_of(path: Path) -> Mark | None:
    """Return the mark of a file; None when there is none."""
    try:
        found = os.stat(path)  # noqa: PTH116 - half the time of Path.stat, and asked for every file
    except OSError:
        return None
    return (found.st_ino, found.st_size, found.st_mtime_ns)


def touched_at(path: Path) -> float | None:
    """Return when a file was written or moved into its place last, in seconds since the epoch; None: there is none."""
    try:
        found = os.stat(path)  # noqa: PTH116
    except OSError:
        return None
    return max(found.st_mtime, found.st_ctime)


def age_of(mark: Mark) -> float:
    """Return the seconds since the last write; a time in the future (another machine's clock) counts as long ago."""
    return _since(mark[2] / 1e9)


def look_at(path: Path, before: Mark | None = None, asked: Callable[[Path], bool | None] | None = None) -> Look | None:
    """Return what is known of a file's writing; None: there is no file.

    `before` is its mark when it was read last; `asked` says whether a program has it open for writing (None: unknown).
    """
    try:
        found = os.stat(path)  # noqa: PTH116
    except OSError:
        return None
    mark = (found.st_ino, found.st_size, found.st_mtime_ns)
    return Look(mark, max(found.st_mtime, found.st_ctime), _hold(path, found, before, asked or is_held))


def _hold(path: Path, found: os.stat_result, before: Mark | None, asked: Callable[[Path], bool | None]) -> Hold:
    age = _since(found.st_mtime)
    if age >= LONG:
        return Hold.OLD
    if found.st_size == 0 and age < BROKEN:
        return Hold.WRITING
    held = asked(path) if stat.S_ISREG(found.st_mode) else None
    # A write sets both times alike. Where the status changed later and the file is another one, it was moved here; an
    # office program may open it again at once.
    if before is not None and found.st_ino != before[0] and found.st_ctime_ns > found.st_mtime_ns:
        return Hold.WRITING if held and age < QUIET else Hold.MOVED
    if held is None:
        return Hold.WRITING if age < QUIET else Hold.UNKNOWN
    if held:
        return Hold.WRITING if age < HELD else Hold.HELD
    return Hold.FREE


def is_settled(path: Path) -> bool:
    """Tell whether a file may be read now; one that is not there may."""
    found = look_at(path)
    return found is None or found.hold is not Hold.WRITING


def is_held(path: Path) -> bool | None:
    """Tell whether any program has a file open for writing; None where that can't be known.

    Linux grants a read lease only on a file that nobody has open for writing, and only to its owner. It is given back
    at once; who opens the file in those microseconds waits for them. The signal that tells its holder that somebody
    waits is one that does nothing by default: the usual one would end the process.
    """
    if sys.platform != "linux":
        return None
    import fcntl

    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.fcntl(handle, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except OSError as error:
        return True if error.errno == errno.EAGAIN else None
    finally:
        os.close(handle)
    return False


def _since(moment: float) -> float:
    age = time.time() - moment
    return age if age >= 0 else math.inf
