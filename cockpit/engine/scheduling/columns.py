"""Columns of int64 and texts as one run of bytes, and back without copying them.

A head in JSON says what lies where; then come the texts, then the columns, each of the narrowest numbers that hold it.
Of a column that has one value throughout only that is kept. Whoever keeps the bytes answers for it that they are the
same when they are read; here only their form is checked.
"""

from __future__ import annotations

import json
import sys
from array import array
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, overload

from cockpit.basics.classes import dataclass

FORM = f"columns 1 {sys.byteorder}"
_WIDTH = 8
_BETWEEN = "\0"
_CODES = tuple((code, 1 << 8 * array(code).itemsize) for code in "BHI")
"""Of numbers that are not negative: the code of an array, and what they are below."""
_ERRORS = (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError)


class FormError(ValueError):
    """What cannot be kept as bytes, or bytes that are none of these."""


@dataclass(frozen=True, slots=True)
class Column(Sequence[int]):
    """Numbers where they lie, or one number so many times."""

    size: int
    value: int
    view: memoryview | None = None

    def __len__(self) -> int:
        return self.size

    @overload
    def __getitem__(self, place: int) -> int: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[int]: ...

    def __getitem__(self, place: int | slice) -> int | Sequence[int]:
        return (self.array() if self.view is None else self.view)[place]

    def array(self) -> array[int]:
        """An array of their own."""
        if self.view is None:
            return array("q", [self.value]) * self.size
        if self.view.format == "q":
            found = array("q")
            found.frombytes(self.view.cast("B"))
        elif sys.byteorder == "little":  # in a tenth of the time: the other bytes of each number are zero
            found = array("q", bytes(self.size * _WIDTH))
            narrow: Any = memoryview(found).cast("B").cast(self.view.format)  # type: ignore[call-overload]
            narrow[:: _WIDTH // self.view.itemsize] = self.view
        else:
            found = array("q", self.view)
        return found


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts where they lie."""

    size: int
    view: memoryview

    def read(self) -> list[str]:
        """All of them. Raises FormError."""
        try:
            found = str(self.view, "utf-8", "surrogatepass").split(_BETWEEN) if self.size else []
        except ValueError as error:
            raise FormError(str(error)) from error
        if len(found) != self.size:
            raise FormError("There are more or fewer texts than there are said to be.")
        return found


class Contents(NamedTuple):
    """What is kept together."""

    said: Mapping[str, Any]
    """As JSON holds it."""
    texts: Mapping[str, Texts]
    columns: Mapping[str, Column]


def pack(said: Mapping[str, Any], texts: Mapping[str, Sequence[str]], columns: Mapping[str, array[int]]) -> bytes:
    """All of it as bytes. Raises FormError for texts that cannot be told apart again."""
    own = {name: _joined(each) for name, each in texts.items()}
    forms = {name: _form(column) for name, column in columns.items()}
    sizes = {name: (len(each), len(own[name])) for name, each in texts.items()}
    head = json.dumps({"form": FORM, "said": said, "texts": sizes, "columns": forms}).encode()
    numbers = (array(code, columns[name]).tobytes() for name, (_, code, _) in forms.items() if code)
    return b"".join((len(head).to_bytes(_WIDTH, "little"), head, *own.values(), *numbers))


def unpack(data: bytes | memoryview) -> Contents:
    """What `pack` was given, lying where it lies. Raises FormError."""
    view = memoryview(data)
    try:
        at = _WIDTH + int.from_bytes(view[:_WIDTH], "little")
        whole = json.loads(bytes(view[_WIDTH:at]))
        if whole["form"] != FORM:
            raise FormError(f"The form is {whole['form']}.")
        texts, columns = {}, {}
        for name, (count, size) in whole["texts"].items():
            texts[name] = Texts(count, view[at : at + size])
            at += size
        for name, (count, code, value) in whole["columns"].items():
            end = at + count * array(code).itemsize if code else at
            columns[name] = Column(count, value, view[at:end].cast(code) if code else None)
            at = end
        if at != len(view):
            raise FormError("There are more or fewer bytes than there are said to be.")
        return Contents(whole["said"], texts, columns)
    except _ERRORS as error:
        raise FormError(str(error)) from error


def _joined(texts: Sequence[str]) -> bytes:
    between = _BETWEEN.join(texts)
    if texts and between.count(_BETWEEN) != len(texts) - 1:
        raise FormError("A text holds what parts one text from another.")
    return between.encode("utf-8", "surrogatepass")


def _form(column: array[int]) -> tuple[int, str, int]:
    """How long a column is, of what numbers it is kept (none: all are the same), and its first one."""
    if not column:
        return 0, "", 0
    low, high = min(column), max(column)
    fitting = (code for code, below in _CODES if low >= 0 and high < below)
    return len(column), "" if low == high else next(fitting, "q"), column[0]
