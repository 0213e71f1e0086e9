"""One plan file, scheduled as the program does it that wrote it: from its own start and data date."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from cockpit.basics.classes import dataclass
from cockpit.engine.plans.result import Result
from cockpit.engine.plans.rows import PlanRow, PlanSchedule, own_id
from cockpit.engine.scheduling import network, schedule
from cockpit.engine.scheduling.calendars import CalendarError, Working, minute_of, moment_of
from cockpit.engine.scheduling.from_finish import from_finish
from cockpit.records.model import Batch, Calendar, Link, Origin, Problem, Project, WorkItem
from cockpit.records.terms import Method, Rules

__all__ = ["Plan", "PlanRow", "PlanSchedule", "finish_with", "plan_of", "schedule_of", "schedule_plan"]

STANDARD = Calendar(id="", title="Standard", week=(((480, 720), (780, 1020)),) * 5 + ((), ()))
"""What a plan without calendars is worked by."""
DURATIONS = {"activity": 1.0, "ticket": 1.0}
"""A task without a duration takes a day, as in Microsoft Project."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The records of one plan file and the network that they make."""

    items: Sequence[WorkItem]
    links: Sequence[Link]
    projects: Sequence[Project]
    net: network.Network
    run: schedule.Run
    problems: tuple[Problem, ...]

    @property
    def names(self) -> Mapping[str, str]:
        """The plan's own id of each item."""
        return {item.id: own_id(item) for item in self.items}

    @property
    def method(self) -> Method:
        """How the first project is scheduled."""
        methods = (project.method for project in self.projects)
        return next((method for method in methods if method is not None), Method(rules=Rules.PROJECT))


def plan_of(batch: Batch) -> Plan:
    """The network of one plan file. Raises nothing for bad content: it is reported in `problems`."""
    items = [
        record
        for record in batch.records.get("work_items", ())
        if isinstance(record, WorkItem) and (not record.stub or (record.terms is not None and record.terms.manual))
    ]
    known = {item.id for item in items}
    stubs = {r.id for r in batch.records.get("work_items", ()) if isinstance(r, WorkItem)} - known
    links = [
        record
        for record in batch.records.get("links", ())
        if isinstance(record, Link) and record.predecessor not in stubs and record.successor not in stubs
    ]
    calendars = {record.id: record for record in batch.records.get("calendars", ()) if isinstance(record, Calendar)}
    projects = [record for record in batch.records.get("projects", ()) if isinstance(record, Project)]
    methods = {project.id: project.method for project in projects if project.method is not None}
    if projects and projects[0].method is not None:
        # Work that a mapping puts into a project of the portfolio is scheduled as its plan is.
        methods |= {item.project: projects[0].method for item in items if item.project not in methods}
    problems = list(batch.problems)
    default = _default(calendars, next(iter(methods.values()), None), problems)
    net = network.build(items, links, calendars, default, DURATIONS, methods=methods)
    run = schedule.planned(net, _start(projects))
    if net.fronts:
        first = schedule.leaders(net, schedule.forward(run))
        net = network.build(items, links, calendars, default, DURATIONS, methods=methods, leaders=first)
        run = schedule.planned(net, _start(projects))
    return Plan(items, links, projects, net, from_finish(run), tuple(problems) + net.problems)


def schedule_plan(batch: Batch) -> PlanSchedule:
    """The critical path method on the work items, links and calendars of one plan file, by the rules of the program
    that wrote it. Raises nothing for bad content: it is reported in `problems`."""
    return schedule_of(plan_of(batch))


def schedule_of(plan: Plan) -> PlanSchedule:
    """The schedule of a plan whose network is there already."""
    net, run = plan.net, plan.run
    ahead = schedule.forward(run)
    behind = schedule.backward(run, ahead)
    ahead = schedule.late_as_possible(run, ahead, behind)
    slack = schedule.floats(run, ahead, behind)
    rows = Result(net, run, ahead, behind, slack, plan.links, _methods(plan)).rows(plan.items)
    method, names = plan.method, plan.names
    return PlanSchedule(
        title=plan.projects[0].title if plan.projects else "",
        rules=method.rules if any(item.terms for item in plan.items) else None,
        start=min((row.start for row in rows if row.start is not None), default=None),
        finish=max((row.finish for row in rows if row.finish is not None), default=None),
        data_date=method.data_date,
        must_finish=method.must_finish,
        rows=rows,
        cycles=tuple(tuple(names[id_] for id_ in cycle) for cycle in net.cycles),
        problems=plan.problems,
    )


def finish_with(plan: Plan) -> Callable[[str, int], datetime | None]:
    """A function of a task's own id and working minutes: the finish of the plan if what is left of the task took so
    much longer; None for a task that is not computed."""
    index = {own_id(item): node for node, item in enumerate(plan.net.items)}

    def finish(id_: str, extra: int) -> datetime | None:
        node = index.get(id_)
        if node is None:
            return None
        return moment_of(max(schedule.forward(_longer(plan.run, node, extra)).reach))

    return finish


def _longer(run: schedule.Run, node: int, extra: int) -> schedule.Run:
    """The run with `extra` minutes more to do at a node, by itself and for all who pace it."""
    net = run.net
    work, whole, left, in_all = net.work[:], net.whole[:], net.share_left[:], net.share_whole[:]
    work[node] += extra
    whole[node] += extra
    for share in range(net.share_first[node], net.share_first[node + 1]):
        left[share] += extra
        in_all[share] += extra
    return replace(run, net=net._replace(work=work, whole=whole, share_left=left, share_whole=in_all))


def _start(projects: Sequence[Project]) -> int | None:
    """The day on which a project begins whose plan names no method."""
    day = projects[0].start if projects else None
    return None if day is None else minute_of(day)


def _methods(plan: Plan) -> Mapping[str, Method]:
    return {name: method or plan.method for name, method in zip(plan.net.projects, plan.net.methods, strict=True)}


def _default(calendars: Mapping[str, Calendar], method: Method | None, problems: list[Problem]) -> Calendar:
    """The plan's own calendar if it can be worked by."""
    calendar = calendars.get(method.calendar) if method else None
    if calendar is None:
        return STANDARD
    try:
        Working(calendar)
    except CalendarError as error:
        problems.append(Problem(calendar.origin or Origin(""), f"{error} Monday to Friday, 8 to 5, is used."))
        return STANDARD
    return calendar
