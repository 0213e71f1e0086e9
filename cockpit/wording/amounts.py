"""Amounts of money: what a currency is called, and whether a cost of delay is known at all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING

from cockpit.basics.kept import kept

if TYPE_CHECKING:
    from cockpit.records.assessment import Assessment, Breach

_SIZES = {"thousand": 1e3, "million": 1e6, "millions": 1e6, "mn": 1e6, "billion": 1e9, "billions": 1e9, "bn": 1e9}


def unit_of(currency: str) -> tuple[str, float]:
    """Return the name of a currency and how many of it an amount of 1 is: `("GBP", 1e6)` for `GBP million`."""
    name, _, size = currency.strip().rpartition(" ")
    return (name.strip(), _SIZES[size.casefold()]) if name and size.casefold() in _SIZES else (currency.strip(), 1.0)


def delay_currency(assessment: Assessment) -> str | None:
    """Return the currency in which days of delay are shown as money; None where nobody has named what a day costs.

    There the engine weighs every day as 1 to sort by, and that is no money.
    """
    weighed = [view.cost_assumed for view in assessment.objectives]
    return None if weighed and all(weighed) else assessment.currency


def day_cost(assessment: Assessment, subject: str) -> tuple[float | None, bool]:
    """Return what one day costs that passes while a subject blocks, in `delay_currency`, and whether that is assumed.

    It is the cost of delay of every objective whose finish it moves, summed; None where it moves none, or in no money.
    """
    return _day_costs(assessment).get(subject, (None, False))


def breach_day_cost(assessment: Assessment, breach: Breach) -> tuple[float | None, bool]:
    """Return the same for a breach; for one that moves no objective, what a day costs that its own is later."""
    found = day_cost(assessment, breach.subject)
    if found[0] is not None or delay_currency(assessment) is None:
        return found
    own = next((view for view in assessment.objectives if view.record.id == breach.objective), None)
    return (own.cost_of_delay, own.cost_assumed) if own is not None else found


@kept
def _day_costs(assessment: Assessment) -> Mapping[str, tuple[float | None, bool]]:
    moved = defaultdict[str, set[str]](set)
    for chain in assessment.chains:
        for blocker in chain.blockers:
            if blocker.leverage_days:
                for subject in (blocker.subject, *blocker.together):
                    moved[subject].add(chain.objective)
    if delay_currency(assessment) is None:
        return {}
    costs = {o.record.id: (o.cost_of_delay, o.cost_assumed) for o in assessment.objectives if o.cost_of_delay}
    found: dict[str, tuple[float | None, bool]] = {}
    for subject, objectives in moved.items():
        known = [costs[objective] for objective in objectives if objective in costs]
        if known:
            found[subject] = (sum(cost or 0.0 for cost, _ in known), any(assumed for _, assumed in known))
    return found
