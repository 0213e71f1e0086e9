"""Whatever stands in a Primavera export: the good data beside it are read, or one sentence says why none are."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from primavera_help import (
    CALENDAR,
    PROJECT,
    WBS,
    calendar,
    calendars,
    data,
    item,
    items,
    links,
    off,
    read,
    read_text,
    tables,
    task,
    tie,
    told,
    week,
    written,
)

from cockpit.engine.plans.plan import schedule_plan
from cockpit.records.model import Batch
from cockpit.sources import primavera_xer
from cockpit.sources.errors import SourceError

RICH = written(
    tables(
        task(100, target_end_date="2026-02-02 17:00", cstr_type="CS_MSOA", cstr_date="2026-01-20 08:00"),
        task(101, task_type="TT_Rsrc", status_code="TK_Active", act_start_date="2026-01-06 08:00"),
        task(102, status_code="TK_Complete", act_start_date="2026-01-06 08:00", act_end_date="2026-01-07 08:00"),
        task(200, proj_id=2),
        CALENDAR=[CALENDAR, calendar(6, "Crew", data(week(2, 3), off("2026-12-24")), base_clndr_id=5)],
        PROJECT=[PROJECT, {**PROJECT, "proj_id": 2, "export_flag": "N"}],
        PROJWBS=[WBS, {**WBS, "wbs_id": 11, "parent_wbs_id": 10, "proj_node_flag": "N"}],
        SCHEDOPTIONS=[{"proj_id": 1, "sched_calendar_on_relationship_lag": "rcal_24Hour"}],
        RSRC=[{"rsrc_id": 1, "clndr_id": 6, "rsrc_type": "RT_Labor"}],
        TASKRSRC=[{"task_id": 101, "rsrc_id": 1, "target_qty_per_hr": 1, "remain_qty": 8}],
        TASKPRED=[tie(100, 101, lag=8), tie(102, 100, "SF"), tie(200, 100)],
    )
).encode("cp1252")
PIECES = [
    *(b"\t", b"\n", b"\r\n", b"%T\t", b"%F\t", b"%R\t", b"%E", b"%T\tTASK\n"),
    *(b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\x1b[31m", b"\x81", b"(", b")", b"(0||", b"|", b","),
    *(b"1e99", b"e9", b"-1", b"9" * 400, b"nan", b"inf"),
    *(b"0001-01-01 00:00", b"9999-12-31 23:59", b"2026-02-30 08:00"),
]


def survives(folder: Path, content: bytes) -> Batch | None:
    """What is read, if anything: all of it can be said, stands on sound links and is a plan to the engine."""
    try:
        batch = read_text(folder, content)
    except SourceError as error:
        assert "\x1b" not in str(error)
        return None
    everything = repr(batch.records) + "".join(map(str, batch.problems))
    assert "\\x1b" not in everything and "\x1b" not in everything
    names = calendars(batch)
    assert {link.lag_calendar for link in links(batch)} <= set(names)
    assert all(each.calendar in names for each in items(batch).values() if each.terms)
    assert all(each.minutes_per_day > 0 for each in names.values())
    return batch


changes = st.lists(
    st.tuples(
        st.integers(0, len(RICH)), st.integers(0, 30), st.one_of(st.sampled_from(PIECES), st.binary(max_size=12))
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=changes)
@example(changes=[(len(RICH), 0, b"%R")])
def test_any_change_of_an_export_ends_in_data_or_in_a_sentence(
    tmp_path: Path, changes: list[tuple[int, int, bytes]]
) -> None:
    content = RICH
    for place, length, piece in changes:
        content = content[:place] + piece + content[place + length :]
    survives(tmp_path, content)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32), times=st.integers(1, 5))
def test_cells_that_trade_places_end_in_data_or_in_a_sentence(tmp_path: Path, seed: int, times: int) -> None:
    chance = random.Random(seed)
    lines = [line.split(b"\t") for line in RICH.split(b"\r\n")]
    for _ in range(times):
        one, other = chance.choice(lines), chance.choice(lines)
        place, target = chance.randrange(len(one)), chance.randrange(len(other))
        one[place], other[target] = other[target], chance.choice([one[place], *PIECES])
    survives(tmp_path, b"\r\n".join(b"\t".join(cells) for cells in lines))


@pytest.mark.parametrize("length", range(0, len(RICH), 37))
def test_an_export_that_breaks_off_is_told_and_used_as_far_as_it_goes(tmp_path: Path, length: int) -> None:
    batch = survives(tmp_path, RICH[:length])
    if batch is not None:
        assert any("breaks off" in line for line in told(batch))


def test_the_whole_of_it_is_read(tmp_path: Path) -> None:
    batch = survives(tmp_path, RICH)
    assert batch is not None and not batch.problems
    assert {"100", "101", "102", "wbs-10", "wbs-11", "200"} == set(items(batch))
    assert {row.id for row in schedule_plan(batch).rows} >= {"100", "101", "102"}


@pytest.mark.parametrize(
    "junk",
    [bytes(range(256)) * 400, b"\x00" * 10**5, b"\n" * 10**5, b"%R\t" * 10**5],
    ids=["bytes", "zeros", "lines", "rows"],
)
def test_junk_between_tables_costs_nothing_else(tmp_path: Path, junk: bytes) -> None:
    mark = b"%T\tTASKPRED"
    batch = survives(tmp_path, RICH.replace(mark, b"%T\tJUNK\r\n" + junk + b"\r\n" + mark))
    assert batch is not None and {"100", "101", "102"} <= set(items(batch))
    assert len(links(batch)) == 3


def test_names_are_made_harmless(tmp_path: Path) -> None:
    evil = "<b>[red]\x1b[31m\x07 x"
    batch = read(
        tmp_path,
        task(100, task_name=evil, task_code=evil, clndr_id=evil),
        CALENDAR=[{**CALENDAR, "clndr_name": evil}, calendar(6, "", week(2), clndr_id=evil)],
        PROJECT=[{**PROJECT, "proj_short_name": evil}, {**PROJECT, "proj_id": evil, "proj_short_name": ""}],
        PROJWBS=[{**WBS, "wbs_name": evil}, {**WBS, "wbs_id": evil}],
        TASKPRED=[tie(evil, 100)],
    )
    said = repr(batch.records) + "".join(map(str, batch.problems))
    assert [part for part in ("\\x1b", "\\x07", "\x1b", "\x07") if part in said] == []
    assert item(batch).title == "<b>[red][31m x"


@pytest.mark.parametrize("cell", ["9" * 400, "1e99", "e9", "-8", "-1e9", "nan", "inf", "٣", "--5", "1,2,3"])
def test_numbers_that_are_none_or_too_large(tmp_path: Path, cell: str) -> None:
    cell = cell.encode("cp1252", "replace").decode()
    names = ("remain_drtn_hr_cnt", "target_drtn_hr_cnt", "phys_complete_pct")
    batch = read(tmp_path, task(100, **dict.fromkeys(names, cell)), task(101), TASKPRED=[tie(100, 101, lag=cell)])
    assert item(batch).duration_days in (None, 0.0)
    assert links(batch)[0].lag_days == (-1.0 if cell == "-8" else 0.0)
    assert item(batch, 101).duration_days == 2.0
    assert told(batch)


def test_branches_that_go_round_are_cut_and_told(tmp_path: Path) -> None:
    rows = [{**WBS, "wbs_id": n, "parent_wbs_id": n % 5 + 1} for n in range(1, 6)]
    rows += [{**WBS, "wbs_id": 8, "parent_wbs_id": 8}, {**WBS, "wbs_id": 9, "parent_wbs_id": 3}]
    batch = read(tmp_path, PROJWBS=rows)
    parents = {each.id: each.parent for each in items(batch).values()}
    for name in parents:
        seen: list[str] = []
        while name:
            assert name not in seen
            seen.append(name)
            name = parents.get(name, "")
    assert len([line for line in told(batch) if "stands below itself" in line]) == 2
    assert parents["outage/wbs-9"] == "outage/wbs-3"


def test_a_long_line_of_branches(tmp_path: Path) -> None:
    rows = [{**WBS, "wbs_id": n, "parent_wbs_id": n + 1} for n in range(20_000)]
    assert items(read(tmp_path, PROJWBS=rows))["wbs-0"].parent == "outage/wbs-1"


def test_a_cell_that_goes_on_for_ever_is_cut_and_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(primavera_xer, "LONGEST", 3000)
    for long in ("x" * 20_000, "x\ty\n" * 5_000):
        batch = read_text(tmp_path, written(tables(task(100), task(101, task_name=long), task(102))))
        assert {"100", "102"} <= set(items(batch))
        assert "its end is left out" in told(batch)[0]
        assert len(batch.problems) < 6


def test_a_million_lines_that_begin_nothing(tmp_path: Path) -> None:
    text = written(tables(task(100))).replace("%E", "%T\tMEMO\r\n%F\tid\r\n%R\t1\r\n" + "a\tb\r\n" * 10**6 + "%E")
    assert item(read_text(tmp_path, text)).title == "Task 100"


def test_a_table_without_its_column_names_or_its_key_is_told_once(tmp_path: Path) -> None:
    text = written(tables(task(100), task(101), TASKPRED=[tie(100, 101)] * 3))
    bare = read_text(tmp_path, "\r\n".join(line for line in text.split("\r\n") if "pred_task_id" not in line))
    assert not links(bare) and len(bare.problems) == 1
    keyless = read_text(tmp_path, text.replace("pred_task_id", "something"))
    assert not links(keyless)
    assert [line.partition(": ")[2] for line in told(keyless)] == [
        "The table TASKPRED has no column pred_task_id, so its rows are left out."
    ]
