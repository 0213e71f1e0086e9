"""A plan beside its baseline: as CSV for scripts, as a table for people."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import datetime

from cockpit.engine.plans.variance import Variance
from cockpit.outlets.export import csv_cell
from cockpit.outlets.plain import WIDTH, table, wrap
from cockpit.outlets.schedule_table import iso

COLUMNS = ("id", "name", "baseline_start", "baseline_finish", "start", "finish", "start_variance_minutes",
           "finish_variance_minutes", "duration_variance_minutes")  # fmt: skip


def to_csv(found: Sequence[Variance]) -> str:
    """The tasks that have a baseline, with ISO minutes; a variance is positive where the plan is later or longer."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row, *minutes in found:
        dates = map(iso, (row.baseline_start, row.baseline_finish, row.start, row.finish))
        writer.writerow([row.id, csv_cell(row.name), *dates, *("" if each is None else each for each in minutes)])
    return out.getvalue()


def to_text(title: str, found: Sequence[Variance], width: int = WIDTH) -> str:
    """The same for people, at most `width` cells wide: a heading, and the tasks with the slip of their finish."""
    blocks = ["\n".join(wrap(_heading(title, found), width)) + "\n"]
    if found:
        headers = ("", "id", "task", "baseline", "finish", "slip")
        blocks.append(table(headers, [_line(each) for each in found], width, right="id slip"))
        blocks.append(
            "\n".join(wrap("! later than its baseline; slip in working days of each task's calendar", width)) + "\n"
        )
    return "\n".join(blocks)


def _heading(title: str, found: Sequence[Variance]) -> str:
    if not found:
        return f"{title}: no task has a baseline. Set one in the planning program and save the plan again."
    work = [each for each in found if not each.row.summary]
    late = sum(1 for each in work if (each.finish_minutes or 0) > 0)
    return f"{title}: {late or 'none'} of {len(work)} tasks with a baseline finish after it."


def _line(found: Variance) -> tuple[str, ...]:
    row, slip = found.row, found.finish_minutes
    name = "· " * min(row.level, 10) + row.name
    mark = "!" if slip is not None and slip > 0 else ""
    return (
        mark,
        row.code or row.id,
        name,
        _day(row.baseline_finish),
        _day(row.finish),
        _days(slip, row.minutes_per_day),
    )


def _day(moment: datetime | None) -> str:
    return "" if moment is None else f"{moment:%Y-%m-%d}"


def _days(minutes: int | None, per_day: int) -> str:
    """Working minutes as days with a sign; empty for none."""
    if minutes is None:
        return ""
    text = f"{minutes / max(1, per_day):+.1f}".removesuffix(".0")
    return "0" if text in ("+0", "-0") else f"{text} d"
