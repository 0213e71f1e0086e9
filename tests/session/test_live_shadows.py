"""Which sources a charter calls shadows: by the same patterns by which it names them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from cockpit.charter.charter import Charter, SourceMapping
from cockpit.charter.shadows import marked
from cockpit.records.snapshot import Portfolio, Snapshot, SourceFile


def shadows(folder: Path, *patterns: str, paths: tuple[str, ...], shadow: bool = True) -> set[str]:
    portfolio = Portfolio(id="p", title="P")
    mappings = tuple(SourceMapping(path=each, table="work_items", shadow=shadow) for each in patterns)
    files = tuple(SourceFile(name=p, path=p, format="table", observed=date(2025, 1, 6)) for p in paths)
    found = marked(folder, Charter(portfolio=portfolio, sources=mappings), Snapshot(portfolio=portfolio, sources=files))
    return {each.path for each in found.sources if each.shadow}


@pytest.mark.parametrize(
    ("pattern", "path", "fits"),
    [
        ("lead.xlsx", "lead.xlsx", True),
        ("lead.xlsx", "2025-03-31/lead.xlsx", False),
        ("*/lead.xlsx", "2025-03-31/lead.xlsx", True),
        ("*/lead.xlsx", "lead.xlsx", False),
        ("**/lead.xlsx", "lead.xlsx", True),
        ("**/lead.xlsx", "a/b/c/lead.xlsx", True),
        ("a/**/c/*.csv", "a/b/b/c/mine.csv", True),
        ("a/**/c/*.csv", "a/b/b/mine.csv", False),
        ("lead-?.csv", "lead-1.csv", True),
        ("lead-[ab].csv", "lead-b.csv", True),
        ("lead-[ab].csv", "lead-[ab].csv", True),
        ("../lead.csv", "../lead.csv", True),
        ("./team/../lead.csv", "lead.csv", True),
        ("Lead.csv", "lead.csv", False),
        ("**/" * 40 + "no.csv", "/".join("a" * 40) + "/yes.csv", False),
    ],
)
def test_a_pattern_means_the_files_that_are_read_by_it(tmp_path: Path, pattern: str, path: str, fits: bool) -> None:
    assert shadows(tmp_path, pattern, paths=(path, "tracker.csv")) == ({path} if fits else set())


def test_an_absolute_path_means_the_file_by_its_relative_one(tmp_path: Path) -> None:
    folder = tmp_path / "portfolio"
    assert shadows(folder, str(tmp_path / "lead.csv"), paths=("../lead.csv",)) == {"../lead.csv"}


def test_what_is_mapped_without_the_mark_is_none(tmp_path: Path) -> None:
    assert shadows(tmp_path, "lead.csv", paths=("lead.csv",), shadow=False) == set()


def test_the_mark_is_no_part_of_what_a_file_was_read_by() -> None:
    one, other = (SourceMapping(path="lead.csv", table="work_items", shadow=each) for each in (False, True))
    assert repr(one) == repr(other) and one != other
