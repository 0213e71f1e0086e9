"""`cockpit init --from`: several files at once, files of no use, what is said, and what is never done."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from cli_help import run

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "sources"))

from source_help import put, workbook

from cockpit.charter.charter import load
from cockpit.sources import files as limits

TRACKER = "Ref,Project,Workstream,RAG,Baseline end\nP-1,Gateway,Payments,Green,2025-05-01\nP-2,Archive,Risk,Red,TBC\n"
JIRA = "Issue key,Summary,Status,Assignee\nPAY-1,Switch,Done,Anna Berg\n"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    put(tmp_path, "tracker.csv", TRACKER)
    put(tmp_path, "jira.csv", JIRA)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    "words",
    [
        ("bank", "--from", "tracker.csv", "jira.csv"),
        ("bank", "--from", "tracker.csv", "--from", "jira.csv"),
        ("--from", "tracker.csv", "jira.csv", "bank"),
        ("bank", "--from", "tracker.csv", "jira.csv", "--xlsx"),
        ("--xlsx", "bank", "--from", "tracker.csv", "jira.csv"),
        ("bank", "--from=tracker.csv", "--from", "jira.csv"),
    ],
)
def test_all_files_behind_the_option_are_looked_at(place: Path, words: tuple[str, ...]) -> None:
    result = run("init", *words)
    assert result.exit_code == 0, result.stderr
    assert [each.path for each in load(place / "bank").sources] == ["../tracker.csv", "../tracker.csv", "../jira.csv"]


def test_without_a_folder_the_portfolio_begins_where_one_is(place: Path) -> None:
    assert run("init", "--from", "tracker.csv", "jira.csv").exit_code == 0
    assert [each.path for each in load(place).sources] == ["tracker.csv", "tracker.csv", "jira.csv"]
    assert run("init").exit_code == 2, "but never without being asked for"


def test_what_is_said_fits_a_small_terminal_and_ends_with_what_to_do(place: Path) -> None:
    told = run("init", "bank", "--from", "tracker.csv", "jira.csv").stdout.splitlines()
    assert len(told) <= 15
    assert told[0] == "tracker.csv: 2 projects, 2 status reports; columns: 4 sure"
    assert told[1] == "jira.csv: a Jira export; 1 work item"
    assert "cockpit import bank" in told[-2] and "cockpit check bank" in told[-1]
    many = [put(place, f"t{number}.csv", TRACKER) for number in range(12)]
    assert len(run("init", "other", "--from", *many).stdout.splitlines()) <= 15


def test_a_file_of_no_use_is_told_in_a_sentence_and_the_others_go_on(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "SIZE_LIMIT", 4_000)
    files = {
        "empty.csv": b"", "locked.xlsx": b"\xd0\xcf\x11\xe0" + bytes(600), "torn.xlsx": b"PK\x03\x04torn",
        "a.pdf": b"%PDF-1",
        "plan.mpp": b"\xd0\xcf\x11\xe0" + bytes(600), "notes.txt.gz": b"\x1f\x8b\x08\x00", "huge.csv": b"a,b\n" * 2_000,
    }  # fmt: skip
    for name, content in files.items():
        put(place, name, content)
    (place / "folder.csv").mkdir()
    result = run("init", "bank", "--from", "tracker.csv", *files, "gone.csv", "folder.csv")
    assert result.exit_code == 1, "a file was refused"
    told = result.stderr
    for name, why in (
        ("empty.csv", "is empty"), ("locked.xlsx", "without a password"), ("torn.xlsx", "damaged or cut-off"),
        ("a.pdf", "is a PDF"), ("plan.mpp", "XML Format"), ("notes.txt.gz", "neither a table nor a plan"),
        ("huge.csv", "more than the"), ("gone.csv", "does not exist"), ("folder.csv", "is a folder"),
    ):  # fmt: skip
        assert any(line.startswith(f"{name}: ") and why in line for line in told.splitlines()), (name, told)
    assert "Traceback" not in told
    assert [each.path for each in load(place / "bank").sources] == ["../tracker.csv"] * 2
    assert "# locked.xlsx is an old or encrypted Office file" in (place / "bank" / "portfolio.toml").read_text()


def test_if_no_file_is_of_use_nothing_is_written(place: Path) -> None:
    result = run("init", "bank", "--from", "gone.csv", "none.xlsx")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Nothing was written" in result.stderr
    assert not (place / "bank").exists()


def test_a_charter_that_is_there_is_never_touched(place: Path) -> None:
    charter = put(place, "bank/portfolio.toml", '[portfolio]\nid = "b"\ntitle = "B"\n')
    result = run("init", "bank", "--from", "tracker.csv")
    assert (result.exit_code, "nothing was written" in result.stderr) == (2, True)
    assert charter.read_text() == '[portfolio]\nid = "b"\ntitle = "B"\n'
    assert [path.name for path in (place / "bank").iterdir()] == ["portfolio.toml"]


def test_no_file_is_changed_copied_or_moved(place: Path) -> None:
    before = {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in place.iterdir()}
    assert run("init", "bank", "--from", "tracker.csv", "jira.csv").exit_code == 0
    assert {name: ((place / name).read_bytes(), (place / name).stat().st_mtime_ns) for name in before} == before
    assert sorted(path.name for path in (place / "bank").rglob("*") if path.stem in ("tracker", "jira")) == []


def test_a_table_that_nobody_knows_is_told_and_left_to_the_user(place: Path) -> None:
    book = workbook(place / "odd.xlsx", {"Main": [["Aa", "Bb"], ["x", "y"]]})
    result = run("init", "bank", "--from", book)
    assert (result.exit_code, "odd.xlsx: no table was recognised by its headers" in result.stdout) == (0, True)
    assert load(place / "bank").sources == ()
    assert "# odd.xlsx: no table was recognised by its headers: Aa, Bb" in (place / "bank/portfolio.toml").read_text()
