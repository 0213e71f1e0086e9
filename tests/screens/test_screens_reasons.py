"""A key that can do nothing here says why; and wherever escape goes back, another key does too."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from screens_data import FakeSession, make_assessment, ready, settle
from textual.screen import Screen

from cockpit.app import CockpitApp
from cockpit.records.assessment import Assessment
from cockpit.records.measures import Alignment
from cockpit.records.verdicts import Status
from cockpit.screens.bars import SCREENS
from cockpit.screens.keytable import Place, places
from cockpit.session.news import Update

NATURAL = {"escape", "back", "quit", "redraw", *(f"go-{mode}" for mode, _ in SCREENS)}
"""What does nothing where there is nothing to clear or one is there already, and needs no reason; or ends the app."""


def empty() -> Assessment:
    lists = ("breaches", "objectives", "kpis", "projects", "chains", "dependencies", "signoffs", "asked", "statements")
    return make_assessment(
        **dict.fromkeys((*lists, "sources"), ()), alignment=Alignment(), status=Status.UNKNOWN, items={}, titles={}
    )


def state(app: Any) -> tuple[object, ...]:
    """All that a key may have changed for whoever looks."""
    strips = app.screen._compositor.render_strips(app.size)
    text = "\n".join("".join(segment.text for segment in strip) for strip in strips)
    return (id(app.screen), id(app.screen.focused), len(app._notifications), text)


async def silent_keys(pilot: Any, screen: Screen[Any], *natural: str) -> list[str]:
    app = pilot.app
    found = []
    moving = screen.query_one("#table")
    bindings = {
        active.binding.id: active.binding
        for active in screen.active_bindings.values()
        if active.node is not moving or active.binding.id == "why"
    }
    for identity, binding in bindings.items():
        if identity is None or identity in NATURAL or identity in natural:
            continue
        before = state(app)
        await pilot.press(binding.key)
        await settle(pilot)
        if state(app) == before:
            found.append(identity)
        for _ in range(3):
            if app.screen is not screen or screen.query_one("Prompt").display:
                await pilot.press("escape")
                await settle(pilot)
        app.clear_notifications()
        assert app.screen is screen, identity
    return found


@pytest.mark.parametrize("mode", [mode for mode, _ in SCREENS])
async def test_a_key_that_can_do_nothing_on_an_empty_screen_says_so(session: FakeSession, mode: str) -> None:
    session.now = empty()
    session.assess = lambda _=None: empty()  # type: ignore[method-assign]
    app: Any = CockpitApp(session)  # type: ignore[arg-type]
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await ready(pilot)
        await app.action_go(mode)
        await settle(pilot)
        assert await silent_keys(pilot, app.screen) == []


async def test_a_key_that_can_do_nothing_before_anything_is_read_says_so(session: FakeSession) -> None:
    gate = threading.Event()
    read = session.update

    def slow() -> Update:
        gate.wait(60)
        return read()

    session.update = slow  # type: ignore[method-assign]
    app: Any = CockpitApp(session)  # type: ignore[arg-type]
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await pilot.pause(0.1)
        assert app.assessment is None
        assert await silent_keys(pilot, app.screen, "read", "group-by") == []
        gate.set()


@pytest.mark.parametrize("place", places(CockpitApp), ids=lambda place: place.name)
def test_escape_is_never_the_only_way_back(place: Place) -> None:
    keys: dict[str, set[str]] = {}
    for binding in place.bindings():
        keys.setdefault(binding.id or "", set()).add(binding.key)
    for identity, known in keys.items():
        if "escape" in known and not (identity == "escape" and "back" in keys):
            assert known & {"q", "ctrl+c"}, identity
