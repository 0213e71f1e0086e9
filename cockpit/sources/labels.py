"""Labels of issues: what they say of a state, and labels such as `team/payments` as columns of their own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from cockpit.charter.charter import Charter
from cockpit.charter.words import word
from cockpit.records.model import State
from cockpit.sources.standing import gave_up, is_blocked_word

SCOPES_LIMIT = 60
"""Columns that labels of one file may become; the labels of others are kept with all."""

_SCOPED = re.compile(r"([^:/]{1,40}?)\s*(?:::|:|/)\s*(\S.*)")
_STATE_SCOPES = ("status", "state", "workflow", "stage")
_CLOSING_SCOPES = (*_STATE_SCOPES, "resolution", "closed")
_PLAIN = ("in progress", "doing", "wip", "in review")
"""Labels that tell of work under way also by themselves; others, such as `review`, may name a subject."""
TEAM_SCOPES = ("team", "squad")


@lru_cache(maxsize=4096)
def scoped(label: str) -> tuple[str, str]:
    """Return scope and value of a label such as `team/payments`, `status: blocked` or `workflow::ready`; empty texts
    for another."""
    match = _SCOPED.fullmatch(label.strip())
    return (match[1].strip().casefold(), match[2].strip()) if match else ("", "")


def status_of(charter: Charter, labels: Sequence[str]) -> tuple[str, bool]:
    """Return the word for where an open issue stands, if a label says it, and whether one says that it is held up."""
    pairs = [(label, *scoped(label)) for label in labels]
    held = any(is_blocked_word(charter, value if scope in _STATE_SCOPES else label) for label, scope, value in pairs)
    for label, scope, value in pairs:
        if scope in _STATE_SCOPES and charter.state_of(value) is not None:
            return value, held
        if charter.chose(label) or word(label) in _PLAIN:
            return label, held
    return "", held


def open_state(state: State | None) -> State | None:
    """Return the state of an issue that is open, whatever its label or board says: not yet done."""
    return State.DOING if state is State.DONE else state


def given_up(labels: Sequence[str]) -> str:
    """Return the label that says why a closed issue was given up; empty where none does."""
    for label in labels:
        scope, value = scoped(label)
        said = value if scope in _CLOSING_SCOPES else label
        if gave_up(said):
            return said
    return ""


def team_of(labels: Sequence[str]) -> str:
    """Return the team that a label names; empty where none does."""
    return next((value for scope, value in map(scoped, labels) if scope in TEAM_SCOPES), "")


def as_columns(rows: Sequence[Sequence[str]], taken: Sequence[str]) -> dict[str, list[str]]:
    """Return scope → the values of each row, joined by `;`, of the first scopes that the labels of a file have."""
    columns: dict[str, list[str]] = {}
    for row, labels in enumerate(rows):
        for scope, value in map(scoped, labels):
            if scope and scope not in taken and (scope in columns or len(columns) < SCOPES_LIMIT):
                if scope not in columns:
                    columns[scope] = [""] * len(rows)
                cells = columns[scope]
                cells[row] = f"{cells[row]};{value}" if cells[row] else value
    return columns
