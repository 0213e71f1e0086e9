"""Statements about people and their keys: the genesis, enrolment with proof of possession, revocation, a new key.

Each is drafted from what the session knows, shown as a sentence, signed, judged, and kept only if it stands.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cockpit import signing
from cockpit.drafting import DraftError
from cockpit.model import Person, Statement
from cockpit.text import one_line
from cockpit.trust import bodies, history, statements
from cockpit.trust.authority import POSSESSION, possession_payload
from cockpit.trust.canonical import StatementError
from cockpit.trust.keys import KeyRefusedError, parse_public_key

if TYPE_CHECKING:
    from cockpit.live import Session

MAX_REQUEST = 64 * 1024


@dataclass(frozen=True)
class Paper:
    """A statement about keys, ready to be signed."""

    kind: str
    body: Mapping[str, Any]
    sentence: str
    choice: signing.KeyChoice


@dataclass(frozen=True)
class Request:
    """What somebody hands to a steward: a key, and the proof that they hold it."""

    person: str
    key: str
    possession: str

    def text(self) -> str:
        """The request as a small JSON file."""
        return json.dumps({"person": self.person, "key": self.key, "possession": self.possession}, indent=1) + "\n"


def read_request(path: Path) -> Request:
    """The request in a file. Raises DraftError where it is none."""
    try:
        with path.open("rb") as file:
            found = json.loads(file.read(MAX_REQUEST))
        values = [found[name] for name in ("person", "key", "possession")]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        raise DraftError(
            f"{path} is no request to be enrolled. Whoever holds the key writes one: cockpit join."
        ) from None
    if not all(isinstance(value, str) for value in values):
        raise DraftError(f"{path} is no request to be enrolled: person, key and possession are texts.")
    return Request(*values)


def steward_of(text: str) -> dict[str, str]:
    """The steward that `ID=KEYFILE` names. Raises DraftError or SigningError."""
    person, equals, file = text.partition("=")
    if not (equals and person.strip() and file.strip()):
        raise DraftError(f"“{one_line(text, 80)}” is no steward. Write ID=KEY, KEY being a public or private key file.")
    key = parse_public_key(signing.public_line(Path(file)))
    return {"id": person.strip(), "name": key.comment or person.strip(), "key": key.line}


def genesis(session: Session, stewards: Sequence[Mapping[str, str]], key: Path | None) -> Paper:
    """The statement with which a portfolio begins; the steward whose key is at hand signs it."""
    snapshot = session.snapshot()
    if snapshot.genesis and all(s.id != snapshot.genesis for s in snapshot.statements):
        raise DraftError(
            f"The genesis of this portfolio ({snapshot.genesis[:12]}), which this machine knows, is not here. Bring "
            "the ledger back from a copy; a new beginning would make every earlier signature void."
        )
    if snapshot.genesis:
        raise DraftError("This portfolio has its genesis already. Its stewards enrol and revoke: cockpit enrol.")
    ordered = sorted(stewards, key=lambda s: s["id"])
    people = [Person(id=s["id"], name=s["name"], key=s["key"]) for s in ordered]
    choice = signing.choose_key(key, people)
    title = session.charter.portfolio.title or session.charter.portfolio.id
    named = ", ".join(f"{one_line(p.name)} ({one_line(p.id)})" for p in people)
    said = f"I begin the portfolio “{one_line(title)}”. Its stewards, who enrol and revoke keys, are {named}."
    return Paper(bodies.GENESIS, {"title": title, "stewards": ordered}, said, choice)


def join(session: Session, person: str, key: Path | None) -> Request:
    """The request of somebody who wants their key enrolled, signed with that key."""
    root = _root(session)
    line = signing.public_line(key) if key is not None else _only(signing.agent_keys())
    public = parse_public_key(line)
    message = possession_payload(root, person, public.fingerprint)
    return Request(person, public.line, signing.sign(message, key, line, namespace=POSSESSION))


def enrolment(
    session: Session, request: Request, *, name: str, teams: Sequence[str], first: date | None, last: date | None,
    key: Path | None,
) -> Paper:  # fmt: skip
    """A steward enrols the key of a request."""
    _root(session)
    known = {p.id: p for p in session.people()}.get(request.person)
    name = name or (known.name if known is not None else request.person)
    belongs = sorted(set(teams) or ({known.team} if known is not None and known.team else set()))
    body: dict[str, Any] = {
        "person": request.person, "name": name, "teams": belongs, "key": request.key,
        "possession": request.possession,
    }  # fmt: skip
    body |= {word: day.isoformat() for word, day in (("from", first), ("until", last)) if day is not None}
    until = f" until {last.isoformat()}" if last else ""
    said = (
        f"I, as a steward, enrol the key {_fingerprint(request.key)} for {one_line(name)} ({one_line(request.person)})"
        f"{', team ' + one_line(', '.join(belongs)) if belongs else ''}{until}: what it signs counts as their word."
    )
    return Paper(bodies.ENROL, body, said, _steward(session, key))


def revocation(session: Session, person: str, fingerprint: str, note: str, key: Path | None) -> Paper:
    """A steward, or the person themself, revokes a key: the one named, else the one that counts now."""
    _root(session)
    known = {p.id: p for p in session.people()}.get(person)
    if known is None or not (fingerprint or known.key):
        raise DraftError(f"{one_line(person)} has no key that counts; there is nothing to revoke.")
    mark = fingerprint or _fingerprint(known.key)
    choice = signing.choose_key(key, session.people())
    said = (
        f"I, {one_line(choice.person.name)}, revoke the key {mark} of {one_line(known.name)}: nothing that it signs "
        "from now on counts, nor what it signed that nobody here has seen."
    )
    return Paper(bodies.REVOKE, {"person": person, "key": mark, "note": note}, said, choice)


def rotation(session: Session, new: Path, key: Path | None) -> Paper:
    """Somebody puts a new key in the place of the one that they sign this with."""
    root = _root(session)
    choice = signing.choose_key(key, session.people())
    line = signing.public_line(new)
    public = parse_public_key(line)
    message = possession_payload(root, choice.person.id, public.fingerprint)
    proof = signing.sign(message, new, line, namespace=POSSESSION)
    said = f"I, {one_line(choice.person.name)}, sign with the key {public.fingerprint} from now on, not with this one."
    return Paper(bodies.ROTATE, {"person": choice.person.id, "key": public.line, "possession": proof}, said, choice)


def sign(session: Session, paper: Paper, key: Path | None) -> Statement:
    """Sign a paper and keep it. Raises DraftError when it would not stand, SigningError when nothing was signed."""
    snapshot = session.snapshot()
    heads = statements.heads(snapshot.statements)
    seen = [s for s in snapshot.statements if s.id in heads]
    try:
        payload = statements.build(
            snapshot.genesis or snapshot.portfolio.id,
            paper.kind,
            paper.choice.person.id,
            paper.choice.fingerprint,
            history.not_before(session.now(), seen),
            heads,
            paper.body,
        )
    except StatementError as error:
        raise DraftError(f"That can't be signed: the statement {error}.") from error
    signature = signing.sign(payload, key or paper.choice.key, paper.choice.public_line)
    statement = statements.load(payload, signature)
    wrong = session.wrong_with(statement)
    if wrong:
        raise DraftError(f"It would not count, so nothing was kept. {wrong}")
    session.keep(statement)
    session.snapshot()  # a genesis that is kept is remembered by this machine from now on
    return statement


def _root(session: Session) -> str:
    genesis = session.snapshot().genesis
    if not genesis:
        raise DraftError(
            "This portfolio has no genesis, so its keys stand in the table of people. Begin it with: "
            "cockpit init FOLDER --steward ID=KEY"
        )
    return genesis


def _steward(session: Session, key: Path | None) -> signing.KeyChoice:
    snapshot = session.snapshot()
    body = next(s.body for s in snapshot.statements if s.id == snapshot.genesis)
    ids = {steward["id"] for steward in body["stewards"]}
    return signing.choose_key(key, [person for person in snapshot.people if person.id in ids])


def _fingerprint(line: str) -> str:
    try:
        return parse_public_key(line).fingerprint
    except KeyRefusedError as error:
        raise DraftError(f"The key {error}.") from None


def _only(lines: Sequence[str]) -> str:
    if len(lines) != 1:
        raise DraftError(f"The ssh-agent holds {len(lines)} keys. Say which is to be enrolled: --key FILE.")
    return lines[0]
