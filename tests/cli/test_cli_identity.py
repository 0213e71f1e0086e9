"""Stewards, enrolment, revocation and new keys on the command line, with keys that ssh-keygen made."""

from __future__ import annotations

import json
import shutil
import stat
import time
from pathlib import Path

import pytest
from cli_help import PROOF, new_key, run
from click.testing import Result
from live_portfolio import key_file

from cockpit.ledger import pins
from cockpit.ledger.replica import Replica
from cockpit.session.live import Session
from cockpit.store import StoreError


def verdicts(folder: Path) -> dict[str, tuple[str, str]]:
    found = json.loads(run("verify", folder, "--json").stdout)["statements"]
    return {each["id"]: (each["verdict"], each["why"]) for each in found}


@pytest.fixture
def stewarded(folder: Path, tmp_path: Path) -> tuple[Path, Path]:
    """The portfolio with Sue as its steward, and Sue's key."""
    sue = new_key(tmp_path, "sue")
    result = run("init", folder, "--steward", f"sue={sue}.pub", "--key", sue, "--yes")
    assert result.exit_code == 0, result.stderr
    assert "I begin the portfolio" in result.stderr and "sue" in result.stderr
    return folder, sue


def enrol(folder: Path, sue: Path, who: str, key: Path, *more: object) -> Result:
    request = key.with_name(f"{key.name}-request.json")
    asked = run("join", folder, who, "--key", key, "--to", request)
    assert asked.exit_code == 0, asked.stderr
    return run("enrol", folder, request, "--key", sue, "--yes", *more)


def sign(folder: Path, key: Path) -> Result:
    return run("sign", folder, "D-1", "resolved", *PROOF, "--key", key, "--yes")


def test_once_there_are_stewards_only_what_they_enrol_counts(stewarded: tuple[Path, Path], keys: Path) -> None:
    folder, sue = stewarded
    vera = key_file(keys, "vera")
    refused = sign(folder, vera)
    assert (refused.exit_code, refused.stdout) == (2, ""), "the key in the table of people counts no more"
    enrolled = enrol(folder, sue, "vera", vera)
    assert enrolled.exit_code == 0, enrolled.stderr
    assert "I, as a steward, enrol the key SHA256:" in enrolled.stderr and "(vera)" in enrolled.stderr
    proof = sign(folder, vera)
    assert proof.exit_code == 0, proof.stderr
    assert verdicts(folder)[proof.stdout.strip()] == ("counts", "")


def test_whoever_edits_the_table_of_people_enrols_nobody(
    stewarded: tuple[Path, Path], keys: Path, tmp_path: Path
) -> None:
    folder, sue = stewarded
    enrol(folder, sue, "vera", key_file(keys, "vera"))
    evil = new_key(tmp_path, "evil")
    table = folder / "people.csv"
    lines = table.read_text().splitlines()
    line_of_evil = evil.with_suffix(".pub").read_text().strip()
    changed = [f"{line.rsplit(',', 1)[0]},{line_of_evil}" if line.startswith("vera,") else line for line in lines]
    table.write_text("\n".join(changed) + "\n")
    assert sign(folder, evil).exit_code == 2
    assert sign(folder, key_file(keys, "vera")).exit_code == 0


def test_nobody_but_a_steward_enrols_and_nobody_enrols_a_key_they_do_not_hold(
    stewarded: tuple[Path, Path], keys: Path, tmp_path: Path
) -> None:
    folder, sue = stewarded
    vera, ivo = key_file(keys, "vera"), key_file(keys, "ivo")
    assert enrol(folder, sue, "vera", vera).exit_code == 0
    by_vera = enrol(folder, vera, "ivo", ivo)
    assert by_vera.exit_code == 2 and "may not sign this: only sue (sue) may." in by_vera.stderr
    request = tmp_path / "ivo-request.json"
    run("join", folder, "ivo", "--key", ivo, "--to", request)
    content = json.loads(request.read_text())
    request.write_text(json.dumps(content | {"person": "mallory"}))
    assert run("enrol", folder, request, "--key", sue, "--yes").exit_code == 2
    request.write_text("[1, 2]")
    result = run("enrol", folder, request, "--key", sue, "--yes")
    assert result.exit_code == 2 and "is no request" in result.stderr


def test_a_revoked_key_signs_no_more_and_what_it_signed_before_stands(stewarded: tuple[Path, Path], keys: Path) -> None:
    folder, sue = stewarded
    vera = key_file(keys, "vera")
    enrol(folder, sue, "vera", vera)
    before = sign(folder, vera).stdout.strip()
    revoked = run("revoke", folder, "vera", "--note", "left", "--key", sue, "--yes")
    assert revoked.exit_code == 0, revoked.stderr
    assert sign(folder, vera).exit_code == 2
    assert verdicts(folder)[before][0] == "counts"
    again = enrol(folder, sue, "vera", vera)
    assert again.exit_code == 2 and "revoked" in again.stderr


def test_a_person_changes_to_a_new_key(stewarded: tuple[Path, Path], keys: Path, tmp_path: Path) -> None:
    folder, sue = stewarded
    vera, fresh = key_file(keys, "vera"), new_key(tmp_path, "fresh")
    enrol(folder, sue, "vera", vera)
    same = run("rotate", folder, vera, "--key", vera, "--yes")
    assert same.exit_code == 2 and "is the key that you sign with now" in same.stderr
    changed = run("rotate", folder, fresh, "--key", vera, "--yes")
    assert changed.exit_code == 0, changed.stderr
    assert sign(folder, vera).exit_code == 2
    assert sign(folder, fresh).exit_code == 0


def test_the_genesis_is_remembered_where_the_folder_cannot_reach(stewarded: tuple[Path, Path], tmp_path: Path) -> None:
    folder, _ = stewarded
    known = pins.pinned(folder)
    assert len(known) == 64
    assert stat.S_IMODE(pins.state_folder().stat().st_mode) == 0o700
    for path in folder.glob("portfolio.db*"):
        path.unlink()
    mallory = new_key(tmp_path, "mallory")
    begin = ("init", folder, "--steward", f"mallory={mallory}.pub", "--key", mallory, "--yes")
    result = run(*begin)
    assert result.exit_code == 2 and "has its genesis already" in result.stderr, "the replica has it"
    Replica(folder).path.unlink()
    result = run(*begin)
    assert result.exit_code == 2
    assert f"The genesis of this portfolio ({known[:12]}), which this machine knows, is not here." in result.stderr


def test_a_second_genesis_is_refused(stewarded: tuple[Path, Path]) -> None:
    folder, sue = stewarded
    result = run("init", folder, "--steward", f"sue={sue}.pub", "--key", sue, "--yes")
    assert result.exit_code == 2 and "has its genesis already" in result.stderr


def test_a_new_portfolio_begins_with_its_steward(tmp_path: Path) -> None:
    sue = new_key(tmp_path, "sue")
    result = run("init", tmp_path / "new", "--steward", f"sue={sue}.pub", "--key", sue, "--yes")
    assert result.exit_code == 0, result.stderr
    assert list(verdicts(tmp_path / "new").values()) == [("counts", "")]
    bad = run("init", tmp_path / "other", "--steward", "sue", "--yes")
    assert bad.exit_code == 2 and "ID=KEY" in bad.stderr


def test_without_stewards_nobody_is_enrolled_and_the_way_to_begin_is_told(folder: Path, keys: Path) -> None:
    result = run("join", folder, "vera", "--key", key_file(keys, "vera"))
    assert result.exit_code == 2 and "cockpit init FOLDER --steward" in result.stderr


def test_what_was_signed_before_the_genesis_is_adopted(folder: Path, keys: Path, tmp_path: Path) -> None:
    vera, sue = key_file(keys, "vera"), new_key(tmp_path, "sue")
    before = sign(folder, vera).stdout.strip()
    assert run("init", folder, "--steward", f"sue={sue}.pub", "--key", sue, "--yes").exit_code == 0
    assert verdicts(folder)[before][0] == "counts"
    enrol(folder, sue, "vera", vera)
    assert sign(folder, vera).exit_code == 0


def test_a_genesis_that_is_dropped_beside_the_true_one_founds_nothing(
    folder: Path, keys: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usurped, sue, mallory = tmp_path / "usurped", new_key(tmp_path, "sue"), new_key(tmp_path, "mallory")
    run("init", usurped, "--steward", f"mallory={mallory}.pub", "--key", mallory, "--yes")
    run("verify", usurped, "--files", tmp_path / "out")
    (statement,) = (tmp_path / "out").glob("*.json")
    time.sleep(1.1)  # the usurper's is the earlier one
    run("init", folder, "--steward", f"sue={sue}.pub", "--key", sue, "--yes")
    known = pins.pinned(folder)
    (folder / "statements").mkdir(exist_ok=True)
    for path in (statement, statement.with_suffix(".json.sig")):
        (folder / "statements" / path.name).write_bytes(path.read_bytes())
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "another user"))
    found = verdicts(folder)
    assert found[known] == ("counts", "")
    assert found[statement.stem][0] == "invalid" and "a second time" in found[statement.stem][1]
    assert pins.pinned(folder) == known
    assert enrol(folder, sue, "vera", key_file(keys, "vera")).exit_code == 0


def test_a_genesis_that_was_kept_aside_founds_nothing_for_who_comes_later(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usurped, sue, mallory = tmp_path / "usurped", new_key(tmp_path, "sue"), new_key(tmp_path, "mallory")
    run("init", usurped, "--steward", f"mallory={mallory}.pub", "--key", mallory, "--yes")
    run("ledger", "export", usurped, "--to", tmp_path / "earlier.cockpit-ledger")
    time.sleep(1.1)  # the usurper's is the earlier one
    run("init", folder, "--steward", f"sue={sue}.pub", "--key", sue, "--yes")
    known = pins.pinned(folder)
    assert "Rejected" in run("ledger", "import", folder, tmp_path / "earlier.cockpit-ledger").output
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "another user"))
    assert verdicts(folder)[known] == ("counts", "")
    assert pins.pinned(folder) == known


def test_a_folder_that_is_replaced_by_a_link_to_another_stays_the_one_that_it_was(
    stewarded: tuple[Path, Path], tmp_path: Path
) -> None:
    folder, _ = stewarded
    known, mallory = pins.pinned(folder), new_key(tmp_path, "mallory")
    alias = tmp_path / "alias"
    alias.symlink_to(folder)
    assert verdicts(alias)[known] == ("counts", "") and pins.name_of(alias) == pins.name_of(folder)
    usurped = tmp_path / "usurped"
    shutil.copytree(folder, usurped, ignore=shutil.ignore_patterns("portfolio.db*"))
    run("init", usurped, "--steward", f"mallory={mallory}.pub", "--key", mallory, "--yes")
    folder.rename(tmp_path / "away")
    folder.symlink_to(usurped)
    assert pins.pinned(folder) == known
    assert any(verdict == "invalid" and "second time" in why for verdict, why in verdicts(folder).values())


def test_a_genesis_that_could_not_be_kept_is_not_remembered(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sue = new_key(tmp_path, "sue")

    def full(*_: object) -> None:
        raise StoreError("The disk is full; nothing was kept.")

    with monkeypatch.context() as patched:
        patched.setattr(Session, "keep", full)
        assert run("init", folder, "--steward", f"sue={sue}.pub", "--key", sue, "--yes").exit_code == 2
    assert pins.pinned(folder) == ""
    assert run("init", folder, "--steward", f"sue={sue}.pub", "--key", sue, "--yes").exit_code == 0
