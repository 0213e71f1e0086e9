"""The signatures that are waited for: whose they are, over what, and by when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from cockpit.basics.figures import quantity
from cockpit.basics.text import one_line
from cockpit.engine.case import Case
from cockpit.engine.dependencies import Judged
from cockpit.engine.edits import scopes
from cockpit.engine.edits.mappings import unconfirmed
from cockpit.engine.statements import policies
from cockpit.engine.statements.waiting import waiting
from cockpit.engine.suspicions.suspected import by_seat
from cockpit.engine.trackers.likeness import ASKED
from cockpit.records.assessment import Breach, SignOff
from cockpit.records.model import Meaning, WorkItem
from cockpit.records.verdicts import DependencyState
from cockpit.trust.entitlement import kpi_seat, steward_seat
from cockpit.trust.obligations import (
    SCOPE,
    breach_subject,
    breach_version,
    milestone_version,
    policy_subject,
    reading_version,
    split_subject,
)


def signoffs(case: Case, breaches: Iterable[Breach]) -> tuple[SignOff, ...]:
    """Every pending sign-off, the soonest due first; those without a date last. `breaches` with their lives."""
    pending = [*_dependencies(case), *_milestones(case), *_readings(case), *_policy(case), *_second(case)]
    breaches = tuple(breaches)
    pending += [*_suspicions(case), *_pairs(case), *_decisions(case, breaches), *_scopes(case, breaches)]
    pending += unconfirmed(case)
    return tuple(sorted(pending, key=lambda s: (s.due or date.max, s.subject)))


def _enrolled(case: Case, person: str) -> bool:
    found = case.facts.people.get(person)
    return bool(found and found.key)


def _dependencies(case: Case) -> Iterable[SignOff]:
    known = before.pending if (before := case.same_ground) is not None else {}
    for subject, judged in case.judged.items():
        if not judged.settled and judged.view.projects:
            told = known.get(subject)
            if told is None or told[0] is not judged:
                told = judged, _dependency(case, judged)
            case.pending[subject] = told
            yield told[1]


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
    for item in case.milestones.unclosed():
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
            title=f"{kpi.title}: {quantity(view.value)} {kpi.unit}".strip() if unsigned else f"{kpi.title}: a reading",
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
        stewards = policies.stewards(facts.snapshot)
        seat = steward_seat(stewards, facts.directory)
        owner = seat.person.id if seat.person else ""
        settings = ", ".join(f"{each.name} {each.values[0]}" for each in facts.unsigned)
        yield SignOff(
            subject=policy_subject(facts.snapshot.portfolio.id),
            title=f"The policy, looser than the default: {settings}",
            meanings=(Meaning.CONFIRMED,),
            owner=owner,
            owner_name=seat.person.name if seat.person else "",
            team="",
            due=None,
            state="unsigned",
            version=policies.version_of(facts.snapshot.policy),
            entitled=seat.person is not None,
            enrolled=bool(seat.person and seat.person.key),
            others=tuple(each for each in stewards if each != owner and each in facts.people),
            origin=policies.CHARTER,
        )


def _suspicions(case: Case) -> Iterable[SignOff]:
    """For each project and giver what each person is asked about; it holds nothing as long as nobody confirms it."""
    for suspicion in (each for group in case.suspicions for each in by_seat(group)):
        item, person = suspicion.item, suspicion.seat.person
        giver, what = one_line(case.facts.team_title(suspicion.giver), 60), f"“{one_line(item.title, 100)}”"
        yield SignOff(
            subject=suspicion.subject,
            title=f"{giver}: does {what} wait for them?" if giver else f"By whom is {what} blocked?",
            meanings=(Meaning.CONFIRMED, Meaning.DISMISSED),
            owner=person.id if person else "",
            owner_name=person.name if person else "",
            team=case.facts.team_title(case.facts.team_of(item)),
            due=None,
            state="suspected",
            version=suspicion.version,
            objective=case.objective_of(item.project),
            entitled=person is not None,
            enrolled=bool(person and person.key),
            origin=item.origin,
        )


def _pairs(case: Case) -> Iterable[SignOff]:
    """Of the rows that look like one thing the first few of each project and pair of sources."""
    facts = case.facts
    for (project, *_), pairs in case.proposed.items():
        for pair in pairs[:ASKED]:
            seat = facts.sameness.seat(pair)
            yield SignOff(
                subject=pair.subject,
                title=f"Are {' and '.join(one_line(name, 40) for name in pair.titles)} one: "
                f"“{one_line(pair.first.title, 100)}”?",
                meanings=(Meaning.CONFIRMED, Meaning.DISMISSED),
                owner=seat.person.id if seat.person else "",
                owner_name=seat.person.name if seat.person else "",
                team="",
                due=None,
                state="proposed",
                version=pair.version,
                objective=case.objective_of(project),
                entitled=seat.person is not None,
                enrolled=bool(seat.person and seat.person.key),
                origin=pair.first.origin,
            )


def _decisions(case: Case, breaches: Iterable[Breach]) -> Iterable[SignOff]:
    """Decisions that are owed about breaches."""
    for breach in breaches:
        if owed := breach.life.owed:
            yield SignOff(
                subject=breach_subject(breach.key),
                title=breach.title,
                meanings=(Meaning.DECIDED,),
                owner=owed.by,
                owner_name=owed.by_name,
                team="",
                due=owed.due,
                state=str(breach.life.stage),
                version=breach_version(breach.key, breach.life.number),
                projects=(breach.project,) if breach.project else (),
                objective=breach.objective,
                entitled=bool(owed.by),
                enrolled=_enrolled(case, owed.by),
                origin=breach.origin,
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
            others=each.others,
            command=each.command,
        )


def _scopes(case: Case, breaches: Iterable[Breach]) -> Iterable[SignOff]:
    """Edits that make something look better than it was, to be signed by whoever answers for it."""
    for subject in dict.fromkeys(breach.subject for breach in breaches):
        kind, scope = split_subject(subject)
        seat = scopes.seat_of(case.facts, scope) if kind == SCOPE else None
        if seat is not None:
            owner = seat.person.id if seat.person else ""
            yield SignOff(
                subject=subject,
                title=f"What was edited of {case.facts.names.get(scope, scope)}",
                meanings=(Meaning.CONFIRMED,),
                owner=owner,
                owner_name=seat.person.name if seat.person else "",
                team="",
                due=None,
                state="unsigned",
                version=scopes.version_of(case.facts, scope),
                projects=(scope,) if scope in case.facts.projects else (),
                objective=case.objective_of(scope) or (scope if scope in case.facts.objectives else ""),
                entitled=seat.person is not None,
                enrolled=_enrolled(case, owner),
            )
