"""The Sources screen says of which files changes are not heard, and how often they are looked at instead."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from screens_data import FakeSession, make_assessment, ready, settle
from test_screens_app import make_app, screen_text

from cockpit.session.latencies import Latencies
from cockpit.session.live import Change
from cockpit.session.watching import NETWORK


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


async def test_enter_lists_every_refused_row_by_its_number_and_says_what_to_do(session: FakeSession) -> None:
    app = make_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        await pilot.press("9", "j", "enter")
        await settle(pilot)
        lines = [line.strip("│ ").rstrip() for line in screen_text(app).splitlines()]
        assert "Refused: 2 rows" in lines
        assert "row 4        Due date: The date “31/02/25” does not exist." in lines
        assert "row 19       Due date: The date “31/02/25” does not exist." in lines
        said = " ".join(lines)
        assert "Mend these rows in the file and save it: it is read again at once." in said
        assert "Everything else counts." in said


async def test_a_file_that_cannot_be_read_says_what_to_do_too(session: FakeSession) -> None:
    app = make_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        await pilot.press("9", "G", "enter")
        await settle(pilot)
        said = " ".join(line.strip("│ ").rstrip() for line in screen_text(app).splitlines())
        assert "Not XML after byte 2,048" in said and "put the last good one in its place" in said


async def test_it_shows_how_long_saves_took_to_the_screen(session: FakeSession) -> None:
    app = make_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        await pilot.press("9")
        await settle(pilot)
        assert "–" in row_of(app, "jira-export.csv")
        app.latencies = Latencies(iter((100.2, 101.5)).__next__)
        for saved in (99.0, 101.2):
            changed = make_assessment(title=f"saved at {saved}")
            session.publish(changed, Change("jira-export.csv", opened=1, saved=saved), latency=0.1)
            await settle(pilot)
        assert "0.3/1.2s" in row_of(app, "jira-export.csv"), "the last and the worst"
        await pilot.press("j", "enter")
        await settle(pilot)
        assert "0.30 s from the last save, 1.20 s at worst (2 saves watched)" in " ".join(screen_text(app).split())


async def test_a_first_reading_and_what_lies_long_back_is_no_save(session: FakeSession) -> None:
    app = make_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        app.latencies = Latencies(lambda: 1000.0)
        session.publish(make_assessment(title="read"), Change("jira-export.csv", opened=1, saved=999.0))
        await settle(pilot)
        session.publish(make_assessment(title="old"), Change("jira-export.csv", opened=1, saved=900.0), latency=0.1)
        await settle(pilot)
        assert app.latencies.of("jira-export.csv") is None


def row_of(app: Any, name: str) -> str:
    return next(line for line in screen_text(app).splitlines() if name in line)


async def test_how_old_all_of_it_is_stands_over_the_files(session: FakeSession) -> None:
    app = make_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        await pilot.press("9")
        await settle(pilot)
        assert "3 files · 0 to 31 days old · rows refused in 1 · 1 can't be read" in screen_text(app)
        (sound, *_) = session.now.sources
        session.publish(make_assessment(sources=(replace(sound, problems=()),)))
        await settle(pilot)
        assert "1 file · 0 days old · nothing refused" in screen_text(app)


async def test_an_age_of_four_digits_is_not_cut(session: FakeSession) -> None:
    (sound, *_) = session.now.sources
    session.now = make_assessment(sources=(replace(sound, observed=date(2021, 6, 29), claimed=True),))
    app = make_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        await pilot.press("9")
        await settle(pilot)
        assert "1462d claimed" in screen_text(app)
