"""Where this user's own files lie: the folders that XDG names, by default below their home."""

from __future__ import annotations

import os
from pathlib import Path

from cockpit.basics.text import one_line

BELOW = {"XDG_CONFIG_HOME": ".config", "XDG_STATE_HOME": ".local/state", "XDG_CACHE_HOME": ".cache"}
"""What is said where each lies, and where below the home it is by default."""


class HomelessError(OSError):
    """Nothing says where this user's home is: a sentence that says what to set. An OSError, as for whoever only keeps
    things there it is a folder that can't be written."""


def home() -> Path:
    """This user's home. Raises HomelessError where neither HOME nor the system's list of users names a folder."""
    try:
        found = Path.home()
    except RuntimeError:
        raise HomelessError(_sentence("HOME")) from None
    if not found.is_absolute():
        raise HomelessError(_sentence("HOME"))
    return found


def own_folder(variable: str) -> Path:
    """Where this user's files of one kind lie: in `cockpit` below what an XDG variable of `BELOW` says, if that is a
    whole path. Raises HomelessError."""
    said = os.environ.get(variable, "")
    if said.startswith("/"):
        return Path(said) / "cockpit"
    try:
        return home() / BELOW[variable] / "cockpit"
    except HomelessError:
        raise HomelessError(_sentence(f"HOME or {variable}")) from None


def expanded(path: Path) -> Path:
    """A path in which `~` stands for a home, and `~name` for somebody's. Raises HomelessError."""
    try:
        return path.expanduser()
    except RuntimeError:
        raise HomelessError(f"{one_line(str(path))} is in the home of nobody here: write the whole path.") from None


def _sentence(variables: str) -> str:
    said = os.environ.get("HOME")
    user = os.geteuid() if hasattr(os, "geteuid") else "like you"
    why = f"HOME is “{one_line(said)}”, no whole path" if said else f"HOME is not set, and no user {user} is known here"
    example = "HOME=/home/you"
    return f"Nothing says where your home is: {why}. Set {variables} to a folder of your own, such as {example}."
