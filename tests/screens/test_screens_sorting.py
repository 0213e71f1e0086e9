"""Rows sorted by a column, and back in the order of the assessment."""

from __future__ import annotations

import dataclasses
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from screens_data import FakeSession, breaches, make_assessment, ready, settle
from textual.pilot import Pilot

from cockpit.app import CockpitApp
from cockpit.screens.base import FEW, CockpitScreen
from cockpit.screens.sorting import Order
from cockpit.screens.table import Column, KeyedTable


def app_of(session: FakeSession) -> CockpitApp:
    return CockpitApp(session)  # type: ignore[arg-type]


def listed(pilot: Pilot[None]) -> list[Any]:
    return list(pilot.app.screen.query_one(KeyedTable)._records)


def line(pilot: Pilot[None]) -> str:
    return str(pilot.app.screen.query_one("#filter-line").render())


async def command(pilot: Pilot[None], text: str) -> None:
    await pilot.press("colon")
    await pilot.press(*text, "enter")
    await settle(pilot)


async def test_a_column_sorts_turns_and_lets_go(session: FakeSession) -> None:
    async with app_of(session).run_test(size=(160, 50)) as pilot:
        await ready(pilot)
        await pilot.press("6")
        before = listed(pilot)
        await command(pilot, "sort slip")
        slips = [view.slip_days for view in listed(pilot) if view.slip_days is not None]
        assert slips == sorted(slips, reverse=True), "the largest first"
        assert all(view.slip_days is None for view in listed(pilot)[len(slips) :]), "what is unknown comes last"
        assert "by slip ▼" in line(pilot)
        await command(pilot, "sort slip")
        slips = [view.slip_days for view in listed(pilot) if view.slip_days is not None]
        assert slips == sorted(slips)
        await pilot.press("escape")
        assert listed(pilot) == before
        assert not line(pilot).strip()


async def test_keys_step_through_the_columns_and_end_where_they_began(session: FakeSession) -> None:
    async with app_of(session).run_test(size=(160, 50)) as pilot:
        await ready(pilot)
        before, seen = listed(pilot), []
        screen = pilot.app.screen
        assert isinstance(screen, CockpitScreen)
        for _ in screen.columns():
            await pilot.press("greater_than_sign")
            seen.append(line(pilot).split(" · ")[0].strip())
        assert len(set(seen)) == len(seen)
        await pilot.press("greater_than_sign")
        assert listed(pilot) == before
        await pilot.press("less_than_sign")
        assert line(pilot).split(" · ")[0].strip() == seen[-1]


async def test_every_column_of_every_screen_can_be_sorted_by(session: FakeSession) -> None:
    async with app_of(session).run_test(size=(160, 50)) as pilot:
        await ready(pilot)
        for key in "12356789":
            await pilot.press(key)
            await settle(pilot)
            before = listed(pilot)
            screen = pilot.app.screen
            assert isinstance(screen, CockpitScreen)
            for column in screen.columns():
                await pilot.press("greater_than_sign")
                assert sorted(map(screen.key, listed(pilot))) == sorted(map(screen.key, before)), (key, column.name)


async def test_a_chain_has_its_own_order_and_a_column_that_is_none_is_named(session: FakeSession) -> None:
    app: Any = app_of(session)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await ready(pilot)
        await command(pilot, "sort nothing")
        assert "No column begins with “nothing”" in next(iter(app._notifications)).message
        before = listed(pilot)
        await pilot.press("4")
        await settle(pilot)
        chain = listed(pilot)
        await pilot.press("greater_than_sign")
        await command(pilot, "sort finish")
        assert listed(pilot) == chain != before


async def test_many_rows_stay_sorted_and_filtered_while_the_evidence_changes(session: FakeSession) -> None:
    one = breaches()[3]
    rows = [
        dataclasses.replace(one, key=f"k{n}", title=f"group{n % 7}x", leverage_days=float(n)) for n in range(FEW + 5)
    ]
    session.now = make_assessment(breaches=tuple(rows))
    async with app_of(session).run_test(size=(160, 50)) as pilot:
        await ready(pilot)
        await command(pilot, "sort days")
        assert [row.leverage_days for row in listed(pilot)][:3] == [FEW + 4.0, FEW + 3.0, FEW + 2.0]
        await pilot.press("slash", *"group3x", "enter")
        await settle(pilot)
        assert [row.leverage_days for row in listed(pilot)] == [
            float(n) for n in reversed(range(FEW + 5)) if n % 7 == 3
        ]
        rows[3] = dataclasses.replace(rows[3], leverage_days=1e6)
        session.publish(make_assessment(breaches=tuple(rows)))
        await settle(pilot)
        assert listed(pilot)[0].key == "k3"


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.none() | st.integers(-5, 5))), st.booleans())
def test_an_order_keeps_every_row_and_those_that_are_equal_as_they_were(
    rows: list[tuple[int, int | None]], down: bool
) -> None:
    numbered = list(enumerate(rows))
    column: Column[Any] = Column("n", lambda row, _: (str(row), ""), 3, by=lambda row: row[1][1])
    found = Order(column, down).sorted(numbered)
    known = [row for row in numbered if row[1][1] is not None]
    assert list(found) == [
        *sorted(known, key=lambda row: row[1][1], reverse=down), *(row for row in numbered if row[1][1] is None)
    ]  # fmt: skip
