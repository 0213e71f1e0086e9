"""Whether rows of two trackers are one, signed in the app over real files with a real key."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from screens_data import until
from textual.pilot import Pilot
from textual.widgets import Button, Input, Static

from cockpit.app import CockpitApp
from cockpit.screens.sign import MeaningChoice, SignScreen
from cockpit.session.live import Session

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "session"))

from live_portfolio import key_file, make

LEAD = """\
Nr,Task,Days left,State
L-1,Design of the interfaces,0,Done
L-2,Build,45,In Progress
L-7,Interfaces live!,0,To Do
"""
SHADOW = """
[[sources]]
path = "lead/*.csv"
table = "work_items"
shadow = true
[sources.columns]
id = "Nr"
title = "Task"
remaining_days = "Days left"
status = "State"
[sources.defaults]
project = "P1"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The portfolio, and beside it the workbook of its lead, with two rows that may be ours."""
    folder = make(tmp_path / "portfolio", tmp_path / "keys", more=SHADOW)
    (folder / "lead").mkdir()
    (folder / "lead" / "mine.csv").write_text(LEAD)
    return folder


def proposed(app: Any) -> list[str]:
    return sorted(each.subject for each in app.assessment.signoffs if each.subject.startswith("same:"))


async def sheet_of(pilot: Pilot[None], app: Any, title: str) -> Any:
    await pilot.press("s")
    await until(pilot, lambda: isinstance(app.screen, SignScreen))
    assert str(app.screen.query_one("#subject", Static).content) == title
    return app.screen


async def signed(pilot: Pilot[None], sheet: Any, key: Path) -> str:
    """Give the key, sign, and return the sentence that was shown."""
    sheet.query_one("#key", Input).value = str(key)
    sheet.query_one("#key").focus()
    await pilot.press("enter")
    await until(pilot, lambda: not sheet.query_one("#sign", Button).disabled)
    sentence = str(sheet.query_one("#sentence", Static).content)
    sheet.query_one("#sign", Button).press()
    return sentence


async def test_one_pair_is_confirmed_on_its_breach_and_the_other_dismissed_among_the_signoffs(folder: Path) -> None:
    key = key_file(folder.parent / "keys", "ivo")
    with Session.open(folder) as session:
        app: Any = CockpitApp(session)
        async with app.run_test(size=(80, 24), notifications=True) as pilot:
            await until(pilot, lambda: app.assessment is not None)
            await pilot.press("slash", *"same", "enter")
            await until(pilot, lambda: "SAME-PROPOSED" in getattr(app.screen.table.record, "key", ""))
            sheet = await sheet_of(pilot, app, "Are I-2 and L-2 one: “Build”?")
            assert sheet.query_one("#field-evidence").display is False
            sentence = await signed(pilot, sheet, key)
            assert "I, Ivo (ivo), confirm that “I-2”, “Build”, and “L-2”, “Build”, are one work item" in sentence
            await until(pilot, lambda: proposed(app) == ["same:L-7=M-1"])
            codes = {each.code for each in app.assessment.breaches}
            assert "SOURCES-DISAGREE" in codes, "20 days here and 45 there"
            await pilot.press("escape", "5")
            await until(pilot, lambda: app.screen.MODE == "signoffs")
            await pilot.press("slash", *"same", "enter")
            await until(pilot, lambda: getattr(app.screen.table.record, "subject", "") == "same:L-7=M-1")
            sheet = await sheet_of(pilot, app, "Are L-7 and M-1 one: “Interfaces live!”?")
            sheet.query_one(MeaningChoice).focus()
            await pilot.press("right")
            assert "“L-7”, “Interfaces live!”, and “M-1”" in await signed(pilot, sheet, key)
            await until(pilot, lambda: proposed(app) == [])
            assert "SAME-PROPOSED" not in {each.code for each in app.assessment.breaches}
    said = {view.subject: (view.meaning, str(view.verdict)) for view in session_views(folder)}
    assert said == {"same:I-2=L-2": ("confirmed", "counts"), "same:L-7=M-1": ("dismissed", "counts")}


def session_views(folder: Path) -> Any:
    with Session.open(folder) as session:
        return session.assess().statements
