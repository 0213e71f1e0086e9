"""What is judged with the help of the snapshot before is what would be judged without it."""

from __future__ import annotations

import gc
from dataclasses import replace
from datetime import timedelta
from typing import Any
from weakref import ref

import pytest
from edit_worlds import PROGRESS, changed
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scene import TODAY, item, link, parts, project, snapshot
from worlds import World, worlds

from cockpit.engine.assess import assess, assessment_of
from cockpit.engine.case import Case
from cockpit.engine.facts import Facts
from cockpit.records.edits import Step, Stretch
from cockpit.records.model import Link, LinkType, Origin, State, key_of
from cockpit.records.snapshot import Snapshot

TABLES = ("work_items", "work_items", "work_items", "links", "projects", "dependencies", "kpis", "people", "teams")
MORE = settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))


@st.composite
def edited(draw: Any, rows: Any, table: str) -> Any:
    """Rows of which one says something else: also of how far its work is."""
    place = draw(st.integers(0, len(rows) - 1))
    row = rows[place]
    if table == "work_items" and draw(st.booleans()):
        name = draw(st.sampled_from(sorted(PROGRESS - {"status"})))
        others = st.sampled_from((None, *State)) if name == "state" else st.sampled_from((None, TODAY))
        row = replace(row, **{name: draw(others)})
    else:
        row = draw(changed(table, row))
    return (*rows[:place], row, *rows[place + 1 :])


@st.composite
def stories(draw: Any) -> tuple[World, list[Snapshot]]:
    """A portfolio, and what is known of it after one edit and the next."""
    world = draw(worlds())
    found = [world.snapshot]
    for _ in range(draw(st.integers(1, 4))):
        table = draw(st.sampled_from([name for name in TABLES if getattr(found[-1], name)]))
        rows = draw(edited(getattr(found[-1], table), table))
        if draw(st.booleans()):
            # What stands above it in its file is one row more.
            rows = tuple(replace(row, origin=Origin(f"{table}.csv", 2 + n)) for n, row in enumerate(rows))
        moved = dict(found[-1].moved)
        if table == "work_items" and draw(st.booleans()):
            moved[draw(st.sampled_from([each.id for each in rows]))] = world.today
        found.append(replace(found[-1], moved=moved, **{table: rows}))
    return world, found


@MORE
@given(stories())
def test_one_judgement_with_and_without_the_snapshot_before(story: tuple[World, list[Snapshot]]) -> None:
    world, times = story
    case: Case | None = None
    for known in times:
        case = Case.after(Facts(known, world.today), case)
        assert parts(assessment_of(case)) == parts(assess(known, world.today))
        case.let_go()


@st.composite
def comings(draw: Any) -> tuple[World, list[Snapshot]]:
    """A portfolio, and what is known of it after links and rows of work came, went and were edited."""
    world = draw(worlds())
    found = [world.snapshot]
    for number in range(draw(st.integers(1, 4))):
        last = found[-1]
        items, links = last.work_items, last.links
        names = st.sampled_from([*(each.id for each in items), *(f"{each.id}:finish" for each in last.projects), "new"])
        step = Step(world.today, 100 + number)
        pasts, what = last.pasts, draw(st.sampled_from(("tied", "tied", "freed", "freed", "came", "went", "edited")))
        if what == "tied":
            kind, days = draw(st.sampled_from(LinkType)), draw(st.sampled_from((0.0, 0.0, 3.0)))
            new = Link(predecessor=draw(names), successor=draw(names), type=kind, lag_days=days)
            place = draw(st.integers(0, len(links)))
            links = (*links[:place], new, *links[place:])
            newer = {**pasts.newer.get("links", {}), key_of("links", new): step}
            pasts = replace(pasts, newer={**pasts.newer, "links": newer})
        elif what == "freed" and links:
            place = draw(st.integers(0, len(links) - 1))
            gone = links[place]
            links = (*links[:place], *links[place + 1 :])
            held = Stretch("links.csv", 0, Step(world.today - timedelta(90), 0), step, gone)
            rows = {**pasts.rows.get("links", {}), key_of("links", gone): (held,)}
            pasts = replace(pasts, rows={**pasts.rows, "links": rows})
        elif what == "came":
            like = draw(st.sampled_from(items))
            place = draw(st.integers(0, len(items)))
            items = (*items[:place], replace(like, id=draw(st.sampled_from(("new", "0new")))), *items[place:])
        elif what == "went" and len(items) > 1:
            place = draw(st.integers(0, len(items) - 1))
            items = (*items[:place], *items[place + 1 :])
        elif what == "edited":
            items = draw(edited(items, "work_items"))
        if draw(st.booleans()):
            links = tuple(replace(row, origin=Origin("links.csv", 2 + n)) for n, row in enumerate(links))
        found.append(replace(last, work_items=items, links=links, pasts=pasts))
    return world, found


@MORE
@given(comings())
def test_rows_and_links_that_come_and_go(story: tuple[World, list[Snapshot]]) -> None:
    world, times = story
    case: Case | None = None
    for known in times:
        case = Case.after(Facts(known, world.today), case)
        assert parts(assessment_of(case)) == parts(assess(known, world.today))
        case.let_go()


def told(days: float) -> Snapshot:
    return snapshot(items=(item("a", days), item("b", 2)), projects=(project(),), links=(link("a", "b"),))


def test_what_an_edit_leaves_as_it_was_is_not_looked_up_again() -> None:
    first = Case.after(Facts(told(3), TODAY), None)
    assessment_of(first)
    facts = Facts(told(4), TODAY)
    again = Case.after(facts, first)
    assert "items" in vars(facts) and facts.items["b"] is first.facts.items["b"]
    assert again.woven.network.index is first.woven.network.index
    assert again.woven.network.duration != first.woven.network.duration


def test_a_link_that_came_or_went_is_asked_of_the_projects_at_its_ends() -> None:
    later = TODAY + timedelta(60)
    items = (item("a", 3), item("b", 2, baseline_start=later, baseline_finish=later + timedelta(2)))
    alone = snapshot(items=items, projects=(project(), project("Q")))
    tied = replace(alone, links=(link("a", "b"),))
    for before, now in ((alone, tied), (tied, alone)):
        first = Case.after(Facts(before, TODAY), None)
        assessment_of(first)
        facts = Facts(now, TODAY)
        case = Case.after(facts, first)
        assert facts.touched == frozenset({"P"}) and "links" not in vars(facts)
        assert case.woven.base.start == Case(Facts(now, TODAY)).woven.base.start
        assert parts(assessment_of(case)) == parts(assess(now, TODAY))


@pytest.mark.parametrize("more", [{"parent": "b"}, {"project": "Q"}, {"id": "c"}])
def test_work_that_stands_elsewhere_is_looked_up_anew(more: dict[str, Any]) -> None:
    first = Case.after(Facts(told(3), TODAY), None)
    assessment_of(first)
    known = told(3)
    moved = replace(known, work_items=(replace(known.work_items[0], **more), known.work_items[1]))
    again = Facts(moved, TODAY)
    Case.after(again, first)
    assert "items" not in vars(again)


def planned(number: int, project_: str, done: bool, days: float) -> Any:
    """One of many items of a plan with dates, one after the other every five days since half a year."""
    start = TODAY - timedelta(180 - 5 * number)
    return item(
        f"{project_}{number}", days, project=project_, state=State.DONE if done else State.TODO,
        baseline_start=start, baseline_finish=start + timedelta(5),
    )  # fmt: skip


@st.composite
def plans(draw: Any) -> list[Snapshot]:
    """Two projects of a dozen items that were due, tied to each other; then states, lengths, dates of movement and what
    was told before change."""
    items = [planned(n, p, draw(st.integers(0, 3)) > 0, 4.0) for p in ("P", "Q") for n in range(12)]
    ties = [link(f"P{n}", f"Q{n + 1}") for n in range(0, 10, 3)]
    projects = (project(finish=TODAY - timedelta(60)), project("Q", finish=TODAY + timedelta(10)))
    known = snapshot(items=items, projects=projects, links=ties)
    found = [replace(known, observed=dict.fromkeys((i.id for i in items), TODAY))]
    for _ in range(draw(st.integers(1, 4))):
        last = found[-1]
        rows, place = list(last.work_items), draw(st.integers(0, len(items) - 1))
        name = rows[place].id
        what = draw(st.sampled_from(("state", "length", "moved", "observed", "baseline", "past")))
        if what == "state":
            rows[place] = replace(rows[place], state=draw(st.sampled_from(State)))
        elif what == "length":
            rows[place] = replace(rows[place], duration_days=draw(st.sampled_from((1.0, 4.0, 40.0))))
        elif what == "baseline":
            rows[place] = replace(rows[place], baseline_finish=TODAY - timedelta(draw(st.integers(0, 200))))
        days = {name: TODAY - timedelta(draw(st.integers(0, 200)))}
        more: dict[str, Any] = {what: {**getattr(last, what), **days}} if what in ("moved", "observed") else {}
        if what == "past":
            first = replace(
                rows[place], duration_days=9.0, baseline_finish=TODAY - timedelta(draw(st.integers(0, 200)))
            )
            told = Stretch("plan.csv", 0, Step(TODAY - timedelta(90), 0), Step(TODAY, 1), first)
            now = Stretch("plan.csv", 0, Step(TODAY, 1), None, rows[place])
            stretches = {**last.pasts.rows.get("work_items", {}), name: (told, now)}
            more = {"pasts": replace(last.pasts, rows={"work_items": stretches})}
        found.append(replace(last, work_items=tuple(rows), **more))
    return found


@MORE
@given(plans())
def test_pace_and_first_plan_are_those_of_what_is_known_now(times: list[Snapshot]) -> None:
    case: Case | None = None
    for known in times:
        case = Case.after(Facts(known, TODAY), case)
        assert parts(assessment_of(case)) == parts(assess(known, TODAY))
        case.let_go()


def test_a_case_that_nobody_holds_is_gone_at_once() -> None:
    """Nothing in it leads back to it: a hundred thousand rows would else be kept until somebody looks for garbage."""
    gc.collect()
    gc.disable()
    try:
        case = Case(Facts(told(3), TODAY))
        assessment_of(case)
        held = ref(case), ref(case.facts)
        del case
        assert [each() for each in held] == [None, None]
    finally:
        gc.enable()
