"""Who still writes: whether a program has a file open for writing, also a file of somebody else."""

from __future__ import annotations

import ctypes
import os
import struct
import sys
from collections.abc import Iterable
from pathlib import Path

from cockpit.session import settling

_MODIFY, _CLOSE_WRITE, _MOVED_FROM, _MOVED_TO, _DELETE = 0x2, 0x8, 0x40, 0x80, 0x200
_DELETE_SELF, _MOVE_SELF, _OVERFLOW, _IGNORED, _ONLY_FOLDERS = 0x400, 0x800, 0x4000, 0x8000, 0x0100_0000
_WANTED = _MODIFY | _CLOSE_WRITE | _MOVED_FROM | _MOVED_TO | _DELETE | _DELETE_SELF | _MOVE_SELF | _ONLY_FOLDERS
_HEAD = struct.Struct("iIII")
_PART = 1 << 16


class Writers:
    """Tells of files whether they are being written. Close it when done.

    The system tells the owner of a file whether anybody has it open for writing, and everybody who watches a folder
    when a file in it is written and when its writer closes it. So folders with files of others are watched (Linux);
    it is only read what came when somebody asks.
    """

    def __init__(self) -> None:
        self._handle = -1
        self._folders: dict[int, str] = {}
        self._written: dict[str, bool] = {}

    def close(self) -> None:
        """Watch nothing any more; may be called twice."""
        if self._handle >= 0:
            os.close(self._handle)
        self._handle, self._folders, self._written = -1, {}, {}

    def watch(self, paths: Iterable[Path]) -> None:
        """Watch the folders of these files, where one of them is not ours to be asked about."""
        known = set(self._folders.values())
        for path in paths:
            folder = os.path.abspath(path.parent)  # noqa: PTH100
            if folder not in known and settling.is_held(path) is None:
                known.add(folder)
                self._add(folder)

    def is_held(self, path: Path) -> bool | None:
        """Tell whether a program has a file open for writing; None where that can't be known."""
        held = settling.is_held(path)
        if held is not None or self._handle < 0:
            return held
        self._read()
        return self._written.get(os.path.abspath(path))  # noqa: PTH100

    def _add(self, folder: str) -> None:
        if sys.platform != "linux":
            return
        libc = ctypes.CDLL(None, use_errno=True)
        if self._handle < 0:
            self._handle = libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        if self._handle >= 0 and (number := libc.inotify_add_watch(self._handle, os.fsencode(folder), _WANTED)) >= 0:
            self._folders[number] = folder

    def _read(self) -> None:
        """Take in what happened since this was asked last."""
        while True:
            try:
                data = os.read(self._handle, _PART)
            except OSError:  # nothing more
                return
            while data:
                number, what, _, length = _HEAD.unpack_from(data)
                name = data[_HEAD.size : _HEAD.size + length].rstrip(b"\0")
                data = data[_HEAD.size + length :]
                self._take(number, what, os.fsdecode(name))

    def _take(self, number: int, what: int, name: str) -> None:
        if what & _OVERFLOW:
            self._written.clear()
        elif what & (_IGNORED | _DELETE_SELF | _MOVE_SELF):
            self._folders.pop(number, None)
            self._written.clear()
        elif number in self._folders:
            path = os.path.join(self._folders[number], name)  # noqa: PTH118
            if what & (_DELETE | _MOVED_FROM):
                self._written.pop(path, None)
            else:
                self._written[path] = bool(what & _MODIFY)
