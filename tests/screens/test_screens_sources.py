"""The Sources screen says of which files changes are not heard, and how often they are looked at instead."""

from __future__ import annotations

import pytest
from screens_data import FakeSession, ready, settle
from test_screens_app import make_app, screen_text

from cockpit.watching import NETWORK


@pytest.mark.parametrize("size", [(80, 24), (160, 50)])
async def test_a_file_on_a_share_is_said_to_be_looked_at_every_so_often(
    session: FakeSession, size: tuple[int, int]
) -> None:
    session.polled = {"plan.xml": NETWORK.format("nfs4")}
    app = make_app(session)
    async with app.run_test(size=size) as pilot:
        await ready(pilot)
        await pilot.press("9")
        await settle(pilot)
        await pilot.press("G", "enter")
        await settle(pilot)
        shown = " ".join(screen_text(app).replace("│", " ").split())
        assert "plan.xml" in shown
        assert NETWORK.format("nfs4") in shown
        await pilot.press("q")
        await settle(pilot)
        await pilot.press("g", "enter")
        await settle(pilot)
        assert "network share" not in screen_text(app)
