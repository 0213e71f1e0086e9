"""The terms on which Microsoft Project schedules a task: constraint, manual dates, delays, interruptions, who works."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cockpit.basics.text import one_line
from cockpit.records.terms import Constraint, Rules, Terms
from cockpit.sources.msproject_fields import Fields
from cockpit.sources.msproject_file import Plan, Task
from cockpit.sources.msproject_pauses import Pauses
from cockpit.sources.msproject_work import Calendars, Pace

_SOON, _LATE = "0", "1"
_DATED = {
    "2": Constraint.MUST_START,
    "3": Constraint.MUST_FINISH,
    "4": Constraint.START_FROM,
    "5": Constraint.START_UNTIL,
    "6": Constraint.FINISH_FROM,
    "7": Constraint.FINISH_UNTIL,
}
"""The constraint types that need a date."""


class Terming:
    """Makes the terms of the tasks of one plan; `late` says that a task without a constraint is to be late."""

    def __init__(self, plan: Plan, fields: Fields, calendars: Calendars, *, late: bool) -> None:
        self._fields, self._calendars, self._pace = fields, calendars, Pace(plan, calendars)
        self._pauses = Pauses(plan, calendars, self._pace)
        self._default = _LATE if late else _SOON
        self._plain = {resourced: Terms(rules=Rules.PROJECT, resourced=resourced) for resourced in (None, False, True)}

    def of(self, task: Task, in_progress: bool, minutes: float | None, left: float | None) -> Terms:
        """The terms of a task of so many minutes, `left` of which remain of one that has begun."""
        texts = task.texts
        more: dict[str, Any] = {}
        kind = texts.get("ConstraintType") or self._default
        if kind != _SOON:
            more |= self._constraint(task, kind)
        if texts.get("LevelingDelay", "0") not in ("0", ""):
            delay = self._fields.tenths(task, texts["LevelingDelay"], "LevelingDelay", "levelling delay")
            more["delay_minutes"] = delay // 10
        if task.says("Manual"):
            more |= self._manual(task)
        if in_progress and "Resume" in texts:
            more |= self._interruption(task)
        shares = self._pace.shares(task, minutes, left)
        rests = self._pauses.of(task, in_progress)
        if rests is not None:
            work = (minutes if left is None else left) or 0.0
            if shares:
                shares = self._pauses.shares(task, rests, shares, work, in_progress)
            else:
                more["pauses"] = self._pauses.pauses(task, rests, self._calendars.of(task), work, in_progress)
            more.setdefault("resumed", rests.resumed)
        if shares:
            more["shares"] = shares
        # Most tasks say nothing: they have one record of that in common.
        plain = self._plain[self._pace.resourced(task)]
        return replace(plain, **more) if more else plain

    def _constraint(self, task: Task, kind: str) -> dict[str, Any]:
        if kind == _LATE:
            return {"constraint": Constraint.LATE}
        constraint = _DATED.get(kind)
        if constraint is None:
            message = f"Constraint type {one_line(kind, 20)} is unknown (0 to 7 were expected); it is ignored."
            self._fields.report(task, "ConstraintType", message)
            return {}
        if task.text("ConstraintDate") in ("", "NA"):
            self._fields.report(task, "ConstraintDate", f"Its constraint “{constraint}” has no date, so it is ignored.")
            return {}
        date = self._fields.when(task, "ConstraintDate")
        return {"constraint": constraint, "constraint_date": date} if date is not None else {}

    def _manual(self, task: Task) -> dict[str, Any]:
        start = self._fields.when(task, "Start") or self._fields.when(task, "ManualStart")
        finish = self._fields.when(task, "Finish") or self._fields.when(task, "ManualFinish")
        return {"manual": True, "manual_start": start, "manual_finish": finish}

    def _interruption(self, task: Task) -> dict[str, Any]:
        stop, resume = self._fields.when(task, "Stop"), self._fields.when(task, "Resume")
        return {"suspended": stop, "resumed": resume} if stop and resume and resume > stop else {}
