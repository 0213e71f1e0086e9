"""KPIs: whose number is it, and is it signed?"""

from __future__ import annotations

from collections.abc import Sequence

from cockpit.records.assessment import Assessment, KpiView
from cockpit.records.verdicts import SEVERITY_ORDER, Status
from cockpit.screens import plotting
from cockpit.screens.base import CockpitScreen
from cockpit.screens.table import Column
from cockpit.screens.why import Facts
from cockpit.screens.why_outcome import kpi_facts, target_of
from cockpit.screens.words import STATUS, Cell, day, number, percent, sparkline


class KpisScreen(CockpitScreen[KpiView]):
    """Every KPI: status, owner, latest value and whether it counts, attainment, forecast, readings."""

    MODE = "kpis"
    NARROWED_BY = ("owner", "objective")
    CSS_PATH = "kpis.tcss"
    EMPTY = "No KPIs: list them in a kpis table (id, objective, title, owner) and their readings in readings."

    def columns(self) -> Sequence[Column[KpiView]]:
        """Name the columns."""
        return (
            Column("", lambda k, _: (STATUS[k.status][0][:1], STATUS[k.status][1]), 1, most=95, by=_worst),
            Column("status", lambda k, _: STATUS[k.status], 11, least=96, by=_worst),
            Column("KPI", lambda k, _: (k.record.title, ""), 12, grow=2),
            Column("objective", lambda k, _: (self.name_of(k.record.objective), "muted"), 14, grow=1, least=125),
            Column("owner", lambda k, _: _owner(k), 12, grow=1),
            Column("value", lambda k, w: (_value(k, w), ""), 9, grow=1, right=True, by=lambda k: k.value),
            Column("on", lambda k, _: (day(k.value_on), "muted"), 10, least=110),
            Column("counts?", lambda k, _: _counts(k), 12),
            Column("target", lambda k, w: (_target(k, w), "muted"), 11, grow=1, right=True, least=96, by=_wanted),
            Column("done", lambda k, _: (percent(k.attainment), ""), 5, right=True, by=lambda k: k.attainment),
            Column("forecast", lambda k, _: _forecast(k), 22, least=140, by=lambda k: k.forecast),
            Column(
                "readings",
                lambda k, w: (sparkline([value for _, value, _ in k.readings], w), "accent"),
                8,
                searched=False,
            ),
        )

    def rows(self, assessment: Assessment) -> Sequence[KpiView]:
        """List the KPIs."""
        return assessment.kpis

    def make_ready(self, assessment: Assessment) -> None:
        """List the KPIs, and load what draws their plots."""
        super().make_ready(assessment)
        plotting.load()

    def key(self, record: KpiView) -> str:
        """Know a KPI by its id."""
        return record.record.id

    def owners(self, record: KpiView) -> tuple[str, ...]:
        """Find a KPI by its owner and leads."""
        leads = (*record.record.leads, *(self.name_of(lead) for lead in record.record.leads))
        return (record.record.owner, record.owner_name, *leads)

    def objectives(self, record: KpiView) -> tuple[str, ...]:
        """Find a KPI by the objective that it measures."""
        return (record.record.objective, self.name_of(record.record.objective))

    def row_facts(self, record: KpiView, assessment: Assessment) -> Facts:
        """Say why."""
        return kpi_facts(record, assessment)


def _worst(view: KpiView) -> int:
    return SEVERITY_ORDER.index(view.status)


def _owner(view: KpiView) -> Cell:
    name = view.owner_name or view.record.owner
    return (name, "") if name else ("nobody", "warn")


def _value(view: KpiView, width: int) -> str:
    text = number(view.value, view.record.unit)
    return text if len(text) <= width else number(view.value)


def _counts(view: KpiView) -> Cell:
    if view.value is None:
        return "no reading", "warn"
    if view.contradicted:
        return "contradicted", "bad"
    if not view.signed:
        return "unsigned", "warn"
    return ("stale", "warn") if view.stale else ("signed", "good")


def _target(view: KpiView, width: int) -> str:
    text = target_of(view.record, view.record.unit)
    return text if len(text) <= width else target_of(view.record)


def _wanted(view: KpiView) -> float | None:
    record = view.record
    return next((value for value in (record.low, record.high, record.target) if value is not None), None)


def _forecast(view: KpiView) -> Cell:
    if view.forecast is None or view.forecast_status is Status.UNKNOWN:
        return "too few readings", "muted"
    text, tone = STATUS[view.forecast_status]
    return f"{number(view.forecast, view.record.unit)} {text}", tone
