"""What the passes found of one plan, as a row per task."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from datetime import datetime
from typing import NamedTuple

from cockpit.basics.classes import dataclass
from cockpit.engine import kernel
from cockpit.engine.plans.rows import PlanRow, own_id
from cockpit.engine.scheduling import schedule
from cockpit.engine.scheduling.branches import Branch, fold, levels_of
from cockpit.engine.scheduling.calendars import minute_of, moment_of
from cockpit.engine.scheduling.network import Network, is_span
from cockpit.engine.scheduling.spans import Tie, Times, in_order, level_of_effort
from cockpit.records.model import Kind, Link, Moment, WorkItem
from cockpit.records.terms import FloatType, Method, Role, Rules, Terms

NEAR_DAYS = 5
"""Up to how many days above the critical threshold a float is near-critical (`Policy.near_critical_days`)."""
CODE = "Activity ID"
"""The extra column that holds what Primavera's users call an activity."""
_PLAIN = Terms(rules=Rules.PROJECT)
_METHOD = Method(rules=Rules.PROJECT)


class _Slack(NamedTuple):
    """Floats of a row, in working minutes; None where they cannot be computed."""

    total: int | None = None
    free: int | None = None
    critical: bool = False
    on_path: bool = False


class _Moments(dict[int | None, datetime | None]):
    """The moment of each minute that was asked for, made once: plans have the same dates again and again."""

    def __missing__(self, minute: int | None) -> datetime | None:
        found = self[minute] = None if minute is None else moment_of(minute)
        return found


@dataclass
class Result:
    """The passes over one plan, and the rows made of them."""

    net: Network
    run: schedule.Run
    ahead: schedule.Forward
    behind: schedule.Backward
    slack: schedule.Floats
    links: Sequence[Link]
    methods: Mapping[str, Method]
    times: dict[str, Times] = field(default_factory=dict)
    """What is known of each item that is no summary, so far."""
    _branches: dict[str, Branch] = field(default_factory=dict)
    _longest: set[int] = field(default_factory=set)
    _moments: _Moments = field(default_factory=_Moments)

    def rows(self, items: Sequence[WorkItem]) -> tuple[PlanRow, ...]:
        """A row per item, in their order."""
        self.times = {item.id: self._node_times(node) for node, item in enumerate(self.net.items)}
        self._longest = schedule.longest_path(self.run, self.ahead)
        self._take_efforts(items)
        levels = levels_of(items)
        slacks = self._slacks()
        self._take_branches(items, levels, slacks)
        return tuple(self._row(item, levels[item.id], slacks) for item in items)

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

    # Levels of effort

    def _take_efforts(self, items: Sequence[WorkItem]) -> None:
        efforts = {
            item.id: item
            for item in items
            if item.terms is not None and item.terms.role is Role.EFFORT and item.id not in self.times
        }
        if not efforts:
            return
        at: dict[str, list[Link]] = {id_: [] for id_ in efforts}
        for link in self.links:
            for end in {link.predecessor, link.successor} & at.keys():
                at[end].append(link)
        lasts = schedule.lasts(self.run, self.ahead)
        bounds = schedule.bounds(self.run, lasts)
        ends = [max(pair) for pair in zip(lasts, bounds, strict=True)] or [max(self.ahead.reach, default=0)]
        for id_ in in_order(list(efforts), self.links):
            self.times[id_] = self._effort(efforts[id_], at[id_], ends)

    def _effort(self, item: WorkItem, links: Sequence[Link], ends: Sequence[int]) -> Times:
        """A level of effort; one that is finished keeps its dates."""
        if item.actual_start is not None and item.actual_finish is not None:
            start, finish = minute_of(item.actual_start), minute_of(item.actual_finish)
            return Times(start, finish, start, finish)
        ties = [tie for link in links if (tie := self._tie(item.id, link)) is not None]
        project = self.net.projects.index(item.project) if item.project in self.net.projects else 0
        now = self.run.frame.now[project] if self.net.projects else 0
        return level_of_effort(ties, self.net.working_of(item), now, ends[project])

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

    # Summaries

    def _take_branches(self, items: Sequence[WorkItem], levels: Mapping[str, int], slacks: Sequence[_Slack]) -> None:
        """Fold what stands below summaries; WBS activities span their branch."""
        branches = self._branches
        for place, item in enumerate(items):
            times = self.times.get(item.id)
            if times is None or not item.parent:
                continue
            branch = branches.get(item.parent)
            if branch is None:
                branch = branches[item.parent] = Branch()
            node = self.net.index.get(item.id)
            if node is None:
                branch.take(times)
                continue
            branch.take(self._rolled(node, times))
            total, free, critical, on_path = slacks[node]
            if total is not None and free is not None:
                branch.take_floats(total, free, self.ahead.finish[node], place, critical=critical, on_path=on_path)
        fold(branches, items, levels)
        for item in items:
            if item.parent in branches and item.id not in self.times and is_span(item):
                span = branches[item.parent].times()
                if span is not None:
                    self.times[item.id] = span

    def _rolled(self, node: int, times: Times) -> Times:
        """The dates of a task as its summary takes them: what is to be late stands at its late dates only, what is
        scheduled by hand at its own."""
        net = self.run.net
        if net.rules[node] == kernel.PRIMAVERA:
            return times
        start, finish = self.ahead.start[node], self.ahead.finish[node]
        late_start = self.behind.late_start[node] if times.actual_start is None else times.actual_start
        late_finish = self.behind.late_finish[node]
        if net.constraint[node] == kernel.LATE and not self._is_backward(node):
            start, finish = late_start, late_finish
        elif net.pinned_start[node] != kernel.NEVER:
            late_start, late_finish = start, finish
        return Times(*times[:4], start, finish, late_start, late_finish)

    def _is_backward(self, node: int) -> bool:
        """Whether the project of a node is scheduled from its finish: then late work has early dates and float too."""
        return self.methods.get(self.net.projects[self.run.net.project[node]], _METHOD).backward

    # Floats

    def _slacks(self) -> list[_Slack]:
        """The floats of every node."""
        methods = [self.methods.get(name, _METHOD) for name in self.net.projects]
        net, free = self.run.net, self.slack.free
        found = []
        for node in range(len(self.net.ids)):
            method = methods[net.project[node]]
            total = self._total(node, method)
            on_path = node in self._longest
            critical = on_path if method.longest_path else total <= method.critical_minutes
            found.append(_Slack(total, free[node], critical and net.progress[node] != kernel.DONE, on_path))
        return found

    def _total(self, node: int, method: Method) -> int:
        net = self.run.net
        if net.progress[node] == kernel.DONE:
            return 0
        if net.rules[node] == kernel.PROJECT:
            return 0 if net.constraint[node] == kernel.LATE and not method.backward else self.slack.total[node]
        begun = net.progress[node] == kernel.STARTED
        return _chosen(self.slack.start[node], self.slack.finish[node], method.float_type, begun=begun)

    def _span_slack(self, item: WorkItem, times: Times) -> _Slack:
        """The floats of what spans others: a level of effort, a WBS activity."""
        if times.early_finish is None or times.late_finish is None or times.actual_finish is not None:
            return _Slack(0, 0)
        method, working = self.methods.get(item.project, _METHOD), self.net.working_of(item)
        by_start = working.work_between(times.early_start or 0, times.late_start or 0)
        by_finish = working.work_between(times.early_finish, times.late_finish)
        total = _chosen(by_start, by_finish, method.float_type, begun=times.actual_start is not None)
        critical = not method.longest_path and total <= method.critical_minutes
        return _Slack(total, 0, critical)

    # Rows

    def _row(self, item: WorkItem, level: int, slacks: Sequence[_Slack]) -> PlanRow:
        summary = item.kind is Kind.SUMMARY
        node = self.net.index.get(item.id)
        if summary:
            branch = self._branches.get(item.id) or Branch()
            times = branch.times()
            slack = _Slack(branch.total, branch.free, branch.critical, branch.on_longest_path)
        else:
            times = self.times.get(item.id)
            slack = _Slack() if times is None else self._span_slack(item, times) if node is None else slacks[node]
        known = self._moments
        start, finish, begun, ended, early_start, early_finish, late_start, late_finish = (
            _NO_DATES if times is None else [known[minute] for minute in times]
        )
        if early_start is None:
            # Done work has no more dates to come: what happened stands in their place.
            early_start, early_finish, late_start, late_finish = start, finish, start, finish
        working = self.net.working_of(item) if node is None else self.net.workings[self.net.working[node]]
        terms = item.terms or _PLAIN
        limit = self.methods.get(item.project, _METHOD).critical_minutes
        total = slack.total
        above = total is not None and not slack.critical and ended is None
        # By their places, in the order of `PlanRow`: thirty names take longer to hand over than to keep.
        return PlanRow(
            own_id(item), item.title, dict(item.extra).get(CODE, "") if item.extra else "", level,
            summary, item.kind is Kind.MILESTONE, terms.role,
            start, finish, early_start, early_finish, late_start, late_finish,
            total, slack.free, slack.critical,
            above and limit < (total or 0) <= limit + NEAR_DAYS * working.minutes_per_day, slack.on_path,
            begun, ended,
            self.ahead.whole[node] - self.net.paused[node] if node is not None else 0,
            self.ahead.work[node] - self.net.paused[node] if node is not None else 0,
            _datetime(item.baseline_start, working.start_of), _datetime(item.baseline_finish, working.finish_of),
            terms.constraint, terms.constraint_date, terms.second,
            _datetime(item.deadline, working.finish_of), terms.resourced, working.minutes_per_day,
        )  # fmt: skip


_NO_DATES: tuple[None, ...] = (None,) * 8


def _chosen(by_start: int, by_finish: int, kind: FloatType, *, begun: bool) -> int:
    if kind is FloatType.START:
        return by_start
    if kind is FloatType.FINISH or begun:
        return by_finish
    return min(by_start, by_finish)


def _datetime(moment: Moment | None, minute: Callable[[Moment], int]) -> datetime | None:
    """A moment as a datetime: `minute` says where a bare date falls."""
    return moment if moment is None or isinstance(moment, datetime) else moment_of(minute(moment))
