"""Where two networks of the same shape differ, and their dates."""

from __future__ import annotations

from array import array
from collections.abc import Iterable

from cockpit.engine.scheduling.noderows import NODE_COLUMNS
from cockpit.engine.scheduling.schedule import Forward, Run

_STRETCH, _SHORT = 512, 16
_ROW = (*NODE_COLUMNS, "begun", "ended", "spent")
"""What the kernel knows of a node by itself."""
DATES = ("start", "finish", "begin", "reach", "work", "whole", "driver")


def other_rows(run: Run, earlier: Run) -> set[int] | None:
    """The nodes whose rows differ; None where more than rows does, or the question asked."""
    net, was = run.net, earlier.net
    rest = (name for name in net._fields if name not in _ROW)
    if run.frame != earlier.frame or any(not _is_same(getattr(net, name), getattr(was, name)) for name in rest):
        return None
    return {node for name in _ROW for node in differing(getattr(net, name), getattr(was, name))}


def other_dates(dates: Forward, earlier: Forward, names: Iterable[str] = DATES) -> set[int]:
    """The nodes of one network of which any of these early dates differ."""
    return {node for name in names for node in differing(getattr(dates, name), getattr(earlier, name))}


def _is_same(one: object, other: object) -> bool:
    return one is other or one == other


def differing(new: array[int], old: array[int]) -> list[int]:
    """The places, ascending, at which two columns of one length hold other numbers.

    Stretches are compared as blocks of bytes, and what differs in shorter ones: most of them are as they were.
    """
    if new is old or new == old:
        return []
    return [place for begin in _apart(new, old, 0, len(new), _STRETCH) for place in _near(new, old, begin)]


def _apart(new: array[int], old: array[int], begin: int, end: int, size: int) -> list[int]:
    """Where the stretches of this size begin that differ."""
    starts = range(begin, end, size)
    return [at for at in starts if new[at : min(at + size, end)] != old[at : min(at + size, end)]]


def _near(new: array[int], old: array[int], begin: int) -> list[int]:
    """The places of one stretch that differ."""
    end = min(begin + _STRETCH, len(new))
    return [
        place
        for at in _apart(new, old, begin, end, _SHORT)
        for place in range(at, min(at + _SHORT, end))
        if new[place] != old[place]
    ]
