"""Ways to look better than one is, and corners where two rules meet. Every date was worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from scene import OBJECTIVE, TODAY, breach, codes, docs, item, link, project, signed, snapshot, view

from cockpit.engine.assess import assess
from cockpit.engine.statements.policies import loosened
from cockpit.records.assessment import Assessment
from cockpit.records.edits import Claim, Pasts, Step
from cockpit.records.model import Calendar, Dependency, Kind, Kpi, LinkType, Meaning, Reading, State
from cockpit.records.snapshot import Assignment, Policy, Portfolio, Snapshot
from cockpit.records.verdicts import Basis, DependencyState, Status, Verdict
from cockpit.trust.obligations import baseline_version, dependency_version, milestone_version, reading_version

HASH = ["a" * 64]
HELD = date(2025, 1, 31)
"""Twenty working days from today: the end of an assumed hold."""


def say(row: Dependency, meaning: Meaning, signer: str = "vic", on: date = TODAY, **body: Any) -> Any:
    return signed(f"dependency:{row.id}", dependency_version(row), meaning, signer, on, **body)


def from_bank(**more: Any) -> Dependency:
    """What Apps needs of the bank team, for whom Ben answers; the work is v (or more) in project Q."""
    return docs(**{"giver_team": "bank", "giver_owner": "ben", "giver_item": "v", **more})


BOTH = (project(), project("Q", team="bank", owner="ben"))


def starts(answer: Assessment, *items: str) -> list[date]:
    return [answer.items[i].early_start.date() for i in items]


# --- how dependencies tie work ------------------------------------------------------------------------------


def test_a_hold_runs_through_three_projects() -> None:
    items = (item("q", 10, "Q", team="bank"), item("a", 5))
    first = docs(receiver_item="q", receiver_team="bank", receiver_owner="ben")
    then = from_bank(id="E", giver_item="q", receiver_item="", receiver_project="P")
    answer = assess(
        snapshot(
            items=items,
            projects=(
                project(finish=date(2025, 4, 1)),
                project("Q", team="bank", owner="ben", finish=date(2025, 12, 1)),
            ),
            dependencies=(first, then),
            statements=(say(first, Meaning.PROMISED, date="2025-03-31"),),
        ),
        TODAY,
    )
    assert view(answer).computed_finish == date(2025, 4, 14)  # q: 1–14 April
    assert (view(answer).status, view(answer).basis, view(answer).root) == (Status.AT_RISK, Basis.EVIDENCE, "Q")
    assert [b.subject for b in answer.chains[0].blockers if b.driving] == ["dependency:D"]


def test_what_both_owners_withdrew_ties_nothing() -> None:
    row = from_bank()
    items = (item("v", 40, "Q", team="bank"), item("a", 10))
    said = (say(row, Meaning.WITHDRAWN, "ben"), say(row, Meaning.WITHDRAWN, "ann"))
    assert starts(assess(snapshot(items=items, projects=BOTH, dependencies=(row,)), TODAY), "a") == [date(2025, 3, 3)]
    answer = assess(snapshot(items=items, projects=BOTH, dependencies=(row,), statements=said), TODAY)
    assert starts(answer, "a") == [TODAY]


def test_an_overlap_in_the_plan_does_not_soften_a_registered_need() -> None:
    items = (item("v", 20, "Q", team="bank"), item("a", 10))
    links = (link("v", "a", type=LinkType.SS),)
    answer = assess(snapshot(items=items, projects=BOTH, dependencies=(from_bank(),), links=links), TODAY)
    assert starts(answer, "a") == [date(2025, 2, 3)]


def test_a_stranger_holds_everything_that_waits_for_them() -> None:
    items = (item("EXT", 0, project="", stub=True), item("a", 10), item("b", 10))
    answer = assess(snapshot(items=items, links=(link("EXT", "a"), link("EXT", "b"))), TODAY)
    assert starts(answer, "a", "b") == [date(2025, 2, 3)] * 2


def test_what_stands_for_a_projects_finish_in_another_file_takes_its_place_from_nobody() -> None:
    items = (item("a", 10), item("b", 10, "Q", team="bank"))
    stub = item("Q:finish", 0, project="", stub=True)
    links = (link("Q:finish", "a"),)
    with_it, without = (
        assess(snapshot(items=rows, projects=BOTH, links=links), TODAY) for rows in ((*items, stub), items)
    )
    assert with_it.projects == without.projects and with_it.objectives == without.objectives
    assert [d.record.giver_item for d in with_it.dependencies] == ["Q:finish"]
    assert starts(with_it, "a") == starts(without, "a")


@pytest.mark.parametrize("named", ["Q", ""])
def test_work_that_goes_by_the_name_of_a_projects_finish_is_no_other_projects(named: str) -> None:
    """A row of another project can't say when this one ends; one that names none is this one's, whatever the charter
    gives it to. An objective was judged by the other project instead."""
    items = (item("a", 10), item("b", 10, "Q", team="bank"))
    row = item("P:finish", 0, named, kind=Kind.MILESTONE)
    base = snapshot(items=items, projects=BOTH, assignments=(Assignment(field="id", pattern="*finish", project="Q"),))
    without, with_it = (assess(each, TODAY) for each in (base, replace(base, work_items=(*items, row))))
    assert view(with_it).computed_finish == view(without).computed_finish == date(2025, 1, 17)
    assert [o.projects for o in with_it.objectives] == [o.projects for o in without.objectives]
    assert view(with_it, "Q") == view(without, "Q")


@pytest.mark.parametrize("after", ["warranty", "help", "above"])
def test_a_finish_that_is_a_row_of_its_own_plan_follows_all_of_it_but_what_comes_after_it(after: str) -> None:
    """Ten working days from today, a Monday, end on Friday of the week after. What comes later comes later: below a
    heading that does, or after one that holds the finish."""
    items = (
        item("a", 10), item("P:finish", 0, kind=Kind.MILESTONE, parent="above"), item("above", 0, kind=Kind.SUMMARY),
        item("help", 0, kind=Kind.SUMMARY), item("warranty", 90, parent="help"),
    )  # fmt: skip
    tie = link("above", "warranty") if after == "above" else link("P:finish", after)
    answer = assess(snapshot(items=items, links=(tie,)), TODAY)
    assert view(answer).computed_finish == date(2025, 1, 17)
    assert starts(answer, "warranty") == [date(2025, 1, 20)]
    assert "NETWORK-CYCLE" not in codes(answer)


def test_a_finish_that_is_a_heading_with_nothing_to_do_in_its_project_is_no_trouble() -> None:
    answer = assess(snapshot(items=(item("P:finish", 0, kind=Kind.SUMMARY),)), TODAY)
    assert [p.record.id for p in answer.projects] == ["P"]


def test_a_placeholder_below_a_heading_gives_it_to_no_project() -> None:
    items = (item("head", 0, "", kind=Kind.SUMMARY), item("x", 5, "Q", parent="head", stub=True))
    needs = docs(receiver_item="head", receiver_project="P")
    answer = assess(snapshot(items=items, projects=BOTH, dependencies=(needs,)), TODAY)
    assert answer.dependencies[0].projects == ("P",) and "DEP-CONFLICT" not in codes(answer)


def test_a_predecessor_in_no_file_is_somebody_whom_nobody_knows() -> None:
    answer = assess(snapshot(items=(item("a", 10),), links=(link("GONE", "a"),)), TODAY)
    assert answer.dependencies[0].state is DependencyState.UNOWNED
    assert view(answer).status is Status.AT_RISK


def test_waiting_for_another_projects_finish_is_a_dependency() -> None:
    items = (item("v", 5, "Q", team="bank"), item("a", 10))
    answer = assess(snapshot(items=items, projects=BOTH, links=(link("Q:finish", "a"),)), TODAY)
    assert [(d.record.giver_item, d.state) for d in answer.dependencies] == [("Q:finish", DependencyState.UNOWNED)]


def test_summaries_give_and_receive_with_the_work_below_them() -> None:
    items = (
        item("S", 0, kind=Kind.SUMMARY),
        item("a", 10, parent="S"),
        item("z", 10),
        item("G", 0, "Q", kind=Kind.SUMMARY, team="bank"),
        item("g", 10, "Q", parent="G", team="bank"),
    )
    row = from_bank(giver_item="G", receiver_item="S")
    answer = assess(snapshot(items=items, projects=BOTH, dependencies=(row,)), TODAY)
    assert starts(answer, "a", "z") == [date(2025, 1, 20), TODAY]
    assert not answer.dependencies[0].assumed_hold


def test_where_project_and_item_contradict_each_other_the_project_is_held() -> None:
    items = (item("a", 10), item("r", 10, "R"))
    row = docs(receiver_project="R")
    answer = assess(snapshot(items=items, projects=(project(), project("R")), dependencies=(row,)), TODAY)
    assert starts(answer, "a") == [TODAY]
    assert view(answer, "R").computed_finish == HELD  # a milestone is reached on the last day of its hold


def test_two_teams_that_wait_for_each_other_are_named_and_hide_nothing() -> None:
    items = (item("a", 10), item("v", 10, "Q", team="bank"))
    back = docs(id="E", giver_team="apps", giver_owner="ann", receiver_team="bank", receiver_owner="ben",
                giver_item="a", receiver_item="v")  # fmt: skip
    rows = (project(finish=date(2025, 1, 8)), BOTH[1])
    answer = assess(snapshot(items=items, projects=rows, dependencies=(from_bank(), back)), TODAY)
    assert "a → v → a" in breach(answer, "NETWORK-CYCLE").title
    assert view(answer).status is Status.OFF_TRACK


# --- what a register and its signatures cannot hide ---------------------------------------------------------


def test_a_settled_row_for_a_team_does_not_cover_its_next_work() -> None:
    items = (item("w", 5, "Q", team="bank"), item("a", 10))
    row = from_bank(giver_item="", receiver_item="", receiver_project="P")
    base = snapshot(items=items, projects=BOTH, links=(link("w", "a"),), dependencies=(row,))
    assert [d.record.id for d in assess(base, TODAY).dependencies] == ["D"]
    proof = say(row, Meaning.RESOLVED, "ben", evidence=HASH)
    answer = assess(replace(base, statements=(proof,)), TODAY)
    assert {d.record.id: d.state for d in answer.dependencies} == {
        "D": DependencyState.RESOLVED,
        "w>P": DependencyState.UNOWNED,
    }
    assert view(answer).status is Status.AT_RISK


def test_naming_ones_own_team_as_the_giver_hides_no_other_team() -> None:
    items = (item("v", 5, "Q", team="bank"), item("a", 10))
    row = docs(giver_team="apps", giver_owner="ann", giver_item="v")
    answer = assess(snapshot(items=items, projects=BOTH, links=(link("v", "a"),), dependencies=(row,)), TODAY)
    assert view(answer).status is Status.AT_RISK


def test_a_need_within_one_team_is_no_law_but_still_holds() -> None:
    row = docs(giver_team="apps", giver_owner="ben")
    answer = assess(snapshot(items=(item("a", 10),), dependencies=(row,)), TODAY)
    assert view(answer).status is Status.ON_TRACK and "DEP-UNPROVEN" not in codes(answer)
    assert starts(answer, "a") == [date(2025, 2, 3)]


@pytest.mark.parametrize("more", [{"needed_by": date(2099, 1, 1)}, {}])
def test_neither_a_late_need_nor_a_late_promise_takes_it_off_the_list(more: dict[str, Any]) -> None:
    row = docs(**more)
    promise = () if more else (say(row, Meaning.PROMISED, date="2025-06-01"),)
    items = (item("a", 1), item("z", 300))
    rows = (project(finish=date(2027, 1, 1)),)
    answer = assess(snapshot(items=items, projects=rows, dependencies=(row,), statements=promise), TODAY)
    assert "DEP-UNPROVEN" in codes(answer)


def test_a_promise_after_a_resolution_takes_it_back() -> None:
    row = docs()
    said = (
        say(row, Meaning.RESOLVED, on=date(2025, 1, 2), evidence=HASH),
        say(row, Meaning.PROMISED, on=date(2025, 1, 3), date="2025-02-10"),
    )
    answer = assess(snapshot(items=(item("a", 10),), dependencies=(row,), statements=said), TODAY)
    assert answer.dependencies[0].state is DependencyState.PROMISED
    assert answer.dependencies[0].held_until == date(2025, 2, 10)


def test_disputed_work_is_not_delivered_by_being_marked_done() -> None:
    items = (item("v", 5, "Q", team="bank", state=State.DONE, actual_finish=date(2025, 1, 2)), item("a", 10))
    row = from_bank()
    said = (
        say(row, Meaning.RESOLVED, "ben", on=date(2025, 1, 2)),
        say(row, Meaning.DISPUTED, "ann", on=date(2025, 1, 3)),
    )
    answer = assess(snapshot(items=items, projects=BOTH, dependencies=(row,), statements=said), TODAY)
    assert (answer.dependencies[0].state, answer.dependencies[0].held_until) == (DependencyState.DISPUTED, HELD)
    assert starts(answer, "a") == [date(2025, 2, 3)]


def test_a_new_giver_voids_the_proof_of_the_old_one_and_makes_no_forger_of_them() -> None:
    proof = say(docs(), Meaning.RESOLVED, evidence=HASH)
    row = docs(giver_team="bank", giver_owner="ben")
    answer = assess(snapshot(items=(item("a", 10),), dependencies=(row,), statements=(proof,)), TODAY)
    assert answer.statements[0].verdict is Verdict.VOID
    assert "DEP-VOID" in codes(answer) and "STATEMENT-INVALID" not in codes(answer)


# --- status -------------------------------------------------------------------------------------------------


def test_an_actual_date_in_the_future_is_a_plan() -> None:
    answer = assess(snapshot(items=(item("a", 10, actual_finish=date(2025, 3, 1)),)), TODAY)
    assert (view(answer).items_open, view(answer).computed_finish) == (1, date(2025, 1, 17))
    claimed = project(actual_finish=date(2025, 3, 1))
    assert "MILESTONE-UNVALIDATED" not in codes(assess(snapshot(items=(item("a", 10),), projects=(claimed,)), TODAY))


def test_what_cannot_be_computed_ends_no_earlier_than_today() -> None:
    items, ties = (item("a", 5), item("b", 5)), (link("a", "b"), link("b", "a"))
    answer = assess(snapshot(items=items, links=ties, projects=(project(finish=date(2024, 10, 1)),)), TODAY)
    assert view(answer).status is Status.OFF_TRACK
    assert answer.objectives[0].execution is Status.OFF_TRACK


def test_an_objective_is_no_better_than_its_project_that_cannot_be_computed() -> None:
    items, ties = (item("a", 5), item("b", 5), item("q", 5, "Q")), (link("a", "b"), link("b", "a"))
    answer = assess(snapshot(items=items, links=ties, projects=(project(), project("Q"))), TODAY)
    assert view(answer, "Q").status is Status.ON_TRACK
    assert answer.objectives[0].execution is Status.UNKNOWN and answer.objectives[0].at_least


@pytest.mark.parametrize(("days", "own"), [(100, ["P", "Q"]), (10, ["P"])])
def test_a_late_predecessor_excuses_only_its_own_share(days: int, own: list[str]) -> None:
    items = (item("a", 20), item("b", days, "Q"))  # P is seven days late
    rows = (project(finish=date(2025, 1, 24)), project("Q", finish=date(2025, 2, 7)))
    answer = assess(snapshot(items=items, links=(link("a", "b"),), projects=rows), TODAY)
    assert sorted(b.project for b in answer.breaches if b.code == "FINISH-LATE") == own
    assert view(answer, "Q").status is Status.OFF_TRACK


def test_the_sponsor_may_sign_another_baseline() -> None:
    row = project(finish=date(2025, 3, 31))
    base = snapshot(items=(item("a", 10),), projects=(row,), baselines={"P": date(2025, 1, 8)})
    assert view(assess(base, TODAY)).status is Status.OFF_TRACK
    proof = signed("baseline:P", baseline_version("P", date(2025, 3, 31)), Meaning.BASELINED, "sue")
    answer = assess(replace(base, statements=(proof,)), TODAY)
    assert (view(answer).status, view(answer).baseline_finish) == (Status.ON_TRACK, date(2025, 3, 31))


def test_a_validated_milestone_does_not_stand_for_the_finish() -> None:
    gate = item("m", 0, kind=Kind.MILESTONE, state=State.DONE, acceptance="OK", acceptor="ben")
    version = milestone_version("m", "P", "M", "OK")
    proof = signed("milestone:m", version, Meaning.VALIDATED, "ben", note="https://docs.example/report")
    answer = assess(snapshot(items=(gate,), statements=(proof,)), TODAY)
    assert [b.subject for b in answer.breaches if b.code == "MILESTONE-UNVALIDATED"] == ["milestone:P:finish"]


def test_a_validated_finish_with_open_work_raises_its_breach_on_evidence() -> None:
    row = project(state=State.DONE, actual_finish=date(2025, 1, 3))
    version = milestone_version("P:finish", "P", "Project P: finish", "")
    proof = signed("milestone:P:finish", version, Meaning.VALIDATED, "sue", note="https://docs.example/report")
    answer = assess(snapshot(items=(item("a", 10),), projects=(row,), statements=(proof,)), TODAY)
    assert breach(answer, "MILESTONE-UNVALIDATED").basis is Basis.EVIDENCE


@pytest.mark.parametrize("named", ["P", "P:finish", "a", "no such item"])
def test_a_finish_item_is_an_item_a_project_or_said_to_be_unknown(named: str) -> None:
    objective = replace(OBJECTIVE, finish_item=named)
    answer = assess(snapshot(items=(item("a", 10),), objectives=(objective,)), TODAY)
    assert answer.chains[0].finish == date(2025, 1, 17)
    said = any("is in no file" in r.text for r in answer.objectives[0].reasons)
    assert said is (named == "no such item")


def test_shorter_assumed_durations_are_a_looser_policy() -> None:
    assert loosened(Policy(default_duration_days={"activity": 1.0, "ticket": 3.0}))
    assert not loosened(Policy(default_duration_days={"activity": 9.0, "ticket": 3.0}))


def test_nothing_at_all_is_unknown() -> None:
    assert assess(Snapshot(portfolio=Portfolio(id="t", title="T")), TODAY).status is Status.UNKNOWN


# --- silence, holidays, numbers -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "dead"),
    [
        ({"state": State.DOING}, False),
        ({"state": State.BLOCKED}, True),
        ({"state": State.DOING, "baseline_start": TODAY, "baseline_finish": date(2025, 1, 17)}, True),
    ],
)
def test_neither_stretched_nor_blocked_work_buys_silence(more: dict[str, Any], dead: bool) -> None:
    day = date(2025, 2, 10)  # 25 working days on
    answer = assess(snapshot(items=(item("a", 80, actual_start=TODAY, **more),), observed={"a": day}), day)
    assert ("PATH-DEAD" in codes(answer)) is dead


@pytest.mark.parametrize(("first", "dead"), [(None, True), (5.0, True), (80.0, False)])
def test_more_that_is_left_buys_no_silence_either(first: float | None, dead: bool) -> None:
    """Where what is left is all that tells how long work is, it may be silent for what was left at first."""
    day, begun = date(2025, 2, 10), {"state": State.DOING, "actual_start": TODAY}
    claim = Claim(Step(TODAY, 0), None, None, first, None, **begun)
    pasts = Pasts(claims={"a": ((claim, claim._replace(since=Step(date(2025, 1, 20), 1), remaining=80.0)),)})
    row = item("a", 80, **begun)
    told = snapshot(items=(replace(row, duration_days=None, remaining_days=80.0),), observed={"a": day}, pasts=pasts)
    assert ("PATH-DEAD" in codes(assess(told, day))) is dead


def test_a_finish_that_stands_at_an_honest_promise_does_not_recede() -> None:
    day, row = date(2025, 3, 31), docs()
    base = snapshot(
        items=(item("a", 14, baseline_start=date(2025, 3, 3), baseline_finish=date(2025, 3, 20)),),
        projects=(project(finish=date(2025, 4, 16)),),
        moved={"a": day},
        dependencies=(row,),
        earlier={"P": date(2025, 3, 20)},
        earlier_on=date(2025, 3, 3),
    )
    assert "PATH-RECEDING" in codes(assess(base, day))
    promised = replace(base, statements=(say(row, Meaning.PROMISED, date="2025-04-30"),))
    assert "PATH-RECEDING" not in codes(assess(promised, day))


def test_days_of_slip_count_the_holidays_that_follow_a_hold() -> None:
    week_off = Calendar(id="bank", exceptions=((date(2025, 1, 20), date(2025, 1, 24), ()),))
    row = docs()
    base = snapshot(
        items=(item("a", 5),),
        dependencies=(row,),
        statements=(say(row, Meaning.PROMISED, date="2025-01-17"),),
        calendars=(week_off,),
    )
    chain = assess(replace(base, portfolio=Portfolio(id="t", title="T", calendar="bank")), TODAY).chains[0]
    # Free: 6–10 January. Held until the 17th, then a week off: 27–31 January, three weeks later.
    assert chain.finish == HELD
    assert (chain.blockers[0].slip_days, chain.blockers[0].leverage_days) == (21.0, 21.0)


def test_a_dispute_ends_when_its_owner_signs_another_value() -> None:
    def said(meaning: Meaning, signer: str, value: float) -> Any:
        version = reading_version("K", TODAY, value)
        return signed("kpi:K", version, meaning, signer, date=TODAY.isoformat(), value=value)

    row = Kpi(id="K", objective="O", title="Uptime", owner="ben", leads=("ann",), target=90.0)
    first = (said(Meaning.ATTESTED, "ben", 99.0), said(Meaning.DISPUTED, "ann", 99.0))
    base = snapshot(items=(item("a", 5),), kpis=(row,), readings=(), statements=first)
    assert assess(base, TODAY).kpis[0].status is Status.UNKNOWN
    again = replace(base, statements=(*first, said(Meaning.ATTESTED, "ben", 91.0)))
    assert assess(again, TODAY).kpis[0].status is Status.ON_TRACK


def test_of_two_rows_as_full_as_each_other_the_order_decides_nothing() -> None:
    rows = (Kpi(id="K", objective="O", title="A"), Kpi(id="K", objective="O", title="B"))
    read = (Reading(kpi="K", as_of=TODAY, value=1.0), Reading(kpi="K", as_of=TODAY, value=2.0))
    one = assess(snapshot(kpis=rows, readings=read), TODAY)
    assert assess(snapshot(kpis=rows[::-1], readings=read[::-1]), TODAY) == one


def test_a_need_of_work_that_goes_round_by_itself_hides_no_lateness() -> None:
    """Found by the law that one more need makes nothing greener."""
    late = project(finish=TODAY, forecast_finish=TODAY + timedelta(days=9))
    going_round = (item("x", 5, project=""),)
    found = {"items": going_round, "projects": (late,), "links": (link("x", "x"),), "baselines": {"P": TODAY}}
    before = view(assess(snapshot(**found), TODAY))
    need = docs(giver_item="x", receiver_item="", receiver_project="P")
    after = view(assess(snapshot(**found, dependencies=(need,)), TODAY))
    assert before.status is after.status is Status.OFF_TRACK
    assert after.computed_finish is not None and before.computed_finish is not None
    assert after.computed_finish >= before.computed_finish


def test_a_row_that_names_the_wrong_project_hides_nothing_that_links_tell() -> None:
    """Registering a need for somebody else would else make the project that really waits greener."""
    projects = (project("P", team="apps"), project("Q", team="apps"))
    found = {"items": (item("a", 5, project="Q"),), "projects": projects, "links": (link("d", "a"),)}
    wrong = docs(giver_item="d", receiver_item="a", receiver_project="P")
    for rows in ((), (wrong,)):
        answer = assess(snapshot(**found, dependencies=rows), TODAY)
        assert any(d.record.discovered and "Q" in d.projects for d in answer.dependencies)
        assert view(answer, "Q").status is Status.AT_RISK


def test_a_row_without_a_receiver_lets_nothing_start_earlier_that_a_link_holds() -> None:
    found = {"items": (item("a", 5),), "links": (link("d", "a"),)}
    nobody = docs(giver_item="d", receiver_item="")
    before, after = (assess(snapshot(**found, dependencies=rows), TODAY) for rows in ((), (nobody,)))
    assert after.items["a"].early_finish >= before.items["a"].early_finish


def test_what_a_heading_waits_for_its_projects_wait_for() -> None:
    heading = item("h", 0, project="", kind=Kind.SUMMARY)
    need = docs(receiver_item="h", receiver_team="board")
    answer = assess(snapshot(items=(heading, item("a", 5, parent="h")), dependencies=(need,)), TODAY)
    assert (answer.dependencies[0].projects, view(answer).status) == (("P",), Status.AT_RISK)


def test_a_row_that_makes_silent_work_wait_for_itself_excuses_nothing() -> None:
    long_ago = TODAY - timedelta(60)
    silent = {"items": (item("A", days=5),), "moved": {"A": long_ago}, "observed": {"A": TODAY}}
    itself = Dependency(id="D", title="All", giver_team="", receiver_team="", giver_item="A", receiver_item="A")
    for rows in ((), (itself,)):
        assert "PATH-DEAD" in codes(assess(snapshot(projects=(project(),), dependencies=rows, **silent), TODAY))


def test_a_team_that_waits_for_its_own_done_work_is_silent_all_the_same() -> None:
    long_ago = TODAY - timedelta(60)
    over = item("B", days=2, project="Q", state=State.DONE, actual_finish=long_ago)
    silent = {
        "items": (item("A", days=5), over),
        "moved": {"A": long_ago, "B": long_ago},
        "observed": {"A": TODAY, "B": TODAY},
    }
    need = Dependency(id="D", title="All", giver_team="apps", receiver_team="apps", receiver_item="A")
    for rows in ((), (need,), (replace(need, giver_item="B"),)):
        found = assess(snapshot(projects=(project(), project("Q")), dependencies=rows, **silent), TODAY)
        assert "PATH-DEAD" in codes(found), rows
