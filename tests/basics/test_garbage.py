"""What is not looked through for garbage, and when."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from cockpit.basics import garbage
from cockpit.basics.garbage import uncollected


class Row:
    """A thing that is told of when it goes."""


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Whatever a test leaves, it is looked through again after it as it was before."""
    frozen, was_on = gc.get_freeze_count(), gc.isenabled()
    gc.enable()
    yield
    gc.unfreeze()
    if frozen:  # the whole run has what was there at its start left out
        gc.freeze()
    if not was_on:
        gc.disable()


def test_nothing_is_looked_for_meanwhile_and_afterwards_as_before() -> None:
    with uncollected():
        assert not gc.isenabled()
        with uncollected():
            pass
        assert not gc.isenabled(), "whoever began it ends it"
    assert gc.isenabled()
    gc.disable()
    with uncollected():
        pass
    assert not gc.isenabled(), "where it was off it stays off"


def test_very_much_that_was_made_is_looked_through_no_more_and_freed_all_the_same() -> None:
    gc.collect()
    before = gc.get_freeze_count()
    with uncollected():
        rows = [Row() for _ in range(garbage.MANY + 1)]
    assert gc.get_freeze_count() >= before + garbage.MANY
    last = weakref.ref(rows[-1])
    rows.clear()
    assert last() is None


def test_of_little_that_was_made_circles_are_found_as_ever() -> None:
    gc.collect()
    before = gc.get_freeze_count()
    with uncollected():
        one, other = Row(), Row()
        one.other, other.other = other, one  # type: ignore[attr-defined]
    assert gc.get_freeze_count() == before
    gone = weakref.ref(one)
    del one, other
    gc.collect()
    assert gone() is None
