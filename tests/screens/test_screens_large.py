"""Twenty thousand rows: what is drawn, compared and searched, counted and not timed."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from screens_data import FakeSession, breaches, chains, day, make_assessment, ready, screen_text, settle
from textual.pilot import Pilot

from cockpit.app import CockpitApp
from cockpit.basics.kept import kept
from cockpit.records.assessment import Assessment
from cockpit.screens.bars import HeaderBar
from cockpit.screens.base import FEW
from cockpit.screens.exceptions import ExceptionsScreen
from cockpit.screens.objectives import ObjectivesScreen
from cockpit.screens.pane import FactsPane
from cockpit.screens.path import PathScreen, path_rows
from cockpit.screens.projects import ProjectsScreen
from cockpit.screens.search import PART, Search, question
from cockpit.screens.signoffs import SignoffsScreen
from cockpit.screens.table import Column, KeyedTable

MANY = 20_000
"""Ten times as many as are listed, searched and sorted at once (`FEW`)."""
ONE = breaches()[3]


def many(changed: Sequence[int] = (), number: int = MANY) -> Assessment:
    """An assessment with so many breaches; those that `changed` have another title."""
    rows = [ONE_OF[number] for number in range(number)]
    for row in changed:
        rows[row] = dataclasses.replace(rows[row], title=f"changed {row}")
    return make_assessment(breaches=tuple(rows))


ONE_OF = [dataclasses.replace(ONE, key=f"k{row}", title=f"breach {row}") for row in range(MANY)]


def app_of(session: FakeSession) -> CockpitApp:
    return CockpitApp(session)  # type: ignore[arg-type]


def table_of(pilot: Pilot[None]) -> KeyedTable[Any]:
    return pilot.app.screen.query_one(KeyedTable)


def counted(instance: Any, name: str, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Count the calls of a method: its first arguments, as they come."""
    inner, calls = getattr(instance, name), []

    def call(*args: Any) -> Any:
        calls.append(args[0] if args else None)
        return inner(*args)

    monkeypatch.setattr(instance, name, call)
    return calls


# What an update costs


async def test_of_fifty_changed_rows_those_in_view_are_painted(
    session: FakeSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    session.now = many()
    async with app_of(session).run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        await settle(pilot)
        table = table_of(pilot)
        painted = counted(table, "render_line", monkeypatch)
        keys = counted(table, "_key", monkeypatch)
        compared = counted(table, "_paint_row", monkeypatch)
        session.publish(many([2, 5, *range(10_000, 10_048)]))
        await settle(pilot)
        assert sorted(set(painted)) == [3, 6]
        assert len(compared) <= 4, "a row that is the same is not drawn to be compared"
        assert len(keys) < 10, "a key is made for the row under the cursor only, not for every row"
        assert table.record.key == "k0"


async def test_rows_that_move_paint_the_lines_that_say_otherwise(session: FakeSession) -> None:
    session.now = many()
    async with app_of(session).run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        table = table_of(pilot)
        await pilot.press("j", "j")
        rows = list(session.now.breaches)
        session.publish(make_assessment(breaches=(rows[14_000], *rows[:14_000], *rows[14_001:])))
        await settle(pilot)
        assert table.record.key == "k2"
        lines = [table.render_line(y).text for y in range(table.size.height)]
        assert "breach 14000" in lines[1]
        assert "breach 2 " in lines[4] and "▌" in lines[4]


async def test_nothing_is_painted_where_nothing_changed(session: FakeSession, monkeypatch: pytest.MonkeyPatch) -> None:
    async with app_of(session).run_test(size=(160, 50)) as pilot:
        await ready(pilot)
        await settle(pilot)
        seen = [
            counted(table_of(pilot), "render_line", monkeypatch),
            counted(pilot.app.screen.query_one(HeaderBar), "render", monkeypatch),
            counted(pilot.app.screen.query_one("#headline"), "render", monkeypatch),
            counted(pilot.app.screen.query_one("#detail", FactsPane), "_wrap", monkeypatch),
        ]
        session.publish(dataclasses.replace(session.now))
        await settle(pilot)
        assert seen == [[], [], [], []]
        session.publish(dataclasses.replace(session.now, breaches=session.now.breaches[1:]))
        await settle(pilot)
        assert all(seen)


async def test_names_and_days_that_change_are_painted_although_no_record_has(
    session: FakeSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with app_of(session).run_test(size=(160, 50)) as pilot:
        await ready(pilot)
        await settle(pilot)
        painted = counted(table_of(pilot), "render_line", monkeypatch)
        names = {name: f"re {title}" for name, title in session.now.names.items()}
        session.publish(dataclasses.replace(session.now, names=names))
        await settle(pilot)
        assert 0 < len(set(painted)) < len(session.now.breaches), "only rows that name a project say otherwise"
        painted.clear()
        session.publish(dataclasses.replace(session.now, today=day(8, 30)))
        await settle(pilot)
        assert len(set(painted)) >= len(session.now.breaches) - 2


async def test_only_the_screen_in_view_lists_its_rows(session: FakeSession, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    for kind in (ExceptionsScreen, ObjectivesScreen, ProjectsScreen, SignoffsScreen, PathScreen):
        inner = kind.rows

        def rows(self: Any, assessment: Assessment, inner: Any = inner) -> Any:
            asked.append(self.MODE)
            return inner(self, assessment)

        monkeypatch.setattr(kind, "rows", rows)
    async with app_of(session).run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        for key in "256":
            await pilot.press(key)
            await settle(pilot)
        asked.clear()
        session.publish(dataclasses.replace(session.now))
        await settle(pilot)
        assert set(asked) == {"projects"}
        asked.clear()
        await pilot.press("2")
        await settle(pilot)
        assert set(asked) == {"objectives"}


async def test_a_screen_out_of_view_holds_no_assessment_and_one_beneath_another_does(session: FakeSession) -> None:
    async with app_of(session).run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        first: Any = pilot.app.screen
        await pilot.press("enter")
        await settle(pilot)
        assert first.assessment is session.now
        assert pilot.app.screen is not first
        await pilot.press("escape", "2")
        await settle(pilot)
        assert first.assessment is None
        assert first._listed is None
        await pilot.press("1")
        await settle(pilot)
        assert first.assessment is session.now
        assert first.table.record == session.now.breaches[0]


async def test_many_rows_are_listed_and_searched_beside_the_app(
    session: FakeSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    where: set[int] = set()
    inner, text = ExceptionsScreen.rows, ExceptionsScreen.search_text

    def rows(self: Any, assessment: Assessment) -> Any:
        where.add(threading.get_ident())
        return inner(self, assessment)

    def search_text(self: Any, record: Any) -> str:
        where.add(threading.get_ident())
        return text(self, record)

    monkeypatch.setattr(ExceptionsScreen, "rows", rows)
    monkeypatch.setattr(ExceptionsScreen, "search_text", search_text)
    session.now = many(number=FEW + 1)
    async with app_of(session).run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        session.publish(many([7], FEW + 1))
        await settle(pilot)
        await pilot.press("slash", *"changed")
        await settle(pilot)
        assert table_of(pilot).row_count == 1
        session.publish(many([7, 9], FEW + 1))
        await settle(pilot)
        assert table_of(pilot).row_count == 2
        assert where and threading.get_ident() not in where


async def test_a_filter_over_many_rows_ends_with_what_was_typed_last(session: FakeSession) -> None:
    session.now = many([19_000], MANY)
    async with app_of(session).run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        await pilot.press("slash", *"changed", "enter")
        await settle(pilot)
        assert [table_of(pilot).at("k19000"), table_of(pilot).row_count] == [session.now.breaches[19_000], 1]
        line = str(pilot.app.screen.query_one("#filter-line").render())
        assert "1 of 20,000" in line
        await pilot.press("escape")
        await settle(pilot)
        assert table_of(pilot).row_count == MANY


async def test_what_an_older_question_found_is_dropped(session: FakeSession) -> None:
    async with app_of(session).run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        screen: Any = pilot.app.screen
        count = table_of(pilot).row_count
        screen.post_message(screen.Found(screen._generation - 1, session.now.breaches[:1], 1, count))
        await pilot.pause()
        assert table_of(pilot).row_count == count
        screen.post_message(screen.Found(screen._generation, session.now.breaches[:1], count, count))
        await pilot.pause()
        assert table_of(pilot).row_count == 1


async def test_a_long_chain_is_listed_with_bars_and_looked_at_once(session: FakeSession) -> None:
    chain = chains()[0]
    steps = tuple(dataclasses.replace(chain.steps[0], item=f"I-{n}", title=f"item {n}") for n in range(20_000))
    session.now = make_assessment(chains=(dataclasses.replace(chain, steps=steps),))
    async with app_of(session).run_test(size=(160, 50)) as pilot:
        await ready(pilot)
        await pilot.press("4")
        await settle(pilot)
        table = table_of(pilot)
        assert table.row_count >= 20_000
        await pilot.press("G")
        assert "item 19999" in table.render_line(table.size.height - 2).text
        assert len(table.records._made) < 200, "only lines in view are made"  # type: ignore[attr-defined]
        rows = tuple(path_rows(session.now))
        assert len({row.scale for row in rows if row.step is not None and row.blocker is None}) == 1
        again = tuple(path_rows(dataclasses.replace(session.now, chains=(dataclasses.replace(chain, steps=steps),))))
        assert rows == again


# Cursor, texts, what is kept


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.integers(0, 40), unique=True, max_size=40),
    st.integers(-3, 45),
    st.lists(st.integers(0, 45), max_size=3),
)
def test_a_row_is_found_wherever_it_is(numbers: list[int], near: int, wanted: list[int]) -> None:
    table: KeyedTable[int] = KeyedTable((Column("n", lambda n, _: (str(n), ""), 3),), str)
    table._records = numbers
    for number in [*wanted, *numbers]:
        found = table._row_of(str(number), near)
        assert found == (numbers.index(number) if number in numbers else None)


ROWS = st.lists(st.tuples(st.integers(0, 30), st.sampled_from(["alpha", "beta", "gamma alpha", "Δelta"])), max_size=60)


@settings(max_examples=200, deadline=None)
@given(ROWS, ROWS, st.sampled_from(["", "alpha", "ALPHA a", "!alpha", "! alpha beta", "!", "zz", "δ", "1 a"]),
       st.sampled_from(["", "1", "2"]), st.booleans())  # fmt: skip
def test_a_search_finds_what_looking_at_every_row_finds(
    before: list[tuple[int, str]], rows: list[tuple[int, str]], typed: str, scope: str, renamed: bool
) -> None:
    def text(row: tuple[int, str]) -> str:
        return f"{row[0]} {row[1]}"

    def tags(row: tuple[int, str]) -> tuple[str, ...]:
        return (str(row[0]),)

    search: Search[tuple[int, str]] = Search(text)
    search.find(before, question("a", None, ""), "then")
    mixed = [*before[:20], *rows, *before[20:]]
    found = search.find(mixed, question(typed, tags if scope else None, scope), "now" if renamed else "then")
    words = typed.casefold().removeprefix("!").split()

    def fits(row: tuple[int, str]) -> bool:
        hit = all(word in text(row).casefold() for word in words)
        return not words or hit is not typed.startswith("!")

    assert found is not None
    assert list(found) == [row for row in mixed if fits(row) and scope in str(row[0])]


def test_texts_are_made_again_only_for_rows_that_changed() -> None:
    made: list[int] = []

    def text(row: tuple[int, str]) -> str:
        made.append(row[0])
        return row[1]

    rows = [(number, f"row {number}") for number in range(2_000)]
    search: Search[tuple[int, str]] = Search(text)
    search.find(rows, question("row", None, ""))
    assert made == list(range(2_000))
    made.clear()
    changed = [*rows[:500], (-1, "new row"), *rows[500:1_000], (1_000, "row changed"), *rows[1_001:]]
    assert search.find(changed, question("changed", None, "")) == [(1_000, "row changed")]
    assert made == [-1, 1_000]
    made.clear()
    search.find(changed, question("changed", None, ""), "other names")
    assert len(made) == len(changed)


def test_a_search_stops_and_tells_what_it_has() -> None:
    rows = list(range(PART * 4))
    search: Search[int] = Search(str)
    looks: list[int] = []

    def stopped() -> bool:
        looks.append(len(looks))
        return len(looks) > 2

    assert search.find(rows, question("1", None, ""), None, stopped) is None
    assert len(looks) == 3
    search.prepare(rows, None, lambda: False)
    assert search.find(rows, question("1", None, "")) == [row for row in rows if "1" in str(row)]


def test_what_is_kept_is_made_once_for_each_thing() -> None:
    made: list[tuple[int, ...]] = []

    @kept
    def total(of: tuple[int, ...]) -> int:
        made.append(of)
        return sum(of)

    first, second = (1, 2), (1, 2, 3)
    assert [total(first), total(first), total(second), total(second), total(first)] == [3, 3, 6, 6, 3]
    assert len(made) == 3


class _Unasked(dict[str, Any]):
    """The dates of every work item, which take seconds to work out."""

    def __getitem__(self, _: str) -> Any:
        raise AssertionError("nobody waits for the dates of all work")

    __contains__ = get = __getitem__  # type: ignore[assignment]


async def test_no_screen_and_no_why_asks_for_the_dates_of_all_work(session: FakeSession) -> None:
    session.now = make_assessment(items=_Unasked(), titles={"LED-9": "Ledger cut over"})
    async with app_of(session).run_test(size=(160, 50)) as pilot:
        await ready(pilot)
        for key in "123456789":
            await pilot.press(key)
            await settle(pilot)
            for row in range(3):
                await pilot.press("enter")
                await settle(pilot)
                if key == "4" and row == 0:
                    assert "Ledger cut over (LED-9)" in screen_text(pilot.app), "nearly critical work is named"
                await pilot.press("escape", "j")
                await settle(pilot)
