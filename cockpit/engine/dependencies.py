"""What state every dependency is in, derived from signatures, dates and the giver's item, and until when it holds.

States and holds follow the paragraphs “Dependency” and “Hold” of the rules of judgement (docs/rules.md).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from cockpit.basics.classes import dataclass
from cockpit.engine import kernel
from cockpit.engine.discovery import Receiver, crosses_teams, receiver_of
from cockpit.engine.facts import Facts
from cockpit.engine.portfolio import Woven, day_of
from cockpit.engine.scheduling.calendars import moment_of
from cockpit.engine.statements.ledger import Ledger, Proof
from cockpit.engine.statements.owners import TWICE
from cockpit.engine.suspicions import confirmed
from cockpit.records.assessment import DependencyView, Reason
from cockpit.records.model import Dependency, Meaning
from cockpit.records.verdicts import DependencyState
from cockpit.trust.entitlement import Seat, giver_seat
from cockpit.trust.obligations import dependency_subject, dependency_version

SETTLED = (DependencyState.RESOLVED, DependencyState.WITHDRAWN)
FAILED = (DependencyState.BROKEN, DependencyState.CONTRADICTED, DependencyState.DISPUTED)


@dataclass(frozen=True, slots=True)
class Judged:
    """A dependency with its state, its receiver, and the hold that follows."""

    view: DependencyView
    receiver: Receiver
    crosses: bool = True
    """It is cross-functional: more than one team is known to take part, or one side is not known."""

    @property
    def settled(self) -> bool:
        """It holds nobody any more."""
        return self.view.state in SETTLED


def proven(view: DependencyView, policy_proof: str) -> bool:
    """Whether law 1 is satisfied: resolved, or promised where the policy accepts an unbroken signed promise."""
    if view.state in SETTLED:
        return True
    return policy_proof == "promised" and view.state is DependencyState.PROMISED


def settled(facts: Facts, ledger: Ledger, dependencies: Iterable[Dependency]) -> frozenset[str]:
    """The ids of those that hold nobody any more."""
    found = standings(facts, ledger, dependencies)
    return frozenset(name for name, (state, _) in found.items() if state in SETTLED)


def standings(
    facts: Facts, ledger: Ledger, dependencies: Iterable[Dependency]
) -> dict[str, tuple[DependencyState, str]]:
    """By id the state of each, and the statement that decides it; empty where none does."""
    return {d.id: _state(facts, ledger, d)[:2] for d in dependencies}


def judge(facts: Facts, ledger: Ledger, woven: Woven, dependency: Dependency) -> Judged:
    """Work out one dependency."""
    subject = dependency_subject(dependency)
    promise = _last(ledger.proofs(subject, Meaning.PROMISED))
    state, proof, reasons = _state(facts, ledger, dependency)
    receiver = receiver_of(facts, dependency)
    held_until, assumed = (None, False) if state in SETTLED else _hold(facts, woven, dependency, promise, state)
    if assumed:
        days = facts.policy.unpromised_days
        none = "no later date is promised" if state is DependencyState.BROKEN else "nobody has promised a date"
        reasons.append(Reason(f"{none}: assumed to hold {days} more working days at least"))
    for old in ledger.voided(subject, Meaning.RESOLVED) + ledger.voided(subject, Meaning.PROMISED):
        text = f"{old.signer_name} signed it {old.meaning} on {old.record.signed_at.date()}; it was changed afterwards"
        reasons.append(Reason(text, dependency.origin, old.record.id))
    reasons += facts.owners.moved(subject)
    vanished = facts.vanished.get(dependency.id)
    if vanished is not None:
        what = "its link was taken out, or a team edited," if dependency.discovered else "it disappeared from its file"
        reasons.append(Reason(f"{what} on {vanished}; it stays in force", dependency.origin))
    view = DependencyView(
        record=dependency,
        subject=subject,
        version=dependency_version(facts.as_written(dependency)),
        state=state,
        giver_owner_name=_owner_name(facts, dependency),
        receiver_owner_name=facts.person_name(
            facts.first_person(dependency.receiver_owner, facts.lead_of(dependency.receiver_team))
        ),
        crosses_cost_centre=_crosses(facts, dependency),
        promised_for=promise.on if promise else None,
        held_until=held_until,
        assumed_hold=assumed,
        projects=tuple(p for p in receiver.projects if facts.projects[p].actual_finish is None),
        proof=proof,
        reasons=tuple(reasons),
    )
    return Judged(view, receiver, crosses_teams(facts, dependency, receiver))


def _last(proofs: tuple[Proof, ...]) -> Proof | None:
    return max(proofs, key=lambda p: p.place, default=None)


def _owner_name(facts: Facts, dependency: Dependency) -> str:
    person = giver_seat(dependency, facts.directory).person
    return person.name if person is not None else facts.person_name(dependency.giver_owner)


def _crosses(facts: Facts, dependency: Dependency) -> bool:
    giver, receiver = facts.cost_centre(dependency.giver_team), facts.cost_centre(dependency.receiver_team)
    return bool(giver and receiver and giver != receiver)


def _state(facts: Facts, ledger: Ledger, dependency: Dependency) -> tuple[DependencyState, str, list[Reason]]:
    """The state, the statement that decides it, and why."""
    subject = dependency_subject(dependency)
    promise = _last(ledger.proofs(subject, Meaning.PROMISED))
    sides = {ledger.side(dependency, p): p for p in ledger.proofs(subject, Meaning.WITHDRAWN)}
    if {"giver", "receiver"} <= sides.keys():
        proof = max(sides.values(), key=lambda p: p.place)
        return DependencyState.WITHDRAWN, proof.statement.id, [_said(proof, "both owners signed it withdrawn")]
    reasons: list[Reason] = []
    resolved = _last(ledger.proofs(subject, Meaning.RESOLVED))
    if resolved is not None and not _has_evidence(facts, dependency, resolved):
        reasons.append(_said(resolved, f"{resolved.person.name} signed it resolved, but with no evidence behind it"))
        resolved = None
    if resolved is not None and promise is not None and promise.place > resolved.place:
        reasons.append(_said(resolved, f"{resolved.person.name} signed it resolved, and took that back with a promise"))
        resolved = None
    if resolved is not None:
        return _after_resolution(facts, ledger, dependency, resolved)
    if promise is not None and promise.on is not None:
        if promise.on < facts.today:
            text = f"{promise.person.name} promised it for {promise.on}, which has passed"
            return DependencyState.BROKEN, promise.statement.id, [_said(promise, text), *reasons]
        text = f"{promise.person.name} promised it for {promise.on}"
        return DependencyState.PROMISED, promise.statement.id, [_said(promise, text), *reasons]
    seat = ledger.entitled.giver(dependency)
    open_ = seat.person is not None and not dependency.discovered
    state = DependencyState.OPEN if open_ else DependencyState.UNOWNED
    return state, "", reasons + _unsigned_reasons(facts, ledger, dependency, seat)


def _after_resolution(
    facts: Facts, ledger: Ledger, dependency: Dependency, resolved: Proof
) -> tuple[DependencyState, str, list[Reason]]:
    subject = dependency_subject(dependency)
    dispute = _last(ledger.proofs(subject, Meaning.DISPUTED))
    unseen = "" if resolved.witnessed_at else "; proven, unwitnessed: nobody else has signed anything since"
    text = f"{resolved.person.name} signed it resolved on {resolved.statement.signed_at.date()}{unseen}"
    said = _said(resolved, text)
    # Who resolves after a dispute names it; where neither knew of the other, the contradiction stands.
    if dispute is not None and not ledger.knew(resolved.statement.id, dispute.statement.id):
        text = f"{dispute.person.name} signed that it is not"
        return DependencyState.DISPUTED, dispute.statement.id, [_said(dispute, text), said]
    giver = facts.item(dependency.giver_item)
    if giver is not None and not giver.stub and not facts.is_done(giver):
        text = f"{giver.id} “{giver.title}” is still open in its source"
        return DependencyState.CONTRADICTED, resolved.statement.id, [Reason(text, giver.origin), said]
    return DependencyState.RESOLVED, resolved.statement.id, [said]


def _unsigned_reasons(facts: Facts, ledger: Ledger, dependency: Dependency, seat: Seat) -> list[Reason]:
    reasons = []
    giver, receiver = facts.team_title(dependency.giver_team), facts.team_title(dependency.receiver_team)
    if dependency.discovered and not dependency.giver_item:
        reasons.append(confirmed.why(facts, ledger, dependency))
    elif dependency.discovered:
        who = giver or "somebody outside the files"
        reasons.append(Reason(f"a link ties {receiver} to {who}; no register holds it", dependency.origin))
    elif seat.person is None:
        twice = "it was given away twice, and two stewards have to say whose it is (OWNER-TWICE)"
        why = twice if dependency.giver_owner == TWICE else seat.problem
        reasons.append(Reason(f"nobody can sign for it: {why}", dependency.origin))
    else:
        reasons.append(
            Reason(f"{seat.person.name} has signed neither a date nor that it is resolved", dependency.origin)
        )
    item = facts.item(dependency.giver_item)
    if item is not None and facts.is_done(item):
        reasons.append(Reason(f"{item.id} is done in its source, but nobody signed for it", item.origin))
    return reasons


def _said(proof: Proof, text: str) -> Reason:
    return Reason(text, None, proof.statement.id)


def _has_evidence(facts: Facts, dependency: Dependency, proof: Proof) -> bool:
    """A file by its hash, a link in the note, or the giver's own item done in its source."""
    body = proof.statement.body
    item = facts.item(dependency.giver_item)
    return (
        bool(body.get("evidence")) or "://" in str(body.get("note", "")) or (item is not None and facts.is_done(item))
    )


def _hold(
    facts: Facts, woven: Woven, dependency: Dependency, promise: Proof | None, state: DependencyState
) -> tuple[date | None, bool]:
    """The later of the promise and the giver's computed finish; with neither, an assumed hold from today.

    A giver's item whose delivery the receiver disputes says nothing by being done.
    """
    nodes = woven.nodes(dependency.giver_item)
    if state is DependencyState.DISPUTED and all(woven.network.progress[n] == kernel.DONE for n in nodes):
        nodes = ()
    days = [day_of(max(woven.base.finish[n] for n in nodes))] if nodes else []
    if promise is not None and promise.on is not None and promise.on >= facts.today:
        days.append(promise.on)
    if days:
        return max(days), False
    return assumed_until(facts), True


def assumed_until(facts: Facts) -> date:
    """The day until which silence is taken to hold: `unpromised_days` working days from today."""
    working = facts.working
    start = working.start_of(facts.today)
    minutes = facts.policy.unpromised_days * working.minutes_per_day
    return moment_of(working.add_work(start, minutes)).date() if minutes else facts.today
