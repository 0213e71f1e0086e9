"""Files that were read while they were young, and not believed yet: they may be half of what they will be."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from cockpit.records.difference import Difference
from cockpit.records.model import key_of
from cockpit.session import settling
from cockpit.session.settling import Hold, Look, Mark, age_of

if TYPE_CHECKING:
    from cockpit.records.model import Batch
    from cockpit.sources.registry import Found
    from cockpit.store import Store

_LINES = (".csv", ".tsv", ".xer")
"""Endings of files that are written line by line: half of one can be read like a whole one."""


class Doubts:
    """By source what it looked like when it was not believed, and the age from which it is."""

    def __init__(self) -> None:
        self._until: dict[str, tuple[Mark, Hold, float]] = {}
        self._missing: dict[str, float] = {}

    def stands(self, found: Found, look: Look | None) -> bool:
        """Tell whether a file is not to be read now: it is being written, missing for a moment, or as doubtful as it
        was."""
        if look is None:
            since = self._missing.setdefault(found.relative, time.monotonic())
            return time.monotonic() - since < settling.GONE
        self._missing.pop(found.relative, None)
        if look.hold is Hold.WRITING:
            return True
        mark, hold, until = self._until.get(found.relative, (None, None, 0.0))
        return (mark, hold) == (look.mark, look.hold) and age_of(look.mark) < until

    def raised(self, found: Found, look: Look | None, read: Batch | Difference | None, store: Store) -> bool:
        """Tell whether what a file gave (None: it could not be used) is not to be believed yet, and keep that in mind.

        A file that gave less than before may be written anew in several goes; once that was seen, it has to be quiet.
        """
        if look is None:
            return False
        until = _until(found, look, read, store)
        if found.relative in self._until and look.hold is Hold.FREE:
            until = max(until, settling.QUIET)
        if age_of(look.mark) < until:
            self._until[found.relative] = (look.mark, look.hold, until)
            return True
        self._until.pop(found.relative, None)
        return False


def _until(found: Found, look: Look, read: Batch | Difference | None, store: Store) -> float:
    """Return the age in seconds from which a file is believed: the more there is to lose, the later."""
    if look.hold in (Hold.MOVED, Hold.OLD):
        return 0.0
    if read is None:
        return settling.LONG if look.hold is Hold.HELD else settling.BROKEN
    before = store.rows_of(found.relative)
    if before is None:
        return settling.QUIET
    fewer = _is_less(read, before)
    if look.hold is Hold.HELD:
        return settling.LONG if fewer or _is_open_ended(found) else 0.0
    if look.hold is Hold.UNKNOWN:
        return settling.UNSURE if fewer else 0.0
    return settling.QUIET if fewer or _is_open_ended(found) else 0.0


def _is_less(read: Batch | Difference, before: int) -> bool:
    """Tell whether rows are gone: by their keys where these are known, else by how many there are."""
    if isinstance(read, Difference):
        return not set(read.gone.values()) <= {key_of(read.table, record) for record in read.records}
    return sum(map(len, read.records.values())) < before


def _is_open_ended(found: Found) -> bool:
    """Tell whether a file of lines does not end with the end of one."""
    if found.path.suffix.lower() not in _LINES:
        return False
    try:
        with found.path.open("rb") as file:
            file.seek(-min(2, file.seek(0, 2)), 2)
            return not {10, 13} & set(file.read(2))
    except OSError:
        return False
