"""Acknowledging and deciding in the app, over a real portfolio: `a`, `d`, and the options with their days."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from screens_data import FakeSession, day, make_assessment, notes, ready, settle, until
from textual.pilot import Pilot
from textual.widgets import Button, Input, Static

from cockpit.app import CockpitApp
from cockpit.records.lives import Acknowledged, Decided, Life, Owed
from cockpit.records.verdicts import Stage
from cockpit.screens.bars import NoteLine
from cockpit.screens.deciding import DecideScreen, OptionChoice
from cockpit.screens.detail import DetailScreen
from cockpit.screens.exceptions import Headline
from cockpit.screens.sign import SignScreen
from cockpit.session.live import Session

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "session"))

from live_portfolio import charter, key_file, make

KEY = "DEP-UNPROVEN|dependency:D-1"


def said(screen: Any, part: str) -> str:
    return str(screen.query_one(part, Static).content)


def options(screen: Any) -> list[str]:
    return str(screen.query_one(OptionChoice).render()).splitlines()


def standing(app: Any) -> Any:
    return next(b for b in app.assessment.breaches if b.key == KEY)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The portfolio whose breaches were raised six days ago: its decisions are owed."""
    folder = make(tmp_path / "portfolio", tmp_path / "keys", today="")
    (folder / "portfolio.toml").write_text(charter(today=""))
    with Session.open(folder, clock=lambda: datetime.now(UTC) - timedelta(days=6)) as opened:
        opened.update()
    return folder


def key(folder: Path, who: str) -> str:
    return str(key_file(folder.parent / "keys", who))


async def on_the_breach(pilot: Pilot[None], app: Any) -> None:
    await until(pilot, lambda: app.assessment is not None)
    await pilot.press("slash", *"unproven", "enter")
    await until(pilot, lambda: getattr(app.screen.table.record, "key", "") == KEY)


async def give_key(pilot: Pilot[None], sheet: Any, path: str) -> None:
    sheet.query_one("#key", Input).value = path
    sheet.query_one("#key").focus()
    await pilot.press("enter")
    await until(
        pilot, lambda: not sheet.query_one("#sign", Button).disabled or "-bad" in sheet.query_one("#error").classes
    )


async def test_a_shows_the_sentence_signs_it_and_the_breach_stands_apart(folder: Path) -> None:
    with Session.open(folder) as session:
        app: Any = CockpitApp(session)
        async with app.run_test(size=(80, 24), notifications=True) as pilot:
            await on_the_breach(pilot, app)
            assert standing(app).life.stage is Stage.OWED
            await pilot.press("a")
            await until(pilot, lambda: isinstance(app.screen, SignScreen))
            sheet = app.screen
            assert not isinstance(sheet, DecideScreen)
            await give_key(pilot, sheet, key(folder, "ivo"))
            assert "Ivo may not sign acknowledged: the breach goes to Vera, who can clear it" in said(sheet, "#error")
            await give_key(pilot, sheet, key(folder, "vera"))
            assert "I, Vera (vera), acknowledge the breach DEP-UNPROVEN" in said(sheet, "#sentence")
            sheet.query_one("#sign", Button).press()
            await until(pilot, lambda: standing(app).life.acknowledged is not None)
            assert standing(app).life.acknowledged.by == "vera"
            assert standing(app).life.stage is Stage.OWED, "it keeps no decision away"


async def test_d_shows_the_options_with_their_days_first_then_the_sentence_of_the_chosen(folder: Path) -> None:
    with Session.open(folder) as session:
        app: Any = CockpitApp(session)
        async with app.run_test(size=(80, 24), notifications=True) as pilot:
            await on_the_breach(pilot, app)
            await pilot.press("d")
            await until(pilot, lambda: isinstance(app.screen, DecideScreen) and len(options(app.screen)) > 3)
            sheet = app.screen
            shown = options(sheet)
            assert shown[0].startswith("(•) resolve") and shown[0].endswith("gains ≥28d $280k")
            assert shown[1].startswith("( ) without")
            assert any(line.strip().startswith("Core in the cloud: ") for line in shown)
            assert "owed by Sam" in said(sheet, "#options-title")
            await give_key(pilot, sheet, key(folder, "vera"))
            assert "Vera may not sign decided: only Sam" in said(sheet, "#error")
            assert len(options(sheet)) > 3, "who may not decide may look"
            error = sheet.query_one("#error")
            await until(pilot, lambda: sheet.query_one("#dialog").region.contains_region(error.region))
            await give_key(pilot, sheet, key(folder, "sam"))
            assert "My choice is the option “resolve”" in said(sheet, "#sentence")
            sheet.query_one(OptionChoice).focus()
            await pilot.press("down")
            await until(pilot, lambda: "My choice is the option “without”" in said(sheet, "#sentence"))
            assert app.focused is sheet.query_one(OptionChoice)
            await pilot.press("enter")
            await until(pilot, lambda: app.focused is sheet.query_one("#sign"))
            sheet.query_one(OptionChoice).focus()
            await pilot.press("up", "up")
            await until(pilot, lambda: "in a note what was decided" in said(sheet, "#error"))
            sheet.query_one("#note", Input).value = "The pilot goes first"
            sheet.query_one("#on", Input).value = str(datetime.now(UTC).date() + timedelta(days=9))
            await give_key(pilot, sheet, key(folder, "sam"))
            assert "Note: “The pilot goes first”" in said(sheet, "#sentence")
            sheet.query_one("#sign", Button).press()
            await until(pilot, lambda: standing(app).life.stage is Stage.DECIDED)
            assert standing(app).life.decided.outcome == "The pilot goes first"
            assert "median 6 days from raised to decided (1 decided)" in str(
                app.screen.query_one("#decisions", NoteLine).render()
            )


async def test_the_keys_to_sign_and_to_decide_lead_from_a_decision_that_is_owed_to_its_options(folder: Path) -> None:
    with Session.open(folder) as session:
        app: Any = CockpitApp(session)
        async with app.run_test(size=(160, 50)) as pilot:
            await until(pilot, lambda: app.assessment is not None)
            await pilot.press("5", "slash", *"decision owed API", "enter")
            await until(pilot, lambda: getattr(app.screen.table.record, "subject", "") == f"breach:{KEY}")
            await pilot.press("s")
            await until(pilot, lambda: isinstance(app.screen, DecideScreen))
            assert app.screen._signoff.subject == f"breach:{KEY}"
            await pilot.press("escape")
            await until(pilot, lambda: not isinstance(app.screen, DecideScreen))
            await pilot.press("d")
            await until(pilot, lambda: isinstance(app.screen, DecideScreen))
            assert app.screen._signoff.subject == f"breach:{KEY}"


# What is shown, over a made-up assessment


def lived(**lives: Life) -> Any:
    """The made-up assessment whose breaches of these owners have these lives."""
    made = make_assessment(decision_days=3.5, decided=4)
    found = tuple(replace(b, id=f"{n:06x}", life=lives.get(b.owner, Life())) for n, b in enumerate(made.breaches))
    return replace(made, breaches=found)


SEEN = Life(
    stage=Stage.ACKNOWLEDGED,
    owed_from=day(7, 4),
    acknowledged=Acknowledged(by="dana", by_name="Dana Reyes", on=day(6, 29), until=day(7, 4), statement="a" * 64),
)
OWED = Life(
    stage=Stage.OWED,
    number=2,
    owed_from=day(6, 7),
    owed=Owed(by="ines", by_name="Inês Duarte", since=day(6, 7), due=day(6, 12)),
)
MADE = Life(
    stage=Stage.DECIDED,
    decided=Decided(
        by="ines", by_name="Inês Duarte", on=day(6, 20), due=day(7, 31), option="accept", outcome="We live with it",
        statement="b" * 64,
    ),
)  # fmt: skip


def app_of(session: FakeSession) -> Any:
    return CockpitApp(session)  # type: ignore[arg-type]


def rows(app: Any) -> list[str]:
    table = app.screen.query_one("#table")
    return [table.render_line(y).text.rstrip() for y in range(min(table.row_count + 1, table.size.height))]


async def test_acknowledged_and_decided_ones_come_after_all_others_with_who_and_until_when(tmp_path: Path) -> None:
    session = FakeSession(tmp_path, lived(dana=SEEN, omar=OWED, li=MADE))
    app = app_of(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        await settle(pilot)
        lines = rows(app)
        assert "!Inês Duarte" in lines[1], "whose turn it is, marked"
        apart = [line for line in lines if "✓" in line]
        assert lines[-2:] == apart
        assert apart[0].endswith("✓ seen by Dana Reyes until 2025-07-04")
        assert apart[1].endswith("✓ decided by Inês Duarte, due 2025-07-31")
        headline = str(app.screen.query_one(Headline).render())
        assert "1 of 9" in headline and "Inês Duarte must decide by 2025-06-12: Core banking runs" in headline
        note = str(app.screen.query_one("#decisions", NoteLine).render())
        assert "Decisions: median 3.5 days from raised to decided (4 decided), 2 owed" in note
        await pilot.press("G")
        assert "9 of 9" in str(app.screen.query_one(Headline).render())


async def test_the_why_of_a_breach_tells_its_life_and_which_keys_act_on_it(tmp_path: Path) -> None:
    session = FakeSession(tmp_path, lived(omar=OWED, li=MADE, dana=SEEN))
    app = app_of(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        await pilot.press("enter")
        await settle(pilot)
        assert isinstance(app.screen, DetailScreen)
        text = app.screen.facts().text
        assert "Decision: owed by Inês Duarte since 2025-06-07, due 2025-06-12" in text
        assert "Came back: raised for the second time" in text
        assert "Id: 000001: a acknowledges it, d shows what may be decided" in text
        await pilot.press("a")
        await settle(pilot)
        assert isinstance(app.screen, SignScreen)
        assert session.drafts[-1][0] == "breach:PATH-DEAD|O1"


async def test_without_anything_to_say_no_line_stands_over_the_headline(tmp_path: Path) -> None:
    app = app_of(FakeSession(tmp_path, make_assessment()))
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        await settle(pilot)
        assert not app.screen.query_one("#decisions", NoteLine).has_class("-shown")


@pytest.mark.parametrize("pressed", ["a", "d"])
async def test_a_key_that_does_nothing_here_says_why(tmp_path: Path, pressed: str) -> None:
    app = app_of(FakeSession(tmp_path, make_assessment()))
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await ready(pilot)
        await pilot.press("6", pressed)
        await settle(pilot)
        assert "This row is no breach and asks for no decision; Exceptions (1) lists what does." in notes(app)
        await pilot.press("1", "left_square_bracket")
        await settle(pilot)
        await pilot.press(pressed)
        await settle(pilot)
        assert "Nothing is signed in the past" in notes(app)


async def test_options_that_cannot_be_had_are_a_sentence(tmp_path: Path) -> None:
    session = FakeSession(tmp_path, lived(omar=OWED))
    app = app_of(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        await pilot.press("d")
        await settle(pilot)
        assert isinstance(app.screen, DecideScreen)
        assert said(app.screen, "#options-title") == "The store is gone."
        await pilot.press("escape")
        await settle(pilot)
        assert not isinstance(app.screen, DecideScreen)
