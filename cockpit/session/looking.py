"""What a session has seen of its folder: the whole of it now and then, and in between only what events name."""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator, Callable, Collection, Iterable
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, TypeVar

from cockpit.basics.garbage import uncollected
from cockpit.session.settling import mark_of
from cockpit.session.watching import DEAF, Listener, Marks, is_ours, is_passing, marks, outside_files, outside_places

if TYPE_CHECKING:
    from cockpit.charter.charter import Charter

AGAIN = 0.05
"""Seconds until the next look after an event that changed nothing; each look after it comes after twice the time."""
SOON = 0.02
"""Seconds until the next look while a file is being written: it makes no event that its writer lets go of it."""
WALK = 1.0
"""Seconds without an event from which on a look is at every file: an event may get lost."""
MANY = 2_000
"""Files that events may name; of more the whole folder is looked at."""

T = TypeVar("T")


class Looks:
    """The marks of a portfolio's files as they were at the last look."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._listener: Listener | None = None
        self._marks: Marks | None = None

    def walk(self, charter: Charter, known: Iterable[Path]) -> bool:
        """Look at every file, the `known` sources among them; tell whether any is another than before.

        Raises SourceError where the folder can't be looked at.
        """
        found = marks(self._folder, (*outside_files(self._folder, charter), *known))
        before, self._marks = self._marks, found
        return found != before

    def stand(self, charter: Charter, known: Iterable[Path]) -> bool:
        """Tell whether every file is as it was at the last look, and take note of nothing. Raises SourceError."""
        return self._marks == marks(self._folder, (*outside_files(self._folder, charter), *known))

    def named(self, heard: Collection[str]) -> frozenset[str] | None:
        """Return which files of the folder (relative paths) events are about; None where that is better not asked:
        events outside the folder, or more of them than a walk would cost."""
        root = os.path.abspath(self._folder) + os.sep  # noqa: PTH100
        if self._marks is None or len(heard) > MANY or not all(path.startswith(root) for path in heard):
            return None
        names = (path.removeprefix(root) for path in heard)
        named = frozenset(name for name in names if name and not is_ours(name) and not _is_hidden(name))
        for name in named:
            self._note(self._folder / name)
        return named

    def why_polled(self, path: str) -> str:
        """Why a file (relative path) is only looked at every so often, in a sentence; empty where its events come."""
        return "" if self._listener is None else self._listener.why_polled(path)

    def _note(self, path: Path) -> None:
        """Keep the mark of a file, so that the next walk tells of nothing that is known already."""
        mark, name = mark_of(path), os.fspath(path)
        if self._marks is None:
            return
        if mark is None or os.path.isdir(path):  # noqa: PTH112
            self._marks.pop(name, None)
        else:
            self._marks[name] = mark

    async def follow(
        self,
        charter: Callable[[], Charter],
        look: Callable[[Collection[str] | None], T | None],
        hurry: Callable[[], float | None],
    ) -> AsyncGenerator[T, None]:
        """Yield what `look` finds, each time something happens in the folder or in those outside it that are mapped.

        `look` gets the paths to which something happened (None: look at everything); it may take its time. `hurry` says
        after how many seconds to look again without an event, None where there is no need.
        """
        import asyncio

        while True:
            places = outside_places(self._folder, charter())
            async with Listener(self._folder, places) as self._listener:
                listener, wait, walk = self._listener, AGAIN, True
                while places == outside_places(self._folder, charter()) and not listener.stale:
                    heard = await listener.wait(wait)
                    walk = walk or (not heard and wait >= min(WALK, listener.patience))
                    with uncollected():  # until whoever asks for the next has shown it
                        found = await asyncio.to_thread(look, None if walk else heard)
                        wait, walk = hurry() or _pause(listener.patience, bool(heard), found is not None, wait), False
                        if found is not None:
                            yield found


def _is_hidden(name: str) -> bool:
    return any(map(is_passing, PurePath(name).parts))


def _pause(patience: float, heard: bool, found: bool, waited: float) -> float:
    """How long to wait for the next event before looking without one.

    An event that changed nothing may have come too early: another process writes its log before it commits, and the
    commit itself makes no event. So the looks that follow it come soon, each after twice the time.
    """
    if heard and not found:
        return AGAIN
    soon = waited * 2
    return soon if not found and soon <= DEAF else patience
