"""The tables in a file that nobody has mapped yet: in which row of each the headers may stand."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from functools import cached_property
from pathlib import Path

from cockpit.basics.classes import dataclass
from cockpit.sources.delimited import read_csv
from cockpit.sources.errors import SourceError
from cockpit.sources.jsontable import Document
from cockpit.sources.rows import Grid
from cockpit.sources.values import Cell, is_blank
from cockpit.sources.workbook import Workbook

TITLE_ROWS = 30
"""Rows at the top of a sheet in which its headers are looked for."""
SAMPLE = 500
"""Rows of which the cells are looked at."""
WIDEST = 500
"""Columns of a file that are looked at."""
_MONTH_FIRST = re.compile(r"(?<!\d)(0?[1-9]|1[0-2])[-./ ](20\d\d)(?!\d)")
_YEAR_FIRST = re.compile(r"(?<![\d./-])(20\d\d)(?:[-./ ]?(0[1-9]|1[0-2]))?(?!\d)")
_HEAD = 2_000_000
"""Bytes of a CSV file that are looked at."""


def _no_fills(_columns: Sequence[int]) -> Mapping[int, Mapping[int, str]]:
    return {}


@dataclass(frozen=True)
class Sheet:
    """A table as it is with its headers in one row. `row` is None for the first row that is not empty.

    `numbers` are the rows as people count them, `above` the texts over the headers, `fills` asks for the colours of
    columns: by column and row number a word.
    """

    name: str
    header: tuple[str, ...]
    rows: Sequence[Sequence[Cell]]
    numbers: Sequence[int]
    row: int | None = None
    above: tuple[Cell, ...] = ()
    fills: Callable[[Sequence[int]], Mapping[int, Mapping[int, str]]] = field(default=_no_fills, compare=False)

    def at(self, header: str) -> int:
        """Return where a header stands first."""
        return self.header.index(header)

    def cells(self, header: str) -> list[Cell]:
        """Return the cells under a header that say something, as far as they are looked at."""
        at = self.at(header)
        return [row[at] for row in self.rows[:SAMPLE] if not is_blank(row[at])]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The headers that name a column, each once."""
        return tuple(dict.fromkeys(name for name in self.header[:WIDEST] if name))

    @cached_property
    def coloured(self) -> Mapping[str, Mapping[int, str]]:
        """By header and row number the fill of each cell that has one, of the rows that are looked at."""
        found = self.fills([self.at(name) for name in self.names])
        seen = set(self.numbers[:SAMPLE])
        return {
            name: {number: word for number, word in found.get(self.at(name), {}).items() if number in seen}
            for name in self.names
        }


@dataclass(frozen=True)
class Tables:
    """The tables of a file, and the names of its sheets that were passed over, each with the reason."""

    sheets: tuple[tuple[Sheet, ...], ...]
    passed: tuple[tuple[str, str], ...] = ()


def newest_first(sheets: Sequence[tuple[Sheet, ...]]) -> list[tuple[Sheet, ...]]:
    """Return sheets in their order, but those that are named by a year or month with the latest of them first."""
    stamped = [at for at, choices in enumerate(sheets) if _stamp(choices[0].name)]
    order = list(sheets)
    latest = sorted(stamped, key=lambda at: _stamp(sheets[at][0].name), reverse=True)
    for place, at in zip(stamped, latest, strict=True):
        order[place] = sheets[at]
    return order


def _stamp(name: str) -> tuple[int, ...]:
    """Return year and month of the name of a sheet: `2025`, `2025-03`, `03/2025`; empty where it names none."""
    if match := _YEAR_FIRST.search(name):
        return int(match[1]), int(match[2] or 0)
    match = _MONTH_FIRST.search(name)
    return (int(match[2]), int(match[1])) if match else ()


def tables(path: Path, data: bytes) -> Tables:
    """Return every table of a file, each with the rows in which its headers may stand, the first row first.

    SourceError where no sheet holds one.
    """
    found, passed, failures = [], list[tuple[str, str]](), list[SourceError]()
    for name, read in _each(path, data, passed):
        try:
            found.append(tuple(_likely(read)))
        except SourceError as error:
            failures.append(error)
            passed.append((name, "it is empty"))
    if failures and not found:
        raise failures[0]
    return Tables(tuple(found), tuple(passed))


def _each(path: Path, data: bytes, passed: list[tuple[str, str]]) -> Iterator[tuple[str, Iterator[Sheet]]]:
    name = str(path)
    if data.startswith(b"PK\x03\x04"):
        book = Workbook(data, name)
        for sheet in book.sheets:
            if sheet in book.hidden:
                passed.append((sheet, "it is hidden"))
            else:
                yield sheet, _of_workbook(book, sheet)
    elif path.suffix.lower() == ".json":
        document = Document(data, name)
        for table in document.tables:
            grid = document.grid(table)
            yield table, iter([Sheet(table, grid.header, grid.rows, grid.numbers)])
    else:
        yield "", _of_csv(data, name)


def _of_workbook(book: Workbook, sheet: str) -> Iterator[Sheet]:
    def fills(columns: Sequence[int]) -> Mapping[int, Mapping[int, str]]:
        try:
            return book.fills(sheet, columns)
        except SourceError:
            return {}

    def made(grid: Grid, row: int | None, above: Sequence[Cell]) -> Sheet:
        return Sheet(sheet, grid.header, grid.rows, grid.numbers, row, tuple(above), fills)

    first = book.grid(sheet)
    yield made(first, None, ())
    above: list[Cell] = []
    most = 0
    for number, row in enumerate(book.top(sheet, TITLE_ROWS), 1):
        named = sum(not is_blank(cell) for cell in row)
        if 0 < most < named:
            yield made(book.grid(sheet, number), number, above)
        most = max(most, named)
        above += [cell for cell in row if not is_blank(cell)]


def _of_csv(data: bytes, name: str) -> Iterator[Sheet]:
    data = data[:_HEAD].rpartition(b"\n")[0] if len(data) > _HEAD else data
    last: Grid = read_csv(data, name).grid
    above: list[Cell] = []
    sheet = Sheet("", last.header, last.rows, last.numbers)
    for number in range(2, TITLE_ROWS + 2):
        try:
            grid = read_csv(data, name, number).grid
        except SourceError:
            break
        if (grid.header, grid.numbers) != (last.header, last.numbers):
            yield sheet
            above += [each for each in last.header if each]
            sheet = Sheet("", grid.header, grid.rows, grid.numbers, number, tuple(above))
        elif sheet.row is not None:  # the lines before it were empty
            sheet = Sheet("", grid.header, grid.rows, grid.numbers, number, sheet.above)
        last = grid
    if (sheet.row or 1) <= TITLE_ROWS:
        yield sheet


def _likely(read: Iterator[Sheet]) -> Iterator[Sheet]:
    """Yield the first row, and those after it with more headers than any row above: titles hold fewer cells."""
    most = -1
    for sheet in read:
        named = [each for each in sheet.header if each]
        if most < 0 or (len(named) > most and _like_headers(sheet, named)):
            yield sheet
        most = max(most, len(named))


def _like_headers(sheet: Sheet, named: Sequence[str]) -> bool:
    """Headers are names: hardly any stands twice, hardly any is a number or a day."""
    at = [index for index, each in enumerate(sheet.header) if each]
    repeated = sum(count - 1 for count in Counter(named).values())
    values = sum(each.replace(".", "").replace("-", "").replace(",", "").isdecimal() for each in named)
    return len(at) >= 2 and repeated <= len(named) // 4 and values <= len(named) // 4
