"""A table stated once and printed four ways: for people in a terminal and as Markdown, for scripts as CSV and JSON."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Generic, TypeVar

from cockpit.basics.classes import dataclass
from cockpit.basics.text import one_line
from cockpit.outlets.cells import csv_cell, csv_text, escape, json_value
from cockpit.outlets.look import PAPER, WIDEST, Look
from cockpit.outlets.plain import cells_of, fold

R = TypeVar("R")

TIED = "\N{NO-BREAK SPACE}"
"""Stands between words of a cell that stay on one line."""
GAP = 2
ROOM = 32
"""Cells below which a column that gives way first gives no more, as long as others can."""
FEW = 18
"""Cells below which nobody wants to read it."""
LONGEST = 24
"""Cells of a word that is not broken."""
MOST = 2_000
"""Characters of a cell."""


@dataclass(frozen=True)
class Column(Generic[R]):
    """One column: what scripts call it and find in it, and what people read."""

    name: str
    """The header in CSV and the key in JSON; empty where only people need it."""
    value: Callable[[R], Any]
    """For scripts: text, number, truth, day, moment, a list of these, None for what is unknown."""
    title: str | None = None
    """The heading for people; None where only scripts need it."""
    shown: Callable[[R], str] | None = None
    """For people; by default the value as text."""
    right: bool = False
    grows: bool = False
    """It is the first to give way where there is little room, and wraps."""
    tone: Callable[[R], str] | None = None
    """In which tone of `look.TONES` a row shows it."""
    in_csv: Callable[[Any], Any] | None = None
    """What becomes of the value in CSV where that is not what JSON has."""
    least: int = 0
    """Cells of a line below which people don't see it."""
    only: str = ""
    """`csv` or `json`, where scripts find it in that alone."""
    bare: bool = False
    """What scripts find is ISO text of ours, a whole number or None: CSV takes it as it is."""

    def cells(self, rows: Sequence[R]) -> list[Any]:
        """Return what CSV has of each row."""
        found = [self.value(row) for row in rows]
        if self.in_csv is not None:
            found = [self.in_csv(value) for value in found]
        return found if self.bare else [csv_cell(value) for value in found]

    def words(self, row: R) -> str:
        """Return the cell for people, on one line."""
        text = self.shown(row) if self.shown is not None else csv_text(self.value(row))
        return TIED.join(one_line(part, MOST) for part in text.split(TIED))


@dataclass(frozen=True)
class Table(Generic[R]):
    """Columns; whoever prints gives the rows. People don't see a column in which no row has anything."""

    columns: Sequence[Column[R]]
    spaced: bool = False
    """An empty line between rows, where any takes more than two."""

    def text(self, rows: Iterable[R], look: Look = PAPER) -> str:
        """Return rows under headings, columns two spaces apart, no line wider than `look.width`; ends with a newline.

        Cells wrap; nothing is cut. Where that would be too narrow to read, each row is told line by line.
        """
        columns, cells, tones = self._for_people(rows, look.width)
        sizes = _sizes(columns, cells, look.width)
        if not sizes:
            return "\n".join(_joined(_told(columns, row, look)) for row in cells)
        heads = [tied(column.title or "") for column in columns]
        head = _block(columns, heads, sizes, ["strong"] * len(heads), look)
        blocks = [_block(columns, row, sizes, tone, look) for row, tone in zip(cells, tones, strict=True)]
        apart = self.spaced and any(len(block) > 2 for block in blocks)
        return _joined(head) + ("\n" if apart else "").join(map(_joined, blocks))

    def markdown(self, rows: Iterable[R]) -> str:
        """Return a Markdown table that says the same; what others wrote stays text. Ends with a newline."""
        columns, cells, _ = self._for_people(rows, WIDEST)
        rules = ["--:" if column.right else "---" for column in columns]
        lines = [[escape(column.title or "") or " " for column in columns], rules, *(map(escape, row) for row in cells)]
        return "".join(f"| {' | '.join(line)} |\n" for line in lines)

    def csv(self, rows: Iterable[R]) -> str:
        """Return all rows as CSV under the names for scripts. What a spreadsheet would run begins with `'`."""
        kept, columns = list(rows), self._for_scripts("csv")
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow([column.name for column in columns])
        writer.writerows(zip(*(column.cells(kept) for column in columns), strict=True))
        return out.getvalue()

    def objects(self, rows: Iterable[R]) -> list[dict[str, Any]]:
        """Return an object for each row as JSON knows it, its keys the names for scripts."""
        made = [(column.name, column.value) for column in self._for_scripts("json")]
        return [{name: json_value(value(row)) for name, value in made} for row in rows]

    def _for_scripts(self, form: str) -> list[Column[R]]:
        return [column for column in self.columns if column.name and column.only in ("", form)]

    def _for_people(self, rows: Iterable[R], width: int) -> tuple[list[Column[R]], list[list[str]], list[list[str]]]:
        kept = list(rows)
        columns = [column for column in self.columns if column.title is not None and column.least <= width]
        cells = {id(column): [column.words(row) for row in kept] for column in columns}
        columns = [column for column in columns if any(cells[id(column)])] or columns[:1]
        tones = [[column.tone(row) if column.tone else "" for column in columns] for row in kept]
        return columns, [[cells[id(column)][n] for column in columns] for n in range(len(kept))], tones


def _sizes(columns: Sequence[Column[Any]], rows: Sequence[Sequence[str]], width: int) -> list[int]:
    """How wide each column is: as its widest cell, as long as there is room. Else those that grow give way first, then
    all others, down to heading and longest word. No sizes where that is too wide."""
    texts = [[tied(column.title or ""), *(row[n] for row in rows)] for n, column in enumerate(columns)]
    sizes = [max(map(cells_of, cells)) for cells in texts]
    room = width - GAP * (len(sizes) - 1)
    if sum(sizes) <= room:
        return sizes
    words = [max(cells_of(word) for cell in cells for word in cell.split(" ")) for cells in texts]
    grows = [column.grows for column in columns]
    _shrink(sizes, [min(size, ROOM) if grow else size for size, grow in zip(sizes, grows, strict=True)], room)
    if sum(sizes) > room:
        # Cells that break at all may as well break at every word, for the sake of those that take many lines.
        floors = [
            ROOM if grow else max(cells_of(cells[0]), min(word, LONGEST))
            for grow, word, cells in zip(grows, words, texts, strict=True)
        ]
        sizes = [min(size, floor) for size, floor in zip(sizes, floors, strict=True)]
        _shrink(sizes, [FEW if grow else size for size, grow in zip(sizes, grows, strict=True)], room)
    return _filled(texts, sizes, grows, room) if sum(sizes) <= room else []


def _shrink(sizes: list[int], floors: Sequence[int], room: int) -> None:
    """Make the widest columns narrower until all fit, none narrower than its floor."""
    while sum(sizes) > room and (can := [n for n, size in enumerate(sizes) if size > floors[n]]):
        sizes[max(can, key=sizes.__getitem__)] -= 1


def _filled(texts: Sequence[Sequence[str]], sizes: Sequence[int], grows: Sequence[bool], room: int) -> list[int]:
    """Give what wrapped cells leave empty to the columns that gave way first."""
    used = [
        size if grow else max(cells_of(line) for cell in cells for line in _wrapped(cell, size))
        for cells, size, grow in zip(texts, sizes, grows, strict=True)
    ]
    growing = [n for n, grow in enumerate(grows) if grow]
    for place, n in enumerate(growing):
        used[n] += (room - sum(used)) // (len(growing) - place)
    return used


def _block(
    columns: Sequence[Column[Any]], row: Sequence[str], sizes: Sequence[int], tones: Sequence[str], look: Look
) -> list[str]:
    """The lines of one row."""
    cells = [_wrapped(text, size) for text, size in zip(row, sizes, strict=True)]
    lines = []
    for number in range(max(map(len, cells))):
        line = []
        for column, cell, size, tone in zip(columns, cells, sizes, tones, strict=True):
            text = cell[number] if number < len(cell) else ""
            space = " " * max(0, size - cells_of(text))
            line.append(space + look.tinted(text, tone) if column.right else look.tinted(text, tone) + space)
        lines.append((" " * GAP).join(line).rstrip())
    return lines


def _joined(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _told(columns: Sequence[Column[Any]], row: Sequence[str], look: Look) -> list[str]:
    """A row line by line: the heading and what stands under it."""
    lines = []
    for column, text in zip(columns, row, strict=True):
        if text:
            head = f"{column.title}: " if column.title else ""
            lines += [line.replace(TIED, " ") for line in fold(f"{head}{text}", look.width, rest="  ")]
    return lines


def _wrapped(text: str, size: int) -> list[str]:
    """A cell in lines. What leads it to show how deep it stands (`· · `) leads the other lines as blanks."""
    bare = text.lstrip(f"·{TIED} ")
    deep = text[: len(text) - len(bare)]
    deep = deep if cells_of(deep) <= size // 2 else ""
    lines = fold(bare if deep else text, size, deep) if cells_of(text) > size else [text]
    return [line.replace(TIED, " ") for line in lines]


def tied(text: str) -> str:
    """Return text that stays on one line of a cell, where the column is wide enough."""
    return text.replace(" ", TIED)


def listed(*parts: str) -> str:
    """Return those of several short facts that are any, each on one line: `≥ 29 d, USD 736k`."""
    return ", ".join(tied(part) for part in parts if part)
