"""The rules of judgement, sentence by sentence: what blocks the critical path, what it costs, and what counts as dead.

A bank moves to the cloud. Apps builds, Bank migrates the data; Vic of Sourcing answers for the old vendor, Ben leads
Bank. Today is Monday, 6 January 2025, unless said otherwise.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from scene import OBJECTIVE, TODAY, assess, breach, codes, docs, item, link, project, signed, snapshot, view

from cockpit.records.model import Calendar, Dependency, Kind, Meaning, Objective, State
from cockpit.records.snapshot import Portfolio
from cockpit.records.verdicts import Basis, Status
from cockpit.trust.obligations import dependency_version, milestone_version

MARCH = date(2025, 3, 31)


def promise(row: Dependency, day: str, signer: str = "vic") -> Any:
    return signed(f"dependency:{row.id}", dependency_version(row), Meaning.PROMISED, signer, date=day)


# --- the driving chain and its blockers


def test_the_last_finish_of_the_objectives_projects_drives_it_over_its_own_calendar() -> None:
    """Two projects serve the objective. The migration ends on 31 January, the rollout on the 17th; in the week of the
    13th nobody migrates (a freeze), so its five days of reconciliation begin on the 20th."""
    freeze = Calendar(id="freeze", exceptions=((date(2025, 1, 13), date(2025, 1, 17), ()),))
    items = (
        item("rollout", 10),
        item("extract", 5, "Q", calendar="freeze"),
        item("reconcile", 5, "Q", calendar="freeze"),
        item("sign-off", 5, "Q"),
    )
    ties = (link("extract", "reconcile"), link("reconcile", "sign-off"))
    rows = snapshot(items=items, links=ties, projects=(project(), project("Q")), calendars=(freeze,))
    chain = assess(rows, TODAY).chains[0]
    assert chain.finish == date(2025, 1, 31)
    assert [step.item for step in chain.steps] == ["extract", "reconcile", "sign-off", "Q:finish"]
    assert [step.start for step in chain.steps[:3]] == [TODAY, date(2025, 1, 20), date(2025, 1, 27)]


def test_for_each_blocker_who_must_act_how_long_it_blocks_what_it_costs_and_what_it_gives_back() -> None:
    """Needed by 16 December, three weeks ago; promised for 31 January. Ten days of build then end on 14 February
    instead of 17 January: 28 days at 1,000 a day."""
    row = docs(needed_by=date(2024, 12, 16))
    rows = snapshot(items=(item("a", 10),), dependencies=(row,), statements=(promise(row, "2025-01-31"),))
    (found,) = assess(rows, TODAY).chains[0].blockers
    assert (found.owner, found.owner_name, found.giver_team) == ("vic", "Vic Vane", "Old Vendor")
    assert found.blocked_days == 21 and found.held_until == date(2025, 1, 31)
    assert (found.slip_days, found.leverage_days, found.cost) == (28.0, 28.0, 28_000.0)
    assert not found.at_least and not found.cost_assumed
    logged = docs(logged_on=date(2025, 1, 2))
    (found,) = assess(replace(rows, dependencies=(logged,), statements=()), TODAY).chains[0].blockers
    assert found.blocked_days == 4 and found.at_least, "nobody has promised a date"
    ahead = docs(needed_by=date(2025, 2, 3), logged_on=date(2024, 12, 2))
    (found,) = assess(replace(rows, dependencies=(ahead,), statements=()), TODAY).chains[0].blockers
    assert found.blocked_days == 0, "what is needed later blocks nobody yet"


def test_parallel_blockers_stand_as_one_row_with_all_owners() -> None:
    """The cut-over waits for the vendor's documents (then ten days of build) and for the bank's test data (then ten
    days of load), both promised for 31 January: both end on 14 February, and the cut-over on the 21st instead of 24
    January. Whoever delivers alone gives no day back."""
    vendor = docs(id="DOCS", receiver_item="build")
    data = docs(id="DATA", title="Test data", giver_team="bank", giver_owner="ben", receiver_item="load")
    items = (item("build", 10), item("load", 10), item("cut-over", 5))
    ties = (link("build", "cut-over"), link("load", "cut-over"))
    said = (promise(vendor, "2025-01-31"), promise(data, "2025-01-31", "ben"))
    rows = snapshot(items=items, links=ties, dependencies=(vendor, data), statements=said)
    (joint,) = assess(rows, TODAY).chains[0].blockers
    assert joint.owner_name == "Ben Birch, Vic Vane"
    assert (joint.subject, joint.together) == ("dependency:DATA", ("dependency:DOCS",))
    assert (joint.leverage_days, joint.cost) == (28.0, 28_000.0), "cut-over 17–21 February instead of 20–24 January"
    assert [(m.slip_days, m.leverage_days) for m in joint.members] == [(28.0, 0.0), (28.0, 0.0)]
    # With two days more to load (to 18 February, free to 21 January) the data alone gives days back, from 25 to 21
    # February; the documents alone cost 24 days, from 28 January. Nothing is joined, and each stands by itself.
    uneven = replace(rows, work_items=(items[0], item("load", 12), items[2]))
    first, second = assess(uneven, TODAY).chains[0].blockers
    assert (first.subject, first.leverage_days, first.members) == ("dependency:DATA", 4.0, ())
    assert (second.subject, second.slip_days, second.leverage_days) == ("dependency:DOCS", 24.0, 0.0)


def test_the_list_is_sorted_by_leverage_times_cost_of_delay_summed_over_the_objectives_that_move() -> None:
    """The vendor's documents move the cloud (1,000 a day) by 14 days. The bank's test data moves the branch programme
    (300 a day) by 28 days and, since its own end waits for that too, the archive (800 a day) as well."""
    branch = Objective(id="B", title="Branch programme", owner="sue", cost_of_delay_per_day=300.0)
    archive = Objective(id="A", title="Archive", owner="sue", cost_of_delay_per_day=800.0)
    projects = (project(), project("Q", objectives=("B", "A")))
    vendor = docs(id="DOCS", receiver_item="build")
    data = docs(id="DATA", giver_team="bank", giver_owner="ben", receiver_item="load")
    said = (promise(vendor, "2025-01-17"), promise(data, "2025-01-31", "ben"))
    rows = snapshot(
        items=(item("build", 10), item("load", 10, "Q")),
        projects=projects,
        objectives=(OBJECTIVE, branch, archive),
        dependencies=(vendor, data),
        statements=said,
    )
    answer = assess(rows, TODAY)
    found = {b.subject: b for c in answer.chains for b in c.blockers}
    assert (found["dependency:DOCS"].leverage_days, found["dependency:DOCS"].cost) == (14.0, 14_000.0)
    assert (found["dependency:DATA"].leverage_days, found["dependency:DATA"].cost) == (28.0, 28 * (300.0 + 800.0))
    order = [b.subject for b in answer.breaches if b.code == "DEP-UNPROVEN"]
    assert order == ["dependency:DATA", "dependency:DOCS"]
    # At 100 a day for either the cloud comes first, though fewer days come back.
    cheap = replace(
        rows, objectives=tuple(o if o.id == "O" else replace(o, cost_of_delay_per_day=100.0) for o in rows.objectives)
    )
    assert [b.subject for b in assess(cheap, TODAY).breaches if b.code == "DEP-UNPROVEN"] == order[::-1]


def test_within_one_objective_what_moves_another_one_too_comes_before_what_gives_back_more_days() -> None:
    """The build ends on 7 March by the vendor (promised for 21 February), the load by the bank (promised for 31
    January) on 14 February; the cut-over follows both, the archive (50,000 a day) the load alone.

    The vendor alone regains the cloud the 21 days down to the load's end. The bank regains it nothing, but the
    archive 28 days: at that price it heads the cloud's own list.
    """
    archive = Objective(id="A", title="Archive", owner="sue", cost_of_delay_per_day=50_000.0)
    vendor = docs(id="DOCS", receiver_item="build")
    data = docs(id="DATA", giver_team="bank", giver_owner="ben", receiver_item="load")
    items = (item("build", 10), item("load", 10), item("cut-over", 5), item("purge", 5, "Q"))
    ties = (link("build", "cut-over"), link("load", "cut-over"), link("load", "purge"))
    rows = snapshot(
        items=items,
        links=ties,
        projects=(project(), project("Q", objectives=("A",))),
        objectives=(OBJECTIVE, archive),
        dependencies=(vendor, data),
        statements=(promise(vendor, "2025-02-21"), promise(data, "2025-01-31", "ben")),
    )
    cloud = next(c for c in assess(rows, TODAY).chains if c.objective == "O")
    assert [(b.subject, b.leverage_days, b.cost) for b in cloud.blockers] == [
        ("dependency:DATA", 0.0, 28 * 50_000.0),
        ("dependency:DOCS", 21.0, 21_000.0),
    ]


@pytest.mark.parametrize(
    ("costs", "stand_in"), [((None, 1000.0, 3000.0, 9000.0), 3000.0), ((None, None, None, None), 1.0)]
)
def test_a_missing_cost_of_delay_is_the_median_of_the_known_else_one_and_marked(
    costs: tuple[float | None, ...], stand_in: float
) -> None:
    objectives = tuple(Objective(id=f"O{n}", title=f"Goal {n}", cost_of_delay_per_day=c) for n, c in enumerate(costs))
    row = docs()
    rows = snapshot(
        items=(item("a", 10),),
        projects=(project(objectives=("O0",)),),
        objectives=objectives,
        dependencies=(row,),
        statements=(promise(row, "2025-01-10"),),
    )
    (found,) = assess(rows, TODAY).chains[0].blockers
    assert (found.leverage_days, found.cost, found.cost_assumed) == (7.0, 7 * stand_in, True)
    assert breach(assess(rows, TODAY), "DEP-UNPROVEN").cost_assumed


# --- silence


def migration(**more: Any) -> Any:
    """Ben's team migrates the data since 6 January, fifteen days long; nothing of it has moved. Today is 31 March."""
    first = item(
        "migrate", 15, title="Migrate the data", state=State.DOING, actual_start=TODAY, percent=40.0, owner="ben"
    )
    return snapshot(
        **{
            "items": (first, item("verify", 10)),
            "links": (link("migrate", "verify"),),
            "projects": (project(finish=date(2025, 5, 30)),),
            "observed": {"migrate": MARCH, "verify": MARCH},
            **more,
        }
    )


def test_a_signature_about_the_work_is_movement() -> None:
    """Twelve days ago the giver's owner promised what the verification waits for: somebody is at it."""
    assert "PATH-DEAD" in codes(assess(migration(), MARCH))
    row = docs(giver_team="bank", giver_owner="ben", giver_item="migrate", receiver_item="verify")
    for days_ago, dead in ((12, False), (33, True)):
        day = date.fromordinal(MARCH.toordinal() - days_ago)
        said = signed("dependency:D", dependency_version(row), Meaning.PROMISED, "ben", day, date="2025-04-11")
        answer = assess(migration(dependencies=(row,), statements=(said,)), MARCH)
        assert answer.statements[0].verdict == "counts"
        assert ("PATH-DEAD" in codes(answer)) is dead, days_ago


def test_a_signature_that_does_not_count_is_no_movement() -> None:
    row = docs(giver_team="bank", giver_owner="ben", giver_item="migrate", receiver_item="verify")
    version = dependency_version(row)
    said = signed("dependency:D", version, Meaning.PROMISED, "sue", date(2025, 3, 24), date="2025-04-11")
    assert "PATH-DEAD" in codes(assess(migration(dependencies=(row,), statements=(said,)), MARCH))


def test_where_some_of_the_driving_work_that_could_be_done_now_moves_the_path_lives() -> None:
    """Verification may begin 80 working days after the migration did, on 28 April: its dates come from that link, so
    both stand on the driving chain. It was prepared last week."""
    later = (link("migrate", "verify", type="SS", lag_days=80),)
    dead = assess(migration(links=later), MARCH)
    assert [s.item for s in dead.chains[0].steps] == ["migrate", "verify", "P:finish"]
    assert "PATH-DEAD" in codes(dead)
    alive = assess(migration(links=later, moved={"verify": date(2025, 3, 24)}), MARCH)
    assert "PATH-DEAD" not in codes(alive)


@pytest.mark.parametrize(("before", "receded", "dead"), [("2025-03-26", 16, True), ("2025-03-27", 15, False)])
def test_a_finish_recedes_at_eight_tenths_of_a_day_for_each_working_day(before: str, receded: int, dead: bool) -> None:
    """Computed for 17 April today. Twenty working days ago, on 3 March, it was 16 or 15 working days earlier."""
    rows = snapshot(
        items=(item("a", 14, state=State.DOING),),
        projects=(project(finish=date(2025, 4, 16)),),
        moved={"a": MARCH},
        observed={"a": MARCH},
        earlier={"P": date.fromisoformat(before)},
        earlier_on=date(2025, 3, 3),
    )
    answer = assess(rows, MARCH)
    assert view(answer).computed_finish == date(2025, 4, 17)
    assert ("PATH-RECEDING" in codes(answer)) is dead
    if dead:
        assert f"receded {receded} working days in 20" in str(breach(answer, "PATH-RECEDING").reasons[0])
        assert (view(answer).status, view(answer).basis) == (Status.AT_RISK, Basis.EVIDENCE)


def test_the_dependency_that_nobody_logged_shows_as_silence_on_the_driving_chain() -> None:
    """No register, no link, no word: the path is dead on evidence all the same, and Ben can say what he waits for."""
    answer = assess(migration(), MARCH)
    assert answer.dependencies == ()
    found = breach(answer, "PATH-DEAD")
    assert (found.owner, found.basis) == ("ben", Basis.EVIDENCE)
    assert "or what it waits for is logged and signed" in found.clears_when
    blocker = answer.chains[0].blockers[0]
    assert (blocker.subject, blocker.state, blocker.at_least) == ("item:migrate", "silent", True)


def test_the_portfolios_calendar_counts_the_days_of_silence() -> None:
    """Twenty working days after 6 January are 3 February, and 10 February where the bank closes for a week."""
    closed = Calendar(id="bank", exceptions=((date(2025, 1, 13), date(2025, 1, 17), ()),))
    for calendars, day in (((), date(2025, 2, 3)), ((closed,), date(2025, 2, 10))):
        portfolio = Portfolio(id="t", title="T", calendar="bank" if calendars else "")
        for today, dead in ((day, True), (date.fromordinal(day.toordinal() - 3), False)):
            late = (project(finish=TODAY),)
            rows = migration(observed={"migrate": today}, calendars=calendars, projects=late)
            assert ("PATH-DEAD" in codes(assess(replace(rows, portfolio=portfolio), today))) is dead, today


# --- milestones on it


def test_a_milestone_closes_by_its_acceptor_else_the_receivers_owner_else_the_sponsor() -> None:
    """Cut-over rehearsed: claimed done by Bank, needed by the go-live of Apps."""
    gate = item("gate", 0, "Q", kind=Kind.MILESTONE, state=State.DONE, team="bank", owner="ben")
    need = docs(giver_team="bank", giver_owner="ben", giver_item="gate", receiver_item="live", receiver_owner="ann")
    both = (project(), project("Q", team="bank", owner="ben"))
    rows = snapshot(
        items=(gate, item("live", 5), item("close", 5, "Q")), projects=both, evidence={"a" * 64: "evidence/report.pdf"}
    )

    def asked(gate: Any, **more: Any) -> str:
        answer = assess(replace(rows, work_items=(gate, *rows.work_items[1:]), **more), TODAY)
        return next((s.owner for s in answer.signoffs if s.subject == "milestone:gate"), "nobody")

    accepted = replace(gate, acceptor="kim")
    assert asked(accepted, dependencies=(need,)) == "kim"
    assert asked(gate, dependencies=(need,)) == "ann"
    assert asked(replace(gate, acceptance="Rehearsed twice")) == "sue", "the sponsor, where nobody receives it"

    def closed(signer: str, evidence: list[str]) -> bool:
        version = milestone_version("gate", "Q", "GATE", "")
        said = signed("milestone:gate", version, Meaning.VALIDATED, signer, evidence=evidence)
        answer = assess(replace(rows, dependencies=(need,), statements=(said,)), TODAY)
        return "milestone:gate" not in {b.subject for b in answer.breaches}

    assert closed("ann", ["a" * 64])
    assert not closed("ben", ["a" * 64]), "who delivers"
    assert not closed("ann", []) and not closed("ann", ["b" * 64]), "without evidence, or with none that is kept"
