"""The states of ServiceNow's tasks: the words that users see, and the numbers behind them, which differ by table.

Source: ServiceNow documentation, “State model and transitions”, “Update change request states” (new and old labels of
each number) and “Incident life cycle”; the numbers of incidents and problems are those of a new instance.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from cockpit.records.model import State

_CHANGE = {
    "-5": "New", "-4": "Assess", "-3": "Authorize", "-2": "Scheduled", "-1": "Implement", "0": "Review", "1": "Open",
    "2": "Work in Progress", "3": "Closed", "4": "Canceled", "7": "Closed Skipped",
}  # fmt: skip
_INCIDENT = {
    "1": "New", "2": "In Progress", "3": "On Hold", "4": "Awaiting User Info", "5": "Awaiting Evidence",
    "6": "Resolved", "7": "Closed", "8": "Canceled",
}  # fmt: skip
_PROBLEM = {
    "101": "New", "102": "Assess", "103": "Root Cause Analysis", "104": "Fix in Progress", "106": "Resolved",
    "107": "Closed",
}  # fmt: skip
_TASK = {
    "-5": "Pending", "1": "Open", "2": "Work in Progress", "3": "Closed Complete", "4": "Closed Incomplete",
    "7": "Closed Skipped",
}  # fmt: skip
_TABLES: Mapping[str, Mapping[str, str]] = {"CHG": _CHANGE, "INC": _INCIDENT, "PRB": _PROBLEM}
_WORDS = {
    State.TODO: ("new", "assess", "authorize", "authorise", "scheduled", "open", "pending", "draft", "requested"),
    State.DOING: (
        "implement", "review", "in progress", "active", "work in progress", "root cause analysis", "fix in progress",
    ),
    State.BLOCKED: (
        "on hold", "awaiting user info", "awaiting evidence", "awaiting problem", "awaiting change", "awaiting vendor",
        "awaiting caller",
    ),
    State.DONE: ("closed", "resolved", "closed complete", "complete"),
}  # fmt: skip
_PREFIX = re.compile(r"[A-Z]+")


@cache
def meant() -> Mapping[str, State]:
    """Return what each word that ServiceNow uses for a state means."""
    return {each: state for state, words in _WORDS.items() for each in words}


def spelled(number: str, state: str) -> str:
    """Return a state in words; a number is read by the table that the ticket's own number names."""
    match = _PREFIX.match(number)
    return _TABLES.get(match[0] if match else "", _TASK).get(state.strip(), state)
