"""Waiting for the folder to change: file events where the system gives them, and a look now and then."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from cockpit.intake import Mark, mark_of
from cockpit.store.place import on_network
from cockpit.store.wal import identity

if TYPE_CHECKING:
    from cockpit.charter import Charter

STEP = 20
"""Milliseconds without an event after which a burst is over."""
BURST = 150
"""Milliseconds after which a burst that does not end is looked at all the same."""
LOOK = 60.0
"""Seconds after which the folder is looked at without an event: midnight passes, an event may get lost."""
DEAF = 2.0
"""The same where no events can be had: a folder that is gone, no watches left, a network share."""
AGAIN = 0.05
"""Seconds until the next look while a file is being written."""
DEPTH = 4
"""How many folders deep a portfolio is looked at."""

Marks = dict[str, Mark]


def is_ours(name: str) -> bool:
    """Tell whether a file name is the store's: its commits are noticed by the database, not by its files."""
    return name.startswith("portfolio.db")


def is_passing(name: str) -> bool:
    """Tell whether a file name is an editor's or office program's temporary file."""
    return name.startswith((".", "~$", "#")) or name.endswith(("~", ".swp", ".swx", ".tmp", ".part", ".crdownload"))


def wakes(name: str) -> bool:
    """Tell whether a change of a file with this name is worth a look. Of the store's files its log tells of commits."""
    return not is_passing(name) and name not in (
        "portfolio.db-shm",
        "portfolio.db-journal",
        "portfolio.db-writer",
        "portfolio.db-sender",
    )


def marks(folder: Path, outside: Iterable[Path] = ()) -> Marks:
    """Return the mark of every file of the folder that could matter, and of the files outside it that are mapped."""
    found: Marks = {}
    for place, folders, files in os.walk(folder):
        depth = len(Path(place).relative_to(folder).parts)
        folders[:] = [name for name in folders if not is_passing(name)] if depth < DEPTH else []
        for name in files:
            if not is_ours(name) and not is_passing(name):
                _add(found, Path(place, name))
    for path in outside:
        _add(found, path)
    return found


def _add(found: Marks, path: Path) -> None:
    mark = mark_of(path)
    if mark is not None:
        found[str(path)] = mark


def outside_files(folder: Path, charter: Charter) -> tuple[Path, ...]:
    """Return the mapped files that lie outside the portfolio's folder."""
    from cockpit.sources import registry

    root = folder.resolve()
    if all(_within(root, root / mapping.path) for mapping in charter.sources):
        return ()
    return tuple(found.path for found in registry.scan(folder, charter) if not _within(root, root / found.relative))


def outside_places(folder: Path, charter: Charter) -> tuple[Path, ...]:
    """Return the folders outside the portfolio in which mapped files lie or may appear."""
    root = folder.resolve()
    bases = (_base(root / mapping.path) for mapping in charter.sources)
    return tuple(sorted({base for base in bases if not _within(root, base)}))


def _within(root: Path, path: Path) -> bool:
    return Path(os.path.normpath(path)).is_relative_to(root)


def _base(pattern: Path) -> Path:
    """Return the folder of a pattern's files, up to its first part with a wildcard."""
    parts: list[str] = []
    for part in Path(os.path.normpath(pattern)).parts[:-1]:
        if any(mark in part for mark in "*?["):
            break
        parts.append(part)
    return Path(*parts)


class Listener:
    """Wakes whoever waits when something happens in a folder, or in the `outside` ones (not below them).

    Use as an asynchronous context manager.
    """

    def __init__(self, folder: Path, outside: Iterable[Path] = ()) -> None:
        outside = tuple(outside)
        self._groups = (((folder,), True), (outside, False))
        self._heard = _identities((folder, *outside))
        self._woke = asyncio.Event()
        self._stop = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._deaf = any(on_network(place) for place in outside)

    async def __aenter__(self) -> Listener:
        self._tasks = [asyncio.create_task(self._listen(places, below)) for places, below in self._groups if places]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._stop.set()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def patience(self) -> float:
        """Seconds that one may wait for an event before looking oneself."""
        return DEAF if self._deaf else LOOK

    @property
    def stale(self) -> bool:
        """Whether other folders lie there than those that are listened to: their events are not heard."""
        return _identities(self._heard) != self._heard

    async def wait(self, seconds: float) -> bool:
        """Return when something happened, or after so many seconds; tell which."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):  # `wait_for` may swallow that we are stopped
                await self._woke.wait()
        heard = self._woke.is_set()
        self._woke.clear()
        return heard

    async def _listen(self, places: tuple[Path, ...], below: bool) -> None:
        """Pass events on. Where there are none to be had (a folder that is gone, no more watches) the looks go on."""
        from watchfiles import Change, awatch

        def relevant(_change: Change, path: str) -> bool:
            return wakes(os.path.basename(path))  # noqa: PTH119 - called for every event

        while not self._stop.is_set():
            present = [place for place in places if os.path.isdir(place)]  # noqa: PTH112 - it never raises
            with contextlib.suppress(OSError, RuntimeError):
                events = awatch(
                    *present, watch_filter=relevant, step=STEP, debounce=BURST, stop_event=self._stop, recursive=below
                )
                async for _ in events:
                    self._woke.set()
            self._deaf = True
            await asyncio.sleep(DEAF)


def _identities(places: Iterable[Path]) -> dict[Path, str]:
    return {place: identity(place) for place in places}
