"""Writes small Primavera exports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from cockpit.records.model import Batch, Calendar, Link, Project, WorkItem
from cockpit.sources import primavera

SHIFTS = "((0||0(s|08:00|f|12:00)())(0||1(s|13:00|f|17:00)()))"
WEEK = (
    "(0||CalendarData()((0||DaysOfWeek()((0||1()())"
    + "".join(f"(0||{day}(){SHIFTS})" for day in range(2, 7))
    + "(0||7()())))(0||Exceptions()(%s))))"
)

Rows = Sequence[Mapping[str, str]]


def exceptions(*texts: str) -> str:
    return WEEK % "".join(texts)


def tables(**changes: Rows) -> dict[str, Rows]:
    """A project of two activities, with some tables replaced."""
    standard: dict[str, Rows] = {
        "PROJECT": [
            {
                "proj_id": "7", "proj_short_name": "OUT", "clndr_id": "1", "plan_start_date": "2025-03-03 08:00",
                "last_recalc_date": "2025-03-03 08:00", "critical_drtn_hr_cnt": "0", "export_flag": "Y",
                "critical_path_type": "CT_TotFloat",
            }
        ],
        "CALENDAR": [
            {"clndr_id": "1", "clndr_name": "Five days", "default_flag": "Y", "day_hr_cnt": "8",
             "clndr_data": WEEK % ""}
        ],
        "PROJWBS": [
            {"wbs_id": "70", "proj_id": "7", "wbs_name": "Outage", "proj_node_flag": "Y"},
            {"wbs_id": "71", "proj_id": "7", "parent_wbs_id": "70", "wbs_name": "Turbine"},
        ],
        "TASK": [task("1"), task("2")],
        "TASKPRED": [link("1", "2")],
    }  # fmt: skip
    return standard | changes


def task(key: str, **cells: str) -> dict[str, str]:
    return {
        "task_id": key, "proj_id": "7", "wbs_id": "71", "clndr_id": "1", "task_type": "TT_Task",
        "status_code": "TK_NotStart", "task_code": f"A{key}", "task_name": f"Work {key}", "remain_drtn_hr_cnt": "16",
        "target_drtn_hr_cnt": "16",
    } | cells  # fmt: skip


def link(before: str, after: str, kind: str = "PR_FS", lag: str = "0") -> dict[str, str]:
    return {"task_id": after, "pred_task_id": before, "pred_type": kind, "lag_hr_cnt": lag}


def text_of(found: Mapping[str, Rows], end: str = "\r\n") -> str:
    lines = ["ERMHDR\t20.12\t2025-03-01\tProject\tadmin"]
    for name, rows in found.items():
        columns = list(dict.fromkeys(column for row in rows for column in row))
        lines += [f"%T\t{name}", "\t".join(["%F", *columns])]
        lines += ["\t".join(["%R", *(row.get(column, "") for column in columns)]) for row in rows]
    return end.join([*lines, "%E", ""])


def read(folder: Path, content: str | bytes, name: str = "outage.xer") -> Batch:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode("cp1252"))
    return primavera.read(path, name)


def items(batch: Batch) -> dict[str, WorkItem]:
    return {r.id: r for r in batch.records["work_items"]}  # type: ignore[attr-defined,misc]


def links(batch: Batch) -> list[Link]:
    return list(batch.records["links"])  # type: ignore[arg-type]


def calendars(batch: Batch) -> dict[str, Calendar]:
    return {r.id: r for r in batch.records["calendars"]}  # type: ignore[attr-defined,misc]


def project(batch: Batch) -> Project:
    (found,) = batch.records["projects"]
    return found  # type: ignore[return-value]
