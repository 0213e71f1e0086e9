"""What the body of a statement holds, type by type.

| type | says |
|---|---|
| `genesis` | who the stewards of the portfolio are, and with which keys: its id is the portfolio's |
| `enrol` | a steward: this key is this person's, who holds it |
| `revoke` | a steward or the person: this key is not to be believed any more |
| `rotate` | the person: this new key takes the place of my old one |
| `proof` | this is so, of exactly this version of that subject |
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

from cockpit.model import Meaning
from cockpit.trust.fields import (
    FINGERPRINT,
    HASH,
    is_day,
    is_line,
    is_number,
    is_text,
    matches,
    need,
    need_hashes,
    need_keys,
)
from cockpit.trust.keys import KeyRefusedError, parse_public_key
from cockpit.trust.sshsig import MAX_ARMOR

GENESIS = "genesis"
ENROL = "enrol"
REVOKE = "revoke"
ROTATE = "rotate"
PROOF = "proof"
MAX_NOTE = 2000
MOST_STEWARDS = 20
MOST_TEAMS = 50

Body = Mapping[str, Any]


def check(kind: object, body: Body) -> None:
    """Raise StatementError where this is no body of a statement of that type, or there is no such type."""
    checker = _CHECKS.get(kind) if isinstance(kind, str) else None
    need(checker is not None, "is of a type that is not known here")
    if checker is not None:
        checker(body)


def _proof(body: Body) -> None:
    needed = frozenset({"subject", "of", "meaning", "evidence", "note"})
    need_keys(body, needed, frozenset({"date", "value"}), "body.")
    kind, colon, name = body["subject"].partition(":") if is_line(body["subject"]) else ("", "", "")
    need(bool(kind and colon and name), "has a body.subject that is not of the form kind:id")
    need(matches(HASH, body["of"]), "has a body.of that is not a SHA-256 sum in lowercase hex")
    need(body["meaning"] in tuple(Meaning), "has a body.meaning that is not known here")
    need_hashes(body["evidence"], "body.evidence")
    _note(body)
    need("date" not in body or is_day(body["date"]), "has a body.date that is not a day such as 2025-03-31")
    need("value" not in body or is_number(body["value"]), "has a body.value that is not a finite number")
    need(body["meaning"] != Meaning.PROMISED or "date" in body, "promises without a body.date")
    need("value" not in body or "date" in body, "has a body.value without its body.date")


def _note(body: Body) -> None:
    note = body["note"]
    need(
        isinstance(note, str) and len(note) <= MAX_NOTE,
        f"has a body.note that is not text of at most {MAX_NOTE} characters",
    )
    need(is_text(note, MAX_NOTE), "has a body.note with characters that a screen would hide or obey")


def _genesis(body: Body) -> None:
    need_keys(body, frozenset({"title", "stewards"}), frozenset(), "body.")
    need(is_line(body["title"]), "has a body.title that is not one line of text")
    stewards = body["stewards"]
    well = isinstance(stewards, list) and 0 < len(stewards) <= MOST_STEWARDS and all(_is_object(s) for s in stewards)
    need(well, f"has body.stewards that are not a list of one to {MOST_STEWARDS} objects")
    for steward in stewards:
        need_keys(steward, frozenset({"id", "name", "key"}), frozenset(), "body.stewards.")
        for name in ("id", "name"):
            need(is_line(steward[name]), f"has a steward whose {name} is not one line of text")
        _key(steward["key"], "a steward's key")
    ids = [steward["id"] for steward in stewards]
    need(all(a < b for a, b in pairwise(ids)), "has body.stewards that are not sorted by id, or one twice")
    lines = {steward["key"] for steward in stewards}
    need(len(lines) == len(ids), "gives two stewards one key")


def _enrol(body: Body) -> None:
    needed = frozenset({"person", "name", "teams", "key", "possession"})
    need_keys(body, needed, frozenset({"from", "until"}), "body.")
    for name in ("person", "name"):
        need(is_line(body[name]), f"has a body.{name} that is not one line of text")
    teams = body["teams"]
    well = isinstance(teams, list) and len(teams) <= MOST_TEAMS and all(is_line(team) for team in teams)
    need(well, f"has body.teams that are not a list of at most {MOST_TEAMS} lines of text")
    need(all(a < b for a, b in pairwise(teams)), "has body.teams that are not sorted, or one twice")
    _key(body["key"], "body.key")
    _possession(body)
    for name in ("from", "until"):
        need(name not in body or is_day(body[name]), f"has a body.{name} that is not a day such as 2025-03-31")


def _revoke(body: Body) -> None:
    need_keys(body, frozenset({"person", "key", "note"}), frozenset(), "body.")
    need(is_line(body["person"]), "has a body.person that is not one line of text")
    need(matches(FINGERPRINT, body["key"]), "has a body.key that is not a SHA256: fingerprint")
    _note(body)


def _rotate(body: Body) -> None:
    need_keys(body, frozenset({"person", "key", "possession"}), frozenset(), "body.")
    need(is_line(body["person"]), "has a body.person that is not one line of text")
    _key(body["key"], "body.key")
    _possession(body)


def _key(line: object, name: str) -> None:
    """A public key that may be believed, written as type and base64 alone, so that one key has one spelling."""
    need(isinstance(line, str), f"has {name} that is no public key")
    try:
        key = parse_public_key(str(line))
    except KeyRefusedError as error:
        need(False, f"has {name}, which {error}")
        return
    need(key.line == line, f"has {name} with more than its type and base64")


def _possession(body: Body) -> None:
    proof = body["possession"]
    need(isinstance(proof, str) and 0 < len(proof) <= MAX_ARMOR, "has a body.possession that is no SSH signature")


def _is_object(value: object) -> bool:
    return isinstance(value, dict)


_CHECKS: Mapping[str, Callable[[Body], None]] = {
    GENESIS: _genesis,
    ENROL: _enrol,
    REVOKE: _revoke,
    ROTATE: _rotate,
    PROOF: _proof,
}
