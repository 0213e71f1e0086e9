"""What is judged better only because a file was edited: by computing it once more as it was before the edit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from typing import TYPE_CHECKING

from cockpit.basics.figures import quantity
from cockpit.engine.kpis import kpi_view
from cockpit.engine.rollup import objective_view
from cockpit.engine.tolerances.money import amount, cost_at_completion
from cockpit.records.assessment import Reason
from cockpit.records.edits import Edit, What
from cockpit.records.model import Dependency, Kpi, Objective, Project, Reading
from cockpit.records.verdicts import SEVERITY_ORDER, Status

if TYPE_CHECKING:
    from cockpit.engine.case import Case

_UNKNOWN_KPI = ("objective", "owner", "leads", "unit")
"""Columns of a KPI that move no goal."""


def moved_goals(case: Case) -> dict[str, list[Reason]]:
    """Scope → KPIs, budgets and objectives that are met, or better met, by their file's last word only."""
    found: dict[str, list[Reason]] = defaultdict(list)
    for subject, own in _by_subject(e for e in case.edits if e.what in (What.GOAL, What.MONEY, What.REMOVED)).items():
        reason = _goal(case, subject, own)
        if reason is not None:
            found[own[0].scope].append(reason)
    return found


def moved_away(case: Case) -> dict[str, list[Reason]]:
    """Scope → what is judged better without what was moved away or taken out: an objective without a project or a KPI,
    a budget without the work that cost more."""
    found: dict[str, list[Reason]] = defaultdict(list)
    for scope in sorted({edit.project for edit in case.edits} - {""}):
        cheaper = case.hidden.cheaper(scope)
        if cheaper is not None:
            found[scope].append(cheaper)
    for subject, own in _by_subject(e for e in case.edits if e.field in ("objectives", "objective")).items():
        kind, _, name = subject.partition(":")
        reason = None
        if kind == "project" and name in case.facts.projects:
            reason = _served(case, case.facts.projects[name], own)
        elif kind == "kpi" and name in case.facts.kpis:
            reason = _measured(case, case.facts.kpis[name], own)
        if reason is not None:
            found[own[0].scope].append(reason)
    return found


def _by_subject(edits: Iterable[Edit]) -> dict[str, list[Edit]]:
    found: dict[str, list[Edit]] = defaultdict(list)
    for edit in edits:
        found[edit.subject].append(edit)
    return found


def _goal(case: Case, subject: str, edits: list[Edit]) -> Reason | None:
    kind, _, name = subject.partition(":")
    if kind == "kpi" and name in case.facts.kpis:
        return _kpi(case, case.facts.kpis[name], edits)
    if kind == "project" and name in case.facts.projects:
        return _budget(case, case.facts.projects[name], edits)
    if kind == "objective" and name in case.facts.objectives:
        return _objective(case, case.facts.objectives[name], edits)
    return _reading(case, name, edits) if kind == "reading" else None


def _objective(case: Case, objective: Objective, edits: list[Edit]) -> Reason | None:
    """An objective whose execution would be judged worse by the finish that it had before."""
    base = case.facts.signed.get(edits[0].scope)
    for line in case.facts.edits.lines["objectives"].get(objective.id, ()):
        before = next((said.record for said in line.since(base)), None)
        if not isinstance(before, Objective) or before.finish_item == objective.finish_item:
            continue
        then = replace(objective, finish_item=before.finish_item)
        was = objective_view(case.facts, case.blockage, then, case.judgements, case.kpis).execution
        now = next(view.execution for view in case.objectives if view.record.id == objective.id)
        if _is_worse(was, now):
            texts = "; ".join(edit.text for edit in edits if edit.field == "finish item")
            return Reason(f"{objective.title} would be {was}, not {now}: {texts}", objective.origin)
    return None


def _served(case: Case, project: Project, edits: list[Edit]) -> Reason | None:
    """A project that was moved out of an objective's way, which would be judged worse with it."""
    judgement, lost = case.judgements[project.id], _lost(case, "projects", project, edits)
    for view in case.objectives:
        drives = judgement.finish is None or view.finish is None or judgement.finish >= view.finish
        if view.record.id in lost and drives and _is_worse(judgement.status, view.execution):
            served = f"if {case.facts.names[project.id]} served it as before"
            text = f"{view.record.title} would be {judgement.status}, not {view.execution}, {served}"
            return Reason(text, project.origin)
    return None


def _measured(case: Case, kpi: Kpi, edits: list[Edit]) -> Reason | None:
    """A KPI that was taken away from an objective, which would be judged worse by it."""
    status, lost = case.kpis[kpi.id].status, _lost(case, "kpis", kpi, edits)
    for view in case.objectives:
        if view.record.id in lost and (_is_worse(status, view.outcome) or not view.kpis):
            text = f"{view.record.title} was measured by {kpi.title}, which is {status}, and is not any more"
            return Reason(text, kpi.origin)
    return None


def _lost(case: Case, table: str, now: Project | Kpi, edits: list[Edit]) -> set[str]:
    """The objectives that a row named and names no more."""
    found: set[str] = set()
    if any(edit.field in ("objectives", "objective") for edit in edits):
        for line in case.facts.edits.lines[table].get(now.id, ()):
            before = next((said.record for said in line.since(case.facts.signed.get(edits[0].scope))), None)
            found.update(_objectives(before))
    return found - _objectives(now)


def _objectives(record: object) -> set[str]:
    if isinstance(record, Project):
        return set(record.objectives)
    return {record.objective} if isinstance(record, Kpi) else set()


def _is_worse(one: Status, other: Status) -> bool:
    return SEVERITY_ORDER.index(one) < SEVERITY_ORDER.index(other)


def _kpi(case: Case, kpi: Kpi, edits: list[Edit]) -> Reason | None:
    """A KPI that would be judged worse by what it asked for before."""
    base = case.facts.signed.get(edits[0].scope)
    for line in case.facts.edits.lines["kpis"].get(kpi.id, ()):
        before = next((said.record for said in line.since(base)), None)
        if not isinstance(before, Kpi):
            continue
        goals = [f.name for f in fields(Kpi) if f.name not in ("id", "title", "origin", "extra", *_UNKNOWN_KPI)]
        then = replace(kpi, **{name: getattr(before, name) for name in goals})
        was, now = kpi_view(case.facts, case.ledger, then).status, case.kpis[kpi.id].status
        if _is_worse(was, now):
            texts = "; ".join(edit.text for edit in edits if edit.what is What.GOAL)
            return Reason(f"{kpi.title} would be {was}, not {now}: {texts}", kpi.origin)
    return None


def _reading(case: Case, name: str, edits: list[Edit]) -> Reason | None:
    """The latest reading of a KPI, or a later one, that was taken out or changed while nobody had signed it."""
    for line in case.facts.edits.lines["readings"].get(name.replace(" ", "|"), ()):
        record = line.first
        view = case.kpis.get(record.kpi) if isinstance(record, Reading) else None
        if view is None or not isinstance(record, Reading) or record.as_of > case.facts.today:
            continue
        if edits[0].what is What.REMOVED and (view.value_on is None or record.as_of >= view.value_on):
            text = f"the reading of {view.record.title} for {record.as_of}, {quantity(record.value)}, was taken out"
            return Reason(f"{text} on {edits[0].on}; an older one is judged", edits[0].origin)
    return None


def _budget(case: Case, project: Project, edits: list[Edit]) -> Reason | None:
    """A cost that exceeds what the budget was; a forecast that is told no more is what it was."""
    base, allowed = case.facts.signed.get(edits[0].scope), 1 + case.facts.cost_tolerance(project.id) / 100
    now = cost_at_completion(project)
    for line in case.facts.edits.lines["projects"].get(project.id, ()):
        said = [said.record for said in line.since(base) if isinstance(said.record, Project)]
        told = [cost for row in said if (cost := cost_at_completion(row)) is not None]
        silent = project.forecast_cost is None and project.actual_finish is None
        cost, was = max(told, default=now) if silent else now, said[0].budget if said else None
        if cost is None or was is None or cost <= was * allowed:
            continue
        if project.budget is None or now is None or now <= project.budget * allowed:
            return Reason(_too_dear(project, cost, was, silent=silent), project.origin)
    return None


def _too_dear(project: Project, cost: float, was: float, *, silent: bool) -> str:
    if project.budget is None:
        gone = "its forecast and its budget are" if silent else "the budget is"
        return f"its cost of {amount(cost)} exceeds the budget that it had, {amount(was)}; {gone} told no more"
    if silent and project.budget <= was:
        return f"it was forecast to cost {amount(cost)}, more than its budget of {amount(was)}, and tells no more"
    now = amount(project.budget)
    return f"its cost of {amount(cost)} exceeds the budget that it had, {amount(was)}, which is now {now}"


def moved_needs(case: Case) -> dict[str, list[Reason]]:
    """Scope → unsettled dependencies that were edited: a project waits for them no more, or two teams are one."""
    found: dict[str, list[Reason]] = defaultdict(list)
    edited = {e.subject for e in case.edits if e.subject.startswith("dependency:")}
    for subject in sorted(edited):
        judged = case.judged.get(subject)
        if judged is None or judged.settled:
            continue
        for line in case.facts.edits.lines["dependencies"].get(subject.partition(":")[2], ()):
            place = case.facts.edits.place_of(line.first)
            before = next((said.record for said in line.since(case.facts.signed.get(place.scope))), None)
            if isinstance(before, Dependency):
                for text in _moved(case, before, judged.view.record, place.project):
                    found[place.scope].append(Reason(text, judged.view.record.origin))
    return found


def _moved(case: Case, before: Dependency, now: Dependency, project: str) -> Iterator[str]:
    facts = case.facts
    waits = case.judged[f"dependency:{now.id}"].view.projects
    if project in facts.projects and project not in waits and facts.projects[project].actual_finish is None:
        yield f"“{now.title}” ({now.id}) was needed by this project; its row names another receiver now"
    teams = [{facts.team_id(row.giver_team), facts.team_id(row.receiver_team)} for row in (before, now)]
    if len(teams[0]) == 2 and len(teams[1]) == 1:
        yield f"“{now.title}” ({now.id}) was between two teams; its row names one now"
