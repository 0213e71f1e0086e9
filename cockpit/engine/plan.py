"""One plan file, scheduled as the program that wrote it does: from the project's start, with no data date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cockpit.engine import kernel, network, schedule
from cockpit.engine.calendars import CalendarError, Working, minute_of, moment_of
from cockpit.model import Batch, Calendar, Kind, Link, Origin, Problem, Project, WorkItem

STANDARD = Calendar(id="", title="Standard", week=(((480, 720), (780, 1020)),) * 5 + ((), ()))
"""What a plan without calendars is worked by."""
DURATIONS = {"activity": 1.0, "ticket": 1.0}
"""A task without a duration takes a day, as in Microsoft Project."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRow:
    """A task of the plan. Dates are None, and floats too, where the task stands in a cycle of links or after one."""

    id: str
    """The plan's own id."""
    name: str
    level: int
    """How deep it stands in the outline, from 0."""
    summary: bool
    start: datetime | None = None
    finish: datetime | None = None
    early_start: datetime | None = None
    early_finish: datetime | None = None
    late_start: datetime | None = None
    late_finish: datetime | None = None
    total_float_minutes: int | None = None
    free_float_minutes: int | None = None
    critical: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanSchedule:
    """The schedule of one plan, rows in the order of the file."""

    title: str
    start: datetime | None
    finish: datetime | None
    rows: tuple[PlanRow, ...]
    cycles: tuple[tuple[str, ...], ...]
    """Each cycle of links by the plan's own ids."""
    problems: tuple[Problem, ...]


def schedule_plan(batch: Batch) -> PlanSchedule:
    """The critical path method on the work items, links and calendars of one plan file.

    The project's start and default calendar come from the Project record's extra columns `StartDate` and
    `Calendar`. Raises nothing for bad content: it is reported in `problems`.
    """
    items = [record for record in batch.records.get("work_items", ()) if isinstance(record, WorkItem)]
    links = [record for record in batch.records.get("links", ()) if isinstance(record, Link)]
    calendars = {record.id: record for record in batch.records.get("calendars", ()) if isinstance(record, Calendar)}
    projects = [record for record in batch.records.get("projects", ()) if isinstance(record, Project)]
    settings = dict(projects[0].extra) if projects else {}
    problems = list(batch.problems)
    default = _default(calendars.get(settings.get("Calendar", "")), problems)
    net = network.build(items, links, calendars, default, DURATIONS)
    ahead = schedule.forward(net, None, start=_start(settings, projects), retained=False)
    behind = schedule.backward(net, ahead)
    slack = schedule.floats(net, ahead, behind)
    result = _Result(net, ahead, behind, slack, _limit(settings, default), _levels(items))
    finish = max(ahead.finish, default=None)
    return PlanSchedule(
        title=projects[0].title if projects else "",
        start=None if finish is None else moment_of(min(ahead.start)),
        finish=None if finish is None else moment_of(finish),
        rows=tuple(result.row(item) for item in items),
        cycles=tuple(tuple(own_id(id_) for id_ in cycle) for cycle in net.cycles),
        problems=tuple(problems) + net.problems,
    )


def own_id(id_: str) -> str:
    """The plan's own id of a work item: what follows the file's stem."""
    return id_.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class _Result:
    net: network.Network
    ahead: schedule.Forward
    behind: schedule.Backward
    slack: schedule.Floats
    limit: int
    """Total float up to which a task is critical, in minutes."""
    levels: dict[str, int]

    def row(self, item: WorkItem) -> PlanRow:
        if item.kind is Kind.SUMMARY:
            return self._summary(item)
        node = self.net.index.get(item.id)
        if node is None:
            return self._bare(item)
        started = self.net.progress[node] == kernel.STARTED
        late_start = self.ahead.start[node] if started else self.behind.late_start[node]
        return self._row(
            item,
            (self.ahead.start[node], self.ahead.finish[node], late_start, self.behind.late_finish[node]),
            self.slack.total[node],
            self.slack.free[node],
            self.net.progress[node] != kernel.DONE and self.slack.total[node] <= self.limit,
        )

    def _summary(self, item: WorkItem) -> PlanRow:
        """A summary spans the work below it; it has the least slack of it, and is critical if any of it is."""
        nodes = [self.net.index[id_] for id_ in self.net.leaves.get(item.id, ()) if id_ in self.net.index]
        if not nodes:
            return self._bare(item)
        last = max(nodes, key=lambda node: self.ahead.finish[node])
        total = min(self.slack.total[node] for node in nodes)
        return self._row(
            item,
            (
                min(self.ahead.start[node] for node in nodes),
                self.ahead.finish[last],
                min(self.behind.late_start[node] for node in nodes),
                max(self.behind.late_finish[node] for node in nodes),
            ),
            total,
            self.slack.free[last],
            any(self.net.progress[n] != kernel.DONE and self.slack.total[n] <= self.limit for n in nodes),
        )

    def _row(self, item: WorkItem, dates: tuple[int, int, int, int], total: int, free: int, critical: bool) -> PlanRow:
        start, finish, late_start, late_finish = (moment_of(minute) for minute in dates)
        return PlanRow(
            id=own_id(item.id),
            name=item.title,
            level=self.levels.get(item.id, 0),
            summary=item.kind is Kind.SUMMARY,
            start=start,
            finish=finish,
            early_start=start,
            early_finish=finish,
            late_start=late_start,
            late_finish=late_finish,
            total_float_minutes=total,
            free_float_minutes=free,
            critical=critical,
        )

    def _bare(self, item: WorkItem) -> PlanRow:
        return PlanRow(
            id=own_id(item.id),
            name=item.title,
            level=self.levels.get(item.id, 0),
            summary=item.kind is Kind.SUMMARY,
        )


def _default(calendar: Calendar | None, problems: list[Problem]) -> Calendar:
    """The plan's own calendar if it can be worked by."""
    if calendar is None:
        return STANDARD
    try:
        Working(calendar)
    except CalendarError as error:
        problems.append(Problem(calendar.origin or Origin(""), f"{error} Monday to Friday, 8 to 5, is used."))
        return STANDARD
    return calendar


def _start(settings: dict[str, str], projects: Sequence[Project]) -> int | None:
    """The minute at which the project starts."""
    try:
        return minute_of(datetime.fromisoformat(settings.get("StartDate", "")).replace(tzinfo=None))
    except ValueError:
        day = projects[0].start if projects else None
        return None if day is None else minute_of(day)


def _limit(settings: dict[str, str], default: Calendar) -> int:
    """The total float, in minutes, up to which the plan calls a task critical."""
    text = settings.get("CriticalSlackLimit", "0")
    return int(text) * default.minutes_per_day if text.isdecimal() and len(text) < 6 else 0


def _levels(items: Sequence[WorkItem]) -> dict[str, int]:
    """How deep each item stands below its parents; parents come before their children in a plan."""
    levels: dict[str, int] = {}
    for item in items:
        levels[item.id] = levels[item.parent] + 1 if item.parent in levels else 0
    return levels
