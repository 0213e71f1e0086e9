"""A Primavera P6 export (XER) as a stream of tables: tab-separated lines that begin with %T, %F, %R or %E.

Columns are found by name, never by place. Only the tables and columns that the schedule needs are kept.
"""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from dataclasses import field
from itertools import chain
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple, TextIO

from cockpit.basics.classes import dataclass
from cockpit.basics.text import one_line
from cockpit.records.model import Origin, Problem
from cockpit.sources.errors import SourceError, refuse
from cockpit.sources.files import unreadable

MAGIC = "ERMHDR"
LARGEST = 1 << 30
"""A larger file is refused, in bytes."""
LONGEST = 8_000_000
"""Characters of one record; a calendar with ten thousand exceptions has some 400,000."""


class Activity(NamedTuple):
    """What is kept of a row of TASK."""

    task_id: str
    proj_id: str
    wbs_id: str
    clndr_id: str
    task_type: str
    status_code: str
    task_code: str
    task_name: str
    remain_drtn_hr_cnt: str
    target_drtn_hr_cnt: str
    act_start_date: str
    act_end_date: str
    phys_complete_pct: str
    complete_pct_type: str
    cstr_type: str
    cstr_date: str
    cstr_type2: str
    cstr_date2: str
    expect_end_date: str
    suspend_date: str
    resume_date: str
    external_early_start_date: str
    external_late_end_date: str
    target_start_date: str
    target_end_date: str


class Relation(NamedTuple):
    """What is kept of a row of TASKPRED."""

    task_id: str
    pred_task_id: str
    proj_id: str
    pred_proj_id: str
    pred_type: str
    lag_hr_cnt: str


COLUMNS: dict[str, tuple[str, ...]] = {
    "PROJECT": ("proj_id", "proj_short_name", "clndr_id", "plan_start_date", "last_recalc_date", "plan_end_date",
                "critical_drtn_hr_cnt", "critical_path_type", "export_flag"),
    "CALENDAR": ("clndr_id", "clndr_name", "base_clndr_id", "default_flag", "day_hr_cnt", "clndr_data"),
    "SCHEDOPTIONS": ("proj_id", "sched_outer_depend_type", "sched_calendar_on_relationship_lag", "sched_retained_logic",
                     "sched_progress_override", "sched_float_type", "sched_use_expect_end_flag",
                     "sched_use_project_end_date_for_float", "sched_open_critical_flag", "sched_lag_early_start_flag"),
    "PROJWBS": ("wbs_id", "proj_id", "parent_wbs_id", "wbs_name", "wbs_short_name", "proj_node_flag"),
    "RSRC": ("rsrc_id", "clndr_id", "rsrc_type"),
    "TASK": Activity._fields,
    "TASKPRED": Relation._fields,
    "TASKRSRC": ("task_id", "rsrc_id", "remain_qty", "act_reg_qty", "act_ot_qty", "target_qty_per_hr"),
}  # fmt: skip
"""The tables that are kept, and what is kept of them."""
KEYS: dict[str, tuple[str, ...]] = {
    "PROJECT": ("proj_id",),
    "CALENDAR": ("clndr_id",),
    "SCHEDOPTIONS": ("proj_id",),
    "PROJWBS": ("wbs_id", "proj_id"),
    "RSRC": ("rsrc_id",),
    "TASK": ("task_id", "proj_id"),
    "TASKPRED": ("task_id", "pred_task_id"),
    "TASKRSRC": ("task_id", "rsrc_id"),
}
"""The columns without which the rows of a table say nothing."""

_NEEDED = (("PROJECT", "project"), ("TASK", "activity"))
_BEGINNINGS = frozenset(f"%{letter}{end}" for letter in "TFRE" for end in ("\t", ""))
"""The first characters of a line that begins a record."""
_BLOCK = 1 << 18
"""So many characters are split into lines together."""


class Row(NamedTuple):
    """A row: the line where it begins, counted from 1, and the cells of its table's columns, trimmed."""

    line: int
    cells: tuple[str, ...]


@dataclass(slots=True)
class Table:
    """The rows of one table; a column that the file does not have is empty."""

    index: dict[str, int]
    rows: list[Row] = field(default_factory=list)

    def get(self, row: Row, name: str) -> str:
        """The cell of a row."""
        return row.cells[self.index[name]]


@dataclass(slots=True)
class Xer:
    """What was kept of a file."""

    tables: dict[str, Table]
    problems: list[Problem] = field(default_factory=list)
    present: set[str] = field(default_factory=set)
    """The tables that the file has, also without rows."""
    keyless: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Of a table that lacks a key: the line of its column names, and the key."""

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
    return head.decode(_encoding(head), "replace").startswith(MAGIC)


def _encoding(head: bytes) -> str:
    """Windows-1252, unless a byte order mark says otherwise."""
    if head.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    return "utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "cp1252"


def parse(path: Path, relative: str) -> Xer:
    """Read an export; `relative` names it in problems. `SourceError` when the file as a whole cannot be used."""
    try:
        _check_file(path, relative)
        with path.open("rb") as file:
            encoding = _encoding(file.read(4))
        with path.open(encoding=encoding, errors="replace", newline="\n") as text:
            found = _collect(text, relative)
    except OSError as error:
        raise unreadable(relative, error) from error
    except UnicodeError:
        raise refuse(relative, "is written in an encoding that cannot be read; export it again") from None
    _check_tables(found, relative)
    return found


def _check_tables(found: Xer, relative: str) -> None:
    for name, what in _NEEDED:
        if name not in found.present:
            raise refuse(
                relative,
                f"has no table {name}, so there is no {what} in it; export the whole project from Primavera P6",
            )
    for name, _ in _NEEDED:
        if name in found.keyless and not found.tables[name].rows:
            line, column = found.keyless[name]
            message = f"has no column {column} in its table {name}; export it again from Primavera P6"
            raise refuse(relative, message, row=line)


def _check_file(path: Path, relative: str) -> None:
    status = path.stat()
    if stat.S_ISDIR(status.st_mode):
        raise refuse(relative, "is a folder, not a file; give the .xer file in it")
    if status.st_size > LARGEST:
        raise refuse(relative, f"is larger than {LARGEST >> 20} MB; export fewer projects at a time")
    if not stat.S_ISREG(status.st_mode):
        raise refuse(relative, "is no regular file; give a plain file")
    with path.open("rb"):
        pass  # a file that may not be read says so here
    if not is_xer(path):
        message = (
            "is no Primavera export: it does not begin with ERMHDR. Export the project from Primavera P6 with File, "
            "Export, “Primavera PM - (XER)”"
        )
        raise refuse(relative, message)


def _blocks(text: TextIO) -> Iterator[list[str]]:
    """The lines of a text, many together; of one that is longer than any record no more is held than tells so."""
    rest = ""
    while block := text.read(_BLOCK):
        if len(rest) > LONGEST and "\n" not in block:
            continue  # nothing of it is held: to join it to what is would copy that for every block
        lines = (rest + block).split("\n")
        rest = lines.pop()[: LONGEST + 1]
        yield lines
    if rest:
        yield [rest]


def _records(text: TextIO, report: Callable[[int, str], None]) -> Iterator[tuple[int, str]]:
    """The records, each with the line where it begins. A line that begins none goes on with the last cell of the
    record before."""
    parts: list[str] = []
    begun = size = 0
    for number, whole in enumerate(chain.from_iterable(_blocks(text)), start=1):
        line = whole.rstrip("\r")
        if len(whole) >= LONGEST:
            line = whole[:LONGEST].rstrip("\r")
            report(number, "The line is longer than any of an export; its end is left out.")
        if line[:3] in _BEGINNINGS or line.startswith("ERMHDR\t"):
            if parts:
                yield begun, parts[0] if len(parts) == 1 else "\n".join(parts)
            begun, size, parts = number, len(line) + 1, [line]
        elif size <= LONGEST:
            size += len(line) + 1
            if size > LONGEST:
                report(number, "A cell is longer than any of an export; its end is left out.")
            else:
                parts.append(line)
    if parts:
        yield begun, "\n".join(parts)


def _collect(text: TextIO, relative: str) -> Xer:
    tables = {name: Table({column: n for n, column in enumerate(columns)}) for name, columns in COLUMNS.items()}
    found = Xer(tables)

    def report(line: int | None, message: str) -> None:
        found.problems.append(Problem(Origin(relative, line), message))

    name, mark, reader = "", "", _Reader("", report)
    for line, record in _records(text, report):
        mark = record[:2]
        if mark == "%R":
            if name and (row := reader.row(line, record)) is not None:
                tables[name].rows.append(row)
        elif mark == "%T":
            name = record[3:].split("\t")[0].strip()
            name = name if name in COLUMNS else ""
            reader = _Reader(name, report)
            found.present.update((name,) if name else ())
        elif mark == "%F" and name:
            if missing := reader.take_header(line, record):
                found.keyless[name] = (line, missing)
        elif mark == "%E":
            break
    if mark != "%E":
        report(None, "The export breaks off: its last line is not %E. What is there is used.")
    return found


class _Reader:
    """Reads the rows of one table as it stands in the file. What is wrong with many rows is told once."""

    def __init__(self, name: str, report: Callable[[int, str], None]) -> None:
        self._name, self._report = name, report
        self._width = 0
        self._pick: Callable[[list[str]], tuple[str, ...]] | None = None
        self._told = False

    def take_header(self, line: int, record: str) -> str:
        """Learn where the columns are; of several with one name the first counts. The key that is missing, if any."""
        header = [column.strip() for column in record.split("\t")]
        where = {column: number for number, column in reversed(list(enumerate(header)))}
        missing = next((column for column in KEYS[self._name] if column not in where), "")
        self._told = bool(missing)
        if missing:
            self._report(line, f"The table {self._name} has no column {missing}, so its rows are left out.")
            self._pick = None
            return missing
        self._width = len(header)
        self._pick = itemgetter(*(where.get(column, -1) for column in COLUMNS[self._name]))
        return ""

    def row(self, line: int, record: str) -> Row | None:
        """The cells of a row that are kept. Absent ones are empty; those beyond the header say nothing."""
        if self._pick is None:
            self._tell(line, f"A row of the table {self._name} stands before its column names, so it is left out.")
            return None
        cells = record.split("\t")
        size = len(cells)
        if size < self._width:
            cells += [""] * (self._width - size)
        elif size > self._width and any(map(str.strip, cells[self._width :])):
            shown = one_line(cells[self._width], 40)
            self._tell(line, f"A row of the table {self._name} has more cells than columns (“{shown}”); they are left "
                       "out, here and in other rows.")  # fmt: skip
        cells.append("")  # what a column that the file does not have reads
        return Row(line, tuple(map(str.strip, self._pick(cells))))

    def _tell(self, line: int, message: str) -> None:
        if not self._told:
            self._told = True
            self._report(line, message)


__all__ = ["COLUMNS", "Activity", "Relation", "Row", "SourceError", "Table", "Xer", "is_xer", "parse"]
