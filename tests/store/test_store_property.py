"""The store against a plain reading of what its history should mean, for every order in which drops may come."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from store_help import BASE, batch, day, dependency, drop, item, project

from cockpit.records.model import Batch, Dependency, Origin, Record, State
from cockpit.store import Store

DAYS = 5

items = st.builds(
    item,
    st.sampled_from("abc"),
    st.sampled_from([State.TODO, State.DOING]),
    row=st.just(2),
    actual_start=st.sampled_from([None, date(2024, 5, 1)]),
    effort=st.sampled_from([None, 2.0]),
)
dependencies = st.builds(dependency, st.sampled_from("xyz"), st.sampled_from(["Documents", "Interface"]))
projects = st.builds(project, st.sampled_from("pq"), st.sampled_from([None, date(2025, 6, 1), date(2025, 7, 1)]))


def contents() -> st.SearchStrategy[tuple[Record, ...]]:
    def distinct(strategy: st.SearchStrategy[Record]) -> st.SearchStrategy[list[Record]]:
        return st.lists(strategy, unique_by=lambda record: record.id, max_size=3)  # type: ignore[attr-defined]

    return st.tuples(distinct(items), distinct(dependencies), distinct(projects)).map(
        lambda found: tuple(record for part in found for record in part)
    )


def placed(on: date, records: tuple[Record, ...], shift: int) -> Batch:
    """Each record stands in its own row of the drop's file."""
    path = f"{on}/tracker.xlsx"
    return batch(*(replace(record, origin=Origin(path, 2 + index + shift)) for index, record in enumerate(records)))


Line = dict[date, Batch]
"""What each day's last reading said."""


def expected(line: Line, as_of: date) -> dict[str, object]:
    """What a snapshot must say, worked out day after day."""
    moved: dict[str, date] = {}
    said: dict[str, object] = {}
    baselines: dict[str, date] = {}
    vanished: dict[str, tuple[Dependency, date]] = {}
    last: Batch = Batch({})
    known = None
    for on in sorted(found for found in line if found <= as_of):
        here, last, known = line[on], last, on
        for record in here.records.get("work_items", ()):
            state = (record.state, record.actual_start)  # type: ignore[attr-defined]
            if said.get(record.id) != state:  # type: ignore[attr-defined]
                said[record.id], moved[record.id] = state, on  # type: ignore[attr-defined]
        for record in here.records.get("projects", ()):
            name, state = f"{record.id}:finish", (record.state, record.actual_finish)  # type: ignore[attr-defined]
            if said.get(name) != state:
                said[name], moved[name] = state, on
            if record.baseline_finish:  # type: ignore[attr-defined]
                baselines.setdefault(record.id, record.baseline_finish)  # type: ignore[attr-defined]
        present = {record.id: record for record in here.records.get("dependencies", ())}  # type: ignore[attr-defined]
        for record in last.records.get("dependencies", ()):
            if record.id not in present:  # type: ignore[attr-defined]
                vanished[record.id] = (record, on)  # type: ignore[attr-defined, assignment]
        vanished = {name: gone for name, gone in vanished.items() if name not in present}
        last = here
    present_items = [record.id for record in last.records.get("work_items", ())]  # type: ignore[attr-defined]
    present_projects = [f"{record.id}:finish" for record in last.records.get("projects", ())]  # type: ignore[attr-defined]
    gone = [vanished[name][0] for name in sorted(vanished)]
    return {
        "work_items": last.records.get("work_items", ()),
        "projects": last.records.get("projects", ()),
        "dependencies": (*last.records.get("dependencies", ()), *gone),
        "moved": {name: moved[name] for name in (*present_items, *present_projects)},
        "observed": dict.fromkeys(present_items, known),
        "baselines": baselines,
        "vanished": {name: on for name, (_, on) in vanished.items()},
    }


def answers(store: Store, as_of: date) -> dict[str, object]:
    found = store.snapshot(BASE, as_of)
    return {
        "work_items": found.work_items,
        "projects": found.projects,
        "dependencies": found.dependencies,
        "moved": found.moved,
        "observed": found.observed,
        "baselines": found.baselines,
        "vanished": found.vanished,
    }


def places(said: dict[str, object]) -> list[str]:
    return [str(record.origin) for table in ("work_items", "projects", "dependencies") for record in said[table]]  # type: ignore[attr-defined]


readings = st.lists(st.tuples(st.integers(1, DAYS), contents(), st.integers(0, 3)), max_size=9)


@settings(max_examples=70, deadline=None)
@given(readings)
def test_drops_in_any_order_and_read_again_answer_as_if_read_day_by_day(
    found: list[tuple[int, tuple[Record, ...], int]],
) -> None:
    line: Line = {}
    with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder) / "portfolio.db") as store:
        for count, (number, records, shift) in enumerate(found):
            line[day(number)] = placed(day(number), records, shift)
            drop(store, day(number), line[day(number)], f"s{count}")
            if number % 2:
                store.snapshot(BASE, None)  # What was decoded in between must not show later.
        for number in range(DAYS + 2):
            as_of = date(2024, 12, 31) if number == 0 else day(number)
            wanted, said = expected(line, as_of), answers(store, as_of)
            assert said == wanted
            assert places(said) == places(wanted)
        assert store.check() == ()


@settings(max_examples=35, deadline=None)
@given(st.lists(contents(), min_size=DAYS, max_size=DAYS), st.permutations(range(1, DAYS + 1)))
def test_any_permutation_of_the_drops_gives_the_same_answers(found: list[tuple[Record, ...]], order: list[int]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        one, other = (Store.open(Path(folder) / name) for name in ("one.db", "other.db"))
        with one, other:
            for store, numbers in ((one, range(1, DAYS + 1)), (other, order)):
                for number in numbers:
                    drop(store, day(number), placed(day(number), found[number - 1], 0), f"s{number}")
            for number in range(1, DAYS + 1):
                assert one.snapshot(BASE, day(number)) == other.snapshot(BASE, day(number))
