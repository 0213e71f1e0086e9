"""What Linux tells of files in folders as it happens; other systems tell nothing here.

`watchfiles` listens for us everywhere, and says what it heard after some milliseconds. Two things it does not say: that
a writer has let go of a file (`writers`), and anything at once (`bell`).
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys
from collections.abc import Iterator
from typing import NamedTuple

MODIFY, CLOSE_WRITE, MOVED_FROM, MOVED_TO, DELETE = 0x2, 0x8, 0x40, 0x80, 0x200
DELETE_SELF, MOVE_SELF, OVERFLOW, IGNORED, ONLY_FOLDERS = 0x400, 0x800, 0x4000, 0x8000, 0x0100_0000
"""As `sys/inotify.h` has them."""
_HEAD = struct.Struct("iIII")
_PART = 1 << 16


class Event(NamedTuple):
    """What happened: in which folder (empty where that is not known any more), what (bits), to what name."""

    folder: str
    what: int
    name: str


class Inotify:
    """Folders that are listened to, each by itself. Close it when done."""

    def __init__(self) -> None:
        self.handle = -1
        """To be waited for; negative where nothing is listened to."""
        self._folders: dict[int, str] = {}

    def close(self) -> None:
        """Listen to nothing any more; may be called twice."""
        if self.handle >= 0:
            os.close(self.handle)
        self.handle, self._folders = -1, {}

    def add(self, folder: str, what: int) -> bool:
        """Listen to a folder; return whether the system does."""
        if sys.platform != "linux":
            return False
        libc = ctypes.CDLL(None, use_errno=True)
        if self.handle < 0:
            self.handle = libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        if self.handle < 0:
            return False
        number = libc.inotify_add_watch(self.handle, os.fsencode(folder), what | ONLY_FOLDERS)
        if number >= 0:
            self._folders[number] = folder
        return bool(number >= 0)

    def events(self) -> Iterator[Event]:
        """Yield what happened since this was asked last."""
        while True:
            try:
                data = os.read(self.handle, _PART)
            except OSError:  # nothing more
                return
            while data:
                number, what, _, length = _HEAD.unpack_from(data)
                name = data[_HEAD.size : _HEAD.size + length].rstrip(b"\0")
                data = data[_HEAD.size + length :]
                folder = self._folders.get(number, "")
                if what & (IGNORED | DELETE_SELF | MOVE_SELF):
                    self._folders.pop(number, None)
                yield Event(folder, what, os.fsdecode(name))
