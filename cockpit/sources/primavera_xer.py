"""A Primavera P6 export (XER) as a stream of tables: tab-separated lines that begin with %T, %F, %R or %E.

Columns are found by name, never by place. Only the tables and columns that the schedule needs are kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from cockpit.model import Origin, Problem
from cockpit.sources.errors import SourceError, refuse
from cockpit.sources.files import unreadable
from cockpit.text import one_line

MAGIC = b"ERMHDR"
LARGEST = 1 << 30
"""A larger file is refused, in bytes."""
LONGEST_CELL = 8_000_000
"""Characters of one cell; calendars with ten thousand exceptions have some 400,000."""

COLUMNS: dict[str, tuple[str, ...]] = {
    "PROJECT": ("proj_id", "proj_short_name", "clndr_id", "plan_start_date", "last_recalc_date", "plan_end_date",
                "critical_drtn_hr_cnt", "critical_path_type", "export_flag"),
    "CALENDAR": ("clndr_id", "clndr_name", "base_clndr_id", "default_flag", "day_hr_cnt", "clndr_data"),
    "SCHEDOPTIONS": ("proj_id", "sched_calendar_on_relationship_lag", "sched_retained_logic",
                     "sched_progress_override", "sched_float_type", "sched_use_expect_end_flag",
                     "sched_open_critical_flag"),
    "PROJWBS": ("wbs_id", "proj_id", "parent_wbs_id", "wbs_name", "wbs_short_name", "proj_node_flag"),
    "RSRC": ("rsrc_id", "clndr_id", "rsrc_type"),
    "TASK": ("task_id", "proj_id", "wbs_id", "clndr_id", "task_type", "status_code", "task_code", "task_name",
             "remain_drtn_hr_cnt", "target_drtn_hr_cnt", "act_start_date", "act_end_date", "phys_complete_pct",
             "complete_pct_type", "cstr_type", "cstr_date", "cstr_type2", "cstr_date2", "expect_end_date",
             "suspend_date", "resume_date", "external_early_start_date", "external_late_end_date",
             "target_start_date", "target_end_date"),
    "TASKPRED": ("task_id", "pred_task_id", "proj_id", "pred_proj_id", "pred_type", "lag_hr_cnt"),
    "TASKRSRC": ("task_id", "rsrc_id", "remain_qty", "act_reg_qty", "act_ot_qty", "target_qty_per_hr"),
}  # fmt: skip
"""The tables that are kept, and what is kept of them."""


class Row(NamedTuple):
    """A row: the line where it begins, counted from 1, and the cells of its table's columns."""

    line: int
    cells: tuple[str, ...]


@dataclass(slots=True)
class Table:
    """The rows of one table; a column that the file does not have is empty."""

    index: dict[str, int]
    rows: list[Row] = field(default_factory=list)

    def get(self, row: Row, name: str) -> str:
        """The cell of a row, trimmed."""
        return row.cells[self.index[name]].strip()


@dataclass(slots=True)
class Xer:
    """What was kept of a file."""

    tables: dict[str, Table]
    problems: list[Problem] = field(default_factory=list)
    present: set[str] = field(default_factory=set)
    """The tables that the file has, also without rows."""

    def rows(self, name: str) -> Iterator[tuple[Table, Row]]:
        """Each row of a table, with the table that reads it."""
        table = self.tables[name]
        return ((table, row) for row in table.rows)


def is_xer(path: Path) -> bool:
    """Whether a file begins like a Primavera export."""
    try:
        if not path.is_file():  # a pipe would be waited for
            return False
        with path.open("rb") as file:
            head = file.read(64)
    except OSError:
        return False
    return _decoded_head(head).lstrip("\ufeff").startswith("ERMHDR")


def _decoded_head(head: bytes) -> str:
    return head.decode("utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "cp1252", "replace").replace("ï»¿", "")


def parse(path: Path, relative: str) -> Xer:
    """Read an export; `relative` names it in problems. `SourceError` when the file as a whole cannot be used."""
    try:
        if path.stat().st_size > LARGEST:
            raise refuse(relative, f"is larger than {LARGEST >> 20} MB; export fewer projects at a time")
        with path.open("rb") as file:
            head = file.read(64)
        if not is_xer(path):
            raise refuse(relative, "is no Primavera export: it does not begin with ERMHDR. Export the project from "
                         "Primavera P6 with File, Export, “Primavera PM - (XER)”")  # fmt: skip
        with path.open(encoding=_encoding(head), errors="replace", newline="\n") as lines:
            found = _collect(_rows(lines), relative)
    except OSError as error:
        raise unreadable(relative, error) from error
    except UnicodeError:
        raise refuse(relative, "is written in an encoding that cannot be read; export it again") from None
    _check(found, relative)
    return found


def _check(found: Xer, relative: str) -> None:
    for name, what in (("PROJECT", "project"), ("TASK", "activities")):
        if name not in found.present:
            raise refuse(
                relative,
                f"has no table {name}, so there is no {what} in it; export the whole project from Primavera P6",
            )


def _encoding(head: bytes) -> str:
    """Windows-1252, unless a byte order mark says otherwise."""
    if head.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    return "utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "cp1252"


def _rows(lines: Iterable[str]) -> Iterator[tuple[int, list[str]]]:
    """The lines as cells; a line that begins no record goes on with the last cell of the one before."""
    cells: list[str] = []
    begun = 0
    for number, line in enumerate(lines, start=1):
        parts = line.rstrip("\r\n").split("\t")
        if parts[0] in ("%T", "%F", "%R", "%E", "ERMHDR") or number == 1:
            if cells:
                yield begun, cells
            begun, cells = number, parts
        elif cells and sum(map(len, cells)) + len(line) < LONGEST_CELL:
            cells[-1] += "\n" + parts[0]
            cells += parts[1:]
    if cells:
        yield begun, cells


def _collect(rows: Iterable[tuple[int, list[str]]], relative: str) -> Xer:
    tables = {name: Table({column: n for n, column in enumerate(columns)}) for name, columns in COLUMNS.items()}
    found = Xer(tables)
    name = ""
    picks: tuple[int, ...] = ()
    ended = False
    for line, cells in rows:
        if cells[0] == "%T":
            name, picks = (cells[1].strip() if len(cells) > 1 else ""), ()
            if name in COLUMNS:
                found.present.add(name)
        elif cells[0] == "%F" and name in COLUMNS:
            where = {column.strip(): number for number, column in enumerate(cells)}
            picks = tuple(where.get(column, -1) for column in COLUMNS[name])
        elif cells[0] == "%R" and picks:
            size = len(cells)
            tables[name].rows.append(Row(line, tuple(cells[n] if 0 < n < size else "" for n in picks)))
        elif cells[0] == "%R" and name in COLUMNS:
            message = f"A row of the table {one_line(name, 40)} stands before its column names, so it is left out."
            found.problems.append(Problem(Origin(relative, line), message))
        ended = ended or cells[0] == "%E"
    if not ended:
        found.problems.append(
            Problem(Origin(relative), "The export breaks off: its last line is not %E. What is there is used.")
        )
    return found


__all__ = ["COLUMNS", "Row", "SourceError", "Table", "Xer", "is_xer", "parse"]
