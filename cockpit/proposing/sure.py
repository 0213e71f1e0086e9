"""How surely something was recognised, and how that is said."""

from __future__ import annotations

from enum import StrEnum

from cockpit.basics.classes import dataclass


class Sure(StrEnum):
    """How surely something was recognised. What is unsure is written as a comment, with what else it may be."""

    SURE = "sure"
    LIKELY = "likely"
    UNSURE = "unsure"


@dataclass(frozen=True)
class Doubt:
    """A text of some rows that stays open, and what it may be or what to do."""

    text: str
    rows: int
    why: str


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: `1 row`, `3 rows`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
