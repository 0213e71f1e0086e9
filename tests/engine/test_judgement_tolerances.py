"""Tolerances by level: who is told that which one is forecast to be exceeded."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from scene import OBJECTIVE, TODAY, assess, breach, by_steward, codes, docs, item, project, signed, snapshot, view

from cockpit.engine.tolerances.levels import shortfall
from cockpit.records.assessment import Assessment
from cockpit.records.measures import ToleranceView
from cockpit.records.model import Direction, Kind, Kpi, Meaning, Objective
from cockpit.records.snapshot import Policy, Tolerance, Tolerances
from cockpit.records.verdicts import Basis, Status
from cockpit.trust.obligations import reading_version

TARGET = date(2025, 2, 28)
MOVING = replace(OBJECTIVE, target_date=TARGET)


def policy(**levels: Any) -> Policy:
    return Policy(tolerance=Tolerances(**levels))


def of_objective(**own: Any) -> Policy:
    return policy(objectives={"O": Tolerance(**own)})


def judged(asked: Policy, **more: Any) -> Assessment:
    """Thirty working days of work from 6 January: the finish is 14 February, its baseline the 10th."""
    base: dict[str, Any] = {"items": (item("a", 30),), "projects": (project(finish=date(2025, 2, 10)),)}
    return assess(snapshot(policy=asked, **{"objectives": (MOVING,), **base, **more}), TODAY)


def measured(answer: Assessment, level: str, measure: str) -> ToleranceView:
    return next(t for t in answer.tolerances if (t.level, t.measure) == (level, measure))


# --- time


def test_the_objectives_owner_is_told_that_its_finish_is_forecast_beyond_its_tolerance() -> None:
    on_time = judged(of_objective(time_days=0))
    assert measured(on_time, "objective", "time").forecast == -14.0
    assert "TOLERANCE-TIME" not in codes(on_time)
    # Forty-five days of work end on 7 March, a week after the target.
    late = judged(of_objective(time_days=6), items=(item("a", 45),))
    found = breach(late, "TOLERANCE-TIME")
    assert (found.subject, found.owner, found.slip_days, found.basis) == ("objective:O", "kim", 7.0, Basis.EVIDENCE)
    assert found.title == "Move to the cloud: later than allowed, by 7 days; its tolerance is 6 days"
    assert "TOLERANCE-TIME" not in codes(judged(of_objective(time_days=7), items=(item("a", 45),)))


def test_no_level_has_a_tolerance_that_nobody_gave_it() -> None:
    answer = judged(Policy(), items=(item("a", 90),))
    assert answer.tolerances == () and not any(code.startswith("TOLERANCE") for code in codes(answer))


def test_the_portfolio_is_as_late_as_its_latest_objective_and_its_steward_is_told() -> None:
    other = Objective(id="Q", title="Second", owner="sue", target_date=date(2025, 1, 31))
    answer = judged(policy(portfolio=Tolerance(time_days=10)), objectives=(MOVING, other), projects=(
        project(finish=None), project("R", objectives=("Q",), finish=None)), items=(item("a", 30), item("r", 30, "R")),
    )  # fmt: skip
    found = breach(answer, "TOLERANCE-TIME")
    assert (found.subject, found.owner, found.slip_days) == ("portfolio:test", "kim", 14.0)
    assert "Second: its finish is computed for 2025-02-14, its target date is 2025-01-31" in str(found.reasons[0])


def test_days_that_rest_on_an_assumed_hold_are_at_least_and_unproven() -> None:
    answer = judged(of_objective(time_days=6), items=(item("a", 30),), dependencies=(docs(),))
    found = breach(answer, "TOLERANCE-TIME")
    # Held for twenty working days from today (until 31 January), then thirty more: 14 March.
    assert found.basis is Basis.UNPROVEN and "by at least 14 days" in found.title


# --- a project's own tolerance takes the place of that of all projects


def test_a_stricter_tolerance_of_one_project_counts_at_once() -> None:
    strict = judged(policy(projects={"P": Tolerance(time_days=3)}))
    assert view(strict).status is Status.OFF_TRACK
    assert "within 3 days of its baseline" in breach(strict, "FINISH-LATE").clears_when
    assert view(judged(Policy())).status is Status.ON_TRACK


def test_a_looser_one_counts_once_a_steward_has_signed_it_with_its_value() -> None:
    late = {"items": (item("a", 40),)}  # 28 February, 18 days after the baseline
    looser = policy(projects={"P": Tolerance(time_days=20)})
    unsigned = judged(looser, **late)
    assert view(unsigned).status is Status.OFF_TRACK
    assert "tolerance.projects.P.time_days 20 instead of 5" in str(breach(unsigned, "POLICY-UNSIGNED").reasons)
    signed_off = judged(looser, **late, statements=(by_steward(looser),))
    assert view(signed_off).status is Status.ON_TRACK and "POLICY-UNSIGNED" not in codes(signed_off)
    other = policy(projects={"P": Tolerance(time_days=21)})
    assert "POLICY-UNSIGNED" in codes(judged(other, **late, statements=(by_steward(looser),)))


def test_unsigned_only_what_is_looser_goes_back() -> None:
    mixed = policy(projects={"P": Tolerance(time_days=2, cost_percent=50.0)})
    rich = project(finish=date(2025, 2, 10), budget=100.0, forecast_cost=120.0)
    answer = judged(mixed, projects=(rich,))
    assert {"FINISH-LATE", "COST-OVER"} <= codes(answer)


# --- cost


def test_cost_is_the_forecast_and_never_less_than_what_was_spent() -> None:
    rows = (
        project(finish=None, budget=100.0, forecast_cost=100.0, actual_cost=130.0),
        project("R", finish=None, budget=300.0, forecast_cost=310.0),
    )
    answer = judged(of_objective(cost_percent=9.9), projects=rows)
    assert measured(answer, "objective", "cost").forecast == pytest.approx(10.0)
    assert answer.objectives[0].overrun == pytest.approx(40.0)
    assert breach(answer, "TOLERANCE-COST").owner == "kim"
    spent = breach(answer, "COST-OVER")
    assert "what was spent already, 130 exceeds its budget 100" in spent.title
    assert "TOLERANCE-COST" not in codes(judged(of_objective(cost_percent=10.0), projects=rows))


def test_a_finished_project_has_cost_what_was_spent() -> None:
    done = project(finish=TODAY, actual_finish=TODAY, budget=100.0, forecast_cost=140.0, actual_cost=90.0)
    answer = judged(of_objective(cost_percent=0.0), projects=(done,), items=())
    assert measured(answer, "objective", "cost").forecast == pytest.approx(-10.0)


# --- scope


def test_work_that_appeared_later_is_growth() -> None:
    efforts = {"a": 40.0, "b": 10.0, "c": 6.0}
    items = tuple(item(name, 5, effort=effort) for name, effort in efforts.items())
    milestone = item("m", 0, kind=Kind.MILESTONE)
    first, later = TODAY - timedelta(days=90), TODAY - timedelta(days=30)
    appeared = {"a": first, "b": first, "c": later, "m": later}
    grown = judged(policy(projects={"P": Tolerance(scope_percent=11.0)}), items=(*items, milestone), appeared=appeared)
    assert measured(grown, "project", "scope").forecast == pytest.approx(12.0)
    found = breach(grown, "TOLERANCE-SCOPE")
    assert (found.subject, found.owner) == ("project:P", "sue")
    assert "6 days of work were added to 50 (1 items)" in str(found.reasons[0])
    # Where one item has no effort, items are counted: one added to two.
    bare = (items[0], items[1], replace(items[2], effort=None))
    counted = judged(of_objective(scope_percent=60.0), items=bare, appeared=appeared)
    assert measured(counted, "objective", "scope").forecast == pytest.approx(50.0)
    assert "TOLERANCE-SCOPE" not in codes(counted)


# --- benefit


def kpi(key: str = "K", **more: Any) -> Kpi:
    fields = {"baseline": 90.0, "target": 100.0, "target_date": date(2025, 12, 31), "owner": "ben", **more}
    return Kpi(id=key, objective="O", title=f"Measure {key}", **fields)


def readings(row: Kpi, *values: float) -> Any:
    days = [TODAY - timedelta(days=30 * back) for back in range(len(values) - 1, -1, -1)]
    return tuple(
        signed(
            f"kpi:{row.id}", reading_version(row.id, day, value), Meaning.ATTESTED, "ben", date=str(day), value=value
        )
        for day, value in zip(days, values, strict=True)
    )


def test_the_benefit_falls_as_far_short_as_the_worst_kpi_is_forecast_to() -> None:
    flat, fine = kpi(), kpi("L")
    said = (*readings(flat, 94.0, 94.0, 94.0), *readings(fine, 98.0, 99.0, 100.0))
    answer = judged(of_objective(benefit_percent=50.0), kpis=(flat, fine), statements=said)
    # It stays at 94: 6 of the 10 points to go are missing.
    assert measured(answer, "objective", "benefit").forecast == pytest.approx(60.0)
    found = breach(answer, "TOLERANCE-BENEFIT")
    assert found.owner == "kim" and "Measure K leads to 94 by 2025-12-31, its target is 100" in str(found.reasons[0])
    assert "TOLERANCE-BENEFIT" not in codes(judged(of_objective(benefit_percent=61.0), kpis=(flat,), statements=said))


def test_the_portfolios_benefit_is_the_mean_of_its_objectives_by_weight() -> None:
    both = (replace(MOVING, weight=3.0), Objective(id="Q", title="Second", owner="sue"))
    flat, fine = kpi(), replace(kpi("L"), objective="Q")
    said = (*readings(flat, 94.0, 94.0, 94.0), *readings(fine, 98.0, 99.0, 100.0))
    answer = judged(
        policy(portfolio=Tolerance(benefit_percent=44.0)), objectives=both, kpis=(flat, fine), statements=said
    )
    # (3 × 60 % + 1 × 0 %) ÷ 4: what one objective overachieves pays for no other.
    assert measured(answer, "portfolio", "benefit").forecast == pytest.approx(45.0)
    assert breach(answer, "TOLERANCE-BENEFIT").owner == "kim"


def test_without_signed_readings_nothing_can_be_told_and_that_is_said() -> None:
    answer = judged(of_objective(benefit_percent=0.0), kpis=(kpi(),))
    told = measured(answer, "objective", "benefit")
    assert told.forecast is None and not told.exceeded and told.why.startswith("no KPI of it has a forecast")


def test_a_range_has_no_way_to_go() -> None:
    row = kpi(direction=Direction.RANGE, low=1.0, high=2.0)
    answer = judged(Policy(), kpis=(row,), statements=readings(row, 1.0, 1.5, 2.0))
    assert shortfall(answer.kpis[0]) is None


# --- the charter's slips


def test_a_tolerance_for_what_nobody_knows_is_told() -> None:
    asked = policy(objectives={"X": Tolerance(time_days=1)}, projects={"Y": Tolerance(time_days=1)})
    found = breach(judged(asked), "TOLERANCE-UNKNOWN")
    assert found.title == "A tolerance is given to objective X, project Y, in no file" and found.owner == "kim"
