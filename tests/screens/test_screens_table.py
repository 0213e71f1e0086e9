from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from screens_data import FakeSession, breaches, make_assessment, ready, settle, until
from textual.app import App, ComposeResult

from cockpit.app import CockpitApp
from cockpit.screens.base import CockpitScreen
from cockpit.screens.pane import FactsPane
from cockpit.screens.table import WIDE, Column, KeyedTable, layout

Record = tuple[str, str]


def columns() -> tuple[Column[Record], ...]:
    return (Column("key", lambda r, _: (r[0], ""), 6), Column("text", lambda r, _: (r[1], "bad"), 8, grow=1))


class TableApp(App[None]):
    def __init__(self, records: list[Record]) -> None:
        super().__init__()
        self.records = records
        self.drawn: list[int] = []

    def compose(self) -> ComposeResult:
        app = self

        class Counting(KeyedTable[Record]):
            def render_line(self, y: int) -> Any:
                app.drawn.append(y)
                return super().render_line(y)

        yield Counting(columns(), lambda record: record[0])

    def on_mount(self) -> None:
        self.table.show_records(self.records)

    @property
    def table(self) -> KeyedTable[Record]:
        return self.query_one(KeyedTable)

    def lines(self) -> list[str]:
        return [self.table.render_line(y).text for y in range(self.table.size.height)]


def records(number: int) -> list[Record]:
    return [(f"k{row}", f"text {row}") for row in range(number)]


async def test_the_cursor_stays_on_its_record_when_rows_come_and_go() -> None:
    app = TableApp(records(100))
    async with app.run_test(size=(40, 12)) as pilot:
        await pilot.press("ctrl+f", "ctrl+f", "j")
        assert app.table.record == ("k23", "text 23")
        top, cursor = app.table.scroll_offset.y, app.table.cursor_row
        app.table.show_records([("new1", ""), ("new2", ""), *records(100)[5:]])
        await pilot.pause()
        assert app.table.record == ("k23", "text 23")
        assert app.table.cursor_row - app.table.scroll_offset.y == cursor - top or app.table.scroll_offset.y == top
        assert any("▌" in line and "k23" in line for line in app.lines())


async def test_a_record_that_goes_leaves_the_cursor_where_it_was() -> None:
    app = TableApp(records(10))
    async with app.run_test(size=(40, 12)) as pilot:
        await pilot.press("G")
        app.table.show_records(records(4))
        await pilot.pause()
        assert app.table.record == ("k3", "text 3")
        app.table.show_records([])
        await pilot.press("j", "enter", "G")
        assert app.table.record is None


async def test_only_changed_lines_are_drawn_again() -> None:
    app = TableApp(records(5_000))
    async with app.run_test(size=(40, 12)) as pilot:
        await pilot.pause()
        app.drawn.clear()
        changed = records(5_000)
        changed[3] = ("k3", "changed")
        changed[4_000] = ("k4000", "changed out of sight")
        app.table.show_records(changed)
        await pilot.pause()
        assert set(app.drawn) == {4}


async def test_a_line_that_was_compared_is_not_drawn_again_to_be_shown() -> None:
    app, asked = TableApp(records(8)), list[str]()

    def text(record: Record, width: int) -> tuple[str, str]:
        if width < WIDE:  # as wide as that it is only measured
            asked.append(record[0])
        return record[1], "bad"

    async with app.run_test(size=(40, 12)) as pilot:
        app.table.show_columns([Column("key", lambda r, _: (r[0], ""), 6), Column("text", text, 8)])
        await pilot.pause()
        asked.clear()
        now = records(8)
        now[3] = ("k3", "other")
        app.table.show_records(now)
        await pilot.pause()
        assert asked == ["k3"]
        assert "other" in shown(app)


async def test_what_differs_twice_before_it_is_shown_is_shown_as_it_is_at_last() -> None:
    app = TableApp(records(8))
    async with app.run_test(size=(40, 12)) as pilot:
        await pilot.pause()
        first, second = records(8), records(8)
        first[3] = ("k3", "once")
        second[4] = ("k4", "twice")
        app.table.show_records(first)
        app.table.show_records(second)
        app.table.show_marks(["k5"])
        await pilot.pause()
        text = shown(app)
        assert "once" not in text and "text 3" in text and "twice" in text and "*k5" in text
        app.table.show_records(first)
        app.theme = "textual-light"
        await pilot.pause()
        strips = app.screen._compositor.render_strips(app.size)
        inks = {segment.style.bgcolor for strip in strips[2:8] for segment in strip if segment.style}
        assert len(inks) == 1, "a line that was drawn before the theme changed is not shown in it"


def shown(app: TableApp) -> str:
    strips = app.screen._compositor.render_strips(app.size)
    return "\n".join("".join(segment.text for segment in strip) for strip in strips)


async def test_moving_the_cursor_draws_two_lines() -> None:
    app = TableApp(records(50))
    async with app.run_test(size=(40, 12)) as pilot:
        await pilot.pause()
        app.drawn.clear()
        await pilot.press("j")
        await pilot.pause()
        assert set(app.drawn) == {1, 2}


@pytest.mark.parametrize(
    ("keys", "row"),
    [("j", 1), ("j j k", 1), ("k", 0), ("G", 99), ("G g", 0), ("ctrl+d", 5), ("ctrl+d ctrl+u", 0), ("pagedown", 11),
     ("pagedown pageup", 0), ("down down up", 1), ("end home", 0), ("ctrl+f ctrl+b", 0)],
)  # fmt: skip
async def test_the_keys_of_vim_move_the_cursor(keys: str, row: int) -> None:
    app = TableApp(records(100))
    async with app.run_test(size=(40, 12)) as pilot:
        await pilot.press(*keys.split())
        assert app.table.cursor_row == row
        top = app.table.scroll_offset.y
        assert top <= row < top + app.table.size.height - 1


async def test_a_click_moves_and_a_second_one_chooses() -> None:
    app = TableApp(records(100))
    async with app.run_test(size=(40, 12)) as pilot:
        chosen: list[str] = []
        app.table.action_choose = lambda: chosen.append("yes")  # type: ignore[method-assign]
        await pilot.press("G")
        await pilot.click(KeyedTable, offset=(5, 3))
        assert app.table.cursor_row == app.table.scroll_offset.y + 2
        await pilot.click(KeyedTable, offset=(5, 3))
        assert chosen == ["yes"]
        await pilot.click(KeyedTable, offset=(5, 0))
        assert chosen == ["yes"]


async def test_a_resize_keeps_the_cursor_in_view() -> None:
    app = TableApp(records(100))
    async with app.run_test(size=(40, 40)) as pilot:
        await pilot.press(*["j"] * 30)
        await pilot.resize_terminal(40, 8)
        await pilot.pause()
        assert any("▌" in line and "k30" in line for line in app.lines())


async def test_columns_fit_every_width_on_every_screen(session: FakeSession) -> None:
    app = CockpitApp(session)  # type: ignore[arg-type]
    async with app.run_test(size=(160, 50)) as pilot:
        for key in "123456789":
            await pilot.press(key)
            screen = app.screen
            assert isinstance(screen, CockpitScreen)
            for width in (*range(80, 170), 300):
                used = layout(screen.columns(), width)
                assert sum(size for _, size in used) + len(used) - 1 + 3 <= width, (screen.MODE, width)


async def test_100_000_rows_are_listed_without_drawing_them(session: FakeSession) -> None:
    calls = 0
    one = breaches()[3]
    many = tuple(dataclasses.replace(one, key=f"k{row}") for row in range(100_000))
    session.now = make_assessment(breaches=many)
    app = CockpitApp(session)  # type: ignore[arg-type]
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        table: KeyedTable[Any] = app.screen.query_one(KeyedTable)
        inner = table._paint_row

        def counted(*args: Any) -> Any:
            nonlocal calls
            calls += 1
            return inner(*args)

        table._paint_row = counted  # type: ignore[method-assign]
        await pilot.press("G")
        assert table.row_count == 100_000
        assert table.cursor_row == 99_999
        assert 0 < calls < 500


@pytest.mark.parametrize("width", [1, 10, 24, 30, 40, 60])
def test_columns_without_room_are_left_out_from_the_last_on(width: int) -> None:
    given = [Column(str(n), lambda n, _: (str(n), ""), 8) for n in range(6)]
    shown = layout(given, width)
    assert [column for column, _ in shown] == given[: len(shown)] and shown
    assert len(shown) == 1 or 3 + sum(size + 1 for _, size in shown) - 1 <= width


async def test_a_step_over_the_edge_shows_some_rows_more_and_a_page_a_page(session: FakeSession) -> None:
    breach = make_assessment().breaches[3]
    rows = tuple(dataclasses.replace(breach, key=f"k{n}") for n in range(200))
    session.now = make_assessment(breaches=rows)
    async with CockpitApp(session).run_test(size=(80, 24)) as pilot:  # type: ignore[arg-type]
        await ready(pilot)
        table = pilot.app.screen.query_one(KeyedTable)
        page = table.size.height - 1
        await pilot.press(*"j" * page)
        await settle(pilot)
        assert (table.cursor_row, table.scroll_offset.y) == (page, 1 + page // 3)
        await pilot.press("pagedown")
        assert table.cursor_row == 2 * page
        assert table.scroll_offset.y == page + 1, "the cursor came to the last line"
        await pilot.press("g")
        assert (table.cursor_row, table.scroll_offset.y) == (0, 0)


async def test_details_follow_a_cursor_that_rests(session: FakeSession, monkeypatch: pytest.MonkeyPatch) -> None:
    async with CockpitApp(session).run_test(size=(160, 50)) as pilot:  # type: ignore[arg-type]
        await ready(pilot)
        await settle(pilot)
        screen: Any = pilot.app.screen
        pane = screen.query_one("#detail", FactsPane)
        first = pane._facts
        monkeypatch.setattr(FactsPane, "REST", 1000.0)
        await pilot.press("j", "j")
        await settle(pilot)
        assert screen.table.cursor_row == 2 and pane._facts is first, "what the cursor passes is not drawn"
        await pilot.press("k", "k")
        await settle(pilot)
        assert pane._facts == first and pane._waits is None, "it is back where it was"
        monkeypatch.setattr(FactsPane, "REST", 0.01)
        await pilot.press("j")
        await until(pilot, lambda: pane._facts != first)
        assert pane._facts == screen.facts()
