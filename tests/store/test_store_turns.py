"""Writers take turns: fair, never a reason to fail, and given back by the kernel when a process dies."""

from __future__ import annotations

import fcntl
import multiprocessing
import os
import signal
import stat
import threading
from pathlib import Path
from typing import Any

import pytest
from store_forks import ended, folder_for_all, forked
from store_help import READ_AT
from store_worker import statement

from cockpit.session.watching import is_ours, wakes
from cockpit.store import Store, connection, turns

WRITERS = 6
WRITES = 1500


def lock_of(path: Path) -> Path:
    return path.with_name("portfolio.db-writer")


def compete(path: Path, number: int, start: Any, served: Any) -> None:
    """Writes as fast as it can until all together have written enough; tells how many were its own."""
    with Store.open(path) as store:
        start.wait()
        while sum(served[:]) < WRITES:
            store.add_statement(statement(f"{number} {served[number]}"), READ_AT)
            served[number] += 1


def test_no_writer_is_served_much_less_than_the_others() -> None:
    """SQLite's own busy handler serves one writer thousands of times before another once."""
    context = multiprocessing.get_context("fork")
    start, served = context.Barrier(WRITERS), context.Array("i", WRITERS, lock=False)
    with folder_for_all() as folder:
        path = folder / "portfolio.db"
        Store.open(path).close()
        workers = [context.Process(target=compete, args=(path, n, start, served)) for n in range(WRITERS)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(120)
        assert [worker.exitcode for worker in workers] == [0] * WRITERS
        with Store.open(path) as store:
            assert len(store.statements()) == sum(served[:])
    assert min(served[:]) > WRITES / WRITERS / 3, list(served[:])


def test_threads_and_stores_of_one_process_take_turns_too(tmp_path: Path) -> None:
    path, inside, most = tmp_path / "portfolio.db", [0], [0]

    def work() -> None:
        for _ in range(30):
            with turns.take(path, 30) as turn:
                assert turn.held
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                inside[0] -= 1

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert most == [1]


def test_the_turn_of_a_killed_process_is_free(tmp_path: Path) -> None:
    path = tmp_path / "portfolio.db"
    here, there = multiprocessing.get_context("fork").Pipe()

    def hold() -> None:
        with turns.take(path, 1) as turn:
            there.send(turn.held)
            signal.pause()

    child = forked(hold)
    try:
        assert here.recv() is True
        with turns.take(path, 0) as turn:
            assert not turn.held
    finally:
        os.kill(child, signal.SIGKILL)
    assert ended(child) == -signal.SIGKILL
    with turns.take(path, 30) as turn:
        assert turn.held


def test_who_sits_on_the_turn_only_delays(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "BUSY_SECONDS", 0.05)
    with lock_of(store.path).open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert store.add_statement(statement("x"), READ_AT)
    assert len(store.statements()) == 1


def test_it_is_readable_and_writable_for_the_group_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        with turns.take(tmp_path / "portfolio.db", 1):
            assert stat.S_IMODE(lock_of(tmp_path / "portfolio.db").stat().st_mode) == 0o660
    finally:
        os.umask(before)


@pytest.mark.parametrize("obstacle", ["folder", "link", "pipe"])
def test_what_is_no_plain_file_in_its_place_is_passed_over(tmp_path: Path, obstacle: str) -> None:
    path, precious = tmp_path / "portfolio.db", tmp_path / "precious"
    precious.write_bytes(b"precious")
    if obstacle == "folder":
        lock_of(path).mkdir()
    elif obstacle == "link":
        lock_of(path).symlink_to(precious)
    else:
        os.mkfifo(lock_of(path), 0o600)
    before = lock_of(path).lstat().st_mode
    with Store.open(path) as store:
        assert store.add_statement(statement("x"), READ_AT)
    assert lock_of(path).lstat().st_mode == before, "left as it was"
    assert precious.read_bytes() == b"precious"


def test_a_file_that_is_deleted_while_it_is_held_is_made_again(tmp_path: Path) -> None:
    path = tmp_path / "portfolio.db"
    with turns.take(path, 1) as first:
        lock_of(path).unlink()
        with turns.take(path, 1) as second:
            assert first.held
            assert second.held, "SQLite's own lock still lets only one write"
            with turns.take(path, 0) as third:
                assert not third.held


def test_a_turn_that_waits_on_a_deleted_file_moves_on_to_the_new_one(tmp_path: Path) -> None:
    path = tmp_path / "portfolio.db"
    with turns.take(path, 1):
        waiting = turns.Turn(lock_of(path))
        waiting.wait(0)
        assert not waiting.held
        lock_of(path).unlink()
    waiting.wait(30)
    assert waiting.held and lock_of(path).exists()
    with turns.take(path, 0) as other:
        assert not other.held, "both are on the file that is there now"
    waiting.close()


def test_taking_a_turn_wakes_no_watcher() -> None:
    assert is_ours("portfolio.db-writer")
    assert not wakes("portfolio.db-writer")
    assert wakes("portfolio.db-wal"), "a commit of another process does"
    assert wakes("portfolio.db"), "and a store that was put in its place"
