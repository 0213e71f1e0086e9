"""What would be true if some dependencies were resolved, or came on another day: assumed, computed, never saved."""

from __future__ import annotations

from datetime import date

from cockpit.basics.classes import dataclass
from cockpit.records.assessment import Chain, ObjectiveView
from cockpit.records.verdicts import Status


@dataclass(frozen=True, slots=True)
class Assumption:
    """One thing that is assumed of a dependency or of silent work (`item:…`)."""

    subject: str
    on: date | None = None
    """The day on which it comes: its giver promises it for that day, and has done by then what it would end later.
    None: it is there now, signed by its giver, with all of the giver's own work for it done and accepted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumed:
    """An assumption, with what is true of its subject today."""

    assumption: Assumption
    title: str
    who: str
    """Who would have to make it true."""
    state: str
    """A dependency state, or `silent`, or the state of a work item."""
    until: date | None
    """The day until which it holds whoever waits for it, as computed today; None where it holds nobody."""
    note: str = ""
    """Why it does not do what was assumed, if it does not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One objective, as it is and as it would be."""

    now: ObjectiveView
    then: ObjectiveView
    chain: Chain
    """What would drive it then."""
    days: float | None
    """Calendar days regained, less than nothing where they are lost; None where either finish is unknown."""
    cost: float | None
    """Days regained × cost of delay; None where nothing moves."""
    is_same_chain: bool
    """The same work drives it as today."""

    @property
    def is_otherwise(self) -> bool:
        """Whether anything of it would be otherwise."""
        now, then = self.now, self.then
        same = (now.finish, now.execution, now.blockers) == (then.finish, then.execution, then.blockers)
        return not (same and self.is_same_chain)


@dataclass(frozen=True, slots=True)
class Turned:
    """A project that would have another status."""

    project: str
    title: str
    now: Status
    then: Status


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """What follows from all assumptions together."""

    assumed: tuple[Assumed, ...]
    outcomes: tuple[Outcome, ...]
    """Those that would be otherwise first, the costliest of them first; then the others as they are listed."""
    projects: tuple[Turned, ...]
    """Better ones first."""
    saved: float | None
    """Days regained × cost of delay, summed over the objectives; None where no day moves."""
    saved_assumed: bool
    """A cost of delay is not known, and assumed."""
