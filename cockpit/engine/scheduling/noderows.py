"""What each work item says, as the numbers that the kernel computes with."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from cockpit.engine import kernel
from cockpit.engine.scheduling.calendars import Working, minute_of
from cockpit.records.model import Kind, Link, Moment, Origin, Problem, State, WorkItem
from cockpit.records.terms import Constraint, Role, Rules, Share, Terms

LONGEST_DAYS = 40_000
"""A longer duration or lag is cut: about a century and a half of working days."""
CODES = {kind: code for code, kind in enumerate(Constraint, start=1)}
ROLES = {Role.START_MILESTONE: kernel.START_MILESTONE, Role.FINISH_MILESTONE: kernel.FINISH_MILESTONE}
_NOWHERE = Origin("")
_PLAIN = Terms(rules=Rules.PROJECT)


def progress_of(item: WorkItem) -> int:
    """`kernel.DONE` with an actual finish or the state done; `STARTED` with any sign of a start; else `TODO`."""
    if item.actual_finish is not None or item.state is State.DONE:
        return kernel.DONE
    started = item.actual_start is not None or item.state in (State.DOING, State.BLOCKED) or (item.percent or 0) > 0
    return kernel.STARTED if started else kernel.TODO


def _minute(moment: Moment | None, absent: int = kernel.NEVER) -> int:
    return absent if moment is None else minute_of(moment)


class Columns(NamedTuple):
    """Arrays over the nodes: what the network keeps beside the kernel's arrays, and those."""

    working: array[int]
    """The number of its calendar."""
    fixed_start: array[int]
    fixed_finish: array[int]
    done_by: array[int]
    suspended: array[int]
    paused: array[int]
    net: kernel.Net
    """Without links."""


class _Said:
    """What terms say of any node, as numbers."""

    __slots__ = ("constraints", "dates", "role", "rules", "terms")

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        """Kept, so that no others have the same identity."""
        self.rules = int(terms.rules is Rules.PRIMAVERA)
        self.role = ROLES.get(terms.role, kernel.PLAIN)
        self.constraints = (
            CODES[terms.constraint] if terms.constraint else kernel.FREE,
            _minute(terms.constraint_date),
            CODES[terms.second] if terms.second else kernel.FREE,
            _minute(terms.second_date),
        )
        self.dates = (
            _minute(terms.manual_start) if terms.manual else kernel.NEVER,
            _minute(terms.manual_finish) if terms.manual else kernel.NEVER,
            terms.delay_minutes,
            _minute(terms.expected_finish),
            _minute(terms.external_start),
            _minute(terms.external_finish, kernel.LATEST),
        )


class NodeRows:
    """What the nodes say while they are gathered."""

    def __init__(
        self,
        workings: Sequence[Working],
        numbers: Mapping[str, int],
        offsets: Sequence[int],
        durations: Mapping[str, float],
        starts: Mapping[str, Moment],
        problems: list[Problem],
    ) -> None:
        self.workings, self.numbers, self.offsets = workings, numbers, offsets
        self._durations, self._starts, self._problems = durations, starts, problems
        self._above: dict[str, Moment] = {}
        self._said: dict[int, _Said] = {}
        """By their identity, what terms say: most work shares them."""
        self.assumed: list[str] = []
        self.projects: dict[str, int] = {}
        self._rows: list[tuple[int, ...]] = []
        self._columns = [array("q") for _ in range(_BESIDE + len(NODE_COLUMNS))]
        self._share_first = array("q", [0])
        self._shares: tuple[array[int], array[int], array[int]] = (array("q"), array("q"), array("q"))

    @property
    def bounded(self) -> bool:
        """Whether a constraint on a summary bounds anything that stands below it."""
        return bool(self._above)

    def bounds_above(self, known: Mapping[str, WorkItem]) -> None:
        """Learn what constraints on summaries ask of all that stands below them."""
        own = {
            id_: item.terms.constraint_date
            for id_, item in known.items()
            if item.kind is Kind.SUMMARY and item.terms is not None
            and item.terms.constraint is Constraint.START_FROM and item.terms.constraint_date is not None
        }  # fmt: skip
        if not own:
            return
        for id_, item in known.items():
            seen, parent = {id_}, item.parent
            while parent in known and parent not in seen:
                seen.add(parent)
                if parent in own:
                    self._above[id_] = max(self._above.get(id_, own[parent]), own[parent])
                parent = known[parent].parent

    def add(self, item: WorkItem) -> None:
        """Take the next node in topological order."""
        number = self.numbers.get(item.calendar, 0)
        working, terms = self.workings[number], item.terms or _PLAIN
        progress = progress_of(item)
        duration = self._duration(item, number)
        left = self._remaining(item, number, progress, duration)
        paused = self._paused(terms, number, left)
        by = item.baseline_finish if progress == kernel.DONE else None
        deadline = item.deadline
        said = self._said.get(id(terms))
        if said is None:
            said = self._said[id(terms)] = _Said(terms)
        row = (
            number,
            kernel.NEVER if item.actual_start is None else working.start_of(item.actual_start),
            kernel.NEVER if item.actual_finish is None else working.finish_of(item.actual_finish),
            kernel.NEVER if by is None else working.finish_of(by),
            _minute(terms.suspended),
            paused,
            self.offsets[number],
            said.rules,
            said.role,
            self.projects.setdefault(item.project, len(self.projects)),
            progress,
            duration + paused,
            left + paused,
            0,
            kernel.NEVER,
            kernel.NEVER,
            _minute(terms.resumed) if progress == kernel.STARTED else kernel.NEVER,
            self._not_before(item, terms, working),
            *said.constraints,
            kernel.LATEST if deadline is None or item.terms is None else working.finish_of(deadline),
            *said.dates,
        )
        self._rows.append(row)
        if len(self._rows) == _AT_ONCE:
            self._fill()
        self._pace(terms.shares if progress != kernel.DONE else ())

    def _not_before(self, item: WorkItem, terms: Terms, working: Working) -> int:
        """The first minute at which it may begin, by its project, the summaries above it, and itself."""
        start, above = self._starts.get(item.project), self._above.get(item.id)
        own = None if terms.constraint is Constraint.START_FROM else item.not_before
        if start is None and above is None and own is None:
            return kernel.NEVER
        return max(working.start_of(moment) for moment in (start, above, own) if moment is not None)

    def _pace(self, shares: Sequence[Share]) -> None:
        calendars, whole, left = self._shares
        for share in shares:
            calendars.append(self.offsets[self.numbers.get(share.calendar, 0)])
            whole.append(share.minutes)
            left.append(share.left)
        self._share_first.append(len(calendars))

    def _fill(self) -> None:
        """Put the rows into their columns: as tuples all of them together take far more room than the columns."""
        rows, self._rows = self._rows, []
        for column, values in zip(self._columns, zip(*rows, strict=True), strict=False):
            column.extend(array("q", values))

    def columns(self, table: array[int]) -> Columns:
        """All that was taken, as arrays over the nodes."""
        self._fill()
        found = shared(self._columns)
        working, fixed_start, fixed_finish, done_by, suspended, paused = found[:_BESIDE]
        net = self._net(table, len(working), found[_BESIDE:])
        return Columns(working, fixed_start, fixed_finish, done_by, suspended, paused, net)

    def _net(self, table: array[int], size: int, columns: Sequence[array[int]]) -> kernel.Net:
        calendars, whole, left = self._shares
        none: array[int] = array("q")
        return kernel.Net(
            size=size,
            table=table,
            **dict(zip(NODE_COLUMNS, columns, strict=True)),
            first=none,
            followers=none,
            link_from=none,
            link_type=none,
            link_lag=none,
            link_calendar=none,
            share_first=self._share_first,
            share_calendar=calendars,
            share_whole=whole,
            share_left=left,
        )

    def minutes(self, days: float, number: int, of: WorkItem | Link) -> int:
        """Days of a calendar, which a record says, as working minutes, cut to what can be computed with."""
        if not math.isfinite(days) or abs(days) > LONGEST_DAYS:
            self._problems.append(
                Problem(
                    of.origin or _NOWHERE,
                    f"{days:g} days cannot be scheduled; {LONGEST_DAYS} is the most that is used.",
                )
            )
            days = 0.0 if math.isnan(days) else math.copysign(LONGEST_DAYS, days)
        return round(days * self.workings[number].minutes_per_day)

    def _duration(self, item: WorkItem, number: int) -> int:
        if item.duration_days is not None:
            return max(0, self.minutes(item.duration_days, number, item))
        if item.baseline_start is not None and item.baseline_finish is not None:
            working = self.workings[number]
            start, finish = working.start_of(item.baseline_start), working.finish_of(item.baseline_finish)
            return max(0, working.work_between(start, finish))
        if item.remaining_days is not None:
            return self._from_remaining(item, number, item.remaining_days)
        days = self._durations.get(item.kind.value, 0.0)
        if days > 0:
            self.assumed.append(item.id)
        return max(0, self.minutes(days, number, item))

    def _from_remaining(self, item: WorkItem, number: int, days: float) -> int:
        left = max(0, self.minutes(days, number, item))
        done = min(item.percent or 0.0, 99.0)
        return left if done <= 0 else round(left * 100 / (100 - done))

    def _remaining(self, item: WorkItem, number: int, progress: int, duration: int) -> int:
        if progress == kernel.DONE:
            return 0
        if progress == kernel.TODO:
            return duration
        if item.remaining_days is not None:
            return max(0, self.minutes(item.remaining_days, number, item))
        return round(duration * (1 - min(max(item.percent or 0.0, 0.0), 100.0) / 100))

    def _paused(self, terms: Terms, number: int, left: int) -> int:
        """The minutes of the pauses that still lie before the end of what is left."""
        if not terms.pauses:
            return 0
        minutes = sum(pause.minutes for pause in terms.pauses if 0 < pause.after < left and pause.minutes > 0)
        return min(minutes, LONGEST_DAYS * self.workings[number].minutes_per_day)


def shared(columns: Iterable[array[int]]) -> list[array[int]]:
    """The same columns; of those that have one value throughout one is kept for each value, as nobody writes into them.
    Most plans say nothing of most that a planning program may say."""
    same: dict[tuple[int, int], array[int]] = {}
    return [same.setdefault((c[0], len(c)), c) if c and c.count(c[0]) == len(c) else c for c in columns]


_AT_ONCE = 4096
"""So many rows are put into their columns together."""
_BESIDE = len(Columns._fields) - 1
NODE_COLUMNS = (
    "calendar", "rules", "role", "project", "progress", "whole", "work", "spent", "begun", "ended", "resumed",
    "not_before", "constraint", "constraint_date", "second", "second_date", "deadline", "pinned_start",
    "pinned_finish", "delay", "expected", "outer_start", "outer_finish",
)  # fmt: skip
"""The fields of `kernel.Net` that `NodeRows.add` fills after those, in its order."""
