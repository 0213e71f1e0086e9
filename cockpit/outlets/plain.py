"""Plain text for terminals: wrapping by cells, and words for days and money. Text comes out inert."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from rich.cells import cell_len, split_graphemes

from cockpit.basics.text import one_line
from cockpit.outlets.look import WIDTH
from cockpit.wording.amounts import unit_of

if TYPE_CHECKING:
    from cockpit.records.assessment import Assessment

ELLIPSIS = "…"


def cells_of(text: str) -> int:
    """Return how many terminal cells a line takes that holds no control characters."""
    return len(text) if text.isascii() else cell_len(text)


def pad(text: str, width: int) -> str:
    """Return `text` filled with spaces up to `width` terminal cells."""
    return text + " " * max(0, width - cells_of(text))


def cut(text: str, width: int) -> str:
    """Return `text` in at most `width` terminal cells; what is cut ends with an ellipsis."""
    return text if cells_of(text) <= width else _break(text, width - 1, least=0)[0] + ELLIPSIS


def wrap(text: str, width: int = WIDTH, first: str = "", rest: str | None = None) -> list[str]:
    """Return `text` as lines of at most `width` cells; `first` leads the first line, `rest` (else blanks) the others.

    A word wider than a line is broken.
    """
    return fold(one_line(text, 4000), width, first, rest)


def fold(text: str, width: int, first: str = "", rest: str | None = None) -> list[str]:
    """Do the same with text that is one line already; it may break at a space, and nowhere else."""
    rest = " " * cells_of(first) if rest is None else rest
    lines, line, room = [], "", width - cells_of(first)
    words = text.split(" ")[::-1]
    while words:
        word = words.pop()
        joined = f"{line} {word}" if line else word
        if cells_of(joined) <= room:
            line = joined
        elif line:
            lines.append(line)
            line, room = "", width - cells_of(rest)
            words.append(word)
        else:
            head, tail = _break(word, room, least=1)
            lines.append(head)
            room = width - cells_of(rest)
            words += [tail] if tail else []
    lines += [line] if line or not lines else []
    return [(first if number == 0 else rest) + line for number, line in enumerate(lines)]


def _break(word: str, room: int, least: int) -> tuple[str, str]:
    """Return `word` in two pieces, the first of at most `room` cells; of `least` signs all the same.

    A sign is all that is shown as one: a letter with its accents, an emoji with its colour.
    """
    used = 0
    for number, (start, _, cells) in enumerate(split_graphemes(word)[0]):
        used += cells
        if used > room and number >= least:
            return word[:start], word[start:]
    return word, ""


def days(value: float | None, at_least: bool = False) -> str:
    """Return days as people read them: `12 d`, `≥ 12 d`, `0.5 d`; empty when unknown."""
    if value is None:
        return ""
    number = f"{value:,.0f}" if abs(value) >= 10 or value == int(value) else f"{value:.1f}"
    return f"{'≥ ' if at_least else ''}{number} d"


def money(value: float | None, currency: str | None, assumed: bool = False) -> str:
    """Return an amount in three digits or so (`USD 1.2M`); an amount that rests on an assumption ends with a `*`.

    Empty for nothing known, or where what days cost is money in no currency.
    """
    if value is None or currency is None:
        return ""
    name, factor = unit_of(currency)
    value *= factor
    for size, letter in ((1e9, "bn"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= size:
            number = f"{value / size:.1f}".removesuffix(".0") + letter
            break
    else:
        number = f"{value:.0f}"
    return f"{name} {number}".strip() + ("*" if assumed else "")


def day(value: date | None) -> str:
    """Return a day as ISO text, or empty."""
    return "" if value is None else value.isoformat()[:10]


def name_of(assessment: Assessment, key: str) -> str:
    """Return what people call a person, team, project or objective: its name, else its id."""
    return one_line(assessment.names.get(key, "") or key)


def count(number: int, singular: str, plural: str = "") -> str:
    """Return `1 breach`, `3 breaches`, `no breaches`."""
    word = singular if number == 1 else plural or singular + "s"
    return f"{number:,} {word}" if number else f"no {word}"
