"""Statements taken parents first: each is judged by what its signer could know, and those that follow learn from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from datetime import UTC, date, datetime, time, timedelta
from itertools import combinations

from cockpit.basics.classes import dataclass
from cockpit.basics.text import one_line
from cockpit.records.model import EnrolledKey, Person, Statement
from cockpit.trust import court_words
from cockpit.trust.bodies import COSIGN, DELEGATE, ENROL, GENESIS, REVOKE, ROTATE, TRANSFER
from cockpit.trust.court_keys import Binding, Revoked, Taken, bind, first_bindings
from cockpit.trust.history import Followed, past
from cockpit.trust.keys import parse_public_key
from cockpit.trust.people import folded

_MARKED = (ENROL, REVOKE, ROTATE, COSIGN, TRANSFER, DELEGATE)
"""The types that change whose key is whose, and those that others are about."""
_REVOKING = (REVOKE, ROTATE, COSIGN)
"""The types that may take a key away."""


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
    _taken: dict[str, Taken] = field(default_factory=dict)
    """The same, together."""
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
    called: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    """What people are called, id and signed name (folded) → who, and by which statement."""
    _enrolments: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    """Person → every good enrolment and its fingerprint, whether it waits or not."""
    _rivals: frozenset[str] = frozenset()
    """Enrolments that stand beside another one, with another key for the same person."""
    _backed: frozenset[str] = frozenset()
    """Those of them that a second one has signed."""
    _all_known: bool = False
    """Whether all revocations are gathered."""
    _first: Mapping[str, str] = field(default_factory=dict)
    """The verdicts before they were."""
    _vouched: dict[str, frozenset[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.stewards = frozenset(steward["id"] for steward in self.genesis.body["stewards"])
        self._adopted = self._past([self.genesis.id])
        marked = (s.id for s in self.order if s.type in _MARKED or s.id == self.genesis.id)
        self.follows = Followed(self.order, marked)
        """Whether a statement follows the genesis, or one about keys, or one that others are about."""
        takes = {s.id for s in self.order if s.type in _REVOKING and not s.verdict}
        self._saw = Followed(self.order, (s.id for s in self.order) if takes else (), takes)

    def verdicts(self) -> dict[str, str]:
        """What is wrong with each statement; empty where nothing is.

        First all revocations that stand are gathered, each judged by what its signer could know: where two revoke each
        other, unseen, both stand. Only then do they reach what stands beside them: order must not matter. So it is with
        enrolments that stand beside each other.
        """
        while True:
            found = self._settled()
            rivals, backed = self._beside_each_other(found)
            if rivals <= self._rivals and backed <= self._backed:
                return found
            self._rivals |= rivals
            self._backed |= backed

    def _settled(self) -> dict[str, str]:
        self.revoked, self._all_known, self._vouched = {}, False, {}
        self._begin()
        self._taken.clear()
        first = {}
        for statement in self.order:
            first[statement.id] = self._judged(statement)
            if not first[statement.id] and (revoked := self._revoked(statement)) is not None:
                self.revoked.setdefault(revoked.fingerprint, []).append(revoked)
                before = self._taken.get(revoked.fingerprint, Taken((), 0, -1, -1))
                after = before.after | self.follows.bit(revoked.by)
                self._taken[revoked.fingerprint] = before._replace(by=(revoked,), after=after)
        self._all_known, self._first = True, first
        found = first
        while self.revoked:
            self._begin()
            found = {statement.id: self._judged(statement) for statement in self.order}
            if not self._drop(found):
                break
        return found

    def _beside_each_other(self, verdicts: Mapping[str, str]) -> tuple[frozenset[str], frozenset[str]]:
        """The enrolments of one person with different keys of which neither follows the other; and which of all such a
        second one has signed."""
        rivals: set[str] = set()
        for firsts in self._enrolments.values() if len(self.stewards) > 1 else ():
            for (one, key), (other, another) in combinations(firsts, 2):
                if key != another and not self.follows(other, one) and not self.follows(one, other):
                    rivals |= {one, other}
        seconds = (s for s in self.order if s.type == COSIGN and not verdicts[s.id])
        return frozenset(rivals), frozenset(s.body["of"] for s in seconds) & (self._rivals | rivals)

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
        self.bindings, self.enrolled, self.holders, self._enrolments, self.called = {}, {}, {}, {}, {}
        for steward in self.genesis.body["stewards"]:
            self._call(steward["id"], steward["name"], self.genesis.id)
        for binding in first_bindings(self.genesis):
            self._bind(binding)
        self._taken = {key: self._together(found) for key, found in self.revoked.items()}
        self._revocations = frozenset(r.by for found in self.revoked.values() for r in found if r.beside)
        self.ends, self.needs, self._cosigned, self.good = {}, {}, set(), set()

    def _together(self, found: Sequence[Revoked]) -> Taken:
        after, spared, own_spared = 0, -1, -1
        for revoked in found:
            after |= self.follows.bit(revoked.by)
            if revoked.beside and revoked.own:
                own_spared &= self._saw.bits(revoked.by)
            elif revoked.beside:
                spared &= self._saw.bits(revoked.by)
        return Taken(tuple(found), after, spared, own_spared)

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
        own = statement.type == REVOKE and statement.signer == statement.body["person"]
        return Revoked(key, statement.id, statement.signed_at, own, beside=statement.type == REVOKE)

    def _judged(self, statement: Statement) -> str:
        """What is wrong with a statement whose parents are judged; learns from a good one."""
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

    def _wrong_place(self, statement: Statement) -> str:
        if statement.type == GENESIS:
            return "It would begin the portfolio a second time."
        if statement.portfolio != self.genesis.id:
            return (
                f"It was signed for another portfolio: {one_line(statement.portfolio, 20)}, not {self.genesis.id[:12]}."
            )
        if not self.follows(statement.id, self.genesis.id):
            return "It does not follow the genesis of this portfolio."
        return ""

    def _wrong_key(self, statement: Statement) -> str:
        day = statement.signed_at.date()
        own = self.own(statement.signer, statement)
        fitting = [b for b in own if b.fingerprint == statement.key]
        if not own:
            return f"Nobody had enrolled {one_line(statement.signer)} when it was signed, as far as its signer knew."
        if not fitting:
            return f"It names the key {statement.key}, which is not one enrolled for {one_line(statement.signer)}."
        revoked = self.taken(statement.key, statement)
        if revoked is not None:
            how = "revoked" if revoked.beside else "replaced"
            return f"Its key was {how} by {revoked.by[:12]}."
        days = [b for b in fitting if (b.first or day) <= day <= (b.last or day)]
        if not days:
            return f"Its key is not enrolled for the day {day} on which it says that it was signed."
        lasts = [b.last for b in days]
        if None not in lasts:
            self.ends[statement.id] = max(last for last in lasts if last is not None)
        return self._too_late(statement)

    def enrolments(self, person: str) -> Sequence[tuple[str, str]]:
        """The good enrolments of a person with the fingerprints of their keys, also those that wait."""
        return self._enrolments.get(person, ())

    def own(self, person: str, statement: Statement) -> list[Binding]:
        """The keys of a person as far as the signer of a statement could know."""
        return [b for b in self.bindings.get(person, ()) if self.follows(statement.id, b.since)]

    def _too_late(self, statement: Statement) -> str:
        if statement.id not in self.late:
            return ""
        last = self.ends.get(statement.id)
        return f"Nobody else had seen it on {last}, the last day of its key; that it was signed by then is a claim."

    def taken(self, key: str, statement: Statement) -> Revoked | None:
        """What takes a key away, so that it voids what a statement is signed with, or the key that it enrols."""
        taken = self._taken.get(key)
        if taken is None:
            return None
        if taken.after & self.follows.bits(statement.id):
            return next((r for r in taken.by if self.follows(statement.id, r.by)), taken.by[0])
        # Where two revoke each other, unseen, both stand; a change to a new key saves nobody.
        if not self._all_known or statement.id in self._revocations:
            return None
        bit = self._saw.bit(statement.id)
        if not taken.spared & bit:
            return next(r for r in taken.by if r.beside and not r.own and not self._saw(r.by, statement.id))
        if taken.own_spared & bit or statement.id in self._vouched_for(key, taken):
            return None
        return next(r for r in taken.by if r.own and not self._saw(r.by, statement.id))

    def _vouched_for(self, key: str, taken: Taken) -> frozenset[str]:
        """What other stewards had seen before they knew that the owner of a key gives it up: who revokes their own key,
        or a thief of it, cannot take back what was signed with it by not naming it."""
        if key not in self._vouched:
            own = [r.by for r in taken.by if r.own]
            bits = sum(map(self.follows.bit, own))
            stewards = self.stewards - {self.known[own[0]].signer}
            knew = (s for s in self.order if s.signer in stewards and not self._first[s.id])
            self._vouched[key] = self._past([s.id for s in knew if not self.follows.bits(s.id) & bits])
        return self._vouched[key]

    def _learn(self, statement: Statement) -> None:
        if statement.type in (ENROL, ROTATE):
            second = self._second(statement)
            if second and statement.id not in self._backed:
                self.needs[statement.id] = second
            else:
                self._take(statement, statement.id)
            if statement.type == ENROL:
                body, new = statement.body, parse_public_key(statement.body["key"]).fingerprint
                self._enrolments.setdefault(body["person"], []).append((statement.id, new))
                self._call(body["person"], body["name"], statement.id)
        elif statement.type == COSIGN:
            self._cosigned.add(statement.body["of"])
            said = self.known[statement.body["of"]]
            if said.type in (ENROL, ROTATE):
                self._take(said, statement.id)

    def _second(self, statement: Statement) -> str:
        """Who has to sign a new key too; empty where one signature is enough."""
        person = statement.body["person"]
        if statement.type == ROTATE:
            return "" if statement.signer == person else "another steward"
        new = parse_public_key(statement.body["key"]).fingerprint
        known = [*self._enrolments.get(person, ()), *((b.since, b.fingerprint) for b in self.bindings.get(person, ()))]
        other = any(key != new and self.follows(statement.id, since) for since, key in known)
        other = other or statement.id in self._rivals
        # One steward alone could else sign in anybody's name, with a key that they enrol for them.
        return f"another steward, or {one_line(person)}" if other and len(self.stewards) > 1 else ""

    def _take(self, said: Statement, since: str) -> None:
        """Learn the key of `said`, for all that follows `since`."""
        body = said.body
        self._bind(bind(body["person"], body["key"], since, body.get("from", ""), body.get("until", "")))
        if said.type == ENROL:
            self.enrolled[body["person"]] = said

    def _call(self, person: str, name: str, by: str) -> None:
        for text in {folded(person), folded(name)}:
            self.called.setdefault(text, []).append((person, by))

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

    def _past(self, ids: Sequence[str]) -> frozenset[str]:
        """These statements and all that they follow."""
        return frozenset((*ids, *past(self.known, ids)))
