"""DCMA's fourteen checks of a portfolio: of each plan of a planning program, and of all work together."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from datetime import date, datetime, time
from functools import cached_property
from typing import TYPE_CHECKING

from cockpit.engine.portfolio import day_of
from cockpit.engine.quality.checks import MILESTONES, judge
from cockpit.engine.quality.records import Length, Quality, QualityActivity, QualityLink, QualityPlan
from cockpit.engine.scheduling import schedule
from cockpit.engine.scheduling.calendars import minute_of
from cockpit.records.measures import QualityView
from cockpit.records.model import Kind, Moment, Project, WorkItem
from cockpit.records.terms import Role

if TYPE_CHECKING:
    from cockpit.engine.case import Case

_NOT_ASKED = "no constraint stops the logic of a portfolio; ask it of the plan, by cockpit schedule FILE --quality"
_LAST_MINUTE = time(23, 59)


def plans_quality(case: Case) -> dict[str, Quality]:
    """Project id → the fourteen answers for its plan, with all holds in force and the data date at the end of today.

    Only plans of planning programs are judged, as long as anything of them is open: nobody mends what is done. Nothing
    is computed to happen before today, so that only actual dates can be invalid. Tickets are no schedule and are left
    out; what they are tied to is tied all the same.
    """
    return _Judging(case).plans()


def whole_quality(case: Case) -> Quality:
    """The fourteen answers for all projects together."""
    return _Judging(case).whole()


def quality_views(case: Case) -> tuple[QualityView, ...]:
    """The answers as rows: of all projects together first."""
    return tuple(
        QualityView(
            project=project,
            number=check.number,
            name=check.name,
            counted=check.counted,
            count=check.count,
            of=check.of,
            value=None if check.value is None else round(check.value, 4),
            threshold=check.threshold,
            passed=check.passed,
            why=check.why,
            offenders=check.offenders,
        )
        for project, answers in (("", whole_quality(case)), *case.quality.items())
        for check in answers.checks
    )


class _Judging:
    """One portfolio on one day, put into the records of the checks."""

    def __init__(self, case: Case) -> None:
        self._case, self._facts = case, case.facts
        self._network, self._held = case.woven.network, case.blockage.held
        self._now = datetime.combine(self._facts.today, _LAST_MINUTE)

    @cached_property
    def _ahead_of_time(self) -> Mapping[str, WorkItem]:
        """Work that says that something of it happened on a day to come."""
        today = self._facts.today
        rows = self._facts.snapshot.work_items
        return {i.id: i for i in rows if _is_after(i.actual_start, today) or _is_after(i.actual_finish, today)}

    def whole(self) -> Quality:
        """Of all projects together."""
        activities = self._activities(self._facts.projects)
        return self._judge(list(activities.values()), self._links({}), self._whole_length())

    def plans(self) -> dict[str, Quality]:
        """By project of those that are judged alone."""
        facts = self._facts
        alone = {p.id: p for p in facts.projects.values() if p.method is not None and self._is_open(p)}
        if not alone:
            return {}
        own: dict[str, list[QualityActivity]] = {project: [] for project in alone}
        for id_, activity in self._activities(alone).items():
            own[facts.items[id_].project].append(activity)
        ties: dict[str, list[QualityLink]] = {project: [] for project in alone}
        self._links(ties)
        return {key: self._judge(own[key], ties[key], self._length(project)) for key, project in alone.items()}

    def _activities(self, projects: Container[str]) -> dict[str, QualityActivity]:
        floats = _floats(self._case)
        return {
            item.id: self._activity(item, floats.get(item.id))
            for item in self._facts.items.values()
            if item.project in projects and not item.stub and item.kind is not Kind.TICKET
        }

    def _judge(
        self, activities: Sequence[QualityActivity], links: Sequence[QualityLink], length: Length | str
    ) -> Quality:
        plan = QualityPlan(activities=activities, links=links, data_date=self._now, stretch=_NOT_ASKED, length=length)
        return judge(plan, self._facts.policy.quality)

    def _activity(self, item: WorkItem, float_days: float | None) -> QualityActivity:
        node, terms = self._case.woven.node(item.id), item.terms
        written = self._ahead_of_time.get(item.id, item)
        per_day = 1 if node is None else self._network.calendar_of(node).minutes_per_day
        paused = 0 if node is None else self._network.paused[node]
        constraints = () if terms is None else (terms.constraint, terms.second)
        return QualityActivity(
            id=item.id,
            role=Role.TASK if terms is None else terms.role,
            summary=item.kind is Kind.SUMMARY,
            milestone=item.kind is Kind.MILESTONE or (terms is not None and terms.role in MILESTONES),
            started=self._facts.is_started(item),
            done=self._facts.is_done(item),
            actual_start=_moment(written.actual_start, time()),
            actual_finish=_moment(written.actual_finish, _LAST_MINUTE),
            baseline_finish=_moment(item.baseline_finish, _LAST_MINUTE),
            duration_days=0.0 if node is None else (self._network.duration[node] - paused) / per_day,
            remaining_days=0.0 if node is None else (self._network.remaining[node] - paused) / per_day,
            float_days=float_days,
            constraints=tuple(each for each in constraints if each is not None),
            resourced=None if terms is None else terms.resourced,
        )

    def _links(self, own: Mapping[str, list[QualityLink]]) -> list[QualityLink]:
        """Every link; those at whose ends an item of one of these projects stands are put to it."""
        links, items = [], self._facts.items
        for link in self._facts.snapshot.links:
            record = QualityLink(
                predecessor=link.predecessor, successor=link.successor, type=link.type, lag_days=link.lag_days
            )
            links.append(record)
            if own:
                ends = (items.get(link.predecessor), items.get(link.successor))
                for project in {item.project for item in ends if item is not None}:
                    if project in own:
                        own[project].append(record)
        return links

    def _finish(self, project: Project) -> date | None:
        """The computed finish of a project that is still going on."""
        node = self._case.woven.finish_node(project.id)
        return day_of(self._held.finish[node]) if node is not None and self._is_open(project) else None

    def _is_open(self, project: Project) -> bool:
        return any(not self._facts.is_done(item) for item in self._facts.items_by_project.get(project.id, ()))

    def _wanted(self, project: Project) -> date | None:
        must = project.method.must_finish if project.method is not None else None
        return must.date() if must is not None else self._facts.baseline(project.id)

    def _length(self, project: Project) -> Length | str:
        finish, wanted = self._finish(project), self._wanted(project)
        if finish is None:
            return "no work is left that can be computed"
        return "the project has no baseline" if wanted is None else self._between(finish, wanted)

    def _whole_length(self) -> Length | str:
        """Of all projects together: from the last computed finish to the last finish asked for of the same projects."""
        pairs = [
            (finish, wanted)
            for project in self._facts.projects.values()
            if (finish := self._finish(project)) is not None and (wanted := self._wanted(project)) is not None
        ]
        if not pairs:
            return "no project with a baseline has work left that can be computed"
        return self._between(max(finish for finish, _ in pairs), max(wanted for _, wanted in pairs))

    def _between(self, finish: date, wanted: date) -> Length:
        working = self._facts.working
        return Length(
            working.working_days_between(self._facts.today, finish), working.working_days_between(finish, wanted)
        )


def _floats(case: Case) -> dict[str, float]:
    """Unfinished item → its total float in days towards the finish of its own project, and any deadline on the way."""
    woven, held = case.woven, case.blockage.held
    ends: dict[int, int] = {}
    for project in case.facts.projects.values():
        if (node := woven.finish_node(project.id)) is not None:
            must = project.method.must_finish if project.method is not None else None
            ends[node] = held.finish[node] if must is None else minute_of(must)
    for node, item in enumerate(woven.network.items):
        if item.deadline is not None:
            ends[node] = woven.network.calendar_of(node).finish_of(item.deadline)
    if not ends:
        return {}
    behind = schedule.backward(woven.run, held, ends)
    total = schedule.floats(woven.run, held, behind).total
    return {
        item.id: total[node] / woven.network.calendar_of(node).minutes_per_day
        for node, item in enumerate(woven.network.items)
    }


def _moment(moment: Moment | None, at: time) -> datetime | None:
    return moment if moment is None or isinstance(moment, datetime) else datetime.combine(moment, at)


def _is_after(moment: Moment | None, today: date) -> bool:
    return moment is not None and (moment.date() if isinstance(moment, datetime) else moment) > today
