"""Lists of people that somebody keeps by hand: whom they name goes into the charter, with every other spelling."""

from __future__ import annotations

import re
from collections.abc import Mapping

from cockpit.proposing.columns import Choice
from cockpit.proposing.grids import Sheet
from cockpit.proposing.people import MOST
from cockpit.proposing.sure import Sure
from cockpit.sources.values import is_open, text

IN_CHARTER = "whom it lists stand under [[people]], with their other spellings"
_OURS = {"id", "name", "email", "team"}
_LOGIN = re.compile(r"[\w.-]{2,40}")


def contacts(sheet: Sheet, taken: Mapping[str, Choice]) -> tuple[tuple[str, str], ...]:
    """Return each person of a list as texts that name them, with their team; empty where it has to be read as a table.

    That is so for a list with keys or aliases, which says more than the charter would, and for a long one.
    """
    at = {name: sheet.at(choice.header) for name, choice in taken.items() if choice.sure is not Sure.UNSURE}
    if "name" not in at or not set(at) <= _OURS or len(sheet.rows) > MOST:
        return ()
    found: list[tuple[str, str]] = []
    for row in sheet.rows:
        said = {name: "" if is_open(row[place]) else text(row[place]).strip() for name, place in at.items()}
        if said["name"]:
            found += [(each, said.get("team", "")) for each in _texts(said)]
    return tuple(found)


def _texts(said: Mapping[str, str]) -> list[str]:
    """Return one person as `Name <login>` and `Name <address>`, else by the name alone."""
    behind = [said.get("email", ""), said.get("id", "") if _LOGIN.fullmatch(said.get("id", "")) else ""]
    return [f"{said['name']} <{each}>" for each in behind if each] or [said["name"]]
