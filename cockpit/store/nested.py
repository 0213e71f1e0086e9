"""Values of more than one part as JSON text, and back to exactly what they were.

Tuples are lists, dates ISO text, enums their text. A frozen dataclass is an object of the fields that differ from
their defaults, so that a field it gains later changes no text; names that it does not know are passed over.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from operator import attrgetter
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

Convert = Callable[[Any], Any]

ABSENT = object()
"""The default of a field that has none: no value equals it."""
_SHARED = 8192
"""Texts whose values are kept: most tasks of a plan say the same few things."""


def kind_of(hint: Any) -> Any:
    """The type of a field without its `None`; a `Moment` where a date may be a datetime."""
    if not isinstance(hint, UnionType):
        return hint
    members = [member for member in get_args(hint) if member is not type(None)]
    return members[0] if len(members) == 1 else datetime


def encode_moment(value: date | datetime) -> str:
    """ISO text, to the minute where it has one."""
    return value.isoformat(timespec="minutes") if isinstance(value, datetime) else value.isoformat()


def decode_moment(text: str) -> date | datetime:
    """The inverse of `encode_moment`."""
    return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)


def rule_of(kind: Any) -> tuple[Convert, Convert]:
    """What turns a value of `kind` (tuples, or a frozen dataclass) into text, and what turns it back.

    The first raises ValueError or TypeError for what can't be kept.
    """
    if is_dataclass(kind):
        return _dataclass_rule(kind)
    shape = _shape(kind)
    return (
        lambda value: _to_json(value) if value else "[]",
        lambda text: () if text == "[]" else shape(json.loads(text)),
    )


def _part(value: object) -> str:
    if isinstance(value, date):
        return encode_moment(value)
    raise TypeError(f"a part of it is of the unknown kind {type(value).__name__}")


_to_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=_part).encode


def _dataclass_rule(kind: Any) -> tuple[Convert, Convert]:
    hints = get_type_hints(kind)
    kept = [(field.name, ABSENT if field.default is MISSING else field.default) for field in fields(kind)]
    shapes = {name: _shape(hints[name]) for name, _ in kept}
    get = attrgetter(*(name for name, _ in kept))

    def encode(value: Any) -> str:
        pairs = zip(kept, get(value), strict=True)
        return _to_json({name: part for (name, default), part in pairs if part != default})

    @lru_cache(_SHARED)
    def decode(text: str) -> Any:
        said = json.loads(text)
        return kind(**{name: shapes[name](part) for name, part in said.items() if name in shapes})

    return encode, decode


def _shape(hint: Any) -> Convert:
    """What turns plain JSON back into the values of a type, or None where the type allows it."""
    kind = kind_of(hint)
    convert = _exact(kind)
    if kind is hint or convert is _same:
        return convert
    return lambda value: None if value is None else convert(value)


def _exact(kind: Any) -> Convert:
    if get_origin(kind) is tuple:
        return _tuple(get_args(kind))
    if isinstance(kind, type) and issubclass(kind, tuple):
        hints = tuple(get_type_hints(kind).values())
        parts = _tuple(hints)
        return lambda value: kind(*parts(value[: len(hints)]))
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return kind
    return _DATES.get(kind, _same)


def _tuple(parts: tuple[Any, ...]) -> Convert:
    if len(parts) == 2 and parts[1] is Ellipsis:
        each = _shape(parts[0])
        return tuple if each is _same else lambda value: tuple(map(each, value))
    shapes = [_shape(part) for part in parts]
    if all(shape is _same for shape in shapes):
        return tuple
    return lambda value: tuple(shape(part) for shape, part in zip(shapes, value, strict=True))


def _same(value: Any) -> Any:
    return value


_DATES: dict[Any, Convert] = {date: date.fromisoformat, datetime: decode_moment}
