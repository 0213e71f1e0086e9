"""No edit of any row by anyone but the owner turns anything greener without a breach or a mark that names it."""

from __future__ import annotations

import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from functools import partial
from pathlib import Path

import pytest
import scene
from edit_worlds import stories
from hypothesis import HealthCheck, assume, given, settings
from pasts_model import TABLES, Tables, history, rows_of
from scene import TODAY
from worlds import World

from cockpit.engine.assess import assess
from cockpit.engine.facts import Facts
from cockpit.engine.rows import has_begun
from cockpit.records.assessment import Assessment
from cockpit.records.model import Batch, Record, State, WorkItem, key_of
from cockpit.records.verdicts import SEVERITY_ORDER, Status
from cockpit.store import Arrival, Store

DAYS = (TODAY - timedelta(28), TODAY - timedelta(14), TODAY - timedelta(1))
Green = tuple[str, str]
"""What is greener: the kind of it, and its id."""


def known(world: World, *tables: Tables) -> Assessment:
    """What is said today of tables that were read on three days."""
    bare = dict.fromkeys(TABLES, ())
    base = replace(world.snapshot, **bare, moved={}, observed={}, baselines={}, vanished={}, status_reports=())
    return assess(replace(base, **history(base, list(zip(DAYS, tables, strict=True)))), world.today)


def statuses(found: Assessment) -> Iterator[tuple[Green, Status]]:
    for project in found.projects:
        yield ("project", project.record.id), project.status
    for objective in found.objectives:
        yield ("execution", objective.record.id), objective.execution
        yield ("outcome", objective.record.id), objective.outcome
    for kpi in found.kpis:
        yield ("kpi", kpi.record.id), kpi.status


def greener(before: Assessment, after: Assessment) -> list[Green]:
    """What is judged better, or no more."""
    now = dict(statuses(after))
    order = SEVERITY_ORDER.index
    return [what for what, was in statuses(before) if what not in now or order(now[what]) > order(was)]


def tied(*tables: Tables) -> dict[str, set[str]]:
    """Project → those that its finish may hang on, by links, dependencies and headings."""
    ties: dict[str, set[str]] = {}

    def tie(names: Iterable[str]) -> None:
        group = {name for name in names if name}
        for name in group:
            ties.setdefault(name, set()).update(group)

    for each in tables:
        of: dict[str, set[str]] = defaultdict(set)
        for item in each["work_items"]:
            # A rule of the charter gives work that names no project to one.
            of[item.id] |= {item.project} if item.project else {p.id for p in each["projects"]}

        def at(name: str, of: dict[str, set[str]] = of) -> set[str]:
            return of.get(name) or {name.removesuffix(":finish")}

        for item in each["work_items"]:
            tie({item.project} | of[item.id] | of.get(item.parent, set()))
        for link in each["links"]:
            tie(at(link.predecessor) | at(link.successor))
        for objective in each["objectives"]:
            tie({f"objective {objective.id}"} | at(objective.finish_item))
        for row in each["dependencies"]:
            # One that names no receiver, or none that anybody knows, holds every project that may need it.
            projects = {p.id for p in each["projects"]}
            anyone = set() if row.receiver_project in projects or row.receiver_item in of else projects
            tie({row.receiver_project} | at(row.giver_item) | at(row.receiver_item) | anyone)
    return ties


def reached(project: str, ties: dict[str, set[str]]) -> set[str]:
    seen, todo = {project}, [project]
    while todo:
        new = ties.get(todo.pop(), set()) - seen
        seen |= new
        todo += new
    return seen


def is_named(what: Green, before: Assessment, after: Assessment, ties: dict[str, set[str]]) -> bool:
    """Whether a new breach or a new mark names it, what its finish hangs on, or the portfolio as a whole."""
    kind, name = what
    keys, marks = {b.key for b in before.breaches}, [e for e in after.edits if e not in before.edits]
    fresh = [b for b in after.breaches if b.key not in keys]
    if kind == "kpi":
        return any(name in e.subject or not e.project for e in marks) or any(name in b.subject for b in fresh)
    served = {p for found in (before, after) for o in found.objectives if o.record.id == name for p in o.projects}
    projects = {name} if kind == "project" else {f"objective {name}", *served}
    near = {""}.union(*(reached(p, ties) for p in projects))
    return any(e.project in near for e in marks) or any(b.project in near or b.objective == name for b in fresh)


def is_back(first: Tables, last: Tables, edits: Tables) -> bool:
    """Whether a row that was taken out stands there again as it was known first: that hides nothing, and its mark went
    with the row that is back. It may be one that closes a circle, and what is in a circle has no date to be late by."""
    for table in TABLES:
        key = partial(key_of, table)
        more = Counter(map(key, edits[table])) - Counter(map(key, last[table]))
        new = Counter(map(repr, edits[table])) - Counter(map(repr, last[table]))
        if any(key(row) in more and repr(row) in new for row in first[table]):
            return True
    return False


def is_believed(last: Tables, edits: Tables) -> bool:
    """Whether work in progress is said to be further than before, by no more than the working days since it was told
    first allow, or where nothing was told of how far it is: that is the word of whoever does it."""
    before, after = rows_of("work_items", last["work_items"]), rows_of("work_items", edits["work_items"])
    begun = {key for rows in (before, after) for (key, _), row in rows.items() if has_begun(row)}  # type: ignore[arg-type]
    most = (TODAY - DAYS[0]).days * 5 / 7
    for row in before.keys() & after.keys():
        was, now = left(before[row]), left(after[row])
        if row[0] in begun and now is not None and (was is None or 0 < was - now < most):
            return True
    return False


def left(row: Record) -> float | None:
    """The working days that a row of work in progress says to be left."""
    assert isinstance(row, WorkItem)
    if row.remaining_days is not None or row.duration_days is None or row.percent is None:
        return row.remaining_days
    return row.duration_days * (1 - min(row.percent, 100.0) / 100)


@pytest.mark.slow
@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(stories())
def test_whatever_row_somebody_edits_nothing_gets_greener_unseen(story: tuple[World, Tables, Tables, Tables]) -> None:
    world, first, last, edits = story
    assume(not is_back(first, last, edits) and not is_believed(last, edits))
    before, after = known(world, first, last, last), known(world, first, last, edits)
    ties = tied(first, last, edits)
    unseen = [what for what in greener(before, after) if not is_named(what, before, after, ties)]
    assert unseen == []


def test_what_is_left_is_a_claim_where_only_another_row_tells_that_work_is_begun() -> None:
    far, works = scene.item("a", 60, remaining_days=50.0), scene.item("a", 60, state=State.DOING, team="apps")
    world = World(scene.snapshot(items=(far, works)), TODAY)
    first: Tables = {table: list(getattr(world.snapshot, table)) for table in TABLES}
    done = {**first, "work_items": [replace(far, remaining_days=1.0), works]}
    (mark,) = known(world, first, first, done).edits
    assert (mark.subject, mark.field, mark.was, mark.now) == ("item:a", "left to do", "50 d", "1 d")
    rest = replace(far, duration_days=None)
    first, done = ({**first, "work_items": [replace(rest, remaining_days=days), works]} for days in (50.0, 40.0))
    assert known(world, first, first, done).edits == (), "what is left of work in progress is no duration"


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(stories())
def test_the_store_tells_of_the_past_what_this_test_takes_it_to_tell(
    story: tuple[World, Tables, Tables, Tables],
) -> None:
    """The model of the property above against the store itself, as the engine reads both."""
    world, *tables = story
    days = list(zip(DAYS, tables, strict=True))
    base = replace(world.snapshot, **dict.fromkeys(TABLES, ()), statements=())
    with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder) / "portfolio.db") as store:
        for number, (on, found) in enumerate(days):
            for table in TABLES:
                arrival = Arrival(name=table, path=f"{table}.csv", format="csv", sha256=str(number), drop=None,
                                  read_at=datetime.combine(on, time(12), UTC), known_on=on)  # fmt: skip
                store.import_batch(arrival, Batch({table: tuple(found[table])}))
        told = store.snapshot(replace(base, moved={}, baselines={}, vanished={}), None)
    model = replace(base, **history(base, days))
    assert (told.baselines, dict(told.vanished)) == (model.baselines, model.vanished)
    facts = [Facts(snapshot, world.today) for snapshot in (told, model)]
    stored, meant = (each.edits for each in facts)
    for scope in sorted({*stored.scopes, *meant.scopes}):
        assert [each.bound for each in stored.of(scope)] == [each.bound for each in meant.of(scope)]
