"""Writes a plan as Primavera saves it (XER), without the early and late dates in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from differential_plans import Plan, Task, Tie

from cockpit.engine.scheduling.calendars import minute_of, moment_of
from cockpit.records.model import Calendar, Shift
from cockpit.records.terms import Constraint, Role

_ROLES = {
    Role.TASK: "TT_Task",
    Role.START_MILESTONE: "TT_Mile",
    Role.FINISH_MILESTONE: "TT_FinMile",
    Role.EFFORT: "TT_LOE",
}
_XER_CONSTRAINTS = {
    Constraint.LATE: "CS_ALAP",
    Constraint.START_FROM: "CS_MSOA",
    Constraint.START_UNTIL: "CS_MSOB",
    Constraint.FINISH_FROM: "CS_MEOA",
    Constraint.FINISH_UNTIL: "CS_MEOB",
    Constraint.START_ON: "CS_MSO",
    Constraint.FINISH_ON: "CS_MEO",
    Constraint.MUST_START: "CS_MANDSTART",
    Constraint.MUST_FINISH: "CS_MANDFIN",
}
_LAG_CALENDARS = {
    "predecessor": "rcal_Predecessor",
    "successor": "rcal_Successor",
    "project": "rcal_ProjDefault",
    "24h": "rcal_24Hour",
}
_SERIAL_ZERO = date(1899, 12, 30)
FIRST_TASK = 1000
"""Task ids begin above this: those of the WBS are small."""


def xer(plan: Plan) -> Iterator[str]:
    yield "ERMHDR\t20.12\t2025-06-01\tProject\tadmin\tadmin\tdbxDatabaseNoName\tProject Management\tUSD"
    yield from _table(
        "CURRTYPE",
        [{
            "curr_id": 1, "decimal_digit_cnt": 2, "curr_symbol": "$", "decimal_symbol": ".", "digit_group_symbol": ",",
            "pos_curr_fmt_type": "#1.1", "neg_curr_fmt_type": "(#1.1)", "curr_type": "US Dollar",
            "curr_short_name": "USD", "group_digit_cnt": 3, "base_exch_rate": 1,
        }],
    )  # fmt: skip
    yield from _table("PROJECT", [_xer_project(plan)])
    yield from _table("CALENDAR", [_xer_calendar(plan, one) for one in plan.calendars])
    yield from _table("SCHEDOPTIONS", [_xer_options(plan)])
    wbs = {"wbs_id": 1, "proj_id": 1, "proj_node_flag": "Y", "wbs_short_name": "P", "wbs_name": "Plan", "seq_num": 1}
    yield from _table("PROJWBS", [wbs | {"parent_wbs_id": ""}])
    yield from _table("TASK", [_xer_task(plan, task) for task in plan.tasks])
    yield from _table("TASKPRED", [_xer_link(number, tie) for number, tie in enumerate(plan.links, 1)])
    yield "%E"
    yield ""


def _table(name: str, rows: Sequence[dict[str, object]]) -> Iterator[str]:
    if not rows:
        return
    yield f"%T\t{name}"
    yield "\t".join(("%F", *rows[0]))
    for row in rows:
        yield "\t".join(("%R", *(str(value) for value in row.values())))


def _xer_project(plan: Plan) -> dict[str, object]:
    return {
        "proj_id": 1,
        "name_sep_char": ".",
        "def_complete_pct_type": "CP_Drtn",
        "proj_short_name": "PLAN",
        "clndr_id": plan.calendars[0].id,
        "plan_start_date": _minute(plan.start),
        "plan_end_date": _minute(plan.must_finish),
        "scd_end_date": "",
        "last_recalc_date": _minute(plan.data_date or plan.start),
        "def_duration_type": "DT_FixedDUR2",
        "critical_drtn_hr_cnt": 0,
        "critical_path_type": "CT_TotFloat",
    }


def _xer_options(plan: Plan) -> dict[str, object]:
    return {
        "schedoptions_id": 1,
        "proj_id": 1,
        "sched_outer_depend_type": "SD_Both",
        "sched_open_critical_flag": "N",
        "sched_lag_early_start_flag": "Y",
        "sched_retained_logic": "N" if plan.override else "Y",
        "sched_setplantoforecast": "N",
        "sched_float_type": f"FT_{plan.float_type}",
        "sched_calendar_on_relationship_lag": _LAG_CALENDARS[plan.lag_calendar],
        "sched_use_expect_end_flag": "Y" if plan.stretch else "N",
        "sched_progress_override": "Y" if plan.override else "N",
    }


def _xer_calendar(plan: Plan, calendar: Calendar) -> dict[str, object]:
    week = calendar.week[6:] + calendar.week[:6]
    days = "".join(f"(0||{number}(){_xer_day(shifts)})" for number, shifts in enumerate(week, 1))
    exceptions = "".join(
        f"(0||{number}(d|{(first - _SERIAL_ZERO).days}){_xer_day(shifts)})"
        for number, (first, _, shifts) in enumerate(calendar.exceptions)
    )
    return {
        "clndr_id": calendar.id,
        "default_flag": "Y" if calendar is plan.calendars[0] else "N",
        "clndr_name": calendar.title,
        "proj_id": "",
        "base_clndr_id": "",
        "clndr_type": "CA_Base",
        "day_hr_cnt": 8,
        "week_hr_cnt": 40,
        "month_hr_cnt": 172,
        "year_hr_cnt": 2000,
        "rsrc_private": "N",
        "clndr_data": f"(0||CalendarData()((0||DaysOfWeek()({days}))(0||Exceptions()({exceptions}))))",
    }


def _xer_day(shifts: Sequence[Shift]) -> str:
    parts = "".join(f"(0||{number}(s|{_clock(a)}|f|{_clock(b)})())" for number, (a, b) in enumerate(shifts))
    return f"({parts})"


def _xer_task(plan: Plan, task: Task) -> dict[str, object]:
    minutes = 0 if task.is_milestone else task.minutes
    resumes, ends = _what_is_left(plan, task)
    return {
        "task_id": FIRST_TASK + task.uid,
        "proj_id": 1,
        "wbs_id": 1,
        "clndr_id": task.calendar,
        "phys_complete_pct": 0,
        "complete_pct_type": "CP_Drtn",
        "task_type": _ROLES[task.role],
        "duration_type": "DT_FixedDUR2",
        "status_code": "TK_Complete" if task.ended else "TK_Active" if task.begun else "TK_NotStart",
        "task_code": f"A{task.uid:03}",
        "task_name": f"Task {task.uid}",
        "remain_drtn_hr_cnt": _hours(task.remaining),
        "target_drtn_hr_cnt": _hours(minutes),
        "cstr_date": _minute(task.on),
        "act_start_date": _minute(task.begun),
        "act_end_date": _minute(task.ended),
        "expect_end_date": _minute(task.expected),
        "restart_date": _minute(resumes),
        "reend_date": _minute(ends),
        "target_start_date": _minute(task.begun or plan.start),
        "target_end_date": _minute(task.ended or plan.start),
        "cstr_type": _XER_CONSTRAINTS[task.constraint] if task.constraint else "",
        "cstr_date2": _minute(task.second_on),
        "cstr_type2": _XER_CONSTRAINTS[task.second] if task.second else "",
        "suspend_date": "",
        "resume_date": "",
    }


def _what_is_left(plan: Plan, task: Task) -> tuple[datetime | None, datetime | None]:
    """When work in progress goes on and would end without its predecessors."""
    if task.begun is None or task.ended is not None or plan.data_date is None:
        return None, None
    working = plan.working(task)
    resumes = working.next_start(minute_of(plan.data_date))
    return moment_of(resumes), moment_of(working.add_work(resumes, task.left))


def _xer_link(number: int, tie: Tie) -> dict[str, object]:
    return {
        "task_pred_id": number,
        "task_id": FIRST_TASK + tie.succ,
        "pred_task_id": FIRST_TASK + tie.pred,
        "proj_id": 1,
        "pred_proj_id": 1,
        "pred_type": f"PR_{tie.type}",
        "lag_hr_cnt": _hours(tie.lag),
    }


def _hours(minutes: int) -> str:
    return f"{minutes / 60:.6f}".rstrip("0").rstrip(".")


def _minute(moment: datetime | None) -> str:
    return "" if moment is None else f"{moment:%Y-%m-%d %H:%M}"


def _clock(minute: int) -> str:
    return f"{minute // 60 % 24:02}:{minute % 60:02}"
