from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from xer_help import SHIFTS, WEEK, calendars, exceptions, items, link, links, project, read, tables, task, text_of

from cockpit.commands.planfile import schedule_file
from cockpit.engine.plans.plan import schedule_plan
from cockpit.records.model import Kind, LinkType, State
from cockpit.records.terms import Constraint, FloatType, Progress, Role, Rules, Share
from cockpit.sources import msproject, primavera
from cockpit.sources.errors import SourceError
from cockpit.sources.primavera_calendars import DEEPEST, structure


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2025-{text}")


def test_activities_links_and_branches_are_read(tmp_path: Path) -> None:
    batch = read(tmp_path, text_of(tables(TASKPRED=[link("1", "2", "PR_SS", "4")])))
    found = items(batch)
    assert list(found) == ["outage/wbs-70", "outage/wbs-71", "outage/1", "outage/2"]
    assert found["outage/wbs-71"].parent == "outage/wbs-70"
    one = found["outage/1"]
    assert (one.title, one.parent, one.duration_days, one.state) == ("Work 1", "outage/wbs-71", 2.0, State.TODO)
    assert one.extra == (("Activity ID", "A1"),)
    assert one.terms is not None
    assert (one.terms.rules, one.terms.role) == (Rules.PRIMAVERA, Role.TASK)
    (tie,) = links(batch)
    assert (tie.predecessor, tie.successor, tie.type, tie.lag_days) == ("outage/1", "outage/2", LinkType.SS, 0.5)
    assert tie.lag_calendar == "outage/Five days"
    assert project(batch).title == "Outage"
    assert batch.problems == ()


def test_columns_are_found_by_name_and_line_ends_do_not_matter(tmp_path: Path) -> None:
    one = read(tmp_path, text_of(tables()))
    turned = {name: [dict(reversed(row.items())) for row in rows] for name, rows in tables().items()}
    assert read(tmp_path, text_of(turned, "\n")).records == one.records


def test_the_method_is_that_of_the_file(tmp_path: Path) -> None:
    changed = [tables()["PROJECT"][0] | {"plan_end_date": "2025-04-01 17:00", "critical_path_type": "CT_DrivPath",
                                         "critical_drtn_hr_cnt": "12"}]  # fmt: skip
    options = [{"proj_id": "7", "sched_calendar_on_relationship_lag": "rcal_24Hour", "sched_retained_logic": "N",
                "sched_progress_override": "Y", "sched_float_type": "FT_FF", "sched_use_expect_end_flag": "Y",
                "sched_open_critical_flag": "Y"}]  # fmt: skip
    batch = read(tmp_path, text_of(tables(PROJECT=changed, SCHEDOPTIONS=options)))
    method = project(batch).method
    assert method is not None
    assert (method.must_finish, method.longest_path, method.critical_minutes) == (at("04-01 17:00"), True, 720)
    assert (method.progress, method.float_type) == (Progress.OVERRIDE, FloatType.FINISH)
    assert method.expected_finish
    assert method.open_critical
    assert calendars(batch)[links(batch)[0].lag_calendar].minutes_per_day == 1440


def test_progress_and_constraints_are_read(tmp_path: Path) -> None:
    rows = [
        task("1", status_code="TK_Complete", act_start_date="2025-02-24 08:00", act_end_date="2025-02-25 17:00"),
        task("2", status_code="TK_Active", act_start_date="2025-02-26 08:00", remain_drtn_hr_cnt="7,5",
             suspend_date="2025-02-27 08:00", resume_date="2025-03-10 08:00"),
        task("3", cstr_type="CS_MANDFIN", cstr_date="2025-03-20 17:00", cstr_type2="CS_MSOB",
             cstr_date2="2025-03-19 08:00", expect_end_date="2025-03-21 17:00"),
        task("4", task_type="TT_FinMile", cstr_type="CS_ALAP"),
        task("5", task_type="TT_LOE"),
    ]  # fmt: skip
    found = items(read(tmp_path, text_of(tables(TASK=rows))))
    assert found["outage/1"].actual_finish == at("02-25 17:00")
    two = found["outage/2"]
    assert (two.state, two.remaining_days, two.percent) == (State.DOING, 7.5 / 8, 53.1)
    assert two.terms is not None
    assert (two.terms.suspended, two.terms.resumed) == (at("02-27 08:00"), at("03-10 08:00"))
    three = found["outage/3"].terms
    assert three is not None
    assert (three.constraint, three.constraint_date) == (Constraint.MUST_FINISH, at("03-20 17:00"))
    assert (three.second, three.second_date) == (Constraint.START_UNTIL, at("03-19 08:00"))
    assert three.expected_finish == at("03-21 17:00")
    four = found["outage/4"]
    assert (four.kind, four.duration_days) == (Kind.MILESTONE, 0)
    assert four.terms is not None
    assert (four.terms.role, four.terms.constraint) == (Role.FINISH_MILESTONE, Constraint.LATE)
    five = found["outage/5"].terms
    assert five is not None
    assert five.role is Role.EFFORT


def test_empty_is_not_zero(tmp_path: Path) -> None:
    rows = [task("1", remain_drtn_hr_cnt=""), task("2", remain_drtn_hr_cnt="", target_drtn_hr_cnt="")]
    found = items(read(tmp_path, text_of(tables(TASK=rows))))
    assert found["outage/1"].duration_days == 2.0
    assert found["outage/2"].duration_days is None


def test_calendars_with_exceptions_keys_in_any_order_and_midnight(tmp_path: Path) -> None:
    data = (
        "(0||CalendarData()((0||DaysOfWeek()((0||1()())(0||2()((0||0(f|00:00|s|22:00)())(0||1(f|06:00|s|00:00)())))"
        "(0||3()())(0||4()())(0||5()())(0||6()())(0||7()())))\x7f\x7f (0||VIEW(ShowTotal|N)())"
        "(0||Exceptions()((0||0(d|45726)())(0||1(d|45727)())(0||2(d|45731)((0||0(s|08:00 AM|f|01:30 PM)()))))))) "
    )
    rows = [{"clndr_id": "1", "clndr_name": "Nights", "day_hr_cnt": "8", "clndr_data": data}]
    (calendar,) = calendars(read(tmp_path, text_of(tables(CALENDAR=rows)))).values()
    assert calendar.week == (((0, 360), (1320, 1440)), (), (), (), (), (), ())
    assert calendar.exceptions == (
        (date(2025, 3, 10), date(2025, 3, 11), ()),
        (date(2025, 3, 15), date(2025, 3, 15), ((480, 810),)),
    )


def test_a_calendar_inherits_what_it_does_not_say(tmp_path: Path) -> None:
    base = {"clndr_id": "1", "clndr_name": "Base", "day_hr_cnt": "8", "clndr_data": exceptions("(0||0(d|45726)())")}
    own = {"clndr_id": "2", "base_clndr_id": "1", "clndr_name": "Base", "day_hr_cnt": "10",
           "clndr_data": f"(0||CalendarData()((0||Exceptions()((0||0(d|45726){SHIFTS})))))"}  # fmt: skip
    batch = read(tmp_path, text_of(tables(CALENDAR=[base, own], TASK=[task("1", clndr_id="2")], TASKPRED=[])))
    calendar = calendars(batch)["outage/Base (2)"]
    assert calendar.week[0] == ((480, 720), (780, 1020))
    assert [shifts for *_, shifts in calendar.exceptions] == [((480, 720), (780, 1020)), ()]
    assert calendar.minutes_per_day == 600


def test_resources_pace_an_activity_that_depends_on_them(tmp_path: Path) -> None:
    resources = [
        {"rsrc_id": "5", "clndr_id": "2", "rsrc_type": "RT_Labor"},
        {"rsrc_id": "6", "clndr_id": "1", "rsrc_type": "RT_Mat"},
    ]
    work = [
        {"task_id": "1", "rsrc_id": "5", "remain_qty": "20", "act_reg_qty": "4", "target_qty_per_hr": "2"},
        {"task_id": "1", "rsrc_id": "6", "remain_qty": "500", "target_qty_per_hr": "9"},
        {"task_id": "2", "rsrc_id": "5", "remain_qty": "9", "target_qty_per_hr": "1"},
    ]
    days = [*tables()["CALENDAR"], {"clndr_id": "2", "clndr_name": "Crew", "day_hr_cnt": "8", "clndr_data": WEEK % ""}]
    rows = [task("1", task_type="TT_Rsrc"), task("2"), task("3")]
    found = items(read(tmp_path, text_of(tables(CALENDAR=days, TASK=rows, RSRC=resources, TASKRSRC=work))))
    terms = [found[f"outage/{key}"].terms for key in "123"]
    assert [t.shares for t in terms if t] == [(Share("outage/Crew", 720, 600),), (), ()]
    assert [t.resourced for t in terms if t] == [True, True, False]


def test_an_activity_of_another_project_is_a_stub(tmp_path: Path) -> None:
    other = tables()["PROJECT"][0] | {"proj_id": "8", "proj_short_name": "OTHER", "export_flag": "N"}
    batch = read(tmp_path, text_of(tables(
        PROJECT=[*tables()["PROJECT"], other], TASK=[task("1"), task("9", proj_id="8")],
        TASKPRED=[link("9", "1"), link("404", "1"), link("404", "405")],
    )))  # fmt: skip
    stubs = [item.id for item in items(batch).values() if item.stub]
    assert stubs == ["outage/9", "outage/404"]
    assert len(links(batch)) == 2
    assert project(batch).id == "outage"


def test_several_projects_are_kept_apart(tmp_path: Path) -> None:
    other = tables()["PROJECT"][0] | {"proj_id": "8", "proj_short_name": "OTHER"}
    batch = read(tmp_path, text_of(tables(
        PROJECT=[*tables()["PROJECT"], other], TASK=[task("1"), task("9", proj_id="8")], TASKPRED=[link("9", "1")],
    )))  # fmt: skip
    assert [record.id for record in batch.records["projects"]] == ["outage/OUT", "outage/OTHER"]  # type: ignore[attr-defined]
    assert {item.project for item in items(batch).values()} == {"outage/OUT", "outage/OTHER"}


@pytest.mark.parametrize(
    ("own", "slack"), [("Y", {"1": 0, "9": 0}), ("", {"1": 0, "9": 0}), ("N", {"1": 2400, "9": 0})]
)
def test_floats_count_back_from_the_projects_own_finish_unless_the_file_says_otherwise(
    tmp_path: Path, own: str, slack: dict[str, int]
) -> None:
    first = tables()["PROJECT"][0]
    options = [
        {"proj_id": key, "sched_retained_logic": "Y", "sched_use_project_end_date_for_float": own} for key in "78"
    ]
    content = text_of(tables(
        PROJECT=[first, first | {"proj_id": "8", "proj_short_name": "OTHER"}], SCHEDOPTIONS=options,
        TASK=[task("1"), task("9", proj_id="8", remain_drtn_hr_cnt="56", target_drtn_hr_cnt="56")], TASKPRED=[],
    ))  # fmt: skip
    rows = schedule_plan(read(tmp_path, content)).rows
    assert {row.id: row.total_float_minutes for row in rows if not row.summary} == slack
    assert {row.id for row in rows if row.longest_path and not row.summary} == ({"9"} if own == "N" else {"1", "9"})


@pytest.mark.parametrize(("said", "start"), [("SD_Both", "2025-03-05T08:00"), ("SD_None", "2025-03-03T08:00")])
def test_dates_from_other_projects_are_left_out_where_the_file_says_so(tmp_path: Path, said: str, start: str) -> None:
    outside = {"external_early_start_date": "2025-03-05 08:00", "external_late_end_date": "2025-03-20 17:00"}
    options = [{"proj_id": "7", "sched_retained_logic": "Y", "sched_outer_depend_type": said}]
    content = text_of(tables(SCHEDOPTIONS=options, TASK=[task("1", **outside)], TASKPRED=[]))
    (row,) = [row for row in schedule_plan(read(tmp_path, content)).rows if not row.summary]
    assert row.early_start == datetime.fromisoformat(start)
    assert (row.total_float_minutes == 0) is (said == "SD_None")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"TASK": [task("1"), task("1")]}, "is given twice"),
        ({"TASK": [task("1", target_drtn_hr_cnt="soon")]}, "“soon” is no number of hours"),
        ({"TASK": [task("1", act_start_date="31.02.2025")]}, "“31.02.2025” is no date like"),
        ({"TASK": [task("1", cstr_type="CS_MSO")]}, "The constraint CS_MSO has no date"),
        ({"TASK": [task("1", cstr_type="CS_X")]}, "“CS_X” is no constraint"),
        ({"TASK": [task("1", task_type="TT_X")]}, "“TT_X” is no type of activity"),
        ({"TASK": [task("1", status_code="TK_Complete")]}, "complete without an actual finish"),
        ({"TASK": [task("../../x")]}, "is no task_id"),
        ({"TASK": [task("1"), task("2")], "TASKPRED": [link("1", "2", "PR_X")]}, "“PR_X” is no type of link"),
        ({"CALENDAR": [{"clndr_id": "1", "clndr_name": "Bad", "clndr_data": "(0||CalendarData()((((((("}]}, "says no"),
        ({"CALENDAR": [{"clndr_id": "1", "clndr_name": "Bad", "clndr_data": exceptions("(0||0(d|x)())")}]}, "no date"),
    ],
)
def test_what_cannot_be_used_is_told_and_costs_nothing_else(tmp_path: Path, changed: dict, said: str) -> None:  # type: ignore[type-arg]
    batch = read(tmp_path, text_of(tables(**changed)))
    (problem,) = [p for p in batch.problems if said in p.message]
    assert problem.origin.path == "outage.xer"
    assert problem.origin.row is not None
    assert len(items(batch)) >= 2


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"id\ttitle\n", "does not begin with ERMHDR"),
        (b"ERMHDR\t8.1\n%T\tPROJECT\n%F\tproj_id\n%R\t1\n%E\n", "has no table TASK"),
        (b"ERMHDR\t8.1\n%T\tTASK\n%F\ttask_id\n%R\t1\n%E\n", "has no table PROJECT"),
    ],
)
def test_a_file_that_is_no_export_is_refused_with_advice(tmp_path: Path, content: bytes, said: str) -> None:
    with pytest.raises(SourceError, match=said):
        read(tmp_path, content)


def test_an_export_that_breaks_off_is_told_and_used(tmp_path: Path) -> None:
    text = text_of(tables()).removesuffix("%E\r\n")
    batch = read(tmp_path, text)
    assert "breaks off" in batch.problems[0].message
    assert "outage/2" in items(batch)


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8-sig", "utf-16"])
def test_the_encoding_is_windows_1252_unless_a_mark_says_otherwise(tmp_path: Path, encoding: str) -> None:
    text = text_of(tables(TASK=[task("1", task_name="Prüfung – Kessel [b]")], TASKPRED=[]))
    assert items(read(tmp_path, text.encode(encoding)))["outage/1"].title == "Prüfung – Kessel [b]"


def test_names_hold_no_control_characters_and_cells_may_break_over_lines(tmp_path: Path) -> None:
    text = text_of(tables(TASK=[task("1", task_name="a\x1b[31mb\nsecond line")], TASKPRED=[]), "\n")
    found = items(read(tmp_path, text))["outage/1"]
    assert "\x1b" not in found.title
    assert found.title.endswith("second line")
    assert found.duration_days == 2.0


def test_deep_nesting_and_loops_of_bases_end(tmp_path: Path) -> None:
    assert structure("(0||a()(" * 10 + "))" * 10) is not None
    assert structure("(0||a()(" * (DEEPEST + 1)) is None
    assert structure("(" * 1_000_000) is None
    rows = [{"clndr_id": "1", "base_clndr_id": "2", "clndr_name": "A"}, {"clndr_id": "2", "base_clndr_id": "1"}]
    branches = [{"wbs_id": "70", "proj_id": "7", "parent_wbs_id": "71"}, {"wbs_id": "71", "proj_id": "7",
                "parent_wbs_id": "70"}]  # fmt: skip
    path = tmp_path / "outage.xer"
    path.write_text(text_of(tables(CALENDAR=rows, PROJWBS=branches)), encoding="cp1252")
    plan = schedule_file(path)
    assert [row.id for row in plan.rows if not row.summary] == ["1", "2"]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_no_damage_gives_anything_but_records_or_a_refusal(tmp_path: Path, data: st.DataObject) -> None:
    content = bytearray(text_of(tables(RSRC=[{"rsrc_id": "1"}])).encode("cp1252"))
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(content) - 1))
        junk = data.draw(st.binary(max_size=6) | st.sampled_from([b"\t", b"\n", b"%R\t", b"(", b")", b"9" * 30]))
        content[place : place + data.draw(st.integers(0, 20))] = junk
    path = tmp_path / "outage.xer"
    path.write_bytes(bytes(content))
    try:
        schedule_file(path)
    except SourceError as error:
        assert str(error)


def test_the_export_and_the_xml_of_one_plan_say_the_same(corpus: Path) -> None:
    folder = corpus / "mspsplib"
    ours = schedule_file(folder / "16_mp_j30_a5_nr1.xer")
    theirs = schedule_file(folder / "16_mp_j30_a5_nr1.xml")
    by_name = {row.name: row for row in theirs.rows}
    found = [row for row in ours.rows if not row.summary]
    assert len(found) == 160
    assert [row.name for row in found if row.total_float_minutes != by_name[row.name].total_float_minutes] == []
    assert len(primavera.read(folder / "16_mp_j30_a5_nr1.xer", "a.xer").records["links"]) == len(
        msproject.read(folder / "16_mp_j30_a5_nr1.xml", "a.xml").records["links"]
    )


@pytest.mark.parametrize(("flag", "asked"), [("N", True), ("Y", False), ("", False)])
def test_where_a_start_to_start_lag_counts_from_is_read(tmp_path: Path, flag: str, asked: bool) -> None:
    options = [{"proj_id": "7", "sched_retained_logic": "Y", "sched_lag_early_start_flag": flag}]
    method = project(read(tmp_path, text_of(tables(SCHEDOPTIONS=options)))).method
    assert method is not None and method.lag_from_actual is asked
