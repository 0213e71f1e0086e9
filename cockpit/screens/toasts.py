"""What an update says in a toast: the files that changed, and the exceptions of whoever sits there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from cockpit.basics.classes import dataclass
from cockpit.notices.roots import concerns
from cockpit.records.assessment import Breach
from cockpit.records.model import Person
from cockpit.screens.words import count, inert, rule

if TYPE_CHECKING:
    from cockpit.session.live import Change
    from cockpit.session.news import Update

MOST = 5
"""Lines of a toast at most."""


@dataclass(frozen=True, slots=True)
class Toast:
    """Lines to show, whether they warn, and whether they are worth the bell."""

    text: str
    warns: bool
    bell: bool


def toast(update: Update, me: Person | None, escalate_days: int) -> Toast | None:
    """Return what to say of an update, None if nothing; `me` hears of their own exceptions only, and with the bell.

    Where nobody is known to sit there, all exceptions are told, and no bell rings.
    """
    if update.trouble:
        return Toast(inert(update.trouble, 400), True, False)
    mine = [breach for breach in update.raised if me is None or _is_mine(update, breach, me, escalate_days)]
    done = [breach for breach in update.cleared if me is None or breach.owner == me.id]
    bad = [change for change in update.changes if change.failed or change.problems]
    told = [change for change in update.changes if change.opened or change.closed or change.waits]
    lines = [*map(change_line, bad or told), *_lines("▲ raised", mine), *_lines("✓ cleared", done)]
    if not lines:
        return None
    if len(lines) > MOST:
        lines[MOST - 1 :] = [f"and {len(lines) - MOST + 1:,} more"]
    return Toast("\n".join(lines), bool(bad or mine), bool(mine) and me is not None)


def _is_mine(update: Update, breach: Breach, me: Person, escalate_days: int) -> bool:
    return breach.owner == me.id or concerns(update.assessment, breach, me.id, escalate_days)


def _lines(word: str, breaches: list[Breach]) -> Iterator[str]:
    return (f"{word}: {inert(breach.title, 200)} ({rule(breach.code)})" for breach in breaches)


def change_line(change: Change) -> str:
    """Return what became of one file."""
    name = inert(str(change.path), 60)
    if change.waits is not None:
        return f"{name} is dated in the future and waits for {change.waits}"
    if change.failed:
        reason = f": {change.problems[0].message}" if change.problems else ""
        return f"{name} cannot be read; its last good version is kept{reason}"
    refused = f", {count(len(change.problems), 'row')} refused" if change.problems else ""
    return f"{name}: {count(change.opened, 'row')} new or changed, {change.closed:,} gone{refused}"
