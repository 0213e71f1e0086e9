"""The whole portfolio as one schedule network: every project's work items, and an implied finish for each project.

A project that names no work items stands in it with its stated forecast, so that it can be compared and waited for.
A registered dependency between two known items ties them like a link.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from cockpit.engine import network as net
from cockpit.engine import schedule
from cockpit.engine.calendars import minute_of, moment_of
from cockpit.engine.facts import ALWAYS, Facts, as_date, finish_of
from cockpit.engine.ledger import implied_finish
from cockpit.model import Dependency, Kind, Link, LinkType, Project, State, WorkItem


@dataclass(frozen=True)
class Woven:
    """The network of a portfolio on one day, with the passes that the rules ask for."""

    facts: Facts
    network: net.Network
    data_date: int
    base: schedule.Forward
    """Without any hold: what the items themselves allow."""

    def node(self, item: str) -> int | None:
        """The node of an item or of a project's finish; None where it cannot be computed."""
        index = self.network.index.get(item)
        return None if index is None or item in self.network.uncomputable else index

    def finish_node(self, project: str) -> int | None:
        """The node of a project's implied finish."""
        return self.node(finish_of(project))

    def forward(self, floors: Mapping[int, int], released: frozenset[int] = frozenset()) -> schedule.Forward:
        """The early dates with these holds, and with these items taken as delivered now."""
        if not released:
            return schedule.forward(self.network, self.data_date, floors)
        remaining = array("q", self.network.remaining)
        for node in released:
            remaining[node] = 0
        return schedule.forward(replace(self.network, remaining=remaining), self.data_date, floors)


def weave(facts: Facts, dependencies: Mapping[str, Dependency]) -> Woven:
    """Build the network and its pass without holds."""
    items = [i for i in facts.items.values() if not i.stub]
    finishes = [finish for p in facts.projects.values() if (finish := _finish(facts, p)) is not None]
    ties = [*facts.snapshot.links, *_dependency_links(facts, dependencies)]

    def build(loose: frozenset[str] = frozenset()) -> net.Network:
        return net.build(
            [*items, *finishes],
            [*ties, *_finish_links(facts, finishes, loose)],
            facts.calendars,
            facts.default_calendar,
            facts.snapshot.policy.default_duration_days,
            {p.id: p.start for p in facts.projects.values() if p.start is not None and p.id in facts.items_by_project},
        )

    network = build()
    if network.uncomputable:
        # In a circle everybody is followed by somebody: without these ties its project's finish would not know of it.
        network = build(network.uncomputable)
    data_date = minute_of(facts.today)
    return Woven(facts, network, data_date, schedule.forward(network, data_date))


def _finish(facts: Facts, project: Project) -> WorkItem | None:
    """The implied finish: after all its items, or at its stated date where it names none."""
    if finish_of(project.id) in facts.items:
        return None
    milestone = implied_finish(project)
    if items := facts.items_by_project.get(project.id):
        return _reached(facts, project, milestone, items)
    if project.actual_finish is not None:
        return replace(milestone, calendar=ALWAYS.id, actual_finish=_noon(project.actual_finish), state=State.DONE)
    stated = project.forecast_finish or project.baseline_finish
    if stated is None:
        return None
    if is_overdue(facts, project):
        return replace(milestone, calendar=ALWAYS.id, actual_finish=_noon(stated))
    return replace(milestone, calendar=ALWAYS.id, not_before=_noon(max(stated, facts.today)))


def _reached(facts: Facts, project: Project, milestone: WorkItem, items: tuple[WorkItem, ...]) -> WorkItem:
    """The implied finish of a project with work items: done when all of them are, on the day of the last."""
    if not all(facts.is_done(item) for item in items):
        return milestone
    days = [as_date(item.actual_finish) for item in items if item.actual_finish is not None]
    last = project.actual_finish or max(days, default=None)
    return replace(milestone, state=State.DONE, actual_finish=last)


def is_overdue(facts: Facts, project: Project) -> bool:
    """A stated finish has passed, and the source says neither that the project was finished nor that it was not."""
    stated = project.forecast_finish or project.baseline_finish
    unsaid = project.actual_finish is None and project.state is None and project.id not in facts.items_by_project
    return unsaid and stated is not None and stated < facts.today


def _noon(day: date) -> datetime:
    """A stated day as a minute of it, so that no calendar moves it to another."""
    return datetime.combine(day, time(12))


def _dependency_links(facts: Facts, dependencies: Mapping[str, Dependency]) -> Iterable[Link]:
    known = {(link.predecessor, link.successor) for link in facts.snapshot.links}
    for dependency in dependencies.values():
        ends = (dependency.giver_item, dependency.receiver_item)
        if ends not in known and all(end in facts.items and not facts.items[end].stub for end in ends):
            known.add(ends)
            yield Link(predecessor=ends[0], successor=ends[1], origin=dependency.origin)


def _finish_links(facts: Facts, finishes: list[WorkItem], loose: frozenset[str]) -> Iterable[Link]:
    """Each project's finish follows its items; one that another of the project follows to its end may be left out.

    Those in `loose` never are.
    """
    followed = {
        link.predecessor
        for link in facts.snapshot.links
        if link.type is LinkType.FS
        and link.lag_days >= 0
        and link.predecessor in facts.items
        and link.successor in facts.items
        and facts.items[link.predecessor].project == facts.items[link.successor].project
        and facts.items[link.successor].kind is not Kind.SUMMARY
        and not facts.items[link.successor].stub
    }
    for finish in finishes:
        for item in facts.items_by_project.get(finish.project, ()):
            if item.id not in followed or item.id in loose:
                yield Link(predecessor=item.id, successor=finish.id)


def day_of(minute: int) -> date:
    """The day of a finish: midnight belongs to the day before."""
    return moment_of(minute - 1).date() if minute % 1440 == 0 else moment_of(minute).date()
