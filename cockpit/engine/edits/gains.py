"""What is judged better only because a file was edited: by computing it once more as it was before the edit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import fields, replace
from typing import TYPE_CHECKING

from cockpit.assessment import Reason
from cockpit.edits import Edit, What
from cockpit.engine.kpis import kpi_view
from cockpit.engine.tolerances.money import amount, cost_at_completion
from cockpit.model import Dependency, Kind, Kpi, Link, Project, Reading, WorkItem
from cockpit.verdicts import SEVERITY_ORDER

if TYPE_CHECKING:
    from cockpit.engine.case import Case

_UNKNOWN_KPI = ("objective", "owner", "leads", "unit")
"""Columns of a KPI that move no goal."""


def vanished(case: Case) -> dict[str, list[Edit]]:
    """Scope → unfinished work, projects, objectives and KPIs that no file holds any more and that nothing took over.

    Tickets come and go, unless something was tied to them.
    """
    found: dict[str, list[Edit]] = defaultdict(list)
    kept = case.compression.plan.items
    for edit in case.edits:
        kind, _, name = edit.subject.partition(":")
        if edit.what is not What.REMOVED or kind not in ("item", "project", "objective", "kpi"):
            continue
        if kind == "item" and not (name in kept and _is_work(case, kept[name][0])):
            continue
        found[edit.scope].append(edit)
    return found


def _is_work(case: Case, item: WorkItem) -> bool:
    if item.kind is not Kind.TICKET:
        return True
    gone = (line.last for line in case.facts.edits.gone_links.values())
    return any(isinstance(link, Link) and item.id in (link.predecessor, link.successor) for link in gone)


def moved_goals(case: Case) -> dict[str, list[Reason]]:
    """Scope → KPIs and budgets that are met, or better met, by their file's last word only."""
    found: dict[str, list[Reason]] = defaultdict(list)
    edits = [edit for edit in case.edits if edit.what in (What.GOAL, What.MONEY, What.REMOVED)]
    for subject in dict.fromkeys(edit.subject for edit in edits):
        own = [edit for edit in edits if edit.subject == subject]
        reason = _goal(case, subject, own)
        if reason is not None:
            found[own[0].scope].append(reason)
    return found


def _goal(case: Case, subject: str, edits: list[Edit]) -> Reason | None:
    kind, _, name = subject.partition(":")
    if kind == "kpi" and name in case.facts.kpis:
        return _kpi(case, case.facts.kpis[name], edits)
    if kind == "project" and name in case.facts.projects:
        return _budget(case, case.facts.projects[name], edits)
    return _reading(case, name, edits) if kind == "reading" else None


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
        if SEVERITY_ORDER.index(was) < SEVERITY_ORDER.index(now):
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
            text = f"the reading of {view.record.title} for {record.as_of}, {record.value:g}, was taken out"
            return Reason(f"{text} on {edits[0].on}; an older one is judged", edits[0].origin)
    return None


def _budget(case: Case, project: Project, edits: list[Edit]) -> Reason | None:
    """A cost that exceeds what the budget was."""
    cost, base = cost_at_completion(project), case.facts.signed.get(edits[0].scope)
    allowed = 1 + case.facts.cost_tolerance(project.id) / 100
    for line in case.facts.edits.lines["projects"].get(project.id, ()):
        before = next((said.record for said in line.since(base)), None)
        was = before.budget if isinstance(before, Project) else None
        if cost is None or was is None or cost <= was * allowed:
            continue
        if project.budget is None or cost <= project.budget * allowed:
            now = f"is now {amount(project.budget)}" if project.budget is not None else "is told no more"
            text = f"its cost of {amount(cost)} exceeds the budget that it had, {amount(was)}, which {now}"
            return Reason(text, project.origin)
    return None


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
