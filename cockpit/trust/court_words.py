"""What is wrong with what statements about keys and owners say, as far as their signers could know."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from cockpit.basics.text import one_line
from cockpit.records.model import Statement
from cockpit.trust import sshsig
from cockpit.trust.bodies import ACCEPT, COSIGN, DELEGATE, ENROL, GENESIS, RECALL, RECEIPT, REVOKE, ROTATE, TRANSFER
from cockpit.trust.canonical import canonical
from cockpit.trust.fields import moment
from cockpit.trust.history import ALLOWANCE
from cockpit.trust.keys import parse_public_key
from cockpit.trust.people import folded

if TYPE_CHECKING:
    from cockpit.trust.court import Court

POSSESSION = "cockpit-possession-v1"
"""The namespace of the signature by which somebody shows that they hold a key that is to be enrolled."""


def possession_payload(root: str, person: str, fingerprint: str) -> bytes:
    """What the holder of a new key signs with it, in the namespace `POSSESSION`."""
    return canonical({"portfolio": root, "person": person, "key": fingerprint})


def wrong(court: Court, statement: Statement) -> str:
    """What is wrong with what a statement of its type says."""
    check = _WORDS.get(statement.type)
    return check(court, statement) if check is not None else ""


@lru_cache(maxsize=1 << 12)
def _not_held(root: str, person: str, line: str, possession: str) -> str:
    """Why nobody shows to hold a key that is to be enrolled; empty when they do."""
    key = parse_public_key(line)
    try:
        used = sshsig.verify(possession, possession_payload(root, person, key.fingerprint), POSSESSION)
    except sshsig.SignatureError as error:
        return f"Nobody shows to hold the key that it enrols: the signature {error.reason}."
    return "" if used == key else "Another key than the one that it enrols signed that it is held."


def _enrolment(court: Court, statement: Statement) -> str:
    if statement.signer not in court.stewards:
        return f"{one_line(statement.signer)} is no steward, and may enrol nobody."
    body = statement.body
    for other, by in court.called.get(folded(body["person"]), ()):
        # Two may have one name; an id that is somebody else's name would be taken for them wherever they are named.
        if other != body["person"] and court.follows(statement.id, by):
            return f"{one_line(other)} is called {one_line(body['person'])} already: it can be nobody else's id."
    for other, by in court.called.get(folded(body["name"]), ()):
        if other != body["person"] and folded(other) == folded(body["name"]) and court.follows(statement.id, by):
            return f"{one_line(body['name'])} is the id of somebody else, and can be nobody else's name."
    return _new_key(court, statement, statement)


def _revocation(court: Court, statement: Statement) -> str:
    person, key = statement.body["person"], statement.body["key"]
    if statement.signer not in court.stewards and statement.signer != person:
        return f"{one_line(statement.signer)} is no steward, and may revoke no key but their own."
    waiting = (e for e in court.enrolments(person) if court.follows(statement.id, e[0]))
    if key not in {b.fingerprint for b in court.own(person, statement)} | {mark for _, mark in waiting}:
        return f"{one_line(person)} has no key {key}, as far as its signer knew."
    return ""


def _receipt(_: Court, statement: Statement) -> str:
    times = [at for at in map(moment, statement.body["seen"].values()) if at is not None]
    return "It saw what was still to come." if max(times) > statement.signed_at + ALLOWANCE else ""


def _rotation(court: Court, statement: Statement) -> str:
    body = statement.body
    if parse_public_key(body["key"]).fingerprint == body.get("old", statement.key):
        return "It would put a key in its own place."
    if statement.signer == body["person"]:
        other = body.get("old", statement.key) != statement.key
        return "It replaces another key than its own." if other else _new_key(court, statement, statement)
    if statement.signer not in court.stewards:
        return f"{one_line(statement.signer)} may change no key but their own."
    own = {b.fingerprint for b in court.own(body["person"], statement)}
    if body.get("old") not in own:
        return f"It replaces a key that {one_line(body['person'])} does not have."
    return _new_key(court, statement, statement)


def _new_key(court: Court, said: Statement, by: Statement) -> str:
    """What is wrong with the key that `said` enrols, as far as the signer of `by` could know."""
    body = said.body
    key = parse_public_key(body["key"])
    for binding in court.holders.get(key.fingerprint, ()):
        if binding.person != body["person"] and court.follows(by.id, binding.since):
            return f"The key that it enrols is {one_line(binding.person)}'s."
    if court.taken(key.fingerprint, by) is not None:
        return "The key that it enrols was revoked or replaced."
    return _not_held(court.genesis.id, body["person"], body["key"], body["possession"])


def _cosign(court: Court, statement: Statement) -> str:
    said, signer = _seen(court, statement), statement.signer
    unseen = court.known.get(statement.body["of"])
    if unseen is not None and unseen.type not in (GENESIS, ENROL, ROTATE, TRANSFER):
        return "It is a second signature under what needs none."
    if said is None:
        return "It is a second signature under what is not here, or does not hold, or was not seen."
    if said.signer == signer:
        return "It is a second signature by the one who signed first."
    if said.type == TRANSFER and said.signer not in court.stewards:
        return "A transfer by its owner needs no second steward: who it is for accepts it."
    if said.id not in court.needs and said.type not in (GENESIS, TRANSFER):
        return "It is a second signature under what needs none."
    if signer in court.stewards or (said.type == ENROL and signer == said.body["person"]):
        return _new_key(court, said, statement) if said.type in (ENROL, ROTATE) else ""
    return f"{one_line(signer)} is no steward."


def _accept(court: Court, statement: Statement) -> str:
    said = _seen(court, statement)
    if said is None or said.type != TRANSFER:
        return "It accepts what is no transfer, or one that is not here, or does not hold."
    return "" if said.body["to"] == statement.signer else f"What it accepts is meant for {one_line(said.body['to'])}."


def _recall(court: Court, statement: Statement) -> str:
    said = _seen(court, statement)
    if said is None or said.type not in (TRANSFER, DELEGATE):
        return "It takes back what is no transfer or delegation, or one that is not here, or does not hold."
    if statement.signer == said.signer or statement.signer in court.stewards:
        return ""
    return f"Only {one_line(said.signer)} or a steward may take that back."


def _seen(court: Court, statement: Statement) -> Statement | None:
    """The good statement that another one is about, if its signer had it before their eyes."""
    said = court.known.get(statement.body["of"])
    if said is None or said.id not in court.good or not court.follows(statement.id, said.id):
        return None
    return said


_WORDS: Mapping[str, Callable[[Court, Statement], str]] = {
    ENROL: _enrolment,
    REVOKE: _revocation,
    ROTATE: _rotation,
    COSIGN: _cosign,
    ACCEPT: _accept,
    RECALL: _recall,
    RECEIPT: _receipt,
}
"""What is asked of a statement of each type, beside who signed it."""
