"""Which files are sources, and every bad file told in a sentence."""

import os
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from source_help import batch, charter, found, put, workbook

from cockpit.charter.vocabulary import NATIVE_TABLES, columns, meaning
from cockpit.commands import scaffold
from cockpit.proposing.findings import Findings
from cockpit.sources import files
from cockpit.sources import workbook as workbooks
from cockpit.sources.errors import SourceError
from cockpit.sources.registry import PROBLEMS_LIMIT, fingerprint, read, scan, sha256


def refused(folder: Path, name: str) -> str:
    source = found(folder, name)
    with pytest.raises(SourceError) as caught:
        read(source, charter(folder))
    assert caught.value.problem.origin.path == name
    return str(caught.value)


def test_what_is_a_source_and_in_which_order(tmp_path: Path) -> None:
    names = ["teams.csv", "2025-03-31/people.csv", "2025-01-31/people.csv", "plan.xml", "2025-01-31/work_items.json"]
    others = [
        "portfolio.db", "portfolio.db-wal", "statements/x.json", "evidence/y.csv", ".hidden.csv", "~$teams.xlsx",
        ".teams.csv.swp", "teams.csv~", "README.md", "sub/teams.csv", "2025-13-99/teams.csv", ".~lock.teams.csv#",
        "portfolio.db.csv", "teams.csv.tmp",
    ]  # fmt: skip
    for name in (*names, *others):
        put(tmp_path, name, "id,title\n")
    put(tmp_path, "plan.xml", '<Project xmlns="http://schemas.microsoft.com/project"></Project>')
    sources = scan(tmp_path, charter(tmp_path))
    assert [source.relative for source in sources] == [
        "2025-01-31/people.csv", "2025-01-31/work_items.json", "2025-03-31/people.csv", "plan.xml", "teams.csv",
    ]  # fmt: skip
    assert [source.name for source in sources[:3]] == ["people.csv", "work_items.json", "people.csv"]
    assert [source.drop for source in sources[2:]] == [date(2025, 3, 31), None, None]
    assert [source.format for source in sources[2:]] == ["table", "msproject", "table"]


def test_an_empty_folder_has_no_sources(tmp_path: Path) -> None:
    assert scan(tmp_path, charter(tmp_path)) == ()


def test_an_empty_file(tmp_path: Path) -> None:
    put(tmp_path, "teams.csv", "")
    put(tmp_path, "people.csv", "\n\n , \n")
    assert "teams.csv: is empty" in refused(tmp_path, "teams.csv")
    assert "no row of headers" in refused(tmp_path, "people.csv") or "has no column" in refused(tmp_path, "people.csv")


def test_a_truncated_workbook(tmp_path: Path) -> None:
    whole = workbook(tmp_path / "whole.xlsx", {"teams": [["id", "title"], *([f"t{n}", f"T{n}"] for n in range(500))]})
    data = whole.read_bytes()
    whole.unlink()
    for size in (1, 10, 100, len(data) // 2, len(data) - 10):
        put(tmp_path, "teams.xlsx", data[:size])
        said = refused(tmp_path, "teams.xlsx")
        assert "damaged or cut-off workbook" in said or "no Excel workbook" in said


def test_a_workbook_with_flipped_bytes_is_no_traceback(tmp_path: Path) -> None:
    data = workbook(tmp_path / "teams.xlsx", {"teams": [["id", "title"], ["a", "A"]]}).read_bytes()
    for place in range(0, len(data), 97):
        put(tmp_path, "teams.xlsx", data[:place] + bytes([data[place] ^ 0xFF]) + data[place + 1 :])
        try:
            batch(tmp_path, "teams.xlsx")
        except SourceError as error:
            assert str(error)


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "UNPACKED_LIMIT", 5_000_000)
    path = workbook(tmp_path / "teams.xlsx", {"teams": [["id", "title"]]})
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/zeros.bin", bytes(6_000_000))
    assert "unpacks to more than" in refused(tmp_path, "teams.xlsx")


def test_a_zip_bomb_that_lies_about_its_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "UNPACKED_LIMIT", 5_000_000)
    path = workbook(tmp_path / "teams.xlsx", {"teams": [["id", "title"]]})
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/zeros.bin", bytes(6_000_000))
    data = path.read_bytes().replace((6_000_000).to_bytes(4, "little"), (6_000).to_bytes(4, "little"))
    put(tmp_path, "teams.xlsx", data)
    assert "damaged" in refused(tmp_path, "teams.xlsx")


def test_a_cell_at_the_end_of_the_sheet_does_not_fill_the_memory(tmp_path: Path) -> None:
    rows: list[list[object]] = [["id", "title"], ["a", "A"]]
    path = workbook(tmp_path / "teams.xlsx", {"teams": rows})
    with zipfile.ZipFile(path) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    sheet = entries["xl/worksheets/sheet1.xml"]
    far = b'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'
    entries["xl/worksheets/sheet1.xml"] = sheet.replace(b"</sheetData>", far)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    assert "reaches to row 1048576 and column 16384" in refused(tmp_path, "teams.xlsx")


@contextmanager
def nobody() -> Iterator[None]:
    """Root may read everything, so for a moment be somebody else."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(user)


def test_no_permission(tmp_path: Path) -> None:
    path = put(tmp_path, "teams.csv", "id,title\n")
    source, rules = found(tmp_path, "teams.csv"), charter(tmp_path)
    path.chmod(0)
    with nobody():
        for attempt in (lambda: read(source, rules), lambda: sha256(path), lambda: fingerprint(source, rules)):
            with pytest.raises(SourceError, match="may not be read by this user; give read permission"):
                attempt()


def test_a_folder_named_like_a_table(tmp_path: Path) -> None:
    (tmp_path / "teams.csv").mkdir()
    assert "teams.csv: is a folder" in refused(tmp_path, "teams.csv")


def test_symbolic_links_that_loop(tmp_path: Path) -> None:
    (tmp_path / "teams.csv").symlink_to("teams.csv")
    (tmp_path / "people.csv").symlink_to("nowhere.csv")
    put(tmp_path, "deep/teams.csv", "id,title\na,A\n")
    (tmp_path / "deep" / "again").symlink_to("..")
    (tmp_path / "deep" / "more").symlink_to("..")
    assert "leads back to itself" in refused(tmp_path, "teams.csv")
    assert "does not exist" in refused(tmp_path, "people.csv")
    rules = charter(tmp_path, '[[sources]]\npath = "**/teams.csv"\ntable = "teams"\n')
    assert [source.relative for source in scan(tmp_path, rules)] == ["deep/teams.csv", "people.csv", "teams.csv"]


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "teams.csv")
    assert "is no regular file" in refused(tmp_path, "teams.csv")


def test_a_file_of_more_than_200_mb_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "teams.csv").open("wb") as file:
        file.truncate(files.SIZE_LIMIT + 1)
    assert "has 200 MB, more than the 200 MB that are read" in refused(tmp_path, "teams.csv")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("plan.xml", "<html><body>Sign in</body></html>", "is a web page"),
        ("plan.xml", "<!-- a --><!DOCTYPE html><html>", "is a web page"),
        ("plan.xml", '<?xml version="1.0"?><rss version="0.92">', "Jira's XML export"),
        ("plan.xml", '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">', "Excel 2003 XML"),
        ("plan.xml", '<a:inventory xmlns:a="x">', "root element <inventory>, not a Microsoft Project plan"),
        ("plan.xml", "hello", "is no XML"),
        ("plan.mpp", b"\xd0\xcf\x11\xe0" + bytes(600), "File, Save As, XML Format"),
        ("plan.xer", "ERMHDR\t1", "has no table PROJECT"),
        ("plan.xer", "id\ttitle", "is no Primavera export, whatever its name says"),
        ("old.xls", b"\xd0\xcf\x11\xe0" + bytes(600), "save it as Excel Workbook"),
        ("teams.xlsx", b"\xd0\xcf\x11\xe0" + bytes(600), "without a password"),
        ("teams.xlsx", "id,title\n", "is no Excel workbook"),
        ("teams.csv", b"PK\x03\x04" + bytes(600), "give a workbook the ending .xlsx"),
        ("teams.csv", b"\x00" * 3000, "expected a table as CSV"),
        (
            "budget.csv",
            "Ref,Cost\n1,2\n",
            "is neither named like a table nor a tracker's export (its headers are Ref, Cost)",
        ),
        ("package.json", '{"name": "x", "files": ["a"]}', "is named like no table (it holds files)"),
    ],
)
def test_files_of_another_kind_are_told_what_they_are(
    tmp_path: Path, name: str, content: str | bytes, said: str
) -> None:
    put(tmp_path, name, content)
    assert said in refused(tmp_path, name)


def test_a_workbook_with_no_table_tells_its_sheets(tmp_path: Path) -> None:
    workbook(tmp_path / "tracker.xlsx", {"Übersicht": [["a"]], "Two": [["b"]]})
    assert "named like no table (it holds Übersicht, Two)" in refused(tmp_path, "tracker.xlsx")


def test_a_plan_is_read(tmp_path: Path, corpus: Path) -> None:
    put(tmp_path, "plan.xml", (corpus / "mpxj" / "sample.xml").read_bytes())
    assert batch(tmp_path, "plan.xml").records["work_items"]


def test_problems_of_a_file_that_is_wrong_throughout_are_bounded(tmp_path: Path) -> None:
    put(tmp_path, "teams.csv", "id,title\n" + ",x\n" * (PROBLEMS_LIMIT + 10))
    problems = batch(tmp_path, "teams.csv").problems
    assert len(problems) == PROBLEMS_LIMIT + 1
    assert "10 more problems" in problems[-1].message


def test_every_column_is_explained() -> None:
    for table in NATIVE_TABLES:
        for column in columns(table):
            assert meaning(table, column.name).endswith((".", ";"))


@pytest.mark.parametrize("xlsx", [False, True])
def test_what_init_writes_opens_with_no_problems(tmp_path: Path, xlsx: bool) -> None:
    from cockpit.charter.charter import load

    scaffold.write(tmp_path, Findings(), xlsx=xlsx)
    rules = load(tmp_path)
    tables: set[str] = set()
    for source in scan(tmp_path, rules):
        read_back = read(source, rules)
        assert read_back.problems == ()
        tables |= set(read_back.records)
    assert tables == set(NATIVE_TABLES)


def test_a_dated_folder_that_may_not_be_read_says_so() -> None:
    with tempfile.TemporaryDirectory() as name:  # pytest's own folders are closed to others
        folder = Path(name)
        folder.chmod(0o755)
        rules = charter(folder)
        drop = folder / "2025-03-31"
        drop.mkdir(mode=0)
        with nobody():
            (source,) = scan(folder, rules)
            with pytest.raises(SourceError, match="2025-03-31: may not be read by this user"):
                read(source, rules)
        drop.chmod(0o700)
