"""What a Primavera export says of an activity beyond the columns of a work item: constraints, who paces it."""

from __future__ import annotations

from datetime import datetime
from operator import itemgetter

from cockpit.basics.text import one_line
from cockpit.records.model import Calendar
from cockpit.records.terms import Constraint, Role, Rules, Share, Terms
from cockpit.sources.primavera_calendars import Calendars
from cockpit.sources.primavera_cells import Cells
from cockpit.sources.primavera_projects import Projects
from cockpit.sources.primavera_xer import Activity, Row, Table, Xer

CONSTRAINTS = {
    "CS_MSO": Constraint.START_ON,
    "CS_MSOA": Constraint.START_FROM,
    "CS_MSOB": Constraint.START_UNTIL,
    "CS_MEO": Constraint.FINISH_ON,
    "CS_MEOA": Constraint.FINISH_FROM,
    "CS_MEOB": Constraint.FINISH_UNTIL,
    "CS_ALAP": Constraint.LATE,
    "CS_MANDSTART": Constraint.MUST_START,
    "CS_MANDFIN": Constraint.MUST_FINISH,
}
TIME_BASED = ("RT_Labor", "RT_Equip")
SELDOM = ("cstr_type", "cstr_type2", "expect_end_date", "suspend_date", "resume_date", "external_early_start_date",
          "external_late_end_date")  # fmt: skip
"""The columns that say anything of few activities."""
_seldom = itemgetter(*map(Activity._fields.index, SELDOM))
LEAST_UNITS = 0.00001
"""Units an hour below which an assignment takes no time."""


class Terming:
    """Builds the terms of activities."""

    def __init__(self, xer: Xer, cells: Cells, calendars: Calendars, projects: Projects) -> None:
        self._cells, self._calendars = cells, calendars
        self._alone = {key for key in projects.names if projects.option(key, "sched_outer_depend_type") == "SD_None"}
        """Projects that take no notice of links to and from others."""
        self._resources = {
            table.get(row, "rsrc_id"): (table.get(row, "rsrc_type"), table.get(row, "clndr_id"))
            for table, row in xer.rows("RSRC")
        }
        self._knows_work = "TASKRSRC" in xer.present
        self._plain: dict[tuple[Role, bool | None], Terms] = {}
        self._work: dict[str, list[tuple[Table, Row]]] = {}
        for table, row in xer.rows("TASKRSRC"):
            self._work.setdefault(table.get(row, "task_id"), []).append((table, row))

    def of(self, row: Row, task: Activity, role: Role, calendar: Calendar | None, *, is_paced: bool) -> Terms:
        """The terms of one activity; `is_paced` says that it depends on its resources."""
        key = task.task_id
        resourced = key in self._work if self._knows_work else None
        if not is_paced and not any(_seldom(task)):
            # Most activities say nothing: they have one record of that in common.
            found = self._plain.get((role, resourced))
            if found is None:
                found = self._plain[role, resourced] = Terms(rules=Rules.PRIMAVERA, role=role, resourced=resourced)
            return found
        first, first_date = self._constraint(row, task, "cstr_type", "cstr_date")
        second, second_date = self._constraint(row, task, "cstr_type2", "cstr_date2")
        alone = task.proj_id in self._alone

        def moment(column: str) -> datetime | None:
            return self._cells.moment(row.line, column, getattr(task, column))

        return Terms(
            rules=Rules.PRIMAVERA,
            role=role,
            constraint=first,
            constraint_date=first_date,
            second=second,
            second_date=second_date,
            expected_finish=moment("expect_end_date"),
            suspended=moment("suspend_date"),
            resumed=moment("resume_date"),
            external_start=None if alone else moment("external_early_start_date"),
            external_finish=None if alone else moment("external_late_end_date"),
            shares=self._shares(key, calendar) if is_paced else (),
            resourced=resourced,
        )

    def _constraint(self, row: Row, task: Activity, kind: str, on: str) -> tuple[Constraint | None, datetime | None]:
        code: str = getattr(task, kind)
        if not code:
            return None, None
        found = CONSTRAINTS.get(code)
        if found is None:
            self._cells.report(row.line, kind, f"“{one_line(code, 30)}” is no constraint of Primavera; it is ignored.")
            return None, None
        if found is Constraint.LATE:
            return found, None
        date = self._cells.moment(row.line, on, getattr(task, on))
        if date is None:
            self._cells.report(row.line, on, f"The constraint {code} has no date; it is ignored.")
            return None, None
        return found, date

    def _shares(self, key: str, own: Calendar | None) -> tuple[Share, ...]:
        """Who paces an activity that depends on its resources: labour and equipment, by their own calendars."""
        shares = []
        for table, row in self._work.get(key, ()):
            kind, calendar_key = self._resources.get(table.get(row, "rsrc_id"), ("", ""))
            units = self._amount(table, row, "target_qty_per_hr")
            if kind not in TIME_BASED or units <= 0:
                continue
            calendar = self._calendars.get(calendar_key) or own
            left = self._amount(table, row, "remain_qty")
            spent = self._amount(table, row, "act_reg_qty") + self._amount(table, row, "act_ot_qty")
            per_hour = 60 / units if units >= LEAST_UNITS else 0.0
            whole, rest = (max(0, int(amount * per_hour + 0.5)) for amount in (left + spent, left))
            shares.append(Share(calendar.id if calendar else "", whole, rest))
        return tuple(shares)

    def _amount(self, table: Table, row: Row, column: str) -> float:
        return self._cells.number(row.line, column, table.get(row, column)) or 0.0
