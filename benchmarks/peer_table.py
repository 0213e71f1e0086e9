"""The peer of `saving.py`: a small Textual app that shows a CSV file in a DataTable and watches it.

Written as one writes it: watchfiles with its defaults, the csv module, and only cells that differ are updated.
`python benchmarks/peer_table.py FILE ROW` shows the file with the cursor in that row.
"""

from __future__ import annotations

import asyncio
import csv
import sys
from pathlib import Path

from textual.app import App, ComposeResult
from textual.widgets import DataTable
from watchfiles import awatch


class TableApp(App[None]):
    """A table that follows its file."""

    def __init__(self, path: Path, cursor: int) -> None:
        super().__init__()
        self._path = path
        self._cursor = cursor
        self._rows = read(path)

    def compose(self) -> ComposeResult:
        """The table alone."""
        yield DataTable(cursor_type="row")

    def on_mount(self) -> None:
        """Fill it, and listen."""
        table = self.query_one(DataTable)
        table.add_columns(*self._rows[0])
        table.add_rows(self._rows[1:])
        table.move_cursor(row=self._cursor)
        self.run_worker(self._listen())

    async def _listen(self) -> None:
        async for _ in awatch(self._path.parent):
            rows = await asyncio.to_thread(read, self._path)
            table = self.query_one(DataTable)
            for number, (new, old) in enumerate(zip(rows[1:], self._rows[1:], strict=True)):
                if new != old:
                    for column, (value, before) in enumerate(zip(new, old, strict=True)):
                        if value != before:
                            table.update_cell_at((number, column), value)  # type: ignore[arg-type]
            self._rows = rows


def read(path: Path) -> list[list[str]]:
    """All rows, the header first."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


if __name__ == "__main__":
    TableApp(Path(sys.argv[1]), int(sys.argv[2])).run()
