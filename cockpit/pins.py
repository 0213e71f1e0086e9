"""What this user's machine remembers of each portfolio: the genesis that it saw first.

A shared folder can be rewritten by whoever may write to it; this memory is the user's own (`$XDG_STATE_HOME/cockpit`,
mode 0700), and no portfolio changes it.
"""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from datetime import datetime
from pathlib import Path

_HASH_DIGITS = 64


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
    name = hashlib.sha256(str(folder.resolve()).encode("utf-8", "surrogateescape")).hexdigest()
    return state_folder() / "pins" / f"{name[:32]}.json"
