"""Numbers as people write them: what each shows by itself, the rest by what the whole column shows."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

LONGEST = 59
"""Characters that a number may have."""

_MARKS = {".", ","}

_CURRENCY = "$€£¥"
_GROUPED = re.compile(r"\d{1,3}(?:[ '’\u00a0\u202f]\d{3})+(?:[.,]\d+)?")
_SPACES = re.compile(r"[ '’\u00a0\u202f]")
_OPEN = re.compile(r"(?!0+[.,])\d{1,3}[.,]\d{3}")


class Column(NamedTuple):
    """The numbers of one column: the mark before decimals (empty: not shown), and the texts that stay doubtful."""

    decimal: str
    unclear: frozenset[str]


def read_column(texts: Iterable[str], given: str = "") -> Column:
    """Say how the distinct texts of a column are read: by `given`, else as the numbers that leave no doubt show.

    `400,000` could be two numbers, and so could `400.000`, where the column has no other and all end with a
    zero, which machines do not write. Any other `1.234` has a decimal point.
    """
    bodies = {text: _body(text)[0] for text in texts if len(text) <= LONGEST and parse(text, ".") is not None}
    shown = {_shown(body) for body in bodies.values()} & _MARKS
    decimal = given or (shown.pop() if len(shown) == 1 else "")
    either = {text: body for text, body in bodies.items() if _OPEN.fullmatch(body)}
    if decimal or not either:
        return Column(decimal, frozenset())
    points = all("." in body for body in either.values()) and any(body[-1] != "0" for body in either.values())
    return Column(".", frozenset()) if points and not shown else Column("", frozenset(either))


def readings(text: str) -> tuple[str, str]:
    """Return the two numbers that a doubtful text could be, for people."""
    whole, rest = re.split(r"[.,]", _body(text)[0], maxsplit=1)
    return f"{whole}{rest}", f"{whole}.{rest}"


def parse(text: str, decimal: str = "") -> float | None:
    """Return the number that a text is, None where it is none.

    `decimal` decides what `1,234` and `1.234` are. Without it the first raises ValueError, the second has a point.
    """
    body, negative = _body(text)
    body = _with_point(body, decimal)
    try:
        value = float(body) if body[:1].isdecimal() or body[:1] == "." else None
    except ValueError:
        return None
    return -value if negative and value is not None else value


def _body(text: str) -> tuple[str, bool]:
    """Return the digits with their marks, without sign, currency, `%` and spaces; and whether it is negative."""
    body = text.strip().removesuffix("%").strip().strip(_CURRENCY).strip()
    negative = body.startswith(("-", "−")) or (body.startswith("(") and body.endswith(")"))
    body = body.strip("()").lstrip("+-−").strip().strip(_CURRENCY).strip()
    return (_SPACES.sub("", body) if _GROUPED.fullmatch(body) else body), negative


def _shown(body: str) -> str:
    """Return the mark that stands, or would stand, before the decimals; empty where the digits do not show it."""
    commas, points = body.count(","), body.count(".")
    if not commas + points or _OPEN.fullmatch(body):
        return ""
    if commas and points:
        return "." if body.rfind(".") > body.rfind(",") else ","
    if commas + points > 1:
        return "." if commas else ","
    return "," if commas else "."


def _with_point(body: str, decimal: str) -> str:
    """Return digits with a point before the decimals and nothing between thousands; `?` where they are no number."""
    mark = _shown(body)
    if not mark and _OPEN.fullmatch(body):
        if "," in body and not decimal:
            whole, _, rest = body.partition(",")
            raise ValueError(
                f"a number without thousands separators (“{body}” could be {whole}{rest} or {whole}.{rest})"
            )
        mark = decimal or "."
    if not mark:
        return body
    whole, rest = body, ""
    if mark in body:
        whole, _, rest = body.rpartition(mark)
    first, *groups = whole.split("," if mark == "." else ".")
    if groups and (not 1 <= len(first) <= 3 or any(len(each) != 3 or not each.isdecimal() for each in groups)):
        return "?"
    return f"{first}{''.join(groups)}.{rest}"
