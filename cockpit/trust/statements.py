"""Statements: built as canonical bytes, loaded from stored bytes, verified against the people who are enrolled."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Container, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from cockpit.basics.text import clean, one_line
from cockpit.records.model import Meaning, Person, Statement
from cockpit.trust import bodies, sshsig
from cockpit.trust.bodies import PROOF
from cockpit.trust.canonical import StatementError, canonical, parse
from cockpit.trust.fields import FINGERPRINT, is_line, matches, moment, moment_text, need, need_hashes, need_keys
from cockpit.trust.keys import KeyRefusedError, PublicKey, parse_public_key
from cockpit.trust.people import called
from cockpit.trust.sshsig import SignatureError

VERSION = 1
UNDATED = datetime(1970, 1, 1, tzinfo=UTC)
"""The `signed_at` of a statement whose own can't be read."""

MOST_HEADS = 200
"""Parents of a new statement: with a receipt of the longest kind they fit into one payload."""

_FIELDS = frozenset({"v", "portfolio", "type", "signer", "key", "signed_at", "parents", "body"})


def proof_body(
    subject: str,
    of: str,
    meaning: Meaning,
    *,
    evidence: Iterable[str] = (),
    note: str = "",
    on: date | None = None,
    value: float | None = None,
    option: str = "",
) -> dict[str, Any]:
    """The body of a proof: what is said of which exact version.

    `evidence` are SHA-256 sums in hex, `on` is the promised day, that of a reading or of a decision; `option` is what a
    decision chose.
    """
    body: dict[str, Any] = {
        "subject": subject,
        "of": of,
        "meaning": str(meaning),
        "evidence": sorted(set(evidence)),
        "note": clean(note).replace("\r", "").strip(),
    }
    if on is not None:
        body["date"] = on.isoformat()
    if value is not None:
        body["value"] = value
    if option:
        body["option"] = option
    return body


def build(
    portfolio: str,
    type: str,
    signer: str,
    key: str,
    signed_at: datetime,
    parents: Iterable[str],
    body: Mapping[str, Any],
) -> bytes:
    """The exact bytes to sign. `key` is the signer's fingerprint, `signed_at` has a zone, `parents` are statement ids.

    Raises StatementError when what comes out would not be a well-formed statement.
    """
    if signed_at.tzinfo is None:
        raise StatementError("needs a signed_at with a time zone")
    payload = canonical(
        {
            "v": VERSION,
            "portfolio": portfolio,
            "type": type,
            "signer": signer,
            "key": key,
            "signed_at": moment_text(signed_at),
            "parents": sorted(set(parents)),
            "body": dict(body),
        }
    )
    _check(parse(payload))
    return payload


def sealed(statement: Statement, verified: Container[tuple[bytes, str]] = frozenset()) -> Statement:
    """The statement as its stored bytes say it; with a verdict unless it stands under its own hash and its signature is
    by the very key that it names. Whose key that is, is another question.

    Only `payload`, `signature` and `id` of the argument are taken as stored; every other field is read from the payload
    again. `verified` are payloads and signatures for which this was found before: that is not computed again.
    """
    fresh = load(statement.payload, statement.signature)
    if fresh.verdict:
        return fresh
    if statement.id != fresh.id:
        verdict = f"It is stored under the id {one_line(statement.id, 70)}, which is not its own hash."
        return replace(fresh, verdict=verdict)
    if (fresh.payload, fresh.signature) in verified:
        return fresh
    used, trouble = _signed_by(fresh.payload, fresh.signature)
    if used is not None and used.fingerprint != fresh.key:
        trouble = f"The signature is by the key {used.fingerprint}, which is not the one that it names."
    return replace(fresh, verdict=trouble) if trouble else fresh


@lru_cache(maxsize=1 << 15)
def _signed_by(payload: bytes, signature: str) -> tuple[PublicKey | None, str]:
    """The key that made a signature, or what is wrong with it."""
    try:
        return sshsig.verify(signature, payload), ""
    except SignatureError as error:
        return None, f"The signature {error.reason}."


def verify(statement: Statement, people: Mapping[str, Person], portfolio_id: str) -> Statement:
    """The statement as its stored bytes say it, with its verdict: empty when good, else why it proves nothing.

    Whether the signer may say this of that subject is a question for `entitlement`.
    """
    fresh = sealed(statement)
    return replace(fresh, verdict=fresh.verdict or by_table(fresh, people, portfolio_id))


def heads(statements: Iterable[Statement]) -> tuple[str, ...]:
    """The parents of a new statement: the sorted ids of all good statements that no other good one has as a parent.

    Where there are more than `MOST_HEADS`, the latest of each signer come first, then their last but one, and so on:
    who signs a thousand statements side by side shuts nobody out, and the payload stays within its bounds.
    """
    good = [s for s in statements if not s.verdict]
    followed = {parent for s in good for parent in s.parents}
    found = {s.id: s for s in good if s.id not in followed}
    if len(found) > MOST_HEADS:
        turns = Counter[str]()
        ranked = []
        for head in sorted(found.values(), key=lambda s: (s.signed_at, s.id), reverse=True):
            ranked.append((turns[head.signer], head.id))
            turns[head.signer] += 1
        return tuple(sorted(id_ for _, id_ in sorted(ranked)[:MOST_HEADS]))
    return tuple(sorted(found))


@lru_cache(maxsize=1 << 15)
def load(payload: bytes, signature: str) -> Statement:
    """The statement in these bytes, unverified. Never raises: what is no statement comes back with a verdict."""
    identity = hashlib.sha256(payload).hexdigest()
    raw: Mapping[str, Any] = {}
    try:
        raw = parse(payload)
        _check(raw)
    except StatementError as error:
        return _malformed(identity, payload, signature, raw, str(error))
    return Statement(
        id=identity,
        payload=payload,
        signature=signature,
        type=raw["type"],
        signer=raw["signer"],
        key=raw["key"],
        signed_at=moment(raw["signed_at"]) or UNDATED,
        parents=tuple(raw["parents"]),
        body=raw["body"],
        portfolio=raw["portfolio"],
    )


def _malformed(identity: str, payload: bytes, signature: str, raw: Mapping[str, Any], why: str) -> Statement:
    """What can be told of bytes that are no statement."""
    return Statement(
        id=identity,
        payload=payload,
        signature=signature,
        type=_text(raw.get("type")),
        signer=_text(raw.get("signer")),
        key=_text(raw.get("key")),
        signed_at=moment(raw.get("signed_at")) or UNDATED,
        parents=(),
        body={},
        verdict=f"It is malformed: the payload {why}.",
    )


def by_table(statement: Statement, people: Mapping[str, Person], portfolio_id: str) -> str:
    """What is wrong with a sealed statement by the table of people; empty when its signer is there with its key."""
    if statement.type != PROOF:
        return f"It is of the type {statement.type}, which only counts in a portfolio that has stewards."
    if statement.portfolio != portfolio_id:
        return f"It was signed for another portfolio: {one_line(statement.portfolio)}, not {one_line(portfolio_id)}."
    person = people.get(statement.signer)
    if person is None:
        return f"Its signer {one_line(statement.signer)} is not among the people of this portfolio."
    name = called(person)
    if not person.key.strip():
        return f"No key is enrolled for {name}, so nobody can tell who signed it."
    try:
        enrolled = parse_public_key(person.key)
    except KeyRefusedError as error:
        return f"The key enrolled for {name} {error}."
    if statement.key != enrolled.fingerprint:
        return f"It names the key {statement.key}, which is not the one enrolled for {name} ({enrolled.fingerprint})."
    return ""


def _check(raw: Mapping[str, Any]) -> None:
    need(type(raw.get("v")) is int and raw["v"] == VERSION, f"has no v = {VERSION}: its format is not known here")
    need_keys(raw, _FIELDS, frozenset(), "")
    for name in ("portfolio", "signer"):
        need(is_line(raw[name]), f"has a {name} that is not one line of text")
    need(matches(FINGERPRINT, raw["key"]), "has a key that is not a SHA256: fingerprint")
    need(moment(raw["signed_at"]) is not None, "has a signed_at that is not a UTC time such as 2025-03-31T08:15:00Z")
    need_hashes(raw["parents"], "parents")
    need(isinstance(raw["body"], dict), "has a body that is not an object")
    bodies.check(raw["type"], raw["body"])


def _text(value: Any) -> str:
    return one_line(value) if isinstance(value, str) else ""
