"""When the work of an assignment lies: the portions that Microsoft Project spreads it over (`TimephasedData`), as runs.

A portion says when it begins and ends and how much work it holds. How much does not matter here, only whether there is
any. Portions that go on where the last one ended are one run, and only runs are kept, whose dates are read when they
end: of 2,000,000 portions of days hardly one in five begins a new one.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import pairwise

from cockpit.sources.msproject_fields import minutes_of

MOST_RUNS = 20_000
"""Of an assignment whose work lies in more runs than this, no pauses are told."""
Run = tuple[int, int]
"""Begin and end, in minutes since the day before 0001-01-01."""


def minute_of(text: str, *, up: bool = False) -> int | None:
    """The minute of a date, seconds dropped, or begun where `up`; None for what is none."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    begun = up and (moment.second or moment.microsecond) != 0
    return moment.toordinal() * 1440 + moment.hour * 60 + moment.minute + begun


def pairs(ends: Sequence[int]) -> Iterable[Run]:
    """Runs of which begin and end follow one another."""
    return zip(ends[::2], ends[1::2], strict=True)


def joined(runs: Iterable[Run]) -> list[Run]:
    """Runs in order; those that touch or overlap are one."""
    found: list[Run] = []
    for begin, end in sorted(runs):
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((begin, end))
    return found


def gaps(runs: Sequence[Run]) -> list[Run]:
    """What lies between runs in order."""
    return [(end, begin) for (_, end), (begin, _) in pairwise(runs)]


class Runs:
    """The runs of one kind of work, as its portions are taken."""

    __slots__ = ("_ends", "_finish", "_mixed", "_start", "too_many", "unread")

    def __init__(self) -> None:
        self._start: str | None = None
        self._finish: str | None = None
        self._ends: array[int] | None = None
        self._mixed = self.unread = self.too_many = False

    def take(self, start: str, finish: str) -> None:
        """A portion with work."""
        if start == self._finish and self._start is not None and self._start < start < finish:
            self._finish = finish
            return
        self._end()
        self._start, self._finish = start, finish

    def ends(self) -> Sequence[int]:
        """Begin and end of each run, in order, one after the other."""
        self._end()
        self._start = self._finish = None
        if self._mixed:
            self._ends = array("q", (end for run in joined(pairs(self._ends or ())) for end in run))
        return self._ends or ()

    def _end(self) -> None:
        if self._start is None or self._finish is None:
            return
        begin, end = minute_of(self._start), minute_of(self._finish, up=True)
        if begin is None or end is None:
            self.unread = True
        elif begin < end:
            self._add(begin, end)

    def _add(self, begin: int, end: int) -> None:
        ends = self._ends
        if ends is None:
            self._ends = array("q", (begin, end))
        elif ends[-2] <= begin <= ends[-1]:
            ends[-1] = max(ends[-1], end)
        elif len(ends) < 2 * MOST_RUNS:
            self._mixed |= begin < ends[-2]
            ends.extend((begin, end))
        else:
            self.too_many = True


class Portions:
    """The portions of one assignment."""

    __slots__ = ("_of", "done", "left")

    def __init__(self) -> None:
        self.left, self.done = Runs(), Runs()
        self._of = {"1": self.left, "2": self.done}

    def take(self, texts: dict[str, str]) -> None:
        """A `<TimephasedData>`. Older files leave out a value of nothing; one that cannot be read is something."""
        runs = self._of.get(texts.get("Type", ""))
        value = texts.get("Value")
        if runs is not None and value and minutes_of(value) != 0:
            runs.take(texts.get("Start", ""), texts.get("Finish", ""))

    def doubt(self) -> str:
        """Why the pauses between the portions are not known; empty where they are."""
        if self.left.unread or self.done.unread:
            return "dates in its time-phased work cannot be read"
        if self.left.too_many or self.done.too_many:
            return f"its time-phased work is in more than {MOST_RUNS} pieces"
        return ""
