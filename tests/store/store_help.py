"""What the tests of the store share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from cockpit.records.model import Batch, Dependency, Origin, Problem, Project, Record, State, WorkItem
from cockpit.records.snapshot import Portfolio, Snapshot
from cockpit.store import Arrival, ImportResult, Store

BASE = Snapshot(portfolio=Portfolio(id="bank", title="Bank"))
READ_AT = datetime.fromisoformat("2025-12-01T09:30")


def day(number: int) -> date:
    """Day 1 is 2025-01-01."""
    return date(2025, 1, number)


def item(name: str, state: State | None = State.TODO, row: int | None = 2, **more: object) -> WorkItem:
    origin = None if row is None else Origin("work_items.csv", row)
    return WorkItem(id=name, project="P", title=f"Item {name}", state=state, origin=origin, **more)  # type: ignore[arg-type]


def dependency(name: str, title: str = "Documents", row: int = 2) -> Dependency:
    return Dependency(
        id=name, title=title, giver_team="vendor", receiver_team="core", origin=Origin("dependencies.csv", row)
    )


def project(name: str, finish: date | None) -> Project:
    return Project(id=name, title=name, baseline_finish=finish)


def batch(*records: Record, problems: Sequence[Problem] = ()) -> Batch:
    tables = {WorkItem: "work_items", Dependency: "dependencies", Project: "projects"}
    found: dict[str, tuple[Record, ...]] = {}
    for record in records:
        table = tables[type(record)]
        found[table] = (*found.get(table, ()), record)
    return Batch(found, tuple(problems))


def drop(store: Store, on: date, content: Batch, sha256: str = "", name: str = "tracker.xlsx") -> ImportResult:
    """Imports a dated drop."""
    return store.import_batch(
        Arrival(
            name=name,
            path=f"{on}/{name}",
            format="xlsx",
            sha256=sha256 or str(hash(content.records.__repr__())),
            drop=on,
            read_at=READ_AT,
            known_on=on,
        ),
        content,
    )


def read(store: Store, on: date, content: Batch, sha256: str = "", name: str = "work_items.csv") -> ImportResult:
    """Imports an undated file read on a day."""
    return store.import_batch(
        Arrival(
            name=name,
            path=name,
            format="csv",
            sha256=sha256 or str(hash(content.records.__repr__())),
            drop=None,
            read_at=datetime.combine(on, READ_AT.time()),
            known_on=on,
        ),
        content,
    )


def fail(
    store: Store, on: date, name: str = "work_items.csv", *, dated: bool = False, why: str = "truncated"
) -> Problem:
    path = f"{on}/{name}" if dated else name
    problem = Problem(Origin(path), why)
    store.record_failure(
        Arrival(
            name=name,
            path=path,
            format="csv",
            sha256="bad",
            drop=on if dated else None,
            read_at=READ_AT,
            known_on=on,
        ),
        problem,
    )
    return problem
