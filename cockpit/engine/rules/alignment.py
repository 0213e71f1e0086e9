"""Law 2, purpose: every ticket maps to a strategic objective, and every objective is executed and measured."""

from __future__ import annotations

from collections.abc import Iterable

from cockpit.assessment import Basis, Breach, Reason, Severity
from cockpit.engine.case import Case
from cockpit.engine.rules.base import Family, breach

RULES = Family("alignment")
_SHOWN = 5


@RULES.rule("ALIGN-TICKETS", tolerance="none", clears="the tickets map to an objective")
def tickets(case: Case) -> Iterable[Breach]:
    """Are there tickets that serve no objective: technical debt disguised as initiative? One breach per cause."""
    whole = case.alignment
    for group in whole.groups:
        share = f"{100 * group.count / whole.items:.0f}% of tickets"
        if whole.effort:
            share += f", {100 * group.effort / whole.effort:.0f}% of effort"
        items = [case.facts.items[i] for i in group.items[:_SHOWN]]
        yield breach(
            case,
            "ALIGN-TICKETS",
            f"tickets:{group.cause}",
            f"{group.count} tickets serve no objective ({share}): {group.cause}",
            "each of them maps to an objective: by project, epic, or an [[assign]] in the charter",
            severity=Severity.MINOR,
            basis=Basis.UNPROVEN,
            owner=case.facts.first_person(*(case.facts.lead_of(case.facts.team_of(i)) for i in items))
            or case.facts.first_person(case.facts.snapshot.portfolio.steward),
            reasons=tuple(Reason(f"{i.id} “{i.title}”", i.origin) for i in items),
        )


@RULES.rule("ALIGN-PROJECT", tolerance="none", clears="the project names an objective that exists")
def projects(case: Case) -> Iterable[Breach]:
    """Are there projects that serve no known objective? One breach for all of them."""
    lost = [p for p in case.facts.projects.values() if not case.objective_of(p.id)]
    if lost and case.facts.objectives:
        many = f"{len(lost)} projects serve" if len(lost) > 1 else f"“{lost[0].title}” serves"
        yield breach(
            case,
            "ALIGN-PROJECT",
            "projects:no objective",
            f"{many} no strategic objective",
            "each of them names an objective that exists",
            severity=Severity.MINOR,
            basis=Basis.UNPROVEN,
            owner=case.facts.owner_of_project(lost[0].id),
            project=lost[0].id if len(lost) == 1 else "",
            reasons=tuple(
                Reason(f"{p.title}: objectives “{'; '.join(p.objectives)}”" if p.objectives else p.title, p.origin)
                for p in lost[:_SHOWN]
            ),
        )


@RULES.rule("ALIGN-UNEXECUTED", tolerance="none", clears="a project serves it")
def unexecuted(case: Case) -> Iterable[Breach]:
    """Is there an objective that no project executes?"""
    for objective in case.facts.objectives.values():
        if not case.facts.projects_by_objective.get(objective.id):
            title = f"Nothing executes “{objective.title}”"
            yield _objective(case, "ALIGN-UNEXECUTED", objective.id, title, "a project names it among its objectives")


@RULES.rule("ALIGN-UNMEASURED", tolerance="none", clears="a KPI measures it")
def unmeasured(case: Case) -> Iterable[Breach]:
    """Is there an objective that no KPI measures?"""
    measured = {view.record.objective for view in case.kpis.values()}
    for objective in case.facts.objectives.values():
        if objective.id not in measured:
            title = f"Nothing measures “{objective.title}”"
            yield _objective(case, "ALIGN-UNMEASURED", objective.id, title, "a KPI names it as its objective")


def _objective(case: Case, code: str, objective: str, title: str, clears: str) -> Breach:
    row = case.facts.objectives[objective]
    return breach(
        case, code, f"objective:{objective}", title, clears, severity=Severity.MINOR, basis=Basis.UNPROVEN,
        owner=case.facts.first_person(row.owner, case.facts.snapshot.portfolio.steward), objective=objective,
        reasons=(Reason("as its row reads", row.origin),),
    )  # fmt: skip
