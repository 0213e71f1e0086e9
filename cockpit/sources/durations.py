"""Durations and lags as planning tools write them: `5d`, `2.5 days`, `1w`, `4h`, `3 Tage`, `2 jours?`.

Sources: Smartsheet help, “Project sheet columns” (`w d h m`); Microsoft Project writes the units of its own language, a
question mark behind what is estimated, and counts a week as 5 and a month as 20 working days by default.
"""

from __future__ import annotations

import re

from cockpit.sources.numbers import LONGEST
from cockpit.sources.values import Cell, number

_SHAPE = re.compile(r"(?P<number>[+\-−~]?\s*[\d.,'’\u00a0\u202f]+)\s*(?P<unit>[^\W\d_]*)\.?\s*\??")
_UNITS = {
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes", "minuten"), "minute"),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours", "std", "stunde", "stunden", "heure", "heures"), "hour"),
    **dict.fromkeys(
        ("", "d", "day", "days", "dy", "dys", "t", "tag", "tage", "j", "jr", "jrs", "jour", "jours"), "day"
    ),
    **dict.fromkeys(("w", "wk", "wks", "week", "weeks", "woche", "wochen", "sem", "semaine", "semaines"), "week"),
    **dict.fromkeys(("mo", "mon", "mons", "month", "months", "monat", "monate", "mois"), "month"),
}
_WEEK, _MONTH = 5, 20
EXPECTED = "a number of working days, such as 5, 5d, 2w or 4h"


def days(cell: Cell, decimal: str = "", minutes_per_day: int = 480) -> float:
    """Return a duration in working days of so many minutes. ValueError for what is none, and for elapsed time, which
    runs through nights and weekends and so is no amount of work."""
    if not isinstance(cell, str):
        return number(cell, decimal)
    match = _SHAPE.fullmatch(cell.strip()) if len(cell) <= LONGEST else None
    unit = _UNITS.get(match["unit"].casefold()) if match else None
    if match is None or unit is None:
        return _plain(cell, decimal)
    amount = number(match["number"].replace("~", ""), decimal)
    scale = {"minute": 1 / minutes_per_day, "hour": 60 / minutes_per_day, "day": 1.0, "week": _WEEK, "month": _MONTH}
    return amount * scale[unit]


def _plain(cell: str, decimal: str) -> float:
    """Return a number that is written in another way, such as `1e-05`."""
    try:
        return number(cell, decimal)
    except ValueError as error:
        raise ValueError(EXPECTED) from error
