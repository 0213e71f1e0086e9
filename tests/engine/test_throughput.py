"""Backlogs: tickets without links or dates are finished no sooner than they are worked off."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from scene import breach, codes, item, link, project, snapshot, view

from cockpit.engine.assess import assess
from cockpit.engine.facts import Facts
from cockpit.engine.forecast.throughput import Backlog, backlogs
from cockpit.records.assessment import Assessment
from cockpit.records.model import Kind, State, WorkItem
from cockpit.records.verdicts import Basis, Status

FIRST = date(2025, 1, 5)
"""A Sunday: the weeks of these stories run from Monday to Sunday."""


def ticket(id: str, day: date | None = None, **more: Any) -> WorkItem:
    state = State.TODO if day is None else State.DONE
    return WorkItem(**{"id": id, "project": "P", "title": id, "kind": Kind.TICKET, "state": state,
                       "actual_finish": day, **more})  # fmt: skip


def worked(weeks: tuple[int, ...], left: int) -> tuple[WorkItem, ...]:
    """So many tickets finished on the Wednesday of each week after `FIRST`, and so many left."""
    days = [FIRST + timedelta(7 * week + 3) for week, many in enumerate(weeks) for _ in range(many)]
    done = tuple(ticket(f"D{number}", day) for number, day in enumerate(days))
    return (*done, *(ticket(f"T{number}") for number in range(left)))


def judged(items: tuple[WorkItem, ...], weeks: int, baseline: date, **more: Any) -> Assessment:
    today = FIRST + timedelta(7 * weeks)
    moved = {i.id: i.actual_finish or FIRST for i in items} | more.pop("moved", {})
    rows = (project(finish=baseline, **more.pop("row", {})),)
    known = snapshot(items=items, projects=rows, moved=moved, observed={i.id: today for i in items}, **more)
    return assess(known, today)


def backlog_of(items: tuple[WorkItem, ...], today: date, moved: dict[str, date]) -> Backlog:
    observed = {i.id: today for i in items}
    facts = Facts(snapshot(items=items, moved=moved, observed=observed), today)
    return backlogs(facts, facts.projects)["P"]


# --- the floor


def test_a_backlog_is_finished_no_sooner_than_what_is_left_divided_by_the_median_week() -> None:
    # Eight weeks, median 4: 62 tickets take 15.5 weeks, 108.5 days, rounded to the even 108, from 2 March: 18 June.
    answer = judged(worked((5, 4, 4, 3, 4, 6, 0, 4), 62), 8, date(2025, 12, 31))
    assert view(answer).computed_finish == date(2025, 6, 18)
    assert view(answer).status is Status.ON_TRACK
    told = " ".join(r.text for r in view(answer).reasons)
    assert (
        "62 tickets left without links or dates ÷ 4 a week (median of the last 8 weeks; lately 5 4 4 3 4 6 0 4)" in told
    )
    assert "not before 2025-06-18" in told


def test_weeks_in_which_nothing_was_finished_count() -> None:
    assert view(judged(worked((4, 0, 4, 0, 2, 2, 0, 2), 20), 8, date(2026, 12, 31))).computed_finish == date(
        2025, 5, 11
    )


def test_batches_count_by_their_mean() -> None:
    """Closed every third week: a median of nothing a week would say never."""
    found = backlog_of(worked((0, 0, 6, 0, 0, 6, 0, 0, 6), 12), FIRST + timedelta(63), {"D0": FIRST})
    assert found.rate is not None and found.rate.mean and found.rate.number == pytest.approx(18 / 8)


def test_the_better_of_the_last_weeks_and_of_all_counts() -> None:
    """A floor must not rest on a bad month."""
    found = backlog_of(worked((5,) * 12 + (1,) * 8, 30), FIRST + timedelta(140), {"D0": FIRST})
    assert found.rate is not None and (found.rate.number, found.rate.weeks) == (5, 20)


def test_without_a_history_it_is_unknown() -> None:
    answer = judged(tuple(ticket(f"T{n}") for n in range(9)), 1, date(2025, 12, 31))
    assert view(answer).status is Status.UNKNOWN
    assert "no 4 weeks of history" in breach(answer, "STATUS-UNKNOWN").title


def test_monthly_looks_without_dates_are_spread_over_the_weeks_between() -> None:
    looks = [date(2025, 1, 31), date(2025, 2, 28), date(2025, 3, 28)]
    done = tuple(ticket(f"D{n}", state=State.DONE) for n in range(20))
    moved = {f"D{n}": looks[n // 8] for n in range(20)}  # 8 were done at first, 8 in February, 4 in March
    found = backlog_of((*done, ticket("T")), looks[2], moved | {"T": looks[0]})
    assert found.weeks == (2.0,) * 4 + (1.0,) * 4


def test_a_few_tickets_that_the_rest_outlasts_hide_nothing() -> None:
    items = (item("a", 40, state=State.DOING, percent=10.0), ticket("T1"), ticket("T2"))
    answer = judged(items, 1, date(2025, 12, 31))
    assert view(answer).status is Status.ON_TRACK


def test_linked_and_dated_tickets_are_planned_work() -> None:
    linked = tuple(ticket(f"T{n}", duration_days=3.0) for n in range(4))
    ties = tuple(link(f"T{n}", f"T{n + 1}") for n in range(3))
    answer = judged(linked, 1, date(2025, 12, 31), links=ties)
    assert view(answer).computed_finish == date(2025, 1, 28)
    dated = ticket("T", baseline_start=date(2025, 3, 3), baseline_finish=date(2025, 3, 7))
    assert view(judged((dated,), 1, date(2025, 12, 31))).status is Status.ON_TRACK


# --- what comes of it


def test_late_by_its_pace_is_off_track_on_evidence_after_a_quarter() -> None:
    answer = judged(worked((4, 5, 4, 3) * 3, 100), 12, date(2025, 6, 30))
    assert (view(answer).status, view(answer).basis) == (Status.OFF_TRACK, Basis.EVIDENCE)
    assert "÷ 4 a week" in breach(answer, "FINISH-LATE").reasons[0].text


def test_late_by_luck_alone_accuses_nobody() -> None:
    """48 finished in twelve weeks: it may have been 43 % more. A month of delay is within that."""
    answer = judged(worked((4, 5, 4, 3) * 3, 52), 12, date(2025, 6, 15))
    assert (view(answer).status, view(answer).basis) == (Status.OFF_TRACK, Basis.UNPROVEN)


def test_a_short_history_accuses_nobody() -> None:
    answer = judged(worked((4, 5, 4, 3), 300), 4, date(2025, 6, 30))
    assert (view(answer).status, view(answer).basis) == (Status.OFF_TRACK, Basis.UNPROVEN)


def test_a_ticket_of_a_backlog_that_waits_for_its_turn_is_not_silent() -> None:
    assert "PATH-DEAD" not in codes(judged(worked((4, 5, 4, 3) * 3, 20), 12, date(2025, 12, 31)))


def test_a_backlog_of_which_nothing_moves_is_dead() -> None:
    items = worked((4, 5, 4, 3) * 3, 20)
    # The last ticket moved on Wednesday 26 March; 20 working days later is Wednesday 23 April.
    alive, dead = (judged(items, weeks, date(2026, 12, 31)) for weeks in (15, 16))
    assert "PATH-DEAD" not in codes(alive)
    found = breach(dead, "PATH-DEAD")
    assert found.subject == "project:P" and "none of its 20 open tickets has moved since 2025-03-26" in found.title
    assert (view(dead).status, view(dead).basis) == (Status.AT_RISK, Basis.EVIDENCE)


def test_a_backlog_in_which_long_work_has_begun_is_given_the_time_of_that_work() -> None:
    """Two tickets done in January; one of sixty days was begun on its last, and may say nothing for eighty."""
    done = worked((1, 1, 0, 0), 0)
    long = ticket("L", duration_days=60.0, state=State.DOING, actual_start=date(2025, 1, 31))
    alive, dead = (judged((*done, long), weeks, date(2026, 12, 31)) for weeks in (15, 22))
    assert "PATH-DEAD" not in codes(alive)
    assert "its only open ticket has not moved since 2025-01-31" in breach(dead, "PATH-DEAD").title
