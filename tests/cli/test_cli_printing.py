"""What people look at, printed four ways by real processes: in a pipe, and on terminals of several kinds."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cli_help import run
from rich.cells import cell_len
from shells_help import Terminal

from cockpit.commands import common, working

ROOT = Path(__file__).resolve().parents[2]
PLAN = ROOT / "sample_portfolios/core-banking/2025-08-31/data-migration-plan.xml"
LOOKS = {
    "check": ["check", "FOLDER"],
    "why": ["check", "FOLDER", "--why"],
    "brief": ["brief", "FOLDER"],
    "replay": ["replay", "FOLDER"],
    "schedule": ["schedule", str(PLAN)],
    "baseline": ["schedule", str(PLAN), "--baseline"],
    "quality": ["schedule", str(PLAN), "--quality"],
}
AT_ONCE = "from cockpit.commands import working; working.PATIENCE = 0; from cockpit.cli import main; main()"
"""The command, which shows at once how far it is."""
ERASE = "\r\x1b[K"
SGR = re.compile(r"\x1b\[[0-9;]*m")
NAME = "核心银行系统迁移到云端 👩‍💻"


def words(name: str, folder: Path, *more: str) -> list[str]:
    return [str(folder) if word == "FOLDER" else word for word in (*LOOKS[name], *more)]


def graded(text: str) -> list[str]:
    """The severities in a table of breaches, one for each."""
    return re.findall(r"^(?:[0-9a-f]{6} )?(critical|major|minor)\b", text, re.M)


@pytest.fixture
def wide(folder: Path) -> Path:
    """The small portfolio with names of wide signs, reported green in two drops."""
    for table in ("projects.csv", "dependencies.csv", "kpis.csv"):
        text = (folder / table).read_text()
        (folder / table).write_text(text.replace("Integration layer", NAME * 3).replace("API documentation", NAME * 4))
    return folder


@pytest.fixture
def crowded(folder: Path) -> Path:
    """The small portfolio with sixty readings that nobody signed: as many breaches, and as many owners."""
    kpis = "".join(f"K-{n},cloud,Measure {n},p{n},,%,higher,80,95,,,2025-06-30,2,30\n" for n in range(60))
    readings = "".join(f"K-{n},2025-03-20,90\n" for n in range(60))
    people = "".join(f"p{n},Person {n},integration,\n" for n in range(60))
    head = "id,objective,title,owner,leads,unit,direction,baseline,target,low,high,target_date,tolerance,cadence_days\n"
    (folder / "kpis.csv").write_text(head + kpis)
    (folder / "readings.csv").write_text("kpi,as_of,value\n" + readings)
    (folder / "people.csv").write_text((folder / "people.csv").read_text() + people)
    return folder


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Callable[..., Terminal]]:
    opened: list[Terminal] = []

    def start(*arguments: str, columns: int = 80, **environment: str) -> Terminal:
        opened.append(Terminal([sys.executable, "-m", "cockpit", *arguments], tmp_path, columns, **environment))
        return opened[-1]

    yield start
    for each in opened:
        each.close()


@pytest.mark.parametrize("name", LOOKS)
def test_each_look_is_printed_four_ways_with_one_exit_code(wide: Path, name: str) -> None:
    text = run(*words(name, wide))
    assert all(cell_len(line) <= 80 for line in text.stdout.splitlines())
    markdown = run(*words(name, wide, "--markdown"))
    assert markdown.stdout.startswith("# ")
    rows = run(*words(name, wide, "--csv"))
    assert len({len(row) for row in csv.reader(io.StringIO(rows.stdout))}) == 1
    told = run(*words(name, wide, "--json"))
    assert isinstance(json.loads(told.stdout), dict) and told.stdout.isascii()
    assert {each.exit_code for each in (text, markdown, rows, told)} == {text.exit_code}
    assert not [c for each in (text, markdown) for c in each.stdout if not c.isprintable() and c not in "\n\u200d"]


SHAPES = {
    "brief": "{portfolio, title, as_of, status, currency, worst, notes, sections: ",
    "replay": "{says, days, projects, rows, policy}",
    "schedule": "{title, rules, start, finish, data_date, tasks: [{…the columns of the CSV}], notes}",
    "baseline": "{title, tasks: […]}",
    "quality": "{title, checks: […], hit, due, hit_percent}",
}
"""How docs/commands.md tells the objects."""


@pytest.mark.parametrize("name", SHAPES)
def test_the_objects_have_the_keys_that_the_page_tells(folder: Path, name: str) -> None:
    page = " ".join((ROOT / "docs" / "commands.md").read_text(encoding="utf-8").split())
    assert SHAPES[name] in page
    told = json.loads(run(*words(name, folder, "--json")).stdout)
    assert list(told) == re.findall(r"\w+(?=[,:}])", re.sub(r"\[.*?\]", "", SHAPES[name]))
    header = run(*words(name, folder, "--csv")).stdout.splitlines()[0]
    assert f"`{header}`" in page, "the columns of the CSV are told too"
    for key in {"tasks", "checks", "rows"} & told.keys():
        assert {",".join(row) for row in told[key]} <= {header}


def test_the_csv_of_check_has_the_keys_of_its_json(folder: Path) -> None:
    (row, *_) = json.loads(run("check", folder, "--json").stdout)["breaches"]
    header = run("check", folder, "--csv").stdout.splitlines()[0].split(",")
    assert header == [key for name in row for key in (["stage"] if name == "life" else [name])]


@pytest.mark.parametrize("name", ["check", "brief", "replay", "schedule"])
def test_two_ways_at_once_are_refused_in_a_sentence(folder: Path, name: str) -> None:
    refused = run(*words(name, folder, "--csv", "--json"))
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "Give one of --csv, --json, not several." in refused.stderr


@pytest.mark.parametrize("name", ["check", "brief"])
def test_csv_and_json_say_the_same(folder: Path, name: str) -> None:
    rows = list(csv.DictReader(io.StringIO(run(*words(name, folder, "--csv")).stdout)))
    told = json.loads(run(*words(name, folder, "--json")).stdout)
    lines = told["breaches"] if name == "check" else [
        {"section": key} | line for key, section in told["sections"].items() for line in section["lines"]
    ]  # fmt: skip
    assert len(rows) == len(lines) > 0
    for row, line in zip(rows, lines, strict=True):
        for key in row.keys() & line.keys():
            said = line[key]
            assert row[key] == "" if said is None else isinstance(said, list | bool | float) or row[key] == str(said)


def test_the_brief_says_who_must_act_on_what_by_when_and_what_a_day_costs(folder: Path) -> None:
    told = json.loads(run("brief", folder, "--json").stdout)
    (first,) = told["sections"]["blocked"]["lines"]
    assert (first["who"], first["subject"], first["by"]) == ("Vera", "dependency:D-1", "2025-04-07")
    assert first["day_cost"] == 10_000 and first["cost"] == first["days"] * 10_000
    page = run("brief", folder).stdout
    head = " ".join(page.splitlines()[1:4])
    assert head.startswith("Vera must act: API documentation") and "needed by 2025-04-07" in head and "10k/day" in head


def test_a_page_stays_a_page_however_much_there_is(crowded: Path) -> None:
    page = run("brief", crowded).stdout
    assert len(page.splitlines()) < 80
    assert re.search(r"^     and \d+ more$", page, re.M)
    all_told = len(json.loads(run("check", crowded, "--json").stdout)["breaches"])
    assert len(graded(run("check", crowded).stdout)) == all_told > 60, "in a pipe nothing is left out"
    few = run("check", crowded, "--most", "3").stdout
    assert re.search(r"^     and \d+ more$", few, re.M) and "--most 0" in few
    assert len(graded(few)) == 3
    assert len(json.loads(run("check", crowded, "--most", "3", "--json").stdout)["breaches"]) > 60


@pytest.mark.slow
def test_at_a_terminal_the_worst_does_not_scroll_away(crowded: Path, terminal: Callable[..., Terminal]) -> None:
    shown = terminal("check", str(crowded), NO_COLOR="1")
    assert shown.wait() == 1
    assert len(graded(shown.seen)) == 40
    assert re.search(r"and \d+ more", shown.seen)
    whole = terminal("check", str(crowded), "--most", "0", NO_COLOR="1")
    whole.wait()
    assert len(graded(whole.seen)) > 60


@pytest.mark.parametrize("columns", [80, 132])
def test_a_terminal_is_used_as_wide_as_it_is_and_coloured(
    wide: Path, terminal: Callable[..., Terminal], columns: int
) -> None:
    shown = terminal("check", str(wide), columns=columns)
    assert shown.wait() == 1
    bare = SGR.sub("", shown.seen)
    assert SGR.search(shown.seen) and "\x1b" not in bare.replace(ERASE, "")
    widest = max(map(cell_len, bare.splitlines()))
    assert columns - 12 < widest <= columns


def test_no_colour_means_none_and_a_dumb_terminal_gets_neither_colour_nor_progress(
    folder: Path, terminal: Callable[..., Terminal]
) -> None:
    plain = terminal("brief", str(folder), NO_COLOR="1")
    dumb = terminal("brief", str(folder), TERM="dumb")
    assert plain.wait() == dumb.wait() == 1
    assert not SGR.search(plain.seen) and "\x1b" not in dumb.seen
    assert dumb.seen.replace("\r\n", "\n") == run("brief", folder).stdout


def test_how_far_it_is_shows_at_a_terminal_and_is_gone_when_it_is_done(folder: Path, tmp_path: Path) -> None:
    shown = Terminal([sys.executable, "-c", AT_ONCE, "replay", str(folder)], tmp_path, NO_COLOR="1")
    try:
        assert shown.wait() in (0, 1)
    finally:
        shown.close()
    *steps, page = shown.seen.split(ERASE)
    assert any("Opening the portfolio … · 0 s" in step for step in steps)
    assert all("\n" not in step for step in steps), "it never takes a line for good"
    assert page.startswith("Core banking · reported beside what was true")


def test_there_is_no_progress_where_standard_error_is_no_terminal(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", AT_ONCE, "check", str(folder)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (1, "")
    assert "\x1b" not in done.stdout and "\r" not in done.stdout


class Screen(io.StringIO):
    """Standard error that says that it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_what_is_said_meanwhile_stands_on_a_line_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    screen, end = Screen(), time.monotonic() + 60
    monkeypatch.setattr("sys.stderr", screen)
    monkeypatch.setattr(working, "PATIENCE", 0)
    monkeypatch.setenv("TERM", "xterm")
    with working.working("Outside"), working.working("Inside"):
        while "Outside" not in screen.getvalue() and time.monotonic() < end:
            time.sleep(0.01)
        common.say("Said meanwhile.")
    lines = screen.getvalue().split("\n")
    assert [line.rpartition(ERASE)[2] for line in lines] == ["Said meanwhile.", ""]
    assert "Inside" not in screen.getvalue(), "work within work is part of it"


def test_days_are_counted_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen()
    monkeypatch.setattr("sys.stderr", screen)
    monkeypatch.setattr(working, "PATIENCE", 0)
    monkeypatch.setattr(working, "BEAT", 0)
    monkeypatch.setenv("TERM", "xterm")
    with working.working("Looking"):
        for number in working.each(range(4), 4, "days"):
            end = time.monotonic() + 60
            while f"{number} of 4 days" not in screen.getvalue() and time.monotonic() < end:
                time.sleep(0.001)
    assert "━━━━━━━━────────  2 of 4 days · 0 s" in screen.getvalue()
