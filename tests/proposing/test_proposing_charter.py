"""The charter that is written loads, whatever stands in the files of a company."""

from __future__ import annotations

import csv
import io
import tomllib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from source_help import put

from cockpit.charter.charter import load
from cockpit.commands.scaffold import charter_text
from cockpit.proposing.findings import gathered
from cockpit.proposing.summary import LINES, lines

CELL = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["Nr", "Projekt", "Owner", "Status", "RAG", "Ampel", "Ende", "Budget (k€)", "P-1", "Green", "rot", "TBC",
         "03/04/2025", "Müller, Anna", "aberg", 'say "hi"', "\x1b[31m", "a\\b", "]]", "# x", "'''", "1.234", "x\u202ey",
         "\ufeff", "=1+1"]
    ),
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(CELL, min_size=4, max_size=6), min_size=1, max_size=8))
def test_any_table_gives_a_charter_that_loads(tmp_path: Path, rows: list[list[str]]) -> None:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    file = put(tmp_path, "t.csv", text.getvalue().encode("utf-8", "surrogatepass") or b"x")
    folder = tmp_path / "p"
    folder.mkdir(exist_ok=True)
    found = gathered([file], folder)
    written = charter_text(folder, found)
    tomllib.loads(written)
    put(folder, "portfolio.toml", written)
    load(folder)
    assert not any(mark in written for mark in "\x1b\u202e\u2028\x7f")
    assert len(lines(found, folder)) <= LINES


@pytest.mark.parametrize("name", ['we "quote".csv', "new\nline.csv", "tab\t.csv", "[glob]*.csv", "ümläut.csv"])
def test_any_name_of_a_file(tmp_path: Path, name: str) -> None:
    file = put(tmp_path, name, "Ref,Project,Budget\nP-1,One,5\n")
    folder = tmp_path / "p"
    folder.mkdir()
    put(folder, "portfolio.toml", charter_text(folder, gathered([file], folder)))
    assert load(folder).sources[0].path == f"../{name}"


def test_the_charter_without_files_is_all_examples(tmp_path: Path) -> None:
    from cockpit.proposing.findings import Findings

    put(tmp_path, "portfolio.toml", charter_text(tmp_path, Findings()))
    assert load(tmp_path).sources == ()


def test_the_same_files_give_the_same_charter(tmp_path: Path) -> None:
    file = put(tmp_path, "t.csv", "Ref;Project;Owner;RAG\nP-1;One;aberg;Green\nP-2;Two;Anna Berg;Red\n")
    assert len({charter_text(tmp_path, gathered([file], tmp_path)) for _ in range(3)}) == 1
