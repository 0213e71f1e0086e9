"""Keeps drawn plans to what the peer has a right answer to. docs/schedule.md says what is left out, and why."""

from __future__ import annotations

from dataclasses import replace

from differential_plans import OFFICE_HOURS, Plan, Task, Tie

from cockpit.engine.scheduling.calendars import minute_of, moment_of
from cockpit.records.model import Calendar, LinkType, Shift
from cockpit.records.terms import Constraint, Role, Rules

ENDS = (LinkType.FF, LinkType.SF)
"""The links that say when their successor ends."""
PUSHED_STARTS = (Constraint.MUST_START, Constraint.START_FROM, Constraint.START_ON)
LATE_STARTS = (Constraint.MUST_START, Constraint.MUST_FINISH, Constraint.START_UNTIL)
FINISHES = (Constraint.FINISH_FROM, Constraint.FINISH_UNTIL, Constraint.FINISH_ON, Constraint.MUST_FINISH)


def limited(plan: Plan) -> Plan:
    """The plan without the combinations on which the peer is known to be wrong."""
    plan = replace(plan, tasks=tuple(_at_worked_hours(plan, task) for task in plan.tasks))
    plan = _for_primavera(plan) if plan.rules is Rules.PRIMAVERA else _for_project(plan)
    return replace(plan, tasks=tuple(_answered_late(plan, task) for task in plan.tasks))


def without_midnights(calendar: Calendar) -> Calendar:
    """The calendar without shifts that touch midnight, unless it is worked round the clock; such a one has no
    exceptions that are."""
    week = calendar.week if calendar.week[0] == ((0, 1440),) else tuple(_by_day(shifts) for shifts in calendar.week)
    days = tuple((first, last, _by_day(shifts)) for first, last, shifts in calendar.exceptions)
    return replace(calendar, week=week, exceptions=days)


def _by_day(shifts: tuple[Shift, ...]) -> tuple[Shift, ...]:
    if shifts == ((0, 1440),):
        return OFFICE_HOURS
    return tuple((max(60, begin), min(end, 1380)) for begin, end in shifts)


def leaves_of(plan: Plan, task: Task) -> list[Task]:
    """A task, or the work below a summary."""
    if not task.summary:
        return [task]
    return [leaf for one in plan.tasks if one.parent == task.uid for leaf in leaves_of(plan, one)]


def _at_worked_hours(plan: Plan, task: Task) -> Task:
    """Wishes about a finish, an expected finish and a deadline lie where work can end."""
    working = plan.working(task)
    names = ["deadline", "expected"]
    names += ["on"] if task.constraint in FINISHES else []
    names += ["second_on"] if task.second in FINISHES else []
    for name in names:
        moment = getattr(task, name)
        if moment is not None:
            task = replace(task, **{name: moment_of(working.prev_finish(minute_of(moment)))})  # type: ignore[arg-type]
    return task


def _for_primavera(plan: Plan) -> Plan:
    return replace(plan, tasks=tuple(_answered_wishes(plan, task) for task in plan.tasks))


def _answered_wishes(plan: Plan, task: Task) -> Task:
    before = {tie.type for tie in plan.links if tie.succ == task.uid}
    started_by = any(tie.type is LinkType.SS for tie in plan.links if tie.pred == task.uid)
    is_wrong = (
        (task.constraint in (Constraint.FINISH_FROM, Constraint.FINISH_ON) and not before)
        or (task.constraint in PUSHED_STARTS and before.intersection(ENDS))
        or (task.constraint in LATE_STARTS and started_by)
    )
    if is_wrong:
        task = replace(task, constraint=None, on=None, second=None, second_on=None)
    if task.expected is not None and _is_mixed_up(plan, task):
        task = replace(task, expected=None)
    return task


def _is_mixed_up(plan: Plan, task: Task) -> bool:
    """Whether the peer would take the old duration here and the expected one there."""
    ends = any(tie.succ == task.uid and tie.type in ENDS for tie in plan.links)
    after = any(tie.pred == task.uid and tie.type is LinkType.SF for tie in plan.links)
    return ends or after or task.constraint is not None


def _for_project(plan: Plan) -> Plan:
    uids = {task.uid: task for task in plan.tasks}
    ties = (_answered_tie(plan, uids[tie.pred], uids[tie.succ], tie) for tie in plan.links)
    plan = replace(plan, links=tuple(tie for tie in ties if tie is not None))
    followed = {tie.pred for tie in plan.links if any(leaf.begun for leaf in leaves_of(plan, uids[tie.succ]))}
    tasks = tuple(replace(task, manual=None) if task.uid in followed else task for task in plan.tasks)
    return replace(plan, tasks=tasks)


def _answered_tie(plan: Plan, pred: Task, succ: Task, tie: Tie) -> Tie | None:
    leaves = [*leaves_of(plan, pred), *leaves_of(plan, succ)]
    if (pred.summary or succ.summary) and any(leaf.begun for leaf in leaves):
        return None
    if pred.summary and tie.type in (LinkType.SS, LinkType.SF):
        tie = replace(tie, type=LinkType.FS)
    if len({leaf.calendar for leaf in leaves}) > 1:
        if any(leaf.is_milestone for leaf in leaves):
            return None
        tie = replace(tie, type=LinkType.FS, lag=abs(tie.lag))
    is_late = tie.unit == "elapsed" and any(leaf.is_milestone for leaf in leaves_of(plan, succ))
    if tie.type in ENDS or is_late or (tie.unit == "percent" and pred.summary):
        return replace(tie, unit="work")
    return replace(tie, lag=60 * round(tie.lag / 60)) if tie.unit == "elapsed" else tie


def _answered_late(plan: Plan, task: Task) -> Task:
    """As late as possible is work that has not begun, between plain links on one calendar to work without wishes."""
    if task.constraint is not Constraint.LATE:
        return task
    ties = [tie for tie in plan.links if task.uid in (tie.pred, tie.succ)]
    near = {uid for tie in ties for uid in (tie.pred, tie.succ)} - {task.uid}
    others = [one for one in plan.tasks if one.uid in near]
    is_plain = all(tie.type is LinkType.FS and tie.lag >= 0 and tie.unit == "work" for tie in ties)
    is_alone = all(one.calendar == task.calendar and one.constraint is None and not one.summary for one in others)
    is_answered = is_plain and is_alone and not task.begun and not task.is_milestone and task.role is Role.TASK
    return task if is_answered else replace(task, constraint=None)
