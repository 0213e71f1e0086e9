"""Project status: computed from evidence, with a basis; On Track only when earned."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scene import TODAY, breach, codes, docs, item, link, project, signed, snapshot, view

from cockpit.engine.assess import assess
from cockpit.engine.precision.latency import past_day, replay_rows
from cockpit.records.assessment import Assessment
from cockpit.records.model import Kind, Meaning, Project, Rag, State, StatusReport
from cockpit.records.snapshot import Policy
from cockpit.records.verdicts import Basis, Status
from cockpit.trust.obligations import dependency_version, milestone_version


def one(row: Project, days: float = 10, today: date = TODAY, **more: Any) -> Assessment:
    return assess(snapshot(items=(item("a", days),), projects=(row,), **more), today)


def status(answer: Assessment, id: str = "P") -> tuple[Status, Basis]:
    return view(answer, id).status, view(answer, id).basis


def test_on_track_is_earned_with_baseline_finish_and_movement() -> None:
    assert status(one(project())) == (Status.ON_TRACK, Basis.NONE)


def test_what_cannot_be_computed_and_is_not_finished_is_as_late_as_today() -> None:
    row, circle = project(finish=TODAY - timedelta(30)), (link("a", "b"), link("b", "a"))
    answer = assess(snapshot(items=(item("a", 5), item("b", 5)), projects=(row,), links=circle), TODAY)
    assert status(answer) == (Status.OFF_TRACK, Basis.EVIDENCE)
    assert breach(answer, "FINISH-LATE").title == "Project P: is not finished 30 days after its baseline"


def test_without_a_baseline_it_is_unknown_and_rolls_up_like_at_risk() -> None:
    answer = one(project(finish=None))
    assert status(answer)[0] is Status.UNKNOWN
    assert answer.status is Status.AT_RISK
    assert "no baseline" in breach(answer, "STATUS-UNKNOWN").title


def test_without_movement_it_is_unknown() -> None:
    answer = one(project(finish=date(2026, 1, 1)), today=date(2025, 3, 31))
    assert status(answer)[0] is Status.UNKNOWN or "PATH-DEAD" in codes(answer)
    long = replace(item("a", 90), state=State.DOING)
    quiet = assess(snapshot(items=(long, item("b", 5, state=State.DOING)), links=()), date(2025, 6, 2))
    assert view(quiet).status is not Status.ON_TRACK


def test_work_that_begins_later_needs_no_movement_now() -> None:
    later = project(start=date(2025, 5, 5), finish=date(2025, 5, 30))
    answer = one(later, today=date(2025, 3, 31))
    assert status(answer)[0] is Status.ON_TRACK
    assert view(answer).computed_finish == date(2025, 5, 16)


@pytest.mark.parametrize(("baseline", "expected"), [(12, Status.ON_TRACK), (11, Status.OFF_TRACK)])
def test_later_than_baseline_by_more_than_tolerance_is_off_track(baseline: int, expected: Status) -> None:
    answer = one(project(finish=date(2025, 1, baseline)))  # computed: 17 January, tolerance five days
    assert view(answer).status is expected


def test_the_first_baseline_counts() -> None:
    answer = one(project(finish=date(2025, 12, 31)), baselines={"P": date(2025, 1, 10)})
    assert status(answer) == (Status.OFF_TRACK, Basis.EVIDENCE)


def test_what_was_reported_never_enters() -> None:
    report = StatusReport(project="P", as_of=TODAY, status="Green", rag=Rag.GREEN)
    answer = one(project(finish=date(2025, 1, 10)), status_reports=(report,))
    assert status(answer)[0] is Status.OFF_TRACK
    assert view(answer).watermelon and view(answer).reported == "Green"


def test_a_held_finish_is_off_track_by_ones_own_promise_and_unproven_when_assumed() -> None:
    row = docs()
    promise = signed("dependency:D", dependency_version(row), Meaning.PROMISED, "vic", date="2025-03-31")
    honest = one(project(finish=date(2025, 2, 3)), dependencies=(row,), statements=(promise,))
    assert status(honest) == (Status.OFF_TRACK, Basis.EVIDENCE)
    silent = one(project(finish=date(2025, 2, 3)), dependencies=(row,))
    assert status(silent) == (Status.OFF_TRACK, Basis.UNPROVEN)
    assert view(silent).at_least


def test_the_hold_of_an_upstream_project_flows_as_days_through_float() -> None:
    items = (item("a", 10), item("b", 10, project="Q"))
    row = docs()
    promise = signed("dependency:D", dependency_version(row), Meaning.PROMISED, "vic", date="2025-03-31")
    near = (project(finish=date(2025, 12, 31)), project("Q", finish=date(2025, 2, 10)))
    more = {"links": (link("a", "b"),), "dependencies": (row,), "statements": (promise,)}
    answer = assess(snapshot(items=items, projects=near, **more), TODAY)
    assert status(answer, "Q") == (Status.AT_RISK, Basis.EVIDENCE)
    assert view(answer, "Q").root == "P"
    assert "FINISH-LATE" not in {b.code for b in answer.breaches if b.project == "Q"}
    roomy = (project(finish=date(2025, 12, 31)), project("Q", finish=date(2025, 6, 30)))
    assert status(assess(snapshot(items=items, projects=roomy, **more), TODAY), "Q")[0] is Status.ON_TRACK


@pytest.mark.parametrize(("days", "said"), [(1, "finishes 1 day after"), (2, "finishes 2 days after")])
def test_a_day_late_is_said_in_the_singular(days: int, said: str) -> None:
    computed = view(one(project(finish=date(2025, 12, 31)))).computed_finish
    assert computed is not None
    answer = one(project(finish=computed - timedelta(days=days)), policy=Policy(finish_tolerance_days=0))
    (late,) = [b for b in answer.breaches if b.code == "FINISH-LATE"]
    assert said in late.title


def test_upstream_lateness_is_off_track_without_a_breach_of_its_own() -> None:
    items = (item("a", 60), item("b", 10, project="Q"))
    both = (project(finish=date(2025, 1, 31)), project("Q", finish=date(2025, 2, 28)))
    answer = assess(snapshot(items=items, links=(link("a", "b"),), projects=both), TODAY)
    assert [b.project for b in answer.breaches if b.code == "FINISH-LATE"] == ["P"]
    assert view(answer, "Q").status is Status.OFF_TRACK and view(answer, "Q").root == "P"


def test_money_beyond_tolerance_is_evidence() -> None:
    assert "COST-OVER" not in codes(one(project(budget=100.0, forecast_cost=110.0)))
    answer = one(project(budget=100.0, forecast_cost=110.5))
    assert status(answer) == (Status.AT_RISK, Basis.EVIDENCE)
    assert breach(answer, "COST-OVER").owner == "sue"


# --- complete ------------------------------------------------------------------------------------------------------


def validated(signer: str, row: Project, item_id: str = "P:finish", title: str = "", acceptance: str = "") -> Any:
    version = milestone_version(item_id, row.id, title or f"{row.title}: finish", acceptance)
    return signed(f"milestone:{item_id}", version, Meaning.VALIDATED, signer, note="https://docs.example/report")


def finished(*statements: Any, row: Project | None = None) -> Assessment:
    row = row or project(actual_finish=date(2025, 1, 3), state=State.DONE)
    work = item("a", 10, state=State.DONE, actual_finish=date(2025, 1, 3))
    return assess(snapshot(items=(work,), projects=(row,), statements=statements), TODAY)


def test_claimed_done_is_at_risk_until_the_sponsor_validates() -> None:
    assert status(finished()) == (Status.AT_RISK, Basis.UNPROVEN)
    assert breach(finished(), "MILESTONE-UNVALIDATED").owner == "sue"
    row = project(actual_finish=date(2025, 1, 3), state=State.DONE)
    assert status(finished(validated("sue", row), row=row)) == (Status.COMPLETE, Basis.NONE)


def test_a_finished_project_finished_when_its_last_work_did() -> None:
    work = item("a", 10, state=State.DONE, actual_finish=date(2024, 11, 29))
    answer = assess(snapshot(items=(work,), projects=(project(finish=date(2024, 12, 2)),)), TODAY)
    assert view(answer).computed_finish == date(2024, 11, 29)
    assert view(answer).slip_days == -3.0


def test_who_delivers_never_validates() -> None:
    row = project(actual_finish=date(2025, 1, 3), sponsor="ann")
    assert status(finished(validated("ann", row), row=row))[0] is Status.AT_RISK


def test_done_with_open_work_is_a_false_claim() -> None:
    row = project(state=State.DONE, actual_finish=date(2025, 1, 3))
    answer = assess(snapshot(items=(item("a", 10),), projects=(row,), statements=(validated("sue", row),)), TODAY)
    assert status(answer) == (Status.AT_RISK, Basis.EVIDENCE)


def test_a_milestone_with_an_acceptance_closes_only_when_it_is_validated() -> None:
    gate = item("m", 0, kind=Kind.MILESTONE, state=State.DONE, acceptance="UAT report signed", acceptor="ben")
    items = (gate, item("a", 10))
    answer = assess(snapshot(items=items), TODAY)
    assert status(answer) == (Status.AT_RISK, Basis.UNPROVEN)
    assert breach(answer, "MILESTONE-UNVALIDATED").owner == "ben"
    proof = validated("ben", project(), "m", "M", "UAT report signed")
    assert status(assess(snapshot(items=items, statements=(proof,)), TODAY))[0] is Status.ON_TRACK
    other = validated("ben", project(), "m", "M", "A mail")
    assert status(assess(snapshot(items=items, statements=(other,)), TODAY))[0] is Status.AT_RISK


# --- projects that state dates and name no work -----------------------------------------------------------------------


def test_a_project_without_work_items_is_judged_by_its_stated_dates() -> None:
    late = project(finish=date(2025, 1, 31), forecast_finish=date(2025, 3, 1))
    answer = assess(snapshot(projects=(late,), moved={"P:finish": TODAY}), TODAY)
    assert status(answer) == (Status.OFF_TRACK, Basis.EVIDENCE)
    assert view(answer).slip_days == 29.0
    passed = project(finish=date(2024, 12, 1), forecast_finish=date(2024, 12, 1), state=State.DOING)
    overdue = assess(snapshot(projects=(passed,), moved={"P:finish": TODAY}), TODAY)
    assert view(overdue).computed_finish == TODAY  # unfinished work ends no earlier than today
    weekend = project(finish=date(2025, 2, 1), forecast_finish=date(2025, 2, 1))
    assert view(assess(snapshot(projects=(weekend,)), TODAY)).computed_finish == date(2025, 2, 1)


def test_a_stated_finish_that_passed_without_a_word_is_unknown() -> None:
    rows = tuple(
        project(i, finish=date(2024, 12, d), forecast_finish=date(2024, 12, d), state=None)
        for i, d in (("P", 1), ("Q", 2))
    )
    answer = assess(snapshot(projects=rows, moved={"P:finish": TODAY, "Q:finish": TODAY}), TODAY)
    assert status(answer)[0] is Status.UNKNOWN
    assert "2 projects" in breach(answer, "STATUS-UNKNOWN").title
    late = project(finish=date(2024, 11, 1), forecast_finish=date(2024, 12, 1))
    assert status(assess(snapshot(projects=(late,)), TODAY))[0] is Status.OFF_TRACK


# --- roll-up, policy, latency ---------------------------------------------------------------------------------------


def test_a_looser_policy_is_shown_and_a_stricter_one_is_not() -> None:
    assert one(project(), policy=Policy(finish_tolerance_days=30)).policy_notes
    assert not one(project(), policy=Policy(finish_tolerance_days=1)).policy_notes


def test_the_bottom_line_is_slip_times_cost_of_delay_plus_overrun() -> None:
    row = project(finish=date(2025, 1, 17), budget=1_000_000.0, forecast_cost=1_050_000.0)
    base = snapshot(items=(item("a", 10),), projects=(row,))
    objective = replace(base.objectives[0], target_date=date(2025, 1, 7))
    view_ = assess(replace(base, objectives=(objective,)), TODAY).objectives[0]
    assert (view_.slip_days, view_.overrun) == (10.0, 50_000.0)
    assert view_.bottom_line == 10 * 1000 + 50_000


def test_latency_counts_from_the_first_evidence_until_the_report_says_so() -> None:
    def month(day: date, rag: Rag, baseline: date) -> Assessment:
        report = StatusReport(project="P", as_of=day, status=rag.value.title(), rag=rag)
        return one(project(finish=baseline), today=day, status_reports=(report,), moved={"a": day})

    good, bad = date(2025, 12, 31), date(2025, 1, 2)
    days = [TODAY + timedelta(days=30 * n) for n in range(4)]
    history = [
        month(days[0], Rag.GREEN, good),
        month(days[1], Rag.GREEN, bad),
        month(days[2], Rag.GREEN, bad),
        month(days[3], Rag.RED, bad),
    ]
    assert [r.latency_days for r in replay_rows([past_day(each) for each in history])] == [None, 0, 30, 60]


def test_an_unproven_status_is_no_latency() -> None:
    report = StatusReport(project="P", as_of=TODAY, status="Green", rag=Rag.GREEN)
    answer = one(project(), dependencies=(docs(),), status_reports=(report,))
    assert view(answer).watermelon
    assert replay_rows([past_day(answer)])[0].latency_days is None


# --- determinism ----------------------------------------------------------------------------------------------------


@given(st.permutations(range(5)))
def test_the_order_of_the_rows_never_matters(order: list[int]) -> None:
    items = [item(c, 5 + n) for n, c in enumerate("abcde")]
    ties = [link("a", "b"), link("b", "c"), link("a", "d"), link("d", "c"), link("c", "e")]
    mixed = assess(
        snapshot(items=tuple(items[i] for i in order), links=tuple(ties[i] for i in order), dependencies=(docs(),)),
        TODAY,
    )
    plain = assess(snapshot(items=tuple(items), links=tuple(ties), dependencies=(docs(),)), TODAY)
    assert mixed.breaches == plain.breaches
    assert mixed.chains == plain.chains
    assert dict(mixed.items) == dict(plain.items)


def test_open_work_before_what_is_said_to_be_done_still_ends_the_project() -> None:
    # A has 60 working days left from 6 January: 28 March. What comes after it is said to be done already.
    items = (item("a", 60, state=State.DOING), item("b", 5, state=State.DONE, actual_finish=date(2025, 1, 3)))
    answer = assess(
        snapshot(items=items, links=(link("a", "b"),), projects=(project(finish=date(2025, 2, 28)),)), TODAY
    )
    assert view(answer).computed_finish == date(2025, 3, 28)
    assert status(answer) == (Status.OFF_TRACK, Basis.EVIDENCE)


def test_a_milestone_claimed_done_says_what_before_it_is_open() -> None:
    gate = item("m", 0, kind=Kind.MILESTONE, state=State.DONE, acceptance="Live", acceptor="ben")
    answer = assess(snapshot(items=(item("a", 10), gate), links=(link("a", "m"),)), TODAY)
    assert "a “A”, which comes before it, is open" in str(breach(answer, "MILESTONE-UNVALIDATED").reasons)


def test_a_claim_that_nobody_validated_makes_nothing_better() -> None:
    late = date(2025, 1, 3)
    work = item("a", 10, state=State.DONE, actual_finish=late)
    row = project(finish=date(2024, 8, 30), actual_finish=late, state=State.DONE)
    claimed = assess(snapshot(items=(work,), projects=(row,)), TODAY)
    assert status(claimed) == (Status.OFF_TRACK, Basis.EVIDENCE)
    # Whoever accepts it is asked, and nobody to make it come earlier.
    assert codes(claimed) & {"MILESTONE-UNVALIDATED", "FINISH-LATE"} == {"MILESTONE-UNVALIDATED"}
    accepted = assess(snapshot(items=(work,), projects=(row,), statements=(validated("sue", row),)), TODAY)
    assert status(accepted) == (Status.COMPLETE, Basis.NONE)
