"""Law 2, purpose: every ticket maps to a strategic objective, and every objective is executed and measured."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from cockpit.engine.case import Case
from cockpit.engine.rules.base import Family, breach
from cockpit.records.assessment import Breach, Reason
from cockpit.records.model import Objective
from cockpit.records.verdicts import Basis, Severity

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
        many = f"{group.count:,} tickets serve" if group.count != 1 else "1 ticket serves"
        yield breach(
            case,
            "ALIGN-TICKETS",
            f"tickets:{group.cause}",
            f"{many} no objective ({share}): {group.cause}",
            "each of them maps to an objective: by project, epic, an [[assign]] of the charter, its owner's signature",
            severity=Severity.MINOR,
            basis=Basis.UNPROVEN,
            owner=case.facts.first_person(*(case.facts.lead_of(case.facts.team_of(i)) for i in items))
            or case.facts.steward,
            reasons=tuple(Reason(f"{i.id} “{i.title}”", i.origin) for i in items),
        )


@RULES.rule("ALIGN-PROJECT", tolerance="none", clears="the project names an objective that exists")
def projects(case: Case) -> Iterable[Breach]:
    """Are there projects that serve no known objective? One breach for all of them."""
    lost = [p for p in case.facts.projects.values() if not case.objective_of(p.id)]
    if lost and case.facts.objectives:
        many = f"{len(lost):,} projects serve" if len(lost) > 1 else f"“{lost[0].title}” serves"
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
    """Is there an objective that no project executes? One breach for all of one owner."""
    lost = [o for o in case.facts.objectives.values() if not case.facts.projects_by_objective.get(o.id)]
    yield from _objectives(
        case, "ALIGN-UNEXECUTED", lost, "nothing executes", "a project names it among its objectives"
    )


@RULES.rule("ALIGN-UNMEASURED", tolerance="none", clears="a KPI measures it")
def unmeasured(case: Case) -> Iterable[Breach]:
    """Is there an objective that no KPI measures? One breach for all of one owner."""
    measured = {view.record.objective for view in case.kpis.values()}
    lost = [o for o in case.facts.objectives.values() if o.id not in measured]
    yield from _objectives(case, "ALIGN-UNMEASURED", lost, "nothing measures", "a KPI names it as its objective")


@RULES.rule("ALIGN-KPI", tolerance="none", clears="the KPI names an objective that exists")
def kpis(case: Case) -> Iterable[Breach]:
    """Does a KPI measure an objective that nobody knows?"""
    for view in case.kpis.values():
        kpi = view.record
        if kpi.objective not in case.facts.objectives:
            yield breach(
                case,
                "ALIGN-KPI",
                f"kpi:{kpi.id}",
                f"{kpi.title}: measures “{kpi.objective}”, which is no objective",
                "it names an objective that exists",
                severity=Severity.MINOR,
                basis=Basis.UNPROVEN,
                owner=case.facts.first_person(kpi.owner, case.facts.steward),
                reasons=(Reason("as its row reads", kpi.origin),),
            )


def _objectives(case: Case, code: str, lost: list[Objective], what: str, clears: str) -> Iterable[Breach]:
    by_owner: dict[str, list[Objective]] = defaultdict(list)
    for objective in lost:
        by_owner[case.facts.first_person(objective.owner, case.facts.steward)].append(objective)
    for owner, rows in by_owner.items():
        one = rows[0] if len(rows) == 1 else None
        yield breach(
            case,
            code,
            f"objective:{one.id}" if one else f"objectives:{owner}",
            f"{one.title}: {what} it" if one else f"{len(rows):,} objectives: {what} them",
            clears,
            severity=Severity.MINOR,
            basis=Basis.UNPROVEN,
            owner=owner,
            objective=one.id if one else "",
            reasons=tuple(Reason(f"{o.id} “{o.title}”", o.origin) for o in rows[:_SHOWN]),
            about=f"objectives:{owner}",
        )
