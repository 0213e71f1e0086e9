"""Where records stand, and how many records keep it in little room."""

from __future__ import annotations

import threading
from typing import NamedTuple


class Origin(NamedTuple):
    """Where a record was read: path relative to the portfolio, sheet (workbooks), row (1-based, as people count)."""

    path: str
    row: int | None = None
    sheet: str = ""

    def __str__(self) -> str:
        place = f"{self.path}[{self.sheet}]" if self.sheet else self.path
        return place if self.row is None else f"{place} row {self.row}"


_ROWS = 1 << 32
"""More rows than a file has that can be read."""
_files: list[tuple[str, str]] = []
"""Path and sheet of all that was packed; they stay as long as the process."""
_numbers: dict[tuple[str, str], int] = {}
_numbering = threading.Lock()


def packed(origin: Origin | None) -> Origin | int | None:
    """A place as one number, of its file and its row: it takes a third of the room. What has no row stays as it is."""
    if origin is None or origin.row is None or not 0 <= origin.row < _ROWS:
        return origin
    file = origin.path, origin.sheet
    number = _numbers.get(file)
    return (_numbered(file) if number is None else number) * _ROWS + origin.row


def unpacked(kept: Origin | int | None) -> Origin | None:
    """The place that was packed."""
    if not isinstance(kept, int):
        return kept
    path, sheet = _files[kept // _ROWS]
    return Origin(path, kept % _ROWS, sheet)


def _numbered(file: tuple[str, str]) -> int:
    with _numbering:
        if file not in _numbers:
            _files.append(file)
            _numbers[file] = len(_files) - 1
        return _numbers[file]
