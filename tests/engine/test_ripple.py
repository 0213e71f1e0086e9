"""What a small change makes of the early dates is what a pass over the whole network makes of them."""

from __future__ import annotations

from array import array
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from primavera_plans import MONDAY, batches
from schedule_plans import CALENDARS, DURATIONS, OFFICE, START, build, item, plans, tie

from cockpit.engine import kernel
from cockpit.engine.kernel import project, spread
from cockpit.engine.scheduling import network, ripple, schedule, speed
from cockpit.engine.scheduling.differing import other_dates, other_rows
from cockpit.records.model import Kind, Link, State, WorkItem
from cockpit.records.terms import Constraint, Method, Rules, Terms

DAY = date(2025, 3, 3)
DAYS = st.integers(-20, 30).map(lambda n: DAY + timedelta(n))
MINUTES = st.integers(-5 * 1440, 40 * 1440).map(lambda minute: START + minute)
ROWS: dict[str, Any] = {
    "duration_days": st.one_of(st.none(), st.floats(0, 9)),
    "remaining_days": st.one_of(st.none(), st.floats(0, 9)),
    "percent": st.one_of(st.none(), st.sampled_from((0.0, 30.0, 100.0))),
    "state": st.sampled_from((None, *State)),
    "not_before": st.one_of(st.none(), DAYS),
    "actual_start": st.one_of(st.none(), DAYS),
    "actual_finish": st.one_of(st.none(), DAYS),
    "baseline_finish": st.one_of(st.none(), DAYS),
    "title": st.sampled_from("xy"),
}
KINDS = st.sampled_from(("FS", "SS", "FF", "SF"))
Story = tuple[network.Network, network.Network, schedule.Run, schedule.Run]


def drawn_row(draw: st.DrawFn, each: WorkItem) -> WorkItem:
    """The item with something else in one or two of its fields."""
    names = draw(st.lists(st.sampled_from(sorted(ROWS)), min_size=1, max_size=2))
    return replace(each, **{name: draw(ROWS[name]) for name in names})


def drawn_terms(draw: st.DrawFn, each: WorkItem) -> WorkItem:
    """Sometimes the item with a constraint, as Microsoft Project has them."""
    if draw(st.integers(0, 3)):
        return each
    kind = draw(st.sampled_from(tuple(Constraint)))
    on = None if kind is Constraint.LATE else MONDAY + timedelta(hours=draw(st.integers(-100, 400)))
    return replace(each, terms=Terms(rules=Rules.PROJECT, constraint=kind, constraint_date=on))


@st.composite
def stories(draw: st.DrawFn) -> Story:
    """A network of Microsoft Project's and Primavera's nodes, and the same with other rows."""
    items, links = draw(plans(("", "six", "night", "always")))
    items = [drawn_terms(draw, drawn_row(draw, each) if draw(st.booleans()) else each) for each in items]
    theirs = draw(batches()).records
    items += [replace(each, project="q") for each in theirs["work_items"] if isinstance(each, WorkItem)]
    links = [*links, *(each for each in theirs["links"] if isinstance(each, Link))]
    if draw(st.booleans()):
        above = [replace(each, parent="s") for each in items[:3]]
        items = [item("s", kind=Kind.SUMMARY), *above, *items[3:]]
        links.append(tie("s", items[-1].id, draw(st.sampled_from(("FS", "SS"))), draw(st.sampled_from((0.0, 1.0)))))
    for _ in range(draw(st.integers(0, 3))):
        links.append(tie(draw(st.sampled_from(items)).id, draw(st.sampled_from(items)).id, draw(KINDS)))
    others = [drawn_row(draw, each) if draw(st.integers(0, 3)) == 0 else each for each in items]
    one, other = woven(items, links), woven(others, links)
    asked = schedule.live if draw(st.booleans()) else schedule.planned
    return one, other, asked(one, START), asked(other, START)


def woven(items: list[WorkItem], links: list[Link]) -> network.Network:
    methods = {
        "q": Method(rules=Rules.PRIMAVERA, calendar="office", start=MONDAY, data_date=MONDAY, expected_finish=True)
    }
    return network.build(items, links, CALENDARS, OFFICE, DURATIONS, {"p": DAY}, methods)


@settings(max_examples=100, deadline=None)
@given(stories())
def test_other_rows_give_the_dates_of_a_whole_pass(story: Story) -> None:
    one, other, before, run = story
    nodes = [node for node, pair in enumerate(zip(one.items, other.items, strict=True)) if pair[0] != pair[1]]
    dates = schedule.forward(before)
    untouched = ripple.copied(dates)
    found = ripple.patched(run, before, dates, nodes)
    assert (found is None) == (run.frame != before.frame)
    if found is not None:
        assert found.dates == schedule.forward(run)
        assert found.others is None or found.others == other_dates(found.dates, dates)
    assert dates == untouched


def holds(data: st.DataObject, size: int) -> tuple[dict[int, int], frozenset[int]]:
    nodes = st.integers(0, size - 1)
    return data.draw(st.dictionaries(nodes, MINUTES, max_size=4)), frozenset(data.draw(st.sets(nodes, max_size=4)))


@settings(max_examples=100, deadline=None)
@given(stories(), st.data())
def test_other_holds_give_the_dates_of_a_whole_pass(story: Story, data: st.DataObject) -> None:
    run, size = story[2], len(story[0].ids)
    if not size:
        return
    (floors, released), (others, freed) = (holds(data, size) for _ in range(2))
    whole = schedule.forward(run, floors, released)
    question = ripple.Question(run, whole, floors, released)
    assert question.moved(others, freed) == schedule.forward(run, others, freed)
    for _ in range(3):
        floors_now, freed_now = holds(data, size)
        lifted = frozenset(data.draw(st.sets(st.integers(0, size - 1), max_size=3))) - freed_now
        then = schedule.forward(run, {**floors, **floors_now}, (released | freed_now) - lifted)
        given_back = {**dict.fromkeys(freed_now, True), **dict.fromkeys(lifted, False)}
        with question.tried(floors_now, given_back) as log:
            for name in ("start", "finish", "begin", "reach"):
                assert getattr(question.trial, name) == getattr(then, name)
            differ = {n for n in range(size) if (whole.start[n], whole.finish[n]) != (then.start[n], then.finish[n])}
            assert differ <= {each[0] for each in log}
        assert question.trial.finish == whole.finish
    assert question.dates == whole == schedule.forward(run, floors, released)


class Plain(speed.Compiled):
    """The source of the compiled kernel, run as plain Python."""

    def __init__(self) -> None:
        super().__init__(kernel, spread)

    def sweep(
        self, net: kernel.Net, frame: kernel.Frame, dates: kernel.Dates, room: speed.Room, begin: int, left: int
    ) -> int:
        found = spread.spread(net, frame, dates, *room, begin, left)
        assert not any(room.due)
        return found

    def put_back(self, dates: kernel.Dates, log: array[int], changed: int) -> None:
        spread.put_back(dates, log, changed)


@settings(max_examples=50, deadline=None)
@given(stories(), st.data())
def test_the_kernel_finds_the_same_in_the_same_order(story: Story, data: st.DataObject) -> None:
    run, size = story[2], len(story[0].ids)
    if not size:
        return
    floors, released = holds(data, size)
    whole = schedule.forward(run, floors, released)
    one, other = (ripple.Question(replace(run, engine=e), whole, floors, released) for e in (kernel, Plain()))
    for _ in range(3):
        floors_now, freed_now = holds(data, size)
        given_back = {**dict.fromkeys(released, False), **dict.fromkeys(freed_now, True)}
        with one.tried(floors_now, given_back) as log, other.tried(floors_now, given_back) as found:
            assert list(found) == list(log)
            assert len(found) == len(log)
            for name in ("start", "finish", "begin", "reach"):
                assert getattr(other.trial, name) == getattr(one.trial, name)


@pytest.mark.slow
def test_so_does_the_compiled_kernel() -> None:
    fast = speed.compiled()
    if fast is None:
        pytest.skip("numba is not installed")
    items = [item(f"n{n:03}", 1 + n % 3) for n in range(300)]
    ties = [
        *(tie(a.id, b.id) for a, b in pairwise(items)),
        *(tie(a.id, b.id) for a, b in zip(items, items[7:], strict=False)),
    ]
    run = replace(schedule.live(build(items, *ties), START), engine=kernel)
    dates = schedule.forward(run)
    one, other = ripple.Question(run, dates), ripple.Question(replace(run, engine=fast), dates)
    for node in (0, 150, 299, 20):
        with one.tried({node: dates.finish[node]}, {}) as log, other.tried({node: dates.finish[node]}, {}) as found:
            assert list(found) == list(log)
            assert other.trial.finish == one.trial.finish


@settings(max_examples=100, deadline=None)
@given(stories(), st.data())
def test_one_hold_after_another_gives_the_dates_of_each_alone(story: Story, data: st.DataObject) -> None:
    run, size = story[2], len(story[0].ids)
    if not size:
        return
    released = frozenset(data.draw(st.sets(st.integers(0, size - 1), max_size=2)))
    free = schedule.forward(run, {}, released)
    in_turn = ripple.InTurn(run, free, released)
    minutes = st.sampled_from(sorted({*free.start, *free.finish}))
    for _ in range(6):
        floors = data.draw(st.dictionaries(st.integers(0, size - 1), minutes, min_size=1, max_size=2))
        then = schedule.forward(run, floors, released)
        now, others = in_turn.held(floors)
        for name in ("start", "finish", "begin", "reach"):
            assert getattr(now, name) == getattr(then, name)
        assert {n for n in range(size) if now.finish[n] != free.finish[n]} <= others


def test_of_many_holds_that_move_a_chain_by_as_much_its_tail_is_computed_once(monkeypatch: Any) -> None:
    items = [item(f"n{n:04}", 1) for n in range(3000)]
    run = replace(schedule.live(build(items, *(tie(a.id, b.id) for a, b in pairwise(items))), START), engine=kernel)
    free, seen = schedule.forward(run), list[int]()
    own = project.early

    def early(net: Any, frame: Any, dates: Any, node: int) -> None:
        seen.append(node)
        own(net, frame, dates, node)

    monkeypatch.setattr(project, "early", early)
    in_turn = ripple.InTurn(run, free, frozenset())
    for node in range(0, 1000, 10):
        in_turn.held({node: free.start[node + 1 + node % 20 // 10]})  # by one day, and by two
    assert len(seen) < 4 * len(items)


def test_a_chain_of_fifty_thousand_moves_in_one_go_and_only_as_far_as_dates_change(monkeypatch: Any) -> None:
    items = [item(f"n{n:05}", 1) for n in range(50_000)]
    items[100] = replace(items[100], not_before=date(2026, 1, 5))
    ties = (tie(a.id, b.id) for a, b in pairwise(items))
    run = replace(schedule.live(build(items, *ties), START), engine=kernel)
    dates = schedule.forward(run)
    question = ripple.Question(run, dates)
    assert question.moved({200: dates.finish[300]}, frozenset()) == schedule.forward(run, {200: dates.finish[300]})
    seen: list[int] = []
    own = project.early

    def early(net: Any, frame: Any, dates: Any, node: int) -> None:
        seen.append(node)
        own(net, frame, dates, node)

    monkeypatch.setattr(project, "early", early)
    with question.tried({10: dates.start[12]}, {}) as log:
        assert [each[0] for each in log] == list(range(10, 100))
    assert seen == list(range(10, 101))  # the hundredth does not begin before its day in any case


def test_a_run_of_another_day_or_with_other_links_takes_a_whole_pass() -> None:
    items = [item("a", 1), item("b", 1)]
    one, other = build(items, tie("a", "b")), build(items, tie("a", "b", "SS"))
    before = schedule.live(one, START)
    dates = schedule.forward(before)
    assert ripple.patched(schedule.live(one, START + 1440), before, dates, ()) is None
    assert ripple.patched(schedule.live(other, START), before, dates, ()) is None
    assert ripple.patched(schedule.live(one, START), before, dates, ()) == (dates, frozenset())


@settings(max_examples=70, deadline=None)
@given(stories(), st.data())
def test_holds_asked_of_other_rows_are_made_from_those_asked_before(story: Story, data: st.DataObject) -> None:
    _, other, before, run = story
    if not other.ids:
        return
    known: ripple.Asked | None = None
    for asked in (before, run, run):
        floors, released = holds(data, len(other.ids))
        base = schedule.forward(asked)
        last, rows = known, other_rows(asked, known.run) if known is not None else None
        known = ripple.asked(asked, base, floors, released, known, rows)
        assert known.dates == schedule.forward(asked, floors, released)
        if last is not None:
            assert known.otherwise(last) == other_dates(known.dates, last.dates)


@settings(max_examples=100, deadline=None)
@given(stories(), st.data())
def test_no_pass_writes_into_a_network_and_what_is_kept_lean_is_the_same(story: Story, data: st.DataObject) -> None:
    _, other, before, run = story
    size = len(other.ids)
    if not size:
        return
    said = {name: list(column) for name, column in run.net._asdict().items() if isinstance(column, array)}
    whole = schedule.forward(run, *holds(data, size))
    kept = ripple.lean(run, whole)
    assert kept == whole
    was = ripple.copied(kept)
    schedule.total_floats(run, kept, schedule.backward(run, kept))
    asked = ripple.asked(run, kept, *holds(data, size), None, None)
    ripple.asked(run, kept, *holds(data, size), asked, frozenset())
    ripple.patched(run, before, kept, range(size))
    with ripple.Question(run, kept).tried(*(holds(data, size)[0], {})):
        pass
    assert kept == was
    assert {name: list(getattr(run.net, name)) for name in said} == said


def test_columns_that_say_the_same_are_one() -> None:
    net = build([item("a", 1), item("b", 2)]).net
    assert net.rules is net.delay is net.constraint
    assert net.pinned_start is net.second_date is not net.work
    run = schedule.live(build([item("a", 1), item("b", 2)], tie("a", "b")), START)
    kept = ripple.lean(run, schedule.forward(run))
    assert (kept.whole is run.net.whole, kept.work is run.net.work, kept.reach is kept.finish) == (True, True, True)
