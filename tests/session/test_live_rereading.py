"""A file that is read by what changed in it leaves the store as reading all of it does, whatever is edited."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cockpit.charter import charter as charters
from cockpit.charter.charter import Charter
from cockpit.session.intake import Change, Intake
from cockpit.session.rereader import Rereader
from cockpit.sources import registry
from cockpit.store import Store
from cockpit.store.errors import sqlite3

NOW = datetime(2025, 3, 31, 9, tzinfo=UTC)
TODAY = date(2025, 3, 31)
PLAIN = '[portfolio]\nid = "p"\ntitle = "P"\ncurrency = "EUR"\n'
MAPPED = (
    PLAIN + '[[sources]]\npath = "work_items.csv"\ntable = "work_items"\ndate_order = "mdy"\n'
    '[sources.defaults]\nproject = "Q"\nduration_days = 3\n[sources.columns]\nid = "id"\ntitle = "title"\n'
    'project = "project"\nstatus = "status"\nduration_days = "duration_days"\nbaseline_finish = "baseline_finish"\n'
)
HEADER = "id,project,title,owner,status,duration_days,baseline_start,baseline_finish,effort,note"
IDS = tuple(f"I{number}" for number in range(9))
CELLS = {
    0: (*IDS, *(f"N{number}" for number in range(5)), "", " I3 ", "I1\x0bx"),
    1: ("P", "Q", ""),
    2: (
        "Build",
        "Größe",
        '"a, b"',
        '"two\nlines"',
        '"three\r\n\r\nlines"',
        '5" pipe',
        '"he said ""no"""',
        "",
        "x\u2028y",
    ),
    3: ("ann", "ann;bob", ""),
    4: ("To Do", "Done", "done", "Doing", "Bewilderment", ""),
    5: ("5", "5d", "2w", '"1,234"', "1.234", '"1,5"', "1.5", '"1,234d"', "1.230", "many", "TBC", "", "-1"),
    6: (
        "2025-05-01",
        "01/02/2025",
        "13/02/2025",
        "02/13/2025",
        "03.04.2025",
        "3 March 2025",
        "soon",
        "TBD",
        "45000",
        "",
    ),
    7: ("2025-06-01", "2025-06-02", "05/05/2025", "20250601", "31.12.2025", "25-05-28", ""),
    8: ("10", "400.000", '"400,000"', "4.5", '"1.234,5"', "x", ""),
    9: ("", "n", "ü", "=1+1"),
}
ODD = ('"', "I0", "I1,P,short", "", "   ", ",,,,,,,,,", "#I8,P,no remark", "Total,,,,,,,,,", "a" + ",b" * 15)
ODD_LINES = (
    *ODD,
    'I8,P,"open,,,,,,,,',
    'I8,P,"a"b,,,,,,,',
    "I8,P,x\x00y,,,,,,,",
    "I8,P,\ufffd,,,,,,,",
    "I8,P,x\ry,,,,,,,",
)

TAME = {
    **{index: cells[:2] for index, cells in CELLS.items()},
    0: (*(f"N{number}" for number in range(30)), ""),
    2: ("Build", "Größe", '"a, b"', '"he said ""no"""', "x\u2028y", '"two\nlines"'),
    3: ("ann", "bob"),
    5: ("5", "2w", "1.5", "many", "", "2.25"),
    6: ("2025-05-01", "3 March 2025", "13/02/2025", "soon", "TBD", "45000", ""),
    8: ("10", "4.5", "x", "1,234.5", ""),
}
"""Cells of which hardly one concerns more than its row."""
row = st.tuples(*(st.sampled_from(CELLS[index]) for index in range(10))).map(",".join)
tame = st.tuples(*(st.sampled_from(TAME[index]) for index in range(10))).map(",".join)
Edit = Callable[[list[str]], None]


@st.composite
def edits(draw: st.DrawFn) -> Edit:
    """Something that people or programs do to the lines of a table."""
    kind = draw(st.sampled_from((*("cell",) * 8, *("insert", "remove", "move") * 2, "repeat", "odd", "header", "turn")))
    at, to = draw(st.integers(1, 40)), draw(st.integers(1, 40))
    column, wild = draw(st.integers(0, 9)), draw(st.integers(0, 5)) == 0
    cell, new = draw(st.sampled_from((CELLS if wild else TAME)[column])), draw(row if wild else tame)
    odd = draw(st.sampled_from(ODD_LINES if wild else ODD))

    def do(lines: list[str]) -> None:
        here, there = (1 + place % max(1, len(lines) - 1) for place in (at, to))
        if kind == "header":
            lines[0] = lines[0].replace("note", "remark") if wild else lines[0]
        elif kind == "turn":
            lines[1:] = sorted(lines[1:], reverse=wild)
        elif kind in ("insert", "odd") or here >= len(lines):
            lines.insert(here, odd if kind == "odd" else new)
        elif kind == "cell":
            cells = lines[here].split(",")
            cells[column % len(cells)] = cell
            lines[here] = ",".join(cells)
        elif kind == "remove":
            del lines[here]
        elif kind == "move":
            lines.insert(there, lines.pop(here))
        else:
            lines.insert(there, lines[here])

    return do


shapes = st.fixed_dictionaries(
    {
        "bom": st.sampled_from((False, False, False, True)),
        "newline": st.sampled_from(("\n", "\n", "\n", "\r\n")),
        "ends": st.sampled_from((True, True, True, False)),
        "delimiter": st.sampled_from((",",) * 9 + (";",)),
        "encoding": st.sampled_from(("utf-8",) * 15 + ("cp1252", "utf-16")),
        "first": st.sampled_from(("",) * 6 + ("sep=,\n",)),
    }
)


def written(lines: list[str], bom: bool, newline: str, ends: bool, delimiter: str, encoding: str, first: str) -> bytes:
    text = first + newline.join(lines) + (newline if ends else "")
    text = text.replace(",", delimiter) if delimiter != "," else text
    return (b"\xef\xbb\xbf" if bom and encoding == "utf-8" else b"") + text.encode(encoding, "replace")


class Twins:
    """A portfolio that is read into two stores: by what changed, and all of it each time."""

    def __init__(self, folder: Path, charter: str = PLAIN) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        (folder / "portfolio.toml").write_text(charter)
        self.file = folder / "work_items.csv"
        self.charter: Charter = charters.load(folder)
        self.stores = tuple(Store.open(folder.parent / f"{folder.name}-{name}.db") for name in ("some", "whole"))
        self.some, self.whole = (Intake(folder, store) for store in self.stores)

    def close(self) -> None:
        self.some.close()
        for store in self.stores:
            store.close()
            for path in store.path.parent.glob(f"{store.path.name}*"):
                path.unlink()

    def read(self, data: bytes, day: int = 0) -> tuple[Change, ...]:
        """Read new content both ways and compare all that is kept."""
        self.file.write_bytes(data)
        when = (self.charter, NOW + timedelta(day), TODAY + timedelta(day))
        some, whole = self.some.read(*when), self.whole.read(*when)
        assert some == whole
        assert dump(self.stores[0]) == dump(self.stores[1])
        self.some.watch(self.charter)
        return some


def dump(store: Store) -> dict[str, list[Any]]:
    with closing(sqlite3.connect(store.path)) as raw:
        tables = [name for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        return {table: raw.execute(f"SELECT * FROM {table} ORDER BY rowid").fetchall() for table in tables}


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that were read by what changed, as they are."""
    found: list[str] = []
    accept = Rereader.accept

    def counting(self: Rereader) -> None:
        found.append(self._next[0] if self._next else "")
        accept(self)

    monkeypatch.setattr(Rereader, "accept", counting)
    return found


@given(
    st.lists(tame, min_size=3, max_size=12),
    st.sampled_from((0, 0, 0, 1)).flatmap(lambda most: st.lists(row, max_size=most)),
    st.lists(
        st.tuples(st.lists(edits(), min_size=1, max_size=3), st.none() | st.none() | st.none() | shapes, st.booleans()),
        min_size=1,
        max_size=5,
    ),
    shapes,
    st.sampled_from((PLAIN, PLAIN, MAPPED)),
)
@settings(max_examples=70, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_reading_what_changed_keeps_what_reading_everything_keeps(
    tmp_path: Path, rows: list[str], wild: list[str], steps: list[Any], shape: dict[str, Any], charter: str
) -> None:
    lines = [HEADER, *(f"I{number},{said.split(',', 1)[1]}" for number, said in enumerate(rows)), *wild]
    with closing(Twins(tmp_path / "p", charter)) as twins:
        twins.read(written(lines, **shape))
        day = 0
        for changes, new_shape, days in steps:
            for change in changes:
                change(lines)
            shape = new_shape or shape
            day += days
            twins.read(written(lines, **shape), day)


def rows(count: int = 6, **cells: dict[int, str]) -> list[str]:
    """Lines with every cell as it should be, but for some: by column the cells of some rows."""
    names = HEADER.split(",")
    said = ("I", "P", "Build", "ann", "To Do", "5", "2025-05-01", "2025-06-01", "10", "")
    first = dict(zip(names, said, strict=True))
    made = [{**first, "id": f"I{n}"} | {name: by[n] for name, by in cells.items() if n in by} for n in range(count)]
    return [HEADER, *(",".join(each[name] for name in names) for each in made)]


def lined(lines: list[str]) -> bytes:
    return ("\n".join(lines) + "\n").encode()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (rows(), rows(title={3: "Test"})),
        (rows(), rows(title={3: "Größe"}, effort={1: "x"})),
        (rows(), rows(7)),
        (rows(), rows(5)),
        (rows(), [HEADER, *rows()[2:], rows()[1]]),
        (rows(), rows(id={3: "J3"})),
        (rows(), rows(title={2: '"a, ""b"""'})),
        (rows(), rows(title={2: '"two\nlines"'})),
        (rows(title={2: '"two\nlines"'}), rows(title={2: '"two\nlines"', 4: "Test"})),
        (rows(title={2: '"two\nlines"'}), rows(title={2: '"now\nthree\nlines"'}, effort={5: "x"})),
        (rows(effort={1: "x", 4: "y"}), [*rows(effort={1: "x", 4: "y"}), ""]),
        (rows(effort={1: "x", 4: "y"}), [HEADER, "", *rows(effort={4: "y"}, owner={2: "bob"})[1:]]),
        (rows(baseline_finish={0: "31.12.2025"}), rows(baseline_finish={0: "31.12.2025", 3: "01.02.2025"})),
        (rows(baseline_finish={0: "12/31/2025"}), rows(baseline_finish={0: "12/31/2025", 3: "01/02/2025"})),
        (rows(effort={0: "1.5"}), rows(effort={0: "1.5", 2: '"1,234"'})),
        (rows(id={2: ""}), rows(id={2: ""}, title={3: "Test"})),
    ],
)
def test_what_one_row_says_is_read_by_itself(
    tmp_path: Path, counted: list[str], before: list[str], after: list[str]
) -> None:
    with closing(Twins(tmp_path / "p")) as twins:
        twins.read(lined(before))
        assert len(twins.read(lined(after))) == 1
        assert counted == ["work_items.csv"]
        twins.read(lined(rows(title={0: "Test"})))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (rows(baseline_finish={0: "12/31/2025", 3: "01/02/2025"}), rows(baseline_finish={3: "01/02/2025"})),
        (rows(baseline_finish={0: "12/31/2025"}), rows(baseline_finish={0: "12/31/2025", 3: "31/12/2025"})),
        (rows(effort={0: "1.5", 2: '"1,234"'}), rows(effort={2: '"1,234"'})),
        (rows(effort={0: "1.5", 2: '"1,234"'}), rows(effort={0: '"1,5"', 2: '"1,234"'})),
        (rows(duration_days={2: '"1.234d"'}), rows(duration_days={2: '"1.234d"', 4: '"1,5"'})),
        (rows(), rows(id={3: "I1"})),
        (rows(id={3: "I1"}), rows(id={3: "I1"}, title={0: "Test"})),
        (rows(), rows(status={3: "Bewilderment"})),
        (rows(status={3: "Bewilderment"}), rows()),
        (rows(), rows(title={2: '"not closed'})),
        (rows(), rows(title={2: "x\ufffdy"})),
        (rows(), rows(title={2: "x\ry"})),
        (rows(), [HEADER.replace("note", "remark"), *rows()[1:]]),
        (rows(), [HEADER]),
        (rows(), [each.replace(",", ";") for each in rows()]),
    ],
)
def test_what_concerns_other_rows_is_read_from_all_of_it(
    tmp_path: Path, counted: list[str], before: list[str], after: list[str]
) -> None:
    with closing(Twins(tmp_path / "p")) as twins:
        twins.read(lined(before))
        twins.read(lined(after))
        assert counted == []


def test_a_text_that_became_two_lines_is_met_as_one_text_the_next_time(tmp_path: Path) -> None:
    with closing(Twins(tmp_path / "p")) as twins:
        twins.read(lined(rows()))
        twins.read(lined(rows(title={2: '"two\nlines"'})))
        twins.read(lined(rows(title={2: '"two\nrows"'})))
        twins.read(lined(rows(title={2: '"two\nI9,P,rows"'})))
        twins.read(lined(rows()))
        twins.read(lined(rows(note={2: '"two\n,P,Build,ann,To Do,,,,,x"'})))
        twins.read(lined(rows(note={2: '"two\n,P,Build,ann,To Do,,,,,y"'})))


def test_a_single_command_keeps_no_bytes_and_a_session_that_ends_lets_go_of_them(tmp_path: Path) -> None:
    with closing(Twins(tmp_path / "p")) as twins:
        twins.read(lined(rows()))
        assert 0 < twins.some._rereader.size < len(lined(rows()))  # packed until it changes
        assert twins.whole._rereader.size == 0
        twins.some.close()
        assert twins.some._rereader.size == 0


def test_another_charter_is_not_taken_for_the_one_by_which_a_file_was_read(tmp_path: Path, counted: list[str]) -> None:
    with closing(Twins(tmp_path / "p")) as twins:
        twins.read(lined(rows()))
        (tmp_path / "p" / "portfolio.toml").write_text(PLAIN + '[states]\ndone = ["to do"]\n')
        twins.charter = charters.load(tmp_path / "p")
        twins.read(lined(rows(title={0: "Test"})))
        assert counted == []


def test_a_difference_from_another_reading_than_the_last_is_not_taken(tmp_path: Path, counted: list[str]) -> None:
    with closing(Twins(tmp_path / "p")) as twins:
        twins.read(lined(rows()))
        twins.file.write_bytes(lined(rows(owner={1: "bob"})))
        for store in twins.stores:
            Intake(tmp_path / "p", store).read(twins.charter, NOW, TODAY)  # another process was there first
        twins.read(lined(rows(title={0: "Test"})))
        assert counted == []


def test_bytes_at_hand_are_taken_for_no_other_file_and_no_other_content(tmp_path: Path) -> None:
    with closing(Twins(tmp_path / "p")) as twins:
        teams = twins.file.with_name("teams.csv")
        teams.write_text("id,title\nT,Team\n")
        twins.read(lined(rows()))
        twins.file.write_bytes(lined(rows(title={0: "Test"})))
        teams.write_text("id,title\nT,Other\n")
        known = {found.relative: found for found in registry.scan(tmp_path / "p", twins.charter)}
        reader, (store, _) = twins.some._rereader, twins.stores
        shas = {name: reader.fingerprint(found, twins.charter) for name, found in sorted(known.items())}
        assert shas == {name: registry.fingerprint(found, twins.charter) for name, found in known.items()}
        reader.fingerprint(known["teams.csv"], twins.charter)
        told = reader.difference(known["work_items.csv"], twins.charter, shas["work_items.csv"], store)
        assert told is not None and told.table == "work_items"
        reader.fingerprint(known["teams.csv"], twins.charter)
        assert reader.difference(known["teams.csv"], twins.charter, "another", store) is None
