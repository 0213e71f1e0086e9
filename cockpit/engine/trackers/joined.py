"""Which rows are about one thing: those of one id, those that a row names with `same_as`, those that an owner signed.

What one source holds as two is never one: two of its rows are not brought together, whoever says so. Nor does a row
that is not the official one for its id join anything: a file that is added cannot make one of two things.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Generic, NamedTuple, TypeVar

from cockpit.basics.classes import dataclass
from cockpit.engine.rows import place_of
from cockpit.engine.trackers.official import Rank, Trackers
from cockpit.records.assessment import Reason
from cockpit.records.model import Origin, Project, WorkItem

R = TypeVar("R", WorkItem, Project)
Apart = Callable[[str, str], str]
"""Why two ids cannot be one thing, as the end of a sentence; empty where they can."""


class Claim(NamedTuple):
    """A row that says which other it is the same as. They are heard in this order."""

    rank: Rank
    source: str
    one: str
    other: str
    origin: Origin | None


@dataclass(frozen=True)
class Joined(Generic[R]):
    """The rows of a table by thing."""

    rows: Mapping[str, Sequence[R]]
    """By the id that stands for the thing, all its rows."""
    stands_for: Mapping[str, str]
    """Id → the id that stands for it now; only of those that another stands for."""
    refused: tuple[Reason, ...] = ()
    """What rows said to be the same that cannot be."""


def by_thing(
    groups: Mapping[str, Sequence[R]],
    trackers: Trackers,
    signed: Iterable[tuple[str, str]] = (),
    apart: Callable[[], Apart] = lambda: lambda *_: "",
    dismissed: Callable[[str, str], bool] = lambda *_: False,
) -> Joined[R]:
    """Bring together rows, given by their ids. `signed` are ids that an owner signed to be one, `dismissed` those that
    are not; `apart` is asked for once, where rows claim anything."""
    named = any(row.same_as for each in groups.values() for row in each)
    claims = sorted(_claims(groups, trackers), key=lambda claim: claim[:4]) if named else []
    if not claims and not signed:
        return Joined(groups, {})
    union = _Union({name: {trackers.name_of(row) for row in each} for name, each in groups.items()})
    for one, other in sorted(signed):
        union.join(one, other)
    refused, cannot = [], apart()
    for claim in claims:
        if dismissed(claim.one, claim.other):
            continue
        why = cannot(claim.one, claim.other) if claim.other in groups else "nobody knows that"
        why = why or union.join(claim.one, claim.other)
        if why:
            refused.append(Reason(f"{claim.one} is said to be the same as {claim.other}, but {why}", claim.origin))
    stands_for = _standing(union, groups, trackers)
    joined: dict[str, list[R]] = defaultdict(list)
    for name, each in groups.items():
        joined[stands_for.get(name, name)] += each
    return Joined(joined, stands_for, tuple(refused))


def _claims(groups: Mapping[str, Sequence[R]], trackers: Trackers) -> Iterable[Claim]:
    for name, rows in groups.items():
        official, _ = trackers.parted(rows)
        for row in sorted(official, key=place_of):
            if (other := row.same_as.strip()) and other != name:
                origin = row.origin
                yield Claim(trackers.rank_of(row), trackers.name_of(row), name, other, origin)


class _Union:
    """Ids that are one thing, none of them held by one source as two. `held` are the sources of each id."""

    def __init__(self, held: dict[str, set[str]]) -> None:
        self._held = held
        self._over: dict[str, str] = {}

    def find(self, name: str) -> str:
        """The id at the head of a thing."""
        while (over := self._over.get(name, name)) != name:
            name = over
        return name

    def join(self, one: str, other: str) -> str:
        """Make two things one; why not, as the end of a sentence, where one source holds both."""
        first, second = sorted((self.find(one), self.find(other)))
        if first == second:
            return ""
        both = sorted(self._held.get(first, set()) & self._held.get(second, set()))
        if both:
            return f"{both[0] or 'one source'} holds both as two"
        self._over[second] = first
        self._held[first] = self._held.get(first, set()) | self._held.get(second, set())
        return ""

    def things(self) -> dict[str, list[str]]:
        """The ids of each thing that has several."""
        found: dict[str, list[str]] = defaultdict(list)
        for name in self._over:
            found[self.find(name)].append(name)
        return {head: [head, *names] for head, names in found.items()}


def _standing(union: _Union, groups: Mapping[str, Sequence[R]], trackers: Trackers) -> dict[str, str]:
    """Of each thing with several ids the most official one, which stands for the others."""

    def official(name: str) -> tuple[Rank, str, str]:
        return *min((trackers.rank_of(row), trackers.name_of(row)) for row in groups[name]), name

    found: dict[str, str] = {}
    for names in union.things().values():
        best = min(names, key=official)
        found |= dict.fromkeys((name for name in names if name != best), best)
    return found
