"""A past day in short: when everything was computed to finish, and whether the evidence said worse than the report.

It takes the passes over the network and the statuses of that day, but neither rules nor what each blocker costs.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from cockpit.basics.classes import dataclass
from cockpit.engine import kernel
from cockpit.engine.case import Case
from cockpit.engine.facts import Facts
from cockpit.engine.portfolio import day_of
from cockpit.engine.precision.latency import is_worse
from cockpit.engine.rollup import latest_reports
from cockpit.records.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Glimpse:
    """One past day."""

    today: date
    finishes: Mapping[str, date]
    """Unfinished work item, or `<project>:finish` → its computed finish, holds in force."""
    worse: Mapping[str, bool]
    """Project → whether the evidence said worse than its report did."""


def glimpse(snapshot: Snapshot, today: date) -> Glimpse:
    """What was true at the end of `today`, of what `snapshot` knows."""
    return glimpse_of(Case(Facts(snapshot, today)))


def glimpse_of(case: Case) -> Glimpse:
    """What is true by a case."""
    network, held = case.woven.network, case.blockage.held
    open_ = (n for n in range(len(network.ids)) if network.progress[n] != kernel.DONE)
    reports = latest_reports(case.facts)
    worse = {
        project: is_worse(judgement.status, judgement.basis, str(report.rag or ""))
        for project, judgement in case.judgements.items()
        if (report := reports.get(project)) is not None
    }
    return Glimpse(case.facts.today, {network.ids[n]: day_of(held.finish[n]) for n in open_}, worse)


def unheld(snapshot: Snapshot, today: date) -> dict[str, date]:
    """Project → its computed finish without any hold, of those that can be computed."""
    woven = Case(Facts(snapshot, today)).woven
    nodes = {p: node for p in woven.facts.projects if (node := woven.finish_node(p)) is not None}
    return {project: day_of(woven.base.finish[node]) for project, node in nodes.items()}
