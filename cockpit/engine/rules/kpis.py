"""KPIs: whoever is responsible for a number signs it."""

from __future__ import annotations

from collections.abc import Iterable

from cockpit.basics.figures import quantity
from cockpit.engine.case import Case
from cockpit.engine.rules.base import Family, breach
from cockpit.records.assessment import Breach, KpiView
from cockpit.records.verdicts import Basis, Severity, Status

RULES = Family("kpis")


def _raise(case: Case, code: str, view: KpiView, title: str, clears: str, basis: Basis, severity: Severity) -> Breach:
    facts, kpi = case.facts, view.record
    objective = facts.objectives.get(kpi.objective)
    return breach(
        case, code, f"kpi:{kpi.id}", title, clears, severity=severity, basis=basis,
        owner=facts.first_person(kpi.owner, objective.owner if objective else "", facts.steward),
        objective=kpi.objective if objective else "", reasons=view.reasons,
    )  # fmt: skip


@RULES.rule("KPI-UNSIGNED", tolerance="none", clears="its owner signs the latest reading")
def unsigned(case: Case) -> Iterable[Breach]:
    """Is the latest reading of a KPI without its owner's signature, or is there none at all?"""
    for view in case.kpis.values():
        if not view.signed:
            unsigned = f"{quantity(view.value)} of {view.value_on} is not signed"
            what = unsigned if view.value is not None else "no reading at all"
            title = f"{view.record.title}: {what}"
            clears = f"{view.owner_name or 'an owner, who must be named,'} signs a reading of it"
            yield _raise(case, "KPI-UNSIGNED", view, title, clears, Basis.UNPROVEN, Severity.MINOR)


@RULES.rule("KPI-STALE", tolerance="the KPI's cadence_days", clears="its owner signs a reading within its cadence")
def stale(case: Case) -> Iterable[Breach]:
    """Is the latest reading of a KPI older than its cadence?"""
    for view in case.kpis.values():
        if view.stale:
            title = f"{view.record.title}: last read on {view.value_on}"
            clears = f"{view.owner_name or 'its owner'} signs a reading of today"
            yield _raise(case, "KPI-STALE", view, title, clears, Basis.UNPROVEN, Severity.MINOR)


@RULES.rule("KPI-CONTRADICTED", tolerance="none", clears="the sources agree, or the dispute is settled")
def contradicted(case: Case) -> Iterable[Breach]:
    """Do two sources give one KPI two values for one day, or does a lead dispute it?"""
    for view in case.kpis.values():
        if view.contradicted:
            title = f"{view.record.title}: contradicted on {view.value_on}"
            clears = "its sources give one value, which its owner signs"
            yield _raise(case, "KPI-CONTRADICTED", view, title, clears, Basis.EVIDENCE, Severity.MAJOR)


@RULES.rule("KPI-OFF", tolerance="the KPI's tolerance", clears="its signed readings lead to the target again")
def off(case: Case) -> Iterable[Breach]:
    """Do the signed readings of a KPI miss its target, or lead past it?"""
    for view in case.kpis.values():
        if view.status in (Status.AT_RISK, Status.OFF_TRACK):
            word = "misses" if view.status is Status.OFF_TRACK else "will miss"
            title = f"{view.record.title}: {word} its target"
            clears = "its signed readings lead to the target, within tolerance"
            severity = Severity.MAJOR
            yield _raise(case, "KPI-OFF", view, title, clears, Basis.EVIDENCE, severity)
