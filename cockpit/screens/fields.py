"""What may be given with a signature, as fields of a form: which there are, what they take, and what they mean."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

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


class FormError(ValueError):
    """A field that cannot be used, said in a sentence."""


def parsed(name: str, text: str) -> Any:
    """Return a field as the session wants it.

    Raises:
        FormError: the text is no day or no number.
    """
    if name == "on":
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise FormError(f"“{inert(text, 40)}” is no day: write it as YYYY-MM-DD.") from None
    if name == "value":
        try:
            return float(text.removesuffix("%").replace(",", ""))
        except ValueError:
            raise FormError(f"“{inert(text, 40)}” is no number: write it as 93.4.") from None
    if name == "evidence":
        return tuple(Path(part.strip()).expanduser() for part in text.split(";") if part.strip())
    return Path(text).expanduser() if name == "key" else text
