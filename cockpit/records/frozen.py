"""Frozen records that take little room: a large plan is a few hundred thousand of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

Record = TypeVar("Record", bound=type)


def compact(name: str, pack: Callable[[Any], Any], unpack: Callable[[Any], Any]) -> Callable[[Record], Record]:
    """Have a frozen dataclass with slots keep one field as something that takes less room: what `pack` makes of its
    value and `unpack` makes into an equal one again, each time somebody asks."""

    def of(kind: Record) -> Record:
        slot = getattr(kind, name)
        setattr(
            kind, name, property(lambda own: unpack(slot.__get__(own)), lambda own, it: slot.__set__(own, pack(it)))
        )
        return kind

    return of
