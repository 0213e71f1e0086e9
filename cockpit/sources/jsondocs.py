"""JSON as APIs and their command lines write it: one document, or several in a row, one a page or one a line."""

from __future__ import annotations

import json
from typing import Any

from cockpit.sources.errors import SourceError, refuse
from cockpit.sources.files import decode


def documents(data: bytes, relative: str) -> list[Any]:
    """Return every JSON document of a file in its order. SourceError where one of them is damaged."""
    text, _ = decode(data, relative)
    decoder, found, at = json.JSONDecoder(parse_constant=str), list[Any](), 0
    try:
        while (at := _start(text, at)) < len(text):
            tree, at = decoder.raw_decode(text, at)
            found.append(tree)
    except json.JSONDecodeError as error:
        raise _broken(relative, text, error) from error
    except (RecursionError, ValueError) as error:
        raise refuse(relative, "is not valid JSON: its values are nested too deep or too long") from error
    return found


def _start(text: str, at: int) -> int:
    """Return where the next document begins, behind white space and a comma."""
    while at < len(text) and (text[at].isspace() or text[at] in ",\ufeff\x1e"):
        at += 1
    return at


def _broken(relative: str, text: str, error: json.JSONDecodeError) -> SourceError:
    place = f"line {error.lineno}, column {error.colno}"
    ends = error.pos >= len(text.rstrip()) - 1 or error.msg.startswith("Unterminated")
    cut = "; the file seems to be cut off, export it again" if ends else ""
    return refuse(relative, f"is not valid JSON: {error.msg} at {place}{cut}", row=error.lineno)


def is_json(data: bytes) -> bool:
    """Return whether a file begins as JSON does, in any encoding."""
    return data[:64].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00")[:1] in (b"{", b"[")
