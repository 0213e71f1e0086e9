"""What the doctor says: a line for each check, and the very command that mends what is wrong."""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

from cockpit.basics.classes import dataclass
from cockpit.basics.text import one_line

MOST_NAMED = 3
"""How many of many are named in a sentence."""
LONGEST_NAME = 40


class Level(StrEnum):
    """How a check ended. `advice` works today and may not tomorrow, or for everybody."""

    OK = "ok"
    ADVICE = "advice"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found. `commands` mend it, typed by this user, or by `by` where this user may not."""

    check: str
    level: Level
    says: str
    details: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    by: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """All findings in the order of the checks. `usable` is false where the folder is no portfolio at all."""

    folder: Path
    title: str
    portfolio: str
    user: str
    findings: tuple[Finding, ...]
    usable: bool = True

    @property
    def wrong(self) -> int:
        """How many checks found something wrong."""
        return sum(finding.level is Level.WRONG for finding in self.findings)

    @property
    def advice(self) -> int:
        """How many checks have a piece of advice."""
        return sum(finding.level is Level.ADVICE for finding in self.findings)


def ok(check: str, says: str) -> Finding:
    """A check that found nothing wrong."""
    return Finding(check, Level.OK, says)


def advice(check: str, says: str, *commands: str, by: str = "", details: Sequence[str] = ()) -> Finding:
    """A check with something that should be better."""
    return Finding(check, Level.ADVICE, says, tuple(details), commands, by)


def wrong(check: str, says: str, *commands: str, by: str = "", details: Sequence[str] = ()) -> Finding:
    """A check that found something which keeps people from working, or the truth from being known."""
    return Finding(check, Level.WRONG, says, tuple(details), commands, by)


def shell(path: Path | str) -> str:
    """A path as a word of a command that can be copied from any terminal: what can't be shown is written as bytes."""
    text = str(path)
    if text.isprintable():
        return shlex.quote(f"./{text}" if text.startswith("-") else text)
    shown = "".join(
        chr(byte) if 32 < byte < 127 and byte not in b"'\\" else f"\\x{byte:02x}" for byte in os.fsencode(text)
    )
    return f"$'{'./' if text.startswith('-') else ''}{shown}'"


def some(names: Sequence[str]) -> str:
    """The first few names, and how many more there are."""
    named = ", ".join(one_line(name, LONGEST_NAME) for name in names[:MOST_NAMED])
    rest = len(names) - MOST_NAMED
    return f"{named} and {rest} more" if rest > 0 else named
