"""Says what a plan is and where two programs differ on it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields
from datetime import datetime

from differential_compare import Comparison, Difference
from differential_files import own_id
from differential_peer import FLOATS
from differential_plans import Plan, Task, Tie

from cockpit.engine.scheduling.calendars import moment_of


def signature(plan: Plan, differences: Sequence[Difference]) -> str:
    """What a small plan is about, in a line: plans of one cause mostly share it."""
    uids = {task.uid: task for task in plan.tasks}
    ties = sorted(f"{_kind(uids[t.pred])} {t.type}{_sign(t)} {_kind(uids[t.succ])}" for t in plan.links)
    loose = sorted(_kind(t) for t in plan.tasks if not any(t.uid in (tie.pred, tie.succ) for tie in plan.links))
    said = sorted({f"{one.field} of {_kind(uids[one.uid])}" for one in differences})
    more = [name for name in ("override", "must_finish") if getattr(plan, name)]
    return f"{'; '.join([*ties, *loose, *more])} → {', '.join(said)}"


def _kind(task: Task) -> str:
    role = "summary" if task.summary else task.role.value if task.minutes or task.is_milestone else "empty task"
    state = "done " if task.ended else "started " if task.begun else ""
    wishes = [wish.name for wish in (task.constraint, task.second) if wish]
    wishes += [name for name in ("manual", "expected", "deadline") if getattr(task, name)]
    return f"{state}{role}" + (f" [{' '.join(wishes)}]" if wishes else "")


def _sign(tie: Tie) -> str:
    mark = "" if tie.lag == 0 else "+" if tie.lag > 0 else "-"
    return mark + ("" if tie.unit == "work" else tie.unit)


def told(result: Comparison) -> str:
    """A comparison for people: the plan, line by line, and where the programs differ."""
    return "\n".join((*_plan_lines(result.plan), *_date_lines(result)))


def _plan_lines(plan: Plan) -> Iterator[str]:
    yield f"{plan.rules} plan from {plan.start:%a %Y-%m-%d %H:%M}" + _settings(plan)
    used = {task.calendar for task in plan.tasks} | {plan.calendars[0].id}
    for one in plan.calendars:
        if one.id in used:
            yield f"  calendar {one.id}: {_week(one.week)} {_days(one.exceptions)}{one.weeks or ''}"
    for task in plan.tasks:
        yield f"  {task.uid}: {_kind(task)} {task.minutes / 60:g} h{_task_words(task)}"
    for tie in plan.links:
        lag = {"work": f"{tie.lag / 60:+g} h", "elapsed": f"{tie.lag / 60:+g} eh", "percent": f"{tie.lag:+}%"}[tie.unit]
        yield f"  {tie.pred} {tie.type} {tie.succ}" + (f" {lag}" if tie.lag else "")


def _date_lines(result: Comparison) -> Iterator[str]:
    for one in (*result.dates, *result.floats):
        yield f"  {one.field} of {one.uid}: ours {_value(one, one.ours)}, theirs {_value(one, one.theirs)}"
    for task in result.plan.tasks:
        for name, rows in (("ours", result.ours), ("theirs", result.theirs)):
            row = rows.get(own_id(result.plan, task.uid))
            if row is not None:
                times = "  ".join("-" if m is None else f"{moment_of(m):%a %m-%d %H:%M}" for m in row[:6])
                yield f"    {task.uid} {name:6} {times}  {row.total_float} {row.free_float}"


def _settings(plan: Plan) -> str:
    plain = Plan(rules=plan.rules, start=plan.start, tasks=())
    skipped = ("rules", "start", "tasks", "links", "calendars")
    words = [
        f"{field.name} {getattr(plan, field.name)}"
        for field in fields(plan)
        if field.name not in skipped and getattr(plan, field.name) != getattr(plain, field.name)
    ]
    return "".join(f", {word}" for word in words)


def _task_words(task: Task) -> str:
    words = [f"calendar {task.calendar}"]
    for name in ("on", "second_on", "deadline", "expected", "begun", "ended"):
        value: datetime | None = getattr(task, name)
        if value is not None:
            words.append(f"{name} {value:%a %m-%d %H:%M}")
    if task.begun and not task.ended:
        words.append(f"{task.left / 60:g} h left")
    if task.manual:
        words.append(f"typed {task.manual[0]:%a %m-%d %H:%M} to {task.manual[1]:%a %m-%d %H:%M}")
    if task.parent is not None:
        words.append(f"below {task.parent}")
    return "".join(f", {word}" for word in words)


def _week(week: Sequence[Sequence[tuple[int, int]]]) -> str:
    return " | ".join(" ".join(f"{a / 60:g}-{b / 60:g}" for a, b in day) or "off" for day in week)


def _days(exceptions: Sequence[tuple[object, object, Sequence[tuple[int, int]]]]) -> str:
    return "".join(f"[{first}: {_week([shifts])}]" for first, _, shifts in exceptions)


def _value(difference: Difference, value: float | None) -> str:
    if value is None:
        return "nothing"
    return f"{value:g} min" if difference.field in FLOATS else f"{moment_of(int(value)):%a %Y-%m-%d %H:%M}"
