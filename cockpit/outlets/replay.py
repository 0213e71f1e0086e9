"""`cockpit replay`: what was reported beside what the evidence said, date by date, and reality latency per project."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from cockpit.assessment import Basis, Status
from cockpit.outlets.export import csv_cell
from cockpit.outlets.plain import WIDTH, count, table, wrap
from cockpit.text import one_line

if TYPE_CHECKING:
    from cockpit.engine.precision import ReplayRow

COLUMNS = ("date", "project", "reported", "computed", "basis", "latency_days")
WORSE = (Status.OFF_TRACK, Status.AT_RISK)


def replay_csv(rows: Sequence[ReplayRow]) -> str:
    """Return every row as CSV under `COLUMNS`, in the order given; days are ISO, unknown is empty."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows:
        basis = str(row.basis) if row.basis else ""
        cells = (row.date.isoformat(), row.project, row.reported, str(row.computed), basis, row.latency_days)
        writer.writerow([csv_cell(cell) for cell in cells])
    return out.getvalue()


def replay_text(rows: Sequence[ReplayRow], width: int = WIDTH) -> str:
    """Return the dates on which report and evidence differ, then for each project the day it was called."""
    if not rows:
        return "Nothing to replay: no source has been read yet.\n"
    differing = [row for row in rows if differs(row)]
    dates = sorted({row.date for row in rows})
    lines = wrap(
        f"{count(len(dates), 'observation')} from {dates[0]} to {dates[-1]}, "
        f"{count(len({row.project for row in rows}), 'project')}; "
        f"{count(len(differing), 'report')} said Green where the evidence said worse.",
        width,
    )
    if not differing:
        return "\n".join(lines) + "\n"
    shown = [(r.date.isoformat(), r.title or r.project, r.reported, str(r.computed), str(r.basis)) for r in differing]
    lines += ["", table(("date", "project", "reported", "computed", "basis"), shown, width)]
    for _, group in groupby(sorted(rows, key=lambda r: (r.project, r.date)), key=lambda r: r.project):
        lines += _verdict(list(group), width)
    return "\n".join(lines) + "\n"


def differs(row: ReplayRow) -> bool:
    """Tell whether the report said Green while the evidence said worse."""
    return row.reported_rag == "green" and row.computed in WORSE and row.basis is Basis.EVIDENCE


def _verdict(rows: list[ReplayRow], width: int) -> list[str]:
    """Return what is to be said of one project: when Cockpit calls it, and which reports still said Green."""
    wrong = [row for row in rows if differs(row)]
    if not wrong:
        return []
    called = next(row for row in rows if row.computed in WORSE and row.basis is Basis.EVIDENCE)
    cause = f", because of {one_line(called.root_cause)}" if called.root_cause else ""
    months = ", ".join(row.date.isoformat() for row in wrong)
    latency = max((row.latency_days for row in rows if row.latency_days is not None), default=None)
    days = "" if latency is None else f" Reality latency: {count(latency, 'day')}."
    text = f"{one_line(called.title or called.project)}: Cockpit calls it on {called.date}{cause}."
    return wrap(f"{text} Still reported Green on {months}.{days}", width, rest="  ")
