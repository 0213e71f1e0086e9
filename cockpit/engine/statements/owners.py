"""Who owns what: as the first file named them, until they give it away by signature or two stewards move it.

A file that names somebody else later changes nothing. All this begins with the genesis of a portfolio: without stewards
nobody could move what belongs to somebody who has left, so the files rule as they stand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from functools import cached_property
from typing import Any, TypeVar
from weakref import proxy

from cockpit.basics.classes import dataclass
from cockpit.engine.rows import by_id
from cockpit.records.assessment import OwnerView, Reason
from cockpit.records.model import Person, Record, Statement
from cockpit.records.snapshot import Snapshot
from cockpit.trust.authority import stewards_of
from cockpit.trust.bodies import DELEGATE, ENROL
from cockpit.trust.bodies_mandates import ROLES
from cockpit.trust.history import witnessed
from cockpit.trust.mandates import Mandates, Move, Office
from cockpit.trust.people import Directory, signed_first

R = TypeVar("R", bound=Record)

TABLES: Mapping[str, str] = {
    "dependency": "dependencies",
    "milestone": "work_items",
    "kpi": "kpis",
    "objective": "objectives",
    "project": "projects",
    "team": "teams",
}
"""The table of each kind of subject that is owned."""
TWICE = "nobody (given away twice)"
"""Stands for an owner where two were named, each unseen by the other: it is the name of nobody."""


@dataclass(frozen=True)
class Owners:
    """The owners of a snapshot on a day. Records are asked for by kind of subject."""

    snapshot: Snapshot
    today: date

    @cached_property
    def rule(self) -> bool:
        """Whether signatures decide who owns what."""
        return bool(self.snapshot.genesis)

    @cached_property
    def mandates(self) -> Mandates:
        """The transfers and delegations."""
        statements = self.snapshot.statements if self.rule else ()
        delegated = any(s.type == DELEGATE for s in statements)
        seen = witnessed(statements) if delegated else {}
        own = proxy(self)  # what is asked through it is kept with it
        return Mandates(statements, self.stewards, lambda office: own.first(office), seen, self.today)

    @cached_property
    def stewards(self) -> frozenset[str]:
        """The stewards of the portfolio, by id."""
        return frozenset(stewards_of(self.snapshot.statements, self.snapshot.genesis))

    @cached_property
    def _directory(self) -> Directory:
        return Directory(by_id(self.snapshot.people).values(), by_id(self.snapshot.teams).values())

    @cached_property
    def _means(self) -> Callable[[str], Person | None]:
        return signed_first(self._directory.people.values(), self._enrolled)

    @cached_property
    def _enrolled(self) -> frozenset[str]:
        """Everybody whom a steward ever enrolled, and the stewards, by id."""
        had = {str(s.body["person"]) for s in self.snapshot.statements if s.type == ENROL and not s.verdict}
        return (frozenset(had) | self.stewards) if self.rule else frozenset()

    @cached_property
    def enrolled_teams(self) -> dict[str, tuple[str, ...]]:
        """Person → all teams in which a steward enrolled them last; empty without stewards."""
        said = sorted(self.snapshot.statements if self.rule else (), key=lambda s: (s.signed_at, s.id))
        counting = (s for s in said if s.type == ENROL and not s.verdict and s.id not in self.snapshot.awaiting)
        return {str(s.body["person"]): tuple(s.body["teams"]) for s in counting}

    @cached_property
    def _tables(self) -> dict[str, dict[str, Any]]:
        return {}

    def _records(self, kind: str) -> dict[str, Any]:
        if kind not in self._tables:
            rows = getattr(self.snapshot, TABLES[kind])
            if kind == "milestone":
                # Of a hundred thousand work items a few are owned by somebody who accepts them.
                named = {subject.removeprefix("milestone:") for subject, _ in self.snapshot.owners}
                rows = [item for item in rows if item.acceptor or item.id in named]
            self._tables[kind] = by_id(rows)
        return self._tables[kind]

    # What the tables say

    def knows(self, kind: str, name: str) -> bool:
        """Whether there is such a thing that is owned."""
        return any(record.id == name for record in getattr(self.snapshot, TABLES[kind]))

    def _written(self, office: Office) -> str:
        """Who the file names today."""
        kind, _, name = office.subject.partition(":")
        record = self._records(kind).get(name) if kind in TABLES else None
        return str(getattr(record, office.role, "")).strip() if record is not None else ""

    def _person(self, text: str) -> Person | None:
        return self._means(text) if text.strip() else None

    def _nobody(self, text: str) -> bool:
        """Whether a text names nobody at all; what could be two people names somebody."""
        return not self._directory.candidates(text)

    def text(self, office: Office, written: str) -> str:
        """Who owned an office at first, as a text of the tables: the first file's word, unless that names nobody."""
        pinned = self.snapshot.owners.get((office.subject, office.role))
        if pinned is None or not self.rule:
            return written
        if pinned.strip():
            return written if self._nobody(pinned) else pinned
        other = self._other(office)
        answers = other is not None and (self.mandates.owner(other) or self.mandates.contested(other))
        return "" if answers else written

    def first(self, office: Office) -> str | Office:
        """Who owned an office at first, by id; empty for nobody. Where no owner is named, the office that answers."""
        text = self.text(office, self._written(office))
        person = self._person(text)
        return person.id if person is not None else "" if text else self._other(office) or ""

    def _stand_by(self, office: Office) -> str:
        """Who answers for an office to which nobody is named, by id: the team's lead, the owner of the project's
        objective, the sponsor of the milestone's project."""
        other = self._other(office)
        return self.mandates.owner(other) if other is not None else ""

    def _other(self, office: Office) -> Office | None:
        kind, _, name = office.subject.partition(":")
        record = self._records(kind).get(name) if kind in ("dependency", "project", "milestone") else None
        if record is None:
            return None
        if kind == "dependency":
            team = record.giver_team if office.role == "giver_owner" else record.receiver_team
            found = self._directory.team(team)
            return Office(f"team:{found.id}", "lead") if found is not None else None
        if kind == "milestone":
            return Office(f"project:{record.project}", "sponsor") if record.project else None
        if office.role == "sponsor" and record.objectives:
            return Office(f"objective:{record.objectives[0]}", "owner")
        return None

    # Records with their owners

    def settle(self, kind: str, records: dict[str, R]) -> dict[str, R]:
        """Records by id with their owners as they are today."""
        if not self.rule or not (self.snapshot.owners or self.mandates.offices):
            return records
        return {name: self._settled(kind, record) for name, record in records.items()}

    def _settled(self, kind: str, record: R) -> R:
        found: dict[str, Any] = {}
        for role in ROLES[kind]:
            written = str(getattr(record, role))
            now = self._now(Office(f"{kind}:{getattr(record, 'id', '')}", role), written)
            who = self._person(now)
            # The tables may call two people what one of them signs as: then the id is written.
            if who != self._directory.person(written) or (who is None and now.strip() != written.strip()):
                found[role] = who.id if who is not None else now
        return replace(record, **found) if found else record

    def _now(self, office: Office, written: str) -> str:
        if office in self._moved:
            return self.mandates.owner(office) or TWICE
        return self.text(office, written)

    @cached_property
    def _moved(self) -> frozenset[Office]:
        return frozenset(office for office in self.mandates.offices if self.mandates.moves(office))

    def _same(self, one: str, other: str) -> bool:
        found = self._person(one), self._person(other)
        return one.strip() == other.strip() if None in found else found[0] == found[1]

    def seen_by(self, kind: str, record: R, statement: Statement) -> R:
        """A settled record with its owners as the signer of a statement could know them."""
        if not self._moved:
            return record
        found: dict[str, Any] = {}
        for role in ROLES[kind]:
            office = Office(f"{kind}:{getattr(record, 'id', '')}", role)
            other = None if office in self._moved or str(getattr(record, role)).strip() else self._other(office)
            asked = office if office in self._moved else other
            if asked in self._moved and asked is not None and (owner := self.mandates.owner_for(asked, statement)):
                found[role] = owner
        return replace(record, **found) if found else record

    # What is told

    def departed(self) -> frozenset[str]:
        """People who had a key that counted and have none now, by id."""
        have = {person.id for person in self.snapshot.people if person.key}
        return self._enrolled - have

    def views(self) -> tuple[OwnerView, ...]:
        """What was moved, and what a file gives to another than its owner; by subject and role."""
        if not self.rule:
            return ()
        offices = {Office(*key) for key in self.snapshot.owners} | self._moved
        found = (self._view(office) for office in sorted(offices))
        return tuple(view for view in found if view is not None)

    def _view(self, office: Office) -> OwnerView | None:
        moves, written = self.mandates.moves(office), self._written(office)
        now = self._now(office, written)
        named = "" if self._same(now, written) or (not written and not moves) else written
        if not moves and not named:
            return None
        owner = self._person(now)
        stand_by = self._person(self._stand_by(office)) if owner is None and not now else None
        who = owner or stand_by
        kind, _, name = office.subject.partition(":")
        return OwnerView(
            subject=office.subject,
            role=office.role,
            owner=who.id if who else "",
            owner_name=who.name if who else now,
            named=named,
            origin=getattr(self._records(kind).get(name), "origin", None),
            contested=self.mandates.contested(office),
            reasons=tuple(self._told(move) for move in moves),
        )

    def moved(self, subject: str) -> tuple[Reason, ...]:
        """How a subject came to its owners."""
        offices = sorted(office for office in self._moved if office.subject == subject)
        return tuple(self._told(move) for office in offices for move in self.mandates.moves(office))

    @cached_property
    def overrides(self) -> dict[str, str]:
        """Both statements of every move that two stewards made without the owner → how it was."""
        moves = (move for office in self._moved for move in self.mandates.moves(office) if move.stewards)
        return {id_: self._told(move).text for move in moves for id_ in (move.transfer, move.done)}

    def _told(self, move: Move) -> Reason:
        said = next(s for s in self.snapshot.statements if s.id == move.done)
        giver, to = self._name(move.giver) or "nobody", self._name(move.to)
        day = said.signed_at.date()
        if not move.stewards:
            return Reason(f"{giver} gave it to {to}, who accepted on {day}", None, move.done)
        both = " and ".join(self._name(steward) for steward in move.stewards)
        how = f"{both}, two stewards, moved it from {giver} to {to} on {day}, without {giver}'s signature"
        return Reason(how, None, move.done)

    def _name(self, person: str) -> str:
        found = self._person(person)
        return found.name if found is not None else person
