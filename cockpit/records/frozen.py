"""Frozen records that are made quickly: a large plan is a few hundred thousand of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, fields
from typing import Any, TypeVar

Record = TypeVar("Record", bound=type)


def quick(kind: Record) -> Record:
    """Give a frozen dataclass with slots an `__init__` that fills the slots itself; its fields are keywords, and their
    defaults are values.

    The one that `dataclasses` writes goes through `object.__setattr__`, field by field, and takes twice the time.
    Records stay frozen: only the slots' own descriptors write.
    """
    known = fields(kind)
    names: dict[str, Any] = {}
    for field in known:
        names[f"_set_{field.name}"] = getattr(kind, field.name).__set__
        names[f"_default_{field.name}"] = field.default
    words = ", ".join(f.name if f.default is MISSING else f"{f.name}=_default_{f.name}" for f in known)
    lines = [f" _set_{field.name}(self, {field.name})" for field in known]
    exec(f"def __init__(self, *, {words}) -> None:\n" + "\n".join(lines), names)
    init = names["__init__"]
    init.__qualname__ = f"{kind.__qualname__}.__init__"
    kind.__init__ = init  # type: ignore[misc]
    return kind


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
