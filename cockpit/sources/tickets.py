"""Tickets of any tracker: its table on the way to ours, the links between them, and what was cancelled."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from cockpit.basics.classes import dataclass
from cockpit.basics.text import one_line
from cockpit.charter.charter import Charter, SourceMapping
from cockpit.charter.vocabulary import columns
from cockpit.charter.words import word
from cockpit.records.model import Batch, Kind, Link, Moment, Origin, Problem, State, WorkItem
from cockpit.sources import prose
from cockpit.sources.dates import order_of
from cockpit.sources.delimited import Table, read_csv
from cockpit.sources.errors import refuse
from cockpit.sources.headers import find_header
from cockpit.sources.rows import Grid, Plan, Seen, build
from cockpit.sources.values import Cell, number, text
from cockpit.sources.workbook import Workbook

Computed = dict[str, tuple[str, Sequence[Cell]]]
"""Our column → the header to name in a problem, and a cell for each row."""

SECONDS, HOURS = 1, 3600
_DATES = frozenset(column.name for column in columns("work_items") if column.type == Moment | None)
_SAMPLE = 5_000
"""Texts of a column that are asked for the order of day and month."""
_TAG = re.compile(r"<[^<>]{0,2000}>")
_BREAK = re.compile(r"<(?:br|/p|/div|/li)\b[^<>]{0,200}>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Standings:
    """Where each row stands: its category, and whether it was cancelled, so that nobody works on it any more."""

    states: Sequence[State | None]
    cancelled: Sequence[bool] = ()

    def is_done(self, row: int) -> bool:
        """Whether a date of completion says something: its tool says done, or nothing at all."""
        return not self.is_cancelled(row) and self.states[row] in (State.DONE, None)

    def is_open(self, row: int) -> bool:
        """Whether somebody may still wait with it."""
        return not self.is_cancelled(row) and self.states[row] is not State.DONE

    def is_cancelled(self, row: int) -> bool:
        """Whether the row was cancelled."""
        return bool(self.cancelled) and self.cancelled[row]


class Export:
    """The table of a tracker on its way to a grid with our columns first.

    `headers` says where each of our columns stands: the first header that the file has counts, and before it the one
    that the charter's mapping names.
    """

    def __init__(
        self, grid: Grid, charter: Charter, mapping: SourceMapping, headers: Mapping[str, Sequence[str]]
    ) -> None:
        self.grid, self.charter, self.mapping = grid, charter, mapping
        self.places = {name: at for name, each in headers.items() if (at := self.first(each)) is not None}
        for name, header in mapping.columns.items():
            if (at := self.first((header,))) is not None:
                self.places[name] = at

    def first(self, headers: Sequence[str]) -> int | None:
        """Return where the first of these headers that the file has stands."""
        return next((at[0] for header in headers if (at := find_header(header, self.grid.header))), None)

    def has(self, *headers: str) -> bool:
        """Return whether the file has one of these headers."""
        return self.first(headers) is not None

    def raw(self, name: str) -> list[Cell]:
        """Return the cells of our column `name`; empty where the file has none."""
        at = self.places.get(name)
        return [""] * len(self.grid.rows) if at is None else [row[at] for row in self.grid.rows]

    def texts(self, name: str) -> list[str]:
        """Return the texts of our column `name`; empty where the file has none."""
        return [text(cell) for cell in self.raw(name)]

    def column(self, *headers: str) -> list[str]:
        """Return the texts under the first of these headers that the file has; empty where it has none."""
        at = self.first(headers)
        return [""] * len(self.grid.rows) if at is None else [text(row[at]) for row in self.grid.rows]

    def origin(self, row: int, relative: str) -> Origin:
        """Return where a row stands in its file."""
        return Origin(relative, self.grid.numbers[row], self.grid.sheet)

    def days(self, amounts: Sequence[str], seconds: int = SECONDS) -> list[Cell]:
        """Amounts of work, in units of so many seconds, as days of the charter's calendar; what is no number stays
        and is told."""
        minutes = self.charter.calendar().minutes_per_day
        return [self._scaled(each, 60 * minutes / seconds) for each in amounts]

    def efforts(self, points: Sequence[str], estimates: Sequence[str], seconds: int = SECONDS) -> list[Cell]:
        """Effort in the charter's unit: the estimates where that is days or hours, else the points."""
        unit = word(self.charter.portfolio.effort_unit)
        if "hour" not in unit and "day" not in unit:
            return list(points)
        each = 3600 if "hour" in unit else 60 * self.charter.calendar().minutes_per_day
        found = (self._scaled(estimate, each / seconds) for estimate in estimates)
        return [amount if isinstance(amount, float) else "" for amount in found]

    def _scaled(self, cell: str, divisor: float) -> Cell:
        try:
            return number(cell, self.mapping.decimal) / divisor if cell else ""
        except ValueError:
            return cell

    def finishes(self, cells: Sequence[Cell], standings: Standings) -> list[Cell]:
        """The days of completion of what is done: trackers keep them on what was opened again, where they say
        nothing."""
        return [cell if standings.is_done(row) else "" for row, cell in enumerate(cells)]

    def prepared(
        self,
        computed: Computed,
        standings: Standings,
        left_out: Sequence[str] = (),
        kept: Collection[str] = (),
    ) -> tuple[Grid, Plan]:
        """Return the table with computed columns put before its own, and how to read it.

        Headers that begin with one of `left_out` are dropped, but for what people write under tickets that are not
        finished; so is what a computed column stands for, but for `kept`.
        A column that the charter maps is not computed.
        """
        computed = {name: each for name, each in computed.items() if name not in self.mapping.columns}
        own = [
            index
            for index, header in enumerate(self.grid.header)
            if self._keeps(index, header, computed, left_out, kept)
        ]
        texts, comments = prose.columns(self.grid.header, own)
        also = [*texts, *comments[: prose.LAST]]
        header = (*(label for label, _ in computed.values()), *(self.grid.header[index] for index in (*own, *also)))
        cells = [column for _, column in computed.values()]
        said = [
            prose.cells(given, texts, comments, plain) if also and standings.is_open(row) else [""] * len(also)
            for row, given in enumerate(self.grid.rows)
        ]
        rows = [
            [*(column[row] for column in cells), *(given[index] for index in own), *said[row]]
            for row, given in enumerate(self.grid.rows)
        ]
        at = {name: len(cells) + own.index(index) for name, index in self.places.items() if name not in computed}
        at.update({name: index for index, name in enumerate(computed)})
        defaults = {name: value for name, value in self.mapping.defaults.items() if name != "project"}
        states = [State.TODO if standings.is_cancelled(row) else each for row, each in enumerate(standings.states)]
        grid = Grid(header, rows, self.grid.numbers, self.grid.sheet, self.grid.fractions)
        order = self.mapping.date_order or _order(grid, at)
        return grid, Plan(
            table="work_items", at=at, defaults=defaults, date_order=order, decimal=self.mapping.decimal, states=states
        )

    def _keeps(
        self, index: int, header: str, computed: Collection[str], left_out: Sequence[str], kept: Collection[str]
    ) -> bool:
        if index in (at for name, at in self.places.items() if name not in computed):
            return True
        if index in self.places.values() and header not in kept:
            return False
        return not header.casefold().startswith(tuple(left_out))


def _order(grid: Grid, at: Mapping[str, int]) -> str:
    """Return the order of day and month that any column of dates shows: a tool writes all of them in one way."""
    shown = {order_of(_some(grid, index)) for name, index in at.items() if name in _DATES} - {""}
    return shown.pop() if len(shown) == 1 else ""


def _some(grid: Grid, index: int) -> set[str]:
    found: set[str] = set()
    for row in grid.rows:
        cell = row[index]
        if isinstance(cell, str) and cell:
            found.add(cell)
            if len(found) >= _SAMPLE:
                break
    return found


def grid_of(path: Path, data: bytes, relative: str, mapping: SourceMapping) -> Table:
    """Return the table of an export: CSV, or the workbook that it was saved as."""
    if not data.startswith(b"PK\x03\x04") or path.suffix.lower() in (".csv", ".tsv"):
        return read_csv(data, relative, mapping.header_row)
    book = Workbook(data, relative)
    wanted = mapping.sheet.strip().casefold()
    sheet = next((each for each in book.sheets if not wanted or each.strip().casefold() == wanted), None)
    if sheet is None:
        there = ", ".join(one_line(each, 40) for each in book.sheets)
        raise refuse(relative, f"has no sheet “{mapping.sheet}”; it has {there or 'none'}")
    return Table(book.grid(sheet, mapping.header_row), ())


class Ties:
    """Links between tickets, each once, and a stub for each end that the file does not hold: somebody waits for it, and
    nobody here knows more."""

    def __init__(self, items: Collection[WorkItem], project_of: Callable[[str], str]) -> None:
        self._known, self._project_of = {item.id for item in items}, project_of
        self._gone = {item.id for item in items if item.stub}
        self._links: dict[tuple[str, str], Link] = {}
        self._stubs: dict[str, WorkItem] = {}

    def add(self, before: str, after: str, origin: Origin, title: str = "") -> None:
        """Tie two tickets of which one comes first. `title` is what the file calls the one that it does not hold.

        What was cancelled waits for nothing any more.
        """
        if after in self._gone:
            return
        if before != after and (before, after) not in self._links:
            self._links[before, after] = Link(predecessor=before, successor=after, origin=origin)
        for end in (before, after):
            if end not in self._known and end not in self._stubs:
                self._stubs[end] = WorkItem(
                    id=end,
                    project=self._project_of(end),
                    title=title or end,
                    kind=Kind.TICKET,
                    stub=True,
                    origin=origin,
                )

    @property
    def links(self) -> tuple[Link, ...]:
        """The links in the order in which the file names them."""
        return tuple(self._links.values())

    @property
    def stubs(self) -> tuple[WorkItem, ...]:
        """The ends that the file does not hold."""
        return tuple(self._stubs.values())


def read_tickets(
    export: Export,
    relative: str,
    computed: Computed,
    standings: Standings,
    left_out: Sequence[str] = (),
    kept: Collection[str] = (),
) -> tuple[list[WorkItem], list[Problem]]:
    """Return the tickets of a table, and the problems of its rows.

    What was cancelled is kept as a stub: it is nobody's work and no delivery, but who waits for it waits on.
    """
    grid, plan = export.prepared(computed, standings, left_out, kept)
    records, problems = build(grid, plan, relative, export.charter, Seen())
    gone = {number for row, number in enumerate(export.grid.numbers) if standings.is_cancelled(row)}
    items = [each for each in records if isinstance(each, WorkItem)]
    return [_cancelled(each) if each.origin and each.origin.row in gone else each for each in items], problems


def _cancelled(item: WorkItem) -> WorkItem:
    return replace(item, title=f"{item.title} (cancelled)", state=None, percent=None, actual_finish=None, stub=True)


def batch_of(items: Sequence[WorkItem], ties: Ties, problems: Sequence[Problem]) -> Batch:
    """Return tickets and their links as a batch, its problems in the order of their rows."""
    told = sorted(problems, key=lambda problem: problem.origin.row or 0)
    return Batch({"work_items": (*items, *ties.stubs), "links": ties.links}, tuple(told))


def named(name: str, address: str) -> str:
    """Return a person as `Name <address>`, as far as both are known; the address may be a login."""
    name, address = name.strip(), address.strip()
    return f"{name} <{address}>" if name and address and name != address else name or address


def plain(markup: str) -> str:
    """Return the words of a text that may be HTML: its tags say nothing of what is to be accepted."""
    if "<" not in markup:
        return markup
    lines = (" ".join(line.split()) for line in html.unescape(_TAG.sub("", _BREAK.sub("\n", markup))).splitlines())
    return "\n".join(line for line in lines if line)
