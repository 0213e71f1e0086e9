"""Who owns what: files that name another than the owner, owners who have left, statements that wait for another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from cockpit.assessment import Breach, Reason
from cockpit.engine.case import Case
from cockpit.engine.rules.base import Family, breach
from cockpit.text import one_line
from cockpit.verdicts import Basis, Severity, Verdict

RULES = Family("owners")
_SHOWN = 20
_ROLES = {
    "giver_owner": "giver's owner",
    "receiver_owner": "receiver's owner",
    "acceptor": "acceptor",
    "owner": "owner",
    "sponsor": "sponsor",
    "lead": "lead",
}
"""What people call a role of the tables."""


def _steward(case: Case) -> str:
    """The steward of the charter, else the first of the genesis."""
    return case.facts.first_person(case.facts.snapshot.portfolio.steward, *sorted(case.facts.owners.stewards))


@RULES.rule("OWNER-NAMED", tolerance="none", clears="the owner transfers it by signature, or the file names the owner")
def named(case: Case) -> Iterable[Breach]:
    """Does a file name another than the owner? Ownership moves by signature only: the file changes nothing."""
    for view in case.owners:
        if view.named and not view.contested:
            role = _ROLES[view.role]
            yield breach(
                case,
                "OWNER-NAMED",
                f"{view.subject}#{view.role}",
                f"{view.subject}: the file names {_name(case, view.named)} as its {role}, but {view.owner_name} is",
                f"{view.owner_name} transfers it and {_name(case, view.named)} accepts, two stewards move it, "
                "or the file names its owner again",
                severity=Severity.MAJOR,
                basis=Basis.UNPROVEN,
                owner=view.owner or _steward(case),
                reasons=(Reason(f"it names {one_line(view.named)}, which changes nothing", view.origin), *view.reasons),
            )


@RULES.rule("OWNER-TWICE", tolerance="none", clears="two stewards say whose it is")
def twice(case: Case) -> Iterable[Breach]:
    """Was something given away to two people, each unseen by the other? Nobody may sign for it until that is said."""
    for view in case.owners:
        if view.contested:
            yield breach(
                case,
                "OWNER-TWICE",
                f"{view.subject}#{view.role}",
                f"{view.subject}: two people were made its {_ROLES[view.role]}, so nobody may sign for it",
                "two stewards say whose it is (cockpit transfer, then cockpit cosign)",
                severity=Severity.MAJOR,
                basis=Basis.EVIDENCE,
                owner=_steward(case),
                reasons=view.reasons,
            )


@RULES.rule("OWNER-LEFT", tolerance="none", clears="two stewards move what they own, or they have a key again")
def left(case: Case) -> Iterable[Breach]:
    """Does somebody who has no key any more still own what has to be signed for? One breach a person."""
    gone = case.facts.owners.departed()
    owned: dict[str, list[Reason]] = defaultdict(list)
    for subject, title, owner, origin in case.owned_open():
        if owner in gone:
            owned[owner].append(Reason(f"{subject} “{one_line(title)}” is theirs to sign", origin))
    for person, reasons in sorted(owned.items()):
        name, things = case.facts.person_name(person), "1 thing" if len(reasons) == 1 else f"{len(reasons)} things"
        yield breach(
            case,
            "OWNER-LEFT",
            f"person:{person}",
            f"{name} has no key that counts any more, and owns {things}, for which nobody can sign",
            "two stewards move what they own (cockpit transfer, then cockpit cosign), or enrol a new key of theirs",
            severity=Severity.MAJOR,
            basis=Basis.UNPROVEN,
            owner=_steward(case),
            reasons=reasons[:_SHOWN],
        )


@RULES.rule("STATEMENT-WAITS", tolerance="none", clears="whoever it waits for signs it, or it is taken back")
def waits(case: Case) -> Iterable[Breach]:
    """Is there a statement that changes nothing before somebody else signs it too?"""
    for view in case.ledger.views:
        if view.verdict is Verdict.WAITS:
            needed = case.ledger.waited_for(view.record)
            person = case.facts.people.get(needed)
            yield breach(
                case,
                "STATEMENT-WAITS",
                f"statement:{view.record.id[:12]}",
                f"{view.subject}: the {view.meaning} by {view.signer_name} waits for {case.facts.person_name(needed)}",
                "whoever it waits for signs it "
                f"(cockpit {'accept' if person is not None else 'cosign'} FOLDER {view.record.id[:12]}), "
                "or it is taken back",
                severity=Severity.MINOR,
                basis=Basis.UNPROVEN,
                owner=person.id if person is not None else _steward(case),
                reasons=(Reason(view.why, None, view.record.id),),
            )


def _name(case: Case, text: str) -> str:
    return one_line(case.facts.person_name(text))
