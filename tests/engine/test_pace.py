"""Earned schedule: a pace that does not lead to the baseline is told before any date is missed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from scene import breach, codes, item, link, project, snapshot, view

from cockpit.engine.assess import assess
from cockpit.engine.facts import Facts
from cockpit.engine.forecast.pace import Pace, Paces
from cockpit.engine.forecast.untold import Untold
from cockpit.records.assessment import Assessment
from cockpit.records.edits import Pasts, Step, Stretch
from cockpit.records.model import State, WorkItem
from cockpit.records.verdicts import Basis, Status

FRIDAYS = [date(2025, 1, 10), date(2025, 1, 24), date(2025, 2, 7), date(2025, 2, 21), date(2025, 3, 7),
           date(2025, 3, 21), date(2025, 4, 4), date(2025, 4, 18), date(2025, 5, 2), date(2025, 5, 16),
           date(2025, 5, 30), date(2025, 6, 13)]  # fmt: skip
"""A dozen packages of work of two weeks each, from 30 December to 13 June."""
START = date(2024, 12, 30)
APRIL = date(2025, 4, 25)
"""The Friday of week 17: eight packages were due by 18 April."""
SLOW = (date(2025, 1, 17), date(2025, 2, 7), date(2025, 2, 28), date(2025, 3, 21), date(2025, 4, 11))
"""Three weeks for each package of two."""


def packages(*done: date) -> tuple[WorkItem, ...]:
    """The dozen, of which so many are done, on these days."""
    found = []
    for number, due in enumerate(FRIDAYS):
        begun = date.fromordinal(due.toordinal() - 11)
        finished = done[number] if number < len(done) else None
        state = State.DONE if finished else State.TODO
        row = item(f"w{number + 1}", 10.0, baseline_start=begun, baseline_finish=due, state=state)
        found.append(replace(row, actual_finish=finished))
    return tuple(found)


def pace(items: tuple[WorkItem, ...], today: date = APRIL, **more: Any) -> Pace | None:
    known = snapshot(items=items, observed={i.id: today for i in items}, **more)
    facts = Facts(known, today)
    return Paces(facts, Untold(facts)).of(known.projects[0])


def judged(items: tuple[WorkItem, ...], finish: date, today: date = APRIL, **more: Any) -> Assessment:
    moved = {i.id: i.actual_finish or START for i in items} | {items[-1].id: today}
    seen = {i.id: today for i in items}
    return assess(snapshot(items=items, projects=(project(finish=finish),), moved=moved, observed=seen, **more), today)


def test_spi_t_is_time_earned_over_time_gone() -> None:
    # Five of twelve are done: the plan has no more finished until the sixth is due, on 21 March. From 30 December to
    # then are 59 working days, to 25 April 84: SPI(t) = 0.70, 25 days behind.
    found = pace(packages(*SLOW))
    assert found is not None
    assert (found.gone, found.planned, found.behind) == (84, 119, 25)
    assert found.spi == pytest.approx(59 / 84)
    assert (found.due, found.done) == (8, 5)


def test_what_is_left_takes_its_length_at_that_pace() -> None:
    # From 21 March to 13 June are 60 working days: 60 ÷ 0.70 = 85.4 after 25 April end on 25 August. The last quarter,
    # from 24 January, when one package was done, earned 40 days of 65, which is no faster.
    found = pace(packages(*SLOW))
    assert found is not None and found.finish == date(2025, 8, 25)
    assert found.recent == pytest.approx(40 / 65)


def test_a_pace_that_does_not_lead_to_the_baseline_is_at_risk_on_evidence_before_it_is_late() -> None:
    answer = judged(packages(*SLOW), date(2025, 6, 30))
    found = breach(answer, "FORECAST-LATE")
    assert (view(answer).status, view(answer).basis) == (Status.AT_RISK, Basis.EVIDENCE)
    assert (view(answer).slip_days or 0) <= 0, "its computed finish is in time"
    assert found.owner == "ann"
    assert "takes it to 2025-08-25, 56 days after its baseline 2025-06-30" in found.reasons[0].text
    assert "SPI(t) is 0.70" in found.reasons[0].text and "5 of 8 items that were due are done" in found.reasons[0].text


def test_on_plan_says_nothing() -> None:
    assert "FORECAST-LATE" not in codes(judged(packages(*FRIDAYS[:8]), date(2025, 6, 30)))


def test_out_of_order_is_no_delay() -> None:
    done, open_ = {"w10", "w11"}, {"w3", "w4"}
    items = tuple(
        replace(i, state=State.DONE, actual_finish=date(2025, 4, 4)) if i.id in done
        else replace(i, state=State.TODO, actual_finish=None) if i.id in open_ else i
        for i in packages(*FRIDAYS[:8])
    )  # fmt: skip
    found = pace(items)
    assert found is not None and found.behind == 0


def test_who_has_recovered_is_not_held_to_a_bad_start() -> None:
    # Nothing for eleven weeks, then a package a week: the last quarter earned 60 days of 65.
    caught_up = tuple(date.fromordinal(date(2025, 3, 14).toordinal() + 7 * n) for n in range(6))
    found = pace(packages(*caught_up))
    assert found is not None and found.spi < 0.9 and found.recent == pytest.approx(60 / 65)
    assert "FORECAST-LATE" not in codes(judged(packages(*caught_up), date(2025, 6, 30)))


def test_too_little_due_or_all_done_says_nothing() -> None:
    assert pace(packages(), date(2025, 2, 28)) is None, "four packages were due"
    assert pace(packages(*FRIDAYS)) is None
    undated = tuple(item(f"u{n}", 10.0) for n in range(8))
    assert pace((*packages(*SLOW), *undated)) is None, "most of the work has no dates"


def test_a_plan_with_links_is_given_twice_the_time() -> None:
    """What has float may wait; what has none is late by computation anyhow."""
    ties = tuple(link(f"w{n}", f"w{n + 6}") for n in range(1, 7))
    assert "FORECAST-LATE" not in codes(judged(packages(*SLOW), date(2025, 7, 31), links=ties))
    later = judged(packages(*SLOW), date(2025, 7, 31), date(2025, 5, 23), links=ties)
    assert "FORECAST-LATE" in codes(later)


def test_dates_that_are_moved_later_buy_nothing() -> None:
    first = packages(*SLOW)
    late = {"baseline_start": date(2025, 6, 2), "baseline_finish": date(2025, 6, 13)}
    moved = tuple(replace(i, **late) if i.actual_finish is None else i for i in first)
    step, now = Step(START, 0), Step(APRIL, 1)
    rows = {
        old.id: (Stretch("plan", 0, step, now, old), Stretch("plan", 0, now, None, new))
        for old, new in zip(first, moved, strict=True)
        if old != new
    }
    found = pace(moved, pasts=Pasts(rows={"work_items": rows}))
    assert found is not None and (found.due, found.done, found.behind) == (8, 5, 25)


def test_one_late_item_is_no_pace() -> None:
    """Seven of eight are done: one owes, whatever its weight."""
    items = tuple(
        replace(i, baseline_start=date(2025, 1, 2), baseline_finish=date(2025, 3, 24)) if i.id == "w8" else i
        for i in packages(*FRIDAYS[:7])
    )
    found = pace(items)
    assert found is not None and found.behind == 24 and found.spi < 0.8
    assert "FORECAST-LATE" not in codes(judged(items, date(2025, 6, 13)))


def test_percentages_alone_are_believed() -> None:
    items = tuple(
        replace(i, state=None, actual_finish=None, percent=100.0 if i.actual_finish else 0.0)
        for i in packages(*FRIDAYS[:8])
    )
    found = pace(items)
    assert found is not None and (found.due, found.done, found.behind) == (8, 8, 0)


def test_work_that_has_left_its_file_done_is_done() -> None:
    items = packages(*FRIDAYS[:8])
    step, gone = Step(START, 0), Step(date(2025, 3, 14), 1)
    rows = {i.id: (Stretch("plan", 0, step, gone, i),) for i in items[:4]}
    found = pace(items[4:], pasts=Pasts(rows={"work_items": rows}))
    assert found is not None and (found.due, found.done, found.behind) == (8, 8, 0)


def test_late_by_computation_is_said_once() -> None:
    answer = judged(packages(*SLOW), date(2025, 4, 30))
    assert "FINISH-LATE" in codes(answer) and "FORECAST-LATE" not in codes(answer)
