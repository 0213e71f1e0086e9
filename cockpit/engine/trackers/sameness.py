"""Two rows of different sources that are one thing, as the owner of their project signed it, or that they are not.

Judged before the rows are brought together, so by what each file says alone and by who owned the project, not by what
follows from it. A confirmation holds on when a title changes, until its signer takes it back: who only renames a row
must not get rid of what the other one says. That it is to be signed again is told.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from cockpit.basics.classes import dataclass
from cockpit.records.model import Meaning, Person, Project, Statement, WorkItem
from cockpit.trust import entitlement
from cockpit.trust.bodies import PROOF
from cockpit.trust.entitlement import Seat
from cockpit.trust.obligations import SAME, same_covered, same_subject, same_version

if TYPE_CHECKING:
    from cockpit.engine.facts import Facts

StandsIn = Callable[[Statement, Seat], bool]
"""Whether whoever sits there has the signer of a proof sign in their place."""
ITEM, PROJECT = "work item", "project"


class Pair(NamedTuple):
    """Two rows that may be one thing, by id."""

    kind: str
    first: WorkItem | Project
    second: WorkItem | Project

    @property
    def subject(self) -> str:
        """What a signature over them is about."""
        return same_subject(self.first.id, self.second.id)

    @property
    def titles(self) -> dict[str, str]:
        """The title of each by its id."""
        return {self.first.id: self.first.title, self.second.id: self.second.title}

    @property
    def version(self) -> str:
        """What a signature over them covers."""
        return same_version(self.kind, self.titles)

    def covered(self) -> dict[str, object]:
        """The fields that a signature over them covers."""
        return same_covered(self.kind, self.titles)


class Settled(NamedTuple):
    """What was signed of a pair and counts."""

    pair: Pair
    same: bool
    proof: Statement
    stale: bool
    """A title has changed since it was confirmed."""


def pair_of(kind: str, one: WorkItem | Project, other: WorkItem | Project) -> Pair:
    """Two rows as a pair, whichever comes first."""
    return Pair(kind, *sorted((one, other), key=lambda row: row.id))


@dataclass(frozen=True)
class Sameness:
    """What may be and is signed of pairs. `load` gives the lookups over what the files say, nothing brought together;
    `held` tells which sources hold a work item or project."""

    load: Callable[[], Facts]
    held: Callable[[str, str], Collection[str]]
    statements: tuple[Statement, ...]

    @cached_property
    def facts(self) -> Facts:
        """What the files say, one row for each id."""
        return self.load()

    def pair(self, subject: str) -> Pair | None:
        """The two rows of different sources that a subject means; None where it means none."""
        name = subject.removeprefix(f"{SAME}:")
        for kind, rows in ((ITEM, self.facts.items), (PROJECT, self.facts.projects)):
            for one, other in _halves(name):
                if one in rows and other in rows and not set(self.held(kind, one)) & set(self.held(kind, other)):
                    return pair_of(kind, rows[one], rows[other])
        return None

    def projects(self, pair: Pair) -> tuple[Project, ...]:
        """The known projects of both."""
        names = dict.fromkeys(row.project if isinstance(row, WorkItem) else row.id for row in (pair.first, pair.second))
        return tuple(self.facts.projects[name] for name in names if name in self.facts.projects)

    def seat(self, pair: Pair) -> Seat:
        """Who may say whether the two are one."""
        projects = self.projects(pair)
        if not projects:
            return Seat("the owner of the project", None, "They belong to no known project: nobody answers for them.")
        return entitlement.project_seat(projects[0], self.facts.directory)

    def judge(self, proof: Statement, person: Person, stands_in: StandsIn) -> tuple[str | None, str]:
        """The version of the pair that a proof is about (None: there is no such pair), and why its signer may not say
        this of it; empty when they may."""
        pair, meaning = self.pair(proof.body["subject"]), Meaning(proof.body["meaning"])
        if pair is None:
            return None, ""
        if meaning not in (Meaning.CONFIRMED, Meaning.DISMISSED):
            return pair.version, f"That two rows are one is confirmed or dismissed, not {meaning}."
        refusals = self._refusals(pair, proof, person, stands_in)
        return pair.version, "" if "" in refusals else (refusals or [self.seat(pair).problem])[0]

    def _refusals(self, pair: Pair, proof: Statement, person: Person, stands_in: StandsIn) -> list[str]:
        """For each project why the signer may not say it for that one."""
        directory, meaning = self.facts.directory, Meaning(proof.body["meaning"])
        found = []
        for project in self.projects(pair):
            known = self.facts.owners.seen_by("project", project, proof)
            if stands_in(proof, entitlement.project_seat(known, directory)):
                known = replace(known, owner=person.id)
            found.append(entitlement.may_settle(known, person, meaning, directory))
        return found

    @cached_property
    def settled(self) -> dict[str, Settled]:
        """Subject → what was signed of it and counts."""
        said: dict[str, list[Statement]] = {}
        for proof in sorted(filter(is_same, self.statements), key=lambda s: (s.signed_at, s.id)):
            if proof.type == PROOF and not proof.verdict:
                said.setdefault(proof.body["subject"], []).append(proof)
        pairs = ((self.pair(subject), proofs) for subject, proofs in sorted(said.items()))
        found = (self._settle(pair, proofs) for pair, proofs in pairs if pair is not None)
        return {each.pair.subject: each for each in found if each is not None}

    def _settle(self, pair: Pair, proofs: list[Statement]) -> Settled | None:
        """What holds of a pair by all that was signed of it, in the order in which it was."""
        held: Settled | None = None
        for proof in proofs:
            person, current = self.facts.people.get(proof.signer), proof.body["of"] == pair.version
            refusals = self._refusals(pair, proof, person, self._stands_in) if person is not None else []
            if "" not in refusals:
                continue
            meaning = Meaning(proof.body["meaning"])
            # What one owner confirmed no other takes back alone.
            mine = held is None or not held.same or held.proof.signer == proof.signer or not any(refusals)
            if meaning is Meaning.CONFIRMED:
                held = Settled(pair, True, proof, not current)
            elif meaning is Meaning.DISMISSED and mine:
                held = Settled(pair, False, proof, False) if current else None
        return held

    def _stands_in(self, proof: Statement, seat: Seat) -> bool:
        return seat.person is not None and bool(self.facts.owners.mandates.stands_in(proof, seat.person.id))


def is_same(proof: Statement) -> bool:
    """Whether a proof is about two rows that may be one."""
    return str(proof.body.get("subject", "")).startswith(f"{SAME}:")


def _halves(name: str) -> Iterator[tuple[str, str]]:
    """The two ids that a name may mean: they may hold the sign between them, too."""
    at = name.find("=")
    while at >= 0:
        yield name[:at], name[at + 1 :]
        at = name.find("=", at + 1)
