"""CSV as people and tools really write it, as rows of texts with the line on which each starts."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from cockpit.basics.text import one_line
from cockpit.records.model import Origin, Problem
from cockpit.sources.errors import refuse
from cockpit.sources.files import decode, encoding_of
from cockpit.sources.rows import Grid

DELIMITERS = (",", ";", "\t", "|")
_PATIENCE = 30
"""How often the lines of a file may be read over again because of misplaced quotation marks."""
_CELL_BYTES = 10_000_000


class Table(NamedTuple):
    """A CSV file: its rows, how they are separated, and what was wrong with some."""

    grid: Grid
    problems: tuple[Problem, ...]


class Row(NamedTuple):
    """A record: the line on which it starts, and its cells."""

    number: int
    cells: list[str]


def read_csv(data: bytes, relative: str, header_row: int | None = None, *, comments: bool = False) -> Table:
    """Return the table in `data`; row numbers are the lines on which records start.

    The header is the first record with a text in it, or the one on line `header_row` or after it. With `comments`,
    records before it whose first cell starts with `#` are passed over.
    """
    text, damaged = decode(data, relative)
    start, text = _skip_separator_line(text)
    delimiter = start or sniff(text, header_row, comments=comments)
    problems: list[Problem] = []
    rows = iter(_records(text, delimiter, relative, problems, 2 if start else 1))
    header = next((row for row in rows if _heads(row, header_row, comments)), None)
    if header is None:
        raise refuse(relative, "has no row of headers; expected column names in the first row")
    if damaged:
        problems.append(Problem(Origin(relative), _damage(damaged)))
    names = tuple(one_line(name) for name in header.cells)
    return Table(grid_of(names, rows, relative, problems), tuple(problems))


class Head(NamedTuple):
    """How a CSV file begins: its headers, what separates cells, and how many lines end with the headers'."""

    header: tuple[str, ...]
    delimiter: str
    lines: int


def split(data: bytes, relative: str, header_row: int | None, *, comments: bool) -> tuple[Head, list[Row]] | None:
    """Return the head of a CSV file and the records below it; None where `read_csv` finds anything odd in it."""
    if encoding_of(data) not in ("utf-8", "utf-8-sig"):
        return None
    text, damaged = decode(data, relative)
    start, text = _skip_separator_line(text)
    lines, skipped = list(_lines(text)), 1 if start else 0
    delimiter = start or sniff(text, header_row, comments=comments)
    rows = None if damaged else records_of(lines, delimiter, skipped + 1)
    at = next((n for n, row in enumerate(rows or ()) if _heads(row, header_row, comments)), None)
    if rows is None or at is None:
        return None
    below = rows[at + 1 :]
    end = below[0].number - 1 if below else len(lines) + skipped
    return Head(tuple(map(one_line, rows[at].cells)), delimiter, end), below


def records_of(lines: Sequence[str], delimiter: str, first: int) -> list[Row] | None:
    """Return the records of lines, of which the first has this number; None where a quotation mark is misplaced."""
    csv.field_size_limit(_CELL_BYTES)
    try:
        found = list(csv.reader(lines, delimiter=delimiter, strict=True))
        if len(found) == len(lines):
            return list(map(Row, range(first, first + len(lines)), found))
        reader, rows, begun = csv.reader(lines, delimiter=delimiter, strict=True), list[Row](), 0
        for cells in reader:
            rows.append(Row(first + begun, cells))
            begun = reader.line_num
    except csv.Error:
        return None
    return rows


def _damage(count: int) -> str:
    return f"{count} characters are not valid in the file's encoding and are shown as �; save it as UTF-8"


def _heads(row: Row, header_row: int | None, comments: bool) -> bool:
    if row.number < (header_row or 1) or not any(cell.strip() for cell in row.cells):
        return False
    return not (comments and row.cells[0].lstrip().startswith("#"))


def _skip_separator_line(text: str) -> tuple[str, str]:
    """Excel's first line `sep=;` names the delimiter and is no row."""
    line, _, rest = text.partition("\n")
    stripped = line.strip().strip('"')
    if stripped.lower().startswith("sep=") and len(stripped) == 5:
        return stripped[4], rest
    return ("\t", rest) if line.lower().startswith("sep=\t") else ("", text)


def sniff(text: str, header_row: int | None = None, *, comments: bool = False) -> str:
    """Return the delimiter that the header line has most often outside quotes; a comma where it has none."""
    for number, line in enumerate(_lines(text), 1):
        bare = line.strip().strip('"')
        if number >= (header_row or 1) and bare and not (comments and bare.startswith("#")):
            unquoted = "".join(line.split('"')[::2])
            return max(DELIMITERS, key=unquoted.count)
    return ","


def _lines(text: str) -> Iterator[str]:
    return iter(io.StringIO(text, newline=""))


class _Cursor:
    """The lines of a text, from any of them on."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines, self.at, self.read = lines, 0, 0

    def __iter__(self) -> _Cursor:
        return self

    def __next__(self) -> str:
        if self.at >= len(self.lines):
            raise StopIteration
        self.at += 1
        self.read += 1
        return self.lines[self.at - 1]


def _records(text: str, delimiter: str, relative: str, problems: list[Problem], first: int) -> list[Row]:
    """Return every record. A quotation mark that is never closed costs its own line only, not the rest of the file."""
    csv.field_size_limit(_CELL_BYTES)
    cursor, rows = _Cursor(list(_lines(text))), list[Row]()
    patience = _PATIENCE * len(cursor.lines)
    while cursor.at < len(cursor.lines):
        reader, begun = csv.reader(cursor, delimiter=delimiter, strict=cursor.read < patience), cursor.at
        try:
            for cells in reader:
                rows.append(Row(begun + first, cells))
                begun = cursor.at
        except csv.Error as error:
            cursor.at = begun + 1
            if (lone := _lone(cursor.lines[begun], delimiter)) is not None:
                rows.append(Row(begun + first, lone))
            else:
                problems.append(Problem(Origin(relative, begun + first), _unclosed(str(error))))
                rows.append(Row(begun + first, []))  # it keeps its place among the rows that are counted
    return rows


def _lone(line: str, delimiter: str) -> list[str] | None:
    """Return the cells of a line whose quotation marks are misplaced but paired; None where one stays open."""
    if line.count('"') % 2:
        return None
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return None


def _unclosed(reason: str) -> str:
    if "quote" in reason or "expected after" in reason or "unexpected end" in reason:
        reason = "a quotation mark opens a text here and is not closed"
    return f"{reason}; the line is left out, write a quotation mark inside a text twice"


def grid_of(header: tuple[str, ...], rows: Iterable[Row], relative: str, problems: list[Problem]) -> Grid:
    """Return records as a grid; those that have more cells than headers are added to the problems."""
    width, kept, numbers, ordinals = len(header), [], [], []
    for ordinal, row in enumerate(rows, 1):
        cells = row.cells
        if len(cells) != width:
            if any(cell.strip() for cell in cells[width:]):
                message = (
                    f"has {len(cells)} cells under {width} headers; the row is left out: put quotation marks around "
                    "a text that contains the delimiter"
                )
                problems.append(Problem(Origin(relative, row.number), message))
                continue
            cells = cells[:width] + [""] * (width - len(cells))
        if any(cell and not cell.isspace() for cell in cells):
            kept.append(cells)
            numbers.append(row.number)
            ordinals.append(ordinal)
    return Grid(header, kept, numbers, ordinals=ordinals)
