"""Who sits there: the person whose key the agent holds, else the one who goes by the name of this user."""

from __future__ import annotations

import getpass
from collections.abc import Iterable, Sequence

from cockpit.records.model import Person

PATIENCE = 3.0
"""Seconds that the agent gets to answer."""


def who_sits_here(people: Iterable[Person]) -> Person | None:
    """Return the person at this terminal as far as it can be told; None where nobody, or more than one, is meant."""
    known = tuple(people)
    return of_keys(known, _agent_keys()) or of_user(known, user_name())


def user_name() -> str:
    """Return the name of whoever runs this; empty where the system has none for them, as in some containers."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # the second from Python 3.13 on
        return ""


def of_keys(people: Sequence[Person], lines: Iterable[str]) -> Person | None:
    """Return the one person to whom these public keys belong."""
    held = {_material(line) for line in lines} - {""}
    found = {person.id: person for person in people if _material(person.key) in held}
    return next(iter(found.values())) if len(found) == 1 else None


def of_user(people: Iterable[Person], user: str) -> Person | None:
    """Return the one who goes by the name of a user: as id, name, e-mail address, the part of it before the @, alias;
    who has it as id has it alone."""
    name, found = user.casefold(), dict[str, Person]()
    for person in people if name else ():
        names = (person.name, person.email, person.email.partition("@")[0], *person.aliases)
        if name == person.id.casefold():
            return person
        if name in (each.casefold() for each in names):
            found[person.id] = person
    return next(iter(found.values())) if len(found) == 1 else None


def _agent_keys() -> tuple[str, ...]:
    from cockpit.ledger import signing

    try:
        return signing.agent_keys(PATIENCE)
    except signing.SigningError:
        return ()


def _material(line: str) -> str:
    """The key itself, of a line such as `ssh-ed25519 AAAA… name`."""
    words = line.split()
    return words[1] if len(words) > 1 else ""
