"""Answers that are told again, where they are made of the very things that they were made of before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar, cast

if TYPE_CHECKING:
    from cockpit.engine.case import Case

T = TypeVar("T")

_PLAIN = (str, int, float, bool, date, tuple, type(None))
"""What is compared by what it says. Of anything else the very same object counts: two records are equal wherever they
stand."""


class Again:
    """The part of a case that knows of the case before."""

    @property
    def same_ground(self) -> Case | None:
        """The case before, if nothing but work and its history is otherwise."""
        case = cast("Case", self)
        before = case.earlier
        return before if before is not None and before.facts.ground is case.facts.ground else None

    @property
    def same_needs(self) -> Case | None:
        """The case before, if every dependency and every statement is there what it is here, and of work only times
        are otherwise."""
        case = cast("Case", self)
        before = case.earlier
        return before if before is not None and before.facts.needs is case.facts.needs else None

    @cached_property
    def _told(self) -> dict[tuple[str, ...], tuple[tuple[object, ...], object]]:
        return {}

    def again(self, name: tuple[str, ...], seen: tuple[object, ...], make: Callable[[], T]) -> T:
        """What `make` gives: as it was told before by this name where all that it is made of is what it was.

        `seen` is all of that but for what the ground holds (`Facts.ground`): objects that are made anew when anything
        of them differs, or plain values and tuples of them.
        """
        before = self.same_ground
        known = before._told.get(name) if before is not None else None
        value = cast(T, known[1]) if known is not None and _is_same(known[0], seen) else make()
        self._told[name] = seen, value
        return value


def _is_same(seen: tuple[object, ...], other: tuple[object, ...]) -> bool:
    return all(a is b or (isinstance(a, _PLAIN) and a == b) for a, b in zip(seen, other, strict=True))
