"""The quality of schedules: plans that fail DCMA's checks."""

from __future__ import annotations

from collections.abc import Iterable

from cockpit.engine.case import Case
from cockpit.engine.quality.records import QualityCheck
from cockpit.engine.rules.base import Family, breach
from cockpit.records.assessment import Breach, Reason
from cockpit.records.verdicts import Basis, Severity

RULES = Family("quality")


@RULES.rule("SCHEDULE-QUALITY", tolerance="policy.quality: DCMA's thresholds", clears="the checks that it names pass")
def quality(case: Case) -> Iterable[Breach]:
    """Does a plan of a planning program fail checks of DCMA's 14-point schedule assessment? One breach per project."""
    for project_id, answers in case.quality.items():
        failed = answers.failed
        if failed:
            names = ", ".join(check.name for check in failed)
            yield breach(
                case,
                "SCHEDULE-QUALITY",
                f"project:{project_id}",
                f"{case.facts.names[project_id]}: its plan fails {len(failed)} of DCMA's 14 checks: {names}",
                f"these checks of its plan pass: {names}",
                severity=Severity.MINOR,
                basis=Basis.UNPROVEN,
                owner=case.facts.owner_of_project(project_id),
                project=project_id,
                reasons=tuple(_reason(case, check) for check in failed),
            )


def _reason(case: Case, check: QualityCheck) -> Reason:
    limit = f"{'at least' if check.at_least else 'at most'} {_text(check.threshold, check.unit)}"
    names = ", ".join(check.offenders[:5])
    more = len(check.offenders[5:]) + check.more
    who = f"; {check.offence or 'such as'} {names}{' …' if more else ''}" if names else ""
    text = f"{check.number} {check.name}: {_text(check.value or 0.0, check.unit)} where {limit} passes: {check.counted}"
    first = case.facts.items.get(check.offenders[0]) if check.offenders else None
    return Reason(text + who, first.origin if first is not None else None)


def _text(value: float, unit: str) -> str:
    number = f"{value:.2f}".rstrip("0").rstrip(".")
    return f"{number} {unit}".strip()
