"""Amounts of money: what a currency is called, and whether a cost of delay is known at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cockpit.assessment import Assessment

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
