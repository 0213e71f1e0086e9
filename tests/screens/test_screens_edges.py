"""What goes wrong at the edges: names that several have, presses that lead nowhere, work beside the app that fails."""

from __future__ import annotations

import getpass
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len
from screens_data import FakeSession, notes, ready, settle
from textual.pilot import Pilot

from cockpit.app import CockpitApp
from cockpit.desk import commanding
from cockpit.records.assessment import ProjectView
from cockpit.screens import base
from cockpit.screens.bars import SCREENS
from cockpit.screens.base import CockpitScreen
from cockpit.screens.fields import FormError, parsed
from cockpit.screens.gantt import Scale, axis
from cockpit.screens.history import HistoryScreen
from cockpit.screens.kpis import KpisScreen
from cockpit.screens.pane import FactsPane
from cockpit.screens.sorting import natural
from cockpit.screens.together import TogetherScreen
from cockpit.screens.why import Facts


@pytest.fixture(autouse=True)
def own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


@asynccontextmanager
async def opened(session: FakeSession) -> AsyncIterator[tuple[Pilot[None], Any]]:
    app = CockpitApp(session)  # type: ignore[arg-type]
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await ready(pilot)
        yield pilot, app


def named(session: FakeSession, *titles: str) -> list[ProjectView]:
    """The projects of the session, the first ones with these titles."""
    views = list(session.now.projects)
    for place, title in enumerate(titles):
        views[place] = replace(views[place], record=replace(views[place].record, title=title))
    names = {view.record.id: view.record.title for view in views}
    session.now = replace(session.now, projects=tuple(views), names={**session.now.names, **names})
    return views


# -- whose rows


async def test_of_two_with_one_name_the_one_that_is_chosen_by_its_id_is_shown_alone(session: FakeSession) -> None:
    _, second, *_ = named(session, "Payments", "PAYMENTS")
    async with opened(session) as (pilot, app):
        await pilot.press("6")
        commanding.narrow(app, "project", second.record.id)
        await settle(pilot)
        assert [view.record.id for view in app.screen.table.records] == [second.record.id]


@pytest.mark.parametrize("typed", ["=SUM(A1)", "==SUM(A1)", "sum(a1", "=sum("])
async def test_a_name_that_begins_like_a_formula_is_found_as_it_is_written(session: FakeSession, typed: str) -> None:
    first, *_ = named(session, "=SUM(A1)")
    async with opened(session) as (pilot, app):
        await pilot.press("6")
        commanding.narrow(app, "project", typed)
        await settle(pilot)
        assert [view.record.id for view in app.screen.table.records] == [first.record.id]


async def test_where_the_system_has_no_name_for_its_user_nothing_fails(
    session: FakeSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown() -> str:
        raise KeyError("getpwuid(): uid not found: 12345")

    monkeypatch.setattr(getpass, "getuser", unknown)
    async with opened(session) as (pilot, app):
        app.run_command("owner me")
        await settle(pilot)
        assert "write :owner NAME" in notes(app)
        assert "uid" not in notes(app)
        assert app.me is None


# -- days


async def test_a_press_before_anything_is_read_does_not_count_later(session: FakeSession) -> None:
    async with opened(session) as (pilot, app):
        known, app._live = app._live, None
        await pilot.press("left_square_bracket", "left_square_bracket")
        await settle(pilot)
        app._live = known
        await pilot.press("left_square_bracket")
        await settle(pilot)
        await settle(pilot)
        assert app.shown_day.as_of == max(app.known_days())


async def test_a_day_that_could_not_be_shown_is_not_skipped_by_the_next_press(
    session: FakeSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: date | None = None) -> Any:
        raise OSError("the disk is gone")

    async with opened(session) as (pilot, app):
        with monkeypatch.context() as patch:
            patch.setattr(session, "assess", broken)
            await pilot.press("left_square_bracket")
            await settle(pilot)
            await settle(pilot)
        assert "the disk is gone" in notes(app)
        await pilot.press("left_square_bracket")
        await settle(pilot)
        await settle(pilot)
        assert app.shown_day.as_of == max(app.known_days())


async def test_every_day_that_is_offered_can_be_shown(session: FakeSession, monkeypatch: pytest.MonkeyPatch) -> None:
    """A statement may be older than all that the store knows of files."""
    monkeypatch.setattr(session, "dates", lambda: (date(2025, 6, 11), date(2025, 6, 30)))
    async with opened(session) as (pilot, app):
        first = min(app.known_days())
        assert first == date(2025, 6, 2)
        app.run_command(f"as-of {first}")
        await settle(pilot)
        await settle(pilot)
        assert app.shown_day.as_of == first


# -- work beside the app


async def test_a_list_that_fails_beside_the_app_says_why(session: FakeSession, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> Any:
        raise ValueError("this list can't be made")

    monkeypatch.setattr(base, "FEW", 0)
    async with opened(session) as (pilot, app):
        monkeypatch.setattr(KpisScreen, "rows", broken)
        monkeypatch.setattr(KpisScreen, "many", lambda *_: 10)
        await pilot.press("3")
        await settle(pilot)
        await settle(pilot)
        assert "this list can't be made" in notes(app)


async def test_what_can_not_be_drafted_says_why_in_the_form(
    session: FakeSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(session) as (pilot, app):
        form = TogetherScreen(session, session.now.signoffs[1:3])  # type: ignore[arg-type]
        monkeypatch.setattr(form, "_prepared", lambda *_: 1 / 0)
        await app.push_screen(form)
        await settle(pilot)
        await settle(pilot)
        assert "division by zero" in str(form.query_one("#error").render())
        assert form.query_one("#sign").disabled


async def test_a_subject_that_is_typed_is_one_harmless_line_while_its_history_is_read(
    session: FakeSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(session) as (pilot, app):
        screen = HistoryScreen(session, "dependency:D-1\x1b]0;x\x07\nand more")  # type: ignore[arg-type]
        monkeypatch.setattr(screen, "run_worker", lambda work, **_: work.close())
        await app.push_screen(screen)
        await settle(pilot)
        said = screen.query_one(FactsPane)._before.plain
        assert said == "reading the history of dependency:D-1]0;x and more …\n\n"


# -- what is typed into a form


@pytest.mark.parametrize(
    ("text", "value"),
    [("93.4", 93.4), ("93.4%", 93.4), ("-5", -5.0), ("−5", -5.0), ("1,250.5", 1250.5), ("12,345,678.25", 12345678.25)],
)
def test_a_value_is_the_number_that_is_written(text: str, value: float) -> None:
    assert parsed("value", text) == value


@pytest.mark.parametrize(
    "text", ["93,4", "1,250", "0,934", "1,2,3.5", "nan", "inf", "1e999", "1" * 16, "1_000", "٣", "", "93.4.1"]
)
def test_a_value_that_may_be_meant_otherwise_is_not_signed(text: str) -> None:
    with pytest.raises(FormError, match=r"write it as 93\.4"):
        parsed("value", text)


@pytest.mark.parametrize("name", ["evidence", "key"])
def test_a_file_in_the_home_of_nobody_is_refused_in_a_sentence(name: str) -> None:
    with pytest.raises(FormError, match="home of nobody"):
        parsed(name, "~nobody-of-that-name/file")


# -- what is drawn


async def test_what_stands_to_the_right_is_sorted_as_the_number_that_it_is(session: FakeSession) -> None:
    async with opened(session) as (pilot, app):
        for number, _ in enumerate(SCREENS, 1):
            await pilot.press(str(number))
            await settle(pilot)
            screen: CockpitScreen[Any] = app.screen
            columns = screen.columns() if screen.SORTS else ()
            assert [each.title for each in columns if each.right and each.searched and each.by is None] == []


async def test_targets_are_sorted_by_their_number(session: FakeSession) -> None:
    first, second, *others = session.now.kpis
    large, small = (replace(view, record=replace(view.record, target=value, low=None, high=None))
                    for view, value in ((first, 1_000.0), (second, 93.0)))  # fmt: skip
    session.now = replace(session.now, kpis=(small, large, *others))
    async with opened(session) as (pilot, app):
        await pilot.press("3")
        await settle(pilot)
        column = next(each for each in app.screen.columns() if each.title == "target")
        assert natural(column).sorted([small, large]) == [large, small]


@pytest.mark.parametrize("text", [" " * 300 + "x", "\t" * 30 + "x", " " * 30 + "漢" * 50, "", "\n", "x\ty\tz"])
@pytest.mark.parametrize("width", [24, 40, 100])
def test_a_line_of_any_shape_fits_the_pane(text: str, width: int) -> None:
    content = Facts((("head", text),)).content(width)
    assert max(map(cell_len, content.plain.split("\n"))) <= width


@pytest.mark.parametrize("last", [date(2025, 7, 1), date(2999, 12, 31), date(6500, 1, 1), date.max])
@pytest.mark.parametrize("target", [None, date(2999, 12, 31), date.max])
@pytest.mark.parametrize("today", [date.min, date(2025, 6, 30), date(2999, 12, 31)])
def test_days_at_the_end_of_time_are_drawn_too(last: date, target: date | None, today: date) -> None:
    scale = Scale.of(date(2025, 1, 1), last, today, target)
    assert scale.first <= today <= scale.last
    assert len(axis(scale, 33)) == 33
