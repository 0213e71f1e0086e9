"""Which rows of a list are shown: those of one owner or project, and those with the words of a filter.

What a row is searched by is made once and kept while the row stays as it is. A search may run beside the app: it goes
through the rows in parts, stops when it is told to, and tells in between what it has found so far.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from threading import Lock
from typing import Generic, TypeVar

from cockpit.basics.classes import dataclass

T = TypeVar("T")

PART = 500
"""Rows that are looked at between two looks at whether to go on."""
TELL = 0.03
"""Seconds of searching after which what was found so far is told."""
NEAR = 64
"""How far a row may have moved from one list to the next and still be known again."""


@dataclass(frozen=True, slots=True)
class Question(Generic[T]):
    """What is asked for: a tag of the row has `scope` in it (is it, after a `=`), and its text has all `words` or,
    `inverse`, not all."""

    tags: Callable[[T], tuple[str, ...]] | None = None
    scope: str = ""
    words: tuple[str, ...] = ()
    inverse: bool = False

    @property
    def is_open(self) -> bool:
        """Whether every row is an answer."""
        return self.tags is None and not self.words

    def in_scope(self, record: T) -> bool:
        """Tell whether a row is of the owner, project or objective that is asked for; after a `=` of no other name."""
        if self.tags is None:
            return True
        tags = [tag.casefold() for tag in self.tags(record)]
        exact = self.scope.removeprefix("=")
        return exact in tags if exact != self.scope else any(self.scope in tag for tag in tags)

    def chosen(self, rows: Sequence[T], texts: Sequence[str]) -> Sequence[T]:
        """Return the rows in whose texts the words that are asked for stand, or do not."""
        if self.inverse:
            words = self.words
            return [row for row, text in zip(rows, texts, strict=True) if not all(word in text for word in words)]
        first, *others = self.words
        found = [(row, text) for row, text in zip(rows, texts, strict=True) if first in text]
        for word in others:
            found = [(row, text) for row, text in found if word in text]
        return [row for row, _ in found]


def question(typed: str, tags: Callable[[T], tuple[str, ...]] | None, scope: str) -> Question[T]:
    """Return what was typed as a question: words; after a `!` those that are not wanted."""
    words = typed.casefold()
    wanted = tuple(words.removeprefix("!").split())
    return Question(tags, scope.casefold(), wanted, bool(wanted) and words.startswith("!"))


class Texts(Generic[T]):
    """The texts of one list, made as far as they were asked for."""

    def __init__(self, rows: Sequence[T], context: object, text: Callable[[T], str], old: Texts[T] | None) -> None:
        self.rows = rows
        self.context = context
        self._text = text
        self._made: list[str] = []
        self._old = old if old is not None and old.context == context else None
        self._moved = 0
        self._lock = Lock()

    def between(self, start: int, end: int) -> list[str]:
        """Return the texts of these rows, casefolded."""
        with self._lock:
            for row in range(len(self._made), end):
                known = self._known(row)
                self._made.append(self._text(self.rows[row]).casefold() if known is None else known)
            if len(self._made) == len(self.rows):
                self._old = None
        return self._made[start:end]

    def _known(self, row: int) -> str | None:
        """The text of the list before, if it had the very same row about here."""
        if self._old is None:
            return None
        record, rows, made = self.rows[row], self._old.rows, self._old._made
        place = row + self._moved
        if not (0 <= place < len(made) and rows[place] == record):
            near = range(max(place - NEAR, 0), min(place + NEAR, len(made)))
            place = next((each for each in near if rows[each] is record), -1)
            if place < 0:
                return None
            self._moved = place - row
        return made[place]


class Search(Generic[T]):
    """Searches one list after another. `text` says what a row is searched by; it is called in any thread."""

    def __init__(self, text: Callable[[T], str]) -> None:
        self._text = text
        self._texts: Texts[T] = Texts((), None, text, None)

    def find(
        self,
        rows: Sequence[T],
        asked: Question[T],
        context: object = None,
        stopped: Callable[[], bool] = lambda: False,
        heard: Callable[[list[T], int], None] | None = None,
    ) -> Sequence[T] | None:
        """Return the rows that are an answer, in their order; None when it was stopped.

        Texts that were made in another `context` (names, the day) are made anew. `heard` gets, now and then, what was
        found among so many rows from the first on.
        """
        if asked.is_open:
            return rows
        texts = self._of(rows, context) if asked.words else None
        found: list[T] = []
        told = time.monotonic()
        for start in range(0, len(rows), PART):
            if stopped():
                return None
            part: Sequence[T] = rows[start : start + PART]
            end = start + len(part)
            if texts is not None:
                part = asked.chosen(part, texts.between(start, end))
            found += part if asked.tags is None else [row for row in part if asked.in_scope(row)]
            if heard is not None and time.monotonic() - told > TELL:
                heard(list(found), end)
                told = time.monotonic()
        return found

    def prepare(self, rows: Sequence[T], context: object, stopped: Callable[[], bool]) -> None:
        """Make the texts of these rows, as far as it gets before it is stopped."""
        texts = self._of(rows, context)
        for end in range(PART, len(rows) + PART, PART):
            if stopped():
                return
            texts.between(end - PART, min(end, len(rows)))

    def _of(self, rows: Sequence[T], context: object) -> Texts[T]:
        texts = self._texts
        if texts.rows is not rows or texts.context != context:
            self._texts = texts = Texts(rows, context, self._text, texts)
        return texts
