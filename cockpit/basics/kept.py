"""What is made of a part of an assessment is made once for each: screens ask for it at every paint."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

Source = TypeVar("Source")
Made = TypeVar("Made")


def kept(make: Callable[[Source], Made]) -> Callable[[Source], Made]:
    """Keep the last result of a pure function of one frozen thing, for as long as it is asked of that very object.

    It is known by identity: to compare it, or to hash it, would take as long as to make the result again. Several
    threads may ask at once; at worst it is made twice.
    """
    last: list[tuple[Source, Made]] = []

    def of(source: Source) -> Made:
        known = last[0] if last else None
        if known is not None and known[0] is source:
            return known[1]
        made = make(source)
        last[:] = [(source, made)]
        return made

    of.__doc__ = make.__doc__
    return of
