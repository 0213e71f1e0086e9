"""How long it takes from the save of a file to the screen, as far as this session has seen it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from cockpit.session.intake import Change

JUST = 60.0
"""Seconds within which a file counts as saved just now; what lies longer back was no save that was watched."""


class Lags(NamedTuple):
    """The last and the longest of one file, in seconds, and of how many saves."""

    last: float
    worst: float
    saves: int


class Latencies:
    """The latencies of a session, by file."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._found: dict[str, Lags] = {}

    @property
    def known(self) -> Mapping[str, Lags]:
        """Those of all files of which a save was seen; what it holds now stays as it is."""
        return self._found

    def of(self, path: str) -> Lags | None:
        """Those of one file; None where no save of it was seen."""
        return self._found.get(path)

    def shown(self, changes: Sequence[Change]) -> bool:
        """Note that what these changes brought is on the screen now; return whether any was a save just before."""
        now, found = self._clock(), dict(self._found)
        for change in changes:
            lag = -1.0 if change.saved is None else now - change.saved
            if 0 <= lag < JUST:
                known = found.get(change.path, Lags(0.0, 0.0, 0))
                found[change.path] = Lags(lag, max(lag, known.worst), known.saves + 1)
        noted = found != self._found
        self._found = found
        return noted
