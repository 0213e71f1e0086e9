"""Who may sign for what, as owners and stewards have signed it: transfers that are accepted, overrides by two stewards,
delegations for some days.

All of it is derived from good statements alone. Who owned a thing at first comes from outside (the first file that
named them); `Mandates` tells who owns it for the signer of any later statement.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import field
from datetime import UTC, date, datetime
from functools import cached_property
from typing import NamedTuple

from cockpit.basics.classes import dataclass
from cockpit.records.model import Statement
from cockpit.trust.bodies import ACCEPT, COSIGN, DELEGATE, RECALL, TRANSFER
from cockpit.trust.history import Followed, by_id, in_order

_TYPES = (TRANSFER, ACCEPT, COSIGN, DELEGATE, RECALL)


class Office(NamedTuple):
    """Something that is owned: a role in a subject, as in the tables."""

    subject: str
    role: str


class Move(NamedTuple):
    """An office that went from one person to another."""

    office: Office
    giver: str
    """Who owned it; empty where nobody did."""
    to: str
    transfer: str
    done: str
    """The statement that completed it: the acceptance, or the second steward's signature."""
    stewards: tuple[str, ...] = ()
    """The two who moved it without its owner; empty where the owner gave it."""


@dataclass(frozen=True)
class Mandates:
    """The transfers and delegations among statements. `first` tells who owned an office at first, by id; where nobody
    was named, the office whose owner answers instead."""

    statements: Collection[Statement]
    stewards: frozenset[str]
    first: Callable[[Office], str | Office]
    seen: Mapping[str, datetime]
    """When somebody else is known to have seen a statement."""
    today: date
    _moves: dict[Office, tuple[Move, ...]] = field(default_factory=dict)

    @cached_property
    def _known(self) -> dict[str, Statement]:
        """All of them: what does not hold still shows what it follows."""
        return by_id(self.statements)

    @cached_property
    def _any(self) -> bool:
        return any(s.type in (TRANSFER, DELEGATE) for s in self.statements)

    @cached_property
    def _order(self) -> tuple[Statement, ...]:
        return tuple(in_order(self._known)) if self._any else ()

    @cached_property
    def _said(self) -> dict[str, list[Statement]]:
        """The statements of each type that matter here, parents first."""
        found: dict[str, list[Statement]] = {kind: [] for kind in _TYPES}
        for statement in self._order:
            if statement.type in found and not statement.verdict:
                found[statement.type].append(statement)
        return found

    @cached_property
    def _follows(self) -> Followed:
        """Whether a statement follows one of the types that matter here."""
        return Followed(self._order, (s.id for s in self._order if s.type in _TYPES))

    @cached_property
    def _saw(self) -> Followed:
        """Whether what completes a move, or takes something back, follows a statement."""
        ends = {s.id for kind in (ACCEPT, COSIGN, RECALL) for s in self._said[kind]}
        return Followed(self._order, (s.id for s in self._order), ends)

    @cached_property
    def _over(self) -> dict[tuple[str, str], list[Statement]]:
        """By type and the statement that they are about."""
        found: dict[tuple[str, str], list[Statement]] = defaultdict(list)
        for kind in (ACCEPT, COSIGN, RECALL):
            for statement in self._said[kind]:
                found[kind, statement.body["of"]].append(statement)
        return found

    @cached_property
    def _transfers(self) -> dict[Office, list[Statement]]:
        found: dict[Office, list[Statement]] = defaultdict(list)
        for transfer in self._said[TRANSFER]:
            found[_office(transfer)].append(transfer)
        return found

    @cached_property
    def _delegations(self) -> dict[tuple[str, str], list[Statement]]:
        """By who delegates and to whom."""
        found: dict[tuple[str, str], list[Statement]] = defaultdict(list)
        for delegation in self._said[DELEGATE]:
            found[delegation.signer, delegation.body["to"]].append(delegation)
        return found

    @cached_property
    def offices(self) -> tuple[Office, ...]:
        """What anybody has ever tried to give away."""
        return tuple(self._transfers)

    def moves(self, office: Office) -> tuple[Move, ...]:
        """The completed moves of an office, parents first."""
        if office not in self._moves:
            found: list[Move] = []
            for transfer in self._transfers.get(office, ()):
                found += self._completed(transfer, found)
            self._moves[office] = tuple(found)
        return self._moves[office]

    def _completed(self, transfer: Statement, before: Collection[Move]) -> Iterable[Move]:
        """The move that a transfer makes, if its signer may and it is completed."""
        office = _office(transfer)
        owner = self._owner([m for m in before if self._follows(transfer.id, m.done)], office, transfer)
        stewards: tuple[str, ...] = ()
        if transfer.signer == owner:
            done = [s for s in self._about(transfer, ACCEPT) if not self._recalled_before(transfer, s)]
            ends = done[:1]
        elif transfer.signer in self.stewards:
            ends = [s for s in self._about(transfer, COSIGN) if not self._recalled_before(transfer, s)][:1]
            stewards = (transfer.signer, *(s.signer for s in ends))
        else:
            return
        for end in ends:
            yield Move(office, owner, transfer.body["to"], transfer.id, end.id, stewards)

    def _about(self, said: Statement, kind: str) -> list[Statement]:
        return self._over.get((kind, said.id), [])

    def _recalled_before(self, said: Statement, other: Statement) -> bool:
        return any(self._follows(other.id, recall.id) for recall in self._about(said, RECALL))

    def _owner(self, moves: Collection[Move], office: Office, statement: Statement | None = None) -> str:
        """Who owns an office after these moves: nobody where it was given away twice, each unseen by the other. Where
        nobody was named, whoever answered as far as the signer of a statement could know (None: answers now)."""
        if not moves:
            first = self.first(office)
            if isinstance(first, str):
                return first
            return self.owner(first) if statement is None else self.owner_for(first, statement)
        last = [m for m in moves if not any(self._follows(other.done, m.done) for other in moves)]
        owners = {m.to for m in last}
        return owners.pop() if len(owners) == 1 else ""

    def owner(self, office: Office) -> str:
        """Who owns an office now, by id; empty for nobody."""
        return self._owner(self.moves(office), office)

    def contested(self, office: Office) -> bool:
        """Whether it was given away twice, each unseen by the other."""
        return bool(self.moves(office)) and not self.owner(office)

    def owner_for(self, office: Office, statement: Statement) -> str:
        """Who owned an office as far as the signer of a statement could know; empty where that is over.

        What somebody signs beside the giving away of what they owned does not count: it may have been dated back.
        """
        moves = self.moves(office)
        if not moves:
            return self._owner(moves, office, statement)
        known = [m for m in moves if self._follows(statement.id, m.done)]
        owner = self._owner(known, office, statement)
        left = [m for m in moves if m not in known and m.giver == owner]
        return owner if all(self._saw(m.done, statement.id) for m in left) else ""

    def stands_in(self, statement: Statement, owner: str) -> str:
        """The id of the delegation by which the signer of a proof stands in for an owner; empty where there is none."""
        if statement.signer == owner:
            return ""
        fitting = [
            d.id
            for d in self._delegations.get((owner, statement.signer), ())
            if _covers(d, statement)
            and self._in_time(d, statement)
            and self._follows(statement.id, d.id)
            and not self._taken_back(d, statement)
        ]
        return fitting[-1] if fitting else ""

    def _in_time(self, delegation: Statement, statement: Statement) -> bool:
        """Signed on one of its days, and seen by somebody else by the last of them, or that day is still to come."""
        first, last = (date.fromisoformat(delegation.body[name]) for name in ("from", "until"))
        witnessed = self.seen.get(statement.id)
        known_by = witnessed.astimezone(UTC).date() if witnessed is not None else self.today
        return first <= statement.signed_at.date() <= last and known_by <= last

    def _taken_back(self, delegation: Statement, statement: Statement) -> bool:
        """Whether it was recalled by somebody who had not seen the statement."""
        return not all(self._saw(recall.id, statement.id) for recall in self._about(delegation, RECALL))

    @cached_property
    def _done(self) -> frozenset[str]:
        return frozenset(m.transfer for office in self.offices for m in self.moves(office))

    @cached_property
    def recalled(self) -> dict[str, str]:
        """What was taken back → the statement that did it. A transfer that is completed already stays."""
        return {s.body["of"]: s.id for s in self._said[RECALL] if s.body["of"] not in self._done}

    @cached_property
    def _open(self) -> dict[str, str]:
        """Transfers that are neither completed nor taken back → who has to sign; empty where its signer may not."""
        found = {}
        for transfer in self._said[TRANSFER]:
            if transfer.id not in self._done and transfer.id not in self.recalled:
                before = [m for m in self.moves(_office(transfer)) if self._follows(transfer.id, m.done)]
                second = "another steward" if transfer.signer in self.stewards else ""
                owns = transfer.signer == self._owner(before, _office(transfer), transfer)
                found[transfer.id] = str(transfer.body["to"]) if owns else second
        return found

    @cached_property
    def awaiting(self) -> dict[str, str]:
        """Transfers that are not completed → who has to sign."""
        return {id_: who for id_, who in self._open.items() if who}

    @cached_property
    def without_right(self) -> frozenset[str]:
        """Transfers by somebody who neither owned what they gave away nor is a steward."""
        return frozenset(id_ for id_, who in self._open.items() if not who)


def _office(transfer: Statement) -> Office:
    return Office(transfer.body["subject"], transfer.body["role"])


def _covers(delegation: Statement, proof: Statement) -> bool:
    """Whether a delegation is for what a proof says of its subject: that subject, or all of its kind (`kpi:*`)."""
    subject = str(proof.body["subject"])
    every = f"{subject.partition(':')[0]}:*"
    return proof.body["meaning"] in delegation.body["meanings"] and (
        subject in delegation.body["subjects"] or every in delegation.body["subjects"]
    )
