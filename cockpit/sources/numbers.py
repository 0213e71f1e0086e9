"""Numbers as people write them: what each shows by itself, the rest by what the whole column shows."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import NamedTuple

LONGEST = 59
"""Characters that a number may have."""

_MARKS = {".", ","}

_CURRENCY = "$€£¥"
_GROUPED = re.compile(r"\d{1,3}(?:[ '’\u00a0\u202f]\d{3})+(?:[.,]\d+)?")
_SPACES = re.compile(r"[ '’\u00a0\u202f]")
_MAYBE = re.compile(r"[.,]\d{3}")
_OPEN = re.compile(r"(?!0+[.,])\d{1,3}[.,]\d{3}")


class Column(NamedTuple):
    """The numbers of one column: the mark before decimals (empty: not shown), and the texts that stay doubtful."""

    decimal: str
    unclear: frozenset[str]


class Shown(NamedTuple):
    """What a number shows of the mark before the decimals of its column; `either`: it could be two numbers itself."""

    mark: str
    either: bool
    pointed: bool
    """It has a point, and so does not show a decimal comma."""
    ragged: bool
    """It does not end with a zero."""


def shown(text: str) -> Shown | None:
    """Return what a text shows; None where it is no number, or has no mark."""
    if len(text) > LONGEST or parse(text, ".") is None:
        return None
    body, _ = _body(text)
    mark, either = _shown(body), _OPEN.fullmatch(body) is not None
    return Shown(mark if mark in _MARKS else "", either, "." in body, body[-1] != "0") if mark or either else None


def may_depend(text: str) -> bool:
    """Return whether a text, number or not, might mean something else if its column had another decimal mark."""
    return _MAYBE.search(text) is not None


def decimal_shown(found: Collection[Shown], given: str = "") -> str | None:
    """Return the mark before decimals: `given`, else as these show (empty: not at all); None: some stay doubtful."""
    marks = {each.mark for each in found} & _MARKS
    either = [each for each in found if each.either]
    decimal = given or (marks.pop() if len(marks) == 1 else "")
    if decimal or not either:
        return decimal
    points = all(each.pointed for each in either) and any(each.ragged for each in either)
    return "." if points and not marks else None


def read_column(texts: Iterable[str], given: str = "") -> Column:
    """Say how the distinct texts of a column are read: by `given`, else as the numbers that leave no doubt show.

    `400,000` could be two numbers, and so could `400.000`, where the column has no other and all end with a
    zero, which machines do not write. Any other `1.234` has a decimal point.
    """
    found = {text: kind for text in texts if (kind := shown(text)) is not None}
    decimal = decimal_shown(set(found.values()), given)
    if decimal is None:
        return Column("", frozenset(text for text, kind in found.items() if kind.either))
    return Column(decimal, frozenset())


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
