"""What every statement is worth today: good signature, known subject, entitled signer, current version, not replaced.

The engine decides this last step because only it knows what the subjects are now; the signatures themselves were
verified by `trust` before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from copy import copy
from datetime import date, datetime
from functools import cached_property
from graphlib import TopologicalSorter
from itertools import chain, groupby

from cockpit.basics.classes import dataclass
from cockpit.engine.facts import Facts
from cockpit.engine.statements.entitled import Entitled
from cockpit.records.assessment import StatementView
from cockpit.records.model import Dependency, Meaning, Person, Statement, WorkItem
from cockpit.records.verdicts import Verdict
from cockpit.trust import history
from cockpit.trust.bodies import ENROL, PROOF, REVOKE, ROTATE
from cockpit.trust.entitlement import Seat
from cockpit.trust.keys import parse_public_key
from cockpit.trust.obligations import BREACH, split_subject, subject_of


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
        self.entitled = Entitled(facts, dependencies)
        said = in_order(facts.snapshot.statements)
        self._known = {s.id: s for s in said}
        self._witnessed = history.witnessed(said)
        self.knew = history.knowing(said)
        """Whether the signer of one statement had another before their eyes, by both ids."""
        self._places = {s.id: place for place, s in enumerate(said)}
        judged = [(s, *self._judge(s)) for s in said]
        # Whether what is said of a breach counts is known once there are breaches: until then it replaces nothing.
        counting = [s for s, verdict, _ in judged if verdict is Verdict.COUNTS and s.type == PROOF]
        replaced = _replaced([s for s in counting if split_subject(s.body["subject"])[0] != BREACH])
        self.views = tuple(
            self._view(s, Verdict.SUPERSEDED, f"replaced by {replaced[s.id][:12]}", replaced[s.id])
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

    def over(self, facts: Facts) -> Ledger:
        """The same, asked by the facts of another snapshot by which every statement is worth what it is."""
        other = copy(self)
        other._facts, other.entitled = facts, self.entitled.over(facts)
        return other

    def proofs(self, subject: str, meaning: Meaning) -> tuple[Proof, ...]:
        """The statements that count of one meaning over one subject, earliest first."""
        return tuple(self._proofs.get((subject, meaning), ()))

    def proven(self, meaning: Meaning) -> frozenset[str]:
        """The subjects over which a statement of this meaning counts."""
        return frozenset(subject for subject, meant in self._proofs if meant is meaning)

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

    @cached_property
    def signed_of(self) -> dict[str, date]:
        """Work item → the last day on which somebody signed something about it that counts."""
        days: dict[str, date] = {}
        for proof in chain.from_iterable(self._proofs.values()):
            day = proof.statement.signed_at.date()
            for item in self._spoken_of(*split_subject(str(proof.statement.body["subject"]))):
                days[item] = max(days.get(item, day), day)
        return days

    def _spoken_of(self, kind: str, name: str) -> tuple[str, ...]:
        if kind == "milestone":
            return (name,)
        dependency = self.dependency(name) if kind == "dependency" else None
        return (dependency.giver_item, dependency.receiver_item) if dependency is not None else ()

    def _proof(self, statement: Statement) -> Proof:
        body = statement.body
        on = date.fromisoformat(body["date"]) if body.get("date") else None
        value = float(body["value"]) if body.get("value") is not None else None
        person = self._facts.people[statement.signer]
        place, witnessed = self._places[statement.id], self._witnessed.get(statement.id)
        return Proof(statement, Meaning(body["meaning"]), person, on, value, place, witnessed)

    def _view(self, statement: Statement, verdict: Verdict, why: str, superseded_by: str = "") -> StatementView:
        kept, hashes = self._facts.snapshot.evidence, statement.body.get("evidence", ())
        return StatementView(
            record=statement,
            subject=subject_of(statement, self._known),
            meaning=str(statement.body.get("meaning", "" if statement.type == PROOF else statement.type)),
            signer_name=self._facts.person_name(statement.signer),
            verdict=verdict,
            why=why,
            witnessed_at=self._witnessed.get(statement.id),
            superseded_by=superseded_by,
            behalf=self.entitled.behalf.get(statement.id, ""),
            evidence=tuple((sha, kept.get(sha, "").rpartition("/")[2].removeprefix(f"{sha}-")) for sha in hashes),
        )

    def _judge(self, statement: Statement) -> tuple[Verdict, str]:
        if statement.verdict:
            return Verdict.INVALID, statement.verdict
        if statement.type != PROOF:
            return self._office(statement)
        if statement.signer not in self._facts.people:
            return Verdict.INVALID, f"{statement.signer} is nobody in the people table"
        version, why = self.entitled.judge(statement, self._facts.people[statement.signer])
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

    def _office(self, statement: Statement) -> tuple[Verdict, str]:
        """What a statement about keys or owners is worth."""
        mandates = self._facts.owners.mandates
        if statement.id in mandates.without_right:
            who = self._facts.person_name(statement.signer)
            return Verdict.NOT_ENTITLED, f"{who} does not own what it gives away, and is no steward."
        recalled = mandates.recalled.get(statement.id)
        if recalled is not None:
            return Verdict.SUPERSEDED, f"taken back by {recalled[:12]}"
        if waits := self.waited_for(statement):
            if revoked := self._revoked(statement):
                return Verdict.SUPERSEDED, f"its key was revoked by {revoked[:12]}"
            return Verdict.WAITS, f"it changes nothing before it is signed by {self._facts.person_name(waits)} too"
        return Verdict.COUNTS, self._facts.owners.overrides.get(statement.id, "")

    def waited_for(self, statement: Statement) -> str:
        """Who has to sign a statement too before it changes anything: a person by id, or words; empty for nobody."""
        awaiting = self._facts.owners.mandates.awaiting
        return self._facts.snapshot.awaiting.get(statement.id, "") or awaiting.get(statement.id, "")

    def _revoked(self, statement: Statement) -> str:
        """The statement that revoked the key which another one, still waiting, would enrol; empty for none."""
        if statement.type not in (ENROL, ROTATE):
            return ""
        key = parse_public_key(statement.body["key"]).fingerprint
        good = (s for s in self._known.values() if s.type == REVOKE and not s.verdict)
        return next((s.id for s in good if s.body["key"] == key and s.body["person"] == statement.body["person"]), "")

    def side(self, dependency: Dependency, proof: Proof) -> str:
        """For which side of a dependency a withdrawal counts; empty for neither."""
        return self.entitled.side(dependency, proof.statement, proof.person)

    def validator(self, item: WorkItem) -> Seat:
        """Who validates a milestone today: its acceptor, else the owner of what receives it, else the sponsor."""
        return self.entitled.validator(item)


def in_order(statements: Iterable[Statement]) -> list[Statement]:
    """Statements in the order in which they were signed: by time, and within one second parents first."""
    said = sorted(history.by_id(statements).values(), key=lambda s: (s.signed_at, s.id))
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
