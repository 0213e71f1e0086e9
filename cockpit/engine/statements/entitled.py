"""Whether a proof is over the version that stands, by somebody who may sign it: owner or stand-in, as far as the signer
could know who that was."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import replace
from datetime import date
from functools import cached_property, partial

from cockpit.engine import serving
from cockpit.engine.discovery import receiver_of
from cockpit.engine.edits import scopes
from cockpit.engine.facts import Facts
from cockpit.engine.statements import policies
from cockpit.engine.trackers.sides import deliverers
from cockpit.records.model import Dependency, Kpi, Meaning, Objective, Person, Statement, WorkItem
from cockpit.trust import entitlement
from cockpit.trust.entitlement import Seat
from cockpit.trust.mandates import Office
from cockpit.trust.obligations import (
    BASELINE,
    BREACH,
    DEPENDENCY,
    KPI,
    MAPPING,
    MILESTONE,
    POLICY,
    SAME,
    SCOPE,
    SUSPICION,
    baseline_version,
    dependency_version,
    mapping_subject,
    mapping_version,
    milestone_version,
    reading_version,
    split_subject,
)

Answer = tuple[str | None, str]
"""The version that stands (None: nobody knows the subject; empty: the statement is over none), and why not."""


class Entitled:
    """The obligations of a portfolio and who may sign them."""

    def __init__(self, facts: Facts, dependencies: Mapping[str, Dependency]) -> None:
        self._facts = facts
        self._dependencies = dependencies
        self._versions: dict[str, str] = {}
        self._givers: dict[str, Seat] = {}
        self.behalf: dict[str, str] = {}
        """Proof → whose place its signer takes, by a delegation: name and id."""

    def over(self, facts: Facts) -> Entitled:
        """The same, asked by the facts of another snapshot by which nobody may sign anything else."""
        other = copy(self)
        other._facts = facts
        return other

    def judge(self, proof: Statement, person: Person) -> Answer:
        """The version of the proof's subject, and why its signer may not say this of it; empty when they may."""
        kind, name = split_subject(proof.body["subject"])
        check = _BY_KIND.get(kind)
        return check(self, name, proof, person) if check is not None else (None, "")

    def _stands_in(self, proof: Statement, seat: Seat) -> bool:
        """Whether whoever sits there has the signer sign in their place; that is remembered."""
        owner = seat.person
        if owner is None or not self._facts.owners.mandates.stands_in(proof, owner.id):
            return False
        self.behalf[proof.id] = f"{owner.name} ({owner.id})"
        return True

    # Dependencies

    def _dependency(self, name: str, proof: Statement, person: Person) -> Answer:
        dependency = self._dependencies.get(name)
        if dependency is None:
            return None, ""
        known, owner = self._as_known(dependency, proof, person)
        meaning, directory = Meaning(proof.body["meaning"]), self._facts.directory
        owners = self._owners_held(dependency, proof)
        why = entitlement.may_sign_dependency(meaning, person, known, directory, project_owner=owner, owners=owners)
        if name not in self._versions:
            self._versions[name] = dependency_version(self._facts.as_written(dependency))
        return self._versions[name], why

    def giver(self, dependency: Dependency) -> Seat:
        """Who may promise and resolve a dependency today: nobody, where the giver's owner stands on both sides."""
        if self._dependencies.get(dependency.id) is not dependency:
            return self._giver(dependency)
        if dependency.id not in self._givers:
            self._givers[dependency.id] = self._giver(dependency)
        return self._givers[dependency.id]

    def _giver(self, dependency: Dependency) -> Seat:
        seat = entitlement.giver_seat(dependency, self._facts.directory)
        if seat.person is None:
            return seat
        projects = receiver_of(self._facts, dependency).projects
        owners = [self._facts.projects[p].owner for p in projects]
        why = entitlement.may_sign_dependency(
            Meaning.RESOLVED, seat.person, dependency, self._facts.directory, owners=owners
        )
        return Seat(seat.role, None, why) if why else seat

    def side(self, dependency: Dependency, proof: Statement, person: Person) -> str:
        """For which side of a dependency a withdrawal counts; empty for neither."""
        known, owner = self._as_known(dependency, proof, person)
        owners = self._owners_held(dependency, proof)
        side = entitlement.withdrawal_side(person, known, self._facts.directory, project_owner=owner, owners=owners)
        return side or ""

    def _as_known(self, dependency: Dependency, proof: Statement, person: Person) -> tuple[Dependency, str]:
        """A dependency with its owners as the signer knew them, who may sign in the place of one of them; and the owner
        of the project that receives it."""
        known = self._facts.owners.seen_by(DEPENDENCY, dependency, proof)
        owner = self._receiving_owner(dependency, proof)
        if self._stands_in(proof, entitlement.giver_seat(known, self._facts.directory)):
            known = replace(known, giver_owner=person.id)
        if self._stands_in(proof, entitlement.receiver_seat(known, self._facts.directory, project_owner=owner)):
            known = replace(known, receiver_owner=person.id)
        return known, owner

    def _receiving_owner(self, dependency: Dependency, proof: Statement) -> str:
        return next(iter(self._owners_held(dependency, proof)), "")

    def _owners_held(self, dependency: Dependency, proof: Statement) -> tuple[str, ...]:
        """The owners of all projects that it holds, the receiving one first, as the signer knew them."""
        rows = (self._facts.projects[p] for p in receiver_of(self._facts, dependency).projects)
        return tuple(self._facts.owners.seen_by("project", row, proof).owner for row in rows)

    # Milestones

    def validator(self, item: WorkItem, proof: Statement | None = None) -> Seat:
        """Who validates a milestone: its acceptor, else the owner of what receives it, else the sponsor."""
        item = self._accepted(item)
        return entitlement.validator_seat(
            item,
            self._facts.directory,
            receiver_owner=self._receiver_owner(item.id, proof),
            sponsor=self.sponsor(item.project, proof),
        )

    def _accepted(self, item: WorkItem) -> WorkItem:
        """The item; a project's finish is its sponsor's to accept, whatever a row of that id says, unless it was given
        away by signature."""
        moved = self._facts.owners.mandates.moves(Office(f"{MILESTONE}:{item.id}", "acceptor"))
        return item if moved or not self._facts.is_finish(item.id) else replace(item, acceptor="")

    def _receiver_owner(self, item: str, proof: Statement | None) -> str:
        dependency = None if self._facts.is_finish(item) else self._receivers.get(item)
        if dependency is None:
            return ""
        if proof is not None:
            dependency = self._facts.owners.seen_by(DEPENDENCY, dependency, proof)
        return dependency.receiver_owner

    @cached_property
    def _receivers(self) -> dict[str, Dependency]:
        rows = sorted(self._dependencies.values(), key=lambda d: d.id, reverse=True)
        return {d.giver_item: d for d in rows if d.giver_item and d.receiver_owner}

    def sponsor(self, project: str, proof: Statement | None) -> str:
        """The sponsor of a project as the signer of a proof could know who that was (None: today); else who answers."""
        row = self._facts.projects.get(project)
        if row is None or proof is None:
            return self._facts.sponsor_of(project)
        known = self._facts.owners.seen_by("project", row, proof)
        return known.sponsor if known is not row else self._facts.sponsor_of(project)

    def _milestone(self, name: str, proof: Statement, person: Person) -> Answer:
        item = self._facts.item(name)
        if item is None:
            return None, ""
        version = milestone_version(item.id, item.project, item.title, item.acceptance)
        if proof.body["meaning"] != Meaning.VALIDATED:
            return version, f"A milestone is validated, not {proof.body['meaning']}."
        known = self._accepted(self._facts.owners.seen_by(MILESTONE, item, proof))
        if self._stands_in(proof, self.validator(known, proof)):
            known = replace(known, acceptor=person.id)
        refusals = (self._validate_refusal(each, proof, person) for each in deliverers(self._facts, known))
        return version, next((why for why in refusals if why), "")

    def _validate_refusal(self, item: WorkItem, proof: Statement, person: Person) -> str:
        project = self._facts.projects.get(item.project)
        return entitlement.may_validate(
            person,
            item,
            self._facts.directory,
            receiver_owner=self._receiver_owner(item.id, proof),
            sponsor=self.sponsor(item.project, proof),
            team=project.team if project else "",
        )

    def _suspicion(self, name: str, proof: Statement, person: Person) -> Answer:
        return self._facts.suspicions.judge(name, proof, person, partial(self._stands_in, proof))

    # KPIs, baselines, mappings, the policy

    def _kpi(self, name: str, proof: Statement, person: Person) -> Answer:
        kpi, body = self._facts.kpis.get(name), proof.body
        if kpi is None:
            return None, ""
        why = self._kpi_refusal(kpi, proof, person)
        if body.get("date") is None or body.get("value") is None:
            return "", why or "it names no value and day"
        return reading_version(name, date.fromisoformat(body["date"]), float(body["value"])), why

    def _kpi_refusal(self, kpi: Kpi, proof: Statement, person: Person) -> str:
        known = self._facts.owners.seen_by(KPI, kpi, proof)
        match Meaning(proof.body["meaning"]):
            case Meaning.ATTESTED:
                if self._stands_in(proof, entitlement.kpi_seat(known, self._facts.directory)):
                    known = replace(known, owner=person.id)
                return entitlement.may_attest(known, person, self._facts.directory)
            case Meaning.DISPUTED:
                return entitlement.may_dispute_reading(kpi, person, self._facts.directory)
            case meaning:
                return f"A KPI is attested or disputed, not {meaning}."

    def _baseline(self, name: str, proof: Statement, person: Person) -> Answer:
        project = self._facts.projects.get(name)
        if project is None:
            return None, ""
        version = baseline_version(name, project.baseline_finish)
        if proof.body["meaning"] != Meaning.BASELINED:
            return version, f"A baseline is baselined, not {proof.body['meaning']}."
        sponsored = replace(project, sponsor=self.sponsor(name, proof))
        if self._stands_in(proof, entitlement.sponsor_seat(sponsored, self._facts.directory)):
            sponsored = replace(sponsored, sponsor=person.id)
        return version, entitlement.may_baseline(sponsored, person, self._facts.directory)

    def _mapping(self, _: str, proof: Statement, person: Person) -> Answer:
        for rule in self._facts.snapshot.assignments:
            if mapping_subject(rule.field, rule.pattern) == proof.body["subject"]:
                version = mapping_version(rule.field, rule.pattern, rule.project, rule.objective)
                if proof.body["meaning"] != Meaning.CONFIRMED:
                    return version, f"A mapping is confirmed, not {proof.body['meaning']}."
                objectives = self.served(rule.objective, rule.project)
                refusals = [self._confirm_refusal(o, proof, person) for o in objectives]
                return version, "" if "" in refusals else (refusals or ["It maps to no known objective."])[0]
        return self._serving(proof, person)

    def _serving(self, proof: Statement, person: Person) -> Answer:
        """What only a signature gives to an objective: its owner confirms it, or takes that back."""
        rule = serving.rule_of(proof.body["subject"], self._facts.objectives)
        if rule is None:
            return None, ""
        if proof.body["meaning"] not in (Meaning.CONFIRMED, Meaning.WITHDRAWN):
            return rule.version, f"A mapping is confirmed or withdrawn, not {proof.body['meaning']}."
        return rule.version, self._confirm_refusal(self._facts.objectives[rule.objective], proof, person)

    def served(self, objective: str, project: str) -> tuple[Objective, ...]:
        """The known objectives that a mapping serves; the owner of any of them confirms it."""
        row = self._facts.projects.get(project)
        ids = (objective,) if objective else row.objectives if row else ()
        return tuple(self._facts.objectives[o] for o in ids if o in self._facts.objectives)

    def _confirm_refusal(self, objective: Objective, proof: Statement, person: Person) -> str:
        known = self._facts.owners.seen_by("objective", objective, proof)
        if self._stands_in(proof, entitlement.objective_seat(known, self._facts.directory)):
            known = replace(known, owner=person.id)
        return entitlement.may_confirm(known, person, self._facts.directory, Meaning(proof.body["meaning"]))

    def _policy(self, name: str, proof: Statement, person: Person) -> Answer:
        snapshot = self._facts.snapshot
        if name != snapshot.portfolio.id:
            return None, ""
        return policies.judged(snapshot, self._facts.directory, Meaning(proof.body["meaning"]), person)

    def _scope(self, name: str, proof: Statement, person: Person) -> Answer:
        """Edits: the version is the list that the signer saw, wherever in the past of the plan that was so."""
        seat = scopes.seat_of(self._facts, name, self.sponsor(name, proof))
        if seat is None:
            return None, ""
        seen = scopes.step_of(self._facts, proof, name)
        version = proof.body["of"] if seen is not None else scopes.version_of(self._facts, name)
        if proof.body["meaning"] != Meaning.CONFIRMED:
            return version, f"Edits are confirmed, not {proof.body['meaning']}."
        stands_in = self._stands_in(proof, seat)
        return version, "" if stands_in else scopes.refusal(self._facts, name, person, seat)

    def _same(self, _: str, proof: Statement, person: Person) -> Answer:
        return self._facts.sameness.judge(proof, person, self._stands_in)

    def _breach(self, _: str, proof: Statement, __: Person) -> Answer:
        """What is said of breaches is judged once the rules have raised them (`life`): those rest on the ledger."""
        return proof.body["of"], ""


_BY_KIND: dict[str, Callable[[Entitled, str, Statement, Person], Answer]] = {
    DEPENDENCY: Entitled._dependency,
    MILESTONE: Entitled._milestone,
    KPI: Entitled._kpi,
    BASELINE: Entitled._baseline,
    MAPPING: Entitled._mapping,
    POLICY: Entitled._policy,
    BREACH: Entitled._breach,
    SCOPE: Entitled._scope,
    SUSPICION: Entitled._suspicion,
    SAME: Entitled._same,
}
