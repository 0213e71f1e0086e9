"""The ledger as `cockpit verify` tells it: who witnessed what, and what is missing."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result
from live_portfolio import key_file

from cockpit.cli import cli

PROOF = ("--note", "https://docs.vendor.example/api")


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


def sign(folder: Path, keys: Path, who: str, *words: object) -> str:
    result = run("sign", folder, *words, "--key", key_file(keys, who), "--yes")
    assert result.exit_code == 0, result.stderr
    return result.stdout.strip()


def ledger(folder: Path) -> dict[str, dict[str, Any]]:
    return {found["id"]: found for found in json.loads(run("verify", folder, "--json").stdout)["statements"]}


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


def test_a_statement_taken_out_of_the_store_leaves_a_hole_that_is_named(folder: Path, keys: Path) -> None:
    first = sign(folder, keys, "vera", "D-1", "promised", "--date", "2025-04-10")
    second = sign(folder, keys, "vera", "D-1", "resolved", *PROOF)
    third = sign(folder, keys, "ivo", "D-1", "disputed")
    with closing(sqlite3.connect(folder / "portfolio.db")) as raw, raw:
        raw.execute("DELETE FROM statements WHERE id = ?", (second,))
    result = run("verify", folder, "--json")
    assert result.exit_code == 1
    found = {each["id"]: each for each in json.loads(result.stdout)["statements"]}
    assert set(found) == {first, third}
    assert found[third]["verdict"] == "invalid"
    assert f"missing here ({second[:12]}): the ledger has a hole" in found[third]["why"]
    assert found[first]["verdict"] == "counts"
