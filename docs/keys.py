"""Writes the tables of docs/keys.md anew, from the bindings and commands themselves: python docs/keys.py"""

from __future__ import annotations

import string
from collections.abc import Iterable
from pathlib import Path

from textual.binding import Binding
from textual.keys import _character_to_key

from cockpit.app import CockpitApp
from cockpit.desk.commanding import COMMANDS
from cockpit.screens.bars import SCREENS
from cockpit.screens.base import CockpitScreen
from cockpit.screens.keytable import Place, places

PAGE = Path(__file__).with_name("keys.md")
START, END = "<!-- made by docs/keys.py -->\n", "<!-- until here -->"
CHARACTERS = {_character_to_key(each): each for each in string.punctuation}


def key_name(key: str) -> str:
    """Return a key as people know it: `/`, `ctrl+f`, `esc`."""
    return {"escape": "esc"}.get(key) or CHARACTERS.get(key) or key


def table(bindings: Iterable[Binding]) -> str:
    """Return bindings as a table: those of one id in one row."""
    rows: dict[str, tuple[list[str], str]] = {}
    for binding in bindings:
        text = binding.tooltip or binding.description[:1].upper() + binding.description[1:]
        keys, _ = rows.setdefault(binding.id or "", ([], text))
        name = key_name(binding.key).replace("|", "\\|")
        if f"`{name}`" not in keys:
            keys.append(f"`{name}`")
    lines = [f"| {' '.join(keys)} | {text} | {identity} |" for identity, (keys, text) in rows.items()]
    return "\n".join(["| key | does | id |", "|---|---|---|", *lines, ""])


def tables() -> str:
    """Return all tables."""
    everywhere = places(CockpitApp)
    lists = [place for place in everywhere if issubclass(place.classes[-1], CockpitApp)]
    common = set.intersection(*({binding.id for binding in place.bindings()} for place in lists))
    app = {binding.id for _, binding in CockpitApp._merge_bindings()}
    first = list(lists[0].bindings())
    parts = ["## Everywhere\n", table(b for _, b in CockpitApp._merge_bindings() if b.id is not None)]
    parts += ["## On every screen\n", table(b for b in first if b.id in common - app)]
    for place in sorted(lists, key=_number):
        own = [b for b in place.bindings() if b.id not in common | app]
        if own:
            parts += [f"## {_title(place)}\n", table(own)]
    known = {binding.id for place in lists for binding in place.bindings()}
    others = [b for place in everywhere if place not in lists for b in place.bindings() if b.id not in known]
    parts += ["## In dialogs, texts and fields\n", table(sorted(others, key=lambda binding: binding.id or ""))]
    commands = "\n".join(f"| `:{' '.join((each.name, each.given)).strip()}` | {each.what} |" for each in COMMANDS)
    screens = "| `:exceptions` … `:sources` | Go to a screen, by its first letters |"
    return "\n".join([*parts, "## Commands\n", "| command | does |", "|---|---|", commands, screens, ""])


def _mode(place: Place) -> str:
    screen = place.classes[1]
    assert issubclass(screen, CockpitScreen)
    return screen.MODE


def _number(place: Place) -> int:
    return [mode for mode, _ in SCREENS].index(_mode(place))


def _title(place: Place) -> str:
    return dict(SCREENS)[_mode(place)]


def page(text: str) -> str:
    """Return the page with its tables as they are now."""
    before, _, rest = text.partition(START)
    return f"{before}{START}\n{tables()}\n{END}{rest.partition(END)[2]}"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
