"""Draws plans: from a seed, fast, or from hypothesis. Both go the same way and differ in the dice only."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from differential_limits import limited, without_midnights
from differential_plans import (
    CALENDARS,
    NIGHTS,
    OFFICE_HOURS,
    UNANSWERED,
    Plan,
    Task,
    Tie,
    features,
    hangs_on,
    shuffled,
    with_exceptions,
    with_week,
)
from differential_progress import progressed, simulated
from hypothesis import strategies as st

from cockpit.engine.scheduling.calendars import moment_of
from cockpit.records.model import Calendar, LinkType, Shift
from cockpit.records.terms import Constraint, Role, Rules

T = TypeVar("T")
TYPES = (LinkType.FS,) * 5 + (LinkType.SS, LinkType.FF) * 2 + (LinkType.SF,)
STARTS = (Constraint.START_FROM, Constraint.START_UNTIL, Constraint.MUST_START)
FINISHES = (Constraint.FINISH_FROM, Constraint.FINISH_UNTIL, Constraint.MUST_FINISH)
PRIMAVERA_ONLY = (Constraint.START_ON, Constraint.FINISH_ON)
FROM = (Constraint.START_FROM, Constraint.FINISH_FROM)
UNTIL = (Constraint.START_UNTIL, Constraint.FINISH_UNTIL)


class Dice(Protocol):
    """Where chance comes from."""

    def number(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""


class SeededDice:
    """Chance from a seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def number(self, low: int, high: int) -> int:
        return low + int(self.random.random() * (high - low + 1))


class DrawnDice:
    """Chance from hypothesis."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw

    def number(self, low: int, high: int) -> int:
        return self.draw(st.integers(low, high))


def chance(dice: Dice, percent: int) -> bool:
    """True in so many of a hundred cases; false is what hypothesis shrinks to."""
    return dice.number(0, 99) >= 100 - percent


def pick(dice: Dice, options: Sequence[T]) -> T:
    """One of several; the first is the simplest."""
    return options[dice.number(0, len(options) - 1)]


@st.composite
def plans(draw: st.DrawFn, rules: Rules, profile: str = "all") -> Plan:
    """A plan as that program might save it."""
    return drawn_plan(DrawnDice(draw), rules, profile)


def seeded_plan(seed: int, rules: Rules, profile: str = "all") -> Plan:
    """The plan of a seed."""
    return drawn_plan(SeededDice(seed), rules, profile)


def drawn_plan(dice: Dice, rules: Rules, profile: str) -> Plan:
    """A plan of 5 to 25 tasks. Tasks are drawn in the order of their links and shuffled at the end."""
    return _Draft(dice, rules, features(profile, rules)).plan()


@dataclass
class _Draft:
    dice: Dice
    rules: Rules
    may: frozenset[str]

    def plan(self) -> Plan:
        dice = self.dice
        start = datetime.fromisoformat("2025-03-03") + timedelta(days=dice.number(0, 20), minutes=480)
        if chance(dice, 25):
            start = start.replace(hour=pick(dice, (0, 7, 10, 13)))
        calendars = self._calendars(start)
        count = dice.number(5, 25)
        tasks = [self._task(uid, calendars) for uid in range(1, count + 1)]
        links = self._links(count)
        plan = Plan(
            rules=self.rules,
            start=start,
            tasks=tuple(tasks),
            links=tuple(links),
            calendars=calendars,
            lag_calendar=pick(dice, ("predecessor", "predecessor", "successor", "project", "24h")),
            float_type=pick(dice, ("Min", "Min", "SS", "FF")) if "bounds" in self.may else "Min",
            old_exceptions=chance(dice, 30),
        )
        plan = self._in_progress(plan)
        plan = self._constrained(plan)
        if "summary" in self.may:
            plan = self._summarised(plan)
        if "loe" in self.may:
            plan = self._with_effort(plan)
        if "bounds" in self.may and self.rules is Rules.PRIMAVERA and chance(dice, 50):
            plan = replace(plan, must_finish=start + timedelta(days=dice.number(0, 60), hours=dice.number(0, 23)))
        if not self.may & UNANSWERED:
            plan = limited(plan)
        return shuffled(plan, dice.number(0, 2**20))

    def _calendars(self, start: datetime) -> tuple[Calendar, ...]:
        if "calendars" not in self.may:
            return CALENDARS[:1]
        first = self.dice.number(0, len(CALENDARS) - 1)
        count = self.dice.number(1, 4)
        chosen = [CALENDARS[(first + number * 3) % len(CALENDARS)] for number in range(count)]
        if "nights" in self.may:
            chosen.append(NIGHTS)
        calendars = tuple(self._excepted(calendar, start) for calendar in chosen)
        return calendars if self.may & UNANSWERED else tuple(without_midnights(one) for one in calendars)

    def _excepted(self, calendar: Calendar, start: datetime) -> Calendar:
        day = start.date()
        if chance(self.dice, 50):
            days: dict[int, tuple[Shift, ...]] = {}
            for _ in range(self.dice.number(1, 6)):
                shifts = pick(self.dice, ((), (), OFFICE_HOURS, ((540, 735),), ((0, 1440),), ((0, 120), (1260, 1380))))
                days[self.dice.number(-3, 45)] = shifts
            calendar = with_exceptions(calendar, tuple((day + timedelta(days=n), s) for n, s in sorted(days.items())))
        if self.rules is Rules.PROJECT and not calendar.exceptions and chance(self.dice, 20):
            week = (((600, 900),),) * 4 + ((), ((480, 720),), ())
            calendar = with_week(calendar, day + timedelta(days=self.dice.number(0, 20)), self.dice.number(1, 16), week)
        return calendar

    def _task(self, uid: int, calendars: Sequence[Calendar]) -> Task:
        dice = self.dice
        calendar = pick(dice, calendars).id
        if "milestones" in self.may and chance(dice, 20):
            role = pick(dice, (Role.FINISH_MILESTONE, Role.START_MILESTONE))
            return Task(
                uid=uid, calendar=calendar, role=role if self.rules is Rules.PRIMAVERA else Role.FINISH_MILESTONE
            )
        minutes = 60 * dice.number(1, 60)
        if chance(dice, 10):
            minutes = dice.number(1, 1500) if "lags" not in self.may else 20 * dice.number(1, 75)  # whole percents
        return Task(uid=uid, minutes=minutes, calendar=calendar)

    def _links(self, count: int) -> list[Tie]:
        dice = self.dice
        links: list[Tie] = []
        for succ in range(2, count + 1):
            preds = {max(1, succ - dice.number(1, 8)) for _ in range(pick(dice, (1, 1, 2, 0, 3)))}
            for pred in sorted(preds):
                tie = self._tie(pred, succ, pick(dice, TYPES))
                links.append(tie)
                if self.rules is Rules.PRIMAVERA and tie.type is LinkType.SS and chance(dice, 25):
                    links.append(self._tie(pred, succ, LinkType.FF))
        return links

    def _tie(self, pred: int, succ: int, kind: LinkType) -> Tie:
        dice = self.dice
        if not chance(dice, 45):
            return Tie(pred=pred, succ=succ, type=kind)
        lag = 60 * dice.number(1, 30) if chance(dice, 85) else dice.number(1, 900)
        if chance(dice, 35):
            lag = -lag
        if "lags" not in self.may or chance(dice, 40):
            return Tie(pred=pred, succ=succ, type=kind, lag=lag)
        if chance(dice, 50):
            return Tie(pred=pred, succ=succ, type=kind, lag=lag * 2, unit="elapsed")
        return Tie(pred=pred, succ=succ, type=kind, lag=5 * dice.number(-10, 30), unit="percent")

    def _in_progress(self, plan: Plan) -> Plan:
        if "progress" not in self.may:
            return plan
        days, hour = self.dice.number(1, 20), pick(self.dice, (8, 8, 0, 17, 12, 10))
        now = (plan.start + timedelta(days=days)).replace(hour=hour)
        override = "override" in self.may and chance(self.dice, 50)
        return progressed(replace(plan, data_date=now, override=override), self.dice.number)

    def _constrained(self, plan: Plan) -> Plan:
        if not self.may & {"constraints", "alap", "bounds", "expected", "manual"}:
            return plan
        times = simulated(plan)
        tasks = [self._wished(plan, task, *times[task.uid]) for task in plan.tasks]
        return replace(plan, tasks=tuple(tasks), stretch="expected" in self.may)

    def _wished(self, plan: Plan, task: Task, start: int, finish: int) -> Task:
        dice = self.dice
        if "constraints" in self.may and chance(dice, 20):
            task = self._with_constraint(plan, task, start, finish)
        if "alap" in self.may and task.constraint is None and chance(dice, 12) and not hangs_on(plan, task.uid):
            task = replace(task, constraint=Constraint.LATE)
        if "bounds" in self.may and self.rules is Rules.PROJECT and chance(dice, 15):
            task = replace(task, deadline=self._near(plan, task, finish, True))
        if "expected" in self.may and task.role is Role.TASK and not task.ended and chance(dice, 15):
            task = replace(task, expected=self._near(plan, task, finish, True))
        if "manual" in self.may and not task.begun and chance(dice, 15):
            working = plan.working(task)
            begin = working.next_start(start + dice.number(-3, 3) * 1440)
            end = working.add_work(begin, task.minutes)
            task = replace(task, manual=(moment_of(begin), moment_of(end)), constraint=None, on=None)
        return task

    def _with_constraint(self, plan: Plan, task: Task, start: int, finish: int) -> Task:
        dice = self.dice
        kinds = STARTS + FINISHES + (PRIMAVERA_ONLY if self.rules is Rules.PRIMAVERA else ())
        if task.role is Role.START_MILESTONE:
            kinds = STARTS
        elif task.role is Role.FINISH_MILESTONE and self.rules is Rules.PRIMAVERA:
            kinds = FINISHES
        kind = pick(dice, kinds)
        task = replace(task, constraint=kind, on=self._wish(plan, task, kind, start, finish))
        if self.rules is Rules.PRIMAVERA and kind in FROM + UNTIL and task.role is Role.TASK and chance(dice, 25):
            if kind in UNTIL and "second" not in self.may:
                return task
            other = pick(dice, UNTIL if kind in FROM else FROM)
            task = replace(task, second=other, second_on=self._wish(plan, task, other, start, finish))
        return task

    def _wish(self, plan: Plan, task: Task, kind: Constraint, start: int, finish: int) -> datetime:
        at_finish = kind in FINISHES or kind is Constraint.FINISH_ON
        if kind is Constraint.START_FROM and self.rules is Rules.PRIMAVERA:
            start += 6 * 1440  # seldom on the very day on which its links would start it
        return self._near(plan, task, finish if at_finish else start, at_finish)

    def _near(self, plan: Plan, task: Task, minute: int, at_finish: bool) -> datetime:
        """A moment some days around a minute: where work begins or ends, mostly."""
        dice, working = self.dice, plan.working(task)
        minute += 1440 * dice.number(-6, 8)
        if chance(dice, 80):
            return moment_of(working.prev_finish(minute) if at_finish else working.next_start(minute))
        if chance(dice, 50):
            return moment_of(minute).replace(hour=0, minute=0)
        return moment_of(minute).replace(hour=dice.number(0, 23), minute=0)

    def _summarised(self, plan: Plan) -> Plan:
        """Put runs of tasks under summaries, and link some of these to what comes before or after."""
        dice = self.dice
        summaries: list[tuple[int, int, int, int | None]] = []
        place, uid = 1, len(plan.tasks) + 1
        while place <= len(plan.tasks):
            last = min(len(plan.tasks), place + dice.number(1, 7))
            if chance(dice, 70):
                summaries.append((uid, place, last, None))
                if last - place >= 3 and chance(dice, 30):
                    summaries.append((uid + 1, place + 1, last - 1, uid))
                uid += 2
            place = last + 1
        parents = {task: one for one, low, high, _ in summaries for task in range(low, high + 1)}
        tasks = [replace(task, parent=parents.get(task.uid)) for task in plan.tasks]
        tasks += [
            Task(uid=one, summary=True, parent=above, calendar=plan.calendars[0].id) for one, _, _, above in summaries
        ]
        links = [tie for one, low, high, _ in summaries for tie in self._summary_links(one, low, high, len(plan.tasks))]
        return replace(plan, tasks=tuple(tasks), links=plan.links + tuple(links))

    def _summary_links(self, summary: int, low: int, high: int, count: int) -> list[Tie]:
        links = []
        if low > 1 and chance(self.dice, 35):
            pred = self.dice.number(1, low - 1)
            links.append(self._tie(pred, summary, pick(self.dice, (LinkType.FS, LinkType.FS, LinkType.SS))))
        if high < count and chance(self.dice, 35):
            links.append(self._tie(summary, self.dice.number(high + 1, count), pick(self.dice, TYPES)))
        return links

    def _with_effort(self, plan: Plan) -> Plan:
        """Add levels of effort: begun with one task, ended with another."""
        dice, count = self.dice, len(plan.tasks)
        tasks, links = list(plan.tasks), list(plan.links)
        for uid in range(count + 1, count + 1 + dice.number(1, 2)):
            low = dice.number(1, count - 1)
            high = dice.number(low + 1, count)
            first, last = plan.tasks[low - 1], plan.tasks[high - 1]
            task = Task(uid=uid, minutes=480, calendar=pick(dice, plan.calendars).id, role=Role.EFFORT)
            if first.begun:
                ended = last.ended if first.ended and last.ended and last.ended >= first.begun else None
                task = replace(task, begun=first.begun, ended=ended, left=0 if ended else 480)
            tasks.append(task)
            links.append(Tie(pred=low, succ=uid, type=LinkType.SS))
            ends = Tie(pred=high, succ=uid, type=LinkType.FF)
            links.append(ends if chance(dice, 70) else Tie(pred=uid, succ=high, type=LinkType.FF))
        return replace(plan, tasks=tuple(tasks), links=tuple(links))
