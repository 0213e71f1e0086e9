"""What holds of every two trackers: one answer, nothing greener by a file that is added, copies say nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scene import TODAY
from worlds import ITEMS, PROJECTS, World, projects, work_items, worlds

from cockpit.engine.assess import assess
from cockpit.records.assessment import Assessment
from cockpit.records.model import Origin, Record
from cockpit.records.snapshot import SourceFile
from cockpit.records.verdicts import SEVERITY_ORDER

LAW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
TABLES = ("projects", "work_items", "dependencies", "links", "statements", "sources")


def source(name: str, *, days: int = 0, shadow: bool = False) -> SourceFile:
    since = TODAY + timedelta(days)
    return SourceFile(name=name, path=name, format="table", observed=TODAY, since=since, shadow=shadow)


def of(name: str, rows: Any) -> Any:
    """Rows, as they stand in a file of this name."""
    return tuple(replace(row, origin=Origin(name, number)) for number, row in enumerate(rows, 2))


def kept(world: World) -> World:
    """A world whose rows all stand in one tracker."""
    tables: dict[str, Any] = {name: of("tracker.csv", getattr(world.snapshot, name)) for name in TABLES[:3]}
    return world.but(**tables, sources=(source("tracker.csv"),))


def statuses(assessment: Assessment) -> dict[str, int]:
    return {view.record.id: SEVERITY_ORDER.index(view.status) for view in assessment.projects}


@st.composite
def others(draw: Any) -> tuple[tuple[Record, ...], tuple[Record, ...]]:
    """Work items and projects of a second tracker: of the same ids, or the same under ids of its own."""
    items = [draw(work_items(name)) for name in draw(st.lists(st.sampled_from(ITEMS), max_size=4, unique=True))]
    items += [
        replace(draw(work_items(f"J-{name}")), same_as=name, parent="", stub=False)
        for name in draw(st.lists(st.sampled_from(ITEMS), max_size=2, unique=True))
        if name not in {item.id for item in items}
    ]
    rows = [draw(projects(name)) for name in draw(st.lists(st.sampled_from(PROJECTS), max_size=2, unique=True))]
    return of("lead.csv", items), of("lead.csv", rows)


def with_others(world: World, found: tuple[tuple[Record, ...], tuple[Record, ...]], beside: SourceFile) -> World:
    known = {item.id for item in world.snapshot.work_items if not item.stub}, {p.id for p in world.snapshot.projects}
    items, rows = found
    # A row about what nobody else knows is more work, and no second word about it.
    items = tuple(item for item in items if {item.id, item.same_as} & known[0])  # type: ignore[attr-defined]
    rows = tuple(row for row in rows if row.id in known[1])  # type: ignore[attr-defined]
    return world.but(
        work_items=(*world.snapshot.work_items, *items),
        projects=(*world.snapshot.projects, *rows),
        sources=(*world.snapshot.sources, beside),
    )


@LAW
@given(worlds(), others(), st.booleans())
def test_a_file_that_is_added_makes_no_project_greener(world: World, found: Any, shadow: bool) -> None:
    plain = kept(world)
    before = statuses(assess(plain.snapshot, plain.today))
    beside = source("lead.csv", days=0 if shadow else 1, shadow=shadow)
    after = statuses(assess(with_others(plain, found, beside).snapshot, plain.today))
    assert after.keys() == before.keys()
    assert {name for name, place in after.items() if place > before[name]} == set()


@LAW
@given(worlds(), others(), st.integers(0, 1), st.booleans(), st.data())
def test_one_answer_of_two_trackers_whatever_the_order_of_their_rows(
    world: World, found: Any, days: int, shadow: bool, data: st.DataObject
) -> None:
    both = with_others(kept(world), found, source("lead.csv", days=days, shadow=shadow))
    plain = assess(both.snapshot, both.today)
    shuffled = {name: tuple(data.draw(st.permutations(getattr(both.snapshot, name)))) for name in TABLES}
    mixed = assess(replace(both.snapshot, **shuffled), both.today)
    assert mixed.breaches == plain.breaches
    assert mixed.projects == plain.projects
    assert mixed.dependencies == plain.dependencies
    assert dict(mixed.items) == dict(plain.items)
    assert mixed.signoffs == plain.signoffs


@LAW
@given(worlds(), st.integers(0, 1), st.booleans())
def test_a_copy_of_a_tracker_says_nothing_new(world: World, days: int, shadow: bool) -> None:
    snapshot = kept(world).snapshot
    once = {name: {row.id: row for row in reversed(getattr(snapshot, name))}.values() for name in TABLES[:3]}
    plain = kept(world.but(**{name: tuple(rows) for name, rows in once.items()}))
    copies = {name: (*getattr(plain.snapshot, name), *of("z-copy.csv", getattr(plain.snapshot, name))) for name in once}
    sources = (*plain.snapshot.sources, source("z-copy.csv", days=days, shadow=shadow))
    before = assess(plain.snapshot, plain.today)
    after = assess(replace(plain.snapshot, **copies, sources=sources), plain.today)
    assert after.breaches == before.breaches
    assert after.projects == before.projects
    assert dict(after.items) == dict(before.items)
    assert after.dependencies == before.dependencies
