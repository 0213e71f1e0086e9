from __future__ import annotations

import dataclasses
import threading
from pathlib import Path
from typing import Any

import pytest
from screens_data import API, FakeDraft, FakeSession, day, notes, ready, settle
from textual.pilot import Pilot
from textual.widget import Widget
from textual.widgets import Button, Input, Static

from cockpit.app import CockpitApp
from cockpit.records.assessment import SignOff
from cockpit.records.model import Meaning
from cockpit.screens.base import CockpitScreen
from cockpit.screens.fields import FormError, parsed
from cockpit.screens.sign import MeaningChoice, SignScreen


async def open_sign(pilot: Pilot[None], *keys: str) -> SignScreen:
    await ready(pilot)
    await pilot.press("5", *keys, "s")
    await settle(pilot)
    assert isinstance(pilot.app.screen, SignScreen)
    return pilot.app.screen


def said(screen: SignScreen, part: str) -> str:
    return str(screen.query_one(part, Static).content)


def make_app(session: FakeSession) -> CockpitApp:
    return CockpitApp(session)  # type: ignore[arg-type]


async def test_a_promise_asks_for_its_day_then_shows_the_sentence_then_signs_it(session: FakeSession) -> None:
    app = make_app(session)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        screen = await open_sign(pilot)
        assert "A promise names a day: press tab, type it" in said(screen, "#error")
        assert screen.query_one("#sign", Button).disabled
        assert session.drafts == []
        await pilot.press("tab", *"2025-07-30", "enter")
        await settle(pilot)
        assert said(screen, "#sentence") == f"I, Dana Reyes, sign that {API} is promised for 2025-07-30."
        assert str(screen.query_one("#sign", Button).label) == "Sign as Dana Reyes"
        assert session.signed == []
        await pilot.press("enter")
        await settle(pilot)
        (draft, key), *more = session.signed
        assert (draft.meaning, key, more) == (Meaning.PROMISED, None, [])
        assert session.drafts == [(API, Meaning.PROMISED, {"on": day(7, 30)})]
        assert isinstance(app.screen, CockpitScreen)
        told = "Dana Reyes (dana) signed promised, 2025-06-02 09:30 UTC, not witnessed yet, over no version; superseded"
        assert "API documentation" in notes(app) and told in notes(app)
        assert app.screen.table.row_count == 4, "the list follows the signature"


async def test_another_meaning_shows_another_sentence(session: FakeSession) -> None:
    app = make_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await open_sign(pilot)
        await pilot.press("right")
        await settle(pilot)
        assert said(screen, "#sentence").endswith("is resolved.")
        assert screen.query_one("#field-evidence").display
        assert not screen.query_one("#field-on").display
        await pilot.press("left")
        await settle(pilot)
        assert said(screen, "#sentence") == ""


async def test_one_meaning_shows_its_sentence_at_once(session: FakeSession) -> None:
    app = make_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await open_sign(pilot, "j", "j")
        assert said(screen, "#sentence") == "I, Dana Reyes, sign that milestone:42 is validated."


async def test_a_field_that_changes_takes_the_shown_sentence_back(session: FakeSession) -> None:
    app = make_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await open_sign(pilot, "j", "j")
        await pilot.press("x")
        await settle(pilot)
        assert said(screen, "#sentence") == ""
        assert screen.query_one("#sign", Button).disabled
        assert "press enter" in said(screen, "#error").lower()
        await pilot.press("enter")
        await settle(pilot)
        assert session.drafts[-1][2] == {"note": "x"}
        assert not screen.query_one("#sign", Button).disabled


async def test_a_sentence_that_is_ready_first_leaves_the_focus_to_the_field(session: FakeSession, monkeypatch) -> None:
    """A field gets the focus a moment after it is asked for; meanwhile nothing has it."""
    asked = Widget.focus
    late: list[Widget] = []

    def focus(widget: Widget, scroll_visible: bool = True) -> Widget:
        if isinstance(widget, Input) and not late:
            late.append(widget)  # the first field: after the sentence stands
            return widget
        return asked(widget, scroll_visible)

    monkeypatch.setattr(Widget, "focus", focus)
    app = make_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await open_sign(pilot, "j", "j")
        assert said(screen, "#sentence") != ""
        assert screen.focused is None
        asked(late[0])
        await pilot.press("x")
        await settle(pilot)
        assert screen.query_one("#note", Input).value == "x"


async def test_fields_reach_the_session_as_values(session: FakeSession) -> None:
    app = make_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await open_sign(pilot, "j", "j", "j")
        for name, text in {"on": "2025-06-30", "value": "93.4%", "key": "/keys/id", "note": "by hand"}.items():
            screen.query_one(f"#{name}", Input).value = text
        screen.query_one("#on").focus()
        await pilot.press("enter")
        await settle(pilot)
        expected = {"on": day(6, 30), "value": 93.4, "key": Path("/keys/id"), "note": "by hand"}
        assert session.drafts[-1] == ("kpi:k1", Meaning.ATTESTED, expected)
        await pilot.press("enter")
        await settle(pilot)
        assert session.signed[0][1] == Path("/keys/id")


@pytest.mark.parametrize(("day_text", "error"), [("30/07/25", "“30/07/25” is no day"), ("[/x]", "“[/x]” is no day")])
async def test_a_day_that_is_none_is_said_in_the_dialog(session: FakeSession, day_text: str, error: str) -> None:
    app = make_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await open_sign(pilot)
        screen.query_one("#on", Input).value = day_text
        screen.query_one("#on").focus()
        await pilot.press("enter")
        await settle(pilot)
        assert error in said(screen, "#error")
        assert session.drafts == []


async def test_a_signature_that_fails_stays_in_the_dialog_and_may_be_tried_again(session: FakeSession) -> None:
    session.sign_failure = RuntimeError("The ssh-agent holds no key [@click=app.quit] of Dana Reyes; run ssh-add.")
    app = make_app(session)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        screen = await open_sign(pilot)
        await pilot.press("right")
        await settle(pilot)
        await pilot.press("tab", "tab", "tab", "tab", "enter")
        await settle(pilot)
        assert "[@click=app.quit] of Dana Reyes" in said(screen, "#error")
        assert app.screen is screen
        session.sign_failure = None
        await pilot.pause(0.3)  # a button takes no second press while it still shows the first
        await pilot.press("enter")
        await settle(pilot)
        assert len(session.signed) == 1


async def test_escape_signs_nothing_but_waits_for_a_signature_under_way(session: FakeSession) -> None:
    gate = threading.Event()
    sign = session.sign

    def slow(draft: FakeDraft, key: Path | None = None, **more: Any) -> Any:
        gate.wait(5)
        return sign(draft, key, **more)

    session.sign = slow  # type: ignore[method-assign]
    app = make_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await open_sign(pilot, "j", "j")
        await pilot.press("escape")
        assert session.signed == []
        screen = await open_sign(pilot)
        screen.query_one("#sign", Button).focus()
        await pilot.press("enter", "escape", "enter")
        await pilot.pause(0.1)
        assert app.screen is screen
        assert "under way" in said(screen, "#error")
        gate.set()
        await settle(pilot)
        assert len(session.signed) == 1


def test_fields_are_parsed_or_refused_in_a_sentence() -> None:
    assert parsed("evidence", "a.pdf; ~/b c.png;") == (Path("a.pdf"), Path("~/b c.png").expanduser())
    assert parsed("value", "1,250.5") == 1250.5
    with pytest.raises(FormError, match="write it as"):
        parsed("value", "lots")


async def test_who_says_by_whom_work_is_blocked_names_the_team(session: FakeSession) -> None:
    asked = SignOff(
        subject="suspicion:PAY-12>",
        title="By whom is “Map the API” blocked?",
        meanings=(Meaning.CONFIRMED, Meaning.DISMISSED),
        owner="dana",
        owner_name="Dana Reyes",
        team="payments",
        due=None,
        state="suspected",
        version="c0ffee" * 10,
    )
    named = dataclasses.replace(asked, subject="suspicion:PAY-7>legacy", title="Does “Cut over” wait for Legacy?")
    session.now = dataclasses.replace(session.now, signoffs=(asked, named))
    app = make_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await open_sign(pilot)
        assert screen.query_one("#field-giver").display and session.drafts == []
        assert "Which team does it wait for? Press tab, type it" in said(screen, "#error")
        await pilot.press("tab", *"legacy", "enter")
        await settle(pilot)
        assert session.drafts == [("suspicion:PAY-12>legacy", Meaning.CONFIRMED, {})]
        screen.query_one(MeaningChoice).focus()
        await pilot.press("right")
        await settle(pilot)
        assert not screen.query_one("#field-giver").display
        assert session.drafts[-1] == ("suspicion:PAY-12>", Meaning.DISMISSED, {})
        await pilot.press("escape", "j", "s")
        await settle(pilot)
        assert not app.screen.query_one("#field-giver").display
        assert session.drafts[-1] == ("suspicion:PAY-7>legacy", Meaning.CONFIRMED, {})
