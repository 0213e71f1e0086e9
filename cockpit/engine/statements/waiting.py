"""The statements that change nothing before somebody else signs them too: whose turn it is, and by which command."""

from __future__ import annotations

from collections.abc import Iterator

from cockpit.basics.classes import dataclass
from cockpit.engine.case import Case
from cockpit.records.assessment import StatementView
from cockpit.records.verdicts import Verdict
from cockpit.trust import bodies
from cockpit.trust.obligations import split_subject
from cockpit.wording import signatures

STEWARD = "another steward"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A statement that waits for a second signature."""

    view: StatementView
    owner: str
    """Who signs it next, by id; empty where there are several, or none."""
    owner_name: str
    """Who signs it next, as people say it: a name, or “another steward”."""
    others: tuple[str, ...]
    """Who else may, by id: one of them is enough."""
    title: str
    command: str


def waiting(case: Case) -> Iterator[Waiting]:
    """Every statement that waits, in the order in which they were signed."""
    for view in case.ledger.views:
        if view.verdict is Verdict.WAITS:
            needed = case.ledger.waited_for(view.record)
            owner, name, others = _next(case, view, needed)
            act = "cosign" if needed not in case.facts.people else "accept"
            command = f"cockpit {act} FOLDER {view.record.id[:12]}"
            yield Waiting(view, owner, name, others, _title(case, view), command)


def _next(case: Case, view: StatementView, needed: str) -> tuple[str, str, tuple[str, ...]]:
    """Who signs next, by id and as people say it: the person who is named, else the one steward who is left, else
    whoever of several; and who else may."""
    if needed in case.facts.people:
        return needed, case.facts.person_name(needed), ()
    stewards = sorted(case.facts.owners.stewards - {view.record.signer})
    owner = stewards[0] if len(stewards) == 1 else ""
    names, others = [case.facts.person_name(owner) if owner else STEWARD], stewards if not owner else []
    holder = str(view.record.body.get("person", ""))
    if view.record.type == bodies.ENROL and holder not in (view.record.signer, *stewards):
        names.append(case.facts.person_name(holder))
        others = [*others, holder]
    return owner, " or ".join(names), tuple(others)


def _title(case: Case, view: StatementView) -> str:
    body, facts = view.record.body, case.facts
    if view.record.type == bodies.TRANSFER:
        role = signatures.role_name(body["role"])
        return f"{title_of(case, view.subject)} goes to {facts.person_name(body['to'])} ({role})"
    whose = facts.person_name(str(body.get("person", "")))
    return f"A new key of {whose}" if view.record.type == bodies.ROTATE else f"A second key of {whose}"


def title_of(case: Case, subject: str) -> str:
    """What people call a subject; the subject itself where nobody calls it anything."""
    kind, name = split_subject(subject)
    found = {
        "dependency": lambda: getattr(case.ledger.dependency(name), "title", ""),
        "kpi": lambda: getattr(case.facts.kpis.get(name), "title", ""),
        "milestone": lambda: getattr(case.facts.item(name), "title", ""),
    }.get(kind, lambda: case.facts.names.get(name, ""))()
    return found or subject
