"""What a terminal can do, told by its environment."""

from __future__ import annotations

import os

import pytest

from cockpit.basics import terminals

NAMES = ("TERM", "COLORTERM", "TMUX", "STY", "TEXTUAL_DISABLE_KITTY_KEY", "TEXTUAL_COLOR_SYSTEM")


@pytest.fixture(autouse=True)
def _nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.setenv(name, "")  # so that it is put back, whatever is taken out
        monkeypatch.delenv(name)


@pytest.mark.parametrize(
    ("environment", "few", "erases", "simple"),
    [
        ({"TERM": "xterm"}, True, True, False),
        ({"TERM": "xterm-256color"}, False, True, False),
        ({"TERM": "xterm", "COLORTERM": "truecolor"}, False, True, False),
        ({"TERM": "xterm-kitty"}, False, True, False),
        ({"TERM": "foot"}, False, True, False),
        ({"TERM": "foot-extra"}, False, True, False),
        ({"TERM": "alacritty"}, False, True, False),
        ({"TERM": "xterm-ghostty"}, False, True, False),
        ({"TERM": "konsole-direct"}, False, True, False),
        ({"TERM": "footage"}, True, True, False),
        ({"TERM": "tmux-256color"}, False, True, False),
        ({"TERM": "screen-256color"}, False, False, False),
        ({"TERM": "screen-256color", "TMUX": "/tmp/x,1,0"}, False, True, False),
        ({"TERM": "linux"}, True, True, True),
        ({"TERM": "vt220"}, True, False, True),
        ({}, True, True, False),
    ],
)
def test_names_of_terminals(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], few: bool, erases: bool, simple: bool
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert (terminals.has_few_colours(), terminals.erases(), terminals.is_simple()) == (few, erases, simple)


@pytest.mark.parametrize(
    ("environment", "colour", "asks"),
    [
        ({"TERM": "screen-256color", "STY": "1.pts"}, "", True),
        ({"TERM": "tmux-256color", "STY": "1.pts", "TMUX": "/tmp/x,1,0"}, "truecolor", True),
        ({"TERM": "xterm-256color"}, "truecolor", True),
        ({"TERM": "linux"}, "truecolor", False),
    ],
)
def test_no_more_is_asked_of_a_terminal_than_it_can_do(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], colour: str, asks: bool
) -> None:
    for name, value in {"COLORTERM": "truecolor", **environment}.items():
        monkeypatch.setenv(name, value)
    terminals.prepare()
    assert os.environ.get("COLORTERM", "") == colour
    assert ("TEXTUAL_DISABLE_KITTY_KEY" not in os.environ) is asks


@pytest.mark.parametrize(
    ("term", "moves"), [("xterm", True), ("linux", True), ("screen", True), ("vt220", False), ("ansi", False)]
)
def test_old_hardware_is_given_places_only(monkeypatch: pytest.MonkeyPatch, term: str, moves: bool) -> None:
    monkeypatch.setenv("TERM", term)
    assert terminals.moves() is moves


@pytest.mark.parametrize(
    ("environment", "system"),
    [
        ({"TERM": "foot"}, "256"),
        ({"TERM": "xterm-direct"}, "256"),
        ({"TERM": "alacritty", "COLORTERM": "truecolor"}, ""),
        ({"TERM": "xterm"}, ""),
        ({"TERM": "linux"}, ""),
    ],
)
def test_a_terminal_of_256_colours_gets_them_also_over_ssh(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], system: str
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    terminals.prepare()
    assert os.environ.get("TEXTUAL_COLOR_SYSTEM", "") == system
