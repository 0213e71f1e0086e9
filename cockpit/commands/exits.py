"""With which code each command exits, and what that says: in its help, and on the page about it (docs/commands.md)."""

from __future__ import annotations

UNREADABLE = "wrong usage, or input that can't be read"
BUSY = f"{UNREADABLE}; or another process sends already"
REFUSED = "it was refused, and nothing was signed"
_SIGNED = ("it is signed", "", REFUSED)

EXITS: dict[str, tuple[str, str, str]] = {
    "init": ("all was written", "a file of --from could not be used, the others were", "nothing was written"),
    "open": ("the app was left; without a terminal: no breach", "without a terminal: there is a breach", UNREADABLE),
    "import": ("all was read", "a file or a row was refused", UNREADABLE),
    "check": ("nothing that --fail-on asks for", "a breach, or a project that is Off Track", UNREADABLE),
    "brief": ("no breach", "there is a breach", UNREADABLE),
    "watch": ("it was told to stop", "", BUSY),
    "notify": ("all that is due was taken", "a message was not taken", BUSY),
    "sign": _SIGNED,
    "ask": ("the request is written", "", "it was refused, and nothing was written"),
    "acknowledge": _SIGNED,
    "decide": ("it is signed, or the options are printed", "", REFUSED),
    "join": ("the request is written", "", "it was refused, and nothing was written"),
    "enrol": _SIGNED,
    "revoke": _SIGNED,
    "rotate": _SIGNED,
    "cosign": _SIGNED,
    "transfer": _SIGNED,
    "accept": _SIGNED,
    "delegate": _SIGNED,
    "recall": _SIGNED,
    "receipt": ("it is signed, or there is nothing to witness", "", REFUSED),
    "verify": ("every statement counts or was superseded", "one does not, or is missing", UNREADABLE),
    "ledger": ("it is done", "a statement of a bundle was rejected", UNREADABLE),
    "doctor": ("nothing is wrong; there may be advice", "something is wrong", "there is no portfolio that can be used"),
    "rules": ("they are printed", "", "wrong usage"),
    "schedule": ("all of the plan is computed", "something of it is not, or a check of --quality fails", UNREADABLE),
    "replay": ("no report was wrong", "a report said better than the evidence", UNREADABLE),
    "export": ("it is written", "", UNREADABLE),
    "completion": ("it is printed", "", "wrong usage"),
}  # fmt: skip
"""Command → when it exits with 0, with 1 (never, where that is empty) and with 2."""


def exits_text(name: str) -> str:
    """Return the codes of a command in a line: `0 no breach; 1 there is a breach; 2 wrong usage`."""
    return "; ".join(f"{code} {when}" for code, when in enumerate(EXITS[name]) if when)


def codes(name: str) -> set[int]:
    """Return the codes with which a command may exit."""
    return {code for code, when in enumerate(EXITS[name]) if when}
