"""Disagreements with the peer that are understood: who is right, and why. docs/schedule.md lists the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from differential_compare import Comparison
from differential_files import own_id
from differential_limits import ENDS, PUSHED_STARTS
from differential_peer import Row
from differential_plans import CALENDARS, Plan, Task, Tie, compiled

from cockpit.engine.scheduling.calendars import Working, minute_of
from cockpit.records.model import LinkType
from cockpit.records.terms import Constraint, Rules

DAY = 1440
CLOCK = CALENDARS[1].id
"""The calendar round the clock."""
EARLY = ("early_start", "early_finish")
LATE = ("late_start", "late_finish")
Known = Callable[[Comparison], bool]
Dated = tuple[Task, Row, Row]
"""A task, our dates and the peer's."""


def start_from_on_the_day(result: Comparison) -> bool:
    """Primavera, start no earlier than: on the day of that date the peer starts at its hour, before the predecessors
    end or the data date comes. Ours waits for them."""
    now = minute_of(result.plan.data_date or result.plan.start)
    return any(
        task.constraint is Constraint.START_FROM
        and task.on is not None
        and ours.early_start is not None
        and theirs.early_start is not None
        and theirs.early_start < ours.early_start
        and theirs.early_start // DAY == minute_of(task.on) // DAY
        and (theirs.early_start // DAY == ours.early_start // DAY or theirs.early_start < now)
        for task, ours, theirs in _rows(result, Rules.PRIMAVERA)
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
        for task, ours, theirs in _rows(result, Rules.PRIMAVERA)
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
        for task, _, theirs in _rows(result, Rules.PRIMAVERA)
    )


def finish_from_alone(result: Comparison) -> bool:
    """Primavera, finish no earlier than, with nothing that drives the task: the peer starts before the data date.
    Ours does not."""
    now = minute_of(result.plan.data_date or result.plan.start)
    return any(
        task.constraint is Constraint.FINISH_FROM and theirs.early_start is not None and theirs.early_start < now
        for task, _, theirs in _rows(result, Rules.PRIMAVERA)
    )


def late_start_in_a_break(result: Comparison) -> bool:
    """Project, a link from a start to a milestone, or with an elapsed lag, whose bound lies in a break: the peer lets
    the work start after the break, by the clock too late for what follows. Ours has it start before."""
    uids = {task.uid: task for task in result.plan.tasks}
    return all(one.field in LATE for one in result.dates) and any(
        ours.late_start is not None
        and theirs.late_start is not None
        and ours.late_start < theirs.late_start
        and not result.plan.working(task).work_between(ours.late_start, theirs.late_start)
        and any(
            tie.pred == task.uid
            and tie.type in (LinkType.SS, LinkType.SF)
            and (uids[tie.succ].is_milestone or tie.unit == "elapsed")
            for tie in result.plan.links
        )
        for task, ours, theirs in _rows(result, Rules.PROJECT)
    )


def start_at_night(result: Comparison) -> bool:
    """Project, a constraint on the start at an hour that is not worked: the peer starts then. Ours starts at work."""
    odd = {one.uid for one in result.dates}
    near = odd | {tie.pred for tie in result.plan.links if tie.succ in odd}
    return any(
        task.uid in near
        and task.constraint in (Constraint.START_UNTIL, Constraint.MUST_START)
        and task.on is not None
        and theirs.early_start == minute_of(task.on) != ours.early_start
        and not result.plan.working(task).work_between(minute_of(task.on), ours.early_start or 0)
        for task, ours, theirs in _rows(result, Rules.PROJECT)
    )


def work_in_a_break(result: Comparison) -> bool:
    """Project, a calendar worked round the clock with other days in between: the peer counts back from midnight into a
    night that is not worked. Ours counts working time."""
    return any(
        task.calendar == CLOCK
        and not task.begun
        and not task.manual
        and theirs.late_start is not None
        and theirs.late_finish is not None
        and theirs.late_finish % DAY == 0
        and result.plan.working(task).work_between(theirs.late_start, theirs.late_finish) != task.minutes
        for task, _, theirs in _rows(result, Rules.PROJECT)
    )


def manual_before_a_summary(result: Comparison) -> bool:
    """Project, work with dates typed in that others start with: it may end with a successor that nothing follows, else
    with the project. A link behind a summary of the successor counts for ours, and for the peer it does not."""
    plan, odd = result.plan, {one.uid for one in result.dates}
    manual = {task.uid for task in plan.tasks if task.manual}
    followed = {tie.pred for tie in plan.links}
    above = {task.uid: task.parent for task in plan.tasks}
    return any(
        tie.pred in manual & odd and tie.type is LinkType.SS and any(up in followed for up in _above(tie.succ, above))
        for tie in plan.links
    ) and all(one.field in LATE for one in result.dates)


def two_links_at_once(result: Comparison) -> bool:
    """Primavera, two links that ask for the same by working time and not by the clock: the peer follows the first in
    the file, ours the one that asks for more, whatever their order."""
    rows = {task.uid: (task, ours, theirs) for task, ours, theirs in _rows(result, Rules.PRIMAVERA)}
    ties = [tie for tie in result.plan.links if rows.keys() >= {tie.pred, tie.succ}]
    for uid, row in rows.items():
        before = [rows[tie.pred] for tie in ties if tie.succ == uid]
        after = [rows[tie.succ] for tie in ties if tie.pred == uid]
        for others, names in ((before, EARLY), (after, LATE)):
            is_first = len(others) > 1 and all(_is_same(other, names) for other in others)
            if is_first and _parts_at_a_break(result.plan, row, names):
                return True
    return False


def late_work_moved(result: Comparison) -> bool:
    """Primavera, as late as possible behind negative float or a lag on another calendar: the peer moves the work before
    its early dates. Ours leaves it there."""
    return any(
        task.constraint is Constraint.LATE
        and ours.early_start is not None
        and theirs.early_start is not None
        and theirs.early_start < ours.early_start
        for task, ours, theirs in _rows(result, Rules.PRIMAVERA)
    )


def counted_from_midnight(result: Comparison) -> bool:
    """Primavera, a lag or work that is counted from a moment at midnight: the peer loses what it counts. Ours counts
    it. An hour earlier or later both have the same."""
    plan = result.plan
    odd = {(one.uid, one.field.partition("_")[0]) for one in result.dates}
    rows = {task.uid: (task, ours, theirs) for task, ours, theirs in _rows(result, Rules.PRIMAVERA)}
    return any(
        moment % DAY == 0
        for tie in plan.links
        if (tie.lag or tie.type in ENDS) and rows.keys() >= {tie.pred, tie.succ}
        for moment in (
            *(_forth(plan, tie, rows[tie.pred], rows[tie.succ]) if (tie.succ, "early") in odd else ()),
            *(_back(plan, tie, rows[tie.pred], rows[tie.succ]) if (tie.pred, "late") in odd else ()),
        )
    )


def _forth(plan: Plan, tie: Tie, pred: Dated, succ: Dated) -> Iterator[int]:
    """The moments of its predecessor that a link is counted from, and those that it is counted to."""
    name = "early_finish" if tie.type in (LinkType.FS, LinkType.FF) else "early_start"
    moments = [getattr(row, name) for row in pred[1:]] + [pred[0].ended and minute_of(pred[0].ended)]
    return _counted(plan, tie.lag, pred, succ, moments)


def _back(plan: Plan, tie: Tie, pred: Dated, succ: Dated) -> Iterator[int]:
    """The moments of its successor that a link is counted back from, and those that it is counted to."""
    name = "late_finish" if tie.type in ENDS else "late_start"
    return _counted(plan, -tie.lag, pred, succ, [getattr(row, name) for row in succ[1:]])


def _counted(plan: Plan, lag: int, pred: Dated, succ: Dated, moments: Sequence[int | None]) -> Iterator[int]:
    lags = _lag_calendar(plan, pred[0], succ[0])
    for moment in moments:
        if moment is not None:
            yield moment
            yield lags.add_work(moment, lag) if lags else moment + lag


def _lag_calendar(plan: Plan, pred: Task, succ: Task) -> Working | None:
    """The calendar of the lags of a plan by Primavera; None if they run round the clock."""
    if plan.lag_calendar == "24h":
        return None
    return {
        "predecessor": plan.working(pred), "successor": plan.working(succ), "project": compiled(plan.calendars[0])
    }[plan.lag_calendar]  # fmt: skip


def _parts_at_a_break(plan: Plan, dated: Dated, names: Sequence[str]) -> bool:
    """Whether the programs have a task at other times, with no working time of its own in between."""
    task, ours, theirs = dated
    pairs = [(getattr(ours, name), getattr(theirs, name)) for name in names]
    return any(
        a is not None and b is not None and a != b and not plan.working(task).work_between(a, b) for a, b in pairs
    )


def _is_same(dated: Dated, names: Sequence[str]) -> bool:
    return all(getattr(dated[1], name) == getattr(dated[2], name) for name in names)


def _above(uid: int, above: Mapping[int, int | None]) -> Iterator[int]:
    """A task and the summaries above it."""
    found: int | None = uid
    while found is not None:
        yield found
        found = above[found]


KNOWN: tuple[Known, ...] = (
    start_from_on_the_day,
    dictated_late_start,
    dictated_finish,
    finish_from_alone,
    counted_from_midnight,
    two_links_at_once,
    late_work_moved,
    late_start_in_a_break,
    start_at_night,
    work_in_a_break,
    manual_before_a_summary,
)
"""Each says whether the disagreement of a plan is of that kind; its docstring says who is right and why."""


def _rows(result: Comparison, rules: Rules) -> Iterator[Dated]:
    """Each task of a plan by that program with both programs' dates."""
    for task in result.plan.tasks if result.plan.rules is rules else ():
        key = own_id(result.plan, task.uid)
        if key in result.ours and key in result.theirs:
            yield task, result.ours[key], result.theirs[key]


def reason(result: Comparison) -> str:
    """Why the programs differ on a plan; empty where that is not understood."""
    return next((known.__doc__ or known.__name__ for known in KNOWN if known(result)), "")
