"""Where a ticket stands: the charter's words first, then what its own tracker means by its state.

Cancelled is no state of ours. What was cancelled is not done, for nothing was delivered, and not open, for nobody works
on it: see `tickets`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from cockpit.charter.charter import Charter
from cockpit.charter.words import CANCELLED_WORDS, STATE_WORDS, word
from cockpit.records.model import State
from cockpit.sources.tickets import Standings

_GIVEN_UP = frozenset(
    {
        *CANCELLED_WORDS, "as designed", "cannot reproduce", "not reproducible", "cut", "declined", "deferred",
        "invalid", "not a bug", "out of scope", "overtaken by events", "postponed", "rejected",
        "removed from the backlog", "incomplete",
    }
)  # fmt: skip
"""Reasons for which a ticket was closed with nothing delivered: Azure's, Jira's and ServiceNow's."""
_BEGIN = ("cancel", "duplicate", "not solved", "unsuccessful")
"""Beginnings of such reasons, behind which trackers write more."""
_BLOCKED = frozenset(STATE_WORDS[State.BLOCKED])


class Standing(NamedTuple):
    """The category of one ticket, and whether it was cancelled."""

    state: State | None
    cancelled: bool = False


class Words:
    """Judges the state words of one tracker; each combination once.

    `meant` are the tracker's own words for its states.
    """

    def __init__(self, charter: Charter, meant: Mapping[str, State]) -> None:
        self._charter, self._meant = charter, meant

    def of(self, status: str, held: bool = False, reason: str = "", closed: bool = False) -> Standing:
        """Return where a ticket stands. `held`: its tracker marks it as blocked, whatever its state. `reason`: why it
        was closed. `closed`: its tracker says so, whatever the word."""
        said = word(status)
        if self._charter.chose(status):
            state = self._charter.state_of(status)
        elif gave_up_word(status):
            return Standing(None, True)
        else:
            state = self._meant.get(said, self._charter.state_of(status))
        if closed:
            state = State.DONE
        if state is State.DONE and gave_up(reason) and not self._charter.chose(status):
            return Standing(None, True)
        return Standing(State.BLOCKED if held and state is not State.DONE else state)


def gave_up_word(status: str) -> bool:
    """Return whether a word for a state says that the ticket was given up."""
    return word(status.replace("’", "'")) in CANCELLED_WORDS


def gave_up(reason: str) -> bool:
    """Return whether a reason for closing says that nothing was delivered."""
    said = word(reason.replace("’", "'"))
    return said in _GIVEN_UP or said.startswith(_BEGIN)


def is_blocked_word(charter: Charter, said: str) -> bool:
    """Return whether a tag or label says that work is held up."""
    meant = charter.state_of(said) if charter.chose(said) else None
    return meant is State.BLOCKED or (meant is None and word(said) in _BLOCKED)


def standings(rows: Sequence[tuple[str, bool, str, bool]], words: Words) -> Standings:
    """Return where each row stands; it holds what `Words.of` asks for."""
    memo = {row: words.of(*row) for row in set(rows)}
    return Standings([memo[row].state for row in rows], [memo[row].cancelled for row in rows])
