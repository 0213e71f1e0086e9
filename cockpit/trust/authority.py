"""Whose key is whose, as the stewards have signed it: which statements count in a portfolio that has a genesis.

A statement is judged by what its signer could know: the enrolments and revocations among all that it follows. A
revocation reaches further: it also voids what was signed beside it by the same key, unseen by who revoked it, since
only what they saw was surely there before (docs/trust.md).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple

from cockpit.model import Person, Statement
from cockpit.text import one_line
from cockpit.trust import sshsig
from cockpit.trust.bodies import ENROL, GENESIS, REVOKE, ROTATE
from cockpit.trust.canonical import canonical
from cockpit.trust.history import by_id, in_order
from cockpit.trust.keys import parse_public_key

POSSESSION = "cockpit-possession-v1"
"""The namespace of the signature by which somebody shows that they hold a key that is to be enrolled."""
IDENTITY = (ENROL, REVOKE, ROTATE)


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
    saw: frozenset[str]
    """What it follows: that was there before."""
    beside: bool
    """Whether it also voids what it did not see; a person who changes to a new key voids nothing of the old one."""


@dataclass(frozen=True, slots=True)
class Authority:
    """The statements with their verdicts, and the people as the stewards enrolled them."""

    statements: tuple[Statement, ...]
    people: tuple[Person, ...] = ()
    """Everybody who was ever enrolled; those whose keys are all revoked or replaced have an empty one."""
    stewards: tuple[str, ...] = ()


def possession_payload(root: str, person: str, fingerprint: str) -> bytes:
    """What the holder of a new key signs with it, in the namespace `POSSESSION`."""
    return canonical({"portfolio": root, "person": person, "key": fingerprint})


def genesis_of(statements: Iterable[Statement]) -> str:
    """The id of the genesis where nobody has pinned one: the earliest good one; empty where there is none."""
    found = [s for s in statements if s.type == GENESIS and not s.verdict and _founds(s)]
    return min(found, key=lambda s: (s.signed_at, s.id)).id if found else ""


def _founds(statement: Statement) -> bool:
    """Whether a genesis is signed by one of the stewards that it names, with the key that it gives them."""
    return any(b.person == statement.signer and b.fingerprint == statement.key for b in _first_bindings(statement))


def _first_bindings(genesis: Statement) -> list[Binding]:
    return [_binding(s["id"], s["key"], genesis.id) for s in genesis.body["stewards"]]


def _binding(person: str, key: str, since: str, first: str = "", last: str = "") -> Binding:
    days = [date.fromisoformat(day) if day else None for day in (first, last)]
    return Binding(person, key, parse_public_key(key).fingerprint, since, *days)


def judge(statements: Sequence[Statement], root: str, by_table: Callable[[Statement], str]) -> Authority:
    """Judge statements whose signatures and parents are judged already, in a portfolio that begins with `root`.

    `by_table` says what is wrong with a statement that the genesis adopted, by the table of people as before.
    """
    known = by_id(statements)
    genesis = known.get(root)
    if genesis is None or genesis.verdict or genesis.type != GENESIS or not _founds(genesis):
        why = f"The genesis of this portfolio ({root[:12]}), which this machine knows, is not here."
        return Authority(tuple(replace(s, verdict=s.verdict or why) for s in statements))
    court = _Court(genesis, known, by_table)
    court.gather()
    verdicts = {s.id: court.judged(s) for s in in_order(known)}
    found = tuple(replace(s, verdict=s.verdict or verdicts.get(s.id, "")) for s in statements)
    return Authority(found, tuple(court.people()), tuple(sorted(court.stewards)))


@dataclass
class _Court:
    """Goes through the statements, parents first."""

    genesis: Statement
    known: Mapping[str, Statement]
    by_table: Callable[[Statement], str]
    revoked: list[Revoked] = field(default_factory=list)
    all_known: bool = False
    """Whether all revocations are gathered."""
    bindings: list[Binding] = field(default_factory=list)
    enrolled: dict[str, Statement] = field(default_factory=dict)
    """Person → the statement that enrolled them last."""

    def __post_init__(self) -> None:
        self.stewards = frozenset(steward["id"] for steward in self.genesis.body["stewards"])
        self.adopted = self._past([self.genesis.id])
        self._marks: dict[str, frozenset[str]] = {}
        self._begin()

    def _begin(self) -> None:
        self.bindings, self.enrolled = _first_bindings(self.genesis), {}
        self._marks = {}

    def gather(self) -> None:
        """Find all revocations that stand, each judged by what its signer could know: where two revoke each other,
        unseen, both stand. Only then do they reach what stands beside them: order must not matter."""
        for statement in in_order(self.known):
            wrong = self.judged(statement)
            if not wrong and statement.type in (REVOKE, ROTATE) and statement.id not in self.adopted:
                self.revoked.append(self._revoked(statement))
        self.all_known = True
        self._begin()

    def _revoked(self, statement: Statement) -> Revoked:
        key = statement.key if statement.type == ROTATE else statement.body["key"]
        saw = self._past([statement.id]) - {statement.id}
        return Revoked(key, statement.id, saw, beside=statement.type == REVOKE)

    def judged(self, statement: Statement) -> str:
        """What is wrong with a statement whose parents are judged; learns from a good one."""
        self._marks[statement.id] = self._followed(statement)
        if statement.verdict:
            return statement.verdict
        if statement.id == self.genesis.id:
            return ""
        if statement.id in self.adopted:
            return self.by_table(statement)
        verdict = self._wrong_place(statement) or self._wrong_key(statement) or self._wrong_identity(statement)
        if not verdict:
            self._learn(statement)
        return verdict

    def _followed(self, statement: Statement) -> frozenset[str]:
        """The genesis and the statements about keys that a statement follows."""
        parents = [self.known[id_] for id_ in statement.parents if id_ in self.known]
        marks = frozenset().union(*(self._marks.get(parent.id, frozenset()) for parent in parents))
        return marks | {p.id for p in parents if p.type in IDENTITY or p.id == self.genesis.id}

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
                how = "replaced" if not revoked.beside else "revoked"
                return f"Its key was {how} by {revoked.by[:12]}."
        if not any((b.first or day) <= day <= (b.last or day) for b in fitting):
            return f"Its key is not enrolled for the day {day} on which it says that it was signed."
        return ""

    def _reaches(self, revoked: Revoked, statement: Statement) -> bool:
        if revoked.by in self._marks[statement.id]:
            return True
        if not (self.all_known and revoked.beside) or statement.id in revoked.saw:
            return False
        return all(each.by != statement.id for each in self.revoked)

    def _wrong_identity(self, statement: Statement) -> str:
        body, signer = statement.body, statement.signer
        if statement.type == ENROL:
            if signer not in self.stewards:
                return f"{one_line(signer)} is no steward, and may enrol nobody."
            return self._wrong_new_key(statement)
        if statement.type == REVOKE and signer not in self.stewards and signer != body["person"]:
            return f"{one_line(signer)} is no steward, and may revoke no key but their own."
        if statement.type == ROTATE:
            if signer != body["person"]:
                return f"{one_line(signer)} may change no key but their own."
            return self._wrong_new_key(statement)
        return ""

    def _wrong_new_key(self, statement: Statement) -> str:
        body, marks = statement.body, self._marks[statement.id]
        key = parse_public_key(body["key"])
        for binding in self.bindings:
            if binding.fingerprint == key.fingerprint and binding.person != body["person"] and binding.since in marks:
                return f"The key that it enrols is {one_line(binding.person)}'s."
        for revoked in self.revoked:
            if revoked.fingerprint == key.fingerprint and self._reaches(revoked, statement):
                return "The key that it enrols was revoked or replaced."
        try:
            message = possession_payload(self.genesis.id, body["person"], key.fingerprint)
            held = sshsig.verify(body["possession"], message, POSSESSION)
        except sshsig.SignatureError as error:
            return f"Nobody shows to hold the key that it enrols: the signature {error.reason}."
        return "" if held == key else "Another key than the one that it enrols signed that it is held."

    def _learn(self, statement: Statement) -> None:
        body = statement.body
        if statement.type in (ENROL, ROTATE):
            days = (body.get("from", ""), body.get("until", ""))
            self.bindings.append(_binding(body["person"], body["key"], statement.id, *days))
        if statement.type == ENROL:
            self.enrolled[body["person"]] = statement

    def people(self) -> Iterable[Person]:
        """Everybody enrolled, with the key that counts now: the last one that is neither revoked nor replaced."""
        gone = {revoked.fingerprint for revoked in self.revoked}
        names = {s["id"]: s["name"] for s in self.genesis.body["stewards"]}
        names |= {person: statement.body["name"] for person, statement in self.enrolled.items()}
        for person in sorted(names):
            lines = [b.key for b in self.bindings if b.person == person and b.fingerprint not in gone]
            teams = self.enrolled[person].body["teams"] if person in self.enrolled else []
            yield Person(id=person, name=names[person], team=teams[0] if teams else "", key=lines[-1] if lines else "")

    def _past(self, ids: Iterable[str]) -> frozenset[str]:
        """These statements and all that they follow."""
        seen, open_ones = set(ids), list(ids)
        while open_ones:
            statement = self.known.get(open_ones.pop())
            for parent in statement.parents if statement is not None else ():
                if parent not in seen:
                    seen.add(parent)
                    open_ones.append(parent)
        return frozenset(seen)
