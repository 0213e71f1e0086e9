"""What stands on the terminal, cell by cell, and the few bytes that make it say something else.

Textual sends every line that a widget draws again, whole, with its colours: some 10 KB for one step of the cursor,
which is felt over SSH. Here only cells that differ are sent, and a colour only where it changes. It is also the last
place that a text passes on its way out, so nothing leaves it but the cells themselves and codes of our own.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from rich.cells import split_graphemes
from rich.color import ColorSystem
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.strip import Strip

from cockpit.screens.shades import PLAIN, SHOWN, Look, looks

GAP = 4
"""Cells that stay as they are and are cheaper sent again than stepped over."""
EMPTY = 8
"""Blanks in a row from which on they are cheaper erased than sent."""
MARKS = 3
"""Combining marks that one letter carries at most: more would run over its neighbours."""
Cell = tuple[str, Look]
"""What stands in a cell, and how; the second cell of a wide character says nothing."""


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


@lru_cache(4096)
def is_sure(piece: str) -> bool:
    """Say whether every terminal gives this character as many cells as we do."""
    if piece.isascii():
        return True
    wide = "\U0001f1e6" <= piece[0] <= "\U0001f1ff"  # half of a flag
    return len(piece) == 1 and not wide and unicodedata.category(piece) not in {"Cn", "Co"}


class Pen:
    """Writes cells, and knows where the cursor stands and how it writes. Where it `erases`, a run of blanks is one
    code."""

    def __init__(self, *, erases: bool) -> None:
        self.parts: list[str] = []
        self._erases = erases
        self._look = PLAIN
        self._at: tuple[int, int] | None = None

    def write(self, x: int, y: int, cells: list[Cell]) -> None:
        """Write these cells from there on."""
        place = 0
        while place < len(cells):
            text, look = cells[place]
            if not text:  # the cursor passed it with the character before, if that is as wide as we think
                self._at = self._at and (x + place + 1, y)
            elif text == " ":
                place += self._blank(x + place, y, look, _run(cells, place))
                continue
            else:
                self.go(x + place, y)
                self.turn(look)
                self.parts.append(text)
                self._at = (x + place + 1, y) if is_sure(text) else None
            place += 1

    def _blank(self, x: int, y: int, look: Look, count: int) -> int:
        self.go(x, y)
        if not self._leaves_blank(look):
            self.turn(look)
        if self._erases and count >= EMPTY and not look.attributes:
            self.parts.append(f"\x1b[{count}X")
        else:
            self.parts.append(" " * count)
            self._at = (x + count, y)
        return count

    def go(self, x: int, y: int) -> None:
        """Put the cursor there."""
        if self._at == (x, y):
            return
        if self._at is not None and self._at[1] == y and self._at[0] < x:
            step = x - self._at[0]
            self.parts.append(f"\x1b[{step if step > 1 else ''}C")
        else:
            self.parts.append(f"\x1b[{y + 1};{x + 1}H" if x else f"\x1b[{y + 1}H")
        self._at = (x, y)

    def _leaves_blank(self, look: Look) -> bool:
        now = self._look
        return not look.attributes and look.background == now.background and SHOWN.isdisjoint(now.attributes)

    def turn(self, look: Look) -> None:
        """Write like that from now on."""
        now, self._look = self._look, look
        if look == now:
            return
        if look == PLAIN:
            self.parts.append("\x1b[m")
            return
        codes = list[str]()
        if now.attributes != look.attributes:
            if now.attributes:
                now = PLAIN
                codes.append("0")
            codes += look.attributes
        codes += [look.colour or "39"] if look.colour != now.colour else []
        codes += [look.background or "49"] if look.background != now.background else []
        self.parts.append(f"\x1b[{';'.join(codes)}m")


def _run(cells: list[Cell], place: int) -> int:
    """How many cells from there on are the same."""
    end = place + 1
    while end < len(cells) and cells[end] == cells[place]:
        end += 1
    return end - place


class Glass:
    """What stands on the terminal, as far as it is known; `erases` says that it erases in the colour that is set."""

    def __init__(self, *, erases: bool = False) -> None:
        self._lines: list[list[Cell | None]] = []
        self._erases = erases

    def forget(self) -> None:
        """Know nothing: the terminal was somebody else's, or has another size."""
        self._lines = []

    def show(self, update: LayoutUpdate | ChopsUpdate, cursor: tuple[int, int], system: ColorSystem) -> str:
        """Return what to send so that the terminal shows an update; nothing where it does already."""
        pen = Pen(erases=self._erases)
        for x, y, strip in _placed(update) if isinstance(update, ChopsUpdate) else _laid(update):
            self._put(pen, x, y, cells_of(strip, system))
        if pen.parts:
            pen.turn(PLAIN)
            pen.go(*cursor)
        return "".join(pen.parts)

    def _put(self, pen: Pen, x: int, y: int, cells: list[Cell]) -> None:
        self._lines += [[] for _ in range(y + 1 - len(self._lines))]
        line = self._lines[y]
        line += [None] * (x + len(cells) - len(line))
        for start, end in _differing(line, cells, x):
            pen.write(x + start, y, cells[start:end])
        line[x : x + len(cells)] = cells


def _differing(line: list[Cell | None], cells: list[Cell], x: int) -> Iterator[tuple[int, int]]:
    """The stretches of `cells`, which begin at `x`, that are not on the line; close ones are one."""
    if line[x : x + len(cells)] == cells:
        return
    start = end = -1
    for place, cell in enumerate(cells):
        if cell == line[x + place] and (cell[0] or end != place):
            continue
        if end < 0 or place - end > GAP:
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
