"""Objectives: how far they came, how much serves none, and the way down to their KPIs and projects."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from screens_data import FakeSession, day, make_assessment, objectives, projects, ready, screen_text, settle

from cockpit.app import CockpitApp
from cockpit.records.measures import Alignment
from cockpit.screens.parts import PartsScreen, parts_of, unmapped_text
from cockpit.screens.why_outcome import objective_facts

SMALL, LARGE = (80, 24), (160, 50)


def app_of(session: FakeSession) -> Any:
    return CockpitApp(session)  # type: ignore[arg-type]


def attained() -> Any:
    cloud, account = objectives()
    shares = ((day(1, 31), 0.0), (day(3, 31), 0.25), (day(5, 31), 0.5))
    return make_assessment(objectives=(dataclasses.replace(cloud, attained=shares), account))


async def test_what_was_attained_over_time_stands_beside_both_statuses(session: FakeSession) -> None:
    session.now = attained()
    app = app_of(session)
    async with app.run_test(size=SMALL) as pilot:
        await ready(pilot)
        await pilot.press("2")
        await settle(pilot)
        row = next(line for line in screen_text(app).splitlines() if "▁▅█ 50%" in line or "▁▄█ 50%" in line)
        assert "▲ Off Track" in row and "? Unknown" in row and "≥2025-12-18" in row and "≥171d" in row
    told = [text for _, text in objective_facts(attained().objectives[0], attained()).lines]
    assert any(text.startswith("Attained\t50%") and "from 2025-01-31 on" in text for text in told)


async def test_how_much_serves_no_objective_is_said_over_the_list(session: FakeSession) -> None:
    app = app_of(session)
    async with app.run_test(size=SMALL) as pilot:
        await ready(pilot)
        await pilot.press("2")
        await settle(pilot)
        assert "212 of 1,480 tickets serve no objective: 14%, 12% of effort · see 7" in screen_text(app)


@pytest.mark.parametrize(
    ("shares", "text"),
    [
        (Alignment(), ""),
        (Alignment(items=10), ""),
        (Alignment(items=1, unmapped=1), "1 of 1 ticket serves no objective: 100% · see 7"),
    ],
)
def test_where_all_of_it_serves_one_nothing_is_said(shares: Alignment, text: str) -> None:
    assert unmapped_text(make_assessment(alignment=shares)) == text


def test_parts_are_its_kpis_and_then_its_projects_the_worst_first() -> None:
    shown = make_assessment()
    parts = parts_of(shown.objectives[0], shown)
    assert [(part.mode, part.key) for part in parts] == [
        ("kpis", "k1"), ("kpis", "k3"), ("projects", "payments"), ("projects", "ledger"), ("projects", "cards"),
    ]  # fmt: skip
    assert parts[2].said == "≥2025-12-18, slip ≥171d" and parts[1].said == "no reading"


@pytest.mark.parametrize(
    ("moves", "mode", "title"),
    [((), "kpis", "Straight-through payments"), (("j", "j", "j"), "projects", "General ledger replatforming")],
)
@pytest.mark.parametrize("size", [SMALL, LARGE])
async def test_enter_goes_down_to_a_part_and_on_to_its_row_and_q_comes_back(
    session: FakeSession, moves: tuple[str, ...], mode: str, title: str, size: tuple[int, int]
) -> None:
    app = app_of(session)
    async with app.run_test(size=size) as pilot:
        await ready(pilot)
        await pilot.press("2", "enter")
        await settle(pilot)
        assert isinstance(app.screen, PartsScreen)
        text = screen_text(app)
        assert "Core banking runs in the cloud" in text and "KPI or project" in text and title[:14] in text
        await pilot.press(*moves, "enter")
        await settle(pilot)
        assert app.current_mode == mode and len(app.screen_stack) == 1
        assert app.screen.table.record.record.title == title
        await pilot.press("q")
        await settle(pilot)
        assert app.current_mode == "objectives" and len(app.screen_stack) == 1


async def test_a_row_among_thousands_is_gone_to_once_they_are_listed(session: FakeSession) -> None:
    one = projects()[0]
    rows = [
        dataclasses.replace(one, record=dataclasses.replace(one.record, id=f"p{each}", title=f"Project {each}"))
        for each in range(3_000)
    ]
    cloud, account = objectives()
    served = dataclasses.replace(cloud, projects=("p2718",), kpis=())
    session.now = make_assessment(objectives=(served, account), projects=tuple(rows))
    app = app_of(session)
    async with app.run_test(size=SMALL) as pilot:
        await ready(pilot)
        await pilot.press("2", "enter", "enter")
        await settle(pilot)
        assert app.current_mode == "projects" and app.screen.table.record.record.id == "p2718"
        assert "Project 2718" in screen_text(app)


async def test_a_row_that_a_filter_hides_is_said_to_be_hidden(session: FakeSession) -> None:
    app = app_of(session)
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await ready(pilot)
        await pilot.press("3", "slash", *"window", "enter", "2", "enter")
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        assert app.current_mode == "kpis"
        assert any("hidden by the filter" in note.message for note in app._notifications)


async def test_parts_follow_the_evidence_and_an_objective_without_any_has_its_why(session: FakeSession) -> None:
    cloud, account = objectives()
    app = app_of(session)
    async with app.run_test(size=SMALL) as pilot:
        await ready(pilot)
        await pilot.press("2", "enter")
        await settle(pilot)
        session.publish(make_assessment(objectives=(dataclasses.replace(cloud, projects=(), kpis=()), account)))
        await settle(pilot)
        text = screen_text(app)
        assert "KPI or project" not in text and "Off Track" in text
        await pilot.press("enter", "j", "q")
        await settle(pilot)
        assert len(app.screen_stack) == 1


async def test_keys_of_the_row_act_on_the_objective_from_among_its_parts(session: FakeSession) -> None:
    app = app_of(session)
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await ready(pilot)
        await pilot.press("2", "enter", "j", "h")
        await settle(pilot)
        assert session.told == [(("objective:O1",), None)]


async def test_hundreds_of_thousands_of_tickets_are_told_whole_on_a_small_screen(session: FakeSession) -> None:
    shares = Alignment(items=1_234_567, unmapped=123_456, effort=1e6, unmapped_effort=1e5)
    session.now = make_assessment(alignment=shares)
    app = app_of(session)
    async with app.run_test(size=SMALL) as pilot:
        await ready(pilot)
        await pilot.press("2")
        await settle(pilot)
        assert "123,456 of 1,234,567 tickets serve no objective: 10%, 10% of effort · see 7" in screen_text(app)
