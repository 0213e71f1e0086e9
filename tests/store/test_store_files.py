from __future__ import annotations

import contextlib
import multiprocessing
import os
import shutil
import stat
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlite_utils.utils
from store_help import BASE, READ_AT, batch, day, item, read
from store_worker import statement

from cockpit.store import Store, StoreError, connection, opening, place, schema
from cockpit.store.errors import sqlite3

NOBODY = 65534


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that other users can reach, unlike pytest's own."""
    made = Path(tempfile.mkdtemp(prefix="cockpit-store-"))
    made.chmod(0o755)
    yield made
    made.chmod(0o755)
    shutil.rmtree(made)


def _run(work: Callable[..., Any], path: Path, pipe: Any) -> None:
    if os.getuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    try:
        pipe.send(("", work(path)))
    except StoreError as error:
        pipe.send((str(error), None))


def as_nobody(work: Callable[[Path], Any], path: Path) -> tuple[str, Any]:
    """The StoreError and the result of `work` in another process, without root's rights. Forked: nobody may not be
    able to start this Python."""
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe()
    process = context.Process(target=_run, args=(work, path, there))
    process.start()
    there.close()
    try:
        found: tuple[str, Any] = here.recv()
    finally:
        process.join(30)
    return found


def fill(path: Path) -> None:
    with Store.open(path) as store:
        read(store, day(1), batch(item("a"), item("b")))


def test_the_file_is_group_writable_whatever_the_umask(tmp_path: Path) -> None:
    path = tmp_path / "portfolio.db"
    before = os.umask(0o077)
    try:
        with Store.open(path) as store:
            read(store, day(1), batch(item("a")))
            modes = {stat.S_IMODE(found.stat().st_mode) for found in tmp_path.iterdir()}
            assert {found.name for found in tmp_path.iterdir()} == {
                "portfolio.db",
                "portfolio.db-wal",
                "portfolio.db-shm",
                "portfolio.db-writer",
            }
    finally:
        os.umask(before)
    assert modes == {0o660}


def test_the_pragmas_of_the_connection(store: Store) -> None:
    raw = store._connection.raw
    asked = ("journal_mode", "synchronous", "foreign_keys", "application_id", "user_version", "busy_timeout")
    assert [raw.execute(f"PRAGMA {name}").fetchone()[0] for name in asked] == [
        "wal",
        2,
        1,
        schema.APPLICATION_ID,
        schema.VERSION,
        30_000,
    ]


def test_one_driver_for_the_whole_package(store: Store) -> None:
    assert type(store._connection.raw).__module__.partition(".")[0] == sqlite3.__name__.partition(".")[0]
    assert store._connection.database.conn is store._connection.raw
    assert sqlite3 is sqlite_utils.utils.sqlite3
    if (os.uname().sysname, os.uname().machine) == ("Linux", "x86_64"):
        assert sqlite3.__name__ == "pysqlite3"


def test_writers_begin_immediately(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "BUSY_SECONDS", 0.1)
    with Store.open(tmp_path / "portfolio.db") as other, store._connection.write("wait"):
        with pytest.raises(StoreError, match="could not keep a statement: another process has been writing"):
            other.add_statement(statement("x"), READ_AT)
        assert other.snapshot(BASE, None) == BASE, "readers never wait"


def test_an_error_inside_a_write_rolls_all_of_it_back(store: Store) -> None:
    with pytest.raises(KeyboardInterrupt), store._connection.write("log the breaches") as raw:
        raw.execute("INSERT INTO breaches (key, raised_at) VALUES ('k', '2025-01-01')")
        raise KeyboardInterrupt
    assert store.snapshot(BASE, None).first_seen == {}
    assert store.log_breaches(["k"], READ_AT) == (("k",), ())


def test_what_sqlite_refuses_is_rolled_back_and_the_store_goes_on(store: Store) -> None:
    with (
        pytest.raises(StoreError, match="could not log the breaches"),
        store._connection.write("log the breaches") as raw,
    ):
        raw.execute("INSERT INTO breaches (key, raised_at) VALUES ('k', '2025-01-01')")
        raw.execute("INSERT INTO breaches (raised_at) VALUES ('2025-01-01')")
    assert store.log_breaches(["k"], READ_AT) == (("k",), ())


def test_a_store_that_another_process_is_just_making_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "portfolio.db"
    path.touch()
    maker = sqlite3.connect(str(path), isolation_level=None, check_same_thread=False)
    maker.execute("BEGIN IMMEDIATE")
    timer = threading.Timer(0.3, maker.close)
    timer.start()
    with Store.open(path) as store:
        assert store.observation_dates() == ()
    timer.join()


def test_a_store_that_is_made_while_it_is_looked_at_is_not_another_programs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, real = tmp_path / "portfolio.db", opening.connect
    maker = connection.Connection.open(path, schema.guard)
    maker.use_wal()
    with contextlib.ExitStack() as making:
        raw = making.enter_context(maker.write("set up the store"))
        for migration in schema.MIGRATIONS:
            migration(maker.database)
        raw.execute(f"PRAGMA application_id={schema.APPLICATION_ID}")
        raw.execute(f"PRAGMA user_version={schema.VERSION}")

        def connect(*arguments: Any) -> sqlite3.Connection:
            looked = real(*arguments)
            # Between two questions to the file all of it is committed.
            looked.set_trace_callback(lambda sql: making.close() if "user_version" in sql else None)
            return looked

        monkeypatch.setattr(opening, "connect", connect)
        with Store.open(path) as store:
            assert not maker.raw.in_transaction
            assert store.check() == ()
    maker.close()


def test_advice_where_sqlite_is_too_old(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version", "3.40.1")
    assert "SQLite 3.40.1 can damage a store" in store.advice
    assert "pysqlite3" in store.advice
    monkeypatch.setattr(sqlite3, "sqlite_version", "3.51.3")
    assert store.advice == ""


def test_advice_for_a_shared_folder_with_the_sticky_bit(store: Store, tmp_path: Path) -> None:
    tmp_path.chmod(0o3770)
    assert "sticky bit" in store.advice
    assert f"chmod -t {tmp_path}" in store.advice
    tmp_path.chmod(0o1700)
    assert "sticky bit" not in store.advice, "nobody else writes here"


@pytest.mark.parametrize("content", [b"not a database at all, but long enough to look like one " * 40, b"x"])
def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "portfolio.db"
    path.write_bytes(content)
    with pytest.raises(StoreError, match=r"portfolio\.db: could not .* it is not a SQLite database"):
        Store.open(path)
    assert path.read_bytes() == content


def test_a_database_of_another_program_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "portfolio.db"
    other = sqlite3.connect(str(path))
    other.execute("CREATE TABLE songs (title)")
    other.close()
    content = path.read_bytes()
    with pytest.raises(StoreError, match="a SQLite database of another program"):
        Store.open(path)
    assert path.read_bytes() == content


def test_a_newer_store_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "portfolio.db"
    with Store.open(path) as store:
        store._connection.raw.execute(f"PRAGMA user_version={schema.VERSION + 1}")
    said = rf"newer Cockpit wrote this store \(version {schema.VERSION + 1}, .*up to {schema.VERSION}\)"
    with pytest.raises(StoreError, match=said):
        Store.open(path)


def test_a_failed_migration_leaves_the_store_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "portfolio.db"
    fill(path)

    def spoil(db: Any) -> None:
        db.execute("DROP TABLE breaches")
        db.execute("DROP TABLE nothing_of_the_kind")

    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, spoil))
    monkeypatch.setattr(schema, "VERSION", schema.VERSION + 1)
    monkeypatch.setattr(schema, "DIGESTS", (*schema.DIGESTS, ""))
    with pytest.raises(StoreError, match="could not set up the store"):
        Store.open(path)
    monkeypatch.undo()
    with Store.open(path) as store:
        assert len(store.snapshot(BASE, None).work_items) == 2
        assert store.log_breaches(["k"], READ_AT)[0] == ("k",)


def test_an_older_store_is_brought_up_to_date(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "portfolio.db"
    fill(path)
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, lambda db: db.table("notes").create({"text": str})))
    monkeypatch.setattr(schema, "VERSION", schema.VERSION + 1)
    monkeypatch.setattr(schema, "DIGESTS", (*schema.DIGESTS, ""))
    with Store.open(path) as store:
        assert store._connection.database.table("notes").exists()
        assert store._connection.raw.execute("PRAGMA user_version").fetchone() == (schema.VERSION,)
        assert len(store.snapshot(BASE, None).work_items) == 2


def test_a_damaged_store_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "portfolio.db"
    with Store.open(path) as store:
        read(store, day(1), batch(*(item(f"W-{n}") for n in range(500))))
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xa5" * (len(data) - 4096)
    path.write_bytes(data)
    with pytest.raises(StoreError, match="content is damaged"), Store.open(path) as store:
        store.snapshot(BASE, None)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda folder: folder / "none" / "portfolio.db", "does not exist"),
        (lambda folder: folder, "this is a folder"),
    ],
)
def test_a_wrong_place_is_a_sentence(tmp_path: Path, make: Callable[[Path], Path], sentence: str) -> None:
    with pytest.raises(StoreError, match=sentence):
        Store.open(make(tmp_path))


def test_a_link_that_leads_to_itself_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "portfolio.db"
    path.symlink_to("portfolio.db")
    with pytest.raises(StoreError, match="leads nowhere but to itself"):
        Store.open(path)


def test_a_closed_store_is_a_sentence(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "portfolio.db")
    store.close()
    store.close()
    with pytest.raises(StoreError, match="closed"):
        store.snapshot(BASE, None)
    with pytest.raises(StoreError, match="closed"):
        store.log_breaches([], READ_AT)


def test_a_file_replaced_under_the_store_is_noticed(store: Store, tmp_path: Path) -> None:
    assert not store.replaced()
    version = store.data_version()
    (tmp_path / "portfolio.db").rename(tmp_path / "old.db")
    assert store.replaced()
    assert store.data_version() != version, "whoever watches looks again"
    (tmp_path / "portfolio.db").touch()
    assert store.replaced()


def test_names_that_are_no_unicode_are_refused_with_a_sentence(store: Store) -> None:
    with pytest.raises(StoreError, match="no valid Unicode"):
        read(store, day(1), batch(item("a")), name="caf\udce9.csv")
    assert store.sources() == ()


MOUNTS = """\
/dev/vda / ext4 rw 0 0
server:/home /home nfs4 rw 0 0
/dev/vdb /home/local\\040disk xfs rw 0 0
//nas/team /home/local\\040disk/team cifs rw 0 0
tmpfs /home/local\\040disk/team tmpfs rw 0 0
broken
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/srv/portfolio", "ext4"),
        ("/homes", "ext4"),
        ("/home/anna", "nfs4"),
        ("/home/local disk/x", "xfs"),
        ("/home/local disk/team/x", "tmpfs"),
    ],
)
def test_the_file_system_of_a_folder(path: str, kind: str) -> None:
    assert place.file_system(Path(path), MOUNTS) == kind


@pytest.mark.parametrize("kind", ["nfs", "nfs4", "cifs", "smb3", "fuse.sshfs"])
def test_a_network_file_system_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/vda / ext4 rw 0 0\nserver:/x {tmp_path} {kind} rw 0 0\n")
    monkeypatch.setattr(place, "MOUNTS", mounts)
    with pytest.raises(StoreError, match=rf"network file system \({kind}\).*Keep the portfolio on a local disk"):
        Store.open(tmp_path / "portfolio.db")
    assert not (tmp_path / "portfolio.db").exists()


def read_all(path: Path) -> Any:
    with Store.open(path) as store:
        return store.read_only, [record.id for record in store.snapshot(BASE, None).work_items]


def try_to_write(path: Path) -> None:
    with Store.open(path) as store:
        read(store, day(3), batch(item("c")))


def test_a_user_who_may_not_write_reads_a_store_at_rest_and_leaves_no_files(folder: Path) -> None:
    path = folder / "portfolio.db"
    fill(path)
    path.chmod(0o444)
    folder.chmod(0o555 if os.getuid() else 0o777)
    assert as_nobody(read_all, path) == ("", (True, ["a", "b"]))
    error, _ = as_nobody(try_to_write, path)
    assert "could not import 'work_items.csv': this user may only read it" in error
    assert sorted(found.name for found in folder.iterdir()) == ["portfolio.db", "portfolio.db-writer"]


@pytest.mark.skipif(os.getuid() != 0, reason="needs two users")
def test_a_reader_follows_what_a_writer_does(folder: Path) -> None:
    path = folder / "portfolio.db"
    fill(path)
    path.chmod(0o664)

    def follow(path: Path) -> list[Any]:
        with Store.open(path) as store:
            found: list[Any] = []
            for step in ("rest", "written", "closed"):
                while not (folder / step).exists():
                    time.sleep(0.01)
                found.append((len(store.snapshot(BASE, None).work_items), store.data_version()))
                (answers / step).touch()
            return found

    answers = folder / "answers"
    answers.mkdir()
    answers.chmod(0o777)
    result: list[Any] = []
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe()
    process = context.Process(target=_run, args=(follow, path, there), daemon=True)
    process.start()

    def step(name: str) -> None:
        (folder / name).touch()
        deadline = time.monotonic() + 60
        while not (answers / name).exists():
            assert process.is_alive(), here.recv()
            assert time.monotonic() < deadline
            time.sleep(0.01)

    step("rest")
    with Store.open(path) as store:
        read(store, day(2), batch(item("a"), item("b"), item("c")))
        step("written")
        read(store, day(3), batch(item("a")))
    step("closed")
    error, result = here.recv()
    process.join(30)
    assert error == ""
    assert [count for count, _ in result] == [2, 3, 1]
    assert len({version for _, version in result}) == 3


def test_no_permission_to_make_a_store_is_a_sentence(folder: Path) -> None:
    folder.chmod(0o555)
    error, _ = as_nobody(read_all, folder / "portfolio.db")
    assert "the store can't be made here: Permission denied" in error


def test_no_permission_to_read_a_store_is_a_sentence(folder: Path) -> None:
    fill(folder / "portfolio.db")
    (folder / "portfolio.db").chmod(0o000)
    error, _ = as_nobody(read_all, folder / "portfolio.db")
    assert "could not open the store" in error
    assert "permissions" in error


def test_an_empty_file_of_somebody_else_is_a_sentence(folder: Path) -> None:
    (folder / "portfolio.db").touch(mode=0o444)
    (folder / "portfolio.db").chmod(0o444)
    error, _ = as_nobody(read_all, folder / "portfolio.db")
    assert "Let somebody who may write the folder open it once" in error


def test_the_standard_library_never_opens_a_store() -> None:
    """Two SQLite libraries in one process would cancel each other's locks."""
    for source in Path(str(schema.__file__)).parent.glob("*.py"):
        lines = [line for line in source.read_text().splitlines() if line.strip() == "import sqlite3"]
        assert bool(lines) == (source.name == "errors.py"), source


def test_a_date_of_the_far_future_is_the_latest(store: Store) -> None:
    read(store, date.max, batch(item("a")))
    assert len(store.snapshot(BASE, None).work_items) == 1


@pytest.mark.parametrize("way", [Store.open, Store.inspect])
def test_a_name_that_the_system_refuses_is_said(tmp_path: Path, way: Callable[[Path], Store]) -> None:
    with pytest.raises(StoreError, match=r"File name too long|there is no store here"):
        way(tmp_path / ("x" * 300) / "portfolio.db")
