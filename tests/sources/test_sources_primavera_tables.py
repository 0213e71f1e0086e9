"""Primavera exports become projects, work items, links; columns are found by name, cells read as they are written."""

from __future__ import annotations

import os
from datetime import date, datetime
from pathlib import Path

import pytest
from primavera_help import (
    FIVE_DAYS,
    PROJECT,
    TASK,
    WBS,
    calendar,
    calendars,
    item,
    items,
    links,
    method,
    projects,
    read,
    read_text,
    tables,
    task,
    terms,
    tie,
    told,
    written,
)
from source_help import batch, put

from cockpit.commands.planfile import read_plan
from cockpit.records.model import Kind, LinkType, Origin, State, WorkItem
from cockpit.records.terms import Constraint, FloatType, Progress, Role, Rules, Share
from cockpit.sources import msproject, primavera, primavera_xer
from cockpit.sources.errors import SourceError

at = datetime.fromisoformat


def test_an_activity_becomes_a_work_item(tmp_path: Path) -> None:
    found = item(read(tmp_path, task(100, target_start_date="2026-01-05 08:00", target_end_date="2026-01-06 17:00")))
    assert (found.id, found.project, found.title) == ("outage/100", "outage", "Task 100")
    assert (found.kind, found.state, found.percent) == (Kind.ACTIVITY, State.TODO, 0.0)
    assert (found.duration_days, found.remaining_days) == (2.0, None)
    assert (found.calendar, found.parent) == ("outage/Five days", "outage/wbs-10")
    assert (found.baseline_start, found.baseline_finish) == (at("2026-01-05 08:00"), at("2026-01-06 17:00"))
    assert found.deadline is None
    assert found.extra == (("Activity ID", "A100"),)
    assert found.origin == Origin("plans/outage.xer", 13)
    assert found.terms is not None and found.terms.rules is Rules.PRIMAVERA


def test_the_text_is_windows_1252_unless_a_mark_says_otherwise(tmp_path: Path) -> None:
    text = written(tables(task(100, task_name="Überhöhung – Estándar")))
    encoded = [text.encode("cp1252"), text.encode("utf-8-sig"), text.encode("utf-16")]
    assert {item(read_text(tmp_path, each)).title for each in encoded} == {"Überhöhung – Estándar"}


def test_a_byte_that_windows_1252_does_not_have_costs_that_letter_only(tmp_path: Path) -> None:
    found = read_text(tmp_path, written(tables()).encode().replace(b"Build", b"B\x81ild"))
    assert item(found).title == "B�ild"


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_lines_end_either_way_and_a_cell_may_hold_more_of_them(tmp_path: Path, newline: str) -> None:
    name = f"Build the{newline}second{newline}pump"
    found = read_text(tmp_path, written(tables(task(100, task_name=name), task(101)), newline))
    assert item(found).title == "Build the second pump"
    assert (item(found).duration_days, item(found, 101).title) == (2.0, "Task 101")
    assert not told(found)


@pytest.mark.parametrize("size", [1, 2, 7, 100])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_lines_are_the_same_wherever_a_block_of_the_text_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int, newline: str
) -> None:
    text = written(tables(task(100, task_name=f"Build the{newline}pump"), task(101)), newline)
    whole = read_text(tmp_path, text)
    monkeypatch.setattr(primavera_xer, "_BLOCK", size)
    assert read_text(tmp_path, text) == whole
    assert read_text(tmp_path, text.rstrip()) == whole


def test_blanks_around_a_cell_say_nothing(tmp_path: Path) -> None:
    padded = {name: f" {value} " for name, value in task(100, cstr_type="CS_ALAP").items()}
    found = read(tmp_path, padded)
    assert item(found) == item(read(tmp_path, task(100, cstr_type="CS_ALAP")))
    assert terms(found).constraint is Constraint.LATE


def test_columns_are_found_by_name_and_rows_may_be_shorter(tmp_path: Path) -> None:
    turned = {name: TASK[name] for name in reversed(TASK)}
    found = read(tmp_path, {**turned, "unknown": ""}, {"task_id": 101, "proj_id": 1, "task_type": "TT_Task",
                 "status_code": "TK_NotStart"})  # fmt: skip
    assert item(found) == item(read(tmp_path, TASK))
    short = written(tables(task(100), task(101))).replace("A101\tTask 101\t16\t16", "A101\tTask 101")
    assert item(read_text(tmp_path, short), 101).duration_days is None


def test_of_columns_of_one_name_the_first_counts(tmp_path: Path) -> None:
    text = written(tables({**task(100), "again": "Other"})).replace("\tagain", "\ttask_name")
    assert item(read_text(tmp_path, text)).title == "Task 100"


def test_cells_beyond_the_columns_are_told_once(tmp_path: Path) -> None:
    text = written(tables(task(100), task(101), task(102)))
    found = read_text(tmp_path, text.replace("\t16\t16\r\n", "\t16\t16\tstray\r\n"))
    (said,) = told(found)
    assert said.startswith("row 13: A row of the table TASK has more cells than columns (“stray”)")
    assert item(found, 102).duration_days == 2.0
    assert not told(read_text(tmp_path, text.replace("\t16\t16\r\n", "\t16\t16\t\t\r\n")))


@pytest.mark.parametrize(("cell", "days"), [("7,5", 0.9375), ("7.5", 0.9375), ("", None), ("0", 0.0), ("0.0083", 0.0)])
def test_hours_are_read_to_the_minute_and_empty_is_not_zero(tmp_path: Path, cell: str, days: float | None) -> None:
    found = read(tmp_path, task(100, remain_drtn_hr_cnt=cell, target_drtn_hr_cnt=cell))
    assert item(found).duration_days == days


def test_days_give_back_the_very_minute(tmp_path: Path) -> None:
    hours = [minute / 60 for minute in range(1, 1500, 7)]
    sevens = calendar(7, "Sevens", FIVE_DAYS, day_hr_cnt="7.35")
    rows = [task(1000 + n, clndr_id=7, remain_drtn_hr_cnt=f"{each:.6f}") for n, each in enumerate(hours)]
    found = read(tmp_path, *rows, CALENDAR=[sevens])
    assert calendars(found)["outage/Sevens"].minutes_per_day == 441
    lengths = [item(found, 1000 + n).duration_days for n in range(len(hours))]
    assert [round((days or 0) * 441) for days in lengths] == list(range(1, 1500, 7))


BEGUN = {"status_code": "TK_Active", "act_start_date": "2026-01-06 08:00"}
ENDED = {**BEGUN, "status_code": "TK_Complete", "act_end_date": "2026-01-07 08:00"}
TYPED_IN = {"complete_pct_type": "CP_Phys", "phys_complete_pct": 20}


@pytest.mark.parametrize(
    ("cells", "state", "days", "left", "percent"),
    [
        ({"remain_drtn_hr_cnt": 24}, State.TODO, 3.0, None, 0.0),
        ({"remain_drtn_hr_cnt": ""}, State.TODO, 2.0, None, 0.0),
        ({**BEGUN, "remain_drtn_hr_cnt": 4}, State.DOING, 2.0, 0.5, 75.0),
        ({**BEGUN, "remain_drtn_hr_cnt": 0}, State.DOING, 2.0, 0.0, 99.0),
        ({**BEGUN, **TYPED_IN, "remain_drtn_hr_cnt": 4}, State.DOING, 2.0, 0.5, 20.0),
        ({**ENDED, "remain_drtn_hr_cnt": 0}, State.DONE, 2.0, None, 100.0),
    ],
)
def test_progress(
    tmp_path: Path, cells: dict[str, object], state: State, days: float, left: float | None, percent: float
) -> None:
    found = read(tmp_path, task(100, **cells))
    one = item(found)
    assert (one.state, one.duration_days, one.remaining_days, one.percent) == (state, days, left, percent)
    assert (one.actual_start is not None) == (state is not State.TODO)
    assert (one.actual_finish is not None) == (state is State.DONE)
    assert not told(found)


def test_progress_without_its_dates_is_told_and_dates_say_more_than_a_status(tmp_path: Path) -> None:
    found = read(tmp_path, task(100, status_code="TK_Complete"), task(101, status_code="TK_Active"),
                 task(102, act_start_date="2026-01-06 08:00"), task(103, status_code="TK_Odd"))  # fmt: skip
    assert [item(found, n).state for n in range(100, 104)] == [State.DONE, State.DOING, State.DOING, State.TODO]
    assert [line.partition(":")[0] for line in told(found)] == [
        "row 13, act_end_date", "row 14, act_start_date", "row 15, status_code", "row 16, status_code",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("word", "kind", "role"),
    [
        ("TT_Task", Kind.ACTIVITY, Role.TASK),
        ("TT_Rsrc", Kind.ACTIVITY, Role.TASK),
        ("TT_LOE", Kind.ACTIVITY, Role.EFFORT),
        ("TT_WBS", Kind.ACTIVITY, Role.WBS),
        ("TT_Mile", Kind.MILESTONE, Role.START_MILESTONE),
        ("TT_FinMile", Kind.MILESTONE, Role.FINISH_MILESTONE),
    ],
)
def test_types_of_activities(tmp_path: Path, word: str, kind: Kind, role: Role) -> None:
    found = read(tmp_path, task(100, task_type=word))
    assert (item(found).kind, terms(found).role) == (kind, role)
    assert item(found).duration_days == (0.0 if kind is Kind.MILESTONE else 2.0)


@pytest.mark.parametrize(
    ("code", "constraint"),
    [
        ("CS_MSO", Constraint.START_ON), ("CS_MSOA", Constraint.START_FROM), ("CS_MSOB", Constraint.START_UNTIL),
        ("CS_MEO", Constraint.FINISH_ON), ("CS_MEOA", Constraint.FINISH_FROM), ("CS_MEOB", Constraint.FINISH_UNTIL),
        ("CS_MANDSTART", Constraint.MUST_START), ("CS_MANDFIN", Constraint.MUST_FINISH),
    ],
)  # fmt: skip
def test_constraints_first_and_second(tmp_path: Path, code: str, constraint: Constraint) -> None:
    on = "2026-02-02 08:00"
    found = read(tmp_path, task(100, cstr_type=code, cstr_date=on), task(101, cstr_type2=code, cstr_date2=f"{on}:00"))
    assert (terms(found).constraint, terms(found).constraint_date) == (constraint, at(on))
    assert (terms(found, 101).second, terms(found, 101).second_date) == (constraint, at(on))


def test_as_late_as_possible_has_no_date_and_others_need_one(tmp_path: Path) -> None:
    found = read(tmp_path, task(100, cstr_type="CS_ALAP"), task(101, cstr_type="CS_MSO"), task(102, cstr_type="CS_?"))
    assert [terms(found, n).constraint for n in (100, 101, 102)] == [Constraint.LATE, None, None]
    assert told(found) == [
        "row 14, cstr_date: The constraint CS_MSO has no date; it is ignored.",
        "row 15, cstr_type: “CS_?” is no constraint of Primavera; it is ignored.",
    ]


def test_other_dates_of_an_activity(tmp_path: Path) -> None:
    columns = ("expect_end_date", "suspend_date", "resume_date", "external_early_start_date", "external_late_end_date")
    found = terms(read(tmp_path, task(100, **{name: f"2026-02-0{n} 08:00" for n, name in enumerate(columns, 1)})))
    asked = (found.expected_finish, found.suspended, found.resumed, found.external_start, found.external_finish)
    assert [moment.day for moment in asked if moment] == [1, 2, 3, 4, 5]


def test_cells_that_cannot_be_read_cost_that_cell(tmp_path: Path) -> None:
    found = read(tmp_path, task(100, expect_end_date="31/12/2026", remain_drtn_hr_cnt="lots", task_type="TT_X"))
    assert (terms(found).expected_finish, item(found).duration_days, terms(found).role) == (None, 2.0, Role.TASK)
    assert [line.partition(":")[0] for line in told(found)] == [
        "row 13, task_type", "row 13, remain_drtn_hr_cnt", "row 13, expect_end_date",
    ]  # fmt: skip


def test_a_column_that_is_wrong_throughout_hides_no_other(tmp_path: Path) -> None:
    rows = [task(n, expect_end_date="never") for n in range(100, 400)]
    said = told(read(tmp_path, *rows, task(900, task_type="TT_X")))
    assert sum("“never”" in line for line in said) == primavera.MOST_TOLD
    assert any("TT_X" in line for line in said)
    assert said[-1] == "plans/outage.xer, expect_end_date: 200 more problems like these are not listed."


ASSIGNED = [
    {"rsrc_id": 1, "clndr_id": 6, "rsrc_type": "RT_Labor"},
    {"rsrc_id": 2, "clndr_id": "", "rsrc_type": "RT_Equip"},
    {"rsrc_id": 3, "clndr_id": 6, "rsrc_type": "RT_Mat"},
]


def assignment(resource: int, per_hour: object) -> dict[str, object]:
    """Eight hours left, four done and two more in overtime."""
    hours = {"remain_qty": 8, "act_reg_qty": 4, "act_ot_qty": 2}
    return {"task_id": 100, "rsrc_id": resource, "target_qty_per_hr": per_hour, **hours}


def test_labour_and_equipment_pace_what_depends_on_its_resources(tmp_path: Path) -> None:
    nights = calendar(6, "Nights", FIVE_DAYS)
    both = [tables()["CALENDAR"][0], nights]
    work = [assignment(1, 0.5), assignment(2, 2), assignment(3, 1), assignment(1, 0), assignment(1, "0.000001")]
    found = read(tmp_path, task(100, task_type="TT_Rsrc"), task(101), CALENDAR=both, RSRC=ASSIGNED, TASKRSRC=work)
    assert terms(found).shares == (
        Share("outage/Nights", 1680, 960), Share("outage/Five days", 420, 240), Share("outage/Nights", 0, 0),
    )  # fmt: skip
    assert (terms(found).resourced, terms(found, 101).resourced) == (True, False)


def test_nobody_paces_other_activities(tmp_path: Path) -> None:
    found = read(tmp_path, TASK, RSRC=ASSIGNED, TASKRSRC=[assignment(1, 1)])
    assert (terms(found).shares, terms(found).resourced) == ((), True)
    assert terms(read(tmp_path, task(100, task_type="TT_Rsrc"))).resourced is None


@pytest.mark.parametrize("kind", list(LinkType))
def test_links_of_all_types_with_lags(tmp_path: Path, kind: LinkType) -> None:
    (link,) = links(read(tmp_path, task(100), task(101), TASKPRED=[tie(100, 101, kind, "-4")]))
    assert (link.predecessor, link.successor, link.type) == ("outage/100", "outage/101", kind)
    assert (link.lag_days, link.lag_calendar) == (-0.5, "outage/Five days")


def test_several_links_between_two_activities_are_kept(tmp_path: Path) -> None:
    ties = [tie(100, 101), tie(100, 101, "FF"), tie(100, 101, lag=8)]
    found = links(read(tmp_path, task(100), task(101), TASKPRED=ties))
    assert [(link.type, link.lag_days) for link in found] == [("FS", 0.0), ("FF", 0.0), ("FS", 1.0)]


@pytest.mark.parametrize(
    ("setting", "named", "days"),
    [
        ("rcal_Predecessor", "outage/Twelves", 2.0),
        ("", "outage/Twelves", 2.0),
        ("rcal_Successor", "outage/Sixes", 4.0),
        ("rcal_ProjDefault", "outage/Five days", 3.0),
        ("rcal_24Hour", "outage/(elapsed)", 1.0),
    ],
)
def test_the_calendar_of_a_lag_is_what_the_project_says(tmp_path: Path, setting: str, named: str, days: float) -> None:
    clocks = [tables()["CALENDAR"][0], calendar(6, "Twelves", FIVE_DAYS, day_hr_cnt=12),
              calendar(7, "Sixes", FIVE_DAYS, day_hr_cnt=6)]  # fmt: skip
    options = [{"proj_id": 1, "sched_calendar_on_relationship_lag": setting}]
    rows = (task(100, clndr_id=6), task(101, clndr_id=7))
    ties = [tie(100, 101, lag=24), tie(100, 101)]
    found = read(tmp_path, *rows, CALENDAR=clocks, SCHEDOPTIONS=options, TASKPRED=ties)
    assert [(link.lag_calendar, link.lag_days) for link in links(found)] == [(named, days), (named, 0.0)]
    assert named in calendars(found)


def test_the_branches_of_the_wbs_are_summaries(tmp_path: Path) -> None:
    below = {"wbs_id": 11, "proj_id": 1, "parent_wbs_id": 10, "wbs_short_name": "PUMPS"}
    found = read(tmp_path, task(100, wbs_id=11), task(101, wbs_id=99), PROJWBS=[WBS, below])
    outline = {name: (each.title, each.kind, each.parent) for name, each in items(found).items()}
    assert outline["wbs-10"] == ("Outage", Kind.SUMMARY, "")
    assert outline["wbs-11"] == ("PUMPS", Kind.SUMMARY, "outage/wbs-10")
    assert (outline["100"][2], outline["101"][2]) == ("outage/wbs-11", "")


def test_how_the_project_is_scheduled(tmp_path: Path) -> None:
    critical = {"critical_drtn_hr_cnt": 16, "critical_path_type": "CT_DrivPath"}
    row = {**PROJECT, **critical, "plan_end_date": "2026-06-30 17:00"}
    options = {"proj_id": 1, "sched_retained_logic": "N", "sched_progress_override": "Y", "sched_float_type": "FT_FF",
               "sched_use_expect_end_flag": "Y", "sched_open_critical_flag": "Y"}  # fmt: skip
    found = read(tmp_path, task(100, target_end_date="2026-03-01 17:00"), task(101, target_end_date="2026-02-01 17:00"),
                 PROJECT=[row], SCHEDOPTIONS=[options])  # fmt: skip
    asked = method(found)
    assert (asked.rules, asked.calendar) == (Rules.PRIMAVERA, "outage/Five days")
    assert (asked.start, asked.data_date) == (at("2026-01-05 08:00"), at("2026-01-12 08:00"))
    assert asked.must_finish == at("2026-06-30 17:00")
    assert (asked.progress, asked.float_type, asked.critical_minutes) == (Progress.OVERRIDE, FloatType.FINISH, 960)
    assert asked.longest_path and asked.expected_finish and asked.open_critical
    (project,) = projects(found)
    assert (project.id, project.title, project.start) == ("outage", "Outage", date(2026, 1, 5))
    assert (project.baseline_finish, project.extra) == (date(2026, 3, 1), ())


@pytest.mark.parametrize(
    ("retained", "override", "progress", "notes"),
    [("Y", "N", "RETAINED", 0), ("N", "Y", "OVERRIDE", 0), ("Y", "Y", "RETAINED", 0), ("N", "N", "RETAINED", 1)],
)
def test_work_out_of_sequence(tmp_path: Path, retained: str, override: str, progress: str, notes: int) -> None:
    options = {"proj_id": 1, "sched_retained_logic": retained, "sched_progress_override": override}
    found = read(tmp_path, SCHEDOPTIONS=[options])
    assert method(found).progress is Progress[progress]
    assert len(projects(found)[0].extra) == notes


SECOND = {**PROJECT, "proj_id": 2, "proj_short_name": "NEXT", "export_flag": "Y"}


def test_each_exported_project_is_one_and_has_its_own_settings(tmp_path: Path) -> None:
    clocks = [tables()["CALENDAR"][0], calendar(6, "Sixes", FIVE_DAYS)]
    options = [{"proj_id": 2, "sched_calendar_on_relationship_lag": "rcal_Successor"}]
    rows = task(100), task(200, proj_id=2, clndr_id=6)
    ties = [tie(100, 200), tie(200, 100)]
    others = {"PROJECT": [PROJECT, SECOND], "CALENDAR": clocks, "SCHEDOPTIONS": options, "TASKPRED": ties}
    found = read(tmp_path, *rows, **others)
    assert [project.id for project in projects(found)] == ["outage/OUT", "outage/NEXT"]
    assert (item(found).project, item(found, 200).project) == ("outage/OUT", "outage/NEXT")
    assert [link.lag_calendar for link in links(found)] == ["outage/Sixes", "outage/Sixes"]
    owned = read(tmp_path, *rows, owner="P", **others)
    assert links(owned) == links(found)


def test_projects_of_one_name_are_told_apart(tmp_path: Path) -> None:
    found = read(tmp_path, task(100), task(200, proj_id=2), PROJECT=[PROJECT, {**SECOND, "proj_short_name": "OUT"}])
    assert [project.id for project in projects(found)] == ["outage/OUT", "outage/OUT (2)"]
    assert item(found, 200).project == "outage/OUT (2)"


def test_a_project_of_the_portfolio_takes_the_place_of_the_plans_own(tmp_path: Path) -> None:
    found = read(tmp_path, owner="P1")
    assert not projects(found)
    assert {each.project for each in items(found).values()} == {"P1"}


def test_an_activity_of_a_project_that_was_not_exported_is_a_stub(tmp_path: Path) -> None:
    other = {**SECOND, "export_flag": "N"}
    rows = task(100), task(200, proj_id=2, task_name="Deliver steel")
    ties = [tie(200, 100), tie(100, 777), tie(200, 201)]
    found = read(tmp_path, *rows, task(201, proj_id=2), PROJECT=[PROJECT, other], TASKPRED=ties)
    assert [(link.predecessor, link.successor) for link in links(found)] == [
        ("outage/200", "outage/100"), ("outage/100", "outage/777"),
    ]  # fmt: skip
    stubs = {name: (each.title, each.stub, each.project) for name, each in items(found).items() if each.stub}
    assert stubs == {
        "200": ("Deliver steel", True, ""), "777": ("Activity 777 of another project", True, ""),
    }  # fmt: skip
    assert [project.id for project in projects(found)] == ["outage"]
    assert not told(found)


def test_rows_that_stand_twice_or_nowhere_are_told(tmp_path: Path) -> None:
    twice, nowhere = task(100, task_name="Again"), task(101, proj_id=9)
    rows = task(100), twice, nowhere, task(102, clndr_id=77), {**TASK, "task_id": ""}
    found = read(tmp_path, *rows, TASKPRED=[tie(300, 301), tie(100, "")])
    assert item(found).title == "Task 100"
    assert item(found, 102).calendar == "outage/Five days"
    assert told(found) == [
        "row 14, task_id: The activity 100 is given twice; the first one counts.",
        "row 15, proj_id: “9” is no project of the file; the activity 101 is left out.",
        "row 16, clndr_id: “77” is no calendar of the file; the project's is used wherever it is named.",
        "row 17, task_id: “” is no task_id; the activity is left out.",
        "row 20, task_id: The link “300” to “301” ties no activities of the file; it is left out.",
        "row 21, task_id: The link “100” to “” ties no activities of the file; it is left out.",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("%T\tTASK\n", "does not begin with ERMHDR"),
        ("ERMHDR\t1\n%T\tPROJECT\n%F\tproj_id\n%R\t1\n%E\n", "has no table TASK"),
        ("ERMHDR\t1\n%T\tTASK\n%F\ttask_id\tproj_id\n%R\t1\t1\n%E\n", "has no table PROJECT"),
        (written(tables(PROJECT=[])), "has no column proj_id in its table PROJECT"),
        (written(tables()).replace("%R\t1\tOUT", "%X\t1\tOUT"), "has no project in its table PROJECT"),
        (written(tables(PROJECT=[{**PROJECT, "proj_id": ""}])), "names no proj_id"),
        (written(tables({"proj_id": 1})), "has no column task_id in its table TASK"),
    ],
)
def test_a_file_that_is_of_no_use_is_refused_with_advice(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(SourceError, match=said) as caught:
        read_text(tmp_path, text)
    assert "xport" in str(caught.value)


def test_a_folder_a_pipe_and_nothing_are_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.xer")
    (tmp_path / "folder.xer").mkdir()
    for name, said in (("pipe.xer", "no regular file"), ("folder.xer", "is a folder"), ("no.xer", "does not exist")):
        with pytest.raises(SourceError, match=said):
            primavera.read(tmp_path / name, name)


def test_more_than_a_gigabyte_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "big.xer").open("wb") as file:
        file.write(b"ERMHDR\t20.12\n")
        file.truncate((1 << 30) + 1)
    with pytest.raises(SourceError, match="larger than 1024 MB"):
        primavera.read(tmp_path / "big.xer", "big.xer")


def test_a_portfolio_reads_an_export_by_what_it_is(tmp_path: Path) -> None:
    text = written(tables()).encode()
    for name in ("plan.xer", "plan.xml", "mine.csv"):
        put(tmp_path, name, text)
        more = '\n[[sources]]\npath = "plan.xer"\nformat = "primavera"\ndefaults = { project = "P7" }\n'
        found = batch(tmp_path, name, more if name == "plan.xer" else "")
        assert item(found).project == ("P7" if name == "plan.xer" else name[:4])


def test_a_plan_is_read_by_its_content_not_its_name(tmp_path: Path, corpus: Path) -> None:
    xml, xer = tmp_path / "a.xer", tmp_path / "b.xml"
    xml.write_bytes((corpus / "mpxj" / "sample.xml").read_bytes())
    xer.write_text(written(tables()), encoding="cp1252")
    assert read_plan(xml).records == msproject.read(xml, "a.xer").records
    assert items(read_plan(xer))["100"].id == "b/100"


def test_the_real_plan_says_the_same_as_its_twin_in_xml(corpus: Path) -> None:
    folder = corpus / "mspsplib"
    ours = primavera.read(folder / "16_mp_j30_a5_nr1.xer", "p.xer")
    theirs = msproject.read(folder / "16_mp_j30_a5_nr1.xml", "p.xml")
    works = {r.id: (r.title, r.duration_days) for r in ours.records["work_items"]
             if isinstance(r, WorkItem) and r.kind is not Kind.SUMMARY}  # fmt: skip
    twins = {r.id: (r.title, r.duration_days) for r in theirs.records["work_items"] if isinstance(r, WorkItem)}
    assert works == twins and len(works) == 160
    ties = [(link.predecessor, link.successor, link.type, link.lag_days) for link in links(ours)]
    assert sorted(ties) == sorted((k.predecessor, k.successor, k.type, k.lag_days) for k in links(theirs))
    assert len(ties) == 344
    assert calendars(ours)["p/Estándar"].week == calendars(theirs)["p/Estándar"].week
    assert not ours.problems
