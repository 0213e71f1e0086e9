"""Every key there is, on every screen and in what opens over it: it acts, or a sentence says why it does not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from screens_data import FakeSession, ready, settle
from textual.screen import Screen

from cockpit.app import CockpitApp
from cockpit.desk.unheard import why_not
from cockpit.screens.bars import SCREENS
from cockpit.screens.keytable import places
from cockpit.screens.saved import SavedScreen

ANYWHERE = {"ctrl+q", "ctrl+l"}
"""What acts wherever one is: it ends the app, and draws it anew."""
OPENED = {
    "why": ["enter"],
    "history": ["h"],
    "help": ["question_mark"],
    "what-if": ["w"],
    "signing": ["s"],
    "decision": ["d"],
    "views": ["M"],
}
"""What opens over the first row of the first screen, by what it is."""


def every_key() -> list[str]:
    return sorted({binding.key for place in places(CockpitApp) for binding in place.bindings()} - ANYWHERE)


def taken(app: Any, key: str) -> bool:
    """Whether anything has that key: a binding, or a field in which it is a letter, a list, a question for a letter."""
    field = app.focused
    if key in app.screen.active_bindings or isinstance(app.screen, SavedScreen):
        return True
    return field is not None and field.check_consume_key(key, key if len(key) == 1 else None)


async def silent(pilot: Any, screen: Screen[Any]) -> list[str]:
    """The keys that nothing takes here, and of which nothing is said."""
    app, found, asked = pilot.app, [], 0
    for key in every_key():
        if taken(app, key):
            continue
        asked += 1
        app.clear_notifications()
        await pilot.press(key)
        await pilot.pause()
        assert app.screen is screen, key
        if not app._notifications:
            found.append(key)
    assert asked > 3
    return found


@pytest.mark.parametrize("mode", [mode for mode, _ in SCREENS])
async def test_a_key_of_elsewhere_says_where_it_works_on_every_screen(session: FakeSession, mode: str) -> None:
    app: Any = CockpitApp(session)  # type: ignore[arg-type]
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await ready(pilot)
        await app.action_go(mode)
        await settle(pilot)
        assert await silent(pilot, app.screen) == []


@pytest.mark.parametrize("what", OPENED)
async def test_a_key_of_elsewhere_says_where_it_works_in_what_opens(session: FakeSession, what: str) -> None:
    app: Any = CockpitApp(session)  # type: ignore[arg-type]
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await ready(pilot)
        beneath = app.screen
        await pilot.press(*OPENED[what])
        await settle(pilot)
        assert app.screen is not beneath
        if what == "views":  # each letter is taken
            await pilot.press("colon")
            await pilot.pause()
            assert app._notifications
        else:
            assert await silent(pilot, app.screen) == []


async def test_it_is_said_once_where_and_with_the_keys_that_are_set(
    session: FakeSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    (tmp_path / "cockpit").mkdir()
    (tmp_path / "cockpit" / "config.toml").write_text('[keys]\nsave-view = "f9"\ndetail-back = "f8"\n')
    app: Any = CockpitApp(session)  # type: ignore[arg-type]
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await ready(pilot)
        await settle(pilot)
        await pilot.press("enter", "M", "f7")
        await settle(pilot)
        assert not app._notifications, "neither means anything now"
        await pilot.press("f9", "f9", "f9")
        await settle(pilot)
        (note,) = app._notifications
        said = "f9 does nothing here. On every screen: save what is shown as a view: then a letter. f8 goes back."
        assert note.message == said
        await pilot.press("f8", "b")
        await settle(pilot)
        said = why_not(app, "b", {})
        assert said.startswith("b does nothing here. On Alignment: group by cause, team")
        assert said in [each.message for each in app._notifications]


async def test_ctrl_c_says_how_to_quit_in_what_opens_too(session: FakeSession) -> None:
    app: Any = CockpitApp(session)  # type: ignore[arg-type]
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await ready(pilot)
        await pilot.press("enter", "ctrl+c")
        await settle(pilot)
        assert [each.message for each in app._notifications] == ["ctrl+q quits from anywhere; q goes back."]
