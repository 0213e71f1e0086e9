"""Precision of outcomes: promises met by witnessed time, forecasts beside what came of them, plans kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scene import TODAY, assess, docs, item, project, signed, snapshot

from cockpit.engine.facts import Facts
from cockpit.engine.precision.execution import cpli, execution
from cockpit.engine.precision.glimpse import Glimpse, glimpse, unheld
from cockpit.engine.precision.outcomes import Outcomes
from cockpit.records.measures import Precision
from cockpit.records.model import Kind, Meaning, Rag, Statement, StatusReport
from cockpit.records.snapshot import Snapshot
from cockpit.trust.obligations import dependency_version

ROW = docs(giver_item="")
SUBJECT, VERSION = "dependency:D", dependency_version(ROW)


def told(said: Snapshot, past: tuple[Glimpse, ...] = (), today: date = TODAY) -> dict[tuple[str, str], Precision]:
    rows = Outcomes(Facts(said, today), assess(said, today), (*past, glimpse(said, today))).rows()
    return {(row.level, row.name): row for row in rows}


def promise(day: str, on: date) -> Statement:
    return signed(SUBJECT, VERSION, Meaning.PROMISED, "vic", on, date=day)


def resolution(on: date) -> Statement:
    return signed(SUBJECT, VERSION, Meaning.RESOLVED, "vic", on, note="https://docs.example/api")


def witness(of: Statement, on: date) -> Statement:
    """Somebody else signs something that follows it."""
    later = signed("milestone:P:finish", "0" * 64, Meaning.VALIDATED, "sue", on)
    return replace(later, parents=(of.id,))


def promised(*statements: Statement, **more: Any) -> Snapshot:
    base: dict[str, Any] = {"items": (item("a", 10),), "dependencies": (ROW,), "statements": statements}
    return snapshot(**{**base, **more})


# --- promises


def test_a_promise_is_kept_when_its_resolution_was_witnessed_by_its_day() -> None:
    done = resolution(date(2025, 1, 2))
    answer = told(promised(promise("2025-01-03", date(2024, 12, 1)), done, witness(done, date(2025, 1, 3))))
    for level in (("portfolio", "test"), ("project", "P"), ("team", "vendor"), ("owner", "vic")):
        assert (answer[level].promised, answer[level].kept, answer[level].slip_days) == (1, 1, 0.0)


def test_what_was_signed_in_time_and_witnessed_late_was_not_kept() -> None:
    done = resolution(date(2025, 1, 2))
    row = told(promised(promise("2025-01-03", date(2024, 12, 1)), done, witness(done, date(2025, 1, 5))))[
        "owner", "vic"
    ]
    assert (row.promised, row.kept, row.slip_days) == (1, 0, 2.0)


def test_unwitnessed_it_is_neither_kept_nor_broken_and_that_is_said() -> None:
    row = told(promised(promise("2025-01-03", date(2024, 12, 1)), resolution(date(2025, 1, 2))))["owner", "vic"]
    assert (row.promised, row.kept, row.unwitnessed, row.slip_days) == (0, 0, 1, None)


def test_the_first_promise_counts_however_often_it_was_moved() -> None:
    said = (promise("2024-12-20", date(2024, 11, 1)), promise("2025-03-31", date(2024, 12, 10)))
    row = told(promised(*said))["owner", "vic"]
    # Seventeen days past 20 December, and not met.
    assert (row.promised, row.kept, row.slip_days) == (1, 0, 17.0)


def test_a_promise_whose_day_is_to_come_says_nothing_yet() -> None:
    assert ("owner", "vic") not in told(promised(promise("2025-01-06", date(2024, 12, 1))))


# --- forecasts


def test_the_error_of_a_forecast_is_what_came_less_what_was_computed() -> None:
    # Finished on 6 January. Computed for 2 January a month before, for 27 December two months before.
    ends = snapshot(items=(item("a", 10, actual_finish=TODAY),))
    past = tuple(
        Glimpse(TODAY - timedelta(days=back), {"a": day}, {})
        for back, day in ((65, date(2024, 12, 27)), (32, date(2025, 1, 2)))
    )
    row = told(ends, past)["project", "P"]
    assert row.errors == (4.0, 10.0, None) and row.finished == 1


def test_a_look_too_far_back_is_no_forecast_of_a_month_before() -> None:
    ends = snapshot(items=(item("a", 10, actual_finish=TODAY),))
    near, far = (Glimpse(TODAY - timedelta(days=30 + days), {"a": TODAY}, {}) for days in (21, 22))
    assert told(ends, (near,))["portfolio", "test"].errors == (0.0, None, None)
    assert ("portfolio", "test") not in told(ends, (far,))


def test_a_glimpse_has_the_finishes_of_that_day_and_unheld_those_without_holds() -> None:
    held = promised(promise("2025-01-31", TODAY))
    seen = glimpse(held, TODAY)
    assert seen.finishes == {"a": date(2025, 2, 14), "P:finish": date(2025, 2, 14)}
    assert unheld(held, TODAY) == {"P": date(2025, 1, 17)} == assess(held, TODAY).unheld


# --- how plans were kept


def test_bei_and_hit_percent_worked_out_by_hand() -> None:
    # Due by today: a in time, b a day late, c open. d was done before it is due: BEI 3 ÷ 3, one of three on time.
    def planned(name: str, due: int, done: int | None) -> Any:
        actual = date(2025, 1, done) if done else None
        return item(name, 1, baseline_finish=date(2025, 1, due), actual_finish=actual)

    items = (planned("a", 2, 2), planned("b", 2, 3), planned("c", 6, None), planned("d", 20, 6))
    summary = item("s", 1, kind=Kind.SUMMARY, baseline_finish=date(2025, 1, 2))
    facts = Facts(snapshot(items=(*items, summary)), TODAY)
    found = execution(facts, facts.items.values())
    assert found.bei == pytest.approx(1.0) and found.hit_percent == pytest.approx(100 / 3)
    assert execution(facts, [items[3]]).bei is None


def test_cpli_worked_out_by_hand() -> None:
    facts = Facts(snapshot(), TODAY)
    # 6 January to 3 February are twenty working days; the baseline lies five after or before that.
    assert cpli(facts, date(2025, 2, 3), date(2025, 2, 10)) == pytest.approx(25 / 20)
    assert cpli(facts, date(2025, 2, 3), date(2025, 1, 27)) == pytest.approx(15 / 20)
    assert cpli(facts, TODAY, TODAY) is None


@given(st.integers(1, 400), st.integers(-300, 300))
def test_cpli_is_below_one_exactly_when_the_finish_is_later_than_the_baseline(ahead: int, spare: int) -> None:
    facts = Facts(snapshot(), TODAY)
    finish = TODAY + timedelta(days=ahead)
    found = cpli(facts, finish, finish + timedelta(days=spare))
    late = facts.working_days(finish + timedelta(days=spare), finish) > 0
    assert found is None or (found < 1) is late


# --- reality latency


def test_reality_latency_is_the_longest_time_for_which_the_report_lagged_behind() -> None:
    days = [date(2024, 9, 1) + timedelta(days=30 * n) for n in range(4)]
    past = tuple(Glimpse(day, {}, {"P": worse}) for day, worse in zip(days, (False, True, True, False), strict=True))
    answer = told(snapshot(items=(item("a", 10),)), past)
    assert answer["project", "P"].latency_days == 60.0 == answer["portfolio", "test"].latency_days


def test_a_glimpse_knows_that_the_evidence_was_worse() -> None:
    green = StatusReport(project="P", as_of=TODAY, status="Green", rag=Rag.GREEN)
    late = snapshot(items=(item("a", 40),), projects=(project(finish=date(2025, 1, 31)),), status_reports=(green,))
    assert glimpse(late, TODAY).worse == {"P": True}
    fine = snapshot(items=(item("a", 4),), status_reports=(green,))
    assert glimpse(fine, TODAY).worse == {"P": False}
