"""What is known now, asked after every step of any history, is what a store says that was opened just then; and what
did not change is the very same record."""

from __future__ import annotations

import tempfile
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from store_help import BASE, batch, day, dependency, item, project, read
from store_worker import statement

from cockpit.records.model import TABLES, Batch, Link, Origin, Problem, Record, State, key_of
from cockpit.records.snapshot import Assignment, Policy, Snapshot, Tolerance, Tolerances
from cockpit.store import Arrival, Store, StoreError

SCOPED = replace(
    BASE,
    policy=Policy(tolerance=Tolerances(portfolio=Tolerance(scope_percent=5.0))),
    assignments=(Assignment(field="colour", pattern="red", project="p"),),
    dependencies=(dependency("x"),),
)
"""A base that asks for more."""

rows = st.one_of(
    st.builds(
        item,
        st.sampled_from(["a", "b", "c", "p:finish"]),
        st.sampled_from([State.TODO, State.DOING, State.DONE]),
        actual_start=st.sampled_from([None, date(2024, 5, 1)]),
        duration_days=st.sampled_from([2.0, 3.0]),
        percent=st.sampled_from([None, 40.0]),
        owner=st.sampled_from(["", "ann"]),
        extra=st.sampled_from([{}, {"colour": "red"}]),
    ),
    st.builds(dependency, st.sampled_from("xyz"), st.sampled_from(["Documents", "Interface"])),
    st.builds(project, st.sampled_from("pq"), st.sampled_from([None, date(2025, 6, 1), date(2025, 7, 1)])),
    st.builds(
        lambda one, other, lag: Link(predecessor=one, successor=other, lag_days=lag),
        st.sampled_from(["a", "b", "a|b"]),
        st.sampled_from("bc"),
        st.sampled_from([0.0, 1.0]),
    ),
)


@dataclass(frozen=True)
class Step:
    """Something that happens to a source, as it is read on a day."""

    what: str
    name: str
    on: int
    clock: int
    records: tuple[Record, ...]
    shift: int
    elsewhere: bool
    """It is another process that does it."""


steps = st.builds(
    Step,
    st.sampled_from(["read", "read", "read", "drop", "remove", "fail"]),
    st.sampled_from(["one.csv", "two.csv", "three.csv"]),
    st.integers(1, 4),
    st.integers(1, 4),
    st.lists(rows, max_size=5).map(tuple),
    st.integers(0, 1),
    st.booleans(),
)
histories = st.lists(st.tuples(steps, st.sampled_from([1, 1, 1, 0, 2])), max_size=10)
"""What happens, and whether anybody asks then: of what is known now, or of another day too."""


def placed(step: Step, path: str) -> Batch:
    found: dict[str, list[Record]] = defaultdict(list)
    for record in step.records:
        table = next(name for name, kind in TABLES.items() if type(record) is kind)
        found[table].append(replace(record, origin=Origin(path, 2 + step.shift + len(found[table]))))
    return Batch({table: tuple(records) for table, records in found.items()})


def happen(store: Store, step: Step, count: int) -> None:
    dated = step.what == "drop"
    path = f"2025-01-{step.on:02}/{step.name}" if dated else step.name
    read_at = datetime.combine(day(step.clock), time(9, 30))
    arrival = Arrival(
        name=step.name,
        path=path,
        format="csv",
        sha256=f"s{count}",
        drop=day(step.on) if dated else None,
        read_at=read_at,
        known_on=day(step.on if dated else step.clock),
    )
    store.log_breaches({str(getattr(record, "id", "link")) for record in step.records}, read_at)
    store.add_statement(statement(f"n{step.on}"), read_at)
    if step.what == "fail":
        store.record_failure(arrival, Problem(Origin(path), "truncated"))
    elif step.what == "remove":
        store.remove_source(step.name, read_at, day(step.clock))
    else:
        store.import_batch(arrival, placed(step, path))


def said(found: Snapshot) -> list[Any]:
    """All of a snapshot that equality passes over: places, and the order in which the past is told."""
    places = [str(record.origin) for table in TABLES for record in getattr(found, table)]
    past = [(table, list(rows.items())) for table, rows in found.pasts.rows.items()]
    newer = [(table, list(rows.items())) for table, rows in found.pasts.newer.items()]
    order = [list(said) for said in (found.first_seen, found.lives, found.baselines)]
    return [places, past, newer, list(found.pasts.claims.items()), order]


def assert_same_objects(before: Snapshot, now: Snapshot) -> None:
    """A record that was there, in the same place, is the same object. One that went, or came back, may be another."""
    signed = {each.id: each for each in before.statements}
    assert all(signed.get(each.id, each) is each for each in now.statements)
    gone = before.vanished.keys() | now.vanished.keys()
    for table in TABLES:
        was, found = getattr(before, table), getattr(now, table)
        known: dict[object, list[Record]] = defaultdict(list)
        for record in was:
            known[record.origin].append(record)
        # Of several rows with one key another may be the first one now.
        keys = [Counter(key_of(table, record) for record in rows) for rows in (was, found)]
        for record in found:
            if any(each[key_of(table, record)] > 1 for each in keys):
                continue
            if table == "dependencies" and record.id in gone:  # type: ignore[attr-defined]
                continue
            alike = [old for old in known[record.origin] if old == record]
            assert not alike or any(old is record for old in alike), (table, record)


@settings(max_examples=40, deadline=None)
@given(histories, st.booleans())
def test_what_is_known_now_is_what_a_store_says_that_was_just_opened(
    history: list[tuple[Step, int]], turn: bool
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "portfolio.db"
        with Store.open(path) as store, Store.open(path) as other:
            before = store.snapshot(BASE, None)
            for count, (step, asked) in enumerate(history):
                happen(other if step.elsewhere else store, step, count)
                if not asked:
                    continue
                if asked > 1:
                    store.snapshot(BASE, day(step.on))
                base = SCOPED if turn and count % 2 else BASE
                now = store.snapshot(base, None)
                with Store.open(path) as cold:
                    wanted = cold.snapshot(base, None)
                    assert now == wanted
                    assert said(now) == said(wanted)
                    assert store.first_owners(None) == cold.first_owners(None) == cold.first_owners(date.max)
                    assert store.snapshot(BASE, day(2)) == cold.snapshot(BASE, day(2))
                assert_same_objects(before, now)
                before = now


def test_of_a_file_where_one_row_changed_all_others_are_the_same_objects(store: Store) -> None:
    plan = [item(f"w{number}", row=2 + number) for number in range(20)]
    read(store, day(1), batch(*plan), name="plan.csv")
    read(store, day(1), batch(project("P", None)), name="projects.csv")
    before = store.snapshot(BASE, None)
    read(store, day(2), batch(*plan[:7], replace(plan[7], title="Another"), *plan[8:]), name="plan.csv")
    now = store.snapshot(BASE, None)
    assert [number for number in range(20) if now.work_items[number] is not before.work_items[number]] == [7]
    assert now.work_items[7].title == "Another"
    assert now.projects is before.projects
    assert store.snapshot(BASE, None).work_items is now.work_items
    moved = [replace(each, origin=Origin("work_items.csv", 3 + number)) for number, each in enumerate(plan[10:], 10)]
    read(store, day(3), batch(*plan[:7], now.work_items[7], *plan[8:10], item("new", row=12), *moved), name="plan.csv")
    last = store.snapshot(BASE, None)
    assert all(old is new for old, new in zip(now.work_items[:10], last.work_items, strict=False))
    assert [(each.id, each.origin) for each in last.work_items[10:]] == [
        (each.id, each.origin) for each in (item("new", row=12), *moved)
    ]


def test_a_row_that_is_not_as_it_was_kept_is_told_where_only_that_row_is_read(store: Store) -> None:
    read(store, day(1), batch(item("a", row=2), item("b", row=3)), name="plan.csv")
    store.snapshot(BASE, None)
    read(store, day(2), batch(item("a", State.DONE, row=2), item("b", row=3)), name="plan.csv")
    store._connection.raw.execute("UPDATE work_items SET title = 'x' WHERE row_key = 'a' AND closed_by IS NULL")
    for _ in range(2):
        with pytest.raises(StoreError, match="not as it was kept"):
            store.snapshot(BASE, None)


def test_a_row_that_is_gone_is_told_where_only_what_changed_is_read(store: Store) -> None:
    read(store, day(1), batch(item("a", row=2), item("b", row=3)), name="plan.csv")
    store.snapshot(BASE, None)
    read(store, day(2), batch(item("a", State.DONE, row=2), item("b", row=3)), name="plan.csv")
    store._connection.raw.execute("DELETE FROM work_items WHERE row_key = 'a' AND closed_by IS NULL")
    with pytest.raises(StoreError, match=r"1 rows of work_items are kept of plan\.csv, which had 2"):
        store.snapshot(BASE, None)


def test_whoever_was_named_first_stays_the_first_owner_when_rows_are_read_again(store: Store) -> None:
    rows = project("P", None), project("Q", None)
    read(store, day(1), batch(replace(rows[0], owner="ann")), name="projects.csv")
    assert store.first_owners(None)["project:P", "owner"] == "ann"
    read(store, day(2), batch(replace(rows[0], owner="ben"), replace(rows[1], owner="vic")), name="projects.csv")
    found = store.first_owners(None)
    assert (found["project:P", "owner"], found["project:Q", "owner"]) == ("ann", "vic")
    assert found == store.first_owners(date.max)
