"""Suspicions that somebody confirmed by signature: each is a dependency like one that a link tells of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cockpit.engine.discovery import Receiver, receiver_of
from cockpit.engine.facts import Facts
from cockpit.engine.statements.ledger import Ledger, Proof
from cockpit.records.assessment import Reason
from cockpit.records.model import Dependency, Meaning, WorkItem
from cockpit.trust.obligations import SUSPICION, split_subject, suspicion_subject


class Covering:
    """Which teams are known to give to which items and projects, by dependencies."""

    def __init__(self, facts: Facts, found: Iterable[tuple[Dependency, Receiver]]) -> None:
        self._facts = facts
        self._keys: set[tuple[str, str, str]] = set()
        for dependency, receiver in found:
            self.add(dependency, receiver)

    def add(self, dependency: Dependency, receiver: Receiver) -> None:
        """A row that names items speaks of them alone; one that names none, of the whole project."""
        item = self._facts.item(dependency.giver_item)
        givers = {self._facts.team_id(dependency.giver_team), self._facts.team_of(item) if item is not None else ""}
        for giver in givers - {""}:
            self._keys.update(("item", giver, name) for name in receiver.items)
            self._keys.update(("project", giver, name) for name in receiver.projects if not receiver.items)

    def has(self, giver: str, item: WorkItem) -> bool:
        """Whether it is known that the item, or all of its project, waits for that team."""
        return self.names(giver, item) or ("project", giver, item.project) in self._keys

    def names(self, giver: str, item: WorkItem) -> bool:
        """Whether it is known of this very item."""
        return ("item", giver, item.id) in self._keys


def confirmed(facts: Facts, ledger: Ledger, signed: Mapping[str, str]) -> dict[str, Dependency]:
    """By id the dependencies that signatures confirmed, whose receiving item is not done.

    `signed` are the ids of registered dependencies about which a signature decides, with that statement: such a row,
    if it names the item, takes the place of what its signer knew to be confirmed. Registering alone does not: whoever
    writes a register would else choose when the need is over.
    """
    rows = (facts.registered[name] for name in signed)
    over = [(Covering(facts, ((row, receiver_of(facts, row)),)), signed[row.id]) for row in rows]
    found: dict[str, Dependency] = {}
    for subject in dict.fromkeys(view.subject for view in ledger.views if view.meaning == Meaning.CONFIRMED):
        kind, name = split_subject(subject)
        item, written = facts.suspicions.split(name) if kind == SUSPICION else (None, "")
        if item is None or facts.is_done(item):
            continue
        giver = facts.team_id(written)
        said = [statement for by, statement in over if by.names(giver, item)]
        proofs = ledger.proofs(subject, Meaning.CONFIRMED)
        if any(not any(ledger.knew(each, proof.statement.id) for each in said) for proof in proofs):
            dependency = _dependency(facts, item, giver)
            found[dependency.id] = dependency
    return found


def _dependency(facts: Facts, item: WorkItem, giver: str) -> Dependency:
    team = facts.team_of(item)
    return Dependency(
        id=f"{giver}>{item.id}",
        title=f"What {item.id} “{item.title}” waits for",
        giver_team=giver,
        receiver_team=team,
        giver_owner=facts.lead_of(giver),
        receiver_owner=facts.first_person(item.owner, facts.lead_of(team)),
        receiver_item=item.id,
        receiver_project=item.project if item.project in facts.projects else "",
        discovered=True,
        origin=item.origin,
    )


def why(facts: Facts, ledger: Ledger, dependency: Dependency) -> Reason:
    """Who said that a dependency is one which no link tells of."""
    subject = suspicion_subject(dependency.receiver_item, dependency.giver_team)
    proof: Proof | None = next(iter(ledger.proofs(subject, Meaning.CONFIRMED)), None)
    who = f"{proof.person.name} confirmed on {proof.statement.signed_at.date()}" if proof else "it was confirmed"
    giver = facts.team_title(dependency.giver_team)
    text = f"{who} that {dependency.receiver_item} waits for {giver}; no register holds it"
    return Reason(text, dependency.origin, proof.statement.id if proof else "")
