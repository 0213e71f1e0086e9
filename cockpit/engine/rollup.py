"""Objectives: execution beside outcome, and the bottom line. Also the views of projects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cockpit.engine.attained import attained
from cockpit.engine.facts import Facts
from cockpit.engine.path.blockage import Blockage
from cockpit.engine.path.blockers import blockers
from cockpit.engine.portfolio import finish_day
from cockpit.engine.status import Judgement
from cockpit.engine.tolerances.money import cost_of
from cockpit.records.assessment import KpiView, ObjectiveView, ProjectView, Reason
from cockpit.records.model import Objective, Project, Rag, StatusReport
from cockpit.records.verdicts import SEVERITY_ORDER, Basis, Status

WORSE = (Status.AT_RISK, Status.OFF_TRACK)


def worst(statuses: Iterable[Status]) -> Status:
    """The worst of several; Unknown when there is none."""
    return min(statuses, key=SEVERITY_ORDER.index, default=Status.UNKNOWN)


def latest_reports(facts: Facts) -> dict[str, StatusReport]:
    """Project → the last status report known by today; of several of one day the worst word counts."""
    order = {Rag.RED: 3, Rag.AMBER: 2, None: 1, Rag.GREEN: 0, Rag.COMPLETE: 0}
    latest: dict[str, StatusReport] = {}
    for report in facts.snapshot.status_reports:
        old = latest.get(report.project)
        rank = (report.as_of, order[report.rag], report.status, report.author)
        newer = old is None or rank > (old.as_of, order[old.rag], old.status, old.author)
        if report.as_of <= facts.today and newer:
            latest[report.project] = report
    return latest


def project_view(facts: Facts, project: Project, judgement: Judgement, report: StatusReport | None) -> ProjectView:
    """A project: computed beside reported."""
    items = facts.items_by_project.get(project.id, ())
    done = sum(1 for i in items if facts.is_done(i))
    green = report is not None and report.rag in (Rag.GREEN, Rag.COMPLETE)
    return ProjectView(
        record=project,
        status=judgement.status,
        basis=judgement.basis,
        reasons=judgement.reasons,
        reported=report.status if report else "",
        reported_on=report.as_of if report else None,
        reported_rag=str(report.rag) if report and report.rag else "",
        watermelon=green and judgement.status in WORSE,
        baseline_finish=judgement.baseline,
        computed_finish=judgement.finish,
        slip_days=judgement.slip_days,
        at_least=judgement.at_least,
        root=judgement.root,
        owner_name=facts.person_name(facts.owner_of_project(project.id)),
        team_title=facts.team_title(project.team),
        items_open=len(items) - done,
        items_done=done,
    )


def objective_view(
    facts: Facts,
    blockage: Blockage,
    objective: Objective,
    judgements: Mapping[str, Judgement],
    kpis: Mapping[str, KpiView],
) -> ObjectiveView:
    """An objective: execution is the worst project on its driving chain, outcome its worst KPI."""
    projects = facts.projects_by_objective.get(objective.id, ())
    measures = tuple(k for k, view in kpis.items() if view.record.objective == objective.id)
    execution, basis, reasons = _execution(facts, blockage, objective, judgements)
    if objective.finish_item and not blockage.names_finish(objective):
        text = f"its finish_item {objective.finish_item} is in no file: the last finish of its projects counts"
        reasons = (Reason(text, objective.origin), *reasons)
    end = blockage.end_of(objective, blockage.held)
    finish = finish_day(blockage.held, end)
    slip = float((finish - objective.target_date).days) if finish and objective.target_date else None
    cost, assumed = blockage.cost_of_delay(objective.id)
    overrun = _overrun(facts, projects)
    late = max(slip, 0.0) * cost if slip is not None else None
    return ObjectiveView(
        record=objective,
        execution=execution,
        execution_basis=basis,
        outcome=worst(kpis[k].status for k in measures),
        finish=finish,
        at_least=any(judgements[p].at_least or judgements[p].finish is None for p in projects),
        slip_days=slip,
        cost_of_delay=cost,
        cost_assumed=assumed,
        overrun=overrun,
        bottom_line=None if late is None and overrun is None else (late or 0.0) + (overrun or 0.0),
        projects=projects,
        kpis=measures,
        attained=attained(kpis[k] for k in measures),
        owner_name=facts.person_name(objective.owner),
        blockers=len(blockers(blockage, objective.id)),
        reasons=reasons,
    )


def _overrun(facts: Facts, projects: Iterable[str]) -> float | None:
    cost = cost_of(facts.projects[p] for p in projects)
    return cost.overrun if cost.counted else None


def _execution(
    facts: Facts, blockage: Blockage, objective: Objective, judgements: Mapping[str, Judgement]
) -> tuple[Status, Basis, tuple[Reason, ...]]:
    """The worst project on the driving chain; without a chain, the worst of its projects."""
    own = facts.projects_by_objective.get(objective.id, ())
    end = blockage.end_of(objective, blockage.held)
    chain = blockage.chain_to(end) if end is not None else ()
    nodes = blockage.woven.network.items
    on_chain = [p for p in dict.fromkeys(nodes[n].project for n in chain) if p in judgements]
    # What cannot be computed may be what drives it.
    on_chain = [*on_chain, *(p for p in own if judgements[p].finish is None)] or list(own)
    if not on_chain:
        return Status.UNKNOWN, Basis.NONE, (Reason("no project executes it", objective.origin),)
    project = min(on_chain, key=lambda p: _rank(judgements[p]))
    judgement = judgements[project]
    title = facts.names.get(project, project)
    lead = tuple(Reason(f"{title}: {r.text}", r.origin, r.statement) for r in judgement.reasons[:3])
    return judgement.status, judgement.basis, lead


def _rank(judgement: Judgement) -> tuple[int, bool]:
    return SEVERITY_ORDER.index(judgement.status), judgement.basis is not Basis.EVIDENCE
