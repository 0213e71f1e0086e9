"""What a person has set: keys, theme, mouse; and what is wrong with it, in a sentence with file and line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from screens_data import FakeSession, notes, ready, settle
from textual.app import App
from textual.binding import Binding
from textual.command import CommandPalette
from textual.containers import ScrollableContainer
from textual.screen import ModalScreen, Screen
from textual.widgets import Input

from cockpit.app import CockpitApp
from cockpit.personal.config import load
from cockpit.screens.bars import HeaderBar
from cockpit.screens.base import CockpitScreen
from cockpit.screens.help import HelpScreen
from cockpit.screens.keytable import checked, clashes, ids, named, places
from cockpit.screens.theme import THEMES

NAMES = tuple(theme.name for theme in THEMES)


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    (tmp_path / "cockpit").mkdir()
    return tmp_path / "cockpit" / "config.toml"


def make_app(session: FakeSession) -> CockpitApp:
    return CockpitApp(session)  # type: ignore[arg-type]


async def test_keys_theme_and_mouse_are_as_they_were_set(session: FakeSession, file: Path) -> None:
    file.write_text(
        'theme = "light"\nmouse = false\n[keys]\nfilter = "f, ctrl+t"\nback = "B"\ntoday = "f5"\n', encoding="utf-8"
    )
    app = make_app(session)
    assert app.theme == "light" and app.wants_mouse is False
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await ready(pilot)
        await settle(pilot)
        await pilot.press("ctrl+t", *"api", "enter")
        assert isinstance(app.screen, CockpitScreen) and app.screen.shown.filter == "api"
        await pilot.press("slash", *"x")
        assert app.screen.shown.filter == "api", "the old key is free"
        await pilot.press("escape", "2", "B")
        assert app.current_mode == "exceptions"
        assert [note.split(".")[0] for note in notes(app).splitlines()] == [
            "/ does nothing here",
            "x does nothing here",
        ]
        await pilot.press("left_square_bracket")
        await settle(pilot)
        assert "f5 comes back" in app.screen.query_one(HeaderBar).render().plain
        await pilot.press("f5")
        await settle(pilot)
        await pilot.press("question_mark")
        assert "f ^t" in str(app.screen.query_one("#help Static").render())


BROKEN = [
    ('theme = "light\n', ("config.toml line 1: ", "The defaults are used.")),
    ('theme = "light"\nkeys = [\n', ("config.toml line 2: ",)),
    ('# mine\ntheme = "pink"\n', ("config.toml line 2: there is no theme “pink”; there are cockpit, light",)),
    ('mouse = "no"\n', ("config.toml line 1: mouse is true or false.",)),
    ("colour = 1\n", ("config.toml line 1: “colour” is nothing known; there are theme, mouse, keys.",)),
    ('[keys]\nfiltre = "f"\n', ("config.toml line 2: there is no key “filtre”; did you mean filter?",)),
    ('[keys]\nfilter = "ctrl+nothing"\n', ("config.toml line 2: “ctrl+nothing” is no key; write it as f, F, ctrl+f",)),
    ('[keys]\nfilter = ""\n', ("config.toml line 2: a key is a text",)),
    ('[keys]\nhelp = "F"\nfilter = "j"\n', ("config.toml line 3: j is also down (Down); filter keeps its own key.",)),
    ('[keys]\nhelp = "f"\nfilter = "f"\n', ("config.toml line 3: f is also help", "filter keeps its own key.")),
    ('[keys]\nfilter = "q"\n', ("config.toml line 2: q is also back", "filter keeps its own key.")),
    ("\xff", ("config.toml",)),
]


@pytest.mark.parametrize(("text", "said"), BROKEN, ids=[str(n) for n in range(len(BROKEN))])
def test_what_is_wrong_is_named_with_its_line_and_left_out(file: Path, text: str, said: tuple[str, ...]) -> None:
    file.write_bytes(text.encode("latin-1") if text == "\xff" else text.encode())
    config = load(NAMES)
    keys, problems = checked(CockpitApp, config)
    found = "\n".join([*config.problems, *problems])
    for part in said:
        assert part in found
    assert "filter" not in keys and config.theme == "cockpit" and config.mouse is True


async def test_what_is_wrong_is_told_when_the_app_starts_and_all_else_works(session: FakeSession, file: Path) -> None:
    lines = ['theme = "pink"', "mouse = 3", "x = 1", "y = 1", "[keys]", 'filtre = "f"', 'filter = "j"', 'help = "F"']
    file.write_text("\n".join(lines), encoding="utf-8")
    app = make_app(session)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await ready(pilot)
        await settle(pilot)
        assert "config.toml line 1: there is no theme “pink”" in notes(app) and "and 1 more" in notes(app)
        await pilot.press("slash", *"api", "enter", "F")
        assert isinstance(app.screen, HelpScreen), "one key is right"


def test_keys_may_change_places(file: Path) -> None:
    file.write_text('[keys]\nfilter = "colon"\ncommand = "slash"\n', encoding="utf-8")
    keys, problems = checked(CockpitApp, load(NAMES))
    assert problems == [] and keys == {"filter": "colon", "command": "slash"}


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("/", "slash"),
        ("ctrl+f", "ctrl+f"),
        ("F", "F"),
        ("f12", "f12"),
        ("pagedown", "pagedown"),
        ("question_mark", "question_mark"),
        ("+", "plus"),
        ("ctrl+banana", None),
        ("hyperctrl+f", None),
        ("ctrl+", None),
    ],
)
def test_keys_are_named_as_people_write_them(key: str, name: str | None) -> None:
    assert named(key) == name


@pytest.mark.usefixtures("file")
def test_a_file_that_is_not_there_says_nothing() -> None:
    found = load(NAMES)
    assert (found.theme, found.mouse, dict(found.keys), found.problems) == ("cockpit", True, {}, ())


# -- every binding of every screen


TEXTUALS = [
    binding
    for each in (App, Screen, ModalScreen, CommandPalette, ScrollableContainer, Input)
    for binding in Binding.make_bindings(each.__dict__.get("BINDINGS", ()))
]
"""Bindings of Textual's own, which have no ids; to move the cursor in a field, or from one to the next."""


def test_every_binding_has_an_id_and_says_what_it_does() -> None:
    assert len(ids(CockpitApp)) > 60
    for place in places(CockpitApp):
        for each in place.classes:
            for _, binding in each._merge_bindings():
                ours = not any(binding.action == b.action for b in TEXTUALS)
                assert binding.id is not None or not ours, f"{place.name}: {binding.key} has no id"
                if binding.id is not None:
                    text = binding.tooltip or binding.description
                    assert text, f"{place.name}: {binding.id} does not say what it does"


@pytest.mark.parametrize("place", places(CockpitApp), ids=lambda place: place.name)
def test_no_key_means_two_things_on_one_screen(place: Any) -> None:
    assert clashes(place, {}) == []
