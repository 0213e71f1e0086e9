"""Snapshot in, Assessment out. The same inputs give the same answer, byte for byte, on any machine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from weakref import ref

from cockpit.basics.deferred import Deferred, DeferredRows
from cockpit.engine.alignment import unmapped
from cockpit.engine.case import Case
from cockpit.engine.decisions.escalation import levels
from cockpit.engine.decisions.life import lived
from cockpit.engine.facts import Facts
from cockpit.engine.path.chains import item_dates
from cockpit.engine.path.nearby import near_chains
from cockpit.engine.quality.portfolio import quality_views
from cockpit.engine.rollup import worst
from cockpit.engine.rules import catalogue
from cockpit.engine.statements import policies
from cockpit.engine.statements.requests import asked, unanswered, with_requests
from cockpit.engine.statements.signoffs import signoffs
from cockpit.engine.statements.waiting import title_of
from cockpit.records.assessment import Assessment, Breach, ProjectView
from cockpit.records.itemdates import ItemDates
from cockpit.records.model import Meaning
from cockpit.records.nearly import NearChain
from cockpit.records.snapshot import Loosened, Snapshot
from cockpit.records.verdicts import SEVERITY_ORDER, Severity, Status
from cockpit.trust.obligations import policy_subject

_SEVERITIES = tuple(Severity)
Step = Callable[[str], None]
"""Hears what is computed next, in words that go on from “computing”."""
_STEPS: tuple[tuple[str, Callable[[Case], object]], ...] = (
    ("what belongs together", lambda case: case.facts.items_by_project),
    ("the schedule", lambda case: case.woven),
    ("dependencies", lambda case: case.judged),
    ("what holds whom", lambda case: case.blockage.effects),
    ("critical paths", lambda case: case.chains),
    ("what was edited", lambda case: case.compression.plan),
    ("projects", lambda case: case.judgements),
)
"""What takes long where there is much of it, in the order in which one follows from the other."""


def assess(snapshot: Snapshot, today: date) -> Assessment:
    """Judge a portfolio as it is known in `snapshot`, on the day `today`."""
    return assessment_of(Case(Facts(snapshot, today)))


def assessment_of(case: Case, hear: Step | None = None) -> Assessment:
    """Judge a portfolio whose case is made; `hear` is told how far that is."""
    if hear is not None:
        for step, work in _STEPS:
            hear(step)
            work(case)
        hear("exceptions")
    snapshot, today = case.facts.read, case.facts.today
    projects = list(case.projects.values())
    breaches = sorted((b for rule in catalogue() for b in rule.check(case)), key=_worst_first)
    life = lived(case, breaches)
    by_subject = {b.subject: b.key for b in reversed(breaches)}
    requests = tuple(r for r in snapshot.requests if r.asked_at.date() <= today)
    waiting = unanswered(requests, snapshot.statements)
    again = _again(case)
    return Assessment(
        portfolio=snapshot.portfolio.id,
        title=snapshot.portfolio.title,
        currency=snapshot.portfolio.currency,
        today=today,
        status=_overall(projects),
        policy=_policy(case),
        breaches=life.breaches,
        objectives=case.objectives,
        kpis=tuple(case.kpis.values()),
        projects=tuple(sorted(projects, key=_project_order)),
        chains=tuple(
            replace(c, blockers=tuple(replace(b, breach=by_subject.get(b.subject, "")) for b in c.blockers))
            for c in case.chains
        ),
        dependencies=case.dependencies,
        signoffs=with_requests(signoffs(case, life.breaches), waiting),
        asked=asked(requests, waiting, case.facts.names, today),
        statements=life.views,
        missing=snapshot.missing,
        owners=case.owners,
        alignment=case.alignment,
        unmapped=DeferredRows(lambda: unmapped(again())),
        tolerances=case.tolerances,
        items=Deferred(lambda: _items(again())),
        titles=Deferred(lambda: _titles(again())),
        subjects=Deferred(lambda: _subjects(again())),
        near=Deferred(lambda: _near(again())),
        names=case.facts.names,
        people=case.facts.people,
        levels=levels(case, breaches),
        cycles=case.woven.network.cycles,
        quality=DeferredRows(lambda: quality_views(again())),
        sources=snapshot.sources,
        edits=case.edits,
        unheld={p: j.unheld for p, j in case.judgements.items() if j.unheld is not None},
        decision_days=life.decision_days,
        decided=life.decided,
    )


def _again(case: Case) -> Callable[[], Case]:
    """The case, as long as anybody else holds it, else the same made anew: an assessment of a past day is kept without
    all that it was made of."""
    snapshot, today, held = case.facts.read, case.facts.today, ref(case)
    return lambda: held() or Case(Facts(snapshot, today))


def _items(case: Case) -> dict[str, ItemDates]:
    return item_dates(case.facts, case.blockage)


def _titles(case: Case) -> dict[str, str]:
    return {name: item.title for name, item in case.facts.items.items()}


def _subjects(case: Case) -> dict[str, str]:
    return {subject: title_of(case, subject) for subject in {view.subject for view in case.ledger.views}}


def _near(case: Case) -> dict[str, tuple[NearChain, ...]]:
    return {chain.objective: near_chains(case.facts, case.blockage, chain, case.near_critical) for chain in case.chains}


def _overall(projects: list[ProjectView]) -> Status:
    """The worst project; Unknown rolls up like At Risk."""
    status = worst(p.status for p in projects)
    return Status.AT_RISK if status is Status.UNKNOWN and projects else status


def _worst_first(breach: Breach) -> tuple[float, float, int, float, str, str]:
    return (
        -(breach.cost or 0.0),
        -(breach.leverage_days or 0.0),
        _SEVERITIES.index(breach.severity),
        -(breach.slip_days or 0.0),
        breach.code,
        breach.subject,
    )


def _project_order(view: ProjectView) -> tuple[int, bool, float, str]:
    return SEVERITY_ORDER.index(view.status), not view.watermelon, -(view.slip_days or 0.0), view.record.id


def _policy(case: Case) -> tuple[Loosened, ...]:
    snapshot = case.facts.snapshot
    found = policies.loosened(snapshot.policy)
    proofs = case.ledger.proofs(policy_subject(snapshot.portfolio.id), Meaning.CONFIRMED)
    if case.facts.unsigned or not proofs:
        return found
    person, said = proofs[0].person, proofs[0].statement
    day = said.signed_at.date()
    return tuple(
        replace(each, signer=person.id, signer_name=person.name, signed_on=day, statement=said.id) for each in found
    )
