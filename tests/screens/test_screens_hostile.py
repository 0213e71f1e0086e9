"""Text that would break, steer or flood the terminal, through every screen."""

from __future__ import annotations

import dataclasses
import unicodedata
from datetime import date, datetime
from enum import Enum
from types import MappingProxyType
from typing import Any

import pytest
from screens_data import TODAY, FakeSession, make_assessment, ready, settle

from cockpit.app import CockpitApp
from cockpit.records.assessment import Assessment
from cockpit.records.model import Origin, Problem
from cockpit.records.snapshot import Loosened
from cockpit.screens.base import CockpitScreen
from cockpit.screens.detail import DetailScreen
from cockpit.session.live import Change

HOSTILE = {
    "closing tag": "fix [/x] bug",
    "action": "[@click=app.quit]press me[/]",
    "style": "[bold red]loud[/bold red] [on",
    "escape": "a\x1b[2J\x1b]0;title\x07b\x9b31mc",
    "right to left": "\u202egnp.exe\u202c \u2067x\u2069 \u200f\u061c",
    "long": "x" * 10_000,
    "newlines": "one\ntwo\r\nthree\u2028four\x0bfive\x85six",
    "wide": "日本語のとても長い題名" * 6,
    "emoji": "👩‍👩‍👧‍👦❤️🏳️‍🌈" * 10,
    "surrogate": "half \ud83d emoji",
    "combining": "Z" + "\u0300" * 500,
    "empty": "",
    "tab": "a\tb\tc",
}
DATA = {"key", "id", "subject", "objective", "project", "blocker", "breach", "code", "path", "name", "root"}
"""Fields that tie records together keep a part of their own, so that rows stay apart."""


def poisoned(value: Any, text: str, field: str = "") -> Any:
    """Return a copy of an assessment with every text of it replaced."""
    if isinstance(value, (Enum, date, datetime, bool, int, float, bytes)) or value is None:
        return value
    if isinstance(value, str):
        return f"{text}{value}" if field in DATA else text
    if isinstance(value, Origin | Problem):
        return type(value)(*(poisoned(part, text) for part in value))
    if isinstance(value, tuple):
        return tuple(poisoned(part, text, field) for part in value)
    if isinstance(value, (dict, MappingProxyType)):
        return {key: poisoned(part, text) for key, part in value.items()}
    changes = {f.name: poisoned(getattr(value, f.name), text, f.name) for f in dataclasses.fields(value)}
    return dataclasses.replace(value, **changes)


def lines(app: Any) -> list[str]:
    strips = app.screen._compositor.render_strips(app.size)
    return ["".join(segment.text for segment in strip) for strip in strips]


def unsafe(text: str) -> list[str]:
    return [char for char in text if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"}]


def hostile_assessment(text: str) -> Assessment:
    looser = Loosened(name="x", asked=1.0, default=0.0, signer_name="x", signed_on=TODAY)
    return poisoned(make_assessment(policy=(looser,)), text)  # type: ignore[no-any-return]


GROUPS = {
    "closing tag": ("closing tag", "style"),
    "action": ("action",),
    "controls": ("escape", "right to left", "newlines", "surrogate", "tab"),
    "widths": ("wide", "emoji", "combining"),
    "long": ("long",),
    "empty": ("empty",),
}


@pytest.mark.parametrize(("name", "size"), [*((name, (80, 24)) for name in GROUPS), ("all", (160, 50))])
async def test_hostile_text_is_shown_inert_on_every_screen(
    session: FakeSession, name: str, size: tuple[int, int]
) -> None:
    text = " ".join(HOSTILE[part] for part in GROUPS.get(name, HOSTILE))[:12_000]
    session.now = hostile_assessment(text)
    app = CockpitApp(session)  # type: ignore[arg-type]
    async with app.run_test(size=size, notifications=True) as pilot:
        await ready(pilot)
        for mode in app.MODES:
            app.action_go(mode)
            await settle(pilot)
            assert isinstance(app.screen, CockpitScreen)
            assert app.screen.table.row_count > 0
            shown = lines(app)
            assert len(shown) == size[1]
            assert not unsafe("".join(shown))
            if name in {"closing tag", "action"}:
                assert text[:8] in "\n".join(shown), f"{mode} does not show it as it is"
            screen = app.screen
            screen.drill_down()
            await settle(pilot)
            assert isinstance(app.screen, DetailScreen)
            assert not unsafe("".join(lines(app)))
            app.screen.action_leave()
            await pilot.pause()
            screen.action_open()
            screen.action_copy()
            await settle(pilot)
        assert app.is_running


TOGETHER = (
    ("closing tag", "style"), ("action", "tab"), ("escape", "surrogate", "right to left"), ("newlines",),
    ("combining", "wide"), ("emoji",), ("long",), ("empty",),
)  # fmt: skip
"""As many in one text as a line has room for: what is cut away proves nothing."""


@pytest.mark.parametrize("names", TOGETHER, ids=" ".join)
async def test_hostile_text_is_inert_in_messages_filters_and_the_dialog(
    session: FakeSession, names: tuple[str, ...]
) -> None:
    assert {name for each in TOGETHER for name in each} == set(HOSTILE)
    text = " ".join(HOSTILE[name] for name in names)
    session.now = hostile_assessment(text)
    app = CockpitApp(session)  # type: ignore[arg-type]
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await ready(pilot)
        problem = Problem(Origin(text), text)
        change = Change(text, problems=(problem,), failed=True)
        breach = session.now.breaches[0]
        session.publish(session.now, change, raised=(breach,), cleared=(breach,))
        app.run_command(f"owner {text}")
        await settle(pilot)
        app.run_command("owner")
        app.run_command(f"as-of {text}")
        app.run_command(f"{text} x")
        await pilot.press("5", "s")
        await settle(pilot)
        assert not unsafe("".join(lines(app)))
        assert all(not unsafe(note.message.replace("\n", "")) for note in app._notifications)
        await pilot.press("escape")
        # History, palette, filter and help, each with the text in it; the palette is searched for its first letter.
        session.history = tuple(poisoned(event, text) for event in session.history)
        for keys in (["h"], ["ctrl+p", text[:1] if text[:1].isalpha() else "a"], ["slash", "a"], ["question_mark"]):
            await pilot.press(*keys)
            await settle(pilot)
            assert not unsafe("".join(lines(app))), keys
            await pilot.press("escape")
            await settle(pilot)
        assert app.is_running


async def test_clicking_hostile_text_runs_nothing(session: FakeSession) -> None:
    session.now = hostile_assessment("[@click=app.quit]press me[/]")
    app = CockpitApp(session)  # type: ignore[arg-type]
    async with app.run_test(size=(160, 50), notifications=True) as pilot:
        await ready(pilot)
        for x, y in [(8, 0), (8, 3), (8, 4), (30, 9), (120, 12), (120, 20)]:
            await pilot.click(offset=(x, y))
            await settle(pilot)
            if not isinstance(app.screen, CockpitScreen):
                await pilot.press("escape")
        assert not app._exit
