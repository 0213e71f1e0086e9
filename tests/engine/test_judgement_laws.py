"""What holds of every portfolio, however odd: no crash, one answer, and nothing gets greener by saying less."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from scene import TEAMS, TODAY, item, project, signed, snapshot
from worlds import World, calm_worlds, dependencies, reports, statements, worlds

from cockpit.engine.assess import assess
from cockpit.engine.facts import Facts
from cockpit.records.assessment import Assessment, ProjectView
from cockpit.records.model import Dependency, Meaning
from cockpit.records.verdicts import SEVERITY_ORDER, DependencyState, Status
from cockpit.trust.obligations import dependency_version

LAW = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
TABLES = (
    "objectives", "kpis", "readings", "projects", "work_items", "links", "dependencies", "status_reports", "people",
    "teams", "statements",
)  # fmt: skip


def answer(world: World) -> Assessment:
    return assess(world.snapshot, world.today)


def views(assessment: Assessment) -> dict[str, ProjectView]:
    return {p.record.id: p for p in assessment.projects}


def greener(after: ProjectView, before: ProjectView) -> bool:
    return SEVERITY_ORDER.index(after.status) > SEVERITY_ORDER.index(before.status)


def finishes(assessment: Assessment) -> dict[str, Any]:
    """Every computed finish, of items and of projects."""
    found: dict[str, Any] = {i: d.early_finish.date() for i, d in assessment.items.items()}
    return found | {p: v.computed_finish for p, v in views(assessment).items()}


@LAW
@given(worlds(), st.data())
def test_one_answer_whatever_the_order_of_the_rows(world: World, data: st.DataObject) -> None:
    plain = answer(world)
    assert answer(world) == plain
    shuffled = {name: tuple(data.draw(st.permutations(getattr(world.snapshot, name)))) for name in TABLES}
    mixed = answer(world.but(**shuffled))
    assert mixed.breaches == plain.breaches
    assert mixed.projects == plain.projects
    assert mixed.dependencies == plain.dependencies
    assert dict(mixed.items) == dict(plain.items)
    assert mixed.signoffs == plain.signoffs
    assert {c.objective: c for c in mixed.chains} == {c.objective: c for c in plain.chains}
    assert {k.record.id: k for k in mixed.kpis} == {k.record.id: k for k in plain.kpis}
    assert {o.record.id: o for o in mixed.objectives} == {o.record.id: o for o in plain.objectives}
    assert mixed.alignment == plain.alignment


@LAW
@given(worlds() | calm_worlds(), dependencies("Z"))
def test_one_more_need_makes_nothing_greener_and_nothing_earlier(world: World, need: Any) -> None:
    assume(not any(str(s.body["subject"]).endswith(":Z") for s in world.snapshot.statements))
    before = answer(world)
    after = answer(world.but(dependencies=(*world.snapshot.dependencies, need)))
    for id_, view in views(after).items():
        assert not greener(view, views(before)[id_])
    ends = finishes(after)
    for id_, finish in finishes(before).items():
        if finish is not None and ends.get(id_) is not None:
            assert ends[id_] >= finish


@LAW
@given(worlds() | calm_worlds(), dependencies("Z"))
def test_proving_a_need_makes_nothing_later(world: World, need: Any) -> None:
    need = replace(need, giver_team="vendor", giver_owner="vic", receiver_team="apps", receiver_owner="ann")
    said = tuple(s for s in world.snapshot.statements if s.body["subject"] != "dependency:Z")
    plain = world.but(dependencies=(*world.snapshot.dependencies, need), statements=said, teams=TEAMS)
    proof = signed(
        "dependency:Z", dependency_version(need), Meaning.RESOLVED, "vic", TODAY + timedelta(999), evidence=["a" * 64]
    )
    open_, after = answer(plain), answer(plain.but(statements=(*said, proof)))
    assume(any(d.record.id == "Z" and d.state is DependencyState.RESOLVED for d in after.dependencies))
    ends = finishes(open_)
    for id_, finish in finishes(after).items():
        if finish is not None and ends.get(id_) is not None:
            assert finish <= ends[id_]
    for id_, view in views(open_).items():
        assert not greener(view, views(after)[id_])


@LAW
@given(worlds())
def test_what_blocks_costs_no_less_than_nothing_and_alone_gives_back_what_it_costs(world: World) -> None:
    for chain in answer(world).chains:
        for blocker in chain.blockers:
            assert blocker.slip_days >= 0 and blocker.leverage_days >= 0
        if len(chain.blockers) == 1:
            assert chain.blockers[0].slip_days == chain.blockers[0].leverage_days


@LAW
@given(worlds(), st.data())
def test_what_is_not_signed_says_nothing(world: World, data: st.DataObject) -> None:
    lie = replace(data.draw(statements(world.snapshot)), id="f" * 64, verdict="The signature is not over these bytes.")
    plain, after = answer(world), answer(world.but(statements=(*world.snapshot.statements, lie)))
    kept = tuple(b for b in after.breaches if b.subject != f"statement:{lie.id[:12]}")
    assert kept == plain.breaches
    assert replace(after, breaches=(), statements=(), levels={}) == replace(
        plain, breaches=(), statements=(), levels={}
    )


@LAW
@given(worlds() | calm_worlds(), st.data())
def test_taking_a_proof_away_makes_nothing_greener(world: World, data: st.DataObject) -> None:
    """Save a dispute, or a confirmed suspicion: signatures too, which say that something is worse than it looks."""
    said = world.snapshot.statements
    proofs = (Meaning.RESOLVED, Meaning.VALIDATED, Meaning.ATTESTED, Meaning.CONFIRMED)
    among = [s for s in said if s.body["meaning"] in proofs and not str(s.body["subject"]).startswith("suspicion:")]
    assume(among)
    gone = data.draw(st.sampled_from(among))
    before = views(answer(world))
    after = views(answer(world.but(statements=tuple(s for s in said if s is not gone))))
    for id_, view in after.items():
        assert not greener(view, before[id_])


@LAW
@given(worlds(), st.lists(reports, max_size=3))
def test_what_is_reported_never_enters(world: World, said: Any) -> None:
    plain, after = answer(world), answer(world.but(status_reports=tuple(said)))
    assert after.breaches == plain.breaches
    assert [(p.record.id, p.status, p.basis, p.reasons) for p in sorted(after.projects, key=lambda p: p.record.id)] == [
        (p.record.id, p.status, p.basis, p.reasons) for p in sorted(plain.projects, key=lambda p: p.record.id)
    ]


def one_team_at_most(world: World, need: Dependency, projects: Collection[str]) -> bool:
    """Whether both sides of a need may be one and the same team. Where a row leaves a side blank, the giver's item or
    the held projects may name it; an item is taken to stand in any project, since parents and assignments give it one.
    """
    rows = world.snapshot
    of_projects = {p.team for p in rows.projects}
    if need.giver_team:
        giving = {need.giver_team}
    elif need.giver_item in {i.id for i in rows.work_items} | {f"{p.id}:finish" for p in rows.projects}:
        giving = {i.team for i in rows.work_items if i.id == need.giver_item} | of_projects
    else:
        giving = set()
    if need.receiver_team:
        giving &= {need.receiver_team}
    for held in projects:
        named = {p.team for p in rows.projects if p.id == held}
        giving &= giving if "" in named else named
    return bool(giving - {""})


@LAW
@given(worlds() | calm_worlds())
def test_green_is_earned(world: World) -> None:
    """On Track has a baseline and a computed finish within tolerance, and needs nothing of another team, or of nobody
    known, that is not proven."""
    found = answer(world)
    policy = Facts(world.snapshot, world.today).policy
    fine = {DependencyState.RESOLVED, DependencyState.WITHDRAWN} | (
        {DependencyState.PROMISED} if policy.dependency_proof == "promised" else set()
    )
    unproven = [d for d in found.dependencies if d.state not in fine]
    crossing = {p for d in unproven if not one_team_at_most(world, d.record, d.projects) for p in d.projects}
    for id_, view in views(found).items():
        if view.status is Status.ON_TRACK:
            assert view.baseline_finish is not None and view.computed_finish is not None
            assert (view.computed_finish - view.baseline_finish).days <= policy.finish_tolerance_days
            assert id_ not in crossing


def test_what_a_team_needs_of_itself_leaves_its_project_green() -> None:
    """Found by the law above when it took a blank side for another team: the project says whose side that is."""
    here = snapshot(items=(item("a", 5.0, team=""),), projects=(project(team="apps"),))
    of_apps = Dependency(id="D", title="Of itself", giver_team="apps", receiver_team="", receiver_project="P")
    for need, status in (
        (of_apps, Status.ON_TRACK),
        (replace(of_apps, giver_team="", giver_item="a"), Status.ON_TRACK),
        (replace(of_apps, giver_team="bank"), Status.AT_RISK),
        (replace(of_apps, giver_team="", giver_item="nothing"), Status.AT_RISK),
    ):
        found = answer(World(replace(here, dependencies=(need,)), TODAY))
        assert views(found)["P"].status is status
        held = next(d for d in found.dependencies if d.record.id == "D")
        assert one_team_at_most(World(here, TODAY), held.record, held.projects) is (status is Status.ON_TRACK)
