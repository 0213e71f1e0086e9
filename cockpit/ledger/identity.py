"""Statements about people and their keys: the genesis, enrolment with proof of possession, revocation, a new key.

Each is drafted from what the session knows; `papers` signs and keeps it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cockpit.basics.classes import dataclass
from cockpit.basics.text import one_line
from cockpit.ledger import papers, signing
from cockpit.ledger.papers import Paper
from cockpit.ledger.subjects import DraftError
from cockpit.records.model import Person
from cockpit.trust import bodies
from cockpit.trust.authority import POSSESSION, possession_payload
from cockpit.trust.keys import parse_public_key

if TYPE_CHECKING:
    from cockpit.records.snapshot import Snapshot
    from cockpit.session.live import Session

MAX_REQUEST = 64 * 1024


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


def request_in(path: Path) -> Request | None:
    """The request in a file; None where it holds something else, such as a key."""
    try:
        return read_request(path)
    except DraftError:
        return None


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
    names = {person.id: person.name for person in session.people()}
    named_so = [dict(s) | {"name": names.get(s["id"], "").strip() or s["name"]} for s in stewards]
    ordered = sorted(named_so, key=lambda s: s["id"])
    people = [Person(id=s["id"], name=s["name"], key=s["key"]) for s in ordered]
    choice = signing.choose_key(key, people)
    title = session.charter.portfolio.title or session.charter.portfolio.id
    named = ", ".join(f"{one_line(p.name)} ({one_line(p.id)})" for p in people)
    said = f"I begin the portfolio “{one_line(title)}”. Its stewards, who enrol and revoke keys, are {named}."
    return Paper(bodies.GENESIS, {"title": title, "stewards": ordered}, said, choice)


def join(session: Session, person: str, key: Path | None) -> Request:
    """The request of somebody who wants their key enrolled, signed with that key."""
    root = papers.root(session)
    line = signing.public_line(key) if key is not None else _only(signing.agent_keys())
    public = parse_public_key(line)
    message = possession_payload(root, person, public.fingerprint)
    return Request(person, public.line, signing.sign(message, key, line, namespace=POSSESSION))


def enrolment(
    session: Session, request: Request, *, name: str, teams: Sequence[str], first: date | None, last: date | None,
    key: Path | None,
) -> Paper:  # fmt: skip
    """A steward enrols the key of a request."""
    papers.root(session)
    known = {p.id: p for p in session.people()}.get(request.person)
    name = name or (known.name if known is not None else request.person)
    belongs = sorted(set(teams) or ({known.team} if known is not None and known.team else set()))
    body: dict[str, Any] = {
        "person": request.person, "name": name, "teams": belongs, "key": request.key,
        "possession": request.possession,
    }  # fmt: skip
    body |= {word: day.isoformat() for word, day in (("from", first), ("until", last)) if day is not None}
    until = f" until {last.isoformat()}" if last else ""
    team = f", team {one_line(', '.join(belongs))}" if belongs else ""
    snapshot = session.snapshot()
    said = (
        f"I, as a steward, enrol the key {papers.fingerprint(request.key)} for {one_line(name)} "
        f"({one_line(request.person)}){team}{until}: what it signs counts as their word{_once(snapshot, request)}."
    )
    return Paper(bodies.ENROL, body, said, papers.signer(session, key, papers.stewards(snapshot)))


def _once(snapshot: Snapshot, request: Request) -> str:
    """What else a second key of somebody takes."""
    bound = (s for s in snapshot.statements if s.type in (bodies.ENROL, bodies.ROTATE) and not s.verdict)
    had = {str(s.body["key"]) for s in bound if s.body["person"] == request.person}
    had |= set(snapshot.keys.get(request.person, ()))
    new = papers.fingerprint(request.key)
    if all(papers.fingerprint(line) == new for line in had) or len(papers.stewards(snapshot)) < 2:
        return ""
    return f", once another steward, or {papers.name_of(snapshot, request.person)} with another key, signs it too"


def revocation(session: Session, person: str, fingerprint: str, note: str, key: Path | None) -> Paper:
    """A steward, or the person themself, revokes a key: the one named, else the one that counts now."""
    papers.root(session)
    known = {p.id: p for p in session.people()}.get(person)
    if known is None or not (fingerprint or known.key):
        raise DraftError(f"{one_line(person)} has no key that counts; there is nothing to revoke.")
    mark = fingerprint or papers.fingerprint(known.key)
    choice = papers.signer(session, key, papers.stewards(session.snapshot()) | {person})
    said = (
        f"I, {one_line(choice.person.name)}, revoke the key {mark} of {one_line(known.name)}: nothing that it signs "
        "from now on counts, nor what it signed that nobody here has seen."
    )
    return Paper(bodies.REVOKE, {"person": person, "key": mark, "note": note}, said, choice)


def rotation(session: Session, new: Path, key: Path | None) -> Paper:
    """Somebody puts a new key in the place of the one that they sign this with."""
    root = papers.root(session)
    choice = papers.signer(session, key)
    line = signing.public_line(new)
    public = parse_public_key(line)
    if public.fingerprint == choice.fingerprint:
        raise DraftError(f"{new} is the key that you sign with now: make a new one with ssh-keygen, and name that.")
    message = possession_payload(root, choice.person.id, public.fingerprint)
    proof = signing.sign(message, new, line, namespace=POSSESSION)
    said = f"I, {one_line(choice.person.name)}, sign with the key {public.fingerprint} from now on, not with this one."
    return Paper(bodies.ROTATE, {"person": choice.person.id, "key": public.line, "possession": proof}, said, choice)


def replacement(session: Session, request: Request, old: str, key: Path | None) -> Paper:
    """A steward puts the key of a request in the place of one that was lost; another steward signs it too."""
    papers.root(session)
    snapshot = session.snapshot()
    lost = [papers.fingerprint(line) for line in snapshot.keys.get(request.person, ())]
    if not old and len(lost) != 1:
        what = "several keys" if lost else "no key that counts"
        raise DraftError(f"{papers.name_of(snapshot, request.person)} has {what}: say which was lost with --old.")
    mark = old or lost[0]
    if mark == papers.fingerprint(request.key):
        raise DraftError(f"The key {mark} can't take its own place: the request is to be for a new key.")
    said = (
        f"I, as a steward, put the key {papers.fingerprint(request.key)} in the place of {mark}, which "
        f"{papers.name_of(snapshot, request.person)} lost. It counts once another steward signs it too."
    )
    choice = papers.signer(session, key, papers.stewards(snapshot))
    body = {"person": request.person, "key": request.key, "possession": request.possession, "old": mark}
    return Paper(bodies.ROTATE, body, said, choice)


def _only(lines: Sequence[str]) -> str:
    if len(lines) != 1:
        raise DraftError(f"The ssh-agent holds {len(lines)} keys. Say which is to be enrolled: --key FILE.")
    return lines[0]
