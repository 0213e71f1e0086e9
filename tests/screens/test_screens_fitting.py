"""Widths of columns: words are cut only where no other column has cells that it does not use."""

from __future__ import annotations

import dataclasses
import threading
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from screens_data import FakeSession, breaches, make_assessment, ready, settle, sources

from cockpit.app import CockpitApp
from cockpit.desk import commanding
from cockpit.screens.fitting import AIR, Wish, fitted
from cockpit.screens.palette import Everything
from cockpit.screens.table import Column, KeyedTable, layout

WISHES = st.lists(
    st.builds(Wish, st.integers(1, 30), st.integers(0, 4), st.none() | st.integers(0, 60)), min_size=1, max_size=9
)


@example([Wish(1, 1, 0), Wish(8, 1, 0)], 5)
@example([Wish(20, 1, 0), Wish(2, 3, 9), Wish(5, 2, 40)], 60)
@given(WISHES, st.integers(0, 120))
def test_words_are_cut_only_where_no_cell_is_left_over_and_none_stay_empty_that_anybody_can_use(
    wishes: list[Wish], spare: int
) -> None:
    widths = fitted(wishes, spare)
    whole = sum(wish.width for wish in wishes) + spare
    pairs = list(zip(wishes, widths, strict=True))
    empty = whole - sum(widths)
    assert empty >= 0
    if empty > sum(wish.grow for wish in wishes):  # rounded down for each
        assert not any(wish.grow and wish.need is None for wish in wishes), "a drawing takes all there are"
        assert all(width >= wish.need + AIR for wish, width in pairs if wish.grow and wish.need is not None)
    for wish, width in pairs:
        assert wish.need is None or width <= max(wish.width, wish.need + AIR), (
            "a figure is not pushed away from its name"
        )
    for wish, width in pairs:
        assert width >= (wish.width if wish.need is None else min(wish.width, wish.need)), "none loses what it uses"
    if any(wish.grow and wish.need is not None and width < wish.need for wish, width in pairs):
        unused = [width for wish, width in pairs if wish.need is not None and width > max(wish.need, 0)]
        assert unused == [], "what is cut gets what others do not use"


def test_a_column_gets_what_another_does_not_say() -> None:
    columns: list[Column[str]] = [
        Column("who", lambda text, _: (text, ""), 10, grow=1),
        Column("verdict", lambda _, __: ("counts", ""), 14),
    ]
    assert [width for _, width in layout(columns, 30)] == [12, 14]
    assert [width for _, width in layout(columns, 30, [18, 6])] == [18, 8]
    assert [width for _, width in layout(columns, 30, [40, 6])] == [19, 7], "its title is never cut for that"


async def test_columns_stand_while_rows_are_looked_through(session: FakeSession) -> None:
    one = breaches()[3]
    titles = [*["a title that is longer than there is room for at eighty cells"] * 30, *["short"] * 60]
    session.now = make_assessment(
        breaches=tuple(dataclasses.replace(one, key=f"k{n}", title=title) for n, title in enumerate(titles))
    )
    async with CockpitApp(session).run_test(size=(80, 24)) as pilot:  # type: ignore[arg-type]
        await ready(pilot)
        await settle(pilot)
        table: KeyedTable[Any] = pilot.app.screen.query_one(KeyedTable)
        before = table.render_line(0).text
        for key in ("G", "k", "pageup", "g"):
            await pilot.press(key)
            await settle(pilot)
            assert table.render_line(0).text == before
        assert "a title that is longer" in table.render_line(1).text


async def test_of_a_long_path_the_name_of_the_file_is_left(session: FakeSession) -> None:
    path = "2025-03-31/exports/of/the/whole/office/for/everybody/payments.csv"
    session.now = make_assessment(sources=(dataclasses.replace(sources()[0], path=path, shadow=False),))
    async with CockpitApp(session).run_test(size=(80, 24)) as pilot:  # type: ignore[arg-type]
        await ready(pilot)
        await pilot.press("9")
        await settle(pilot)
        line = pilot.app.screen.query_one(KeyedTable).render_line(1).text
        assert "…" in line and "/payments.csv " in line


async def test_names_are_looked_for_beside_the_app(session: FakeSession, monkeypatch: pytest.MonkeyPatch) -> None:
    where: set[int] = set()
    inner = Everything._all

    def everything(self: Everything) -> Any:
        where.add(threading.get_ident())
        return inner(self)

    monkeypatch.setattr(Everything, "_all", everything)
    async with CockpitApp(session).run_test(size=(80, 24)) as pilot:  # type: ignore[arg-type]
        await ready(pilot)
        await pilot.press("ctrl+p", *"dana")
        await settle(pilot)
        assert where and threading.get_ident() not in where


def test_choices_that_begin_so_come_before_those_that_have_it_in_them() -> None:
    known = ["a pay", *(f"x{n} pay" for n in range(100)), "pay b", "Pay a"]
    found = commanding._fitting(known, "pay")
    assert [*found[:3], len(found)] == ["pay b", "Pay a", "a pay", commanding.MOST]
