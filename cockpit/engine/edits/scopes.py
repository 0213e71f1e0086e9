"""Edits that somebody signed: whose it is to sign them, over which list, and what has been edited since.

A signature covers exactly the list of edits that its signer saw, by its hash. What is edited afterwards is not among
them, and what is taken back later voids nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from cockpit.engine.edits.pasts import LATEST
from cockpit.engine.statements import policies
from cockpit.records.edits import Edit, Step, What
from cockpit.records.model import Meaning, Objective, Person, Project, Statement
from cockpit.trust import entitlement
from cockpit.trust.bodies import PROOF
from cockpit.trust.entitlement import Seat
from cockpit.trust.obligations import SCOPE, baseline_subject, policy_subject, scope_version, split_subject

if TYPE_CHECKING:
    from cockpit.engine.facts import Facts
    from cockpit.engine.statements.ledger import Ledger

_LAST = 3
"""So many of the last steps are tried whatever day the signer's clock said."""


def version_of(facts: Facts, scope: str, until: Step = LATEST) -> str:
    """The SHA-256 of all that was edited in a scope since it was known first; empty where nothing was."""
    bound = [found.bound for found in facts.edits.of(scope, until=until)]
    return scope_version(scope, bound) if bound else ""


def signable(facts: Facts) -> tuple[str, ...]:
    """The scopes in which something was edited that may be signed."""
    return tuple(scope for scope in facts.edits.scopes if facts.edits.of(scope))


def step_of(facts: Facts, proof: Statement, scope: str) -> Step | None:
    """Up to which step the edits are those that a statement was signed over; None where they are at none."""
    wanted = proof.body["of"]
    if version_of(facts, scope) == wanted:
        return LATEST
    return next((step for step in _near(facts, proof, scope) if version_of(facts, scope, step) == wanted), None)


def _near(facts: Facts, proof: Statement, scope: str) -> Iterator[Step]:
    """The steps at which its signer may have seen the list, latest first."""
    steps, day, around = facts.edits.steps(scope), proof.signed_at.date(), timedelta(days=1)
    near = [step for step in steps if day - around <= step.on <= day + around]
    before = next((step for step in steps if step.on < day - around), None)
    yield from sorted({*near, *steps[:_LAST], *([before] if before else [])}, reverse=True)


def seat_of(facts: Facts, scope: str, sponsor: str = "") -> Seat | None:
    """Who signs the edits of a scope: the sponsor of a project, the owner of an objective, else a steward. None for
    what is no scope. `sponsor` stands for the one whom the file names."""
    project, objective = project_of(facts, scope), objective_of(facts, scope)
    if project is not None:
        return entitlement.sponsor_seat(replace(project, sponsor=sponsor or project.sponsor), facts.directory)
    if objective is not None:
        return entitlement.objective_seat(objective, facts.directory)
    if scope == facts.snapshot.portfolio.id:
        return entitlement.steward_seat(policies.stewards(facts.snapshot), facts.directory)
    return None


def project_of(facts: Facts, scope: str) -> Project | None:
    """The project of this id, also one that disappeared, with whoever answers for it as its sponsor."""
    if scope in facts.projects:
        return replace(facts.projects[scope], sponsor=facts.sponsor_of(scope))
    return facts.edits.gone_projects.get(scope)


def objective_of(facts: Facts, scope: str) -> Objective | None:
    """The objective of this id, also one that disappeared."""
    return facts.objectives.get(scope) or facts.edits.gone_objectives.get(scope)


def refusal(facts: Facts, scope: str, person: Person, seat: Seat) -> str:
    """Why this person may not confirm the edits of a scope; empty when they may."""
    if project_of(facts, scope) is None and objective_of(facts, scope) is None:
        return entitlement.may_confirm_policy(person, policies.stewards(facts.snapshot), facts.directory)
    return entitlement.may_confirm_scope(person, seat)


def signed(facts: Facts) -> dict[str, Step]:
    """Scope → the step up to which its edits are signed. Judging that takes people, owners and the edits alone."""
    # Whoever judges proofs looks things up in the facts, which ask this.
    from cockpit.engine.statements.entitled import Entitled

    entitled, found = Entitled(facts, {}), dict[str, Step]()
    for proof in facts.snapshot.statements:
        kind, scope = split_subject(str(proof.body.get("subject", "")))
        if kind != SCOPE or proof.verdict or proof.type != PROOF or proof.signer not in facts.people:
            continue
        version, why = entitled.judge(proof, facts.people[proof.signer])
        step = step_of(facts, proof, scope) if version and version == proof.body["of"] and not why else None
        if step is not None:
            found[scope] = max(step, found.get(scope, step))
    return found


class Unsigned:
    """What was edited and signed by nobody, as the ledger stands."""

    def __init__(self, facts: Facts, ledger: Ledger) -> None:
        self._facts = facts
        self._ledger = ledger

    def all(self) -> tuple[Edit, ...]:
        """Every edit that nobody signed, by project (what is no project's own last), kind, and subject."""
        edits = (
            found.edit
            for scope in self._facts.edits.scopes
            for found in self._facts.edits.of(scope, self._facts.signed.get(scope))
            if not self._is_signed(found.edit)
        )
        order = list(What)
        return tuple(sorted(edits, key=lambda e: (not e.project, e.project, order.index(e.what), e.subject, e.field)))

    def _is_signed(self, edit: Edit) -> bool:
        """Whether a signature of another kind settles it: over the policy, a mapping or a baseline."""
        name = edit.subject.partition(":")[2]
        if edit.what is What.SETTING and name.startswith("policy."):
            subject, meaning = policy_subject(self._facts.snapshot.portfolio.id), Meaning.CONFIRMED
        elif edit.what is What.SETTING and name.startswith("assign."):
            subject, meaning = f"mapping:{name.removeprefix('assign.')}", Meaning.CONFIRMED
        elif edit.subject.startswith("project:") and edit.what is What.BASELINE:
            subject, meaning = baseline_subject(name), Meaning.BASELINED
        else:
            return False
        return bool(self._ledger.proofs(subject, meaning))
