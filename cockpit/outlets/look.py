"""How wide a page may be and whether it may be coloured: as the terminal is, or as paper where there is none."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import IO, Any

from cockpit.basics.classes import dataclass

WIDTH = 80
"""Cells of a line where no terminal says otherwise: what a mail holds."""
PROSE = 100
"""Cells of a line of sentences at most: longer ones are hard to read. Tables take all the width there is."""
NARROWEST, WIDEST = 40, 240
TONES: Mapping[str, str] = {"strong": "1", "critical": "1;31", "major": "33", "good": "32", "muted": "2"}
"""What a text is shown with, by the terminal's own sixteen colours. It never says what the words don't."""


@dataclass(frozen=True, slots=True)
class Look:
    """How a page looks. Lines are at most `width` terminal cells wide."""

    width: int = WIDTH
    colour: bool = False

    @property
    def prose(self) -> int:
        """How wide lines of sentences are."""
        return min(self.width, PROSE)

    def tinted(self, text: str, tone: str) -> str:
        """Return the text in a tone of `TONES`; as it is without colour, without a tone, and where it is blank."""
        if not (self.colour and tone in TONES and text.strip()):
            return text
        return f"\x1b[{TONES[tone]}m{text}\x1b[0m"


PAPER = Look()
"""A pipe, a file, a mail."""


def look_of(stream: IO[Any] | None, environment: Mapping[str, str] = os.environ) -> Look:
    """Return how what is written to `stream` looks.

    A terminal is as wide as it is, and coloured unless NO_COLOR is set or it is dumb. Anything else is paper. COLUMNS
    says the width of either.
    """
    size, colour = WIDTH, False
    if stream is not None and stream.isatty():
        size = _columns(stream) or WIDTH
        colour = not environment.get("NO_COLOR") and environment.get("TERM", "dumb") != "dumb"
    asked = environment.get("COLUMNS", "")[:6]
    size = (int(asked) if asked.isascii() and asked.isdigit() else 0) or size
    return Look(min(max(size, NARROWEST), WIDEST), colour)


def _columns(stream: IO[Any]) -> int:
    try:
        return os.get_terminal_size(stream.fileno()).columns
    except (OSError, ValueError):
        return 0
