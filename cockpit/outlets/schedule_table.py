"""The schedule of one plan file, for scripts and for people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from cockpit.basics.classes import dataclass
from cockpit.engine.plans.plan import PlanRow, PlanSchedule
from cockpit.outlets.cells import dump
from cockpit.outlets.look import PAPER, Look
from cockpit.outlets.page import Page, Rows, Section
from cockpit.outlets.tables import TIED, Column, Table, tied
from cockpit.records.terms import Rules

MOST_PROBLEMS = 20
LEGEND = "* critical; float in working minutes, hours or days of 8 hours"
_PROGRAMS = {Rules.PROJECT: "Microsoft Project", Rules.PRIMAVERA: "Primavera P6"}


@lru_cache(maxsize=1 << 16)
def iso(moment: datetime | None) -> str | None:
    """A date as an ISO minute; None for none. Plans have the same dates again and again."""
    return None if moment is None else moment.isoformat(timespec="minutes")


@lru_cache(maxsize=1 << 16)
def _moment(moment: datetime | None) -> str:
    return "" if moment is None else tied(f"{moment:%Y-%m-%d %H:%M}")


def _bit(value: bool | None) -> int | None:
    return None if value is None else int(value)


def task_name(row: PlanRow) -> str:
    """What a task is called, behind a mark for each level that it stands below."""
    return f"·{TIED}" * min(row.level, 10) + row.name


TASKS: Table[PlanRow] = Table(
    (
        Column("", lambda row: "*" if row.critical else "", ""),
        Column("", lambda row: row.code or row.id, "id", right=True),
        Column("id", lambda row: row.id),
        Column("name", lambda row: row.name, "task", task_name, grows=True),
        Column("start", lambda row: iso(row.start), "start", lambda row: _moment(row.start), bare=True),
        Column("finish", lambda row: iso(row.finish), "finish", lambda row: _moment(row.finish), bare=True),
        Column("early_start", lambda row: iso(row.early_start), bare=True),
        Column("early_finish", lambda row: iso(row.early_finish), bare=True),
        Column("late_start", lambda row: iso(row.late_start), bare=True),
        Column("late_finish", lambda row: iso(row.late_finish), bare=True),
        Column("", lambda row: _slack(row.total_float_minutes), "float", right=True),
        Column("total_float_minutes", lambda row: row.total_float_minutes, bare=True),
        Column("free_float_minutes", lambda row: row.free_float_minutes, bare=True),
        Column("critical", lambda row: None if row.start is None else row.critical, in_csv=_bit, bare=True),
    )
)
"""A row for each task; one that can't be computed has no dates."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """The schedule of a plan, to be printed in one of four ways."""

    plan: PlanSchedule

    def text(self, look: Look = PAPER) -> str:
        """Return a heading and the tasks in lines of at most `look.width` cells."""
        return self._page.text(look)

    def markdown(self) -> str:
        """Return the page as Markdown."""
        return self._page.markdown()

    def csv(self) -> str:
        """Return the tasks in the order of the file; dates to the ISO minute, critical as 1 or 0."""
        return TASKS.csv(self._tasks)

    def json(self) -> str:
        """Return the one object that `schedule --json` prints; its shape is documented in docs/commands.md."""
        plan = self.plan
        head = {"title": plan.title, "rules": plan.rules.value if plan.rules else None}
        dates = {"start": iso(plan.start), "finish": iso(plan.finish), "data_date": iso(plan.data_date)}
        return dump(head | dates | {"tasks": TASKS.objects(self._tasks), "notes": notes(plan, MOST_PROBLEMS)})

    @property
    def _page(self) -> Page:
        sections = [Section(Rows(TASKS, self.plan.rows), note=LEGEND)] if self.plan.rows else []
        return Page(_heading(self.plan), sections=sections)

    @property
    def _tasks(self) -> Sequence[PlanRow]:
        """Without the branches of a Primavera plan, which are no activities."""
        if self.plan.rules is not Rules.PRIMAVERA:
            return self.plan.rows
        return [row for row in self.plan.rows if not row.summary]


def notes(schedule: PlanSchedule, most: int = MOST_PROBLEMS) -> list[str]:
    """What could not be used, one sentence each: cycles of links in full, then problems, the first few of many."""
    found = [f"Cycle of links, not computed: {' → '.join((*cycle, cycle[0]))}." for cycle in schedule.cycles]
    found += [str(problem) for problem in schedule.problems[:most]]
    if len(schedule.problems) > most:
        found.append(f"… and {len(schedule.problems) - most:,} more.")
    return found


def _heading(schedule: PlanSchedule) -> str:
    tasks = sum(1 for row in schedule.rows if not row.summary)
    if schedule.start is None or schedule.finish is None:
        return f"{schedule.title}: no task that can be computed."
    critical = sum(1 for row in schedule.rows if row.critical and not row.summary)
    span = f"{schedule.start:%Y-%m-%d %H:%M} to {schedule.finish:%Y-%m-%d %H:%M}"
    rules = f", by the rules of {_PROGRAMS[schedule.rules]}" if schedule.rules else ""
    known = schedule.rules is Rules.PRIMAVERA and schedule.data_date
    data_date = f", data date {schedule.data_date:%Y-%m-%d %H:%M}" if known else ""
    return f"{schedule.title}: {span}, {tasks:,} tasks, {critical:,} critical{rules}{data_date}."


def _slack(minutes: int | None) -> str:
    """Minutes as people read them, in the unit that divides them."""
    if minutes is None:
        return ""
    for size, unit in ((480, "d"), (60, "h")):
        if minutes % size == 0:
            return tied(f"{minutes // size} {unit}") if minutes else "0"
    return tied(f"{minutes} m" if abs(minutes) < 600 else f"{minutes / 480:.1f} d")
