"""The order of day and month, and the mark before decimals, where a column does not show its own but another does."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from cockpit.basics.text import one_line
from cockpit.proposing.cells import Cells
from cockpit.proposing.headers import begins_with
from cockpit.proposing.proposed import Setting
from cockpit.proposing.sure import Sure
from cockpit.sources import numbers
from cockpit.sources.dates import order_of, read_column

_DAY_FIRST = ("nr", "datum", "beginn", "ende", "verantwort", "projektl", "ampel", "kosten", "debut", "fin", "echeance",
              "responsable", "equipe", "projet", "titre", "statut")  # fmt: skip
"""Beginnings of German and French headers: in these languages people write the day first."""


def ordered(days: Mapping[str, Cells], held: Mapping[str, Cells], header: Sequence[str]) -> Setting | None:
    """Return the order of day and month for columns that leave it open: what another column of the sheet shows.

    Nothing is guessed: where no column shows it, the setting is unsure, with what speaks for it. None where all is
    clear.
    """
    unclear = {name: found.unclear for name, each in days.items() if (found := read_column(_texts(each))).unclear}
    if not unclear:
        return None
    name, texts = next(iter(unclear.items()))
    example = one_line(min(texts), 20)
    shown = {other: order for other, each in held.items() if (order := order_of(_texts(each)))}
    orders = set(shown.values())
    if len(orders) == 1:
        return Setting(
            "date_order", orders.pop(), Sure.SURE, f"“{name}” leaves {example} open; “{next(iter(shown))}” shows it"
        )
    speaks = "; in its language the day is first" if begins_with(" ".join(header), _DAY_FIRST) else ""
    return Setting("date_order", "dmy", Sure.UNSURE, f'or "mdy": {example} under “{name}” could be either day{speaks}')


def decimal_of(amounts: Mapping[str, Cells], held: Mapping[str, Cells]) -> Setting | None:
    """Return the mark before decimals for columns that leave it open; like `ordered`."""
    unclear = {
        name: found.unclear for name, each in amounts.items() if (found := numbers.read_column(_texts(each))).unclear
    }
    if not unclear:
        return None
    name, texts = next(iter(unclear.items()))
    example = one_line(min(texts), 20)
    shown = {other: mark for other, each in held.items() if (mark := numbers.read_column(_texts(each)).decimal)}
    marks = set(shown.values())
    if len(marks) == 1:
        return Setting(
            "decimal", marks.pop(), Sure.SURE, f"“{name}” leaves {example} open; “{next(iter(shown))}” shows it"
        )
    many, one = numbers.readings(min(texts))
    return Setting("decimal", ",", Sure.UNSURE, f'or ".": {example} under “{name}” could be {many} or {one}')


def _texts(held: Cells) -> Collection[str]:
    return {cell.strip() for cell in held.said if isinstance(cell, str)}
