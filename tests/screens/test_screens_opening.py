"""The app stands before the portfolio is open, and tells how far the first reading is."""

from __future__ import annotations

import asyncio
import os
import pty
import select
import subprocess
import sys
import threading
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from screens_data import FakeSession, notes, ready, screen_text, settle, until
from textual.css.query import NoMatches
from textual.screen import ModalScreen
from textual.widgets import Static

from cockpit.app import CockpitApp
from cockpit.charter.errors import CharterError
from cockpit.desk import commanding
from cockpit.session.live import Session
from cockpit.session.news import Update
from cockpit.session.opening import Opening
from cockpit.session.progress import Progress, StoppedError, Teller, bar
from cockpit.store import Store, StoreError

ROOT = Path(__file__).resolve().parents[2]
CHARTER = '[portfolio]\nid = "p"\ntitle = "P"\n'


class Slow(FakeSession):
    """A session whose reading waits until it may go on."""

    go_on = threading.Event()

    def update(self) -> Update:
        self.go_on.wait(20)
        return super().update()


async def test_the_first_reading_shows_how_far_it_is_on_one_line(session: FakeSession) -> None:
    slow = Slow(session.folder, session.now)
    slow.go_on = threading.Event()
    app: Any = CockpitApp(slow)  # type: ignore[arg-type]
    async with app.run_test(size=(80, 24)) as pilot:
        try:
            await pilot.pause()
            said = app.screen.query_one("#empty", Static)
            assert "reading" in str(said.render())
            await asyncio.to_thread(app._heard, Progress("plan.xml", 3, 12, 34_200))
            await pilot.pause()
            assert str(said.render()) == "━━━━────────────  3 of 12 files · 34,200 rows · plan.xml"
            await asyncio.to_thread(app._heard, Progress("too soon.csv", 4, 12, 34_300))
            await asyncio.to_thread(app._heard, Progress("", 12, 12, 99_000))
            await pilot.pause()
            assert str(said.render()) == "━━━━━━━━━━━━━━━━  12 of 12 files · 99,000 rows · computing …"
            await asyncio.to_thread(app._heard, Progress("", 12, 12, 0, "the schedule"))
            await pilot.pause()
            assert str(said.render()) == "━━━━━━━━━━━━━━━━  12 of 12 files · computing the schedule …"
            await pilot.press("2")
            await pilot.pause()
            assert "computing" in str(app.screen.query_one("#empty", Static).render())
        finally:
            slow.go_on.set()
        await ready(pilot)
        await settle(pilot)
        app._heard(Progress("later.csv", 1, 2, 3))
        await pilot.pause()
        assert not app.shown_day.progress, "an update of what is shown already is told by its rows"


async def test_whoever_leaves_stops_the_reading(session: FakeSession) -> None:
    app: Any = CockpitApp(session)  # type: ignore[arg-type]
    async with app.run_test() as pilot:
        await ready(pilot)
        app.exit()
        with pytest.raises(StoppedError):
            app._heard(Progress("a.csv", 0, 1, 0))


async def test_a_portfolio_that_cannot_be_opened_ends_the_app_and_keeps_why(tmp_path: Path) -> None:
    (tmp_path / "portfolio.toml").write_text("[portfolio\n", encoding="utf-8")
    with Opening(tmp_path) as opening:
        app = CockpitApp(opening=opening)
        await app.run_async(headless=True, size=(80, 24))
        assert app.return_code == 2
        assert isinstance(opening.failure, CharterError)


async def test_a_store_that_fails_after_it_was_opened_ends_the_app_and_keeps_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: Store) -> int:
        raise StoreError(f"{self} is gone")

    (tmp_path / "portfolio.toml").write_text(CHARTER, encoding="utf-8")
    monkeypatch.setattr(Store, "data_version", fail)
    with Opening(tmp_path) as opening:
        app = CockpitApp(opening=opening)
        await app.run_async(headless=True, size=(80, 24))
        assert app.return_code == 2
        assert isinstance(opening.failure, StoreError)


async def test_an_opening_opens_once_and_closes(tmp_path: Path) -> None:
    (tmp_path / "portfolio.toml").write_text(CHARTER, encoding="utf-8")
    (tmp_path / "projects.csv").write_text("id,title\np1,Alpha\n", encoding="utf-8")
    with Opening(tmp_path) as opening:
        both = await asyncio.gather(asyncio.to_thread(opening.session), asyncio.to_thread(opening.session))
        assert both[0] is both[1]
        app: Any = CockpitApp(opening=opening)
        async with app.run_test(size=(80, 24), notifications=True) as pilot:
            await ready(pilot)
            assert app.session is opening.session()
            await pilot.press("r")
            await pilot.pause(0.2)
            assert app.session is opening.session()
            assert app.assessment.projects[0].record.title == "Alpha"


async def test_who_is_called_by_name_in_one_file_and_by_id_in_another_is_one_owner(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "portfolio.toml").write_text(CHARTER, encoding="utf-8")
    (tmp_path / "people.csv").write_text("id,name\ndana,Dana Reyes\nomar,Omar Haddad\n", encoding="utf-8")
    projects = "id,title,owner\np1,Alpha,Dana Reyes\np2,Beta,dana\np3,Gamma,omar\n"
    (tmp_path / "projects.csv").write_text(projects, encoding="utf-8")
    monkeypatch.setattr("getpass.getuser", lambda: "dana")
    with Opening(tmp_path) as opening:
        app: Any = CockpitApp(opening=opening)
        async with app.run_test(size=(100, 30), notifications=True) as pilot:
            await ready(pilot)
            assert [name for _, name in commanding.names_of(app, "owner")] == ["Dana Reyes", "Omar Haddad"]
            await pilot.press("6")
            for said in ("me", "Dana Reyes", "dana"):
                await pilot.press("colon", *f"owner {said}", "enter")
                await settle(pilot)
                shown = screen_text(app)
                assert "Alpha" in shown and "Beta" in shown and "Gamma" not in shown, said
            assert "match" not in notes(app)


def remembering(folder: Path) -> None:
    with Opening(folder) as opening:
        opening.remember(opening.session().update().assessment)


async def test_what_is_remembered_is_shown_before_what_judges_is_loaded_and_a_key_waits_for_that(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "portfolio.toml").write_text(CHARTER, encoding="utf-8")
    (tmp_path / "projects.csv").write_text("id,title\np1,Alpha\n", encoding="utf-8")
    remembering(tmp_path)
    loaded = threading.Event()
    session = Opening.session

    def late(opening: Opening) -> Session:
        assert loaded.wait(30)
        return session(opening)

    monkeypatch.setattr(Opening, "session", late)
    with Opening(tmp_path) as opening:
        app: Any = CockpitApp(opening=opening)
        async with app.run_test(size=(100, 30), notifications=True) as pilot:
            await ready(pilot)
            await pilot.press("6")
            await pilot.pause()
            assert "Alpha" in screen_text(app) and app._session is None
            threading.Timer(0.2, loaded.set).start()
            assert app.session is session(opening)
            # Whoever leaves before it is followed may leave a worker half way.
            await until(pilot, lambda: app.present is not None)
            await settle(pilot)
            assert app.present.projects[0].record.title == "Alpha"


async def test_a_portfolio_that_is_never_loaded_is_closed_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "portfolio.toml").write_text(CHARTER, encoding="utf-8")
    (tmp_path / "projects.csv").write_text("id,title\np1,Alpha\n", encoding="utf-8")
    remembering(tmp_path)
    with Opening(tmp_path) as opening:
        found = opening.remembered()
        store = opening._open().store
    assert found is not None and found.projects[0].record.title == "Alpha"
    with pytest.raises(StoreError):
        store.observation_dates()


def in_a_terminal(folder: Path) -> tuple[int, str]:
    """Run `cockpit open` in a terminal until it ends by itself; return its code and what it printed."""
    main, terminal = pty.openpty()
    command = [sys.executable, "-m", "cockpit", "open", str(folder)]
    process = subprocess.Popen(command, stdin=terminal, stdout=terminal, stderr=terminal, cwd=ROOT)
    os.close(terminal)
    printed = b""
    while True:
        if select.select([main], [], [], 30)[0]:
            try:
                part = os.read(main, 1 << 16)
            except OSError:
                break
            if not part:
                break
            printed += part
        else:
            process.kill()
    code = process.wait(30)
    os.close(main)
    return code, printed.decode(errors="replace")


@pytest.mark.parametrize("charter", [None, "[portfolio\n"])
def test_in_a_terminal_the_reason_stands_after_the_screen_is_left(tmp_path: Path, charter: str | None) -> None:
    if charter is not None:
        (tmp_path / "portfolio.toml").write_text(charter, encoding="utf-8")
    code, printed = in_a_terminal(tmp_path)
    assert code == 2
    last = printed.rpartition("\x1b[?1049l")[2]
    assert "portfolio.toml" in last
    assert "Traceback" not in printed
    assert ("\x1b[?1049h" in printed) is (charter is not None), "no screen is taken where nothing can be there"


# What is told


def test_a_teller_tells_of_new_files_only() -> None:
    told: list[Progress] = []
    teller = Teller()
    teller.reading("nobody listens.csv")
    teller.heard = told.append
    teller.begin(3)
    teller.looked()
    teller.reading("b.csv")
    teller.storing("b.csv", 10)
    teller.looked()
    teller.looked()
    teller.end()
    assert told == [Progress("b.csv", 1, 3, 0), Progress("b.csv", 1, 3, 10), Progress("", 3, 3, 10)]
    teller.begin(3)
    teller.end()
    assert len(told) == 3, "where nothing was new there is nothing to wait for"


def test_a_bar_is_as_long_as_what_is_done() -> None:
    assert bar(Progress("x.csv", 0, 0, 0)).startswith("────────────────  0 of 0 files")
    assert bar(Progress("x\x1b[2J.csv", 1, 1, 1)) == "━━━━━━━━━━━━━━━━  1 of 1 file · 1 row · x[2J.csv"


def test_a_reading_that_is_stopped_keeps_what_was_stored_and_goes_on_the_next_time(tmp_path: Path) -> None:
    (tmp_path / "portfolio.toml").write_text(CHARTER, encoding="utf-8")
    (tmp_path / "projects.csv").write_text("id,title\np1,Alpha\n", encoding="utf-8")
    (tmp_path / "work_items.csv").write_text("id,project,title\na,p1,A\nb,p1,B\n", encoding="utf-8")
    told: list[Progress] = []

    def heard(progress: Progress) -> None:
        told.append(progress)
        if progress.path == "work_items.csv":
            raise StoppedError

    with Opening(tmp_path) as opening:
        opening.session().told.heard = heard
        with pytest.raises(StoppedError):
            opening.session().update()
        assert told[:2] == [Progress("projects.csv", 0, 2, 0), Progress("projects.csv", 0, 2, 1)]
        opening.session().told.heard = told.append
        told.clear()
        assert opening.session().update().assessment.items.keys() >= {"a", "b"}
        read = [Progress("work_items.csv", 1, 2, 0), Progress("work_items.csv", 1, 2, 2), Progress("", 2, 2, 2)]
        assert told[:3] == read
        assert all(each.step and replace(each, step="") == read[2] for each in told[3:])


class Late(ModalScreen[None]):
    """A dialog whose parts are gone when it looks for them."""

    def on_mount(self) -> None:
        self.query_one("#gone")


@pytest.mark.parametrize("ends", [True, False])
async def test_a_dialog_that_opens_as_the_app_is_told_to_end_is_no_complaint(session: FakeSession, ends: bool) -> None:
    app: Any = CockpitApp(session)  # type: ignore[arg-type]
    with nullcontext() if ends else pytest.raises(NoMatches):
        async with app.run_test() as pilot:
            await ready(pilot)
            app.call_later(app.push_screen, Late())
            if ends:
                app.end(143)
                app.exit(return_code=143)
            await pilot.pause()
    assert app.return_code == (143 if ends else 1)
