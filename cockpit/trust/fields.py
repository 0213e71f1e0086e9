"""The fields of statements as they may be written: each check says what is wrong in words that read on after “the
payload”."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

from cockpit.trust.canonical import StatementError

HASH = re.compile(r"[0-9a-f]{64}")
FINGERPRINT = re.compile(r"SHA256:[A-Za-z0-9+/]{43}")
OPTION = re.compile(r"[a-z][a-z0-9-]{0,39}")
MAX_NOTE = 2000
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2}Z")
# Fixed here and not taken from `clean`: what was a statement once must stay one.
_HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def need(holds: bool, problem: str) -> None:
    """Raise StatementError with the problem unless it holds."""
    if not holds:
        raise StatementError(problem)


def need_keys(raw: Mapping[str, Any], needed: frozenset[str], allowed: frozenset[str], prefix: str) -> None:
    """All of the needed keys, and of others only the allowed ones."""
    if needed <= raw.keys() <= needed | allowed:
        return
    missing, unknown = sorted(needed - raw.keys()), sorted(raw.keys() - needed - allowed)
    need(not missing, f"lacks {', '.join(prefix + name for name in missing)}")
    need(not unknown, f"has a key that is not known here: {prefix}{ascii(unknown[0])[:60] if unknown else ''}")


def need_hashes(value: Any, name: str) -> None:
    """A sorted list of SHA-256 sums in hex, each once."""
    well = isinstance(value, list) and all(matches(HASH, item) for item in value)
    need(well, f"has {name} that are not a list of SHA-256 sums in lowercase hex")
    need(all(a < b for a, b in pairwise(value)), f"has {name} that are not sorted, or one twice")


def matches(pattern: re.Pattern[str], value: Any) -> bool:
    """Whether a value is a text of this pattern."""
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def is_line(value: Any) -> bool:
    """Whether a value is one line of text that a screen shows as it is."""
    return (
        isinstance(value, str) and 0 < len(value) <= 500 and not _HIDDEN.search(value) and value.splitlines() == [value]
    )


def is_day(value: Any) -> bool:
    """Whether a value is an ISO day."""
    if not matches(_DAY, value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def is_number(value: Any) -> bool:
    """Whether a value is a finite number."""
    return type(value) in (int, float) and math.isfinite(value)


def is_text(value: Any, most: int) -> bool:
    """Whether a value is text of at most so many characters, none of which a screen would hide or obey."""
    return isinstance(value, str) and len(value) <= most and not _HIDDEN.search(value)


def moment(value: Any) -> datetime | None:
    """The time that a value names, if it is UTC to the second, such as 2025-03-31T08:15:00Z."""
    if not matches(_MOMENT, value):
        return None
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return None


def moment_text(at: datetime) -> str:
    """A time with a zone as `moment` reads it; what is less than a second is left out."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def need_subject(value: Any) -> None:
    """A subject such as `dependency:D-7`."""
    kind, colon, name = value.partition(":") if is_line(value) else ("", "", "")
    need(bool(kind and colon and name), "has a body.subject that is not of the form kind:id")


def need_of(body: Mapping[str, Any]) -> None:
    """The id of another statement."""
    need(matches(HASH, body["of"]), "has a body.of that is not the id of a statement")


def need_note(body: Mapping[str, Any]) -> None:
    """A note of the signer's own words, or an empty one."""
    note = body["note"]
    well = isinstance(note, str) and len(note) <= MAX_NOTE
    need(well, f"has a body.note that is not text of at most {MAX_NOTE} characters")
    need(is_text(note, MAX_NOTE), "has a body.note with characters that a screen would hide or obey")
