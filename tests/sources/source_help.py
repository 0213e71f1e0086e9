"""What the tests of readers share: a charter, and files on disk."""

from pathlib import Path

import xlsxwriter

from cockpit.charter.charter import Charter, load
from cockpit.records.model import Batch
from cockpit.sources.registry import Found, read, scan

MINIMAL = '[portfolio]\nid = "p"\ntitle = "P"\n'


def charter(folder: Path, more: str = "") -> Charter:
    """Write a charter into the folder and load it. `more` goes behind [portfolio]."""
    (folder / "portfolio.toml").write_text(MINIMAL + more, encoding="utf-8")
    return load(folder)


def put(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def found(folder: Path, name: str, more: str = "") -> Found:
    return next(each for each in scan(folder, charter(folder, more)) if each.relative == name)


def batch(folder: Path, name: str, more: str = "") -> Batch:
    """Read one source of the folder, as the product does."""
    return read(found(folder, name, more), charter(folder, more))


def workbook(path: Path, sheets: dict[str, list[list[object]]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    book = xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd", "nan_inf_to_errors": True})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(number, column, cell)
                elif cell is not None:
                    sheet.write(number, column, cell)
    book.close()
    return path
