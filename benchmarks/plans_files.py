"""One random plan, written as the files of three programs: what `plans.py` measures.

The plan looks like a large one that people keep: packages of twenty activities that follow one another, in a WBS three
levels deep, with links between packages. It is as long at every size (some 60 stages), so that only the number of
activities grows. Files are written row by row, with the columns that the programs themselves write.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import IO, NamedTuple

START = datetime.fromisoformat("2025-01-06T08:00")
PACKAGE = 20
"""Activities in a package."""
BRANCHES = 10
"""Packages in an area, and areas in a division."""
STAGES = 40
"""Stages at which a package may begin; it ends `PACKAGE` later."""
STAGE_DAYS = 11
"""Calendar days from stage to stage, for the dates that a plan carries."""
TYPES = ("FS",) * 90 + ("SS",) * 5 + ("FF",) * 4 + ("SF",)
LAGS = (0,) * 14 + (4, 8, 8, 16, 40, -4, -8, -16)
"""Hours."""
CONSTRAINTS = ("CS_MSOA", "CS_MSOA", "CS_MEOA", "CS_MSOB", "CS_MEOB")
CONSTRAINED = 0.02
PROGRESSED = 0.1
_MSPDI_CONSTRAINTS = {"": 0, "CS_MSOA": 4, "CS_MSOB": 5, "CS_MEOA": 6, "CS_MEOB": 7}
_MSPDI_TYPES = {"FF": 0, "FS": 1, "SF": 2, "SS": 3}
_SERIAL_ZERO = date(1899, 12, 30)
_OFFICE = ((8, 12), (13, 17))
_WEEKS = (
    (_OFFICE,) * 5 + ((), ()),
    (_OFFICE,) * 5 + (((8, 12),), ()),
    (((7, 11), (12, 18)),) * 4 + ((), (), ()),
    (((0, 24),),) * 7,
    (((0, 6), (22, 24)),) * 5 + (((0, 6),), ()),
)
"""Weeks from Monday: office hours, a worked Saturday, four long days, round the clock, nights."""
_DIVISIONS, _AREAS, _PACKAGES, FIRST = 10, 1_000, 10_000, 100_000
"""Where the ids of the WBS begin, level by level, and those of activities."""


class Task(NamedTuple):
    """An activity; amounts are working hours."""

    uid: int
    package: int
    calendar: int
    hours: int
    planned: datetime
    begun: datetime | None = None
    ended: datetime | None = None
    constraint: str = ""


class Tie(NamedTuple):
    """A link; the lag is in working hours."""

    pred: int
    succ: int
    type: str = "FS"
    lag: int = 0


class Calendar(NamedTuple):
    """Hours of the days from Monday, holidays, and Saturdays that are worked."""

    uid: int
    week: tuple[tuple[tuple[int, int], ...], ...]
    holidays: tuple[date, ...] = ()
    worked: tuple[date, ...] = ()


class Network(NamedTuple):
    """A plan without cycles."""

    tasks: list[Task]
    ties: list[Tie]
    calendars: list[Calendar]
    data_date: datetime = START

    @property
    def packages(self) -> int:
        """How many packages there are."""
        return self.tasks[-1].package + 1


def network(size: int) -> Network:
    """A random plan of that many activities; the same for the same size."""
    dice = random.Random(size)
    stages = [dice.randrange(STAGES) for _ in range(-(-size // PACKAGE))]
    stage_of = [stages[n // PACKAGE] + n % PACKAGE for n in range(size)]
    done_before = sorted(stage_of)[int(size * PROGRESSED)]
    data_date = START + timedelta(days=STAGE_DAYS * done_before + 5)
    tasks = [_task(dice, n, stage, done_before) for n, stage in enumerate(stage_of)]
    ties = [tie for n in range(size) for tie in _ties(dice, n, stage_of)]
    return Network(tasks, ties, [_calendar(dice, n) for n in range(1, 21)], data_date)


def chain(size: int) -> Network:
    """One activity after the other, an hour each."""
    tasks = [Task(n + 1, n // PACKAGE, 1, 1, START) for n in range(size)]
    return Network(tasks, [Tie(n, n + 1) for n in range(1, size)], [Calendar(1, _WEEKS[0])])


def _task(dice: random.Random, number: int, stage: int, done_before: int) -> Task:
    planned = START + timedelta(days=STAGE_DAYS * stage)
    begun = planned if stage < done_before or (stage == done_before and dice.random() < 0.5) else None
    ended = planned + timedelta(days=dice.randint(1, 4), hours=9) if stage < done_before else None
    constraint = dice.choice(CONSTRAINTS) if begun is None and dice.random() < CONSTRAINED else ""
    calendar = 1 + dice.choice((0, 0, *range(20)))
    return Task(number + 1, number // PACKAGE, calendar, 8 * dice.randint(1, 15), planned, begun, ended, constraint)


def _ties(dice: random.Random, number: int, stage_of: list[int]) -> Iterator[Tie]:
    """A link from the activity before in the package, and from others of an earlier stage: one and a half in all."""
    seen = set()
    if number % PACKAGE:
        seen.add(number - 1)
    for _ in range(dice.choice((1, 1, 1, 2)) if number % PACKAGE else 3):
        other = dice.randrange(len(stage_of))
        if stage_of[other] < stage_of[number]:
            seen.add(other)
    for other in sorted(seen):
        yield Tie(other + 1, number + 1, dice.choice(TYPES), dice.choice(LAGS))


def _calendar(dice: random.Random, uid: int) -> Calendar:
    """Ten holidays and two worked Saturdays a year, for eight years."""
    week = _WEEKS[(uid - 1) % len(_WEEKS)]
    holidays, worked = set(), set()
    for year in range(2025, 2033):
        holidays |= {date(year, 1, 1) + timedelta(days=day) for day in dice.sample(range(365), 10)}
        first = date(year, 1, 1)
        saturday = first + timedelta(days=(5 - first.weekday()) % 7)
        worked |= {saturday + timedelta(weeks=n) for n in dice.sample(range(52), 2)}
    return Calendar(uid, week, tuple(sorted(holidays)), tuple(sorted(worked - holidays)))


# Primavera

_TASK_COLUMNS = (
    "task_id proj_id wbs_id clndr_id phys_complete_pct rev_fdbk_flag est_wt lock_plan_flag auto_compute_act_flag "
    "complete_pct_type task_type duration_type status_code task_code task_name rsrc_id total_float_hr_cnt "
    "free_float_hr_cnt remain_drtn_hr_cnt act_work_qty remain_work_qty target_work_qty target_drtn_hr_cnt "
    "target_equip_qty act_equip_qty remain_equip_qty cstr_date act_start_date act_end_date late_start_date "
    "late_end_date expect_end_date early_start_date early_end_date restart_date reend_date target_start_date "
    "target_end_date rem_late_start_date rem_late_end_date cstr_type priority_type suspend_date resume_date "
    "float_path float_path_order guid tmpl_guid cstr_date2 cstr_type2 driving_path_flag act_this_per_work_qty "
    "act_this_per_equip_qty external_early_start_date external_late_end_date create_date update_date create_user "
    "update_user location_id"
)
_TASK_ROW = dict.fromkeys(_TASK_COLUMNS.split(), "") | {
    "proj_id": "1", "phys_complete_pct": "0", "rev_fdbk_flag": "N", "est_wt": "1", "lock_plan_flag": "N",
    "auto_compute_act_flag": "N", "complete_pct_type": "CP_Drtn", "task_type": "TT_Task",
    "duration_type": "DT_FixedDUR2", "act_work_qty": "0", "remain_work_qty": "0", "target_work_qty": "0",
    "target_equip_qty": "0", "act_equip_qty": "0", "remain_equip_qty": "0", "priority_type": "PT_Normal",
    "guid": "kCI/xCV4EfCEGPCmVLY1Dg", "driving_path_flag": "N", "act_this_per_work_qty": "0",
    "act_this_per_equip_qty": "0", "create_date": "2024-11-04 09:12", "update_date": "2025-03-03 17:40",
    "create_user": "planner", "update_user": "planner",
}  # fmt: skip


def write_xer(plan: Network, path: Path) -> None:
    """Write a Primavera XER export."""
    with path.open("w", encoding="cp1252", newline="") as file:
        for line in _xer(plan):
            file.write(line + "\r\n")


def _xer(plan: Network) -> Iterator[str]:
    yield "ERMHDR\t20.12\t2025-06-01\tProject\tadmin\tadmin\tdbxDatabaseNoName\tProject Management\tUSD"
    yield from _head("CURRTYPE", "curr_id decimal_digit_cnt curr_symbol decimal_symbol digit_group_symbol curr_type "
                     "curr_short_name group_digit_cnt base_exch_rate")  # fmt: skip
    yield _row(1, 2, "$", ".", ",", "US Dollar", "USD", 3, 1)
    yield from _head("PROJECT", "proj_id name_sep_char def_complete_pct_type proj_short_name clndr_id plan_start_date "
                     "plan_end_date scd_end_date last_recalc_date def_duration_type critical_drtn_hr_cnt "
                     "critical_path_type")  # fmt: skip
    yield _row(1, ".", "CP_Drtn", "BENCH", 1, _minute(START), "", "", _minute(plan.data_date), "DT_FixedDUR2", 0,
               "CT_TotFloat")  # fmt: skip
    yield from _head("CALENDAR", "clndr_id default_flag clndr_name proj_id base_clndr_id clndr_type day_hr_cnt "
                     "week_hr_cnt month_hr_cnt year_hr_cnt rsrc_private clndr_data")  # fmt: skip
    for one in plan.calendars:
        flag = "Y" if one.uid == 1 else "N"
        yield _row(one.uid, flag, f"Calendar {one.uid}", "", "", "CA_Base", 8, 40, 172, 2000, "N", _xer_hours(one))
    yield from _head("SCHEDOPTIONS", "schedoptions_id proj_id sched_outer_depend_type sched_open_critical_flag "
                     "sched_lag_early_start_flag sched_retained_logic sched_setplantoforecast sched_float_type "
                     "sched_calendar_on_relationship_lag sched_use_expect_end_flag "
                     "sched_progress_override")  # fmt: skip
    yield _row(1, 1, "SD_Both", "N", "Y", "Y", "N", "FT_Min", "rcal_Predecessor", "Y", "N")
    yield from _head("PROJWBS", "wbs_id proj_id seq_num proj_node_flag status_code wbs_short_name wbs_name "
                     "parent_wbs_id")  # fmt: skip
    yield _row(1, 1, 0, "Y", "WS_Open", "BENCH", "Plan", "")
    for package in range(plan.packages):
        for uid, level, number, parent in _branches(package):
            yield _row(uid, 1, number, "N", "WS_Open", f"{level}-{number}", f"{_LEVELS[level]} {number}", parent)
    yield from _head("TASK", _TASK_COLUMNS)
    for task in plan.tasks:
        yield "\t".join(("%R", *(_TASK_ROW | _xer_task(plan, task)).values()))
    yield from _head("TASKPRED", "task_pred_id task_id pred_task_id proj_id pred_proj_id pred_type lag_hr_cnt comments "
                     "float_path aref arls")  # fmt: skip
    for number, tie in enumerate(plan.ties, 1):
        yield _row(number, FIRST + tie.succ, FIRST + tie.pred, 1, 1, f"PR_{tie.type}", tie.lag, "", "", "", "")
    yield "%E"


def _head(table: str, columns: str) -> Iterator[str]:
    yield f"%T\t{table}"
    yield "\t".join(("%F", *columns.split()))


def _row(*values: object) -> str:
    return "\t".join(("%R", *map(str, values)))


def _xer_hours(calendar: Calendar) -> str:
    week = calendar.week[6:] + calendar.week[:6]
    days = "".join(f"(0||{number}(){_xer_day(shifts)})" for number, shifts in enumerate(week, 1))
    changed = [(day, ()) for day in calendar.holidays] + [(day, _OFFICE) for day in calendar.worked]
    exceptions = "".join(
        f"(0||{number}(d|{(day - _SERIAL_ZERO).days}){_xer_day(shifts)})"
        for number, (day, shifts) in enumerate(sorted(changed))
    )
    return f"(0||CalendarData()((0||DaysOfWeek()({days}))(0||Exceptions()({exceptions}))))"


def _xer_day(shifts: tuple[tuple[int, int], ...]) -> str:
    parts = (f"(0||{n}(s|{a:02}:00|f|{b % 24:02}:00)())" for n, (a, b) in enumerate(shifts))
    return f"({''.join(parts)})"


def _xer_task(plan: Network, task: Task) -> dict[str, str]:
    left = 0 if task.ended else task.hours // 2 if task.begun else task.hours
    going_on = task.begun is not None and task.ended is None
    planned_end = task.planned + timedelta(hours=task.hours)
    return {
        "task_id": str(FIRST + task.uid),
        "wbs_id": str(_PACKAGES + task.package),
        "clndr_id": str(task.calendar),
        "status_code": "TK_Complete" if task.ended else "TK_Active" if task.begun else "TK_NotStart",
        "task_code": f"A{task.uid * 10:07}",
        "task_name": f"Activity {task.uid} of package {task.package}",
        "remain_drtn_hr_cnt": str(left),
        "target_drtn_hr_cnt": str(task.hours),
        "cstr_date": _minute(task.planned) if task.constraint else "",
        "cstr_type": task.constraint,
        "act_start_date": _minute(task.begun),
        "act_end_date": _minute(task.ended),
        "restart_date": _minute(plan.data_date) if going_on else "",
        "reend_date": _minute(plan.data_date + timedelta(hours=left)) if going_on else "",
        "target_start_date": _minute(task.begun or task.planned),
        "target_end_date": _minute(task.ended or planned_end),
    }


_LEVELS = ("Division", "Area", "Package")


def _branches(package: int) -> Iterator[tuple[int, int, int, int]]:
    """The branches of the WBS that begin with a package, outermost first: id, level, number, id above."""
    area, division = package // BRANCHES, package // BRANCHES**2
    if package % BRANCHES**2 == 0:
        yield _DIVISIONS + division, 0, division, 1
    if package % BRANCHES == 0:
        yield _AREAS + area, 1, area, _DIVISIONS + division
    yield _PACKAGES + package, 2, package, _AREAS + area


def _minute(moment: datetime | None) -> str:
    return "" if moment is None else f"{moment:%Y-%m-%d %H:%M}"


# Microsoft Project


def write_mspdi(plan: Network, path: Path) -> None:
    """Write a Microsoft Project XML file. Progress is left out."""
    preds: dict[int, list[Tie]] = {}
    for tie in plan.ties:
        preds.setdefault(tie.succ, []).append(tie)
    with path.open("w", encoding="utf-8") as file:
        file.write(
            '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
            '<Project xmlns="http://schemas.microsoft.com/project">\n'
        )
        settings = {
            "SaveVersion": 14, "Name": "plan.xml", "Title": "Plan", "ScheduleFromStart": 1, "StartDate": _iso(START),
            "FinishDate": _iso(START), "CriticalSlackLimit": 0, "CalendarUID": 1, "DefaultStartTime": "08:00:00",
            "DefaultFinishTime": "17:00:00", "MinutesPerDay": 480, "MinutesPerWeek": 2400, "DaysPerMonth": 20,
        }  # fmt: skip
        file.write(_tags(settings, 4) + "    <Calendars>\n")
        for calendar in plan.calendars:
            _mspdi_calendar(file, calendar)
        file.write("    </Calendars>\n    <Tasks>\n")
        file.write(_mspdi_task(0, 0, "Plan", 0, START, summary=True) + "        </Task>\n")
        number = 0
        for task in plan.tasks:
            if (task.uid - 1) % PACKAGE == 0:
                for uid, level, branch, _ in _branches(task.package):
                    number += 1
                    name = f"{_LEVELS[level]} {branch}"
                    file.write(_mspdi_task(uid, number, name, level + 1, task.planned, summary=True))
                    file.write("        </Task>\n")
            number += 1
            name = f"Activity {task.uid} of package {task.package}"
            file.write(_mspdi_task(FIRST + task.uid, number, name, 4, task.planned, task=task))
            file.writelines(_mspdi_link(tie) for tie in preds.get(task.uid, ()))
            file.write("        </Task>\n")
        file.write("    </Tasks>\n    <Resources/>\n    <Assignments/>\n</Project>\n")


def _tags(values: Mapping[str, object], indent: int) -> str:
    return "".join(f"{' ' * indent}<{name}>{value}</{name}>\n" for name, value in values.items())


def _mspdi_calendar(file: IO[str], calendar: Calendar) -> None:
    head = {
        "UID": calendar.uid, "Name": f"Calendar {calendar.uid}", "IsBaseCalendar": 1, "IsBaselineCalendar": 0,
        "BaseCalendarUID": -1,
    }  # fmt: skip
    file.write("        <Calendar>\n" + _tags(head, 12) + "            <WeekDays>\n")
    for number, shifts in enumerate(calendar.week[6:] + calendar.week[:6], 1):
        file.write(f"<WeekDay><DayType>{number}</DayType>{_mspdi_day(shifts)}</WeekDay>\n")
    file.write("            </WeekDays>\n            <Exceptions>\n")
    changed = [(day, ()) for day in calendar.holidays] + [(day, _OFFICE) for day in calendar.worked]
    for day, shifts in sorted(changed):
        file.write(
            f"<Exception><EnteredByOccurrences>0</EnteredByOccurrences><TimePeriod><FromDate>{day}T00:00:00</FromDate>"
            f"<ToDate>{day}T23:59:00</ToDate></TimePeriod><Occurrences>1</Occurrences><Name>Day</Name><Type>1</Type>"
            f"{_mspdi_day(shifts)}</Exception>\n"
        )
    file.write("            </Exceptions>\n        </Calendar>\n")


def _mspdi_day(shifts: tuple[tuple[int, int], ...]) -> str:
    times = "".join(
        f"<WorkingTime><FromTime>{a:02}:00:00</FromTime><ToTime>{b % 24:02}:00:00</ToTime></WorkingTime>"
        for a, b in shifts
    )
    return f"<DayWorking>{int(bool(shifts))}</DayWorking>" + (f"<WorkingTimes>{times}</WorkingTimes>" if times else "")


def _mspdi_task(
    uid: int, number: int, name: str, level: int, planned: datetime, *, task: Task | None = None, summary: bool = False
) -> str:
    """A task as far as its links, with the elements that Microsoft Project writes of every task."""
    duration = f"PT{task.hours if task else 8}H0M0S"
    start, finish = _iso(planned), _iso(planned + timedelta(hours=9))
    values = {
        "UID": uid, "GUID": f"C63F2290-7825-F011-8418-{uid:012X}", "ID": number, "Name": name, "Active": 1, "Manual": 0,
        "Type": 1 if summary else 0, "IsNull": 0, "CreateDate": "2024-11-04T09:12:00", "WBS": number,
        "OutlineNumber": number, "OutlineLevel": level, "Priority": 500, "Start": start, "Finish": finish,
        "Duration": duration, "DurationFormat": 7, "Work": "PT0H0M0S", "ResumeValid": 0, "EffortDriven": 0,
        "Recurring": 0, "OverAllocated": 0, "Estimated": 0, "Milestone": 0, "Summary": int(summary), "Critical": 0,
        "IsSubproject": 0, "IsSubprojectReadOnly": 0, "ExternalTask": 0, "EarlyStart": start, "EarlyFinish": finish,
        "LateStart": start, "LateFinish": finish, "WorkVariance": 0, "TotalSlack": 0, "StartSlack": 0, "FinishSlack": 0,
        "FixedCostAccrual": 3, "PercentComplete": 0, "PercentWorkComplete": 0,
        "ActualDuration": "PT0H0M0S", "RemainingDuration": duration,
        "RemainingWork": "PT0H0M0S", "ConstraintType": _MSPDI_CONSTRAINTS[task.constraint] if task else 0,
        "CalendarUID": task.calendar if task and task.calendar > 1 else -1,
        **({"ConstraintDate": start} if task and task.constraint else {}),
        "LevelAssignments": 1, "LevelingCanSplit": 1, "LevelingDelay": 0, "LevelingDelayFormat": 8,
        "IgnoreResourceCalendar": 0, "HideBar": 0, "Rollup": 0, "PhysicalPercentComplete": 0, "EarnedValueMethod": 0,
    }  # fmt: skip
    return "        <Task>\n" + _tags(values, 12)


def _mspdi_link(tie: Tie) -> str:
    values = {
        "PredecessorUID": FIRST + tie.pred, "Type": _MSPDI_TYPES[tie.type], "CrossProject": 0, "LinkLag": tie.lag * 600,
        "LagFormat": 7,
    }  # fmt: skip
    return f"            <PredecessorLink>\n{_tags(values, 16)}            </PredecessorLink>\n"


def _iso(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}"


# TaskJuggler

_ENDS = {"FS": "onend", "SS": "onstart"}


def write_tjp(plan: Network, path: Path) -> None:
    """Write a TaskJuggler project, as far as it can say it: its links are FS and SS, its gaps never negative, and it
    knows neither constraints that bind backward nor late dates."""
    preds: dict[int, list[Tie]] = {}
    for tie in plan.ties:
        preds.setdefault(tie.succ, []).append(tie)
    with path.open("w", encoding="utf-8") as file:
        file.write(f'project bench "Plan" {START:%Y-%m-%d} +8y {{\n}}\n')
        for calendar in plan.calendars:
            file.write(f'shift c{calendar.uid} "Calendar {calendar.uid}" {{\n')
            for day, shifts in zip(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), calendar.week, strict=True):
                hours = ", ".join(f"{a}:00 - {b}:00" for a, b in shifts) or "off"
                file.write(f"  workinghours {day} {hours}\n")
            file.writelines(f'  leaves holiday "Holiday" {day}\n' for day in calendar.holidays)
            file.write("}\n")
        for task in plan.tasks:
            file.write(f'task t{task.uid} "Activity {task.uid}" {{\n  length {task.hours}h\n')
            file.write(f"  shifts c{task.calendar}\n")
            ties = [tie for tie in preds.get(task.uid, ()) if tie.type in _ENDS]
            if task.constraint == "CS_MSOA" or not ties:
                file.write(f"  start {task.planned if task.constraint == 'CS_MSOA' else START:%Y-%m-%d-%H:%M}\n")
            for tie in ties:
                gap = f"gaplength {tie.lag}h" if tie.lag > 0 else ""
                file.write(f"  depends t{tie.pred} {{ {_ENDS[tie.type]} {gap} }}\n")
            file.write("}\n")
        file.write('taskreport dates "dates" {\n  formats csv\n  columns id, name, start, end\n}\n')


WRITERS = {".xer": write_xer, ".xml": write_mspdi, ".tjp": write_tjp}


def main(file: Path) -> None:
    """Write the plan that a name asks for: `1000.xer`, `chain-50000.xml`."""
    kind, _, size = file.stem.rpartition("-")
    WRITERS[file.suffix](chain(int(size)) if kind else network(int(size)), file)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
