"""Doing without the garbage collector for a while."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

MANY = 50_000
"""Where so many things more are there than before, all that is there is not looked through again."""


@contextmanager
def uncollected() -> Iterator[None]:
    """Do without looking for garbage meanwhile: where all that is made lives on, that takes up to a quarter of the
    time. Nor is it looked through later where it is much: half a second for the rows of a hundred thousand work items,
    in which no key is answered. What nobody holds any more is freed all the same; only circles are not, and rows are
    in none."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            if gc.get_count()[0] > MANY:  # counted also while nothing is looked for
                gc.freeze()
            gc.enable()
