"""Watching: what happens in the folder becomes an update by itself, once, and trouble ends nothing."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import time
from collections.abc import AsyncGenerator, AsyncIterator
from pathlib import Path

import pytest
from live_portfolio import TABLES, charter, key_file, make

from cockpit.records.model import Meaning
from cockpit.session import looking, settling, watching
from cockpit.session.live import Session
from cockpit.session.news import Update

PATIENCE = 50.0
"""Less than the seconds between looks without an event: what comes within it came of an event."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make(tmp_path / "portfolio", tmp_path / "keys")


@pytest.fixture
async def watched(folder: Path) -> AsyncIterator[tuple[Session, AsyncGenerator[Update, None]]]:
    with Session.open(folder) as session:
        await asyncio.to_thread(session.update)
        async with contextlib.aclosing(session.watch()) as updates:
            yield session, updates


async def following(updates: AsyncGenerator[Update, None]) -> Update:
    return await asyncio.wait_for(anext(updates), PATIENCE)


async def after(updates: AsyncGenerator[Update, None], change: object) -> Update:
    """The next update when `change` happens while somebody already waits for it."""
    waiting = asyncio.create_task(following(updates))
    await asyncio.sleep(0.3)
    change()  # type: ignore[operator]
    return await waiting


async def quiet(updates: AsyncGenerator[Update, None], seconds: float) -> bool:
    waiting = asyncio.create_task(anext(updates))
    done, _ = await asyncio.wait({waiting}, timeout=seconds)
    waiting.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await waiting
    return not done


async def test_a_saved_file_comes_of_its_event_and_as_one_update(folder: Path, watched) -> None:
    _, updates = watched
    text = TABLES["dependencies.csv"].replace("2025-04-07", "2025-04-21")
    update = await after(updates, lambda: (folder / "dependencies.csv").write_text(text))
    assert [c.path for c in update.changes] == ["dependencies.csv"]
    assert update.generation > 1
    assert await quiet(updates, 2.5)


async def test_a_breach_is_raised_and_cleared_as_the_evidence_changes(folder: Path, watched) -> None:
    _, updates = watched
    good = TABLES["projects.csv"]
    raised = await after(updates, lambda: (folder / "projects.csv").write_text(good.replace("cloud", "")))
    assert "ALIGN-PROJECT" in [b.code for b in raised.raised]
    cleared = await after(updates, lambda: (folder / "projects.csv").write_text(good))
    assert "ALIGN-PROJECT" in [b.code for b in cleared.cleared]


async def test_a_burst_over_several_files_is_one_update(folder: Path, watched, monkeypatch) -> None:
    monkeypatch.setattr(settling, "QUIET", 1.5)  # however slowly a busy machine writes them
    monkeypatch.setattr(settling, "BURST", 20.0)
    _, updates = watched

    def burst() -> None:
        for name in ("teams.csv", "objectives.csv", "kpis.csv"):
            time.sleep(0.2)
            (folder / name).write_text(TABLES[name] + "\n")
            (folder / name).write_text(TABLES[name].replace("title", "title,note", 1))

    update = await after(updates, burst)
    assert {c.path for c in update.changes} == {"teams.csv", "objectives.csv", "kpis.csv"}


async def test_a_half_written_workbook_is_waited_for(folder: Path, watched) -> None:
    import xlsxwriter

    _, updates = watched
    whole = folder.parent / "whole.xlsx"
    with xlsxwriter.Workbook(whole) as book:
        sheet = book.add_worksheet("teams")
        sheet.write_row(0, 0, ["id", "title"])
        sheet.write_row(1, 0, ["ops", "Operations"])
    data = whole.read_bytes()

    async def write_slowly() -> None:
        with (folder / "more.xlsx").open("wb") as file:
            for part in range(0, len(data), len(data) // 4):
                file.write(data[part : part + len(data) // 4])
                file.flush()
                await asyncio.sleep(0.25)

    writer = asyncio.create_task(write_slowly())
    update = await following(updates)
    await writer
    assert [(c.path, c.failed, c.opened) for c in update.changes] == [("more.xlsx", False, 1)]


async def test_a_table_that_is_written_in_two_goes_is_read_once_and_whole(folder: Path, watched) -> None:
    _, updates = watched
    text = TABLES["work_items.csv"] + "I-3,P1,Test,activity,integration,ivo,To Do,5,,\n"

    async def write() -> None:
        await asyncio.sleep(0.3)
        with (folder / "work_items.csv").open("w") as file:
            for part in (text[:150], text[150:]):
                file.write(part)
                file.flush()
                await asyncio.sleep(0.05)

    writer = asyncio.create_task(write())
    update = await following(updates)
    await writer
    assert [(c.opened, c.closed, c.problems) for c in update.changes] == [(1, 0, ())]


async def test_a_file_that_stays_broken_is_told_after_a_while(folder: Path, watched, monkeypatch) -> None:
    monkeypatch.setattr(settling, "BROKEN", 0.4)
    _, updates = watched
    update = await after(updates, lambda: (folder / "more.xlsx").write_bytes(b"PK\x03\x04"))
    assert [(c.path, c.failed) for c in update.changes] == [("more.xlsx", True)]
    assert "SOURCE-FAILED" in [b.code for b in update.raised]


async def test_a_file_that_is_saved_by_delete_and_rename_does_not_vanish(folder: Path, watched) -> None:
    _, updates = watched
    text = TABLES["dependencies.csv"].replace("40 endpoints", "41 endpoints")

    async def save() -> None:
        (folder / "dependencies.csv").unlink()
        await asyncio.sleep(0.2)
        (folder / "save.tmp").write_text(text)
        (folder / "save.tmp").rename(folder / "dependencies.csv")

    saver = asyncio.create_task(save())
    update = await following(updates)
    await saver
    assert [(c.path, c.opened, c.closed) for c in update.changes] == [("dependencies.csv", 1, 1)]
    assert "DEP-VANISHED" not in [b.code for b in update.assessment.breaches]


async def test_editors_temporary_files_and_own_writes_wake_nobody(folder: Path, watched) -> None:
    _, updates = watched
    silence = asyncio.create_task(quiet(updates, 2.5))
    await asyncio.sleep(0.2)
    for name in (".projects.csv.swp", "~$tracker.xlsx", "projects.csv~"):
        (folder / name).write_text("passing")
    assert await silence


async def test_a_broken_charter_is_told_and_the_watch_goes_on(folder: Path, watched) -> None:
    _, updates = watched
    broken = await after(updates, lambda: (folder / "portfolio.toml").write_text("[portfolio"))
    assert [(c.path, c.failed) for c in broken.changes] == [("portfolio.toml", True)]
    assert broken.assessment.title == "Core banking"
    mended = await after(updates, lambda: (folder / "portfolio.toml").write_text(charter()))
    assert "SOURCE-FAILED" in [b.code for b in mended.cleared]


async def test_the_signature_of_another_process_comes_as_an_update(folder: Path, watched, tmp_path: Path) -> None:
    _, updates = watched

    def sign() -> None:
        with Session.open(folder) as other:
            other.update()
            key = key_file(tmp_path / "keys", "vera")
            other.sign(other.draft("D-1", Meaning.RESOLVED, key=key, note="https://docs.example"))

    waiting = asyncio.create_task(following(updates))
    await asyncio.sleep(0.3)
    await asyncio.to_thread(sign)
    update = await waiting
    assert [v.meaning for v in update.assessment.statements] == ["resolved"]


async def test_a_mapped_file_outside_the_folder_is_watched(folder: Path) -> None:
    outside = folder.parent / "elsewhere"
    outside.mkdir()
    (outside / "systems.csv").write_text("Key,Name\nP7,Seven\n")
    mapping = '[[sources]]\npath = "../elsewhere/*.csv"\nformat = "table"\ntable = "projects"\n'
    (folder / "portfolio.toml").write_text(charter(more=mapping + '[sources.columns]\nid = "Key"\ntitle = "Name"\n'))
    with Session.open(folder) as session:
        await asyncio.to_thread(session.update)
        async with contextlib.aclosing(session.watch()) as updates:
            update = await after(
                updates, lambda: (outside / "systems.csv").write_text("Key,Name\nP7,Seven\nP8,Eight\n")
            )
            assert [(c.path, c.opened) for c in update.changes] == [("../elsewhere/systems.csv", 1)]
            update = await after(updates, lambda: (outside / "new.csv").write_text("Key,Name\nP9,Nine\n"))
            assert [(c.path, c.opened) for c in update.changes] == [("../elsewhere/new.csv", 1)]


async def test_where_there_are_no_events_the_looks_find_it(folder: Path, watched, monkeypatch) -> None:
    monkeypatch.setattr(watching, "is_passing", lambda _name: False)
    _, updates = watched

    class Silent:
        patience = 0.2
        stale = False

        def __init__(self, *_: object) -> None: ...
        async def __aenter__(self) -> Silent:
            return self

        async def __aexit__(self, *_: object) -> None: ...
        async def wait(self, seconds: float) -> frozenset[str]:
            await asyncio.sleep(min(seconds, 0.2))
            return frozenset()

    monkeypatch.setattr("cockpit.session.looking.Listener", Silent)
    update = await after(
        updates, lambda: (folder / "teams.csv").write_text(TABLES["teams.csv"] + "ops,Operations,9,\n")
    )
    assert [c.path for c in update.changes] == ["teams.csv"]


async def test_what_the_store_refuses_is_told_once_and_tried_again(folder: Path, watched, monkeypatch) -> None:
    from cockpit.store import Store, StoreError

    session, updates = watched
    doors = {name: getattr(Store, name) for name in ("import_batch", "import_difference")}
    monkeypatch.setattr("cockpit.session.live.DEAF", 0.2)

    def full(*_: object, **__: object) -> None:
        raise StoreError("portfolio.db: could not import: the disk is full.")

    for name in doors:
        monkeypatch.setattr(Store, name, full)
    text = TABLES["teams.csv"] + "ops,Operations,9,\n"
    trouble = await after(updates, lambda: (folder / "teams.csv").write_text(text))
    assert [(c.path, c.failed) for c in trouble.changes] == [("portfolio.db", True)]
    assert "disk is full" in str(trouble.changes[0].problems[0])
    assert trouble.assessment == session.assess()
    # One wait from here on: what a look finds while its wait is given up is told to nobody.
    waiting = asyncio.create_task(following(updates))
    assert not (await asyncio.wait({waiting}, timeout=1.0))[0]
    for name, real in doors.items():
        monkeypatch.setattr(Store, name, real)
    assert [c.path for c in (await waiting).changes] == ["teams.csv"]


async def test_a_store_that_is_bad_for_a_while_is_told_and_the_watch_goes_on(
    folder: Path, watched, monkeypatch
) -> None:
    _, updates = watched
    monkeypatch.setattr("cockpit.session.live.DEAF", 0.2)
    store = folder / "portfolio.db"

    def taken_away() -> None:
        store.rename(folder / "kept.db")
        store.write_text("a copy that broke off " * 50)

    trouble = await after(updates, taken_away)
    assert [(c.path, c.failed) for c in trouble.changes] == [("portfolio.db", True)]
    assert "is not a SQLite database" in str(trouble.changes[0].problems[0])
    waiting = asyncio.create_task(following(updates))
    assert not (await asyncio.wait({waiting}, timeout=0.7))[0], "once, not at each look"
    (folder / "kept.db").replace(store)
    await waiting
    text = TABLES["teams.csv"] + "ops,Operations,9,\n"
    update = await after(updates, lambda: (folder / "teams.csv").write_text(text))
    assert [c.path for c in update.changes] == ["teams.csv"]


async def test_while_nothing_happens_nobody_looks(watched, monkeypatch) -> None:
    _, updates = watched
    looked: list[float] = []

    def noted(*arguments: object) -> object:
        looked.append(time.monotonic())
        return watching.marks(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(looking, "marks", noted)
    waiting, end = asyncio.create_task(anext(updates)), time.monotonic() + PATIENCE
    # The looks that follow the first one come after twice the time each, and then no more.
    while len(looked) < 2 or time.monotonic() - looked[-1] < 2 * watching.DEAF:
        await asyncio.sleep(0.1)
        assert not waiting.done() and time.monotonic() < end, "it looks again and again"
    waiting.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await waiting


async def test_a_folder_that_was_taken_away_and_another_put_there_is_listened_to(
    folder: Path, watched, monkeypatch
) -> None:
    _, updates = watched
    monkeypatch.setattr("cockpit.session.live.DEAF", 0.2)
    trouble = await after(updates, lambda: folder.rename(folder.with_name("moved")))
    (failed,) = (change for change in trouble.changes if change.failed)
    assert failed.path == "portfolio.db" and "this folder is not there any more" in failed.problems[0].message
    shutil.copytree(folder.with_name("moved"), folder.with_name("brought back")).rename(folder)
    while any(change.failed for change in (await following(updates)).changes):
        pass
    waiting = asyncio.create_task(following(updates))
    # The looks without an event are over by then; the next one of these comes after a minute.
    await asyncio.sleep(1.5)
    (folder / "teams.csv").write_text(TABLES["teams.csv"] + "ops,Operations,9,\n")
    update = await waiting
    assert [change.path for change in update.changes] == ["teams.csv"]
