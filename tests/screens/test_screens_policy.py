"""A looser policy in the app, over a real portfolio: shown, waited for, and signed with the steward's own key."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from screens_data import until
from textual.widgets import Button, Input, Static

from cockpit.app import CockpitApp
from cockpit.screens.bars import HeaderBar
from cockpit.screens.detail import DetailScreen
from cockpit.screens.sign import SignScreen
from cockpit.session.live import Session

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "session"))

from live_portfolio import key_file, make

POLICY = 'steward = "sam"\n[policy]\nfinish_tolerance_days = 90\n[policy.quality]\nbei = 0.5\n'


def header(app: CockpitApp) -> str:
    return str(app.screen.query_one(HeaderBar).render())


async def test_a_looser_policy_waits_on_the_signoffs_screen_and_counts_once_it_is_signed(tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    with Session.open(make(tmp_path / "portfolio", keys, more=POLICY)) as session:
        app: Any = CockpitApp(session)
        async with app.run_test(size=(160, 50)) as pilot:
            await until(pilot, lambda: app.assessment is not None)
            await until(pilot, lambda: "looser policy, unsigned: the default rules · finish_tol" in header(app))
            await pilot.press("5", *"/policy", "enter")
            await until(pilot, lambda: getattr(app.screen.table.record, "subject", "") == "policy:core")
            assert app.screen.table.record.owner_name == "Sam"
            await pilot.press("enter")
            await until(pilot, lambda: isinstance(app.screen, DetailScreen))
            await pilot.press("escape", "s")
            await until(pilot, lambda: isinstance(app.screen, SignScreen))
            sheet = app.screen
            sheet.query_one("#key", Input).value = str(key_file(keys, "sam"))
            sheet.query_one("#key").focus()
            await pilot.press("enter")
            await until(pilot, lambda: not sheet.query_one("#sign", Button).disabled)
            sentence = str(sheet.query_one("#sentence", Static).content)
            assert "finish_tolerance_days 90 instead of 5, quality.bei 0.5 instead of 0.95" in sentence
            assert str(sheet.query_one("#sign", Button).label) == "Sign as Sam"
            await pilot.press("enter")
            await until(pilot, lambda: "looser policy, signed by Sam on 20" in header(app))
            assert app.screen.table.record is None, "nothing of it is waited for any more"
