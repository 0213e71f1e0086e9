"""Rings as soon as a file was written and closed, or moved into its place, where the system says so (Linux).

`watchfiles` tells the same some 29 ms later, and all that is not told here: what happens in folders that are new, a
writer that keeps its file open, other systems. So whoever hears of a file twice may forget the second time where the
file is still the same. That a folder itself was moved away is told here only.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from cockpit.session import inotify
from cockpit.session.settling import Mark, mark_of

if TYPE_CHECKING:
    import asyncio

MOST = 512
"""Folders that are listened to so; a system gives each user some thousands of watches."""
_WHOLE = inotify.CLOSE_WRITE | inotify.MOVED_TO
_AWAY = inotify.MOVE_SELF | inotify.DELETE_SELF
REMEMBERED = 2_000
"""Files whose marks are kept, before all are forgotten."""


class Bell:
    """Listens to folders, and calls `ring` with the paths that are whole now. Close it when done."""

    def __init__(self, wakes: Callable[[str], bool], ring: Callable[[list[str]], None]) -> None:
        self._wakes = wakes
        self._ring = ring
        self._ears = inotify.Inotify()
        self._marks: dict[str, Mark | None] = {}
        self._loop: asyncio.AbstractEventLoop | None = None

    def listen(self, folders: Iterable[str]) -> None:
        """Listen to these folders, not to what is below them. Called in the event loop, once."""
        import asyncio

        for folder, _ in zip(folders, range(MOST), strict=False):
            self._ears.add(folder, _WHOLE | _AWAY)
        if self._ears.handle >= 0:
            self._loop = asyncio.get_running_loop()
            self._loop.add_reader(self._ears.handle, self._hear)

    @property
    def rings(self) -> bool:
        """Whether the system tells of any folder."""
        return self._loop is not None

    def close(self) -> None:
        """Listen to nothing any more; may be called twice."""
        if self._loop is not None:
            self._loop.remove_reader(self._ears.handle)
        self._loop = None
        self._ears.close()

    def has_told(self, path: str) -> bool:
        """Tell whether this rang for a file and nothing was done to it since."""
        return path in self._marks and self._marks[path] == mark_of(Path(path))

    def _hear(self) -> None:
        heard = [
            os.path.join(event.folder, event.name) if event.name else event.folder  # noqa: PTH118
            for event in self._ears.events()
            if event.folder and (event.what & _AWAY or (event.what & _WHOLE and self._wakes(event.name)))
        ]
        if heard:
            if len(self._marks) > REMEMBERED:
                self._marks.clear()
            self._marks.update((path, mark_of(Path(path))) for path in heard)
            self._ring(heard)
