"""`docs/sources.md` names every column of every table, and what it says of formats and refusals is what happens."""

from __future__ import annotations

import json
import re
from pathlib import Path
from types import ModuleType

import pytest
from click.testing import CliRunner

from cockpit.basics.text import CELL_LIMIT as TEXT_LIMIT
from cockpit.charter import vocabulary
from cockpit.charter.charter import load
from cockpit.charter.words import CANCELLED_WORDS
from cockpit.cli import cli
from cockpit.records.model import Batch, Kind
from cockpit.sources import azure, github, gitlab, jira, primavera_xer, registry, servicenow
from cockpit.sources.dates import read_column
from cockpit.sources.files import SIZE_LIMIT
from cockpit.sources.values import is_open, number, yes_or_no
from cockpit.sources.workbook import CELL_LIMIT, UNPACKED_LIMIT

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^###? ([^\n]+)\n(.*?)(?=^###? |\Z)", PAGE, re.M | re.S))
CHARTER = '[portfolio]\nid = "p"\ntitle = "P"\ntoday = 2025-03-31\n'


def first_cells(section: str) -> list[str]:
    return re.findall(r"^\| ([^|]+?) \|", section, re.M)[1:]


@pytest.mark.parametrize("table", vocabulary.NATIVE_TABLES)
def test_every_column_is_documented_and_the_required_ones_are_bold(table: str) -> None:
    columns = vocabulary.columns(table)
    assert first_cells(SECTIONS[table]) == [f"**{c.name}**" if c.required else c.name for c in columns]


@pytest.mark.parametrize("table", vocabulary.NATIVE_TABLES)
def test_the_types_are_those_of_the_columns(table: str) -> None:
    told = dict(re.findall(r"^\| \**(\w+)\** \| ([^|]+?) \|", SECTIONS[table], re.M))
    for column in vocabulary.columns(table):
        kind = str(column.type)
        assert ("date" in told[column.name]) == ("date" in kind)
        assert ("number" in told[column.name]) == ("float" in kind or "int" in kind)
        assert ("whole" in told[column.name]) == ("int" in kind)
        assert ("`;`" in told[column.name]) == ("tuple" in kind)


def test_every_column_that_is_read_of_jira_is_listed() -> None:
    read = [name for names in jira._COLUMNS.values() for name in names]
    read += [*jira._POINTS, *jira._PARENTS, "Status Category", "Project key", "Original Estimate", "Remaining Estimate"]
    assert [name for name in read if f"`{name}`" not in SECTIONS["Jira"]] == []


def test_every_table_that_is_read_of_a_primavera_export_is_listed() -> None:
    assert [name for name in primavera_xer.COLUMNS if f"`{name}`" not in SECTIONS["Primavera"]] == []


def test_the_endings_of_the_page_are_those_that_are_watched() -> None:
    assert [end for end in registry.WATCHED if end[1:].upper() not in PAGE] == []


def test_the_limits_are_true() -> None:
    assert f"{SIZE_LIMIT // 1_000_000} MB" in PAGE
    assert f"{UNPACKED_LIMIT // 1_000_000_000} GB" in PAGE
    assert f"{CELL_LIMIT // 1_000_000} million cells" in PAGE
    assert f"{registry.PROBLEMS_LIMIT:,} problems" in PAGE
    assert f"{TEXT_LIMIT:,} characters" in PAGE


def test_every_way_of_writing_a_date_is_read() -> None:
    (said,) = re.findall(r"^A date is (.*?);", SECTIONS["How cells are read"], re.M | re.S)
    written = re.findall(r"`([^`]+)`", said)
    assert {str(read_column([text]).values[text]) for text in written} == {"2025-03-31"}
    assert len(written) == 10


def test_every_way_of_writing_a_number_is_read_and_the_doubtful_one_is_not() -> None:
    (line,) = re.findall(r"^\| number \| (.*) \|$", SECTIONS["How cells are read"], re.M)
    *good, doubtful = re.findall(r"`([^`]+)`", line)
    assert [number(text) for text in good] == [1234.5, 1234.5, 1234.5, 1234, 1200, 45, -300]
    with pytest.raises(ValueError, match="could be"):
        number(doubtful)


def test_the_words_for_yes_and_no() -> None:
    (line,) = re.findall(r"^\| yes or no \| (.*) \|$", PAGE, re.M)
    yes, no = (part.split(", ") for part in line.split("; "))
    assert all(yes_or_no(word) for word in yes)
    assert not any(yes_or_no(word) for word in no)


def portfolio(folder: Path, **files: str) -> Path:
    (folder / "portfolio.toml").write_text(CHARTER)
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_csv", ".csv").replace("_json", ".json")
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return folder


def batch_of(folder: Path) -> Batch:
    charter = load(folder)
    (found,) = registry.scan(folder, charter)
    return registry.read(found, charter)


def test_the_example_of_refused_rows_is_what_import_prints(tmp_path: Path) -> None:
    rows = "id,title,budget\nP-1,Gateway,soon\nP-2,,100\n"
    folder = portfolio(tmp_path, **{"2025-03-31__projects_csv": rows})
    result = CliRunner().invoke(cli, ["import", str(folder)])
    (example,) = re.findall(r"^```\n(.*?)^```", SECTIONS["What is refused, and how you hear of it"], re.M | re.S)
    assert result.exit_code == 1
    assert result.stdout == example


def test_an_undated_file_counts_as_newer_than_the_drops_of_its_name_unless_it_is_empty(tmp_path: Path) -> None:
    dated = {"2025-03-31__teams_csv": "id,title\nt,Team\n"}
    folder = portfolio(tmp_path, **dated, teams_csv="id,title\nu,Other\n")
    result = CliRunner().invoke(cli, ["import", str(folder)])
    assert "\nteams.csv: 1 opened, 1 closed" in result.stdout
    (tmp_path / "other").mkdir()
    folder = portfolio(tmp_path / "other", **dated, teams_csv="id,title\n")
    assert "\nteams.csv" not in CliRunner().invoke(cli, ["import", str(folder)]).stdout


def test_headers_are_matched_as_loosely_as_the_page_says(tmp_path: Path) -> None:
    folder = portfolio(tmp_path, projects_csv="# ours\nID;Title;Baseline finish;Mood\nP;Gateway;31.03.2025;fine\n")
    (project,) = batch_of(folder).records["projects"]
    assert str(project.baseline_finish) == "2025-03-31"
    assert project.extra == (("Mood", "fine"),)


def test_words_for_kinds(tmp_path: Path) -> None:
    (line,) = re.findall(r"^Other words for `kind`: .*$", PAGE, re.M)
    words = {"task": Kind.ACTIVITY, "issue": Kind.TICKET, "story": Kind.TICKET, "bug": Kind.TICKET}
    words |= {"epic": Kind.SUMMARY, "phase": Kind.SUMMARY}
    assert all(f"`{word}`" in line for word in words)
    rows = [{"id": word, "project": "P", "title": word, "kind": word} for word in words]
    folder = portfolio(tmp_path, work_items_json=json.dumps(rows))
    assert {item.id: item.kind for item in batch_of(folder).records["work_items"]} == words


@pytest.mark.parametrize(
    ("section", "module", "more"),
    [
        ("Azure DevOps", azure, [*azure._POINTS, *azure._BEFORE, *azure._AFTER]),
        ("GitLab", gitlab, ["IID", "Issue ID", "Weight", "Time Estimate", "Time Spent", "Labels", "Type"]),
        (
            "ServiceNow",
            servicenow,
            ["rfc", "problem_id", "on_hold", "hold_reason", "close_code", "cmdb_ci", "work_end"],
        ),
    ],
)
def test_every_column_that_is_read_of_a_tracker_is_listed(section: str, module: ModuleType, more: list[str]) -> None:
    read = [name for names in module._COLUMNS.values() for name in names]
    optional = {"Closed At", "Updated At", "Planned start", "Planned end", "Actual start", "Status"}
    missing = [name for name in (*read, *more) if f"`{name}`" not in SECTIONS[section] and name not in optional]
    assert missing == []


def test_the_words_by_which_tickets_are_cancelled() -> None:
    (listed,) = re.findall(r"Cancelled are the states ([^“]*?), and what was closed", PAGE, re.S)
    words = re.findall(r"`([^`]+)`", listed)
    assert set(words) == set(CANCELLED_WORDS) - {"wont do"}


def test_the_command_of_the_page_is_the_one_that_is_advised() -> None:
    (command,) = re.findall(r"gh issue list --state all --limit 5000 --json (\S+) > issues\.json", SECTIONS["GitHub"])
    assert set(re.findall(r"\w+", github._ADVICE.partition("--json ")[2])) <= set(command.split(","))


def test_the_example_of_a_plan_in_a_sheet_loads(tmp_path: Path) -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", SECTIONS["Sheets that are plans"], re.S)
    (tmp_path / "portfolio.toml").write_text(CHARTER + example)
    (mapping,) = load(tmp_path).sources
    assert (mapping.level, mapping.predecessors, mapping.columns["id"]) == ("#outline", "Predecessors", "#row")


def test_what_stands_for_a_date_that_is_not_known_yet_is_what_the_page_says() -> None:
    (said,) = re.findall(r"^(`TBC`.*?) say of a date", SECTIONS["How cells are read"], re.M | re.S)
    assert all(is_open(word) for word in re.findall(r"`([^`]+)`", said))
    assert not any(is_open(word) for word in ("soon", "P-1", "2025-03-31", "5"))
