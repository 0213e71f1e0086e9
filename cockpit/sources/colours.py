"""Status columns that are coloured: the fill of a cell in the place of a word that it does not say."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

from cockpit.basics.text import one_line
from cockpit.charter.charter import Charter
from cockpit.records.model import Origin, Problem
from cockpit.sources.errors import SourceError
from cockpit.sources.rows import Grid, Plan
from cockpit.sources.values import Cell, is_blank, text

Fills = Callable[[str, Collection[int]], Mapping[int, Mapping[int, str]]]
"""Sheet and columns (from 0) → by column and row number the word of each cell's fill."""


def coloured(
    grid: Grid, plan: Plan, names: Sequence[str], fills: Fills, relative: str, charter: Charter
) -> tuple[Grid, Plan, list[Problem]]:
    """Return the grid with a further column for each of our columns `names`: a word of the charter, else the fill.

    A cell that says a known status word keeps it; else its fill counts; without a fill its text stays. Where a word
    and the fill of its cell contradict each other, that is told once for the column. Where there are no colours, that
    is told and the texts stand.
    """
    at = {name: plan.at[name] for name in names if name in plan.at}
    if not at:
        return grid, plan, []
    try:
        found = fills(grid.sheet, set(at.values()))
    except SourceError as error:
        return grid, plan, [error.problem]
    rows, header, places = [list(row) for row in grid.rows], list(grid.header), dict(plan.at)
    problems: list[Problem] = []
    for name, index in at.items():
        words = found.get(index, {})
        reader = _Reader(plan.table, charter)
        said = [
            reader.word(row[index], words.get(number, "")) for row, number in zip(grid.rows, grid.numbers, strict=True)
        ]
        places[name] = len(header)
        header.append(grid.header[index])
        for row, word in zip(rows, said, strict=True):
            if index not in places.values() and text(row[index]) == word:
                row[index] = ""  # it would be kept beside the word that it is
            row.append(word)
        problems += _contradictions(grid, index, words, reader, relative)
    return grid._replace(header=tuple(header), rows=rows), replace(plan, at=places), problems


class _Reader:
    """What the words and the fills of a column mean by the charter."""

    def __init__(self, table: str, charter: Charter) -> None:
        self.meant: Callable[[str], object] = charter.rag_of if table == "status_reports" else charter.state_of

    def word(self, cell: Cell, fill: str) -> str:
        said = text(cell)
        return said if not fill or (said and self.meant(said) is not None) else fill


def _contradictions(grid: Grid, index: int, words: Mapping[int, str], reader: _Reader, relative: str) -> list[Problem]:
    differ = [
        (number, text(row[index]), words[number])
        for row, number in zip(grid.rows, grid.numbers, strict=True)
        if number in words
        and not is_blank(row[index])
        and reader.meant(words[number]) is not None
        and reader.meant(text(row[index])) not in (None, reader.meant(words[number]))
    ]
    if not differ:
        return []
    number, said, fill = differ[0]
    many = "1 cell" if len(differ) == 1 else f"{len(differ):,} cells"
    message = f"“{one_line(said, 60)}” stands in a cell that is filled {fill} ({many} of this kind); the word counts"
    return [Problem(Origin(relative, number, grid.sheet), message, grid.header[index])]
