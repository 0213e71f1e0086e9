"""`cockpit replay`: what was reported beside what the evidence said, date by date, and reality latency per project."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from cockpit.outlets.export import csv_cell
from cockpit.outlets.plain import WIDTH, count, table, wrap
from cockpit.text import one_line
from cockpit.verdicts import Basis, Status

if TYPE_CHECKING:
    from datetime import date

    from cockpit.engine.precision.latency import ReplayDay, ReplayRow

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


def replay_text(
    days: Sequence[ReplayDay], rows: Sequence[ReplayRow], width: int = WIDTH, policy: Sequence[str] = ()
) -> str:
    """Return when the evidence called it and which reports still said Green; then the days, then the projects.

    `policy` says where the policy is looser than the default.
    """
    if not days:
        return "Nothing to replay: no source has been read yet.\n"
    lines = _headline(days, rows, width)
    for note in policy:
        lines += wrap(note, width, first="Policy: ", rest="  ")
    shown = [
        (d.date.isoformat(), _words(d), count(len(d.worse), "project") if d.worse else "", one_line(d.call))
        for d in days
    ]
    lines += ["", table(("date", "reported", "worse than that", "on the evidence of that day"), shown, width)]
    called = [
        cells
        for _, group in groupby(sorted(rows, key=_by_project), key=lambda r: r.project)
        if (cells := _called(list(group)))
    ]
    if called:
        called.sort(key=lambda cells: (cells[1], cells[0]))
        lines.append(table(("project", "called on", "still Green on", "latency"), called, width, right="latency"))
    return "\n".join(lines)


def _by_project(row: ReplayRow) -> tuple[str, date]:
    return row.project, row.date


def _words(day: ReplayDay) -> str:
    """The deck of one day: how many of each colour, the best first."""
    order = ("green", "complete", "amber", "red")
    return ", ".join(f"{day.reported[rag]} {rag.title()}" for rag in order if rag in day.reported) or "nothing"


def _headline(days: Sequence[ReplayDay], rows: Sequence[ReplayRow], width: int) -> list[str]:
    """The day on which the evidence first said worse, why, and how long the deck went on saying Green."""
    called = next((day for day in days if day.worse), None)
    span = f"{count(len(days), 'observation')} from {days[0].date} to {days[-1].date}."
    if called is None:
        return wrap(f"No report said better than the evidence of its day. {span}", width)
    lines = wrap(f"Cockpit calls it on {called.date}: {one_line(called.call)}.", width)
    for reason in called.why:
        lines += wrap(one_line(reason, 1000), width, "  - ", "    ")
    wrong = {row.date for row in rows if differs(row) and row.project in called.worse}
    turned = next((d.date for d in days if d.date > called.date and _turned(d, called, rows)), None)
    green = [day.date for day in days if day.date in wrong and (turned is None or day.date < turned)]
    if len(green) > 2:
        when = f"in {len(green)} reports from {green[0]} to {green[-1]}"
    else:
        when = f"on {' and '.join(map(str, green))}"
    text = f"The deck still said Green {when}"
    after = "" if turned is None else f"; it turned on {turned}, {count((turned - called.date).days, 'day')} later"
    return [*lines, *wrap(f"{text}{after}. {span}", width)]


def _turned(day: ReplayDay, called: ReplayDay, rows: Sequence[ReplayRow]) -> bool:
    """Tell whether on that day any of the projects called first was no longer reported green."""
    return any(
        row.date == day.date and row.project in called.worse and row.reported_rag in ("amber", "red") for row in rows
    )


def differs(row: ReplayRow) -> bool:
    """Tell whether the report said Green while the evidence said worse."""
    return row.reported_rag == "green" and row.computed in WORSE and row.basis is Basis.EVIDENCE


def _called(rows: list[ReplayRow]) -> tuple[str, str, str, str] | None:
    """One project: when it was called, how many reports still said Green and until when, and its reality latency."""
    wrong = [row for row in rows if differs(row)]
    if not wrong:
        return None
    called = wrong[0]
    until = f"{count(len(wrong), 'report')}, until {wrong[-1].date}" if len(wrong) > 1 else str(wrong[0].date)
    latency = max((row.latency_days for row in rows if row.latency_days is not None), default=None)
    return one_line(called.title or called.project), str(called.date), until, "" if latency is None else f"{latency} d"
