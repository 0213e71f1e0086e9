"""What a store would tell of the past of tables that were read on a few days: a plain reading of the rules."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from cockpit.engine.rows import as_date
from cockpit.records.edits import Claim, Pasts, Step, Stretch
from cockpit.records.model import Record, State, WorkItem, key_of
from cockpit.records.snapshot import Snapshot

TABLES = (
    "objectives", "kpis", "readings", "projects", "work_items", "links", "dependencies", "people", "teams", "calendars",
)  # fmt: skip
Tables = Mapping[str, Sequence[Any]]
Row = tuple[str, int]
Days = Sequence[tuple[date, Mapping[Row, Record]]]


def rows_of(table: str, records: Sequence[Record]) -> dict[Row, Record]:
    """Records by key and a number that tells equal keys apart."""
    seen: Counter[str] = Counter()
    found: dict[Row, Record] = {}
    for record in records:
        key = key_of(table, record)
        found[key, seen[key]] = record
        seen[key] += 1
    return found


def step(day: int, on: date, table: str) -> Step:
    """On each day the tables are read one after another."""
    return Step(on, day * len(TABLES) + TABLES.index(table))


def stretches(table: str, days: Days) -> dict[str, tuple[Stretch, ...]]:
    """Key → what its rows said, of those that ever said otherwise."""
    told: dict[str, list[Stretch]] = defaultdict(list)
    for key, copy in sorted({row for _, rows in days for row in rows}):
        said: list[tuple[Step, Record | None]] = []
        for number, (on, rows) in enumerate(days):
            record = rows.get((key, copy))
            if not said or said[-1][1] != record:
                said.append((step(number, on, table), record))
        ends = [*(since for since, _ in said[1:]), None]
        told[key] += [
            Stretch(table, copy, since, until, record)
            for (since, record), until in zip(said, ends, strict=True)
            if record is not None
        ]
    return {
        key: tuple(sorted(found, key=lambda each: (each.since, each.copy)))
        for key, found in told.items()
        if len(found) > 1 or found[0].until is not None
    }


def newer(table: str, days: Days) -> dict[str, Step]:
    """Key → when it appeared, where that was not on the first day."""
    first = {key for key, _ in days[0][1]}
    found: dict[str, Step] = {}
    for number, (on, rows) in enumerate(days):
        for key, _ in rows:
            if key not in first:
                found.setdefault(key, step(number, on, table))
    return found


def claims(days: Days) -> dict[str, tuple[tuple[Claim, ...], ...]]:
    """Work in progress by any of its rows → what its rows said of how far it is."""
    open_ = {row: last for row, last in days[-1][1].items() if _is_open(row, last, days)}
    begun = {
        name
        for (name, _), last in open_.items()
        if last.actual_start or last.state in (State.DOING, State.BLOCKED) or (last.percent or 0) > 0
    }
    found: dict[str, tuple[tuple[Claim, ...], ...]] = {}
    for row in open_:
        said: list[Claim] = []
        before: date | None = None
        for number, (on, rows) in enumerate(days if row[0] in begun else ()):
            item = rows.get(row)
            if isinstance(item, WorkItem):
                claim = Claim(
                    step(number, on, "work_items"), before, item.duration_days, item.remaining_days, item.percent,
                    item.state, item.actual_start,
                )  # fmt: skip
                if not said or said[-1][2:] != claim[2:]:
                    said.append(claim)
            before = on
        if len(said) > 1:
            found[row[0]] = (*found.get(row[0], ()), tuple(said))
    return found


def _is_open(row: Row, last: Any, days: Days) -> bool:
    """Whether a row says that work is not finished: a finish that was yet to come when it was told is none."""
    since = next(on for n, (on, _) in enumerate(days) if all(later.get(row) == last for _, later in days[n:]))
    finished = last.actual_finish is not None and as_date(last.actual_finish) <= since
    return not finished and last.state is not State.DONE


def history(base: Snapshot, days: Sequence[tuple[date, Tables]]) -> dict[str, Any]:
    """The fields of a snapshot that a store fills from tables that were read on these days, in their order."""
    by_table = {table: [(on, rows_of(table, tables[table])) for on, tables in days] for table in TABLES}
    pasts = Pasts(
        rows={table: found for table in TABLES if (found := stretches(table, by_table[table]))},
        newer={table: found for table in TABLES if (found := newer(table, by_table[table]))},
        claims=claims(by_table["work_items"]),
        settings=base.pasts.settings,
    )
    on, last = days[-1]
    present = {d.id for d in last["dependencies"]}
    lost = {d.id: d for _, tables in days for d in tables["dependencies"] if d.id not in present}
    gone_on = {
        name: next(day for day, tables in days[::-1] if name in {d.id for d in tables["dependencies"]}) for name in lost
    }
    after = {day: next((other for other, _ in days if other > day), on) for day, _ in days}
    return {
        **{table: tuple(last[table]) for table in TABLES},
        "dependencies": (*last["dependencies"], *lost.values()),
        "vanished": {name: after[day] for name, day in gone_on.items()},
        "pasts": pasts,
        "moved": moved(days),
        "observed": dict.fromkeys((item.id for item in last["work_items"]), on),
        "baselines": baselines(days),
    }


def moved(days: Sequence[tuple[date, Tables]]) -> dict[str, date]:
    """The last day on which a state or an actual date changed."""
    found: dict[str, date] = {}
    seen: dict[str, object] = {}
    for on, tables in days:
        for record in (*tables["work_items"], *tables["projects"]):
            is_item = isinstance(record, WorkItem)
            name = record.id if is_item else f"{record.id}:finish"
            says = (record.state, record.actual_start if is_item else None, record.actual_finish)
            if seen.get(name) != says:
                seen[name], found[name] = says, on
    last = days[-1][1]
    present = {item.id for item in last["work_items"]} | {f"{p.id}:finish" for p in last["projects"]}
    return {name: on for name, on in found.items() if name in present}


def baselines(days: Sequence[tuple[date, Tables]]) -> dict[str, date]:
    """The first baseline ever known."""
    found: dict[str, date] = {}
    for _, tables in days:
        for project in tables["projects"]:
            if project.baseline_finish is not None:
                found.setdefault(project.id, project.baseline_finish)
    return found
