"""Who still writes: whether a program has a file open for writing, also a file of somebody else."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from cockpit.session import inotify, settling

_WANTED = (
    inotify.MODIFY | inotify.CLOSE_WRITE | inotify.MOVED_FROM | inotify.MOVED_TO | inotify.DELETE
    | inotify.DELETE_SELF | inotify.MOVE_SELF
)  # fmt: skip


class Writers:
    """Tells of files whether they are being written. Close it when done.

    The system tells the owner of a file whether anybody has it open for writing, and everybody who watches a folder
    when a file in it is written and when its writer closes it. So folders with files of others are watched (Linux);
    it is only read what came when somebody asks.
    """

    def __init__(self) -> None:
        self._ears = inotify.Inotify()
        self._watched: set[str] = set()
        self._written: dict[str, bool] = {}

    def close(self) -> None:
        """Watch nothing any more; may be called twice."""
        self._ears.close()
        self._watched, self._written = set(), {}

    def watch(self, paths: Iterable[Path]) -> None:
        """Watch the folders of these files, where one of them is not ours to be asked about."""
        for path in paths:
            folder = os.path.abspath(path.parent)  # noqa: PTH100
            strange = folder not in self._watched and settling.is_held(path) is None
            if strange and self._ears.add(folder, _WANTED):
                self._watched.add(folder)

    def is_held(self, path: Path) -> bool | None:
        """Tell whether a program has a file open for writing; None where that can't be known."""
        held = settling.is_held(path)
        if held is not None or self._ears.handle < 0:
            return held
        for event in self._ears.events():
            self._take(event)
        return self._written.get(os.path.abspath(path))  # noqa: PTH100

    def _take(self, event: inotify.Event) -> None:
        if event.what & inotify.OVERFLOW:
            self._written.clear()
        elif event.what & (inotify.IGNORED | inotify.DELETE_SELF | inotify.MOVE_SELF):
            self._watched.discard(event.folder)
            self._written.clear()
        elif event.folder:
            path = os.path.join(event.folder, event.name)  # noqa: PTH118
            if event.what & (inotify.DELETE | inotify.MOVED_FROM):
                self._written.pop(path, None)
            else:
                self._written[path] = bool(event.what & inotify.MODIFY)
