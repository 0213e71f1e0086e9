"""What a watch hears and looks at: only what events name, everything now and then, and what it costs when idle."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import threading
import time
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from live_portfolio import TABLES, charter, make

from cockpit.doctor import machine
from cockpit.doctor.patient import admit
from cockpit.records.difference import Difference
from cockpit.records.model import Batch, WorkItem
from cockpit.session import doubts, looking, settling, watching
from cockpit.session.live import Session
from cockpit.session.settling import Hold, look_at
from cockpit.session.watching import Listener, marks
from cockpit.session.writers import Writers
from cockpit.sources import registry
from cockpit.sources.listing import Listing
from cockpit.store import Arrival, Store

linux = pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="only Linux tells")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make(tmp_path / "portfolio", tmp_path / "keys")


# Whether a file is whole


@linux
def test_a_file_that_is_open_for_writing_is_known_by_it(tmp_path: Path) -> None:
    path = tmp_path / "items.csv"
    path.write_text("id\n")
    assert settling.is_held(path) is False
    with path.open("a"):
        assert settling.is_held(path) is True
        found = look_at(path)
        assert found is not None and found.hold is Hold.WRITING
        os.utime(path, (time.time() - 5, time.time() - 5))
        found = look_at(path)
        assert found is not None and found.hold is Hold.HELD, "it may be kept open only"
    found = look_at(path)
    assert found is not None and found.hold is Hold.FREE
    with path.open() as reading:
        assert settling.is_held(path) is False
        assert reading.read() == "id\n"


@linux
def test_who_writes_while_it_is_asked_ends_nobody(tmp_path: Path) -> None:
    path = tmp_path / "items.csv"
    path.write_text("id\n")
    over = threading.Event()

    def write() -> None:
        while not over.is_set():
            with path.open("a") as file:
                file.write("x\n")

    assert signal.getsignal(signal.SIGURG) is signal.SIG_DFL
    writer = threading.Thread(target=write)
    writer.start()
    answers = {settling.is_held(path) for _ in range(5_000)}
    over.set()
    writer.join()
    assert answers <= {True, False}


@linux
def test_of_files_of_others_it_is_known_who_closes_them(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(settling, "is_held", lambda _path: None)
    path, other, fresh = tmp_path / "items.csv", tmp_path / "other.csv", tmp_path / "items.tmp"
    path.write_text("id\n")
    with contextlib.closing(Writers()) as writers:
        assert writers.is_held(path) is None
        writers.watch([path, other])
        assert writers.is_held(path) is None, "nothing has happened yet"
        with path.open("a") as file:
            file.write("1\n")
            file.flush()
            assert writers.is_held(path) is True
        assert writers.is_held(path) is False and writers.is_held(other) is None
        fresh.write_text("id\n2\n")
        fresh.rename(path)
        assert writers.is_held(path) is False and writers.is_held(fresh) is None
        path.unlink()
        assert writers.is_held(path) is None
        tmp_path.rename(tmp_path.with_name("elsewhere"))
        assert writers.is_held(path) is None
    assert writers.is_held(path) is None
    tmp_path.with_name("elsewhere").rename(tmp_path)


def test_what_was_moved_into_its_place_is_whole(tmp_path: Path) -> None:
    path, fresh = tmp_path / "items.csv", tmp_path / "items.tmp"
    path.write_text("id\n1\n")
    before = settling.mark_of(path)
    fresh.write_text("id\n2\n")
    os.utime(fresh, (time.time() - 1, time.time() - 1))  # the clock of a file system may be too coarse to tell
    fresh.rename(path)
    found = look_at(path, before)
    assert found is not None and found.hold is Hold.MOVED


def test_an_empty_file_is_one_that_is_being_written(tmp_path: Path) -> None:
    path = tmp_path / "items.csv"
    path.touch()
    found = look_at(path)
    assert found is not None and found.hold is Hold.WRITING
    os.utime(path, (time.time() - 5, time.time() - 5))
    found = look_at(path)
    assert found is not None and found.hold is not Hold.WRITING


@pytest.mark.parametrize("pause", ["held", "free"])
async def test_less_than_before_is_believed_when_it_stays_so(folder: Path, pause: str, monkeypatch) -> None:
    """A file that a program keeps open (an office program) counts in the end, also with fewer rows."""
    monkeypatch.setattr(settling, "HELD", 0.2)
    monkeypatch.setattr(settling, "LONG", 0.6)
    path = folder / "work_items.csv"
    text = "".join(TABLES["work_items.csv"].splitlines(keepends=True)[:-1])
    with Session.open(folder) as session, contextlib.ExitStack() as open_files:
        session.update()
        if pause == "held":
            open_files.enter_context(path.open("r+b"))
        async with contextlib.aclosing(session.watch()) as updates:
            waiting = asyncio.create_task(anext(updates))
            await asyncio.sleep(0.2)
            path.write_text(text)
            update = await asyncio.wait_for(waiting, 50)
            assert [(c.path, c.opened, c.closed) for c in update.changes] == [("work_items.csv", 0, 1)]


# What is looked at


async def test_a_save_makes_only_its_file_be_looked_at(folder: Path, monkeypatch) -> None:
    scans, asked = [], []
    real_scan, real_look = registry.scan, doubts.Doubts.stands
    monkeypatch.setattr(registry, "scan", lambda *of: scans.append(1) or real_scan(*of))
    with Session.open(folder) as session:
        session.update()
        async with contextlib.aclosing(session.watch()) as updates:
            waiting = asyncio.create_task(anext(updates))
            await asyncio.sleep(0.5)
            scans.clear()
            monkeypatch.setattr(
                doubts.Doubts,
                "stands",
                lambda self, found, look: asked.append(found.relative) or real_look(self, found, look),
            )
            (folder / "projects.csv").write_text(TABLES["projects.csv"] + "P2,Second,cloud,ivo,sam,integration,\n")
            update = await asyncio.wait_for(waiting, 50)
    assert [c.path for c in update.changes] == ["projects.csv"]
    assert set(asked) == {"projects.csv"} and scans == []
    assert update.latency is not None and 0 <= update.latency < 10


def test_a_listing_told_of_changes_is_what_a_scan_gives(tmp_path: Path) -> None:
    mapping = '[[sources]]\npath = "{}"\nformat = "table"\ntable = "work_items"\n'
    more = mapping.format("work/*.csv") + mapping.format("plan.csv")
    folder = make(tmp_path / "portfolio", tmp_path / "keys", more=more)
    with Session.open(folder) as session:
        said = session.charter
    listing = Listing(folder)

    def told(*names: str) -> None:
        if listing.after(said, names) is None:
            listing.whole(said)
        found = registry.scan(folder, said)
        assert set(listing.names) == {each.relative for each in found}
        assert set(listing.paths) == {each.path for each in found}

    listing.whole(said)
    told("portfolio.toml", "readme.txt", ".hidden.csv", "nothing.csv")
    (folder / "suppliers.csv").write_text("id\n")
    told("suppliers.csv")
    (folder / "suppliers.csv").unlink()
    (folder / "plan.csv").write_text("id\n")
    told("suppliers.csv", "plan.csv")
    (folder / "plan.csv").unlink()
    told("plan.csv")
    (folder / "work").mkdir()
    (folder / "work" / "a.csv").write_text("id\n")
    told("work")
    (folder / "work" / "b.csv").write_text("id\n")
    (folder / "work" / "b.txt").write_text("id\n")
    told("work/b.csv", "work/b.txt")
    (folder / "work" / "a.csv").unlink()
    told("work/a.csv")
    (folder / "2025-03-31").mkdir()
    (folder / "2025-03-31" / "kpis.csv").write_text("id\n")
    told("2025-03-31/kpis.csv")
    (folder / "2025-03-31").rename(folder / "2025-04-30")
    told("2025-03-31", "2025-04-30")
    shutil.rmtree(folder / "work")
    told("work")


def test_a_listing_takes_no_scan_for_a_file_that_was_saved(tmp_path: Path, monkeypatch) -> None:
    folder = make(tmp_path / "portfolio", tmp_path / "keys")
    with Session.open(folder) as session:
        said = session.charter
    listing = Listing(folder)
    listing.whole(said)
    monkeypatch.setattr(registry, "scan", None)
    touched = listing.after(said, {"kpis.csv", "teams.csv"})
    assert touched is not None and [each.relative for each in touched.found] == ["kpis.csv", "teams.csv"]
    (folder / "kpis.csv").unlink()
    touched = listing.after(said, {"kpis.csv"})
    assert touched is not None and touched.gone == {"kpis.csv"}


def test_marks_are_of_files_that_could_matter(tmp_path: Path) -> None:
    for name in (
        "a.csv",
        "b/c.csv",
        "b/.hidden/d.csv",
        "~$a.xlsx",
        "portfolio.db",
        "1/2/3/4/deep.csv",
        "1/2/3/4/5/x.csv",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "nowhere.csv").symlink_to(tmp_path / "missing")
    outside = tmp_path.parent / f"{tmp_path.name}.csv"
    outside.write_text("x")
    found = marks(tmp_path, (outside, tmp_path / "missing"))
    assert set(found) == {str(tmp_path / name) for name in ("a.csv", "b/c.csv", "1/2/3/4/deep.csv")} | {str(outside)}
    assert all(found[name] == settling.mark_of(Path(name)) for name in found)


def test_events_name_files_of_the_folder_or_ask_for_a_look_at_all(folder: Path, monkeypatch) -> None:
    looks = looking.Looks(folder)
    with Session.open(folder) as session:
        assert looks.named({str(folder / "kpis.csv")}) is None, "nothing was looked at yet"
        looks.walk(session.charter, ())
    heard = {str(folder / name) for name in ("kpis.csv", "b/c.csv", ".git/index", "portfolio.db-wal", "kpis.csv~")}
    assert looks.named(heard) == {"kpis.csv", "b/c.csv"}
    assert looks.named({str(folder)}) is None and looks.named({"/elsewhere/x.csv"}) is None
    monkeypatch.setattr(looking, "MANY", 1)
    assert looks.named(heard) is None


# What cannot be heard


def test_a_share_is_looked_at_and_that_is_said(folder: Path, tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "share").mkdir()
    monkeypatch.setattr(watching, "on_network", lambda place: "nfs4" if place.name == "share" else "")
    monkeypatch.setattr(machine, "on_network", lambda place: "nfs4" if place.name == "share" else "")
    listener = Listener(folder, (tmp_path / "share",))
    assert listener.patience == watching.DEAF
    why = "It lies on a network share (nfs4), which tells nobody when a file changes; it is looked at every 2 seconds."
    assert listener.why_polled("../share/items.csv") == why
    assert listener.why_polled("kpis.csv") == ""
    assert Listener(folder).patience == watching.LOOK
    mapping = '[[sources]]\npath = "../share/*.csv"\nformat = "table"\ntable = "projects"\n'
    (folder / "portfolio.toml").write_text(charter(more=mapping))
    with Session.open(folder) as session:
        found = machine.watching(admit(folder, session.now()), session.charter)
        assert "on network shares after 2 seconds" in found.says and found.details[0].endswith("(nfs4)")
        assert session.why_polled("kpis.csv") == "", "nobody watches"


async def test_where_the_system_gives_no_events_that_is_said_until_some_come(folder: Path, monkeypatch) -> None:
    import watchfiles

    real = watchfiles.awatch

    allowed: list[bool] = []

    def refusing(*places: Path, **options: object) -> object:
        if not allowed:
            raise OSError(28, "no more watches")
        return real(*places, **options)

    monkeypatch.setattr(watchfiles, "awatch", refusing)
    monkeypatch.setattr(watching, "DEAF", 0.1)
    async with Listener(folder) as listener:
        await asyncio.sleep(0.05)
        assert "looked at every 2 seconds" in listener.why_polled("kpis.csv")
        allowed.append(True)
        await asyncio.sleep(0.4)
        (folder / "kpis.csv").touch()
        assert await listener.wait(5.0) == {str(folder / "kpis.csv")}
        assert listener.why_polled("kpis.csv") == ""


# What it costs


@linux
async def test_two_hundred_edits_leave_no_thread_and_no_file_behind(folder: Path) -> None:
    def held() -> tuple[int, int]:
        return threading.active_count(), len(os.listdir("/proc/self/fd"))  # noqa: PTH208

    path = folder / "status_reports.csv"
    with Session.open(folder) as session:
        session.update()
        async with contextlib.aclosing(session.watch()) as updates:
            first = None
            for number in range(200):
                waiting = asyncio.create_task(anext(updates))
                await asyncio.sleep(0.001)
                path.write_text(TABLES["status_reports.csv"].replace("Green", "Red" if number % 2 else "Amber"))
                update = await asyncio.wait_for(waiting, 50)
                assert [change.path for change in update.changes] == ["status_reports.csv"]
                first = held() if number == 20 else first
            # The pool of threads may have been smaller at first; it has an end.
            assert first is not None and held()[0] <= first[0] + 8 and held()[1] <= first[1] + 2


def test_a_difference_is_less_by_the_keys_that_it_loses(tmp_path: Path) -> None:
    with Store.open(tmp_path / "portfolio.db") as store:
        path = tmp_path / "work_items.csv"
        path.write_text("id\n")
        found = registry.found_at(path, "work_items.csv", ())
        arrival = Arrival(
            name=found.name, path=found.relative, format="table", sha256="1", drop=None,
            read_at=datetime.now(UTC), known_on=date(2025, 3, 31),
        )  # fmt: skip
        store.import_batch(
            arrival,
            Batch({"work_items": (WorkItem(id="A", project="P", title="a"), WorkItem(id="B", project="P", title="b"))}),
        )
        look = look_at(path)
        assert look is not None

        def doubted(*rows: WorkItem, gone: str) -> bool:
            read = Difference(1, "work_items", dict(enumerate(gone)), rows, ())
            just = look._replace(hold=Hold.FREE, mark=(*look.mark[:2], time.time_ns()))
            return doubts.Doubts().raised(found, just, read, store)

        assert not doubted(WorkItem(id="B", project="P", title="otherwise"), gone="B")
        assert doubted(WorkItem(id="C", project="P", title="c"), WorkItem(id="D", project="P", title="d"), gone="B")
        assert doubted(gone="A")
