from __future__ import annotations

from dataclasses import fields, replace
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from store_help import BASE, READ_AT, item

from cockpit.model import (
    TABLES,
    Batch,
    Calendar,
    Dependency,
    Direction,
    Kpi,
    Link,
    LinkType,
    Objective,
    Origin,
    Person,
    Project,
    Rag,
    Reading,
    Record,
    State,
    StatusReport,
    Team,
    WorkItem,
)
from cockpit.store import Arrival, Store
from cockpit.store.codec import CODECS
from cockpit.store.schema import KEEPING, VERSION

DAY = date(2025, 3, 1)
MINUTE = datetime.fromisoformat("2025-03-01T16:45")
EXTRA = (("Labels", "a; b"), ("Labels", "[/x] [@click=app.quit]"))

FULL: dict[str, Record] = {
    "objectives": Objective(
        id="o",
        title="Ö",
        owner="a",
        target_date=DAY,
        finish_item="i",
        weight=1.5,
        cost_of_delay_per_day=1e6,
        extra=EXTRA,
    ),
    "kpis": Kpi(
        id="k",
        objective="o",
        title="K",
        owner="a",
        leads=("b", "c"),
        unit="%",
        direction=Direction.RANGE,
        baseline=0.0,
        target=1.0,
        low=-1.0,
        high=2.0,
        target_date=DAY,
        tolerance=0.5,
        cadence_days=30,
    ),
    "readings": Reading(kpi="k", as_of=DAY, value=93.4),
    "projects": Project(
        id="p",
        title="P",
        objectives=("o", "o2"),
        owner="a",
        sponsor="s",
        team="t",
        state=State.DONE,
        start=DAY,
        baseline_finish=DAY,
        forecast_finish=DAY,
        actual_finish=DAY,
        budget=1.0,
        forecast_cost=2.0,
        actual_cost=3.0,
    ),
    "work_items": item(
        "w",
        State.BLOCKED,
        not_before=DAY,
        deadline=MINUTE,
        baseline_start=MINUTE,
        actual_start=DAY,
        actual_finish=MINUTE,
        updated=MINUTE,
        percent=40.0,
        stub=True,
        extra=EXTRA,
    ),
    "links": Link(predecessor="a", successor="b", type=LinkType.SF, lag_days=-2.5),
    "dependencies": Dependency(
        id="d", title="D", giver_team="g", receiver_team="r", needed_by=DAY, logged_on=DAY, discovered=True
    ),
    "status_reports": StatusReport(project="p", as_of=DAY, status="Grün", rag=Rag.GREEN, author="a"),
    "people": Person(id="a", name="A", aliases=("Anna", "anna@x"), key="ssh-ed25519 AAAA a"),
    "teams": Team(id="t", title="T", external=True, aliases=("Team T",)),
    "calendars": Calendar(
        id="c",
        title="C",
        week=(((480, 720), (780, 1020)), (), ((0, 1440),), (), (), (), ()),
        exceptions=((DAY, date(2025, 3, 9), ()), (date(2025, 4, 1), date(2025, 4, 1), ((540, 600),))),
        minutes_per_day=450,
    ),
}


def there_and_back(store: Store, table: str, *records: Record) -> tuple[Record, ...]:
    store.import_batch(
        Arrival(
            name="x",
            path="x",
            format="csv",
            sha256="",
            drop=None,
            read_at=READ_AT,
            known_on=DAY,
        ),
        Batch({table: records}),
    )
    found: tuple[Record, ...] = getattr(store.snapshot(BASE, None), table)
    return found


@pytest.mark.parametrize("table", TABLES)
def test_a_full_record_comes_back_as_it_was(store: Store, table: str) -> None:
    record = replace(FULL[table], origin=Origin("x.xlsx", 7, "Plan"))
    (found,) = there_and_back(store, table, record)
    assert found == record
    assert found.origin == record.origin
    for field in fields(record):
        assert type(getattr(found, field.name)) is type(getattr(record, field.name)), field.name


@pytest.mark.parametrize("table", TABLES)
def test_a_bare_record_comes_back_as_it_was(store: Store, table: str) -> None:
    required = {"id": "i", "title": "T", "name": "N", "objective": "o", "kpi": "k", "as_of": DAY, "value": 1.0}
    required |= {"project": "p", "predecessor": "a", "successor": "b", "giver_team": "g", "receiver_team": "r"}
    required |= {"status": "s"}
    kind = TABLES[table]
    wanted = [field.name for field in fields(kind) if field.default.__class__.__name__ == "_MISSING_TYPE"]
    record = kind(**{name: required[name] for name in wanted})  # type: ignore[arg-type]
    (found,) = there_and_back(store, table, record)
    assert found == record
    assert found.origin is None


@given(
    st.text(st.characters(exclude_categories=["Cs"])),
    st.none() | st.floats(allow_nan=False, allow_infinity=False),
    st.none() | st.dates() | st.datetimes().map(lambda found: found.replace(second=0, microsecond=0)),
    st.lists(st.tuples(st.text(max_size=5), st.text(max_size=5))).map(tuple),
)
def test_every_value_survives_its_column(text: str, number: float | None, moment: date | None, extra: object) -> None:
    codec = CODECS["work_items"]
    record = WorkItem(id="w", project="p", title=text, effort=number, deadline=moment, extra=extra)  # type: ignore[arg-type]
    assert codec.decode(codec.encode(record), None) == record


def test_seconds_are_dropped_and_whole_numbers_are_numbers(store: Store) -> None:
    record = item("w", updated=MINUTE.replace(second=59), effort=3)
    (found,) = there_and_back(store, "work_items", record)
    assert isinstance(found, WorkItem)
    assert (found.updated, found.effort) == (MINUTE, 3.0)
    assert isinstance(found.effort, float)


def test_the_hash_covers_every_field_but_the_place() -> None:
    for table, codec in CODECS.items():
        full = FULL[table]
        digest = codec.digest(codec.encode(full))
        assert codec.digest(codec.encode(replace(full, origin=Origin("elsewhere", 99)))) == digest
        for index in range(len(codec.columns)):
            values = list(codec.encode(full))
            values[index] = "something else"
            assert codec.digest(values) != digest, (table, list(codec.columns)[index])


def test_the_hash_says_which_field_a_value_belongs_to() -> None:
    codec = CODECS["work_items"]
    one, other = (codec.digest(codec.encode(item("w", **{name: "x"}))) for name in ("owner", "team"))
    assert one != other


def test_record_columns_and_kept_columns_never_meet() -> None:
    for codec in CODECS.values():
        assert not set(codec.columns) & set(KEEPING)


def test_the_schema_of_this_version_is_pinned() -> None:
    """A field added to the vocabulary needs a migration that adds its column: write it, then change these numbers."""
    assert VERSION == 1
    assert {table: len(codec.columns) for table, codec in CODECS.items()} == {
        "objectives": 8,
        "kpis": 15,
        "readings": 4,
        "projects": 15,
        "work_items": 26,
        "links": 5,
        "dependencies": 14,
        "status_reports": 6,
        "people": 7,
        "teams": 8,
        "calendars": 6,
    }
