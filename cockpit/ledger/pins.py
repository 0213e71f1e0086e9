"""What this user's machine remembers of each portfolio: the genesis that it saw first.

A shared folder can be rewritten by whoever may write to it; this memory is the user's own (`$XDG_STATE_HOME/cockpit`,
mode 0700), and no portfolio changes it.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path

_HASH_DIGITS = 64

Office = tuple[str, str]
"""A subject and the role in it that somebody owns."""


def state_folder() -> Path:
    """Where this user's state is kept."""
    home = os.environ.get("XDG_STATE_HOME", "")
    base = Path(home) if home.startswith("/") else Path.home() / ".local" / "state"
    return base / "cockpit"


def pinned(folder: Path) -> str:
    """The id of the genesis that was seen first in a portfolio folder; empty where none was."""
    try:
        found = json.loads(_file(folder).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ""
    genesis = found.get("genesis", "") if isinstance(found, dict) else ""
    return genesis if isinstance(genesis, str) and len(genesis) == _HASH_DIGITS else ""


def pin(folder: Path, genesis: str, now: datetime) -> str:
    """Remember the genesis of a portfolio folder unless one is remembered already; the one that counts from now on.

    A user whose state folder can't be written remembers nothing: then each session believes what it finds.
    """
    known = pinned(folder)
    if known or not genesis:
        return known
    text = json.dumps({"folder": str(folder.resolve()), "genesis": genesis, "since": now.isoformat()}) + "\n"
    path = _file(folder)
    with suppress(OSError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.parent.parent.chmod(0o700)
        # Exclusive: of two sessions that see a portfolio for the first time at once, one writes.
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
    return pinned(folder) or genesis


def _file(folder: Path) -> Path:
    return state_folder() / "pins" / f"{name_of(folder)}.json"


def name_of(folder: Path) -> str:
    """The name under which this user's state knows a portfolio folder."""
    return hashlib.sha256(str(folder.resolve()).encode("utf-8", "surrogateescape")).hexdigest()[:32]


def first_owners(genesis: str, found: Mapping[Office, str], *, remember: bool) -> dict[Office, str]:
    """Owners by subject and role, as this user saw them first in the portfolio that begins with `genesis`; `found` is
    what its store says now, and what is new in it is remembered unless this looks at a past day."""
    path = state_folder() / "owners" / f"{genesis[:32]}.json"
    seen = _owners(path)
    new = {office: owner for office, owner in found.items() if office not in seen}
    if new and remember:
        rows = [[*office, owner] for office, owner in sorted((seen | new).items())]
        with suppress(OSError):
            _write(path, json.dumps(rows, ensure_ascii=False))
    return {**found, **seen}


def _owners(path: Path) -> dict[Office, str]:
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
        return {(str(subject), str(role)): str(owner) for subject, role, owner in rows}
    except (OSError, ValueError, TypeError):
        return {}


def _write(path: Path, text: str) -> None:
    """Write a file of the user's own, whole or not at all. Raises OSError."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    state_folder().chmod(0o700)
    passing = path.with_name(f".{path.name}-{os.getpid()}")
    descriptor = os.open(passing, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", errors="surrogateescape") as file:
        file.write(text)
    passing.replace(path)


def unpin(folder: Path) -> None:
    """Forget the genesis of a portfolio folder. Raises OSError."""
    _file(folder).unlink(missing_ok=True)
