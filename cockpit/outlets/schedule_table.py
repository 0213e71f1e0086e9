"""The schedule of one plan file: as CSV for scripts, as a table for people."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache

from cockpit.engine.plans.plan import PlanRow, PlanSchedule
from cockpit.outlets.export import csv_cell
from cockpit.outlets.plain import WIDTH, table, wrap
from cockpit.terms import Rules

COLUMNS = ("id", "name", "start", "finish", "early_start", "early_finish", "late_start", "late_finish",
           "total_float_minutes", "free_float_minutes", "critical")  # fmt: skip
MOST_PROBLEMS = 20
_PROGRAMS = {Rules.PROJECT: "Microsoft Project", Rules.PRIMAVERA: "Primavera P6"}


def rows(schedule: PlanSchedule) -> Iterator[tuple[str, ...]]:
    """The cells of `COLUMNS`, a row per task in the order of the file; dates to the ISO minute, critical as 1 or 0.

    A task that cannot be computed has empty cells. The branches of a Primavera plan are no activities, and left out.
    """
    for row in schedule.rows:
        if row.summary and schedule.rules is Rules.PRIMAVERA:
            continue
        dates = (row.start, row.finish, row.early_start, row.early_finish, row.late_start, row.late_finish)
        slack = (row.total_float_minutes, row.free_float_minutes)
        yield (
            row.id,
            row.name,
            *map(iso, dates),
            *("" if minutes is None else str(minutes) for minutes in slack),
            "" if row.start is None else str(int(row.critical)),
        )


def to_csv(schedule: PlanSchedule) -> str:
    """The rows under their header, as CSV that a spreadsheet takes for text."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows((id_, csv_cell(name), *cells) for id_, name, *cells in rows(schedule))
    return out.getvalue()


@lru_cache(maxsize=1 << 16)
def iso(moment: datetime | None) -> str:
    """A date as an ISO minute; empty for none."""
    return "" if moment is None else moment.isoformat(timespec="minutes")


def notes(schedule: PlanSchedule) -> list[str]:
    """What could not be used, one sentence each: cycles of links in full, then problems, the first few of many."""
    found = [f"Cycle of links, not computed: {' → '.join((*cycle, cycle[0]))}." for cycle in schedule.cycles]
    found += [str(problem) for problem in schedule.problems[:MOST_PROBLEMS]]
    if len(schedule.problems) > MOST_PROBLEMS:
        found.append(f"… and {len(schedule.problems) - MOST_PROBLEMS} more.")
    return found


def to_text(schedule: PlanSchedule, width: int = WIDTH) -> str:
    """The schedule for people, at most `width` cells wide: a heading and the tasks."""
    blocks = ["\n".join(wrap(_heading(schedule), width)) + "\n"]
    if schedule.rows:
        headers = ("", "id", "task", "start", "finish", "float")
        blocks.append(table(headers, [_line(row) for row in schedule.rows], width, right="id float"))
        blocks.append("\n".join(wrap("* critical; float in working minutes, hours or days of 8 hours", width)) + "\n")
    return "\n".join(blocks)


def _heading(schedule: PlanSchedule) -> str:
    tasks = sum(1 for row in schedule.rows if not row.summary)
    if schedule.start is None or schedule.finish is None:
        return f"{schedule.title}: no task that can be computed."
    critical = sum(1 for row in schedule.rows if row.critical and not row.summary)
    span = f"{_moment(schedule.start)} to {_moment(schedule.finish)}"
    rules = f", by the rules of {_PROGRAMS[schedule.rules]}" if schedule.rules else ""
    data_date = f", data date {_moment(schedule.data_date)}" if schedule.rules is Rules.PRIMAVERA else ""
    return f"{schedule.title}: {span}, {tasks} tasks, {critical} critical{rules}{data_date}."


def _line(row: PlanRow) -> tuple[str, ...]:
    name = "· " * min(row.level, 10) + row.name
    mark = "*" if row.critical else ""
    return (mark, row.code or row.id, name, _moment(row.start), _moment(row.finish), _slack(row.total_float_minutes))


def _moment(moment: datetime | None) -> str:
    return "" if moment is None else f"{moment:%Y-%m-%d %H:%M}"


def _slack(minutes: int | None) -> str:
    """Minutes as people read them, in the unit that divides them."""
    if minutes is None:
        return ""
    for size, unit in ((480, "d"), (60, "h")):
        if minutes % size == 0:
            return f"{minutes // size} {unit}" if minutes else "0"
    return f"{minutes} m" if abs(minutes) < 600 else f"{minutes / 480:.1f} d"
