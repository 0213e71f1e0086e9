"""Primavera exports as the tests write them, and what is read of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

from cockpit.charter.charter import SourceMapping
from cockpit.records.model import Batch, Calendar, Link, Project, WorkItem
from cockpit.records.terms import Method, Terms
from cockpit.sources import primavera

Cells = Mapping[str, object]
Tables = Mapping[str, Sequence[Cells]]

SHIFT = "(0||0(s|08:00|f|12:00)())(0||1(s|13:00|f|17:00)())"
PROJECT: Cells = {
    "proj_id": 1, "proj_short_name": "OUT", "clndr_id": 5, "plan_start_date": "2026-01-05 08:00",
    "last_recalc_date": "2026-01-12 08:00", "plan_end_date": "", "export_flag": "Y",
}  # fmt: skip
TASK: Cells = {
    "task_id": 100, "proj_id": 1, "wbs_id": 10, "clndr_id": 5, "task_type": "TT_Task", "status_code": "TK_NotStart",
    "task_code": "A100", "task_name": "Build", "remain_drtn_hr_cnt": 16, "target_drtn_hr_cnt": 16,
}  # fmt: skip
WBS: Cells = {"wbs_id": 10, "proj_id": 1, "parent_wbs_id": 3, "wbs_name": "Outage", "proj_node_flag": "Y"}


def serial(day: str) -> int:
    """The number of a day as exceptions have it."""
    return (date.fromisoformat(day) - date(1899, 12, 30)) // timedelta(days=1)


def week(*days: int, shifts: str = SHIFT) -> str:
    """The record of the days of the week, of which these (1 is Sunday) are worked."""
    each = "".join(f"(0||{day}()({shifts if day in days else ''}))" for day in range(1, 8))
    return f"(0||DaysOfWeek()({each}))"


def off(*days: str, shifts: str = "") -> str:
    """The record of exceptions on these days."""
    each = "".join(f"(0||{n}(d|{serial(day)})({shifts}))" for n, day in enumerate(days))
    return f"(0||Exceptions()({each}))"


def data(*records: str) -> str:
    return f"(0||CalendarData()({''.join(records)}))"


FIVE_DAYS = data(week(2, 3, 4, 5, 6))
CALENDAR: Cells = {
    "clndr_id": 5, "clndr_name": "Five days", "base_clndr_id": "", "default_flag": "Y", "day_hr_cnt": 8,
    "clndr_data": FIVE_DAYS,
}  # fmt: skip


def calendar(number: int, name: str, text: str, **cells: object) -> Cells:
    return {**CALENDAR, "clndr_id": number, "clndr_name": name, "clndr_data": text, "default_flag": "N", **cells}


def task(number: int, **cells: object) -> Cells:
    return {**TASK, "task_id": number, "task_code": f"A{number}", "task_name": f"Task {number}", **cells}


def tie(before: int | str, after: int | str, kind: str = "FS", lag: object = 0) -> Cells:
    return {"task_id": after, "pred_task_id": before, "pred_type": f"PR_{kind}", "lag_hr_cnt": lag}


def tables(*tasks: Cells, **others: Sequence[Cells]) -> dict[str, Sequence[Cells]]:
    """The tables of an export; those that are given take the place of the usual ones."""
    usual = {"PROJECT": [PROJECT], "CALENDAR": [CALENDAR], "PROJWBS": [WBS]}
    return {**usual, "TASK": tasks or [TASK], **others}


def written(content: Tables, newline: str = "\r\n") -> str:
    """An export with these tables. Each row may have columns of its own."""
    lines = ["ERMHDR\t20.12\t2026-01-12\tProject\tadmin"]
    for name, rows in content.items():
        columns = list(dict.fromkeys(column for row in rows for column in row))
        lines += [f"%T\t{name}", "\t".join(["%F", *columns])]
        lines += ["\t".join(["%R", *(str(row.get(column, "")) for column in columns)]) for row in rows]
    return newline.join([*lines, "%E", ""])


def read_text(folder: Path, text: str | bytes, owner: str = "", name: str = "outage.xer") -> Batch:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode("cp1252"))
    mapping = SourceMapping(path=name, defaults={"project": owner}) if owner else None
    return primavera.read(path, f"plans/{name}", None, mapping)


def read(folder: Path, *tasks: Cells, owner: str = "", **others: Sequence[Cells]) -> Batch:
    return read_text(folder, written(tables(*tasks, **others)), owner)


def items(batch: Batch) -> dict[str, WorkItem]:
    return {
        record.id.rpartition("/")[2]: record for record in batch.records["work_items"] if isinstance(record, WorkItem)
    }


def item(batch: Batch, number: int = 100) -> WorkItem:
    return items(batch)[str(number)]


def terms(batch: Batch, number: int = 100) -> Terms:
    found = item(batch, number).terms
    assert found is not None
    return found


def links(batch: Batch) -> list[Link]:
    return [record for record in batch.records["links"] if isinstance(record, Link)]


def calendars(batch: Batch) -> dict[str, Calendar]:
    return {record.id: record for record in batch.records["calendars"] if isinstance(record, Calendar)}


def projects(batch: Batch) -> list[Project]:
    return [record for record in batch.records["projects"] if isinstance(record, Project)]


def method(batch: Batch) -> Method:
    found = projects(batch)[0].method
    assert found is not None
    return found


def told(batch: Batch) -> list[str]:
    return [str(problem).removeprefix("plans/outage.xer ") for problem in batch.problems]
