"""Files that the charter maps: columns, sheets, defaults, dates, repeated rows."""

from datetime import date
from pathlib import Path

import pytest
from source_help import batch, charter, put, workbook

from cockpit.sources.errors import SourceError
from cockpit.sources.registry import fingerprint, read, scan

TRACKER = """
[[sources]]
path = "*/tracker.xlsx"
table = "projects"
sheet = "Main"
header_row = 3
columns = { id = "Ref", title = "What", team = "Team", baseline_finish = "Planned end" }

[[sources]]
path = "*/tracker.xlsx"
table = "status_reports"
sheet = "main"
header_row = 3
columns = { project = "Ref", status = "RAG" }
defaults = { author = "pmo" }

[[sources]]
path = "*/tracker.xlsx"
table = "teams"
sheet = "Main"
header_row = 3
distinct = true
columns = { id = "Team", title = "Team name" }
"""


def test_one_workbook_gives_several_tables(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["Programme tracker"],
        [None],
        ["Ref", "What", "Team", "Team name", "Planned end", "RAG"],
        ["P1", "One", 5, "Five", date(2025, 6, 30), "Green"],
        ["P2", "Two", 5, "Five", date(2025, 7, 31), "Red"],
        ["P3", "Three", 6, "Six", None, None],
    ]
    workbook(tmp_path / "2025-03-31" / "tracker.xlsx", {"Main": rows})
    rules = charter(tmp_path, TRACKER)
    (source,) = scan(tmp_path, rules)
    assert (source.relative, source.name, source.drop) == ("2025-03-31/tracker.xlsx", "tracker.xlsx", date(2025, 3, 31))
    assert len(source.mappings) == 3
    found = read(source, rules)
    assert [(p.id, p.team, p.baseline_finish) for p in found.records["projects"]] == [
        ("P1", "5", date(2025, 6, 30)), ("P2", "5", date(2025, 7, 31)), ("P3", "6", None),
    ]  # fmt: skip
    assert [(r.project, r.as_of, r.author) for r in found.records["status_reports"]] == [
        ("P1", date(2025, 3, 31), "pmo"), ("P2", date(2025, 3, 31), "pmo"),
    ]  # fmt: skip
    assert [(t.id, t.title) for t in found.records["teams"]] == [("5", "Five"), ("6", "Six")]
    (problem,) = found.problems
    assert (problem.origin.row, problem.column) == (6, "RAG")


def test_distinct_rows_that_disagree_are_told(tmp_path: Path) -> None:
    put(tmp_path, "x.csv", "T,N,Other\n5,Five,a\n5,Five,b\n5,Fiver,c\n5,Fiver,d\n")
    more = '[[sources]]\npath = "x.csv"\ntable = "teams"\ndistinct = true\ncolumns = { id = "T", title = "N" }\n'
    found = batch(tmp_path, "x.csv", more)
    assert [team.title for team in found.records["teams"]] == ["Five"]
    (problem,) = found.problems
    assert problem.origin.row == 4
    assert "already stands in row 2" in problem.message


def test_a_column_that_is_not_there(tmp_path: Path) -> None:
    put(tmp_path, "x.csv", "Ref,What,Owned by\nP,One,ana\n")
    more = '[[sources]]\npath = "x.csv"\ntable = "projects"\n[sources.columns]\n'
    more += 'id = "Ref"\ntitle = "What"\nowner = "Owned-By"\nteam = "Squad"\n'
    found = batch(tmp_path, "x.csv", more)
    assert found.records["projects"][0].owner == "ana", "headers match but for case and punctuation"
    (problem,) = found.problems
    assert "no column “Squad” for team; the headers are “Ref”, “What”, “Owned by”" in str(problem)
    with pytest.raises(SourceError, match="no column “Wat” for title; did you mean “What”"):
        batch(tmp_path, "x.csv", more.replace('"What"', '"Wat"'))


def test_a_sheet_that_is_not_there(tmp_path: Path) -> None:
    workbook(tmp_path / "x.xlsx", {"One": [["id", "title"], ["a", "b"]]})
    more = '[[sources]]\npath = "x.xlsx"\ntable = "teams"\nsheet = "Two"\n'
    with pytest.raises(SourceError, match="has no sheet “Two” for teams; it has One"):
        batch(tmp_path, "x.xlsx", more)
    assert batch(tmp_path, "x.xlsx", more.replace("Two", "one")).records["teams"][0].id == "a"


def test_date_order_and_defaults(tmp_path: Path) -> None:
    put(tmp_path, "x.txt", "skip this line\nRef;What;Start\nP;One;1/2/2025\nQ;;\n")
    more = """[[sources]]
path = "x.txt"
table = "projects"
header_row = 2
date_order = "dmy"
columns = { id = "Ref", title = "What", start = "Start" }
defaults = { title = "Untitled", owner = "ana", start = 2024-01-01 }
"""
    found = batch(tmp_path, "x.txt", more)
    assert [(p.id, p.title, p.owner, p.start) for p in found.records["projects"]] == [
        ("P", "One", "ana", date(2025, 2, 1)), ("Q", "Untitled", "ana", date(2024, 1, 1)),
    ]  # fmt: skip
    assert found.problems == ()


def test_files_outside_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "portfolio"
    put(tmp_path, "shared/teams[1].csv", "id,title\na,A\n")
    folder.mkdir()
    for path in (
        "../shared/teams[1].csv",
        "../shared/t*.csv",
        str(tmp_path / "shared" / "teams*.csv"),
        "../**/teams*.csv",
    ):
        rules = charter(folder, f'[[sources]]\npath = "{path}"\ntable = "teams"\n')
        (source,) = scan(folder, rules)
        assert source.relative == "../shared/teams[1].csv"
        assert len(read(source, rules).records["teams"]) == 1


@pytest.mark.parametrize("path", ["gone.csv", "*/gone.csv", "../nowhere/*.csv"])
def test_a_mapped_file_that_is_missing_is_told(tmp_path: Path, path: str) -> None:
    rules = charter(tmp_path, f'[[sources]]\npath = "{path}"\ntable = "teams"\n')
    (source,) = scan(tmp_path, rules)
    with pytest.raises(SourceError, match=r"does not exist|no file matches"):
        read(source, rules)


def test_a_changed_mapping_changes_the_fingerprint(tmp_path: Path) -> None:
    put(tmp_path, "teams.csv", "id,title,T2\na,A,B\n")
    prints = set()
    for more in ("", '[states]\ntodo = ["x"]\n', '[[sources]]\npath = "teams.csv"\ntable = "teams"\n'):
        rules = charter(tmp_path, more)
        (source,) = scan(tmp_path, rules)
        prints.add(fingerprint(source, rules))
        assert fingerprint(source, rules) in prints
    assert len(prints) == 3


def test_the_federal_projects(tmp_path: Path, corpus: Path) -> None:
    more = f"""
[[sources]]
path = "{corpus}/itdb/Projects_Data.csv"
table = "projects"
[sources.columns]
id = "ID"
title = "Project Name"
team = "Agency Code"
start = "Start Date"
baseline_finish = "Planned Project Completion Date (B2)"
forecast_finish = "Projected/Actual Project Completion Date (B2)"
budget = "Planned Cost ($ M)"
forecast_cost = "Projected/Actual Cost ($ M)"
[[sources]]
path = "{corpus}/itdb/Projects_Data.csv"
table = "teams"
distinct = true
columns = {{ id = "Agency Code", title = "Agency Name" }}
"""
    for column, kept in (("Project ID", 2468), ("Unique Project ID", 1798)):
        rules = charter(tmp_path, more.replace('"ID"', f'"{column}"'))
        (source,) = scan(tmp_path, rules)
        found = read(source, rules)
        assert len(found.records["projects"]) == kept
        assert len(found.records["teams"]) == 26
        assert len(found.problems) == 2468 - kept + 1, "each repeated id is a problem of its row"
        (clash,) = [problem for problem in found.problems if problem.column == "Agency Code"]
        assert "another title (“Department of Agriculture”, here “Department of Commerce”)" in clash.message
    first = next(p for p in found.records["projects"] if p.id == "2")
    assert (first.start, first.baseline_finish, first.budget) == (date(2011, 1, 10), date(2012, 3, 31), 0.179)
