"""Primavera P6's rules, one by one, and laws that hold for every plan."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from primavera_plans import CALENDARS, activity, at, batch, batches, begun, done, early, late, link, rows, scheduled

from cockpit.engine import kernel
from cockpit.engine.plans.plan import plan_of, schedule_plan
from cockpit.engine.scheduling import schedule, speed
from cockpit.engine.scheduling.calendars import Working, minute_of
from cockpit.records.model import Batch
from cockpit.records.terms import Constraint, FloatType, Progress, Role, Share

CALENDARS_BY_ID = {calendar.id: calendar for calendar in CALENDARS}


def test_work_runs_from_the_data_date_over_its_links() -> None:
    found = rows([activity("a", 12), activity("b", 8)], link("a", "b"))
    assert early(found["a"]) == "03-03 09:00 to 03-04 13:00"
    assert early(found["b"]) == "03-04 14:00 to 03-05 13:00"
    assert found["a"].total_float_minutes == 0


def test_what_is_left_goes_on_from_the_data_date_and_early_dates_are_of_what_is_left() -> None:
    found = rows([begun("a", at("02-27 09:00"), 12)])
    assert early(found["a"]) == "03-03 09:00 to 03-04 13:00"
    assert found["a"].start == at("02-27 09:00")


def test_retained_logic_makes_what_is_left_wait_and_progress_override_does_not() -> None:
    items = [activity("a", 16), begun("b", at("02-27 09:00"), 8)]
    assert early(rows(items, link("a", "b"))["b"]) == "03-05 09:00 to 03-05 18:00"
    override = rows(items, link("a", "b"), progress=Progress.OVERRIDE)
    assert early(override["b"]) == "03-03 09:00 to 03-03 18:00"


def test_done_work_hands_on_what_its_open_predecessors_ask_for() -> None:
    items = [activity("a", 16), done("b", at("02-27 09:00"), at("02-27 18:00")), activity("c", 8)]
    found = rows(items, link("a", "b"), link("b", "c"))
    assert early(found["c"]) == "03-05 09:00 to 03-05 18:00"
    assert found["b"].finish == at("02-27 18:00")


def test_a_lag_after_done_work_has_partly_passed() -> None:
    items = [done("a", at("02-27 09:00"), at("02-27 18:00")), activity("b", 8)]
    found = rows(items, link("a", "b", hours=12))
    assert early(found["b"]) == "03-03 14:00 to 03-04 13:00"


def test_a_lag_runs_on_its_own_calendar() -> None:
    items = [activity("a", 8), activity("b", 8)]
    assert early(rows(items, link("a", "b", hours=8, calendar="always"))["b"]) == "03-04 09:00 to 03-04 18:00"
    assert early(rows(items, link("a", "b", hours=8))["b"]) == "03-05 09:00 to 03-05 18:00"


def test_milestones_of_both_kinds_stand_where_work_begins_or_ends() -> None:
    items = [activity("a", 8), activity("s", role=Role.START_MILESTONE), activity("f", role=Role.FINISH_MILESTONE)]
    found = rows(items, link("a", "s"), link("a", "f"))
    assert early(found["s"]) == "03-04 09:00 to 03-04 09:00"
    assert early(found["f"]) == "03-03 18:00 to 03-03 18:00"


def test_mandatory_dates_break_links_and_wishes_do_not() -> None:
    on = at("03-04 09:00")
    items = [activity("a", 24), activity("b", 8, constraint=Constraint.MUST_START, constraint_date=on)]
    found = rows(items, link("a", "b"))
    assert early(found["b"]) == "03-04 09:00 to 03-04 18:00"
    assert found["a"].total_float_minutes == -960
    wish = [items[0], activity("b", 8, constraint=Constraint.START_ON, constraint_date=on)]
    assert early(rows(wish, link("a", "b"))["b"]) == "03-06 09:00 to 03-06 18:00"


def test_a_finish_that_was_asked_for_gives_negative_float() -> None:
    found = rows([activity("a", 24)], must_finish=at("03-04 18:00"))
    assert found["a"].total_float_minutes == -480
    assert late(found["a"]) == "02-28 09:00 to 03-04 18:00"


def test_float_is_that_of_the_setting() -> None:
    """Sixty hours round the clock; the activity's own calendar rests on a weekend that only its late dates meet."""
    items = [activity("a", 60, shares=(Share("always", 3600, 3600),)), activity("b", 48)]
    kinds = {kind: rows(items, float_type=kind)["a"].total_float_minutes for kind in FloatType}
    assert kinds == {FloatType.START: 5 * 480, FloatType.FINISH: 3 * 480, FloatType.SMALLER: 3 * 480}


def test_as_late_as_possible_uses_up_its_free_float_only() -> None:
    items = [activity("a", 8, constraint=Constraint.LATE), activity("b", 24), activity("c", 8), activity("d", 80)]
    found = rows(items, link("a", "c"), link("b", "c"))
    assert early(found["a"]) == "03-05 09:00 to 03-05 18:00"
    assert early(found["c"]) == "03-06 09:00 to 03-06 18:00"


def test_an_expected_finish_stretches_what_is_left() -> None:
    items = [activity("a", 8, expected_finish=at("03-05 18:00")), activity("b", 8)]
    assert early(rows(items, link("a", "b"), expected_finish=True)["b"]) == "03-06 09:00 to 03-06 18:00"
    assert early(rows(items, link("a", "b"))["b"]) == "03-04 09:00 to 03-04 18:00"


def test_a_level_of_effort_spans_what_it_is_tied_to_and_drives_nothing() -> None:
    items = [activity("a", 8), activity("b", 24), activity("loe", 0, role=Role.EFFORT), activity("c", 8)]
    links = (link("a", "b"), link("a", "loe", "SS"), link("b", "loe", "FF"), link("loe", "c"))
    found = rows(items, *links)
    assert early(found["loe"]) == "03-03 09:00 to 03-06 18:00"
    assert early(found["c"]) == "03-03 09:00 to 03-03 18:00"
    assert found["loe"].role is Role.EFFORT


def test_work_goes_on_where_it_was_suspended_to() -> None:
    found = rows([begun("a", at("02-27 09:00"), 8, suspended=at("02-28 13:00"), resumed=at("03-10 09:00"))])
    assert early(found["a"]) == "03-10 09:00 to 03-10 18:00"


def test_the_longest_path_follows_driving_links_only() -> None:
    items = [activity("a", 24), activity("b", 8), activity("c", 8)]
    plan = scheduled(items, link("a", "c"), link("b", "c"), longest_path=True)
    assert (
        {row.id for row in plan.rows if row.longest_path} == {"a", "c"} == {row.id for row in plan.rows if row.critical}
    )


def test_only_the_longest_predecessor_drives() -> None:
    items = [activity("a", 24), activity("b", 8), activity("c", 8)]
    run = plan_of(batch(items, (link("a", "c"), link("b", "c")))).run
    ahead = schedule.forward(run)
    sources = [run.network.ids[source] for source in run.net.link_from]
    assert dict(zip(sources, ahead.drives, strict=True)) == {"plan/a": 1, "plan/b": 0}


@settings(max_examples=200, deadline=None)
@given(batches())
def test_nothing_unfinished_begins_before_the_data_date_and_every_row_has_its_dates(plan: Batch) -> None:
    result = schedule_plan(plan)
    assert result.data_date is not None
    now = minute_of(result.data_date)
    working = {item.id: Working(CALENDARS_BY_ID[item.calendar]) for item in plan.records["work_items"]}  # type: ignore[attr-defined]
    for row in result.rows:
        if row.role in (Role.EFFORT, Role.WBS) or row.actual_finish is not None:
            continue
        assert row.early_start is not None
        assert row.early_finish is not None
        own, start = working[f"plan/{row.id}"], minute_of(row.early_start)
        assert own.work_between(start, minute_of(row.early_finish)) >= 0
        if row.constraint not in (Constraint.MUST_START, Constraint.MUST_FINISH):
            assert own.work_between(now, start) >= 0


@settings(max_examples=100, deadline=None)
@given(batches(), st.randoms(use_true_random=False))
def test_the_order_of_the_file_is_irrelevant(plan: Batch, random: object) -> None:
    items, links = list(plan.records["work_items"]), list(plan.records["links"])
    random.shuffle(items)  # type: ignore[attr-defined]
    random.shuffle(links)  # type: ignore[attr-defined]
    other = Batch({**plan.records, "work_items": tuple(items), "links": tuple(links)})
    assert {row.id: row for row in schedule_plan(plan).rows} == {row.id: row for row in schedule_plan(other).rows}


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(batches())
def test_the_compiled_kernel_says_what_the_plain_one_says(plan: Batch) -> None:
    fast = speed.compiled()
    assert fast is not None
    run = plan_of(plan).run
    plain = replace(run, engine=kernel)
    quick = replace(run, engine=fast)
    found = []
    for each in (plain, quick):
        ahead = schedule.forward(each)
        behind = schedule.backward(each, ahead)
        slack = schedule.floats(each, ahead, behind)
        moved = schedule.late_as_possible(each, ahead, behind)
        found.append((ahead, behind, slack, moved))
    assert found[0] == found[1]
    assert any(Path(speed.kept_in()).glob("entry.forward-*.nbi")), "by this the wait for a first use is told"


def test_a_lag_from_the_start_of_work_in_progress_runs_by_its_work_or_from_its_actual_start() -> None:
    """Started a week ago, half a day done since, waiting for another: the lag of 12 hours is over by the clock only."""
    wait = activity("w", 16)
    items = [wait, begun("a", at("02-24 09:00"), 20, 24, suspended=at("02-24 13:00")), activity("b")]
    links = (link("w", "a"), link("a", "b", "SS", 12))
    assert early(rows(items, *links)["b"]) == "03-06 09:00 to 03-06 18:00"
    by_clock = rows(items, *links, lag_from_actual=True)["b"]
    assert early(by_clock) == "03-03 09:00 to 03-03 18:00"
