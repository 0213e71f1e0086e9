"""Blockers that stand side by side: none gives days back alone, together they do.

They are joined, largest slip first, until resolving them together regains a day; who turns out not to be needed for
that day is left out again, so that nobody is asked for what changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from cockpit.basics.classes import dataclass

REGAINED = 1.0
"""Calendar days that a joint resolution has to regain."""

_ROUNDED = 0.2
"""By so much the difference of two rounded numbers of days may be off."""

MOST_SPARED = 16
"""Members up to which each is asked whether it is needed: a pass over the whole network each."""

Gains = Mapping[str, float]
"""Objective → calendar days regained."""


@dataclass(frozen=True, slots=True)
class Joint:
    """Blockers that regain days only together. `gains` holds the objectives that they move."""

    members: tuple[str, ...]
    """Their subjects, largest slip first."""
    gains: Gains


def fewest(slips: Sequence[float], late: float) -> int:
    """How many of the first blockers have to be out of the way at least for a day of `late` to come back: what is left
    costs no less than each of it costs alone. `slips` are those costs, the most first."""
    rest = (*slips[1:], 0.0)
    return next((n for n, most in enumerate(rest, start=1) if late - most >= REGAINED - _ROUNDED), len(slips))


def joined(
    parallel: Sequence[str], objective: str, without: Callable[[Sequence[str]], Gains], few: int = 1
) -> Joint | None:
    """The first blockers of `parallel` (largest slip first) that together regain a day of an objective; None when all
    of them do not.

    `without` tells the days regained with these out of the way; more out of the way never regain less. It is asked
    a number of times that grows with the logarithm of their number, and once more a member. Fewer than `few` of them
    are known not to do; mostly so many do.
    """
    asked: dict[tuple[str, ...], Gains] = {}

    def gains(members: Sequence[str]) -> Gains:
        if (found := asked.get(tuple(members))) is None:
            found = asked[tuple(members)] = without(members)
        return found

    def enough(members: Sequence[str]) -> bool:
        return gains(members).get(objective, 0.0) >= REGAINED

    if len(parallel) < 2:
        return None
    many = len(parallel)
    if enough(parallel[:few]):
        many = few
    elif not enough(parallel):
        return None
    while few < many:
        middle = (few + many) // 2
        few, many = (few, middle) if enough(parallel[:middle]) else (middle + 1, many)
    members = list(parallel[:many])
    if many <= MOST_SPARED:
        for each in reversed(members[:]):
            rest = [other for other in members if other != each]
            members = rest if enough(rest) else members
    return Joint(tuple(members), {o: days for o, days in gains(members).items() if days > 0})
