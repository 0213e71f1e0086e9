"""What one user's sessions know of each other across processes: which signatures fit, and what they saw when."""

from __future__ import annotations

import fcntl
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from live_portfolio import key_file, make

from cockpit.ledger import pins
from cockpit.ledger.replica import Replica
from cockpit.records.model import Meaning
from cockpit.records.snapshot import Portfolio, Snapshot
from cockpit.session.live import Session
from cockpit.store import Store
from cockpit.store.errors import sqlite3 as own
from cockpit.trust import sshsig, statements

FIRST, LATER = datetime(2025, 3, 31, 8, tzinfo=UTC), datetime(2025, 4, 2, 8, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A portfolio in which Vera has promised and Ivo disputes."""
    folder, keys = make(tmp_path / "portfolio", tmp_path / "keys"), tmp_path / "keys"
    with Session.open(folder, clock=lambda: FIRST) as session:
        session.update()
        session.sign(session.draft("D-1", Meaning.PROMISED, key=key_file(keys, "vera"), on=date(2025, 4, 10)))
        session.sign(session.draft("D-1", Meaning.DISPUTED, key=key_file(keys, "ivo")))
        session.update()
    return folder


@pytest.fixture
def verified(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], int]:
    """How many signatures a process that has just begun verifies, to say what stands in a portfolio."""
    calls: list[bytes] = []
    verify = sshsig.verify

    def counted(signature: str, message: bytes, *more: str) -> object:
        calls.append(message)
        return verify(signature, message, *more)

    monkeypatch.setattr(sshsig, "verify", counted)

    def number(folder: Path) -> int:
        calls.clear()
        statements.load.cache_clear()
        statements._signed_by.cache_clear()
        with Session.open(folder, clock=lambda: LATER) as session:
            assert sum(not s.verdict for s in session.snapshot().statements) == 2
        return len(calls)

    return number


def test_what_was_verified_before_is_not_verified_again_unless_its_bytes_changed(
    folder: Path, verified: Callable[[Path], int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert verified(folder) == 0
    with closing(sqlite3.connect(folder / "portfolio.db")) as raw, raw:
        raw.execute("UPDATE statements SET signature = signature || char(10) WHERE signer = 'vera'")
    assert verified(folder) == 1, "the same signature with a newline more is other bytes"
    assert verified(folder) == 0, "and is known from then on"
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "another user"))
    assert verified(folder) == 2
    assert verified(folder) == 0


def test_who_loses_the_secret_verifies_all_of_it_again(folder: Path, verified: Callable[[Path], int]) -> None:
    secret = Replica(folder).path.with_name("secret")
    assert secret.stat().st_mode & 0o777 == 0o600
    secret.write_bytes(b"too short")
    assert verified(folder) == 2, "marks of a secret that is not there prove nothing"
    secret.unlink()
    assert verified(folder) == 2


def test_a_bit_that_flips_in_the_replica_is_found(folder: Path, verified: Callable[[Path], int]) -> None:
    place = Replica(folder).path
    text = place.read_text()
    at = text.index("SIGNATURE-----") + 40
    place.write_text(text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :])
    assert verified(folder) == 1, "the one of that line"
    assert verified(folder) == 0, "it is there again"


def test_the_time_of_first_sight_stays(folder: Path) -> None:
    place = Replica(folder).path
    again = [json.loads(line) | {"seen": LATER.isoformat()} for line in place.read_text().splitlines()]
    place.write_text(place.read_text() + "".join(json.dumps(line) + "\n" for line in again))
    with Session.open(folder, clock=lambda: LATER) as session:
        session.update()
        seen = session.kept(lambda keeping, *_: keeping.first_seen())
    assert set(seen.values()) == {FIRST} and len(seen) == 2


def test_what_was_just_signed_is_remembered_before_anybody_reads_the_store_again(folder: Path, tmp_path: Path) -> None:
    """A backup may be put in the place of the store in that very moment."""
    older = tmp_path / "older.db"
    with closing(sqlite3.connect(folder / "portfolio.db")) as raw:
        raw.execute("VACUUM INTO ?", (str(older),))
    with Session.open(folder, clock=lambda: LATER) as session:
        draft = session.draft("D-1", Meaning.PROMISED, key=key_file(tmp_path / "keys", "vera"), on=date(2025, 4, 20))
        signed = session.sign(draft)
        older.replace(folder / "portfolio.db")
    with Session.open(folder, clock=lambda: LATER) as session:
        assert signed.id in session.snapshot().missing
        assert [s.id for s in session.snapshot().statements if s.id == signed.id and not s.verdict] == [signed.id]


@pytest.mark.parametrize("content", [b"", b"{", b"[" * 100_000, b"null", b'{"genesis": 1}', None])
def test_a_pin_that_tells_nothing_is_made_anew(tmp_path: Path, monkeypatch, content: bytes | None) -> None:
    """As a full disk leaves it, or somebody's editor: it would else stay so, and the machine remember nothing."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    genesis, other = "a" * 64, "b" * 64
    assert pins.pin(tmp_path, genesis, FIRST) == genesis
    (path,) = (tmp_path / "state" / "cockpit" / "pins").iterdir()
    path.unlink()
    os.mkfifo(path) if content is None else path.write_bytes(content)
    assert pins.pinned(tmp_path) == ""
    assert pins.pin(tmp_path, genesis, FIRST) == genesis == pins.pinned(tmp_path)
    assert pins.pin(tmp_path, other, LATER) == genesis, "what is known stays"
    assert [found.name for found in path.parent.iterdir()] == [path.name]


FULL = """
import resource, sys
from datetime import UTC, datetime
from pathlib import Path
from cockpit.ledger import pins
resource.setrlimit(resource.RLIMIT_FSIZE, (64, 64))  # a file takes no more, as on a disk that is full
pins.pin(Path(sys.argv[1]), "b" * 64, datetime.now(UTC))
try:
    pins.write_own(pins.state_folder() / "pins" / "own.json", "new" * 1000)
except OSError:
    sys.exit(7)
"""


def test_a_full_disk_leaves_nothing_half_written_beside_what_is_remembered(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    own = pins.state_folder() / "pins" / "own.json"
    pins.write_own(own, "old")
    (other := tmp_path / "other").mkdir()
    assert subprocess.run([sys.executable, "-c", FULL, str(other)], check=False).returncode == 7
    assert own.read_text() == "old"
    assert [found.name for found in own.parent.iterdir()] == [own.name]


@pytest.mark.parametrize("kind", ["pipe", "folder", "loop"])
def test_a_replica_that_is_no_file_keeps_nobody_waiting(folder: Path, kind: str) -> None:
    path = Replica(folder).path
    path.unlink()
    {"pipe": lambda: os.mkfifo(path), "folder": path.mkdir, "loop": lambda: path.symlink_to(path.name)}[kind]()
    with Session.open(folder, clock=lambda: LATER) as session:
        assert sum(not s.verdict for s in session.snapshot().statements) == 2


def test_a_session_that_was_stopped_while_it_wrote_keeps_no_other_waiting(folder: Path, monkeypatch) -> None:
    monkeypatch.setattr("cockpit.ledger.replica.PATIENCE", 0.1)
    with Replica(folder).path.open("rb") as held, Session.open(folder, clock=lambda: LATER) as session:
        fcntl.flock(held, fcntl.LOCK_EX)
        with closing(sqlite3.connect(folder / "portfolio.db")) as raw, raw:
            raw.execute("DELETE FROM statements")
        known = session.snapshot()
        assert len(known.missing) == 2, "it is read all the same"


@pytest.mark.parametrize("verdict", ["", "the signature does not fit"])
def test_what_another_session_saw_meanwhile_is_known_at_the_next_look(folder: Path, verdict: str) -> None:
    place = Replica(folder).path
    *first, last = place.read_text().splitlines(keepends=True)
    place.write_text("".join(first))
    with closing(sqlite3.connect(folder / "portfolio.db")) as raw, raw:
        raw.execute("DELETE FROM statements WHERE signer = 'ivo'")
    with Session.open(folder, clock=lambda: LATER) as session:
        session.update()
        assert (session.snapshot().missing, session.snapshot().aside) == ((), {})
        if verdict:
            at = last.index("SIGNATURE-----") + 40
            bad = json.loads(last[:at] + ("A" if last[at] != "A" else "B") + last[at + 1 :])
            last = json.dumps({**bad, "verdict": verdict}) + "\n"
        with place.open("a") as file:
            file.write(last)
        found = session.snapshot()
    assert (len(found.missing), len(found.aside)) == ((0, 1) if verdict else (1, 0))


def test_what_could_not_be_remembered_is_tried_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = Replica(folder).path
    text = place.read_text()
    place.unlink()
    full = True

    def refused(*_: object) -> None:
        raise OSError("No space left on device")

    append = Replica._append
    monkeypatch.setattr(Replica, "_append", lambda *words: refused() if full else append(*words))
    with Session.open(folder, clock=lambda: LATER) as session:
        session.snapshot()
        assert not place.exists()
        full = False
        session.snapshot()
    assert len(place.read_text().splitlines()) == len(text.splitlines())


def test_what_another_process_set_aside_is_known_at_the_next_look(folder: Path) -> None:
    with Store.open(folder / "portfolio.db") as store, Store.open(folder / "portfolio.db") as other:
        base = Snapshot(portfolio=Portfolio(id="p", title="P"))
        known = store.snapshot(base, None)
        assert known.aside == {}
        strange = replace(known.statements[0], id="0" * 64, verdict="the signature does not fit")
        other.add_statement(strange, LATER)
        assert store.snapshot(base, None).aside == {strange.id: LATER.date()}


def test_what_happens_to_the_shared_ledger_meanwhile_is_known_at_the_next_look(folder: Path) -> None:
    with Session.open(folder, clock=lambda: LATER) as session:
        session.update()
        assert (session.snapshot().missing, session.snapshot().aside) == ((), {})
        with closing(own.connect(folder / "portfolio.db")) as raw, raw:
            raw.execute("DELETE FROM statements WHERE signer = 'ivo'")
        known = session.snapshot()
        assert len(known.missing) == 1
        with Store.open(folder / "portfolio.db") as other:
            strange = replace(known.statements[0], id="0" * 64, verdict="the signature does not fit")
            other.add_statement(strange, LATER)
        assert session.snapshot().aside == {strange.id: LATER.date()}
