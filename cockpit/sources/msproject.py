"""Microsoft Project plans saved as XML (MSPDI).

The file is read as a stream: one task or calendar at a time is held as XML. Durations and lags become working days of
the file's own `MinutesPerDay`; ids are qualified by the file's stem (`payments-plan/17`). What the schedule
does not use (other constraints, formats) is kept in the extra columns under Microsoft Project's own names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from cockpit.model import Batch, Calendar, Extra, Kind, Link, LinkType, Origin, Problem, Project, State, WorkItem
from cockpit.sources.msproject_calendars import STANDARD_WEEK, calendars_of, elapsed_calendar
from cockpit.sources.msproject_xml import SETTINGS, Plan, Task, is_mspdi, parse
from cockpit.text import clean, one_line

if TYPE_CHECKING:
    from cockpit.charter import Charter, SourceMapping

__all__ = ["is_mspdi", "read"]

KEPT = ("WBS", "ConstraintType", "ConstraintDate", "Manual", "Start", "Finish", "DurationFormat", "HyperlinkAddress")
"""Children of a task that are kept as extra columns where they say something."""
ELAPSED_FORMATS = frozenset({4, 6, 8, 10, 12, 20})
PERCENT_FORMATS = frozenset({19, 20, 51, 52})
_ESTIMATED = 32
_LINK_TYPES = {"0": LinkType.FF, "1": LinkType.FS, "2": LinkType.SF, "3": LinkType.SS}
_DURATION = re.compile(
    r"(-?)P(?:(\d{1,9})D)?(?:T(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})(?:\.\d{1,9})?S)?)?", re.ASCII
)


def read(path: Path, relative: str, charter: Charter | None = None, mapping: SourceMapping | None = None) -> Batch:
    """The projects, work items, links and calendars of an MSPDI file.

    `relative` names the file in origins and its stem qualifies ids; the rows of origins are task UIDs. A mapping's
    default `project` takes the place of the plan's own project, and then no Project record is given.
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
        self.problems = list(plan.problems)
        self.minutes_per_day = self._minutes_per_day()
        self.calendars = calendars_of(plan.calendars, self.stem, self.minutes_per_day, relative)
        self.default = self.calendars.get(plan.settings.get("CalendarUID", ""))
        self.durations: dict[str, float] = {}
        self.used: dict[str, Calendar] = {}

    def batch(self) -> Batch:
        """The records of the plan."""
        start = self._when(self.plan.settings.get("StartDate", ""), None, "StartDate")
        seen: set[str] = set()
        tasks = []
        for task in self.plan.tasks:
            if task.uid in seen:
                self._report(task, "UID", f"Task UID {task.uid} is given twice; the first one counts.")
            elif task.uid != "0":
                tasks.append(task)
            seen.add(task.uid)
        parents = _parents(tasks)
        items = tuple(self._item(task, parents[task.uid], start) for task in tasks)
        known = {task.uid for task in tasks}
        links = tuple(link for task in tasks for link in self._links(task, known))
        records = {
            "projects": () if self.owned else (self._project(start),),
            "work_items": items,
            "links": links,
            "calendars": tuple(self.used.values()),
        }
        return Batch(records, tuple(self.problems))

    def _project(self, start: datetime | None) -> Project:
        settings = self.plan.settings
        summary = next((task for task in self.plan.tasks if task.uid == "0"), None)
        finish = self._when(summary.baseline.get("Finish", ""), summary, "Baseline Finish") if summary else None
        if self.default is not None:
            self.used[self.default.id] = self.default
        extra = [(name, settings[name]) for name in SETTINGS if settings.get(name) and name not in ("Title", "Name")]
        if self.default is not None:
            extra.append(("Calendar", self.default.id))
        return Project(
            id=self.project,
            title=settings.get("Title") or settings.get("Name") or self.stem,
            start=start.date() if start else None,
            baseline_finish=finish.date() if finish else None,
            origin=Origin(self.relative),
            extra=tuple(extra),
        )

    def _item(self, task: Task, parent: str, project_start: datetime | None) -> WorkItem:
        texts = task.texts
        minutes = self._duration(task, "Duration")
        remaining = self._duration(task, "RemainingDuration")
        percent = self._percent(task)
        actual_start = self._when(texts.get("ActualStart", ""), task, "ActualStart")
        actual_finish = self._when(texts.get("ActualFinish", ""), task, "ActualFinish")
        done = actual_finish is not None or percent >= 100
        started = actual_start is not None or percent > 0
        state = State.DONE if done else State.DOING if started else State.TODO
        if minutes is not None:
            self.durations[task.uid] = minutes
        return WorkItem(
            id=f"{self.stem}/{task.uid}",
            project=self.project,
            title=one_line(texts.get("Name", ""), 500) or f"Task {task.uid}",
            kind=_kind(texts),
            status=f"{percent:g}%",
            state=state,
            calendar=self._calendar(task),
            duration_days=None if minutes is None else minutes / self.minutes_per_day,
            remaining_days=remaining / self.minutes_per_day if remaining is not None and started and not done else None,
            not_before=self._not_before(task, None if _kind(texts) is Kind.SUMMARY else project_start),
            deadline=self._when(texts.get("Deadline", ""), task, "Deadline"),
            baseline_start=self._when(task.baseline.get("Start", ""), task, "Baseline Start"),
            baseline_finish=self._when(task.baseline.get("Finish", ""), task, "Baseline Finish"),
            actual_start=actual_start,
            actual_finish=actual_finish,
            percent=percent,
            parent=f"{self.stem}/{parent}" if parent else "",
            origin=self._origin(task),
            extra=_extra(texts),
        )  # fmt: skip

    def _not_before(self, task: Task, project_start: datetime | None) -> datetime | None:
        """Start no earlier than; a task that nothing precedes starts no earlier than its project."""
        texts = task.texts
        bounds = [] if task.links or project_start is None else [project_start]
        kind = texts.get("ConstraintType", "0").strip()
        date = self._when(texts.get("ConstraintDate", ""), task, "ConstraintDate")
        if texts.get("Manual", "0").strip() == "1":
            date, kind = self._when(texts.get("Start", ""), task, "Start"), "4"
        if kind == "4" and date is not None:
            bounds.append(date)
        return max(bounds, default=None)

    def _links(self, task: Task, known: set[str]) -> Iterator[Link]:
        for written in task.links:
            source = written.get("PredecessorUID", "")
            kind = _LINK_TYPES.get(written.get("Type") or "1")
            if kind is None:
                name = one_line(written["Type"], 20)
                self._report(task, "Type", f"Link type {name} is unknown (0 to 3 were expected); the link is left out.")
                continue
            if source == "0" or source not in known:
                name = one_line(source, 20) or "(none)"
                self._report(
                    task, "PredecessorUID", f"Its predecessor {name} is no task of this plan; the link is left out."
                )
                continue
            lag, extra = self._lag(task, written, source)
            yield Link(
                predecessor=f"{self.stem}/{source}",
                successor=f"{self.stem}/{task.uid}",
                type=kind,
                lag_days=lag,
                origin=self._origin(task),
                extra=extra,
            )

    def _lag(self, task: Task, written: dict[str, str], source: str) -> tuple[float, Extra]:
        """A link's lag in days, with its format where that says more."""
        text = written.get("LinkLag") or "0"
        try:
            number, kind = int(text), int(written.get("LagFormat") or "7")
        except ValueError:
            self._report(task, "LinkLag", f"The lag “{one_line(text, 20)}” is no whole number; it counts as none.")
            return 0.0, ()
        if abs(number) > 10**10:
            self._report(task, "LinkLag", f"The lag {one_line(text, 20)} is too large to be meant; it counts as none.")
            return 0.0, ()
        extra: Extra = () if kind == 7 else (("LagFormat", str(kind)),)
        percent = kind in PERCENT_FORMATS
        minutes = number / 100 * self.durations.get(source, 0.0) if percent else number / 10
        if number and kind % _ESTIMATED in ELAPSED_FORMATS:
            minutes *= self._share_of_work(task)
            self._report(
                task, "LagFormat",
                f"The lag after task {source} is elapsed time; its share of working time, "
                f"{minutes / self.minutes_per_day:.1f} days, is used.",
            )  # fmt: skip
        return minutes / self.minutes_per_day, extra

    def _share_of_work(self, task: Task) -> float:
        """Which part of the week the calendar of a task works."""
        calendar = self.used.get(self._calendar(task))
        week = STANDARD_WEEK if calendar is None else calendar.week
        return sum(end - begin for day in week for begin, end in day) / (7 * 1440)

    def _calendar(self, task: Task) -> str:
        found = self.calendars.get(task.texts.get("CalendarUID", "-1").strip()) or self.default
        form = task.texts.get("DurationFormat", "7").strip()
        if form.isdecimal() and len(form) < 4 and int(form) % _ESTIMATED in ELAPSED_FORMATS:
            found = elapsed_calendar(self.stem, self.minutes_per_day, self.relative)
        if found is None:
            return ""
        self.used[found.id] = found
        return found.id

    def _minutes_per_day(self) -> int:
        text = self.plan.settings.get("MinutesPerDay", "480")
        if text.isdecimal() and len(text) < 6 and 0 < int(text) <= 1440:
            return int(text)
        self.problems.append(
            Problem(Origin(self.relative), f"“{text}” minutes a day cannot be; 480 are used.", "MinutesPerDay")
        )
        return 480

    def _duration(self, task: Task, name: str) -> float | None:
        text = task.texts.get(name, "").strip()
        if not text:
            return None
        match = _DURATION.fullmatch(text)
        if match is None or text.endswith(("P", "T")):
            self._report(task, name, f"“{one_line(text, 40)}” is no duration like PT8H0M0S; it counts as unknown.")
            return None
        days, hours, minutes, seconds = (int(part or 0) for part in match.groups()[1:])
        return (-1 if match[1] else 1) * (days * 1440 + hours * 60 + minutes + seconds / 60)

    def _percent(self, task: Task) -> float:
        text = task.texts.get("PercentComplete", "0").strip()
        if text.isascii() and text.isdecimal() and len(text) < 4:
            return float(min(int(text), 100))
        self._report(task, "PercentComplete", f"“{one_line(text, 20)}” is no percentage; it counts as 0.")
        return 0.0

    def _when(self, text: str, task: Task | None, name: str) -> datetime | None:
        text = text.strip()
        if not text or text == "NA":
            return None
        try:
            return datetime.fromisoformat(text).replace(tzinfo=None)
        except ValueError:
            self._report(task, name, f"“{one_line(text, 40)}” is no date like 2026-01-31T08:00:00; it is ignored.")
            return None

    def _origin(self, task: Task) -> Origin:
        return Origin(self.relative, int(task.uid))

    def _report(self, task: Task | None, name: str, message: str) -> None:
        origin = Origin(self.relative) if task is None else self._origin(task)
        prefix = "" if task is None else f"Task UID {task.uid}: "
        self.problems.append(Problem(origin, prefix + message, name))


def _kind(texts: dict[str, str]) -> Kind:
    if texts.get("Summary", "").strip() == "1":
        return Kind.SUMMARY
    return Kind.MILESTONE if texts.get("Milestone", "").strip() == "1" else Kind.ACTIVITY


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
        if texts.get(name, "").strip() not in ("", "0")
        and not (name == "DurationFormat" and texts[name].strip() == "7")
    )
