"""How much is asked of whom, on the Sign-offs screen."""

from __future__ import annotations

from pathlib import Path

import pytest
from screens_data import FakeSession, make_assessment, ready, settle, until
from test_screens_app import make_app, screen_text

from cockpit.records.assessment import SignOff


@pytest.mark.parametrize("size", [(80, 24), (160, 50)])
async def test_the_signoffs_say_who_was_asked_this_week_and_when_each_owner_was(
    session: FakeSession, size: tuple[int, int]
) -> None:
    app = make_app(session)
    async with app.run_test(size=size) as pilot:
        await ready(pilot)
        await pilot.press("5")
        await settle(pilot)
        lines = screen_text(app).splitlines()
        (note,) = (line for line in lines if "Asked this week" in line)
        assert note.strip() == "Asked this week: Dana Reyes 3, Petra Nováková 1 · 3 unanswered"
        row = next(line for line in lines if line.startswith("▌ Dana") or "Dana Reyes  " in line)
        assert "3d" in row.split()
        await pilot.press("enter")
        await settle(pilot)
        shown = [" ".join(line.replace("│", " ").split()) for line in screen_text(app).splitlines()]
        for told in (
            "Asked 2025-06-27, no answer yet",
            "Asked of Dana Reyes (cockpit ask)",
            "This week 3; 7 in the 4 weeks before (median 1.5)",
            "Answered 8 of 10",
        ):
            assert any(told in line for line in shown), told


async def test_where_nobody_was_asked_the_line_takes_no_room(tmp_path: Path) -> None:
    app = make_app(FakeSession(tmp_path, make_assessment(asked=())))
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        await pilot.press("5")
        await settle(pilot)
        assert "Asked this week" not in screen_text(app)
        assert app.screen.query_one("#asked").region.height == 0


async def test_a_second_signature_is_shown_and_signed_from_here_too(tmp_path: Path) -> None:
    waiting = SignOff(
        subject="statement:0123456789ab", title="Test environment goes to Omar Haddad (giver's owner)", meanings=(),
        owner="omar", owner_name="Omar Haddad", team="", due=None, state="waits", version="",
        command="cockpit accept FOLDER 0123456789ab",
    )  # fmt: skip
    session = FakeSession(tmp_path, make_assessment(signoffs=(waiting,)))
    app = make_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        await pilot.press("5")
        await settle(pilot)
        assert "Omar Haddad" in screen_text(app) and "waits" in screen_text(app)
        await pilot.press("enter")
        await settle(pilot)
        assert "cockpit accept FOLDER 0123456789ab" in screen_text(app), "the shell can, too"
        await pilot.press("q", "s")
        await settle(pilot)
        assert "I, Dana Reyes, sign too: cockpit accept FOLDER 0123456789ab." in screen_text(app)
        assert "Note:" not in screen_text(app), "nothing is said with it but the key"
        assert session.signed == []
        await pilot.press("enter")
        await settle(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: session.signed)
        await settle(pilot)
        ((draft, key),) = session.signed
        assert (draft.subject, key) == ("cockpit accept FOLDER 0123456789ab", None)
