"""A value as a cell of CSV, as JSON knows it, and text as Markdown shows it: the same for every table."""

from __future__ import annotations

import json
from datetime import date, datetime
from enum import Enum
from typing import Any

from cockpit.basics.text import CELL_LIMIT, clean, one_line

FORMULA = frozenset("=+-@\t\r\n\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}\N{FULLWIDTH HYPHEN-MINUS}"
                    "\N{FULLWIDTH COMMERCIAL AT}")  # fmt: skip
"""The characters with which a text begins that a spreadsheet runs as a formula."""


def escape(text: str) -> str:
    """Return text that Markdown and HTML show as it is."""
    text = one_line(text, 4000).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return "".join("\\" + c if c in "\\`*_{}[]#|~!" else c for c in text)


def json_value(value: Any) -> Any:
    """Return a value as JSON knows it: ISO days and moments, the values of enumerations, lists."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return _iso(value)
    if isinstance(value, tuple | list):
        return [json_value(each) for each in value]
    return value


def _iso(value: date) -> str:
    return value.isoformat(timespec="minutes") if isinstance(value, datetime) else value.isoformat()


def csv_cell(value: Any) -> str:
    """Return a value as CSV text: lists joined by semicolons, true and false, nothing for null, formulas disarmed."""
    if isinstance(value, str):
        text = value if len(value) <= CELL_LIMIT and value.isprintable() else clean(value)
        return "'" + text if text[:1] in FORMULA else text
    text = csv_text(value)
    return "'" + text if isinstance(value, list | tuple) and text[:1] in FORMULA else text


def csv_text(value: Any) -> str:
    """The same before formulas are disarmed."""
    if value is None:
        return ""
    if type(value) is int:
        return str(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return f"{value:g}" if isinstance(value, float) and value == int(value) and abs(value) < 1e6 else str(value)
    if isinstance(value, date):
        return _iso(value)
    return "; ".join(str(json_value(v)) for v in value) if isinstance(value, list | tuple) else clean(str(value))


def dump(value: Any) -> str:
    """Return JSON text for scripts: pure ASCII, so that no terminal, locale or control character can change it."""
    return json.dumps(value, indent=2, allow_nan=False) + "\n"
