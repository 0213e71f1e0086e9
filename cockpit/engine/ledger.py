"""What every statement is worth today: good signature, known subject, entitled signer, current version, not replaced.

The engine decides this last step because only it knows what the subjects are now; the signatures themselves were
verified by `trust` before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from graphlib import TopologicalSorter
from itertools import groupby

from cockpit.assessment import StatementView
from cockpit.engine.discovery import receiver_of
from cockpit.engine.facts import Facts
from cockpit.model import Dependency, Meaning, Objective, Person, Statement, WorkItem
from cockpit.trust import entitlement, history
from cockpit.trust.bodies import PROOF
from cockpit.trust.obligations import (
    baseline_version,
    dependency_version,
    mapping_subject,
    mapping_version,
    milestone_version,
    reading_version,
    split_subject,
    subject_of,
)
from cockpit.verdicts import Verdict


@dataclass(frozen=True, slots=True)
class Proof:
    """A statement that counts."""

    statement: Statement
    meaning: Meaning
    person: Person
    on: date | None
    value: float | None
    place: int
    """Its place among all statements, in the order in which they were signed."""
    witnessed_at: datetime | None = None
    """The earliest time of another person's signature that follows it."""


class Ledger:
    """All statements of a snapshot, judged, and the proofs among them by subject and meaning."""

    def __init__(self, facts: Facts, dependencies: Mapping[str, Dependency]) -> None:
        self._facts = facts
        self._dependencies = dependencies
        said = in_order(facts.snapshot.statements)
        self._witnessed = history.witnessed(said)
        self.knew = history.knowing(said)
        """Whether the signer of one statement had another before their eyes, by both ids."""
        self._places = {s.id: place for place, s in enumerate(said)}
        judged = [(s, *self._judge(s)) for s in said]
        replaced = _replaced([s for s, verdict, _ in judged if verdict is Verdict.COUNTS and s.type == PROOF])
        self.views = tuple(
            self._view(s, Verdict.SUPERSEDED, f"replaced by {replaced[s.id][:12]}")
            if s.id in replaced
            else self._view(s, verdict, why)
            for s, verdict, why in judged
        )
        self._proofs: dict[tuple[str, Meaning], list[Proof]] = defaultdict(list)
        self._voided: dict[tuple[str, Meaning], list[StatementView]] = defaultdict(list)
        for view in self.views:
            if view.record.type != PROOF:
                continue
            if view.verdict is Verdict.COUNTS:
                self._proofs[view.subject, Meaning(view.meaning)].append(self._proof(view.record))
            elif view.verdict is Verdict.VOID:
                self._voided[view.subject, Meaning(view.meaning)].append(view)

    def proofs(self, subject: str, meaning: Meaning) -> tuple[Proof, ...]:
        """The statements that count of one meaning over one subject, earliest first."""
        return tuple(self._proofs.get((subject, meaning), ()))

    def voided(self, subject: str, meaning: Meaning) -> tuple[StatementView, ...]:
        """The statements that counted until their subject changed."""
        return tuple(self._voided.get((subject, meaning), ()))

    def dependency(self, name: str) -> Dependency | None:
        """The dependency of this id, registered or discovered."""
        return self._dependencies.get(name)

    def baseline(self, project: str) -> date | None:
        """The baseline finish that counts: the first ever known, until the sponsor signs the present one."""
        row = self._facts.projects.get(project)
        if (
            row is not None
            and row.baseline_finish is not None
            and self.proofs(f"baseline:{project}", Meaning.BASELINED)
        ):
            return row.baseline_finish
        return self._facts.baseline(project)

    def signed_days(self) -> Iterator[tuple[str, date]]:
        """Subject and day of every statement that counts."""
        for proofs in self._proofs.values():
            for proof in proofs:
                yield str(proof.statement.body["subject"]), proof.statement.signed_at.date()

    def _proof(self, statement: Statement) -> Proof:
        body = statement.body
        on = date.fromisoformat(body["date"]) if body.get("date") else None
        value = float(body["value"]) if body.get("value") is not None else None
        person = self._facts.people[statement.signer]
        place, witnessed = self._places[statement.id], self._witnessed.get(statement.id)
        return Proof(statement, Meaning(body["meaning"]), person, on, value, place, witnessed)

    def _view(self, statement: Statement, verdict: Verdict, why: str) -> StatementView:
        return StatementView(
            record=statement,
            subject=subject_of(statement),
            meaning=str(statement.body.get("meaning", "" if statement.type == PROOF else statement.type)),
            signer_name=self._facts.person_name(statement.signer),
            verdict=verdict,
            why=why,
            witnessed_at=self._witnessed.get(statement.id),
        )

    def _judge(self, statement: Statement) -> tuple[Verdict, str]:
        if statement.verdict:
            return Verdict.INVALID, statement.verdict
        if statement.type != PROOF:
            return Verdict.COUNTS, ""
        if statement.signer not in self._facts.people:
            return Verdict.INVALID, f"{statement.signer} is nobody in the people table"
        kind, name = split_subject(statement.body["subject"])
        meaning, person = Meaning(statement.body["meaning"]), self._facts.people[statement.signer]
        version: str | None
        match kind:
            case "dependency":
                version, why = self._dependency(name, meaning, person)
            case "milestone":
                version, why = self._milestone(name, meaning, person)
            case "kpi":
                version, why = self._kpi(name, meaning, person, statement)
            case "baseline":
                version, why = self._baseline(name, meaning, person)
            case "mapping":
                version, why = self._mapping(statement.body["subject"], meaning, person)
            case _:
                version, why = None, ""
        if version is None:
            return Verdict.UNKNOWN_SUBJECT, f"{statement.body['subject']} is not known"
        if version and version != statement.body["of"]:
            # Who might sign what it was is not known any more: a new giver makes no forger of the old one.
            return Verdict.VOID, "what it was signed over has changed since"
        if why:
            return Verdict.NOT_ENTITLED, why
        if not version:
            return Verdict.VOID, "it is over no version"
        return Verdict.COUNTS, ""

    def _dependency(self, name: str, meaning: Meaning, person: Person) -> tuple[str | None, str]:
        dependency = self._dependencies.get(name)
        if dependency is None:
            return None, ""
        return dependency_version(dependency), self.may_sign(dependency, meaning, person)

    def may_sign(self, dependency: Dependency, meaning: Meaning, person: Person) -> str:
        """Empty when this person may say this of the dependency, else the sentence why not."""
        owner = self._receiving_owner(dependency)
        return entitlement.may_sign_dependency(meaning, person, dependency, self._facts.directory, project_owner=owner)

    def side(self, dependency: Dependency, person: Person) -> str:
        """For which side of a dependency a withdrawal by this person counts; empty for neither."""
        owner = self._receiving_owner(dependency)
        return entitlement.withdrawal_side(person, dependency, self._facts.directory, project_owner=owner) or ""

    def _receiving_owner(self, dependency: Dependency) -> str:
        projects = receiver_of(self._facts, dependency).projects
        return self._facts.projects[projects[0]].owner if projects else ""

    def milestone(self, name: str) -> WorkItem | None:
        """The work item that a validation is about, or a project's implied finish; None when nobody knows it."""
        return self._facts.item(name)

    def validator(self, item: WorkItem) -> entitlement.Seat:
        """Who validates a milestone: its acceptor, else the owner of what receives it, else the sponsor."""
        return entitlement.validator_seat(
            item,
            self._facts.directory,
            receiver_owner=self._receiver_owner(item.id),
            sponsor=self._facts.sponsor_of(item.project),
        )

    def _receiver_owner(self, item: str) -> str:
        return self._receivers.get(item, "")

    @cached_property
    def _receivers(self) -> dict[str, str]:
        rows = sorted(self._dependencies.values(), key=lambda d: d.id, reverse=True)
        return {d.giver_item: d.receiver_owner for d in rows if d.giver_item and d.receiver_owner}

    def _milestone(self, name: str, meaning: Meaning, person: Person) -> tuple[str | None, str]:
        item = self.milestone(name)
        if item is None:
            return None, ""
        version = milestone_version(item.id, item.project, item.title, item.acceptance)
        if meaning is not Meaning.VALIDATED:
            return version, f"A milestone is validated, not {meaning}."
        project = self._facts.projects.get(item.project)
        why = entitlement.may_validate(
            person,
            item,
            self._facts.directory,
            receiver_owner=self._receiver_owner(item.id),
            sponsor=self._facts.sponsor_of(item.project),
            team=project.team if project else "",
        )
        return version, why

    def _kpi(self, name: str, meaning: Meaning, person: Person, statement: Statement) -> tuple[str | None, str]:
        kpi = self._facts.kpis.get(name)
        if kpi is None:
            return None, ""
        match meaning:
            case Meaning.ATTESTED:
                why = entitlement.may_attest(kpi, person, self._facts.directory)
            case Meaning.DISPUTED:
                why = entitlement.may_dispute_reading(kpi, person, self._facts.directory)
            case _:
                why = f"A KPI is attested or disputed, not {meaning}."
        body = statement.body
        if body.get("date") is None or body.get("value") is None:
            return "", why or "it names no value and day"
        return reading_version(name, date.fromisoformat(body["date"]), float(body["value"])), why

    def _baseline(self, name: str, meaning: Meaning, person: Person) -> tuple[str | None, str]:
        project = self._facts.projects.get(name)
        if project is None:
            return None, ""
        version = baseline_version(name, project.baseline_finish)
        if meaning is not Meaning.BASELINED:
            return version, f"A baseline is baselined, not {meaning}."
        sponsored = replace(project, sponsor=self._facts.sponsor_of(name))
        return version, entitlement.may_baseline(sponsored, person, self._facts.directory)

    def _mapping(self, subject: str, meaning: Meaning, person: Person) -> tuple[str | None, str]:
        for rule in self._facts.snapshot.assignments:
            if mapping_subject(rule.field, rule.pattern) == subject:
                version = mapping_version(rule.field, rule.pattern, rule.project, rule.objective)
                if meaning is not Meaning.CONFIRMED:
                    return version, f"A mapping is confirmed, not {meaning}."
                objectives = self._served(rule.objective, rule.project)
                refusals = [entitlement.may_confirm(o, person, self._facts.directory) for o in objectives]
                return version, "" if "" in refusals else (refusals or ["It maps to no known objective."])[0]
        return None, ""

    def _served(self, objective: str, project: str) -> tuple[Objective, ...]:
        row = self._facts.projects.get(project)
        ids = (objective,) if objective else row.objectives if row else ()
        return tuple(self._facts.objectives[o] for o in ids if o in self._facts.objectives)


def in_order(statements: Iterable[Statement]) -> list[Statement]:
    """Statements in the order in which they were signed: by time, and within one second parents first."""
    said = sorted({s.id: s for s in statements}.values(), key=lambda s: (s.signed_at, s.id))
    return [s for _, group in groupby(said, key=lambda s: s.signed_at) for s in _parents_first(list(group))]


def _parents_first(group: list[Statement]) -> list[Statement]:
    if len(group) == 1:
        return group
    known = {s.id: s for s in group}
    order = TopologicalSorter({s.id: [p for p in s.parents if p in known] for s in group})
    return [known[id_] for id_ in order.static_order()]


def _replaced(counting: list[Statement]) -> dict[str, str]:
    """Statement id → the later one of the same signer, subject and meaning (and day, for readings) that replaced it.

    They come in the order in which they were signed.
    """
    latest: dict[tuple[str, ...], Statement] = {}
    replaced: dict[str, str] = {}
    for statement in counting:
        body = statement.body
        day = str(body.get("date", "")) if str(body["subject"]).startswith("kpi:") else ""
        key = (statement.signer, body["subject"], body["meaning"], day)
        if key in latest:
            replaced[latest[key].id] = statement.id
        latest[key] = statement
    return replaced
