"""What has happened of a plan by its data date: a rough run of it decides what is done and what is under way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from differential_plans import Plan, Task

from cockpit.engine.scheduling.calendars import minute_of, moment_of
from cockpit.records.model import LinkType
from cockpit.records.terms import Rules

Number = Callable[[int, int], int]


def simulated(plan: Plan) -> dict[int, tuple[int, int]]:
    """Start and finish of every task, roughly: finishes and lags are rounded to working time, lags are taken as
    elapsed. Expects tasks in the order of their links."""
    times: dict[int, tuple[int, int]] = {}
    before: dict[int, list[tuple[int, LinkType, int]]] = {}
    for tie in plan.links:
        before.setdefault(tie.succ, []).append((tie.pred, tie.type, tie.lag if tie.unit != "percent" else 0))
    for task in plan.tasks:
        working = plan.working(task)
        start = minute_of(plan.start)
        for pred, kind, lag in before.get(task.uid, ()):
            begin, end = times[pred]
            if kind is LinkType.FS:
                start = max(start, end + lag)
            elif kind is LinkType.SS:
                start = max(start, begin + lag)
            else:
                minute = (end if kind is LinkType.FF else begin) + lag
                start = max(start, working.add_work(minute, -task.minutes))
        start = working.next_start(start)
        times[task.uid] = start, working.add_work(start, task.minutes)
    return times


def progressed(plan: Plan, number: Number) -> Plan:
    """The plan with actual dates up to its data date. A few tasks are behind although what follows them went on."""
    assert plan.data_date is not None
    times, now = simulated(plan), minute_of(plan.data_date)
    return replace(plan, tasks=tuple(_reported(plan, task, *times[task.uid], now, number) for task in plan.tasks))


def _reported(plan: Plan, task: Task, start: int, finish: int, now: int, number: Number) -> Task:
    behind = number(0, 99) < 6
    if start >= now or (behind and number(0, 1) == 0):
        return task
    if finish <= now and not behind:
        return _done(plan, task, start, finish, now, number)
    return task if task.minutes < 2 else _under_way(plan, task, start, now, number)


def _done(plan: Plan, task: Task, start: int, finish: int, now: int, number: Number) -> Task:
    """It took what was planned, or in Primavera more or less than that."""
    if plan.rules is Rules.PRIMAVERA and task.minutes and number(0, 2) == 0:
        finish = min(plan.working(task).add_work(start, max(1, task.minutes * number(5, 15) // 10)), now)
    return replace(task, begun=moment_of(start), ended=moment_of(max(finish, start)))


def _under_way(plan: Plan, task: Task, start: int, now: int, number: Number) -> Task:
    """Project: what is left is what was not done. Primavera: what is left was estimated anew."""
    spent = plan.working(task).work_between(start, now)
    left = task.minutes - min(spent, task.minutes - 1)
    if plan.rules is Rules.PRIMAVERA and number(0, 2) == 0:
        left = 60 * number(1, 40)
    elif plan.rules is Rules.PROJECT and number(0, 1) == 0:
        left = number(1, task.minutes - 1)
    left = left if plan.rules is Rules.PRIMAVERA else min(max(1, left), task.minutes - 1)
    return replace(task, begun=moment_of(start), left=left)
