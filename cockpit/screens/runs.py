"""In which order what differs is written: what looks alike one after another, as a colour costs more than a place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from cockpit.screens.pen import Cell, Pen, is_sure, takes, turning, widest
from cockpit.screens.shades import PLAIN, Look

Stretch = tuple[int, int, int]
"""A line, and the first cell and the one behind the last of those that differ on it."""
Lines = list[list[Cell | None]]
"""What stands on each line; None where that is not known."""
BAND = 160
"""Runs that are written colour by colour before the next ones are begun: a whole screen fills from its top."""
BRIDGE = 4
"""Bytes that it takes to step over some cells: what is no longer is cheaper written again. One cell takes 3."""


class Run(NamedTuple):
    """Cells that can be written one after another, in one look."""

    y: int
    start: int
    end: int
    look: Look
    blank: bool


def reach(line: list[Cell | None], start: int, end: int) -> int:
    """Return how far a stretch has to be written: a terminal that takes a character for wider than we do draws it over
    what stands behind it."""
    place = start
    while place < len(line) and (cell := line[place]) is not None and (place < end or not cell[0]):
        if cell[0] and not is_sure(cell[0]):
            end = max(end, place + widest(cell[0]))
        place += 1
    return place


def merged(stretches: Iterable[Stretch]) -> Iterator[Stretch]:
    """Give the stretches from top to bottom, each cell once."""
    y = start = end = -1
    for line, first, behind in sorted(stretches):
        if line == y and first <= end:
            end = max(end, behind)
            continue
        if y >= 0:
            yield y, start, end
        y, start, end = line, first, behind
    if y >= 0:
        yield y, start, end


def runs(y: int, start: int, end: int, line: list[Cell | None]) -> Iterator[Run]:
    """Divide a stretch of a line into runs; blanks go with the text before them, else with the one behind."""
    cells = [cell for cell in line[start:end] if cell]
    first, look, blank = start, cells[0][1], True
    for place, cell in enumerate(cells, start):
        text, own = cell
        if own == look or takes(look, cell):
            blank = blank and text == " "
        elif blank and takes(own, (" ", look)):
            look, blank = own, False
        else:
            yield Run(y, first, place, look, blank)
            first, look, blank = place, own, text == " "
    yield Run(y, first, end, look, blank)


def write(pen: Pen, stretches: Iterable[Stretch], lines: Lines) -> None:
    """Write what stands in these stretches of the lines."""
    band: list[Run] = []
    for y, start, end in merged(stretches):
        if len(band) >= BAND and band[-1].y != y:
            _write_band(pen, band, lines)
            band = []
        band += runs(y, start, end, lines[y])
    _write_band(pen, band, lines)


def _write_band(pen: Pen, band: list[Run], lines: Lines) -> None:
    doubtful = {run.y for run in band if not _is_sure(run, lines)}
    groups = _by_look([run for run in band if run.y not in doubtful])
    while groups:
        look = min(groups, key=lambda each: len(turning(pen.look or PLAIN, each, singly=True)))
        _write_alike(pen, look, groups.pop(look), lines)
    for run in band:  # a character that may be wider than we think is written before what stands behind it
        if run.y in doubtful:
            pen.turn(run.look)
            _write(pen, run.y, run.start, run.end, lines)


def _is_sure(run: Run, lines: Lines) -> bool:
    return all(is_sure(cell[0]) for cell in lines[run.y][run.start : run.end] if cell and cell[0])


def _by_look(band: list[Run]) -> dict[Look, list[Run]]:
    """The runs of each look from top to bottom; blanks with any that has their ground."""
    groups: dict[Look, list[Run]] = {}
    for run in band:
        if not run.blank:
            groups.setdefault(run.look, []).append(run)
    for run in band:
        if run.blank:
            look = next((look for look in groups if takes(look, (" ", run.look))), run.look)
            groups.setdefault(look, []).append(run)
    return groups


def _write_alike(pen: Pen, look: Look, alike: list[Run], lines: Lines) -> None:
    pen.turn(look)
    waiting = sorted(alike, reverse=True)
    while waiting:
        y, start, end, *_ = waiting.pop()
        line = lines[y]
        while waiting and waiting[-1].y == y and _bridges(look, line[end : waiting[-1].start]):
            end = waiting.pop().end
        _write(pen, y, start, end, lines)


def _write(pen: Pen, y: int, start: int, end: int, lines: Lines) -> None:
    line = lines[y]
    cells, rest = [cell for cell in line[start:end] if cell], line[end:]
    text, look = cells[-1]
    clears = text == " " and not look.attributes and len(line) >= pen.width and rest == [cells[-1]] * len(rest)
    pen.write(start, y, cells, clears=clears)


def _bridges(look: Look, gap: list[Cell | None]) -> bool:
    """Whether the cells between two runs are cheaper written again than stepped over."""
    if len(gap) > BRIDGE:
        return False
    texts = [cell[0] for cell in gap if cell and takes(look, cell)]
    if len(texts) < len(gap) or not all(text and is_sure(text) for text in texts):
        return False
    return sum(len(text.encode()) for text in texts) <= (BRIDGE if len(gap) > 1 else BRIDGE - 1)
