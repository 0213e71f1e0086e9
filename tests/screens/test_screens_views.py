"""Saved views: what is shown comes back with its letter, from a file that a person may edit."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from screens_data import FakeSession, notes, ready, settle
from textual.pilot import Pilot

from cockpit.app import CockpitApp
from cockpit.personal import views
from cockpit.personal.userfiles import UserFileError
from cockpit.personal.views import View
from cockpit.screens.bars import NoteLine
from cockpit.screens.base import CockpitScreen
from cockpit.screens.ledger import is_rejected
from cockpit.screens.saved import SavedScreen


@pytest.fixture(autouse=True)
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return tmp_path / "config" / "cockpit" / "views.toml"


@asynccontextmanager
async def opened(session: FakeSession) -> AsyncIterator[Pilot[None]]:
    app = CockpitApp(session)  # type: ignore[arg-type]
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await ready(pilot)
        yield pilot


def shown(app: Any) -> CockpitScreen[Any]:
    assert isinstance(app.screen, CockpitScreen)
    return app.screen


async def press(pilot: Pilot[None], *keys: str) -> None:
    for each in keys:
        await pilot.press(*(each if each.startswith("=") else [each]))
    await settle(pilot)
    await settle(pilot)


def typed(text: str) -> list[str]:
    return ["colon", *("space" if each == " " else each for each in text), "enter"]


async def test_a_view_brings_back_screen_filter_owner_and_sorting(session: FakeSession, file: Path) -> None:
    async with opened(session) as pilot:
        app: Any = pilot.app
        await press(pilot, *typed("owner dana"), "slash", *"api", "enter", *typed("sort cost"), "M", "a")
        assert "Saved under a: “Exceptions · owner: Dana Reyes · /api · by cost ▼”" in notes(app)
        await press(pilot, "escape", "6")
        assert app.scope == ("", "") and app.current_mode == "projects"
        await press(pilot, "apostrophe", "a")
        assert app.current_mode == "exceptions"
        assert shown(app).narrowed == "owner: Dana Reyes · /api · by cost ▼"
        assert shown(app).table.row_count == 1
    assert file.read_text(encoding="utf-8").splitlines()[0].startswith("# Saved views of Cockpit")
    async with opened(session) as pilot:  # the next day
        await press(pilot, *typed("view a"))
        assert shown(pilot.app).narrowed == "owner: Dana Reyes · /api · by cost ▼"


async def test_a_view_may_have_a_name_and_is_found_by_it(session: FakeSession) -> None:
    async with opened(session) as pilot:
        app: Any = pilot.app
        await press(pilot, "5", *typed("save 7 Monday round"), "1", *typed("view monday"))
        assert app.current_mode == "signoffs"
        await press(pilot, "1", *typed("views"))
        assert isinstance(app.screen, SavedScreen)
        assert "7  Monday round  Sign-offs" in str(app.screen.query_one("#views Static").render())
        await press(pilot, "7")
        assert app.current_mode == "signoffs"
        await press(pilot, *typed("forget 7"), "apostrophe")
        assert "Forgotten: 7, “Monday round”." in notes(app)
        assert "No view is saved yet: M and a letter saves what is shown." in notes(app)


async def test_q_and_escape_leave_the_question_and_nothing_is_saved(session: FakeSession, file: Path) -> None:
    async with opened(session) as pilot:
        for back in ("q", "escape"):
            await press(pilot, "M")
            assert isinstance(pilot.app.screen, SavedScreen)
            await press(pilot, back)
            assert isinstance(pilot.app.screen, CockpitScreen)
        assert not file.exists()


async def test_a_broken_file_is_named_with_its_line_and_left_as_it_is(session: FakeSession, file: Path) -> None:
    file.parent.mkdir(parents=True)
    file.write_text('[views.a]\nname = "A"\nscreen = \n', encoding="utf-8")
    async with opened(session) as pilot:
        await press(pilot, "apostrophe", "M", *typed("save b"))
        assert notes(pilot.app).count("views.toml line 3") == 3 and "Mend it first" in notes(pilot.app)
    assert file.read_text(encoding="utf-8").endswith("screen = \n")


async def test_one_broken_view_costs_no_other(session: FakeSession, file: Path) -> None:
    file.parent.mkdir(parents=True)
    file.write_text(
        '[views.a]\nscreen = "projects"\n\n[views.b]\nscren = "kpis"\n\n[views.c]\nscreen = "nowhere"\n',
        encoding="utf-8",
    )
    async with opened(session) as pilot:
        await press(pilot, "apostrophe", "a")
        assert pilot.app.current_mode == "projects"
        assert "views.toml line 5: “scren” is nothing known" in notes(pilot.app)
        await press(pilot, *typed("view c"))
        assert "There is no screen “nowhere”; there are exceptions" in notes(pilot.app)


async def test_a_column_that_is_not_there_any_more_is_left_out(session: FakeSession) -> None:
    views.save("", "a", View("Old", "projects", "hub", ("project", "[x]"), "nothing", down=True))
    async with opened(session) as pilot:
        await press(pilot, "apostrophe", "a")
        assert shown(pilot.app).narrowed == "project: [x] · /hub"


async def test_a_name_is_never_markup_and_no_terminal_obeys_it(session: FakeSession) -> None:
    views.save("", "a", View("[b]x[/b] [@click=app.exit]y[/] \x1b[2Jz", "projects", "[/]", ("owner", "[b]")))
    async with opened(session) as pilot:
        await press(pilot, "apostrophe")
        text = str(pilot.app.screen.query_one("#views Static").render())
        assert "[b]x[/b] [@click=app.exit]y[/]" in text and "\x1b" not in text
        await press(pilot, "a")
        assert shown(pilot.app).narrowed == "owner: [b] · /[/]"
        await press(pilot, "M", "a", *typed("forget a"))
        assert "in the place of “[b]x[/b]" in notes(pilot.app) and "\x1b" not in notes(pilot.app)


async def test_a_view_belongs_to_the_portfolio_in_which_it_was_saved(session: FakeSession, file: Path) -> None:
    file.parent.mkdir(parents=True)
    file.write_text('[views.a]\nscreen = "kpis"\n[views.b]\nscreen = "path"\n', encoding="utf-8")
    other = dataclasses.replace(session.now, portfolio="other")
    async with opened(session) as pilot:
        await press(pilot, "6", *typed("save a Mine"), "1", "apostrophe")
        text = str(pilot.app.screen.query_one("#views Static").render())
        assert "a  Mine  Projects" in text and "b  path  Critical path  (in every portfolio)" in text
        await press(pilot, "a")
        assert pilot.app.current_mode == "projects"
    session.now = other
    async with opened(session) as pilot:
        await press(pilot, "apostrophe", "a")
        assert pilot.app.current_mode == "kpis"
        await press(pilot, *typed("forget b"))
        assert "Forgotten, in every portfolio: b" in notes(pilot.app)
    assert list(views.load("core-banking").by_key) == ["a"] and not views.load("other").own


async def test_a_view_brings_back_how_a_screen_is_switched(session: FakeSession) -> None:
    async with opened(session) as pilot:
        app: Any = pilot.app
        await press(pilot, "7", "b", "enter", *typed("save t"), "q", "b", *typed("save e"), "8", "x", *typed("save r"))
        await press(pilot, "escape", "7", *typed("view t"))
        said = str(app.screen.query_one("#grouped", NoteLine).render())
        assert app.screen.switched[0] == "team" and said.startswith("By team › ")
        assert all(row.ticket is not None for row in app.screen.table.records)
        await press(pilot, *typed("view e"))
        assert app.screen.switched == ("epic", "")
        await press(pilot, *typed("view r"))
        assert app.screen.switched == ("rejected", "") and app.screen.table.row_count == len(
            [view for view in session.now.statements if is_rejected(view)]
        )


async def test_a_group_or_grouping_that_is_not_there_any_more_is_said(session: FakeSession) -> None:
    views.save("", "a", View("A", "alignment", show="team", within="team:[gone]"))
    views.save("", "b", View("B", "alignment", show="[colour]"))
    async with opened(session) as pilot:
        await press(pilot, "apostrophe", "a")
        assert "There is no group “team:[gone]” any more: here are all." in notes(pilot.app)
        await press(pilot, "apostrophe", "b")
        assert "Alignment is grouped by cause, team, epic, effort, mapped, not by “[colour]”." in notes(pilot.app)
        assert pilot.app.current_mode == "alignment"


# -- the file


def test_a_view_within_other_lines_is_left_to_whoever_wrote_it(file: Path) -> None:
    file.parent.mkdir(parents=True)
    text = 'views = { a = { screen = "kpis" }, b = { screen = "path" } }\n'
    file.write_text(text, encoding="utf-8")
    with pytest.raises(UserFileError, match="only you can change it"):
        views.save("", "a", View("A", "projects"))
    with pytest.raises(UserFileError, match="only you can change it"):
        views.forget("", "a")
    assert file.read_text(encoding="utf-8") == text


def test_what_a_person_wrote_around_a_view_stays(file: Path) -> None:
    file.parent.mkdir(parents=True)
    file.write_text(
        '# mine\n[views.a]\nscreen = "kpis" # old\n\n# about b\n["views".b]\nscreen = "path"\n', encoding="utf-8"
    )
    views.save("", "a", View("A", "projects"))
    text = file.read_text(encoding="utf-8")
    assert "# mine" in text and "# about b\n[" in text and "old" not in text
    assert list(views.load("").by_key) == ["a", "b"]
    views.forget("", "b")
    assert list(views.load("").by_key) == ["a"]


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "file"))
    with pytest.raises(UserFileError, match=r"cannot be (written|read)"):
        views.save("", "a", View("A", "projects"))


texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=20)


@given(
    st.dictionaries(
        st.sampled_from(sorted(views.KEYS)),
        st.builds(
            View,
            name=texts.filter(bool),
            screen=st.sampled_from(["exceptions", "kpis"]),
            filter=texts,
            scope=st.tuples(st.sampled_from(views.SCOPES), texts.filter(bool)) | st.just(("", "")),
            sort=texts,
            down=st.booleans(),
            show=texts,
            within=texts,
        ),
        max_size=4,
    ),
    texts,
)
def test_whatever_is_saved_comes_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, known: dict[str, View], portfolio: str
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("c")))
        for key, view in known.items():
            views.save(portfolio, key, View("before", "kpis"))
            views.save(portfolio, key, view)
        found = views.load(portfolio)
        assert not found.problems
        assert dict(found.by_key) == known
