"""The rules of judgement, sentence by sentence: how a project's status follows, on which basis, and what is told of it.

Each portfolio is one that a programme director would know: a mobile bank (P) that waits for the core release (CORE)
and for the vendor's interface documents (D, for whom Vic of Sourcing answers). Today is Monday, 6 January 2025.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from scene import TODAY, assess, breach, by_steward, codes, docs, item, link, project, signed, snapshot, view

from cockpit.engine.rollup import worst
from cockpit.records.assessment import Assessment
from cockpit.records.model import Kind, Meaning, Origin, State
from cockpit.records.snapshot import Policy, Tolerance, Tolerances
from cockpit.records.terms import Method, Rules
from cockpit.records.verdicts import Basis, Status
from cockpit.trust.obligations import dependency_version

MARCH = date(2025, 3, 31)
YEARS = date(2027, 12, 31)


def status(answer: Assessment, id: str = "P") -> tuple[Status, Basis]:
    return view(answer, id).status, view(answer, id).basis


def say(row: Any, meaning: Meaning, signer: str = "vic", on: date = TODAY, **body: Any) -> Any:
    return signed(f"dependency:{row.id}", dependency_version(row), meaning, signer, on, **body)


# --- today


def test_unfinished_work_starts_no_earlier_than_today_whatever_its_plan_says() -> None:
    """Planned for November; ten working days from today end on Friday the 17th."""
    planned = item("build", 10, baseline_start=date(2024, 11, 4), baseline_finish=date(2024, 11, 15))
    answer = assess(snapshot(items=(planned,), projects=(project(start=date(2024, 11, 4)),)), TODAY)
    assert answer.items["build"].early_start.date() == TODAY
    assert view(answer).computed_finish == date(2025, 1, 17)
    begun = replace(planned, state=State.DOING, actual_start=date(2024, 11, 4), remaining_days=10.0)
    assert view(assess(snapshot(items=(begun,)), TODAY)).computed_finish == date(2025, 1, 17)


@pytest.mark.parametrize("data_date", ["2024-12-02T08:00", "2025-02-03T08:00"])
def test_the_data_date_of_a_plan_rules_nothing_in_a_portfolio(data_date: str) -> None:
    method = Method(rules=Rules.PROJECT, data_date=datetime.fromisoformat(data_date))
    answer = assess(snapshot(items=(item("build", 10),), projects=(project(method=method),)), TODAY)
    assert view(answer).computed_finish == date(2025, 1, 17)


# --- worst first, down to file and row


def test_every_reason_names_file_and_row_or_the_statement_and_the_worst_comes_first() -> None:
    """Late by its own work, over its budget, and waiting for documents that nobody has signed for."""
    row = replace(docs(receiver_item="", receiver_project="P"), origin=Origin("register.xlsx", 14, "RAID"))
    plan = replace(
        project(finish=date(2025, 1, 10), budget=100.0, forecast_cost=150.0), origin=Origin("projects.csv", 3)
    )
    work = replace(item("build", 40), origin=Origin("plan.xml", 7))
    said = say(row, Meaning.PROMISED, date="2025-01-08")
    answer = assess(snapshot(items=(work,), projects=(plan,), dependencies=(row,), statements=(said,)), TODAY)
    reasons = view(answer).reasons
    assert [r.text.split(" ")[0] for r in reasons] == ["computed", "forecast", "it"]
    assert status(answer) == (Status.OFF_TRACK, Basis.EVIDENCE)
    assert [str(r.origin) for r in reasons] == ["projects.csv row 3", "projects.csv row 3", str(row.origin)]
    assert "row 14" in str(row.origin) and reasons[2].statement == said.id
    told = [b for b in answer.breaches if b.project == "P"]
    assert {b.code for b in told} == {"FINISH-LATE", "COST-OVER", "DEP-UNPROVEN"}
    assert all(any(r.origin or r.statement for r in b.reasons) for b in told)


# --- Off Track


def failing(kind: str, receiver: str) -> Assessment:
    """The long test (40 days) drives the finish, the short build (5 days) does not; one of them waits for documents
    that failed: promised for last week, disputed, or signed while the vendor's work is still open."""
    items = (item("test", 40), item("build", 5), item("v", 1, "BUY", team="vendor", state=State.DOING))
    giver = "v" if kind == "contradicted" else ""
    row = docs(receiver_item=receiver, giver_item=giver)
    done = say(row, Meaning.RESOLVED, on=date(2025, 1, 2), evidence=["a" * 64])
    said = {
        "broken": (say(row, Meaning.PROMISED, date="2025-01-03"),),
        "disputed": (done, say(row, Meaning.DISPUTED, "ann", date(2025, 1, 3))),
        "contradicted": (done,),
    }[kind]
    both = (project(finish=YEARS), project("BUY", team="vendor", owner="vic", objectives=(), finish=YEARS))
    policy = Policy(unpromised_days=1)
    rows = snapshot(
        items=items, projects=both, dependencies=(row,), statements=(*said, by_steward(policy)), policy=policy
    )
    return assess(rows, TODAY)


@pytest.mark.parametrize("kind", ["broken", "disputed", "contradicted"])
def test_a_failed_dependency_is_off_track_on_the_driving_chain_and_elsewhere_merely_unproven(kind: str) -> None:
    driving = failing(kind, "test")
    assert driving.dependencies[0].state == kind
    assert status(driving) == (Status.OFF_TRACK, Basis.EVIDENCE)
    assert "on its driving chain" in view(driving).reasons[0].text
    aside = failing(kind, "build")
    assert aside.dependencies[0].state == kind
    assert status(aside) == (Status.AT_RISK, Basis.UNPROVEN)
    assert f"DEP-{kind.upper()}" in codes(aside), "it is told all the same"


# --- At Risk on evidence


def test_a_finish_that_recedes_puts_its_project_at_risk_on_evidence() -> None:
    """Twenty working days ago it was computed for 21 March, now for 17 April; the baseline is the 16th."""
    rows = snapshot(
        items=(item("a", 14, state=State.DOING),),
        projects=(project(finish=date(2025, 4, 16)),),
        moved={"a": MARCH},
        observed={"a": MARCH},
        earlier={"P": date(2025, 3, 21)},
        earlier_on=date(2025, 3, 3),
    )
    assert status(assess(rows, MARCH)) == (Status.AT_RISK, Basis.EVIDENCE)


def test_a_tolerance_of_scope_that_is_forecast_to_be_exceeded_is_evidence_too() -> None:
    """Two features were agreed on in October, a third came in December: the work has grown by half."""
    items = tuple(item(name, 5) for name in ("login", "payments", "loyalty"))
    appeared = {"login": date(2024, 10, 1), "payments": date(2024, 10, 1), "loyalty": date(2024, 12, 2)}

    def judged(percent: float) -> Assessment:
        limits = Tolerances(projects={"P": Tolerance(scope_percent=percent)})
        return assess(snapshot(items=items, appeared=appeared, policy=Policy(tolerance=limits)), TODAY)

    grown = judged(49.0)
    assert status(grown) == (Status.AT_RISK, Basis.EVIDENCE)
    assert "1 work items were added to 2" in view(grown).reasons[0].text
    assert len([b for b in grown.breaches if b.code == "TOLERANCE-SCOPE"]) == 1
    assert status(judged(50.0)) == (Status.ON_TRACK, Basis.NONE)


# --- At Risk, unproven: strict status, short list


@pytest.mark.parametrize(("ahead", "told"), [(60, True), (61, False)])
def test_a_need_beyond_the_horizon_keeps_the_status_and_stays_off_the_list(ahead: int, told: bool) -> None:
    """The build is planned for that day; the long test beside it ends years later."""
    day = TODAY + timedelta(days=ahead)
    items = (item("build", 5, not_before=day), item("test", 400))
    row = docs(receiver_item="build", needed_by=day)
    answer = assess(snapshot(items=items, projects=(project(finish=YEARS),), dependencies=(row,)), TODAY)
    assert status(answer) == (Status.AT_RISK, Basis.UNPROVEN)
    assert ("DEP-UNPROVEN" in codes(answer)) is told


@pytest.mark.parametrize(("test_days", "told"), [(1, True), (283, True), (285, True), (286, False)])
def test_beyond_the_horizon_it_is_told_on_a_driving_or_near_critical_chain(test_days: float, told: bool) -> None:
    """The build takes ten days from 12 to 23 January 2026. 275 working days end on that 23 January, so the long test
    leaves it a float of eight (283), ten (285) or more days; near-critical is up to ten by this policy."""
    begin = date(2026, 1, 12)
    items = (item("build", 10, not_before=begin), item("test", test_days))
    asked = Policy(near_critical_days=10)
    row = docs(receiver_item="build", needed_by=begin)
    answer = assess(snapshot(items=items, projects=(project(finish=YEARS),), dependencies=(row,), policy=asked), TODAY)
    assert status(answer) == (Status.AT_RISK, Basis.UNPROVEN)
    assert ("DEP-UNPROVEN" in codes(answer)) is told


# --- Unknown


def test_a_tracker_that_nobody_delivers_any_more_earns_no_on_track() -> None:
    """Last delivered on 10 January, where work moved: by that day nothing was silent, so no path is dead. But of
    today, eleven weeks later, nothing is known."""
    rows = snapshot(
        items=(item("a", 15, state=State.DOING, actual_start=TODAY, remaining_days=15.0),),
        projects=(project(finish=YEARS),),
        moved={"a": TODAY},
        observed={"a": date(2025, 1, 10)},
    )
    answer = assess(rows, MARCH)
    assert "PATH-DEAD" not in codes(answer)
    assert status(answer) == (Status.UNKNOWN, Basis.NONE)
    assert "nothing of it has moved for 20 working days" in breach(answer, "STATUS-UNKNOWN").title
    fresh = replace(rows, moved={"a": date(2025, 3, 24)}, observed={"a": MARCH})
    assert status(assess(fresh, MARCH)) == (Status.ON_TRACK, Basis.NONE)


def test_unknown_rolls_up_like_at_risk_and_hides_nothing_worse() -> None:
    assert worst([Status.UNKNOWN, Status.ON_TRACK, Status.COMPLETE]) is Status.UNKNOWN
    lost, fine = project("Q", finish=None), project()
    items = (item("a", 5), item("q", 5, "Q"))
    answer = assess(snapshot(items=items, projects=(fine, lost)), TODAY)
    assert (view(answer).status, view(answer, "Q").status) == (Status.ON_TRACK, Status.UNKNOWN)
    assert answer.status is Status.AT_RISK
    late = assess(snapshot(items=items, projects=(project(finish=date(2024, 12, 2)), lost)), TODAY)
    assert late.status is Status.OFF_TRACK


# --- tickets without links


def worked_off(weeks: tuple[int, ...], left: int, finish: date = YEARS) -> Assessment:
    """Tickets of a backlog: so many were done in each whole week up to today, one a day from its Tuesday on."""
    first = TODAY - timedelta(days=7 * len(weeks))
    done = [
        item(
            f"T{week}-{n}", 1, kind=Kind.TICKET, state=State.DONE,
            actual_finish=first + timedelta(days=7 * week + 1 + n),
        )
        for week, many in enumerate(weeks)
        for n in range(many)
    ]  # fmt: skip
    open_ = [item(f"OPEN-{n}", 1, kind=Kind.TICKET, state=State.TODO) for n in range(left)]
    moved = {i.id: first for i in (*done, *open_)} | {"P:finish": first}
    observed = {i.id: TODAY for i in (*done, *open_)}
    rows = snapshot(items=(*done, *open_), projects=(project(finish=finish),), moved=moved, observed=observed)
    return assess(replace(rows, moved=rows.moved | {"OPEN-0": TODAY - timedelta(days=1)}), TODAY)


def test_tickets_without_links_finish_no_sooner_than_what_is_left_by_the_median_of_a_week() -> None:
    """Two a week, once five: the median is two. Twenty left are ten weeks: 17 March, whatever each of them takes."""
    answer = worked_off((2, 2, 2, 5, 2, 2, 2, 2), 20)
    assert view(answer).computed_finish == TODAY + timedelta(weeks=10) == date(2025, 3, 17)
    assert status(answer)[0] is Status.ON_TRACK
    assert any("20 tickets left without links or dates" in r.text for r in view(answer).reasons)
    late = worked_off((2, 2, 2, 5, 2, 2, 2, 2), 20, finish=date(2025, 1, 31))
    assert view(late).status is Status.OFF_TRACK


def test_without_a_history_nobody_knows_when_tickets_are_worked_off() -> None:
    answer = worked_off((), 20)
    assert view(answer).status is Status.UNKNOWN
    assert "weeks of history" in breach(answer, "STATUS-UNKNOWN").title


# --- inherited


def test_a_hold_that_uses_up_only_float_moves_nothing_and_beyond_it_as_many_days_as_are_left() -> None:
    """The core release is held until 31 January, then takes five days (to 7 February). The mobile UAT needs it and
    takes five: 14 February. Its own work ends on 24 January. So it slips by three weeks, the float taken off."""
    items = (item("core", 5, "CORE", team="bank"), item("build", 15), item("uat", 5))
    row = docs(receiver_item="core", receiver_team="bank", receiver_owner="ben")
    need = docs(id="E", title="Core", giver_team="bank", giver_owner="ben", giver_item="core", receiver_item="uat")
    both = (
        project("CORE", team="bank", owner="ben", finish=YEARS, objectives=()),
        project(finish=date(2025, 2, 7)),
    )
    said = say(row, Meaning.PROMISED, date="2025-01-31")
    base = snapshot(items=items, links=(link("build", "uat"),), projects=both, dependencies=(row, need))
    answer = assess(replace(base, statements=(said,)), TODAY)
    assert (view(answer).computed_finish, view(answer).slip_days) == (date(2025, 2, 14), 7.0)
    assert (status(answer), view(answer).root) == ((Status.AT_RISK, Basis.EVIDENCE), "CORE")
    assert [b.code for b in answer.breaches if b.project == "P" and b.code == "FINISH-LATE"] == []
    assert "the root is project Project CORE" in view(answer).reasons[0].text
    soon = assess(replace(base, statements=(say(row, Meaning.PROMISED, date="2025-01-17"),)), TODAY)
    # Held until the 17th the release ends on the 24th, when the build does: not a day is lost.
    assert view(soon).computed_finish == date(2025, 1, 31) and status(soon) == (Status.AT_RISK, Basis.UNPROVEN)
