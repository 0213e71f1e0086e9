"""Evidence that stood behind a signature and does not any more: it was changed, it is gone, or it is too old."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cockpit.engine.case import Case
from cockpit.engine.milestones import age_days, expires_on, lacks
from cockpit.engine.rules.base import Family, breach
from cockpit.engine.statements.ledger import Proof
from cockpit.records.assessment import Breach, Reason
from cockpit.records.model import Meaning
from cockpit.records.verdicts import Basis, Severity
from cockpit.trust.obligations import DEPENDENCY, MILESTONE, split_subject

RULES = Family("evidence")


@RULES.rule(
    "EVIDENCE-LOST", tolerance="none", clears="the file is put back as it was, or it is signed with new evidence"
)
def lost(case: Case) -> Iterable[Breach]:
    """Was a file that a standing signature names as evidence changed, or taken away, after it was signed?"""
    for proof, subject, title in _standing(case):
        wrong = lacks(case.facts, proof) if proof.statement.body.get("evidence") else ""
        if wrong:
            yield breach(
                case,
                "EVIDENCE-LOST",
                subject,
                f"{title}: {wrong}",
                f"the file is put back, or {proof.person.name} signs it again with evidence",
                severity=Severity.MAJOR,
                basis=Basis.EVIDENCE,
                owner=proof.person.id,
                project=_project(case, subject),
                reasons=(_said(case, proof),),
            )


@RULES.rule("EVIDENCE-EXPIRED", tolerance="policy.evidence_days", clears="it is signed again, with evidence of today")
def expired(case: Case) -> Iterable[Breach]:
    """Is the evidence behind a milestone, or a settled dependency, of an unfinished project too old?"""
    for proof, subject, title in _standing(case):
        project = _project(case, subject)
        row = case.facts.projects.get(project)
        if row is None or case.milestones.claims_done(row) or case.facts.today < expires_on(case.facts, proof):
            continue
        yield breach(
            case,
            "EVIDENCE-EXPIRED",
            subject,
            f"{title}: its evidence is {age_days(case.facts, proof)} days old",
            f"{proof.person.name} signs it again, with evidence of today",
            severity=Severity.MINOR,
            basis=Basis.UNPROVEN,
            owner=proof.person.id,
            project=project,
            reasons=(_said(case, proof),),
        )


def _standing(case: Case) -> Iterator[tuple[Proof, str, str]]:
    """The signatures on which milestones and dependencies rest, with subject and title."""
    named = case.ledger.proven(Meaning.VALIDATED)
    for item in case.facts.items.values() if named else ():
        if (subject := f"{MILESTONE}:{item.id}") in named:
            yield case.ledger.proofs(subject, Meaning.VALIDATED)[-1], subject, item.title
    for project in case.facts.projects.values():
        subject = f"{MILESTONE}:{project.id}:finish"
        if proofs := case.ledger.proofs(subject, Meaning.VALIDATED):
            yield proofs[-1], subject, f"{project.title}: finish"
    for judged in case.judged.values():
        if judged.settled and (proofs := case.ledger.proofs(judged.view.subject, Meaning.RESOLVED)):
            yield proofs[-1], judged.view.subject, judged.view.record.title


def _project(case: Case, subject: str) -> str:
    kind, name = split_subject(subject)
    if kind == DEPENDENCY:
        return next(iter(case.judged[subject].view.projects), "")
    item = case.facts.item(name)
    return item.project if item is not None else ""


def _said(case: Case, proof: Proof) -> Reason:
    day = proof.statement.signed_at.date()
    text = f"{proof.person.name} signed it on {day}, {age_days(case.facts, proof)} days ago"
    return Reason(text, None, proof.statement.id)
