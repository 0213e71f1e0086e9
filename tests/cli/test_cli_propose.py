"""What `init --from` proposes for the trackers that companies have."""

from __future__ import annotations

import os
import sys
from datetime import date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "sources"))

from source_help import put, workbook

from cockpit.charter.charter import SourceMapping, load
from cockpit.charter.vocabulary import columns
from cockpit.cli import cli

SAMPLES = Path(__file__).resolve().parents[2] / "sample_portfolios"
TRACKER = "Ref,Project,Workstream,RAG,Baseline end,Forecast end,Budget"
ROWS = "P-1,Gateway,Payments,Green,2025-05-01,2025-06-01,\nP-2,Archive,Risk,Red,2025-05-01,2025-06-01,\n"


def init(folder: Path, *files: Path) -> Result:
    arguments = [part for file in files for part in ("--from", str(file))]
    return CliRunner().invoke(cli, ["init", str(folder), *arguments])


def proposed(folder: Path, *files: Path) -> tuple[SourceMapping, ...]:
    result = init(folder, *files)
    assert result.exit_code == 0, result.stderr
    return load(folder).sources


def test_a_tracker_of_projects_is_no_list_of_work_items(tmp_path: Path) -> None:
    first, second = proposed(tmp_path / "p", put(tmp_path, "tracker.csv", f"{TRACKER}\n{ROWS}"))
    assert (first.table, first.columns) == (
        "projects",
        {"id": "Ref", "title": "Project", "team": "Workstream", "baseline_finish": "Baseline end",
         "forecast_finish": "Forecast end", "budget": "Budget"},
    )  # fmt: skip
    assert (second.table, second.columns) == ("status_reports", {"project": "Ref", "status": "RAG"})


@pytest.mark.parametrize(
    ("headers", "table"),
    [
        ("Ref,Project,RAG", "projects"),
        ("Ref,Project,Status,Forecast end,Sponsor", "projects"),
        ("Ref,Project,Status,Duration,Assignee", "work_items"),
        ("ID,Task,Project,Status,Predecessor,Start", "work_items"),
        ("Number,Project,Parent,Status,Duration", "work_items"),
    ],
)
def test_telling_headers_weigh_towards_their_table(tmp_path: Path, headers: str, table: str) -> None:
    assert proposed(tmp_path / "p", put(tmp_path, "list.csv", f"{headers}\n"))[0].table == table


@pytest.mark.parametrize("header", ["Workstream", "Work stream", "Stream", "Department", "Unit", "Business unit"])
def test_what_companies_call_a_team(tmp_path: Path, header: str) -> None:
    (source,) = proposed(tmp_path / "p", put(tmp_path, "projects 2025.csv", f"Ref,Project,{header},Budget\n"))
    assert source.columns["team"] == header


@pytest.mark.parametrize("header", ["Project", "Sub-project", "Project name", "Projects"])
def test_the_tables_own_name_is_a_title(tmp_path: Path, header: str) -> None:
    assert proposed(tmp_path / "p", put(tmp_path, "t.csv", f"Ref,{header},Budget\n"))[0].columns["title"] == header


def test_every_synonym_is_one_of_a_column() -> None:
    from cockpit.charter.vocabulary import NATIVE_TABLES, SYNONYMS

    known = {column.name for table in NATIVE_TABLES for column in columns(table)}
    known |= {f"{table}.{column.name}" for table in NATIVE_TABLES for column in columns(table)}
    assert set(SYNONYMS) <= known


@pytest.mark.parametrize(
    ("header", "cells"),
    [("RAG", ("", "")), ("Health", ("", "")), ("Status", ("Green", "On track")), ("Colour", ("red", "G"))],
)
def test_a_reported_colour_is_a_status_report_and_no_state(tmp_path: Path, header: str, cells: tuple[str, str]) -> None:
    rows = "".join(f"P-{number},Gateway,1,{cell}\n" for number, cell in enumerate(cells))
    first, second = proposed(tmp_path / "p", put(tmp_path, "t.csv", f"Ref,Project,Budget,{header}\n{rows}"))
    assert "state" not in first.columns
    assert second.columns == {"project": "Ref", "status": header}


@pytest.mark.parametrize("words", [("In progress", ""), ("Done", "Closed"), ("Green", "Waiting for steel")])
def test_a_status_of_other_words_is_a_state(tmp_path: Path, words: tuple[str, str]) -> None:
    rows = "".join(f"P-{number},Gateway,1,{cell}\n" for number, cell in enumerate(words))
    (only,) = proposed(tmp_path / "p", put(tmp_path, "t.csv", f"Ref,Project,Budget,Status\n{rows}"))
    assert only.columns["state"] == "Status"


def test_the_day_of_a_report_is_its_column_or_the_dated_folder_before_that_of_the_file(tmp_path: Path) -> None:
    dated = put(tmp_path, "p/2025-03-31/tracker.csv", f"{TRACKER}\n")
    own = put(tmp_path, "own.csv", f"{TRACKER},Status date,Reported by\n")
    _, first, _, second = proposed(tmp_path / "p", dated, own)
    assert (first.path, first.defaults) == ("*/tracker.csv", {}), "one drop stands for all"
    assert second.columns == {"project": "Ref", "status": "RAG", "as_of": "Status date", "author": "Reported by"}
    assert second.defaults == {}


def test_reported_against_computed_works_at_once_with_the_day_of_the_file(tmp_path: Path) -> None:
    tracker = put(tmp_path, "tracker.csv", f"{TRACKER}\n{ROWS}")
    saved = datetime(2025, 3, 28, 12, 0).timestamp()  # noqa: DTZ001
    os.utime(tracker, (saved, saved))
    _, reports = proposed(tmp_path / "p", tracker)
    assert reports.defaults == {"as_of": date(2025, 3, 28)}
    read = CliRunner().invoke(cli, ["import", str(tmp_path / "p")])
    assert (read.exit_code, "../tracker.csv: 4 opened" in read.stdout) == (0, True)
    brief = CliRunner().invoke(cli, ["brief", str(tmp_path / "p")])
    assert "Gateway: reported Green, computed Off Track" in brief.stdout


def test_a_file_outside_gets_a_commented_path_for_drops(tmp_path: Path) -> None:
    folder = tmp_path / "p"
    inside = put(folder, "own.csv", f"{TRACKER}\n{ROWS}")
    outside = put(tmp_path, "tracker[1].csv", f"{TRACKER}\n{ROWS}")
    assert len(proposed(folder, inside, outside)) == 4
    charter = folder / "portfolio.toml"
    lines = charter.read_text().splitlines()
    comment = '# path = "*/tracker[[]1].csv"  # if it arrives in folders named by date, such as 2025-03-31/'
    assert lines.count(comment) == 2
    assert [lines[at - 1] for at, line in enumerate(lines) if line == comment] == ['path = "../tracker[1].csv"'] * 2
    assert not any(line.startswith('# path = "*/own') for line in lines)
    charter.write_text("\n".join(line for line in lines if "../tracker" not in line).replace("# path", "path"))
    put(folder, "2025-01-31/tracker[1].csv", outside.read_bytes())
    put(folder, "2025-02-28/tracker[1].csv", outside.read_bytes())
    read = CliRunner().invoke(cli, ["import", str(folder)])
    assert "2025-01-31/tracker[1].csv: 4 opened" in read.stdout
    rows = CliRunner().invoke(cli, ["replay", str(folder), "--csv"]).stdout.splitlines()
    reported = [line.split(",")[:3] for line in rows if ",P-2," in line]
    assert reported[:2] == [["2025-01-31", "P-2", "Red"], ["2025-02-28", "P-2", "Red"]], "the folder's day counts"


def test_headers_below_titles_get_a_header_row(tmp_path: Path) -> None:
    titles: list[list[object]] = [["Portfolio of 2025"], ["Status of 31 March", "Helen, project office"], [None]]
    header: list[object] = ["Ref", "Project", "Workstream", "Budget"]
    book = workbook(tmp_path / "t.xlsx", {"Main": [*titles, header, ["P-1", "Project title", "team", 5]]})
    text = put(tmp_path, "t.csv", f"Portfolio of 2025\n\n{TRACKER}\n{ROWS}")
    first, second, _ = proposed(tmp_path / "p", book, text)
    assert (first.header_row, first.columns["title"]) == (4, "Project")
    assert second.header_row == 3
    assert "../t.xlsx: 1 opened" in CliRunner().invoke(cli, ["import", str(tmp_path / "p")]).stdout


@pytest.mark.parametrize("xlsx", [False, True])
@pytest.mark.parametrize(("row", "found"), [(30, True), (31, False)])
def test_headers_are_looked_for_in_thirty_rows(tmp_path: Path, row: int, found: bool, xlsx: bool) -> None:
    rows: list[list[object]] = [[f"Title {number}"] for number in range(1, row)]
    rows += [["Ref", "Project", "Budget"], ["P-1", "Gateway", "5"]]
    text = "".join(f"{','.join(map(str, cells))}\n" for cells in rows)
    file = workbook(tmp_path / "t.xlsx", {"Main": rows}) if xlsx else put(tmp_path, "t.csv", text)
    assert [source.header_row for source in proposed(tmp_path / "p", file)] == ([row] if found else [])


@pytest.mark.parametrize("header", ["Ref,Project,Workstream,", "Ref,Project,Workstream,Mood"])
def test_headers_in_the_first_row_stay_there(tmp_path: Path, header: str) -> None:
    rows = "P-1,Title,Project,Team\nID,Owner,Start date,Budget\n"
    if header.endswith(","):
        rows = "P-1,Title,Project,Team\n"
    (source,) = proposed(tmp_path / "p", put(tmp_path, "projects x.csv", f"{header}\n{rows}"))
    assert source.header_row is None


def test_an_empty_sheet_does_not_cost_the_others(tmp_path: Path) -> None:
    header: list[object] = ["Ref", "Project", "Budget"]
    book = workbook(tmp_path / "t.xlsx", {"Cover": [], "Main": [header]})
    (source,) = proposed(tmp_path / "p", book)
    assert source.sheet == "Main"
    empty = init(tmp_path / "q", workbook(tmp_path / "e.xlsx", {"Cover": []}))
    assert empty.exit_code == 2
    assert "has no row of headers" in empty.stderr


def test_what_is_proposed_for_the_sample_is_what_its_charter_says(tmp_path: Path) -> None:
    found = proposed(tmp_path / "p", SAMPLES / "core-banking" / "2025-01-31" / "tracker.xlsx")
    true = [source for source in load(SAMPLES / "core-banking").sources if source.format != "msproject"]
    said = [(each.table, each.sheet, each.header_row, each.columns) for each in found]
    assert said == [(each.table, each.sheet, each.header_row, each.columns) for each in true]


def test_the_federal_projects(tmp_path: Path, corpus: Path) -> None:
    (source,) = proposed(tmp_path / "p", corpus / "itdb" / "Projects_Data.csv")
    assert source.table == "projects"
    assert source.columns["title"] == "Project Name"
    assert source.columns["forecast_finish"] == "Projected/Actual Project Completion Date (B2)"
    assert "actual_finish" not in source.columns


def test_init_makes_the_folder_for_signatures_from_elsewhere(tmp_path: Path) -> None:
    init(tmp_path / "p")
    assert (tmp_path / "p" / "statements").is_dir()
