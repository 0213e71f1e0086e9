"""Text as plain words: how names are looked for in what people write, in any script that has spaces between words.

Case, accents and characters without a width make no difference to which word it is; whether a word was written with a
capital can still be asked.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Set
from functools import cached_property
from typing import NamedTuple

LONGEST = 32_767
"""Of a text longer than a spreadsheet's cell the beginning is read."""

_WORD = re.compile(r"[^\W_]+")
_ENDS = re.compile(r"[.!?…]+\s+|[\n\r;|•]+|[。！？]+")
_ADDRESS = re.compile(r"\S+://\S+|\bwww\.\S+", re.IGNORECASE)


class _Fold(dict[int, str]):
    """Code point → what it is read as, worked out when it first occurs."""

    def __missing__(self, code: int) -> str:
        found = "".join(map(_read, unicodedata.normalize("NFKD", chr(code))))
        self[code] = found
        return found


def _read(character: str) -> str:
    if unicodedata.combining(character) or unicodedata.category(character) == "Cf":
        return ""
    # A vowel sign of an Indic script is part of its word; this letter stands for it, since signs are no letters.
    return "\u02bc" if unicodedata.category(character).startswith("M") else character


_FOLD = _Fold()


class Word(NamedTuple):
    """A word of a sentence: `low` is what is compared, `start` and `end` its place in the folded text."""

    low: str
    start: int
    end: int


class Sentence:
    """One sentence, or a line, of a text. `folded` has no accents, but its capitals."""

    def __init__(self, text: str) -> None:
        self.text = text
        plain = text if text.isascii() else text.translate(_FOLD)
        # Whose address it is says nothing of who is waited for.
        has_address = "://" in plain or "ww" in plain or "WW" in plain
        self.folded = _ADDRESS.sub(lambda found: " " * len(found[0]), plain) if has_address else plain

    @cached_property
    def words(self) -> list[Word]:
        """Its words in their order."""
        return [Word(m[0].casefold(), m.start(), m.end()) for m in _WORD.finditer(self.folded)]

    @property
    def normal(self) -> str:
        """Its words, by which two sentences are compared."""
        return " ".join(word.low for word in self.words)

    def written(self, place: int) -> str:
        """A word as it is written, without accents."""
        word = self.words[place]
        return self.folded[word.start : word.end]

    def between(self, place: int) -> str:
        """What stands between a word and the next one."""
        return self.folded[self.words[place].end : self.words[place + 1].start]

    def is_shouted(self) -> bool:
        """Whether its capitals say nothing: there is no small letter in it, and more than abbreviations."""
        return self.folded == self.folded.upper() and any(len(w.low) > 3 and not w.low.isdigit() for w in self.words)

    def excerpt(self, first: int, limit: int = 160) -> str:
        """The sentence; of a long one what stands around this word."""
        text = " ".join(self.text.split())
        if len(text) <= limit:
            return text
        start = max(0, self.words[first].start - limit // 2)
        start = start and self.folded.find(" ", start) + 1
        cut = " ".join(self.folded[start : start + limit].split())
        return f"{'…' if start else ''}{cut}…"


def sentences(text: str, with_any: Set[str] | None = None) -> Iterator[Sentence]:
    """The sentences of a text that have words, in their order; only those that have one of the words `with_any`."""
    text = text[:LONGEST]
    if with_any is not None and with_any.isdisjoint(_plain_words(text)):
        return
    for part in _ENDS.split(text):
        if part and not part.isspace() and (with_any is None or not with_any.isdisjoint(_plain_words(part))):
            found = Sentence(part.strip())
            if found.words:
                yield found


def _plain_words(text: str) -> list[str]:
    """Every word of a text, without its place: far quicker to find."""
    plain = text if text.isascii() else text.translate(_FOLD)
    return _WORD.findall(plain.casefold())


def words_of(name: str) -> tuple[str, ...]:
    """The words of a name as they are compared."""
    return tuple(word.low for word in Sentence(name).words)
