"""Projects: what was reported above what was true, over time, and the gap between them in days."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta
from typing import Any

import pytest
from screens_data import FakeSession, make_assessment, projects, ready, replay, screen_text, settle

from cockpit.app import CockpitApp
from cockpit.records.assessment import Assessment, ProjectView
from cockpit.records.measures import Replay
from cockpit.records.verdicts import Status
from cockpit.screens.strips import NOBODY, gap_text, over_time, strips, turns
from cockpit.screens.why_project import project_facts

SMALL, LARGE = (80, 24), (160, 50)
PAYMENTS, CARDS, LEDGER, ONBOARDING, ARCHIVE = projects()


def app_of(session: FakeSession) -> Any:
    return CockpitApp(session)  # type: ignore[arg-type]


def drawn(view: ProjectView, width: int = 78) -> list[str]:
    made = strips(view)
    assert made is not None
    return [line.rstrip() for line in made.content(width).plain.split("\n")]


def test_the_two_strips_stand_one_above_the_other_a_cell_for_each_known_day() -> None:
    assert drawn(PAYMENTS) == [
        "          J F M A M J  6 days, 2025-01-31 on",
        "reported  ● ● ● ● ● ●  Green since 2025-01-31",
        "computed  ● ● ▲ ▲ ▲ ▲  ▲ Off Track since 2025-03-31",
        "gap           ━━━━━━━  ◐ watermelon, 91 days behind",
    ]


def test_where_there_is_no_room_for_words_the_strips_stand_alone() -> None:
    assert drawn(PAYMENTS, 40) == [
        "          J F M A M J", "reported  ● ● ● ● ● ●", "computed  ● ● ▲ ▲ ▲ ▲", "gap           ━━━━━━━",
    ]  # fmt: skip


def test_of_more_days_than_there_is_room_for_the_last_are_shown() -> None:
    days = tuple(date(2024, 1, 1) + timedelta(days=each) for each in range(300))
    long = Replay(days=days, reported=("green",) * 300, computed=(Status.ON_TRACK,) * 300, behind=(False,) * 300)
    lines = drawn(dataclasses.replace(PAYMENTS, replay=long))
    assert "last 32 of 300 days, 2024-09-25 on" in lines[0]
    assert all(len(line) <= 78 for line in lines) and lines[1].count("●") == 78 - 10 - 36
    assert "Green since 2024-01-01" in lines[1]


def test_a_gap_that_was_closed_between_is_not_joined() -> None:
    days = tuple(date(2025, month, 1) for month in range(1, 6))
    red, green = Status.OFF_TRACK, Status.ON_TRACK
    told = Replay(
        days=days,
        reported=("green", "red", "green", "", "green"),
        computed=(red, red, red, None, green),
        behind=(True, False, True, False, False),
    )
    lines = drawn(dataclasses.replace(PAYMENTS, replay=told, latency_days=None, watermelon=False), 40)
    assert lines[1:] == ["reported  ● ▲ ● · ●", "computed  ▲ ▲ ▲ · ●", "gap       ━   ━"]


@pytest.mark.parametrize(
    ("view", "text"),
    [
        (PAYMENTS, "◐ watermelon, 91 days behind"),
        (dataclasses.replace(PAYMENTS, latency_days=1), "◐ watermelon, 1 day behind"),
        (dataclasses.replace(PAYMENTS, latency_days=0), "◐ watermelon, since today"),
        (dataclasses.replace(PAYMENTS, watermelon=False), "91 days behind"),
        (
            dataclasses.replace(PAYMENTS, watermelon=False, replay=replay("Red", Status.OFF_TRACK, 3)),
            "caught up after 91 days",
        ),
        (dataclasses.replace(CARDS, latency_days=None), "◐ reported green, not proven"),
        (ONBOARDING, "none on evidence"),
        (ARCHIVE, NOBODY),
    ],
)
def test_the_gap_is_said_in_days_and_in_words(view: ProjectView, text: str) -> None:
    assert gap_text(view) == text


def test_the_why_lists_the_days_on_which_either_turned() -> None:
    assert PAYMENTS.replay is not None
    assert turns(PAYMENTS.replay) == [
        (date(2025, 1, 31), "green", "● On Track"), (date(2025, 3, 31), "green", "▲ Off Track"),
    ]  # fmt: skip
    lines = [text for _, text in project_facts(PAYMENTS, make_assessment()).lines]
    assert "Gap\t◐ watermelon, 91 days behind, since 2025-03-31" in lines
    at = lines.index("Reported beside computed, latest first")
    assert lines[at + 1].split() == ["2025-03-31", "green", "▲", "Off", "Track"]
    assert over_time(PAYMENTS, 4) == "▲▲▲▲" and over_time(LEDGER, 4) == ""


async def test_the_strips_of_the_project_under_the_cursor_stand_over_the_list(session: FakeSession) -> None:
    app = app_of(session)
    async with app.run_test(size=SMALL) as pilot:
        await ready(pilot)
        await pilot.press("6")
        await settle(pilot)
        text = screen_text(app)
        assert "computed  ● ● ▲ ▲ ▲ ▲  ▲ Off Track since 2025-03-31" in text and "◐ 91d" in text
        await pilot.press("j")
        await settle(pilot)
        text = screen_text(app)
        assert "computed  ● ● ● ● ◆ ◆  ◆ At Risk since 2025-05-31" in text
        await pilot.press("G")
        await settle(pilot)
        assert "reported  ●" not in screen_text(app)
        await pilot.press("k", "k", "enter")
        await settle(pilot)
        assert "Ledger" in screen_text(app) or "General ledger" in screen_text(app)


async def test_beside_the_list_they_stand_in_the_detail_and_nowhere_twice(session: FakeSession) -> None:
    app = app_of(session)
    async with app.run_test(size=LARGE) as pilot:
        await ready(pilot)
        await pilot.press("6")
        await settle(pilot)
        assert screen_text(app).count("● ● ▲ ▲ ▲ ▲") == 1
        await pilot.resize_terminal(*SMALL)
        await settle(pilot)
        assert screen_text(app).count("● ● ▲ ▲ ▲ ▲") == 1


async def test_until_the_days_before_are_looked_at_it_says_so_and_then_shows_them(session: FakeSession) -> None:
    def without(assessment: Assessment) -> Assessment:
        rows = tuple(dataclasses.replace(each, replay=None, latency_days=None) for each in assessment.projects)
        return dataclasses.replace(assessment, projects=rows)

    session.now = without(make_assessment())
    session.with_latency = lambda known: make_assessment() if opened else known  # type: ignore[method-assign]
    opened: list[int] = []
    app = app_of(session)
    async with app.run_test(size=SMALL) as pilot:
        await ready(pilot)
        await pilot.press("6")
        await settle(pilot)
        assert "is being read" in screen_text(app)
        opened.append(1)
        session.publish(without(make_assessment(title="Again")))
        await settle(pilot)
        assert "● ● ▲ ▲ ▲ ▲" in screen_text(app)
        opened.clear()
        session.publish(without(make_assessment(title="Once more")))
        await settle(pilot)
        assert "● ● ▲ ▲ ▲ ▲" in screen_text(app), "what is looked at again is shown as it was until then"
        assert "◐ 91d" in screen_text(app)


async def test_without_projects_there_are_no_strips(session: FakeSession) -> None:
    session.now = make_assessment(projects=())
    app = app_of(session)
    async with app.run_test(size=SMALL) as pilot:
        await ready(pilot)
        await pilot.press("6")
        await settle(pilot)
        text = screen_text(app)
        assert "No projects: list them" in text and "reported" not in text
