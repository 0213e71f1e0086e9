"""Papers about who may sign for what: transfers, acceptances, second signatures, delegations, what is taken back; and
receipts for what others have signed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from cockpit.basics.text import one_line
from cockpit.engine.facts import Facts
from cockpit.ledger import papers
from cockpit.ledger.papers import Paper, name_of
from cockpit.ledger.subjects import MEANINGS, DraftError
from cockpit.records.model import Meaning, Statement
from cockpit.trust import bodies
from cockpit.trust.bodies_mandates import LONGEST_DAYS, MOST_SEEN, ROLES
from cockpit.trust.fields import moment_text
from cockpit.trust.history import witnessed
from cockpit.trust.mandates import Office
from cockpit.trust.obligations import split_subject, subject_of
from cockpit.wording import signatures

if TYPE_CHECKING:
    from cockpit.records.snapshot import Snapshot
    from cockpit.session.live import Session


def transfer(session: Session, subject: str, to: str, role: str, note: str, key: Path | None) -> Paper:
    """An owner gives away what is theirs, or a steward moves what its owner does not. Raises DraftError."""
    papers.root(session)
    snapshot = session.snapshot()
    facts = Facts(snapshot, session.today())
    choice = papers.signer(session, key)
    person = facts.person(to)
    if person is None:
        raise DraftError(f"“{one_line(to)}” is nobody in the people table, or more than one: give the person's id.")
    office = _office(facts, subject, role, choice.person.id)
    owner = facts.owners.mandates.owner(office)
    stewards = papers.stewards(snapshot)
    what = f"{office.subject} ({signatures.role_name(office.role)})"
    if owner == person.id:
        raise DraftError(f"{name_of(snapshot, owner)} is the owner of {what} already.")
    if owner == choice.person.id:
        said = f"I give {what} to {name_of(snapshot, person.id)}; it is theirs once they accept."
    elif choice.person.id in stewards:
        said = (
            f"I, as a steward, move {what} from {name_of(snapshot, owner) if owner else 'nobody'} to "
            f"{name_of(snapshot, person.id)} without its owner's signature. It counts once another steward signs it "
            "too, and that it was done so is shown for ever."
        )
    else:
        whose = f"{name_of(snapshot, owner)} owns it" if owner else "nobody owns it"
        raise DraftError(f"You may not give away {what}: {whose}. Its owner transfers it, or two stewards move it.")
    body = {"subject": office.subject, "role": office.role, "to": person.id, "note": note}
    return Paper(bodies.TRANSFER, body, _by(choice.person.name, said), choice)


def _by(name: str, said: str) -> str:
    return f"I, {one_line(name)}, {said.removeprefix('I, ').removeprefix('I ')}"


def _office(facts: Facts, subject: str, role: str, signer: str) -> Office:
    """What is meant: by its role, else by the one that the signer owns, else by the only one. Raises DraftError."""
    kind, name = split_subject(subject)
    roles = ROLES.get(kind, ())
    if not roles:
        raise DraftError(
            f"“{one_line(subject)}” is nothing that is owned. Write it with its kind: {', '.join(ROLES)}:ID."
        )
    if not facts.owners.knows(kind, name):
        raise DraftError(f"There is no {kind} “{one_line(name)}” in this portfolio.")
    if role and role not in roles:
        raise DraftError(f"A {kind} has no {one_line(role)}; it has {' and '.join(roles)}.")
    own = [r for r in roles if facts.owners.mandates.owner(Office(subject, r)) == signer]
    fitting = [role] if role else own if len(own) == 1 else list(roles)
    if len(fitting) > 1:
        raise DraftError(f"A {kind} has {' and '.join(roles)}: say which with --role.")
    return Office(subject, fitting[0])


def accept(session: Session, text: str, key: Path | None) -> Paper:
    """Who something is given to takes it."""
    papers.root(session)
    snapshot = session.snapshot()
    said = papers.find(snapshot, text, bodies.TRANSFER)
    choice = papers.signer(session, key, frozenset({str(said.body["to"])}))
    what = f"{said.body['subject']} ({signatures.role_name(said.body['role'])})"
    told = f"accept {what} from {name_of(snapshot, said.signer)}: from now on it is mine to sign for."
    return Paper(bodies.ACCEPT, {"of": said.id}, _by(choice.person.name, told), choice)


def cosign(session: Session, text: str, key: Path | None) -> Paper:
    """Another steward signs what takes two, or a person a second key of theirs."""
    papers.root(session)
    snapshot = session.snapshot()
    said = papers.find(snapshot, text, bodies.TRANSFER, bodies.ENROL, bodies.ROTATE, bodies.GENESIS)
    may = papers.stewards(snapshot) - {said.signer}
    may |= {str(said.body["person"])} if said.type == bodies.ENROL else set()
    choice = papers.signer(session, key, may)
    told = (
        f"sign too what {name_of(snapshot, said.signer)} signed on {said.signed_at.date()}: {_words(snapshot, said)}."
    )
    return Paper(bodies.COSIGN, {"of": said.id}, _by(choice.person.name, told), choice)


def _words(snapshot: Snapshot, said: Statement) -> str:
    body = said.body
    if said.type == bodies.TRANSFER:
        what = f"{body['subject']} ({signatures.role_name(body['role'])})"
        return f"{what} goes to {name_of(snapshot, body['to'])} without its owner's signature"
    if said.type == bodies.GENESIS:
        names = ", ".join(one_line(steward["name"]) for steward in body["stewards"])
        return f"the portfolio “{one_line(body['title'])}” begins, with {names} as its stewards"
    verb = "is another of" if said.type == bodies.ENROL else "takes the place of an old one of"
    return f"the key {papers.fingerprint(body['key'])} {verb} {name_of(snapshot, body['person'])}"


def delegate(
    session: Session, to: str, days: tuple[date, date], subjects: Sequence[str], meanings: Sequence[str], note: str,
    key: Path | None,
) -> Paper:  # fmt: skip
    """Somebody has another sign for them, for some days. Raises DraftError."""
    papers.root(session)
    snapshot, (first, last) = session.snapshot(), days
    facts = Facts(snapshot, session.today())
    person, choice = facts.person(to), papers.signer(session, key)
    if person is None or person.id == choice.person.id:
        raise DraftError(f"“{one_line(to)}” is you, or nobody in the people table: give the id of who signs for you.")
    if not 0 <= (last - first).days < LONGEST_DAYS:
        raise DraftError(
            f"From {first} to {last} is not one to {LONGEST_DAYS} days. Whoever is away for longer gives away what "
            "is theirs: cockpit transfer."
        )
    kinds = sorted(set(MEANINGS) - {"policy"})
    asked = sorted(set(subjects)) or [f"{kind}:*" for kind in kinds]
    for subject in asked:
        if split_subject(subject)[0] not in kinds:
            raise DraftError(
                f"“{one_line(subject)}” is nothing that is signed. Write it with its kind: dependency:D-1."
            )
    may = sorted(set(meanings)) or sorted(Meaning)
    scope = "everything that is mine to sign" if not subjects else ", ".join(asked)
    what = f" ({', '.join(may)})" if meanings else ""
    told = f"have {name_of(snapshot, person.id)} sign for me from {first} to {last}: {scope}{what}."
    body = {"to": person.id, "from": first.isoformat(), "until": last.isoformat(), "note": note}
    body_lists = {"subjects": asked, "meanings": [str(m) for m in may]}
    return Paper(bodies.DELEGATE, body | body_lists, _by(choice.person.name, told), choice)


def recall(session: Session, text: str, note: str, key: Path | None) -> Paper:
    """Whoever signed a transfer or a delegation, or a steward, takes it back."""
    papers.root(session)
    snapshot = session.snapshot()
    said = papers.find(snapshot, text, bodies.TRANSFER, bodies.DELEGATE)
    choice = papers.signer(session, key, papers.stewards(snapshot) | {said.signer})
    known = {s.id: s for s in snapshot.statements}
    of = f"to {name_of(snapshot, said.body['to'])}" if said.type == bodies.DELEGATE else f"of {subject_of(said, known)}"
    told = f"take back the {papers.noun(said.type)} by {name_of(snapshot, said.signer)} {of}."
    return Paper(bodies.RECALL, {"of": said.id, "note": note}, _by(choice.person.name, told), choice)


class NothingNewError(Exception):
    """There is nothing that a receipt could be for."""


def receipt(session: Session, key: Path | None) -> Paper:
    """When the signer saw first what others have signed and nobody has witnessed. Raises NothingNewError."""
    papers.root(session)
    snapshot = session.snapshot()
    choice = papers.signer(session, key)
    seen, told = session.kept(lambda keeping, *_: keeping.first_seen()), witnessed(snapshot.statements)
    now = session.now().astimezone(UTC)
    open_ones = [s for s in snapshot.statements if not s.verdict and s.signer != choice.person.id and s.id not in told]
    times = {s.id: _second(min(seen.get(s.id, now), now)) for s in open_ones[-MOST_SEEN:]}
    if not times:
        raise NothingNewError
    count = f"{len(times)} statements" if len(times) > 1 else "1 statement"
    said = f"have seen {count} that others signed, the first on {min(times.values())}, and say when."
    return Paper(bodies.RECEIPT, {"seen": times}, _by(choice.person.name, said), choice)


def _second(moment: datetime) -> str:
    return moment_text(moment + timedelta(microseconds=999_999))
