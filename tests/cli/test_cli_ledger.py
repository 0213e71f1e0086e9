"""The ledger as `cockpit verify` tells it: who witnessed what, what is missing, and how it comes back."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import shutil
import sqlite3
import tempfile
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from cli_help import PROOF, run, sign
from click.testing import Result
from live_portfolio import make

from cockpit.ledger import pins
from cockpit.ledger.replica import Replica

NOBODY = 65534


def told(result: Result) -> dict[str, dict[str, Any]]:
    return {found["id"]: found for found in json.loads(result.stdout)["statements"]}


def ledger(folder: Path) -> dict[str, dict[str, Any]]:
    return told(run("verify", folder, "--json"))


def verdicts(folder: Path) -> dict[str, str]:
    return {id_: found["verdict"] for id_, found in ledger(folder).items()}


def codes(folder: Path) -> set[str]:
    return {breach["code"] for breach in json.loads(run("check", folder, "--json").stdout)["breaches"]}


def as_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str = "other") -> None:
    """From now on the commands are run by a user who has never seen the portfolio, or seen what they saw before."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / f"state of {name}"))


def take_out(folder: Path, *ids: str) -> None:
    with closing(sqlite3.connect(folder / "portfolio.db")) as raw, raw:
        raw.executemany("DELETE FROM statements WHERE id = ?", [(id_,) for id_ in ids])


def in_store(folder: Path) -> set[str]:
    with closing(sqlite3.connect(folder / "portfolio.db")) as raw:
        return {row[0] for row in raw.execute("SELECT id FROM statements")}


@pytest.fixture
def disputed(folder: Path, keys: Path) -> tuple[str, str, str]:
    """The ids of a promise, a proof, and the dispute of it."""
    return (
        sign(folder, keys, "vera", "D-1", "promised", "--date", "2025-04-10"),
        sign(folder, keys, "vera", "D-1", "resolved", *PROOF),
        sign(folder, keys, "ivo", "D-1", "disputed"),
    )


def test_a_signature_of_somebody_else_witnesses_those_before_it(folder: Path, keys: Path) -> None:
    promised = sign(folder, keys, "vera", "D-1", "promised", "--date", "2025-04-10")
    resolved = sign(folder, keys, "vera", "D-1", "resolved", *PROOF)
    assert ledger(folder)[resolved]["witnessed_at"] is None
    (dependency,) = json.loads(run("export", folder, "--format", "json", "--table", "dependencies").stdout)[
        "dependencies"
    ]
    assert "proven, unwitnessed" in json.dumps(dependency["reasons"])
    disputed = sign(folder, keys, "ivo", "D-1", "disputed")
    found = ledger(folder)
    for earlier in (promised, resolved):
        assert datetime.fromisoformat(found[earlier]["witnessed_at"]) >= datetime.fromisoformat(
            found[earlier]["signed_at"]
        )
        assert found[earlier]["witnessed_at"] == found[disputed]["signed_at"]
    assert found[resolved]["note"] == PROOF[1] and len(found[resolved]["version"]) == 64


def test_a_statement_taken_out_of_the_store_leaves_a_hole_that_is_named(
    folder: Path, disputed: tuple[str, str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, third = disputed
    take_out(folder, second)
    as_another(tmp_path, monkeypatch)
    result = run("verify", folder, "--json")
    assert result.exit_code == 1
    found = told(result)
    assert set(found) == {first, third}
    assert found[third]["verdict"] == "invalid"
    assert f"missing here ({second[:12]}): the ledger has a hole" in found[third]["why"]
    assert found[first]["verdict"] == "counts"


def test_a_dispute_taken_out_of_the_store_is_missed_by_who_saw_it_and_put_back(
    folder: Path, disputed: tuple[str, str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = verdicts(folder)
    take_out(folder, disputed[2])
    result = run("verify", folder)
    assert result.exit_code == 1
    assert f"The shared ledger lacks 1 statement that you have seen in it: {disputed[2][:12]}" in result.stdout
    assert "LEDGER-MISSING" in codes(folder)
    assert verdicts(folder) == before, "who saw the dispute goes on counting it"
    assert disputed[2] not in in_store(folder), "looking puts nothing back"
    with closing(sqlite3.connect(folder / "portfolio.db")) as raw:
        logged = raw.execute("SELECT count(*) FROM breaches WHERE key LIKE 'LEDGER-MISSING%'").fetchone()
    assert logged == (0,), "others would report it as cleared"

    first = run("verify", folder, "--repair")
    assert "1 statement put back." in first.stderr
    again = run("verify", folder, "--repair")
    assert "Nothing was missing." in again.stderr and again.stdout == first.stdout
    assert json.loads(run("verify", folder, "--json").stdout)["missing"] == []
    assert "LEDGER-MISSING" not in codes(folder)
    as_another(tmp_path, monkeypatch)
    assert verdicts(folder) == before


def test_a_store_replaced_by_an_older_copy_is_noticed_and_brought_up_to_date(
    folder: Path, keys: Path, tmp_path: Path
) -> None:
    first = sign(folder, keys, "vera", "D-1", "promised", "--date", "2025-04-10")
    shutil.copy(folder / "portfolio.db", tmp_path / "older.db")
    second = sign(folder, keys, "vera", "D-1", "resolved", *PROOF)
    third = sign(folder, keys, "ivo", "D-1", "disputed")
    for path in folder.glob("portfolio.db*"):
        path.unlink()
    shutil.copy(tmp_path / "older.db", folder / "portfolio.db")
    assert set(json.loads(run("verify", folder, "--json").stdout)["missing"]) == {second, third}
    assert run("verify", folder, "--repair").exit_code == 0
    assert in_store(folder) == {first, second, third}


def test_the_store_deleted_whole_comes_back_whole(folder: Path, disputed: tuple[str, str, str]) -> None:
    before = verdicts(folder)
    for path in folder.glob("portfolio.db*"):
        path.unlink()
    assert "LEDGER-MISSING" in codes(folder)
    assert "3 statements put back." in run("verify", folder, "--repair").stderr
    assert in_store(folder) == set(disputed) and verdicts(folder) == before


def test_bytes_changed_in_the_store_are_missed_and_set_right(folder: Path, disputed: tuple[str, str, str]) -> None:
    before = verdicts(folder)
    with closing(sqlite3.connect(folder / "portfolio.db")) as raw, raw:
        (payload,) = raw.execute("SELECT payload FROM statements WHERE id = ?", (disputed[0],)).fetchone()
        changed = payload.replace(b"2025-04-10", b"2025-05-10")
        raw.execute("UPDATE statements SET payload = ? WHERE id = ?", (changed, disputed[0]))
        raw.execute("UPDATE statements SET signature = 'none' WHERE id = ?", (disputed[2],))
    assert set(json.loads(run("verify", folder, "--json").stdout)["missing"]) == {disputed[0], disputed[2]}
    assert "2 statements put back." in run("verify", folder, "--repair").stderr
    assert json.loads(run("verify", folder, "--json").stdout)["missing"] == []
    forged = hashlib.sha256(changed).hexdigest()
    assert verdicts(folder) == before | {forged: "invalid"}, "what was there in its place stays on record"


def test_who_signs_puts_back_what_their_signature_follows(
    folder: Path, keys: Path, disputed: tuple[str, str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_out(folder, disputed[2])
    fourth = sign(folder, keys, "vera", "D-1", "resolved", "--note", "https://docs.vendor.example/api/2")
    as_another(tmp_path, monkeypatch)
    assert in_store(folder) == {*disputed, fourth}
    assert "invalid" not in verdicts(folder).values()


@pytest.mark.usefixtures("disputed")
def test_a_replica_of_somebody_else_repairs_and_brings_in_no_forgery(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = verdicts(folder)
    replica = tmp_path / "from a colleague.txt"
    text = Replica(folder).path.read_text()
    forged = json.loads(text.splitlines()[0])
    forged["signature"] = json.loads(text.splitlines()[1])["signature"]
    replica.write_text(text + json.dumps(forged) + "\n")
    for path in folder.glob("portfolio.db*"):
        path.unlink()
    as_another(tmp_path, monkeypatch)
    assert run("verify", folder, "--from", replica).exit_code == 2, "only with --repair"
    assert set(verdicts(folder)) == set()
    result = run("verify", folder, "--repair", "--from", replica)
    assert "3 statements put back." in result.stderr
    assert f"{replica} row 4: Rejected, and kept aside: The signature does not fit" in result.stderr
    assert verdicts(folder) == before


@pytest.mark.usefixtures("disputed")
def test_a_replica_that_was_made_elsewhere_brings_no_trust_with_it(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody persuades a user to put a file where their replica lies: its marks are of another secret."""
    lines = [json.loads(line) for line in Replica(folder).path.read_text().splitlines()]
    lines[0]["signature"], lines[1]["signature"] = lines[1]["signature"], lines[0]["signature"]
    as_another(tmp_path, monkeypatch)
    place = Replica(folder).path
    place.parent.mkdir(parents=True)
    place.write_text("".join(json.dumps(line) + "\n" for line in lines))
    found = Replica(folder)
    found.refresh()
    assert len(found.kept) == 3 and not found.verified
    assert [view for view in verdicts(folder).values() if view == "invalid"] == [], "the true ones stand beside them"
    assert "does not fit" not in run("verify", folder, "--repair").stdout


def test_a_user_whose_state_cannot_be_kept_goes_on_without(
    folder: Path, disputed: tuple[str, str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "no folder").write_text("a file")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "no folder"))
    assert set(verdicts(folder)) == set(disputed)
    take_out(folder, disputed[2])
    assert set(verdicts(folder)) == set(disputed[:2])
    assert run("verify", folder, "--repair").stderr.strip() == "Nothing was missing."


@pytest.mark.usefixtures("disputed")
def test_the_replica_is_the_users_own(folder: Path) -> None:
    place = Replica(folder).path
    assert place.stat().st_mode & 0o777 == 0o600
    assert [p.stat().st_mode & 0o777 for p in (place.parent, pins.state_folder())] == [0o700, 0o700]
    size = place.stat().st_size
    verdicts(folder)
    assert place.stat().st_size == size, "nothing new, nothing written"


def test_a_torn_line_of_the_replica_costs_only_itself(folder: Path, keys: Path, disputed: tuple[str, str, str]) -> None:
    place = Replica(folder).path
    place.write_bytes(place.read_bytes()[:-40])
    fourth = sign(folder, keys, "vera", "D-1", "resolved", "--note", "https://docs.vendor.example/api/2")
    found = Replica(folder)
    found.refresh()
    assert {kept.statement.id for kept in found.kept.values()} == {*disputed, fourth}
    assert len(found.verified) == 4


def test_who_may_only_read_is_told_so_and_may_export(keys: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reachable = Path(tempfile.mkdtemp(prefix="cockpit-ledger-"))  # unlike pytest's own, others may look into it
    try:
        folder, state = make(reachable / "portfolio", keys), reachable / "state"
        monkeypatch.setenv("XDG_STATE_HOME", str(state))
        sign(folder, keys, "vera", "D-1", "resolved", *PROOF)
        dispute = sign(folder, keys, "ivo", "D-1", "disputed")
        take_out(folder, dispute)
        (folder / "portfolio.db").chmod(0o644)
        for path in (reachable, folder):
            path.chmod(0o755)
        for path in (state, *state.rglob("*")):
            os.chown(path, NOBODY, NOBODY)
        repaired, exported = as_nobody(["verify", folder, "--repair"], ["ledger", "export", folder])
    finally:
        shutil.rmtree(reachable)
    assert repaired[:2] == (2, "") and "this user may only read it" in repaired[2]
    assert exported[0] == 0 and dispute in exported[1], "somebody who may write can import it"


def as_nobody(*commands: list[object]) -> list[tuple[int, str, str]]:
    """Exit code and both outputs of commands, run without root's rights. Forked: nobody may not be able to start this
    Python."""

    def work() -> None:
        if os.getuid() == 0:
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
        done = [run(*command) for command in commands]
        there.send([(each.exit_code, each.stdout, each.stderr) for each in done])

    context = multiprocessing.get_context("fork")
    here, there = context.Pipe()
    process = context.Process(target=work)
    process.start()
    assert here.poll(60)
    found: list[tuple[int, str, str]] = here.recv()
    process.join(10)
    return found


def test_a_folder_that_begins_anew_is_begun_anew(folder: Path, disputed: tuple[str, str, str]) -> None:
    for path in folder.glob("portfolio.db*"):
        path.unlink()
    assert run("ledger", "forget", folder).exit_code == 2, "nobody to ask"
    done = run("ledger", "forget", folder, "--yes")
    assert done.exit_code == 0 and "Your copy lies in" in done.stderr
    assert verdicts(folder) == {} and "LEDGER-MISSING" not in codes(folder)
    aside = next(Replica(folder).path.parent.glob("*.forgotten.cockpit-ledger"))
    assert run("verify", folder, "--repair", "--from", aside).exit_code == 0
    assert set(verdicts(folder)) == set(disputed)
    assert run("ledger", "forget", folder / "nowhere", "--yes").exit_code == 2
