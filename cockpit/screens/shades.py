"""How a style is sent to a terminal of so many colours: as few parameters as say it."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from rich.color import Color, ColorSystem, ColorType
from rich.style import Style
from textual.strip import SGR_STYLES

SHOWN = {"4", "5", "7", "9", "21", "51", "52", "53"}
"""Attributes that show on a blank too: lines, blinking, reverse, frames."""
LEVELS = (0, 95, 135, 175, 215, 255)
"""The steps of red, green and blue in the palette of 256 colours."""
GREYS = tuple(range(8, 239, 10))
"""Its shades of grey, from number 232 on."""


class Look(NamedTuple):
    """How a cell looks, as parameters of SGR: attributes, colour and background, each empty for the terminal's own."""

    attributes: tuple[str, ...] = ()
    colour: str = ""
    background: str = ""


PLAIN = Look()


@lru_cache(4096)
def looks(style: Style | None, system: ColorSystem) -> tuple[Look, Look]:
    """Return how a style looks in so many colours: as a letter, and as a blank."""
    if style is None:
        return PLAIN, PLAIN
    bits = style._attributes & style._set_attributes
    attributes = tuple(code for place, code in enumerate(SGR_STYLES) if bits & 1 << place)
    look = Look(attributes, _codes(style.color, system), _codes(style.bgcolor, system, foreground=False))
    return look, look if SHOWN.intersection(attributes) else Look(background=look.background)


def _codes(colour: Color | None, system: ColorSystem, *, foreground: bool = True) -> str:
    if colour is None or colour.is_default:
        return ""
    if colour.type is ColorType.TRUECOLOR and system is not ColorSystem.STANDARD:
        by_number = nearest(colour)
        # Where one of the 256 is exactly it, its number is half as long to send.
        if system is not ColorSystem.TRUECOLOR or by_number.get_truecolor() == colour.triplet:
            colour = by_number
    return ";".join(colour.downgrade(system).get_ansi_codes(foreground=foreground))


@lru_cache(1024)
def nearest(colour: Color) -> Color:
    """Return the one of the 256 colours that looks most like this one. Rich's own choice makes dark shades black."""
    wanted = colour.get_truecolor()
    steps = [min(range(6), key=lambda step: abs(LEVELS[step] - part)) for part in wanted]
    grey = min(range(len(GREYS)), key=lambda step: abs(GREYS[step] - sum(wanted) / 3))
    cube = tuple(LEVELS[step] for step in steps)
    if _away(wanted, cube) <= _away(wanted, (GREYS[grey],) * 3):
        return Color.from_ansi(16 + 36 * steps[0] + 6 * steps[1] + steps[2])
    return Color.from_ansi(232 + grey)


def _away(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    """How different two colours look: green counts most, blue least (ITU-R BT.601 weights)."""
    return sum(weight * (a - b) ** 2 for weight, a, b in zip((0.299, 0.587, 0.114), one, other, strict=True))
