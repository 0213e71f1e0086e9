from __future__ import annotations

import json
from dataclasses import MISSING, fields, replace
from datetime import date, datetime
from typing import Any, get_type_hints

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from store_help import BASE, READ_AT, item

from cockpit.basics.classes import dataclass
from cockpit.records.model import (
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
from cockpit.records.terms import Constraint, FloatType, Method, Pause, Progress, Role, Rules, Share, Terms
from cockpit.store import Arrival, Store
from cockpit.store.codec import CODECS
from cockpit.store.nested import rule_of
from cockpit.store.schema import KEEPING, VERSION

DAY = date(2025, 3, 1)
MINUTE = datetime.fromisoformat("2025-03-01T16:45")
EXTRA = (("Labels", "a; b"), ("Labels", "[/x] [@click=app.quit]"))
TERMS = Terms(
    rules=Rules.PRIMAVERA,
    role=Role.FINISH_MILESTONE,
    constraint=Constraint.START_FROM,
    constraint_date=MINUTE,
    second=Constraint.FINISH_UNTIL,
    second_date=MINUTE,
    manual=True,
    manual_start=MINUTE,
    manual_finish=MINUTE,
    expected_finish=MINUTE,
    suspended=MINUTE,
    resumed=datetime.fromisoformat("2025-03-01T00:00"),
    external_start=MINUTE,
    external_finish=MINUTE,
    delay_minutes=-90,
    shares=(Share("Ö’s; [own]", 960, 480), Share("", 0, 0)),
    pauses=(Pause(480, 960), Pause(1, 1)),
    resourced=False,
)
METHOD = Method(
    rules=Rules.PROJECT,
    calendar="c",
    start=MINUTE,
    data_date=MINUTE,
    must_finish=MINUTE,
    finish=MINUTE,
    backward=True,
    progress=Progress.OVERRIDE,
    float_type=FloatType.FINISH,
    longest_path=True,
    critical_minutes=480,
    expected_finish=True,
    open_critical=True,
    shared_finish=True,
    lag_from_actual=True,
)

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
        method=METHOD,
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
        terms=TERMS,
    ),
    "links": Link(predecessor="a", successor="b", type=LinkType.SF, lag_days=-2.5, lag_calendar="c"),
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
        weeks=(
            (DAY, date(2025, 3, 31), (((480, 960),), (), (), (), (), ((540, 600), (660, 1440)), ())),
            (date(2025, 6, 1), date(2025, 6, 1), ((),) * 7),
        ),
        exceptions=((DAY, date(2025, 3, 9), ()), (date(2025, 4, 1), date(2025, 4, 1), ((540, 600),))),
        minutes_per_day=450,
    ),
}

GAINED = {
    "projects": ("3c07ff82226945e94fdc754c15d0c738", {"method": None}),
    "work_items": ("0abd9c6c573230ae703239b7a0d51b40", {"terms": None}),
    "links": ("fde0e8e8ae74b7d45e3b00c58467d3de", {"lag_calendar": ""}),
    "calendars": ("cde019cec541f1888f03553903ffc126", {"weeks": ()}),
}
"""By table that has gained a field: the hash of its row in FULL before it had, and what an older row says there."""


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
        assert repr(getattr(found, field.name)) == repr(getattr(record, field.name)), field.name


@pytest.mark.parametrize("table", TABLES)
def test_a_bare_record_comes_back_as_it_was(store: Store, table: str) -> None:
    required = {"id": "i", "title": "T", "name": "N", "objective": "o", "kpi": "k", "as_of": DAY, "value": 1.0}
    required |= {"project": "p", "predecessor": "a", "successor": "b", "giver_team": "g", "receiver_team": "r"}
    required |= {"status": "s"}
    kind = TABLES[table]
    wanted = [field.name for field in fields(kind) if field.default is MISSING]
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


@pytest.mark.parametrize("whole", [TERMS, METHOD])
def test_the_full_records_leave_no_field_at_its_default(whole: Terms | Method) -> None:
    assert [field.name for field in fields(whole) if getattr(whole, field.name) == field.default] == []


def said(kind: type[Terms | Method]) -> st.SearchStrategy[Any]:
    """Anything that a record of `kind` can say; a date is told to the minute."""
    minutes = st.none() | st.datetimes().map(lambda found: found.replace(second=0, microsecond=0, fold=0))
    parts = {
        name: minutes if hint == datetime | None else st.from_type(hint) for name, hint in get_type_hints(kind).items()
    }
    return st.fixed_dictionaries({"rules": parts.pop("rules")}, optional=parts).map(lambda given: kind(**given))


@given(said(Terms), said(Method))
def test_whatever_a_plan_says_of_its_schedule_survives(terms: Terms, method: Method) -> None:
    rows = {
        "work_items": WorkItem(id="w", project="p", title="W", terms=terms),
        "projects": Project(id="p", title="P", method=method),
    }
    for table, record in rows.items():
        values = CODECS[table].encode(record)
        found = CODECS[table].decode(values, None)
        assert found == record
        assert repr(found) == repr(record), "every part is of its own type, not merely equal"
        assert CODECS[table].digest(CODECS[table].encode(found)) == CODECS[table].digest(values)


def column(table: str, name: str, record: Record) -> Any:
    return dict(zip(CODECS[table].columns, CODECS[table].encode(record), strict=True))[name]


def test_terms_are_kept_as_the_fields_that_say_something() -> None:
    assert column("work_items", "terms", item("w")) is None
    sparing = item("w", terms=Terms(rules=Rules.PROJECT, resumed=MINUTE.replace(second=59)))
    assert json.loads(column("work_items", "terms", sparing)) == {"rules": "project", "resumed": "2025-03-01T16:45"}
    assert column("projects", "method", Project(id="p", title="P")) is None


def test_what_a_newer_version_says_besides_is_passed_over() -> None:
    codec = CODECS["work_items"]
    values = list(codec.encode(item("w", row=None, terms=TERMS)))
    at = list(codec.columns).index("terms")
    newer = json.loads(values[at])
    values[at] = json.dumps(
        {**newer, "later": [1, {"a": None}], "shares": [[*each, "new"] for each in newer["shares"]]}
    )
    assert codec.decode(values, None) == item("w", row=None, terms=TERMS)


@dataclass(frozen=True, slots=True, kw_only=True)
class LaterTerms(Terms):
    """Terms as they may be one day, with fields of which a row of today says nothing."""

    added: int = 0
    named: str | None = None


def test_a_field_added_to_terms_later_changes_no_hash() -> None:
    given = {field.name: getattr(TERMS, field.name) for field in fields(TERMS)}
    assert rule_of(LaterTerms)[0](LaterTerms(**given)) == rule_of(Terms)[0](TERMS)


@pytest.mark.parametrize("table", GAINED)
def test_rows_of_an_older_store_keep_their_hash(table: str) -> None:
    digest, before = GAINED[table]
    codec = CODECS[table]
    assert codec.digest(codec.encode(replace(FULL[table], **before))).hex() == digest  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "broken",
    [
        replace(TERMS, shares=(Share("\ud800", 1, 1),)),
        replace(TERMS, shares=(Share(object(), 1, 1),)),  # type: ignore[arg-type]
        replace(TERMS, delay_minutes=float("nan")),  # type: ignore[arg-type]
        "no terms at all",
    ],
)
def test_terms_that_cannot_be_kept_cost_only_their_row(store: Store, broken: object) -> None:
    (found,) = there_and_back(store, "work_items", item("a", terms=broken), item("b", terms=TERMS))
    assert found == item("b", terms=TERMS)
    (source,) = store.snapshot(BASE, None).sources
    assert ["the row can't be kept" in problem.message for problem in source.problems] == [True]


def test_seconds_are_dropped_and_whole_numbers_are_numbers(store: Store) -> None:
    record = item("w", updated=MINUTE.replace(second=59), effort=3, percent=-0.0)
    (found,) = there_and_back(store, "work_items", record)
    assert isinstance(found, WorkItem)
    assert (found.updated, found.effort) == (MINUTE, 3.0)
    assert isinstance(found.effort, float)
    assert str(found.percent) == "0.0", "SQLite keeps no negative zero, so its hash would fit no more"


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.text(st.characters(exclude_categories=["Cs"])),
            st.none() | st.floats(allow_nan=False, allow_infinity=False),
            st.none() | st.datetimes(),
        ),
        min_size=1,
        max_size=20,
    )
)
def test_whatever_is_kept_is_read_back_with_its_hash(store: Store, said: list[tuple[Any, ...]]) -> None:
    rows = [
        item(f"w{number}", owner=owner, effort=effort, updated=updated)
        for number, (owner, effort, updated) in enumerate(said)
    ]
    found = there_and_back(store, "work_items", *rows)
    assert [row.owner for row in found if isinstance(row, WorkItem)] == [owner for owner, _, _ in said]


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
    one, other = (codec.digest(codec.encode(record)) for record in (item("w", owner="x"), item("w", team="x")))
    assert one != other


def test_record_columns_and_kept_columns_never_meet() -> None:
    for codec in CODECS.values():
        assert not set(codec.columns) & set(KEEPING)


def test_the_schema_of_this_version_is_pinned() -> None:
    """A field added to the vocabulary needs a migration that adds its column: write it, then change these numbers."""
    assert VERSION == 7
    assert {table: len(codec.columns) for table, codec in CODECS.items()} == {
        "objectives": 8,
        "kpis": 15,
        "readings": 4,
        "projects": 17,
        "work_items": 28,
        "links": 6,
        "dependencies": 14,
        "status_reports": 6,
        "people": 7,
        "teams": 8,
        "calendars": 7,
    }
