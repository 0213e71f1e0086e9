"""The life of a breach, as frozen records: seen by whom, decided by whom and how, owed by whom; and what there is to
decide between. Days are whole calendar days of the portfolio, as in the log of breaches."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date

from cockpit.basics.classes import dataclass
from cockpit.records.verdicts import Stage

DIGITS = 6
"""So many digits of a breach's id are shown, as long as they tell it from every other that stands."""


def short_ids(keys: Sequence[str]) -> dict[str, str]:
    """Return a short name for each breach, made of its key alone: of hex digits, more where two would share them."""
    whole = {key: hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest() for key in keys}
    digits = DIGITS
    while len({name[:digits] for name in whole.values()}) < len(whole):
        digits += 1
    return {key: name[:digits] for key, name in whole.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledged:
    """Somebody to whom a breach goes has signed that they have seen it. It changes nothing else, and lapses."""

    by: str
    by_name: str
    on: date
    until: date
    """The last day on which it holds."""
    statement: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """A decision that is owed, and by whom. `by` is empty where nobody is named who could decide."""

    by: str
    by_name: str
    since: date
    due: date
    """From this day on it is owed by the next level; by the last one it is overdue from then on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What somebody decided about a breach, and by when it is to be cleared by that."""

    by: str
    by_name: str
    on: date
    due: date
    """The last day on which it holds: a breach that still stands on the day after has outlived it."""
    option: str
    """The id of what was chosen among the options; empty where the note alone says it."""
    outcome: str
    """What was decided, in the words that were signed."""
    statement: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """Where a breach stands between raised and cleared."""

    stage: Stage = Stage.RAISED
    number: int = 1
    """How often it has been raised: 1 at first; each time that it came back is another life."""
    owed_from: date | None = None
    """The first day on which a decision about it is owed, if none is made before."""
    acknowledged: Acknowledged | None = None
    """The acknowledgement that holds today."""
    owed: Owed | None = None
    """The decision that is owed today; None as long as none is, or while one holds."""
    decided: Decided | None = None
    """The last decision. Where one is owed all the same, this one is broken: its day has passed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What an option does to one objective."""

    objective: str
    title: str
    now: date | None
    """Its finish as it is computed today, with everything in that blocks it; None where it can't be computed."""
    then: date | None
    """The same with this option taken."""
    days: float | None
    """Calendar days between the two: what is regained, less than nothing where it is lost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """Something that may be decided about a breach, with days that are recomputed over the whole network."""

    id: str
    title: str
    effects: tuple[Effect, ...] = ()
    """By objective that the breach concerns, the most days first."""
    saved: float | None = None
    """Days regained × cost of delay, summed over the objectives; None where no day moves."""
    saved_assumed: bool = False
    """A cost of delay is not known, and assumed."""
    at_least: bool = False
    """The days rest on an assumed hold: they are a lower bound."""
    due: date
    """By when the breach would have to be cleared by it, unless the decision names another day."""
    then: str = ""
    """What has to be done besides, in words; empty where nothing has."""
