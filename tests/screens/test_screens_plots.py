"""The readings of a KPI as a plot: what stands in it, by shape; and that no value breaks it."""

from __future__ import annotations

import dataclasses
from datetime import date
from math import inf, nan
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from screens_data import FakeSession, kpi, kpis, make_assessment, ready, settle

from cockpit.app import CockpitApp
from cockpit.records.assessment import KpiView
from cockpit.records.model import Direction
from cockpit.records.verdicts import Status
from cockpit.screens.kpis import KpisScreen
from cockpit.screens.plotting import HEIGHT, Chart
from cockpit.screens.words import number


def drawn(view: KpiView, width: int = 70) -> tuple[list[str], str]:
    """The lines of the plot itself, and its legend."""
    lines = Chart(view).content(width).plain.split("\n")
    return lines[:HEIGHT], " ".join(lines[HEIGHT:])


def marks(lines: list[str], mark: str) -> int:
    return sum(line.count(mark) for line in lines)


def mixed() -> KpiView:
    view = kpis()[1]
    readings = tuple((on, value, place % 2 == 0) for place, (on, value, _) in enumerate(view.readings))
    record = dataclasses.replace(view.record, tolerance=20.0)
    return dataclasses.replace(view, readings=readings, record=record)


def test_signed_and_unsigned_readings_target_tolerance_and_forecast_have_a_shape_each() -> None:
    lines, legend = drawn(mixed())
    assert (marks(lines, "●"), marks(lines, "○"), marks(lines, "◇")) == (3, 2, 1)
    assert any(line.count("━") > 40 for line in lines) and any(line.count("╌") > 40 for line in lines)
    assert legend.split("  ") == [
        "● 3 signed", "○ 2 unsigned", "━ target 95 %", "╌ tolerance 20 % ◇ forecast 91.5 % on 2025-12-31",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("more", "text", "narrow"),
    [
        ({}, "95 %", "95"),
        ({"direction": Direction.RANGE, "low": 99.9, "high": 100.0}, "99.9–100 %", "99.9–100"),
        ({"direction": Direction.RANGE, "low": None, "high": 20.0}, "…–20 %", "…–20"),
        ({"target": 250_000.0, "unit": "customers"}, "250,000 customers", "250,000"),
        ({"target": None}, "", ""),
    ],
)
def test_a_target_has_its_unit_wherever_it_has_room(more: dict[str, Any], text: str, narrow: str) -> None:
    view = dataclasses.replace(kpis()[1], record=dataclasses.replace(kpis()[1].record, **more))
    column = next(column for column in KpisScreen().columns() if column.title == "target")
    assert column.cell(view, 20)[0] == text
    assert column.cell(view, max(len(text) - 1, 1))[0] == narrow


def test_axes_say_the_target_and_the_days() -> None:
    lines, _ = drawn(mixed())
    target = next(line for line in lines if "━" in line)
    assert target.split("┤")[0].strip() == "95"
    assert lines[-1].split() == ["2025-01-31", "2025-05-31", "2025-12-31"]
    assert max(len(line) for line in lines) <= 70


def test_higher_values_stand_higher_and_later_ones_further_to_the_right() -> None:
    lines, _ = drawn(kpi("k", "T", "ines", [10.0, 20, 30], Status.ON_TRACK, forecast=None))
    places = [(row, line.index("●")) for row, line in enumerate(lines) if "●" in line]
    assert len(places) == 3
    assert [column for _, column in places] == sorted((column for _, column in places), reverse=True)


def test_of_a_range_both_ends_are_drawn_with_their_tolerance_outside() -> None:
    view = kpi("k", "T", "ines", [99.95, 99.97], Status.ON_TRACK, forecast=None)
    record = dataclasses.replace(view.record, direction=Direction.RANGE, low=99.9, high=100.0, tolerance=0.02)
    lines, legend = drawn(dataclasses.replace(view, record=record))
    rows = [row for row, line in enumerate(lines) if "━" in line]
    outside = [row for row, line in enumerate(lines) if "╌" in line]
    assert len(rows) == len(outside) == 2 and outside[0] < rows[0] < rows[1] < outside[1]
    assert "━ range 99.9–100 %" in legend


@pytest.mark.parametrize("values", [[], [nan], [inf, nan]])
def test_without_a_reading_it_says_so(values: list[float]) -> None:
    assert drawn(kpi("k", "T", "ines", values, Status.UNKNOWN))[0] == ["No reading to plot yet."]


def test_one_reading_is_one_mark() -> None:
    lines, legend = drawn(kpi("k", "T", "ines", [61.0], Status.UNKNOWN, signed=False))
    assert marks(lines, "○") == 1 and "○ 1 unsigned" in legend and "signed  " not in legend.replace("unsigned", "")


def test_a_forecast_far_away_does_not_press_the_readings_together() -> None:
    view = kpi("k", "T", "ines", [60.0, 62, 64], Status.ON_TRACK, forecast=-4e9)
    record = dataclasses.replace(view.record, target=66.0)
    lines, legend = drawn(dataclasses.replace(view, record=record))
    assert len([line for line in lines if "●" in line]) == 3 and "forecast -4,000,000,000" in legend
    record = dataclasses.replace(record, target_date=date(9999, 12, 31))
    lines, _ = drawn(dataclasses.replace(view, record=record))
    columns = [line.index("●") for line in lines if "●" in line]
    assert max(columns) - min(columns) > 30


def test_of_many_readings_the_latest_are_drawn_and_the_others_counted() -> None:
    view = kpi("k", "T", "ines", [float(each % 90) for each in range(600)], Status.ON_TRACK, forecast=None)
    _, legend = drawn(view)
    assert "● 500 signed" in legend and "of 600 readings" in legend


def test_the_largest_numbers_there_are_stand_apart() -> None:
    view = kpi("k", "T", "ines", [-1.7e308, 0.0, 1.7e308], Status.ON_TRACK, forecast=None)
    lines, _ = drawn(dataclasses.replace(view, record=dataclasses.replace(view.record, target=None)))
    assert [row for row, line in enumerate(lines) if "●" in line] == [0, 4, 9]


ODD = st.sampled_from(
    [0.0, -0.0, 1e308, -1e308, 1.7976931348623157e308, -1.7976931348623157e308, 5e-324, inf, -inf, nan]
)
VALUES = ODD | st.floats(-1e6, 1e6)
DAYS = st.sampled_from([date.min, date.max]) | st.dates(date(1950, 1, 1), date(2100, 1, 1))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_value_breaks_it_and_no_line_is_wider_than_there_is_room(data: st.DataObject) -> None:
    view = kpi("k", "T", "ines", [1.0], Status.ON_TRACK)
    maybe = st.none() | VALUES
    record = dataclasses.replace(
        view.record,
        direction=data.draw(st.sampled_from(list(Direction))),
        target=data.draw(maybe),
        low=data.draw(maybe),
        high=data.draw(maybe),
        tolerance=abs(data.draw(VALUES)),
        target_date=data.draw(st.none() | DAYS),
        unit="[red]x\x1b[31m",
    )
    days = sorted(data.draw(st.sets(DAYS, max_size=8)))
    readings = tuple((on, data.draw(VALUES), data.draw(st.booleans())) for on in days)
    width = data.draw(st.sampled_from([24, 55, 74, 250]))
    view = dataclasses.replace(view, record=record, readings=readings, forecast=data.draw(maybe))
    for line in Chart(view).content(width).plain.split("\n"):
        assert cell_len(line) <= width and line.isprintable()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (99.97, "99.97"),
        (93.4, "93.4"),
        (1234.4, "1,234"),
        (1e308, "1e+308"),
        (inf, "inf"),
        (nan, "nan"),
        (-0.5, "-0.5"),
    ],
)
def test_a_number_is_neither_rounded_to_its_target_nor_endless(value: float, text: str) -> None:
    assert number(value) == text


@pytest.mark.parametrize(("size", "keys"), [((160, 50), ("3",)), ((80, 24), ("3", "enter"))])
async def test_the_plot_stands_beside_the_list_and_in_the_detail(
    session: FakeSession, size: tuple[int, int], keys: tuple[str, ...]
) -> None:
    session.now = make_assessment(kpis=(mixed(), *kpis()[2:]))
    app: Any = CockpitApp(session)  # type: ignore[arg-type]
    async with app.run_test(size=size) as pilot:
        await ready(pilot)
        await pilot.press(*keys)
        await settle(pilot)
        strips = app.screen._compositor.render_strips(app.size)
        text = "\n".join("".join(segment.text for segment in strip) for strip in strips)
        assert "● 3 signed" in text and "━━━━━━━━" in text and text.count("○") >= 3
        if len(keys) == 1:
            await pilot.press("j")
            await settle(pilot)
            strips = app.screen._compositor.render_strips(app.size)
            assert "No reading to plot yet." in "".join(segment.text for strip in strips for segment in strip)
