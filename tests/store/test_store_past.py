"""Every version of a row that was ever kept: nothing that a file said is obscured, whatever was read after it."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path

from hypothesis import given, settings
from store_help import BASE, batch, day, dependency, drop, read
from test_store_property import DAYS, contents, placed, readings

from cockpit.records.model import Dependency, Origin, Record
from cockpit.records.past import RowVersion
from cockpit.store import Store

NAMES = ("x", "y", "z")


def versions(store: Store, as_of: date | None = None) -> tuple[RowVersion, ...]:
    return store.versions("dependencies", "id", NAMES, as_of)


def open_on(found: tuple[RowVersion, ...], on: date) -> set[Record]:
    """What the versions say that was known at the end of a day."""
    return {
        version.record
        for version in found
        if version.opened.known_on <= on and (version.closed is None or version.closed.known_on > on)
    }


@settings(max_examples=60, deadline=None)
@given(readings)
def test_whatever_a_file_ever_said_stays_and_each_day_has_what_was_known_then(
    found: list[tuple[int, tuple[Record, ...], int]],
) -> None:
    with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder) / "portfolio.db") as store:
        said: set[Record] = set()
        for count, (number, records, shift) in enumerate(found):
            drop(store, day(number), placed(day(number), records, shift), f"s{count}")
            said |= {record for record in records if isinstance(record, Dependency)}
        assert {version.record for version in versions(store)} == said
        for number in range(1, DAYS + 1):
            snapshot = store.snapshot(BASE, day(number))
            known = {record for record in snapshot.dependencies if record.id not in snapshot.vanished}
            assert open_on(versions(store), day(number)) == known
            assert open_on(versions(store, day(number)), date.max) == known, "as it was known then"


@settings(max_examples=30, deadline=None)
@given(contents(), contents())
def test_a_version_names_the_file_and_row_that_said_so(first: tuple[Record, ...], second: tuple[Record, ...]) -> None:
    with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder) / "portfolio.db") as store:
        drop(store, day(1), one := placed(day(1), first, 0), "a")
        drop(store, day(2), two := placed(day(2), second, 3), "b")
        placed_at = {(r, str(r.origin)) for content in (one, two) for r in content.records.get("dependencies", ())}
        assert {(version.record, str(version.record.origin)) for version in versions(store)} <= placed_at


def test_a_drop_that_is_corrected_afterwards_shows_what_it_said_before(tmp_path: Path) -> None:
    """Whoever mends last month's file to please must not make last month's word disappear."""
    with Store.open(tmp_path / "portfolio.db") as store:
        drop(store, day(1), batch(dependency("x", "Due in May")), "a")
        drop(store, day(1), batch(dependency("x", "Due in July")), "b")
        before, after = versions(store)
        assert [v.record.title for v in (before, after)] == ["Due in May", "Due in July"]  # type: ignore[attr-defined]
        assert (before.counted, after.counted) == (False, True)
        assert before.closed == after.opened and after.closed is None


def test_an_undated_file_that_changes_twice_on_a_day_had_both_states(tmp_path: Path) -> None:
    with Store.open(tmp_path / "portfolio.db") as store:
        for title in ("first", "second"):
            record = replace(dependency("x", title), origin=Origin("dependencies.csv", 7))
            read(store, day(1), batch(record), title, name="dependencies.csv")
        found = versions(store)
        assert all(version.counted for version in found) and len(found) == 2
        assert str(found[0].record.origin) == "dependencies.csv row 7"
        assert found[0].opened.path == "dependencies.csv" and not found[0].opened.claimed
        assert found[0].opened.read_at.isoformat() == "2025-01-01T09:30:00+00:00"
