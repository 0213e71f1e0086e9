"""What the passes found of one plan, as a row per task."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypedDict

from cockpit.engine import kernel, schedule
from cockpit.engine.calendars import Working, minute_of, moment_of
from cockpit.engine.network import Network, is_span
from cockpit.engine.plan_rows import PlanRow
from cockpit.engine.spans import Tie, Times, in_order, level_of_effort, spanned
from cockpit.model import Kind, Link, WorkItem
from cockpit.terms import FloatType, Method, Role, Rules, Terms

NEAR_DAYS = 5
"""Up to how many days above the critical threshold a float is near-critical (`Policy.near_critical_days`)."""
CODE = "Activity ID"
"""The extra column that holds what Primavera's users call an activity."""


class _Dates(TypedDict):
    start: datetime | None
    finish: datetime | None
    actual_start: datetime | None
    actual_finish: datetime | None
    early_start: datetime | None
    early_finish: datetime | None
    late_start: datetime | None
    late_finish: datetime | None


_NO_DATES = _Dates(
    start=None, finish=None, actual_start=None, actual_finish=None, early_start=None, early_finish=None,
    late_start=None, late_finish=None,
)  # fmt: skip


class _Baseline(TypedDict):
    baseline_start: datetime | None
    baseline_finish: datetime | None
    baseline_minutes: int | None
    start_variance_minutes: int | None
    finish_variance_minutes: int | None


_NO_BASELINE = _Baseline(
    baseline_start=None, baseline_finish=None, baseline_minutes=None, start_variance_minutes=None,
    finish_variance_minutes=None,
)  # fmt: skip


@dataclass
class Result:
    """The passes over one plan, and the rows made of them."""

    net: Network
    run: schedule.Run
    ahead: schedule.Forward
    behind: schedule.Backward
    slack: schedule.Floats
    links_at: Mapping[str, Sequence[Link]]
    """Item → the links at either end of it."""
    methods: Mapping[str, Method]
    times: dict[str, Times] = field(default_factory=dict)
    """What is known of each item so far."""

    def rows(self, items: Sequence[WorkItem]) -> tuple[PlanRow, ...]:
        """A row per item, in their order."""
        self.times = {item.id: self._node_times(node) for node, item in enumerate(self.net.items)}
        spans = {item.id: item for item in items if is_span(item)}
        efforts = [id_ for id_, item in spans.items() if item.terms and item.terms.role is Role.EFFORT]
        every = [link for links in self.links_at.values() for link in links]
        for id_ in in_order(efforts, every):
            self.times[id_] = self._effort(spans[id_])
        below = _below(items)
        levels = _levels(items)
        for item in items:
            if item.id in spans and item.id not in self.times:
                found = spanned([self.times[i] for i in below.get(item.parent, ()) if i in self.times and i != item.id])
                if found is not None:
                    self.times[item.id] = found
        longest = schedule.longest_path(self.net, self.ahead)
        return tuple(self._row(item, levels.get(item.id, 0), below.get(item.id, ()), longest) for item in items)

    def _node_times(self, node: int) -> Times:
        dates, net = self.ahead, self.run.net
        begun = net.begun[node] if net.progress[node] != kernel.TODO else None
        if net.progress[node] == kernel.DONE:
            return Times(dates.start[node], dates.finish[node], begun, net.ended[node])
        early = dates.begin[node] if net.rules[node] == kernel.PRIMAVERA else dates.start[node]
        late = self.behind.late_start[node]
        start, finish = dates.start[node], dates.finish[node]
        if net.rules[node] == kernel.PROJECT:
            if begun is not None:
                late = begun
            elif net.constraint[node] == kernel.LATE:
                start, finish = late, self.behind.late_finish[node]
        return Times(start, finish, begun, None, early, dates.reach[node], late, self.behind.late_finish[node])

    def _effort(self, item: WorkItem) -> Times:
        """A level of effort; one that is finished keeps its dates."""
        if item.actual_start is not None and item.actual_finish is not None:
            start, finish = minute_of(item.actual_start), minute_of(item.actual_finish)
            return Times(start, finish, start, finish)
        ties = [tie for link in self.links_at.get(item.id, ()) if (tie := self._tie(item.id, link)) is not None]
        project = self.net.projects.index(item.project) if item.project in self.net.projects else 0
        last = max(self.ahead.reach, default=0)
        bound = schedule.bounds(self.run, self.ahead)[project] if self.net.projects else last
        now = self.run.frame.now[project] if self.net.projects else 0
        return level_of_effort(ties, self._working(item), now, max(last, bound))

    def _tie(self, id_: str, link: Link) -> Tie | None:
        leads = link.successor == id_
        name = link.predecessor if leads else link.successor
        other = self.times.get(name)
        if other is None:
            return None
        clock = self.net.workings[self.net.calendars.get(link.lag_calendar, 0)]
        node = self.net.index.get(name)
        start_milestone = node is not None and self.run.net.role[node] == kernel.START_MILESTONE
        lag = round(link.lag_days * clock.minutes_per_day)
        if node is not None and other.actual_finish is not None:
            late = self.behind.late_start[node], self.behind.late_finish[node]
            other = Times(other.start, other.finish, other.actual_start, other.actual_finish, None, None, *late)
        return Tie(link.type, leads, lag, clock, other, start_milestone)

    def _working(self, item: WorkItem) -> Working:
        node = self.net.index.get(item.id)
        if node is not None:
            return self.net.calendar_of(node)
        return self.net.workings[self.net.calendars.get(item.calendar, 0)]

    def _row(self, item: WorkItem, level: int, below: Sequence[str], longest: set[int]) -> PlanRow:
        summary = item.kind is Kind.SUMMARY
        times = self.times.get(item.id)
        nodes = [self.net.index[i] for i in below if i in self.net.index] if summary else []
        if summary:
            times = self._branch(nodes)
        method = self.methods.get(item.project) or Method(rules=Rules.PROJECT)
        node = self.net.index.get(item.id)
        working = self._working(item)
        terms = item.terms or Terms(rules=Rules.PROJECT)
        total, free = self._floats(item, node, nodes, times, method, working)
        done = times is not None and times.actual_finish is not None
        on_path = node in longest if node is not None else bool(longest.intersection(nodes))
        critical = self._is_critical(node, nodes, total, method, longest) and not (done and not summary)
        near = method.critical_minutes + NEAR_DAYS * working.minutes_per_day
        return PlanRow(
            id=item.id.rpartition("/")[2],
            name=item.title,
            code=dict(item.extra).get(CODE, ""),
            level=level,
            summary=summary,
            milestone=item.kind is Kind.MILESTONE,
            role=terms.role,
            **_dates(times),
            total_float_minutes=total,
            free_float_minutes=free,
            critical=critical,
            near_critical=not critical and not done and total is not None and method.critical_minutes < total <= near,
            longest_path=on_path,
            duration_minutes=self.ahead.whole[node] if node is not None else 0,
            remaining_minutes=self.ahead.work[node] if node is not None else 0,
            **_baseline(item, times, working),
            constraint=terms.constraint,
            constraint_date=terms.constraint_date,
            deadline=_datetime(item.deadline),
            resourced=terms.resourced,
            minutes_per_day=working.minutes_per_day,
        )

    def _branch(self, nodes: Sequence[int]) -> Times | None:
        """A summary spans the work below it."""
        if not nodes:
            return None
        parts = [self.times[self.net.ids[node]] for node in nodes]
        span = spanned(parts)
        if span is None or self.run.net.rules[nodes[0]] == kernel.PRIMAVERA:
            return span
        early, late = zip(*(self._rolled(node) for node in nodes), strict=True)
        return Times(
            min(part.start for part in parts),
            max(part.finish for part in parts),
            span.actual_start,
            span.actual_finish,
            min(start for start, _ in early),
            max(finish for _, finish in early),
            min(start for start, _ in late),
            max(finish for _, finish in late),
        )

    def _rolled(self, node: int) -> tuple[tuple[int, int], tuple[int, int]]:
        """Early and late dates of a task as its summary takes them: what is to be late stands at its late dates only,
        what is scheduled by hand at its own."""
        net = self.run.net
        early = self.ahead.start[node], self.ahead.finish[node]
        begun = net.progress[node] != kernel.TODO
        late = (net.begun[node] if begun else self.behind.late_start[node]), self.behind.late_finish[node]
        if net.constraint[node] == kernel.LATE:
            return late, late
        return (early, early) if net.pinned_start[node] != kernel.NEVER else (early, late)

    def _floats(
        self,
        item: WorkItem,
        node: int | None,
        nodes: Sequence[int],
        times: Times | None,
        method: Method,
        working: Working,
    ) -> tuple[int | None, int | None]:
        """Total and free float; those of a summary are the least of its work, and that of its last."""
        if nodes:
            last = max(nodes, key=lambda n: self.ahead.finish[n])
            return min(self._total(n, method) for n in nodes), max(0, self.slack.free[last])
        if times is None:
            return None, None
        if node is not None:
            return self._total(node, method), max(0, self.slack.free[node])
        if times.early_finish is None or times.late_finish is None or item.kind is Kind.SUMMARY:
            return 0, 0
        by_start = working.work_between(times.early_start or 0, times.late_start or 0)
        by_finish = working.work_between(times.early_finish, times.late_finish)
        return _chosen(by_start, by_finish, method.float_type, begun=times.actual_start is not None), 0

    def _total(self, node: int, method: Method) -> int:
        net = self.run.net
        if net.progress[node] == kernel.DONE:
            return 0
        if net.rules[node] == kernel.PROJECT:
            return 0 if net.constraint[node] == kernel.LATE else self.slack.total[node]
        begun = net.progress[node] == kernel.STARTED
        return _chosen(self.slack.start[node], self.slack.finish[node], method.float_type, begun=begun)

    def _is_critical(
        self, node: int | None, nodes: Sequence[int], total: int | None, method: Method, longest: set[int]
    ) -> bool:
        if nodes:
            return any(self._is_critical(n, (), self._total(n, method), method, longest) for n in nodes)
        if total is None or (node is not None and self.run.net.progress[node] == kernel.DONE):
            return False
        if method.longest_path:
            return node in longest
        return total <= method.critical_minutes


def _chosen(by_start: int, by_finish: int, kind: FloatType, *, begun: bool) -> int:
    if kind is FloatType.START:
        return by_start
    if kind is FloatType.FINISH or begun:
        return by_finish
    return min(by_start, by_finish)


def _dates(times: Times | None) -> _Dates:
    if times is None:
        return _NO_DATES
    done = times.early_start is None
    # Done work has no more dates to come: what happened stands in their place.
    return {
        "start": moment_of(times.start),
        "finish": moment_of(times.finish),
        "actual_start": _moment(times.actual_start),
        "actual_finish": _moment(times.actual_finish),
        "early_start": _moment(times.start if done else times.early_start),
        "early_finish": _moment(times.finish if done else times.early_finish),
        "late_start": _moment(times.start if done else times.late_start),
        "late_finish": _moment(times.finish if done else times.late_finish),
    }


def _moment(minute: int | None) -> datetime | None:
    return None if minute is None else moment_of(minute)


def _baseline(item: WorkItem, times: Times | None, working: Working) -> _Baseline:
    if item.baseline_start is None and item.baseline_finish is None:
        return _NO_BASELINE
    begin = None if item.baseline_start is None else working.start_of(item.baseline_start)
    end = None if item.baseline_finish is None else working.finish_of(item.baseline_finish)
    return {
        "baseline_start": None if begin is None else moment_of(begin),
        "baseline_finish": None if end is None else moment_of(end),
        "baseline_minutes": None if begin is None or end is None else max(0, working.work_between(begin, end)),
        "start_variance_minutes": None if begin is None or times is None else working.work_between(begin, times.start),
        "finish_variance_minutes": None if end is None or times is None else working.work_between(end, times.finish),
    }


def _datetime(moment: object) -> datetime | None:
    if isinstance(moment, datetime):
        return moment
    return datetime.combine(moment, datetime.min.time()) if moment is not None else None  # type: ignore[arg-type]


def _below(items: Sequence[WorkItem]) -> dict[str, list[str]]:
    """Summary → all that stands below it and is no summary, over any number of levels."""
    parents = {item.id: item.parent for item in items}
    found: dict[str, list[str]] = {}
    for item in items:
        if item.kind is Kind.SUMMARY:
            continue
        seen, parent = {item.id}, item.parent
        while parent and parent not in seen:
            found.setdefault(parent, []).append(item.id)
            seen.add(parent)
            parent = parents.get(parent, "")
    return found


def _levels(items: Sequence[WorkItem]) -> dict[str, int]:
    """How deep each item stands below its parents."""
    parents = {item.id: item.parent for item in items}
    levels: dict[str, int] = {}
    for item in items:
        line, parent = [item.id], item.parent
        while parent in parents and parent not in levels and parent not in line:
            line.append(parent)
            parent = parents[parent]
        level = levels.get(parent, -1)
        for id_ in reversed(line):
            level += 1
            levels[id_] = level
    return levels
