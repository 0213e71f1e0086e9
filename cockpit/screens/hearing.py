"""What is typed at a terminal, as keys: where an escape is a key, and where it begins what another key sends."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

from textual import constants, events
from textual._time import get_time
from textual._xterm_parser import XTermParser
from textual.message import Message

from cockpit.screens.pasting import START, Pasting, begun

ESCAPE = 0.05
"""Seconds after which an escape that nothing follows is the key of that name, unless $ESCDELAY says otherwise. Whatever
sends an arrow sends it in one piece, also through SSH and tmux; what is typed right after an escape comes later."""

_SIGNS = "0-9!-/:-@`{-~"
"""No key sends an escape and one of these. Before a letter Textual takes it for alt, which `keyboard` takes apart;
before a digit for a letter of a Mac (`∞`), and before other signs for nothing at all."""
_ALONE = re.compile(rf"\x1b(?=[{_SIGNS}])")
_SIGN = re.compile(rf"[{_SIGNS}]")

ANSWER = 1.0
"""Seconds that the rest of an answer is waited for; what has begun as one is never typed into the app."""
LONGEST = 4096
"""Characters of an answer that are kept while its end is waited for."""
_STRING = r"\x1b(?:\]\d+;|P(?:[01]?[$+]r|[>!]\|))[^\x07\x1b]*"
_ANSWERS = re.compile(rf"\x1b\[(?:[?>=][\d;:]*[cnRStu]|(?!48;)[\d;]+[cnt])|{_STRING}(?:\x07|\x1b\\)")
"""What terminals say of themselves, mostly to a program before us: Textual would take it for keys."""
_BEGUN = re.compile(rf"(?:\x1b\[(?:[?><=][\d;:]*\$?|\d+;[\d;:]*)|{_STRING}\x1b?)\Z")
_REST = re.compile(r"\[[?><=][\d;:]*\$?[A-Za-z]")
"""What follows the escape of an answer, or of the mouse, that was taken for the key as it came so late."""


def set_escape_delay() -> None:
    """Have an escape known as a key as soon as may be."""
    if "ESCDELAY" not in os.environ:
        vars(constants)["ESCAPE_DELAY"] = ESCAPE


class Ear:
    """Turns what a terminal sends into keys, and whatever else Textual reads of it."""

    def __init__(self, debug: bool = False) -> None:
        self._parser = XTermParser(debug)
        self._ends_with_escape = False
        self._begun = ""
        self._until = 0.0
        self._escaped = 0.0
        self._pasting: Pasting | None = None
        self._before = ""
        """What was heard last that may go on as the start of a paste."""

    @property
    def patience(self) -> float:
        """Seconds to wait for more of what is typed: after an escape no longer than it may begin a sequence."""
        due = self._parser._timeout_time
        return 0.1 if due is None else max(due - get_time(), 0.001)

    def hear(self, text: str) -> Iterator[Message]:
        """Give what came in one piece."""
        left: str | None = self._joined(text)
        while left:
            if self._pasting is None:
                typed, start, left = left.partition(START)
                if typed:
                    yield from self._outside(typed)
                if start:
                    self._pasting = Pasting()
            else:
                left = left if self._pasting.is_lost(left) else self._pasting.more(left)
                if left is not None:
                    yield events.Paste(self._pasting.text)
                    self._pasting = None

    def _joined(self, text: str) -> str:
        """Return what came, from where a paste starts if that was in two pieces."""
        if self._pasting is not None:
            return text
        waits = self._parser._timeout_time is not None
        if self._escaped and get_time() - self._escaped < ANSWER and text.startswith(START[1:]):
            text = f"\x1b{text}"  # the escape was taken for the key, as it came so long before
        joined = (self._before if waits else "") + text
        if joined != text and joined.startswith(START):
            list(self._alone())  # it is no key
            text = joined
        self._before = begun(joined)
        return text

    def _outside(self, text: str) -> Iterator[Message]:
        """Give what came that is not pasted."""
        if self._escaped and get_time() - self._escaped < ANSWER:
            rest = _REST.match(text)
            text = text[rest.end() :] if rest else text
        self._escaped = 0.0
        text = _ANSWERS.sub("", self._begun + text)
        begun = _BEGUN.search(text)
        self._begun = begun[0][:LONGEST] if begun else ""
        self._until = get_time() + ANSWER
        yield from self._typed(text[: begun.start()] if begun else text)

    def _typed(self, text: str) -> Iterator[Message]:
        if self._ends_with_escape and self._parser._timeout_time is not None and _SIGN.match(text):
            yield from self._alone()
        first, *others = _ALONE.split(text)
        if first:
            yield from self._parser.feed(first)
        for other in others:
            yield from self._parser.feed("\x1b")
            yield from self._alone()
            yield from self._parser.feed(other)
        self._ends_with_escape = text.endswith("\x1b")

    def _alone(self) -> Iterator[Message]:
        """Give the escape that was begun as the key: nothing that belongs to it will come."""
        self._parser._timeout_time = 0.0
        yield from self._parser.tick()

    def wait(self) -> Iterator[Message]:
        """Give what is known by now to be whole, and forget an answer of which no more comes."""
        if self._begun and get_time() > self._until:
            self._begun = ""
        waited = self._ends_with_escape and self._parser._timeout_time is not None
        yield from self._parser.tick()
        if waited and self._parser._timeout_time is None:
            self._escaped, self._ends_with_escape = get_time(), False
