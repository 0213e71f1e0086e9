"""The snapshot, looked up: every question the rules ask of it, answered from dictionaries built once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property
from weakref import proxy

from cockpit.basics.classes import dataclass
from cockpit.engine.assign import Assigner
from cockpit.engine.edits.edits import Edits
from cockpit.engine.edits.former import Former, former
from cockpit.engine.edits.merged import apart
from cockpit.engine.edits.scopes import signed
from cockpit.engine.links import Links, looked_up
from cockpit.engine.rows import by_id, has_begun, is_past, items_by_id, known_today, place_of
from cockpit.engine.scheduling.calendars import Working
from cockpit.engine.statements import policies
from cockpit.engine.statements.owners import Owners
from cockpit.engine.suspicions.suspicion import Suspicions
from cockpit.engine.taking import Taking
from cockpit.engine.trackers.brought import Brought
from cockpit.engine.trackers.sides import teams_apart
from cockpit.engine.whom import Whom
from cockpit.records.edits import Step
from cockpit.records.model import (
    Calendar,
    Dependency,
    Kind,
    Kpi,
    Link,
    Objective,
    Person,
    Project,
    Reading,
    State,
    Team,
    WorkItem,
)
from cockpit.records.snapshot import Assignment, Loosened, Policy
from cockpit.trust.people import Directory

ALWAYS = Calendar(id=":always", title="Every hour", week=(((0, 1440),),) * 7, minutes_per_day=1440)
"""The calendar of what is no work: a stated Saturday stays a Saturday, a finish comes when the work before it ends."""

STANDARD = Calendar(id=":standard", title="Monday to Friday")
"""What a portfolio without calendars works by."""


def finish_of(project: str) -> str:
    """The id of a project's implied finish milestone."""
    return f"{project}:finish"


def implied_finish(project: Project) -> WorkItem:
    """The milestone that every project has: its finish, accepted by its sponsor. It comes when the last work ends,
    whatever calendar that work is done by."""
    return WorkItem(
        id=finish_of(project.id),
        project=project.id,
        title=f"{project.title}: finish",
        kind=Kind.MILESTONE,
        team=project.team,
        owner=project.owner,
        duration_days=0.0,
        calendar=ALWAYS.id,
        origin=project.origin,
    )


@dataclass(frozen=True)
class Facts(Brought, Whom, Taking):
    """The lookups over one snapshot on one day."""

    @cached_property
    def steward(self) -> str:
        """The person id of whoever clears what has no nearer owner: the charter's steward, else the genesis's first."""
        return self.first_person(self.snapshot.portfolio.steward, *policies.stewards(self.snapshot))

    @cached_property
    def owners(self) -> Owners:
        """Who owns what: the records here name them as they are today."""
        return Owners(self.snapshot, self.today)

    @cached_property
    def edits(self) -> Edits:
        """What the files said before, and what was edited since."""
        return Edits(proxy(self))

    @cached_property
    def signed(self) -> Mapping[str, Step]:
        """Scope → the step up to which its edits are signed."""
        return signed(self)

    @cached_property
    def former(self) -> Mapping[tuple[str, str], tuple[Former, ...]]:
        """Giver's item and receiving project → links between two teams of which the files tell no more."""
        return former(self)

    @cached_property
    def _formerly(self) -> Mapping[str, tuple[Former, ...]]:
        """Dependency id → the links of which files tell no more."""
        return {f"{giver}>{place or links[0].receiver.id}": links for (giver, place), links in self.former.items()}

    @cached_property
    def vanished(self) -> Mapping[str, date]:
        """Dependency id → the day since which files tell no more of it; it stays in force."""
        return {name: links[0].on for name, links in self._formerly.items()} | dict(self.snapshot.vanished)

    def is_taken_out(self, dependency: str) -> bool:
        """Whether the links of a dependency are gone, and not only crossing no teams any more."""
        gone = self.edits.gone_links.values()
        links = {(line.last.predecessor, line.last.successor) for line in gone if isinstance(line.last, Link)}
        former = self._formerly.get(dependency, ())
        return any((each.link.predecessor, each.link.successor) in links for each in former)

    @cached_property
    def projects(self) -> dict[str, Project]:
        """Projects by id, as far as they can be known today: a finish in the future is a plan and no fact."""
        rows = self.snapshot.projects
        past = (p if is_past(p.actual_finish, self.today) else replace(p, actual_finish=None) for p in rows)
        return self.owners.settle("project", by_id(past))

    @cached_property
    def objectives(self) -> dict[str, Objective]:
        """Objectives by id."""
        return self.owners.settle("objective", by_id(self.snapshot.objectives))

    @cached_property
    def kpis(self) -> dict[str, Kpi]:
        """KPIs by id."""
        return self.owners.settle("kpi", by_id(self.snapshot.kpis))

    @cached_property
    def people(self) -> dict[str, Person]:
        """People by id."""
        return by_id(self.snapshot.people)

    @cached_property
    def teams(self) -> dict[str, Team]:
        """Teams by id; two that became one by their table alone are two."""
        return apart(self, self.owners.settle("team", by_id(self.snapshot.teams)))

    @cached_property
    def registered(self) -> dict[str, Dependency]:
        """Dependencies of the register by id."""
        return self.owners.settle("dependency", by_id(self.snapshot.dependencies))

    @cached_property
    def told(self) -> dict[str, WorkItem]:
        """Work items by id as the files tell them, as far as they can be known today. What only stands for a project's
        finish gives way to it."""
        rows = (self._of_its_project(row) for row in self.snapshot.work_items if not self.stands_for_finish(row))
        raw = items_by_id(known_today(row, self.today) for row in rows)
        return self.owners.settle("milestone", raw) | self.strangers(raw)

    @cached_property
    def assignments(self) -> tuple[Assignment, ...]:
        """The charter's rules that give work to projects and objectives."""
        standing = self.reconciled.names.project
        return tuple(replace(rule, project=standing(rule.project)) for rule in self.snapshot.assignments)

    @cached_property
    def items(self) -> dict[str, WorkItem]:
        """Work items by id, with project and objective filled in from parents and the charter's assignments."""
        return Assigner(self.told, set(self.projects), self.assignments).items()

    @cached_property
    def suspicions(self) -> Suspicions:
        """Whom the texts of work items name."""
        return Suspicions(proxy(self))

    def strangers(self, known: Mapping[str, WorkItem]) -> dict[str, WorkItem]:
        """A stub for every predecessor that no file has: somebody waits for it all the same."""
        found: dict[str, WorkItem] = {}
        for link in self.snapshot.links:
            name = link.predecessor
            if name and name not in known and link.successor in known and not self.is_finish(name):
                stub = WorkItem(id=name, project="", title=name, stub=True, origin=link.origin)
                found[name] = min(found.get(name, stub), stub, key=place_of)
        return found

    def with_plan(self, items: Mapping[str, WorkItem], links: Sequence[Link]) -> Facts:
        """The same portfolio with another plan: what follows from neither is not worked out again."""
        snapshot = replace(self.snapshot, links=tuple(links))
        other = Facts(self.read, self.today, self.reconciled._replace(snapshot=snapshot))
        own = {
            "given",
            "reconciled",
            "snapshot",
            "told",
            "items",
            "items_by_project",
            "below",
            "links",
            "needs",
            "receivers",
        }
        vars(other).update({name: value for name, value in vars(self).items() if name not in own})
        vars(other)["items"] = dict(items)
        return other

    def item(self, name: str) -> WorkItem | None:
        """The work item of this id, else the implied finish of a project; None when nobody knows it."""
        name = self.reconciled.names.item(name)
        if name in self.items:
            return self.items[name]
        return implied_finish(self.projects[name.removesuffix(":finish")]) if self.is_finish(name) else None

    def is_finish(self, name: str) -> bool:
        """Whether this is the implied finish of a known project."""
        return name.endswith(":finish") and name.removesuffix(":finish") in self.projects

    def stands_for_finish(self, row: WorkItem) -> bool:
        """Whether a row only stands for the finish of a project by whose name it goes: a placeholder, or a row of
        another project, which can't say when this one ends."""
        if not self.is_finish(row.id):
            return False
        return row.stub or (row.project in self.projects and finish_of(row.project) != row.id)

    def _of_its_project(self, row: WorkItem) -> WorkItem:
        """A row that goes by the name of a project's finish is of that project, whatever stands above it."""
        return replace(row, project=row.id.removesuffix(":finish")) if self.is_finish(row.id) else row

    @cached_property
    def items_by_project(self) -> Mapping[str, tuple[WorkItem, ...]]:
        """The schedulable work items of each project (no summaries, no stubs), in the order they were read."""
        groups: dict[str, list[WorkItem]] = defaultdict(list)
        for item in self.items.values():
            if item.kind is not Kind.SUMMARY and not item.stub:
                groups[item.project].append(item)
        return {key: tuple(rows) for key, rows in groups.items()}

    def projects_below(self, summary: str) -> tuple[str, ...]:
        """The known projects of all work that stands below a summary, by id; what is there by name only is no work."""
        seen, found = {summary}, set()
        open_ones = [summary]
        while open_ones:
            for item in self.below.get(open_ones.pop(), ()):
                if item.id not in seen:
                    seen.add(item.id)
                    open_ones.append(item.id)
                    found |= set() if item.stub else {item.project}
        return tuple(sorted(found & self.projects.keys()))

    @cached_property
    def below(self) -> Mapping[str, tuple[WorkItem, ...]]:
        """Work item → what stands directly below it."""
        groups: dict[str, list[WorkItem]] = defaultdict(list)
        for item in self.items.values():
            if item.parent:
                groups[item.parent].append(item)
        return {key: tuple(rows) for key, rows in groups.items()}

    @cached_property
    def links(self) -> Links:
        """What links say by themselves."""
        return looked_up(self.snapshot.links, self.items, self.item, self._are_apart)

    def _are_apart(self, one: WorkItem, other: WorkItem) -> bool:
        """Whether two items may be the work of two teams; told at once where nobody names any other team for them."""
        if one.team == other.team and one.project == other.project and not self.reconciled.items:
            return False
        return teams_apart(self, one, other) is not None

    @cached_property
    def projects_by_objective(self) -> Mapping[str, tuple[str, ...]]:
        """Objective id → the ids of the projects that serve it."""
        groups: dict[str, list[str]] = defaultdict(list)
        for project in self.projects.values():
            for objective in dict.fromkeys(project.objectives):
                groups[objective].append(project.id)
        return {key: tuple(ids) for key, ids in groups.items()}

    @cached_property
    def readings_by_kpi(self) -> Mapping[str, tuple[Reading, ...]]:
        """KPI → the readings of it that are not of a day to come."""
        groups: dict[str, list[Reading]] = defaultdict(list)
        for reading in self.snapshot.readings:
            if reading.as_of <= self.today:
                groups[reading.kpi].append(reading)
        return {key: tuple(rows) for key, rows in groups.items()}

    @cached_property
    def open_projects(self) -> Mapping[str, tuple[str, ...]]:
        """Team → the ids of its projects that are not said to be done."""
        groups: dict[str, list[str]] = defaultdict(list)
        for project in self.projects.values():
            if project.actual_finish is None and project.state is not State.DONE:
                groups[self.team_id(project.team)].append(project.id)
        return {key: tuple(ids) for key, ids in groups.items()}

    @cached_property
    def calendars(self) -> dict[str, Calendar]:
        """Calendars by id, with the two of our own."""
        return {ALWAYS.id: ALWAYS, STANDARD.id: STANDARD} | by_id(self.snapshot.calendars)

    @cached_property
    def default_calendar(self) -> Calendar:
        """The calendar of the portfolio."""
        return self.calendars.get(self.snapshot.portfolio.calendar, STANDARD)

    @cached_property
    def working(self) -> Working:
        """Working time of the portfolio's calendar."""
        return Working(self.default_calendar)

    def working_days(self, start: date, end: date) -> int:
        """Whole working days after `start` up to and including `end`, in the portfolio's calendar; never below 0."""
        return int(self.working.working_days_between(start, end)) if end > start else 0

    @cached_property
    def unsigned(self) -> tuple[Loosened, ...]:
        """What the charter's policy loosens without a steward's signature: the default counts for it."""
        return policies.unsigned(self.snapshot, self.directory)

    @cached_property
    def policy(self) -> Policy:
        """The policy that counts, which alone is to be asked; the snapshot has what the charter asks for."""
        return policies.without(self.snapshot.policy, self.unsigned)

    def time_tolerance(self, project: str) -> int:
        """How many days later than its baseline a project may finish: its own tolerance, else that of all projects."""
        own = self.policy.tolerance.projects.get(project)
        return self.policy.finish_tolerance_days if own is None or own.time_days is None else own.time_days

    def cost_tolerance(self, project: str) -> float:
        """By how many percent a project's cost may exceed its budget: its own tolerance, else that of all projects."""
        own = self.policy.tolerance.projects.get(project)
        return self.policy.cost_tolerance_percent if own is None or own.cost_percent is None else own.cost_percent

    @cached_property
    def looks(self) -> tuple[date, ...]:
        """The days on which some work was seen to move, ascending: all that is known of when files were read."""
        return tuple(sorted(set(self.snapshot.moved.values())))

    @cached_property
    def directory(self) -> Directory:
        """People and teams by every text that names them."""
        return Directory(self.people.values(), self.teams.values(), self.owners.enrolled_teams)

    def team_of(self, item: WorkItem) -> str:
        """The id of the team that works on an item: its own, else its project's."""
        project = self.projects.get(item.project)
        return self.team_id(item.team or (project.team if project else ""))

    def owner_of_item(self, item: WorkItem) -> str:
        """Who can move an item: its owner, else the team's lead, else the project's owner."""
        project = self.projects.get(item.project)
        return self.first_person(
            item.owner, self.lead_of(self.team_of(item)), *((project.owner, project.sponsor) if project else ())
        )

    def owner_of_project(self, project: str) -> str:
        """Who answers for a project: its owner, else its team's lead, else its sponsor, else the steward."""
        row = self.projects.get(project)
        if row is None:
            return self.steward
        return self.first_person(row.owner, self.lead_of(row.team), row.sponsor, self.steward)

    def sponsor_of(self, project: str) -> str:
        """The person id of a project's sponsor, else the owner of its first objective."""
        row = self.projects.get(project)
        if row is None:
            return ""
        owners = (self.objectives[o].owner for o in row.objectives if o in self.objectives)
        return self.first_person(row.sponsor, *owners)

    def is_done(self, item: WorkItem) -> bool:
        """An item is done when its source says so or gives an actual finish."""
        return item.state is State.DONE or item.actual_finish is not None

    def is_started(self, item: WorkItem) -> bool:
        """An item is started when work on it is known to have begun."""
        return has_begun(item)

    def baseline(self, project: str) -> date | None:
        """The first baseline finish ever known."""
        row = self.projects.get(project)
        return self.snapshot.baselines.get(project, row.baseline_finish if row else None)

    @cached_property
    def names(self) -> dict[str, str]:
        """Ids of people, teams, projects and objectives → what people call them."""
        return (
            {o.id: o.title for o in self.objectives.values()}
            | {p.id: p.title for p in self.projects.values()}
            | {t.id: t.title for t in self.teams.values()}
            | {p.id: p.name for p in self.people.values()}
        )
