"""Records of the vocabulary as rows of typed columns, and back.

Dates are ISO text, datetimes ISO text to the minute, enums their text, tuples and dataclasses JSON. The hash of a row
covers every field that differs from its default, and not the place where the row stood: a field added later changes
no hash.
"""

from __future__ import annotations

import hashlib
import json
import math
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import MISSING, Field, fields
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from operator import attrgetter
from typing import Any, get_type_hints

from cockpit.basics.classes import dataclass
from cockpit.basics.text import one_line
from cockpit.records.model import KEYS, TABLES, Origin, Record
from cockpit.store.errors import DamageError
from cockpit.store.nested import ABSENT, Convert, decode_moment, encode_moment, kind_of, rule_of

_encoder = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _quick_encoder() -> Callable[[Any], str]:
    """The encoder's own way with a list, made once: it makes one for every text that it writes."""
    make: Any = getattr(json.encoder, "c_make_encoder", None)
    if make is None:
        return _encoder.encode
    parts = make(None, _encoder.default, json.encoder.encode_basestring, None, ":", ",", False, False, False)
    return lambda value: "".join(parts(value, 0))


_to_json = _quick_encoder()
LARGEST = 2**63 - 1
_SHARED = 8192
"""Days and numbers that are one object wherever they are told: plans tell few of them, very often."""
_OWN = ("title", "acceptance")
"""Texts that hardly any two rows share. Of all others one object is kept for all that have it: what a link ties and
what history tells of is named by the very text that is the row's own id."""


@dataclass(frozen=True)
class Codec:
    """How records of one table are kept. `columns` are the names and types of its columns, in the record's order."""

    table: str
    record: type[Record]
    columns: dict[str, type]
    _get: Callable[[Record], tuple[Any, ...]]
    _encoders: tuple[tuple[int, Convert], ...]
    _decoders: tuple[tuple[int, Convert], ...]
    _defaults: tuple[tuple[str, Any], ...]

    def encode(self, record: Record) -> tuple[Any, ...]:
        """The record as SQLite values, in the order of `columns`. ValueError names what can't be kept."""
        values = list(self._get(record))
        for index, convert in self._encoders:
            if values[index] is not None:
                values[index] = convert(values[index])
        return tuple(values)

    def digest(self, values: Sequence[Any]) -> bytes:
        """Sixteen bytes that are equal when two encoded rows say the same. ValueError for text that is no Unicode."""
        said = [
            part
            for (name, default), value in zip(self._defaults, values, strict=True)
            if value != default
            for part in (name, value)
        ]
        return hashlib.blake2b(_to_json(said).encode(), digest_size=16).digest()

    def verified(self, digest: object, values: Sequence[Any]) -> Sequence[Any]:
        """The values of a row that was kept with this hash. Raises DamageError where they are others."""
        if self.digest(values) != digest:
            said = dict(zip(self.columns, values, strict=True))
            key = one_line("|".join(str(said[name]) for name in KEYS.get(self.table, ("id",))), 60)
            raise DamageError(f"a row of {self.table} (“{key}”) is not as it was kept: its hash does not fit")
        return values

    def decode(self, values: Iterable[Any], origin: Origin | None) -> Record:
        """The record of a row of `columns`, standing at `origin`."""
        row = list(values)
        for index, convert in self._decoders:
            if row[index] is not None:
                row[index] = convert(row[index])
        return self.record(**dict(zip(self.columns, row, strict=True)), origin=origin)

    def moved(self, record: Record, origin: Origin | None) -> Record:
        """The same record, standing at `origin`: what `dataclasses.replace` makes, in a third of the time."""
        return self.record(**dict(zip(self.columns, self._get(record), strict=True)), origin=origin)


def _codec(table: str, record: type[Record]) -> Codec:
    kept = [field for field in fields(record) if field.name != "origin"]
    hints = get_type_hints(record)
    kinds = [kind_of(hints[field.name]) for field in kept]
    rules = [_RULES.get(kind) or _json_rule(kind) for kind in kinds]
    names = [field.name for field in kept]
    shared = [kind is str and name not in _OWN for kind, name in zip(kinds, names, strict=True)]
    decoders = [sys.intern if share else rule[2] for share, rule in zip(shared, rules, strict=True)]
    encoders = tuple((index, rule[1]) for index, rule in enumerate(rules) if rule[1])
    return Codec(
        table=table,
        record=record,
        columns={name: rule[0] for name, rule in zip(names, rules, strict=True)},
        _get=attrgetter(*names),
        _encoders=encoders,
        _decoders=tuple((index, convert) for index, convert in enumerate(decoders) if convert),
        _defaults=tuple((field.name, _default(field, rule[1])) for field, rule in zip(kept, rules, strict=True)),
    )


def _default(field: Field[Any], encode: Convert | None) -> Any:
    if field.default is MISSING:
        return ABSENT
    return encode(field.default) if encode and field.default is not None else field.default


def _encode_float(value: Any) -> float:
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(f"{number} is not a finite number")
    return number + 0.0  # SQLite keeps no negative zero


def _encode_int(value: Any) -> int:
    number = int(value)
    if abs(number) > LARGEST:
        raise ValueError(f"the number {str(number)[:20]}… is too large")
    return number


def _encode_date(value: date) -> str:
    return value.isoformat()[:10]


_RULES: dict[Any, tuple[type, Convert | None, Convert | None]] = {
    str: (str, None, None),
    float: (float, _encode_float, lru_cache(_SHARED)(float)),
    int: (int, _encode_int, None),
    bool: (int, int, bool),
    date: (str, _encode_date, lru_cache(_SHARED)(date.fromisoformat)),
    datetime: (str, encode_moment, lru_cache(_SHARED)(decode_moment)),
}


def _json_rule(kind: Any) -> tuple[type, Convert | None, Convert | None]:
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return (str, str, _Members(kind).__getitem__)
    return (str, *rule_of(kind))


class _Members(dict[str, StrEnum]):
    """The members of an enum by their text. ValueError for one that it has not."""

    def __init__(self, kind: type[StrEnum]) -> None:
        super().__init__({str(member): member for member in kind})
        self._kind = kind

    def __missing__(self, text: str) -> StrEnum:
        return self._kind(text)


CODECS: dict[str, Codec] = {table: _codec(table, record) for table, record in TABLES.items()}
"""The codec of each table of the vocabulary."""
