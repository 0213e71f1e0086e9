"""A network that comes from bytes is the one that was kept, in every field, and computes the same."""

from __future__ import annotations

import gc
from array import array
from dataclasses import replace
from datetime import datetime
from typing import Any, cast
from weakref import ref

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from primavera_plans import CALENDARS as SHIFTS
from primavera_plans import batches
from scene import TODAY, item, link, project, snapshot
from schedule_plans import START, tie
from schedule_plans import item as row
from test_rebuilt import inputs, said, stories
from test_renewed import MORE, parts
from test_renewed import stories as lives

from cockpit.engine import recalled
from cockpit.engine.assess import assess, assessment_of
from cockpit.engine.case import Case
from cockpit.engine.facts import Facts
from cockpit.engine.portfolio import Woven
from cockpit.engine.recalled import Recalled
from cockpit.engine.scheduling import columns, network, packed, rebuilt, schedule
from cockpit.engine.scheduling.columns import FormError
from cockpit.records.model import Batch, Kind, WorkItem
from cockpit.records.snapshot import Snapshot
from cockpit.records.terms import Share

# Columns and texts

int64 = st.one_of(st.integers(-(1 << 63), (1 << 63) - 1), st.integers(-3, 300), st.integers(0, 70_000))
texts = st.text(st.characters(exclude_characters="\0")).filter(bool)


@given(
    st.dictionaries(st.text(), st.lists(int64).map(lambda n: array("q", n)), max_size=4),
    st.dictionaries(st.text(), st.lists(texts), max_size=2),
)
def test_what_is_unpacked_is_what_was_packed(numbers: dict[str, array[int]], words: dict[str, list[str]]) -> None:
    data = columns.pack({"a": [1]}, words, numbers)
    found = columns.unpack(memoryview(data))
    assert (found.said, {name: each.read() for name, each in found.texts.items()}) == ({"a": [1]}, words)
    assert {name: column.array() for name, column in found.columns.items()} == numbers
    assert {name: list(column) for name, column in found.columns.items()} == {n: list(c) for n, c in numbers.items()}


@pytest.mark.parametrize(("number", "size"), [(200, 1), (60_000, 2), (2_000_000, 4), (1 << 40, 8), (-1, 8)])
def test_a_column_takes_as_little_room_as_its_numbers_do(number: int, size: int) -> None:
    column = array("q", [0, number] * 500)
    assert len(columns.pack({}, {}, {"x": column})) - len(columns.pack({}, {}, {"x": column[:2]})) in range(
        998 * size - 4, 998 * size + 5
    )


def test_a_text_that_cannot_be_told_from_its_neighbours_is_not_kept() -> None:
    with pytest.raises(FormError):
        columns.pack({}, {"ids": ["a", "b\0c"]}, {})


@given(st.binary(max_size=200))
def test_of_bytes_that_are_none_of_ours_nothing_is_made(data: bytes) -> None:
    whole = columns.pack({}, {"ids": ["a", "b"]}, {"x": array("q", [1, 2, 3])})
    for other in (data, whole[: len(data) % len(whole)], whole + data[:1] + b"x", data[:8] + whole[8:]):
        if other != whole:
            with pytest.raises(FormError):
                columns.unpack(other)


def test_another_form_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    data = columns.pack({}, {}, {})
    monkeypatch.setattr(columns, "FORM", "columns 0")
    with pytest.raises(FormError, match="columns 1"):
        columns.unpack(data)


# One network


def again(given: rebuilt.Given, found: network.Network) -> network.Network | None:
    return packed.unpack(packed.pack({"one": rebuilt.Built(given, found)}))["one"].network(given)


def is_same(given: rebuilt.Given) -> None:
    built = given.build()
    found = again(given, built)
    assert found is not None and said(found) == said(built)
    assert (list(found.leaves), list(found.calendars)) == (list(built.leaves), list(built.calendars))
    one, other = schedule.live(found, START), schedule.live(built, START)
    assert (one.net, one.frame) == (other.net, other.frame)
    assert schedule.forward(one) == schedule.forward(other)


@settings(max_examples=50)
@given(stories(), st.booleans())
def test_a_network_that_was_kept_is_the_one_that_is_built(story: tuple[list[list[WorkItem]], Any], more: bool) -> None:
    times, links = story
    extra = [tie("n00", "nowhere"), tie("n01", "n00"), replace(tie("n00", "n02"), lag_calendar="six")]
    for items in times:
        is_same(inputs(items, [*links, *(extra if more else ())]))


@settings(max_examples=50)
@given(batches())
def test_a_plan_of_a_planning_program_too(plan: Batch) -> None:
    items, links = [list(cast("Any", plan.records[table])) for table in ("work_items", "links")]
    paced = replace(items[0], terms=replace(items[0].terms, shares=(Share("night", 300, 200), Share("office", 60, 60))))
    calendars = {calendar.id: calendar for calendar in SHIFTS}
    method = cast("Any", plan.records["projects"][0]).method
    given = replace(inputs([paced, *items[1:]], links), calendars=calendars, default=SHIFTS[0])
    is_same(replace(given, methods={"p": method, "plan": method}))


def test_summaries_circles_and_what_is_wrong_come_back_too() -> None:
    items = [
        row("s", kind=Kind.SUMMARY), row("t", kind=Kind.SUMMARY, parent="s"), row("a", 2, parent="t"),
        row("b", parent="s"), row("b", 9), row("c", 1, calendar="unheard of"), row("d", float("nan")), row("e"),
    ]  # fmt: skip
    links = [tie("s", "c", "SS"), tie("c", "d"), tie("d", "e"), tie("e", "d"), tie("t", "x")]
    given = inputs(items, links)
    found = given.build()
    assert found.cycles and found.uncomputable and found.fronts and found.assumed and len(found.problems) == 3
    is_same(given)


def test_of_other_records_it_is_not_made() -> None:
    given = inputs([row("a", 1), row("b", 2)], [tie("a", "b")])
    found = packed.unpack(packed.pack({"one": rebuilt.Built(given, given.build())}))["one"]
    assert list(found.ids) == ["a", "b"] and found.columns["whole"][1] == 960
    for rows in ([row("a", 1)], [row("a", 1), row("c", 2)]):
        assert found.network(inputs(rows, given.links)) is None
    assert found.network(inputs(list(given.items), [])) is None
    for other in (
        replace(given, durations={"activity": 1.0}), replace(given, default=SHIFTS[1]), replace(given, starts={}),
        replace(given, leaders={"s": "a"}),
    ):  # fmt: skip
        assert found.network(other) is None
    assert found.network(given) is not None


# The network of a portfolio


def kept(woven: Woven) -> Recalled:
    return Recalled(packed.unpack(recalled.networks(woven)), recalled.dated(recalled.dates(woven)))


def forbidden(*_: object) -> Any:
    raise AssertionError("It is built again.")


@settings(MORE, max_examples=40)
@given(lives())
def test_one_judgement_with_and_without_what_was_kept(story: tuple[Any, list[Snapshot]]) -> None:
    world, times = story
    first = Case(Facts(times[0], world.today))
    was = first.woven
    case: Case | None = None
    for known in times:
        with pytest.MonkeyPatch.context() as patch:
            if case is None:
                patch.setattr(network, "build", forbidden)
            facts = Facts(known, world.today)
            case = Case.after(facts, case, kept(was) if case is None else None)
            woven = case.woven
        if known is times[0]:
            assert said(woven.network) == said(was.network)
            assert (woven.run.net, woven.run.frame, woven.base) == (was.run.net, was.run.frame, was.base)
            assert (woven.gates, woven.tied, woven.kept.built.keys()) == (was.gates, was.tied, was.kept.built.keys())
        assert parts(assessment_of(case)) == parts(assess(known, world.today))
        case.let_go()


def test_dates_of_another_day_are_not_taken() -> None:
    known = snapshot(items=(item("a", 3), item("b", 2)), projects=(project(),), links=(link("a", "b"),))
    yesterday = kept(Case(Facts(known, datetime(2025, 1, 6).date())).woven)  # noqa: DTZ001
    case = Case.after(Facts(known, TODAY), None, yesterday)
    assert case.woven.base == Case(Facts(known, TODAY)).woven.base


def test_what_was_kept_is_let_go_when_it_was_taken() -> None:
    known = snapshot(items=(item("a", 3), item("b", 2)), projects=(project(),), links=(link("a", "b"),))
    found = kept(Case(Facts(known, TODAY)).woven)
    case, held = Case.after(Facts(known, TODAY), None, found), ref(found)
    del found
    assessment_of(case)
    case.let_go()
    gc.collect()
    assert held() is None
