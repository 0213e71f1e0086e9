"""Disagreements with the peer that are understood: who is right, and why. docs/schedule.md lists the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from differential_compare import Comparison
from differential_files import own_id
from differential_limits import ENDS, PUSHED_STARTS
from differential_peer import Row
from differential_plans import Task

from cockpit.engine.calendars import minute_of
from cockpit.model import LinkType
from cockpit.terms import Constraint, Rules

DAY = 1440
Known = Callable[[Comparison], bool]


def start_from_on_the_day(result: Comparison) -> bool:
    """Primavera, start no earlier than: on the day of that date the peer starts at its hour, before the predecessors
    end. Ours waits for them."""
    return any(
        task.constraint is Constraint.START_FROM
        and task.on is not None
        and ours.early_start is not None
        and theirs.early_start is not None
        and theirs.early_start < ours.early_start
        and theirs.early_start // DAY == ours.early_start // DAY == minute_of(task.on) // DAY
        for task, ours, theirs in _primavera(result)
    )


def dictated_late_start(result: Comparison) -> bool:
    """Primavera, a constraint that says when work must be, and a link from its start: the peer takes the late start
    from the link although that does not fit the late finish. Ours fits the work."""
    return any(
        (task.constraint is not None or task.second is not None)
        and theirs.late_start is not None
        and ours.late_start is not None
        and theirs.late_finish == ours.late_finish
        and theirs.late_start != ours.late_start
        and any(tie.pred == task.uid and tie.type in (LinkType.SS, LinkType.SF) for tie in result.plan.links)
        for task, ours, theirs in _primavera(result)
    )


def dictated_finish(result: Comparison) -> bool:
    """Primavera, a link that says when work ends and a constraint that moves its start: the peer's work ends before
    it begins. Ours has its whole duration."""
    return any(
        task.constraint in PUSHED_STARTS
        and theirs.early_start is not None
        and theirs.early_finish is not None
        and theirs.early_finish < theirs.early_start
        and any(tie.succ == task.uid and tie.type in ENDS for tie in result.plan.links)
        for task, _, theirs in _primavera(result)
    )


def finish_from_alone(result: Comparison) -> bool:
    """Primavera, finish no earlier than, with nothing that drives the task: the peer starts before the data date.
    Ours does not."""
    now = minute_of(result.plan.data_date or result.plan.start)
    return any(
        task.constraint is Constraint.FINISH_FROM and theirs.early_start is not None and theirs.early_start < now
        for task, _, theirs in _primavera(result)
    )


def percent_of_a_summary(result: Comparison) -> bool:
    """Project, percent lag behind a summary: the peer takes the percentage of the duration that it computes for the
    summary, ours of the duration that the file says; the files of the test say none."""
    summaries = {task.uid for task in result.plan.tasks if task.summary}
    return any(tie.unit == "percent" and tie.pred in summaries for tie in result.plan.links)


def other_side_of_a_break(result: Comparison) -> bool:
    """Both, a moment of a link that lies in a break, as of start-to-finish links and between two calendars: one program
    has the end of the shift before, the other that moment or the next shift. Work on another calendar or behind a lag
    then starts elsewhere. No working time of the task itself lies between the two."""
    return _parts_at_a_break(result)


def late_work_moved(result: Comparison) -> bool:
    """Primavera, as late as possible where float is negative: the peer moves the work before its early dates and gives
    it no float. Ours leaves it there."""
    return any(
        task.constraint is Constraint.LATE
        and theirs.total_float is None
        and ours.early_start is not None
        and theirs.early_start is not None
        and theirs.early_start < ours.early_start
        for task, ours, theirs in _primavera(result)
    )


def lag_at_midnight(result: Comparison) -> bool:
    """Primavera, a lag that is counted from midnight on a calendar that is worked then: the peer loses it. Ours counts
    it."""
    odd = {one.uid for one in result.dates}
    near = {uid for tie in result.plan.links if odd & {tie.pred, tie.succ} and tie.lag for uid in (tie.pred, tie.succ)}
    return any(
        task.uid in near
        and task.calendar == "2"
        and any(moment is not None and moment % DAY == 0 for moment in ours[:6])
        for task, ours, _ in _primavera(result)
    )


def finish_link_into_a_break(result: Comparison) -> bool:
    """Primavera, a lagged link between finishes whose moment lies in a break: the peer begins the work after the break,
    ours ends it at the end of the shift before. No working time of the successor lies between."""
    return any(
        ours.early_finish is not None
        and theirs.early_finish is not None
        and theirs.early_finish > ours.early_finish
        and any(tie.succ == task.uid and tie.type in ENDS and tie.lag for tie in result.plan.links)
        for task, ours, theirs in _primavera(result)
    )


def _parts_at_a_break(result: Comparison) -> bool:
    """Whether a task at or next to a disagreement has the same dates by its working time, and not by the clock."""
    plan, odd = result.plan, {one.uid for one in result.dates}
    near = odd | {uid for tie in plan.links if odd & {tie.pred, tie.succ} for uid in (tie.pred, tie.succ)}
    for task in plan.tasks:
        key = own_id(plan, task.uid)
        if task.uid not in near or task.summary or task.ended or key not in result.ours or key not in result.theirs:
            continue
        pairs = zip(result.ours[key][:6], result.theirs[key][:6], strict=True)
        if any(
            a is not None and b is not None and a != b and not plan.working(task).work_between(a, b) for a, b in pairs
        ):
            return True
    return False


KNOWN: tuple[Known, ...] = (
    start_from_on_the_day,
    dictated_late_start,
    dictated_finish,
    finish_from_alone,
    percent_of_a_summary,
    other_side_of_a_break,
    lag_at_midnight,
    late_work_moved,
    finish_link_into_a_break,
)
"""Each says whether the disagreement of a plan is of that kind; its docstring says who is right and why."""


def _primavera(result: Comparison) -> Iterator[tuple[Task, Row, Row]]:
    """Each task of a plan by Primavera with both programs' dates."""
    for task in result.plan.tasks if result.plan.rules is Rules.PRIMAVERA else ():
        key = own_id(result.plan, task.uid)
        if key in result.ours and key in result.theirs:
            yield task, result.ours[key], result.theirs[key]


def reason(result: Comparison) -> str:
    """Why the programs differ on a plan; empty where that is not understood."""
    return next((known.__doc__ or known.__name__ for known in KNOWN if known(result)), "")
