"""The pauses of split tasks in the passes."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from schedule_plans import ALWAYS, NIGHT, OFFICE, START, build, item, plans, tie, when

from cockpit.engine.plans.plan import finish_with, plan_of, schedule_plan
from cockpit.engine.scheduling import schedule
from cockpit.engine.scheduling.network import Network
from cockpit.records.model import Batch, Calendar, Link, WorkItem
from cockpit.records.terms import Pause, Rules, Terms


def torn(id_: str, days: float, *pauses: tuple[int, int], **fields: object) -> WorkItem:
    terms = Terms(rules=Rules.PROJECT, pauses=tuple(Pause(*pause) for pause in pauses))
    return item(id_, days, terms=terms, **fields)


def test_work_ends_later_by_its_pauses() -> None:
    net = build([torn("a", 2, (480, 480), (720, 60)), item("b", 1)], tie("a", "b"))
    for run in (schedule.live(net, START), schedule.planned(net, START)):
        ahead = schedule.forward(run)
        behind = schedule.backward(run, ahead)
        assert (ahead.start[0], ahead.finish[0]) == (when("2025-03-03 09:00"), when("2025-03-06 10:00"))
        assert list(behind.late_start) == list(ahead.start)
        assert list(schedule.floats(run, ahead, behind).total) == [0, 0]
    assert list(net.paused) == [540, 0]


def test_pauses_that_do_not_interrupt_what_is_left_do_not_count() -> None:
    items = [
        torn("a", 1, (0, 480), (480, 480), (-5, 9), (240, -60), (240, 0)),
        torn("b", 0, (1, 480)),
        torn("c", 2, (600, 120), (480, 60), remaining_days=1.2, percent=40),
        torn("d", 1, (240, 480), percent=100),
        torn("e", 1, (240, 10**12)),
    ]
    assert list(build(items).paused)[:3] == [0, 0, 60]
    assert list(build(items).paused)[4] == 40_000 * 480


def test_a_row_tells_the_work_without_its_pauses() -> None:
    batch = Batch({"work_items": (torn("a", 2, (480, 480)), item("b", 1)), "links": (tie("a", "b"),)}, ())
    found = schedule_plan(batch)
    assert [(row.duration_minutes, row.remaining_minutes) for row in found.rows] == [(960, 960), (480, 480)]
    longer = finish_with(plan_of(batch))("a", 480)
    assert longer is not None and found.finish is not None and (longer - found.finish).days >= 1


def _split(items: list[WorkItem], data: st.DataObject) -> tuple[list[WorkItem], list[WorkItem]]:
    """Items with pauses, and the same with so much more to do."""
    split, longer = [], []
    for each in items:
        work = round((each.duration_days or 0) * 480)
        places = data.draw(st.lists(st.tuples(st.integers(1, max(1, work - 1)), st.integers(1, 2000)), max_size=2))
        pauses = tuple(Pause(*place) for place in places if work > 1)
        split.append(replace(each, terms=Terms(rules=Rules.PROJECT, pauses=pauses)))
        more = work + sum(pause.minutes for pause in pauses)
        longer.append(replace(each, duration_days=more / 480, terms=Terms(rules=Rules.PROJECT)))
    return split, longer


def _dates(net: Network, live: bool) -> list[list[int]]:
    run = schedule.live(net, START) if live else schedule.planned(net, START)
    ahead = schedule.forward(run)
    behind = schedule.backward(run, ahead)
    slack = schedule.floats(run, ahead, behind)
    return [list(each) for each in (ahead.start, ahead.finish, behind.late_start, behind.late_finish, slack.total)]


@given(plans(calendars=("office", "six", "night", "always")), st.data(), st.booleans())
def test_a_split_task_is_scheduled_like_one_with_so_much_more_to_do(
    drawn: tuple[list[WorkItem], list[Link]], data: st.DataObject, live: bool
) -> None:
    split, longer = _split(drawn[0], data)
    assert _dates(build(split, *drawn[1]), live) == _dates(build(longer, *drawn[1]), live)


@given(st.sampled_from([OFFICE, NIGHT, ALWAYS]), st.integers(2, 2000), st.integers(1, 2000), st.integers(0, 30 * 1440))
def test_the_parts_keep_their_distance_in_working_time(calendar: Calendar, work: int, pause: int, later: int) -> None:
    days = work / calendar.minutes_per_day
    one = torn("a", days, (work // 2, pause), calendar=calendar.id)
    net = build([one])
    ahead = schedule.forward(schedule.live(net, START + later))
    working = net.calendar_of(0)
    assert working.work_between(ahead.start[0], ahead.finish[0]) == work + pause
