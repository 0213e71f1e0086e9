"""Who is named in a text: teams, vendors and people, by id, title, name or alias, as whole plain words.

A name that fits two teams names neither. The longest name at a place is the one that is meant: “Core Ledger Platform”
says nothing of a team called “Core”. What makes a name evidence is decided here; docs/rules.md gives the reasons.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Set
from enum import IntEnum

from cockpit.basics.classes import dataclass
from cockpit.engine.suspicions import waitwords
from cockpit.engine.suspicions.plainwords import Sentence
from cockpit.records.model import Person, Team

_JOINS = "-‐‑–_.\\@&+'’"
"""Between two letters these make one word of them: `core-ledger`, `PAY-12`, `ann.b@bank.example`."""
_GAPS = frozenset(" \t\u00a0-‐‑–_.&+'’@")
_PARTS = re.compile(r"[,;()\[\]]")
_ELIDED = ("d", "l", "qu", "dell", "all", "nell", "dall")
"""What stands before an apostrophe in front of a name: “d'Acme”."""
_SHORT = 3
"""A word of this length, such as IT, is somebody's name only in capitals."""
_MOST = 8
"""No name has more words."""
_FORMS = {
    "gmbh", "ag", "se", "kg", "co", "ltd", "limited", "inc", "incorporated", "llc", "llp", "plc", "corp",
    "corporation", "sa", "sas", "sarl", "spa", "srl", "bv", "nv", "oy", "ab", "as", "pty", "kgaa", "ohg", "ug", "",
}  # fmt: skip
"""What companies are called in contracts and nowhere else."""


class Kind(IntEnum):
    """What a name is the name of: the higher, the less it takes to be evidence."""

    PERSON = 0
    TEAM = 1
    VENDOR = 2


@dataclass(slots=True)
class _Called:
    """All that one sequence of words is the name of."""

    kind: Kind
    givers: set[str]
    written: set[str]
    """How it is written in the tables, without accents."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A team that a sentence names, and the place of the first word."""

    giver: str
    place: int


class Names:
    """The names of everybody who may be waited for, looked up by their first word."""

    def __init__(self, teams: Iterable[Team], people: Iterable[tuple[Person, str]]) -> None:
        """`people` come with the id of their team; somebody without one stands for nobody."""
        self._called: dict[tuple[str, ...], _Called] = {}
        known = list(teams)
        for team in known:
            kind = Kind.VENDOR if team.external else Kind.TEAM
            for name in (team.id, *team.aliases, *_titles(team)):
                self._add(name, team.id, kind)
        vendors = [team for team in known if team.external]
        if len(vendors) == 1:
            for word in waitwords.VENDORS:
                self._add(word, vendors[0].id, Kind.VENDOR)
        for person, team_id in people:
            if team_id:
                for name in (person.id, person.name, person.email, *person.aliases):
                    self._add(name, team_id, Kind.PERSON)
        self._first: dict[str, list[tuple[str, ...]]] = {}
        for words in sorted(self._called, key=lambda words: (-len(words), words)):
            self._first.setdefault(words[0], []).append(words)

    def _add(self, name: str, giver: str, kind: Kind) -> None:
        sentence = Sentence(name[:200])
        words = tuple(word.low for word in sentence.words)
        if not 0 < len(words) <= _MOST or sum(map(len, words)) < 2 or not any(c.isalpha() for c in "".join(words)):
            return
        called = self._called.setdefault(words, _Called(kind, set(), set()))
        called.kind = max(called.kind, kind)
        called.givers.add(giver)
        called.written.add(" ".join(map(sentence.written, range(len(words)))))

    def hits(self, sentence: Sentence, *, in_reason: bool = False) -> list[Hit]:
        """The teams that a sentence names so that it is evidence; `in_reason`: its column says why the work waits."""
        waits: list[int] | None = None
        found = []
        over = 0
        for place, (low, _, _) in enumerate(sentence.words):
            if place < over or low not in self._first or (words := self._at(sentence, place)) is None:
                continue
            over = place + len(words)
            waits = [end for _, end in waitwords.waits(sentence)] if waits is None else waits
            called = self._called[words]
            here = _Place(sentence, place, len(words), waits, in_reason)
            if len(called.givers) == 1 and here.is_evidence(called.kind, called.written):
                found.append(Hit(next(iter(called.givers)), place))
        return found

    @property
    def first_words(self) -> Set[str]:
        """The words with which a name begins."""
        return self._first.keys()

    def _at(self, sentence: Sentence, place: int) -> tuple[str, ...] | None:
        """The longest name that stands here as words of its own."""
        for words in self._first[sentence.words[place].low]:
            end = place + len(words)
            if tuple(word.low for word in sentence.words[place:end]) == words and all(
                _is_gap(sentence.between(n)) for n in range(place, end - 1)
            ):
                return words
        return None


def _is_gap(text: str) -> bool:
    return 0 < len(text) <= _SHORT and _GAPS.issuperset(text)


def _titles(team: Team) -> Iterator[str]:
    """What a team is called by its title: “Old Systems Ltd (Mainframes), vendor of the core” is Old Systems too, and
    Mainframes."""
    first, *others = _PARTS.split(team.title)
    yield from (team.title, first)
    # Short ones are countries.
    inner = re.findall(r"[(\[]([^()\[\]]+)[)\]]", team.title) if others else []
    yield from (part for part in inner if len(part.strip()) > _SHORT)
    words = first.split()
    while team.external and len(words) > 1 and words[-1].replace(".", "").strip("&").casefold() in _FORMS:
        words.pop()
    yield " ".join(words)


@dataclass(frozen=True, slots=True)
class _Place:
    """A name where it stands in a sentence."""

    sentence: Sentence
    first: int
    length: int
    waits: list[int]
    """The places directly after waiting words."""
    in_reason: bool

    def is_evidence(self, kind: Kind, written: set[str]) -> bool:
        """Whether it is more than the same words."""
        waiting = self.is_waited_for()
        if self._joined_before() or self._joined_after(may_compound=waiting and kind is Kind.VENDOR):
            return False
        if kind is Kind.PERSON:
            return waiting and (self.length > 1 or self._is_spoken_of())
        if self.length == 1 and len(self.sentence.words[self.first].low) <= _SHORT:
            return (waiting or kind is Kind.VENDOR) and self._is_abbreviation(written)
        if kind is Kind.VENDOR:
            return waiting or self._as_a_name(written)
        return waiting and (self.length > 1 or (self._capital(self.first) and not self._in_a_longer_name()))

    def is_waited_for(self) -> bool:
        """Whether it stands after waiting words, or in a column for them."""
        near = any(0 <= self.first - end < waitwords.REACH for end in self.waits)
        return self.in_reason or near or waitwords.is_needed_from(self.sentence, self.first)

    def _joined_before(self) -> bool:
        text, start = self.sentence.folded, self.sentence.words[self.first].start
        if start < 2 or text[start - 1] not in _JOINS or not text[start - 2].isalnum():
            return False
        return text[start - 1] not in "'’" or self.sentence.words[self.first - 1].low not in _ELIDED

    def _joined_after(self, *, may_compound: bool) -> bool:
        text, last = self.sentence.folded, self.first + self.length - 1
        end = self.sentence.words[last].end
        if end + 1 >= len(text) or text[end] not in _JOINS or not text[end + 1].isalnum():
            return False
        after = self.sentence.words[last + 1].low
        if text[end] in "'’":
            return after != "s"
        # A name makes compounds, in German above all: “Acme-Schnittstelle”, “IT-Abteilung”.
        return text[end] not in "-‐‑–" or not (after in waitwords.TEAMS or (may_compound and after.isalpha()))

    def _capital(self, place: int) -> bool:
        """Whether a word is written as names are; scripts without small letters know no difference."""
        return not self.sentence.written(place)[:1].islower()

    def _is_abbreviation(self, written: set[str]) -> bool:
        """Whether a short word is written as an abbreviation, where capitals tell it from the word: IT from it."""
        text = self.sentence.written(self.first)
        if text in written and (text.lower() == text.upper() or any(c.isdigit() for c in text)):
            return True
        return not self.sentence.is_shouted() and (text.isupper() or (text in written and not text.islower()))

    def _as_a_name(self, written: set[str]) -> bool:
        """A vendor's name without waiting words: with its capitals, and no common word by itself."""
        if self.length == 1:
            return self._capital(self.first) and self.sentence.words[self.first].low not in waitwords.COMMON
        names = (name.split() for name in written)
        places = range(self.first, self.first + self.length)
        capitals = [self._capital(place) for place in places]
        return any(
            all(has or not word[:1].isupper() for has, word in zip(capitals, name, strict=True)) and any(capitals)
            for name in names
        )

    def _in_a_longer_name(self) -> bool:
        """Whether another word with a capital stands directly beside it: “Core Ledger” is not the team Core."""
        if self.sentence.is_shouted():
            return False
        before, after = self.first - 1, self.first + 1
        follows = after < len(self.sentence.words) and self.sentence.between(self.first) == " "
        if follows and self._is_name_part(after):
            return True
        begins = before in (-1, *(end - 1 for end in self.waits))
        return not begins and before > 0 and self.sentence.between(before) == " " and self._is_name_part(before)

    def _is_name_part(self, place: int) -> bool:
        low = self.sentence.words[place].low
        return self._capital(place) and low not in waitwords.SMALL and low not in waitwords.TEAMS

    def _is_spoken_of(self) -> bool:
        """A person by one word: mentioned (`@ann`, `[~ann]`), or with a capital directly after the waiting words."""
        start = self.sentence.words[self.first].start
        if start and self.sentence.folded[start - 1] in "@~":
            return True
        alone = self.in_reason and len(self.sentence.words) == 1
        return self._capital(self.first) and (alone or waitwords.directly_after(self.sentence, self.waits, self.first))


def by_place(hits: Iterable[Hit]) -> Mapping[str, int]:
    """Giver → the place where it is named first."""
    found: dict[str, int] = {}
    for hit in hits:
        found.setdefault(hit.giver, hit.place)
    return found
