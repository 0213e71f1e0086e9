"""One folder, several Unix users: whoever is of the group writes, whoever only reads locks nobody out."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from store_forks import as_user, ended, folder_for_all, forked, missing
from store_help import READ_AT, batch, day, item, read
from store_versions import make
from store_worker import statement

from cockpit.basics import sharing
from cockpit.ledger import drafting
from cockpit.store import Store

ANNA, BORIS, CARLA, LEADS = 40_001, 40_002, 40_003, 40_100


@pytest.fixture
def shared() -> Iterator[Path]:
    """A setgid folder of the group of leads that others may look into."""
    if os.getuid() != 0:
        missing("several users need root")
    with folder_for_all(0o2775, LEADS) as folder:
        yield folder


def anna(work: Callable[[], Any], umask: int = 0o077) -> Any:
    return as_user(ANNA, [LEADS], work, umask)


def boris(work: Callable[[], Any], umask: int = 0o077) -> Any:
    return as_user(BORIS, [LEADS], work, umask)


def carla(work: Callable[[], Any]) -> Any:
    """She is not of the group."""
    return as_user(CARLA, [], work)


def signs(path: Path, text: str) -> Callable[[], int]:
    def work() -> int:
        with Store.open(path) as store:
            read(store, day(1), batch(item("a"), item(text)), text)
            store.add_statement(statement(text), READ_AT)
            return len(store.statements())

    return work


def test_members_of_the_group_write_one_store_whatever_their_umask(shared: Path) -> None:
    path = shared / "portfolio.db"
    assert [anna(signs(path, "1")), boris(signs(path, "2")), anna(signs(path, "3"))] == [1, 2, 3]
    assert {(found.stat().st_gid, stat.S_IMODE(found.stat().st_mode)) for found in shared.iterdir()} == {(LEADS, 0o660)}


def test_a_member_writes_while_another_has_it_open(shared: Path) -> None:
    path = shared / "portfolio.db"

    def work() -> int:
        with Store.open(path) as store:
            store.add_statement(statement("anna's"), READ_AT)
            (shared / "ready").touch()
            while not (shared / "done").exists():
                os.sched_yield()
            return len(store.statements())

    child = forked(lambda: boris_when_ready(path))
    assert anna(work) == 2
    assert ended(child) == 0


def boris_when_ready(path: Path) -> None:
    while not path.with_name("ready").exists():
        os.sched_yield()
    modes = {found.name: stat.S_IMODE(found.stat().st_mode) for found in path.parent.glob("portfolio.db*")}
    try:
        assert set(modes) == {"portfolio.db", "portfolio.db-wal", "portfolio.db-shm", "portfolio.db-writer"}
        assert set(modes.values()) == {0o660}
        assert boris(signs(path, "boris's")) == 2
    finally:
        path.with_name("done").touch()


def test_a_member_brings_an_older_store_of_another_up_to_date(shared: Path) -> None:
    path = make(shared / "portfolio.db", 1)
    os.chown(path, ANNA, LEADS)
    assert boris(signs(path, "1")) == 2
    copy = shared / "portfolio.db.v1.bak"
    assert (stat.S_IMODE(copy.stat().st_mode), copy.stat().st_gid) == (0o660, LEADS)
    assert anna(signs(path, "2")) == 3


def test_who_may_only_read_locks_nobody_out(shared: Path) -> None:
    """A reader who comes first, stays, and goes leaves no file of their own, and holds no lock that a writer needs."""
    path = shared / "portfolio.db"
    assert anna(signs(path, "1")) == 1
    path.chmod(0o664)

    def look() -> list[int]:
        seen = []
        with Store.open(path) as store:
            assert store.read_only
            for step in ("rest", "written"):
                seen.append(len(store.statements()))
                (shared / f"{step}-read").touch()
                while not (shared / f"{step}-done").exists():
                    os.sched_yield()
        return seen

    shared.chmod(0o2777)  # She may drop her notes here, which is how the two of them wait for each other.
    results: list[Any] = []
    child = forked(lambda: _writers(path))
    results = carla(look)
    assert ended(child) == 0
    assert results == [1, 3]
    owners = {found.stat().st_uid for found in shared.glob("portfolio.db*")}
    assert CARLA not in owners
    assert carla(lambda: os.open(shared / "portfolio.db-writer", os.O_RDONLY)).startswith("PermissionError")


def _writers(path: Path) -> None:
    for step, work in (("rest", anna), ("written", boris)):
        while not path.with_name(f"{step}-read").exists():
            os.sched_yield()
        try:
            work(signs(path, f"{step} 1"))
            work(signs(path, f"{step} 2"))
        finally:
            path.with_name(f"{step}-done").touch()


def test_evidence_of_one_member_lies_beside_that_of_another(shared: Path) -> None:
    def keeps(text: str) -> Callable[[], None]:
        def work() -> None:
            with folder_for_all() as own:
                proof = own / "proof.txt"
                proof.write_text(text)
                drafting.keep_evidence(shared, [(proof, hashlib.sha256(text.encode()).hexdigest())])

        return work

    assert anna(keeps("one")) is None
    assert boris(keeps("two")) is None
    assert boris(keeps("one")) is None, "what is there already is put there again"
    assert stat.S_IMODE((shared / "evidence").stat().st_mode) == 0o2775
    kept = list((shared / "evidence").iterdir())
    assert len(kept) == 2
    assert {(found.stat().st_gid, stat.S_IMODE(found.stat().st_mode)) for found in kept} == {(LEADS, 0o664)}


@pytest.mark.parametrize(
    ("folder", "file"),
    [
        (0o2770, 0o660),
        (0o2775, 0o664),
        (0o755, 0o644),
        (0o700, 0o600),
        (0o1777, 0o666),
        (0o2750, 0o640),
        (0o711, 0o600),
    ],
)
def test_a_new_file_has_the_rights_of_its_folder_whatever_the_umask(tmp_path: Path, folder: int, file: int) -> None:
    place = tmp_path / "place"
    place.mkdir()
    place.chmod(folder)
    before = os.umask(0o077)
    try:
        sharing.write(place / "text", "ä")
        sharing.write(place / "text", "ö")
        sharing.make_folder(place / "a" / "b")
        sharing.copy(place / "text", place / "a" / "b" / "copy")
    finally:
        os.umask(before)
    assert (place / "a" / "b" / "copy").read_text(encoding="utf-8") == "ö"
    assert stat.S_IMODE((place / "text").stat().st_mode) == file
    assert stat.S_IMODE((place / "a" / "b").stat().st_mode) == folder & ~stat.S_ISVTX | 0o700
    assert not list(place.rglob(".*"))


def test_what_fails_halfway_leaves_what_was_there(tmp_path: Path) -> None:
    sharing.write(tmp_path / "text", "before")
    with pytest.raises(ZeroDivisionError), sharing.replacing(tmp_path / "text") as file:
        file.write(b"half")
        _ = 1 / 0
    assert [found.read_text() for found in tmp_path.iterdir()] == ["before"]
    (tmp_path / "target").write_text("precious")
    (tmp_path / "link").symlink_to(tmp_path / "target")
    sharing.write(tmp_path / "link", "new")
    assert (tmp_path / "target").read_text() == "precious", "a link is replaced, not followed"
    with pytest.raises(NotADirectoryError):
        sharing.make_folder(tmp_path / "text")
