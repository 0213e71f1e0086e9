"""Each command in the process: what it prints, and with which exit code."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from cli_help import PROOF, run
from live_portfolio import TABLES, charter, key_file

from cockpit import __version__
from cockpit.charter.charter import load
from cockpit.charter.vocabulary import NATIVE_TABLES, column_names
from cockpit.cli import cli
from cockpit.session.live import Session


def test_version_and_help() -> None:
    assert run("--version").stdout == f"cockpit, version {__version__}\n"
    result = run("--help")
    assert result.exit_code == 0
    assert all(name in result.stdout for name in cli.commands)


def test_check_exits_with_1_on_breaches_and_0_without(folder: Path) -> None:
    result = run("check", folder)
    assert result.exit_code == 1
    assert "Vera" in result.stdout
    for name in ("dependencies.csv", "kpis.csv", "readings.csv"):
        (folder / name).unlink()
    (folder / "kpis.csv").write_text("id,objective,title,owner\n")
    codes = {b["code"] for b in json.loads(run("check", folder, "--json").stdout)["breaches"]}
    assert "KPI-UNSIGNED" not in codes


def test_fail_on_off_track_lets_breaches_pass_that_are_not(folder: Path) -> None:
    assert run("check", folder, "--fail-on", "off-track").exit_code == 0
    for path in folder.glob("portfolio.db*"):
        path.unlink()
    (folder / "projects.csv").write_text(TABLES["projects.csv"].replace("2025-05-30", "2025-04-02"))
    result = run("check", folder, "--fail-on", "off-track")
    assert result.exit_code == 1
    assert "finishes" in result.stdout


def test_check_as_of_a_day_before_anything_was_known(folder: Path) -> None:
    result = run("check", folder, "--json", "--as-of", "2025-03-30")
    found = json.loads(result.stdout)
    assert found["as_of"] == "2025-03-30"
    assert [b["code"] for b in found["breaches"]] == []
    assert result.exit_code == 0


def test_import_prints_what_each_file_changed_and_refused_rows_with_path_row_and_reason(folder: Path) -> None:
    assert "work_items.csv: 3 opened, 0 closed, 0 unchanged\n" in run("import", folder).stdout
    again = run("import", folder)
    assert (again.exit_code, again.stdout) == (0, "")
    (folder / "readings.csv").write_text(TABLES["readings.csv"] + "K-1,soon,much\n")
    result = run("import", folder)
    assert result.exit_code == 1
    assert "readings.csv: 0 opened, 0 closed, 1 unchanged, 2 problems" in result.stdout or "1 problem" in result.stdout
    assert "readings.csv row 3" in result.stdout


def test_import_of_one_file(folder: Path) -> None:
    assert run("import", folder, folder / "teams.csv").stdout == "teams.csv: 2 opened, 0 closed, 0 unchanged\n"
    result = run("import", folder, "/nowhere.csv")
    assert result.exit_code == 2
    assert "no source of this portfolio" in result.stderr


def test_a_folder_without_a_terminal_prints_the_brief(folder: Path) -> None:
    result = run(folder)
    assert result.exit_code == 1
    assert result.stdout.startswith("Core banking · 2025-03-31 · AT RISK\n")
    assert result.stdout == run("brief", folder).stdout == run("open", folder).stdout
    assert run("brief", folder, "--markdown").stdout.startswith("# Core banking · 2025-03-31 · AT RISK")


def test_the_brief_compares_with_the_day_before(folder: Path) -> None:
    (folder / "2025-03-28").mkdir()
    shutil.move(folder / "projects.csv", folder / "2025-03-28" / "projects.csv")
    result = run("brief", folder)
    assert "Since 2025-03-30" in result.stdout
    assert "+ DEP-UNPROVEN" in result.stdout


def test_sign_shows_the_sentence_signs_and_says_what_changed(folder: Path, keys: Path) -> None:
    result = run("sign", folder, "D-1", "resolved", *PROOF, "--key", key_file(keys, "vera"), "--yes")
    assert result.exit_code == 0
    assert len(result.stdout.strip()) == 64
    assert "I, Vera (vera), declare resolved the dependency “API documentation”" in result.stderr
    assert "dependency:D-1: open → resolved" in result.stderr
    assert "cleared: DEP-UNPROVEN" in result.stderr
    assert "Integration layer: At Risk → On Track" in result.stderr


def test_sign_says_which_days_a_promise_moves(folder: Path, keys: Path) -> None:
    signed = ("--date", "2025-04-11", "--key", key_file(keys, "vera"), "--yes")
    first = run("sign", folder, "D-1", "promised", *signed).stderr
    assert "dependency:D-1: open → promised\n" in first
    assert re.search(r"^DEP-UNPROVEN .*2025-04-11; slip ≥ \d+ d → \d+ d, leverage ≥ \d+ d → \d+ d$", first, re.M)
    ((was, now),) = re.findall(r"^Integration layer: computed finish (\S+) → (\S+)$", first, re.M)
    assert now < was
    assert "No breach was cleared" not in first
    time.sleep(1.1)  # statements are dated to the second
    again = run("sign", folder, "D-1", "promised", "--note", "still so", *signed).stderr
    who = r"Note: “still so”\.\nSigned: Vera \(vera\) signed promised for 2025-04-11, .* UTC, not witnessed yet, "
    what = r"over version [0-9a-f]{12}; counts\nNo breach was cleared or raised, and no day has moved\.\n$"
    assert re.search(who + what, again), again


def test_what_is_signed_is_kept_even_if_its_effect_cannot_be_told(
    folder: Path, keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    signing = Session.sign

    def then_break(self: Session, *arguments: Any, **more: Any) -> Any:
        statement = signing(self, *arguments, **more)
        (folder / "portfolio.db").replace(folder / "away.db")
        (folder / "portfolio.db").write_bytes(b"no database at all, and longer than a page of one" * 20)
        return statement

    monkeypatch.setattr(Session, "sign", then_break)
    result = run("sign", folder, "D-1", "promised", "--date", "2099-01-01", "--key", key_file(keys, "vera"), "--yes")
    assert result.exit_code == 0 and len(result.stdout.strip()) == 64
    assert "It is signed and kept. What it changes can't be told now:" in result.stderr


def test_sign_without_a_terminal_needs_yes(folder: Path, keys: Path) -> None:
    result = run("sign", folder, "D-1", "resolved", *PROOF, "--key", key_file(keys, "vera"), typed="y\n")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Nothing was signed" in result.stderr
    assert "No statements yet" in run("verify", folder).stdout


@pytest.mark.parametrize(("typed", "code"), [("y\n", 0), ("n\n", 2), ("\n", 2), ("", 2)])
def test_sign_asks_at_a_terminal_and_no_is_the_default(
    folder: Path, keys: Path, monkeypatch: pytest.MonkeyPatch, typed: str, code: int
) -> None:
    monkeypatch.setattr("cockpit.commands.signing._at_terminal", lambda: True)
    result = run("sign", folder, "D-1", "resolved", *PROOF, "--key", key_file(keys, "vera"), typed=typed)
    assert result.exit_code == code
    assert bool(result.stdout) == (code == 0)


def test_sign_refuses_who_is_not_entitled_with_the_reason(folder: Path, keys: Path) -> None:
    result = run("sign", folder, "D-1", "resolved", "--key", key_file(keys, "ivo"), "--yes")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "only Vera, the giver's owner, may" in result.stderr


def test_verify_lists_statements_and_exits_with_1_when_one_is_void(folder: Path, keys: Path) -> None:
    run("sign", folder, "D-1", "promised", "--date", "2025-04-10", "--key", key_file(keys, "vera"), "--yes")
    good = run("verify", folder)
    assert good.exit_code == 0
    assert "counts" in good.stdout
    (folder / "dependencies.csv").write_text(TABLES["dependencies.csv"].replace("2025-04-07", "2025-04-08"))
    bad = run("verify", folder, "--json")
    assert bad.exit_code == 1
    found = json.loads(bad.stdout)
    assert list(found) == ["portfolio", "as_of", "missing", "statements", "subjects"]
    assert list(found["statements"][0]) == [
        "id", "subject", "meaning", "signer", "signer_name", "key", "signed_at", "witnessed_at", "version", "evidence",
        "note", "date", "value", "verdict", "why", "superseded_by", "type", "says", "behalf",
        "evidence_names", "option",
    ]  # fmt: skip
    assert found["statements"][0]["verdict"] == "void"
    assert found["statements"][0]["signed_at"].endswith("Z")


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="needs ssh-keygen")
def test_a_signed_statement_verifies_with_plain_openssh(folder: Path, keys: Path, tmp_path: Path) -> None:
    number = run("sign", folder, "D-1", "resolved", *PROOF, "--key", key_file(keys, "vera"), "--yes").stdout.strip()
    out = tmp_path / "out"
    assert run("verify", folder, "--files", out).exit_code == 0
    command = ["ssh-keygen", "-Y", "verify", "-f", out / "allowed_signers", "-n", "cockpit-statement-v1", "-I"]
    tail = ["-s", out / f"{number}.json.sig"]
    payload = (out / f"{number}.json").read_bytes()
    assert subprocess.run([*command, "vera", *tail], input=payload, capture_output=True).returncode == 0
    assert subprocess.run([*command, "ivo", *tail], input=payload, capture_output=True).returncode != 0
    forged = payload.replace(b"resolved", b"promised")
    assert subprocess.run([*command, "vera", *tail], input=forged, capture_output=True).returncode != 0


def test_replay_prints_a_row_for_each_project_and_day(folder: Path) -> None:
    (folder / "2025-02-28").mkdir()
    (folder / "2025-02-28" / "projects.csv").write_text(TABLES["projects.csv"])
    rows = list(csv.DictReader(io.StringIO(run("replay", folder, "--csv").stdout)))
    assert list(rows[0]) == ["date", "project", "reported", "computed", "basis", "latency_days"]
    assert [(r["date"], r["project"]) for r in rows] == [("2025-02-28", "P1"), ("2025-03-31", "P1")]


def test_replay_names_the_day_the_cause_and_the_reports_that_still_said_green(folder: Path) -> None:
    drop = folder / "2025-03-10"
    drop.mkdir()
    late = TABLES["projects.csv"].replace("2025-05-30", "2025-03-20")
    (drop / "projects.csv").write_text(late)
    (folder / "projects.csv").write_text(late)
    (drop / "work_items.csv").write_text(TABLES["work_items.csv"])
    (drop / "status_reports.csv").write_text("project,as_of,status\nP1,2025-03-10,Green\n")
    result = run("replay", folder)
    text = " ".join(result.stdout.split())
    assert result.exit_code == 1
    assert "Cockpit calls it on 2025-03-10: Integration layer: finishes 15 days after its baseline." in text
    assert "still said Green on 2025-03-10 and 2025-03-31" in text
    assert "Integration layer 2025-03-10 2 reports, until 2025-03-31 21 d" in text


def test_export_of_one_table_and_of_all(folder: Path, tmp_path: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(run("export", folder, "--table", "projects").stdout)))
    assert [(r["id"], r["status"]) for r in rows] == [("P1", "At Risk")]
    everything = json.loads(run("export", folder, "--format", "json").stdout)
    assert everything["portfolio"] == "core"
    assert everything["dependencies"][0]["state"] == "open"
    assert run("export", folder, "--to", tmp_path / "out").exit_code == 0
    assert sorted(p.name for p in (tmp_path / "out").iterdir())[:2] == ["asked.csv", "blockers.csv"]


@pytest.mark.parametrize(
    "arguments", [("--table", "nothing"), (), ("--table", "projects", "--to", "x"), ("--format", "xml")]
)
def test_export_tells_wrong_usage(folder: Path, arguments: tuple[str, ...]) -> None:
    assert run("export", folder, *arguments).exit_code == 2


def test_rules_are_listed_with_what_clears_them() -> None:
    text = run("rules").stdout
    for code in ("DEP-UNPROVEN", "PATH-DEAD", "FINISH-LATE", "KPI-UNSIGNED", "ALIGN-TICKETS", "SOURCE-FAILED"):
        assert f"{code}  (" in text
    assert text.count("Clears when:") == text.count("Tolerance:")


def test_schedule_prints_a_plan_as_text_and_csv(corpus: Path) -> None:
    plan = corpus / "mspsplib" / "6_mp_j30_a2_nr1.xml"
    rows = list(csv.DictReader(io.StringIO(run("schedule", plan, "--csv").stdout)))
    assert len(rows) > 60
    assert run("schedule", plan).exit_code == 0
    assert run("schedule", corpus / "none.xml").exit_code == 2


@pytest.mark.parametrize("xlsx", [False, True])
def test_what_init_writes_opens_and_explains_every_column(tmp_path: Path, xlsx: bool) -> None:
    folder = tmp_path / "My Portfolio"
    result = run("init", folder, *(["--xlsx"] if xlsx else []))
    assert result.exit_code == 0
    assert load(folder).portfolio.id == "my-portfolio"
    explained = (folder / "tables.md").read_text()
    assert all(name in explained for table in NATIVE_TABLES for name in column_names(table))
    read = run("import", folder)
    assert (read.exit_code, "problem" in read.stdout) == (0, False)
    assert run("check", folder).exit_code == 0
    assert run("init", folder).exit_code == 2


def test_a_table_from_init_can_be_filled_in_below_its_comments(tmp_path: Path) -> None:
    folder = tmp_path / "p"
    run("init", folder)
    with (folder / "teams.csv").open("a") as file:
        file.write("ops,Operations\n")
    assert "teams.csv: 1 opened" in run("import", folder).stdout


def test_init_proposes_a_mapping_that_reads_the_file_of_a_company(tmp_path: Path) -> None:
    status = tmp_path / "Project Status.csv"
    headers = "Project Key,Project Name,Project Manager,Planned Finish,End Date,Actual Review Date,Mood"
    status.write_text(f"{headers}\nA,Alpha,Ann,2025-05-01,2025-06-01,2025-01-01,:)\n")
    tickets = tmp_path / "jira.csv"
    tickets.write_text("Issue key,Issue id,Summary,Status\nX-1,1,Do it,Done\n")
    strange = tmp_path / "strange.csv"
    strange.write_text("foo,bar\n1,2\n")
    folder = tmp_path / "p"
    result = run("init", folder, "--from", status, "--from", tickets, "--from", strange)
    assert result.exit_code == 0
    first, second = load(folder).sources
    assert (first.table, first.columns) == (
        "projects",
        {"id": "Project Key", "title": "Project Name", "owner": "Project Manager",
         "baseline_finish": "Planned Finish", "forecast_finish": "End Date"},
    )  # fmt: skip
    assert second.format == "jira"
    assert "strange.csv: no table was recognised" in result.stdout
    assert "../Project Status.csv: 1 opened" in run("import", folder).stdout


def test_init_from_a_file_that_is_not_there_writes_nothing(tmp_path: Path) -> None:
    result = run("init", tmp_path / "p", "--from", tmp_path / "none.xlsx")
    assert result.exit_code == 2
    assert not (tmp_path / "p").exists()


def test_a_looser_policy_is_shown_in_every_output(folder: Path) -> None:
    (folder / "portfolio.toml").write_text(charter(more="[policy]\nsilence_days = 40\n"))
    said = "Policy: asks for silence_days 40 instead of 20, unsigned: the default rules"
    for command in ("check", "brief", "replay"):
        assert said in " ".join(run(command, folder).stdout.split())
    markdown = run("brief", folder, "--markdown").stdout.replace("\\_", "_")
    assert said in " ".join(markdown.split())
    assert json.loads(run("check", folder, "--json").stdout)["policy"] == [said.removeprefix("Policy: ")]
    for words in (
        ("replay", "--csv"), ("export", "--table", "breaches"), ("export", "--format", "json", "--table", "projects"),
        ("export", "--to", folder / "out"),
    ):  # fmt: skip
        told = run(words[0], folder, *words[1:])
        assert said in told.stderr.splitlines() and said not in told.stdout, words


def test_a_watch_says_where_the_policy_is_looser_and_again_when_that_changes(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from cockpit.commands.watch import _tell

    told: tuple[str, ...] = ()
    for days, expected in ((40, True), (40, False), (50, True), (20, False)):
        (folder / "portfolio.toml").write_text(charter(more=f"[policy]\nsilence_days = {days}\n"))
        with Session.open(folder) as session:
            told = _tell(session.update(), True, told)
        out, err = capsys.readouterr()
        assert (f"Policy: asks for silence_days {days} instead of 20" in err) is expected
        assert "Policy:" not in out
