"""Clocks that are wrong, names that are no text, folders that give nothing: told, and costing nothing beside them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from live_portfolio import TABLES, key_file, make

from cockpit.ledger.incoming import TOO_LARGE
from cockpit.ledger.signing import sign
from cockpit.records.model import Meaning
from cockpit.session.live import Change, Session

NOW = datetime(2025, 3, 31, 8, 0, tzinfo=UTC)


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    return tmp_path / "keys"


@pytest.fixture
def folder(tmp_path: Path, keys: Path) -> Path:
    return make(tmp_path / "portfolio", keys, today="")


@pytest.fixture
def session(folder: Path) -> Iterator[Session]:
    with at(folder) as opened:
        yield opened


def at(folder: Path, days: int = 0) -> Session:
    """Return a session whose clock is so many days off."""
    return Session.open(folder, clock=lambda: NOW + timedelta(days=days))


def titles(session: Session) -> list[str]:
    return [item.title for item in session.snapshot().work_items]


def change_of(changes: tuple[Change, ...], path: str) -> Change:
    return next(change for change in changes if change.path == path)


def edit(folder: Path, old: str, new: str, name: str = "work_items.csv") -> None:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(TABLES[Path(name).name].replace(old, new))


def test_a_drop_of_a_day_to_come_waits_for_it(folder: Path) -> None:
    with at(folder) as session:
        before = session.update().assessment
        edit(folder, "Build", "Built tomorrow", "2025-04-02/work_items.csv")
        update = session.update()
        change = change_of(update.changes, "2025-04-02/work_items.csv")
        assert (change.waits, change.failed, change.problems) == (date(2025, 4, 2), False, ())
        assert update.assessment == before
        assert date(2025, 4, 2) not in session.dates()
        assert session.update().changes == ()  # told once
        assert session.import_sources([folder / "2025-04-02/work_items.csv"]) == (change,)  # or when asked for
    with at(folder, days=2) as session:
        assert change_of(session.update().changes, "2025-04-02/work_items.csv").opened == 1
        assert "Built tomorrow" in titles(session)


def test_an_edit_after_the_clock_was_set_back_counts_at_once(folder: Path) -> None:
    with at(folder) as session:
        session.update()
    edit(folder, "Build", "Built anew")
    with at(folder, days=-10) as session:
        assert change_of(session.update().changes, "work_items.csv").opened == 1
        assert "Built anew" in titles(session)
        assert session.dates() == (NOW.date(),)
    (folder / "links.csv").unlink()
    with at(folder, days=-10) as session:
        session.update()
        assert session.snapshot().links == ()


def test_a_file_mended_after_the_clock_was_set_back_has_failed_no_more(folder: Path) -> None:
    with at(folder, days=-20) as session:
        session.update()
    (folder / "work_items.csv").write_text("nothing\n")
    with at(folder) as session:
        assert change_of(session.update().changes, "work_items.csv").failed
    edit(folder, "Build", "Built anew")
    with at(folder, days=-10) as session:
        assert "SOURCE-FAILED" not in [breach.code for breach in session.update().assessment.breaches]


def test_a_file_name_that_is_no_text_costs_only_that_file(session: Session, folder: Path) -> None:
    for name in (b"caf\xe9.csv", b"\x1b[31m\xc2\x9b.csv"):
        Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_text("a,b\n1,2\n")
    (folder / "evidence").mkdir()
    Path(os.fsdecode(os.fsencode(folder) + b"/evidence/\xff.txt")).write_text("x")
    update = session.update()
    assert change_of(update.changes, "caf\\xe9.csv").failed
    assert len(titles(session)) == 3
    assert list(session.snapshot().evidence.values()) == ["evidence/\\xff.txt"]


def detached(session: Session, folder: Path, keys: Path, name: str = "promise") -> Path:
    """Return the payload file of a promise of Vera's, signed by the session's clock."""
    session.update()
    draft = session.draft("D-1", Meaning.PROMISED, signer="vera", on=date(2025, 4, 4))
    path = folder / "statements" / f"{name}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(draft.payload)
    signature = sign(draft.payload, key_file(keys, "vera"), draft.public_line)
    path.with_name(f"{name}.json.sig").write_text(signature)
    return path


def test_a_statement_of_a_day_to_come_waits_for_it(folder: Path, keys: Path) -> None:
    with at(folder, days=2) as ahead:
        path = detached(ahead, folder, keys)
    (folder / "portfolio.db").unlink()
    for passing in folder.glob("portfolio.db-*"):
        passing.unlink()
    with at(folder) as session:
        update = session.update()
        assert "still to come" in change_of(update.changes, "statements/promise.json").problems[0].message
        assert update.assessment.statements == ()
    assert path.exists()
    with at(folder, days=2) as session:
        assert [view.verdict.value for view in session.update().assessment.statements] == ["counts"]


def test_a_statement_of_a_clock_a_little_ahead_counts(folder: Path, keys: Path) -> None:
    with at(folder) as session:
        detached(session, folder, keys)
    with Session.open(folder, clock=lambda: NOW - timedelta(minutes=4)) as session:
        assert [view.verdict.value for view in session.update().assessment.statements] == ["counts"]


def test_pipes_and_devices_among_the_statements_are_never_opened(session: Session, folder: Path) -> None:
    statements = folder / "statements"
    statements.mkdir()
    os.mkfifo(statements / "a.json")
    (statements / "b.json").symlink_to("/dev/zero")
    (statements / "c.json").write_text("{}")
    for name in ("a", "b"):
        (statements / f"{name}.json.sig").write_text("x")
    os.mkfifo(statements / "c.json.sig")
    (statements / "d.json").write_bytes(b"x" * 2_000_000)
    (statements / "d.json.sig").write_text("x")
    changes = session.update().changes
    for name in "abcd":
        assert "no plain file, or larger" in change_of(changes, f"statements/{name}.json").problems[0].message


def test_a_place_of_statements_that_gives_nothing_is_told(session: Session, folder: Path) -> None:
    (folder / "statements").write_text("not a folder")
    changes = session.update().changes
    assert "nothing of it counts" in change_of(changes, "statements").problems[0].message
    assert len(titles(session)) == 3


def test_evidence_without_an_end_keeps_nobody_waiting_and_shuts_no_other_out(session: Session, folder: Path) -> None:
    evidence = folder / "evidence"
    evidence.mkdir()
    (evidence / "true.txt").write_text("delivered")
    with (evidence / "a hole.bin").open("wb") as file:
        file.truncate(1 << 43)
    (evidence / "memory").symlink_to("/proc/self/pagemap")
    update = session.update()
    assert [(change.path, change.problems[0].message) for change in update.changes if change.problems] == [
        ("evidence/a hole.bin", TOO_LARGE)
    ]
    sha = hashlib.sha256(b"delivered").hexdigest()
    assert dict(session.snapshot().evidence) == {sha: "evidence/true.txt"}
