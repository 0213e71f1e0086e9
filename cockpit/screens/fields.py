"""What may be given with a signature, as fields of a form: which there are, what they take, and what they mean."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

from cockpit.basics.homes import HomelessError, expanded
from cockpit.records.model import Meaning
from cockpit.screens.words import inert

FIELDS: dict[str, tuple[str, tuple[Meaning, ...]]] = {
    "giver": ("Team", (Meaning.CONFIRMED,)),
    "on": ("Day", (Meaning.PROMISED, Meaning.ATTESTED, Meaning.DECIDED)),
    "value": ("Value", (Meaning.ATTESTED,)),
    "evidence": ("Evidence", (Meaning.RESOLVED, Meaning.VALIDATED)),
    "note": ("Note", tuple(Meaning)),
    "key": ("Key", tuple(Meaning)),
}
"""What may be given with a signature, and to which meanings."""

HINTS = {
    "giver": "id or name of the team or vendor that it waits for",
    "on": "YYYY-MM-DD",
    "value": "a number; empty to sign the value that was read",
    "evidence": "files that show it, separated by ;",
    "note": "a few words, optional",
    "key": "a private key file; empty for the ssh-agent",
}


_NUMBER = re.compile(r"[+−-]?(?:[0-9]{1,15}(?:\.[0-9]{1,15})?|[0-9]{1,3}(?:,[0-9]{3}){1,4}\.[0-9]{1,15})")
"""Commas part thousands where a point follows: else 93,4 would be signed as 934, and 1,250 may be meant as 1.25."""


class FormError(ValueError):
    """A field that cannot be used, said in a sentence."""


def parsed(name: str, text: str) -> Any:
    """Return a field as the session wants it.

    Raises:
        FormError: the text is no day, no number, or in the home of nobody.
    """
    if name == "on":
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise FormError(f"“{inert(text, 40)}” is no day: write it as YYYY-MM-DD.") from None
    if name == "value":
        bare = text.removesuffix("%").strip()
        if not _NUMBER.fullmatch(bare):
            raise FormError(f"“{inert(text, 40)}” is no number that is sure: write it as 93.4, without commas.")
        return float(bare.replace(",", "").replace("−", "-"))
    if name == "evidence":
        return tuple(_path(part.strip()) for part in text.split(";") if part.strip())
    return _path(text) if name == "key" else text


def _path(text: str) -> Path:
    try:
        return expanded(Path(text))
    except HomelessError as error:
        raise FormError(str(error)) from None
