"""What is signed of two rows that may be one thing: which two somebody means, and the words that are signed."""

from __future__ import annotations

from cockpit.basics.text import one_line
from cockpit.engine.trackers.sameness import Pair
from cockpit.ledger import subjects
from cockpit.ledger.subjects import DraftError, Known, Words
from cockpit.records.model import Meaning
from cockpit.trust import sentence
from cockpit.trust.obligations import SAME, split_subject

MEANINGS = subjects.MEANINGS[SAME]


def is_meant(known: Known, words: Words) -> bool:
    """Whether these words are about two rows: by their kind, or because they name two with a `=` between them."""
    kind, name = split_subject(words.subject)
    if kind == SAME:
        return True
    fits = not kind and "=" in name and words.meaning in MEANINGS
    return fits and known.facts.sameness.pair(name) is not None


def find(known: Known, text: str, meaning: Meaning) -> str:
    """The subject of the two rows that a text means, in either order. Raises DraftError."""
    if meaning not in MEANINGS:
        raise DraftError(f"That two rows are one is confirmed or dismissed, not {meaning}.")
    return _pair(known, text).subject


def obligation(known: Known, words: Words) -> tuple[str, str]:
    """Return the version that is signed, and the words for what it is. Raises DraftError."""
    pair = _pair(known, words.subject)
    projects = known.facts.sameness.projects(pair)
    title = projects[0].title if projects else ""
    confirmed = words.meaning is Meaning.CONFIRMED
    return pair.version, sentence.of_same(pair.kind, pair.titles, title, confirmed=confirmed)


def _pair(known: Known, text: str) -> Pair:
    facts, name = known.facts, text.removeprefix(f"{SAME}:")
    pair = facts.sameness.pair(name)
    if pair is not None:
        return pair
    proposed = [s.subject for s in known.assessment.signoffs if s.subject.startswith(f"{SAME}:")]
    hint = f" Proposed are {subjects.listed(proposed)}." if proposed else ""
    raise DraftError(
        f"“{one_line(name)}” names no two work items or projects of different sources. Write their ids as {SAME}:A=B; "
        f"rows of one source are never one.{hint}"
    )
