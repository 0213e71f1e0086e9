"""What stands on the terminal, cell by cell, and the few bytes that make it say something else.

Textual sends every line that a widget draws again, whole, with its colours: some 10 KB for one step of the cursor,
which is felt over SSH. Here only cells that differ are sent, and a colour only where it changes. It is also the last
place that a text passes on its way out, so nothing leaves it but the cells themselves and codes of our own.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from rich.cells import split_graphemes
from rich.color import ColorSystem
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.geometry import Region, Size
from textual.strip import Strip

from cockpit.screens.pen import Cell, Means, Pen
from cockpit.screens.runs import Lines, Stretch, reach, write
from cockpit.screens.shades import PLAIN, looks

MARKS = 3
"""Combining marks that one letter carries at most: more would run over its neighbours."""


@lru_cache(4096)
def graphemes(text: str) -> tuple[str, ...]:
    """Return what stands in each cell of a text: harmless, whatever the text is."""
    cells: list[str] = []
    for start, end, width in split_graphemes(text)[0]:
        piece = text[start : min(end, start + 1 + MARKS)]
        if width:
            cells += [piece, *[""] * (width - 1)] if piece.isprintable() else [" "] * width
    return tuple(cells)


def cells_of(strip: Strip, system: ColorSystem) -> list[Cell]:
    """Return the cells that a strip fills."""
    cells: list[Cell] = []
    for text, style, control in strip:
        if not control:
            look, blank = looks(style, system)
            plain = text.isascii() and text.isprintable()
            cells += [(char, blank if char == " " else look) for char in (text if plain else graphemes(text))]
    return cells


class Glass:
    """What stands on a terminal of these means, as far as it is known."""

    def __init__(self, means: Means = Means()) -> None:  # noqa: B008 - it can't change
        self._lines: Lines = []
        self._pen = Pen(means)
        self._keeps = means.keeps
        self._region = Region()

    @property
    def size(self) -> Size:
        """The size of the whole picture that was shown last."""
        return self._region.size

    def forget(self) -> None:
        """Know nothing: the terminal was somebody else's, or has another size."""
        self._lines = []
        self._pen.lift()

    def show(
        self, update: LayoutUpdate | ChopsUpdate, cursor: tuple[int, int] | None, system: ColorSystem, width: int
    ) -> str:
        """Return what to send so that the terminal, of that width, shows an update; nothing where it does already.
        None for `cursor` leaves it anywhere: it is hidden, and only where somebody types a place for it matters."""
        if isinstance(update, LayoutUpdate) and update.region != self._region:
            self.forget()  # parts of a picture of the old size may have been sent to a terminal of the new one
            self._region = update.region
        stretches: list[Stretch] = []
        for x, y, strip in _placed(update) if isinstance(update, ChopsUpdate) else _laid(update):
            stretches += self._put(x, y, cells_of(strip, system))
        if stretches:
            self._pen.width = width
            write(
                self._pen, [(y, start, reach(self._lines[y], start, end)) for y, start, end in stretches], self._lines
            )
            if not self._keeps:
                self._pen.turn(PLAIN)
            if cursor is not None:
                self._pen.go(*cursor)
        return self._pen.take()

    def _put(self, x: int, y: int, cells: list[Cell]) -> Iterator[Stretch]:
        self._lines += [[] for _ in range(y + 1 - len(self._lines))]
        line = self._lines[y]
        line += [None] * (x + len(cells) - len(line))
        for start, end in _differing(line, cells, x):
            yield y, x + start, x + end
        line[x : x + len(cells)] = cells


def _differing(line: list[Cell | None], cells: list[Cell], x: int) -> Iterator[tuple[int, int]]:
    """The stretches of `cells`, which begin at `x`, that are not on the line."""
    if line[x : x + len(cells)] == cells:
        return
    start = end = -1
    for place, cell in enumerate(cells):
        if cell == line[x + place] and (cell[0] or end != place):
            continue
        if place != end:
            if end >= 0:
                yield start, end
            start = place
            while start and not cells[start][0]:
                start -= 1
        end = place + 1
    yield start, end


def _laid(update: LayoutUpdate) -> Iterator[tuple[int, int, Strip]]:
    """Where each strip of a whole screen begins."""
    for y, strips in enumerate(update.strips, update.region.y):
        x = update.region.x
        for strip in strips:
            yield x, y, strip
            x += strip.cell_length


def _placed(update: ChopsUpdate) -> Iterator[tuple[int, int, Strip]]:
    """Where each strip of a part of the screen begins, cut to what is to be drawn again."""
    for y, left, right in update.spans:
        for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            if strip is not None and x <= right and end > left:
                whole = left <= x < right and end <= right
                yield x, y, strip if whole else strip.crop(0, min(end, right) - x)
