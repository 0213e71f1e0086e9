"""What sources leave out: what is left of work in progress, when unlinked work begins, what has begun or is done."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from scene import TODAY, codes, item, link, project, snapshot, view

from cockpit.engine.assess import assess
from cockpit.records.assessment import Assessment
from cockpit.records.model import Kind, State
from cockpit.records.verdicts import Basis, Status

FEBRUARY = date(2025, 2, 3)
"""The Monday four weeks, 20 working days, after the first day."""


def judged(*items: Any, today: date = FEBRUARY, finish: date = date(2025, 6, 30), **more: Any) -> Assessment:
    seen = {i.id: today for i in items}
    return assess(snapshot(items=items, projects=(project(finish=finish),), observed=seen, **more), today)


# --- what is left


def test_work_in_progress_that_says_nothing_is_as_far_as_its_time() -> None:
    # 30 days from 6 January: 20 have gone before 3 February, 10 are left, which ends on the 14th.
    going = item("a", 30.0, state=State.DOING, actual_start=TODAY)
    assert view(judged(going)).computed_finish == date(2025, 2, 14)


def test_what_is_said_counts() -> None:
    slow = item("a", 30.0, state=State.DOING, actual_start=TODAY, percent=10.0)
    left = item("b", 30.0, state=State.DOING, actual_start=TODAY, remaining_days=25.0)
    assert view(judged(slow)).computed_finish == date(2025, 3, 11)
    assert view(judged(left)).computed_finish == date(2025, 3, 7)


def test_what_takes_longer_than_planned_takes_a_day_at_least() -> None:
    assert view(judged(item("a", 8.0, state=State.DOING, actual_start=TODAY))).computed_finish == FEBRUARY


def test_blocked_work_gets_no_further() -> None:
    # Begun on 6 January, blocked since the 20th: ten days are done, twenty left.
    stuck = item("a", 30.0, state=State.BLOCKED, actual_start=TODAY)
    assert view(judged(stuck, moved={"a": date(2025, 1, 20)})).computed_finish == date(2025, 2, 28)


def test_what_was_seen_in_progress_first_at_the_end_of_a_month_may_have_begun_as_planned() -> None:
    # Looked at on 6 and 31 January; planned from the 13th. By 3 February 15 of 30 days have gone.
    going = item("a", 30.0, state=State.DOING, baseline_start=date(2025, 1, 13), baseline_finish=date(2025, 2, 21))
    answer = judged(going, item("b", 1.0), moved={"a": date(2025, 1, 31)})
    assert view(answer).computed_finish == date(2025, 2, 21)


# --- when unlinked work begins


def test_what_nothing_ties_begins_when_it_was_planned_to() -> None:
    later = item("a", 10.0, baseline_start=date(2025, 5, 5), baseline_finish=date(2025, 5, 16))
    assert view(judged(later)).computed_finish == date(2025, 5, 16)
    tied = judged(later, item("b", 5.0), links=(link("a", "b"),))
    assert view(tied).computed_finish == date(2025, 2, 21), "what is linked is as early as its links allow"


def test_a_milestone_of_a_list_is_due_on_its_day() -> None:
    first = item("a", 0.0, kind=Kind.MILESTONE, baseline_finish=date(2025, 2, 28))
    last = item("b", 0.0, kind=Kind.MILESTONE, baseline_finish=date(2025, 6, 13))
    april = judged(first, last, today=date(2025, 4, 7))
    assert view(april).computed_finish == date(2025, 6, 13)
    assert "PATH-DEAD" not in codes(april), "what drives is not due yet"


# --- silence begins when it is somebody's turn


@pytest.mark.parametrize(("day", "dead"), [(date(2025, 4, 25), False), (date(2025, 4, 28), True)])
def test_what_could_not_be_begun_was_not_silent(day: date, dead: bool) -> None:
    # Known since January without dates; what is before it was seen done on 31 March, 20 working days before 28 April.
    before = item("a", 40.0, state=State.DONE, actual_start=TODAY, actual_finish=date(2025, 3, 28))
    after = item("b", 10.0, state=State.TODO)
    answer = judged(before, after, today=day, links=(link("a", "b"),), moved={"a": date(2025, 3, 31)})
    assert ("PATH-DEAD" in codes(answer)) is dead


def test_observations_that_are_still_to_come_are_no_silence() -> None:
    waiting = item("a", 10.0, state=State.TODO)
    known = snapshot(items=(waiting,), projects=(project(finish=date(2025, 6, 30)),), observed={"a": date(2025, 4, 30)})
    assert "PATH-DEAD" not in codes(assess(known, date(2025, 1, 10)))


def test_what_waits_for_the_lag_of_its_link_is_not_silent() -> None:
    # b may begin 80 working days after a did, on 28 April: until then it is a's turn, which moved last week.
    going = item("a", 100.0, state=State.DOING, actual_start=TODAY, percent=60.0)
    ties = {"links": (link("a", "b", type="SS", lag_days=80),), "today": date(2025, 3, 31)}
    assert "PATH-DEAD" not in codes(judged(going, item("b", 60.0), moved={"a": date(2025, 3, 24)}, **ties))
    dead = judged(replace(going, duration_days=15.0), item("b", 60.0), moved={"a": TODAY, "b": TODAY}, **ties)
    assert "PATH-DEAD" in codes(dead)


# --- lists that know open and closed alone, plans that know percentages alone


def test_a_list_of_open_and_closed_takes_work_to_have_begun_when_it_could() -> None:
    # a was closed on 17 January; b takes 30 days: 11 have gone, 19 are left.
    closed = item("a", 10.0, state=State.DONE, actual_finish=date(2025, 1, 17))
    open_ = item("b", 30.0, state=State.TODO)
    ties = {"links": (link("a", "b"),), "moved": {"a": date(2025, 1, 17)}}
    assert view(judged(closed, open_, **ties)).computed_finish == date(2025, 2, 27)
    assert "PATH-DEAD" not in codes(judged(closed, open_, today=date(2025, 2, 24), **ties))
    assert "PATH-DEAD" in codes(judged(closed, open_, today=date(2025, 6, 2), **ties))


def test_percentages_alone_tell_of_no_silence_and_of_no_movement() -> None:
    done, going = item("a", 10.0, percent=100.0), item("b", 60.0, percent=30.0)
    answer = judged(done, going, today=date(2025, 3, 31), links=(link("a", "b"),))
    assert "PATH-DEAD" not in codes(answer)
    assert view(answer).status is Status.UNKNOWN
    told = item("b", 60.0, percent=30.0, state=State.DOING)
    assert "PATH-DEAD" in codes(judged(told, today=date(2025, 6, 2))), "where states are told, silence is"


def test_a_list_in_which_all_is_merely_open_may_have_begun() -> None:
    # Planned to begin on 6 January: 20 of 68 days have gone. What is “Not started” has all of them before it.
    open_ = item("a", 68.0, state=State.TODO, status="Open", baseline_start=TODAY, baseline_finish=date(2025, 4, 9))
    assert view(judged(open_)).computed_finish == date(2025, 4, 9)
    unbegun = replace(open_, status="Not started")
    assert view(judged(unbegun)).computed_finish == date(2025, 5, 7)


def test_a_plan_of_percentages_alone_is_claimed_done_at_100_percent_and_contradicts_no_claim() -> None:
    whole = (item("a", 10.0, percent=100.0), item("b", 20.0, percent=100.0))
    answer = judged(*whole, finish=date(2025, 2, 14), today=date(2025, 6, 2))
    assert (view(answer).status, view(answer).basis) == (Status.AT_RISK, Basis.UNPROVEN), view(answer).reasons
    assert view(answer).computed_finish == date(2025, 2, 14), "nobody told when: as planned"
    part = judged(whole[0], item("b", 20.0, percent=95.0), finish=date(2025, 2, 14), today=date(2025, 6, 2))
    assert (view(part).status, view(part).basis) == (Status.OFF_TRACK, Basis.EVIDENCE)


# --- work that is done, of which nobody says since when


def seen_done(moved: date, before: date, today: date = date(2025, 6, 2)) -> Assessment:
    done = [item(name, 10.0, state=State.DONE) for name in "ab"]
    return judged(*done, finish=date(2025, 3, 3), today=today, moved={"a": before, "b": moved})


def test_what_was_seen_done_at_the_end_of_a_month_may_have_been_done_on_its_day() -> None:
    # Due on 3 March; the last of it was open on 28 February, and done when somebody looked on the 31st.
    answer = seen_done(date(2025, 3, 31), before=date(2025, 2, 28))
    assert (view(answer).status, view(answer).basis) == (Status.AT_RISK, Basis.UNPROVEN), "claimed, not late"
    assert view(answer).computed_finish == date(2025, 3, 3)
    later = seen_done(date(2025, 3, 31), before=date(2025, 2, 28), today=date(2025, 12, 1))
    assert view(later).computed_finish == date(2025, 3, 3), "and it gets no later by waiting"


def test_what_was_open_when_it_was_late_already_is_late() -> None:
    answer = seen_done(date(2025, 4, 30), before=date(2025, 3, 31))
    assert (view(answer).status, view(answer).basis) == (Status.OFF_TRACK, Basis.EVIDENCE)
    assert view(answer).computed_finish == date(2025, 4, 1), "the first day on which it may have been done"


def test_a_project_that_says_done_and_names_no_work_gets_no_later_either() -> None:
    done = replace(project(finish=date(2025, 3, 3)), state=State.DONE)
    known = snapshot(projects=(done,), moved={"P:finish": date(2025, 3, 31)})
    answer = assess(known, date(2025, 6, 2))
    assert (view(answer).status, view(answer).basis) == (Status.AT_RISK, Basis.UNPROVEN)


def test_nothing_is_on_track_that_nobody_has_looked_at() -> None:
    """Its milestones come due one after the other: each is somebody's turn for a while, but nobody looks."""
    days = (date(2025, 2, 28), date(2025, 3, 31), date(2025, 6, 30))
    items = [item(f"m{day:%m}", 0.0, kind=Kind.MILESTONE, baseline_finish=day, state=State.TODO) for day in days]
    today = date(2025, 4, 7)
    rows = {"items": items, "projects": (project(finish=days[-1]),)}
    looked = assess(snapshot(**rows, observed={i.id: today for i in items}), today)
    assert view(looked).status is not Status.UNKNOWN
    left = assess(snapshot(**rows, observed={i.id: date(2025, 3, 3) for i in items}), today)
    assert view(left).status is Status.UNKNOWN
