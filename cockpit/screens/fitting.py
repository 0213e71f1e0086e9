"""How wide columns are: as wide as they are meant to be, unless one has cells over that the words of another need."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Wish(NamedTuple):
    """What is known of a column: the width it is meant to have, its part of what is left over, and how many cells what
    it says takes; None for a drawing, which fills whatever it gets."""

    width: int
    grow: int
    need: int | None


AIR = 8
"""Cells at most by which words get more than they take: an eye that goes from a name to its figure needs it close."""


def fitted(wishes: Sequence[Wish], spare: int) -> list[int]:
    """Return the width of each column, with `spare` cells left over where each has the width that it is meant to have.

    First come the words that would be cut, of columns that grow: they get what is spare, then what others do not use.
    What is left goes to all that grow: to words a few cells, to drawings as many as there are. All together are at most
    as wide as the widths meant and the cells to spare.
    """
    shares = sum(wish.grow for wish in wishes)
    unused = [max(wish.width - wish.need, 0) if wish.need is not None else 0 for wish in wishes]
    wanted = [_wanted(wish, spare, shares) for wish in wishes]
    given = _given(wanted, [wish.grow for wish in wishes], spare + sum(unused))
    taken = _taken(unused, sum(given) - spare)
    widths = [wish.width + more - less for wish, more, less in zip(wishes, given, taken, strict=True)]
    return _aired(widths, wishes, spare - sum(given) + sum(taken))


def _aired(widths: Sequence[int], wishes: Sequence[Wish], left: int) -> list[int]:
    """The widths with the cells that are left, as far as anybody has a use for them."""
    shares = sum(wish.grow for wish in wishes) or 1
    drawn = sum(wish.grow for wish in wishes if wish.need is None)
    wanted = [
        max(wish.need + AIR - width, 0) if wish.grow and wish.need is not None else 0
        for width, wish in zip(widths, wishes, strict=True)
    ]
    more = _given(wanted, [wish.grow for wish in wishes], left * (shares - drawn) // shares if drawn else left)
    rest = left - sum(more)
    return [
        width + (rest * wish.grow // drawn if wish.need is None and drawn else air)
        for width, wish, air in zip(widths, wishes, more, strict=True)
    ]


def _wanted(wish: Wish, spare: int, shares: int) -> int:
    """The cells that a column lacks; a drawing wants its part of what is spare."""
    if not wish.grow:
        return 0
    return spare * wish.grow // shares if wish.need is None else max(wish.need - wish.width, 0)


def _given(wanted: Sequence[int], grow: Sequence[int], pool: int) -> list[int]:
    """The cells that each gets of a pool, by its part in it, and none more than it wants."""
    given = [0] * len(wanted)
    while pool > 0 and (lacking := [place for place, want in enumerate(wanted) if given[place] < want]):
        shares, whole = sum(grow[place] for place in lacking), pool
        for place in lacking:
            part = min(max(whole * grow[place] // shares, 1), wanted[place] - given[place], pool)
            given[place] += part
            pool -= part
    return given


def _taken(unused: Sequence[int], number: int) -> list[int]:
    """So many cells of those that are not used: from whoever has most of them left."""
    left = list(unused)
    for _ in range(number):
        left[left.index(max(left))] -= 1
    return [before - after for before, after in zip(unused, left, strict=True)]
