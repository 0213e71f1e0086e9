"""How far the reading of files is, told by whoever reads while it goes on."""

from __future__ import annotations

from collections.abc import Callable

from cockpit.basics.classes import dataclass
from cockpit.basics.text import one_line

CELLS = 16
"""How wide the bar is."""
LONGEST = 24
"""Characters of a file's path."""


@dataclass(frozen=True, slots=True)
class Progress:
    """`done` of `files` files were looked at, and `rows` rows read from those that are new. `path` is being read or
    stored; it is empty when all were, and what follows from them is being computed: `step` says what of it."""

    path: str
    done: int
    files: int
    rows: int
    step: str = ""


class StoppedError(Exception):
    """Whoever asked for the reading has left: nothing more is read; what was stored before stays."""


class Teller:
    """Counts while files are read, and tells `heard` of each that is new, in the thread that reads.

    `heard` may raise `StoppedError`.
    """

    def __init__(self) -> None:
        self.heard: Callable[[Progress], None] | None = None
        self._now = Progress("", 0, 0, 0)
        self._is_new = False

    def begin(self, files: int) -> None:
        """So many files are looked at."""
        self._now, self._is_new = Progress("", 0, files, 0), False

    def reading(self, path: str) -> None:
        """This file is new, and read now."""
        self._is_new = True
        self._tell(path, self._now.done, self._now.rows)

    def storing(self, path: str, rows: int) -> None:
        """So many rows were read from it, and are stored now."""
        self._now = Progress("", self._now.done, self._now.files, self._now.rows + rows)
        self._tell(path, self._now.done, self._now.rows)

    def looked(self) -> None:
        """One more file was looked at."""
        self._now = Progress("", self._now.done + 1, self._now.files, self._now.rows)

    def end(self) -> None:
        """All files were looked at."""
        if self._is_new:
            self._tell("", self._now.files, self._now.rows)

    def computing(self, step: str) -> None:
        """This is computed now, of what follows from the files."""
        self._tell("", self._now.files, self._now.rows, step)

    def _tell(self, path: str, done: int, rows: int, step: str = "") -> None:
        if self.heard is not None:
            self.heard(Progress(path, done, self._now.files, rows, step))


def gauge(done: int, of: int) -> str:
    """Return how much is done as a bar: `━━━━────────────`."""
    full = CELLS * done // max(of, 1)
    return "━" * full + "─" * (CELLS - full)


def bar(progress: Progress) -> str:
    """Return it as a bar with its numbers: `━━━━────────────  3 of 12 files · 34,200 rows · kpis.csv`."""
    files = f"{progress.done:,} of {progress.files:,} file{'' if progress.files == 1 else 's'}"
    rows = f"{progress.rows:,} row{'' if progress.rows == 1 else 's'}"
    doing = one_line(progress.path, LONGEST) if progress.path else f"computing {progress.step}".strip() + " …"
    # Of files that were read before nobody counts the rows again.
    said = (files, rows, doing) if progress.rows or not progress.step else (files, doing)
    return f"{gauge(progress.done, progress.files)}  {' · '.join(said)}"
