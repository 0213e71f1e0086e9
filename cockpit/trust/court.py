"""Statements taken parents first: each is judged by what its signer could know, and those that follow learn from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple

from cockpit.model import EnrolledKey, Person, Statement
from cockpit.text import one_line
from cockpit.trust import sshsig
from cockpit.trust.bodies import ACCEPT, COSIGN, DELEGATE, ENROL, GENESIS, RECALL, RECEIPT, REVOKE, ROTATE, TRANSFER
from cockpit.trust.canonical import canonical
from cockpit.trust.fields import moment
from cockpit.trust.history import ALLOWANCE
from cockpit.trust.keys import parse_public_key

POSSESSION = "cockpit-possession-v1"
"""The namespace of the signature by which somebody shows that they hold a key that is to be enrolled."""
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


def possession_payload(root: str, person: str, fingerprint: str) -> bytes:
    """What the holder of a new key signs with it, in the namespace `POSSESSION`."""
    return canonical({"portfolio": root, "person": person, "key": fingerprint})


def founds(statement: Statement) -> bool:
    """Whether a genesis is signed by one of the stewards that it names, with the key that it gives them."""
    return any(b.person == statement.signer and b.fingerprint == statement.key for b in _first_bindings(statement))


def _first_bindings(genesis: Statement) -> list[Binding]:
    return [_binding(s["id"], s["key"], genesis.id) for s in genesis.body["stewards"]]


def _binding(person: str, key: str, since: str, first: str = "", last: str = "") -> Binding:
    days = [date.fromisoformat(day) if day else None for day in (first, last)]
    return Binding(person, key, parse_public_key(key).fingerprint, since, *days)


@lru_cache(maxsize=1 << 12)
def _not_held(root: str, person: str, line: str, possession: str) -> str:
    """Why nobody shows to hold a key that is to be enrolled; empty when they do."""
    key = parse_public_key(line)
    try:
        used = sshsig.verify(possession, possession_payload(root, person, key.fingerprint), POSSESSION)
    except sshsig.SignatureError as error:
        return f"Nobody shows to hold the key that it enrols: the signature {error.reason}."
    return "" if used == key else "Another key than the one that it enrols signed that it is held."


@dataclass
class Court:
    """Goes through the statements of a portfolio once to find the revocations, and once more to judge."""

    genesis: Statement
    known: Mapping[str, Statement]
    order: Sequence[Statement]
    by_table: Callable[[Statement], str]
    late: frozenset[str] = frozenset()
    """What nobody else had seen when its key ended."""
    revoked: list[Revoked] = field(default_factory=list)
    bindings: list[Binding] = field(default_factory=list)
    enrolled: dict[str, Statement] = field(default_factory=dict)
    """Person → the statement that enrolled them last."""
    ends: dict[str, date] = field(default_factory=dict)
    """Good statement → the last day of the key that signed it, where it has one."""
    _needs: dict[str, str] = field(default_factory=dict)
    _cosigned: set[str] = field(default_factory=set)
    _good: set[str] = field(default_factory=set)
    _marks: dict[str, frozenset[str]] = field(default_factory=dict)
    _all_known: bool = False
    """Whether all revocations are gathered."""

    def __post_init__(self) -> None:
        self.stewards = frozenset(steward["id"] for steward in self.genesis.body["stewards"])
        self._adopted = self._past([self.genesis.id])

    def verdicts(self) -> dict[str, str]:
        """What is wrong with each statement; empty where nothing is.

        First all revocations that stand are gathered, each judged by what its signer could know: where two revoke each
        other, unseen, both stand. Only then do they reach what stands beside them: order must not matter.
        """
        self._begin()
        for statement in self.order:
            if not self._judged(statement) and (revoked := self._revoked(statement)) is not None:
                self.revoked.append(revoked)
        self._all_known = True
        self._begin()
        return {statement.id: self._judged(statement) for statement in self.order}

    def awaiting(self) -> dict[str, str]:
        """What changes nothing before somebody signs it too → who that may be."""
        return {id_: who for id_, who in self._needs.items() if id_ in self._good and id_ not in self._cosigned}

    def _begin(self) -> None:
        self.bindings, self.enrolled = _first_bindings(self.genesis), {}
        self.ends, self._needs, self._cosigned, self._good, self._marks = {}, {}, set(), set(), {}

    def _revoked(self, statement: Statement) -> Revoked | None:
        """The key that a good statement takes away."""
        if statement.id in self._adopted:
            return None
        said = self.known[statement.body["of"]] if statement.type == COSIGN else statement
        if statement.type == REVOKE:
            key = statement.body["key"]
        elif said.type == ROTATE and (statement.type == COSIGN or said.id not in self._needs):
            key = said.body.get("old", said.key)
        else:
            return None
        saw = self._past([statement.id]) - {statement.id}
        return Revoked(key, statement.id, statement.signed_at, saw, beside=statement.type == REVOKE)

    def _judged(self, statement: Statement) -> str:
        """What is wrong with a statement whose parents are judged; learns from a good one."""
        self._marks[statement.id] = self._followed(statement)
        verdict = statement.verdict or self._wrong(statement)
        if not verdict:
            self._good.add(statement.id)
            if statement.id not in self._adopted:
                self._learn(statement)
        return verdict

    def _wrong(self, statement: Statement) -> str:
        if statement.id == self.genesis.id:
            return ""
        if statement.id in self._adopted:
            return self.by_table(statement)
        return self._wrong_place(statement) or self._wrong_key(statement) or self._wrong_words(statement)

    def _followed(self, statement: Statement) -> frozenset[str]:
        """The genesis and the statements about keys that a statement follows."""
        parents = [self.known[id_] for id_ in statement.parents if id_ in self.known]
        new = {p.id for p in parents if p.type in _MARKED or p.id == self.genesis.id}
        sets = {id(marks): marks for p in parents if (marks := self._marks.get(p.id))}
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
        if self.genesis.id not in self._marks[statement.id]:
            return "It does not follow the genesis of this portfolio."
        return ""

    def _wrong_key(self, statement: Statement) -> str:
        marks, day = self._marks[statement.id], statement.signed_at.date()
        own = [b for b in self.bindings if b.person == statement.signer and b.since in marks]
        fitting = [b for b in own if b.fingerprint == statement.key]
        who = one_line(statement.signer)
        if not own:
            return f"Nobody had enrolled {who} when it was signed, as far as its signer knew."
        if not fitting:
            return f"It names the key {statement.key}, which is not one enrolled for {who}."
        for revoked in self.revoked:
            if revoked.fingerprint == statement.key and self._reaches(revoked, statement):
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

    def _reaches(self, revoked: Revoked, statement: Statement) -> bool:
        if revoked.by in self._marks[statement.id]:
            return True
        if not (self._all_known and revoked.beside) or statement.id in revoked.saw:
            return False
        # Where two revoke each other, unseen, both stand; a change to a new key saves nobody.
        return all(each.by != statement.id for each in self.revoked if each.beside)

    def _wrong_words(self, statement: Statement) -> str:
        """What is wrong with what a statement of its type says."""
        check = _WORDS.get(statement.type)
        return check(self, statement) if check is not None else ""

    def _wrong_enrolment(self, statement: Statement) -> str:
        if statement.signer not in self.stewards:
            return f"{one_line(statement.signer)} is no steward, and may enrol nobody."
        return self._wrong_new_key(statement, statement)

    def _wrong_revocation(self, statement: Statement) -> str:
        if statement.signer in self.stewards or statement.signer == statement.body["person"]:
            return ""
        return f"{one_line(statement.signer)} is no steward, and may revoke no key but their own."

    def _wrong_receipt(self, statement: Statement) -> str:
        times = [at for at in map(moment, statement.body["seen"].values()) if at is not None]
        return "It saw what was still to come." if max(times) > statement.signed_at + ALLOWANCE else ""

    def _wrong_rotation(self, statement: Statement) -> str:
        body, marks = statement.body, self._marks[statement.id]
        if statement.signer == body["person"]:
            other = body.get("old", statement.key) != statement.key
            return "It replaces another key than its own." if other else self._wrong_new_key(statement, statement)
        if statement.signer not in self.stewards:
            return f"{one_line(statement.signer)} may change no key but their own."
        own = {b.fingerprint for b in self.bindings if b.person == body["person"] and b.since in marks}
        if body.get("old") not in own:
            return f"It replaces a key that {one_line(body['person'])} does not have."
        return self._wrong_new_key(statement, statement)

    def _wrong_new_key(self, said: Statement, by: Statement) -> str:
        """What is wrong with the key that `said` enrols, as far as the signer of `by` could know."""
        body, marks = said.body, self._marks[by.id]
        key = parse_public_key(body["key"])
        for binding in self.bindings:
            if binding.fingerprint == key.fingerprint and binding.person != body["person"] and binding.since in marks:
                return f"The key that it enrols is {one_line(binding.person)}'s."
        for revoked in self.revoked:
            if revoked.fingerprint == key.fingerprint and self._reaches(revoked, by):
                return "The key that it enrols was revoked or replaced."
        return _not_held(self.genesis.id, body["person"], body["key"], body["possession"])

    def _wrong_cosign(self, statement: Statement) -> str:
        said, signer = self._seen(statement), statement.signer
        if said is None:
            return "It is a second signature under what is not here, or does not hold, or was not seen."
        if said.signer == signer:
            return "It is a second signature by the one who signed first."
        if said.type == TRANSFER and said.signer not in self.stewards:
            return "A transfer by its owner needs no second steward: who it is for accepts it."
        if said.id not in self._needs and said.type not in (GENESIS, TRANSFER):
            return "It is a second signature under what needs none."
        if signer in self.stewards or (said.type == ENROL and signer == said.body["person"]):
            return self._wrong_new_key(said, statement) if said.type in (ENROL, ROTATE) else ""
        return f"{one_line(signer)} is no steward."

    def _wrong_accept(self, statement: Statement) -> str:
        said = self._seen(statement)
        if said is None or said.type != TRANSFER:
            return "It accepts what is no transfer, or one that is not here, or does not hold."
        return (
            "" if said.body["to"] == statement.signer else f"What it accepts is meant for {one_line(said.body['to'])}."
        )

    def _wrong_recall(self, statement: Statement) -> str:
        said = self._seen(statement)
        if said is None or said.type not in (TRANSFER, DELEGATE):
            return "It takes back what is no transfer or delegation, or one that is not here, or does not hold."
        if statement.signer == said.signer or statement.signer in self.stewards:
            return ""
        return f"Only {one_line(said.signer)} or a steward may take that back."

    def _seen(self, statement: Statement) -> Statement | None:
        """The good statement that another one is about, if its signer had it before their eyes."""
        said = self.known.get(statement.body["of"])
        if said is None or said.id not in self._good or said.id not in self._past([statement.id], upto=said.id):
            return None
        return said

    def _learn(self, statement: Statement) -> None:
        if statement.type in (ENROL, ROTATE):
            if second := self._second(statement):
                self._needs[statement.id] = second
            else:
                self._take(statement, statement.id)
        elif statement.type == COSIGN:
            self._cosigned.add(statement.body["of"])
            said = self.known[statement.body["of"]]
            if said.type in (ENROL, ROTATE):
                self._take(said, statement.id)

    def _second(self, statement: Statement) -> str:
        """Who has to sign a new key too; empty where one signature is enough."""
        person, marks = statement.body["person"], self._marks[statement.id]
        if statement.type == ROTATE:
            return "" if statement.signer == person else "another steward"
        new = parse_public_key(statement.body["key"]).fingerprint
        other = any(b.person == person and b.since in marks and b.fingerprint != new for b in self.bindings)
        # One steward alone could else sign in anybody's name, with a key that they enrol for them.
        return f"another steward, or {one_line(person)}" if other and len(self.stewards) > 1 else ""

    def _take(self, said: Statement, since: str) -> None:
        """Learn the key of `said`, for all that follows `since`."""
        body = said.body
        self.bindings.append(_binding(body["person"], body["key"], since, body.get("from", ""), body.get("until", "")))
        if said.type == ENROL:
            self.enrolled[body["person"]] = said

    def people(self) -> Iterator[Person]:
        """Everybody enrolled, with the key that counts now: the last one that is neither revoked nor replaced."""
        gone = {revoked.fingerprint for revoked in self.revoked}
        names = {s["id"]: s["name"] for s in self.genesis.body["stewards"]}
        names |= {person: statement.body["name"] for person, statement in self.enrolled.items()}
        for person in sorted(names):
            lines = [b.key for b in self.bindings if b.person == person and b.fingerprint not in gone]
            teams = self.enrolled[person].body["teams"] if person in self.enrolled else []
            yield Person(id=person, name=names[person], team=teams[0] if teams else "", key=lines[-1] if lines else "")

    def held(self) -> Iterator[EnrolledKey]:
        """Every key that was ever enrolled, and when."""
        gone = {revoked.fingerprint: revoked.at for revoked in reversed(self.revoked)}
        for binding in self.bindings:
            since = self.known[binding.since].signed_at
            if binding.first is not None:
                since = max(since, datetime.combine(binding.first, time(), UTC))
            ends = [gone[binding.fingerprint]] if binding.fingerprint in gone else []
            if binding.last is not None:
                ends.append(datetime.combine(binding.last, time(), UTC) + timedelta(days=1))
            yield EnrolledKey(binding.person, binding.key, since, min(ends) if ends else None)

    def _past(self, ids: Iterable[str], upto: str = "") -> frozenset[str]:
        """These statements and all that they follow; may end early at `upto`."""
        seen, open_ones = set(ids), list(ids)
        while open_ones and upto not in seen:
            statement = self.known.get(open_ones.pop())
            for parent in statement.parents if statement is not None else ():
                if parent not in seen:
                    seen.add(parent)
                    open_ones.append(parent)
        return frozenset(seen)


_WORDS: Mapping[str, Callable[[Court, Statement], str]] = {
    ENROL: Court._wrong_enrolment,
    REVOKE: Court._wrong_revocation,
    ROTATE: Court._wrong_rotation,
    COSIGN: Court._wrong_cosign,
    ACCEPT: Court._wrong_accept,
    RECALL: Court._wrong_recall,
    RECEIPT: Court._wrong_receipt,
}
"""What is asked of a statement of each type, beside who signed it."""
