"""What scripts and strangers do to the command line: far days, closed streams, sums that run over, a stopped import."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest
from live_portfolio import TABLES, charter

from cockpit.outlets.export import csv_cell, plain

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}
COMMAND = (sys.executable, "-m", "cockpit")


def cockpit(*arguments: object, shell: str = "") -> subprocess.CompletedProcess[str]:
    command = [*COMMAND, *map(str, arguments)]
    if shell:
        command = ["bash", "-c", f'"$@" {shell}', "bash", *command]
    return subprocess.run(
        command, capture_output=True, text=True, env=ENVIRONMENT, timeout=60, stdin=subprocess.DEVNULL
    )


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_out_of_reach_is_refused(folder: Path, day: str) -> None:
    for command in ("check", "brief"):
        result = cockpit(command, folder, "--as-of", day)
        assert (result.returncode, result.stdout) == (2, "")
        assert "days from 1900 to 2999" in result.stderr
    (folder / "portfolio.toml").write_text(charter(today=day))
    result = cockpit("check", folder)
    assert result.returncode == 2
    assert "portfolio.toml line 5, portfolio.today: expected a day from 1900 to 2999" in result.stderr


@pytest.mark.parametrize("day", ["1900-01-01", "2999-12-31"])
def test_the_first_and_the_last_day_are_computed(folder: Path, day: str) -> None:
    for command in ("check", "brief"):
        assert cockpit(command, folder, "--as-of", day).returncode in (0, 1)


@pytest.mark.parametrize("shell", ["<&-", "<&- 2>&-", "<&- >&-"])
def test_closed_streams_give_the_brief_and_no_fault(folder: Path, shell: str) -> None:
    result = cockpit(folder, shell=shell)
    assert result.returncode == 1
    assert "failed" not in result.stderr
    assert (">&-" in shell.split()) or "Vera must act" in result.stdout


def test_sign_with_a_closed_input_signs_nothing(folder: Path, keys: Path) -> None:
    arguments = ("sign", folder, "D-1", "promised", "--date", "2025-04-04", "--key", keys / "vera.key")
    result = cockpit(*arguments, shell="<&-")
    assert result.returncode == 2
    assert "there is no terminal to ask on" in result.stderr


def test_numbers_beyond_all_measure_are_refused_and_export_stays_json(folder: Path) -> None:
    (folder / "projects.csv").write_text(
        "id,title,objectives,owner,team,budget,forecast_cost\nP1,One,cloud,ivo,integration,1e308,-1e308\n"
    )
    imported = cockpit("import", folder)
    assert "budget: expected a number of at most 15 digits" in imported.stdout
    result = cockpit("export", folder, "--format", "json")
    assert json.loads(result.stdout)["projects"][0]["budget"] is None


def test_a_number_that_ran_over_is_exported_as_unknown() -> None:
    assert [plain(value) for value in (float("inf"), float("-inf"), float("nan"), 1.5)] == [None, None, None, 1.5]
    assert csv_cell(plain(float("inf"))) == ""


def test_problems_are_exported_inert(folder: Path) -> None:
    Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9\x1b[31m.csv")).write_text("a,b\n1,2\n")
    result = cockpit("export", folder, "--table", "sources")
    assert result.returncode in (0, 1), result.stderr
    told = [row["problems"] for row in csv.DictReader(io.StringIO(result.stdout)) if row["problems"]]
    assert len(told) == 1
    assert "caf\\xe9[31m.csv" in told[0]
    assert "\x1b" not in result.stdout + result.stderr


def test_a_drop_that_waits_is_a_note_and_no_exception(folder: Path) -> None:
    (folder / "2025-04-02").mkdir()
    (folder / "2025-04-02" / "links.csv").write_text("predecessor,successor\n")
    result = cockpit("import", folder)
    assert "2025-04-02/links.csv: waits for its day, 2025-04-02; nothing of it counts before\n" in result.stdout
    assert result.returncode == 0
    assert "waits for its day" in cockpit("check", folder).stderr


def test_an_import_that_is_interrupted_does_not_end_as_if_exceptions_were_found(folder: Path) -> None:
    # Summaries: there is much to read and little to schedule, so that nothing is compiled on the way.
    rows = "".join(f"X{number},P1,x,summary,integration,ivo,To Do,1,,\n" for number in range(20_000))
    (folder / "work_items.csv").write_text(TABLES["work_items.csv"] + rows)
    # Whoever runs the tests in the background has this signal ignored, and so would what they start.
    heard = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    command = [*COMMAND, "import", str(folder)]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT, preexec_fn=heard
    )
    while not (folder / "portfolio.db").exists() and process.poll() is None:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err.strip()) == (2, "Stopped.")
    (folder / "work_items.csv").write_text(TABLES["work_items.csv"])
    assert cockpit("import", folder).returncode == 0


CLASS = "def boom():\n    exec('raise KeyboardInterrupt')\n"
UNDER_WAY = (
    "def boom():\n    def work():\n        try:\n            yield\n"
    "        finally:\n            raise ValueError('closed')\n"
    "    begun = work()\n    next(begun)\n    raise KeyboardInterrupt\n"
)


@pytest.mark.parametrize("boom", [CLASS, UNDER_WAY])
def test_an_interrupt_ends_like_any_other_whatever_was_under_way(tmp_path: Path, boom: str) -> None:
    (tmp_path / "boom.py").write_text(
        f"import sys, click\nfrom cockpit import cli\n@click.command()\n{boom}"
        "cli.cli.add_command(boom)\nsys.argv = ['cockpit', 'boom']\ncli.main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "boom"], cwd=tmp_path, capture_output=True, text=True, check=False, env=ENVIRONMENT
    )
    assert (done.returncode, done.stderr.strip()) == (2, "Stopped.")


def test_a_note_that_is_too_long_is_refused_in_a_sentence(folder: Path, keys: Path) -> None:
    arguments = ("sign", folder, "D-1", "promised", "--date", "2025-04-04", "--key", keys / "vera.key", "--yes")
    result = cockpit(*arguments, "--note", "x" * 3000)
    assert result.returncode == 2
    assert "That can't be signed: the statement has a body.note" in result.stderr
