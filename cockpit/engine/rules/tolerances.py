"""Management by exception: tolerances of a level that are forecast to be exceeded, told to whoever owns that level."""

from __future__ import annotations

from collections.abc import Iterable

from cockpit.engine.case import Case
from cockpit.engine.rules.base import Family, breach
from cockpit.engine.statements import policies
from cockpit.records.assessment import Breach, Reason
from cockpit.records.measures import ToleranceView
from cockpit.records.model import Origin
from cockpit.records.verdicts import Basis, Severity

RULES = Family("tolerances")

_WORDS = {"time": "later than allowed", "cost": "dearer than allowed", "scope": "grown", "benefit": "short of benefit"}


@RULES.rule("TOLERANCE-TIME", tolerance="policy.tolerance: time_days", clears="the forecast is back within tolerance")
def time(case: Case) -> Iterable[Breach]:
    """Is an objective, or the portfolio, computed to finish later than its own tolerance allows?"""
    return _exceeded(case, "time", ("portfolio", "objective"))


@RULES.rule(
    "TOLERANCE-COST", tolerance="policy.tolerance: cost_percent", clears="the forecast is back within tolerance"
)
def cost(case: Case) -> Iterable[Breach]:
    """Is an objective, or the portfolio, forecast to cost more than its own tolerance allows?"""
    return _exceeded(case, "cost", ("portfolio", "objective"))


@RULES.rule("TOLERANCE-SCOPE", tolerance="policy.tolerance: scope_percent", clears="the work is back within tolerance")
def scope(case: Case) -> Iterable[Breach]:
    """Has the work of a project, an objective or the portfolio grown by more than its own tolerance?"""
    return _exceeded(case, "scope", ("portfolio", "objective", "project"))


@RULES.rule(
    "TOLERANCE-BENEFIT",
    tolerance="policy.tolerance: benefit_percent",
    clears="signed readings lead to the target again",
)
def benefit(case: Case) -> Iterable[Breach]:
    """Do an objective's KPIs, or those of all, lead further short of their targets than its own tolerance?"""
    return _exceeded(case, "benefit", ("portfolio", "objective"))


@RULES.rule("TOLERANCE-UNKNOWN", tolerance="none", clears="the charter names an objective or project that exists")
def unknown(case: Case) -> Iterable[Breach]:
    """Does the charter give a tolerance to an objective or project that nobody knows? One breach for all of them."""
    facts, given = case.facts, case.facts.policy.tolerance
    strange = [f"objective {name}" for name in given.objectives if name not in facts.objectives]
    strange += [f"project {name}" for name in given.projects if name not in facts.projects]
    if strange:
        yield breach(
            case,
            "TOLERANCE-UNKNOWN",
            "policy:tolerance",
            f"A tolerance is given to {', '.join(strange[:3])}{' and others' if strange[3:] else ''}, in no file",
            "[policy.tolerance] of portfolio.toml names ids that exist",
            severity=Severity.MINOR,
            basis=Basis.UNPROVEN,
            owner=facts.steward,
            reasons=tuple(Reason(f"nobody knows the {each}", policies.CHARTER) for each in strange[:20]),
        )


def _exceeded(case: Case, measure: str, levels: tuple[str, ...]) -> Iterable[Breach]:
    """Those of projects' time and cost are FINISH-LATE and COST-OVER."""
    for view in case.tolerances:
        if view.measure == measure and view.level in levels and view.exceeded:
            yield _raise(case, view)


def _raise(case: Case, view: ToleranceView) -> Breach:
    subject = f"{view.level}:{view.name}"
    title = case.facts.names.get(view.name, "") if view.level != "portfolio" else case.facts.snapshot.portfolio.title
    least = "at least " if view.at_least else ""
    far, allowed = _said(view.measure, view.forecast or 0.0), _said(view.measure, view.allowed)
    basis = Basis.UNPROVEN if view.at_least else Basis.EVIDENCE
    return breach(
        case,
        f"TOLERANCE-{view.measure.upper()}",
        subject,
        f"{title or view.name}: {_WORDS[view.measure]}, by {least}{far}; its tolerance is {allowed}",
        f"its forecast is back within {allowed}, or whoever owns it decides",
        severity=Severity.MAJOR,
        basis=basis,
        owner=_owner(case, view),
        project=view.name if view.level == "project" else "",
        objective=view.name if view.level == "objective" else "",
        reasons=(Reason(view.why, _origin(case, view)), Reason(f"the tolerance here is {allowed}", policies.CHARTER)),
        slip_days=view.forecast if view.measure == "time" else None,
    )


def _owner(case: Case, view: ToleranceView) -> str:
    facts = case.facts
    if view.level == "objective":
        return facts.first_person(facts.objectives[view.name].owner, facts.steward)
    return facts.sponsor_of(view.name) if view.level == "project" else facts.steward


def _origin(case: Case, view: ToleranceView) -> Origin | None:
    row = case.facts.objectives.get(view.name) if view.level == "objective" else case.facts.projects.get(view.name)
    return row.origin if row is not None and view.level != "portfolio" else None


def _said(measure: str, value: float) -> str:
    return f"{value:.0f} day{'' if round(value) == 1 else 's'}" if measure == "time" else f"{value:.3g} %"
