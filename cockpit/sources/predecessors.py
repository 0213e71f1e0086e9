"""The column of predecessors that planning tools write: `12FS +3d, 14SS`, as links.

Sources: Smartsheet help, “Enable dependencies and use predecessors”; Microsoft Project, field Predecessors: the types
of its German and French versions, lags in percent of the predecessor's duration, and `;` between them where a comma
stands before decimals.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from cockpit.basics.text import one_line
from cockpit.charter.charter import Charter, SourceMapping
from cockpit.records.model import Link, LinkType, Origin, Problem, Record, WorkItem
from cockpit.sources.durations import days
from cockpit.sources.headers import find_header
from cockpit.sources.rows import Grid
from cockpit.sources.values import text

_TYPES = {
    **dict.fromkeys(("FS", "EA", "FD"), LinkType.FS),
    **dict.fromkeys(("SS", "AA", "DD"), LinkType.SS),
    **dict.fromkeys(("FF", "EE"), LinkType.FF),
    **dict.fromkeys(("SF", "AE", "DF"), LinkType.SF),
}
"""Of English, German (Ende, Anfang) and French (fin, début) versions."""
_PART = re.compile(rf"(.+?)\s*({'|'.join(_TYPES)})\s*([+\-−].+)?", re.IGNORECASE)
_LIMIT = 1_000
"""Predecessors that one cell may name."""


class Said(NamedTuple):
    """One predecessor as a cell names it."""

    name: str
    type: LinkType = LinkType.FS
    lag: str = ""


def parts_of(cell: str, known: Mapping[str, WorkItem]) -> Iterator[Said]:
    """Yield the predecessors of a cell. A name that is one of `known`, the items of its file, is taken whole."""
    for part in filter(None, (each.strip() for each in cell.split(";"))):
        inner = [each.strip() for each in part.split(",") if each.strip()]
        if part in known or len(inner) == 1 or _is_lag(_said(part, known).lag):
            yield _said(part, known)
        else:
            yield from (_said(each, known) for each in inner)


def _is_lag(text: str) -> bool:
    """Return whether a text with a comma is one lag, such as `+1,5d`, and not a lag with another predecessor behind."""
    try:
        return bool(text) and days(text.removesuffix("%")) is not None
    except ValueError:
        return False


def _said(part: str, known: Mapping[str, WorkItem]) -> Said:
    match = None if part in known else _PART.fullmatch(part)
    return (
        Said(match[1], _TYPES[match[2].upper()], (match[3] or "").replace("−", "-").replace(" ", ""))
        if match
        else Said(part)
    )


def linked(
    grid: Grid, records: Sequence[Record], mapping: SourceMapping, relative: str, charter: Charter, *, closed: bool
) -> tuple[list[Link], list[Problem]]:
    """Return the links that the column `mapping.predecessors` of a sheet names, and what of it cannot be read.

    `records` are its work items. `closed`: its predecessors are rows of its own, so another name is a fault.
    """
    places = find_header(mapping.predecessors, grid.header)
    if not places:
        message = f"no column “{mapping.predecessors}” for predecessors; no links are read"
        return [], [Problem(Origin(relative, None, grid.sheet), message, mapping.predecessors)]
    items = [each for each in records if isinstance(each, WorkItem)]
    minutes = charter.calendar().minutes_per_day
    reader = _Reader(items, relative, minutes, mapping.decimal, closed=closed)
    return reader.links(grid, places[0]), reader.problems


class _Reader:
    """Makes the links of one sheet."""

    def __init__(
        self, items: Sequence[WorkItem], relative: str, minutes_per_day: int, decimal: str, *, closed: bool
    ) -> None:
        self._items = {item.id: item for item in items}
        self._relative, self._minutes, self._decimal, self._closed = relative, minutes_per_day, decimal, closed
        self.problems: list[Problem] = []

    def links(self, grid: Grid, at: int) -> list[Link]:
        """Return the links that column `at` names, each once; what cannot be read is told."""
        rows = {item.origin.row: item for item in self._items.values() if item.origin}
        found: dict[tuple[str, str, LinkType], Link] = {}
        for cells, number in zip(grid.rows, grid.numbers, strict=True):
            item, cell = rows.get(number), text(cells[at])
            if item is None or not cell:
                continue
            origin = Origin(self._relative, number, grid.sheet)
            for count, said in enumerate(parts_of(cell, self._items)):
                link = self._link(said, item, origin, grid.header[at]) if count < _LIMIT else None
                if link is not None:
                    found.setdefault((link.predecessor, link.successor, link.type), link)
        return list(found.values())

    def _link(self, said: Said, item: WorkItem, origin: Origin, header: str) -> Link | None:
        if said.name == item.id:
            return None
        if self._closed and said.name not in self._items:
            self._tell(origin, header, f"“{one_line(said.name, 60)}” is no row of this sheet")
            return None
        try:
            lag = self._lag(said)
        except ValueError as error:
            self._tell(origin, header, f"expected a lag such as +3d; found “{one_line(said.lag, 60)}” ({error})")
            return None
        return Link(predecessor=said.name, successor=item.id, type=said.type, lag_days=lag, origin=origin)

    def _lag(self, said: Said) -> float:
        if not said.lag:
            return 0.0
        if not said.lag.endswith("%"):
            return days(said.lag, self._decimal, self._minutes)
        before = self._items.get(said.name)
        return days(said.lag[:-1], self._decimal) / 100 * ((before.duration_days if before else None) or 0.0)

    def _tell(self, origin: Origin, header: str, message: str) -> None:
        self.problems.append(Problem(origin, f"{message}; this link is left out", header))
