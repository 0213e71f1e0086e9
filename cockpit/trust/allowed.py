"""The enrolled people as OpenSSH's `allowed_signers`, so that anyone can verify a statement without Cockpit."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from cockpit.model import Person
from cockpit.text import one_line
from cockpit.trust.keys import KeyRefusedError, parse_public_key
from cockpit.trust.sshsig import NAMESPACE

# OpenSSH reads the first field as a list of patterns: these characters would let one person's line speak for others.
_PATTERN = re.compile(r'[*?!,"\\#]|[^\x21-\x7e ]')


def allowed_signers(people: Collection[Person] | Mapping[str, Person]) -> str:
    """The text of an `allowed_signers` file: a line per person with a usable key, a comment per person without one.

    Verify with `ssh-keygen -Y verify -f allowed_signers -I PERSON-ID -n cockpit-statement-v1 -s X.sig < X`.
    """
    records = people.values() if isinstance(people, Mapping) else people
    return "".join(f"{_line(person)}\n" for person in sorted(records, key=lambda p: p.id))


def _line(person: Person) -> str:
    name = one_line(person.id)
    if not person.key.strip():
        return f"# {name}: no key is enrolled"
    if _PATTERN.search(person.id) or not person.id.strip():
        return f"# {name}: left out, because OpenSSH would read this id as a pattern"
    try:
        key = parse_public_key(person.key)
    except KeyRefusedError as error:
        return f"# {name}: left out, because the key {error}"
    principal = f'"{person.id}"' if " " in person.id else person.id
    return f'{principal} namespaces="{NAMESPACE}" {key.line}'
