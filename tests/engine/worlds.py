"""Random small portfolios: every kind of row, links in circles, blanks, unknown names, days in any order."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st
from scene import PEOPLE, TEAMS, TODAY, by_steward, signed

from cockpit.engine.facts import Facts
from cockpit.engine.statements.policies import version_of
from cockpit.records.model import (
    Calendar,
    Dependency,
    Direction,
    Kind,
    Kpi,
    Link,
    LinkType,
    Meaning,
    Objective,
    Project,
    Rag,
    Reading,
    State,
    Statement,
    StatusReport,
    WorkItem,
)
from cockpit.records.snapshot import Assignment, Policy, Portfolio, Snapshot
from cockpit.trust.canonical import digest
from cockpit.trust.obligations import (
    baseline_version,
    dependency_version,
    mapping_subject,
    mapping_version,
    milestone_version,
    reading_version,
    suspicion_subject,
)

ITEMS = ("a", "b", "c", "d", "e", "EXT")
PROJECTS = ("P", "Q", "R")
SIGNERS = tuple(p.id for p in PEOPLE)
days = st.integers(-90, 200).map(lambda n: TODAY + timedelta(days=n))
maybe_day = st.none() | days
teams = st.sampled_from(("", "apps", "bank", "vendor", "sourcing", "nobody"))
people = st.sampled_from(("", "ann", "ben", "vic", "sue", "kim", "ghost"))
item_ids = st.sampled_from(("", *ITEMS, *ITEMS, "P:finish", "nothing"))
parents = st.sampled_from(("", "", "", "", *ITEMS))
project_ids = st.sampled_from(("", *PROJECTS, *PROJECTS, "X"))
lengths = st.sampled_from((None, 0.0, 1.0, 5.0, 12.5, 40.0))
money = st.none() | st.floats(0, 1e6)
said = st.sampled_from(
    ((), (), (("Comment", "waiting for the Bank team"),), (("Comment", "Old Vendor sent nothing."), ("Flagged", "yes")))
)
HOLIDAYS = Calendar(
    id="holidays",
    exceptions=((date(2025, 1, 8), date(2025, 1, 14), ()), (date(2025, 2, 1), date(2025, 2, 1), ((540, 780),))),
)


@st.composite
def work_items(draw: Any, id: str) -> WorkItem:
    return WorkItem(
        id=id,
        project=draw(project_ids),
        title=id.upper(),
        kind=draw(st.sampled_from((*Kind, Kind.ACTIVITY, Kind.ACTIVITY, Kind.TICKET))),
        team=draw(teams),
        owner=draw(people),
        state=draw(st.none() | st.sampled_from(State)),
        calendar=draw(st.sampled_from(("", "holidays", "no such"))),
        duration_days=draw(lengths),
        remaining_days=draw(lengths),
        not_before=draw(maybe_day),
        baseline_start=draw(maybe_day),
        baseline_finish=draw(maybe_day),
        actual_start=draw(maybe_day),
        actual_finish=draw(st.sampled_from((None, None, None, TODAY, TODAY - timedelta(30), TODAY + timedelta(30)))),
        percent=draw(st.none() | st.floats(0, 100)),
        effort=draw(st.none() | st.floats(0, 100)),
        parent=draw(parents),
        objective=draw(st.sampled_from(("", "O", "lost"))),
        acceptor=draw(people),
        acceptance=draw(st.sampled_from(("", "It works"))),
        stub=draw(st.integers(0, 9)) == 9,
        extra=draw(said),
    )


@st.composite
def projects(draw: Any, id: str) -> Project:
    return Project(
        id=id,
        title=f"Project {id}",
        objectives=draw(st.sampled_from(((), ("O",), ("O", "O2"), ("lost",)))),
        owner=draw(people),
        sponsor=draw(people),
        team=draw(teams),
        state=draw(st.none() | st.sampled_from(State)),
        start=draw(maybe_day),
        baseline_finish=draw(maybe_day),
        forecast_finish=draw(maybe_day),
        actual_finish=draw(st.sampled_from((None, None, None, TODAY, TODAY - timedelta(30), TODAY + timedelta(30)))),
        budget=draw(money),
        forecast_cost=draw(money),
    )


@st.composite
def dependencies(draw: Any, id: str) -> Dependency:
    return Dependency(
        id=id,
        title=f"What {id} needs",
        giver_team=draw(teams),
        receiver_team=draw(teams),
        giver_owner=draw(people),
        receiver_owner=draw(people),
        giver_item=draw(item_ids),
        receiver_item=draw(item_ids),
        receiver_project=draw(project_ids),
        needed_by=draw(maybe_day),
    )


links = st.builds(
    Link,
    predecessor=item_ids,
    successor=item_ids,
    type=st.sampled_from(LinkType),
    lag_days=st.sampled_from((0.0, 0.0, -2.0, 5.0)),
)
kpis = st.builds(
    Kpi,
    id=st.sampled_from(("K", "L")),
    objective=st.sampled_from(("O", "lost")),
    title=st.just("Number"),
    owner=people,
    leads=st.sampled_from(((), ("ann",), ("ghost",))),
    direction=st.sampled_from(Direction),
    baseline=st.none() | st.floats(-10, 10),
    target=st.none() | st.floats(-10, 10),
    low=st.none() | st.floats(-10, 10),
    high=st.none() | st.floats(-10, 10),
    target_date=maybe_day,
    cadence_days=st.none() | st.integers(0, 60),
)
readings = st.builds(Reading, kpi=st.sampled_from(("K", "L", "M")), as_of=days, value=st.floats(-100, 100))
reports = st.builds(
    StatusReport, project=project_ids, as_of=days, status=st.sampled_from(("Green", "Red")), rag=st.sampled_from(Rag)
)
rules = st.builds(
    Assignment,
    field=st.sampled_from(("id", "team", "no such")),
    pattern=st.sampled_from(("*", "a", "b*")),
    project=project_ids,
    objective=st.sampled_from(("", "O")),
)


@st.composite
def statements(draw: Any, rows: Snapshot) -> Statement:
    """Somebody says something of something: often over its present version, sometimes over another."""
    meaning, signer, on = draw(st.sampled_from(Meaning)), draw(st.sampled_from(SIGNERS)), draw(days)
    body: dict[str, Any] = {"evidence": draw(st.sampled_from(([], ["a" * 64])))}
    if draw(st.booleans()):
        body["date"] = draw(days).isoformat()
    kinds: list[tuple[str, str]] = [(f"dependency:{d.id}", dependency_version(d)) for d in rows.dependencies]
    kinds += [(f"milestone:{i.id}", milestone_version(i.id, i.project, i.title, i.acceptance)) for i in rows.work_items]
    for p in rows.projects:
        kinds.append((f"baseline:{p.id}", baseline_version(p.id, p.baseline_finish)))
        kinds.append((f"milestone:{p.id}:finish", milestone_version(f"{p.id}:finish", p.id, f"{p.title}: finish", "")))
    for r in rows.assignments:
        kinds.append((mapping_subject(r.field, r.pattern), mapping_version(r.field, r.pattern, r.project, r.objective)))
    kinds += [(f"kpi:{r.kpi}", f"{r.as_of}|{r.value}") for r in rows.readings]
    kinds.append(("policy:test", version_of(rows.policy)))
    kinds += [(suspicion_subject(i.id, giver), "") for i in rows.work_items for giver in ("vendor", "bank")]
    kinds.append(("nothing:at all", "0" * 64))
    subject, of = draw(st.sampled_from(kinds))
    if subject.startswith("kpi:"):
        day, _, value = of.partition("|")
        of = reading_version(subject[4:], date.fromisoformat(day), float(value))
        body |= {"date": day, "value": float(value)}
    if subject.startswith("suspicion:"):
        facts = Facts(rows, TODAY)
        texts = facts.suspicions
        item, giver = texts.split(subject.partition(":")[2])
        of = digest(texts.covered(item, giver, meaning)) if item is not None else "0" * 64
    if draw(st.integers(0, 4)) == 0:
        of = "f" * 64
    return signed(subject, of, meaning, signer, on, **body)


@dataclass(frozen=True)
class World:
    snapshot: Snapshot
    today: date

    def but(self, **more: Any) -> World:
        return World(replace(self.snapshot, **more), self.today)


@st.composite
def worlds(draw: Any) -> World:
    """A portfolio and a day, often earlier than some of what it says."""
    chosen = ("a", "b", "c", *draw(st.lists(st.sampled_from(ITEMS), max_size=4)))
    items = tuple(draw(work_items(i)) for i in chosen)
    ids = [i.id for i in items]
    rows = Snapshot(
        portfolio=Portfolio(id="test", title="Test", steward="kim", calendar=draw(st.sampled_from(("", "holidays")))),
        policy=draw(st.sampled_from((Policy(), Policy(dependency_proof="promised"), Policy(unpromised_days=0)))),
        objectives=(
            Objective(id="O", title="One", owner="kim", cost_of_delay_per_day=10.0, finish_item=draw(item_ids)),
            Objective(id="O2", title="Two", target_date=draw(maybe_day)),
        ),
        kpis=tuple(draw(st.lists(kpis, max_size=3))),
        readings=tuple(draw(st.lists(readings, max_size=4))),
        projects=tuple(draw(projects(p)) for p in ("P", "Q", *draw(st.lists(st.sampled_from(PROJECTS), max_size=2)))),
        work_items=items,
        links=tuple(draw(st.lists(links, max_size=6))),
        dependencies=tuple(draw(dependencies(d)) for d in draw(st.lists(st.sampled_from("DEF"), max_size=3))),
        status_reports=tuple(draw(st.lists(reports, max_size=3))),
        people=PEOPLE,
        teams=draw(st.sampled_from((TEAMS, ()))),
        calendars=(HOLIDAYS,),
        assignments=tuple(draw(st.lists(rules, max_size=2))),
        moved=dict.fromkeys(ids, draw(days)),
        observed=dict.fromkeys(ids, draw(days)),
        baselines={"P": draw(days)} if draw(st.booleans()) else {},
        vanished={"D": draw(days)} if draw(st.booleans()) else {},
        earlier={"P": draw(days)} if draw(st.booleans()) else {},
        earlier_on=draw(maybe_day),
    )
    said = tuple(draw(st.lists(statements(rows), max_size=5)))
    if draw(st.booleans()):
        said = (*said, by_steward(rows.policy))
    return World(replace(rows, statements=said), draw(days))


@st.composite
def calm_worlds(draw: Any) -> World:
    """The same where little else goes wrong: plans that move, with time to spare, and one need at the most."""
    world = draw(worlds())
    rows, today = world.snapshot, world.today
    spare = today + timedelta(days=400)
    return world.but(
        projects=tuple(
            replace(p, state=None, actual_finish=None, budget=None, baseline_finish=spare, forecast_finish=None)
            for p in rows.projects
        ),
        work_items=tuple(
            replace(i, kind=Kind.ACTIVITY, state=None, actual_finish=None, percent=None, duration_days=5.0)
            for i in rows.work_items
        ),
        links=tuple(each for each in rows.links if each.predecessor < each.successor),
        dependencies=rows.dependencies[:1],
        moved=dict.fromkeys(rows.moved, today),
        observed=dict.fromkeys(rows.observed, today),
        baselines={},
        vanished={},
        earlier={},
    )
