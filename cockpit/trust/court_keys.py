"""Keys as statements give and take them: whose they are from when on, and what takes them away."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from cockpit.records.model import Statement
from cockpit.trust.keys import parse_public_key


class Binding(NamedTuple):
    """A key of a person, for all that follows `since`."""

    person: str
    key: str
    """The line of the public key."""
    fingerprint: str
    since: str
    first: date | None = None
    last: date | None = None


class Revoked(NamedTuple):
    """A key that is not believed any more."""

    fingerprint: str
    by: str
    """The statement that says so."""
    at: datetime
    own: bool
    """Whether its very owner says so, and nobody else."""
    beside: bool
    """Whether it also voids what it did not see; a change to a new key voids nothing that stands beside it."""


class Taken(NamedTuple):
    """All that takes one key away, together: bits of what it follows and of what is spared."""

    by: tuple[Revoked, ...]
    after: int
    """Whoever follows one of these is reached."""
    spared: int
    """What all had seen by whom it is revoked beside; of others than its owner."""
    own_spared: int
    """The same of its owner."""


def founds(statement: Statement) -> bool:
    """Whether a genesis is signed by one of the stewards that it names, with the key that it gives them."""
    return any(b.person == statement.signer and b.fingerprint == statement.key for b in first_bindings(statement))


def first_bindings(genesis: Statement) -> list[Binding]:
    """The keys that a genesis gives to its stewards."""
    return [bind(s["id"], s["key"], genesis.id) for s in genesis.body["stewards"]]


def bind(person: str, key: str, since: str, first: str = "", last: str = "") -> Binding:
    """A key as it is enrolled: the line of a public key that may be believed, days as they are written."""
    days = [date.fromisoformat(day) if day else None for day in (first, last)]
    return Binding(person, key, parse_public_key(key).fingerprint, since, *days)
