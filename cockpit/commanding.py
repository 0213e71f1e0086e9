"""What is typed after `:` in the app."""

from __future__ import annotations

import getpass
from datetime import date
from typing import TYPE_CHECKING

from cockpit.screens.bars import SCREENS
from cockpit.screens.base import CockpitScreen
from cockpit.screens.words import inert

if TYPE_CHECKING:
    from cockpit.app import CockpitApp


def obey(app: CockpitApp, text: str) -> None:
    """Obey a command line, or say what would be one."""
    name, _, rest = text.strip().partition(" ")
    rest = rest.strip()
    modes = [mode for mode, title in SCREENS if mode.startswith(name) or title.casefold().startswith(name)]
    if name in ("q", "quit"):
        app.exit()
    elif name == "live":
        app.go_to_day(lambda: None)
    elif name in ("as-of", "asof"):
        _go_to(app, rest)
    elif name in ("owner", "project"):
        _narrow(app, name, rest)
    elif name == "sort":
        if isinstance(app.screen, CockpitScreen):
            app.screen.sort_by(rest)
    elif name == "help":
        app.action_help()
    elif name and modes:
        app.action_go(modes[0])
    else:
        app.say(f"There is no command “:{inert(name, 40)}”. ? lists them.", "warning")


def _go_to(app: CockpitApp, text: str) -> None:
    try:
        target = date.fromisoformat(text)
    except ValueError:
        app.say(f"“{inert(text, 40)}” is no day: write :as-of YYYY-MM-DD.", "warning")
        return
    app.go_to_day(lambda: target)


def _narrow(app: CockpitApp, kind: str, text: str) -> None:
    if kind == "owner" and text == "me":
        if app.me is None:
            app.say(f"Nobody in portfolio.toml goes by “{getpass.getuser()}”: write :owner NAME.", "warning")
            return
        text = app.me.name
    app.set_scope(kind if text else "", text)
