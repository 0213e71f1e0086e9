"""Which column of a sheet is which of ours: what its header says, held against what its cells hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Literal

from cockpit.basics.classes import dataclass
from cockpit.basics.text import one_line
from cockpit.charter.vocabulary import Column, columns
from cockpit.proposing import cells as looked
from cockpit.proposing.cells import Cells
from cockpit.proposing.grids import Sheet
from cockpit.proposing.headers import Header, Phrase, header, loose_names, names
from cockpit.proposing.sure import Sure, counted
from cockpit.records.model import Moment, State

Kind = Literal["day", "duration", "number", "person", "state", "id", "text"]

_PEOPLE = {"acceptor", "giver_owner", "lead", "leads", "owner", "receiver_owner", "sponsor", "author"}
BY_CELLS = "by its cells"
"""How a reason begins where no header speaks for a choice."""
_AGREES = 0.9
_CONTRADICTS = 0.5
"""Below this part of the cells a column holds something else than its header says."""


@dataclass(frozen=True)
class Choice:
    """A header that is taken for one of our columns, how surely, and why. `others` would fit too."""

    column: str
    header: str
    sure: Sure
    why: str
    others: tuple[str, ...] = ()


@cache
def kind_of(column: Column) -> Kind:
    """Return what the cells of one of our columns must hold."""
    if column.type in (date, date | None, Moment, Moment | None):
        return "day"
    if column.name in ("duration_days", "remaining_days"):
        return "duration"
    if column.type in (float, float | None, int | None):
        return "number"
    if column.name in _PEOPLE:
        return "person"
    if column.type == State | None or column.name == "status":
        return "state"
    return "id" if column.name == "id" else "text"


def profiles(sheet: Sheet) -> Mapping[str, Cells]:
    """Return what the columns of a sheet hold, by header."""
    return {name: looked.of(sheet.cells(name)) for name in sheet.names}


def matched(table: str, sheet: Sheet, held: Mapping[str, Cells], taken: Sequence[str] = ()) -> dict[str, Choice]:
    """Return our column → the header that is taken for it, in the order of our columns; `taken` are out of question.

    The same words as a name of the column first, then without what stands in brackets, then a header that holds the
    words among others; last, for id and title, what the cells alone show. A header whose cells hold something else
    is unsure, and free for another column.
    """
    free = {name: header(name, table) for name in sheet.names if name not in taken}
    found: dict[str, Choice] = {}
    doubted: dict[str, Choice] = {}
    for grade, fits in ((3, _whole), (2, _plain), (1, _within)):
        for column in columns(table):
            if column.name not in found:
                _take(table, column, grade, fits, free, held, found, doubted)
    _by_cells(table, sheet, free, held, found)
    for name, choice in doubted.items():
        if name not in found and choice.header in free:
            found[name] = choice
    return {
        column.name: _beside(table, column, found[column.name], free, held)
        for column in columns(table)
        if column.name in found
    }


def _beside(
    table: str, column: Column, choice: Choice, free: Mapping[str, Header], held: Mapping[str, Cells]
) -> Choice:
    """Return a choice with the headers that are nobody's and would have fitted as well: then it is only likely."""
    kind = kind_of(column)
    known = names(table, column.name)
    others = tuple(
        name
        for name, head in free.items()
        if name != choice.header
        and held[name].said
        and _share(kind, held[name]) >= _AGREES
        and (kind == "day" or not head.dated)
        and any(_whole(phrase, head) for phrase in known)
    )
    if not others or choice.sure is not Sure.SURE:
        return choice
    return replace(choice, sure=Sure.LIKELY, others=others)


def _whole(phrase: Phrase, head: Header) -> bool:
    return phrase.same(head.full) or phrase.same(head.whole)


def _plain(phrase: Phrase, head: Header) -> bool:
    return phrase.same(head.plain)


def _within(phrase: Phrase, head: Header) -> bool:
    return phrase.within(head.plain)


def _take(
    table: str,
    column: Column,
    grade: int,
    fits: Callable[[Phrase, Header], bool],
    free: dict[str, Header],
    held: Mapping[str, Cells],
    found: dict[str, Choice],
    doubted: dict[str, Choice],
) -> None:
    """Give a column the header with the fewest words that fits one of its names, the own name first."""
    kind = kind_of(column)
    for phrase in names(table, column.name):
        fitting = [name for name, head in free.items() if fits(phrase, head) and (kind == "day" or not head.dated)]
        agreeing = [name for name in fitting if _share(kind, held[name]) >= _CONTRADICTS]
        if agreeing:
            best = min(agreeing, key=lambda name: (len(free[name].plain.words), -_share(kind, held[name])))
            loose = phrase in loose_names(table, column.name)
            found[column.name] = judged(column, best, 1 if loose else grade, held[best])
            del free[best]
            return
        if fitting and column.name not in doubted:
            doubted[column.name] = replace(judged(column, fitting[0], 0, held[fitting[0]]), sure=Sure.UNSURE)


def judged(column: Column, name: str, grade: int, held: Cells) -> Choice:
    """Return how surely a header stands for a column. `grade`: 3 the same words, 1 among others, 0 by cells alone."""
    kind = kind_of(column)
    share = _share(kind, held)
    sure = Sure.SURE if grade >= 2 and share >= _AGREES else Sure.LIKELY
    if grade == 0:
        sure = Sure.LIKELY if share >= _AGREES else Sure.UNSURE
    if kind == "id" and held.distinct < len(held.said):
        sure = Sure.LIKELY
    return Choice(column.name, name, sure, why(kind, held) or "by its header")


def why(kind: Kind, held: Cells) -> str:
    """Return what the cells show, for a comment; empty where there are none."""
    total = len(held.said)
    if not held.cells:
        return ""
    counts = {
        "day": (held.dates + held.serials, "days"),
        "duration": (held.durations, "durations"),
        "number": (held.numbers, "numbers"),
        "state": (held.states, "known words"),
    }
    if kind in counts:
        number, noun = counts[kind]
        told = f"{noun} in {number} of {counted(total, 'cell')}"
    elif kind == "id":
        told = (
            f"{counted(total, 'cell')}, {'all different' if held.distinct == total else f'{held.distinct} different'}"
        )
    elif kind == "person":
        told = f"{counted(held.distinct, 'spelling')} in {counted(total, 'cell')}"
    else:
        told = f"{counted(held.distinct, 'text')} in {counted(total, 'cell')}"
    if held.serials and kind == "day":
        told += f", {held.serials} as Excel's numbers"
    if held.open and kind in ("day", "duration", "number"):
        said = ", ".join(f"“{one_line(each, 20)}”" for each in held.open[:2])
        left = len(held.cells) - total
        told += f", {left} {'says' if left == 1 else 'say'} {said}: none"
    return told


def _share(kind: Kind, held: Cells) -> float:
    """Return which part of the cells holds what a column of this kind must hold; 1 where there are none."""
    if not held.said:
        return 1.0
    if kind == "day":
        return held.share(held.dates + held.serials)
    if kind == "duration":
        return held.share(held.durations)
    if kind == "number":
        return held.share(held.numbers)
    if kind == "id":
        return held.share(held.distinct) if held.dates < len(held.said) else 0.0
    values = held.share(held.dates) if kind == "text" else held.share(max(held.dates, held.numbers))
    return 1.0 - values


def _by_cells(
    table: str, sheet: Sheet, free: dict[str, Header], held: Mapping[str, Cells], found: dict[str, Choice]
) -> None:
    """Take for id and title what no header names, where the cells alone show it."""
    needed = {column.name: column for column in columns(table) if column.required}
    rows = min(len(sheet.rows), len(sheet.numbers))
    if "id" in needed and "id" not in found:
        for name in free:
            if _names_rows(held[name], rows, first=name == sheet.names[0]):
                each = held[name]
                found["id"] = Choice("id", name, Sure.LIKELY, f"{BY_CELLS}: {why('id', each)}")
                del free[name]
                break
    if "title" in needed and "title" not in found:
        told = [name for name in free if _tells(held[name])]
        if told:
            best = max(told, key=lambda name: held[name].distinct)
            found["title"] = Choice("title", best, Sure.LIKELY, f"{BY_CELLS}: {why('text', held[best])}")
            del free[best]


def _names_rows(held: Cells, rows: int, *, first: bool) -> bool:
    """Whether cells are the ids of their rows: codes, each another. Days and spans such as `5d` are none; plain numbers
    are ids only in the `first` column, for elsewhere they are amounts, telephones, anything."""
    total = len(held.said)
    if not 1 < total == held.distinct == held.codes or total < rows * _AGREES:
        return False
    return not held.dates and (not held.durations or (first and held.numbers == total))


def _tells(held: Cells) -> bool:
    """Whether cells are different texts of some length, as titles are."""
    texts = held.texts
    return (
        len(texts) > 1
        and held.distinct >= len(texts) * _AGREES
        and sum(map(len, texts)) >= 8 * len(texts)
        and not held.dates
        and held.numbers < len(texts) * 0.1
    )
