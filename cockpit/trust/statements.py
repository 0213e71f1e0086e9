"""Statements: built as canonical bytes, loaded from stored bytes, verified against the people who are enrolled."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

from cockpit.model import Meaning, Person, Statement
from cockpit.text import clean, one_line
from cockpit.trust import sshsig
from cockpit.trust.canonical import StatementError, canonical, parse
from cockpit.trust.keys import KeyRefusedError, parse_public_key
from cockpit.trust.sshsig import SignatureError

VERSION = 1
PROOF = "proof"
TYPES = frozenset({PROOF})
MAX_NOTE = 2000
UNDATED = datetime(1970, 1, 1, tzinfo=UTC)
"""The `signed_at` of a statement whose own can't be read."""

_FIELDS = frozenset({"v", "portfolio", "type", "signer", "key", "signed_at", "parents", "body"})
_BODY = frozenset({"subject", "of", "meaning", "evidence", "note"})
_BODY_MORE = frozenset({"date", "value"})
_HASH = re.compile(r"[0-9a-f]{64}")
_FINGERPRINT = re.compile(r"SHA256:[A-Za-z0-9+/]{43}")
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2}Z")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# Fixed here and not taken from `clean`: what was a statement once must stay one.
_HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def proof_body(
    subject: str,
    of: str,
    meaning: Meaning,
    *,
    evidence: Iterable[str] = (),
    note: str = "",
    on: date | None = None,
    value: float | None = None,
) -> dict[str, Any]:
    """The body of a proof: what is said of which exact version.

    `evidence` are SHA-256 sums in hex, `on` is the promised or the reading's day.
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
            "signed_at": signed_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "parents": sorted(set(parents)),
            "body": dict(body),
        }
    )
    _check(parse(payload))
    return payload


def load(payload: bytes, signature: str) -> Statement:
    """The statement in these bytes, unverified. Never raises: what is no statement comes back with a verdict."""
    return _load(payload, signature)[0]


def verify(statement: Statement, people: Mapping[str, Person], portfolio_id: str) -> Statement:
    """The statement as its stored bytes say it, with its verdict: empty when good, else why it proves nothing.

    Only `payload`, `signature` and `id` of the argument are taken as stored; every other field is read from the payload
    again. Whether the signer may say this of that subject is a question for `entitlement`.
    """
    fresh, portfolio = _load(statement.payload, statement.signature)
    if fresh.verdict:
        return fresh
    if statement.id != fresh.id:
        return replace(
            fresh, verdict=f"It is stored under the id {one_line(statement.id, 70)}, which is not its own hash."
        )
    return replace(fresh, verdict=_verdict(fresh, portfolio, people, portfolio_id))


def heads(statements: Iterable[Statement]) -> tuple[str, ...]:
    """The parents of a new statement: the sorted ids of all good statements that no other good one has as a parent."""
    good = [s for s in statements if not s.verdict]
    followed = {parent for s in good for parent in s.parents}
    return tuple(sorted({s.id for s in good} - followed))


def _load(payload: bytes, signature: str) -> tuple[Statement, str]:
    identity = hashlib.sha256(payload).hexdigest()
    raw: Mapping[str, Any] = {}
    verdict = ""
    try:
        raw = parse(payload)
        _check(raw)
    except StatementError as error:
        verdict = f"It is malformed: the payload {error}."
    statement = Statement(
        id=identity,
        payload=payload,
        signature=signature,
        type=_text(raw.get("type")),
        signer=_text(raw.get("signer")) if verdict else raw["signer"],
        key=_text(raw.get("key")),
        signed_at=_time(raw.get("signed_at")) or UNDATED,
        parents=() if verdict else tuple(raw["parents"]),
        body={} if verdict else raw["body"],
        verdict=verdict,
    )
    return statement, "" if verdict else raw["portfolio"]


def _verdict(statement: Statement, portfolio: str, people: Mapping[str, Person], portfolio_id: str) -> str:
    if portfolio != portfolio_id:
        return f"It was signed for another portfolio: {one_line(portfolio)}, not {one_line(portfolio_id)}."
    person = people.get(statement.signer)
    if person is None:
        return f"Its signer {one_line(statement.signer)} is not among the people of this portfolio."
    name = one_line(person.name) or person.id
    if not person.key.strip():
        return f"No key is enrolled for {name}, so nobody can tell who signed it."
    try:
        enrolled = parse_public_key(person.key)
    except KeyRefusedError as error:
        return f"The key enrolled for {name} {error}."
    if statement.key != enrolled.fingerprint:
        return f"It names the key {statement.key}, which is not the one enrolled for {name} ({enrolled.fingerprint})."
    try:
        used = sshsig.verify(statement.signature, statement.payload)
    except SignatureError as error:
        return f"The signature {error.reason}."
    if used != enrolled:
        return f"The signature is by the key {used.fingerprint}, which is not the one enrolled for {name}."
    return ""


def _check(raw: Mapping[str, Any]) -> None:
    _need(type(raw.get("v")) is int and raw["v"] == VERSION, f"has no v = {VERSION}: its format is not known here")
    _need_keys(raw, _FIELDS, frozenset(), "")
    _need(raw["type"] in TYPES if isinstance(raw["type"], str) else False, "is of a type that is not known here")
    for name in ("portfolio", "signer"):
        _need(_is_line(raw[name]), f"has a {name} that is not one line of text")
    _need(_matches(_FINGERPRINT, raw["key"]), "has a key that is not a SHA256: fingerprint")
    _need(_time(raw["signed_at"]) is not None, "has a signed_at that is not a UTC time such as 2025-03-31T08:15:00Z")
    _need_hashes(raw["parents"], "parents")
    _need(isinstance(raw["body"], dict), "has a body that is not an object")
    _check_body(raw["body"])


def _check_body(body: Mapping[str, Any]) -> None:
    _need_keys(body, _BODY, _BODY_MORE, "body.")
    kind, colon, name = body["subject"].partition(":") if _is_line(body["subject"]) else ("", "", "")
    _need(bool(kind and colon and name), "has a body.subject that is not of the form kind:id")
    _need(_matches(_HASH, body["of"]), "has a body.of that is not a SHA-256 sum in lowercase hex")
    _need(body["meaning"] in tuple(Meaning), "has a body.meaning that is not known here")
    _need_hashes(body["evidence"], "body.evidence")
    note = body["note"]
    _need(
        isinstance(note, str) and len(note) <= MAX_NOTE,
        f"has a body.note that is not text of at most {MAX_NOTE} characters",
    )
    _need(not _HIDDEN.search(note), "has a body.note with characters that a screen would hide or obey")
    _need("date" not in body or _is_day(body["date"]), "has a body.date that is not a day such as 2025-03-31")
    _need("value" not in body or _is_number(body["value"]), "has a body.value that is not a finite number")
    _need(body["meaning"] != Meaning.PROMISED or "date" in body, "promises without a body.date")
    _need("value" not in body or "date" in body, "has a body.value without its body.date")


def _need(holds: bool, problem: str) -> None:
    if not holds:
        raise StatementError(problem)


def _need_keys(raw: Mapping[str, Any], needed: frozenset[str], allowed: frozenset[str], prefix: str) -> None:
    missing, unknown = sorted(needed - raw.keys()), sorted(raw.keys() - needed - allowed)
    _need(not missing, f"lacks {', '.join(prefix + name for name in missing)}")
    _need(not unknown, f"has a key that is not known here: {prefix}{ascii(unknown[0])[:60] if unknown else ''}")


def _need_hashes(value: Any, name: str) -> None:
    well = isinstance(value, list) and all(_matches(_HASH, item) for item in value)
    _need(well, f"has {name} that are not a list of SHA-256 sums in lowercase hex")
    _need(all(a < b for a, b in pairwise(value)), f"has {name} that are not sorted, or one twice")


def _matches(pattern: re.Pattern[str], value: Any) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def _is_line(value: Any) -> bool:
    return (
        isinstance(value, str) and 0 < len(value) <= 500 and not _HIDDEN.search(value) and value.splitlines() == [value]
    )


def _is_day(value: Any) -> bool:
    if not _matches(_DAY, value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _is_number(value: Any) -> bool:
    return type(value) in (int, float) and math.isfinite(value)


def _time(value: Any) -> datetime | None:
    if not _matches(_TIME, value):
        return None
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return None


def _text(value: Any) -> str:
    return one_line(value) if isinstance(value, str) else ""
