"""Whether the terminal takes UTF-8, and what people read of a text where it does not."""

from __future__ import annotations

import contextlib
import io
import os
import re
import select
import sys
import time
import unicodedata
from codecs import lookup, register_error

PLAINLY = "cockpit.plainly"
"""The name of the way to write what a terminal's encoding lacks: by the nearest that it has."""
PATIENCE = 1.0
"""Seconds that a terminal has to say where its cursor is."""
ONE_BYTE = "iso8859-1"
"""What is written to a terminal that has no locale and shows each byte as a letter."""
SIGNS = {
    "→": "->", "≥": ">=", "≤": "<=", "…": "...", "“": '"', "”": '"', "‘": "'", "’": "'", "·": "-", "–": "-", "−": "-",
    "‐": "-", "‑": "-", "×": "x", "÷": "/", "•": "*", "▲": "!!", "◆": "!", "●": "*", "○": "o", "│": "|", "─": "-",
}  # fmt: skip
_PLACE = re.compile(rb"\x1b\[\d+;(\d+)R")


def _plainly(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(_nearest, error.object[error.start : error.end])), error.end


def _nearest(char: str) -> str:
    plain = unicodedata.normalize("NFKD", char).encode("ascii", "ignore").decode()
    return SIGNS.get(char) or plain or "?"


register_error(PLAINLY, _plainly)


def takes_utf8() -> bool:
    """Say whether the terminal takes UTF-8. Where the locale does not say so it is asked, and everything is written as
    it answers: to one that does not take it, plainly. One that does not answer is what its locale says, or UTF-8 where
    there is none."""
    named = sys.stderr.encoding
    is_utf8 = lookup(named).name == "utf-8"
    was_told = not sys.flags.utf8_mode or os.environ.get("PYTHONUTF8") == "1"  # else Python chose it, for want of one
    if is_utf8 and was_told:
        return True
    cells = _cells_of_a_letter()
    takes = is_utf8 if cells is None else cells == 1
    if takes != is_utf8:
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(encoding="utf-8" if takes else ONE_BYTE, errors=PLAINLY)
    return takes


def _cells_of_a_letter() -> int | None:
    """How many cells a letter takes that is two bytes in UTF-8; None where the terminal does not tell."""
    try:
        import termios
        import tty
    except ImportError:  # Windows writes no bytes to its terminals
        return None
    here, there = sys.stdin.fileno(), sys.stderr.fileno()
    try:
        before = termios.tcgetattr(here)
        tty.setcbreak(here, termios.TCSANOW)
    except termios.error:
        return None
    try:
        os.write(there, "\ré\x1b[6n".encode())
        return _place(here)
    finally:
        with contextlib.suppress(OSError):
            os.write(there, b"\r  \r")
        termios.tcsetattr(here, termios.TCSANOW, before)


def _place(here: int) -> int | None:
    said, end = b"", time.monotonic() + PATIENCE
    while (left := end - time.monotonic()) > 0 and select.select([here], [], [], left)[0]:
        more = os.read(here, 1)
        said += more
        if found := _PLACE.search(said):
            return int(found[1]) - 1
        if not more:
            return None
    return None
