"""Work items and links as one network of flat arrays in topological order.

Nodes are the work items that are not summaries; a node's index is its place in a topological order that depends on
the ids alone, so the order of the input never matters. What stands in a cycle of links, or after one, is left out
and named in `uncomputable`.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from cockpit.engine import kernel
from cockpit.engine.calendars import CalendarError, Working
from cockpit.engine.ties import by_id, leaves_of, order_of, ties_of
from cockpit.model import Calendar, Kind, Link, Moment, Origin, Problem, State, WorkItem

LONGEST_DAYS = 40_000
"""A longer duration or lag is cut: about a century and a half of working days."""
_NOWHERE = Origin("")


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """What `schedule` computes with. Every array runs over the nodes unless it is said to run over the links."""

    ids: tuple[str, ...]
    """The work item of each node, in topological order."""
    items: tuple[WorkItem, ...]
    index: Mapping[str, int]
    """Work item id → node; summaries and uncomputable items are not in it."""
    cycles: tuple[tuple[str, ...], ...]
    """Each cycle of links in full, in the order of its links, beginning with the smallest id."""
    uncomputable: frozenset[str]
    """Members of cycles and all that comes after them."""
    assumed: frozenset[str]
    """Items whose duration is the default of their kind."""
    problems: tuple[Problem, ...]
    leaves: Mapping[str, tuple[str, ...]]
    """Summary id → every item below it that is no summary."""
    workings: tuple[Working, ...]
    working: array[int]
    """Which of `workings` each node follows."""
    table: array[int]
    """The calendars as the kernel reads them, one after the other."""
    calendar: array[int]
    """Where in `table` each node's calendar begins."""
    duration: array[int]
    """Minutes of work in all."""
    remaining: array[int]
    """Minutes of work left; 0 for done items."""
    progress: array[int]
    """`kernel.TODO`, `STARTED` or `DONE`."""
    fixed_start: array[int]
    """When it actually started, else `kernel.NEVER`."""
    fixed_finish: array[int]
    """When it actually finished; `kernel.NEVER` if it has not, or nobody wrote it down."""
    done_by: array[int]
    """For done items without an actual finish: the baseline finish, else `kernel.NEVER`."""
    not_before: array[int]
    first: array[int]
    """The links into node i are `first[i]` to `first[i + 1] - 1`."""
    link_pred: array[int]
    """Over the links: the node it comes from."""
    link_succ: array[int]
    """Over the links: the node it goes to."""
    link_type: array[int]
    link_lag: array[int]
    """Over the links: working minutes of the successor's calendar."""
    links: tuple[Link, ...]
    """Over the links: the record behind each (one to a summary stands behind many)."""

    def calendar_of(self, node: int) -> Working:
        """The calendar that a node is worked by."""
        return self.workings[self.working[node]]


def build(
    items: Sequence[WorkItem],
    links: Sequence[Link],
    calendars: Mapping[str, Calendar],
    default: Calendar,
    durations: Mapping[str, float],
    starts: Mapping[str, Moment] | None = None,
) -> Network:
    """The network of work items tied by links.

    `default` is the calendar of items that name none or an unknown one; `durations` says what an item of each kind
    takes, in days, when neither a duration nor a baseline is known; `starts` gives the day before which no unstarted
    item of a project begins. Bad links, calendars and numbers become `problems` and cost nothing else.
    Raises `CalendarError` if the default calendar has no working time.
    """
    problems: list[Problem] = []
    known = by_id(items, problems)
    leaves = leaves_of(known)
    nodes = {id_: item for id_, item in known.items() if item.kind is not Kind.SUMMARY}
    ties = ties_of(links, known, nodes, leaves)
    problems += ties.problems
    order, cycles, uncomputable = order_of(nodes, ties.found)
    workings, of_calendar, unusable = _workings(nodes.values(), calendars, default)
    problems += unusable
    index = {id_: node for node, id_ in enumerate(order)}
    ordered = tuple(nodes[id_] for id_ in order)
    rows = _Rows(workings, of_calendar, durations, starts or {}, problems)
    for item in ordered:
        rows.add(item)
    table, offsets = _table(workings)
    kept = sorted(
        ((index[succ], index[pred], code, lag, link) for pred, succ, code, lag, link in ties.found
         if succ in index and pred in index),
        key=lambda tie: tie[:4],
    )  # fmt: skip
    first = array("q", [0]) * (len(order) + 1)
    for succ, *_ in kept:
        first[succ + 1] += 1
    for node in range(len(order)):
        first[node + 1] += first[node]
    return Network(
        ids=tuple(order),
        items=ordered,
        index=index,
        cycles=cycles,
        uncomputable=uncomputable,
        assumed=frozenset(rows.assumed),
        problems=tuple(problems),
        leaves=leaves,
        workings=tuple(workings),
        working=rows.working,
        table=table,
        calendar=array("q", [offsets[number] for number in rows.working]),
        duration=rows.duration,
        remaining=rows.remaining,
        progress=rows.progress,
        fixed_start=rows.fixed_start,
        fixed_finish=rows.fixed_finish,
        done_by=rows.done_by,
        not_before=rows.not_before,
        first=first,
        link_pred=array("q", [tie[1] for tie in kept]),
        link_succ=array("q", [tie[0] for tie in kept]),
        link_type=array("q", [tie[2] for tie in kept]),
        link_lag=array("q", [rows.minutes(tie[3], rows.working[tie[0]], tie[4].origin) for tie in kept]),
        links=tuple(tie[4] for tie in kept),
    )


class _Rows:
    """The arrays over the nodes while they grow."""

    def __init__(
        self,
        workings: Sequence[Working],
        of_calendar: Mapping[str, int],
        durations: Mapping[str, float],
        starts: Mapping[str, Moment],
        problems: list[Problem],
    ) -> None:
        self.workings, self.of_calendar, self.durations, self.starts = workings, of_calendar, durations, starts
        self.problems = problems
        self.assumed: list[str] = []
        self.working, self.duration, self.remaining, self.progress = (array("q") for _ in range(4))
        self.fixed_start, self.fixed_finish, self.done_by, self.not_before = (array("q") for _ in range(4))

    def add(self, item: WorkItem) -> None:
        number = self.of_calendar.get(item.calendar, 0)
        working = self.workings[number]
        progress = progress_of(item)
        duration = self._duration(item, number)
        self.working.append(number)
        self.duration.append(duration)
        self.progress.append(progress)
        self.remaining.append(self._remaining(item, number, progress, duration))
        self.fixed_start.append(kernel.NEVER if item.actual_start is None else working.start_of(item.actual_start))
        self.fixed_finish.append(kernel.NEVER if item.actual_finish is None else working.finish_of(item.actual_finish))
        by = item.baseline_finish if progress == kernel.DONE else None
        self.done_by.append(kernel.NEVER if by is None else working.finish_of(by))
        bounds = [moment for moment in (item.not_before, self.starts.get(item.project)) if moment is not None]
        self.not_before.append(max((working.start_of(moment) for moment in bounds), default=kernel.NEVER))

    def minutes(self, days: float, number: int, origin: Origin | None) -> int:
        """Days of a calendar as working minutes, cut to what can be computed with."""
        if not math.isfinite(days) or abs(days) > LONGEST_DAYS:
            self.problems.append(
                Problem(
                    origin or _NOWHERE, f"{days:g} days cannot be scheduled; {LONGEST_DAYS} is the most that is used."
                )
            )
            days = 0.0 if math.isnan(days) else math.copysign(LONGEST_DAYS, days)
        return round(days * self.workings[number].minutes_per_day)

    def _duration(self, item: WorkItem, number: int) -> int:
        if item.duration_days is not None:
            return max(0, self.minutes(item.duration_days, number, item.origin))
        if item.baseline_start is not None and item.baseline_finish is not None:
            working = self.workings[number]
            start, finish = working.start_of(item.baseline_start), working.finish_of(item.baseline_finish)
            return max(0, working.work_between(start, finish))
        if item.remaining_days is not None:
            return self._from_remaining(item, number, item.remaining_days)
        days = self.durations.get(item.kind.value, 0.0)
        if days > 0:
            self.assumed.append(item.id)
        return max(0, self.minutes(days, number, item.origin))

    def _from_remaining(self, item: WorkItem, number: int, days: float) -> int:
        left = max(0, self.minutes(days, number, item.origin))
        done = min(item.percent or 0.0, 99.0)
        return left if done <= 0 else round(left * 100 / (100 - done))

    def _remaining(self, item: WorkItem, number: int, progress: int, duration: int) -> int:
        if progress == kernel.DONE:
            return 0
        if progress == kernel.TODO:
            return duration
        if item.remaining_days is not None:
            return max(0, self.minutes(item.remaining_days, number, item.origin))
        return round(duration * (1 - min(max(item.percent or 0.0, 0.0), 100.0) / 100))


def progress_of(item: WorkItem) -> int:
    """`kernel.DONE` with an actual finish or the state done; `STARTED` with any sign of a start; else `TODO`."""
    if item.actual_finish is not None or item.state is State.DONE:
        return kernel.DONE
    started = item.actual_start is not None or item.state in (State.DOING, State.BLOCKED) or (item.percent or 0) > 0
    return kernel.STARTED if started else kernel.TODO


def _workings(
    items: Iterable[WorkItem], calendars: Mapping[str, Calendar], default: Calendar
) -> tuple[list[Working], dict[str, int], list[Problem]]:
    """The calendars in use, compiled; number 0 is the default."""
    workings = [Working(default)]
    numbers: dict[str, int] = {}
    problems: list[Problem] = []
    for name in sorted({item.calendar for item in items if item.calendar}):
        calendar = calendars.get(name)
        if calendar is None:
            problems.append(Problem(_NOWHERE, f"No calendar is called “{name}”; the default calendar is used."))
            continue
        try:
            workings.append(Working(calendar))
        except CalendarError as error:
            problems.append(Problem(calendar.origin or _NOWHERE, f"{error} The default calendar is used."))
            continue
        numbers[name] = len(workings) - 1
    return workings, numbers, problems


def _table(workings: Sequence[Working]) -> tuple[array[int], list[int]]:
    table = array("q")
    offsets = []
    for working in workings:
        offsets.append(len(table))
        table.extend(working.block)
    return table, offsets
