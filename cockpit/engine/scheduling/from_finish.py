"""Plans that are scheduled from their finish, as Microsoft Project does it.

The late dates come first, counted back from the finish that was asked for. The project starts where the first of them
does, and the early dates are counted on from there. What is free to move then stands at its late dates, like all that
is to be as late as possible in any plan: the passes need to be told no more than the start, the finish, and what it is.
"""

from __future__ import annotations

from array import array
from collections.abc import Set
from dataclasses import replace

from cockpit.engine import kernel
from cockpit.engine.kernel.pace import ahead as reached
from cockpit.engine.kernel.pace import back
from cockpit.engine.kernel.shapes import FINISH_FROM, FINISH_UNTIL, START_FROM, START_UNTIL
from cockpit.engine.scheduling.calendars import minute_of
from cockpit.engine.scheduling.schedule import Run, backward, forward
from cockpit.records.terms import Rules

_BOUNDED = (START_FROM, START_UNTIL, FINISH_FROM, FINISH_UNTIL)
"""Constraints that leave a task free to be late within them."""


def from_finish(run: Run) -> Run:
    """The run of a plan with the start and the late work of each project that is scheduled from its finish."""
    methods = enumerate(run.network.methods)
    ends = {
        number: minute_of(method.finish)
        for number, method in methods
        if method is not None and method.backward and method.finish is not None and method.rules is Rules.PROJECT
    }
    if not ends or run.frame.live:
        return run
    must = array("q", run.frame.must)
    for number, minute in ends.items():
        must[number] = minute
    return _late(_begun(replace(run, frame=run.frame._replace(must=must)), ends.keys()), ends.keys())


def _begun(run: Run, projects: Set[int]) -> Run:
    """The run with the latest start that lets each of the projects end in time, or the start of what has begun."""
    net, late = run.net, backward(run, forward(run)).late_start
    starts: dict[int, int] = {}
    for node, project in enumerate(net.project):
        if project in projects:
            start = net.pinned_start[node] if net.begun[node] == kernel.NEVER else net.begun[node]
            start = late[node] if start == kernel.NEVER else start
            starts[project] = min(starts.get(project, start), start)
    origin, now = array("q", run.frame.origin), array("q", run.frame.now)
    for project, start in starts.items():
        origin[project] = now[project] = start
    return replace(run, frame=run.frame._replace(origin=origin, now=now))


def _late(run: Run, projects: Set[int]) -> Run:
    """The run in which all that is free to move is to be as late as possible.

    What links and constraints keep from its late dates stands as early as they let it; so does what is asked to be as
    soon as possible, which is no constraint.
    """
    free = _freed(run, projects)
    ahead = forward(free)
    late = backward(free, ahead).late_start
    constraint = array("q", free.net.constraint)
    for node, project in enumerate(free.net.project):
        if project not in projects or constraint[node] != kernel.LATE:
            continue
        stands = free.net.progress[node] != kernel.TODO or free.net.pinned_start[node] != kernel.NEVER
        if stands or free.network.calendar_of(node).work_between(ahead.begin[node], late[node]) < 0:
            own = run.net.constraint[node]
            constraint[node] = kernel.FREE if own == kernel.LATE else own
    return replace(free, net=free.net._replace(constraint=constraint))


def _freed(run: Run, projects: Set[int]) -> Run:
    """The run in which a deadline or a first start says what the constraints of tasks do that are free within them."""
    net = run.net
    constraint, deadline, not_before = (array("q", each) for each in (net.constraint, net.deadline, net.not_before))
    for node, project in enumerate(net.project):
        kind, on = net.constraint[node], net.constraint_date[node]
        if project not in projects or kind not in _BOUNDED or net.progress[node] != kernel.TODO:
            continue
        constraint[node] = kernel.LATE
        if kind == START_UNTIL:
            on = reached(net, node, on, net.whole[node], left=False)
        elif kind == FINISH_FROM:
            on = back(net, node, on, net.work[node], left=True)
        if kind in (START_UNTIL, FINISH_UNTIL):
            deadline[node] = min(deadline[node], on)
        else:
            not_before[node] = max(not_before[node], on)
    return replace(run, net=net._replace(constraint=constraint, deadline=deadline, not_before=not_before))
