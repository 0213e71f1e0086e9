"""The store's file is moved, replaced or deleted while it is open: nothing is kept in a file that nobody will find."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import random
import re
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from store_forks import ended, folder_for_all, forked
from store_help import READ_AT, batch, day, item, read
from store_worker import statement

from cockpit.session.live import Session
from cockpit.store import Store, StoreError, connection, opening, place, schema, turns, wal
from cockpit.store.errors import IO, sqlite3

REPLACED = "was moved, replaced or deleted while it was open, so nothing was kept"


def another(folder: Path, name: str) -> Path:
    """A store of its own, at rest, with one statement."""
    made = folder / f"made for {name}"
    made.mkdir()
    with Store.open(made / "portfolio.db") as store:
        store.add_statement(statement(name), READ_AT)
    return made / "portfolio.db"


def said(path: Path) -> list[bytes]:
    """The statements in a file and its log, asked of SQLite alone."""
    raw = sqlite3.connect(str(path), isolation_level=None)
    try:
        assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        if raw.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,):
            return []  # taken away while it was being made
        return [payload for (payload,) in raw.execute("SELECT payload FROM statements ORDER BY rowid")]
    finally:
        raw.close()


def swap(path: Path, new: Path | None) -> None:
    path.rename(path.with_name("old.db"))
    if new is not None:
        new.rename(path)


@pytest.mark.parametrize("new", ["another", None])
def test_a_writer_keeps_nothing_in_a_file_that_was_taken_away(store: Store, tmp_path: Path, new: str | None) -> None:
    path = store.path
    store.add_statement(statement("before"), READ_AT)
    swap(path, another(tmp_path, "other") if new else None)
    with pytest.raises(StoreError, match=f"could not keep a statement: the file {REPLACED}"):
        store.add_statement(statement("after"), READ_AT)
    with pytest.raises(StoreError, match=REPLACED):
        read(store, day(1), batch(item("a")))
    store.close()
    assert said(tmp_path / "old.db") == [b"before"], "with what was in its log only"
    with Store.open(path) as again:
        assert [found.payload for found in again.statements()] == ([b"other"] if new else [])
        assert again.add_statement(statement("after"), READ_AT)
        assert again.check() == ()


def test_a_file_that_is_swapped_within_the_transaction_takes_nothing(store: Store, tmp_path: Path) -> None:
    new = another(tmp_path, "other")
    with pytest.raises(StoreError, match=REPLACED), store._connection.write("log the breaches") as raw:
        raw.execute("INSERT INTO breaches (key, raised_at) VALUES ('k', '2025-01-01')")
        swap(store.path, new)
    assert store.snapshot is not None
    store.close()
    raw = sqlite3.connect(str(tmp_path / "old.db"))
    assert raw.execute("SELECT count(*) FROM breaches").fetchone() == (0,)
    raw.close()


def test_a_file_that_is_swapped_just_before_the_commit_is_not_acknowledged(store: Store, tmp_path: Path) -> None:
    """Then the commit is in the old file, and whoever asked for it is told that it is not kept."""
    new, raw = another(tmp_path, "other"), store._connection.raw
    raw.set_trace_callback(lambda sql: swap(store.path, new) if sql == "COMMIT" else None)
    with pytest.raises(StoreError, match=REPLACED):
        store.add_statement(statement("late"), READ_AT)
    raw.set_trace_callback(None)
    store.close()
    with Store.open(store.path) as again:
        assert [found.payload for found in again.statements()] == [b"other"]


def test_the_log_that_the_old_one_left_is_not_read_into_the_new_one(store: Store, tmp_path: Path) -> None:
    store.add_statement(statement("mine"), READ_AT)
    new = another(tmp_path, "other")
    content = new.read_bytes()
    swap(store.path, new)
    assert store.path.with_name("portfolio.db-wal").exists()
    for enter in (Store.open, Store.inspect):
        with pytest.raises(StoreError, match=r"replaced while another Cockpit had the one before it open.*try again"):
            enter(store.path)
    assert store.path.read_bytes() == content
    assert [found.payload for found in store.statements()] == [b"mine"], "who had it open reads on"
    store.close()
    with Store.open(store.path) as again:
        assert [found.payload for found in again.statements()] == [b"other"]


def test_a_log_of_a_killed_process_and_a_file_put_in_place_do_not_meet(tmp_path: Path) -> None:
    path = tmp_path / "portfolio.db"

    def die() -> None:
        store = Store.open(path)
        store.add_statement(statement("mine"), READ_AT)
        os._exit(0)

    assert ended(forked(die)) == 0
    swap(path, another(tmp_path, "other"))
    with pytest.raises(StoreError, match=r"move portfolio\.db-wal and portfolio\.db-shm away"):
        Store.open(path)
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink()
    with Store.open(path) as store:
        assert [found.payload for found in store.statements()] == [b"other"]


def test_a_log_in_which_nothing_is_hinders_nobody(tmp_path: Path) -> None:
    path = tmp_path / "portfolio.db"

    def die() -> None:
        store = Store.open(path)
        store.add_statement(statement("mine"), READ_AT)
        assert wal.empty(store._connection.raw, 0)
        os._exit(0)

    assert ended(forked(die)) == 0
    swap(path, another(tmp_path, "other"))
    assert path.with_name("portfolio.db-wal").exists()
    with Store.open(path) as store:
        assert [found.payload for found in store.statements()] == [b"other"]
    assert said(tmp_path / "old.db") == [b"mine"]


@pytest.mark.parametrize("new", ["another", None])
def test_a_file_that_goes_while_it_is_closed_has_all_that_was_kept(store: Store, tmp_path: Path, new: str) -> None:
    made = another(tmp_path, "other") if new else None
    store.add_statement(statement("mine"), READ_AT)
    store._connection.raw.set_trace_callback(lambda sql: swap(store.path, made) if "checkpoint" in sql else None)
    store.close()
    assert [found.name for found in tmp_path.glob("*.db-???")] == [], "no log lies in the way of the next one"
    assert said(tmp_path / "old.db") == [b"mine"]
    with Store.open(store.path) as again:
        assert [found.payload for found in again.statements()] == ([b"other"] if new else [])


def test_a_file_that_goes_before_its_log_is_made_gets_none_beside_another(tmp_path: Path) -> None:
    path, new = tmp_path / "portfolio.db", another(tmp_path, "other")
    opened = connection.Connection.open(path, schema.guard)
    swap(path, new)
    with pytest.raises(StoreError, match="deleted while it was being opened"):
        schema.prepare(opened)
    assert list(tmp_path.glob("*.db-???")) == []
    opened.close()
    with Store.open(path) as store:
        assert [found.payload for found in store.statements()] == [b"other"]


def test_a_file_that_comes_while_it_is_opened_is_not_noted_with_the_log_of_the_one_before(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new, real = another(tmp_path, "other"), opening.connect
    store.add_statement(statement("mine"), READ_AT)

    def connect(*arguments: Any) -> sqlite3.Connection:
        raw = real(*arguments)
        if arguments[1] == "mode=rw":
            swap(store.path, new)
        return raw

    with monkeypatch.context() as swapped:
        swapped.setattr(opening, "connect", connect)
        with pytest.raises(StoreError, match="deleted while it was being opened"):
            Store.open(store.path)
    with pytest.raises(StoreError, match="still belongs to that one"):
        Store.open(store.path)
    store.close()
    assert said(tmp_path / "old.db") == [b"mine"]
    with Store.open(store.path) as again:
        assert [found.payload for found in again.statements()] == [b"other"]


def test_a_file_that_goes_while_it_is_opened_is_said_to_be_gone(tmp_path: Path, monkeypatch) -> None:
    real = place.ensure_file

    def gone(path: Path) -> None:
        real(path)
        path.unlink()

    monkeypatch.setattr(place, "ensure_file", gone)
    with pytest.raises(StoreError, match="deleted while it was being opened"):
        Store.open(tmp_path / "portfolio.db")


def test_a_folder_that_was_copied_with_its_log_opens(tmp_path: Path) -> None:
    """The log of a copy is a copy too: it belongs to the file beside it."""
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()

    def die() -> None:
        store = Store.open(first / "portfolio.db")
        store.add_statement(statement("mine"), READ_AT)
        os._exit(0)

    assert ended(forked(die)) == 0
    for found in first.iterdir():
        (second / found.name).write_bytes(found.read_bytes())
    with Store.open(second / "portfolio.db") as store:
        assert [found.payload for found in store.statements()] == [b"mine"]


def test_a_store_that_is_closed_counts_as_replaced_whatever_file_lies_there(store: Store) -> None:
    assert not store.replaced()
    store.close()
    assert store.replaced(), "the next file may get the very number of the one that was closed"


def test_a_reader_that_could_not_open_a_changed_file_tries_again(tmp_path: Path, monkeypatch) -> None:
    with Store.open(tmp_path / "portfolio.db") as store:
        store.add_statement(statement("first"), READ_AT)
    with Store.inspect(tmp_path / "portfolio.db") as reader:
        assert len(reader.statements()) == 1
        with Store.open(tmp_path / "portfolio.db") as store:
            store.add_statement(statement("second"), READ_AT)
        with monkeypatch.context() as refused:
            refused.setattr("cockpit.store.opening.connect", _refuse)
            with pytest.raises(StoreError, match="no permission just now"):
                reader.statements()
        assert len(reader.statements()) == 2
        (tmp_path / "portfolio.db").rename(tmp_path / "away.db")
        with pytest.raises(StoreError, match=REPLACED):
            reader.statements()
        (tmp_path / "away.db").rename(tmp_path / "portfolio.db")
        assert len(reader.statements()) == 2, "the very file that was seen before is opened anew too"


def _refuse(*_: object) -> None:
    raise sqlite3.OperationalError("no permission just now")


def test_after_an_orderly_end_nothing_is_held_against_a_log_that_comes_later(tmp_path: Path) -> None:
    """Inode numbers are used again: what is noted of a log ends with the log."""
    path = tmp_path / "portfolio.db"
    with Store.open(path) as store, Store.open(path) as other:
        assert turns.noted(path).split()[1:] == list(wal.Together.at(path).logs)
        other.close()
        assert turns.noted(path).split()[1:] == list(wal.Together.at(path).logs), "the first one still uses it"
        store.close()
    assert turns.noted(path).split()[1:] == ["-", "-"]


def test_sessions_that_run_let_go_of_a_store_that_was_taken_away_and_go_on(tmp_path: Path) -> None:
    (tmp_path / "portfolio.toml").write_text('[portfolio]\nid = "p"\ntitle = "P"\n', encoding="utf-8")
    table, path = tmp_path / "projects.csv", tmp_path / "portfolio.db"
    table.write_text("id,title\na,A\n", encoding="utf-8")
    with Session.open(tmp_path) as one, Session.open(tmp_path) as other:
        one.update()
        other.update()
        path.rename(tmp_path / "old.db")
        table.write_text("id,title\na,A\nb,B\n", encoding="utf-8")
        assert [len(session.update().assessment.projects) for session in (one, other)] == [2, 2]
        assert one.store.check() == other.store.check() == ()
    with Store.open(path) as store:
        assert len(store.observation_dates()) == 1
    with Store.open(tmp_path / "old.db") as store:
        assert store.check() == ()
        assert store.sources()[0].rows == 1


@pytest.mark.parametrize(("failures", "refused"), [(1, False), (connection.TRIES, True)])
def test_a_log_that_goes_while_the_store_is_opened_is_no_failing_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failures: int, refused: bool
) -> None:
    """Who closes last and waits for its turn for too long deletes the log all the same."""
    path, real, left = tmp_path / "portfolio.db", opening.connect, [None] * failures
    Store.open(path).close()

    def connect(*arguments: Any) -> sqlite3.Connection:
        if left:
            left.pop()
            error = sqlite3.OperationalError("disk I/O error")
            error.sqlite_errorcode = IO
            raise error
        return real(*arguments)

    monkeypatch.setattr(opening, "connect", connect)
    if refused:
        with pytest.raises(StoreError, match="the disk did not take or give the data"):
            Store.open(path)
    else:
        Store.open(path).close()
    assert not left


def append(path: Path, name: str, until: Any, told: Any) -> None:
    """Signs on and on, opening the store again whenever it was replaced; tells each id that was kept."""
    store: Store | None = None
    number = 0
    while not until.is_set():
        number += 1
        try:
            store = store or Store.open(path)
            store.add_statement(statement(f"{name} {number}"), READ_AT)
            os.write(told, f"{name} {number}\n".encode())
        except StoreError as error:
            assert re.search(r"was moved, replaced or deleted while|was replaced while", str(error)), error
            if store is not None:
                store.close()
            store = None
    if store is not None:
        store.close()


@pytest.mark.slow
def test_processes_that_write_while_the_file_is_swapped_lose_nothing_that_they_were_told_is_kept() -> None:
    dice, until = random.Random(4), multiprocessing.get_context("fork").Event()
    reading, writing = os.pipe()
    with folder_for_all() as folder, os.fdopen(reading, "rb") as told:
        path = folder / "portfolio.db"
        Store.open(path).close()
        children = [forked(lambda n=n: append(path, f"w{n}", until, writing)) for n in range(4)]  # type: ignore[misc]
        os.close(writing)
        kept: set[bytes] = set()
        listening = threading.Thread(target=lambda: kept.update(line.strip() for line in told))
        listening.start()
        try:
            number = 0
            while listening.is_alive() and (number < 12 or len(kept) <= 50):
                # Every third is swapped while it is being made, the others after some were kept, however long it takes.
                wanted = len(kept) + (dice.randrange(1, 9) if number % 3 else 0)
                while listening.is_alive() and len(kept) < wanted:
                    time.sleep(0.001)
                time.sleep(dice.uniform(0, 0.1))
                with contextlib.suppress(FileNotFoundError):
                    path.rename(folder / f"old-{number}.db")
                    number += 1
        finally:
            until.set()
            listening.join()
            ends = [ended(child) for child in children]
        assert ends == [0] * 4
        assert sum(len(said(found)) for found in folder.glob("*.db")) >= len(kept) > 50
        found = {payload for file in folder.glob("*.db") for payload in said(file)}
        assert kept <= found
