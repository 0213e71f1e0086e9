"""However a program saves a file, nobody sees half of it: what is believed is the old file or the new one."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterable, Mapping
from pathlib import Path
from random import Random

import pytest
import saving_programs
from saving_programs import PROGRAMS, runs_here

from cockpit.records.difference import Difference
from cockpit.records.model import Batch, Record, WorkItem
from cockpit.session import settling
from cockpit.session.live import Session
from cockpit.store import Arrival, Store

Rows = Mapping[str, str]

ROWS = 40
PATIENCE = 60.0
SLOWER = 4
"""So many times as long all that is waited for lasts here, and what programs wait: on a busy machine a program rests
between two lines for longer than a file is waited for elsewhere, where nobody can tell whether it is open."""
PAUSE = 0.15 * SLOWER
"""Longer than a file has to be quiet: whoever relied on that alone would read halves."""
CHARTER = """\
[portfolio]
id = "core"
title = "Core banking"
currency = "USD"
today = 2025-03-31

[[sources]]
path = "work/*.csv"
format = "table"
table = "work_items"
"""


def old_rows(name: str) -> Rows:
    return {f"{name}-{number}": f"Item {number}" for number in range(ROWS)}


def new_rows(name: str) -> Rows:
    """One more row at the top, one less, one changed, two at the end; a program that appends can only do that."""
    if name == "appended":
        return old_rows(name) | {f"{name}-z{number}": "Later" for number in range(3)}
    kept = {key: title for key, title in old_rows(name).items() if key != f"{name}-7"}
    return {f"{name}-a": "First"} | kept | {f"{name}-20": "Changed", f"{name}-y": "Last", f"{name}-z": "Very last"}


def table(rows: Rows) -> str:
    return "id,project,title,kind\n" + "".join(f"{key},P,{title},activity\n" for key, title in rows.items())


class Watched:
    """A portfolio that is watched; `believed` has, by file, each state of it that went into the store."""

    def __init__(self, base: Path) -> None:
        self.folder = base / "portfolio"
        self.aside = base / "aside"
        self.believed: dict[str, list[Rows]] = {}
        (self.folder / "work").mkdir(parents=True)
        self.aside.mkdir()
        (self.folder / "portfolio.toml").write_text(CHARTER)

    def prepare(self, name: str) -> None:
        self.file(name).write_text(table(old_rows(name)))
        (self.aside / f"{name}.csv").write_text(table(new_rows(name)))

    def file(self, name: str) -> Path:
        return self.folder / "work" / f"{name}.csv"

    def states(self, name: str) -> list[Rows]:
        return self.believed.get(f"work/{name}.csv", [])

    def start(self, name: str) -> subprocess.Popen[bytes]:
        script = [sys.executable, saving_programs.__file__, name, str(self.file(name))]
        return subprocess.Popen([*script, str(self.aside / f"{name}.csv"), str(PAUSE)])

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[Session]:
        with Session.open(self.folder) as session:
            await asyncio.to_thread(session.update)
            self.believed.clear()
            following = asyncio.create_task(self._follow(session))
            await asyncio.sleep(0.2)
            try:
                yield session
            finally:
                following.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await following

    async def _follow(self, session: Session) -> None:
        async with contextlib.aclosing(session.watch()) as updates:
            async for _ in updates:
                pass

    async def until_new(self, *names: str) -> None:
        end = time.monotonic() + PATIENCE
        while any(not self.states(name) or self.states(name)[-1] != new_rows(name) for name in names):
            late = [name for name in names if not self.states(name) or self.states(name)[-1] != new_rows(name)]
            assert time.monotonic() < end, f"never read as it is: {late}"
            await asyncio.sleep(0.02)


@pytest.fixture
def watched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Watched:
    made = Watched(tmp_path)
    for name in ("QUIET", "UNSURE", "HELD", "GONE"):
        monkeypatch.setattr(settling, name, getattr(settling, name) * SLOWER)
    whole, by_difference, removed = Store.import_batch, Store.import_difference, Store.remove_source
    now: dict[str, Rows] = {}

    def believe(store: Store, path: str, rows: Rows) -> None:
        if store.path.parent == made.folder:  # not the one that is read cold
            now[path] = rows
            made.believed.setdefault(path, []).append(rows)

    def titles(records: Iterable[Record]) -> Rows:
        return {record.id: record.title for record in records if isinstance(record, WorkItem)}

    def import_batch(store: Store, arrival: Arrival, batch: Batch) -> object:
        believe(store, arrival.path, titles(batch.records.get("work_items", ())))
        return whole(store, arrival, batch)

    def import_difference(store: Store, arrival: Arrival, difference: Difference) -> object:
        done = by_difference(store, arrival, difference)
        if done is not None:
            gone = set(difference.gone.values())
            kept = {key: title for key, title in now[arrival.path].items() if key not in gone}
            believe(store, arrival.path, kept | titles(difference.records))
        return done

    def remove_source(store: Store, name: str, *rest: object) -> object:
        believe(store, name, {})
        return removed(store, name, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(Store, "import_batch", import_batch)
    monkeypatch.setattr(Store, "import_difference", import_difference)
    monkeypatch.setattr(Store, "remove_source", remove_source)
    return made


def assert_never_half(watched: Watched, name: str) -> None:
    old, new = old_rows(name), new_rows(name)
    for rows in watched.states(name):
        assert old.keys() & new.keys() <= rows.keys(), f"{name} lost rows that both files have"
        strange = {key: title for key, title in rows.items() if title not in (old.get(key), new.get(key))}
        assert not strange, f"{name} said what neither file says"


def assert_like_cold(session: Session, folder: Path, base: Path) -> None:
    shutil.copytree(folder, base / "cold", ignore=shutil.ignore_patterns("portfolio.db*"))
    with Session.open(base / "cold") as cold:
        cold.update()
        assert session.snapshot().work_items == cold.snapshot().work_items


HERE = [name for name in PROGRAMS if runs_here(name)]


SLOW = ("in_pieces", "line_after_line", "emptied_first", "over_itself", "opened_for_every_line", "deleted_first")
"""Those in which the file is half of itself for a while: also where it is a file of somebody else."""


@pytest.mark.parametrize(("name", "owned"), [(name, True) for name in HERE] + [(name, False) for name in SLOW])
async def test_a_program_that_saves_is_never_seen_half_way(
    watched: Watched, name: str, owned: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not owned:
        monkeypatch.setattr(settling, "is_held", lambda _path: None)
    watched.prepare(name)
    async with watched.open() as session:
        process = watched.start(name)
        assert await asyncio.to_thread(process.wait, 20) == 0
        await watched.until_new(name)
        assert_never_half(watched, name)
        assert_like_cold(session, watched.folder, tmp_path)


@pytest.mark.parametrize("owned", [True, False])
async def test_all_of_them_at_once(
    watched: Watched, owned: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not owned:
        monkeypatch.setattr(settling, "is_held", lambda _path: None)
    for name in HERE:
        watched.prepare(name)
    async with watched.open() as session:
        processes = [watched.start(name) for name in HERE]
        for process in processes:
            assert await asyncio.to_thread(process.wait, 30) == 0
        await watched.until_new(*HERE)
        for name in HERE:
            assert_never_half(watched, name)
        assert_like_cold(session, watched.folder, tmp_path)


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
async def test_a_checkout_of_many_files_ends_as_it_is_read_cold(watched: Watched, tmp_path: Path) -> None:
    names = [f"team{number}" for number in range(80)]

    def git(*arguments: str) -> None:
        said = ("-c", "user.name=Sam", "-c", "user.email=sam@example.org", "-c", "core.autocrlf=false")
        subprocess.run(["git", *said, *arguments], cwd=watched.folder, check=True, capture_output=True)

    git("init", "-q", "-b", "main")
    for name in names:
        watched.prepare(name)
    git("add", "work")
    git("commit", "-q", "-m", "old")
    git("checkout", "-q", "-b", "later")
    for name in names:
        watched.file(name).write_text(table(new_rows(name)))
    watched.file(names[0]).rename(watched.file("renamed"))
    watched.file(names[1]).unlink()
    git("add", "-A", "work")
    git("commit", "-q", "-m", "new")
    git("checkout", "-q", "main")
    async with watched.open() as session:
        await asyncio.to_thread(git, "checkout", "-q", "later")
        await watched.until_new(*names[2:])
        while any(watched.states(name) != [{}] for name in names[:2]):
            await asyncio.sleep(0.02)
        for name in names[2:]:
            assert_never_half(watched, name)
        assert watched.states("renamed") == [new_rows(names[0])]
        assert_like_cold(session, watched.folder, tmp_path)


async def test_of_saves_in_quick_succession_the_last_one_counts_and_none_goes_back(watched: Watched) -> None:
    watched.prepare("vim")
    random, path, fresh = Random(7), watched.file("vim"), watched.folder / "fresh.tmp"
    async with watched.open() as session:
        for number in range(60):
            text = table(old_rows("vim") | {"vim-3": f"Saved {number:03}"})
            if random.random() < 0.5:
                path.write_text(text)
            else:
                fresh.write_text(text)
                fresh.replace(path)
            await asyncio.sleep(random.choice((0.0, 0.003, 0.02, 0.06, 0.15)))
        end = time.monotonic() + PATIENCE
        while not watched.states("vim") or watched.states("vim")[-1]["vim-3"] != "Saved 059":
            assert time.monotonic() < end, "the last one was lost"
            await asyncio.sleep(0.02)
        seen = [rows["vim-3"] for rows in watched.states("vim")]
        assert seen == sorted(set(seen)) and len(seen) > 10
        assert next(item for item in session.snapshot().work_items if item.id == "vim-3").title == "Saved 059"


async def test_a_renamed_file_keeps_its_rows_all_the_time(watched: Watched) -> None:
    watched.prepare("vim")
    async with watched.open() as session:
        watched.file("vim").rename(watched.file("other"))
        while watched.states("vim") != [{}]:
            assert old_rows("vim").keys() <= {item.id for item in session.snapshot().work_items}
            await asyncio.sleep(0.02)
        assert watched.states("other") == [old_rows("vim")]
        assert {item.id for item in session.snapshot().work_items} == old_rows("vim").keys()
