"""Rows of different sources whose titles are nearly the same: proposals, until somebody signs that they are one or not.

Titles are compared within a project, never within one source, and only where they have a rare word in common: ten
thousand rows take little longer than reading them. The order of words does not count; another number is another thing,
since `Sprint 1` and `Sprint 2` are no misspelling of each other. A title that one source has twice tells nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from cockpit.basics.classes import dataclass
from cockpit.engine.trackers.disputes import Key
from cockpit.engine.trackers.sameness import ITEM, PROJECT, Pair, pair_of
from cockpit.records.model import Kind, Project, WorkItem
from cockpit.trust.obligations import plain_words

if TYPE_CHECKING:
    from cockpit.engine.facts import Facts

NEAR = 90.0
"""How like two titles must be, of 100."""
NEAR_WORD = 75.0
"""How like each other two words must be that only one of them has: an export is no import."""
MOST_ALIKE = 40
"""By a beginning that more titles of a block have than this nothing is looked up."""
ASKED = 5
"""Pairs of a project and two sources that somebody is asked about at a time."""
RAREST = 3
"""By so many of its words a title is looked up."""
STEM = 5
"""Letters with which a word is looked up: their ends differ more often than their beginnings."""
_SMALL = frozenset({
    "a", "an", "the", "of", "and", "for", "to", "in", "on", "at", "by", "with", "der", "die", "das", "und", "von", "de",
    "du", "des", "la", "le", "les", "et",
})  # fmt: skip
_ROMAN = frozenset({"ii", "iii", "iv", "vi", "vii", "viii", "ix", "xi", "xii"})


@dataclass(frozen=True, slots=True)
class Titled:
    """A row with what its title comes to."""

    row: WorkItem | Project
    sources: frozenset[str]
    words: frozenset[str]
    plain: str
    """The words in alphabetical order."""
    closed: str
    """The title without its spaces: `cut-over` is `cutover`."""

    @property
    def stems(self) -> frozenset[str]:
        """How its words begin: by that titles are looked up."""
        return frozenset(word[:STEM] for word in self.words)


def proposed(facts: Facts) -> dict[Key, tuple[Pair, ...]]:
    """By project (empty for projects themselves) and pair of sources the rows that look like one thing and of which
    nothing is signed; also those that were confirmed under other titles than they have now."""
    alike = [*_alike(PROJECT, _blocks(facts, PROJECT)), *_alike(ITEM, _blocks(facts, ITEM))]
    settled = facts.sameness.settled
    tied = _tied(facts) if alike else set()
    found = {p.subject: p for p in alike if p.subject not in settled and _ids(p) not in tied}
    found |= {subject: each.pair for subject, each in settled.items() if each.same and each.stale}
    groups: dict[Key, list[Pair]] = defaultdict(list)
    for pair in sorted(found.values(), key=lambda pair: (pair.kind, pair.first.title, pair.subject)):
        groups[_key(facts, pair)].append(pair)
    return {key: tuple(groups[key]) for key in sorted(groups)}


def _ids(pair: Pair) -> frozenset[str]:
    return frozenset((pair.first.id, pair.second.id))


def _key(facts: Facts, pair: Pair) -> Key:
    """The project of a pair, and one source of each of the two."""
    trackers = facts.reconciled.trackers
    one, other = sorted((pair.first, pair.second), key=lambda row: (trackers.rank_of(row), trackers.name_of(row)))
    project = facts.reconciled.names.project(one.project) if isinstance(one, WorkItem) else ""
    return project if project in facts.projects else "", trackers.name_of(one), trackers.name_of(other)


def _tied(facts: Facts) -> set[frozenset[str]]:
    """Work of which one waits for the other or is part of it: that is two things."""
    tied = {frozenset((link.predecessor, link.successor)) for link in facts.snapshot.links}
    return tied | {frozenset((item.id, item.parent)) for item in facts.items.values() if item.parent}


def _blocks(facts: Facts, kind: str) -> Iterator[Sequence[Titled]]:
    """The rows among which to look: those of one project with the same numbers in their titles, of several sources."""
    blocks: dict[tuple[object, ...], list[Titled]] = defaultdict(list)
    for within, row in _rows(facts, kind):
        words = [word for word in plain_words(row.title).split() if word not in _SMALL]
        numbers = tuple(sorted(word for word in words if _is_number(word)))
        if len(words) > len(numbers):
            sources, plain = facts.reconciled.sources(kind, row), " ".join(sorted(words))
            blocks[*within, numbers].append(Titled(row, sources, frozenset(words), plain, "".join(words)))
    for block in blocks.values():
        if len({each.sources for each in block}) > 1:
            yield block


def _rows(facts: Facts, kind: str) -> Iterator[tuple[tuple[object, ...], WorkItem | Project]]:
    if kind == PROJECT:
        yield from (((), project) for project in facts.projects.values())
    else:
        several = _of_several_sources(facts)
        for item in facts.items.values() if several else ():
            if item.project in several and not item.stub:
                yield (item.project, item.kind is Kind.SUMMARY), item


def _of_several_sources(facts: Facts) -> set[str]:
    """The known projects whose work may come from several sources."""
    paths: dict[str, set[str]] = defaultdict(set)
    for item in facts.items.values():
        if item.project in facts.projects:
            paths[item.project].add(item.origin.path if item.origin is not None else "")
    trackers, held = facts.reconciled.trackers, facts.reconciled.items
    found = {project for project, own in paths.items() if len({trackers.named(path) for path in own}) > 1}
    return found | {facts.items[name].project for name in held if name in facts.items} & facts.projects.keys()


def _is_number(word: str) -> bool:
    """Whether a word tells one thing from the next of its kind."""
    return len(word) == 1 or word in _ROMAN or any(letter.isdigit() for letter in word)


def _alike(kind: str, blocks: Iterable[Sequence[Titled]]) -> Iterator[Pair]:
    for block in blocks:
        counts = Counter((source, each.plain) for each in block for source in each.sources)
        single = [each for each in block if all(counts[source, each.plain] == 1 for source in each.sources)]
        found = sorted(single, key=lambda each: (each.plain, each.row.id))
        best = _best(found)
        for one, other in best.items():
            if best.get(other) == one and one < other:
                yield pair_of(kind, found[one].row, found[other].row)


def _best(rows: Sequence[Titled]) -> dict[int, int]:
    """By the number of a row that of the row most like it, among those of other sources that are near enough."""
    from rapidfuzz import fuzz

    having: dict[str, list[int]] = defaultdict(list)
    for number, row in enumerate(rows):
        for key in {*row.stems, row.plain, row.closed}:
            having[key].append(number)
    best: dict[int, int] = {}
    for number, row in enumerate(rows):
        top = 0.0
        for other in _candidates(number, row, rows, having):
            same = row.closed == rows[other].closed
            score = 100.0 if same else fuzz.ratio(row.plain, rows[other].plain, score_cutoff=max(NEAR, top))
            if score > top and (same or _is_near(row.words, rows[other].words)):
                top, best[number] = score, other
    return best


def _candidates(number: int, row: Titled, rows: Sequence[Titled], having: Mapping[str, Sequence[int]]) -> Iterable[int]:
    """The rows of other sources that have one of its rarest words, in order."""
    rare = sorted((len(having[stem]), stem) for stem in row.stems if len(having[stem]) <= MOST_ALIKE)[:RAREST]
    keys = {stem for _, stem in rare} | {row.plain, row.closed}
    near = {other for key in keys for other in having[key][:MOST_ALIKE] if other != number}
    return sorted(other for other in near if not row.sources & rows[other].sources)


def _is_near(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether the words that only one of two titles has are misspellings of those that only the other has."""
    from rapidfuzz import fuzz

    mine, theirs = sorted(one - other), sorted(other - one)
    if len(mine) != len(theirs):
        return False
    return all(any(fuzz.ratio(word, each) >= NEAR_WORD for each in theirs) for word in mine)
