"""Measures of a portfolio as a whole: how much of the work serves an objective, and how sound its schedules are."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class UnmappedGroup:
    """Tickets that serve no objective, by their cause."""

    cause: str
    count: int
    effort: float
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alignment:
    """How much of the work maps to a strategic objective."""

    items: int = 0
    unmapped: int = 0
    effort: float = 0.0
    unmapped_effort: float = 0.0
    unconfirmed: int = 0
    """Mapped by the charter only, not yet confirmed by the objective's owner."""
    groups: tuple[UnmappedGroup, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityView:
    """The answer to one of DCMA's fourteen checks of a schedule: of one project's plan, or of all projects together."""

    project: str
    """Empty for all projects together."""
    number: int
    name: str
    counted: str
    """What is counted, for people."""
    count: float | None
    of: float | None
    value: float | None
    """A percentage, a number of dates or days, or an index."""
    threshold: float
    passed: bool | None
    """None where it cannot be told."""
    why: str
    """Why it cannot be told; else empty."""
    offenders: tuple[str, ...]
    """The first work items (or links) that stand against it."""
