"""Where the work of a split task pauses: time in which it could be worked, and nobody does any of it.

Microsoft Project stores no pauses but when the work of each assignment lies. What lies between its runs is a pause as
far as the task is worked by a calendar that works there: a night is none, and no week of holidays.
"""

from __future__ import annotations

from dataclasses import field
from datetime import datetime

from cockpit.basics.classes import dataclass
from cockpit.records.model import Calendar
from cockpit.records.terms import Pause, Share
from cockpit.sources.msproject_calendars import STANDARD_WEEK
from cockpit.sources.msproject_file import Assignment, Plan, Task
from cockpit.sources.msproject_hours import Clock, Hours
from cockpit.sources.msproject_portions import Run, gaps, joined, minute_of, pairs
from cockpit.sources.msproject_work import Calendars, Pace

_DAY = 1440


@dataclass(slots=True)
class Rests:
    """When the work of one task rests."""

    begin: int
    """Where the work begins, or what is left of it."""
    clocks: list[Clock]
    """Of those who are assigned."""
    gaps: list[Run] = field(default_factory=list)
    resumed: datetime | None = None
    """Where work in progress goes on that had paused before."""

    def able(self, gap: Run) -> int:
        """How much of a gap somebody could work."""
        return max(clock.between(*gap) for clock in self.clocks)

    def minutes(self, clock: Clock, gap: Run) -> int:
        """How much of a gap is working time, of a calendar and of somebody."""
        return min(clock.between(*gap), self.able(gap))


@dataclass(slots=True)
class Pauses:
    """The pauses of the tasks of one plan."""

    plan: Plan
    calendars: Calendars
    pace: Pace
    _clocks: dict[int, Clock] = field(default_factory=dict)

    def of(self, task: Task, in_progress: bool) -> Rests | None:
        """When the work of a task rests; of one that has begun, what is left of it. None for what never does."""
        working = self._working(task)
        left = joined(run for each in working for run in pairs(each.left))
        if not left:
            return None
        resume = minute_of(task.text("Resume")) if in_progress else None
        rests = Rests(left[0][0] if resume is None else max(left[0][0], resume), self._able(task, working))
        rests.gaps = [gap for gap in gaps(left) if gap[0] >= rests.begin and rests.able(gap) > 0]
        if in_progress:
            done = joined(run for each in working for run in pairs(each.done))
            if any(rests.able(gap) > 0 for gap in gaps(done)):
                rests.resumed = _moment(left[0][0] if resume is None else resume)
        return rests if rests.gaps or rests.resumed else None

    def _working(self, task: Task) -> list[Assignment]:
        """The assignments of a task that does not work in one go."""
        found = self.plan.assignments.get(task.uid, [])
        if len(found) < 2 and all(len(each.left) <= 2 and len(each.done) <= 2 for each in found):
            return []
        if task.is_summary or task.uid in self.plan.unsplit:
            return []
        return [each for each in found if self.pace.is_work(each.texts)]

    def pauses(
        self, task: Task, rests: Rests, calendar: Calendar | None, minutes: float, in_progress: bool
    ) -> tuple[Pause, ...]:
        """The pauses of a task in the working time of a calendar, where its work takes so many minutes."""
        clock, found, rested = self._clock(calendar), [], 0
        for gap in rests.gaps:
            rest = rests.minutes(clock, gap)
            if rest > 0:
                after = clock.between(rests.begin, gap[0]) - rested
                # Some work comes after it, though a portion of a day counts as a day, however little it holds.
                found.append(Pause(max(1, min(after, round(minutes) - 1)), rest))
            rested += clock.between(*gap)
        return tuple(self._checked(task, found, clock, minutes, in_progress)) if minutes > 1 else ()

    def shares(
        self, task: Task, rests: Rests, shares: tuple[Share, ...], minutes: float, in_progress: bool
    ) -> tuple[Share, ...]:
        """The shares that pace a task, with their pauses."""
        paces = self.pace.paces(task)
        if len(shares) != len(paces) or len(paces) == 1:
            rest = sum(pause.minutes for pause in self.pauses(task, rests, paces[0][0], minutes, in_progress))
            return tuple(_rested(share, rest) for share in shares)
        return tuple(
            _rested(share, sum(self._clock(calendar).between(*gap) for gap in rests.gaps if _splits(gap, each)))
            for share, (calendar, each) in zip(shares, paces, strict=True)
        )

    def _able(self, task: Task, working: list[Assignment]) -> list[Clock]:
        clocks = (self._clock(self.pace.calendar(task, each.texts)) for each in working)
        return list({id(clock): clock for clock in clocks}.values())

    def _clock(self, calendar: Calendar | None) -> Clock:
        kind = -1 if calendar is None else self.calendars.kind(calendar)
        if kind not in self._clocks:
            hours = Hours(STANDARD_WEEK, ()) if calendar is None else self.calendars.hours(calendar)
            self._clocks[kind] = Clock(hours)
        return self._clocks[kind]

    def _checked(self, task: Task, found: list[Pause], clock: Clock, minutes: float, in_progress: bool) -> list[Pause]:
        """The pauses as the task's own dates bear them out: these tell to the minute how long they are in all, and
        portions of days only to the day."""
        begin = minute_of(task.text("Resume" if in_progress else "Start"))
        finish = minute_of(task.text("Finish"))
        if begin is None or finish is None or task.says("Manual") or not found:
            return found
        told = clock.between(begin, finish) - round(minutes)
        if told <= 0:
            return []
        off = told - sum(pause.minutes for pause in found)
        last = found[-1].minutes + off
        return [*found[:-1], found[-1]._replace(minutes=last)] if last > 0 and abs(off) <= _DAY * len(found) else found


def _splits(gap: Run, assignment: Assignment) -> bool:
    """Whether an assignment has work on both sides of a gap."""
    left = assignment.left
    return bool(left) and left[0] < gap[0] and gap[1] < left[-1]


def _rested(share: Share, rest: int) -> Share:
    return share._replace(minutes=share.minutes + rest, left=share.left + rest)


def _moment(minute: int) -> datetime:
    day, rest = divmod(minute, _DAY)
    return datetime.fromordinal(day).replace(hour=rest // 60, minute=rest % 60)
