"""A store of version 1 knew nothing of what planning programs say of their schedules."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from store_help import BASE, READ_AT, day, item

from cockpit.model import TABLES, Batch, Calendar, Link, Project, Record
from cockpit.snapshot import Snapshot
from cockpit.store import Arrival, ImportResult, Store, StoreError, schema
from cockpit.terms import Constraint, Method, Rules, Terms

NEW = {"work_items": "terms", "projects": "method", "links": "lag_calendar", "calendars": "weeks"}
WEEK = (((480, 960),), (), (), (), (), (), ())

OLD: dict[str, Record] = {
    "work_items": item("w", duration_days=3.0),
    "projects": Project(id="P", title="P", baseline_finish=day(9)),
    "links": Link(predecessor="v", successor="w", lag_days=-1.5),
    "calendars": Calendar(id="c", week=WEEK, exceptions=((day(1), day(2), ()),)),
}
GAINED: dict[str, Record] = {
    "work_items": replace(OLD["work_items"], terms=Terms(rules=Rules.PROJECT, constraint=Constraint.LATE)),  # type: ignore[call-arg]
    "projects": replace(OLD["projects"], method=Method(rules=Rules.PROJECT, critical_minutes=30)),  # type: ignore[call-arg]
    "links": replace(OLD["links"], lag_calendar="c"),  # type: ignore[call-arg]
    "calendars": replace(OLD["calendars"], weeks=((day(3), day(9), WEEK),)),  # type: ignore[call-arg]
}


def keep(store: Store, on: date, sha256: str, rows: dict[str, Record]) -> ImportResult:
    arrival = Arrival(
        name="plan.xml",
        path="plan.xml",
        format="msproject",
        sha256=sha256,
        drop=None,
        read_at=READ_AT,
        known_on=on,
    )
    return store.import_batch(arrival, Batch({table: (record,) for table, record in rows.items()}))


def rows_of(found: Snapshot) -> dict[str, Record]:
    return {table: record for table in OLD for record in getattr(found, table)}


def columns_of(store: Store) -> dict[str, set[str]]:
    return {table: set(store._connection.database.table(table).columns_dict) for table in TABLES}


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A store as version 1 left it, with rows of that time."""
    path = tmp_path / "portfolio.db"
    with Store.open(path) as store:
        keep(store, day(5), "old", OLD)
        for table, column in NEW.items():
            store._connection.raw.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
        store._connection.raw.execute("PRAGMA user_version=1")
        assert not any(column in columns_of(store)[table] for table, column in NEW.items())
    return path


def test_it_is_brought_up_to_date_with_all_its_rows(old: Path, tmp_path: Path) -> None:
    with Store.open(old) as store, Store.open(tmp_path / "new.db") as new:
        assert store._connection.raw.execute("PRAGMA user_version").fetchone() == (schema.VERSION,)
        assert columns_of(store) == columns_of(new)
        assert rows_of(store.snapshot(BASE, None)) == OLD


def test_the_same_rows_read_again_are_the_same_rows(old: Path) -> None:
    with Store.open(old) as store:
        done = keep(store, day(6), "old", OLD)
    assert (done.opened, done.closed, done.unchanged) == (0, 0, len(OLD))


def test_it_takes_what_it_had_no_columns_for_and_keeps_the_day_before(old: Path) -> None:
    with Store.open(old) as store:
        done = keep(store, day(6), "new", GAINED)
    assert (done.opened, done.closed) == (len(NEW), len(NEW))
    with Store.open(old) as again:
        assert rows_of(again.snapshot(BASE, None)) == GAINED
        assert rows_of(again.snapshot(BASE, day(5))) == OLD


def test_who_may_only_read_it_is_told_to_let_a_writer_open_it(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cockpit.store.place.may_write", lambda _: False)
    with pytest.raises(StoreError, match=r"brought up to date first.*Let somebody who may write the folder open it"):
        Store.open(old)
    monkeypatch.undo()
    with Store.open(old) as store:
        assert rows_of(store.snapshot(BASE, None)) == OLD
