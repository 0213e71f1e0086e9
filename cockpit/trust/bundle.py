"""Bundles: statements in one text file, to carry a ledger from one place to another.

A line holds one statement as a JSON object in ASCII: `id`, `payload` (its bytes in base64) and `signature`. The lines
are sorted by id, each once, so equal ledgers give equal files and `sort -u` of several is their union. A replica has
such lines with more words in them (`NOTES`); who reads a bundle believes none of it but payload and signature.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from cockpit.records.model import Statement
from cockpit.trust.canonical import MAX_BYTES
from cockpit.trust.sshsig import MAX_ARMOR

SUFFIX = ".cockpit-ledger"
MAX_BUNDLE = 128 << 20
"""Bytes of a bundle: some hundred thousand statements."""
MAX_LINE = 192 << 10
"""Bytes of a line: the largest payload in base64, the largest signature with its newlines escaped."""
MOST_DAMAGED = 1_000
"""Damaged lines that are told one by one."""
MOST_IDLE = 100_000
"""Lines, empty ones too, that hold no statement: each takes as long to read as one that does."""
NOTES = frozenset({"seen", "mark", "verdict"})
"""What a replica notes beside a statement: when it was first seen, its user's mark, why it was rejected."""

_HALF = re.compile("[\ud800-\udfff]")
_NEEDED = frozenset({"id", "payload", "signature"})
Pair = tuple[bytes, str]
"""Payload and signature: a statement as it is stored."""


class Line(NamedTuple):
    """A line that holds a statement. Whether its signature fits is another question."""

    number: int
    payload: bytes
    signature: str
    notes: Mapping[str, str]

    @property
    def pair(self) -> Pair:
        """Payload and signature."""
        return self.payload, self.signature


class Damage(NamedTuple):
    """A line that holds no statement, and why not."""

    number: int
    why: str


class DamagedError(Exception):
    """A line that holds no statement. The text says why."""


def pair_of(statement: Statement) -> Pair:
    """A statement as it is stored."""
    return statement.payload, statement.signature


def written(pairs: Iterable[Pair]) -> bytes:
    """A bundle of statements."""
    lines = {(hashlib.sha256(payload).hexdigest(), signature): payload for payload, signature in pairs}
    return b"".join(line(payload, signature) for (_, signature), payload in sorted(lines.items()))


def line(payload: bytes, signature: str, notes: Mapping[str, str] | None = None) -> bytes:
    """The line of one statement, with its newline."""
    held = {
        "id": hashlib.sha256(payload).hexdigest(),
        "payload": base64.b64encode(payload).decode("ascii"),
        "signature": signature,
    }
    return json.dumps(held | dict(notes or {})).encode("ascii") + b"\n"


def read(data: bytes) -> Iterator[Line | Damage]:
    """Every line of a bundle. A damaged one costs only itself; of those the first `MOST_DAMAGED` are told, and after
    `MOST_IDLE` that hold nothing the rest is not read."""
    idle = damaged = 0
    # Line by line: split into a list, a file of newlines would take the memory of the machine.
    for number, text in enumerate(io.BytesIO(data), 1):
        try:
            if text.strip():
                yield _line(number, text.removesuffix(b"\n"))
                continue
        except DamagedError as error:
            damaged += 1
            if damaged <= MOST_DAMAGED:
                yield Damage(number, str(error))
        idle += 1
        if idle == MOST_IDLE:
            yield Damage(number, f"{MOST_IDLE:,} lines up to here hold no statement; what follows is not read.")
            return


def _line(number: int, text: bytes) -> Line:
    if len(text) > MAX_LINE:
        raise DamagedError(f"It is {len(text):,} bytes long; a statement takes at most {MAX_LINE:,}.")
    held = _object(text)
    payload = _payload(held["payload"])
    if hashlib.sha256(payload).hexdigest() != held["id"]:
        raise DamagedError("Its id is not the hash of its payload: the line was damaged on its way.")
    if len(held["signature"]) > MAX_ARMOR:
        raise DamagedError(f"Its signature is longer than {MAX_ARMOR:,} characters.")
    if not all(map(str.isascii, held.values())) and _HALF.search("".join(held.values())):
        raise DamagedError("It holds half of a character.")
    notes = {name: held[name] for name in NOTES & held.keys()}
    return Line(number, payload, held["signature"], notes)


def _object(text: bytes) -> dict[str, str]:
    try:
        held = _DECODER.decode(text.decode())
    except (ValueError, RecursionError):
        raise DamagedError("It is no JSON object in one line, as `cockpit ledger export` writes it.") from None
    if not isinstance(held, dict) or not held.keys() >= _NEEDED:
        raise DamagedError(f"It should be a JSON object with {', '.join(sorted(_NEEDED))}.")
    unknown = sorted(held.keys() - _NEEDED - NOTES)
    if unknown:
        raise DamagedError(f"It holds {ascii(unknown[0])[:60]}, which is not known here.")
    if not all(isinstance(value, str) for value in held.values()):
        raise DamagedError("All that it holds should be text.")
    return held


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name twice")
    return found


_DECODER = json.JSONDecoder(object_pairs_hook=_unique)


def _payload(text: str) -> bytes:
    try:
        payload = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise DamagedError("Its payload is not base64.") from None
    if len(payload) > MAX_BYTES:
        raise DamagedError(f"Its payload has {len(payload):,} bytes; a statement has at most {MAX_BYTES:,}.")
    return payload
