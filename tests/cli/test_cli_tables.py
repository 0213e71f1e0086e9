"""A table stated once and printed four ways: width by cells, nothing lost, nothing run, nothing coloured on paper."""

from __future__ import annotations

import csv
import io
import os
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from cockpit.outlets.cells import csv_cell, json_value
from cockpit.outlets.look import PAPER, Look, look_of
from cockpit.outlets.plain import cut, wrap
from cockpit.outlets.tables import Column, Table, listed, tied
from cockpit.records.verdicts import Status

WIDE = "核心银行系统迁移到云端的接口文档交付依赖"
FAMILY = "\N{MAN}\u200d\N{WOMAN}\u200d\N{GIRL}"


@dataclass(frozen=True)
class Row:
    id: str
    title: str
    days: float | None = None
    on: date | None = None


TABLE: Table[Row] = Table(
    (
        Column("id", lambda row: row.id, "id", tone=lambda row: "critical" if row.days else ""),
        Column("title", lambda row: row.title, "what", grows=True),
        Column("days", lambda row: row.days, "days", lambda row: f"{row.days:g} d" if row.days else "", right=True),
        Column("on", lambda row: row.on),
        Column("rule", lambda _: "DEP-UNPROVEN", "rule", least=120),
    ),
    spaced=True,
)
ROWS = [Row("a", "short", 12, date(2025, 3, 31)), Row("b", WIDE * 4), Row("c", "a word and " * 12 + "the end", 3)]


@pytest.mark.parametrize("width", [40, 60, 80, 160])
def test_no_line_is_wider_than_asked_counted_in_cells_and_no_word_is_lost(width: int) -> None:
    text = TABLE.text(ROWS, Look(width))
    assert max(map(cell_len, text.splitlines())) <= width
    assert "".join(text.split()).count("aword") + text.count("a\n") >= 1
    assert "…" not in text
    for row in ROWS:
        assert sorted(set(row.title) - {" "}) == sorted(set(row.title) & set(text) - {" "})


def test_numbers_stand_to_the_right_and_what_grows_takes_what_others_leave() -> None:
    lines = TABLE.text(ROWS, Look(60)).splitlines()
    assert lines[0].split() == ["id", "what", "days"]
    assert lines[1].endswith("12 d") and cell_len(lines[1]) == 60
    few = next(line for line in lines if line.startswith("c"))
    assert few.endswith(" 3 d") and cell_len(few) == 60
    assert "rule" in TABLE.text(ROWS, Look(120)).splitlines()[0], "what has no room below stands there"


def test_rows_of_several_lines_stand_apart() -> None:
    assert "" in TABLE.text(ROWS, Look(60)).splitlines()
    assert "" not in TABLE.text(ROWS[:1], Look(60)).splitlines()


def test_a_column_in_which_nothing_stands_is_not_shown_and_scripts_still_get_it() -> None:
    bare = [Row("a", "short")]
    assert "days" not in TABLE.text(bare) and "days" not in TABLE.markdown(bare)
    assert TABLE.csv(bare) == "id,title,days,on,rule\na,short,,,DEP-UNPROVEN\n"
    assert TABLE.csv([]) == "id,title,days,on,rule\n"
    assert TABLE.objects(bare) == [{"id": "a", "title": "short", "days": None, "on": None, "rule": "DEP-UNPROVEN"}]


def test_where_a_table_would_be_too_narrow_each_row_is_told_line_by_line() -> None:
    columns = tuple(Column("", lambda row, n=n: f"{n}-{row.title[:20]}x", f"heading {n}") for n in range(4))
    lines = Table[Row](columns).text([Row("a", "word" * 5), Row("b", "x")], Look(40)).splitlines()
    assert lines[0] == "heading 0: 0-wordwordwordwordwordx"
    assert lines[4] == "" and lines[5] == "heading 0: 0-xx"


def test_facts_that_are_tied_are_not_torn_apart() -> None:
    columns = (Column[Row]("", lambda row: row.title, "costs"), Column[Row]("", lambda _: WIDE, "what", grows=True))
    lines = Table(columns).text([Row("a", listed("≥ 29 d", "", "USD 736k", "USD 25k/day"))], Look(45)).splitlines()
    assert [line[:11].strip() for line in lines[1:]] == ["≥ 29 d,", "USD 736k,", "USD 25k/day"]
    assert tied("a b") != "a b" and "\N{NO-BREAK SPACE}" not in "\n".join(lines)


def test_what_leads_a_deep_row_is_blank_on_its_other_lines() -> None:
    tree = Table((Column[Row]("", lambda row: tied("· ") + row.title, "task", grows=True),))
    lines = tree.text([Row("a", "word " * 12)], Look(40)).splitlines()
    assert lines[1].startswith("· word") and lines[2].startswith("  word")


def test_markdown_shows_what_others_wrote_as_text() -> None:
    (_, rule, row) = TABLE.markdown([Row("a", "<b>|[x](y)|\n*z*", 2)]).splitlines()
    assert rule == "| --- | --- | --: | --- |"
    assert row.startswith(r"| a | &lt;b&gt;\|\[x\](y)\| \*z\* | 2 d |")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠x"])
def test_a_formula_is_disarmed_in_every_text_of_a_csv_and_numbers_are_left_alone(text: str) -> None:
    (row,) = csv.DictReader(io.StringIO(TABLE.csv([Row(text, text, -2.0)]), newline=""))
    assert row["id"] == row["title"] == "'" + text.replace("\r", "\n") and row["days"] == "-2"
    assert csv_cell((text, "b")).startswith("'")
    assert TABLE.objects([Row(text, text)])[0]["title"] == text, "JSON is exact"


def test_values_in_csv_and_json() -> None:
    assert [csv_cell(v) for v in (None, True, False, 2.0, 0.5, ["a", "b"])] == ["", "true", "false", "2", "0.5", "a; b"]
    assert csv_cell(datetime(2025, 3, 1, 8, 0)) == json_value(datetime(2025, 3, 1, 8, 0)) == "2025-03-01T08:00"  # noqa: DTZ001
    assert json_value((Status.AT_RISK, date(2025, 3, 1))) == ["At Risk", "2025-03-01"]


@pytest.mark.parametrize("text", ["", "a", WIDE, "ab核", "e\u0301clair", FAMILY * 3])
@pytest.mark.parametrize("width", [1, 4, 7])
def test_what_is_cut_is_no_wider_than_asked_and_no_sign_is_torn(text: str, width: int) -> None:
    found = cut(text, width)
    assert cell_len(found) <= width
    assert found == text or found.endswith("…")
    assert "\u0301" not in found.replace("e\u0301", "") and not found.startswith("\u200d")
    assert "\u200d…" not in found


@given(st.text(alphabet=st.sampled_from("ab 核é\u0301👍·"), max_size=60), st.integers(2, 30))
def test_wrapped_lines_fit_and_lose_nothing(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert all(cell_len(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


class Screen(io.StringIO):
    """What says that it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stream", "environment", "look"),
    [
        (io.StringIO(), {"TERM": "xterm"}, PAPER),
        (None, {"TERM": "xterm"}, PAPER),
        (io.StringIO(), {"COLUMNS": "120"}, Look(120)),
        (io.StringIO(), {"COLUMNS": "wide"}, PAPER),
        (io.StringIO(), {"COLUMNS": "0"}, PAPER),
        (io.StringIO(), {"COLUMNS": "3"}, Look(40)),
        (Screen(), {"TERM": "xterm"}, Look(80, colour=True)),
        (Screen(), {"TERM": "xterm", "NO_COLOR": "1"}, Look(80)),
        (Screen(), {"TERM": "xterm", "NO_COLOR": ""}, Look(80, colour=True)),
        (Screen(), {"TERM": "dumb"}, Look(80)),
        (Screen(), {}, Look(80)),
        (Screen(), {"TERM": "xterm", "COLUMNS": "100"}, Look(100, colour=True)),
    ],
)
def test_how_what_is_written_to_a_stream_looks(stream: IO[Any] | None, environment: dict[str, str], look: Look) -> None:
    assert look_of(stream, environment) == look


def test_a_terminal_says_how_wide_it_is() -> None:
    import fcntl
    import pty
    import struct
    import termios

    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 133, 0, 0))
    with os.fdopen(slave, "w") as stream:
        assert look_of(stream, {"TERM": "xterm"}) == Look(133, colour=True)
    os.close(master)


def test_colour_adds_nothing_but_colour() -> None:
    import re

    coloured = TABLE.text(ROWS, Look(60, colour=True))
    assert "\x1b[1;31ma\x1b[0m" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == TABLE.text(ROWS, Look(60))


def test_a_table_is_inert() -> None:
    text = TABLE.text([Row("a\nb", "fix \x1b[31m[auth] bug\x9b2J \u202eevil \x07end")])
    assert text.count("\n") == 2
    assert not [c for c in text if not c.isprintable() and c != "\n"]
