from __future__ import annotations

from datetime import date, datetime
from itertools import pairwise

import pytest
from schedule_plans import START, backward, build, floats, forward, item, tie, when

from cockpit.engine.scheduling import schedule
from cockpit.engine.scheduling.calendars import moment_of
from cockpit.records.model import Kind, State


def dates(text: str) -> tuple[int, int]:
    """`03 09:00 - 04 18:00` of March 2025 as two minutes."""
    first, last = text.split(" - ")
    return when(f"2025-03-{first}"), when(f"2025-03-{last}")


@pytest.mark.parametrize(
    ("kind", "lag", "expected"),
    [
        ("FS", 0.0, "05 09:00 - 06 18:00"),
        ("FS", 1.0, "06 09:00 - 07 18:00"),
        ("FS", -1.0, "04 09:00 - 05 18:00"),
        ("SS", 0.0, "03 09:00 - 04 18:00"),
        ("SS", 0.5, "03 14:00 - 05 13:00"),
        ("FF", 0.0, "03 09:00 - 04 18:00"),
        ("FF", 1.0, "04 09:00 - 05 18:00"),
        ("SF", 4.0, "05 09:00 - 06 18:00"),
        ("SF", -1.0, "03 09:00 - 04 18:00"),
    ],
)
def test_every_type_of_link_with_lags_both_ways(kind: str, lag: float, expected: str) -> None:
    net = build([item("a", 2), item("b", 2)], tie("a", "b", kind, lag))
    ahead = forward(net, START)
    assert (ahead.start[1], ahead.finish[1]) == dates(expected)


def test_floats_of_a_fork() -> None:
    net = build(
        [item("a", 1), item("long", 5), item("short", 2), item("tail", 1), item("z", 1)],
        *(tie(*pair) for pair in (("a", "long"), ("a", "short"), ("short", "tail"), ("long", "z"), ("tail", "z"))),
    )
    ahead = forward(net, START)
    behind = backward(net, ahead)
    slack = floats(net, ahead, behind)
    found = {name: (slack.total[n] / 480, slack.free[n] / 480) for name, n in net.index.items()}
    assert found == {"a": (0, 0), "long": (0, 0), "short": (2, 0), "tail": (2, 2), "z": (0, 0)}
    chain = schedule.driving_chain(net, ahead, net.index["z"])
    assert [net.ids[n] for n in chain] == ["a", "long", "z"]
    assert ahead.driver[chain[0]] == schedule.PROJECT_START


def test_an_end_that_cannot_be_kept_gives_negative_float_and_a_later_one_more() -> None:
    net = build([item("a", 3), item("b", 2)], tie("a", "b"))
    ahead = forward(net, START)
    for end, days in (("2025-03-06 18:00", -1), ("2025-03-07 18:00", 0), ("2025-03-10 18:00", 1)):
        behind = backward(net, ahead, {net.index["b"]: when(end)})
        slack = floats(net, ahead, behind)
        assert [total / 480 for total in slack.total] == [min(days, 0) if days < 0 else days] * 2
        assert slack.free[net.index["b"]] / 480 == max(days, 0)


def test_a_milestone_falls_where_its_driver_ends() -> None:
    gate = {"kind": Kind.MILESTONE}
    net = build(
        [item("a", 2), item("after", **gate), item("with", **gate), item("b", 1), item("lagged", **gate)],
        tie("a", "after"), tie("a", "with", "SS"), tie("after", "b"), tie("a", "lagged", lag=1),
    )  # fmt: skip
    ahead = forward(net, START)
    found = {name: str(moment_of(ahead.finish[n]))[5:16] for name, n in net.index.items()}
    assert found == {
        "a": "03-04 18:00",
        "after": "03-04 18:00",
        "with": "03-03 09:00",
        "b": "03-05 18:00",
        "lagged": "03-05 18:00",
    }


def test_a_milestone_in_the_middle_of_free_time_moves_to_the_next_work() -> None:
    net = build([item("a", 1, calendar="always"), item("gate", 0)], tie("a", "gate"))
    ahead = forward(net, when("2025-03-07 20:00"))
    gate = net.index["gate"]
    assert ahead.start[gate] == when("2025-03-10 09:00")


def test_the_successor_works_by_its_own_calendar() -> None:
    net = build([item("a", 1), item("b", 1, calendar="night"), item("c", 1)], tie("a", "b"), tie("b", "c"))
    ahead = forward(net, START)
    found = [
        (str(moment_of(ahead.start[net.index[n]]))[5:16], str(moment_of(ahead.finish[net.index[n]]))[5:16])
        for n in "abc"
    ]
    assert found == [("03-03 09:00", "03-03 18:00"), ("03-03 22:00", "03-04 06:00"), ("03-04 09:00", "03-04 18:00")]


def test_own_dates_floors_and_the_data_date_drive_where_they_are_latest() -> None:
    items = [item("a", 1), item("own", 1, not_before=date(2025, 3, 6)), item("held", 1), item("free", 1)]
    net = build(items, tie("a", "own"), tie("a", "held"))
    ahead = forward(net, START, {net.index["held"]: when("2025-03-10 00:00"), net.index["own"]: START})
    found = {name: (str(moment_of(ahead.start[n]))[5:16], ahead.driver[n]) for name, n in net.index.items()}
    assert found == {
        "a": ("03-03 09:00", schedule.PROJECT_START),
        "own": ("03-06 09:00", schedule.NOT_BEFORE),
        "held": ("03-10 09:00", schedule.FLOOR),
        "free": ("03-03 09:00", schedule.PROJECT_START),
    }


def test_done_work_keeps_its_dates_and_the_rest_begins_at_the_data_date() -> None:
    items = [
        item("done", 1, actual_start=date(2025, 2, 3), actual_finish=date(2025, 2, 14)),
        item("said", 2, state=State.DONE),
        item("plan", 2, state=State.DONE, baseline_finish=date(2025, 2, 20)),
        item("ahead", 2, state=State.DONE, baseline_finish=date(2025, 9, 20)),
        item("todo", 1),
    ]
    net = build(items, tie("done", "todo"))
    ahead = forward(net, START)
    found = {
        name: (str(moment_of(ahead.start[n]))[5:16], str(moment_of(ahead.finish[n]))[5:16])
        for name, n in net.index.items()
    }
    assert found == {
        "done": ("02-03 09:00", "02-14 18:00"),
        "said": ("02-27 09:00", "02-28 18:00"),
        "plan": ("02-19 09:00", "02-20 18:00"),
        "ahead": ("02-27 09:00", "02-28 18:00"),
        "todo": ("03-03 09:00", "03-03 18:00"),
    }
    assert [ahead.driver[net.index[name]] for name in ("done", "said", "todo")] == [
        schedule.ACTUAL,
        schedule.ACTUAL,
        schedule.PROJECT_START,
    ]
    slack = floats(net, ahead, backward(net, ahead))
    assert (slack.total[net.index["done"]], slack.free[net.index["done"]]) == (0, 0)


def test_work_in_progress_goes_on_with_what_is_left_and_waits_for_what_precedes_it() -> None:
    items = [
        item("alone", 4, actual_start=date(2025, 2, 24), percent=75.0),
        item("open", 3),
        item("early", 4, actual_start=date(2025, 2, 26), percent=50.0),
        item("undated", 4, state=State.DOING, percent=50.0),
    ]
    net = build(items, tie("open", "early"))
    ahead = forward(net, START)
    found = {
        name: (str(moment_of(ahead.start[n]))[5:16], str(moment_of(ahead.finish[n]))[5:16])
        for name, n in net.index.items()
    }
    assert found == {
        "alone": ("02-24 09:00", "03-03 18:00"),
        "open": ("03-03 09:00", "03-05 18:00"),
        "early": ("02-26 09:00", "03-07 18:00"),
        "undated": ("02-27 09:00", "03-04 18:00"),
    }
    early = net.index["early"]
    assert net.ids[net.link_pred[ahead.driver[early]]] == "open"
    assert ahead.begin[early] == when("2025-03-06 09:00")
    plain = schedule.forward(schedule.planned(net, START))
    assert plain.finish[early] == when("2025-03-03 18:00")
    assert plain.driver[early] == schedule.ACTUAL


def test_a_floor_holds_what_is_left_of_started_work() -> None:
    net = build([item("a", 2, actual_start=date(2025, 2, 27), percent=50.0)])
    ahead = forward(net, START, {0: when("2025-03-06 09:00")})
    assert (ahead.start[0], ahead.finish[0]) == (when("2025-02-27 09:00"), when("2025-03-06 18:00"))
    assert ahead.driver[0] == schedule.FLOOR


def test_a_chain_of_fifty_thousand() -> None:
    names = [f"i{n:05}" for n in range(50_000)]
    net = build([item(name, 1) for name in names], *(tie(a, b) for a, b in pairwise(names)))
    ahead = forward(net, START)
    slack = floats(net, ahead, backward(net, ahead))
    assert moment_of(ahead.finish[-1]) == datetime.fromisoformat("2216-10-25T18:00")
    assert schedule.driving_chain(net, ahead, 49_999) == list(range(50_000))
    assert set(slack.total) == {0}


def test_nothing_at_all() -> None:
    net = build([])
    ahead = forward(net, None)
    assert len(floats(net, ahead, backward(net, ahead)).total) == 0


def test_without_a_data_date_the_earliest_date_known_begins() -> None:
    net = build([item("a", 1), item("b", 1, not_before=date(2025, 3, 6)), item("c", 1, not_before=date(2025, 3, 5))])
    ahead = forward(net, None)
    assert ahead.start[net.index["a"]] == when("2025-03-05 09:00")
