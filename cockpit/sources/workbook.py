"""XLSX workbooks as rows of cells, after making sure that reading them fits into memory."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from cockpit.basics.text import one_line
from cockpit.sources.errors import SourceError, refuse
from cockpit.sources.files import binary_kind
from cockpit.sources.merged import fill_down, headings, named_by_group
from cockpit.sources.rows import Grid
from cockpit.sources.values import Cell, is_blank, text

UNPACKED_LIMIT = 1_000_000_000
"""Bytes that a workbook may unpack to."""
CELL_LIMIT = 30_000_000
"""Cells of the rectangle from A1 to the last cell of a sheet."""

_PLACE = re.compile(rb"""\br=["']([A-Z]{1,3})(\d{1,7})["']""")
_ENTRY = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
_CHUNK = 1 << 20


class Workbook:
    """An open workbook. SourceError at once where it is damaged, encrypted, or unpacks to too much."""

    def __init__(self, data: bytes, relative: str) -> None:
        self._relative, self._data = relative, data
        if not data.startswith(b"PK"):
            raise refuse(relative, binary_kind(data) or "is no Excel workbook; save it as .xlsx")
        import python_calamine

        _check_archive(data, relative)
        try:
            self._book = python_calamine.load_workbook(io.BytesIO(data))
        except BaseException as error:
            raise _damaged(relative, error) from error
        self.sheets: tuple[str, ...] = tuple(self._book.sheet_names)

    @property
    def hidden(self) -> frozenset[str]:
        """The sheets that nobody sees."""
        import python_calamine

        visible = python_calamine.SheetVisibleEnum.Visible
        return frozenset(each.name for each in self._book.sheets_metadata if each.visible != visible)

    def top(self, sheet: str, count: int) -> list[list[Cell]]:
        """Return the first rows of a sheet, from row 1, with what is merged downwards in each of its rows."""
        try:
            opened = self._book.get_sheet_by_name(sheet)
            rows: list[list[Any]] = opened.to_python(skip_empty_area=False, nrows=count)
            fill_down(rows, opened.merged_cell_ranges or ())
        except BaseException as error:
            raise _damaged(self._relative, error, sheet) from error
        return rows

    def grid(self, sheet: str, header_row: int | None = None) -> Grid:
        """Return the table of a sheet; the header is row `header_row`, else the first row with a text in it.

        The text of cells that are merged downwards counts in each of their rows. A row in which nothing else stands is
        none, and neither is one merged cell across the table: that is a heading.
        """
        try:
            opened = self._book.get_sheet_by_name(sheet)
            cells: list[list[Any]] = opened.to_python(skip_empty_area=False)
            regions = opened.merged_cell_ranges or ()
        except BaseException as error:
            raise _damaged(self._relative, error, sheet) from error
        first = (header_row or 1) - 1
        at = next((index for index in range(first, len(cells)) if _heads(cells[index])), None)
        if at is None:
            raise refuse(self._relative, "has no row of headers; expected column names in the first row", sheet=sheet)
        passed = {row for row in headings(cells, regions) if row > at}
        filled = fill_down(cells, regions)
        header = [one_line(text(cell)) for cell in cells[at]]
        if at:
            header = named_by_group(header, cells[at - 1], at - 1, regions)
        rows, numbers, merged = _body(cells, at, filled, passed)
        ordinals = [number - at - 1 for number in numbers]
        return Grid(tuple(header), rows, numbers, sheet, fractions=True, merged=merged, ordinals=ordinals)

    def fills(self, sheet: str, columns: Collection[int]) -> Mapping[int, Mapping[int, str]]:
        """Return by column (from 0) and row number (from 1) the fill of each cell as a word: see `fills.fills`.

        SourceError where the colours cannot be read.
        """
        from cockpit.sources.fills import fills

        try:
            return fills(self._data, sheet, columns)
        except Exception as error:
            said = one_line(str(error), 120)
            raise refuse(self._relative, f"has cell colours that cannot be read ({said})", sheet=sheet) from error

    def groups(self, sheet: str) -> Mapping[int, int]:
        """Return by row number (from 1) how deep each row of a sheet is grouped: see `groups.groups`.

        SourceError where the groups cannot be read.
        """
        from cockpit.sources.groups import groups

        try:
            return groups(self._data, sheet)
        except Exception as error:
            said = one_line(str(error), 120)
            raise refuse(self._relative, f"has grouped rows that cannot be read ({said})", sheet=sheet) from error


def _body(
    cells: Sequence[list[Any]], at: int, filled: Mapping[int, Collection[int]], passed: Collection[int]
) -> tuple[list[Sequence[Cell]], list[int], dict[int, set[int]]]:
    """Return the rows below the headers with their numbers, and by column which of them are merged with the one above.

    A row that is empty, one in which nothing stands but what is merged into it, and one of `passed` are none.
    """
    rows: list[Sequence[Cell]] = []
    numbers: list[int] = []
    merged: dict[int, set[int]] = {}
    for index in range(at + 1, len(cells)):
        own = sum(not is_blank(cell) for cell in cells[index])
        below = [column for column, places in filled.items() if index in places]
        if own > len(below) and index not in passed:
            for column in below:
                merged.setdefault(column, set()).add(len(rows))
            rows.append(cells[index])
            numbers.append(index + 1)
    return rows, numbers, merged


def _heads(row: Sequence[Any]) -> bool:
    first = next((cell for cell in row if not is_blank(cell)), None)
    return first is not None and not (isinstance(first, str) and first.startswith("#"))


def _damaged(relative: str, error: BaseException, sheet: str = "") -> SourceError:
    """Return the error for what calamine raised. Its panics derive from BaseException; interrupts pass through."""
    if isinstance(error, KeyboardInterrupt | SystemExit | GeneratorExit | MemoryError):
        raise error
    import python_calamine

    if isinstance(error, python_calamine.PasswordError):
        return refuse(relative, "is protected by a password; save it without one")
    said = one_line(str(error), 120)
    return refuse(relative, f"is a damaged or cut-off workbook ({said}); save or copy it again", sheet=sheet)


def _check_archive(data: bytes, relative: str) -> None:
    """Unpack without keeping: a damaged archive, one that swells, or a cell far out of the way is refused first."""
    unpacked = 0
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > UNPACKED_LIMIT:
                raise _swollen(relative)
            for entry in archive.infolist():
                extent = _Extent() if _ENTRY.fullmatch(entry.filename) else None
                with archive.open(entry) as stream:
                    while chunk := stream.read(_CHUNK):
                        unpacked += len(chunk)
                        if unpacked > UNPACKED_LIMIT:
                            raise _swollen(relative)
                        if extent:
                            extent.see(chunk)
                if extent and extent.cells > CELL_LIMIT:
                    raise _scattered(relative, extent)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as error:
        raise _damaged(relative, error) from error


def _swollen(relative: str) -> SourceError:
    limit = f"{UNPACKED_LIMIT // 1_000_000_000} GB"
    return refuse(
        relative, f"unpacks to more than {limit}, so it is not read; delete what is no table and save it again"
    )


def _scattered(relative: str, extent: _Extent) -> SourceError:
    message = f"has a sheet that reaches to row {extent.rows} and column {extent.columns}, too far to be read"
    return refuse(relative, f"{message}; delete the empty rows and columns behind the table and save it again")


class _Extent:
    """How far the cells of a sheet reach, seen in its XML as it streams by."""

    def __init__(self) -> None:
        self.rows = self.columns = 0
        self._tail = b""

    @property
    def cells(self) -> int:
        return self.rows * self.columns

    def see(self, chunk: bytes) -> None:
        data = self._tail + chunk
        for letters, digits in _PLACE.findall(data):
            self.rows = max(self.rows, int(digits))
            if len(letters) > 1 or self.columns < 26:
                self.columns = max(self.columns, _column(letters))
        self._tail = data[-24:]


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
