"""Stores that somebody else had in hand: foreign, booby-trapped, damaged, edited. All refused, and left alone."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from store_help import BASE, READ_AT, batch, day, dependency, drop, item, project
from store_worker import statement

from cockpit.records.model import State
from cockpit.store import Store, StoreError
from cockpit.store.codec import CODECS
from cockpit.store.errors import sqlite3
from cockpit.store.findings import check


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("made") / "portfolio.db"
    with Store.open(path) as store:
        drop(store, day(1), batch(item("a"), item("b"), dependency("d"), project("P", day(20))))
        drop(store, day(3), batch(item("a", State.DOING), item("b"), project("P", day(25))))
        store.add_statement(statement("one"), READ_AT)
        store.log_breaches(["b"], READ_AT)
    return path.read_bytes()


@pytest.fixture
def path(tmp_path: Path, content: bytes) -> Path:
    (tmp_path / "portfolio.db").write_bytes(content)
    return tmp_path / "portfolio.db"


@contextmanager
def tampering(path: Path) -> Iterator[sqlite3.Connection]:
    """Another program at work on the file; it leaves no log behind."""
    raw = sqlite3.connect(str(path), isolation_level=None)
    raw.execute("PRAGMA writable_schema=ON")
    yield raw
    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    raw.close()


TRAPS = {
    "CREATE TRIGGER t AFTER INSERT ON statements BEGIN DELETE FROM statements; END": "it holds the trigger “t”",
    "CREATE VIEW v AS SELECT 1": "it holds the view “v”",
    "ALTER TABLE breaches RENAME TO hidden; CREATE VIEW breaches AS SELECT * FROM hidden": "view “breaches”",
    "CREATE VIRTUAL TABLE f USING fts5(a)": "it holds the table “f”",
    "CREATE TABLE notes (a)": "it holds the table “notes”",
    "CREATE INDEX i ON projects (id)": "it holds the index “i”",
    "CREATE UNIQUE INDEX i ON projects (id) WHERE id > 'x'": "it holds the index “i”",
    "ANALYZE": "it holds the table “sqlite_stat1”",
    "DROP INDEX idx_imports_path_id": "it lacks the index “idx_imports_path_id”",
    "DROP TABLE requests": "it lacks the table “requests”",
    "ALTER TABLE breaches ADD COLUMN more TEXT": "the table “breaches” is another than ours",
    "ALTER TABLE breaches ADD COLUMN more TEXT GENERATED ALWAYS AS (key) VIRTUAL": "the table “breaches” is another",
    "ALTER TABLE statements DROP COLUMN received_at": "the table “statements” is another than ours",
    "ALTER TABLE breaches RENAME COLUMN key TO keys": "“breaches” is another than ours",
    'UPDATE sqlite_master SET sql = replace(sql, \'"verdict" TEXT NOT NULL\', \'"verdict" TEXT NOT NULL '
    "CHECK (verdict = verdict)') WHERE name = 'statements'": "the table “statements” is another than ours",
    "UPDATE sqlite_master SET sql = replace(sql, 'NOT NULL', 'NOT NULL ON CONFLICT IGNORE') "
    "WHERE name = 'statements'": "the table “statements” is another than ours",
    "UPDATE sqlite_master SET sql = replace(sql, ') STRICT', ')') WHERE name = 'breaches'": "“breaches” is another",
    "UPDATE sqlite_master SET sql = replace(sql, ') STRICT', ') /**/ STRICT') WHERE name = 'breaches'": "another",
    "UPDATE sqlite_master SET rootpage = (SELECT rootpage FROM sqlite_master WHERE name = 'kpis') "
    "WHERE name = 'readings'": "claim the same pages",
    'CREATE TABLE "evil\x1b]0;x\x07\n name" (a)': "it holds the table “evil]0;x name”",
}


@pytest.mark.parametrize("sql", TRAPS, ids=lambda sql: sql[:40].encode("ascii", "replace").decode())
def test_a_schema_that_is_not_ours_to_the_word_is_refused_and_left_alone(path: Path, sql: str) -> None:
    with tampering(path) as raw:
        for part in sql.split("; ") if "TRIGGER" not in sql else [sql]:
            raw.execute(part)
    before = path.read_bytes()
    for opening in (Store.open, Store.inspect):
        with pytest.raises(StoreError) as refused:
            opening(path).snapshot(BASE, None)
        assert TRAPS[sql] in str(refused.value)
        assert "not as a Cockpit store of version" in str(refused.value)
        assert str(refused.value).isprintable()
    assert path.read_bytes() == before
    assert not path.with_name("portfolio.db-wal").exists()


def crashed(path: Path, work: Callable[[sqlite3.Connection], object]) -> None:
    """Another program changed the file and was killed: its changes are in the log only."""
    raw = sqlite3.connect(str(path), isolation_level=None)
    raw.execute("PRAGMA wal_autocheckpoint=0")
    work(raw)
    for suffix in ("", "-wal"):
        shutil.copy(f"{path}{suffix}", f"{path}{suffix}.kept")
    raw.close()
    for suffix in ("", "-wal"):
        Path(f"{path}{suffix}.kept").rename(f"{path}{suffix}")


def test_a_trap_in_the_log_is_refused_and_the_log_left_alone(path: Path) -> None:
    crashed(path, lambda raw: raw.execute("CREATE TRIGGER t AFTER INSERT ON imports BEGIN DELETE FROM statements; END"))
    before = {name: path.with_name(name).read_bytes() for name in ("portfolio.db", "portfolio.db-wal")}
    with pytest.raises(StoreError, match="it holds the trigger “t”"):
        Store.open(path)
    assert {name: path.with_name(name).read_bytes() for name in before} == before


def test_the_log_of_another_store_is_no_way_in(path: Path, tmp_path: Path) -> None:
    """What a foreign log says is looked at like the file itself, before a byte of the file is changed."""
    other = tmp_path / "other"
    other.mkdir()
    raw = sqlite3.connect(str(other / "portfolio.db"), isolation_level=None)
    raw.execute("PRAGMA journal_mode=WAL").fetchone()
    raw.execute("CREATE TABLE songs (title)")
    shutil.copy(other / "portfolio.db-wal", tmp_path / "portfolio.db-wal")
    raw.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match=r"database of another program|not as a Cockpit store|damaged"):
        Store.open(path)
    assert path.read_bytes() == before


def test_a_trap_that_is_set_while_the_store_is_open_springs_for_nobody(path: Path) -> None:
    with Store.open(path) as store:
        store.snapshot(BASE, None)
        other = sqlite3.connect(str(path), isolation_level=None)
        other.execute("CREATE TRIGGER t AFTER INSERT ON statements BEGIN DELETE FROM statements; END")
        with pytest.raises(StoreError, match="it holds the trigger “t”"):
            store.add_statement(statement("two"), READ_AT)
        with pytest.raises(StoreError, match="it holds the trigger “t”"):
            store.statements()
        other.execute("DROP TRIGGER t")
        other.close()
        assert store.add_statement(statement("two"), READ_AT)
        assert len(store.statements()) == 2


def test_a_pipe_in_the_place_of_a_journal_keeps_nobody_waiting(path: Path) -> None:
    """SQLite would open it, and wait for who never comes."""
    os.mkfifo(path.with_name("portfolio.db-journal"))
    with pytest.raises(StoreError, match=r"another program is changing the store.*portfolio\.db-journal"):
        Store.open(path)


def test_a_rollback_journal_is_not_let_loose_on_the_store(path: Path) -> None:
    before = path.read_bytes()
    path.with_name("portfolio.db-journal").write_bytes(b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7" + b"\0" * 600)
    with pytest.raises(StoreError, match=r"another program is changing the store.*portfolio\.db-journal"):
        Store.open(path)
    assert path.read_bytes() == before
    path.with_name("portfolio.db-journal").unlink()
    Store.open(path).close()


def test_a_store_that_was_taken_out_of_wal_mode_is_put_back(path: Path) -> None:
    with tampering(path) as raw:
        assert raw.execute("PRAGMA journal_mode=DELETE").fetchone() == ("delete",)
    with Store.open(path) as store:
        assert store._connection.raw.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert store.check() == ()


@pytest.mark.parametrize("suffix", ["-wal", "-shm"])
def test_a_link_in_the_place_of_a_log_is_not_followed(path: Path, suffix: str) -> None:
    precious = path.with_name("precious")
    precious.write_bytes(b"precious")
    path.with_name(path.name + suffix).symlink_to(precious)
    with pytest.raises(StoreError, match="can't be opened"):
        Store.open(path)
    assert precious.read_bytes() == b"precious"


def test_what_is_no_plain_file_is_a_sentence(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "nowhere").symlink_to(tmp_path / "none" / "there")
    with pytest.raises(StoreError, match="not a SQLite database"):
        Store.open(tmp_path / "pipe")
    with pytest.raises(StoreError, match="a link that leads nowhere"):
        Store.open(tmp_path / "nowhere")
    with pytest.raises(StoreError, match="there is no store here"):
        Store.inspect(tmp_path / "none")


def test_inspecting_makes_and_changes_nothing(path: Path) -> None:
    before = path.read_bytes()
    with Store.inspect(path) as store:
        assert store.read_only
        assert store.check() == ()
        with pytest.raises(StoreError, match="may only read"):
            store.add_statement(statement("two"), READ_AT)
    assert path.read_bytes() == before
    assert [found.name for found in path.parent.iterdir()] == ["portfolio.db"]


# Damage and edits

FOREIGN_DIGEST = hashlib.blake2b(b"x", digest_size=16).hexdigest()
EDITS = {
    "UPDATE work_items SET state = 'done' WHERE id = 'a'": r"work_items \(“a”\) is not as it was kept",
    "UPDATE projects SET baseline_finish = '2025-12-31' WHERE closed_by IS NOT NULL": r"projects \(“P”\) is not as",
    "UPDATE dependencies SET needed_by = '2030-01-01'": r"dependencies \(“d”\) is not as it was kept",
    f"UPDATE work_items SET content_hash = x'{FOREIGN_DIGEST}'": "is not as it was kept",
    "DELETE FROM work_items WHERE id = 'a'": "1 rows of work_items are kept of .*, which had 2",
    "UPDATE work_items SET known_to = '2025-01-02', closed_by = 2 WHERE id = 'b'": "rows of work_items are kept",
    "UPDATE layouts SET data = x'ffff'": "something in it can't be read",
    "UPDATE layouts SET data = x'789c'": "where the rows of a file stood is not as it was kept",
    "UPDATE imports SET problems = '{'": "something in it can't be read",
    "UPDATE statements SET signed_at = 'then'": "something in it can't be read",
    "UPDATE statements SET parents = printf('%.*c', 200000, '[')": "something in it can't be read",
    "UPDATE statements SET payload = zeroblob(2000000)": "longer than any that Cockpit keeps",
}


@pytest.mark.parametrize("sql", EDITS)
def test_a_row_that_is_not_as_it_was_kept_is_a_sentence_whenever_it_is_read(path: Path, sql: str) -> None:
    with tampering(path) as raw:
        raw.execute(sql)
    with Store.open(path) as store:
        with pytest.raises(StoreError, match=f"could not read the portfolio: .*{EDITS[sql]}") as refused:
            store.snapshot(BASE, None)
        assert "Restore a backup" in str(refused.value)
        assert store.check() != ()


FINDINGS = {
    "UPDATE work_items SET state = 'done' WHERE closed_by IS NOT NULL": "known from 2025-01-01: a row of work_items",
    "UPDATE work_items SET known_from = '2024-06-01' WHERE id = 'b'": "work_items “b”: its days are not those of its",
    "UPDATE imports SET known_on = 'yesterday'": "its days are not those of its readings",
    "UPDATE breaches SET raised_at = 'never'": "The breaches can't be read",
    "UPDATE imports SET rows = rows + 1": "rows are kept of a file that had",
    "UPDATE imports SET name = 'other' WHERE id = 1": "its days are not those of its readings",
    "UPDATE statements SET id = 'f00'": "Statement f00: its id is not the hash of what was signed",
    "UPDATE statements SET payload = x'00'": "its id is not the hash of what was signed",
    "UPDATE work_items SET opened_by = 99": "of work_items names a row of imports that is not there",
    "UPDATE layouts SET data = x'789c'": "Layout ",
}


@pytest.mark.parametrize("sql", FINDINGS)
def test_what_no_day_shows_any_more_is_found_by_the_check(path: Path, sql: str) -> None:
    with tampering(path) as raw:
        assert check(raw) == ()
        raw.execute(sql)
    with Store.open(path) as store:
        assert any(FINDINGS[sql] in found for found in store.check()), store.check()


def test_many_findings_of_a_kind_are_counted(path: Path) -> None:
    with Store.open(path) as store:
        drop(store, day(5), batch(*(item(f"W-{n}") for n in range(50))))
    with tampering(path) as raw:
        raw.execute("UPDATE work_items SET title = 'x'")
    with Store.open(path) as store:
        assert any(found.endswith(" more like the last one.") for found in store.check())


def test_a_layout_that_unpacks_to_gigabytes_is_not_unpacked(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cockpit.store.layout.LARGEST", 1 << 20)
    bomb = zlib.compress(b"[" * (1 << 21))
    with tampering(path) as raw:
        raw.execute("UPDATE layouts SET data = ?", (bomb,))
    with Store.open(path) as store, pytest.raises(StoreError, match="where the rows of a file stood is not as"):
        store.snapshot(BASE, None)


def test_a_forger_who_mends_the_hash_is_read_as_text_not_as_code(path: Path) -> None:
    """Hashes stop damage and edits by hand; who recomputes them is stopped by signatures alone. Nothing may crash."""
    codec = CODECS["work_items"]
    columns = ", ".join(f'"{name}"' for name in codec.columns)
    with tampering(path) as raw:
        raw.execute("UPDATE work_items SET state = 'no such state', updated = 'never'")
        for number, *values in raw.execute(f"SELECT version_id, {columns} FROM work_items").fetchall():
            raw.execute("UPDATE work_items SET content_hash = ? WHERE version_id = ?", (codec.digest(values), number))
    with Store.open(path) as store, pytest.raises(StoreError, match="something in it can't be read"):
        store.snapshot(BASE, None)


def test_no_damage_at_all_is_more_than_a_sentence(path: Path, content: bytes) -> None:
    """Bytes overwritten at random anywhere in the file: read as it was, or refused; never anything else."""
    dice, refused, found = random.Random(4), 0, 0
    with Store.open(path) as store:
        whole = store.snapshot(BASE, None)
    for _ in range(200):
        spoiled = bytearray(content)
        for _ in range(dice.choice((1, 1, 8, 64))):
            start = dice.randrange(len(spoiled))
            spoiled[start : start + dice.choice((1, 4, 200))] = dice.randbytes(dice.choice((1, 4, 200)))
        path.write_bytes(spoiled)
        for left in ("-wal", "-shm", "-journal"):
            path.with_name(path.name + left).unlink(missing_ok=True)
        try:
            with Store.open(path) as store:
                findings = store.check()
                found += bool(findings)
                said = store.snapshot(BASE, None)
                assert findings or (said.work_items, said.projects) == (whole.work_items, whole.projects)
        except StoreError as error:
            assert "\n" not in str(error)
            refused += 1
    assert refused > 30
    assert found > 3
