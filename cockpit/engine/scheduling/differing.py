"""Where two columns of a network differ."""

from __future__ import annotations

from array import array

_STRETCH = 256


def differing(new: array[int], old: array[int]) -> list[int]:
    """The places, ascending, at which two columns of one length hold other numbers.

    Stretches are compared as blocks of bytes: most of them are as they were.
    """
    if new is old or new == old:
        return []
    return [
        place
        for begin in range(0, len(new), _STRETCH)
        if new[begin : begin + _STRETCH] != old[begin : begin + _STRETCH]
        for place in range(begin, min(begin + _STRETCH, len(new)))
        if new[place] != old[place]
    ]
