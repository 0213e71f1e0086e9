"""Sheets that are plans: rows named by their number, and rows that stand under others.

Smartsheet names rows by their number, counted below the headers with empty rows, and its Excel export groups rows that
are indented (Smartsheet help, “Understand and resolve formatting issues in Smartsheet backups”). Other sheets have a
column of levels or of WBS numbers, or indent the names of tasks with spaces.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import PurePosixPath

from cockpit.charter.charter import SourceMapping
from cockpit.charter.vocabulary import columns, fold
from cockpit.records.model import Kind, Origin, Problem
from cockpit.sources.durations import days
from cockpit.sources.errors import SourceError
from cockpit.sources.headers import find_header
from cockpit.sources.rows import Grid
from cockpit.sources.values import Cell, is_blank, text

ROW, OUTLINE, INDENT = "#row", "#outline", "#indent"
"""What a mapping names in the place of a header: the number of a row, how deep it is grouped, how far its title is
indented."""
_PARENT, _KIND = "#parent", "#kind"
_WBS = re.compile(r"\d+(?:\.\d+)*\.?")
_DEEPEST = 1_000

Groups = Callable[[str], Mapping[int, int]]
"""Sheet → by row number how deep the row is grouped."""


def qualifier_of(mapping: SourceMapping, relative: str) -> str:
    """Return what stands before the ids of a source: what the charter says; for numbers of rows the file's name."""
    return mapping.qualifier or (PurePosixPath(relative).stem if ROW in mapping.columns.values() else "")


def outlined(
    grid: Grid, mapping: SourceMapping, groups: Groups, relative: str
) -> tuple[Grid, SourceMapping, list[Problem]]:
    """Return the sheet with columns for the numbers of rows, for parents and for kinds, where the mapping asks for
    them; the mapping that names these columns; and what was asked for and is not there."""
    names = {fold(column.name): column.name for column in columns(mapping.table)}
    own = dict(mapping.columns or {names[fold(each)]: each for each in grid.header if fold(each) in names})
    if ROW in own.values() and ROW not in grid.header:
        grid = _with(grid, ROW, [*(grid.ordinals or grid.numbers)])
    if not mapping.level:
        return grid, mapping.model_copy(update={"columns": own}) if mapping.columns else mapping, []
    try:
        depths = _depths(grid, mapping.level, own, groups)
    except SourceError as error:
        return grid, mapping, [error.problem]
    if depths is None:
        message = f"no column “{mapping.level}” for level; rows stand under no others"
        return grid, mapping, [Problem(Origin(relative, None, grid.sheet), message, mapping.level)]
    above = _above(depths)
    ids = _cells(grid, own.get("id", ""))
    if "parent" not in own and ids:
        grid = _with(grid, _PARENT, ["" if at is None else ids[at] for at in above])
        own["parent"] = _PARENT
    if "kind" not in own and "kind" not in mapping.defaults:
        grid = _with(grid, _KIND, _kinds(grid, above, own))
        own["kind"] = _KIND
    return grid, mapping.model_copy(update={"columns": own}), []


def _with(grid: Grid, header: str, cells: Sequence[Cell]) -> Grid:
    rows = [[*row, cell] for row, cell in zip(grid.rows, cells, strict=True)]
    return grid._replace(header=(*grid.header, header), rows=rows)


def _cells(grid: Grid, header: str) -> list[Cell]:
    places = find_header(header, grid.header) if header else []
    return [row[places[0]] for row in grid.rows] if places else []


def _depths(grid: Grid, level: str, own: Mapping[str, str], groups: Groups) -> list[int | None] | None:
    """Return how deep each row stands; None for a row that does not say it, and where the sheet has no such column."""
    if level == OUTLINE and OUTLINE not in grid.header:
        found = groups(grid.sheet)
        return [found.get(number, 0) for number in grid.numbers]
    if level == INDENT and INDENT not in grid.header:
        titles = _cells(grid, own.get("title", ""))
        return [_indent(cell) for cell in titles] if titles else None
    cells = _cells(grid, level)
    if not cells:
        return [] if not grid.rows and find_header(level, grid.header) else None
    said = [text(cell) for cell in cells]
    numbers = [each for each in said if _WBS.fullmatch(each)]
    dotted = any("." in each.rstrip(".") for each in numbers)
    return [_depth(each, dotted) for each in said]


def _depth(said: str, dotted: bool) -> int | None:
    """Return the level that a cell says: the parts of a WBS number, where the column has such, else the number."""
    if not _WBS.fullmatch(said):
        return None
    return min(len(said.rstrip(".").split(".")) if dotted else int(said.rstrip(".")[:6]), _DEEPEST)


def _indent(cell: Cell) -> int | None:
    if not isinstance(cell, str) or is_blank(cell):
        return None
    return min(len(cell.expandtabs(4)) - len(cell.expandtabs(4).lstrip()), _DEEPEST)


def _above(depths: Sequence[int | None]) -> list[int | None]:
    """Return the row under which each stands: the nearest one above that is less deep."""
    line: list[tuple[int, int]] = []
    above: list[int | None] = []
    for row, depth in enumerate(depths):
        if depth is None:
            above.append(None)
            continue
        while line and line[-1][0] >= depth:
            line.pop()
        above.append(line[-1][1] if line else None)
        line.append((depth, row))
    return above


def _kinds(grid: Grid, above: Sequence[int | None], own: Mapping[str, str]) -> list[Cell]:
    """What others stand under is a summary; what takes no time is a milestone; all else is an activity."""
    parents = set(above)
    durations = _cells(grid, own.get("duration_days", "")) or [""] * len(grid.rows)
    return [
        str(Kind.SUMMARY if row in parents else Kind.MILESTONE if _is_nothing(duration) else Kind.ACTIVITY)
        for row, duration in enumerate(durations)
    ]


def _is_nothing(duration: Cell) -> bool:
    try:
        return not is_blank(duration) and days(duration) == 0
    except ValueError:
        return False
