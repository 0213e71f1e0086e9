"""What a portfolio would be without a dependency, a project or some work is what a snapshot without them is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scene import TODAY, docs, item, link, project, snapshot
from worlds import HOLIDAYS, World, worlds

from cockpit.engine.case import Case
from cockpit.engine.decisions.lookups import Cut, facts_without
from cockpit.engine.decisions.otherwise import case_without, without_dependency, without_items
from cockpit.engine.facts import Facts
from cockpit.engine.path.holds import recomputed
from cockpit.engine.scheduling.onward import Onward
from cockpit.engine.scheduling.rebuilt import Given
from cockpit.engine.scheduling.schedule import Forward
from cockpit.records.model import Dependency, Kind, Link, LinkType, State, WorkItem
from cockpit.records.snapshot import Snapshot

MORE = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
TEAMS = ("apps", "bank", "vendor", "")


@st.composite
def plans(draw: Any) -> Snapshot:
    """Three projects whose work often ends at the same minute, with names in any order, hardly any circle, and work
    that is silent."""
    size = draw(st.integers(3, 16))
    names = draw(st.permutations([f"i{n:02}" for n in range(size)]))
    items = tuple(draw(work(name)) for name in names)
    links = {(draw(st.integers(0, size - 1)), draw(st.integers(0, size - 1))) for _ in range(draw(st.integers(2, 30)))}
    turned = draw(st.integers(0, 9)) == 9
    ends = [(a, b) if a < b or turned else (b, a) for a, b in sorted(links) if a != b]
    tied = [draw(tie(names[a], names[b])) for a, b in ends]
    tied += [link("outside", draw(st.sampled_from(names))) for _ in range(draw(st.integers(0, 2)))]
    heading = draw(st.sampled_from(("", "", "s")))
    if heading:
        items = tuple(replace(i, parent=heading) if draw(st.booleans()) else i for i in items)
        items += (item(heading, 0.0, "P", kind=Kind.SUMMARY),)
        tied.append(link(draw(st.sampled_from(names)), heading))
    begun = TODAY - timedelta(60)
    return snapshot(
        items=items,
        links=tuple(tied),
        projects=tuple(project(name, team=draw(st.sampled_from(TEAMS))) for name in "PQR"),
        dependencies=tuple(draw(need(id, names)) for id in "DEF"[: draw(st.integers(0, 3))]),
        calendars=(HOLIDAYS,),
        moved={name: begun for name in names if draw(st.booleans())},
    )


@st.composite
def work(draw: Any, name: str) -> WorkItem:
    state = draw(st.sampled_from((None, None, State.TODO, State.DOING, State.DONE)))
    return item(
        name,
        draw(st.sampled_from((0.0, 1.0, 1.0, 2.0, 5.0))),
        draw(st.sampled_from("PPQR")),
        team=draw(st.sampled_from(TEAMS)),
        kind=draw(st.sampled_from((Kind.ACTIVITY, Kind.ACTIVITY, Kind.TICKET))),
        calendar=draw(st.sampled_from(("", "", "holidays"))),
        state=state,
        actual_start=TODAY - timedelta(60) if state is State.DOING else None,
        actual_finish=TODAY - timedelta(10) if state is State.DONE else None,
    )


@st.composite
def tie(draw: Any, before: str, after: str) -> Link:
    kind = draw(st.sampled_from((LinkType.FS,) * 6 + tuple(LinkType)))
    return link(before, after, type=kind, lag_days=draw(st.sampled_from((0.0, 0.0, 0.0, 1.0, -1.0))))


@st.composite
def need(draw: Any, id: str, names: list[str]) -> Dependency:
    ends = st.sampled_from(("", *names))
    return docs(
        id=id,
        giver_team=draw(st.sampled_from(TEAMS)),
        giver_item=draw(ends),
        receiver_item=draw(ends),
        receiver_project=draw(st.sampled_from(("", "P", "Q"))),
        needed_by=draw(st.sampled_from((None, TODAY + timedelta(3)))),
    )


def told(case: Case, here: Case) -> dict[str, Any]:
    """Everything that options rest on, by names and not by places in a network."""
    blockage, network = case.blockage, case.woven.network
    acting = [
        hold for hold in blockage.all_holds if hold.subject in blockage.judged or here.blockage.hold(hold.subject)
    ]

    def dates(found: Forward) -> dict[str, Any]:
        return {
            name: (found.start[n], found.finish[n], found.begin[n], found.reach[n], driver(found.driver[n]))
            for name, n in sorted(network.index.items())
        }

    def driver(by: int) -> object:
        return (network.ids[network.link_pred[by]], network.links[by]) if by >= 0 else by

    holds = sorted(
        (h.subject, sorted(network.ids[n] for n in h.nodes), h.minute, h.until, h.assumed,
         None if h.release is None else network.ids[h.release])
        for h in blockage.all_holds
    )  # fmt: skip
    return {
        "items": dict(sorted(case.facts.items.items())),
        "judged": dict(sorted(case.judged.items())),
        "gates": dict(sorted(case.woven.gates.items())),
        "tied": sorted(case.woven.tied),
        "backlogs": sorted(case.woven.backlogs),
        "base": dates(case.woven.base),
        "held": dates(blockage.held),
        "full": dates(recomputed(case.woven, acting, blockage.all_holds).dates),
        "holds": holds,
        "ends": {o.id: _finish(case, blockage.end_of(o, blockage.full)) for o in case.facts.objectives.values()},
    }


def _finish(case: Case, node: int | None) -> int | None:
    return None if node is None else case.blockage.full.finish[node]


def check(case: Case, cut: Cut) -> None:
    less, whole = case_without(case, cut), Case(Facts(cut.snapshot, case.facts.today))
    found, expected = told(less, case), told(whole, case)
    for name, value in expected.items():
        assert repr(found[name]) == repr(value), name
    onward, network = less.woven.network.onward, less.woven.network
    anew = Onward(network.net.size, network.link_pred, network.link_succ)
    assert (onward.first, onward.to, onward.link) == (anew.first, anew.to, anew.link)
    for name in ("told", "items", "items_by_project", "below", "links", "looks"):
        assert getattr(less.facts, name) == getattr(whole.facts, name), name


def cuts(case: Case, data: st.DataObject) -> list[Cut]:
    facts = case.facts
    found = [without_dependency(facts, judged) for judged in case.judged.values()]
    of = {name: {i.id for i in facts.items.values() if i.project == name} for name in facts.projects}
    found += [without_items(facts.snapshot, items, name) for name, items in of.items()]
    names = data.draw(st.sets(st.sampled_from(sorted(facts.items)), max_size=5)) if facts.items else set()
    return [*found, without_items(facts.snapshot, names)]


@MORE
@given(plans(), st.data())
def test_a_plan_without_something_is_the_plan_that_never_had_it(known: Snapshot, data: st.DataObject) -> None:
    case = Case(Facts(known, TODAY))
    for cut in cuts(case, data):
        check(case, cut)


@MORE
@given(worlds(), st.data())
def test_so_is_any_portfolio(world: World, data: st.DataObject) -> None:
    rows = {row.id: row for row in world.snapshot.work_items}
    projects = {row.id: row for row in world.snapshot.projects}
    known = replace(world.snapshot, work_items=tuple(rows.values()), projects=tuple(projects.values()))
    case = Case(Facts(known, world.today))
    for cut in cuts(case, data):
        check(case, cut)


def test_what_links_alone_told_of_is_gone_with_them() -> None:
    """Of “out” nobody knows more than that A waits for it, and that it waits for itself."""
    known = snapshot(items=(item("a", 1.0, team="apps"),), links=(link("out", "a"), link("out", "out")))
    case = Case(Facts(known, TODAY))
    cut = without_dependency(case.facts, case.judged["dependency:out>P"])
    assert [each.successor for each in cut.snapshot.links] == ["out"]
    check(case, cut)


def portfolio() -> Snapshot:
    """The documents of the vendor hold the first work of P, of which R waits; Q goes its own way."""
    items = (
        item("a", 10.0, team="apps"), item("b", 5.0, team="apps"), item("r", 5.0, "R", team="apps"),
        item("q", 3.0, "Q", team="apps"), item("g", 10.0, "Q", team="vendor"),
    )  # fmt: skip
    return snapshot(
        items=items,
        links=(link("a", "b"), link("b", "r"), link("g", "a")),
        dependencies=(docs(giver_item="g"),),
        projects=tuple(project(name) for name in "PQR"),
    )


@pytest.mark.parametrize("what", ["dependency", "project", "work"])
def test_nothing_is_built_anew_for_it(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    case = Case(Facts(portfolio(), TODAY))
    assert case.blockage.full
    cut = {
        "dependency": lambda: without_dependency(case.facts, case.judged["dependency:D"]),
        "project": lambda: without_items(case.facts.snapshot, {"a", "b"}, "P"),
        "work": lambda: without_items(case.facts.snapshot, {"q"}),
    }[what]()
    whole = Case(Facts(cut.snapshot, TODAY))
    assert whole.blockage.full
    monkeypatch.setattr(Given, "build", None)
    less = case_without(case, cut)
    assert facts_without(case.facts, cut).touched is not None
    assert repr(told(less, case)) == repr(told(whole, case))
