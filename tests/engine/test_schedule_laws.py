"""What must hold of every schedule, on networks that hypothesis makes up."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from primavera_plans import MONDAY
from schedule_plans import CALENDARS, SIX_DAYS, START, backward, build, floats, forward, plans, tie
from test_ripple import MINUTES, stories, woven

from cockpit.engine import kernel
from cockpit.engine.kernel.passes import is_even
from cockpit.engine.scheduling import network, schedule
from cockpit.engine.scheduling.calendars import Working
from cockpit.records.model import Link, LinkType, WorkItem
from cockpit.records.terms import Rules, Share, Terms

Plan = tuple[list[WorkItem], list[Link]]
MIXED = ("", "six", "night", "always")
WEEK = 7 * 1440


def all_of(net: network.Network, start: int = START) -> tuple[schedule.Forward, schedule.Backward, schedule.Floats]:
    ahead = forward(net, start)
    behind = backward(net, ahead)
    return ahead, behind, floats(net, ahead, behind)


def slack_of(net: network.Network, link: int, start: list[int], finish: list[int]) -> int:
    """Working minutes by which a link is more than kept, in the successor's calendar."""
    pred, succ, kind = net.link_pred[link], net.link_succ[link], net.links[link].type
    source = finish[pred] if kind in (LinkType.FS, LinkType.FF) else start[pred]
    target = start[succ] if kind in (LinkType.FS, LinkType.SS) else finish[succ]
    return net.calendar_of(succ).work_between(source, target) - net.link_lag[link]


@settings(max_examples=100, deadline=None)
@given(plans(calendars=MIXED))
def test_early_dates_keep_every_link_and_nothing_could_start_sooner(plan: Plan) -> None:
    net = build(plan[0], *plan[1])
    ahead, _, _ = all_of(net)
    for node in range(len(net.ids)):
        working = net.calendar_of(node)
        assert working.work_between(ahead.start[node], ahead.finish[node]) == net.duration[node]
        assert working.work_between(START, ahead.start[node]) >= 0
        slacks = {
            link: slack_of(net, link, list(ahead.start), list(ahead.finish))
            for link in range(net.first[node], net.first[node + 1])
        }
        assert all(slack >= 0 for slack in slacks.values())
        driver = ahead.driver[node]
        if driver >= 0:
            assert slacks[driver] == 0
        else:
            assert driver == schedule.PROJECT_START
            assert working.work_between(START, ahead.start[node]) == 0


@settings(max_examples=100, deadline=None)
@given(plans(calendars=MIXED))
def test_late_dates_keep_every_link_and_the_end(plan: Plan) -> None:
    net = build(plan[0], *plan[1])
    ahead, behind, _ = all_of(net)
    last = max(ahead.finish)
    for link in range(len(net.link_pred)):
        assert slack_of(net, link, list(behind.late_start), list(behind.late_finish)) >= 0
    for node in range(len(net.ids)):
        working = net.calendar_of(node)
        assert working.work_between(behind.late_start[node], behind.late_finish[node]) == net.duration[node]
        assert working.work_between(behind.late_finish[node], last) >= 0


@settings(max_examples=100, deadline=None)
@given(plans(calendars=MIXED))
def test_without_constraints_no_float_is_negative_and_early_is_never_after_late(plan: Plan) -> None:
    net = build(plan[0], *plan[1])
    ahead, behind, slack = all_of(net)
    assert min(slack.total) >= 0
    assert min(slack.free) >= 0
    for node in range(len(net.ids)):
        working = net.calendar_of(node)
        assert working.work_between(ahead.start[node], behind.late_start[node]) >= 0
        assert working.work_between(ahead.finish[node], behind.late_finish[node]) >= 0
    last = max(range(len(net.ids)), key=lambda node: ahead.finish[node])
    assert {slack.total[node] for node in schedule.driving_chain(net, ahead, last)} >= {0}


@settings(max_examples=100, deadline=None)
@given(plans(calendars=MIXED))
def test_free_float_is_at_most_total_float(plan: Plan) -> None:
    net = build(plan[0], *plan[1])
    _, _, slack = all_of(net)
    assert all(free <= total for free, total in zip(slack.free, slack.total, strict=True))


def moves_a_successor(net: network.Network, ahead: schedule.Forward, node: int, minutes: int) -> bool:
    """Whether anything that follows a node moves when the node begins so many working minutes later."""
    held = forward(net, START, {node: net.calendar_of(node).add_work(ahead.start[node], minutes)})
    after = {net.link_succ[link] for link, pred in enumerate(net.link_pred) if pred == node}
    return any(net.calendar_of(one).work_between(ahead.start[one], held.start[one]) > 0 for one in after)


@settings(max_examples=100, deadline=None)
@given(st.one_of(plans(), plans(calendars=MIXED)), st.integers(0, 11))
def test_work_may_slip_by_its_free_float_and_by_one_calendar_no_minute_more(plan: Plan, which: int) -> None:
    """By two, a date in a break of the other's calendar may be taken for either of its sides."""
    net = build(plan[0], *plan[1])
    node = which % len(net.ids)
    ties = [link for link, pred in enumerate(net.link_pred) if pred == node]
    is_single = all(net.net.calendar[net.link_succ[link]] == net.net.calendar[node] for link in ties)
    assume(is_single or all(net.links[link].type in (LinkType.FS, LinkType.FF) for link in ties))
    ahead, _, slack = all_of(net)
    free = slack.free[node]
    assert not moves_a_successor(net, ahead, node, free)
    if is_single:
        assert free == slack.total[node] or moves_a_successor(net, ahead, node, free + 1)


@settings(max_examples=100, deadline=None)
@given(plans(calendars=("", "night", "always")), st.integers(-60, 200))
def test_a_start_some_weeks_later_shifts_every_date_by_as_much(plan: Plan, weeks: int) -> None:
    net = build(plan[0], *plan[1])
    one, other = all_of(net), all_of(net, START + weeks * WEEK)
    for before, after in (
        (one[0].start, other[0].start),
        (one[0].finish, other[0].finish),
        (one[1].late_start, other[1].late_start),
        (one[1].late_finish, other[1].late_finish),
    ):
        assert [minute + weeks * WEEK for minute in before] == list(after)
    assert one[2] == other[2]


@settings(max_examples=100, deadline=None)
@given(plans(calendars=MIXED), st.randoms(use_true_random=False))
def test_the_order_of_input_is_irrelevant(plan: Plan, random: Random) -> None:
    items, links = plan
    one = build(items, *links)
    shuffled_items, shuffled_links = items[:], links[:]
    random.shuffle(shuffled_items)
    random.shuffle(shuffled_links)
    other = build(shuffled_items, *shuffled_links)
    assert one.ids == other.ids
    assert all_of(one) == all_of(other)


REVERSED = {"FS": "FS", "SS": "FF", "FF": "SS", "SF": "SF"}


@settings(max_examples=100, deadline=None)
@given(plans())
def test_the_late_dates_are_the_early_dates_of_the_reversed_network(plan: Plan) -> None:
    items, links = plan
    working = Working(SIX_DAYS)
    net = build(items, *links, default=SIX_DAYS)
    mirror = build(
        items,
        *(tie(link.successor, link.predecessor, REVERSED[link.type], link.lag_days) for link in links),
        default=SIX_DAYS,
    )
    ahead, behind, _ = all_of(net)
    mirrored = forward(mirror, START)
    last = max(ahead.finish)
    for id_, node in net.index.items():
        image = mirror.index[id_]
        assert working.work_between(behind.late_finish[node], last) == working.work_between(
            START, mirrored.start[image]
        )
        assert working.work_between(behind.late_start[node], last) == working.work_between(
            START, mirrored.finish[image]
        )


@settings(max_examples=100, deadline=None)
@given(plans(calendars=MIXED))
def test_a_floor_on_one_item_never_makes_another_earlier(plan: Plan) -> None:
    net = build(plan[0], *plan[1])
    free = forward(net, START)
    held = forward(net, START, {0: START + 3 * WEEK})
    assert all(
        net.calendar_of(node).work_between(before, after) >= 0
        for node, (before, after) in enumerate(zip(free.finish, held.finish, strict=True))
    )
    assert held.driver[0] == schedule.FLOOR
    assert kernel.NEVER not in held.start


HOURS = st.integers(-100, 400).map(lambda hour: MONDAY + timedelta(hours=hour))
SHARES = st.builds(Share, st.sampled_from(tuple(CALENDARS)), st.integers(0, 4000), st.integers(0, 4000))


def with_terms(draw: st.DrawFn, each: WorkItem) -> WorkItem:
    """Maybe the item with typed dates, or with resources that pace it."""
    which = draw(st.integers(0, 3))
    if which > 1 or each.terms is not None:
        return each
    if which == 0:
        terms = Terms(rules=Rules.PROJECT, manual=True, manual_start=draw(HOURS), manual_finish=draw(HOURS))
    else:
        terms = Terms(rules=Rules.PROJECT, shares=tuple(draw(st.lists(SHARES, min_size=1, max_size=2))))
    return replace(each, terms=terms)


@st.composite
def runs(draw: st.DrawFn) -> schedule.Run:
    """A question asked of a network of both programs' nodes, of all kinds."""
    story = draw(stories())
    items = [with_terms(draw, each) for each in story[0].items]
    asked = schedule.live if story[2].frame.live else schedule.planned
    return asked(woven(items, list(story[0].links)), START)


@settings(max_examples=80, deadline=None)
@given(runs(), st.data())
def test_where_one_slack_is_taken_for_two_the_work_lies_between_both_ends(
    run: schedule.Run, data: st.DataObject
) -> None:
    size = run.net.size
    assume(size)
    nodes = st.integers(0, size - 1)
    ahead = schedule.forward(run, data.draw(st.dictionaries(nodes, MINUTES, max_size=3)))
    behind = schedule.backward(run, ahead, data.draw(st.dictionaries(nodes, MINUTES, max_size=3)))
    found = schedule.floats(run, ahead, behind)
    for node in range(size):
        if run.net.progress[node] == kernel.DONE:
            assert ahead.work[node] == 0
            continue
        work_between = run.network.calendar_of(node).work_between
        if is_even(run.net, node):
            assert work_between(ahead.begin[node], ahead.reach[node]) == ahead.work[node]
            assert work_between(behind.late_start[node], behind.late_finish[node]) == ahead.work[node]
        assert found.start[node] == work_between(ahead.begin[node], behind.late_start[node])
        assert found.finish[node] == work_between(ahead.reach[node], behind.late_finish[node])
