"""Work that no file gives to an objective, given to one in a shell with real keys, and taken back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli_help import run
from click.testing import Result
from live_portfolio import TABLES, key_file, make

GUILD = "".join(f"G-{n},GUILD,Ticket {n},ticket,integration,ivo,To Do,1,,\n" for n in range(3))
SUBJECT = "mapping:project=GUILD>cloud"


@pytest.fixture
def folder(tmp_path: Path, keys: Path) -> Path:
    """The small portfolio beside three tickets of a guild that is no project."""
    return make(tmp_path / "portfolio", keys, work_items=TABLES["work_items.csv"] + GUILD)


def sign(folder: Path, meaning: str, key: Path, subject: str = SUBJECT) -> Result:
    return run("sign", folder, subject, meaning, "--key", key, "--yes")


def unmapped(folder: Path) -> int:
    found = json.loads(run("check", folder, "--json").stdout)["breaches"]
    return sum(each["code"] == "ALIGN-TICKETS" for each in found)


def test_the_owner_of_the_objective_maps_it_and_takes_it_back(folder: Path, keys: Path) -> None:
    assert unmapped(folder) == 1
    refused = sign(folder, "confirmed", key_file(keys, "ivo"))
    assert refused.exit_code == 2 and "Ivo may not sign confirmed" in refused.stderr
    signed = sign(folder, "confirmed", key_file(keys, "sam"))
    assert signed.exit_code == 0, signed.stderr
    sentence = " ".join(signed.stderr.split())
    assert (
        "I, Sam (sam), confirm the mapping of every ticket whose “project” is “GUILD” to the objective “Core in the "
        "cloud”, where no file says what it serves: 3 tickets as things are, and whatever comes to match."
    ) in sentence
    assert "cleared: ALIGN-TICKETS" in sentence and unmapped(folder) == 0
    again = sign(folder, "confirmed", key_file(keys, "sam"))
    assert again.exit_code == 2 and "That is mapped by signature already" in again.stderr
    taken = sign(folder, "withdrawn", key_file(keys, "sam"))
    assert taken.exit_code == 0 and "agree to withdraw the mapping of" in taken.stderr
    assert unmapped(folder) == 1
    history = " ".join(run("verify", folder, SUBJECT).stdout.split())
    assert "Sam (sam) signed confirmed" in history and "Sam (sam) signed withdrawn" in history


@pytest.mark.parametrize(
    ("subject", "meaning", "why"),
    [
        ("mapping:project=GUILD>sky", "confirmed", "“sky” is no objective. Did you mean cloud?"),
        ("mapping:label=x>cloud", "confirmed", "Work is mapped by signature by id, project, team or objective, not by"),
        ("mapping:project=NONE>cloud", "confirmed", "it would change nothing"),
        ("mapping:project=P1>cloud", "confirmed", "it would change nothing"),
        (SUBJECT, "withdrawn", "there is nothing to withdraw"),
        (SUBJECT, "dismissed", "A mapping is confirmed or withdrawn, not dismissed"),
    ],
)
def test_what_can_not_be_mapped_is_a_sentence(folder: Path, keys: Path, subject: str, meaning: str, why: str) -> None:
    refused = sign(folder, meaning, key_file(keys, "sam"), subject)
    assert refused.exit_code == 2 and why in " ".join(refused.stderr.split()), refused.stderr
