"""Several processes on one store, processes that die while they write, and disks that fill up: all of it real."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from store_forks import missing
from store_help import BASE, READ_AT, batch, day, item, read
from store_versions import make
from store_worker import ROUNDS, ROWS, statement

import cockpit
from cockpit.store import Store, StoreError

HERE = Path(__file__).parent


def start(task: str, path: Path, argument: str = "") -> subprocess.Popen[str]:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(Path(cockpit.__file__).parent.parent), str(HERE)])}
    return subprocess.Popen(
        [sys.executable, str(HERE / "store_worker.py"), task, str(path), argument],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )


def whole(store: Store) -> bool:
    raw = store._connection.raw
    return (
        bool(raw.execute("PRAGMA integrity_check").fetchone() == ("ok",))
        and not raw.execute("PRAGMA foreign_key_check").fetchall()
    )


def test_six_processes_make_the_store_and_write_it_at_once_and_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "portfolio.db"
    workers = [start("share", path, f"w{number}") for number in range(6)]
    ends = [worker.communicate(timeout=120) for worker in workers]
    assert [error for _, error in ends if error] == []
    assert [worker.returncode for worker in workers] == [0] * 6
    with Store.open(path) as store:
        assert whole(store)
        assert len(store.statements()) == 6 * ROUNDS + ROUNDS
        found = store.snapshot(BASE, None).work_items
        assert {record.id for record in found} == {f"w{n}-{row}" for n in range(6) for row in range(ROWS)}
        assert {record.effort for record in found} == {float(ROUNDS - 1)}


def test_threads_of_one_process_share_a_store(store: Store) -> None:
    failures: list[BaseException] = []

    def work(name: str) -> None:
        try:
            for number in range(10):
                read(store, day(1 + number), batch(item(name, effort=float(number))), f"s{number}", name=f"{name}.csv")
                assert len(store.snapshot(BASE, None).sources) >= 1
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    assert [record.effort for record in store.snapshot(BASE, None).work_items] == [9.0] * 4


@pytest.mark.parametrize("seed", range(5))
def test_a_process_killed_while_it_writes_leaves_the_last_good_state(tmp_path: Path, seed: int) -> None:
    path = tmp_path / "portfolio.db"
    worker = start("write_on", path)
    assert worker.stdout
    told = 0
    for line in worker.stdout:
        told = int(line)
        if told == 3 + seed:
            break
    # Somewhere within the next import, which takes some 15 ms.
    time.sleep(random.Random(seed).uniform(0, 0.03))
    worker.send_signal(signal.SIGKILL)
    rest, _ = worker.communicate(timeout=60)
    told = max([told, *map(int, rest.split())])
    with Store.open(path) as store:
        assert whole(store)
        found = store.snapshot(BASE, None)
        numbers = {record.effort for record in found.work_items}
        assert len(found.work_items) == 400
        assert len(numbers) == 1, "one reading, whole"
        assert numbers <= {float(told), float(told + 1)}, "all that was committed, and nothing half done"
        assert len(found.statements) in (told, told + 1)
        assert read(store, day(2), batch(item("after"))).opened == 1


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    point = tmp_path / "disk"
    point.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(point)], capture_output=True, text=True, check=False
    )
    if mounted.returncode:
        missing(f"a small disk can't be mounted here: {mounted.stderr.strip()}")
    yield point
    subprocess.run(["umount", str(point)], check=True)


def filled(path: Path, limit: int) -> tuple[int, str]:
    worker = start("fill", path, str(limit))
    output, error = worker.communicate(timeout=60)
    assert (worker.returncode, error) == (0, "")
    number, _, sentence = output.strip().partition(" ")
    return int(number), sentence


def assert_last_good(path: Path, failed: int, sentence: str) -> None:
    assert failed > 1, "something came in before the disk was full"
    assert str(path) in sentence
    assert "could not import 'work_items.csv'" in sentence
    assert "last good state is kept" in sentence
    with Store.open(path) as store:
        assert whole(store)
        found = store.snapshot(BASE, None).work_items
        assert len(found) == 500
        assert {record.effort for record in found} == {float(failed - 1)}


def test_a_full_disk_costs_only_the_import_that_did_not_fit(small_disk: Path) -> None:
    path = small_disk / "portfolio.db"
    failed, sentence = filled(path, 0)
    assert "the disk is full" in sentence
    assert_last_good(path, failed, sentence)


def test_a_file_that_may_not_grow_costs_only_the_import_that_did_not_fit(tmp_path: Path) -> None:
    path = tmp_path / "portfolio.db"
    failed, sentence = filled(path, 700_000)
    assert_last_good(path, failed, sentence)
    with Store.open(path) as store:
        assert read(store, day(2), batch(item("after"))).opened == 1


def test_no_space_for_a_new_store_is_a_sentence_and_spares_the_folder(small_disk: Path) -> None:
    (small_disk / "ballast").write_bytes(b"0" * (1024 * 1024 - 8192))
    path = small_disk / "portfolio.db"
    with pytest.raises(StoreError, match=r"disk is full|may be full"):
        Store.open(path)
    (small_disk / "ballast").unlink()
    with Store.open(path) as store:
        assert store.observation_dates() == ()


def signed_until_full(path: Path, limit: int) -> None:
    """Signs until nothing fits any more: every statement that was acknowledged is there, and nothing else."""
    output, error = start("append", path, str(limit)).communicate(timeout=60)
    *told, sentence = output.splitlines()
    assert error == ""
    assert len(told) > 10
    assert f"{path}: could not keep a statement: the disk" in sentence
    assert "last good state is kept" in sentence
    with Store.open(path) as store:
        assert whole(store)
        assert store.check() == ()
        assert sorted(found.payload.split()[0].decode() for found in store.statements()) == sorted(told)


def test_a_disk_that_fills_while_statements_come_in_costs_only_the_one_that_did_not_fit(small_disk: Path) -> None:
    ballast = small_disk / "ballast"
    ballast.write_bytes(b"0" * (300 * 1024))
    path = small_disk / "portfolio.db"
    signed_until_full(path, 0)
    ballast.unlink()
    with Store.open(path) as store:
        assert store.add_statement(statement("after"), READ_AT)


def test_a_file_that_may_not_grow_costs_only_the_statement_that_did_not_fit(tmp_path: Path) -> None:
    signed_until_full(tmp_path / "portfolio.db", 500_000)


def test_no_space_for_the_copy_of_an_older_store_stops_its_update(small_disk: Path) -> None:
    path, ballast = make(small_disk / "portfolio.db", 1), small_disk / "ballast"
    content, free = path.read_bytes(), os.statvfs(small_disk).f_bavail * os.statvfs(small_disk).f_frsize
    ballast.write_bytes(b"0" * (free - len(content) // 2))
    with pytest.raises(StoreError, match=r"portfolio\.db\.v1\.bak\) could not be written.*Free some space"):
        Store.open(path)
    assert path.read_bytes() == content
    assert [found.name for found in small_disk.glob("*bak*")] == []
    ballast.unlink()
    with Store.open(path) as store:
        assert "from version 1" in store.notice
        assert len(store.statements()) == 1
