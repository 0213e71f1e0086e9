"""The CSV export of a query over links of Azure DevOps: titles that are indented by columns, as a flat table.

In a tree the row above that stands less deep is the parent. A query of direct links names under each item those that it
is tied to, some of them many times; the column `Link Type` says how. Source: Azure DevOps documentation, “Import,
update, and export bulk work items with CSV files”, and “Define a query”, Work items and direct links.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from cockpit.charter.words import word
from cockpit.sources.rows import Grid
from cockpit.sources.values import Cell, text

_TITLE = re.compile(r"title (\d{1,3})", re.IGNORECASE)
_ADDED = ("Title", "Parent", "Predecessor")
_REPLACED = ("parent", "predecessor", "link type")


class _Row(NamedTuple):
    number: str
    depth: int
    title: str
    kind: str
    """The type of the link by which it stands below another; empty in a tree."""


def flat(grid: Grid) -> Grid:
    """Return a table with the columns of a flat export; itself where it has no indented titles."""
    headers = [header.strip() for header in grid.header]
    titles = sorted((int(match[1]), at) for at, header in enumerate(headers) if (match := _TITLE.fullmatch(header)))
    folded = [header.casefold() for header in headers]
    if not titles or "title" in folded or "id" not in folded:
        return grid
    places = [at for _, at in titles]
    kind_at = folded.index("link type") if "link type" in folded else None
    id_at = folded.index("id")
    rows = [_row(cells, places, id_at, kind_at) for cells in grid.rows]
    return _with(grid, rows, _relations(rows), set(places), folded)


def _row(cells: Sequence[Cell], places: Sequence[int], id_at: int, kind_at: int | None) -> _Row:
    shown = [text(cells[at]) for at in places]
    depth = next((depth for depth, title in enumerate(shown) if title), 0)
    return _Row(text(cells[id_at]), depth, shown[depth], "" if kind_at is None else word(text(cells[kind_at])))


class _Relations(NamedTuple):
    """What the places of rows say, by number."""

    parents: dict[str, str]
    before: dict[str, list[str]]
    """Item → what comes before it."""


def _relations(rows: Sequence[_Row]) -> _Relations:
    found = _Relations({}, {})
    line: list[_Row] = []
    for row in rows:
        while line and line[-1].depth >= row.depth:
            line.pop()
        above = next((each for each in reversed(line) if each.number), None)
        if above is not None and row.number:
            _take(found, above.number, row.number, row.kind)
        line.append(row)
    return found


def _take(found: _Relations, above: str, own: str, kind: str) -> None:
    if kind in ("", "child"):
        found.parents.setdefault(own, above)
    elif kind == "parent":
        found.parents.setdefault(above, own)
    elif kind == "predecessor":
        found.before.setdefault(above, []).append(own)
    elif kind == "successor":
        found.before.setdefault(own, []).append(above)


def _with(grid: Grid, rows: Sequence[_Row], found: _Relations, gone: set[int], folded: Sequence[str]) -> Grid:
    """Return each item once, with its title, its parent and what comes before it in columns of their own."""
    kept = [at for at in range(len(grid.header)) if at not in gone and folded[at] not in _REPLACED]
    parent_at, before_at = (folded.index(name) if name in folded else None for name in ("parent", "predecessor"))
    seen, numbers, cells = set[str](), [], []
    for row, given, number in zip(rows, grid.rows, grid.numbers, strict=True):
        if row.number in seen:
            continue
        seen.update({row.number} - {""})
        said = "" if parent_at is None else text(given[parent_at])
        given_before = () if before_at is None else (text(given[before_at]),)
        before = ";".join(dict.fromkeys([*found.before.get(row.number, ()), *filter(None, given_before)]))
        own = [row.title, said or found.parents.get(row.number, ""), before]
        cells.append([*own, *(given[at] for at in kept)])
        numbers.append(number)
    return grid._replace(header=(*_ADDED, *(grid.header[at] for at in kept)), rows=cells, numbers=numbers)
