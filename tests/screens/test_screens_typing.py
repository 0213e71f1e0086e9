"""Keys that are typed ahead: a burst does what the same keys do one by one."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from screens_data import FakeSession, ready, settle
from textual import constants, events
from textual.keys import _character_to_key
from textual.pilot import Pilot
from textual.widgets import Input

from cockpit.app import CockpitApp
from cockpit.basics.text import clean
from cockpit.screens.bars import KeyBar
from cockpit.screens.base import CockpitScreen
from cockpit.screens.hearing import ESCAPE, Ear
from cockpit.screens.help import HelpScreen
from cockpit.screens.pasting import MOST
from cockpit.screens.sign import SignScreen

NAMED = {"\r": "enter", "\x1b": "escape", "\t": "tab"}


def make_app(session: FakeSession) -> CockpitApp:
    return CockpitApp(session)  # type: ignore[arg-type]


async def burst(pilot: Pilot[None], text: str) -> None:
    """Send keys as a terminal does that hands them over in one piece."""
    for each in text:
        pilot.app.post_message(events.Key(NAMED.get(each) or _character_to_key(each), each))
    await settle(pilot)
    await pilot.pause(0.05)
    await settle(pilot)


def shown(app: CockpitApp) -> CockpitScreen[Any]:
    assert isinstance(app.screen, CockpitScreen)
    return app.screen


async def test_what_follows_the_slash_at_once_is_the_filter(session: FakeSession) -> None:
    app = make_app(session)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await ready(pilot)
        await burst(pilot, "/li wei\rj")
        assert shown(app).shown.filter == "li wei"
        assert shown(app).table.row_count == 1
        assert app.focused is shown(app).table


async def test_what_follows_the_colon_at_once_is_the_command(session: FakeSession) -> None:
    app = make_app(session)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await ready(pilot)
        await burst(pilot, ":owner dana\r2")
        assert app.scope == ("owner", "Dana Reyes")
        assert app.current_mode == "objectives"


async def test_keys_find_the_screen_that_the_one_before_them_opens(session: FakeSession) -> None:
    app = make_app(session)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await ready(pilot)
        await burst(pilot, "5jj/pay\r")
        assert app.current_mode == "signoffs" and shown(app).shown.filter == "pay"
        await burst(pilot, "\x1b?/sort\r")
        assert isinstance(app.screen, HelpScreen)
        await burst(pilot, "q1jj")
        assert app.current_mode == "exceptions" and shown(app).table.cursor_row == 2


async def test_a_key_right_behind_an_escape_is_not_lost(session: FakeSession) -> None:
    """Terminals send alt and a key as an escape and that key: typed quickly, the two are the same bytes."""
    app = make_app(session)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await ready(pilot)
        await burst(pilot, "2")
        for key in ("alt+j", "alt+shift+g"):
            app.post_message(events.Key(key, None))
        await settle(pilot)
        assert app.current_mode == "exceptions"
        assert shown(app).table.cursor_row == shown(app).table.row_count - 1


async def test_a_key_whose_widget_is_gone_holds_up_nothing_for_long(session: FakeSession) -> None:
    app = make_app(session)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await ready(pilot)
        app._under_way, app._number = 1.0, 99  # a key that was never told to be through
        await burst(pilot, "2")
        assert app.current_mode == "objectives"


async def test_a_paste_goes_into_the_line_that_was_just_opened(session: FakeSession) -> None:
    app = make_app(session)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await ready(pilot)
        app.post_message(events.Key("slash", "/"))
        app.post_message(events.Paste("li wei\nmore"))
        await burst(pilot, "\r")
        assert shown(app).shown.filter == "li wei"


@pytest.mark.parametrize("keys", ["s", "\rs"])
async def test_q_leaves_the_dialog_that_signs_unless_it_is_a_letter_there(session: FakeSession, keys: str) -> None:
    app = make_app(session)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await ready(pilot)
        await burst(pilot, keys)
        assert isinstance(app.screen, SignScreen)
        app.screen.set_focus(next(iter(app.screen.query(Input))))
        await burst(pilot, "q")
        assert isinstance(app.screen, SignScreen), "in a field q is a letter"
        app.screen.set_focus(app.screen.query_one("#back"))
        await burst(pilot, "q")
        assert not isinstance(app.screen, SignScreen)


async def test_ctrl_c_quits_nothing_and_says_how_to(session: FakeSession) -> None:
    app = make_app(session)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await ready(pilot)
        await pilot.press("ctrl+c")
        await settle(pilot)
        assert [note.message for note in app._notifications] == ["ctrl+q quits from anywhere; q goes back."]
        await pilot.press("slash", "a", "ctrl+c")
        assert app.focused is shown(app).table and shown(app).shown.filter == ""
        await pilot.press("enter", "ctrl+q")
        assert app._exit


def keys(ear: Ear, *pieces: str) -> list[str]:
    return [event.key for piece in pieces for event in ear.hear(piece) if isinstance(event, events.Key)]


def test_an_escape_is_waited_for_only_as_long_as_it_may_begin_an_arrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(vars(constants), "ESCAPE_DELAY", ESCAPE)
    ear = Ear()
    assert ear.patience > ESCAPE, "nothing is typed: nothing is due"
    assert keys(ear, "\x1b") == [] and ear.patience <= ESCAPE
    assert keys(ear, "[B") == ["down"] and ear.patience > ESCAPE, "the rest of it came"


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        (["\x1b5/x"], ["escape", "5", "slash", "x"]),
        (["\x1b", "5/x"], ["escape", "5", "slash", "x"]),
        (["\x1b/pay"], ["escape", "slash", "p", "a", "y"]),
        (["j\x1b'a"], ["j", "escape", "apostrophe", "a"]),
        (["\x1b:q\r"], ["escape", "colon", "q", "enter"]),
        (["\x1b[A\x1bOB"], ["up", "down"]),
        (["\x1b[", "5~", "\x1b", "[5~"], ["pageup", "pageup"]),
        (["\x1b[1;5C"], ["ctrl+right"]),
        (["\x1b\x7f"], ["ctrl+w"]),
    ],
)
def test_an_escape_and_what_is_typed_behind_it_are_two_keys(pieces: list[str], expected: list[str]) -> None:
    assert keys(Ear(), *pieces) == expected


@pytest.mark.parametrize(
    "answer",
    [
        "\x1b[?2026;2$y",
        "\x1b[?2048;0$y",
        "\x1b[?0u",
        "\x1b[?62;22c",
        "\x1b[>41;379;0c",
        "\x1b[1;2R",
        "\x1b[?997;1n",
        "\x1b[8;50;160t",
        "\x1b]11;rgb:1010/1414/1818\x07",
        "\x1b]10;rgb:ffff/ffff/ffff\x1b\\",
        "\x1bP1$r0m\x1b\\",
        "\x1bP>|XTerm(379)\x1b\\",
    ],
)
def test_what_a_terminal_answers_is_never_typed_however_it_comes(answer: str) -> None:
    assert keys(Ear(), f"j{answer}k") == ["j", "k"]
    sure = 5 if answer[1] == "P" else answer.index(";") + 1 if answer[2].isdigit() else 3
    for place in range(sure, len(answer)):  # before that nobody knows what it is: a person may have typed it
        ear = Ear()
        found = keys(ear, f"j{answer[:place]}")
        ear.wait()
        assert found + keys(ear, f"{answer[place:]}k") == ["j", "k"], f"in two pieces, from {place} on"


def test_an_answer_whose_escape_came_long_before_the_rest_is_an_escape_and_no_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(vars(constants), "ESCAPE_DELAY", 0.0)
    for rest in ("[?2026;2$y", "[<0;10;5M", "[?0u"):
        ear = Ear()
        assert keys(ear, "\x1b") == []
        assert [event.key for event in ear.wait() if isinstance(event, events.Key)] == ["escape"]
        assert keys(ear, f"{rest}k") == ["k"]
    ear = Ear()
    assert keys(ear, "\x1b") == []
    assert [event.key for event in ear.wait() if isinstance(event, events.Key)] == ["escape"]
    assert keys(ear, "5[?") == ["5", "left_square_bracket", "question_mark"], "what is typed then is typed"


def test_an_answer_that_never_ends_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cockpit.screens.hearing.ANSWER", -1.0)
    ear = Ear()
    assert keys(ear, "\x1b]11;rgb:1010") == []
    assert list(ear.wait()) == []
    assert keys(ear, "j") == ["j"]


def heard(ear: Ear, *pieces: str) -> list[str]:
    """The keys that are heard, and the pastes, with a mark before them."""
    typed = [each for piece in pieces for each in ear.hear(piece) if isinstance(each, events.Key | events.Paste)]
    return [each.key if isinstance(each, events.Key) else f"={each.text}" for each in typed]


@given(st.text("q\x1b[20~1mA\x03\r\n \té", max_size=30), st.lists(st.integers(0, 50), max_size=4))
def test_nothing_that_is_pasted_is_a_key_in_whatever_pieces_it_comes(pasted: str, cuts: list[int]) -> None:
    assume("\x1b[201~" not in pasted)
    sent = f"j\x1b[200~{pasted}\x1b[201~k"
    places = [0, *sorted(min(cut, len(sent)) for cut in cuts), len(sent)]
    text = clean(pasted).replace("\t", " ")
    ear = Ear()
    assert heard(ear, *(sent[a:b] for a, b in pairwise(places) if a != b)) == ["j", f"={text}", "k"]


def test_a_paste_whose_first_character_was_taken_for_escape_is_pasted_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(vars(constants), "ESCAPE_DELAY", 0.0)
    ear = Ear()
    assert heard(ear, "\x1b") == []
    assert [event.key for event in ear.wait() if isinstance(event, events.Key)] == ["escape"]
    assert heard(ear, "[200~q\x1b[201~j") == ["=q", "j"]


def test_a_paste_without_an_end_keeps_little_and_is_left_by_a_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    ear = Ear()
    assert heard(ear, "\x1b[200~abc", *["x" * 4096] * 300, "q", "\x03") == [], "all of it may be pasted"
    monkeypatch.setattr("cockpit.screens.pasting.SILENCE", -1.0)
    pasted, key = heard(ear, "\x03")
    assert (pasted[:5], key) == ("=abcx", "ctrl+c") and len(pasted) <= MOST + 1
    assert heard(ear, "j") == ["j"]


async def test_the_keys_that_are_named_below_are_those_of_the_line_while_one_types(session: FakeSession) -> None:
    app = make_app(session)
    async with app.run_test(size=(120, 24), notifications=True) as pilot:
        await ready(pilot)
        bar = app.screen.query_one(KeyBar)
        table = bar.render_line(0).text
        assert "/ filter" in table and "q quit" in table
        await burst(pilot, "/li")
        assert bar.render_line(0).text.split() == ["enter", "done", "esc", "leave"]
        await burst(pilot, "\r")
        assert bar.render_line(0).text == table
