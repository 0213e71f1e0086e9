"""What is sent to the terminal: the fewest bytes, and on a terminal of somebody else's making the same picture."""

from __future__ import annotations

import unicodedata
from typing import Any

import pyte
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rich.color import Color, ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip
from textual.theme import Theme

from cockpit.screens.glass import Glass, cells_of, graphemes
from cockpit.screens.pen import Means, is_sure, turning
from cockpit.screens.shades import PLAIN, Look, nearest
from cockpit.screens.theme import THEMES

WIDTH, HEIGHT = 24, 4
STYLES = [
    Style(),
    Style(color="#d8dee4", bgcolor="#101418"),
    Style(color="#8a8a8a", bgcolor="#101418"),
    Style(color="#5fafff", bgcolor="#2b3a47", bold=True),
    Style(color="red", reverse=True),
    Style(underline=True, bgcolor="#101418"),
    Style(italic=True, dim=True),
]
WORDS = [" " * 12, " ", "On Track", "▲ ", "日本語", "é", "x" * 30, "…", "ab", "░▒▓", "Z\u0300\u0301b", "가나", "🎉!"]


def line(parts: list[tuple[str, Style]], width: int = WIDTH) -> Strip:
    return Strip([Segment(text, style) for text, style in parts]).adjust_cell_length(width)


def whole(lines: list[Strip]) -> LayoutUpdate:
    return LayoutUpdate([[strip] for strip in lines], Region(0, 0, WIDTH, len(lines)))


def part(y: int, strip: Strip, left: int, right: int) -> ChopsUpdate:
    chops: list[dict[int, Strip | None]] = [{} for _ in range(HEIGHT)]
    chops[y] = {0: strip}
    return ChopsUpdate(chops, [(y, left, right)], [[WIDTH]] * HEIGHT)


class Emulator:
    """A terminal of somebody else's making."""

    def __init__(self) -> None:
        self.screen = pyte.Screen(WIDTH, HEIGHT)
        self.stream = pyte.Stream(self.screen)
        self.feed("\x1b[?7l")  # as Textual has it: nothing goes on in the next line

    def feed(self, text: str) -> None:
        self.stream.feed(text)

    @property
    def cells(self) -> list[list[Any]]:
        """Every cell with how it looks; of a blank only what shows."""
        return [[self._cell(self.screen.buffer[y][x]) for x in range(WIDTH)] for y in range(HEIGHT)]

    @staticmethod
    def _cell(cell: Any) -> Any:
        shown = cell.reverse or cell.underscore
        return ("", " ", cell.bg) if cell.data == " " and not shown else cell


PARTS = st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(STYLES)), max_size=6)
EVERYTHING = Means(erases=True, moves=True, keeps=True)
MEANS = st.builds(Means, st.booleans(), st.booleans(), st.booleans())
SCREENS = st.lists(st.lists(PARTS, min_size=HEIGHT, max_size=HEIGHT), min_size=1, max_size=4)


@settings(max_examples=150, deadline=None)
@given(SCREENS, MEANS)
@example([[[("日本語", STYLES[0])], [], [], []], [[(" ", STYLES[0]), ("日本語", STYLES[0])], [], [], []]], Means())
@example([[[("ab日", STYLES[4])], [], [], []], [[("abc", STYLES[4])], [], [], []]], EVERYTHING)
@example([[[("日         a", STYLES[0])], [], [], []], [[("本         b", STYLES[0])], [], [], []]], EVERYTHING)
@example(
    [[[("x" * 24, STYLES[1])], [], [], []], [[("y" * 24, STYLES[1])], [("y" * 24, STYLES[1])], [], []]], EVERYTHING
)
def test_what_differs_makes_the_same_picture_as_all_of_it(screens: list[list[Any]], means: Means) -> None:
    glass, shown = Glass(means), Emulator()
    for screen in screens:
        update = whole([line(parts) for parts in screen])
        shown.feed(glass.show(update, (0, 0), ColorSystem.TRUECOLOR, WIDTH))
        fresh = Emulator()
        fresh.feed(Glass().show(update, (0, 0), ColorSystem.TRUECOLOR, WIDTH))
        assert shown.cells == fresh.cells
        text = ["".join(text for text, _ in cells_of(line(parts), ColorSystem.TRUECOLOR)) for parts in screen]
        assert fresh.screen.display == [unicodedata.normalize("NFC", each) for each in text]


@pytest.mark.parametrize("piece", ["👍🏽", "👩\u200d👩\u200d👧", "🇩🇪"])
def test_what_stands_behind_a_character_that_a_terminal_draws_wider_stays(piece: str) -> None:
    glass, shown = Glass(EVERYTHING), Emulator()
    room = len(cells_of(line([(piece, STYLES[1])], 2), ColorSystem.TRUECOLOR))
    for before in ("x" * room, piece, "y" * room):
        parts = [("ab", STYLES[1]), (before, STYLES[1]), ("CDEFGH", STYLES[1])]
        shown.feed(glass.show(whole([line(parts)] * HEIGHT), None, ColorSystem.TRUECOLOR, WIDTH))
        assert "".join(shown.screen.buffer[1][x].data for x in range(2 + room, 8 + room)) == "CDEFGH"


@settings(max_examples=100, deadline=None)
@given(PARTS, PARTS, st.integers(0, WIDTH - 1), st.integers(1, WIDTH), MEANS)
def test_a_part_of_a_line_is_drawn_where_it_stands(
    before: Any, after: Any, left: int, length: int, means: Means
) -> None:
    plain = [(text, style) for text, style in after if text.isascii()]
    first = line([(text, style) for text, style in before if text.isascii()])
    glass, shown = Glass(means), Emulator()
    shown.feed(glass.show(whole([first] * HEIGHT), (0, 0), ColorSystem.TRUECOLOR, WIDTH))
    right = min(left + length, WIDTH)
    shown.feed(glass.show(part(1, line(plain), left, right), (0, 0), ColorSystem.TRUECOLOR, WIDTH))
    old, new = first.text, line(plain).text
    # What begins before the stretch that changed is drawn from its beginning on.
    assert shown.screen.display == [old, new[:right] + old[right:], old, old]


def test_a_wide_character_of_which_half_was_drawn_over_is_drawn_again() -> None:
    wide, half = LayoutUpdate([[line([("日", STYLES[0])], 2)]], Region(0, 0, 2, 1)), line([("x", STYLES[0])], 1)
    over = ChopsUpdate([{1: half}], [(0, 1, 2)], [[2]])
    glass = Glass()
    sent = [glass.show(update, (0, 0), ColorSystem.TRUECOLOR, WIDTH) for update in (wide, over, wide)]
    assert ["日" in each for each in sent] == [True, False, True]


def test_what_stands_there_already_is_not_sent() -> None:
    glass = Glass()
    update = whole([line([("On Track", STYLES[1])])] * HEIGHT)
    assert glass.show(update, (0, 0), ColorSystem.TRUECOLOR, WIDTH)
    assert glass.show(update, (3, 3), ColorSystem.TRUECOLOR, WIDTH) == ""
    changed = whole([line([("On track", STYLES[1])]), *[line([("On Track", STYLES[1])])] * (HEIGHT - 1)])
    sent = glass.show(changed, (0, 0), ColorSystem.TRUECOLOR, WIDTH)
    assert "t" in sent and "O" not in sent and "rack" not in sent
    glass.forget()
    assert len(glass.show(changed, (0, 0), ColorSystem.TRUECOLOR, WIDTH)) > WIDTH * HEIGHT


def test_what_looks_alike_is_written_one_after_another_and_a_colour_is_sent_once() -> None:
    glass = Glass(EVERYTHING)
    label, value = STYLES[2], STYLES[3]
    glass.show(whole([line([])] * HEIGHT), None, ColorSystem.TRUECOLOR, WIDTH)
    rows = [line([("Name ", label), (f"value {number}", value)]) for number in range(HEIGHT)]
    sent = glass.show(whole(rows), None, ColorSystem.TRUECOLOR, WIDTH)
    assert sent.count("38;5;245") == 1 and sent.count("38;5;75") == 1
    again = [line([("Name ", label), (f"VALUE {number}", value)]) for number in range(HEIGHT)]
    sent = glass.show(whole(again), None, ColorSystem.TRUECOLOR, WIDTH)
    assert sent.count("m") == 0 or "Name" not in sent, "labels stay where they are"
    assert sent.count("VALUE") == HEIGHT and sent.count("\x1b[38") == 0, "the colour is still set"


def test_what_is_left_over_on_a_line_is_cleared_to_its_end() -> None:
    glass = Glass(EVERYTHING)
    ground = Style(bgcolor="#101418")
    glass.show(whole([line([("word " * 5, ground)])] * HEIGHT), None, ColorSystem.TRUECOLOR, WIDTH)
    sent = glass.show(whole([line([(" " * WIDTH, ground)])] * HEIGHT), None, ColorSystem.TRUECOLOR, WIDTH)
    assert sent.count("\x1b[K") == HEIGHT and " " not in sent
    plain = Glass(Means(moves=True, keeps=True))
    plain.show(whole([line([("word " * 5, ground)])] * HEIGHT), None, ColorSystem.TRUECOLOR, WIDTH)
    sent = plain.show(whole([line([(" " * WIDTH, ground)])] * HEIGHT), None, ColorSystem.TRUECOLOR, WIDTH)
    assert "\x1b[K" not in sent and "X" not in sent, "what it erases has no colour"


def test_an_attribute_is_taken_back_without_the_colours_where_that_is_known() -> None:
    bold, plain = Look(("1",), "38;5;75", "48;5;16"), Look((), "38;5;75", "48;5;16")
    assert turning(bold, plain, singly=True) == "\x1b[22m"
    assert turning(bold, plain, singly=False) == "\x1b[0;38;5;75;48;5;16m"
    assert turning(Look(("1", "2"), "31"), Look(("1",), "31"), singly=True) == "\x1b[22;1m"
    assert turning(Look(("4",), "38;5;75"), Look((), "38;5;75"), singly=True) == "\x1b[24m"
    assert turning(Look(("51",), "31"), Look((), "32"), singly=True) == "\x1b[0;32m"
    assert turning(bold, PLAIN, singly=True) == "\x1b[m"
    assert turning(bold, bold, singly=True) == ""


def test_colours_are_sent_where_they_change_and_by_their_number_where_they_have_one() -> None:
    red = Style(color="#ff0000")
    two = Strip([Segment("ab", red), Segment("cd", Style(color="#ff0000")), Segment("ef", Style())])
    assert Glass().show(LayoutUpdate([[two]], Region(0, 0, 6, 1)), (0, 0), ColorSystem.TRUECOLOR, WIDTH) == (
        "\x1b[m\x1b[1;5Hef\x1b[38;5;196m\x1b[Habcd\x1b[m\x1b[H"
    )
    dark = Strip([Segment("a", Style(color="#123456"))])
    sent = Glass().show(LayoutUpdate([[dark]], Region(0, 0, 1, 1)), (0, 0), ColorSystem.TRUECOLOR, WIDTH)
    assert "38;2;18;52;86" in sent
    sent = Glass().show(LayoutUpdate([[dark]], Region(0, 0, 1, 1)), (0, 0), ColorSystem.STANDARD, WIDTH)
    assert ";2;" not in sent and ";5;" not in sent


def test_a_number_stands_for_exactly_its_colour() -> None:
    for number in range(16, 256):
        exact = Color.from_ansi(number).get_truecolor()
        assert nearest(Color.from_triplet(exact)).get_truecolor() == exact


def luminance(colour: Color) -> float:
    parts = [part / 255 for part in colour.get_truecolor()]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", [theme for theme in THEMES if not theme.ansi], ids=lambda theme: theme.name)
def test_with_256_colours_every_text_can_be_read(theme: Theme) -> None:
    """4 to 1: the themes have WCAG's 4.5, of which the nearest of 256 colours may lose some."""
    cursor, muted = theme.variables["boost-cursor"], theme.variables["text-muted"]
    grounds = [theme.background, theme.panel, cursor]
    for text in (theme.foreground, theme.error, theme.warning, theme.success, theme.accent, muted):
        for ground in grounds:
            one, other = (luminance(nearest(Color.parse(str(each)))) for each in (text, ground))
            ratio = (max(one, other) + 0.05) / (min(one, other) + 0.05)
            assert ratio >= 4.0, f"{text} on {ground}: {ratio:.2f}"
    assert nearest(Color.parse(cursor)) != nearest(Color.parse(str(theme.background)))


HOSTILE = st.text(
    st.characters(codec=None) | st.sampled_from("\x1b\x07\x9b\x9d\u202e\u2066\u200b\u200d\ufe0f\u0300日\t\n\r\x00"),
    max_size=40,
)


@settings(max_examples=300, deadline=None)
@given(HOSTILE, MEANS)
@example("a\x1b]0;title\x07b\x1b[2Jc\x9b31md", EVERYTHING)
@example("\u0300a", Means())
@example("\u202egnp.exe\u202c\u2067x\u2069", Means())
def test_nothing_but_cells_and_codes_of_our_own_gets_out(text: str, means: Means) -> None:
    strip = Strip([Segment(text, STYLES[1])])
    update = LayoutUpdate([[strip]], Region(0, 0, max(strip.cell_length, 1), 1))
    sent = Glass(means).show(update, (0, 0), ColorSystem.TRUECOLOR, WIDTH)
    rest = sent.translate(dict.fromkeys(map(ord, "\v\b\r")))
    for code in ("H", "C", "D", "G", "K", "m", "X"):
        pieces = rest.split("\x1b[")
        rest = pieces[0] + "".join(
            piece.lstrip("0123456789;")[1:] if piece.lstrip("0123456789;")[:1] == code else f"\x1b[{piece}"
            for piece in pieces[1:]
        )
    assert rest.isprintable()
    assert len(cells_of(strip, ColorSystem.TRUECOLOR)) == strip.cell_length
    assert all(len(piece) <= 4 for piece in graphemes(text))


@pytest.mark.parametrize(("piece", "sure"), [("a", True), ("日", True), ("▲", True), ("🇩", False), ("e\u0301", False)])
def test_after_a_character_of_doubtful_width_the_cursor_is_put_where_it_belongs(piece: str, sure: bool) -> None:
    assert is_sure(piece) is sure
    strip = Strip([Segment(f"{piece}b", Style())])
    sent = Glass().show(
        LayoutUpdate([[strip]], Region(0, 0, strip.cell_length, 1)), (0, 0), ColorSystem.TRUECOLOR, WIDTH
    )
    assert (f"{piece}b" in sent) is sure
