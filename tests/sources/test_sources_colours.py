"""Cells that say something by their colour, by being merged, or by saying that nothing is known yet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from source_help import batch, charter, found, put

from cockpit.records.model import Batch, Project, StatusReport
from cockpit.sources.fills import colour_word
from cockpit.sources.registry import fingerprint
from cockpit.sources.workbook import Workbook

REPORTS = """
[[sources]]
path = "t.xlsx"
table = "status_reports"
colours = ["status"]
columns = { project = "Nr", status = "Ampel" }
defaults = { as_of = 2025-03-31 }
"""
PROJECTS = '\n[[sources]]\npath = "t.xlsx"\ntable = "projects"\n'


def tracker(folder: Path, cells: Sequence[tuple[str | None, str]]) -> Path:
    """A sheet with one project a row: what its traffic light says, and its fill."""
    path = folder / "t.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Main")
        sheet.write_row(0, 0, ["Nr", "Name", "Ampel"])
        for row, (said, colour) in enumerate(cells, 1):
            fill = book.add_format({"bg_color": colour}) if colour else None
            sheet.write_row(row, 0, [f"P-{row}", "Title"])
            sheet.write(row, 2, said, fill) if said else sheet.write_blank(row, 2, None, fill)
    return path


def statuses(read: Batch) -> list[str]:
    return [each.status for each in read.records["status_reports"] if isinstance(each, StatusReport)]


@pytest.mark.parametrize(
    ("colour", "word"),
    [
        ("00B050", "green"), ("92D050", "green"), ("C6EFCE", "green"), ("E2EFDA", "green"), ("70AD47", "green"),
        ("FFC000", "amber"), ("FFFF00", "amber"), ("FFEB9C", "amber"), ("ED7D31", "amber"), ("FCE4D6", "amber"),
        ("FF0000", "red"), ("C00000", "red"), ("FFC7CE", "red"), ("00B0F0", "blue"), ("5B9BD5", "blue"),
        ("FFFFFF", ""), ("D9D9D9", ""), ("000000", ""), ("7030A0", ""), ("F2F2F2", ""),
    ],
)  # fmt: skip
def test_the_fills_of_excels_palette_are_what_people_call_them(colour: str, word: str) -> None:
    assert colour_word(tuple(bytes.fromhex(colour))) == word  # type: ignore[arg-type]


@given(st.tuples(*[st.integers(0, 255)] * 3))
def test_every_colour_has_a_word_or_none(rgb: tuple[int, int, int]) -> None:
    assert colour_word(rgb) in ("green", "amber", "red", "blue", "")


def test_a_status_that_is_only_coloured_is_read_at_import(tmp_path: Path) -> None:
    tracker(tmp_path, [(None, "#92D050"), (None, "#FFC000"), (None, "#FF0000")])
    read = batch(tmp_path, "t.xlsx", REPORTS)
    assert statuses(read) == ["green", "amber", "red"]
    assert read.problems == ()


def test_a_known_word_counts_before_the_fill_and_a_comment_after_it(tmp_path: Path) -> None:
    tracker(tmp_path, [("Red", "#FF0000"), ("see my mail", "#FF0000"), ("Green", "#FF0000"), ("odd", "")])
    read = batch(tmp_path, "t.xlsx", REPORTS)
    assert statuses(read) == ["Red", "red", "Green", "odd"]
    kept = [dict(each.extra).get("Ampel") for each in read.records["status_reports"]]
    assert kept == [None, "see my mail", None, None], "a comment in a coloured cell is kept and shown"
    assert [(each.origin.row, each.message.partition(" (")[0]) for each in read.problems] == [
        (4, "“Green” stands in a cell that is filled red"),
        (5, "“odd”"),
    ]


def test_a_cell_without_word_and_fill_reports_nothing(tmp_path: Path) -> None:
    tracker(tmp_path, [(None, "#92D050"), (None, "")])
    read = batch(tmp_path, "t.xlsx", REPORTS)
    assert statuses(read) == ["green"]
    assert "row 3, Ampel: expected a value; the cell is empty" in str(read.problems[0])


def test_theme_and_indexed_colours_are_read(tmp_path: Path) -> None:
    import zipfile

    path = tracker(tmp_path, [(None, "#92D050"), (None, "#FFC000"), (None, "#FF0000")])
    parts = {name: zipfile.ZipFile(path).read(name) for name in zipfile.ZipFile(path).namelist()}
    styles = parts["xl/styles.xml"].decode()
    for rgb, other in (("FF92D050", 'theme="9" tint="0.4"'), ("FFFFC000", 'indexed="13"'), ("FFFF0000", 'theme="77"')):
        styles = styles.replace(f'<fgColor rgb="{rgb}"/>', f"<fgColor {other}/>")
    parts["xl/styles.xml"] = styles.encode()
    parts["xl/theme/theme1.xml"] = b"<nonsense"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    read = batch(tmp_path, "t.xlsx", REPORTS)
    assert statuses(read) == [], "a damaged theme"
    assert "cell colours that cannot be read" in str(read.problems[0])
    del parts["xl/theme/theme1.xml"]
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    assert statuses(batch(tmp_path, "t.xlsx", REPORTS)) == ["green", "amber"]


def test_colours_of_a_file_that_has_none_are_told_and_the_words_stand(tmp_path: Path) -> None:
    put(tmp_path, "t.csv", "Nr,Ampel\nP-1,Green\n")
    read = batch(tmp_path, "t.csv", REPORTS.replace("t.xlsx", "t.csv"))
    assert statuses(read) == ["Green"]
    assert "has no cell colours" in read.problems[0].message


def test_colours_are_columns_of_the_table(tmp_path: Path) -> None:
    from cockpit.charter.charter import CharterError

    with pytest.raises(CharterError, match="unknown column “ampel”"):
        charter(tmp_path, REPORTS.replace('["status"]', '["ampel"]'))


def test_a_mapping_without_colours_keeps_its_fingerprint(tmp_path: Path) -> None:
    tracker(tmp_path, [(None, "#92D050")])
    plain = REPORTS.replace('colours = ["status"]\n', "")
    before = fingerprint(found(tmp_path, "t.xlsx", plain), charter(tmp_path, plain))
    assert fingerprint(found(tmp_path, "t.xlsx", REPORTS), charter(tmp_path, REPORTS)) != before
    assert "colours" not in repr(found(tmp_path, "t.xlsx", REPORTS).mappings)


# -- merged cells


def book_of(path: Path, rows: Sequence[Sequence[object]], merged: Sequence[tuple[int, int, int, int, str]]) -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Main")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
        for region in merged:
            sheet.merge_range(*region)
    return path


def projects(read: Batch) -> list[Project]:
    return [each for each in read.records["projects"] if isinstance(each, Project)]


def test_what_is_merged_downwards_counts_in_each_row(tmp_path: Path) -> None:
    rows = [["id", "title", "team"], ["P-1", "One"], ["P-2", "Two"], ["P-3", "Three", "Risk"]]
    book_of(tmp_path / "t.xlsx", rows, [(1, 2, 2, 2, "Payments")])
    read = batch(tmp_path, "t.xlsx", PROJECTS)
    assert [each.team for each in projects(read)] == ["Payments", "Payments", "Risk"]


def test_one_record_on_several_lines_is_read_once(tmp_path: Path) -> None:
    rows = [["id", "title", "comment"], ["", "One", "first"], ["", "", "second"], ["P-2", "Two", ""]]
    book_of(tmp_path / "t.xlsx", rows, [(1, 0, 2, 0, "P-1")])
    read = batch(tmp_path, "t.xlsx", PROJECTS)
    assert [(each.id, each.origin and each.origin.row) for each in projects(read)] == [("P-1", 2), ("P-2", 4)]
    assert read.problems == ()


def test_a_heading_within_the_table_and_a_sum_below_it_are_no_rows(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["id", "title", "budget"],
        [],
        ["P-1", "One", 5],
        [],
        ["P-2", "Two", 6],
        ["", "Total", 11],
    ]
    book_of(tmp_path / "t.xlsx", rows, [(1, 0, 1, 2, "Payments"), (3, 0, 3, 2, "Risk")])
    read = batch(tmp_path, "t.xlsx", PROJECTS)
    assert [each.id for each in projects(read)] == ["P-1", "P-2"]
    assert read.problems == ()


def test_a_row_that_lacks_its_id_and_is_no_sum_is_told(tmp_path: Path) -> None:
    book_of(tmp_path / "t.xlsx", [["id", "title"], ["P-1", "One"], ["", "Totally new"]], [])
    assert len(batch(tmp_path, "t.xlsx", PROJECTS).problems) == 1


def test_headers_under_a_common_heading_are_told_apart(tmp_path: Path) -> None:
    rows = [
        [],
        ["", "", "Start", "End", "Start", "End"],
        ["P-1", "One", "", date(2025, 5, 1).isoformat(), "", "2025-06-01"],
    ]
    merged = [(0, 0, 1, 0, "id"), (0, 1, 1, 1, "title"), (0, 2, 0, 3, "Plan"), (0, 4, 0, 5, "Now")]
    path = book_of(tmp_path / "t.xlsx", rows, merged)
    grid = Workbook(path.read_bytes(), "t.xlsx").grid("Main", 2)
    assert grid.header == ("id", "title", "Plan Start", "Plan End", "Now Start", "Now End")
    columns = '\nheader_row = 2\ncolumns = { id = "id", title = "title", baseline_finish = "Plan End" }\n'
    read = batch(tmp_path, "t.xlsx", PROJECTS + columns)
    assert projects(read)[0].baseline_finish == date(2025, 5, 1)


# -- what is not known yet


@pytest.mark.parametrize(
    "said", ["TBC", "tbd", "T.B.D.", "n/a", "N/A", "?", "???", "-", "–", "offen", "Offen?", "noch offen", "k.A.",
             "à définir", "A définir", "nc", "(tbc)", "to be confirmed"]
)  # fmt: skip
def test_what_is_not_known_yet_is_no_date_and_no_mistake(tmp_path: Path, said: str) -> None:
    put(tmp_path, "projects.csv", f'id,title,baseline_finish,budget\nP-1,One,"{said}","{said}"\nP-2,Two,2025-05-01,5\n')
    read = batch(tmp_path, "projects.csv")
    assert [(each.baseline_finish, each.budget) for each in projects(read)] == [(None, None), (date(2025, 5, 1), 5.0)]
    assert read.problems == ()


def test_a_word_for_a_date_is_told_and_so_is_an_open_one_where_it_is_required(tmp_path: Path) -> None:
    put(tmp_path, "projects.csv", "id,title,baseline_finish\nP-1,One,soon\n")
    assert "expected a date" in batch(tmp_path, "projects.csv").problems[0].message
    put(tmp_path, "readings.csv", "kpi,as_of,value\nK,TBC,5\n")
    read = batch(tmp_path, "readings.csv")
    assert (read.records["readings"], len(read.problems)) == ((), 1)
