"""Status words that need no charter, and how words are compared."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from cockpit.records.model import Rag, State

STATE_WORDS: Mapping[State, tuple[str, ...]] = MappingProxyType(
    {
        State.TODO: (
            "to do", "todo", "open", "new", "backlog", "reopened", "not started", "planned", "proposed", "pending",
            "draft", "ready", "selected for development", "accepted", "scheduled",
        ),
        State.DOING: (
            "in progress", "doing", "started", "active", "ongoing", "in development", "in review", "in test",
            "in testing", "testing", "review", "wip", "under way", "underway", "executing",
        ),
        State.BLOCKED: ("blocked", "on hold", "waiting", "impeded", "stalled", "suspended"),
        State.DONE: ("done", "closed", "resolved", "complete", "completed", "finished", "delivered"),
    }
)  # fmt: skip
"""Words of work items and projects, beside those of the charter's `[states]`, which win."""

CANCELLED_WORDS: tuple[str, ...] = (
    "cancelled", "canceled", "removed", "withdrawn", "abandoned", "won't do", "wont do", "won't fix", "wontfix",
    "not planned", "duplicate", "obsolete", "closed incomplete", "closed skipped",
)  # fmt: skip
"""Words by which trackers give a ticket up, unless the charter's `[states]` name them: it is neither open nor done."""

RAG_WORDS: Mapping[Rag, tuple[str, ...]] = MappingProxyType(
    {
        Rag.GREEN: ("green", "g", "on track", "on schedule", "good"),
        Rag.AMBER: ("amber", "yellow", "a", "y", "at risk", "needs attention"),
        Rag.RED: ("red", "r", "off track", "late", "delayed", "critical"),
        Rag.COMPLETE: ("complete", "completed", "done", "closed", "finished", "delivered", "blue"),
    }
)
"""Words of status reports, beside those of the charter's `[rag]`, which win."""


def word(text: str) -> str:
    """Return `text` as words are compared: without case, with one space for white space, `_` and `-`."""
    return " ".join(text.casefold().replace("_", " ").replace("-", " ").split())
