"""Floats of which the programs differ although they agree in every date: who is right, and why. docs/schedule.md lists
the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from differential_compare import FLOAT_MINUTES, Comparison, Difference
from differential_files import own_id
from differential_limits import leaves_of
from differential_plans import Task, Tie

from cockpit.records.terms import Rules

Known = Callable[[Comparison, Difference], bool]


def above_total(result: Comparison, found: Difference) -> bool:
    """Project, free slack above total slack: the peer takes the least over the successors. Ours is bounded by the total
    slack, and by none where that is negative, as in the files that Project writes."""
    total = result.theirs[own_id(result.plan, found.uid)].total_float
    if result.plan.rules is not Rules.PROJECT or total is None or found.theirs is None or found.ours is None:
        return False
    bound = max(0.0, total)
    return found.theirs > bound + FLOAT_MINUTES and abs(found.ours - bound) <= FLOAT_MINUTES


def lag_by_another_calendar(result: Comparison, found: Difference) -> bool:
    """Project, a lag that is elapsed, or runs on the successor's other calendar: the peer takes its minutes from slack
    by the task's own calendar, so that even the link that drives has some, or too little. Ours takes the lag by the
    calendar on which it runs."""
    task = _task(result, found)
    return result.plan.rules is Rules.PROJECT and any(
        tie.unit == "elapsed" or any(leaf.calendar != task.calendar for leaf in leaves)
        for tie, leaves in _after(result, task)
        if tie.lag
    )


def link_of_the_summary(result: Comparison, found: Difference) -> bool:
    """Project, a link that leaves the summary above: the peer does not ask for it, although the task holds up what
    comes after. Ours does."""
    above, task = set(), _task(result, found)
    uids = {one.uid: one for one in result.plan.tasks}
    while task.parent is not None:
        above.add(task.parent)
        task = uids[task.parent]
    is_less = found.ours is not None and found.theirs is not None and found.ours < found.theirs
    return is_less and any(tie.pred in above for tie in result.plan.links)


def side_of_a_break(result: Comparison, found: Difference) -> bool:
    """Both, a date of the task or of a successor that one program has before a break and the other after it: no working
    time of its own calendar lies between, but some of the other's does."""
    task = _task(result, found)
    near = [task, *(leaf for _, leaves in _after(result, task) for leaf in leaves)]
    keys = [own_id(result.plan, one.uid) for one in near]
    return any(result.ours[key][:6] != result.theirs[key][:6] for key in keys if key in result.ours)


KNOWN: tuple[Known, ...] = (above_total, lag_by_another_calendar, link_of_the_summary, side_of_a_break)
"""Each says whether a free float on which the programs differ is of that kind. Of total float none is known."""


def float_reason(result: Comparison, found: Difference) -> str:
    """Why the programs differ in a float; empty where that is not understood."""
    if found.field != "free_float":
        return ""
    return next((known.__doc__ or known.__name__ for known in KNOWN if known(result, found)), "")


def _task(result: Comparison, found: Difference) -> Task:
    return next(task for task in result.plan.tasks if task.uid == found.uid)


def _after(result: Comparison, task: Task) -> Iterator[tuple[Tie, list[Task]]]:
    """The links that leave a task, each with the work that it leads to."""
    uids = {one.uid: one for one in result.plan.tasks}
    for tie in result.plan.links:
        if tie.pred == task.uid:
            yield tie, leaves_of(result.plan, uids[tie.succ])
