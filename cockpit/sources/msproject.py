"""Microsoft Project plans saved as XML (MSPDI).

Durations and lags become working days of the file's own `MinutesPerDay`, elapsed ones days of 24 hours; ids are
qualified by the file's stem (`payments-plan/17`). How Microsoft Project schedules the plan stands in `Project.method`
and `WorkItem.terms`. What the schedule does not use is kept in the extra columns under Microsoft Project's own names.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from cockpit.basics.text import clean, one_line
from cockpit.records.model import Batch, Extra, Kind, Origin, Problem, Project, State, WorkItem
from cockpit.records.terms import Constraint, Method, Rules, Terms
from cockpit.sources.msproject_fields import Fields
from cockpit.sources.msproject_file import SETTINGS, Task, parse
from cockpit.sources.msproject_links import Links
from cockpit.sources.msproject_terms import Terming
from cockpit.sources.msproject_work import Calendars
from cockpit.sources.msproject_xml import is_mspdi

if TYPE_CHECKING:
    from cockpit.charter.charter import Charter, SourceMapping
    from cockpit.sources.msproject_file import Plan

__all__ = ["is_mspdi", "read"]

KEPT = ("WBS", "ConstraintType", "ConstraintDate", "Manual", "Start", "Finish", "DurationFormat", "HyperlinkAddress")
"""Children of a task that are kept as extra columns where they say something."""


def read(path: Path, relative: str, charter: Charter | None = None, mapping: SourceMapping | None = None) -> Batch:
    """The projects, work items, links and calendars of an MSPDI file.

    `relative` names the file in origins and its stem qualifies ids; the rows of origins are task UIDs. A mapping's
    default `project` takes the place of the plan's own project, and then no Project record is given. Tasks of other
    plans that links name are stubs, with the ids that they have in the other plan's file.
    Raises `SourceError` when the file as a whole cannot be used: no MSPDI, broken or hostile XML, too large, no
    permission.
    """
    del charter
    plan = parse(path, relative)
    owner = mapping.defaults.get("project", "") if mapping is not None else ""
    return _Builder(plan, relative, owner).batch()


class _Builder:
    """Turns what was read into records; what cannot be used becomes a problem and costs one field."""

    def __init__(self, plan: Plan, relative: str, owner: str) -> None:
        self.plan, self.relative = plan, relative
        self.stem = clean(Path(relative).stem, 200)
        self.project = owner or self.stem
        self.owned = bool(owner)
        self.fields = Fields(relative, plan.problems)
        self.minutes_per_day = self._whole("MinutesPerDay", 480, 1440)
        self.calendars = Calendars(plan, self.stem, self.minutes_per_day, self.fields)
        self.finish = self.fields.moment(plan.settings.get("FinishDate", ""), None, "FinishDate")
        self.backward = self._is_backward()
        self.terms = Terming(plan, self.fields, self.calendars, late=self.backward)
        self.links = Links(plan, self.stem, self.fields, self.calendars, self.minutes_per_day)
        self.start = self.fields.moment(plan.settings.get("StartDate", ""), None, "StartDate")
        self.durations: dict[str, float] = {}

    def batch(self) -> Batch:
        """The records of the plan."""
        tasks = self._tasks()
        parents = _parents([task for task in tasks if not task.is_external])
        items = [self._item(task, parents[task.uid]) for task in tasks if not task.is_external]
        self.links.take_stubs(tasks)
        links = tuple(link for task in tasks for link in self.links.of(task, self.durations))
        known = {item.id for item in items}
        items += [stub for stub in self.links.stubs.values() if stub.id not in known]
        records = {
            "projects": () if self.owned else (self._project(),),
            "work_items": tuple(items),
            "links": links,
            "calendars": tuple(self.calendars.used.values()),
        }
        return Batch(records, tuple(self.fields.problems))

    def _tasks(self) -> list[Task]:
        """The tasks that count: not the project's own summary, and each UID once."""
        seen: set[str] = set()
        tasks = []
        for task in self.plan.tasks:
            if task.uid in seen:
                self.fields.report(task, "UID", "It is given twice; the first one counts.")
            elif task.uid != "0":
                tasks.append(task)
            seen.add(task.uid)
        return _without_empty_summaries(tasks)

    def _project(self) -> Project:
        settings = self.plan.settings
        summary = next((task for task in self.plan.tasks if task.uid == "0"), None)
        finish = self._baseline(summary, "Finish") if summary else None
        method = self._method()
        extra = [(name, settings[name]) for name in SETTINGS if settings.get(name) and name not in ("Title", "Name")]
        if method.calendar:
            extra.append(("Calendar", method.calendar))
        return Project(
            id=self.project,
            title=settings.get("Title") or settings.get("Name") or self.stem,
            start=method.start.date() if method.start else None,
            baseline_finish=finish.date() if finish else None,
            origin=Origin(self.relative),
            extra=tuple(extra),
            method=method,
        )

    def _method(self) -> Method:
        settings = self.plan.settings
        default = self.calendars.default
        slack = self._whole("CriticalSlackLimit", 0, 10**5)
        return Method(
            rules=Rules.PROJECT,
            calendar=default.id if default else "",
            start=self.start,
            finish=self.finish,
            data_date=self.fields.moment(settings.get("StatusDate", ""), None, "StatusDate"),
            backward=self.backward,
            critical_minutes=slack * self.minutes_per_day,
        )

    def _is_backward(self) -> bool:
        if self.plan.settings.get("ScheduleFromStart") != "0":
            return False
        if self.finish is None:
            message = "The plan is scheduled from its finish and names none; its dates are computed from its start."
            self.fields.report(None, "FinishDate", message)
        return self.finish is not None

    def _item(self, task: Task, parent: str) -> WorkItem:
        fields, texts = self.fields, task.texts
        calendar = self.calendars.of(task)
        day = calendar.minutes_per_day if calendar else self.minutes_per_day
        minutes = fields.minutes(task, "Duration")
        remaining = fields.minutes(task, "RemainingDuration")
        percent = fields.percent(task)
        actual_start, actual_finish = fields.when(task, "ActualStart"), fields.when(task, "ActualFinish")
        done = actual_finish is not None or percent >= 100
        started = actual_start is not None or percent > 0
        left = remaining if started and not done else None
        if minutes is not None:
            self.durations[task.uid] = minutes
        terms = self.terms.of(task, started and not done, minutes, left)
        return WorkItem(
            id=f"{self.stem}/{task.uid}",
            project=self.project,
            title=one_line(texts.get("Name", ""), 500) or f"Task {task.uid}",
            kind=_kind(task),
            status=f"{percent:g}%",
            state=State.DONE if done else State.DOING if started else State.TODO,
            calendar=self.calendars.use(calendar) if calendar else "",
            duration_days=None if minutes is None else minutes / day,
            remaining_days=None if left is None else left / day,
            not_before=self._not_before(task, terms),
            deadline=fields.when(task, "Deadline"),
            baseline_start=self._baseline(task, "Start"),
            baseline_finish=self._baseline(task, "Finish"),
            actual_start=actual_start,
            actual_finish=actual_finish,
            percent=percent,
            parent=f"{self.stem}/{parent}" if parent else "",
            origin=task.origin,
            extra=(*_extra(texts), *(() if done else _notes(texts))),
            terms=terms,
        )

    def _not_before(self, task: Task, terms: Terms) -> datetime | None:
        """For those who look at the task beside tasks of no plan: the start that was typed in or asked for.

        Where no project of the plan's own holds the start of the plan, it binds the tasks that nothing precedes.
        """
        if task.is_summary:
            return None
        asked = terms.manual_start if terms.manual else None
        if terms.constraint is Constraint.START_FROM and not terms.manual:
            asked = terms.constraint_date
        bounds = [asked, self.start if self.owned and not task.links else None]
        return max((bound for bound in bounds if bound is not None), default=None)

    def _baseline(self, task: Task, name: str) -> datetime | None:
        text = task.baseline.get(name)
        return self.fields.moment(text, task, f"Baseline {name}") if text else None

    def _whole(self, name: str, default: int, most: int) -> int:
        """A whole number among the settings."""
        text = self.plan.settings.get(name) or str(default)
        if text.isascii() and text.isdecimal() and len(text) < 7 and int(text) <= most and (default == 0 or int(text)):
            return int(text)
        message = f"“{one_line(text, 20)}” is not between {int(default > 0)} and {most}; {default} is used."
        self.fields.problems.append(Problem(Origin(self.relative), message, name))
        return default


def _kind(task: Task) -> Kind:
    if task.is_summary:
        return Kind.SUMMARY
    return Kind.MILESTONE if task.says("Milestone") else Kind.ACTIVITY


def _without_empty_summaries(tasks: list[Task]) -> list[Task]:
    """The tasks; one that says it is a summary, and has nothing below it, is work as any other."""
    below = [*(task.level for task in tasks[1:]), 0] if tasks else []
    return [
        replace(task, texts={**task.texts, "Summary": "0"}) if task.is_summary and level <= task.level else task
        for task, level in zip(tasks, below, strict=True)
    ]


def _parents(tasks: list[Task]) -> dict[str, str]:
    """Task UID → the UID of the task above it in the outline; empty at the top."""
    parents: dict[str, str] = {}
    above: list[Task] = []
    for task in tasks:
        while above and above[-1].level >= task.level:
            above.pop()
        parents[task.uid] = above[-1].uid if above else ""
        above.append(task)
    return parents


def _extra(texts: dict[str, str]) -> Extra:
    """The children worth keeping; zeros and the usual formats say nothing."""
    return tuple(
        (name, one_line(texts[name]))
        for name in KEPT
        if name in texts and texts[name] not in ("", "0") and not (name == "DurationFormat" and texts[name] == "7")
    )


def _notes(texts: dict[str, str]) -> Extra:
    """What somebody wrote under a task: of work that is not finished it may say what that waits for."""
    if "Notes" not in texts:
        return ()
    from cockpit.sources.prose import LONGEST

    notes = clean(texts["Notes"].strip(), LONGEST)
    return (("Notes", notes),) if notes else ()
