"""Cells as typed values. Every converter raises ValueError with what it expected, for people."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from cockpit.basics.text import clean
from cockpit.charter.words import word
from cockpit.records.model import Direction, Kind, LinkType
from cockpit.sources.numbers import LONGEST, parse

Cell = str | int | float | bool | date | datetime | time | timedelta | list[Any] | dict[str, Any] | None
"""What a cell of a file can be: CSV has only text, workbooks and JSON have types of their own."""

LARGEST = 1e15
"""Above it no amount, no duration and no measure is meant, and sums would run over."""

_YES = ("yes", "y", "true", "1", "x", "ja", "oui", "si", "sí")
_NO = ("no", "n", "false", "0", "-", "nein", "non")

_MARKS = " ?!.*-–—…()[]<>"
_OPEN = frozenset(
    {
        "tbc", "tbd", "tba", "t.b.c", "t.b.d", "n/a", "na", "n.a", "nn", "n.n", "none", "null", "nil", "open",
        "pending", "unknown", "not known", "to be confirmed", "to be defined", "to be decided", "not planned", "",
        "offen", "noch offen", "unklar", "unbekannt", "folgt", "k.a", "k. a", "keine", "keins", "entfällt", "ungeplant",
        "nicht geplant", "zu klären", "noch zu klären", "steht noch aus",
        "à définir", "a définir", "à confirmer", "a confirmer", "à préciser", "à déterminer", "à planifier", "nc",
        "n.c", "s.o", "sans objet", "aucun", "aucune", "inconnu", "inconnue", "non défini", "non planifié",
    }
)  # fmt: skip
"""What people write where a date or a number is not known yet, without marks at its ends; compared without case."""

_KINDS: Mapping[str, Kind] = {
    **{str(kind): kind for kind in Kind},
    "task": Kind.ACTIVITY,
    "issue": Kind.TICKET,
    "story": Kind.TICKET,
    "bug": Kind.TICKET,
    "epic": Kind.SUMMARY,
    "phase": Kind.SUMMARY,
}
_DIRECTIONS: Mapping[str, Direction] = {
    **{str(direction): direction for direction in Direction},
    "up": Direction.HIGHER,
    "higher is better": Direction.HIGHER,
    "down": Direction.LOWER,
    "lower is better": Direction.LOWER,
}
_LINKS: Mapping[str, LinkType] = {
    **{str(kind).casefold(): kind for kind in LinkType},
    "finish to start": LinkType.FS,
    "start to start": LinkType.SS,
    "finish to finish": LinkType.FF,
    "start to finish": LinkType.SF,
}


def is_blank(cell: Cell) -> bool:
    """Return whether a cell says nothing."""
    return cell is None or (isinstance(cell, str) and (not cell or cell.isspace()))


def is_open(cell: Cell) -> bool:
    """Return whether a cell says only that its date or number is not known yet: `TBC`, `n/a`, `?`, `à définir`."""
    return isinstance(cell, str) and len(cell) < 40 and " ".join(cell.casefold().split()).strip(_MARKS) in _OPEN


def text(cell: Cell) -> str:
    """Return a cell as harmless text: whole numbers without a point, days in ISO."""
    if isinstance(cell, str):
        return clean(cell.strip())
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "minutes")
    return "" if cell is None else clean(str(cell))


def required_text(cell: Cell) -> str:
    """Return a cell as text, where a list or table in its place is an error."""
    if isinstance(cell, list | dict):
        raise ValueError("text")
    return text(cell)


def one_person(cell: Cell) -> str:
    """Return the one name in a cell; several separated by `;` are an error, because then nobody answers for it."""
    name = required_text(cell)
    if sum(bool(part.strip()) for part in name.split(";")) > 1:
        raise ValueError("one person")
    return name.strip("; ")


def number(cell: Cell, decimal: str = "") -> float:
    """Return a number. Thousands separators, currency signs and `%` are dropped where that leaves no doubt.

    `decimal` (`.` or `,`) says what stands before the decimals of a text such as `1,234`.
    """
    value: float | None = None
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        value = float(cell)
    elif isinstance(cell, str):
        value = parse(cell, decimal) if len(cell) <= LONGEST else None
    if value is None or not math.isfinite(value):
        raise ValueError("a number")
    if abs(value) > LARGEST:
        raise ValueError("a number of at most 15 digits")
    return value


def whole_number(cell: Cell, decimal: str = "") -> int:
    """Return a number without decimals."""
    value = number(cell, decimal)
    if not value.is_integer():
        raise ValueError("a whole number")
    return int(value)


def percent(cell: Cell, decimal: str = "") -> float:
    """Return a percentage from 0 to 100."""
    value = number(cell, decimal)
    if not 0 <= value <= 100:
        raise ValueError("a percentage from 0 to 100")
    return value


def yes_or_no(cell: Cell) -> bool:
    """Return a truth value."""
    if isinstance(cell, bool):
        return cell
    said = text(cell).casefold()
    if said not in _YES and said not in _NO:
        raise ValueError("yes or no")
    return said in _YES


def names(cell: Cell) -> tuple[str, ...]:
    """Return the parts of a text separated by `;`, or the texts of a JSON list."""
    parts = cell if isinstance(cell, list) else text(cell).split(";")
    if any(isinstance(part, list | dict) for part in parts):
        raise ValueError("a list of texts")
    return tuple(part for part in (text(part) for part in parts) if part)


def _one_of(known: Mapping[str, StrEnum], kind: type[StrEnum]) -> Callable[[Cell], StrEnum]:
    expected = f"one of {', '.join(kind)}"

    def convert(cell: Cell) -> StrEnum:
        found = known.get(word(text(cell)))
        if found is None:
            raise ValueError(expected)
        return found

    return convert


CONVERTERS: Mapping[Any, Callable[[Cell], Any]] = {
    str: required_text,
    float: number,
    float | None: number,
    int | None: whole_number,
    bool: yes_or_no,
    tuple[str, ...]: names,
    Kind: _one_of(_KINDS, Kind),
    Direction: _one_of(_DIRECTIONS, Direction),
    LinkType: _one_of(_LINKS, LinkType),
}
"""The converter of each type that a column can have, but for dates, which are read a column at a time."""
