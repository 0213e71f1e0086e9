"""Which category the status words of the files mean, as lines of `[states]` and `[rag]`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from rapidfuzz import fuzz, process

from cockpit.basics.classes import dataclass
from cockpit.charter.words import RAG_WORDS, STATE_WORDS, word
from cockpit.proposing.status_words import GIVEN_UP, RAGS, STATES, rag_of, state_of
from cockpit.proposing.sure import Doubt, Sure, counted
from cockpit.records.model import Rag, State

_NEAR = 86


@dataclass(frozen=True)
class Words:
    """The words to add to a category, and the line's reason."""

    category: State | Rag
    words: tuple[str, ...]
    sure: Sure
    why: str


@dataclass(frozen=True)
class Vocabulary:
    """Lines for a section of the charter, and the words that stay open."""

    lines: tuple[Words, ...] = ()
    doubts: tuple[Doubt, ...] = ()


def states(texts: Counter[str]) -> Vocabulary:
    """Return what the charter must be told of words for where work stands."""
    return _section(texts, state_of, {word(each) for words in STATE_WORDS.values() for each in words}, STATES, State)


def rags(texts: Counter[str]) -> Vocabulary:
    """Return what the charter must be told of words for reported colours."""
    return _section(texts, rag_of, {word(each) for words in RAG_WORDS.values() for each in words}, RAGS, Rag)


def _section(
    texts: Counter[str],
    meant: Callable[[str], State | Rag | None],
    known: set[str],
    foreign: Mapping[State, tuple[str, ...]] | Mapping[Rag, tuple[str, ...]],
    categories: Iterable[State | Rag],
) -> Vocabulary:
    """Leave known words out; a foreign one is sure, one that begins like it or is spelled nearly so is likely."""
    sure: dict[State | Rag, dict[str, int]] = {}
    likely: dict[State | Rag, dict[str, int]] = {}
    doubts = []
    every = [word(each) for words in foreign.values() for each in words] + sorted(known)
    for text, rows in sorted(texts.items(), key=lambda each: (-each[1], each[0])):
        said = word(text)
        if not said or said in known:
            continue
        if category := meant(said):
            sure.setdefault(category, {}).setdefault(said, 0)
            sure[category][said] += rows
        elif said in GIVEN_UP:
            doubts.append(Doubt(text, rows, "says that nobody does it any more, which is neither open nor done"))
        elif (near := _near(said, every)) and (category := meant(near)):
            likely.setdefault(category, {}).setdefault(said, 0)
            likely[category][said] += rows
        else:
            doubts.append(Doubt(text, rows, f"is unknown: add it to {_choice(categories)}"))
    lines = [_line(category, found, grade) for grade, group in ((Sure.SURE, sure), (Sure.LIKELY, likely))
             for category, found in group.items()]  # fmt: skip
    return Vocabulary(tuple(_merged(lines)), tuple(doubts))


def _line(category: State | Rag, found: Mapping[str, int], sure: Sure) -> Words:
    return Words(category, tuple(found), sure, counted(sum(found.values()), "row"))


def _merged(lines: list[Words]) -> Iterable[Words]:
    """Put the words of one category into one line, because a key stands once in a section."""
    categories = dict.fromkeys(line.category for line in lines)
    for category in categories:
        same = [line for line in lines if line.category == category]
        words = tuple(each for line in same for each in line.words)
        guessed = [each for line in same if line.sure is Sure.LIKELY for each in line.words]
        why = " and ".join(line.why for line in same)
        if guessed and len(guessed) < len(words):
            why = f"{why} for words that are like known ones: {', '.join(f'“{each}”' for each in guessed[:4])}"
        yield Words(category, words, same[-1].sure, why)


def _near(said: str, every: list[str]) -> str:
    """Return the known word with which a text begins, else the one that is spelled nearly so; empty for none."""
    begins = [each for each in every if len(each) > 3 and said.startswith(f"{each} ")]
    if begins:
        return max(begins, key=len)
    found = process.extractOne(said, [each for each in every if len(each) > 4], scorer=fuzz.ratio, score_cutoff=_NEAR)
    return found[0] if found and len(said) > 4 else ""


def _choice(categories: Iterable[State | Rag]) -> str:
    names = [str(each) for each in categories]
    return f"{', '.join(names[:-1])} or {names[-1]}"
