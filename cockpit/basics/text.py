"""Text from outside made harmless, in one place: every reader passes what it keeps through `clean`."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime

CELL_LIMIT = 32_767
"""What one spreadsheet cell holds at most; longer text is cut."""

_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\u061c\u2028\u2029\ufeff\ud800-\udfff]"
)


def clean(value: str, limit: int = CELL_LIMIT) -> str:
    """Return `value` without control characters, bidirectional overrides and lone surrogates, at most `limit` long.

    Newlines and tabs stay; CR LF and CR become a newline. Text that is cut ends with an ellipsis.
    """
    if not value.isprintable():
        value = _UNSAFE.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))
    return value if len(value) <= limit else value[: limit - 1] + "…"


def one_line(value: str, limit: int = 200) -> str:
    """Return `value` cleaned, with every run of white space as one space: for use inside a sentence."""
    if len(value) <= limit <= CELL_LIMIT and value.isprintable() and "  " not in value and value == value.strip():
        return value  # most are as they should be; what is printable has no other white space than blanks
    return clean(" ".join(clean(value).split()), limit)


def moment(at: datetime) -> str:
    """A time as it is shown wherever people read one: “2025-03-31 08:15 UTC”. A naive one is UTC already."""
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    return f"{at:%Y-%m-%d %H:%M} UTC"


def path_text(path: str) -> str:
    """Return a path of the system as text that can be kept and shown: bytes that are no UTF-8 read as `\\xe9`."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")
