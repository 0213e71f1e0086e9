"""The enrolled people as OpenSSH's `allowed_signers`, so that anyone can verify a statement without Cockpit."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime

from cockpit.basics.text import one_line
from cockpit.records.model import EnrolledKey, Person
from cockpit.trust.history import ALLOWANCE
from cockpit.trust.keys import KeyRefusedError, parse_public_key
from cockpit.trust.sshsig import NAMESPACE

# OpenSSH reads the first field as a list of patterns: these characters would let one person's line speak for others.
_PATTERN = re.compile(r'[*?!,"\\#]|[^\x21-\x7e ]')


def allowed_signers(people: Collection[Person] | Mapping[str, Person], enrolled: Collection[EnrolledKey] = ()) -> str:
    """The text of an `allowed_signers` file: a line per usable key, a comment per person without one.

    `enrolled` are the keys that stewards enrolled, each with its time; where there are any, the keys of `people` count
    for nothing. Verify with `ssh-keygen -Y verify -f allowed_signers -I ID -n cockpit-statement-v1 -s X.sig < X`, and
    with `-O verify-time=` and its time what was signed with a key that has ended since.
    """
    records = people.values() if isinstance(people, Mapping) else people
    lines: list[str] = []
    for person in sorted(records, key=lambda p: p.id):
        own = [e for e in enrolled if e.person == person.id]
        keys = [(e.key, _times(e)) for e in own] if enrolled else [(person.key, "")] if person.key.strip() else []
        lines += _lines(person.id, keys)
    return "".join(f"{line}\n" for line in dict.fromkeys(lines))


def _lines(person: str, keys: Collection[tuple[str, str]]) -> Iterator[str]:
    name = one_line(person)
    if not keys:
        yield f"# {name}: no key is enrolled"
    elif _PATTERN.search(person) or not person.strip():
        yield f"# {name}: left out, because OpenSSH would read this id as a pattern"
    else:
        for line, times in keys:
            try:
                key = parse_public_key(line)
            except KeyRefusedError as error:
                yield f"# {name}: left out, because the key {error}"
                continue
            principal = f'"{person}"' if " " in person else person
            yield f'{principal} namespaces="{NAMESPACE}"{times} {key.line}'


def _times(enrolled: EnrolledKey) -> str:
    """When a key counts, as OpenSSH's options."""
    # Whoever was enrolled may have signed with a clock that is a little behind the steward's.
    after = f',valid-after="{_stamp(enrolled.since - ALLOWANCE)}"'
    return after if enrolled.until is None else f'{after},valid-before="{_stamp(enrolled.until)}"'


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%d%H%M%SZ")
