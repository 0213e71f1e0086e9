"""Asking for the signature of somebody without a shell here, and taking in what comes back."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from datetime import UTC, datetime, time
from pathlib import Path
from typing import NamedTuple

from cockpit.basics.text import path_text
from cockpit.engine.statements import requests
from cockpit.ledger import detached
from cockpit.ledger.detached import UnreadableError
from cockpit.ledger.incoming import Arrived, Bundle
from cockpit.records.assessment import AskedView
from cockpit.records.model import Origin, Problem, Request, Statement
from cockpit.session.intake import Change
from cockpit.session.live import Draft, DraftError, Session
from cockpit.store import StoreError
from cockpit.trust import bundle
from cockpit.trust import statements as ledger
from cockpit.trust.armor import signatures
from cockpit.trust.sshsig import NAMESPACE

KEY_FILES = {
    "ssh-ed25519": "id_ed25519",
    "ssh-rsa": "id_rsa",
    "sk-ssh-ed25519@openssh.com": "id_ed25519_sk",
    "sk-ecdsa-sha2-nistp256@openssh.com": "id_ecdsa_sk",
}
"""Where ssh-keygen puts a key of each type, below `~/.ssh`; what is not named is an ECDSA key."""


class Asked(NamedTuple):
    """What was done about a request."""

    name: str
    """Of the payload's file."""
    kept: Path | None = None
    """Where the payload is kept; None where it may not be."""
    view: AskedView | None = None
    """How often its person was asked by now; None where it may not be counted."""
    why: str = ""
    """Why it is not kept or not counted."""


def ask(opened: Session, draft: Draft) -> Asked:
    """Keep the payload of a draft in the portfolio until its signature comes, with its evidence, and count the request.

    Who may only read the portfolio may ask all the same. Raises DraftError, OSError for evidence that can't be kept.
    """
    if draft.files:
        opened.keep_evidence(draft)
    asked = Asked(detached.name_of(draft.id))
    try:
        asked = asked._replace(kept=detached.keep(opened.folder, asked.name, draft.payload))
        opened.store.add_request(
            Request(
                statement=draft.id,
                signer=draft.signer.id,
                subject=draft.subject,
                meaning=draft.meaning.value,
                asked_at=_now(opened),
            )
        )
    except (StoreError, OSError) as error:
        return asked._replace(why=getattr(error, "strerror", None) or str(error))
    return asked._replace(view=_view(opened, draft.signer.id))


def _now(opened: Session) -> datetime:
    """Return the moment of asking: where the charter fixes the day, on that day."""
    fixed = opened.charter.portfolio.today
    return datetime.combine(fixed, time(), UTC) if fixed else opened.now()


def _view(opened: Session, person: str) -> AskedView | None:
    snapshot = opened.snapshot()
    waiting = requests.unanswered(snapshot.requests, snapshot.statements)
    views = requests.asked(snapshot.requests, waiting, {}, opened.today())
    return next((view for view in views if view.person == person), None)


def instruction(draft: Draft, name: str) -> str:
    """Return the one line that signs a payload in the file `name`: in sh, bash, zsh and PowerShell alike."""
    key = KEY_FILES.get(draft.public_line.split()[0], "id_ecdsa")
    return f'ssh-keygen -Y sign -n {NAMESPACE} -f "$HOME/.ssh/{key}" {shlex.quote(name)}'


# What comes back


class Answer(NamedTuple):
    """What became of a signature that came back."""

    change: Change
    statement: str = ""
    """The id of the statement that it makes; empty where it makes none."""


def is_answer(opened: Session, path: Path) -> bool:
    """Tell whether a file is no source of the portfolio, but a signature, a payload beside its signature, or a mail."""
    from cockpit.sources import registry

    if not path.is_file() or path.name.endswith(bundle.SUFFIX):
        return False
    if path.resolve() in {found.path.resolve() for found in registry.scan(opened.folder, opened.charter)}:
        return False
    if path.suffix == ".sig" or _signature(path) != path:
        return True
    try:
        return bool(signatures(detached.text_of(detached.content_of(path))))
    except UnreadableError:
        return False


def take(opened: Session, path: Path) -> Answer:
    """Take in the statement of an answer: a good one for good, a rejected one aside. Raises StoreError."""
    shown = path_text(str(path))
    try:
        statement = _answered(opened, path)
    except (UnreadableError, DraftError) as error:
        return Answer(Change(shown, problems=(Problem(Origin(shown), str(error)),)))
    read = Bundle(shown, (Arrived(Origin(shown), statement),))
    return Answer(opened.kept(lambda keeping, charter, now: keeping.take_bundle(charter, read, now)), statement.id)


def _answered(opened: Session, path: Path) -> Statement:
    """Return the statement that an answer signs: its own payload, or one that is kept here. Raises DraftError."""
    content = detached.content_of(_signature(path))
    texts = signatures(detached.text_of(content))
    if not texts:
        raise DraftError(detached.NO_SIGNATURE)
    payloads = tuple(dict.fromkeys(_payloads(opened, path)))
    for payload in payloads:
        statement = detached.signed(payload, content)
        if not ledger.sealed(statement).verdict:
            return statement
    if not payloads:
        raise DraftError("No payload is kept here that it could be for: put the one that was signed beside it.")
    raise DraftError(detached.misfit(texts, payloads))


def _signature(path: Path) -> Path:
    """Return the file that holds the signature of an answer."""
    beside = detached.beside(path)
    return beside if path.suffix == ".json" and beside.is_file() else path


def _payloads(opened: Session, path: Path) -> Iterator[bytes]:
    """Yield the payloads that a signature may be for: the one beside it, those that are kept, those that are signed."""
    own = path if path.suffix == ".json" else path.with_suffix("")
    for place in (own, *sorted((opened.folder / detached.FOLDER).glob("*.json"))):
        if place.suffix == ".json" and place.is_file():
            yield detached.content_of(place)
    yield from (statement.payload for statement in opened.store.statements())
