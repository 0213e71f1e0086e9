"""What is judged with the help of the snapshot before is what would be judged without it."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest
from edit_worlds import PROGRESS, changed
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scene import TODAY, item, link, project, snapshot
from worlds import World, worlds

from cockpit.assessment import Assessment
from cockpit.engine.assess import assess, assessment_of
from cockpit.engine.case import Case
from cockpit.engine.facts import Facts
from cockpit.model import State
from cockpit.snapshot import Snapshot

TABLES = ("work_items", "work_items", "work_items", "links", "projects", "dependencies", "kpis", "people", "teams")
MORE = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


def parts(found: Assessment) -> dict[str, Any]:
    """An assessment part by part, so that a difference is told where it is."""
    return {f.name: getattr(found, f.name) for f in fields(found)} | {"items": dict(found.items)}


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


@pytest.mark.parametrize("more", [{"parent": "b"}, {"project": "Q"}, {"id": "c"}])
def test_work_that_stands_elsewhere_is_looked_up_anew(more: dict[str, Any]) -> None:
    first = Case.after(Facts(told(3), TODAY), None)
    assessment_of(first)
    known = told(3)
    moved = replace(known, work_items=(replace(known.work_items[0], **more), known.work_items[1]))
    again = Facts(moved, TODAY)
    Case.after(again, first)
    assert "items" not in vars(again)
