"""A KPI over time as a plot in characters: readings, signed or not, the target with its tolerance, and the forecast.

Every mark has a shape of its own. plotext is given small numbers and nothing else: no text of anybody's, no value that
could run over; it is loaded when the first plot is drawn.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from itertools import groupby
from math import isfinite
from typing import TYPE_CHECKING, Any

from textual.content import Content

from cockpit.basics.classes import dataclass
from cockpit.records.model import Direction
from cockpit.screens.words import STYLES, Cell, count, day, number

if TYPE_CHECKING:
    from cockpit.records.assessment import KpiView

HEIGHT = 12
"""Lines of the plot with its axes."""
MOST = 500
"""Readings that are drawn, the latest."""
AHEAD = 2.0
"""A forecast is drawn where its day lies ahead no further than so many times the days that were read."""
A_YEAR = 366
"""Days ahead that are always drawn."""
SIGNED, UNSIGNED, TARGET, TOLERANCE, FORECAST, LINE, AHEAD_LINE = "●", "○", "━", "╌", "◇", "·", "∙"
_TONES = {SIGNED: "good", UNSIGNED: "warn", TARGET: "head", FORECAST: "accent", AHEAD_LINE: "accent"}
_ESCAPES = re.compile("\x1b\\[[0-9;]*m")

Point = tuple[int, float]
"""Day as an ordinal, value."""


@dataclass(frozen=True, slots=True)
class Chart:
    """The plot of one KPI, drawn for whatever width there is."""

    view: KpiView

    def content(self, width: int) -> Content:
        """Return the plot and what its marks mean; a sentence where there is nothing to plot."""
        readings = [(on, value, signed) for on, value, signed in self.view.readings if isfinite(value)][-MOST:]
        if not readings:
            return Content.styled("No reading to plot yet.", STYLES["muted"])
        lines = _plotted(self.view, readings, width)
        legend = _legend(self.view, readings)
        return Content("\n").join([*map(_coloured, lines), *_folded(legend, width)])


def load() -> None:
    """Load what draws; called in a thread, so that the first plot does not wait for it."""
    import textual_plotext

    assert textual_plotext


@dataclass(frozen=True, slots=True)
class _Plane:
    """What a plot shows: the days from `first` to `last`, and the values from `low` to `high`."""

    first: int
    last: int
    low: float
    high: float

    @property
    def days(self) -> int:
        """How many days it is wide."""
        return max(self.last - self.first, 1)

    def height(self, value: float) -> float:
        """Where a value stands, from 0 to 1."""
        # The span of the largest numbers is no number, and half of the smallest is none.
        half = 1.0 if isfinite(self.high - self.low) else 0.5
        return (value * half - self.low * half) / (self.high * half - self.low * half)

    def draw(self, plot: Any, marker: str, drawn: Iterable[Point], *, line: bool = True) -> None:
        """Draw points, as far as they are in it."""
        shown = [(x - self.first, self.height(y)) for x, y in drawn if self.low <= y <= self.high]
        if shown:
            (plot.plot if line else plot.scatter)([x for x, _ in shown], [y for _, y in shown], marker=marker)

    def name_axes(self, plot: Any, values: Sequence[float], days: Sequence[int], width: int) -> None:
        """Name values and days on the axes, the first ones before others that would stand too close."""
        ticks = _apart([*values, self.low, self.high], self.height, 1 / (HEIGHT - 2))
        plot.yticks([self.height(value) for value in ticks], [number(value) for value in ticks])
        named = _apart(days, lambda x: (x - self.first) / self.days, 14 / max(width - 10, 1))
        plot.xticks([x - self.first for x in named], [day(date.fromordinal(int(x))) for x in named])


def _plotted(view: KpiView, readings: Sequence[tuple[date, float, bool]], width: int) -> list[str]:
    """The plot as lines of text."""
    points = [(on.toordinal(), value) for on, value, _ in readings]
    ahead = _ahead(view, points)
    targets = [value for value in _targets(view) if isfinite(value)]
    edges = _edges(view, targets)
    bounds = _bounds([*(value for _, value in points), *targets], [*edges, *([ahead[1]] if ahead else [])])
    plane = _Plane(points[0][0], max(points[-1][0], ahead[0] if ahead else 0), *bounds)
    plot = _empty(plane, width)
    for marker, values in ((TOLERANCE, edges), (TARGET, targets)):
        for value in values:
            plane.draw(plot, marker, [(plane.first, value), (plane.last, value)])
    plane.draw(plot, LINE, points)
    if ahead is not None:
        plane.draw(plot, AHEAD_LINE, [points[-1], ahead])
        plane.draw(plot, FORECAST, [ahead], line=False)
    for marker, kind in ((SIGNED, True), (UNSIGNED, False)):
        drawn = [(on.toordinal(), value) for on, value, signed in readings if signed is kind]
        plane.draw(plot, marker, drawn, line=False)
    plane.name_axes(plot, targets, [plane.first, plane.last, points[-1][0]], width)
    return _ESCAPES.sub("", plot.build()).splitlines()


def _empty(plane: _Plane, width: int) -> Any:
    """A plot on which nothing is drawn yet."""
    from textual_plotext import Plot

    plot: Any = Plot()
    plot.theme("clear")
    plot.plotsize(width, HEIGHT)
    plot._set_size(width, HEIGHT)  # else it is as small as the terminal that Python was started in
    plot.xaxes(True, False)
    plot.yaxes(True, False)
    plot.xlim(0, plane.days)
    plot.ylim(0, 1)
    return plot


def _targets(view: KpiView) -> tuple[float, ...]:
    """What has to be reached: the target, or both ends of a range."""
    record = view.record
    wanted = (record.low, record.high) if record.direction is Direction.RANGE else (record.target,)
    return tuple(value for value in wanted if value is not None)


def _edges(view: KpiView, targets: Sequence[float]) -> list[float]:
    """Where the tolerance ends, on the side on which it counts."""
    record = view.record
    if not record.tolerance:
        return []
    if record.direction is Direction.RANGE:
        ends = ((record.low, -record.tolerance), (record.high, record.tolerance))
        return [value + more for value, more in ends if value is not None]
    sign = -1 if record.direction is Direction.HIGHER else 1
    return [value + sign * record.tolerance for value in targets]


def _ahead(view: KpiView, points: Sequence[Point]) -> Point | None:
    """The forecast as a point; None where there is none, or where it lies too far ahead to be drawn."""
    target, last = view.record.target_date, points[-1][0]
    if view.forecast is None or target is None or not isfinite(view.forecast):
        return None
    far = target.toordinal() - last
    return (target.toordinal(), view.forecast) if 0 < far <= max(AHEAD * (last - points[0][0]), A_YEAR) else None


def _bounds(known: Sequence[float], others: Sequence[float]) -> tuple[float, float]:
    """The lowest and the highest value that the plot shows, never the same: of all that is known, and of others that
    do not press that together."""
    low, high = min(known), max(known)
    near = [value for value in others if low - (high - low) <= value <= high + (high - low)]
    low, high = min(low, *near, high), max(high, *near, low)
    return (low, high) if low < high else (low - (abs(low) / 10 or 1.0), high + (abs(high) / 10 or 1.0))


def _apart(wanted: Sequence[float], place: Callable[[float], float], least: float) -> list[float]:
    """Those values that stand at least so far from the ones before them."""
    kept: list[float] = []
    for value in wanted:
        if all(abs(place(value) - place(other)) >= least for other in kept):
            kept.append(value)
    return kept


def _coloured(line: str) -> Content:
    runs = groupby(line, _TONES.get)
    return Content("").join(Content.styled("".join(run), STYLES[tone or "muted"]) for tone, run in runs)


def _legend(view: KpiView, readings: Sequence[tuple[date, float, bool]]) -> list[Cell]:
    """What the marks mean that are there."""
    record, unit = view.record, view.record.unit
    signed = sum(each for _, _, each in readings)
    told = [
        (f"{SIGNED} {signed:,} signed", "good") if signed else None,
        (f"{UNSIGNED} {len(readings) - signed:,} unsigned", "warn") if signed < len(readings) else None,
    ]
    targets = _targets(view)
    if targets:
        what = "range" if record.direction is Direction.RANGE else "target"
        told.append((f"{TARGET} {what} {'–'.join(map(number, targets))} {number(0, unit)[2:]}".rstrip(), "head"))
        tolerance = f"{TOLERANCE} tolerance {number(record.tolerance, unit)}"
        told.append((tolerance, "muted") if record.tolerance else None)
    if view.forecast is not None:
        told.append((f"{FORECAST} forecast {number(view.forecast, unit)} on {day(record.target_date)}", "accent"))
    if len(view.readings) > len(readings):
        told.append((f"of {count(len(view.readings), 'reading')}", "muted"))
    return [cell for cell in told if cell is not None]


def _folded(cells: Sequence[Cell], width: int) -> list[Content]:
    """The cells side by side, in as many lines as they take."""
    lines: list[list[Content]] = [[]]
    room = width
    for text, tone in cells:
        if lines[-1] and len(text) > room:
            lines.append([])
            room = width
        lines[-1].append(Content.styled(text, STYLES[tone]))
        room -= len(text) + 2
    return [Content("  ").join(line).truncate(width, ellipsis=True) for line in lines]
