"""Statements taken parents first: each is judged by what its signer could know, and those that follow learn from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from cockpit.model import EnrolledKey, Person, Statement
from cockpit.text import one_line
from cockpit.trust import court_words
from cockpit.trust.bodies import COSIGN, ENROL, GENESIS, REVOKE, ROTATE
from cockpit.trust.keys import parse_public_key

_MARKED = (ENROL, REVOKE, ROTATE, COSIGN)
"""The types that change whose key is whose."""


class Binding(NamedTuple):
    """A key of a person, for all that follows `since`."""

    person: str
    key: str
    """The line of the public key."""
    fingerprint: str
    since: str
    first: date | None = None
    last: date | None = None


class Revoked(NamedTuple):
    """A key that is not believed any more."""

    fingerprint: str
    by: str
    """The statement that says so."""
    at: datetime
    saw: frozenset[str]
    """What it follows: that was there before."""
    beside: bool
    """Whether it also voids what it did not see; a change to a new key voids nothing that stands beside it."""


def founds(statement: Statement) -> bool:
    """Whether a genesis is signed by one of the stewards that it names, with the key that it gives them."""
    return any(b.person == statement.signer and b.fingerprint == statement.key for b in _first_bindings(statement))


def _first_bindings(genesis: Statement) -> list[Binding]:
    return [_binding(s["id"], s["key"], genesis.id) for s in genesis.body["stewards"]]


def _binding(person: str, key: str, since: str, first: str = "", last: str = "") -> Binding:
    days = [date.fromisoformat(day) if day else None for day in (first, last)]
    return Binding(person, key, parse_public_key(key).fingerprint, since, *days)


@dataclass
class Court:
    """Goes through the statements of a portfolio once to find the revocations, and once more to judge."""

    genesis: Statement
    known: Mapping[str, Statement]
    order: Sequence[Statement]
    by_table: Callable[[Statement], str]
    late: frozenset[str] = frozenset()
    """What nobody else had seen when its key ended."""
    revoked: dict[str, list[Revoked]] = field(default_factory=dict)
    """By fingerprint."""
    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    """By person."""
    enrolled: dict[str, Statement] = field(default_factory=dict)
    """Person → the statement that enrolled them last."""
    ends: dict[str, date] = field(default_factory=dict)
    """Good statement → the last day of the key that signed it, where it has one."""
    holders: dict[str, list[Binding]] = field(default_factory=dict)
    """By fingerprint."""
    needs: dict[str, str] = field(default_factory=dict)
    _cosigned: set[str] = field(default_factory=set)
    good: set[str] = field(default_factory=set)
    marks: dict[str, frozenset[str]] = field(default_factory=dict)
    _all_known: bool = False
    """Whether all revocations are gathered."""

    def __post_init__(self) -> None:
        self.stewards = frozenset(steward["id"] for steward in self.genesis.body["stewards"])
        self._adopted = self.past([self.genesis.id])

    def verdicts(self) -> dict[str, str]:
        """What is wrong with each statement; empty where nothing is.

        First all revocations that stand are gathered, each judged by what its signer could know: where two revoke each
        other, unseen, both stand. Only then do they reach what stands beside them: order must not matter.
        """
        self._begin()
        first = {}
        for statement in self.order:
            first[statement.id] = self._judged(statement)
            if not first[statement.id] and (revoked := self._revoked(statement)) is not None:
                self.revoked.setdefault(revoked.fingerprint, []).append(revoked)
        self._all_known = True
        found = first
        while self.revoked:
            self._begin()
            found = {statement.id: self._judged(statement) for statement in self.order}
            if not self._drop(found):
                break
        return found

    def _drop(self, verdicts: Mapping[str, str]) -> bool:
        """Take out the revocations that turned out not to stand: signed with a key that came from a revoked one."""
        kept = {key: [r for r in found if not verdicts[r.by]] for key, found in self.revoked.items()}
        dropped = kept != self.revoked
        self.revoked = {key: found for key, found in kept.items() if found}
        return dropped

    def awaiting(self) -> dict[str, str]:
        """What changes nothing before somebody signs it too → who that may be."""
        return {id_: who for id_, who in self.needs.items() if id_ in self.good and id_ not in self._cosigned}

    def _begin(self) -> None:
        self.bindings, self.enrolled, self.holders = {}, {}, {}
        for binding in _first_bindings(self.genesis):
            self._bind(binding)
        self._revocations = frozenset(r.by for found in self.revoked.values() for r in found if r.beside)
        self.ends, self.needs, self._cosigned, self.good, self.marks = {}, {}, set(), set(), {}

    def _revoked(self, statement: Statement) -> Revoked | None:
        """The key that a good statement takes away."""
        if statement.id in self._adopted:
            return None
        said = self.known[statement.body["of"]] if statement.type == COSIGN else statement
        if statement.type == REVOKE:
            key = statement.body["key"]
        elif said.type == ROTATE and (statement.type == COSIGN or said.id not in self.needs):
            key = said.body.get("old", said.key)
        else:
            return None
        saw = self.past([statement.id]) - {statement.id}
        return Revoked(key, statement.id, statement.signed_at, saw, beside=statement.type == REVOKE)

    def _judged(self, statement: Statement) -> str:
        """What is wrong with a statement whose parents are judged; learns from a good one."""
        self.marks[statement.id] = self._followed(statement)
        verdict = statement.verdict or self._wrong(statement)
        if not verdict:
            self.good.add(statement.id)
            if statement.id not in self._adopted:
                self._learn(statement)
        return verdict

    def _wrong(self, statement: Statement) -> str:
        if statement.id == self.genesis.id:
            return ""
        if statement.id in self._adopted:
            return self.by_table(statement)
        return self._wrong_place(statement) or self._wrong_key(statement) or court_words.wrong(self, statement)

    def _followed(self, statement: Statement) -> frozenset[str]:
        """The genesis and the statements about keys that a statement follows."""
        parents = [self.known[id_] for id_ in statement.parents if id_ in self.known]
        new = {p.id for p in parents if p.type in _MARKED or p.id == self.genesis.id}
        sets = {id(marks): marks for p in parents if (marks := self.marks.get(p.id))}
        if len(sets) == 1 and not new:
            # A long ledger is mostly a chain of proofs: they all share one set.
            return next(iter(sets.values()))
        return frozenset(new.union(*sets.values()))

    def _wrong_place(self, statement: Statement) -> str:
        if statement.type == GENESIS:
            return "It would begin the portfolio a second time."
        if statement.portfolio != self.genesis.id:
            return (
                f"It was signed for another portfolio: {one_line(statement.portfolio, 20)}, not {self.genesis.id[:12]}."
            )
        if self.genesis.id not in self.marks[statement.id]:
            return "It does not follow the genesis of this portfolio."
        return ""

    def _wrong_key(self, statement: Statement) -> str:
        marks, day = self.marks[statement.id], statement.signed_at.date()
        own = [b for b in self.bindings.get(statement.signer, ()) if b.since in marks]
        fitting = [b for b in own if b.fingerprint == statement.key]
        if not own:
            return f"Nobody had enrolled {one_line(statement.signer)} when it was signed, as far as its signer knew."
        if not fitting:
            return f"It names the key {statement.key}, which is not one enrolled for {one_line(statement.signer)}."
        for revoked in self.revoked.get(statement.key, ()):
            if self.reaches(revoked, statement):
                how = "revoked" if revoked.beside else "replaced"
                return f"Its key was {how} by {revoked.by[:12]}."
        days = [b for b in fitting if (b.first or day) <= day <= (b.last or day)]
        if not days:
            return f"Its key is not enrolled for the day {day} on which it says that it was signed."
        lasts = [b.last for b in days]
        if None not in lasts:
            self.ends[statement.id] = max(last for last in lasts if last is not None)
        return self._too_late(statement)

    def _too_late(self, statement: Statement) -> str:
        if statement.id not in self.late:
            return ""
        last = self.ends.get(statement.id)
        return f"Nobody else had seen it on {last}, the last day of its key; that it was signed by then is a claim."

    def reaches(self, revoked: Revoked, statement: Statement) -> bool:
        """Whether a revocation voids what a statement is signed with, or the key that it enrols."""
        if revoked.by in self.marks[statement.id]:
            return True
        if not (self._all_known and revoked.beside) or statement.id in revoked.saw:
            return False
        # Where two revoke each other, unseen, both stand; a change to a new key saves nobody.
        return statement.type != REVOKE or statement.id not in self._revocations

    def _learn(self, statement: Statement) -> None:
        if statement.type in (ENROL, ROTATE):
            if second := self._second(statement):
                self.needs[statement.id] = second
            else:
                self._take(statement, statement.id)
        elif statement.type == COSIGN:
            self._cosigned.add(statement.body["of"])
            said = self.known[statement.body["of"]]
            if said.type in (ENROL, ROTATE):
                self._take(said, statement.id)

    def _second(self, statement: Statement) -> str:
        """Who has to sign a new key too; empty where one signature is enough."""
        person, marks = statement.body["person"], self.marks[statement.id]
        if statement.type == ROTATE:
            return "" if statement.signer == person else "another steward"
        new = parse_public_key(statement.body["key"]).fingerprint
        other = any(b.since in marks and b.fingerprint != new for b in self.bindings.get(person, ()))
        # One steward alone could else sign in anybody's name, with a key that they enrol for them.
        return f"another steward, or {one_line(person)}" if other and len(self.stewards) > 1 else ""

    def _take(self, said: Statement, since: str) -> None:
        """Learn the key of `said`, for all that follows `since`."""
        body = said.body
        self._bind(_binding(body["person"], body["key"], since, body.get("from", ""), body.get("until", "")))
        if said.type == ENROL:
            self.enrolled[body["person"]] = said

    def _bind(self, binding: Binding) -> None:
        self.bindings.setdefault(binding.person, []).append(binding)
        self.holders.setdefault(binding.fingerprint, []).append(binding)

    def people(self) -> Iterator[Person]:
        """Everybody enrolled, with the key that counts now: the last one that is neither revoked nor replaced."""
        names = {s["id"]: s["name"] for s in self.genesis.body["stewards"]}
        names |= {person: statement.body["name"] for person, statement in self.enrolled.items()}
        for person in sorted(names):
            lines = [b.key for b in self.bindings.get(person, ()) if b.fingerprint not in self.revoked]
            teams = self.enrolled[person].body["teams"] if person in self.enrolled else []
            yield Person(id=person, name=names[person], team=teams[0] if teams else "", key=lines[-1] if lines else "")

    def held(self) -> Iterator[EnrolledKey]:
        """Every key that was ever enrolled, and when."""
        for binding in (b for found in self.bindings.values() for b in found):
            since = self.known[binding.since].signed_at
            if binding.first is not None:
                since = max(since, datetime.combine(binding.first, time(), UTC))
            ends = [revoked.at for revoked in self.revoked.get(binding.fingerprint, ())]
            if binding.last is not None:
                ends.append(datetime.combine(binding.last, time(), UTC) + timedelta(days=1))
            yield EnrolledKey(binding.person, binding.key, since, min(ends) if ends else None)

    def past(self, ids: Iterable[str], upto: str = "") -> frozenset[str]:
        """These statements and all that they follow; may end early at `upto`."""
        seen, open_ones = set(ids), list(ids)
        while open_ones and upto not in seen:
            statement = self.known.get(open_ones.pop())
            for parent in statement.parents if statement is not None else ():
                if parent not in seen:
                    seen.add(parent)
                    open_ones.append(parent)
        return frozenset(seen)
