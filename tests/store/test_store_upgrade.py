"""Stores of earlier versions are brought up to date, whole or not at all, and a copy of them is kept."""

from __future__ import annotations

import multiprocessing
import os
import signal
import stat
from pathlib import Path
from typing import Any

import pytest
from store_forks import ended, forked
from store_help import BASE, day
from store_versions import GAINED, NEW, OLD, keep, make

from cockpit.records.model import TABLES, Record
from cockpit.records.snapshot import Snapshot
from cockpit.store import Store, StoreError, opening, schema, shape
from cockpit.store.errors import sqlite3

EARLIER = [(version, False) for version in range(1, schema.VERSION)] + [(2, True)]


def rows_of(found: Snapshot) -> dict[str, Record]:
    return {table: record for table in OLD for record in getattr(found, table)}


def columns_of(store: Store) -> dict[str, set[str]]:
    return {table: set(store._connection.database.table(table).columns_dict) for table in TABLES}


@pytest.fixture(scope="module", params=EARLIER, ids=lambda found: f"v{found[0]}{'-whole' * found[1]}")
def made(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> bytes:
    """A store as each earlier version left it."""
    version, whole = request.param
    return make(tmp_path_factory.mktemp("made") / "portfolio.db", version, whole=whole).read_bytes()


@pytest.fixture
def old(tmp_path: Path, made: bytes) -> Path:
    path = tmp_path / "portfolio.db"
    path.write_bytes(made)
    return path


def version_in(path: Path) -> int:
    with Store.inspect(path) as found:
        return found.version


def test_it_is_brought_up_to_date_with_all_its_rows(old: Path, tmp_path: Path) -> None:
    before = version_in(old)
    with Store.open(old) as store, Store.open(tmp_path / "new.db") as new:
        assert (before, store.version) == (before, schema.VERSION)
        assert columns_of(store) == columns_of(new)
        assert rows_of(store.snapshot(BASE, None)) == OLD
        assert [found.payload for found in store.statements()] == [b"signed then"]
        assert store.log_breaches(["raised then"], store.statements()[0].signed_at) == ((), ())
        assert store.requests() == ()
        assert store.check() == ()


def test_the_same_rows_read_again_are_the_same_rows(old: Path) -> None:
    with Store.open(old) as store:
        done = keep(store, day(6), "old", OLD)
    assert (done.opened, done.closed, done.unchanged) == (0, 0, len(OLD))


def test_it_takes_what_it_had_no_columns_for_and_keeps_the_day_before(old: Path) -> None:
    with Store.open(old) as store:
        done = keep(store, day(6), "new", GAINED)
    assert (done.opened, done.closed) == (len(NEW), len(NEW))
    with Store.open(old) as again:
        assert rows_of(again.snapshot(BASE, None)) == GAINED
        assert rows_of(again.snapshot(BASE, day(5))) == OLD


def test_who_may_only_read_it_is_told_to_let_a_writer_open_it(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cockpit.store.place.may_write", lambda _: False)
    with pytest.raises(StoreError, match=r"brought up to date first.*Let somebody who may write the folder open it"):
        Store.open(old)
    monkeypatch.undo()
    with Store.open(old) as store:
        assert rows_of(store.snapshot(BASE, None)) == OLD


def test_a_copy_is_kept_as_it_was_and_can_take_its_place_again(old: Path) -> None:
    before = version_in(old)
    umask = os.umask(0o077)
    try:
        with Store.open(old) as store:
            keep(store, day(6), "new", GAINED)
            said = store.notice
    finally:
        os.umask(umask)
    copy = old.with_name(f"portfolio.db.v{before}.bak")
    assert f"from version {before} to version {schema.VERSION}" in said
    assert copy.name in said
    assert stat.S_IMODE(copy.stat().st_mode) == 0o660
    assert version_in(copy) == before
    with Store.open(old) as store:
        assert store.notice == "", "it is said once"
    copy.rename(old)
    with Store.open(old) as store:
        assert rows_of(store.snapshot(BASE, None)) == OLD
    assert copy.exists(), "it was brought up to date again, and copied before"


def test_a_schema_of_ours_is_known_by_its_digest_in_every_version() -> None:
    made = (shape.digest_of(shape.expected(schema.MIGRATIONS[:n])) for n in range(1, schema.VERSION + 1))
    assert tuple(made) == schema.DIGESTS


def test_a_schema_that_is_made_in_other_words_is_compared_and_not_refused(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a later sqlite-utils may make it: what counts is what it makes here."""
    monkeypatch.setattr(schema, "DIGESTS", ("",) * schema.VERSION)
    with Store.open(old) as store:
        assert store.sources()
    with Store.open(old) as store:
        assert store.sources()


def test_a_new_store_needs_no_copy(tmp_path: Path) -> None:
    with Store.open(tmp_path / "portfolio.db") as store:
        assert store.notice == ""
    assert not list(tmp_path.glob("*.bak"))


def test_without_a_copy_nothing_is_changed(old: Path) -> None:
    before, content = version_in(old), old.read_bytes()
    blocked = old.with_name(f"portfolio.db.v{before}.bak")
    (blocked / "in the way").mkdir(parents=True)
    with pytest.raises(StoreError, match=rf"{blocked.name}\) could not be written.*Nothing was changed"):
        Store.open(old)
    assert old.read_bytes() == content
    assert version_in(old) == before
    assert not list(old.parent.glob(".*.tmp"))


def test_the_copy_holds_what_only_the_log_has(tmp_path: Path) -> None:
    """The last commits before the update are in the -wal file; copying the file alone would lose them."""
    path = make(tmp_path / "portfolio.db", 1)
    other = sqlite3.connect(str(path), isolation_level=None)
    other.execute("INSERT INTO breaches (key, raised_at) VALUES ('late', '2025-01-01')")
    Store.open(path).close()
    other.close()
    copy = sqlite3.connect(str(tmp_path / "portfolio.db.v1.bak"))
    assert copy.execute("SELECT key FROM breaches ORDER BY id").fetchall() == [("raised then",), ("late",)]
    copy.close()


def open_and_die(path: Path, last: int) -> None:
    """Opens the store, and is killed just before its statement number `last`, whoever makes it."""
    real, seen = opening.connect, [0]

    def count(_: str) -> None:
        seen[0] += 1
        if seen[0] == last:
            os.kill(os.getpid(), signal.SIGKILL)

    def connect(*given: Any) -> Any:
        raw = real(*given)
        raw.set_trace_callback(count)
        return raw

    opening.connect = connect
    Store.open(path).close()


def test_killed_at_every_single_step_it_is_old_or_new_and_opens_again(tmp_path: Path) -> None:
    path = make(tmp_path / "portfolio.db", 1)
    content, ends, versions, step = path.read_bytes(), set(), [], 0
    while 0 not in ends:
        step += 1
        for left in tmp_path.glob("portfolio.db*"):
            left.unlink()
        path.write_bytes(content)
        ends.add(ended(forked(lambda: open_and_die(path, step))))  # noqa: B023 - done before the next step
        versions.append(version_in(path))
        with Store.open(path) as store:
            assert rows_of(store.snapshot(BASE, None)) == OLD
            assert len(store.statements()) == 1
            assert store._connection.raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            assert store.check() == ()
        assert not list(tmp_path.glob(".*.tmp")), "what a killed one left of its copy is gone"
        assert version_in(tmp_path / "portfolio.db.v1.bak") == 1
    assert ends == {-signal.SIGKILL, 0}
    assert len(versions) > 30
    assert set(versions) == {1, schema.VERSION}
    assert versions == sorted(versions), "up to one step it is the old one, from then on the new one"


def test_several_that_open_it_at_once_bring_it_up_to_date_once(tmp_path: Path) -> None:
    path = make(tmp_path / "portfolio.db", 1)
    context = multiprocessing.get_context("fork")
    start, said = context.Event(), context.Queue()

    def work() -> None:
        start.wait()
        with Store.open(path) as store:
            said.put((store.notice, store.version))

    workers = [context.Process(target=work) for _ in range(6)]
    for worker in workers:
        worker.start()
    start.set()
    found = [said.get(timeout=60) for _ in workers]
    for worker in workers:
        worker.join(60)
    assert {version for _, version in found} == {schema.VERSION}
    assert sum(bool(notice) for notice, _ in found) == 1
