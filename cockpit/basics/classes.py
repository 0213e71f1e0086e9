"""Dataclasses whose methods are made when they are first called, and whose records are made quickly.

The standard decorator compiles up to six functions for each class while its module is loaded: for our three hundred
classes that is a fifth of the time in which a command begins, and most commands make instances of a few dozen. Its
`__init__` of a frozen class goes through `object.__setattr__`, field by field; a large plan is a few hundred thousand
records, and to fill the slots by their own descriptors takes half of the time.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import MISSING, Field, FrozenInstanceError, fields
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any, NoReturn

__all__ = ["dataclass"]


def _dataclass(kind: type | None = None, /, *, frozen: bool = False, slots: bool = False, kw_only: bool = False) -> Any:
    """The standard decorator, with these of its options: what it makes is equal, but made at another moment."""

    def decorated(kind: type) -> Any:
        return _decorated(kind, frozen, slots, kw_only)

    return decorated if kind is None else decorated(kind)


def _decorated(kind: type, frozen: bool, slots: bool, kw_only: bool) -> Any:
    own = dict(vars(kind))
    has_hash = own.get("__hash__") is not None or ("__hash__" in own and "__eq__" not in own)
    if not kind.__doc__:
        kind.__doc__ = kind.__name__  # else its signature is worked out to stand there
    made: Any = dataclasses.dataclass(init=False, repr=False, eq=False, slots=slots, kw_only=kw_only)(kind)
    if "__init__" not in own:
        _set(made, "__init__", _at_first_call(made, "__init__", lambda: _init(made, frozen)))
    if "__repr__" not in own:
        _set(made, "__repr__", _repr)
    if "__eq__" not in own:
        _set(made, "__eq__", _at_first_call(made, "__eq__", lambda: _compared(made, "__eq__")))
    if not has_hash:
        hashed = _at_first_call(made, "__hash__", lambda: _compared(made, "__hash__"))
        _set(made, "__hash__", hashed if frozen else None)
    if frozen:
        _freeze(made)
        if slots and "__getstate__" not in own:  # else it could not be put together again
            _set(made, "__getstate__", _state)
            _set(made, "__setstate__", _put_state)
    return made


def _set(kind: type, name: str, method: object) -> None:
    setattr(kind, name, method)


def _at_first_call(kind: type, name: str, make: Callable[[], Callable[..., Any]]) -> Callable[..., Any]:
    def method(self: object, *values: object, **named: object) -> Any:
        made = make()
        made.__name__, made.__qualname__ = name, f"{kind.__qualname__}.{name}"
        _set(kind, name, made)
        return made(self, *values, **named)

    return method


def _init(kind: type, frozen: bool) -> Callable[..., Any]:
    """Write `__init__`: a parameter for each field, first those that may stand without their name."""
    names: dict[str, Any] = {"_missing": MISSING, "_set": object.__setattr__}
    known = fields(kind)
    taken = [field for field in known if field.init]
    words = [_parameter(field, names) for field in taken if not field.kw_only]
    named = [_parameter(field, names) for field in taken if field.kw_only]
    lines = [_filled(kind, field, frozen, names) for field in known]
    lines += ["self.__post_init__()"] if hasattr(kind, "__post_init__") else []
    head = ", ".join(["self", *words, *(["*", *named] if named else [])])
    exec(f"def __init__({head}):\n " + "\n ".join([*filter(None, lines)] or ["pass"]), names)
    made: Callable[..., Any] = names["__init__"]
    return made


def _parameter(field: Field[Any], names: dict[str, Any]) -> str:
    if field.default_factory is not MISSING:
        names[f"_make_{field.name}"] = field.default_factory
        return f"{field.name}=_missing"
    if field.default is not MISSING:
        names[f"_default_{field.name}"] = field.default
        return f"{field.name}=_default_{field.name}"
    return field.name


def _filled(kind: type, field: Field[Any], frozen: bool, names: dict[str, Any]) -> str:
    """The line that fills a field; empty for one that has its value from the class."""
    name = field.name
    value = name
    if field.default_factory is not MISSING:
        names[f"_make_{name}"] = field.default_factory
        value = f"_make_{name}() if {name} is _missing else {name}" if field.init else f"_make_{name}()"
    elif not field.init:
        if field.default is MISSING:
            return ""
        names[f"_default_{name}"] = field.default
        value = f"_default_{name}"
    if not frozen:
        return f"self.{name} = {value}"
    write = getattr(getattr(kind, name, None), "__set__", None)
    if write is None:
        return f"_set(self, {name!r}, {value})"
    names[f"_write_{name}"] = write
    return f"_write_{name}(self, {value})"


@recursive_repr()
def _repr(self: Any) -> str:
    shown = (f"{field.name}={getattr(self, field.name)!r}" for field in fields(self) if field.repr)
    return f"{type(self).__qualname__}({', '.join(shown)})"


def _compared(kind: type, name: str) -> Callable[..., Any]:
    """Have the standard decorator make a method of comparison, for another class with the same fields."""
    like: dict[str, Any] = {
        field.name: dataclasses.field(hash=field.hash, compare=field.compare) for field in fields(kind)
    }
    like["__annotations__"] = {field.name: field.type for field in fields(kind)}
    made: Callable[..., Any] = vars(
        dataclasses.dataclass(init=False, repr=False, eq=name == "__eq__", unsafe_hash=name == "__hash__")(
            type(kind.__name__, (), {"__doc__": name, **like})
        )
    )[name]
    return made


def _freeze(kind: Any) -> None:
    names = frozenset(field.name for field in fields(kind))

    def refuse_to_set(self: object, name: str, value: object) -> None:
        if type(self) is kind or name in names:
            _refuse("assign to", name)
        super(kind, self).__setattr__(name, value)

    def refuse_to_delete(self: object, name: str) -> None:
        if type(self) is kind or name in names:
            _refuse("delete", name)
        super(kind, self).__delattr__(name)

    _set(kind, "__setattr__", refuse_to_set)
    _set(kind, "__delattr__", refuse_to_delete)


def _refuse(what: str, name: str) -> NoReturn:
    raise FrozenInstanceError(f"cannot {what} field {name!r}")


def _state(self: Any) -> list[Any]:
    return [getattr(self, field.name) for field in fields(self)]


def _put_state(self: Any, state: list[Any]) -> None:
    for field, value in zip(fields(self), state, strict=True):
        object.__setattr__(self, field.name, value)


if TYPE_CHECKING:
    from dataclasses import dataclass
else:
    dataclass = _dataclass
