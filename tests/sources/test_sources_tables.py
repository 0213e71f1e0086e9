"""Native tables in CSV, JSON and XLSX: read with no configuration; a bad row costs nothing beside it."""

import csv
import io
import json
from dataclasses import fields
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from source_help import batch, charter, put, workbook

from cockpit.basics.text import clean
from cockpit.charter.vocabulary import NATIVE_TABLES, columns
from cockpit.records.model import TABLES, Kind, LinkType, Origin, Rag, Record, State
from cockpit.sources import tables
from cockpit.sources.errors import SourceError

ITEMS = "id,project,title,status,duration_days,not_before\n"


def test_headers_match_but_for_case_spaces_and_underscores(tmp_path: Path) -> None:
    put(tmp_path, "Work Items.csv", "ID, Project ,TITLE,Duration Days,not-before,Colour\nA,P,Do it,3,2025-03-01,blue\n")
    found = batch(tmp_path, "Work Items.csv")
    (item,) = found.records["work_items"]
    assert found.problems == ()
    assert (item.id, item.duration_days, item.not_before) == ("A", 3.0, date(2025, 3, 1))
    assert item.extra == (("Colour", "blue"),)
    assert item.origin == Origin("Work Items.csv", 2)


def test_states_and_rag_come_from_the_words_of_the_charter(tmp_path: Path) -> None:
    more = '[states]\nblocked = ["Stuck"]\n[rag]\nred = ["Ouch"]\n'
    put(tmp_path, "work_items.csv", ITEMS + "A,P,T,STUCK,,\nB,P,T,done,,\nC,P,T,weird,,\nD,P,T,weird,,\nE,P,T,,,\n")
    put(tmp_path, "status_reports.csv", "project,as_of,status\nP,2025-01-31,ouch\nQ,2025-01-31,Green\n")
    found = batch(tmp_path, "work_items.csv", more)
    assert [item.state for item in found.records["work_items"]] == [State.BLOCKED, State.DONE, None, None, None]
    (problem,) = found.problems
    assert problem.origin.row == 4
    assert "“weird” (2 rows) is no known word" in problem.message
    reports = batch(tmp_path, "status_reports.csv", more).records["status_reports"]
    assert [report.rag for report in reports] == [Rag.RED, Rag.GREEN]


def test_a_bad_row_is_told_and_costs_nothing_beside_it(tmp_path: Path) -> None:
    put(
        tmp_path,
        "work_items.csv",
        ITEMS + 'A,P,"Two\nlines",done,3,\n,P,No id,done,,\nB,P,Bad number,done,three,\nC,P,Bad date,done,1,soon\n'
        "D,P,Too, many,cells,here,x\nE,P\nF,P,Fine,done,,2025-01-01\n",
    )
    found = batch(tmp_path, "work_items.csv")
    assert [item.id for item in found.records["work_items"]] == ["A", "B", "C", "F"]
    told = {(problem.origin.row, problem.column): problem.message for problem in found.problems}
    assert told.keys() == {(4, "id"), (5, "duration_days"), (6, "not_before"), (7, ""), (8, "title")}
    said = "expected a number of working days, such as 5, 5d, 2w or 4h; found “three”; the row is kept without it"
    assert said in told[5, "duration_days"]
    assert "expected a date such as 2025-03-31; found “soon”" in told[6, "not_before"]
    assert "has 7 cells under 6 headers" in told[7, ""]
    assert "the cell is empty; the row is left out" in told[4, "id"]


def test_the_first_of_two_rows_with_one_key_counts(tmp_path: Path) -> None:
    put(tmp_path, "projects.csv", "id,title,owner\nP,One,ana\nQ,Two,bo\nP,One,bo\n")
    found = batch(tmp_path, "projects.csv")
    assert [(p.id, p.owner) for p in found.records["projects"]] == [("P", "ana"), ("Q", "bo")]
    (problem,) = found.problems
    assert str(problem) == (
        "projects.csv row 4, id: “P” already stands in row 2; the first counts and this row is left out"
    )


def test_a_header_that_stands_twice(tmp_path: Path) -> None:
    put(tmp_path, "projects.csv", "id,title,owner,Owner\nP,One,ana,bo\n")
    found = batch(tmp_path, "projects.csv")
    assert found.records["projects"][0].owner == "ana"
    assert found.records["projects"][0].extra == (("Owner", "bo"),)
    assert "stands twice" in found.problems[0].message


def test_a_missing_required_column_is_a_problem_of_the_file(tmp_path: Path) -> None:
    put(tmp_path, "kpis.csv", "id,name\nK,Speed\n")
    with pytest.raises(SourceError, match="has no column for objective, title of kpis; its headers are “id”, “name”"):
        batch(tmp_path, "kpis.csv")


def test_a_direction_that_cannot_be_read_refuses_its_row(tmp_path: Path) -> None:
    put(tmp_path, "kpis.csv", "id,objective,title,direction\nK,O,Speed,sideways\nL,O,Cost,lower\n")
    found = batch(tmp_path, "kpis.csv")
    assert [kpi.id for kpi in found.records["kpis"]] == ["L"]
    assert "expected one of higher, lower, range" in found.problems[0].message


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encodings_and_delimiters(tmp_path: Path, encoding: str, delimiter: str) -> None:
    rows = ["id,title,budget", "P,Größe naïve,12.5", "Q,“x”,7"]
    put(tmp_path, "projects.csv", "\r\n".join(row.replace(",", delimiter) for row in rows).encode(encoding))
    found = batch(tmp_path, "projects.csv")
    assert [(p.title, p.budget) for p in found.records["projects"]] == [("Größe naïve", 12.5), ("“x”", 7.0)]
    assert found.problems == ()


def test_one_damaged_character_does_not_turn_the_others_into_rubbish(tmp_path: Path) -> None:
    put(tmp_path, "projects.csv", "id,title\nP,Größe äöü\nQ,".encode() + b"\xff\n")
    found = batch(tmp_path, "projects.csv")
    assert found.records["projects"][0].title == "Größe äöü"
    assert "1 characters are not valid" in found.problems[0].message


def test_a_quotation_mark_that_is_never_closed_costs_its_line_only(tmp_path: Path) -> None:
    put(tmp_path, "projects.csv", 'id,title\nP,One\nQ,"Two\nR,Three\nS,"Four"\n')
    found = batch(tmp_path, "projects.csv")
    assert [p.id for p in found.records["projects"]] == ["P", "R", "S"]
    (problem,) = found.problems
    assert problem.origin.row == 3
    assert "opens a text here and is not closed" in problem.message


def test_comments_before_the_headers_and_excels_separator_line(tmp_path: Path) -> None:
    put(tmp_path, "teams.csv", '"# id, the name"\n# title\n\nid;title\n#1;One\n')
    put(tmp_path, "people.csv", "sep=;\nid;name\nana;Ana, the lead\nana;Other\n")
    assert [team.id for team in batch(tmp_path, "teams.csv").records["teams"]] == ["#1"]
    people = batch(tmp_path, "people.csv")
    assert people.records["people"][0].name == "Ana, the lead"
    assert people.problems[0].origin.row == 4


def test_hostile_text_is_inert(tmp_path: Path) -> None:
    nasty = "[/x] [@click=app.quit]\x1b[31m\u202eevil" + "x" * 10_000
    put(tmp_path, "projects.csv", f"id,title,no\x1bte\nP,{nasty},a\x9bb\n")
    (project,) = batch(tmp_path, "projects.csv").records["projects"]
    assert project.title == "[/x] [@click=app.quit][31mevil" + "x" * 10_000
    assert project.extra == (("note", "ab"),)


def test_a_cell_larger_than_the_csv_module_takes(tmp_path: Path) -> None:
    put(tmp_path, "projects.csv", f"id,title\nP,{'x' * 500_000}\nQ,Two\n")
    assert [len(p.title) for p in batch(tmp_path, "projects.csv").records["projects"]] == [32_767, 3]


def test_workbooks(tmp_path: Path) -> None:
    workbook(
        tmp_path / "all.xlsx",
        {
            "Projects": [[None], ["ID", "Title", "Start", "Budget", "Code"], ["P", "One", date(2025, 3, 1), 1.5, 7.0]],
            "Work items": [
                ["id", "project", "title", "percent", "updated"],
                ["A", "P", "x", 0.45, date(2025, 1, 2)],
                [None],
                ["B", "P", "y", 1, "nope"],
            ],
            "Notes": [["anything"]],
        },
    )
    found = batch(tmp_path, "all.xlsx")
    (project,) = found.records["projects"]
    assert (project.start, project.budget, project.extra) == (date(2025, 3, 1), 1.5, (("Code", "7"),))
    assert project.origin == Origin("all.xlsx", 3, "Projects")
    assert [(i.id, i.percent, i.updated) for i in found.records["work_items"]] == [
        ("A", 45.0, date(2025, 1, 2)),
        ("B", 100.0, None),
    ]
    (problem,) = found.problems
    assert (problem.origin, problem.column) == (Origin("all.xlsx", 4, "Work items"), "updated")


def test_one_unusable_sheet_costs_nothing_beside_it(tmp_path: Path) -> None:
    workbook(tmp_path / "all.xlsx", {"projects": [["id"], ["P"]], "teams": [["id", "title"], ["t", "T"]]})
    found = batch(tmp_path, "all.xlsx")
    assert list(found.records) == ["teams"]
    assert "all.xlsx[projects]: has no column for title of projects" in str(found.problems[0])


def test_a_workbook_named_like_a_table_needs_no_sheet_name(tmp_path: Path) -> None:
    workbook(tmp_path / "teams.xlsx", {"Sheet1": [["id", "title", "external"], ["t", "T", True]]})
    assert batch(tmp_path, "teams.xlsx").records["teams"][0].external is True


def test_json(tmp_path: Path) -> None:
    put(
        tmp_path,
        "kpis.json",
        '[{"id": "K", "objective": "O", "title": "T", "leads": ["a", "b"], "target": 5, "x": null}, 3]',
    )
    put(tmp_path, "all.json", '{"teams": [{"id": "t", "title": "T", "external": true, "owner": 1}], "version": 2}')
    found = batch(tmp_path, "kpis.json")
    assert found.records["kpis"][0].leads == ("a", "b")
    assert found.records["kpis"][0].target == 5.0
    assert "expected an object" in found.problems[0].message
    assert found.problems[0].origin.row == 2
    assert batch(tmp_path, "all.json").records["teams"][0].extra == (("owner", "1"),)


def test_a_json_object_with_two_owners(tmp_path: Path) -> None:
    put(tmp_path, "projects.json", '[{"id": "P", "title": "T", "owner": "ana", "owner": "bo"}]')
    found = batch(tmp_path, "projects.json")
    assert found.records["projects"][0].owner == "ana"
    assert "“owner” stands twice" in found.problems[0].message


def test_a_cell_with_two_owners_names_nobody_and_is_told(tmp_path: Path) -> None:
    put(tmp_path, "kpis.csv", "id,objective,title,owner,leads\nK,O,T,ana;bo,ana;bo\nL,O,T,ana;,\n")
    found = batch(tmp_path, "kpis.csv")
    assert [(kpi.owner, kpi.leads) for kpi in found.records["kpis"]] == [("", ("ana", "bo")), ("ana", ())]
    (problem,) = found.problems
    assert (problem.origin.row, problem.column) == (2, "owner")
    assert "expected one person; found “ana;bo”" in problem.message
    put(tmp_path, "work_items.csv", "id,project,title,owner\nA,P,T,ana;bo\n")
    assert batch(tmp_path, "work_items.csv").records["work_items"][0].owner == "ana;bo"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[{", "is not valid JSON"),
        ("[" * 100_000, "nested too deep"),
        ("7", "expected a list of objects"),
        ('[{"id": ' + "9" * 6000 + "}]", "too long"),
    ],
)
def test_bad_json(tmp_path: Path, content: str, said: str) -> None:
    put(tmp_path, "projects.json", content)
    with pytest.raises(SourceError, match=said):
        batch(tmp_path, "projects.json")


def test_readings_of_a_dated_folder_are_of_its_date(tmp_path: Path) -> None:
    put(tmp_path, "2025-03-31/status_reports.csv", "project,status\nP,green\n")
    (report,) = batch(tmp_path, "2025-03-31/status_reports.csv").records["status_reports"]
    assert report.as_of == date(2025, 3, 31)


def test_dates_that_could_be_either_are_left_empty_and_told_once(tmp_path: Path) -> None:
    put(tmp_path, "projects.csv", "id,title,start,baseline_finish\nP,A,1/2/2025,25/12/2025\nQ,B,2/3/2025,1/2/2026\n")
    found = batch(tmp_path, "projects.csv")
    assert [p.start for p in found.records["projects"]] == [None, None]
    assert [p.baseline_finish for p in found.records["projects"]] == [date(2025, 12, 25), date(2026, 2, 1)]
    (problem,) = found.problems
    assert problem.column == "start"
    assert "set date_order" in problem.message
    assert "2 dates" in problem.message


TEXT = st.text(st.characters(blacklist_categories=["Cs", "Cc", "Cf", "Zl", "Zp"]), min_size=1, max_size=12).map(
    lambda text: text.strip().lstrip("#")
).filter(lambda text: bool(text) and clean(text) == text and ";" not in text)  # fmt: skip
NUMBERS = st.floats(-1e9, 1e9, allow_nan=False).map(lambda number: round(number, 6))
DATES = st.dates(date(1950, 1, 1), date(2090, 1, 1))


def values(name: str, kind: object) -> st.SearchStrategy[object]:
    if name == "percent":
        return st.floats(2, 100).map(lambda number: round(number, 3))
    if kind is str:
        return TEXT
    if kind is bool:
        return st.booleans()
    if kind == tuple[str, ...]:
        return st.lists(TEXT, min_size=1, max_size=3).map(tuple)
    if kind in (float, float | None):
        return NUMBERS
    if kind == int | None:
        return st.integers(0, 1000)
    if kind == State | None:
        return st.sampled_from(State)
    if isinstance(kind, type) and issubclass(kind, str):
        return st.sampled_from(list(kind))
    return DATES


@st.composite
def a_table(draw: st.DrawFn) -> tuple[str, list[Record]]:
    table = draw(st.sampled_from(NATIVE_TABLES))
    rows = []
    for number in range(draw(st.integers(1, 5))):
        given = {
            column.name: draw(values(column.name, column.type))
            for column in columns(table)
            if column.required or draw(st.booleans())
        }
        for key in ("id", "kpi", "project", "predecessor"):
            if key in given:
                given[key] = f"{key}{number}"
                break
        if table in ("work_items", "status_reports"):
            given["status"] = draw(
                st.sampled_from(["done", "in progress"] if table == "work_items" else ["green", "red"])
            )
            derived = {"done": State.DONE, "in progress": State.DOING, "green": Rag.GREEN, "red": Rag.RED}
            given["state" if table == "work_items" else "rag"] = derived[str(given["status"])]
        rows.append(TABLES[table](**given))
    return table, rows


def cells(record: Record, table: str) -> list[object]:
    shown: list[object] = []
    for column in columns(table):
        value = getattr(record, column.name)
        shown.append(";".join(value) if isinstance(value, tuple) else str(value) if isinstance(value, str) else value)
    return shown


def same(read: tuple[Record, ...], written: list[Record]) -> None:
    assert len(read) == len(written)
    for one, other in zip(read, written, strict=True):
        for field in fields(one):
            if field.name not in ("origin", "extra"):
                assert getattr(one, field.name) == getattr(other, field.name), field.name


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(a_table(), st.sampled_from([",", ";", "\t"]))
def test_records_survive_csv_json_and_xlsx(tmp_path: Path, drawn: tuple[str, list[Record]], delimiter: str) -> None:
    table, written = drawn
    names = [column.name for column in columns(table)]
    rules = charter(tmp_path)
    lines = io.StringIO(newline="")
    writer = csv.writer(lines, delimiter=delimiter)
    writer.writerows([names, *(cells(record, table) for record in written)])
    tree = [
        {
            name: cell.isoformat() if isinstance(cell, date) else cell
            for name, cell in zip(names, cells(record, table), strict=True)
            if cell is not None
        }
        for record in written
    ]
    files = [
        put(tmp_path, f"{table}.csv", lines.getvalue()),
        put(tmp_path, f"{table}.json", json.dumps(tree)),
        workbook(tmp_path / f"{table}.xlsx", {table: [list(names), *(cells(record, table) for record in written)]}),
    ]
    for file in files:
        found = tables.read(file, file.name, rules, None)
        assert found.problems == (), file.name
        same(found.records[table], written)


def test_kinds_and_links_by_text(tmp_path: Path) -> None:
    put(tmp_path, "work_items.csv", "id,project,title,kind\nA,P,T,Milestone\nB,P,T,Epic\nC,P,T,\n")
    put(tmp_path, "links.csv", "predecessor,successor,type,lag_days\nA,B,ss,-2\nB,C,,\n")
    kinds = [item.kind for item in batch(tmp_path, "work_items.csv").records["work_items"]]
    assert kinds == [Kind.MILESTONE, Kind.SUMMARY, Kind.ACTIVITY]
    links = batch(tmp_path, "links.csv").records["links"]
    assert [(link.type, link.lag_days) for link in links] == [(LinkType.SS, -2.0), (LinkType.FS, 0.0)]
