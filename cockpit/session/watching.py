"""Waiting for the folder to change: file events where the system gives them, and a look now and then."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from cockpit.session.bell import Bell
from cockpit.session.settling import Mark, mark_of
from cockpit.store.place import on_network
from cockpit.store.wal import identity

if TYPE_CHECKING:
    import asyncio

    from cockpit.charter.charter import Charter

STEP, BESIDE = 10, 20
"""Milliseconds without an event after which a burst is over, and so many where a bell tells of saved files at once. It
is what a file waits for, and what an idle watch costs: an event comes after some 16 ms or 29, at 0.3 to 0.8% of a
processor or 0.2 to 0.4% (5: 9 ms, 0.5 to 1.4%)."""
BURST = 150
"""Milliseconds after which a burst that does not end is looked at all the same."""
LOOK = 60.0
"""Seconds after which the folder is looked at without an event: midnight passes, an event may get lost."""
DEAF = 2.0
"""The same where no events can be had: a folder that is gone, no watches left, a network share."""
NETWORK = "It lies on a network share ({}), which tells nobody when a file changes; it is looked at every 2 seconds."
NO_EVENTS = (
    "The system tells nothing of changes there (the folder is away, or no more file watches are given: cockpit doctor "
    "says so); it is looked at every 2 seconds."
)
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


def marks(folder: Path, more: Iterable[Path] = ()) -> Marks:
    """Return the mark of every file of the folder that could matter, and of `more` files."""
    found: Marks = {}
    _walk(os.fspath(folder), DEPTH, found)
    for path in more:
        if (name := os.fspath(path)) not in found and (mark := mark_of(path)) is not None:
            found[name] = mark
    return found


def _walk(folder: str, depth: int, found: Marks) -> None:
    """Add the marks of a folder's files and of those so many folders deep below; links to folders are not followed."""
    below = []
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if is_passing(entry.name):
                continue
            with contextlib.suppress(OSError):
                if entry.is_dir():
                    below += [] if entry.is_symlink() else [entry.path]
                elif not is_ours(entry.name):
                    status = entry.stat()
                    found[entry.path] = (status.st_ino, status.st_size, status.st_mtime_ns)
    for place in below if depth else ():
        _walk(place, depth - 1, found)


def outside_files(folder: Path, charter: Charter) -> tuple[Path, ...]:
    """Return the mapped files that lie outside the portfolio's folder."""
    root = folder.resolve()
    if all(_within(root, root / mapping.path) for mapping in charter.sources):
        return ()
    from cockpit.sources import registry

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
        import asyncio  # only here: it takes longer to load than a command takes that watches nothing

        outside = tuple(outside)
        self._folder = folder
        self._groups = (((folder,), True), (outside, False))
        self._heard = _identities((folder, *outside))
        self._named: set[str] = set()
        self._woke = asyncio.Event()
        self._stop = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._bell = Bell(wakes, self._note)
        self.polled = {place: NETWORK.format(kind) for place in outside if (kind := on_network(place))}
        """The folders that are looked at every so often since no events come of them, and why that is so."""

    async def __aenter__(self) -> Listener:
        import asyncio

        self._bell.listen(await asyncio.to_thread(_folders, self._groups))
        self._tasks = [asyncio.create_task(self._listen(places, below)) for places, below in self._groups if places]
        return self

    async def __aexit__(self, *_: object) -> None:
        import asyncio

        self._stop.set()
        self._bell.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def patience(self) -> float:
        """Seconds that one may wait for an event before looking oneself."""
        return DEAF if self.polled else LOOK

    def why_polled(self, path: str) -> str:
        """Why a file (relative path) is only looked at every so often, in a sentence; empty where its events come."""
        file = os.path.normpath(self._folder.resolve() / path)
        return next((why for place, why in self.polled.items() if Path(file).is_relative_to(place.resolve())), "")

    @property
    def stale(self) -> bool:
        """Whether other folders lie there than those that are listened to: their events are not heard."""
        return _identities(self._heard) != self._heard

    async def wait(self, seconds: float) -> frozenset[str]:
        """Return the paths to which something happened as soon as there are any; none after so many seconds."""
        import asyncio

        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):  # `wait_for` may swallow that we are stopped
                await self._woke.wait()
        heard = frozenset(self._named)
        self._named.clear()
        self._woke.clear()
        return heard

    def _note(self, paths: Iterable[str]) -> None:
        known = len(self._named)
        self._named.update(paths)
        if len(self._named) > known:
            self._woke.set()

    async def _listen(self, places: tuple[Path, ...], below: bool) -> None:
        """Pass events on. Where there are none to be had (a folder that is gone, no more watches) the looks go on."""
        import asyncio

        from watchfiles import Change, awatch

        def relevant(_change: Change, path: str) -> bool:
            return wakes(os.path.basename(path))  # noqa: PTH119 - called for every event

        step = BESIDE if self._bell.rings else STEP
        while not self._stop.is_set():
            present = [os.path.abspath(place) for place in places if os.path.isdir(place)]  # noqa: PTH100, PTH112
            with contextlib.suppress(OSError, RuntimeError):
                events = awatch(
                    *present, watch_filter=relevant, step=step, debounce=BURST, stop_event=self._stop, recursive=below
                )
                async for changes in events:
                    for place in places:
                        if self.polled.get(place) == NO_EVENTS:
                            del self.polled[place]
                    self._note([path for _, path in changes if not self._bell.has_told(path)])
            self.polled |= dict.fromkeys(places, NO_EVENTS)
            await asyncio.sleep(DEAF)


def _folders(groups: Iterable[tuple[Iterable[Path], bool]]) -> list[str]:
    """The folders to listen to: those named, and of the portfolio's own what lies below as deep as it is looked at."""
    found: list[str] = []
    for places, below in groups:
        for place in places:
            found.append(os.path.abspath(place))  # noqa: PTH100
            found += _below(found[-1], DEPTH) if below else []
    return found


def _below(folder: str, depth: int) -> list[str]:
    found = []
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        found = [each.path for each in entries if not is_passing(each.name) and each.is_dir(follow_symlinks=False)]
    return found + [path for each in (found if depth else ()) for path in _below(each, depth - 1)]


def _identities(places: Iterable[Path]) -> dict[Path, str]:
    return {place: identity(place) for place in places}
