"""Merged cells of a sheet: a file stores the text of such a region in its first cell only, people mean all of it."""

from __future__ import annotations

from collections.abc import Sequence

from cockpit.records.model import KEYS
from cockpit.sources.rows import Grid, Plan
from cockpit.sources.values import Cell, is_blank, text

Region = tuple[tuple[int, int], tuple[int, int]]
"""The first and the last cell of a merged region, each as (row, column) from 0."""

_STEPS = 10_000_000
"""Cells that are filled in one sheet; regions that overlap, which no program writes, cannot make it more."""


def fill_down(cells: Sequence[list[Cell]], regions: Sequence[Region]) -> dict[int, set[int]]:
    """Give the text of each region to the cells below its first one, in its first column, where they are empty.

    Return by column the rows that got a text so. A region that spans columns is not filled to the right: what stands
    over several columns is a heading of theirs, not a value of each.
    """
    filled: dict[int, set[int]] = {}
    steps = _STEPS
    for (top, column), (bottom, _) in regions:
        if top >= len(cells) or column >= len(cells[top]) or is_blank(cells[top][column]):
            continue
        for row in range(top + 1, min(bottom + 1, len(cells), top + 1 + steps)):
            if is_blank(cells[row][column]):
                cells[row][column] = cells[top][column]
                filled.setdefault(column, set()).add(row)
        steps -= max(0, min(bottom, len(cells)) - top)
        if steps <= 0:
            break
    return filled


def headings(cells: Sequence[Sequence[Cell]], regions: Sequence[Region]) -> set[int]:
    """Return the rows that are one text over several columns and nothing else: a heading within the table, no row."""
    found = set()
    for (top, column), (_, last) in regions:
        if last > column and top < len(cells):
            own = [index for index, cell in enumerate(cells[top]) if not is_blank(cell)]
            if own == [column]:
                found.add(top)
    return found


def named_by_group(header: Sequence[str], above: Sequence[Cell], row: int, regions: Sequence[Region]) -> list[str]:
    """Return headers where one that stands several times has the heading over it in front: `Plan Start`, `Ist Start`.

    `above` is the row over the headers, number `row` from 0.
    """
    groups: dict[int, str] = {}
    for (top, column), (bottom, last) in regions:
        if top <= row <= bottom and last > column and column < len(above):
            said = text(above[column])
            groups |= {index: said for index in range(column, min(last, len(header) - 1) + 1) if said}
    return [
        f"{groups[index]} {name}" if name and index in groups and list(header).count(name) > 1 else name
        for index, name in enumerate(header)
    ]


def without_repeats(grid: Grid, plan: Plan) -> Grid:
    """Return the grid without rows whose key is merged with that of the row above: one record on several lines."""
    keys = [plan.at[name] for name in KEYS.get(plan.table, ("id",)) if name in plan.at]
    if not grid.merged or not keys:
        return grid
    repeats = frozenset[int].intersection(*(frozenset(grid.merged.get(index, ())) for index in keys))
    if not repeats:
        return grid
    kept = [index for index in range(len(grid.rows)) if index not in repeats]
    return grid._replace(
        rows=[grid.rows[index] for index in kept], numbers=[grid.numbers[index] for index in kept], merged={}
    )
