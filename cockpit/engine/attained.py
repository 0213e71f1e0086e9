"""How far an objective had come on each day on which one of its KPIs was read, by the readings that count."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from cockpit.engine.kpis import attainment
from cockpit.records.assessment import KpiView


def attained(views: Iterable[KpiView]) -> tuple[tuple[date, float], ...]:
    """The lowest attainment of these KPIs as it was known on each day on which one was read, earliest first.

    An objective has come as far as the KPI that is the furthest behind, as its outcome is that of the worst. Only what
    its owner signed counts; a KPI without a way from baseline to target (a range) has no attainment.
    """
    steps = sorted(
        (on, view.record.id, share)
        for view in views
        for on, value, signed in view.readings
        if signed and (share := attainment(view.record, value)) is not None
    )
    latest: dict[str, float] = {}
    found: dict[date, float] = {}
    for on, kpi, share in steps:
        latest[kpi] = share
        found[on] = min(latest.values())
    return tuple(found.items())
