"""XLSX workbooks as rows of cells, after making sure that reading them fits into memory."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Sequence
from typing import Any

import python_calamine

from cockpit.sources.errors import SourceError, refuse
from cockpit.sources.files import binary_kind
from cockpit.sources.rows import Grid
from cockpit.sources.values import Cell, is_blank, text
from cockpit.text import one_line

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
        self._relative = relative
        if not data.startswith(b"PK"):
            raise refuse(relative, binary_kind(data) or "is no Excel workbook; save it as .xlsx")
        _check_archive(data, relative)
        try:
            self._book = python_calamine.load_workbook(io.BytesIO(data))
        except BaseException as error:
            raise _damaged(relative, error) from error
        self.sheets: tuple[str, ...] = tuple(self._book.sheet_names)

    def grid(self, sheet: str, header_row: int | None = None) -> Grid:
        """Return the table of a sheet; the header is row `header_row`, else the first row with a text in it."""
        try:
            cells: Sequence[Sequence[Any]] = self._book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
        except BaseException as error:
            raise _damaged(self._relative, error, sheet) from error
        first = (header_row or 1) - 1
        at = next((index for index in range(first, len(cells)) if _heads(cells[index])), None)
        if at is None:
            raise refuse(self._relative, "has no row of headers; expected column names in the first row", sheet=sheet)
        header = tuple(one_line(text(cell)) for cell in cells[at])
        rows: list[Sequence[Cell]] = []
        numbers: list[int] = []
        for index in range(at + 1, len(cells)):
            if not all(is_blank(cell) for cell in cells[index]):
                rows.append(cells[index])
                numbers.append(index + 1)
        return Grid(header, rows, numbers, sheet, fractions=True)


def _heads(row: Sequence[Any]) -> bool:
    first = next((cell for cell in row if not is_blank(cell)), None)
    return first is not None and not (isinstance(first, str) and first.startswith("#"))


def _damaged(relative: str, error: BaseException, sheet: str = "") -> SourceError:
    """Return the error for what calamine raised. Its panics derive from BaseException; interrupts pass through."""
    if isinstance(error, KeyboardInterrupt | SystemExit | GeneratorExit | MemoryError):
        raise error
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
