"""The signatures that are waited for: whose they are, over what, and by when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from cockpit.assessment import SignOff
from cockpit.engine import policies
from cockpit.engine.case import Case
from cockpit.engine.dependencies import Judged
from cockpit.engine.facts import finish_of
from cockpit.engine.status import needs_validation
from cockpit.engine.waiting import waiting
from cockpit.model import Meaning, State, WorkItem
from cockpit.trust.entitlement import kpi_seat, steward_seat
from cockpit.trust.obligations import milestone_version, policy_subject, reading_version
from cockpit.verdicts import DependencyState


def signoffs(case: Case) -> tuple[SignOff, ...]:
    """Every pending sign-off, the soonest due first; those without a date last."""
    pending = [*_dependencies(case), *_milestones(case), *_readings(case), *_policy(case), *_second(case)]
    return tuple(sorted(pending, key=lambda s: (s.due or date.max, s.subject)))


def _enrolled(case: Case, person: str) -> bool:
    found = case.facts.people.get(person)
    return bool(found and found.key)


def _dependencies(case: Case) -> Iterable[SignOff]:
    for judged in case.judged.values():
        if not judged.settled and judged.view.projects:
            yield _dependency(case, judged)


def _dependency(case: Case, judged: Judged) -> SignOff:
    view = judged.view
    seat = case.ledger.entitled.giver(view.record)
    owner = seat.person.id if seat.person else view.record.giver_owner
    first = Meaning.RESOLVED if view.state is DependencyState.PROMISED else Meaning.PROMISED
    other = Meaning.PROMISED if first is Meaning.RESOLVED else Meaning.RESOLVED
    return SignOff(
        subject=view.subject,
        title=view.record.title,
        meanings=(first, other),
        owner=owner,
        owner_name=seat.person.name if seat.person else view.giver_owner_name,
        team=case.facts.team_title(view.record.giver_team),
        due=view.record.needed_by,
        state=str(view.state),
        version=view.version,
        acceptance=view.record.acceptance,
        projects=view.projects,
        objective=case.objective_of(view.projects[0]),
        entitled=seat.person is not None,
        enrolled=_enrolled(case, owner),
        origin=view.record.origin,
    )


def _milestones(case: Case) -> Iterable[SignOff]:
    facts = case.facts
    claimed = [i for items in facts.items_by_project.values() for i in items if needs_validation(facts, i)]
    for project in facts.projects.values():
        items = facts.items_by_project.get(project.id, ())
        over = bool(items) and all(facts.is_done(i) for i in items)
        whole = case.facts.item(finish_of(project.id))
        if whole is not None and (project.actual_finish is not None or project.state is State.DONE or over):
            claimed.append(whole)
    for item in claimed:
        if not case.ledger.proofs(f"milestone:{item.id}", Meaning.VALIDATED):
            yield _milestone(case, item)


def _milestone(case: Case, item: WorkItem) -> SignOff:
    seat = case.ledger.validator(item)
    owner = seat.person.id if seat.person else ""
    return SignOff(
        subject=f"milestone:{item.id}",
        title=item.title,
        meanings=(Meaning.VALIDATED,),
        owner=owner,
        owner_name=seat.person.name if seat.person else "",
        team=case.facts.team_title(case.facts.team_of(item)),
        due=None,
        state="claimed",
        version=milestone_version(item.id, item.project, item.title, item.acceptance),
        acceptance=item.acceptance,
        projects=(item.project,) if item.project in case.facts.projects else (),
        objective=case.objective_of(item.project),
        entitled=seat.person is not None,
        enrolled=_enrolled(case, owner),
        origin=item.origin,
    )


def _readings(case: Case) -> Iterable[SignOff]:
    for view in case.kpis.values():
        if view.signed and not view.stale:
            continue
        kpi = view.record
        seat = kpi_seat(kpi, case.facts.directory)
        unsigned = view.value is not None and view.value_on is not None and not view.signed
        yield SignOff(
            subject=f"kpi:{kpi.id}",
            title=f"{kpi.title}: {view.value:g} {kpi.unit}".strip() if unsigned else f"{kpi.title}: a reading",
            meanings=(Meaning.ATTESTED,),
            owner=seat.person.id if seat.person else "",
            owner_name=seat.person.name if seat.person else view.owner_name,
            team="",
            due=view.value_on if unsigned else case.facts.today,
            state="unsigned" if unsigned else "stale" if view.stale else "no reading",
            version=reading_version(kpi.id, view.value_on, view.value)
            if unsigned and view.value_on is not None and view.value is not None
            else "",
            objective=kpi.objective if kpi.objective in case.facts.objectives else "",
            entitled=seat.person is not None,
            enrolled=bool(seat.person and seat.person.key),
            origin=kpi.origin,
        )


def _policy(case: Case) -> Iterable[SignOff]:
    facts = case.facts
    if facts.unsigned:
        seat = steward_seat(policies.stewards(facts.snapshot), facts.directory)
        settings = ", ".join(f"{each.name} {each.values[0]}" for each in facts.unsigned)
        yield SignOff(
            subject=policy_subject(facts.snapshot.portfolio.id),
            title=f"The policy, looser than the default: {settings}",
            meanings=(Meaning.CONFIRMED,),
            owner=seat.person.id if seat.person else "",
            owner_name=seat.person.name if seat.person else "",
            team="",
            due=None,
            state="unsigned",
            version=policies.version_of(facts.snapshot.policy),
            entitled=seat.person is not None,
            enrolled=bool(seat.person and seat.person.key),
            origin=policies.CHARTER,
        )


def _second(case: Case) -> Iterable[SignOff]:
    """Statements that wait for a second signature: `cockpit accept` or `cosign` gives it, not `sign`."""
    for each in waiting(case):
        record = each.view.record
        yield SignOff(
            subject=f"statement:{record.id[:12]}",
            title=each.title,
            meanings=(),
            owner=each.owner,
            owner_name=each.owner_name,
            team="",
            due=None,
            state="waits",
            version="",
            enrolled=not each.owner or _enrolled(case, each.owner),
            command=each.command,
        )
