"""A network that is made from the one before is the one that would be built anew."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from schedule_plans import CALENDARS, DURATIONS, OFFICE, START, item, plans, tie

from cockpit.engine.scheduling import packed, rebuilt, schedule
from cockpit.engine.scheduling.calendars import minute_of
from cockpit.engine.scheduling.network import Network
from cockpit.engine.scheduling.noderows import NodeRows
from cockpit.records.model import Kind, State, WorkItem
from cockpit.records.terms import Constraint, Rules, Terms

DAY = date(2025, 3, 3)
MORNING = datetime.combine(DAY + timedelta(7), time(8))
_DAYS = st.one_of(st.none(), st.integers(-40, 40).map(lambda n: DAY + timedelta(n)))
EDITS: dict[str, Any] = {
    "duration_days": st.one_of(st.none(), st.floats(0, 9), st.just(90_000.0), st.just(float("nan"))),
    "remaining_days": st.one_of(st.none(), st.floats(0, 9)),
    "percent": st.one_of(st.none(), st.sampled_from((0.0, 30.0, 100.0, 130.0))),
    "state": st.sampled_from((None, *State)),
    "not_before": _DAYS, "actual_start": _DAYS, "actual_finish": _DAYS, "baseline_finish": _DAYS,
    "calendar": st.sampled_from(("", "six", "night")), "kind": st.sampled_from((Kind.ACTIVITY, Kind.MILESTONE)),
    "parent": st.sampled_from(("", "n00")), "project": st.sampled_from(("p", "q")), "title": st.sampled_from("xy"),
    "id": st.sampled_from(("n00", "new")),
}  # fmt: skip


def inputs(items: list[WorkItem], links: Any) -> rebuilt.Given:
    return rebuilt.Given(
        items=items, links=links, calendars=CALENDARS, default=OFFICE, durations=DURATIONS, starts={"q": DAY},
        methods={}, leaders={},
    )  # fmt: skip


def said(network: Network) -> dict[str, Any]:
    """All that a network says; a calendar by what it is made of."""
    found = {f.name: getattr(network, f.name) for f in fields(network)}
    return found | {"workings": [working.block for working in network.workings]}


def edited(draw: st.DrawFn, items: list[WorkItem]) -> list[WorkItem]:
    place = draw(st.integers(0, len(items) - 1))
    name = draw(st.sampled_from(sorted(EDITS)))
    return [replace(each, **{name: draw(EDITS[name])}) if n == place else each for n, each in enumerate(items)]


@st.composite
def stories(draw: st.DrawFn) -> tuple[list[list[WorkItem]], Any]:
    items, links = draw(plans(("", "six", "night")))
    items = edited(draw, edited(draw, items))
    found = [items]
    for _ in range(draw(st.integers(1, 4))):
        found.append(edited(draw, found[-1]))
    return found, links


@settings(max_examples=70)
@given(stories())
def test_the_network_is_the_one_that_would_be_built_anew(story: tuple[list[list[WorkItem]], Any]) -> None:
    times, links = story
    before, run = rebuilt.build(inputs(times[0], links), None).built, None
    for items in times[1:]:
        own = inputs(items, links)
        found, whole = rebuilt.build(own, before), own.build()
        assert said(found.built.network) == said(whole)
        anew = schedule.live(whole, START)
        if run is not None and found.nodes is not None:
            run = rebuilt.run(run, found.built.network, found.nodes)
            assert (run.net, run.frame) == (anew.net, anew.frame)
            differ = {
                n
                for n, (a, b) in enumerate(zip(found.built.network.items, before.network.items, strict=True))
                if a != b
            }
            assert differ <= set(found.nodes)
        before, run = found.built, schedule.live(found.built.network, START)


@st.composite
def comings(draw: st.DrawFn) -> list[rebuilt.Given]:
    """A plan in which rows and links come, go and are edited: also such as close a circle, name a summary or nobody,
    stand twice, or say what cannot be used."""
    items, links = draw(plans(("", "six", "night")))
    found = [inputs(items, links)]
    for number in range(draw(st.integers(1, 5))):
        what = draw(st.sampled_from(("edit", "odd", "came", "summary", "went", "tied", "freed", "start", "calendars")))
        items, links = list(items), list(links)
        if what == "edit":
            items = edited(draw, items)
        elif what == "odd":
            place = draw(st.integers(0, len(items) - 1))
            items[place] = replace(items[place], duration_days=90_000.0)
        elif what in ("came", "summary"):
            kind = Kind.SUMMARY if what == "summary" else Kind.ACTIVITY
            name = draw(st.sampled_from((f"a{number}", f"n05{number}", f"z{number}", "n00")))
            new = item(name, draw(st.floats(0, 9)), kind=kind, project=draw(st.sampled_from(("p", "q", "r"))))
            items.insert(draw(st.integers(0, len(items))), new)
        elif what == "went" and len(items) > 1:
            items.pop(draw(st.integers(0, len(items) - 1)))
        elif what == "tied":
            ends = st.sampled_from([*(each.id for each in items), "nobody"])
            new_tie = tie(
                draw(ends), draw(ends), draw(st.sampled_from(("FS", "SS"))), draw(st.sampled_from((0.0, 1.0)))
            )
            links.insert(draw(st.integers(0, len(links))), new_tie)
        elif what == "freed" and links:
            links.pop(draw(st.integers(0, len(links) - 1)))
        own = inputs(items, links)
        if what == "start":
            own = replace(own, starts={"p": DAY + timedelta(3)})
        elif what == "calendars":
            own = replace(own, calendars={**CALENDARS, "six": replace(CALENDARS["night"], id="six")})
        found.append(own)
    return found


@settings(max_examples=90, deadline=None)
@given(comings())
def test_rows_that_are_carried_over_are_those_that_would_be_worked_out(times: list[rebuilt.Given]) -> None:
    before = first = rebuilt.build(times[0], None).built
    for own in times[1:]:
        whole = said(own.build())
        assert said(rebuilt.build(own, before).built.network) == whole
        assert said(rebuilt.build(own, None, other=first).built.network) == whole
        before = rebuilt.build(own, before).built


def test_of_work_that_stays_no_row_is_worked_out_again(monkeypatch: pytest.MonkeyPatch) -> None:
    items = [item("a", 5), item("b", 3), item("c", 1)]
    before = rebuilt.build(inputs(items, [tie("a", "b")]), None).built
    asked = list[str]()
    add = NodeRows.add

    def noted(rows: NodeRows, each: WorkItem) -> None:
        asked.append(each.id)
        add(rows, each)

    monkeypatch.setattr(NodeRows, "add", noted)
    more = [items[0], item("ab", 2), *items[1:]]
    found = rebuilt.build(inputs(more, [tie("a", "b"), tie("b", "c")]), before)
    assert asked == ["ab"] and found.nodes is None
    assert found.built.network.ids == ("a", "ab", "b", "c")
    assert list(found.built.network.duration) == [5 * 480, 2 * 480, 3 * 480, 480]


def test_a_row_that_says_otherwise_costs_its_row() -> None:
    items = [item("a", 5), item("b", 3), item("c", 1)]
    before = rebuilt.build(inputs(items, [tie("a", "b"), tie("b", "c")]), None).built
    longer = [replace(items[0], duration_days=9.0), *items[1:]]
    found = rebuilt.build(inputs(longer, [tie("a", "b"), tie("b", "c")]), before)
    network = found.built.network
    assert found.nodes == (network.index["a"],)
    assert network.index is before.network.index and network.first is before.network.first
    assert network.duration[0] == 9 * 480 and before.network.duration[0] == 5 * 480


def test_a_row_below_a_summary_that_binds_it_begins_no_earlier_when_it_says_otherwise() -> None:
    bound = Terms(rules=Rules.PROJECT, constraint=Constraint.START_FROM, constraint_date=MORNING)
    items = [item("s", 0, kind=Kind.SUMMARY, terms=bound), item("a", 5, parent="s"), item("b", 3)]
    own = inputs(items, [tie("a", "b")])
    built = rebuilt.build(own, None).built
    kept = packed.unpack(packed.pack({"one": built}))["one"].network(own)
    assert kept is not None and built.network.bounded
    longer = inputs([items[0], replace(items[1], duration_days=9.0), items[2]], own.links)
    for before in (built, rebuilt.Built(own, kept)):
        found = rebuilt.build(longer, before)
        assert found.nodes is not None, "it was not built anew"
        assert said(found.built.network) == said(longer.build())
        assert found.built.network.not_before[found.nodes[0]] == minute_of(MORNING)


@settings(max_examples=100)
@given(stories(), st.booleans())
def test_total_float_alone_is_that_among_all_floats(story: tuple[list[list[WorkItem]], Any], ends: bool) -> None:
    times, links = story
    for items in times:
        run = schedule.live(inputs(items, links).build(), START)
        ahead = schedule.forward(run)
        asked = {node: minute + 3 * 1440 for node, minute in enumerate(ahead.finish)} if ends else None
        behind = schedule.backward(run, ahead, asked)
        assert schedule.total_floats(run, ahead, behind) == schedule.floats(run, ahead, behind).total
