"""The tables in a file that nobody has mapped yet: in which row of each the headers may stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from cockpit.sources.delimited import read_csv
from cockpit.sources.errors import SourceError
from cockpit.sources.jsontable import Document
from cockpit.sources.rows import Grid
from cockpit.sources.values import Cell, is_blank, text
from cockpit.sources.workbook import Workbook
from cockpit.text import one_line

TITLE_ROWS = 10
"""Rows at the top of a sheet in which its headers are looked for."""
_SAMPLE = 200
"""Rows of which the cells are looked at."""
_HEAD = 1_000_000
"""Bytes of a CSV file that are looked at."""


class Sheet(NamedTuple):
    """A table as it would be with its headers in one row. `row` is None for the first row that is not empty."""

    name: str
    header: tuple[str, ...]
    rows: Sequence[Sequence[Cell]]
    row: int | None = None

    def cells(self, header: str) -> list[str]:
        """Return the texts under a header, as far as they are looked at."""
        at = self.header.index(header)
        return [text(row[at]) for row in self.rows[:_SAMPLE] if not is_blank(row[at])]


def sheets(path: Path, data: bytes) -> list[list[Sheet]]:
    """Return every table of a file, each with the rows in which its headers may stand, the first row first.

    A sheet that holds no table is passed over. SourceError where none holds one.
    """
    found, failures = [], list[SourceError]()
    for read in _tables(path, data):
        try:
            found.append(_likely(read))
        except SourceError as error:
            failures.append(error)
    if failures and not found:
        raise failures[0]
    return found


def _tables(path: Path, data: bytes) -> Iterator[Iterator[Sheet]]:
    name = str(path)
    if data.startswith(b"PK\x03\x04"):
        book = Workbook(data, name)
        for sheet in book.sheets:
            yield _of_workbook(book, sheet)
    elif path.suffix.lower() == ".json":
        document = Document(data, name)
        for table in document.tables:
            yield iter([Sheet(table, *document.grid(table)[:2])])
    else:
        yield _of_csv(data, name)


def _of_workbook(book: Workbook, sheet: str) -> Iterator[Sheet]:
    grid = book.grid(sheet)
    yield Sheet(sheet, grid.header, grid.rows)
    for at, (row, number) in enumerate(zip(grid.rows, grid.numbers, strict=True), 1):
        if number > TITLE_ROWS:
            return
        yield Sheet(sheet, tuple(one_line(text(cell)) for cell in row), grid.rows[at:], number)


def _of_csv(data: bytes, name: str) -> Iterator[Sheet]:
    data = data[:_HEAD].rpartition(b"\n")[0] if len(data) > _HEAD else data
    last: Grid = read_csv(data, name).grid
    sheet = Sheet("", last.header, last.rows)
    for number in range(2, TITLE_ROWS + 2):
        try:
            grid = read_csv(data, name, number).grid
        except SourceError:
            break
        if (grid.header, grid.numbers) != (last.header, last.numbers):
            yield sheet
            sheet = Sheet("", grid.header, grid.rows, number)
        elif sheet.row is not None:
            sheet = sheet._replace(row=number)  # the lines before it were empty
        last = grid
    if (sheet.row or 1) <= TITLE_ROWS:
        yield sheet


def _likely(read: Iterator[Sheet]) -> list[Sheet]:
    """Return the first row, and those after it with more headers than any row above: titles hold fewer cells."""
    kept: list[Sheet] = []
    most = 0
    for sheet in read:
        named = [each for each in sheet.header if each]
        if not kept or (len(named) > most and len(set(named)) == len(named)):
            kept.append(sheet)
        most = max(most, len(named))
    return kept
