"""A text that is pasted at a terminal: whatever it says, it is a text, and no key.

Terminals set it between two marks. Textual looks for keys in it all the same: a copied line with colours in it would be
typed into the app, its letters obeyed.
"""

from __future__ import annotations

from textual._time import get_time

from cockpit.basics.text import clean

START, END = "\x1b[200~", "\x1b[201~"
MOST = 1 << 16
"""Characters of a paste that are kept: far more than any field takes."""
SILENCE = 1.0
"""Seconds without a character after which a way out, typed by itself, ends a paste of which the end was lost."""
WAYS_OUT = ("\x1b", "\x03", "\x11")


class Pasting:
    """A paste that has begun."""

    def __init__(self) -> None:
        self._text = ""
        self._last = ""
        """The last characters that came: the end may have begun in them."""
        self._heard = get_time()

    def is_lost(self, text: str) -> bool:
        """Say whether what came is typed by somebody who waits for the end of a paste that never comes."""
        return text in WAYS_OUT and get_time() - self._heard > SILENCE

    def more(self, text: str) -> str | None:
        """Take what came; return what follows the end of the paste, None while it goes on."""
        self._heard = get_time()
        inner, end, after = (self._last + text).partition(END)
        if not end:
            self._last = inner[1 - len(END) :]
            inner = inner[: len(inner) - len(self._last)]
        self._text += inner[: MOST - len(self._text)]
        return after if end else None

    @property
    def text(self) -> str:
        """What was pasted so far, without what no text may have."""
        return clean(self._text).replace("\t", " ")


def begun(text: str) -> str:
    """Return what a text ends with that may go on as the start of a paste."""
    return next((START[:length] for length in range(len(START) - 1, 0, -1) if text.endswith(START[:length])), "")
