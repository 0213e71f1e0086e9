"""Shrinks a plan on which two programs differ."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from differential_plans import Plan, Task, hangs_on, in_outline

from cockpit.records.terms import Constraint, Role


def shrunk(plan: Plan, differs: Callable[[Plan], bool], tries: int = 600) -> Plan:
    """A small plan that still differs: whatever can be left out or made plain is, one thing after the other."""
    changed = True
    while changed and tries > 0:
        changed = False
        for smaller in _smaller(plan):
            tries -= 1
            if tries <= 0:
                break
            if not _is_unanswerable(smaller) and differs(smaller):
                plan, changed = smaller, True
                break
    return plan


def _is_unanswerable(plan: Plan) -> bool:
    """Whether the peer cannot take the plan, or it holds a level of effort that spans nothing."""
    late = (task.uid for task in plan.tasks if task.constraint is Constraint.LATE)
    efforts = (task.uid for task in plan.tasks if task.role is Role.EFFORT)
    tied = [uid for tie in plan.links for uid in (tie.pred, tie.succ)]
    return any(hangs_on(plan, uid) for uid in late) or any(tied.count(uid) < 2 for uid in efforts)


def _smaller(plan: Plan) -> Iterator[Plan]:
    """Plans with a little less in them, the largest steps first."""
    for size in (8, 4, 2, 1):
        for first in range(0, len(plan.tasks), size):
            kept = _without(plan, {task.uid for task in plan.tasks[first : first + size]})
            if kept.tasks and (size == 1 or len(plan.tasks) > size):
                yield kept
    for tie in plan.links:
        yield replace(plan, links=tuple(one for one in plan.links if one is not tie))
    plain = Plan(rules=plan.rules, start=plan.start, tasks=())
    for name in ("must_finish", "lag_calendar", "override", "stretch", "float_type", "old_exceptions"):
        if getattr(plan, name) != getattr(plain, name):
            yield replace(plan, **{name: getattr(plain, name)})
    if plan.data_date is not None and not any(task.begun for task in plan.tasks):
        yield replace(plan, data_date=None)
    for index, task in enumerate(plan.tasks):
        for simpler in _simpler(plan, task):
            yield replace(plan, tasks=(*plan.tasks[:index], simpler, *plan.tasks[index + 1 :]))
    for index, tie in enumerate(plan.links):
        for lag in (0, 480 if tie.lag > 0 else -480):
            if tie.lag not in (lag, 480, -480) and tie.lag != 0:
                simple = replace(tie, lag=lag, unit="work" if lag == 0 else tie.unit)
                yield replace(plan, links=(*plan.links[:index], simple, *plan.links[index + 1 :]))
        if abs(tie.lag) == 480:
            yield replace(plan, links=(*plan.links[:index], replace(tie, lag=0, unit="work"), *plan.links[index + 1 :]))
    for calendar in plan.calendars:
        if calendar.exceptions or calendar.weeks:
            bare = replace(calendar, exceptions=(), weeks=())
            yield replace(plan, calendars=tuple(bare if one is calendar else one for one in plan.calendars))


def _without(plan: Plan, uids: set[int]) -> Plan:
    """The plan without some tasks; what stood below a summary moves up."""
    parents = {task.uid: task.parent for task in plan.tasks}

    def above(uid: int | None) -> int | None:
        while uid in uids:
            uid = parents[uid]
        return uid

    tasks = [replace(task, parent=above(task.parent)) for task in plan.tasks if task.uid not in uids]
    gone = set(uids)
    while empty := {task.uid for task in tasks if task.summary} - {task.parent for task in tasks}:
        tasks, gone = [task for task in tasks if task.uid not in empty], gone | empty
    tasks = in_outline(tasks)
    links = tuple(tie for tie in plan.links if tie.pred not in gone and tie.succ not in gone)
    return replace(plan, tasks=tuple(tasks), links=links)


def _simpler(plan: Plan, task: Task) -> Iterator[Task]:
    plain = Task(uid=task.uid)
    if task.constraint:
        yield replace(task, constraint=None, on=None, second=None, second_on=None)
    if task.deadline:
        yield replace(task, deadline=None)
    if task.expected:
        yield replace(task, expected=None)
    if task.manual:
        yield replace(task, manual=None)
    if task.second:
        yield replace(task, second=None, second_on=None)
    if task.begun:
        yield replace(task, begun=None, ended=None, left=0)
    if task.role is not plain.role and not task.ended:
        yield replace(task, role=plain.role, minutes=480)
    if task.calendar != plan.calendars[0].id:
        yield replace(task, calendar=plan.calendars[0].id)
    if not task.begun and task.minutes > 480:
        yield replace(task, minutes=480)
    if not task.begun and task.minutes % 60:
        yield replace(task, minutes=60 * (1 + task.minutes // 60))
