"""Every text of every screen can be read in every theme: WCAG 2.1 asks for a contrast of 4.5 to 1 (1.4.3)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product
from math import dist
from pathlib import Path
from typing import Any

import pytest
from rich.segment import Segment
from screens_data import FakeSession, make_assessment, ready, settle
from textual.color import Color
from textual.geometry import Region
from textual.theme import Theme

from cockpit.app import CockpitApp
from cockpit.screens.theme import ANSI, THEMES
from cockpit.screens.words import STYLES

ENOUGH = 4.5
TEXTS = ("foreground", "text-muted", "text-disabled", "error", "warning", "success", "accent")

PALETTES = {
    # black, blue, white; then red, green, yellow, cyan and white, all bright
    "the Linux console": "#000000 #0000aa #aaaaaa #ff5555 #55ff55 #ffff55 #55ffff #ffffff",
    "xterm": "#000000 #0000ee #e5e5e5 #ff0000 #00ff00 #ffff00 #00ffff #ffffff",
    "Windows Terminal": "#0c0c0c #0037da #cccccc #e74856 #16c60c #f9f1a5 #61d6d6 #f2f2f2",
}
NAMES = ("black", "blue", "white", "bright_red", "bright_green", "bright_yellow", "bright_cyan", "bright_white")


def linear(value: int) -> float:
    share = value / 255
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4


def luminance(color: Color) -> float:
    return 0.2126 * linear(color.r) + 0.7152 * linear(color.g) + 0.0722 * linear(color.b)


def contrast(one: Color, other: Color) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast(Color.parse("#000"), Color.parse("#fff")) == pytest.approx(21)
    assert contrast(Color.parse("#777"), Color.parse("#fff")) == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", [theme for theme in THEMES if not theme.ansi], ids=lambda theme: theme.name)
def test_every_tone_can_be_read_on_every_ground(theme: Theme) -> None:
    colors = theme.to_color_system().generate() | theme.variables
    for text, ground in product(TEXTS, ("background", "surface", "panel", "boost-cursor")):
        found = contrast(Color.parse(colors[text]), Color.parse(colors[ground]))
        assert found >= ENOUGH, f"{text} on {ground}: {found:.1f}"
    assert contrast(Color.parse(colors["background"]), Color.parse(colors["accent"])) >= ENOUGH, "a button"
    assert {tone.removeprefix("$") for tone in STYLES.values() if tone.startswith("$")} <= set(TEXTS)


@pytest.mark.parametrize("terminal", PALETTES)
def test_sixteen_colours_can_be_read_with_the_palettes_that_terminals_come_with(terminal: str) -> None:
    known = dict(zip(NAMES, map(Color.parse, PALETTES[terminal].split()), strict=True))
    colors = ANSI.to_color_system().generate() | ANSI.variables

    def shown(name: str) -> Color:
        return known[colors[name].removeprefix("ansi_")]

    for text in TEXTS:  # on the row under the cursor both are reversed
        assert contrast(shown(text), shown("background")) >= ENOUGH, text
    for text in ("foreground", "text-muted"):
        assert contrast(shown(text), shown("boost-cursor")) >= ENOUGH, text


# How colours look without one kind of cone: Machado, Oliveira and Fernandes 2009, on linear RGB.
BLIND = {
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.01182, 0.04294, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.3039)),
}
APART = 15
"""Units of CIELAB; 2 to 3 can just be told apart side by side."""


def lab(rgb: list[float]) -> tuple[float, float, float]:
    """Return linear RGB as CIELAB under D65."""
    red, green, blue = (min(max(each, 0.0), 1.0) for each in rgb)
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883
    a, b, c = (each ** (1 / 3) if each > 0.008856 else 7.787 * each + 16 / 116 for each in (x, y, z))
    return 116 * b - 16, 500 * (a - b), 200 * (b - c)


@pytest.mark.parametrize("kind", BLIND)
@pytest.mark.parametrize("theme", [theme for theme in THEMES if not theme.ansi], ids=lambda theme: theme.name)
def test_bad_warning_and_good_are_told_apart_without_one_kind_of_cone(theme: Theme, kind: str) -> None:
    def seen(name: str) -> tuple[float, float, float]:
        color = Color.parse(getattr(theme, name))
        rgb = [linear(value) for value in (color.r, color.g, color.b)]
        return lab([sum(share * value for share, value in zip(row, rgb, strict=True)) for row in BLIND[kind]])

    for one, other in combinations(("error", "warning", "success"), 2):
        assert dist(seen(one), seen(other)) >= APART, (one, other)


def written(app: Any, region: Region) -> Iterator[Segment]:
    """Give the segments with letters or digits within a region of the terminal."""
    for strip in app.screen._compositor.render_strips(app.size)[region.y : region.bottom]:
        for segment in strip.crop(region.x, region.right):
            if any(character.isalnum() for character in segment.text):
                yield segment


def hard_to_read(app: Any, region: Region) -> list[str]:
    found = []
    for segment in written(app, region):
        style = segment.style
        assert style is not None and style.color is not None and style.bgcolor is not None, segment.text
        one, other = Color.from_rich_color(style.color), Color.from_rich_color(style.bgcolor)
        if contrast(one, other) < ENOUGH:
            found.append(f"“{segment.text.strip()}” {one.hex} on {other.hex}")
    return found


@pytest.mark.parametrize("theme", [theme.name for theme in THEMES if not theme.ansi])
async def test_all_that_is_written_on_every_screen_can_be_read(
    theme: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "cockpit"
    folder.mkdir()
    (folder / "config.toml").write_text(f'theme = "{theme}"\n', encoding="utf-8")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    app = CockpitApp(FakeSession(tmp_path, make_assessment()))  # type: ignore[arg-type]
    async with app.run_test(size=(160, 50), notifications=True) as pilot:
        await ready(pilot)
        assert app.theme == theme
        for key in "987654321":
            await pilot.press(key)
            await settle(pilot)
            assert hard_to_read(app, app.size.region) == [], key
        for keys, inside in (
            (("colon", "p"), None),
            (("escape", "question_mark"), "#help"),
            (("q", "enter"), "#why"),
            (("q", "s"), "#dialog"),
            (("escape", "M"), "#views"),
            (("escape", "ctrl+p"), "#--container"),
        ):
            await pilot.press(*keys)
            await settle(pilot)
            region = app.screen.query_one(inside).region if inside else app.size.region
            assert hard_to_read(app, region) == [], keys
