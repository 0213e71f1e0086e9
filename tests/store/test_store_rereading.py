"""A reading told as a difference: taken only where it starts from what stands, and else nothing is written."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from store_help import READ_AT

from cockpit.records.difference import Difference
from cockpit.records.model import Batch, Origin, WorkItem
from cockpit.records.snapshot import Portfolio, Snapshot
from cockpit.store import Arrival, ImportResult, Store
from cockpit.store.errors import sqlite3

DAY = date(2025, 3, 31)
PATH = "work_items.csv"


def item(name: str, row: int, title: str = "Build") -> WorkItem:
    return WorkItem(id=name, project="P", title=title, origin=Origin(PATH, row))


def arrival(sha: str, known_on: date = DAY, drop: date | None = None) -> Arrival:
    return Arrival(
        name=PATH, path=PATH, format="table", sha256=sha, drop=drop, read_at=READ_AT, known_on=known_on
    )  # fmt: skip


def began(store: Store) -> ImportResult:
    return store.import_batch(arrival("1"), Batch({"work_items": (item("A", 2), item("B", 3), item("C", 4))}))


def known(store: Store) -> list[WorkItem]:
    """What is known now; rows compare equal wherever they stand, so their places are compared too."""
    rows = store.snapshot(Snapshot(portfolio=Portfolio(id="p", title="P")), None).work_items
    assert [row.origin for row in rows] == [Origin(PATH, 2 + place) for place in range(len(rows))]
    return list(rows)


def layouts(store: Store) -> int:
    """How many layouts are kept."""
    with closing(sqlite3.connect(store.path)) as raw:
        return int(raw.execute("SELECT count(*) FROM layouts").fetchone()[0])


def changed(before: int) -> Difference:
    return Difference(before, "work_items", {3: "B"}, (item("B", 3, "Test"),), ())


def test_a_difference_opens_and_closes_what_it_names_and_leaves_the_rest(tmp_path: Path) -> None:
    with Store.open(tmp_path / "portfolio.db") as store:
        first = began(store)
        assert first.import_id is not None
        done = store.import_difference(arrival("2"), changed(first.import_id))
        assert done is not None
        assert (done.opened, done.closed, done.unchanged) == (1, 1, 2)
        assert dict(done.tables) == {"work_items": (1, 1)}
        assert known(store) == [item("A", 2), item("B", 3, "Test"), item("C", 4)]
        assert layouts(store) == 1, "every row stands where it stood"


def test_a_difference_that_moves_rows_keeps_a_new_layout(tmp_path: Path) -> None:
    with Store.open(tmp_path / "portfolio.db") as store:
        first = began(store)
        assert first.import_id is not None
        gone = Difference(first.import_id, "work_items", {3: "B"}, (item("D", 2),), (), {2: 3}, tail=4, shift=1)
        done = store.import_difference(arrival("2"), gone)
        assert done is not None and layouts(store) == 2
        whole = store.import_batch(arrival("3"), Batch({"work_items": (item("D", 2), item("A", 3), item("C", 5))}))
        assert layouts(store) == 2, "the whole file has the layout that the difference told"
        assert (whole.opened, whole.closed) == (0, 0)


@pytest.mark.parametrize(
    "odd",
    [
        lambda known: replace(known, before=known.before + 1),
        lambda known: replace(known, gone={3: "X"}),
        lambda known: replace(known, gone={3: "B", 4: "B"}),
        lambda known: replace(known, records=(item("A", 3),)),
        lambda known: replace(known, records=(item("B", 3), item("B", 4))),
        lambda known: replace(known, records=(item("B", 3, "\ud800"),)),
        lambda known: Difference(known.before, "work_items", {2: "A", 3: "B", 4: "C"}, (), ()),
    ],
)
def test_a_difference_from_something_else_writes_nothing(tmp_path: Path, odd: object) -> None:
    assert callable(odd)
    with Store.open(tmp_path / "portfolio.db") as store:
        first = began(store)
        assert first.import_id is not None
        assert store.import_difference(arrival("2"), odd(changed(first.import_id))) is None
        last = store.last_reading(PATH)
        assert last is not None and last.id == first.import_id


def test_a_difference_is_not_taken_for_a_dated_drop_or_out_of_turn(tmp_path: Path) -> None:
    with Store.open(tmp_path / "portfolio.db") as store:
        first = began(store)
        assert first.import_id is not None
        assert store.import_difference(arrival("2", drop=DAY), changed(first.import_id)) is None
        assert store.import_difference(arrival("2", known_on=date(2025, 3, 30)), changed(first.import_id)) is None
        assert store.import_difference(arrival("1"), changed(first.import_id)) is None
