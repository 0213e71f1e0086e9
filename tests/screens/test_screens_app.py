from __future__ import annotations

import asyncio
import dataclasses
import threading
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from screens_data import (
    API,
    TRACKER,
    FakeSession,
    breaches,
    day,
    make_assessment,
    notes,
    projects,
    ready,
    screen_text,
    settle,
    until,
)
from textual.widgets import Static

from cockpit.app import CockpitApp
from cockpit.records.assessment import Assessment
from cockpit.records.measures import Alignment
from cockpit.records.model import Origin, Problem
from cockpit.records.snapshot import Loosened
from cockpit.records.verdicts import Status
from cockpit.screens import terminal
from cockpit.screens.bars import SCREENS, HeaderBar
from cockpit.screens.base import CockpitScreen
from cockpit.screens.chainrows import Kind
from cockpit.screens.detail import DetailScreen
from cockpit.screens.headline import headline
from cockpit.screens.help import HelpScreen
from cockpit.screens.sign import SignScreen
from cockpit.session.intake import failure
from cockpit.session.live import Change
from cockpit.session.news import Update

SMALL, LARGE = (80, 24), (160, 50)


def make_app(session: FakeSession) -> CockpitApp:
    return CockpitApp(session)  # type: ignore[arg-type]


# -- the first screen


async def test_the_first_screen_says_who_what_when_and_at_what_cost(session: FakeSession) -> None:
    app = make_app(session)
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await ready(pilot)
        await settle(pilot)
        head = screen_text(app).splitlines()[:6]
        text = "\n".join(head)
        assert "Dana Reyes must own: API documentation for the payments interface" in text
        assert "1 of 9" in text and "critical" in text and "was needed by 2025-06-06" in text
        assert "holds Payments hub migration for 41 days" in text
        assert "≥38d" in text and "$2.1M" in text and "$55k/day" in text
        assert "clears when Harland's owner signs it resolved" in text
        assert "Off Track" in head[0] and "9 exceptions" in head[0] and "2025-06-30" in head[0]


def test_what_gives_no_day_back_is_worth_nothing_and_shows_its_slip() -> None:
    shown = make_assessment()
    first = dataclasses.replace(shown.breaches[0], leverage_days=0.0, slip_days=14.0, cost=None)
    stakes = headline(first, 1, shown)[2][0]
    assert stakes.startswith("late by ≥14d") and "worth" not in stakes


def test_no_money_stands_on_the_first_screen_where_nobody_has_named_what_a_day_costs() -> None:
    shown = make_assessment()
    assert "$2.1M" in headline(shown.breaches[0], 1, shown)[2][0]
    nobody = dataclasses.replace(
        shown, objectives=tuple(dataclasses.replace(view, cost_assumed=True) for view in shown.objectives)
    )
    assert "$" not in headline(nobody.breaches[0], 1, nobody)[2][0]


async def test_no_line_is_wider_than_the_terminal(session: FakeSession) -> None:
    app = make_app(session)
    async with app.run_test(size=SMALL) as pilot:
        await ready(pilot)
        for key in "123456789":
            await pilot.press(key)
            await settle(pilot)
            assert all(len(line) <= 80 for line in screen_text(app).splitlines())


async def test_the_first_frame_does_not_wait_for_the_first_reading(session: FakeSession) -> None:
    gate = threading.Event()
    read = session.update

    def slow() -> Update:
        gate.wait(5)
        return read()

    session.update = slow  # type: ignore[method-assign]
    app = make_app(session)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        assert f"reading {session.folder}"[:40] in screen_text(app)
        await pilot.press("j", "enter", "s", "o", "c", "left_square_bracket", "2", "1")
        assert app.assessment is None
        gate.set()
        await ready(pilot)
        await settle(pilot)
        assert "Dana Reyes" in screen_text(app)


async def test_a_looser_policy_is_said_in_the_header(session: FakeSession) -> None:
    silence = Loosened(name="silence_days", asked=40, default=20)
    proof = Loosened(name="dependency_proof", asked="promised", default="resolved")
    session.now = make_assessment(policy=(silence, proof))
    app = make_app(session)
    async with app.run_test(size=SMALL) as pilot:
        await ready(pilot)
        await settle(pilot)
        assert "looser policy, unsigned: the default rules · silence_days 40 instead of 20" in screen_text(app)
        by = {"signer": "dana", "signer_name": "Dana Reyes", "signed_on": date(2025, 6, 1)}
        session.publish(make_assessment(policy=tuple(dataclasses.replace(each, **by) for each in (silence, proof))))
        await settle(pilot)
        assert "looser policy, signed by Dana Reyes on 2025-06-01 · silence_days 40" in screen_text(app)


async def test_a_sound_portfolio_says_so(session: FakeSession) -> None:
    session.now = make_assessment(breaches=(), status=Status.ON_TRACK)
    app = make_app(session)
    async with app.run_test(size=SMALL) as pilot:
        await ready(pilot)
        await settle(pilot)
        assert "No exceptions" in screen_text(app)
        await pilot.press("enter", "c", "s", "o")
        assert "no row to copy" in notes(app)


async def test_of_a_portfolio_without_anything_nobody_says_that_all_is_well(session: FakeSession) -> None:
    nothing: dict[str, Any] = dict.fromkeys(("breaches", "objectives", "kpis", "projects", "dependencies"), ())
    session.now = make_assessment(title="New", alignment=Alignment(), status=Status.UNKNOWN, **nothing)
    app = make_app(session)
    async with app.run_test(size=SMALL) as pilot:
        await ready(pilot)
        await settle(pilot)
        shown = " ".join(screen_text(app).split())
        assert "Nothing is known yet: no file has an objective" in shown
        assert "cockpit init NEW --from FILE… proposes how" in shown
        assert "0 exceptions, 0 critical · no projects" in shown
        assert "No exceptions" not in shown


async def test_what_is_new_is_painted_before_anything_else_begins(session: FakeSession) -> None:
    app = make_app(session)
    says, goes_back, begun = app._say_news, app._begin_looking_back, list[tuple[str, bool]]()
    drawn: list[bool] = []
    display = app._display

    def shown(screen: Any, renderable: Any) -> None:
        drawn.append("Another title" in screen_text(app))
        display(screen, renderable)

    def news(update: Any) -> None:
        begun.append(("news", any(drawn)))
        says(update)

    def back() -> None:
        begun.append(("back", any(drawn)))
        goes_back()

    async with app.run_test(size=LARGE) as pilot:
        await ready(pilot)
        await settle(pilot)
        app._display, app._say_news, app._begin_looking_back = shown, news, back  # type: ignore[method-assign]
        first, *others = breaches()
        session.publish(make_assessment(breaches=(dataclasses.replace(first, title="Another title"), *others)))
        await settle(pilot)
    assert begun == [("news", True), ("back", True)]


# -- going about


async def test_every_screen_has_its_key_and_says_what_it_shows(session: FakeSession) -> None:
    app = make_app(session)
    expected = {
        "exceptions": "nobody owns it",
        "objectives": "Open a current a",
        "kpis": "unsigned",
        "path": "DEAD PATH",
        "signoffs": "Li Wei (no key)",
        "projects": "◐ watermelon",
        "alignment": "Tech hygiene",
        "ledger": "not entitled",
        "sources": "unreadable",
    }
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await ready(pilot)
        for key, (mode, _) in enumerate(SCREENS, 1):
            await pilot.press(str(key))
            await settle(pilot)
            assert app.current_mode == mode
            assert expected[mode] in screen_text(app)


async def test_q_goes_back_the_way_it_came_and_quits_only_from_home(session: FakeSession) -> None:
    app = make_app(session)
    async with app.run_test(size=SMALL) as pilot:
        await ready(pilot)
        await pilot.press("2", "6", "q")
        assert app.current_mode == "objectives"
        await pilot.press("q")
        assert app.current_mode == "exceptions"
        assert app.is_running
        await pilot.press("q")
        assert app._exit


async def test_escape_never_quits(session: FakeSession) -> None:
    app = make_app(session)
    async with app.run_test(size=SMALL) as pilot:
        await ready(pilot)
        await pilot.press("6", "escape", "escape", "escape")
        assert app.current_mode == "exceptions"
        assert not app._exit


async def test_help_names_every_binding_that_works_here(session: FakeSession) -> None:
    app = make_app(session)
    async with app.run_test(size=(100, 60)) as pilot:
        await ready(pilot)
        await pilot.press("question_mark")
        await settle(pilot)
        assert isinstance(app.screen, HelpScreen)
        text = screen_text(app)
        for key in ("enter", "j ↓", "G end", "^d", "/", ":", "[ ]", "]", "s ", "o ", "c ", "9", "?", "esc"):
            assert f"  {key}" in text, key
        assert "Show the full sentence to be signed" in text
        await pilot.press("j", "k", "q")
        assert isinstance(app.screen, CockpitScreen)


async def test_every_binding_of_ours_has_an_id_and_a_description(session: FakeSession) -> None:
    app = make_app(session)
    async with app.run_test(size=SMALL) as pilot:
        await ready(pilot)
        for key in "123456789":
            await pilot.press(key)
            seen: dict[str, str] = {}
            for active in app.screen.active_bindings.values():
                binding = active.binding
                if binding.id is not None:
                    assert binding.description
                    assert seen.setdefault(binding.id, binding.action) == binding.action
            assert {"filter", "command", "help", "sign", "copy", "open", "why", "down", "last"} <= set(seen)


async def test_the_key_line_fits_80_columns_and_ends_with_the_way_out(session: FakeSession) -> None:
    app = make_app(session)
    async with app.run_test(size=SMALL) as pilot:
        await ready(pilot)
        await settle(pilot)
        last = screen_text(app).splitlines()[-1]
        assert "? help" in last and last.rstrip().endswith("q quit")
        await pilot.press("3")
        await settle(pilot)
        assert screen_text(app).splitlines()[-1].rstrip().endswith("q back")


# -- the why


async def test_enter_says_why_down_to_file_and_row(session: FakeSession) -> None:
    app = make_app(session)
    async with app.run_test(size=(80, 60)) as pilot:
        await ready(pilot)
        await pilot.press("enter")
        await settle(pilot)
        assert isinstance(app.screen, DetailScreen)
        text = screen_text(app)
        assert "PAY-212 waits for LEG-77" in text
        assert f"{TRACKER}[Links] row 118" in text
        assert "statement 9f3a9f3a9f3a" in text
        await pilot.press("escape")
        assert isinstance(app.screen, CockpitScreen)


async def test_the_why_scrolls_and_leaves_with_q(session: FakeSession) -> None:
    app = make_app(session)
    async with app.run_test(size=SMALL) as pilot:
        await ready(pilot)
        await pilot.press("enter")
        await settle(pilot)
        why = app.screen.query_one("#why")
        await pilot.press("j", "j")
        assert why.scroll_offset.y == 2
        await pilot.press("k")
        assert why.scroll_offset.y == 1
        await pilot.press("G")
        assert why.scroll_offset.y == why.max_scroll_y > 2
        await pilot.press("g", "ctrl+d", "ctrl+u", "q")
        assert isinstance(app.screen, CockpitScreen)


async def test_a_wide_terminal_shows_the_why_of_the_row_beside_it(session: FakeSession) -> None:
    app = make_app(session)
    async with app.run_test(size=LARGE) as pilot:
        await ready(pilot)
        await settle(pilot)
        assert "PAY-212 waits for LEG-77" in screen_text(app)
        await pilot.press("j")
        await settle(pilot)
        assert "a critical path on which nothing moves" in screen_text(app)
        await pilot.resize_terminal(80, 24)
        await settle(pilot)
        assert "a critical path on which nothing moves" not in screen_text(app)


async def test_every_row_of_every_screen_has_a_why(session: FakeSession) -> None:
    app = make_app(session)
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await ready(pilot)
        for key in "12345689":
            await pilot.press(key)
            screen = app.screen
            assert isinstance(screen, CockpitScreen)
            for row in range(screen.table.row_count):
                if getattr(screen.table.record, "kind", None) is Kind.FOLD:
                    await pilot.press("j")  # it unfolds instead
                    continue
                await pilot.press("enter")
                assert isinstance(app.screen, DetailScreen), (key, row)
                assert str(app.screen.query_one("#why Static", Static).content).strip(), (key, row)
                await pilot.press("q", "j")


async def test_the_why_of_a_row_that_clears_says_that_it_is_gone(session: FakeSession) -> None:
    app = make_app(session)
    async with app.run_test(size=SMALL) as pilot:
        await ready(pilot)
        await pilot.press("enter")
        session.publish(make_assessment(breaches=breaches()[1:]))
        await settle(pilot)
        assert isinstance(app.screen, DetailScreen)
        assert "No longer listed" in screen_text(app)
        assert "API documentation" in screen_text(app)


# -- filters and commands


async def test_a_filter_narrows_while_typing_and_escape_clears_it(session: FakeSession) -> None:
    app = make_app(session)
    async with app.run_test(size=SMALL) as pilot:
        await ready(pilot)
        screen = app.screen
        assert isinstance(screen, CockpitScreen)
        await pilot.press("slash", *"li wei")
        assert screen.table.row_count == 1
        await pilot.press("enter")
        await settle(pilot)
        assert "/li wei · 1 of 9" in screen_text(app)
        await pilot.press("escape")
        assert screen.table.row_count == 9
        assert not app._exit


async def test_an_inverse_filter_hides_and_escape_in_the_line_puts_back(session: FakeSession) -> None:
    app = make_app(session)
    async with app.run_test(size=SMALL) as pilot:
        await ready(pilot)
        screen = app.screen
        assert isinstance(screen, CockpitScreen)
        await pilot.press("slash", *"!kpi", "enter")
        assert screen.table.row_count == 8
        await pilot.press("slash", *"zzz")
        assert screen.table.row_count == 0
        await settle(pilot)
        assert "Nothing matches" in screen_text(app)
        await pilot.press("escape")
        assert screen.table.row_count == 8
        await pilot.press("j")
        assert screen.table.cursor_row == 1


async def test_keys_in_the_filter_line_are_text(session: FakeSession) -> None:
    app = make_app(session)
    async with app.run_test(size=SMALL) as pilot:
        await ready(pilot)
        await pilot.press("slash", *"q2s", "backspace", "backspace", "backspace", "backspace")
        assert app.current_mode == "exceptions"
        assert app.focused is app.screen.query_one("#table")


@pytest.mark.parametrize(
    ("command", "mode"), [("obj", "objectives"), ("critical", "path"), ("sign-offs", "signoffs"), ("kpis", "kpis")]
)
async def test_a_command_goes_to_a_screen(session: FakeSession, command: str, mode: str) -> None:
    app = make_app(session)
    async with app.run_test(size=SMALL) as pilot:
        await ready(pilot)
        await pilot.press("colon", *command, "enter")
        assert app.current_mode == mode


async def test_owner_narrows_every_screen_until_escape(session: FakeSession) -> None:
    app = make_app(session)
    async with app.run_test(size=SMALL) as pilot:
        await ready(pilot)
        await pilot.press("colon", *"owner dana", "enter")
        await settle(pilot)
        text = screen_text(app)
        assert "owner: Dana Reyes · 1 of 9" in text
        await pilot.press("5")
        await settle(pilot)
        assert "owner: Dana Reyes · 1 of 5" in screen_text(app)
        await pilot.press("escape")
        await settle(pilot)
        assert app.current_mode == "signoffs" and "Li Wei" in screen_text(app)


async def test_owner_me_is_who_is_logged_in(session: FakeSession, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: "dreyes")
    app = make_app(session)
    async with app.run_test(size=SMALL) as pilot:
        await ready(pilot)
        await pilot.press("colon", *"owner me", "enter")
        assert app.scope == ("owner", "Dana Reyes")
        monkeypatch.setattr("getpass.getuser", lambda: "[/x]")
        app.me = None
        await pilot.press("colon", *"owner me", "enter")
        assert "Nobody in portfolio.toml goes by “[/x]”" in notes(app)


async def test_project_narrows_projects_and_exceptions(session: FakeSession) -> None:
    app = make_app(session)
    async with app.run_test(size=SMALL) as pilot:
        await ready(pilot)
        await pilot.press("colon", *"project pay", "enter")
        screen = app.screen
        assert isinstance(screen, CockpitScreen)
        assert screen.table.row_count == 2
        await pilot.press("6")
        assert isinstance(app.screen, CockpitScreen)
        assert app.screen.table.row_count == 1


async def test_an_unknown_command_is_said_and_harmless(session: FakeSession) -> None:
    app = make_app(session)
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await ready(pilot)
        await pilot.press("colon", *"[/x]", "enter")
        assert "no command “:[/x]”" in notes(app)
        await pilot.press("colon", *"as-of yesterday", "enter")
        assert "write :as-of YYYY-MM-DD" in notes(app)
        await pilot.press("colon", "enter")
        assert app.is_running


async def test_the_quit_command_quits(session: FakeSession) -> None:
    app = make_app(session)
    async with app.run_test(size=SMALL) as pilot:
        await ready(pilot)
        await pilot.press("colon", "q", "enter")
        assert app._exit


# -- days


async def test_brackets_walk_through_the_days_and_back_to_today(session: FakeSession) -> None:
    app = make_app(session)
    back, on = "left_square_bracket", "right_square_bracket"
    signed = sorted({view.record.signed_at.date() for view in session.now.statements})
    assert signed == [day(6, 2), day(6, 9), day(6, 12)], "a signature changes something too"
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await ready(pilot)
        for expected in (*reversed(signed), day(5, 31), day(4, 30)):
            await pilot.press(back)
            await settle(pilot)
            assert app.shown_day.as_of == expected
        assert "AS OF Wed 2025-04-30 · t comes back" in screen_text(app)
        assert "3 exceptions" in screen_text(app)
        await pilot.press(back)
        await settle(pilot)
        assert app.shown_day.as_of == day(4, 30)
        assert "Nothing is known before 2025-04-30; ] goes on." in notes(app)
        for _ in range(5):
            await pilot.press(on)
            await settle(pilot)
        assert app.shown_day.as_of is None
        assert "9 exceptions" in screen_text(app)
        await pilot.press(on)
        assert "This is today" in notes(app)


async def test_t_comes_back_to_today_and_the_header_says_so_even_with_news(session: FakeSession) -> None:
    app = make_app(session)
    async with app.run_test(size=SMALL) as pilot:
        await ready(pilot)
        await pilot.press("left_square_bracket")
        await settle(pilot)
        session.publish(make_assessment())
        await settle(pilot)
        head = screen_text(app).splitlines()[0]
        assert "AS OF Thu 2025-06-12 · t today (news)" in head and len(head) <= 80
        await pilot.press("t")
        await settle(pilot)
        assert app.shown_day.as_of is None


@pytest.mark.parametrize("back", ["live", "as-of today"])
async def test_as_of_goes_to_a_day_and_comes_back(session: FakeSession, back: str) -> None:
    app = make_app(session)
    async with app.run_test(size=SMALL) as pilot:
        await ready(pilot)
        await pilot.press("colon", *"as-of 2025-06-01", "enter")
        await settle(pilot)
        assert session.assessed == [day(6, 1)]
        assert "AS OF Sun 2025-06-01" in screen_text(app)
        await pilot.press("s")
        assert "Nothing is signed in the past" in notes(app)
        await pilot.press("colon", *back, "enter")
        await settle(pilot)
        assert app.shown_day.as_of is None


async def test_a_newer_question_for_a_day_wins_over_a_slow_one(session: FakeSession) -> None:
    gate = threading.Event()
    assess = session.assess

    def slow(as_of: date | None = None) -> Assessment:
        if as_of == day(5, 1):
            gate.wait(5)
        return assess(as_of)

    session.assess = slow  # type: ignore[method-assign]
    app = make_app(session)
    async with app.run_test(size=SMALL) as pilot:
        await ready(pilot)
        app.run_command("as-of 2025-05-01")
        await pilot.pause()
        app.run_command("as-of 2025-06-01")
        await settle(pilot)
        gate.set()
        await settle(pilot)
        assert app.shown_day.as_of == day(6, 1)
        assert app.assessment is not None and app.assessment.today == day(6, 1)


async def test_news_does_not_pull_one_out_of_the_past(session: FakeSession) -> None:
    app = make_app(session)
    async with app.run_test(size=SMALL) as pilot:
        await ready(pilot)
        await pilot.press("left_square_bracket")
        await settle(pilot)
        session.publish(make_assessment(breaches=breaches()[:2]))
        await settle(pilot)
        assert "AS OF" in screen_text(app) and "t today (news)" in screen_text(app)
        await pilot.press("right_square_bracket")
        await settle(pilot)
        assert "2 exceptions" in screen_text(app)


# -- live


async def test_a_change_is_on_the_screen_without_a_key(session: FakeSession) -> None:
    app = make_app(session)
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await ready(pilot)
        await pilot.press("j")
        screen = app.screen
        assert isinstance(screen, CockpitScreen)
        assert screen.facts() is not None
        cleared = breaches()[0]
        session.publish(
            make_assessment(breaches=breaches()[1:]), Change("tracker.csv", opened=3, closed=1), cleared=(cleared,)
        )
        await settle(pilot)
        assert screen.table.row_count == 8
        assert screen.table.record == breaches()[1]
        assert "tracker.csv: 3 rows new or changed, 1 gone" in notes(app)
        assert "cleared: API documentation" in notes(app)


async def test_a_screen_out_of_sight_shows_the_news_when_it_comes_back(session: FakeSession) -> None:
    app = make_app(session)
    async with app.run_test(size=SMALL) as pilot:
        await ready(pilot)
        await pilot.press("6", "1")
        session.publish(make_assessment(projects=projects()[:2]))
        await settle(pilot)
        await pilot.press("6")
        await settle(pilot)
        assert isinstance(app.screen, CockpitScreen)
        assert app.screen.table.row_count == 2


async def test_a_stale_generation_is_dropped(session: FakeSession) -> None:
    app = make_app(session)
    async with app.run_test(size=SMALL) as pilot:
        await ready(pilot)
        session.generation = 7
        session.publish(make_assessment(breaches=breaches()[:4]))
        await settle(pilot)
        app.receive(Update(3, make_assessment(breaches=breaches()[:1])))
        await settle(pilot)
        assert app.assessment is not None
        assert len(app.assessment.breaches) == 4


async def test_a_file_that_fails_is_said_as_it_is(session: FakeSession) -> None:
    app = make_app(session)
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await ready(pilot)
        problem = Problem(Origin("plan.xml"), "Not XML [/x] after byte 9: save it again.")
        session.publish(session.now, Change("plan.xml", problems=(problem,), failed=True))
        await settle(pilot)
        assert "plan.xml cannot be read; its last good version is kept: Not XML [/x]" in notes(app)


async def test_a_folder_that_is_gone_is_said_once_and_nothing_is_asked_of_its_store(session: FakeSession) -> None:
    asked: list[Assessment] = []
    app = make_app(session)
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await ready(pilot)
        await settle(pilot)
        session.with_latency = lambda known: (asked.append(known), known)[1]  # type: ignore[method-assign]
        session.publish(session.now, failure("portfolio.db", "/p: this folder is not there any more."))
        await settle(pilot)
        assert notes(app).splitlines()[-1] == "/p: this folder is not there any more."
        assert not asked and "not followed" in screen_text(app)
        await pilot.press("left_square_bracket", "t")
        await settle(pilot)
        assert "not followed" in screen_text(app), "also after a look at another day"
        session.publish(session.now)
        await settle(pilot)
        assert "not followed" not in screen_text(app)
        assert asked, "it is looked back again when the folder is there"


async def test_what_fails_while_the_app_ends_asks_no_screen_that_is_gone(
    session: FakeSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = asyncio.Event()
    monkeypatch.setattr(HeaderBar, "on_unmount", lambda _self: gone.set(), raising=False)

    async def late() -> None:
        await gone.wait()
        raise OSError("the disk is full")

    app = make_app(session)
    async with app.run_test(size=SMALL) as pilot:
        await ready(pilot)
        app.run_worker(late(), group="live", exit_on_error=False)
    assert gone.is_set()


async def test_a_failed_reading_is_a_sentence_and_r_reads_again(session: FakeSession) -> None:
    session.failure = OSError("portfolio.db: the disk is full [/x]; free some space")
    app = make_app(session)
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await settle(pilot)
        await settle(pilot)
        assert app.is_running
        assert "the disk is full [/x]" in notes(app)
        assert "the disk is full [/x]" in screen_text(app)
        session.failure = None
        await pilot.press("r")
        await ready(pilot)
        await settle(pilot)
        assert "Dana Reyes" in screen_text(app)


async def test_a_watch_that_dies_is_said(session: FakeSession) -> None:
    lives = session.watch

    async def dies() -> Any:
        await asyncio.sleep(0)
        raise RuntimeError("the folder is gone")
        yield

    session.watch = dies  # type: ignore[method-assign]
    app = make_app(session)
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await ready(pilot)
        await settle(pilot)
        assert "the folder is gone" in notes(app)
        assert "Dana Reyes" in screen_text(app)
        assert "not followed · r reads again" in screen_text(app).splitlines()[0]
        session.watch = lives  # type: ignore[method-assign]
        await pilot.press("r")
        await settle(pilot)
        assert "not followed" not in screen_text(app)


# -- copy and open


async def test_copy_goes_through_the_terminal_outside_tmux(
    session: FakeSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TMUX", raising=False)
    app = make_app(session)
    async with app.run_test(size=SMALL) as pilot:
        await ready(pilot)
        await pilot.press("c")
        await settle(pilot)
        assert app.clipboard.startswith("API documentation for the payments interface\n")
        assert "Who: Dana Reyes must own it" in app.clipboard
        assert "OSC 52" in notes(app)


async def test_copy_goes_to_tmux_inside_it(
    session: FakeSession, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    tmux = tmp_path / "tmux"
    tmux.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/args\ncat > {tmp_path}/buffer\n')
    tmux.chmod(0o755)
    monkeypatch.setenv("TMUX", "/tmp/tmux-0/default,1,0")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    app = make_app(session)
    async with app.run_test(size=SMALL) as pilot:
        await ready(pilot)
        await pilot.press("c")
        await until(pilot, lambda: notes(app))
        assert (tmp_path / "args").read_text() == "load-buffer -w -\n"
        assert "Dana Reyes" in (tmp_path / "buffer").read_text()
        assert "Copied to the tmux buffer" in notes(app)


async def test_open_names_sheet_and_row_of_a_workbook(session: FakeSession) -> None:
    app = make_app(session)
    async with app.run_test(size=SMALL) as pilot:
        await ready(pilot)
        await pilot.press("o")
        assert f"look in {TRACKER}, sheet Links, row 118" in notes(app)


async def test_open_says_why_it_cannot(session: FakeSession) -> None:
    app = make_app(session)
    async with app.run_test(size=SMALL) as pilot:
        await ready(pilot)
        await pilot.press("j", "o")
        assert "projects.csv is no longer there" in notes(app)
        await pilot.press("4", "o")
        assert "comes from no file" in notes(app)


@pytest.mark.parametrize(
    ("editor", "command"),
    [
        ("vim -u NONE", ["vim", "-u", "NONE", "+4", "/p/a.csv"]),
        ("code", ["code", "--wait", "--goto", "/p/a.csv:4"]),
        ("hx", ["hx", "/p/a.csv:4"]),
    ],
)
def test_the_editor_opens_at_the_row(editor: str, command: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", editor)
    assert terminal.editor_command(Path("/p/a.csv"), 4) == command
    assert "+4" not in terminal.editor_command(Path("/p/a.csv"), None)


def test_an_editor_that_is_not_there_is_a_sentence() -> None:
    assert "set $EDITOR" in terminal._run(["/nowhere/editor"])


# -- what is disabled says why


async def test_sign_on_a_row_with_nothing_to_sign_says_why(session: FakeSession) -> None:
    app = make_app(session)
    async with app.run_test(size=SMALL) as pilot:
        await ready(pilot)
        await pilot.press("j", "s")
        assert "Nothing waits for a signature on this row" in notes(app)
        await pilot.press("5", "G", "s")
        assert "Nobody who may sign this is named" in notes(app)
        assert not isinstance(app.screen, SignScreen)


async def test_sign_works_from_a_dependency_breach_and_its_why(session: FakeSession) -> None:
    app = make_app(session)
    async with app.run_test(size=SMALL) as pilot:
        await ready(pilot)
        await pilot.press("s")
        await settle(pilot)
        assert isinstance(app.screen, SignScreen)
        await pilot.press("escape")
        await pilot.press("enter", "s")
        assert isinstance(app.screen, SignScreen)


# -- without colour


async def test_without_colour_the_cursor_and_marks_can_still_be_seen(
    session: FakeSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = make_app(session)
    assert app.ansi_color is True
    async with app.run_test(size=SMALL) as pilot:
        await ready(pilot)
        await pilot.press("j")
        await settle(pilot)
        row = next(line for line in screen_text(app).splitlines() if "path is dead" in line and "Omar" in line)
        assert row.startswith("▌ ▲")
        strip = app.screen.query_one("#table").render_line(2)  # type: ignore[attr-defined]
        assert any(segment.style and segment.style.reverse for segment in strip)


def test_the_subject_of_the_fixture_is_signed_for(session: FakeSession) -> None:
    assert dataclasses.is_dataclass(Assessment)
    assert any(signoff.subject == API for signoff in session.now.signoffs)


async def test_quick_presses_go_as_many_days_and_no_further_than_there_are(session: FakeSession) -> None:
    app = make_app(session)
    async with app.run_test(size=SMALL) as pilot:
        await ready(pilot)
        await pilot.press(*["left_square_bracket"] * 5)
        await settle(pilot)
        assert app.shown_day.as_of == session.dates()[0]
        await pilot.press("left_square_bracket")
        await settle(pilot)
        assert app.shown_day.as_of == session.dates()[0]
        await pilot.press(*["right_square_bracket"] * 5)
        await settle(pilot)
        assert app.shown_day.as_of is None


async def test_how_far_reports_are_behind_comes_after_the_first_frame(session: FakeSession) -> None:
    def behind(assessment: Assessment) -> Assessment:
        rows = tuple(dataclasses.replace(p, latency_days=47) for p in assessment.projects)
        return dataclasses.replace(assessment, projects=rows)

    session.with_latency = behind  # type: ignore[method-assign]
    app = make_app(session)
    async with app.run_test(size=SMALL) as pilot:
        await ready(pilot)
        await pilot.press("6")
        await settle(pilot)
        assert "47d" in screen_text(app)


async def test_the_screen_that_is_shown_is_always_named(session: FakeSession) -> None:
    app = make_app(session)
    async with app.run_test(size=SMALL) as pilot:
        await ready(pilot)
        for key in "123456789":
            await pilot.press(key)
            await settle(pilot)
            line = screen_text(app).splitlines()[1]
            name = SCREENS[int(key) - 1][1].split()[-1].capitalize() if key == "4" else SCREENS[int(key) - 1][1]
            assert f"▸{key} {name}" in line
            assert all(digit in line for digit in "123456789")
