"""Critical path as bars of characters, and what is nearly critical folded beneath."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from screens_data import TODAY, FakeSession, chains, day, make_assessment, objectives, ready, settle, step
from textual.pilot import Pilot

from cockpit.app import CockpitApp
from cockpit.records.assessment import Assessment
from cockpit.records.nearly import NearChain
from cockpit.screens.chainrows import Kind, path_rows
from cockpit.screens.gantt import Scale, axis, bar
from cockpit.screens.table import KeyedTable
from cockpit.screens.why_path import chain_facts

HUNDRED = Scale(date(2025, 6, 20), date(2025, 9, 27), TODAY, date(2025, 8, 9))
"""Ten days of the past and ninety to come: at a width of 100 a cell for each day, today in the tenth, the target in the
fiftieth."""


def app_of(session: FakeSession) -> CockpitApp:
    return CockpitApp(session)  # type: ignore[arg-type]


def table_of(pilot: Pilot[None]) -> KeyedTable[Any]:
    return pilot.app.screen.query_one(KeyedTable)


def lines(pilot: Pilot[None]) -> list[str]:
    table = table_of(pilot)
    return [table.render_line(y).text.rstrip() for y in range(table.size.height)]


def runs(text: str) -> list[tuple[str, int, int]]:
    """Each character with the cells from and to which it stands, blanks left out."""
    found: list[tuple[str, int, int]] = []
    for place, char in enumerate(text):
        if found and found[-1][0] == char and found[-1][2] == place - 1:
            found[-1] = (char, found[-1][1], place)
        elif char != " ":
            found.append((char, place, place))
    return found


# Bars


def test_what_is_to_come_stands_on_its_days_with_today_and_the_target_beside_it() -> None:
    one = step("a", "A", day(7, 10), day(7, 19))
    assert runs(bar(one, HUNDRED, 100)) == [("│", 10, 10), ("█", 20, 29), ("┊", 50, 50)]


def test_what_is_over_of_it_is_drawn_apart() -> None:
    one = step("a", "A", day(6, 25), day(7, 4))
    assert runs(bar(one, HUNDRED, 100)) == [("═", 5, 9), ("█", 10, 14), ("┊", 50, 50)]
    done = dataclasses.replace(one, done=True, finish=day(6, 28))
    assert runs(bar(done, HUNDRED, 100)) == [("═", 5, 8), ("│", 10, 10), ("┊", 50, 50)]


def test_a_hold_is_drawn_from_when_nothing_else_holds_it_until_its_day() -> None:
    """What comes before it is over on 5 July; it may begin after the 20th, and begins on the 21st."""
    one = step("a", "A", day(7, 21), day(7, 30), bound=day(7, 20))
    found = runs(bar(one, HUNDRED, 100, day(7, 5)))
    assert found == [("│", 10, 10), ("╌", 15, 29), ("┤", 30, 30), ("█", 31, 40), ("┊", 50, 50)]


def test_work_under_way_that_is_held_waits_from_today() -> None:
    one = step("a", "A", day(6, 25), day(7, 30), bound=day(7, 20))
    found = runs(bar(one, HUNDRED, 100))
    assert found == [("═", 5, 9), ("╌", 10, 29), ("┤", 30, 30), ("█", 31, 40), ("┊", 50, 50)]


def test_a_bound_that_is_over_holds_nothing() -> None:
    one = step("a", "A", day(7, 10), day(7, 19), bound=day(6, 20))
    assert "╌" not in bar(one, HUNDRED, 100) and "┤" not in bar(one, HUNDRED, 100)


def test_a_milestone_is_a_point() -> None:
    assert runs(bar(step("a", "A", day(7, 10), day(7, 10)), HUNDRED, 100))[1] == ("◆", 20, 20)
    reached = dataclasses.replace(step("a", "A", day(6, 25), day(6, 25)), done=True)
    assert runs(bar(reached, HUNDRED, 100))[0] == ("◆", 5, 5)


@given(
    *[st.dates(date(2020, 1, 1), date(2030, 1, 1))] * 4,
    st.none() | st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    st.none() | st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    st.integers(1, 200),
    st.booleans(),
)
def test_whatever_the_days_a_bar_is_as_wide_as_it_may_be_and_shows_its_work(
    one: date, other: date, start: date, today: date, bound: date | None, target: date | None, width: int, done: bool
) -> None:
    scale = Scale.of(start, max(one, other), today, target)
    assert scale.first <= today <= scale.last
    work = dataclasses.replace(step("a", "A", min(one, other), max(one, other), bound=bound), done=done)
    text = bar(work, scale, width, start)
    assert len(text) == width and not set(text) - set(" ═█╌┤◆│┊")
    assert set(text) & set("═█◆")
    assert len(axis(scale, width)) == width


def test_the_months_stand_where_they_begin_and_years_at_januaries() -> None:
    year = Scale(date(2025, 7, 1), date(2026, 6, 30), date(2025, 8, 16), None)
    text = axis(year, 120)
    for name, begins in (("Oct", date(2025, 10, 1)), ("2026", date(2026, 1, 1)), ("Apr", date(2026, 4, 1))):
        assert text.index(name) == year.at(begins, 120)
    assert "2026" in axis(year, 33) and len(axis(year, 33).split()) <= 6, "no label runs into the next"


def test_of_the_past_at_most_a_third_is_drawn() -> None:
    scale = Scale.of(date(2020, 1, 1), TODAY + timedelta(200), TODAY, None)
    assert (TODAY - scale.first).days == 100
    assert Scale.of(date(2020, 1, 1), date(2020, 3, 1), TODAY, None).first == date(2020, 1, 1)


# The screen


def near() -> tuple[NearChain, ...]:
    first = (step("LED-9", "Ledger mapping", day(8, 4), day(9, 5), total_float_days=1.5),)
    second = (
        step("LED-11", "Extracts", day(8, 4), day(8, 29), total_float_days=3.0),
        step("LED-12", "Reconciliation", day(9, 1), day(10, 3), total_float_days=3.0),
    )
    return (
        NearChain(steps=first, float_days=1.5, into="End-to-end rehearsal"),
        NearChain(steps=second, float_days=3.0),
    )


def folded(**more: Any) -> Assessment:
    cloud, account = chains()
    cloud = dataclasses.replace(cloud, near_critical=("LED-9", "LED-11", "LED-12"), near_float_days=1.5)
    return make_assessment(chains=(cloud, account), near={"O1": near()}, **more)


@pytest.mark.parametrize("size", [(80, 24), (160, 50), (300, 80)])
async def test_at_any_size_each_step_has_its_bar_and_its_finish(session: FakeSession, size: tuple[int, int]) -> None:
    async with app_of(session).run_test(size=size) as pilot:
        await ready(pilot)
        await pilot.press("4")
        await settle(pilot)
        shown = lines(pilot)
        build = next(line for line in shown if "Adapter build" in line and "held" not in line and "2025" in line)
        assert "2025-10-03" in build and "█" in build and "│" in build
        assert "█" in shown[0] and "today" in shown[0], "the heading says what the characters mean"
        assert any("Oct" in line for line in shown), "the days stand over the bars"


@pytest.mark.parametrize("key", ["enter", "space"])
async def test_what_is_nearly_critical_unfolds_and_folds(session: FakeSession, key: str) -> None:
    session.now = folded()
    async with app_of(session).run_test(size=(80, 50)) as pilot:
        await ready(pilot)
        await pilot.press("4")
        await settle(pilot)
        assert "▸ 3 items nearly critical, least float 1.5d · enter or space unfolds" in "\n".join(lines(pilot))
        table_of(pilot).point_at("O1|near")
        await pilot.press(key)
        await settle(pilot)
        shown = "\n".join(lines(pilot))
        assert "▾ 3 items nearly critical in 2 chains, least float 1.5d · enter folds" in shown
        assert "1.5d float, joins “End-to-end rehearsal”" in shown
        assert all(title in shown for title in ("Ledger mapping", "Extracts", "Reconciliation"))
        await pilot.press(key)
        await settle(pilot)
        assert "Ledger mapping" not in "\n".join(lines(pilot))
        assert table_of(pilot).record.key == "O1|near", "the cursor stays"


async def test_what_is_unfolded_follows_the_evidence_and_stays_unfolded_elsewhere(session: FakeSession) -> None:
    session.now = folded()
    async with app_of(session).run_test(size=(80, 50)) as pilot:
        await ready(pilot)
        await pilot.press("4")
        await settle(pilot)
        await pilot.press("space")
        await settle(pilot)
        changed = (dataclasses.replace(near()[0], into="Go-live"),)
        session.publish(dataclasses.replace(folded(), title="Again", near={"O1": changed}))
        await settle(pilot)
        assert "joins “Go-live”" in "\n".join(lines(pilot)) and "Extracts" not in "\n".join(lines(pilot))
        await pilot.press("1", "4")
        await settle(pilot)
        assert "joins “Go-live”" in "\n".join(lines(pilot))


async def test_a_chain_without_any_says_so(session: FakeSession) -> None:
    session.now = make_assessment(chains=chains()[1:])
    async with app_of(session).run_test(size=(80, 24), notifications=True) as pilot:
        await ready(pilot)
        await pilot.press("4", "space")
        await settle(pilot)
        assert "Nothing is nearly critical" in "".join(note.message for note in pilot.app._notifications)


def test_a_line_is_made_when_it_is_looked_at_and_then_is_the_same() -> None:
    chain = chains()[0]
    steps = tuple(dataclasses.replace(chain.steps[2], item=f"I-{n}") for n in range(1000))
    rows = path_rows(make_assessment(chains=(dataclasses.replace(chain, steps=steps), chains()[1])))
    assert len(rows._made) == 0
    assert rows[500] is rows[500] and len(rows._made) == 1
    kinds = [row.kind for row in rows]
    assert kinds.count(Kind.STEP) == 1002 and kinds.count(Kind.HELD) == 1000, "its blocker beneath each step"
    assert rows[-1].step is not None and rows[-1].step.item == "ONB-9"
    assert rows[len(rows) - 3 :] == list(rows)[-3:]
    with pytest.raises(IndexError):
        rows[len(rows)]
    assert len({row.key for row in rows}) == len(rows)


@pytest.mark.parametrize("floor", [False, True])
async def test_a_finish_is_said_as_objectives_say_it(session: FakeSession, floor: bool) -> None:
    """Where it rests on an assumed hold it is a lower bound, and so is how late it is."""
    cloud, account = objectives()
    session.now = make_assessment(objectives=(dataclasses.replace(cloud, at_least=floor), account))
    mark = "≥" if floor else ""
    async with app_of(session).run_test(size=(120, 40)) as pilot:
        await ready(pilot)
        await pilot.press("2")
        await settle(pilot)
        cells = [column.cell(session.now.objectives[0], 20)[0] for column in pilot.app.screen.columns()]  # type: ignore[attr-defined]
        assert f"{mark}2025-12-18" in cells and f"{mark}171d" in cells
        await pilot.press("4")
        await settle(pilot)
        assert f"finish {mark}2025-12-18, {mark}171 days late" in lines(pilot)[1]
        facts = pilot.app.screen.facts()  # type: ignore[attr-defined]
        assert f"Finish: {mark}2025-12-18, {mark}171 days after its target" in facts.text


def test_a_lower_bound_before_the_target_says_that_it_may_come_nearer() -> None:
    cloud, account = objectives()
    early = dataclasses.replace(chains()[0], target=day(12, 28))
    whole = make_assessment(objectives=(cloud, account), chains=(early, *chains()[1:]))
    assert "≥2025-12-18, at most 10 days before its target" in chain_facts(early, whole).text


def test_the_screen_looks_as_it_did(snap_compare: Callable[..., bool], tmp_path: Path) -> None:
    """80 × 24, with what is nearly critical unfolded in view."""

    async def before(pilot: Pilot[None]) -> None:
        await ready(pilot)
        await pilot.press("4", "space")
        await settle(pilot)
        await pilot.press(*"j" * 18)
        await settle(pilot)

    app = app_of(FakeSession(tmp_path, folded()))
    assert snap_compare(app, terminal_size=(80, 24), run_before=before)
