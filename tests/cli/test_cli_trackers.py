"""Two trackers in real files: a shadow workbook of a lead, a Jira export, and signatures with real keys."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from cli_help import run
from live_portfolio import charter, key_file

LEAD = """\
Nr,Task,Days left,State
L-1,Design of the interfaces,0,Done
L-2,Build,45,In Progress
L-7,Interfaces live!,0,To Do
"""
SHADOW = """
[[sources]]
path = "lead/*.csv"
table = "work_items"
shadow = true
[sources.columns]
id = "Nr"
title = "Task"
remaining_days = "Days left"
status = "State"
same_as = "Nr"
[sources.defaults]
project = "P1"
"""


def breaches(folder: Path) -> dict[str, dict[str, Any]]:
    return {each["code"]: each for each in json.loads(run("check", folder, "--json").stdout)["breaches"]}


def items(folder: Path) -> dict[str, dict[str, Any]]:
    return {each["id"]: each for each in json.loads(run("export", folder, "--format", "json").stdout)["items"]}


@pytest.fixture
def two(folder: Path) -> Path:
    """The portfolio, and beside it the workbook of its lead, under ids of its own."""
    (folder / "lead").mkdir()
    (folder / "lead" / "mine.csv").write_text(LEAD)
    mapping = SHADOW.replace('same_as = "Nr"\n', "")
    (folder / "portfolio.toml").write_text(charter(more=mapping))
    return folder


def sources(folder: Path) -> dict[str, dict[str, Any]]:
    rows = json.loads(run("export", folder, "--format", "json").stdout)["sources"]
    return {each["path"]: each for each in rows}


def test_a_shadow_that_names_our_ids_makes_the_project_late_and_both_rows_are_told(folder: Path) -> None:
    """The vendor is assumed to hold Build until 25 April. Its 20 days end on 23 May then, the lead's 45 on 27 June."""
    (folder / "lead").mkdir()
    (folder / "lead" / "mine.csv").write_text("Nr,Task,Days left,State,Ours\nL-2,Build it,45,In Progress,I-2\n")
    mapping = SHADOW.replace('same_as = "Nr"', 'same_as = "Ours"')
    (folder / "portfolio.toml").write_text(charter(more=mapping))
    found = breaches(folder)["SOURCES-DISAGREE"]
    assert found["title"] == "I-2 “Build”: work_items.csv and lead/mine.csv disagree, and the worse counts"
    assert (found["owner"], found["slip_days"]) == ("ivo", 35)
    assert found["reasons"] == [
        "by work_items.csv alone it would be At Risk, finishing on 2025-05-23; with both it is Off Track, finishing on "
        "2025-06-27",
        "I-2 “Build” has 20 working days left (work_items.csv row 3)",
        "L-2 “Build it” has 45 working days left, which counts (lead/mine.csv row 2)",
    ]
    assert "L-2" not in items(folder)
    assert {path: each["shadow"] for path, each in sources(folder).items() if each["shadow"]} == {"lead/mine.csv": True}


def test_a_source_is_no_shadow_any_more_without_being_read_again(folder: Path) -> None:
    (folder / "lead").mkdir()
    (folder / "lead" / "mine.csv").write_text(LEAD)
    mapping = SHADOW.replace('same_as = "Nr"\n', "")
    (folder / "portfolio.toml").write_text(charter(more=mapping))
    before = sources(folder)["lead/mine.csv"]
    (folder / "portfolio.toml").write_text(charter(more=mapping.replace("shadow = true\n", "")))
    assert "lead/mine.csv" not in run("import", folder).stdout
    assert sources(folder)["lead/mine.csv"] == before | {"shadow": False}


def test_proposed_signed_and_one(two: Path, keys: Path) -> None:
    found = breaches(two)["SAME-PROPOSED"]
    of = "of work_items.csv and lead/mine.csv"
    assert found["title"] == f"2 pairs of Integration layer may be one, {of}: “Build” for one"
    assert "cockpit sign FOLDER 'same:I-2=L-2' confirmed" in found["clears_when"]
    assert "L-2" in items(two)
    for who in ("vera", "sam"):
        refused = run("sign", two, "same:I-2=L-2", "confirmed", "--key", key_file(keys, who), "--yes")
        assert (refused.exit_code, refused.stdout) == (2, "")
        assert "only Ivo, the owner of the project, may" in refused.stderr
    signed = run("sign", two, "L-2=I-2", "confirmed", "--key", key_file(keys, "ivo"), "--yes")
    assert signed.exit_code == 0, signed.stderr
    sentence = " ".join(signed.stderr.split())
    assert (
        "I, Ivo (ivo), confirm that “I-2”, “Build”, and “L-2”, “Build”, are one work item of the project “Integration "
        "layer”; the worse of what their sources say counts for it." in sentence
    )
    assert "L-2" not in items(two) and "SOURCES-DISAGREE" in breaches(two)
    assert datetime.fromisoformat(items(two)["I-2"]["early_finish"]).date().isoformat() == "2025-06-27"
    dismissed = run("sign", two, "same:L-7=M-1", "dismissed", "--key", key_file(keys, "ivo"), "--yes")
    assert dismissed.exit_code == 0, dismissed.stderr
    assert "it stays dismissed for these titles only" in " ".join(dismissed.stderr.split())
    assert "SAME-PROPOSED" not in breaches(two)
    statements = json.loads(run("verify", two, "--json").stdout)["statements"]
    assert sorted((each["subject"], each["meaning"], each["verdict"]) for each in statements) == [
        ("same:I-2=L-2", "confirmed", "counts"),
        ("same:L-7=M-1", "dismissed", "counts"),
    ]
    (two / "lead" / "mine.csv").write_text(LEAD.replace("Interfaces live!", "INTERFACES - live"))
    assert "SAME-PROPOSED" not in breaches(two), "spelt otherwise it is the same title"
    (two / "lead" / "mine.csv").write_text(LEAD.replace("Interfaces live!", "Interface live"))
    assert "SAME-PROPOSED" in breaches(two)


def test_what_names_no_two_rows_of_different_sources_is_told(two: Path, keys: Path) -> None:
    for subject in ("same:I-1=I-2", "same:I-1=nobody", "same:I-1"):
        refused = run("sign", two, subject, "confirmed", "--key", key_file(keys, "ivo"), "--yes")
        assert refused.exit_code == 2
        assert "names no two work items or projects of different sources" in refused.stderr
        assert "same:I-2=L-2" in refused.stderr
    refused = run("sign", two, "same:I-2=L-2", "resolved", "--key", key_file(keys, "ivo"), "--yes")
    assert refused.exit_code == 2 and "confirmed or dismissed, not resolved" in refused.stderr


def test_the_history_of_two_rows_has_what_was_signed_of_them(two: Path, keys: Path) -> None:
    run("sign", two, "same:I-2=L-2", "confirmed", "--key", key_file(keys, "ivo"), "--yes")
    told = run("verify", two, "same:I-2=L-2")
    assert told.exit_code == 0 and "Ivo" in told.stdout and "confirmed" in told.stdout
