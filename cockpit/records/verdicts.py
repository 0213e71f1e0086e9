"""The few words in which the engine's answer is given: statuses, severities, states, verdicts."""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """Computed, never entered."""

    ON_TRACK = "On Track"
    AT_RISK = "At Risk"
    OFF_TRACK = "Off Track"
    COMPLETE = "Complete"
    UNKNOWN = "Unknown"


SEVERITY_ORDER: tuple[Status, ...] = (
    Status.OFF_TRACK,
    Status.AT_RISK,
    Status.UNKNOWN,
    Status.ON_TRACK,
    Status.COMPLETE,
)
"""Worst first. Unknown rolls up like At Risk."""


class Basis(StrEnum):
    """Why a status is worse than On Track: shown by evidence, or merely not proven."""

    EVIDENCE = "evidence"
    UNPROVEN = "unproven"
    NONE = ""


class Severity(StrEnum):
    """How bad a breach is, apart from what it costs."""

    CRITICAL = "critical"
    MAJOR = "major"
    MINOR = "minor"


class DependencyState(StrEnum):
    """Derived from statements, dates and the giver's item; nobody types it in."""

    UNOWNED = "unowned"
    OPEN = "open"
    PROMISED = "promised"
    BROKEN = "broken"
    RESOLVED = "resolved"
    CONTRADICTED = "contradicted"
    DISPUTED = "disputed"
    WITHDRAWN = "withdrawn"


class Stage(StrEnum):
    """Where a breach stands between raised and cleared."""

    RAISED = "raised"
    ACKNOWLEDGED = "acknowledged"
    """Somebody to whom it goes has signed that they have seen it."""
    OWED = "decision owed"
    """It was not cleared in time: somebody has to decide."""
    DECIDED = "decided"
    """A decision holds until its day."""


class Verdict(StrEnum):
    """What a statement is worth today."""

    COUNTS = "counts"
    SUPERSEDED = "superseded"
    """A later statement of the same person over the same subject replaced it."""
    VOID = "void"
    """What it was signed over has changed since."""
    NOT_ENTITLED = "not entitled"
    INVALID = "invalid"
    """The signature, the key or the payload does not hold."""
    WAITS = "waits"
    """It changes nothing before somebody else signs it too."""
    UNKNOWN_SUBJECT = "unknown subject"
