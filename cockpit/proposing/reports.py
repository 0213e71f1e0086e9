"""What a tracker reports of its projects: the column of its traffic lights, worded or only coloured, and its day."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from cockpit.basics.classes import dataclass
from cockpit.proposing.cells import Cells
from cockpit.proposing.columns import Choice
from cockpit.proposing.grids import Sheet
from cockpit.proposing.headers import phrase
from cockpit.proposing.status_words import bright
from cockpit.proposing.sure import Sure, counted
from cockpit.sources.dates import read_column
from cockpit.sources.values import Cell, text

_NAMED = frozenset(
    word
    for name in (
        "rag",
        "health",
        "ampel",
        "ampelstatus",
        "statusampel",
        "gesamtampel",
        "ampelfarbe",
        "projektampel",
        "météo",
    )
    for word in phrase(name).words
)
"""Words of headers over a traffic light, whatever the cells say."""
_WHOLE = frozenset(word for name in ("gesamt", "overall", "total", "global", "summary") for word in phrase(name).words)
_WHOLE_BEGINS = re.compile(r"\s*gesamt", re.IGNORECASE)
"""What stands over the light of all of a project, beside those of its time, cost and scope."""
_MOST = 0.8
_COLOURED = 0.6
_DAY = re.compile(r"\d{4}-\d\d-\d\d|\d{1,2}[./]\s?\d{1,2}[./]\s?\d{2,4}|\d{1,2}\.?(?:er)? [^\W\d_]{3,10}\.? \d{4}")
_STATED = re.compile(
    r"\b(?:stand|stichtag|status|as of|as at|updated?|aktualisiert|mise? à jour|màj|au|arrêté|datum|date|zum|vom|per|"
    r"report|bericht)\b",
    re.I,
)


@dataclass(frozen=True)
class Light:
    """The header of a traffic light; `colours` where the fill of its cells counts."""

    choice: Choice
    colours: bool = False


def light(sheet: Sheet, held: Mapping[str, Cells], spare: Sequence[str]) -> Light | None:
    """Return the reported status of a sheet: a column that is called so, whose words are colours, or that is coloured.

    `spare` are the headers that may be it. None where there is none.
    """
    worded = [name for name in spare if _worded(held[name])]
    named = [name for name in spare if phrase(name).words & _NAMED]
    lights = [name for name in spare if name in worded or (named and held[name].share(held[name].rag) >= _MOST)]
    whole = [name for name in lights if phrase(name).words & _WHOLE or _WHOLE_BEGINS.match(name)]
    for name in (*whole, *(each for each in named if each in worded), *named, *worded):
        return _beside(_light(name, sheet, held[name], known=name in named), [] if whole else lights)
    filled = [name for name in spare if _filled(sheet, name) and not held[name].dates]
    if filled:
        best = min(filled, key=lambda name: (len(held[name].said), sheet.at(name)))
        return _light(best, sheet, held[best], known=False)
    return None


def _beside(found: Light, worded: Sequence[str]) -> Light:
    """A light with the others of its row, of which nobody says that they are all of it."""
    others = tuple(name for name in worded if name != found.choice.header)
    if not others:
        return found
    sure = Sure.LIKELY if found.choice.sure is Sure.SURE else found.choice.sure
    return replace(found, choice=replace(found.choice, sure=sure, others=others))


def _worded(held: Cells) -> bool:
    return held.share(held.rag) >= _MOST and any(bright(said) for said in held.texts)


def _filled(sheet: Sheet, name: str) -> bool:
    """Whether the cells of a column are coloured as traffic lights are: most of them, and not all of one colour that
    the whole table has."""
    fills = sheet.coloured.get(name, {})
    rows = len(sheet.numbers[: len(sheet.rows)])
    return len(fills) >= max(2, rows * _COLOURED) and len(set(fills.values())) > 1


def _light(name: str, sheet: Sheet, held: Cells, *, known: bool) -> Light:
    fills, total = sheet.coloured.get(name, {}), len(sheet.rows)
    silent = len(fills) >= 1 and held.rag < len(fills)
    sure = Sure.SURE if held.share(held.rag) >= 0.9 and held.said else Sure.LIKELY
    why = f"traffic lights in {held.rag} of {counted(len(held.said), 'cell')}" if held.said else "by its header"
    if silent:
        sure = Sure.SURE if not held.said or known else Sure.LIKELY
        why = f"filled {_some(sorted(set(fills.values())))} in {len(fills)} of {counted(total, 'cell')}"
        why += f", of which {len(held.said)} say something" if held.said else ", which say nothing"
    return Light(Choice("status", name, sure, why), silent)


def _some(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def day(above: Sequence[Cell]) -> tuple[date, str] | None:
    """Return the day of which a sheet says over its headers that it stands, with the text that says it.

    None where it says none, several, or one that could be either of two days.
    """
    found: dict[date, str] = {}
    said = ""
    for cell in above:
        if isinstance(cell, datetime | date):
            if _STATED.search(said):
                found[cell.date() if isinstance(cell, datetime) else cell] = f"{said} {str(cell)[:10]}"
        elif isinstance(cell, str) and _STATED.search(cell):
            days = read_column(set(_DAY.findall(cell))).values.values()
            found |= {each.date() if isinstance(each, datetime) else each: text(cell) for each in days}
        said = text(cell)
    return next(iter(found.items())) if len(found) == 1 else None
