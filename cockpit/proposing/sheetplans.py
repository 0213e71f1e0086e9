"""Plans that stand in sheets, as Smartsheet and others export them: rows named by their number, and one project."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from cockpit.basics.text import one_line
from cockpit.proposing.cells import Cells
from cockpit.proposing.columns import Choice
from cockpit.proposing.grids import Sheet
from cockpit.proposing.headers import names, phrase
from cockpit.proposing.names import fold
from cockpit.proposing.proposed import Setting
from cockpit.proposing.sure import Sure, counted
from cockpit.sources.outline import OUTLINE, ROW

_NUMBERED = re.compile(r"\s*(\d{1,6})\s*(?:[A-Za-z]{2}\s*(?:[+\-−].*)?)?")
_GENERIC = re.compile(r"(?:sheet|tabelle|feuil|blatt|export|plan|tasks?|aufgaben|tâches)\W*\d*", re.IGNORECASE)


class Named(NamedTuple):
    """A project that a sheet is the plan of."""

    id: str
    title: str


def before(sheet: Sheet, taken: Mapping[str, Choice]) -> str | None:
    """Return the header over the predecessors of rows; None where no free header says so."""
    used, known = {choice.header for choice in taken.values()}, names("links", "predecessor")
    return next((name for name in sheet.names if name not in used and phrase(name) in known), None)


def numbered(sheet: Sheet, taken: Mapping[str, Choice], held: Mapping[str, Cells]) -> Choice | None:
    """Return the numbers of rows as ids, where no header names ids and predecessors are numbers of rows."""
    head = before(sheet, taken)
    if "id" in taken or head is None or not held[head].said:
        return None
    parts = [part for cell in held[head].texts for part in re.split(r"[,;]", cell) if part.strip()]
    known = [match for part in parts if (match := _NUMBERED.fullmatch(part)) and 0 < int(match[1]) <= len(sheet.rows)]
    if len(known) < len(parts) * 0.9:
        return None
    return Choice("id", ROW, Sure.LIKELY, f"“{one_line(head, 40)}” names rows by their number")


def settings(sheet: Sheet, taken: Mapping[str, Choice], held: Mapping[str, Cells], stem: str) -> list[Setting]:
    """Return what a list of work needs beside its columns: who comes before whom, and ids of its own."""
    head, ids = before(sheet, taken), taken.get("id")
    found: list[Setting] = []
    if ids is None:
        return found
    if head is not None and held[head].said:
        found.append(_predecessors(head, ids, held))
    if ids.header == ROW:
        why = "if its rows are grouped: the rows below another are part of it"
        return [*found, Setting("level", OUTLINE, Sure.UNSURE, why)]
    numbers = held[ids.header]
    if numbers.said and numbers.numbers == len(numbers.said) and all(len(text) < 6 for text in numbers.texts):
        why = "its ids are plain numbers, which other files have too"
        found.append(Setting("qualifier", slug(stem) or "list", Sure.LIKELY, why))
    return found


def _predecessors(head: str, ids: Choice, held: Mapping[str, Cells]) -> Setting:
    total = len(held[head].said)
    if ids.header == ROW:
        return Setting("predecessors", head, Sure.SURE, f"{counted(total, 'cell')} with numbers of rows")
    known = set(held[ids.header].texts)
    single = sum(text.partition(";")[0].partition(",")[0].strip() in known for text in held[head].texts)
    why = f"{single} of {counted(total, 'cell')} begin with the id of another row"
    sure = Sure.SURE if single == total else Sure.LIKELY if single >= total / 2 else Sure.UNSURE
    return Setting("predecessors", head, sure, why)


def own_project(sheet: Sheet, taken: Mapping[str, Choice], stem: str) -> Named | None:
    """Return the project that a plan is of, where no column says it: called as its sheet, else as its file."""
    planned = {"duration_days", "remaining_days"} & set(taken) or before(sheet, taken) is not None
    if "project" in taken or not planned:
        return None
    title = stem if not sheet.name or _GENERIC.fullmatch(sheet.name.strip()) else sheet.name
    return Named(slug(title) or "plan", one_line(title, 80))


def slug(text: str) -> str:
    """Return a text as an id."""
    return "-".join(re.findall(r"[a-z0-9]+", fold(text)))
