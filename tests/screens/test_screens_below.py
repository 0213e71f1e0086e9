"""On a narrow screen, the room that few rows leave."""

from __future__ import annotations

from dataclasses import replace

import pytest
from screens_data import FakeSession, breaches, make_assessment, ready, settle
from test_screens_app import make_app, screen_text

from cockpit.screens.pane import FactsPane
from cockpit.screens.table import KeyedTable


@pytest.mark.parametrize("screen", ["2", "3", "5", "7", "8", "9"])
async def test_few_rows_leave_room_for_the_why_of_one_below_them(session: FakeSession, screen: str) -> None:
    app = make_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        await pilot.press(screen)
        await settle(pilot)
        table, pane = app.screen.query_one(KeyedTable), app.screen.query_one("#detail", FactsPane)
        assert pane.display and pane.region.height >= 8 and pane.region.y >= table.region.bottom
        assert table.region.height == table.row_count + 1
        shown = screen_text(app)
        await pilot.press("G")
        await settle(pilot)
        assert table.row_count == 1 or screen_text(app) != shown, "it follows the cursor"
        await pilot.resize_terminal(80, 16)
        await settle(pilot)
        assert pane.display is (table.row_count + 1 <= app.screen.query_one("#body").size.height // 2)
        await pilot.resize_terminal(130, 40)
        await settle(pilot)
        assert pane.display


async def test_many_rows_take_all_the_room_until_a_filter_leaves_few(session: FakeSession) -> None:
    first = make_assessment().signoffs[0]
    many = tuple(replace(first, subject=f"dependency:D-{n}", title=f"Need {n}") for n in range(30))
    session.publish(make_assessment(signoffs=many, breaches=breaches()))
    app = make_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        await pilot.press("5")
        await settle(pilot)
        pane = app.screen.query_one("#detail", FactsPane)
        assert not pane.display
        await pilot.press("/", *"need 17", "enter")
        await settle(pilot)
        assert pane.display and "Need 17" in screen_text(app).split("Need 17", 1)[1]
        await pilot.press("/", *"no such need", "enter")
        await settle(pilot)
        assert not pane.display, "of nothing nothing is told"
        await pilot.press("escape")
        await settle(pilot)
        assert not pane.display


@pytest.mark.parametrize("screen", ["1", "6"])
async def test_what_stands_over_a_list_is_not_told_below_it_again(session: FakeSession, screen: str) -> None:
    session.publish(make_assessment(breaches=breaches()[:1]))
    app = make_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        await pilot.press(screen)
        await settle(pilot)
        assert not app.screen.query_one("#detail", FactsPane).display
