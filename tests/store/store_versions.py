"""Stores as earlier versions left them, with rows of that time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from sqlite_utils import Database
from store_help import READ_AT, day, item
from store_worker import statement

from cockpit.records.model import Batch, Calendar, Link, Project, Record
from cockpit.records.terms import Constraint, Method, Rules, Terms
from cockpit.store import Arrival, ImportResult, Store, schema
from cockpit.store.errors import sqlite3

NEW = {"work_items": "terms", "projects": "method", "links": "lag_calendar", "calendars": "weeks"}
WEEK = (((480, 960),), (), (), (), (), (), ())

OLD: dict[str, Record] = {
    "work_items": item("w", duration_days=3.0),
    "projects": Project(id="P", title="P", baseline_finish=day(9)),
    "links": Link(predecessor="v", successor="w", lag_days=-1.5),
    "calendars": Calendar(id="c", week=WEEK, exceptions=((day(1), day(2), ()),)),
}
"""What a store of any version can hold."""
GAINED: dict[str, Record] = {
    "work_items": replace(
        OLD["work_items"], terms=Terms(rules=Rules.PROJECT, constraint=Constraint.LATE), same_as="J-1"
    ),  # type: ignore[call-arg]
    "projects": replace(OLD["projects"], method=Method(rules=Rules.PROJECT, critical_minutes=30), same_as="PAY"),  # type: ignore[call-arg]
    "links": replace(OLD["links"], lag_calendar="c"),  # type: ignore[call-arg]
    "calendars": replace(OLD["calendars"], weeks=((day(3), day(9), WEEK),)),  # type: ignore[call-arg]
}
"""The same with what later versions have columns for."""


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


def make(path: Path, version: int, *, whole: bool = False) -> Path:
    """A store of an earlier version at `path`, made by the migrations of then. `whole`: with all columns at once, as
    version 2 made its new stores."""
    source = path.with_name("rows.db")
    with Store.open(source) as store:
        keep(store, day(5), "old", OLD)
        store.add_statement(statement("signed then"), READ_AT)
        store.log_breaches(["raised then"], READ_AT)
    raw = sqlite3.connect(str(path), isolation_level=None)
    later = schema.LATER
    try:
        schema.LATER = tuple(each for each in later if each not in schema._SECOND) if whole else later  # type: ignore[assignment]
        for migration in schema.MIGRATIONS[: 1 if whole else version]:
            migration(Database(raw, recursive_triggers=False, execute_plugins=False))
    finally:
        schema.LATER = later
    raw.execute("ATTACH ? AS rows", (str(source),))
    tables = [name for (name,) in raw.execute("SELECT name FROM main.sqlite_master WHERE type = 'table'").fetchall()]
    for table in tables:
        columns = ", ".join(f'"{row[1]}"' for row in raw.execute(f"PRAGMA main.table_info({table})"))
        raw.execute(f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM rows.{table}")
    raw.execute("DETACH rows")
    raw.execute(f"PRAGMA application_id={schema.APPLICATION_ID}")
    raw.execute(f"PRAGMA user_version={version}")
    raw.execute("PRAGMA journal_mode=WAL").fetchone()
    raw.close()
    for left in path.parent.glob("rows.db*"):
        left.unlink()
    path.chmod(0o660)
    return path
