"""Statements about keys and owners on their way: shown as a sentence, signed, judged, kept only if they stand."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cockpit.basics.classes import dataclass
from cockpit.basics.text import one_line
from cockpit.ledger import signing
from cockpit.ledger.drafting import payload_of
from cockpit.ledger.subjects import DraftError
from cockpit.records.model import Person, Statement
from cockpit.records.snapshot import Snapshot
from cockpit.trust import authority, statements
from cockpit.trust.keys import KeyRefusedError, parse_public_key

if TYPE_CHECKING:
    from cockpit.session.live import Session

_SHORTEST = 6
"""Characters of an id that name a statement."""
_NOUNS = {"delegate": "delegation", "enrol": "enrolment", "rotate": "new key"}


@dataclass(frozen=True)
class Paper:
    """A statement about keys or owners, ready to be signed."""

    kind: str
    body: Mapping[str, Any]
    sentence: str
    choice: signing.KeyChoice

    @property
    def signer(self) -> Person:
        """Who signs."""
        return self.choice.person


def sign(
    session: Session, paper: Paper, key: Path | None, *, interactive: bool | None = None, agent: str = ""
) -> Statement:
    """Sign a paper and keep it; `interactive` and `agent` as in `signing.sign`.

    Raises DraftError when it would not stand, SigningError when nothing was signed.
    """
    choice = paper.choice
    payload = payload_of(
        session.snapshot(), session.now(), paper.kind, choice.person.id, choice.fingerprint, paper.body
    )
    by = key or choice.key
    signature = signing.sign(payload, by, choice.public_line, interactive=interactive, agent=agent)
    statement = statements.load(payload, signature)
    wrong = session.wrong_with(statement)
    if wrong:
        raise DraftError(f"It would not count, so nothing was kept. {wrong}")
    session.keep(statement)
    session.snapshot()  # a genesis that is kept is remembered by this machine from now on
    return statement


def root(session: Session) -> str:
    """The id of the portfolio's genesis. Raises DraftError where it has none."""
    genesis = session.snapshot().genesis
    if not genesis:
        raise DraftError(
            "This portfolio has no genesis, so its keys stand in the table of people. Begin it with: "
            "cockpit init FOLDER --steward ID=KEY"
        )
    return genesis


def signer(session: Session, key: Path | None, only: frozenset[str] | None = None) -> signing.KeyChoice:
    """Whose key is at hand, of everybody or of `only` these. Raises SigningError."""
    snapshot = session.snapshot()
    people = [person for person in snapshot.people if only is None or person.id in only]
    try:
        return signing.choose_key(key, people, keys=snapshot.keys, by_stewards=True)
    except signing.SigningError:
        if only is None:
            raise
        other = signing.choose_key(key, snapshot.people, keys=snapshot.keys, by_stewards=True).person
    *more, last = (name_of(snapshot, person) for person in sorted(only) or ("nobody",))
    may = f"{', '.join(more)} or {last}" if more else last
    raise signing.SigningError(f"{name_of(snapshot, other.id)} may not sign this: only {may} may.")


def stewards(snapshot: Snapshot) -> frozenset[str]:
    """The stewards of a portfolio that has a genesis, by id."""
    return frozenset(authority.stewards_of(snapshot.statements, snapshot.genesis))


def find(snapshot: Snapshot, text: str, *kinds: str) -> Statement:
    """The good statement of one of these types whose id begins with a text. Raises DraftError."""
    found = [s for s in snapshot.statements if s.type in kinds and not s.verdict and s.id.startswith(text.lower())]
    what = " or ".join(noun(kind) for kind in kinds)
    if len(text) < _SHORTEST or not found:
        raise DraftError(
            f"“{one_line(text, 80)}” is the id of no {what} here. `cockpit verify` lists the statements; its first "
            f"{_SHORTEST} characters or more are enough."
        )
    if len(found) > 1:
        raise DraftError(f"“{one_line(text, 80)}” begins the ids of {len(found)} statements: give more of it.")
    return found[0]


def noun(kind: str) -> str:
    """What people call a statement of this type."""
    return _NOUNS.get(kind, kind)


def name_of(snapshot: Snapshot, person: str) -> str:
    """What people call a person, with the id."""
    found = next((p for p in snapshot.people if p.id == person), None)
    return f"{one_line(found.name)} ({one_line(person)})" if found is not None else one_line(person)


def fingerprint(line: str) -> str:
    """The fingerprint of a public key line. Raises DraftError."""
    try:
        return parse_public_key(line).fingerprint
    except KeyRefusedError as error:
        raise DraftError(f"The key {error}.") from None
