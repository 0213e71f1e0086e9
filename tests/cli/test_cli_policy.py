"""A policy looser than the default, with real keys: the default rules until a steward has signed these very values."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from pathlib import Path

import pytest
from cli_help import run
from click.testing import Result
from live_portfolio import charter, key_file

STEWARD = 'steward = "sam"\n'
LOOSER = "[policy]\nfinish_tolerance_days = 90\nsilence_days = 3\n[policy.quality]\nbei = 0.5\n"


def ask_for(folder: Path, policy: str, head: str = STEWARD) -> None:
    (folder / "portfolio.toml").write_text(charter(more=head + policy))


def confirm(folder: Path, key: Path, subject: str = "policy") -> Result:
    return run("sign", folder, subject, "confirmed", "--key", key, "--yes")


def codes(folder: Path) -> set[str]:
    return {each["code"] for each in json.loads(run("check", folder, "--json").stdout)["breaches"]}


def notes(folder: Path) -> str:
    return " ".join(json.loads(run("check", folder, "--json").stdout)["policy"])


@pytest.fixture
def late(folder: Path) -> Path:
    """The portfolio, whose one project finishes late by less than its charter would let pass."""
    projects = folder / "projects.csv"
    projects.write_text(projects.read_text().replace("2025-05-30", "2025-04-11"))
    ask_for(folder, "")
    assert "FINISH-LATE" in codes(folder)
    ask_for(folder, LOOSER)
    return folder


def test_until_the_charters_steward_signs_the_default_rules(late: Path, keys: Path) -> None:
    assert {"FINISH-LATE", "POLICY-UNSIGNED"} <= codes(late)
    for command in ("check", "brief"):
        told = " ".join(run(command, late).stdout.split())
        assert "Policy: asks for finish_tolerance_days 90 instead of 5, unsigned: the default rules" in told
        assert "silence_days" not in told, "a stricter setting is nobody's business"
    refused = confirm(late, key_file(keys, "vera"))
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "only Sam, the steward of the portfolio, may" in refused.stderr
    signed = confirm(late, key_file(keys, "sam"))
    assert signed.exit_code == 0, signed.stderr
    sentence = " ".join(signed.stderr.split())
    assert "finish_tolerance_days 90 instead of 5, quality.bei 0.5 instead of 0.95. This is “policy:core”" in sentence
    assert "policy:core: unsigned → signed" in signed.stderr
    assert "cleared: FINISH-LATE" in signed.stderr and "cleared: POLICY-UNSIGNED" in signed.stderr
    assert not {"FINISH-LATE", "POLICY-UNSIGNED"} & codes(late)
    assert "finish_tolerance_days 90 instead of 5, looser than the default, signed by Sam on 20" in notes(late)
    rows = list(csv.DictReader(io.StringIO(run("export", late, "--table", "policy").stdout)))
    assert [(r["name"], r["asked"], r["default"], r["signer"]) for r in rows] == [
        ("finish_tolerance_days", "90", "5", "sam"),
        ("quality.bei", "0.5", "0.95", "sam"),
    ]


def test_the_signature_lapses_with_each_change_of_a_looser_value_and_not_with_a_stricter_one(
    late: Path, keys: Path
) -> None:
    statement = confirm(late, key_file(keys, "sam"), "policy:core").stdout.strip()
    ask_for(late, LOOSER.replace("silence_days = 3", "silence_days = 4"))
    assert "POLICY-UNSIGNED" not in codes(late)
    for change in (
        LOOSER.replace("90", "89"),
        LOOSER.replace("bei = 0.5", "bei = 0.51"),
        LOOSER + "cpli = 0.9\n",
        LOOSER.replace("bei = 0.5", "bei = 0.95"),
    ):
        ask_for(late, change)
        assert {"FINISH-LATE", "POLICY-UNSIGNED"} <= codes(late)
    found = {each["id"]: each for each in json.loads(run("verify", late, "--json").stdout)["statements"]}
    assert found[statement]["verdict"] == "void" and found[statement]["meaning"] == "confirmed"
    assert found[statement]["signer_name"] == "Sam" and found[statement]["subject"] == "policy:core"
    ask_for(late, LOOSER)
    assert "POLICY-UNSIGNED" not in codes(late), "the very same values are signed already"


def test_a_signature_of_today_does_not_reach_back(late: Path, keys: Path) -> None:
    for path in ("projects.csv", "work_items.csv", "links.csv", "people.csv"):
        past = late / "2025-03-10"
        past.mkdir(exist_ok=True)
        (past / path).write_text((late / path).read_text())
    confirm(late, key_file(keys, "sam"))
    assert "POLICY-UNSIGNED" not in codes(late)
    then = json.loads(run("check", late, "--as-of", "2025-03-10", "--json").stdout)
    assert "POLICY-UNSIGNED" in {each["code"] for each in then["breaches"]}
    assert "unsigned: the default rules" in " ".join(then["policy"])


def test_a_steward_without_a_shell_here_is_asked(late: Path, keys: Path) -> None:
    payload = late / "statements" / "policy.json"
    payload.parent.mkdir()
    asked = run("ask", late, "policy", "confirmed", "--signer", "sam", "--to", payload)
    assert asked.exit_code == 0 and "finish_tolerance_days 90 instead of 5" in " ".join(asked.stderr.split())
    key = key_file(keys, "sam")
    subprocess.run(
        ["ssh-keygen", "-q", "-Y", "sign", "-n", "cockpit-statement-v1", "-f", key, payload],
        check=True,
        capture_output=True,
    )
    assert "POLICY-UNSIGNED" not in codes(late)
    refused = run("ask", late, "policy", "confirmed", "--signer", "vera")
    assert refused.exit_code == 2 and "only Sam, the steward of the portfolio, may" in refused.stderr


def test_with_a_genesis_its_stewards_sign_whoever_the_charter_names(late: Path, keys: Path, tmp_path: Path) -> None:
    sue, tess, vera = (key_file(keys, name) for name in ("sue", "tess", "vera"))
    stewards = [part for name, key in (("sue", sue), ("tess", tess)) for part in ("--steward", f"{name}={key}.pub")]
    begun = run("init", late, *stewards, "--key", sue, "--yes")
    assert begun.exit_code == 0, begun.stderr
    asked = run("join", late, "vera", "--key", vera, "--to", tmp_path / "vera.json")
    assert asked.exit_code == 0, asked.stderr
    assert run("enrol", late, tmp_path / "vera.json", "--key", sue, "--yes").exit_code == 0
    ask_for(late, LOOSER, 'steward = "vera"\n')
    assert {"FINISH-LATE", "POLICY-UNSIGNED"} <= codes(late)
    refused = confirm(late, vera)
    assert refused.exit_code == 2 and "only a steward of the portfolio may (sue, tess)" in refused.stderr
    assert confirm(late, key_file(keys, "sam")).exit_code == 2, "the table of people has no say"
    signed = confirm(late, tess)
    assert signed.exit_code == 0, signed.stderr
    assert not {"FINISH-LATE", "POLICY-UNSIGNED"} & codes(late)
    assert "signed by tess on 20" in notes(late)


def test_what_is_not_looser_need_not_be_signed(late: Path, keys: Path) -> None:
    ask_for(late, "[policy]\nsilence_days = 3\n")
    for subject in ("policy", "policy:core"):
        refused = confirm(late, key_file(keys, "sam"), subject)
        assert refused.exit_code == 2 and "nowhere looser than the default" in refused.stderr
    ask_for(late, LOOSER)
    other = run("sign", late, "policy:core", "resolved", "--key", key_file(keys, "sam"), "--yes")
    assert other.exit_code == 2 and "a policy can be confirmed" in other.stderr
