"""What a person has set for the app, in `$XDG_CONFIG_HOME/cockpit/config.toml`: colours, mouse, keys.

    theme = "contrast"
    mouse = false

    [keys]
    filter = "slash,ctrl+f"

What is wrong there is left out, and said in a sentence with its line; all else counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from pathlib import Path
from typing import Any

from cockpit.basics.classes import dataclass
from cockpit.basics.homes import HomelessError
from cockpit.personal import userfiles
from cockpit.personal.userfiles import UserFile, UserFileError

FILE = "config.toml"
_KNOWN = ("theme", "mouse", "keys")


@dataclass(frozen=True, slots=True)
class Config:
    """What is set, and what is wrong with the rest."""

    path: Path
    theme: str
    mouse: bool = True
    keys: Mapping[str, str] = field(default_factory=dict)
    """Keys (comma-separated) of bindings, by their id; not yet compared with what there is."""
    problems: tuple[str, ...] = ()
    file: UserFile | None = None

    def place(self, *keys: str) -> str:
        """Return where a key stands, as `config.toml line 3`."""
        return self.file.place(*keys) if self.file is not None else self.path.name


def load(themes: tuple[str, ...]) -> Config:
    """Return what is set, `themes` being those that there are; the first is the default."""
    try:
        file = userfiles.read(FILE)
    except UserFileError as error:
        return Config(_place(), themes[0], problems=(f"{error} The defaults are used.",))
    path = file.path
    data, problems = file.data, list[str]()
    known = ", ".join(_KNOWN)
    problems += [
        f"{file.place(key)}: “{key}” is nothing known; there are {known}." for key in data if key not in _KNOWN
    ]
    theme = data.get("theme", themes[0])
    if theme not in themes:
        problems.append(f"{file.place('theme')}: there is no theme “{theme}”; there are {', '.join(themes)}.")
        theme = themes[0]
    mouse = data.get("mouse", True)
    if not isinstance(mouse, bool):
        problems.append(f"{file.place('mouse')}: mouse is true or false.")
        mouse = True
    keys = _keys(file, data.get("keys", {}), problems)
    return Config(path, theme, mouse, keys, tuple(problems), file)


def _place() -> Path:
    """Where the settings lie, or would."""
    try:
        return userfiles.config_folder() / FILE
    except HomelessError:
        return Path("~", ".config", "cockpit", FILE)


def _keys(file: UserFile, table: Any, problems: list[str]) -> dict[str, str]:
    if not isinstance(table, dict):
        problems.append(f"{file.place('keys')}: keys is a table, [keys], of ids and keys.")
        return {}
    found = {}
    for identity, keys in table.items():
        if isinstance(keys, str) and all(key.strip() for key in keys.split(",")):
            found[identity] = ",".join(key.strip() for key in keys.split(","))
        else:
            problems.append(f'{file.place("keys", identity)}: a key is a text, such as "ctrl+f" or "slash,f".')
    return found
