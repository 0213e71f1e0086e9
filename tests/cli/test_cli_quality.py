"""DCMA's checks on the command line: of one plan, in the charter, and in an export."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from cli_help import run

from cockpit.charter.charter import CharterError, load
from cockpit.records.snapshot import QualityTolerances

MINIMAL = '[portfolio]\nid = "p"\ntitle = "P"\n'


def test_a_plan_that_fails_exits_with_1_and_says_why(corpus: Path) -> None:
    result = run("schedule", corpus / "mpxj" / "sample.xml", "--quality")
    assert result.exit_code == 1
    assert "of DCMA's 14 schedule checks failed" in result.stdout
    assert "FAIL   1  Logic" in result.stdout and "Hit-task %" in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 80


def test_the_checks_as_csv(corpus: Path) -> None:
    result = run("schedule", corpus / "mpxj" / "sample.xml", "--quality", "--csv")
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert result.exit_code == 1
    assert [row["number"] for row in rows] == [str(number) for number in range(1, 15)]
    assert {row["passed"] for row in rows} == {"true", "false", "unknown"}
    assert rows[11]["value"] == "600", "the schedule itself was asked"


def test_a_plan_that_fails_nothing_exits_with_0(corpus: Path) -> None:
    result = run("schedule", corpus / "mspsplib" / "16_mp_j30_a5_nr1.xml", "--quality")
    assert result.exit_code == 0
    assert ": none of DCMA's 14 schedule checks failed" in " ".join(result.stdout.splitlines())
    assert run("schedule", corpus / "none.xml", "--quality").exit_code == 2
    folder = run("schedule", corpus)
    assert folder.exit_code == 2 and "is a folder" in folder.stderr


def charter(folder: Path, text: str) -> QualityTolerances:
    (folder / "portfolio.toml").write_text(MINIMAL + text, encoding="utf-8")
    return load(folder).policy.quality


def test_the_charter_sets_tolerances_and_keeps_the_rest(tmp_path: Path) -> None:
    assert charter(tmp_path, "") == QualityTolerances()
    assert charter(tmp_path, "[policy.quality]\nlags_percent = 10\ncpli = 1\n") == QualityTolerances(
        lags_percent=10.0, cpli=1.0
    )


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("lag_percent = 3", "line 5, policy.quality.lag_percent: unknown key; did you mean “lags_percent”?"),
        ("logic_percent = 101", "policy.quality.logic_percent: expected a number from 0 to 100; found 101"),
        ("high_float_days = -1", "policy.quality.high_float_days: expected a number from 0 to 36,500; found -1"),
        ("bei = nan", "policy.quality.bei: expected a number"),
        ("cpli = true", "policy.quality.cpli: expected a number; found true"),
        ("invalid_dates = 1.5", "policy.quality.invalid_dates: expected a whole number"),
        ('missed_percent = "all"', "policy.quality.missed_percent: expected a number"),
    ],
)
def test_a_tolerance_that_cannot_be_is_refused_with_its_line(tmp_path: Path, text: str, fault: str) -> None:
    with pytest.raises(CharterError) as caught:
        charter(tmp_path, f"[policy.quality]\n{text}\n")
    assert fault in str(caught.value)
    assert len(caught.value.problems) == 1


def test_quality_must_be_a_table(tmp_path: Path) -> None:
    with pytest.raises(CharterError, match=r"policy\.quality"):
        charter(tmp_path, "[policy]\nquality = false\n")


def test_the_export_has_the_fourteen_of_the_portfolio(folder: Path) -> None:
    table = json.loads(run("export", folder, "--format", "json", "--table", "quality").stdout)["quality"]
    assert [(row["project"], row["number"]) for row in table] == [("", number) for number in range(1, 15)]
    rows = list(csv.DictReader(io.StringIO(run("export", folder, "--table", "quality").stdout)))
    assert [row["name"] for row in rows][:2] == ["Logic", "Leads"]
    assert all(row["passed"] in ("true", "false") or row["why"] for row in rows)


def test_a_looser_tolerance_is_shown(folder: Path) -> None:
    path = folder / "portfolio.toml"
    path.write_text(path.read_text(encoding="utf-8") + "\n[policy.quality]\nbei = 0.5\n", encoding="utf-8")
    assert "Policy: asks for quality.bei 0.5 instead of 0.95, unsigned" in " ".join(run("check", folder).stdout.split())


def test_a_plan_beside_its_baseline_and_not_both_tables_at_once(corpus: Path) -> None:
    plan = corpus / "mpxj" / "sample.xml"
    assert "no task has a baseline" in " ".join(run("schedule", plan, "--baseline").stdout.split())
    assert run("schedule", plan, "--baseline", "--csv").stdout.startswith("id,name,baseline_start,")
    both = run("schedule", plan, "--baseline", "--quality")
    assert both.exit_code == 2 and "not both" in both.stderr
