"""Who owns what: files that name another than the owner, owners who have left, statements that wait for another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from cockpit.basics.text import one_line
from cockpit.engine.case import Case
from cockpit.engine.rules.base import Family, breach
from cockpit.engine.statements.waiting import title_of, waiting
from cockpit.records.assessment import Breach, Reason
from cockpit.records.verdicts import Basis, Severity
from cockpit.trust import bodies
from cockpit.wording import signatures

RULES = Family("owners")
_SHOWN = 20


@RULES.rule("OWNER-NAMED", tolerance="none", clears="the owner transfers it by signature, or the file names the owner")
def named(case: Case) -> Iterable[Breach]:
    """Does a file name another than the owner? Ownership moves by signature only: the file changes nothing."""
    for view in case.owners:
        if view.named and not view.contested:
            role, owner = signatures.role_name(view.role), view.owner_name or "nobody"
            person = case.facts.person(view.named)
            to = f" {view.subject} {person.id if person else 'ID'} --role {view.role}"
            yield breach(
                case,
                "OWNER-NAMED",
                f"{view.subject}#{view.role}",
                f"{title_of(case, view.subject)}: the file names {_name(case, view.named)} as its {role}, "
                f"but {owner} is",
                f"the file names {owner}, or {owner} gives it away: cockpit transfer FOLDER{to}",
                severity=Severity.MAJOR,
                basis=Basis.UNPROVEN,
                owner=view.owner or case.facts.steward,
                reasons=(Reason(f"it names {one_line(view.named)}, which changes nothing", view.origin), *view.reasons),
            )


@RULES.rule("OWNER-TWICE", tolerance="none", clears="two stewards say whose it is")
def twice(case: Case) -> Iterable[Breach]:
    """Was something given away to two people, each unseen by the other? Nobody may sign for it until that is said."""
    for view in case.owners:
        if view.contested:
            role = signatures.role_name(view.role)
            yield breach(
                case,
                "OWNER-TWICE",
                f"{view.subject}#{view.role}",
                f"{title_of(case, view.subject)}: two people were made its {role}, so nobody may sign for it",
                f"two stewards say whose it is: cockpit transfer FOLDER {view.subject} ID --role {view.role}, "
                "then the other: cockpit cosign",
                severity=Severity.MAJOR,
                basis=Basis.EVIDENCE,
                owner=case.facts.steward,
                reasons=view.reasons,
            )


@RULES.rule("OWNER-LEFT", tolerance="none", clears="two stewards move what they own, or they have a key again")
def left(case: Case) -> Iterable[Breach]:
    """Does somebody who has no key any more still own what has to be signed for? One breach a person."""
    gone = case.facts.owners.departed()
    if not gone:
        return
    owned: dict[str, list[Reason]] = defaultdict(list)
    for subject, title, owner, origin in case.owned_open():
        if owner in gone:
            owned[owner].append(Reason(f"{subject} “{one_line(title)}” is theirs to sign", origin))
    for person, reasons in sorted(owned.items()):
        name, things = case.facts.person_name(person), "1 thing" if len(reasons) == 1 else f"{len(reasons):,} things"
        yield breach(
            case,
            "OWNER-LEFT",
            f"person:{person}",
            f"{name} has no key that counts any more, and owns {things}, for which nobody can sign",
            "two stewards move what they own: cockpit transfer FOLDER SUBJECT ID, then the other: cockpit cosign; or "
            "enrol a new key of theirs",
            severity=Severity.MAJOR,
            basis=Basis.UNPROVEN,
            owner=case.facts.steward,
            reasons=reasons[:_SHOWN],
        )


@RULES.rule("STATEMENT-WAITS", tolerance="none", clears="whoever it waits for signs it, or it is taken back")
def waits(case: Case) -> Iterable[Breach]:
    """Is there a statement that changes nothing before somebody else signs it too?"""
    for each in waiting(case):
        view = each.view
        back = "it is recalled" if view.record.type == bodies.TRANSFER else "the key is revoked"
        yield breach(
            case,
            "STATEMENT-WAITS",
            f"statement:{view.record.id[:12]}",
            f"{each.title}: waits for {each.owner_name}",
            f"{each.owner_name} signs it too: {each.command}; or {back}",
            severity=Severity.MINOR,
            basis=Basis.UNPROVEN,
            owner=each.owner or case.facts.steward,
            reasons=(Reason("until then it changes nothing", None, view.record.id),),
        )


def _name(case: Case, text: str) -> str:
    return one_line(case.facts.person_name(text))
