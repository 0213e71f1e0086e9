"""Which header may stand over which of our columns: by its words, in English, German and French."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache

from cockpit.basics.classes import dataclass
from cockpit.charter.vocabulary import SYNONYMS, fold, table_of
from cockpit.proposing.phrases import LOOSE, OWN_WORDS, PHRASES, TABLE_STEMS, TELLING

_SMALL = frozenset(
    {
        "der",
        "die",
        "das",
        "des",
        "dem",
        "den",
        "of",
        "the",
        "de",
        "du",
        "la",
        "le",
        "les",
        "l",
        "d",
        "en",
        "und",
        "and",
        "et",
    }
)
"""Words of a header that say nothing of its column."""
_TWO = {ord(one): two for one, two in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss"))}
_CAMEL = re.compile(r"(?<=[a-zäöüß])(?=[A-ZÄÖÜ])")
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")


@dataclass(frozen=True)
class Phrase:
    """The words of a header or of a name for a column, for comparing."""

    words: frozenset[str]
    joined: str

    def same(self, other: Phrase) -> bool:
        """The same words in any order, or the same letters: `Plan-Ende` is `Planende`."""
        return self.words == other.words or self.joined == other.joined

    def within(self, other: Phrase) -> bool:
        """Whether the other one has all these words."""
        return bool(self.words) and self.words <= other.words


@lru_cache(10_000)
def phrase(text: str, unused: frozenset[str] = frozenset()) -> Phrase:
    """Return the words of a text without plurals, accents and small words; `unused` go where others remain."""
    spelled = (
        _CAMEL.sub(" ", text[:300]).casefold().replace("n°", " numero ").replace("#", " nr ").replace("%", " percent ")
    )
    spelled = spelled.translate(_TWO)
    plain = "".join(each for each in unicodedata.normalize("NFKD", spelled) if not unicodedata.combining(each))
    found = [each.rstrip("s") or each for each in re.findall(r"[^\W_]+", plain)]
    found = [each for each in found if each not in _SMALL] or found
    kept = [each for each in found if each not in unused] or found
    return Phrase(frozenset(kept), "".join(kept))


@cache
def own_words(table: str) -> frozenset[str]:
    """Return the words by which headers only say which table they stand in."""
    names = (table.replace("_", " "), "sub", *OWN_WORDS.get(table, ()))
    return frozenset(each for name in names for each in phrase(name).words)


@cache
def names(table: str, column: str) -> tuple[Phrase, ...]:
    """Return what a column may be called, the own name first."""
    key = f"{table}.{column}"
    known = (column, *SYNONYMS.get(key, ()), *PHRASES.get(key, ()), *SYNONYMS.get(column, ()), *PHRASES.get(column, ()))
    return tuple(dict.fromkeys(phrase(each) for each in (*known, *LOOSE.get(key, ()))))


@cache
def loose_names(table: str, column: str) -> frozenset[Phrase]:
    """Return of those the ones that may mean something else as well."""
    return frozenset(phrase(each) for each in LOOSE.get(f"{table}.{column}", ()))


@dataclass(frozen=True)
class Header:
    """A header as it is compared for one table: all its words, without those of the table's own name, and without what
    stands in brackets."""

    text: str
    full: Phrase
    whole: Phrase
    plain: Phrase

    @property
    def dated(self) -> bool:
        """Whether it says that it is a date."""
        return bool(self.whole.words & {"date", "datum", "termin"})


def header(text: str, table: str) -> Header:
    """Return a header for comparing with the columns of a table."""
    unused = own_words(table)
    bare = _BRACKETS.sub(" ", text) if len(text) < 200 else text
    return Header(text, phrase(text), phrase(text, unused), phrase(bare if bare.strip() else text, unused))


def telling(texts: Iterable[str], table: str) -> int:
    """Return how many headers have a word that speaks for this table against another."""
    words = frozenset(word for each in TELLING.get(table, ()) for word in phrase(each).words)
    return sum(bool(phrase(text).words & words) for text in texts)


def named_like(name: str, table: str) -> bool:
    """Return whether a file or sheet is named by what the table holds."""
    if table_of(name) == table or fold(table).rstrip("s") in fold(name):
        return True
    words = re.findall(r"[a-z]+", _plain(name))
    return any(word.startswith(stem) for stem in TABLE_STEMS.get(table, ()) for word in words)


def begins_with(name: str, stems: Iterable[str]) -> bool:
    """Return whether a word of a name begins with one of these."""
    words = re.findall(r"[a-z]+", _plain(name))
    return any(word.startswith(stem) for stem in stems for word in words)


def _plain(text: str) -> str:
    spelled = text.casefold().translate(_TWO)
    return "".join(each for each in unicodedata.normalize("NFKD", spelled) if not unicodedata.combining(each))
