"""Edits that nobody signed, on the command line: a line above the breaches, a list for scripts, one signature."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

from cli_help import run
from live_portfolio import key_file


def test_what_was_edited_is_told_and_signed_by_the_sponsor(folder: Path, keys: Path) -> None:
    run("check", folder)
    items, links = folder / "work_items.csv", folder / "links.csv"
    items.write_text(items.read_text().replace("To Do,20", "To Do,8"))
    links.write_text("predecessor,successor\nI-1,I-2\n")
    line = "Edited: 1 duration cut, 1 row taken out, signed by nobody (cockpit export FOLDER --table edits)"
    for command in ("check", "brief"):
        assert line in " ".join(run(command, folder).stdout.split())
    assert f"*{line}*" in run("brief", folder, "--markdown").stdout.replace("\\", "")
    found = json.loads(run("check", folder, "--json").stdout)
    assert found["edits_left_out"] == 0
    assert found["edits"] == [
        {
            "what": "duration cut", "subject": "item:I-2", "project": "P1", "scope": "P1", "field": "duration days",
            "was": "20", "now": "8", "count": 1, "on": "2025-03-31", "place": "work_items.csv row 3",
        },
        {
            "what": "removed", "subject": "link:I-2>M-1", "project": "P1", "scope": "P1", "field": None, "was": None,
            "now": None, "count": 1, "on": "2025-03-31", "place": "links.csv",
        },
    ]  # fmt: skip
    rows = list(csv.DictReader(io.StringIO(run("export", folder, "--table", "edits").stdout)))
    assert [(row["subject"], row["was"], row["now"]) for row in rows] == [
        ("item:I-2", "20", "8"),
        ("link:I-2>M-1", "", ""),
    ]
    refused = run("sign", folder, "scope:P1", "confirmed", "--key", key_file(keys, "ivo"), "--yes")
    assert refused.exit_code == 2 and "only Sam, the sponsor of the project, may" in refused.stderr
    signed = run("sign", folder, "scope:P1", "confirmed", "--key", key_file(keys, "sam"), "--yes")
    assert signed.exit_code == 0, signed.stderr
    said = " ".join(signed.stderr.split())
    assert (
        "confirm all that was edited of the project “Integration layer” since it was known first, 1 duration cut"
        in said
    )
    assert "“item I-2, duration days: 20 → 8 on 2025-03-31”" in said
    assert json.loads(run("check", folder, "--json").stdout)["edits"] == []
    history = " ".join(run("verify", folder, "scope:P1").stdout.split())
    assert "the present one: scope “P1”" in history and "duration_days" in history
    items.write_text(items.read_text().replace("To Do,8", "To Do,6"))
    (edit,) = json.loads(run("check", folder, "--json").stdout)["edits"]
    assert (edit["was"], edit["now"]) == ("8", "6")


def test_nothing_edited_is_nothing_to_sign(folder: Path, keys: Path) -> None:
    run("check", folder)
    refused = run("sign", folder, "scope:P1", "confirmed", "--key", key_file(keys, "sam"), "--yes")
    assert refused.exit_code == 2 and refused.stderr.startswith("There is no “scope:P1” that can be confirmed.")
    assert "Edited:" not in run("check", folder).stdout
