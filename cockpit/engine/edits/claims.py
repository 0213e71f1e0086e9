"""Progress that is claimed and not proven: work said to be begun by a percentage alone, or to be further than the time
since it was last told allows.

Nobody does eighteen days of work in five. A state and an actual date are the word of whoever does the work; a
percentage and an edited remaining duration are nobody's.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from cockpit.engine.rows import as_date, is_past
from cockpit.records.edits import Claim, Step
from cockpit.records.model import State

if TYPE_CHECKING:
    from cockpit.engine.facts import Facts

_LEAST = 1e-6
_LATE = timedelta(days=31)
"""So late a row may be told at most."""


class Unproven(NamedTuple):
    """What was left to do as told before, and as told now, in words; since when."""

    was: str
    now: str
    on: date


def unproven(facts: Facts, said: Sequence[Claim], base: Step | None) -> Unproven | None:
    """The progress of a work item in progress that nothing proves, of what a row of it said since a step; None where
    there is none."""
    found: Unproven | None = None
    for before, after in pairwise(_of_begun(_known(said, facts.today))):
        if (base is not None and after.since <= base) or not _is_begun(after):
            continue
        shown = _is_begun(before) or _shows_work(after)
        if shown and not _is_too_fast(facts, before, after) and not _is_dated_back(before, after):
            continue
        now = _told(after)
        found = Unproven(found.was if found is not None else _told(before), now, after.since.on)
    return found


def least_left(
    facts: Facts, said: Sequence[Claim], base: Step | None, *, own_days: bool = False
) -> tuple[float, date] | None:
    """The working days that are left at least of work that was not begun when it was looked at last before it was said
    to be further than the time since it began allows; and when that was said. None where nothing was said so.

    It may have begun up to a month before that look, whatever start is told: rows are not kept every day. `own_days`:
    it goes by a calendar of its own, on which every day may be worked.
    """
    told = _known(said, facts.today)
    for before, after in pairwise(told):
        if (base is not None and after.since <= base) or _is_begun(before) or not _is_begun(after):
            continue
        was, then, now = _left(before), _left(after), _left(told[-1])
        if was is None or then is None or now is None:
            continue
        earliest = _looked(before, after) - _LATE
        begun = max(_begun(before, after), earliest) if after.actual_start is not None else earliest
        if was - then > facts.working_days(begun, after.since.on) + _LEAST:
            worked = (facts.today - begun).days if own_days else facts.working_days(begun, facts.today)
            return max(was - worked, now, 0.0), after.since.on
    return None


def _known(said: Sequence[Claim], today: date) -> list[Claim]:
    """What was said without starts that are yet to come: they are plans."""
    return [each if is_past(each.actual_start, today) else each._replace(actual_start=None) for each in said]


def _of_begun(said: list[Claim]) -> list[Claim]:
    """What a row said that never tells whether the work is begun: another row of it does."""
    if any(_is_begun(each) or each.state is not None for each in said):
        return said
    return [each._replace(state=State.DOING) for each in said]


def _begun(before: Claim, after: Claim) -> date:
    """The day after which work began, as it says, else when it was looked at last while it had not."""
    if after.actual_start is not None:
        return as_date(after.actual_start) - timedelta(days=1)
    return _looked(before, after)


def _looked(before: Claim, after: Claim) -> date:
    """The last day on which somebody looked and it was as before."""
    return after.before or before.since.on


def _is_dated_back(before: Claim, after: Claim) -> bool:
    """Whether work is said to have begun more than a month before somebody looked and it had not."""
    if _is_begun(before) or after.actual_start is None:
        return False
    return as_date(after.actual_start) < _looked(before, after) - _LATE


def _shows_work(claim: Claim) -> bool:
    return claim.actual_start is not None or claim.state in (State.DOING, State.BLOCKED, State.DONE)


def _is_begun(claim: Claim) -> bool:
    return _shows_work(claim) or bool(claim.percent)


def _left(claim: Claim) -> float | None:
    """Working days left; None where nothing tells."""
    if not _is_begun(claim):
        return claim.duration if claim.duration is not None else claim.remaining
    if claim.remaining is not None:
        return claim.remaining
    if claim.duration is None or claim.percent is None:
        return None
    return claim.duration * (1 - min(max(claim.percent, 0.0), 100.0) / 100)


def _is_too_fast(facts: Facts, before: Claim, after: Claim) -> bool:
    was, now = _left(before), _left(after)
    if now is None:
        return was is not None and _is_begun(before)  # how far it was is told no more
    start = before.since.on if _is_begun(before) else _begun(before, after)
    if was is None:
        # Nobody told how far it was: since it began it may have come as far as the days since then allow.
        if before.duration is None or before.actual_start is None:
            return False
        was, start = before.duration, _begun(before, before)
    done = was - now
    return done > _LEAST and done > facts.working_days(start, after.since.on) + _LEAST


def _told(claim: Claim) -> str:
    if not _is_begun(claim):
        return "not begun"
    left = _left(claim)
    if left is None:
        return "not told"
    by = f" ({claim.percent:g} %)" if claim.percent is not None and claim.remaining is None else ""
    return f"{left:g} d{by}"
