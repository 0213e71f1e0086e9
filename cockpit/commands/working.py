"""What is being done, on one line of standard error, for whoever waits at a terminal for more than a second.

It is gone when the work is done, or something else is said. In a pipe, a file, or a dumb terminal there is none.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from threading import Event, Lock, Thread
from time import monotonic
from typing import IO, TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from cockpit.session.progress import Progress, Teller

T = TypeVar("T")

PATIENCE = 1.0
"""Seconds before anything is shown."""
BEAT = 0.2
"""Seconds between two looks at how far it is."""
ERASE = "\r\x1b[K"


class Work:
    """One piece of work: says how far it is when asked, from a thread of its own."""

    def __init__(self, what: str, stream: IO[str]) -> None:
        self._stream = stream
        self._text: Callable[[], str] = lambda: f"{what} …"
        self._begun = monotonic()
        self._over, self._lock, self._drawn = Event(), Lock(), ""
        self._thread = Thread(target=self._run, name="progress", daemon=True)
        self._thread.start()

    def heard(self, progress: Progress) -> None:
        """So far is the reading of files."""
        from cockpit.session.progress import bar

        self._text = lambda: bar(progress)

    def counted(self, done: int, of: int, what: str) -> None:
        """So many of them are done."""
        from cockpit.session.progress import gauge

        self._text = lambda: f"{gauge(done, of)}  {done:,} of {of:,} {what}"

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Off the terminal while something else is said."""
        with self._lock:
            self._erase()
            yield

    def end(self) -> None:
        """It is done."""
        self._over.set()
        self._thread.join()
        self._erase()

    def _run(self) -> None:
        if self._over.wait(PATIENCE):
            return
        while True:
            self._draw()
            if self._over.wait(BEAT):
                return

    def _draw(self) -> None:
        from cockpit.outlets.plain import cut

        width = _width(self._stream)
        text = cut(f"{self._text()} · {monotonic() - self._begun:.0f} s", max(width - 1, 1))
        with self._lock:
            if text != self._drawn and not self._over.is_set():
                self._stream.write(f"{ERASE}{text}")
                self._stream.flush()
                self._drawn = text

    def _erase(self) -> None:
        if self._drawn:
            self._stream.write(ERASE)
            self._stream.flush()
            self._drawn = ""


_now: list[Work] = []
"""The work that is being done: one at most."""


@contextmanager
def working(what: str, told: Teller | None = None) -> Iterator[None]:
    """Show what is done inside, where it takes long and somebody waits at a terminal; `told` tells of files read.

    Inside other work it is part of that.
    """
    stream = sys.stderr
    shows = stream is not None and stream.isatty() and os.environ.get("TERM", "dumb") != "dumb"
    mine = Work(what, stream) if shows and not _now else None
    if mine is not None:
        _now.append(mine)
    if told is not None and _now:
        told.heard = _now[0].heard
    try:
        yield
    finally:
        if told is not None:
            told.heard = None
        if mine is not None:
            _now.clear()
            mine.end()


def each(things: Iterable[T], of: int, what: str) -> Iterator[T]:
    """Yield them one by one, and count them on the line of the work that is being done."""
    for number, thing in enumerate(things):
        if _now:
            _now[0].counted(number, of, what)
        yield thing


@contextmanager
def aside() -> Iterator[None]:
    """Take what is shown off the terminal while something else is said."""
    with _now[0].aside() if _now else nullcontext():
        yield


def _width(stream: IO[str]) -> int:
    try:
        return os.get_terminal_size(stream.fileno()).columns
    except (OSError, ValueError):
        return 80
