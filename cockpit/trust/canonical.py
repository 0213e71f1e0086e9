"""The one form in which a statement is signed: RFC 8785 canonical JSON, read back strictly."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from typing import Any

import rfc8785

MAX_BYTES = 64 * 1024
MAX_DEPTH = 8
MAX_SAFE_INTEGER = 2**53 - 1
_PLAIN = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


class StatementError(Exception):
    """A payload that is no statement. The text says why, and reads on after “the payload”."""


def canonical(value: Mapping[str, Any]) -> bytes:
    """The RFC 8785 bytes of a JSON object.

    Raises StatementError for what JSON can't carry: NaN, infinities, integers beyond 2^53 - 1, lone surrogates, other
    types.
    """
    try:
        return rfc8785.dumps(dict(value))
    except (ValueError, TypeError, RecursionError) as error:
        raise StatementError(f"can't be written as canonical JSON: {error}") from None


def digest(value: Mapping[str, Any]) -> str:
    """The SHA-256 of an object's canonical form, in lowercase hex."""
    return hashlib.sha256(canonical(value)).hexdigest()


def parse(payload: bytes) -> dict[str, Any]:
    """The object whose canonical form is exactly these bytes.

    Raises StatementError when the payload is longer than 64 KiB, not UTF-8 JSON, no object, deeper than 8 levels, names
    a key twice, holds a number that is not finite, or differs in one byte from its canonical form.
    """
    if len(payload) > MAX_BYTES:
        raise StatementError(f"is {len(payload):,} bytes long; at most {MAX_BYTES:,} are allowed")
    value = _decode(payload)
    if not isinstance(value, dict):
        raise StatementError("is not a JSON object")
    kinds = _kinds(value)
    if kinds is None:
        raise StatementError(f"is nested deeper than {MAX_DEPTH} levels")
    # Of ASCII without floats Python's own JSON is the canonical form too, and found in a quarter of the time.
    plain = payload.isascii() and float not in kinds and _PLAIN.encode(value) == payload.decode()
    if not plain and canonical(value) != payload:
        raise StatementError("is not in canonical form (RFC 8785): the same content has other bytes")
    return value


def _decode(payload: bytes) -> Any:
    try:
        return _DECODER.decode(payload.decode("utf-8"))
    except UnicodeDecodeError:
        raise StatementError("is not UTF-8 text") from None
    except RecursionError:
        raise StatementError(f"is nested deeper than {MAX_DEPTH} levels") from None
    except json.JSONDecodeError as error:
        raise StatementError(f"is not JSON: {error.msg} at character {error.pos + 1}") from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise StatementError(f"names the key {name[:40]!a} twice")
        found[name] = value
    return found


def _integer(text: str) -> int | float:
    # RFC 8785 writes the double 1e20 without an exponent: beyond 2^53 the digits are a double's.
    if len(text.lstrip("-")) <= 16 and abs(int(text)) <= MAX_SAFE_INTEGER:
        return int(text)
    return _finite(text)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise StatementError("holds a number that is too large")
    return number


def _refuse_constant(text: str) -> Any:
    raise StatementError(f"holds {text}, which is no number")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_unique, parse_int=_integer, parse_float=_finite, parse_constant=_refuse_constant
)


def _kinds(value: Any) -> set[type] | None:
    """The types of all that is in a value; None where it has more than `MAX_DEPTH` levels. Found level by level, since
    the parser takes more of them than a function that calls itself."""
    kinds: set[type] = set()
    level = [value]
    for _ in range(MAX_DEPTH):
        inside = [inner for outer in level for inner in (outer.values() if isinstance(outer, dict) else outer)]
        kinds.update(map(type, inside))
        level = [inner for inner in inside if isinstance(inner, (dict, list))]
        if not level:
            return kinds
    return None
