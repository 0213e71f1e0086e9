"""Sheets that are plans, by mapping: Smartsheet's exports, and what other planning tools write into Excel and CSV."""

from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from source_help import batch, charter, found, put

from cockpit.charter.charter import CharterError
from cockpit.records.model import Batch, Kind, LinkType, WorkItem
from cockpit.sources.durations import days
from cockpit.sources.errors import SourceError
from cockpit.sources.predecessors import parts_of
from cockpit.sources.registry import fingerprint

SMARTSHEET = """
[[sources]]
path = "{path}"
table = "work_items"
predecessors = "Predecessors"
level = "{level}"
[sources.columns]
id = "#row"
title = "Task Name"
duration_days = "Duration"
baseline_start = "Start"
baseline_finish = "Finish"
percent = "% Complete"
owner = "Assigned To"
status = "Status"
[sources.defaults]
project = "P-01"
"""
HEADERS = ["Task Name", "Duration", "Start", "Finish", "Predecessors", "Assigned To", "% Complete", "Status"]
ROWS: list[tuple[int, list[object]]] = [
    (0, ["Roll-out", "27d", date(2025, 3, 3), date(2025, 4, 8), None, None, 0.25, "In Progress"]),
    (1, ["Prepare", "2w", date(2025, 3, 3), date(2025, 3, 14), None, "ana@bank.example", 1.0, "Complete"]),
    (1, ["Train", "4h", date(2025, 3, 17), date(2025, 3, 17), "2", "Bo Chen", 0, "Not Started"]),
    (0, []),
    (1, ["Branches", "5d", date(2025, 3, 20), date(2025, 3, 26), "2FS +3d, 3SS", "Bo Chen, Cy Lee", 0.5, "Open"]),
    (2, ["Branch 1", "1.5d", date(2025, 3, 20), date(2025, 3, 21), "5FF -1d, 77", None, 0, "Not Started"]),
    (0, ["Go live", "0", date(2025, 4, 8), date(2025, 4, 8), "5", None, 0, "Not Started"]),
]  # fmt: skip


def export(path: Path) -> None:
    """Write the sheet as Smartsheet exports it to Excel: what is indented is grouped."""
    book = xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet("Roll-out")
    sheet.write_row(0, 0, HEADERS)
    for number, (level, cells) in enumerate(ROWS, 1):
        for column, cell in enumerate(cells):
            if cell is not None:
                sheet.write(number, column, cell)
        sheet.set_row(number, None, None, {"level": level})
    book.close()


def items_of(read: Batch) -> dict[str, WorkItem]:
    return {item.id: item for item in read.records["work_items"]}


def links_of(read: Batch) -> set[tuple[str, str, LinkType, float]]:
    return {(link.predecessor, link.successor, link.type, link.lag_days) for link in read.records["links"]}


def test_smartsheets_export_to_excel(tmp_path: Path) -> None:
    export(tmp_path / "rollout.xlsx")
    read = batch(tmp_path, "rollout.xlsx", SMARTSHEET.format(path="rollout.xlsx", level="#outline"))
    items = items_of(read)
    assert {id_: (item.title, item.parent, item.kind) for id_, item in items.items()} == {
        "rollout/1": ("Roll-out", "", Kind.SUMMARY),
        "rollout/2": ("Prepare", "rollout/1", Kind.ACTIVITY),
        "rollout/3": ("Train", "rollout/1", Kind.ACTIVITY),
        "rollout/5": ("Branches", "rollout/1", Kind.SUMMARY),
        "rollout/6": ("Branch 1", "rollout/5", Kind.ACTIVITY),
        "rollout/7": ("Go live", "", Kind.MILESTONE),
    }, "an empty row has a number too"
    assert [item.duration_days for item in items.values()] == [27.0, 10.0, 0.5, 5.0, 1.5, 0.0]
    assert [item.percent for item in items.values()] == [25.0, 100.0, 0.0, 50.0, 0.0, 0.0]
    assert items["rollout/2"].baseline_finish == date(2025, 3, 14)
    assert items["rollout/5"].owner == "Bo Chen, Cy Lee"
    assert links_of(read) == {
        ("rollout/2", "rollout/3", LinkType.FS, 0.0), ("rollout/2", "rollout/5", LinkType.FS, 3.0),
        ("rollout/3", "rollout/5", LinkType.SS, 0.0), ("rollout/5", "rollout/6", LinkType.FF, -1.0),
        ("rollout/5", "rollout/7", LinkType.FS, 0.0),
    }  # fmt: skip
    assert [(each.origin.row, each.column) for each in read.problems] == [(7, "Predecessors")]
    assert "“77” is no row of this sheet; this link is left out" in read.problems[0].message


def test_two_sheets_of_numbered_rows_do_not_collide(tmp_path: Path) -> None:
    for name in ("north.xlsx", "south.xlsx"):
        export(tmp_path / name)
    south = SMARTSHEET.format(path="south.xlsx", level="#outline")
    more = SMARTSHEET.format(path="north.xlsx", level="#outline")
    more += south.replace('table = "work_items"', 'table = "work_items"\nqualifier = "wave-2"')
    assert min(items_of(batch(tmp_path, "north.xlsx", more))) == "north/1"
    assert min(items_of(batch(tmp_path, "south.xlsx", more))) == "wave-2/1"


def test_smartsheets_export_to_csv(tmp_path: Path) -> None:
    """It keeps no indentation: a column of levels is exported along (`=COUNT(ANCESTORS())`)."""
    rows = (
        "Task Name,Duration,Start,Finish,Predecessors,Assigned To,% Complete,Status,Level\n"
        'Roll-out,27d,03/03/25,04/08/25,,,25%,In Progress,0\n"Prepare,\nall of it",10d,03/03/25,03/14/25,,'
        "ana@bank.example,100%,Complete,1\n"
        ',,,,,,,,\n,"Branches",,,,,,,\nBranches,~5d,03/20/25,03/26/25,2,Bo Chen,50%,In Progress,1\n'
    )
    put(tmp_path, "rollout.csv", rows.replace(',"Branches",,,,,,,\n', ""))
    read = batch(tmp_path, "rollout.csv", SMARTSHEET.format(path="rollout.csv", level="Level"))
    assert read.problems == ()
    assert {id_: item.parent for id_, item in items_of(read).items()} == {
        "rollout/1": "", "rollout/2": "rollout/1", "rollout/4": "rollout/1",
    }  # fmt: skip
    assert links_of(read) == {("rollout/2", "rollout/4", LinkType.FS, 0.0)}
    assert items_of(read)["rollout/2"].baseline_start == date(2025, 3, 3)


PROJECT = """
[[sources]]
path = "plan.csv"
table = "work_items"
predecessors = "Vorgänger"
level = "{level}"
decimal = ","
[sources.columns]
id = "Nr."
title = "Vorgangsname"
duration_days = "Dauer"
[sources.defaults]
project = "P-01"
"""


def test_a_german_table_of_microsoft_project(tmp_path: Path) -> None:
    rows = (
        (
            "Nr.;PSP-Code;Vorgangsname;Dauer;Anfang;Vorgänger\n1;1;Einführung;20 Tage?;Mo 03.03.25;\n"
            "2;1.1;Schulung;2,5 Tage;Mo 03.03.25;\n3;1.2;Umzug;1 Woche;Fr 07.03.25;2EA+1,5 Tage;\n"
            "4;2;Abnahme;0 Tage;Fr 14.03.25;2AA;3EE-50%\n5;2.1;Nacharbeit;4 Std.;Fr 14.03.25;4\n"
        )
        .replace("1,5 Tage;", '1,5 Tage"')
        .replace(";2EA", ';"2EA')
        .replace("2AA;3EE-50%", '"2AA;3EE-50%"')
    )
    put(tmp_path, "plan.csv", rows.encode("cp1252"))
    read = batch(tmp_path, "plan.csv", PROJECT.format(level="PSP-Code"))
    assert read.problems == ()
    assert {id_: (item.parent, item.kind) for id_, item in items_of(read).items()} == {
        "1": ("", Kind.SUMMARY), "2": ("1", Kind.ACTIVITY), "3": ("1", Kind.ACTIVITY), "4": ("", Kind.SUMMARY),
        "5": ("4", Kind.ACTIVITY),
    }  # fmt: skip
    assert [item.duration_days for item in items_of(read).values()] == [20.0, 2.5, 5.0, 0.0, 0.5]
    assert links_of(read) == {
        ("2", "3", LinkType.FS, 1.5), ("2", "4", LinkType.SS, 0.0), ("3", "4", LinkType.FF, -2.5),
        ("4", "5", LinkType.FS, 0.0),
    }  # fmt: skip


def test_titles_that_are_indented_with_spaces(tmp_path: Path) -> None:
    rows = "Nr.;Vorgangsname;Dauer;Vorgänger\n1;Alles;5;\n2;   Teil;2;\n3;   Zweiter;3;2\n4;Ende;0;3\n"
    put(tmp_path, "plan.csv", rows)
    items = items_of(batch(tmp_path, "plan.csv", PROJECT.format(level="#indent")))
    assert {id_: (item.title, item.parent) for id_, item in items.items()} == {
        "1": ("Alles", ""), "2": ("Teil", "1"), "3": ("Zweiter", "1"), "4": ("Ende", ""),
    }  # fmt: skip


def test_what_the_sheet_does_not_have_is_told(tmp_path: Path) -> None:
    put(tmp_path, "plan.csv", "Nr.;Vorgangsname;Dauer\n1;Alles;5\n")
    read = batch(tmp_path, "plan.csv", PROJECT.format(level="Ebene"))
    assert [(each.column, each.message) for each in read.problems] == [
        ("Ebene", "no column “Ebene” for level; rows stand under no others"),
        ("Vorgänger", "no column “Vorgänger” for predecessors; no links are read"),
    ]
    (problem, _) = batch(tmp_path, "plan.csv", PROJECT.format(level="#outline")).problems
    assert "has no grouped rows, which workbooks alone have" in problem.message


def test_keys_of_other_files_are_names_and_no_lags(tmp_path: Path) -> None:
    more = """[[sources]]
path = "x.csv"
table = "work_items"
predecessors = "After"
columns = { id = "Id", title = "T" }
defaults = { project = "P" }
"""
    put(
        tmp_path,
        "x.csv",
        'Id,T,After\nA-1,One,\nA-2,Two,"A-1, PAY-12"\nRFS,Three,A-2FS+2d\nZ,Four,RFS\nY,Five,RFS+later\nX,Six,'
        "A-1FS+soon\n",
    )
    read = batch(tmp_path, "x.csv", more)
    assert links_of(read) == {
        ("A-1", "A-2", LinkType.FS, 0.0), ("PAY-12", "A-2", LinkType.FS, 0.0), ("A-2", "RFS", LinkType.FS, 2.0),
        ("RFS", "Z", LinkType.FS, 0.0),
    }  # fmt: skip
    assert [each.origin.row for each in read.problems] == [6, 7]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("5", 5), (5, 5), ("5d", 5), ("5 days?", 5), ("2w", 10), ("1 mon", 20), ("4h", 0.5), ("90m", 0.1875),
        ("1,5 Tage", 1.5), ("~3d", 3), ("-2d", -2), ("2 sem.", 10), ("1.234,5 t", 1234.5), ("1e-05", 1e-05),
    ],
)  # fmt: skip
def test_durations(cell: str | int, expected: float) -> None:
    assert days(cell) == expected


@pytest.mark.parametrize(
    "cell", ["", "soon", "3ed", "e5d", "5 edays", "5 apples", "1d2h", "9" * 80 + "d", "nan", "inf d"]
)
def test_what_is_no_amount_of_work(cell: str) -> None:
    with pytest.raises(ValueError, match="number"):
        days(cell)


@given(st.text(max_size=60))
def test_no_cell_of_predecessors_breaks(cell: str) -> None:
    assert all(said.name for said in parts_of(cell, {}))


def test_a_qualifier_stands_before_the_ids_of_any_source(tmp_path: Path) -> None:
    put(
        tmp_path,
        "emea.csv",
        "Issue key,Issue id,Summary,Parent id,Outward issue link (Blocks)\nA-1,1,One,,B-2\nA-2,2,Two,1,\n",
    )
    more = '[[sources]]\npath = "emea.csv"\nqualifier = "emea"\n'
    read = batch(tmp_path, "emea.csv", more)
    assert set(items_of(read)) == {"emea/A-1", "emea/A-2", "emea/B-2"}
    assert items_of(read)["emea/A-2"].parent == "emea/A-1"
    assert {(link.predecessor, link.successor) for link in read.records["links"]} == {("emea/A-1", "emea/B-2")}


def test_what_a_mapping_asks_for_changes_the_fingerprint(tmp_path: Path) -> None:
    put(tmp_path, "x.csv", "id,project,title,After,Level\n1,P,T,,1\n")
    base = '[[sources]]\npath = "x.csv"\ntable = "work_items"\n'
    keys = ("", 'qualifier = "a"\n', 'level = "Level"\n', 'predecessors = "After"\n')
    prints = {fingerprint(found(tmp_path, "x.csv", base + key), charter(tmp_path, base + key)) for key in keys}
    assert len(prints) == len(keys)


@pytest.mark.parametrize("key", ["level", "predecessors"])
def test_only_work_items_have_levels_and_predecessors(tmp_path: Path, key: str) -> None:
    with pytest.raises(CharterError, match=f"{key}: .*only for work_items"):
        charter(tmp_path, f'[[sources]]\npath = "x.csv"\ntable = "projects"\n{key} = "X"\n')


def test_a_damaged_sheet_is_refused_in_a_sentence(tmp_path: Path) -> None:
    export(tmp_path / "rollout.xlsx")
    data = (tmp_path / "rollout.xlsx").read_bytes()
    put(tmp_path, "rollout.xlsx", data[: len(data) // 2])
    with pytest.raises(SourceError, match="damaged or cut-off workbook"):
        batch(tmp_path, "rollout.xlsx", SMARTSHEET.format(path="rollout.xlsx", level="#outline"))
