"""Plain text for terminals: width-aware columns, wrapping, and words for days and money. Text comes out inert."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from rich.cells import cell_len

from cockpit.amounts import unit_of
from cockpit.assessment import Assessment
from cockpit.text import one_line

WIDTH = 80
ELLIPSIS = "…"


def fit(text: str, width: int) -> str:
    """Return `text` on one line in exactly `width` terminal cells: padded, or cut with an ellipsis."""
    return pad(cut(one_line(text), width), width)


def pad(text: str, width: int) -> str:
    """Return `text` filled with spaces up to `width` terminal cells."""
    return text + " " * max(0, width - cell_len(text))


def cut(text: str, width: int) -> str:
    """Return `text` in at most `width` terminal cells; what is cut ends with an ellipsis."""
    if cell_len(text) <= width:
        return text
    kept, used = [], 0
    for character in text:
        used += cell_len(character)
        if used > width - 1:
            break
        kept.append(character)
    return "".join(kept) + ELLIPSIS


def wrap(text: str, width: int = WIDTH, first: str = "", rest: str | None = None) -> list[str]:
    """Return `text` as lines of at most `width` cells; `first` leads the first line, `rest` (else blanks) the others.

    A word wider than a line is broken.
    """
    rest = " " * cell_len(first) if rest is None else rest
    lines, line, room, words = [], "", width - cell_len(first), one_line(text, 4000).split(" ")
    while words:
        word = words.pop(0)
        joined = f"{line} {word}" if line else word
        if cell_len(joined) <= room:
            line = joined
        elif line:
            lines.append(line)
            line, room = "", width - cell_len(rest)
            words.insert(0, word)
        else:
            head, tail = _break(word, room)
            lines.append(head)
            room = width - cell_len(rest)
            words.insert(0, tail)
    lines.append(line)
    return [(first if number == 0 else rest) + line for number, line in enumerate(lines)]


def _break(word: str, room: int) -> tuple[str, str]:
    """Return `word` in two pieces, the first of at most `room` cells and never empty."""
    used = 0
    for number, character in enumerate(word):
        used += cell_len(character)
        if used > room and number:
            return word[:number], word[number:]
    return word[:1], word[1:]


def table(headers: Sequence[str], rows: Iterable[Sequence[str]], width: int | None = None, right: str = "") -> str:
    """Return rows under headers, columns two spaces apart; `right` names the columns that are set to the right.

    With `width`, the widest column gives way until a line fits. The text ends with a newline.
    """
    cells = [[one_line(str(cell)) for cell in row] for row in rows]
    sizes = [max(cell_len(row[n]) for row in [list(headers), *cells]) for n in range(len(headers))]
    while width is not None and sum(sizes) + 2 * (len(sizes) - 1) > width and max(sizes) > 4:
        sizes[sizes.index(max(sizes))] -= 1
    to_the_right = set(right.split())
    lines = []
    for row in [list(headers), *cells]:
        line = []
        for name, cell, size in zip(headers, row, sizes, strict=True):
            text = cut(cell, size)
            line.append(" " * (size - cell_len(text)) + text if name in to_the_right else pad(text, size))
        lines.append("  ".join(line).rstrip())
    return "\n".join(lines) + "\n"


def days(value: float | None, at_least: bool = False) -> str:
    """Return days as people read them: `12 d`, `≥ 12 d`, `0.5 d`; empty when unknown."""
    if value is None:
        return ""
    number = f"{value:.0f}" if abs(value) >= 10 or value == int(value) else f"{value:.1f}"
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
    return f"{number or 'no'} {word}"
