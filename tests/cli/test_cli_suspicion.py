"""A suspicion with real keys, from a ticket's words to a signature: dismissed, raised again, confirmed, proven."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from cli_help import run
from click.testing import Result
from live_portfolio import TABLES, key_file, make

SAID = "Waiting for the endpoint list of Vendor management."
SUBJECT = "suspicion:I-2>vendor"


def tickets(said: str, status: str = "On Hold", owner: str = "ivo") -> str:
    """The work items, with what was written under the second."""
    header, first, second, third = TABLES["work_items.csv"].splitlines()
    second = second.replace("ivo,To Do", f"{owner},{status}")
    return "\n".join([f"{header},Comment", f"{first},", f'{second},"{said}"', f"{third},", ""])


def write(folder: Path, *said: str, **more: str) -> None:
    (folder / "work_items.csv").write_text(tickets(*said, **more))


def suspected(folder: Path) -> list[dict[str, Any]]:
    found = json.loads(run("check", folder, "--json").stdout)["breaches"]
    return [each for each in found if each["code"] == "DEP-SUSPECTED"]


@pytest.fixture
def folder(tmp_path: Path, keys: Path) -> Path:
    """The small portfolio before anybody logged the dependency: its one ticket that waits says so in a comment."""
    return make(tmp_path / "portfolio", keys, work_items=tickets(SAID), dependencies="")


def sign(folder: Path, meaning: str, key: Path, subject: str = SUBJECT) -> Result:
    return run("sign", folder, subject, meaning, "--key", key, "--yes")


def test_dismissed_it_is_gone_and_with_other_words_back(folder: Path, keys: Path) -> None:
    (found,) = suspected(folder)
    assert (found["subject"], found["owner"], found["basis"]) == (SUBJECT, "ivo", "unproven")
    assert any(SAID in reason and "work_items.csv row 3" in reason for reason in found["reasons"])
    told = " ".join(run("brief", folder).stdout.split())
    assert f"Vendor management: does “Build” wait for them? [{SUBJECT}] confirmed or dismissed" in told
    refused = sign(folder, "dismissed", key_file(keys, "vera"))
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "Vera may not sign dismissed: they belong to Vendor management, which it is about" in refused.stderr
    signed = sign(folder, "dismissed", key_file(keys, "ivo"))
    assert signed.exit_code == 0, signed.stderr
    sentence = " ".join(signed.stderr.split())
    assert "I, Ivo (ivo), dismiss the suspicion that “I-2”, “Build” of the project “Integration layer”" in sentence
    assert f"by the words “{SAID}”; it stays dismissed for these words only" in sentence
    assert f"{SUBJECT}: suspected → signed" in signed.stderr and "cleared: DEP-SUSPECTED" in signed.stderr
    assert suspected(folder) == []
    write(folder, SAID.upper())
    assert suspected(folder) == [], "the same words"
    write(folder, f"{SAID} Still blocked by Vendor management.")
    (again,) = suspected(folder)
    assert again["subject"] == SUBJECT
    history = " ".join(run("verify", folder, SUBJECT).stdout.split())
    assert "Ivo (ivo) signed dismissed" in history and "what it was signed over has changed since" in history
    write(folder, SAID)
    assert suspected(folder) == []


def test_confirmed_it_is_a_dependency_that_its_giver_owes_a_signature_for(folder: Path, keys: Path) -> None:
    signed = sign(folder, "confirmed", key_file(keys, "ivo"), "I-2>Vendor Management")
    assert signed.exit_code == 0, signed.stderr
    sentence = " ".join(signed.stderr.split())
    assert "that makes it a dependency, which holds the item until the giver's owner has signed it resolved" in sentence
    assert "raised: DEP-UNOWNED" in signed.stderr and "Integration layer: On Track → At Risk" in sentence
    write(folder, "All is well.", status="To Do")
    (found,) = json.loads(run("export", folder, "--table", "dependencies", "--format", "json").stdout)["dependencies"]
    assert (found["id"], found["state"], found["giver_owner"]) == ("vendor>I-2", "unowned", "vera")
    again = sign(folder, "dismissed", key_file(keys, "ivo"))
    assert again.exit_code == 2 and "cockpit sign FOLDER 'dependency:vendor>I-2' withdrawn" in again.stderr
    proof = folder / "list.txt"
    proof.write_text("all 40 endpoints")
    vera = key_file(keys, "vera")
    done = run("sign", folder, "dependency:vendor>I-2", "resolved", "--evidence", proof, "--key", vera, "--yes")
    assert done.exit_code == 0 and "At Risk → On Track" in done.stderr, done.stderr


def test_of_what_names_nobody_its_owner_says_by_whom(folder: Path, keys: Path) -> None:
    write(folder, "")
    (found,) = suspected(folder)
    assert found["subject"] == "suspicion:I-2>" and "nobody says by whom" in found["title"]
    ivo = key_file(keys, "ivo")
    for subject, why in (
        ("suspicion:I-2>", "Say for whom it waits: suspicion:I-2>TEAM, in quotation marks"),
        ("suspicion:I-2", "For whom does I-2 wait? Write it such as suspicion:I-2>, in quotation marks"),
        ("suspicion:I-3>vendor", "There is no work item “I-3”. A suspicion is written ITEM>TEAM"),
        ("suspicion:I-2>vendro", "“vendro” is no team in the teams table, or more than one. Did you mean vendor?"),
        ("suspicion:I-2>integration", "I-2 is the work of Integration: nobody waits for themselves"),
    ):
        refused = sign(folder, "confirmed", ivo, subject)
        assert (refused.exit_code, refused.stdout) == (2, ""), subject
        assert why in " ".join(refused.stderr.split()), refused.stderr
    nothing = sign(folder, "dismissed", ivo)
    assert "Nothing in the text of I-2 names Vendor management: there is nothing to dismiss" in nothing.stderr
    other = sign(folder, "resolved", ivo)
    assert "A suspicion is confirmed or dismissed, not resolved" in " ".join(other.stderr.split())
    assert sign(folder, "dismissed", ivo, "suspicion:I-2>").exit_code == 0
    assert suspected(folder) == []


def test_who_is_asked_elsewhere_signs_with_one_line(folder: Path) -> None:
    asked = run("ask", folder, SUBJECT, "dismissed", "--signer", "ivo")
    assert asked.exit_code == 0 and "dismiss the suspicion" in " ".join(asked.stderr.split())
    body = json.loads(asked.stdout)["body"]
    assert body["subject"] == SUBJECT and re.fullmatch("[0-9a-f]{64}", body["of"])
