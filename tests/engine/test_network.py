from __future__ import annotations

import math
from datetime import date, datetime

import pytest

from cockpit.engine import kernel
from cockpit.engine.scheduling import network
from cockpit.engine.scheduling.calendars import minute_of
from cockpit.records.model import Calendar, Kind, Link, LinkType, Origin, State, WorkItem

OFFICE = Calendar(id="office", title="Office")
DURATIONS = {"activity": 5.0, "ticket": 3.0, "milestone": 0.0}


def item(id_: str, **fields: object) -> WorkItem:
    return WorkItem(**{"id": id_, "project": "p", "title": id_} | fields)  # type: ignore[arg-type]


def build(items: list[WorkItem], *links: Link, **calendars: Calendar) -> network.Network:
    return network.build(items, links, calendars, OFFICE, DURATIONS)


def tie(pred: str, succ: str, kind: LinkType = LinkType.FS, lag: float = 0.0) -> Link:
    return Link(predecessor=pred, successor=succ, type=kind, lag_days=lag)


def test_nodes_stand_after_what_they_wait_for_whatever_the_order_of_input() -> None:
    items = [item(name) for name in "abcdef"]
    links = [tie("f", "a"), tie("a", "c"), tie("c", "b"), tie("f", "b")]
    one = network.build(items, links, {}, OFFICE, DURATIONS)
    other = network.build(items[::-1], links[::-1], {}, OFFICE, DURATIONS)
    assert one.ids == other.ids
    assert [one.index[name] for name in "facb"] == sorted(one.index[name] for name in "facb")
    assert list(one.link_pred) == list(other.link_pred)
    assert {(one.ids[p], one.ids[s]) for p, s in zip(one.link_pred, one.link_succ, strict=True)} == {
        (link.predecessor, link.successor) for link in links
    }
    assert [list(one.link_succ[one.first[n] : one.first[n + 1]]) for n in range(6)] == [
        [n] * (one.first[n + 1] - one.first[n]) for n in range(6)
    ]


def test_every_cycle_is_named_in_full_and_cut_out_with_what_follows() -> None:
    items = [item(name) for name in "abcdefgxyz"]
    net = build(
        items,
        *(tie(*pair) for pair in ("bc", "cd", "db", "ab", "de", "ef", "xx", "xy", "az")),
    )
    assert net.cycles == (("b", "c", "d"), ("x",))
    assert net.uncomputable == frozenset("bcdefxy")
    assert set(net.ids) == set("agz")
    assert not net.index.keys() & net.uncomputable


def test_a_cycle_of_thousands_is_found_without_recursion() -> None:
    names = [f"i{n:05}" for n in range(20_000)]
    links = [tie(a, b) for a, b in zip(names, names[1:] + names[:1], strict=True)]
    net = build([item(name) for name in names], *links)
    assert net.cycles == (tuple(names),)
    assert net.ids == ()


def test_links_to_a_summary_tie_the_work_below_it() -> None:
    items = [
        item("s", kind=Kind.SUMMARY),
        item("t", kind=Kind.SUMMARY, parent="s"),
        item("a", parent="s"),
        item("b", parent="t"),
        item("x"),
        item("void", kind=Kind.SUMMARY),
    ]
    net = build(items, tie("x", "s"), tie("x", "void"), tie("s", "t"), tie("s", "s"))
    pairs = {(net.ids[p], net.ids[s]) for p, s in zip(net.link_pred, net.link_succ, strict=True)}
    assert pairs == {("x", "a"), ("x", "b")}
    assert net.leaves == {"s": ("a", "b"), "t": ("b",), "void": ()}
    assert [p.message.partition("ties ")[2] for p in net.problems] == [
        "a summary that has no work below it; it is not used.",
        "a summary to its own work; it is not used.",
        "a summary to its own work; it is not used.",
    ]


def test_parents_in_a_circle_end() -> None:
    items = [item("s", kind=Kind.SUMMARY, parent="t"), item("t", kind=Kind.SUMMARY, parent="s"), item("a", parent="s")]
    assert build(items).leaves == {"s": ("a",), "t": ("a",)}


def test_a_link_that_would_tie_everything_to_everything_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cockpit.engine.scheduling.ties.MOST_TIES", 8)
    items = [item(s, kind=Kind.SUMMARY) for s in "st"]
    items += [item(f"{s}{n}", parent=s) for s in "st" for n in range(3)]
    net = build(items, tie("s", "t"), tie("s0", "t0"))
    assert len(net.link_pred) == 1
    assert "3 × 3" in net.problems[0].message


def test_unknown_ends_and_repeated_items_are_reported_and_cost_nothing_else() -> None:
    items = [item("a", duration_days=1.0), item("a", duration_days=9.0, origin=Origin("b.csv", 3)), item("b")]
    net = build(items, tie("a", "nowhere"), tie("a", "b"))
    assert net.duration[net.index["a"]] == 480
    assert len(net.link_pred) == 1
    assert [("nowhere" in p.message, "given twice" in p.message) for p in net.problems] == [
        (False, True),
        (True, False),
    ]


def test_a_stub_gives_way_to_the_item_itself() -> None:
    net = build([item("a", stub=True), item("a", duration_days=2.0), item("a", stub=True)])
    assert net.duration[0] == 960
    assert net.problems == ()


def test_durations_come_from_the_item_then_its_baseline_then_its_kind() -> None:
    week = {"baseline_start": date(2025, 3, 3), "baseline_finish": date(2025, 3, 7)}
    net = build(
        [
            item("given", duration_days=2.5, **week),
            item("baseline", **week),
            item("kind"),
            item("ticket", kind=Kind.TICKET),
            item("gate", kind=Kind.MILESTONE),
            item("rest", remaining_days=3.0, percent=25.0),
            item("night", duration_days=1.0, calendar="night"),
        ],
        night=Calendar(id="night", week=(((0, 600),),) * 7, minutes_per_day=600),
    )
    found = {name: net.duration[net.index[name]] for name in net.ids}
    assert found == {
        "given": 1200, "baseline": 2400, "kind": 2400, "ticket": 1440, "gate": 0, "rest": 1920, "night": 600,
    }  # fmt: skip
    assert net.assumed == {"kind", "ticket"}


def test_progress_and_what_is_left() -> None:
    net = build(
        [
            item("done", state=State.DONE, duration_days=2.0),
            item("ended", actual_finish=date(2025, 3, 3), duration_days=2.0),
            item("half", percent=50.0, duration_days=2.0),
            item("said", state=State.DOING, percent=50.0, duration_days=2.0, remaining_days=7.0),
            item("stuck", state=State.BLOCKED, duration_days=2.0),
            item("todo", state=State.TODO, duration_days=2.0, remaining_days=1.0),
        ]
    )
    found = {name: (net.progress[n], net.remaining[n]) for name, n in net.index.items()}
    assert found == {
        "done": (kernel.DONE, 0), "ended": (kernel.DONE, 0), "half": (kernel.STARTED, 480),
        "said": (kernel.STARTED, 3360), "stuck": (kernel.STARTED, 960), "todo": (kernel.TODO, 960),
    }  # fmt: skip
    assert net.fixed_finish[net.index["ended"]] == minute_of(datetime.fromisoformat("2025-03-03T18:00"))


def test_a_project_start_holds_its_items_and_a_later_date_of_their_own_counts() -> None:
    items = [item("a"), item("b", not_before=date(2025, 3, 10)), item("c", project="q")]
    net = network.build(items, [], {}, OFFICE, DURATIONS, {"p": date(2025, 3, 5)})
    found = {name: net.not_before[n] for name, n in net.index.items()}
    assert found == {
        "a": minute_of(datetime.fromisoformat("2025-03-05T09:00")),
        "b": minute_of(datetime.fromisoformat("2025-03-10T09:00")),
        "c": kernel.NEVER,
    }


def test_calendars_that_cannot_be_used_give_way_to_the_default() -> None:
    net = build(
        [item("a", calendar="void"), item("b", calendar="gone"), item("c", calendar="")],
        void=Calendar(id="void", title="Void", week=((),) * 7),
    )
    assert all(net.calendar_of(n).calendar is OFFICE for n in range(3))
    assert sorted(p.message for p in net.problems) == [
        "No calendar is called “gone”; the default calendar is used.",
        "The calendar “Void” has no working time in its week; give it at least one shift. "
        "The default calendar is used.",
    ]


@pytest.mark.parametrize(
    ("days", "minutes"), [(math.nan, 0), (math.inf, 40_000 * 480), (1e12, 40_000 * 480), (-3.0, 0)]
)
def test_durations_that_nobody_can_mean_are_cut(days: float, minutes: int) -> None:
    net = build([item("a", duration_days=days), item("b", duration_days=1.0)])
    assert (net.duration[0], net.duration[1]) == (minutes, 480)
    assert len(net.problems) == (days != -3.0)
