"""Tolerances by level: what a project, an objective and the portfolio may miss, beside what is forecast.

Management by exception (PRINCE2): whoever owns a level is told when one of its tolerances is *forecast* to be exceeded,
and not before. A level without a tolerance of its own has none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial

from cockpit.basics.classes import dataclass
from cockpit.basics.figures import quantity
from cockpit.engine.facts import Facts
from cockpit.engine.status import Judgement
from cockpit.engine.tolerances.growth import Growth, growth
from cockpit.engine.tolerances.money import amount, cost_of
from cockpit.records.assessment import KpiView, ObjectiveView
from cockpit.records.measures import ToleranceView
from cockpit.records.model import Direction
from cockpit.records.snapshot import Tolerance

MEASURES = {"time": "time_days", "cost": "cost_percent", "scope": "scope_percent", "benefit": "benefit_percent"}
"""Each measure and the setting that limits it."""

Answer = tuple[float | None, bool, str]
"""The forecast, whether it is a lower bound, and how it came about."""


@dataclass(frozen=True)
class ToleranceLevels:
    """All levels of one portfolio on one day."""

    facts: Facts
    judgements: Mapping[str, Judgement]
    objectives: Sequence[ObjectiveView]
    kpis: Mapping[str, KpiView]

    def views(self) -> tuple[ToleranceView, ...]:
        """Every tolerance that somebody set: the portfolio's, then by objective, then by project."""
        return (*self._portfolio(), *self._objectives(), *self._projects())

    def _portfolio(self) -> Iterator[ToleranceView]:
        measured: Measured = {
            "time": self._latest,
            "cost": partial(self._cost, self.facts.projects),
            "scope": partial(self._scope, self.facts.projects),
            "benefit": self._benefits,
        }
        own = self.facts.policy.tolerance.portfolio
        yield from _views("portfolio", self.facts.snapshot.portfolio.id, own, measured)

    def _objectives(self) -> Iterator[ToleranceView]:
        wanted = self.facts.policy.tolerance.objectives
        for view in self.objectives:
            if own := wanted.get(view.record.id):
                measured: Measured = {
                    "time": partial(_late, view),
                    "cost": partial(self._cost, view.projects),
                    "scope": partial(self._scope, view.projects),
                    "benefit": partial(self._benefit, view),
                }
                yield from _views("objective", view.record.id, own, measured)

    def _projects(self) -> Iterator[ToleranceView]:
        for project, own in self.facts.policy.tolerance.projects.items():
            if project in self.facts.projects:
                measured: Measured = {
                    "time": partial(self._slip, project),
                    "cost": partial(self._cost, (project,)),
                    "scope": partial(self._scope, (project,)),
                }
                yield from _views("project", project, own, measured)

    # Time

    def _slip(self, project: str) -> Answer:
        judgement = self.judgements[project]
        if judgement.slip_days is None:
            return None, False, "it has no baseline or no computed finish"
        why = f"its finish is computed for {judgement.finish}, its baseline is {judgement.baseline}"
        return judgement.slip_days, judgement.at_least, why

    def _latest(self) -> Answer:
        """The portfolio is as late as its latest objective."""
        found = [(view.slip_days, view) for view in self.objectives if view.slip_days is not None]
        if not found:
            return None, False, "no objective has both a target date and a computed finish"
        slip, view = max(found, key=lambda pair: (pair[0], pair[1].record.id))
        return slip, view.at_least, f"{view.record.title}: {_late(view)[2]}"

    # Cost and scope

    def _cost(self, projects: Iterable[str]) -> Answer:
        cost = cost_of(self.facts.projects[p] for p in projects)
        if cost.percent is None:
            return None, False, "no project of it has both a budget and a cost"
        rest = f"; {cost.left_out} projects have no budget or no cost" if cost.left_out else ""
        return cost.percent, False, f"forecast cost {amount(cost.cost)}, budget {amount(cost.budget)}{rest}"

    def _scope(self, projects: Iterable[str]) -> Answer:
        parts = [self._growth[p] for p in projects if p in self._growth]
        total = Growth.of(parts)
        if total is None:
            return None, False, "it names no work"
        return total.percent, False, total.why(self.facts.snapshot.portfolio.effort_unit)

    @cached_property
    def _growth(self) -> Mapping[str, Growth]:
        return growth(self.facts)

    # Benefit

    def _benefit(self, view: ObjectiveView) -> Answer:
        """An objective falls as far short as its worst KPI."""
        found = [(short, self.kpis[k]) for k in view.kpis if (short := shortfall(self.kpis[k])) is not None]
        if not found:
            return None, False, "no KPI of it has a forecast from signed readings, and a baseline and target"
        short, kpi = max(found, key=lambda pair: (pair[0], pair[1].record.id))
        unit = f" {kpi.record.unit}" if kpi.record.unit else ""
        ahead = f"{kpi.record.title} leads to {quantity(kpi.forecast)}{unit} by {kpi.record.target_date}"
        return short, False, f"{ahead}, its target is {quantity(kpi.record.target)}{unit}"

    def _benefits(self) -> Answer:
        """The portfolio falls short by the mean of its objectives, each by its `weight` (1 where it has none)."""
        found = [(short, view.record) for view in self.objectives if (short := self._benefit(view)[0]) is not None]
        weights = [1.0 if record.weight is None else record.weight for _, record in found]
        if not found or sum(weights) <= 0:
            return None, False, "no objective has a benefit that can be forecast"
        mean = sum(max(short, 0.0) * w for (short, _), w in zip(found, weights, strict=True)) / sum(weights)
        return mean, False, f"the mean of {len(found):,} objectives by weight"


Measured = dict[str, Callable[[], Answer]]


def _views(level: str, name: str, own: Tolerance, measured: Measured) -> Iterator[ToleranceView]:
    for measure, ask in measured.items():
        allowed = getattr(own, MEASURES[measure])
        if allowed is not None:
            forecast, at_least, why = ask()
            yield ToleranceView(
                level=level,
                name=name,
                measure=measure,
                allowed=float(allowed),
                forecast=forecast,
                at_least=at_least,
                why=why,
            )


def _late(view: ObjectiveView) -> Answer:
    if view.slip_days is None:
        return None, False, "it has no target date or no computed finish"
    why = f"its finish is computed for {view.finish}, its target date is {view.record.target_date}"
    return view.slip_days, view.at_least, why


def shortfall(view: KpiView) -> float | None:
    """By how many percent of the way from baseline to target the forecast of a KPI falls short; negative beyond it.

    None without a forecast, of a range, and where there is no way to go.
    """
    kpi, ahead = view.record, view.forecast
    if ahead is None or kpi.direction is Direction.RANGE or kpi.baseline is None or kpi.target is None:
        return None
    way = kpi.target - kpi.baseline
    return None if way == 0 else 100 * (kpi.target - ahead) / way
