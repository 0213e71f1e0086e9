"""What this user's machine remembers of each portfolio: the genesis that it saw first.

A shared folder can be rewritten by whoever may write to it; this memory is the user's own (`$XDG_STATE_HOME/cockpit`,
mode 0700), and no portfolio changes it.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from cockpit.basics.homes import own_folder
from cockpit.basics.plainfiles import small
from cockpit.records.model import Person
from cockpit.session.settling import mark_of

_HASH_DIGITS = 64
_MOST = 64 << 20
"""Bytes that are read of what is remembered."""

Office = tuple[str, str]
"""A subject and the role in it that somebody owns."""


def state_folder() -> Path:
    """Where this user's state is kept. Raises HomelessError."""
    return own_folder("XDG_STATE_HOME")


def pinned(folder: Path) -> str:
    """The id of the genesis that was seen first in a portfolio folder; empty where none was."""
    return _remembered(folder).get("genesis", "")


def pin(folder: Path, genesis: str, now: datetime) -> str:
    """Remember the genesis of a portfolio folder unless one is remembered already; the one that counts from now on.

    A user whose state folder can't be written remembers nothing: then each session believes what it finds.
    """
    known = _remembered(folder)
    held = {"folder": str(folder.resolve()), "genesis": genesis, "since": now.isoformat()} if genesis else {}
    held = known or held
    for path in _files(folder) if held else ():
        if not _told(path):
            with suppress(OSError):
                _put(path, json.dumps(held) + "\n")
    return pinned(folder) or genesis


def _put(path: Path, text: str) -> None:
    """Write a pin, unless another session was quicker: of two that see a portfolio for the first time one writes.

    One that tells nothing (the disk was full, somebody edited it) is replaced; nothing would be remembered for ever.
    Raises OSError.
    """
    with _passing(path, text) as passing:
        try:
            os.link(passing, path)
        except FileExistsError:
            if not _told(path):
                passing.replace(path)


def unpin(folder: Path) -> None:
    """Forget the genesis of a portfolio folder. Raises OSError."""
    for path in _files(folder):
        path.unlink(missing_ok=True)


def name_of(folder: Path) -> str:
    """The name under which this user's state knows a portfolio folder."""
    return _hashed(_remembered(folder).get("folder") or str(folder.resolve()))


def _remembered(folder: Path) -> dict[str, str]:
    return next(filter(None, map(_told, _files(folder))), {})


def _told(path: Path) -> dict[str, str]:
    """What a pin tells; empty where it is none."""
    found = _read(path)
    texts = {key: value for key, value in found.items() if isinstance(value, str)} if isinstance(found, dict) else {}
    return texts if len(texts.get("genesis", "")) == _HASH_DIGITS else {}


def _files(folder: Path) -> tuple[Path, ...]:
    """Where a folder is remembered: under the path by which it was opened, first, and the one to which that leads. A
    folder that somebody replaces by a link to another stays the one that it was."""
    places = dict.fromkeys((str(folder.absolute()), str(folder.resolve())))
    return tuple(state_folder() / "pins" / f"{_hashed(place)}.json" for place in places)


def _hashed(place: str) -> str:
    return hashlib.sha256(place.encode("utf-8", "surrogateescape")).hexdigest()[:32]


def first_owners(
    genesis: str, found: Mapping[Office, str], means: Callable[[str], Person | None], *, remember: bool
) -> dict[Office, str]:
    """Owners by subject and role, as this user saw them first in the portfolio that begins with `genesis`; `found` is
    what its store says now, and what is new in it is remembered unless this looks at a past day.

    A name is remembered as the id of whom it names (`means`), once it names somebody: what a table calls people later
    makes nobody else of them.
    """
    path = _owners_of(genesis)
    seen = _owners(path)
    known = {**found, **seen}
    if not remember:
        return known
    people = {text: person.id for text in set(known.values()) if (person := means(text)) is not None}
    named = {office: people.get(owner, owner) for office, owner in known.items()}
    if named != seen:
        rows = [[*office, owner] for office, owner in sorted(named.items())]
        with suppress(OSError):
            write_own(path, json.dumps(rows))
    return named


def owners_mark(genesis: str) -> object:
    """What tells whether other owners were remembered since."""
    return mark_of(_owners_of(genesis))


def owners_told(genesis: str) -> str:
    """The owners that this user saw first, as one text; they are remembered in the order of their offices."""
    return repr(sorted(_owners(_owners_of(genesis)).items())) if genesis else ""


def _owners_of(genesis: str) -> Path:
    return state_folder() / "owners" / f"{genesis[:32]}.json"


def _owners(path: Path) -> dict[Office, str]:
    rows = _read(path)
    try:
        return {(str(subject), str(role)): str(owner) for subject, role, owner in rows}
    except (ValueError, TypeError):
        return {}


def _read(path: Path) -> Any:
    """What a file of the user's own tells; None where it is no such file, or tells nothing."""
    with suppress(OSError, ValueError, RecursionError):
        return json.loads(small(path, _MOST) or b"")
    return None


def write_own(path: Path, text: str) -> None:
    """Write a file of the user's own, whole or not at all. Raises OSError."""
    with _passing(path, text) as passing:
        passing.replace(path)


@contextmanager
def _passing(path: Path, text: str) -> Iterator[Path]:
    """Write what is to take the place of a file of the user's own, beside it; afterwards nothing of it is left there,
    whatever failed. Raises OSError."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    state_folder().chmod(0o700)
    passing = path.with_name(f".{path.name}-{os.getpid()}")
    try:
        descriptor = os.open(passing, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="surrogateescape") as file:
            file.write(text)
        yield passing
    finally:
        passing.unlink(missing_ok=True)
