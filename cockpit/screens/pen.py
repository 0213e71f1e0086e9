"""The hand that writes on a terminal: it knows where the cursor stands, how it writes, and the shortest way."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import NamedTuple

from cockpit.screens.shades import PLAIN, SHOWN, Look

Cell = tuple[str, Look]
"""What stands in a cell, and how; the second cell of a wide character says nothing."""
DOWN = "\v"
"""One line down, in the same column: unlike a line feed, which terminal drivers rewrite."""
OFF = {"1": "22", "2": "22", "3": "23", "4": "24", "5": "25", "7": "27", "9": "29"}
"""What takes an attribute back; 22 takes bold and dim. All others are taken back with everything."""


class Means(NamedTuple):
    """What a terminal understands beyond places, colours and text."""

    erases: bool = False
    """What it erases takes the colour that is set."""
    moves: bool = False
    """It takes the cursor down, back, and to a column (VT, BS, CHA), and takes single attributes back."""
    keeps: bool = False
    """It is given back by a driver that sets the colours back, so that they may stay from one picture to the next."""


@lru_cache(4096)
def is_sure(piece: str) -> bool:
    """Say whether every terminal gives this character as many cells as we do."""
    if piece.isascii():
        return True
    wide = "\U0001f1e6" <= piece[0] <= "\U0001f1ff"  # half of a flag
    return len(piece) == 1 and not wide and unicodedata.category(piece) not in {"Cn", "Co"}


@lru_cache(4096)
def widest(piece: str) -> int:
    """Return how many cells a terminal may fill with it that draws each of its characters by itself."""
    return sum(2 for char in piece if unicodedata.category(char) not in {"Mn", "Me", "Cf"})


def takes(look: Look, cell: Cell) -> bool:
    """Say whether a cell may be written as one of that look: it has it, or is a blank on the same ground."""
    text, own = cell
    if own == look:
        return True
    ground = not own.attributes and own.background == look.background
    return text == " " and ground and SHOWN.isdisjoint(look.attributes)


@lru_cache(4096)
def turning(now: Look, look: Look, *, singly: bool) -> str:
    """Return what has a terminal that writes like one look write like another; `singly` where it takes back one
    attribute without the others."""
    if look == now:
        return ""
    if look == PLAIN:
        return "\x1b[m"
    anew = ["0", *look.attributes, *filter(None, (look.colour, look.background))]
    gone = [each for each in now.attributes if each not in look.attributes]
    ways = [anew]
    if not gone or (singly and all(each in OFF for each in gone)):
        off = list(dict.fromkeys(OFF[each] for each in gone))
        stays = [each for each in now.attributes if each in look.attributes and OFF.get(each) not in off]
        codes = off + [each for each in look.attributes if each not in stays]
        codes += [look.colour or "39"] if look.colour != now.colour else []
        codes += [look.background or "49"] if look.background != now.background else []
        ways.append(codes)
    return f"\x1b[{min((';'.join(way) for way in ways), key=len)}m"


class Pen:
    """Writes cells. It knows where the cursor stands, as long as it can be known, and how it writes."""

    def __init__(self, means: Means) -> None:
        self.parts: list[str] = []
        self.look: Look | None = None
        self.width = 0
        self._means = means
        self._at: tuple[int, int] | None = None

    def lift(self) -> None:
        """Know nothing any more of the cursor and of how it writes."""
        self.look = self._at = None

    def take(self) -> str:
        """Return what was written since the last time."""
        parts, self.parts = self.parts, []
        return "".join(parts)

    def way(self, x: int, y: int) -> str:
        """Return the shortest way to there."""
        if self._at == (x, y):
            return ""
        ways = [f"\x1b[{y + 1};{x + 1}H" if x else f"\x1b[{y + 1}H" if y else "\x1b[H"]
        if self._at is not None:
            here, line = self._at
            step, down = x - here, y - line
            if not down and step > 0:
                ways.append(f"\x1b[{step if step > 1 else ''}C")
            if self._means.moves and 0 <= down < 4:
                ways += [DOWN * down + side for side in _sideways(step, x)]
        return min(ways, key=len)

    def go(self, x: int, y: int) -> None:
        """Put the cursor there."""
        self.parts.append(self.way(x, y))
        self._at = (x, y)

    def turn(self, look: Look) -> None:
        """Write like that from now on."""
        if self.look is None:
            self.parts.append("\x1b[m")
            self.look = PLAIN
        self.parts.append(turning(self.look, look, singly=self._means.moves))
        self.look = look

    def write(self, x: int, y: int, cells: list[Cell], *, clears: bool) -> None:
        """Write these cells from there on, as they say or as the pen writes already; `clears` where all that follows on
        the line is the same blank as their last."""
        place, count = 0, len(cells)
        while place < count:
            text = cells[place][0]
            if text == " ":
                end = place + _blanks(cells, place)
                after = "" if end < count else "\x1b[K" if clears else None
                self._blank(x + place, y, end - place, after)
                place = end
                continue
            if not text:  # the cursor passed it with the character before, if that is as wide as we think
                self._at = self._at and (x + place + 1, y)
            else:
                self.go(x + place, y)
                self.parts.append(text)
                self._at = (x + place + 1, y) if is_sure(text) else None
            place += 1
        if x + count >= self.width:  # where the cursor waits now, terminals see differently
            self._at = None

    def _blank(self, x: int, y: int, count: int, ending: str | None) -> None:
        """Write blanks. `ending` is empty where more follows at once, else what clears the line, where it may."""
        self.go(x, y)
        erased = ending or f"\x1b[{count}X"
        stepping = len(f"\x1b[{count}C") if ending == "" else 0
        if self._erases and len(erased) + stepping < count:
            self.parts.append(erased)
        else:
            self.parts.append(" " * count)
            self._at = (x + count, y)

    @property
    def _erases(self) -> bool:
        return self._means.erases and self.look is not None and SHOWN.isdisjoint(self.look.attributes)


def _blanks(cells: list[Cell], place: int) -> int:
    """How many blanks follow one another from there on."""
    end = place
    while end < len(cells) and cells[end][0] == " ":
        end += 1
    return end - place


def _sideways(step: int, x: int) -> list[str]:
    """The ways along a line, from however many cells before or behind."""
    if not step:
        return [""]
    ways = [f"\x1b[{x + 1}G" if x else "\r"]
    if step > 0:
        ways.append(f"\x1b[{step if step > 1 else ''}C")
    else:
        ways += ["\b" * -step if step > -8 else f"\x1b[{-step}D"]
    return ways
