"""What the body of a statement holds, type by type.

| type | says |
|---|---|
| `genesis` | who the stewards of the portfolio are, and with which keys: its id is the portfolio's |
| `enrol` | a steward: this key is this person's, who holds it |
| `revoke` | a steward or the person: this key is not to be believed any more |
| `rotate` | the person, or a steward: this new key takes the place of an old one |
| `cosign` | another steward, or whoever it is about: I say so too, where one signature is not enough |
| `transfer` | an owner: this is to be theirs |
| `accept` | the new owner: I take it |
| `delegate` | an owner: for these days they may sign this for me |
| `recall` | whoever signed a transfer or delegation: I take it back |
| `receipt` | anybody enrolled: I had seen these by then |
| `proof` | this is so, of exactly this version of that subject |
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from cockpit.records.model import Meaning
from cockpit.trust import bodies_keys, bodies_mandates
from cockpit.trust.fields import (
    HASH,
    OPTION,
    is_day,
    is_number,
    matches,
    need,
    need_hashes,
    need_keys,
    need_note,
    need_subject,
)

GENESIS = "genesis"
ENROL = "enrol"
REVOKE = "revoke"
ROTATE = "rotate"
COSIGN = "cosign"
TRANSFER = "transfer"
ACCEPT = "accept"
DELEGATE = "delegate"
RECALL = "recall"
RECEIPT = "receipt"
PROOF = "proof"

Body = Mapping[str, Any]


def check(kind: object, body: Body) -> None:
    """Raise StatementError where this is no body of a statement of that type, or there is no such type."""
    checker = _CHECKS.get(kind) if isinstance(kind, str) else None
    need(checker is not None, "is of a type that is not known here")
    if checker is not None:
        checker(body)


def _proof(body: Body) -> None:
    need_keys(body, _SAID, _ON, "body.")
    need_subject(body["subject"])
    need(matches(HASH, body["of"]), "has a body.of that is not a SHA-256 sum in lowercase hex")
    need(body["meaning"] in _MEANINGS, "has a body.meaning that is not known here")
    need_hashes(body["evidence"], "body.evidence")
    need_note(body)
    need("date" not in body or is_day(body["date"]), "has a body.date that is not a day such as 2025-03-31")
    need("value" not in body or is_number(body["value"]), "has a body.value that is not a finite number")
    need(body["meaning"] != Meaning.PROMISED or "date" in body, "promises without a body.date")
    need("value" not in body or "date" in body, "has a body.value without its body.date")
    need("option" not in body or body["meaning"] == Meaning.DECIDED, "has a body.option and decides nothing")
    need("option" not in body or matches(OPTION, body["option"]), "has a body.option that is no word such as resolve")


_SAID = frozenset({"subject", "of", "meaning", "evidence", "note"})
_ON = frozenset({"date", "value", "option"})
_MEANINGS = tuple(map(str, Meaning))
_CHECKS: Mapping[str, Callable[[Body], None]] = {
    GENESIS: bodies_keys.genesis,
    ENROL: bodies_keys.enrol,
    REVOKE: bodies_keys.revoke,
    ROTATE: bodies_keys.rotate,
    COSIGN: bodies_keys.cosign,
    TRANSFER: bodies_mandates.transfer,
    ACCEPT: bodies_mandates.accept,
    DELEGATE: bodies_mandates.delegate,
    RECALL: bodies_mandates.recall,
    RECEIPT: bodies_mandates.receipt,
    PROOF: _proof,
}
