"""Alignment: grouped by cause, team, epic and effort, down to the tickets; a selection is mapped by signature."""

from __future__ import annotations

import dataclasses
from datetime import date
from pathlib import Path

import pytest
from screens_data import FakeSession, make_assessment, ready, settle
from test_screens_app import make_app, notes, screen_text
from textual.pilot import Pilot

from cockpit.records.measures import Alignment, ServedView
from cockpit.records.model import Meaning
from cockpit.screens.alignment import AlignmentScreen, shares
from cockpit.screens.choosing import ChooseScreen
from cockpit.screens.detail import DetailScreen
from cockpit.screens.together import TogetherScreen
from cockpit.wording.unmapped import By, single


async def open_alignment(pilot: Pilot[None], *keys: str) -> AlignmentScreen:
    await ready(pilot)
    await pilot.press("7")
    await settle(pilot)
    for key in keys:
        await pilot.press(key)
        await settle(pilot)
    assert isinstance(pilot.app.screen, AlignmentScreen)
    return pilot.app.screen


def titles(screen: AlignmentScreen) -> list[str]:
    return [row.title for row in screen.table.records]


async def test_a_key_goes_round_the_groups_and_the_header_says_which(session: FakeSession) -> None:
    app = make_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await open_alignment(pilot)
        for by, said, first in (
            (By.CAUSE, "By cause · {} · b groups by team", "Jira epic “Tech hygiene” maps to nothing"),
            (By.TEAM, "By team · {} · b groups by epic", "Cloud platform"),
            (By.EPIC, "By epic · {} · b groups by effort", "HYG-0 Tech hygiene"),
            (By.EFFORT, "By effort · {} · b shows what is mapped", "HYG-2 Rename the modules"),
        ):
            assert screen.by is by and said.format("212 of 1,480 (14%) serve nothing") in screen_text(app)
            assert titles(screen)[0] == first
            await pilot.press("b")
            await settle(pilot)
        assert screen.by is By.SIGNED and "Nobody has mapped anything by signature" in screen_text(app)
        await pilot.press("b")
        await settle(pilot)
        assert screen.by is By.CAUSE


async def test_enter_lists_the_tickets_of_a_group_and_then_the_why_of_one(session: FakeSession) -> None:
    app = make_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await open_alignment(pilot, "b", "enter")
        assert titles(screen) == ["HYG-2 Rename the modules", "HYG-3 Tidy the [wiki]"]
        assert "By team › Cloud platform: 2 tickets · esc goes back" in screen_text(app)
        await pilot.press("enter")
        await settle(pilot)
        assert isinstance(app.screen, DetailScreen)
        assert "Epic         HYG-0 Tech hygiene" in screen_text(app)
        await pilot.press("q", "escape")
        await settle(pilot)
        assert titles(screen) == ["Cloud platform", "no team", "Integration team"]
        await pilot.press("enter", "q")
        await settle(pilot)
        assert app.screen is screen and len(titles(screen)) == 3, "q goes up as well"
        await pilot.press("q")
        await settle(pilot)
        assert not isinstance(app.screen, AlignmentScreen)


async def test_what_is_marked_is_mapped_by_one_statement_each(session: FakeSession) -> None:
    app = make_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await open_alignment(pilot, "b", "b", "b", "space", "space")
        assert "2 rows marked: m maps them to an objective by signature" in screen_text(app)
        await pilot.press("m")
        await settle(pilot)
        assert isinstance(app.screen, ChooseScreen)
        assert "Open a current account in five minutes  O2 · owner Inês Duarte" in screen_text(app)
        await pilot.press("j", "enter")
        await settle(pilot)
        assert isinstance(app.screen, TogetherScreen)
        assert [draft[:2] for draft in session.drafts] == [
            ("mapping:id=HYG-2>O2", Meaning.CONFIRMED),
            ("mapping:id=HYG-1>O2", Meaning.CONFIRMED),
        ]
        assert session.signed == []
        app.screen.query_one("#sign").focus()
        await pilot.press("enter")
        await settle(pilot)
        assert [draft.subject for draft, _ in session.signed] == ["mapping:id=HYG-2>O2", "mapping:id=HYG-1>O2"]
        await pilot.press("escape")
        await settle(pilot)
        assert app.screen is screen


@pytest.mark.parametrize(
    ("keys", "subject"),
    [
        ((), "mapping:project=HYG>O1"),
        (("b",), "mapping:team=platform>O1"),
        (("b", "b"), "mapping:id=HYG-0>O1"),
        (("b", "b", "b"), "mapping:id=HYG-2>O1"),
    ],
)
async def test_a_group_is_mapped_by_what_groups_it(session: FakeSession, keys: tuple[str, ...], subject: str) -> None:
    app = make_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await open_alignment(pilot, *keys)
        await pilot.press("m")
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        assert session.drafts[0][0] == subject


async def test_what_has_no_name_to_go_by_is_mapped_ticket_by_ticket(session: FakeSession) -> None:
    app = make_app(session)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await open_alignment(pilot, "b", "j", "m")
        assert "“no team” is no name to map by: enter lists its tickets" in notes(app)


def test_an_id_that_would_mean_others_too_is_no_pattern() -> None:
    ticket = dataclasses.replace(make_assessment().unmapped[0], id="HYG-*")
    assert (single(ticket).field, single(ticket).pattern) == ("", "")
    assert single(make_assessment().unmapped[0]).pattern == "HYG-2"


async def test_nothing_is_mapped_in_the_past(session: FakeSession) -> None:
    app = make_app(session)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await open_alignment(pilot, "left_square_bracket", "m")
        assert "Nothing is signed in the past" in notes(app)


async def test_what_is_mapped_is_listed_and_taken_back_by_signature(tmp_path: Path) -> None:
    served = ServedView(
        subject="mapping:team=platform>O1", field="team", pattern="platform", objective="O1", count=34, effort=12.0,
        signer_name="Omar Haddad", signed_on=date(2025, 6, 2), statement="ab" * 32,
    )  # fmt: skip
    whole = dataclasses.replace(make_assessment().alignment, served=(served,))
    session = FakeSession(tmp_path, make_assessment(alignment=whole))
    app = make_app(session)
    async with app.run_test(size=(120, 30)) as pilot:
        await open_alignment(pilot, "b", "b", "b", "b")
        text = screen_text(app)
        assert "Mapped by signature · 212 of 1,480 (14%) serve nothing, 34 by signature · b groups by cause" in text
        assert "team is platform" in text and "Core banking ru" in text and "2025-06-02" in text
        await pilot.press("m")
        await settle(pilot)
        assert session.drafts == [("mapping:team=platform>O1", Meaning.WITHDRAWN, {})]
        assert isinstance(app.screen, TogetherScreen)


async def test_nothing_to_map_is_a_sentence(tmp_path: Path) -> None:
    app = make_app(FakeSession(tmp_path, make_assessment(alignment=Alignment(items=12), unmapped=())))
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await open_alignment(pilot, "m")
        assert "There is nothing to map here." in notes(app)
        assert "Every ticket that is known serves an objective." in screen_text(app)


async def test_where_there_are_no_tickets_it_does_not_say_that_all_of_them_serve(tmp_path: Path) -> None:
    app = make_app(FakeSession(tmp_path, make_assessment(alignment=Alignment(), unmapped=())))
    async with app.run_test(size=(80, 24)) as pilot:
        await open_alignment(pilot)
        text = screen_text(app)
        assert "No file has tickets" in text
        assert "serve nothing" not in text and "Every ticket" not in text


def test_effort_is_told_in_its_unit_and_with_its_thousands() -> None:
    told = shares(Alignment(items=20_000, unmapped=4_000, effort=36_000.0, unmapped_effort=12_000.5, unit="points"))
    assert told == "4,000 of 20,000 tickets serve no objective; 12,000 of 36,000 points of effort."
