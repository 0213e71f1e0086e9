"""A plan beside its baseline, for scripts and for people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from cockpit.basics.classes import dataclass
from cockpit.engine.plans.variance import Variance
from cockpit.outlets.cells import dump
from cockpit.outlets.look import PAPER, Look
from cockpit.outlets.page import Page, Rows, Section
from cockpit.outlets.schedule_table import iso, task_name
from cockpit.outlets.tables import Column, Table, tied

LEGEND = "! later than its baseline; slip in working days of each task's calendar"
TASKS: Table[Variance] = Table(
    (
        Column("", lambda found: "!" if (found.finish_minutes or 0) > 0 else "", ""),
        Column("", lambda found: found.row.code or found.row.id, "id", right=True),
        Column("id", lambda found: found.row.id),
        Column("name", lambda found: found.row.name, "task", lambda found: task_name(found.row), grows=True),
        Column("baseline_start", lambda found: iso(found.row.baseline_start)),
        Column("baseline_finish", lambda found: iso(found.row.baseline_finish)),
        Column("", lambda found: _day(found.row.baseline_finish), "baseline"),
        Column("start", lambda found: iso(found.row.start)),
        Column("finish", lambda found: iso(found.row.finish), "finish", lambda found: _day(found.row.finish)),
        Column("start_variance_minutes", lambda found: found.start_minutes),
        Column("finish_variance_minutes", lambda found: found.finish_minutes),
        Column("duration_variance_minutes", lambda found: found.duration_minutes),
        Column("", lambda found: _days(found.finish_minutes, found.row.minutes_per_day), "slip", right=True),
    )
)
"""The tasks that have a baseline; a variance is positive where the plan is later or longer."""


@dataclass(frozen=True, slots=True)
class Variances:
    """A plan beside its baseline, to be printed in one of four ways."""

    title: str
    found: Sequence[Variance]

    def text(self, look: Look = PAPER) -> str:
        """Return a heading, and the tasks with the slip of their finish, in lines of at most `look.width` cells."""
        return self._page.text(look)

    def markdown(self) -> str:
        """Return the page as Markdown."""
        return self._page.markdown()

    def csv(self) -> str:
        """Return the tasks with ISO minutes."""
        return TASKS.csv(self.found)

    def json(self) -> str:
        """Return the object that `schedule --baseline --json` prints; its shape is documented in docs/commands.md."""
        return dump({"title": self.title, "tasks": TASKS.objects(self.found)})

    @property
    def _page(self) -> Page:
        sections = [Section(Rows(TASKS, self.found), note=LEGEND)] if self.found else []
        return Page(_heading(self.title, self.found), sections=sections)


def _heading(title: str, found: Sequence[Variance]) -> str:
    if not found:
        return f"{title}: no task has a baseline. Set one in the planning program and save the plan again."
    work = [each for each in found if not each.row.summary]
    late = sum(1 for each in work if (each.finish_minutes or 0) > 0)
    return f"{title}: {f'{late:,}' if late else 'none'} of {len(work):,} tasks with a baseline finish after it."


def _day(moment: datetime | None) -> str:
    return "" if moment is None else f"{moment:%Y-%m-%d}"


def _days(minutes: int | None, per_day: int) -> str:
    """Working minutes as days with a sign; empty for none."""
    if minutes is None:
        return ""
    text = f"{minutes / max(1, per_day):+.1f}".removesuffix(".0")
    return "0" if text in ("+0", "-0") else tied(f"{text} d")
