"""What terminal this is, as its environment tells it; asked before anything that draws is loaded."""

from __future__ import annotations

import os
import sys

_SIMPLE = ("linux", "vt", "ansi", "cons25")
"""How the names of consoles and of old hardware begin: they print what they do not understand."""
_MANY = ("alacritty", "contour", "foot", "ghostty", "kitty", "konsole", "mlterm", "rio", "st", "wezterm")
"""Terminals of 256 colours and more that say so in no part of their names; over SSH they come without COLORTERM."""


def _term() -> str:
    return os.environ.get("TERM", "").strip().lower()


def has_screen() -> bool:
    """Say whether there is a terminal on which lines can be drawn in any order."""
    streams = (sys.stdin, sys.stdout, sys.stderr)
    if not all(stream is not None and stream.isatty() for stream in streams):  # None: closed by who started it
        return False
    return sys.platform == "win32" or _term() not in ("", "dumb", "unknown")


def is_simple() -> bool:
    """Say whether it may not be asked what it can do, as it would print the question."""
    return _term().startswith(_SIMPLE)


def erases() -> bool:
    """Say whether what it erases takes the colour that is set: all but GNU screen and old hardware do that."""
    return "TMUX" in os.environ or not (_term().startswith(("screen", *_SIMPLE[1:])))


def moves() -> bool:
    """Say whether it takes the cursor down, back and to a column, and single attributes back: all but old hardware."""
    return not _term().startswith(_SIMPLE[1:])


def has_few_colours() -> bool:
    """Say whether it has sixteen colours, or fewer."""
    if sys.platform == "win32" or os.environ.get("COLORTERM", "").strip().lower() in ("truecolor", "24bit"):
        return False
    return not (_term().endswith("256color") or _has_many())


def _has_many() -> bool:
    """Say whether it is one of 256 colours though its name does not end with them."""
    return _term().endswith("-direct") or _term().removeprefix("xterm-").split("-")[0] in _MANY


def prepare() -> None:
    """Leave nothing in the environment by which more would be asked of the terminal than it can do."""
    if "STY" in os.environ and "TMUX" not in os.environ:
        # GNU screen hands on what the terminal around it can do, and takes a colour in three parts for other codes.
        os.environ.pop("COLORTERM", None)
    if _has_many() and not os.environ.get("COLORTERM", "").strip():
        os.environ.setdefault("TEXTUAL_COLOR_SYSTEM", "256")  # by the end of its name it would get sixteen
    if is_simple():
        os.environ.setdefault("TEXTUAL_DISABLE_KITTY_KEY", "1")
