"""What the charter maps and nobody has confirmed: the owner of the objective is asked, until they have signed it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from cockpit.basics.text import one_line
from cockpit.engine.assign import ASSIGNED
from cockpit.engine.case import Case
from cockpit.engine.statements import policies
from cockpit.records.assessment import SignOff
from cockpit.records.model import Meaning
from cockpit.records.snapshot import Assignment
from cockpit.trust.entitlement import objective_seat
from cockpit.trust.obligations import mapping_subject, mapping_version


def unconfirmed(case: Case) -> Iterable[SignOff]:
    """Every mapping that work goes by and that nobody has confirmed; of two under one name the first, which counts."""
    mapped = Counter(text for item in case.facts.items.values() for name, text in item.extra if name == ASSIGNED)
    for rule in case.facts.snapshot.assignments:
        subject = mapping_subject(rule.field, rule.pattern)
        count = mapped.pop(subject, 0)
        if count and not case.ledger.proofs(subject, Meaning.CONFIRMED):
            yield _asked(case, rule, subject, count)


def _asked(case: Case, rule: Assignment, subject: str, count: int) -> SignOff:
    """The first owner of the objectives that it serves is asked; any of them may sign."""
    served = case.ledger.entitled.served(rule.objective, rule.project)
    seats = [seat for objective in served if (seat := objective_seat(objective, case.facts.directory)).person]
    person = seats[0].person if seats else None
    goal = one_line(served[0].title, 80) if served else "no objective that is known"
    what = f"{count:,} work items serve" if count > 1 else "1 work item serves"
    return SignOff(
        subject=subject,
        title=f"{what} {goal}, since {one_line(rule.field, 40)} is {one_line(rule.pattern, 60)}",
        meanings=(Meaning.CONFIRMED,),
        owner=person.id if person else "",
        owner_name=person.name if person else "",
        team="",
        due=None,
        state="unconfirmed",
        version=mapping_version(rule.field, rule.pattern, rule.project, rule.objective),
        objective=served[0].id if served else "",
        entitled=person is not None,
        enrolled=bool(person and person.key),
        origin=policies.CHARTER,
    )
