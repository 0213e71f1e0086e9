"""Law 1, proof: what one team needs from another holds until its owner has signed it resolved."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, timedelta

from cockpit.engine.case import Case
from cockpit.engine.dependencies import Judged, proven
from cockpit.engine.rules.base import Family, breach
from cockpit.engine.scheduling.calendars import DAY
from cockpit.records.assessment import Breach, Reason, StatementView
from cockpit.records.model import Meaning
from cockpit.records.verdicts import Basis, DependencyState, Severity

RULES = Family("dependencies")


def _owner(case: Case, judged: Judged) -> str:
    """Who can clear it: the giver's owner, else the giving team's lead, else who answers for the receiver."""
    facts, record = case.facts, judged.view.record
    found = facts.first_person(record.giver_owner, facts.lead_of(record.giver_team))
    if facts.person(found) is not None:
        return found
    project = next(iter(judged.view.projects), "")
    return facts.first_person(facts.lead_of(record.receiver_team), facts.owner_of_project(project), found)


def _raise(case: Case, code: str, judged: Judged, title: str, clears: str, basis: Basis) -> Breach:
    view = judged.view
    return breach(
        case,
        code,
        view.subject,
        title,
        clears,
        severity=_severity(case, code, judged),
        basis=basis,
        owner=_owner(case, judged),
        project=next(iter(view.projects), ""),
        reasons=(*_context(case, judged), *view.reasons),
        blocker=view.subject,
    )


def _severity(case: Case, code: str, judged: Judged) -> Severity:
    """What failed is critical; what is needed soon or costs days is graver, and so is what crosses a cost centre."""
    if code in ("DEP-BROKEN", "DEP-CONTRADICTED", "DEP-DISPUTED"):
        return Severity.CRITICAL
    pressing = _is_due(case, judged) or case.blockage.worth(judged.view.subject).days > 0
    return (Severity.MINOR, Severity.MAJOR, Severity.CRITICAL)[pressing + judged.view.crosses_cost_centre]


def _context(case: Case, judged: Judged) -> list[Reason]:
    """Who waits for whom, in one sentence."""
    record = judged.view.record
    giver, receiver = case.facts.team_title(record.giver_team), case.facts.team_title(record.receiver_team)
    text = f"{receiver} waits for {giver or 'somebody outside the files'}"
    if judged.view.crosses_cost_centre:
        text += ", which answers to another cost centre"
    if record.needed_by is not None:
        text += f"; needed by {record.needed_by}"
    return [Reason(text, record.origin)]


def _nodes(case: Case, judged: Judged) -> tuple[int, ...]:
    hold = case.blockage.hold(judged.view.subject)
    return hold.nodes if hold is not None else ()


def _is_due(case: Case, judged: Judged) -> bool:
    """Needed within the horizon: by its date, or by the day on which what waits for it could start without its hold.

    Where neither says anything the need is now.
    """
    days = case.facts.policy.horizon_days
    needed_by = judged.view.record.needed_by
    if needed_by is not None and needed_by <= case.facts.today + timedelta(days=days):
        return True
    starts = [case.woven.base.start[n] for n in _nodes(case, judged)]
    if not starts:
        return needed_by is None
    return min(starts) <= case.woven.data_date + days * DAY


def _is_near(case: Case, judged: Judged) -> bool:
    """Needed within the horizon, or on a driving or near-critical chain."""
    return _is_due(case, judged) or any(n in case.near for n in _nodes(case, judged))


def _waits(case: Case, judged: Judged, *states: DependencyState) -> bool:
    """Whether it is in one of these states, unproven, somebody still needs it, and it is near."""
    view = judged.view
    return (
        view.state in states
        and bool(view.projects)
        and judged.crosses
        and not proven(view, case.facts.policy.dependency_proof)
        and _is_near(case, judged)
    )


def _each(case: Case, code: str, ask: Callable[[Case, Judged], Breach | None]) -> Iterable[Breach]:
    """What a rule raises of one dependency after another; as in the case before of those that nothing has stirred."""
    before, stirred = case.same_needs, case.stirred
    known = before.raised.get(code) if before is not None and stirred is not None else None
    found = case.raised[code] = {}
    for subject, judged in case.judged.items():
        stands = known is not None and stirred is not None and subject not in stirred
        raised = known.get(subject) if known is not None and stands else ask(case, judged)
        if raised is not None:
            found[subject] = raised
            yield raised


@RULES.rule("DEP-UNOWNED", tolerance="needed within policy.horizon_days, or near-critical", clears="its owner signs")
def unowned(case: Case) -> Iterable[Breach]:
    """Does one team need something of another that nobody registered, or that nobody can sign for?"""
    yield from _each(case, "DEP-UNOWNED", _unowned)


def _unowned(case: Case, judged: Judged) -> Breach | None:
    if not _waits(case, judged, DependencyState.UNOWNED):
        return None
    record = judged.view.record
    title = f"{record.title}: nobody can sign for it"
    giver = case.facts.team_title(record.giver_team) or "its giver"
    clears = f"somebody who may sign for {giver} signs it resolved, with evidence"
    if record.discovered:
        title = f"{record.title}: {case.facts.team_title(record.receiver_team)} needs it, and it is in no register"
    return _raise(case, "DEP-UNOWNED", judged, title, clears, Basis.UNPROVEN)


@RULES.rule(
    "DEP-UNPROVEN",
    tolerance="needed within policy.horizon_days, or near-critical; policy.dependency_proof",
    clears="the giver's owner signs it resolved, with evidence",
)
def unproven(case: Case) -> Iterable[Breach]:
    """Is there a cross-functional dependency that its owner has not proven resolved with a signature?"""
    yield from _each(case, "DEP-UNPROVEN", _unproven)


def _unproven(case: Case, judged: Judged) -> Breach | None:
    if not _waits(case, judged, DependencyState.OPEN, DependencyState.PROMISED):
        return None
    view = judged.view
    promised = f"promised for {view.promised_for}" if view.promised_for else "nobody promised a date"
    clears = f"{view.giver_owner_name or 'its owner'} signs it resolved, with evidence"
    return _raise(case, "DEP-UNPROVEN", judged, f"{view.record.title}: {promised}", clears, Basis.UNPROVEN)


@RULES.rule("DEP-BROKEN", tolerance="none", clears="the owner signs it resolved, or a new promise")
def broken(case: Case) -> Iterable[Breach]:
    """Has the day passed for which the giver's owner promised it?"""
    for judged in case.judged.values():
        view = judged.view
        if view.state is DependencyState.BROKEN and view.projects:
            title = f"{view.record.title}: was promised for {view.promised_for}"
            clears = f"{view.giver_owner_name} signs it resolved, with evidence, or promises a new date"
            yield _raise(case, "DEP-BROKEN", judged, title, clears, Basis.EVIDENCE)


@RULES.rule("DEP-CONTRADICTED", tolerance="none", clears="the giver's item is done in its source")
def contradicted(case: Case) -> Iterable[Breach]:
    """Was it signed resolved while the giver's own item is still open in its source?"""
    for judged in case.judged.values():
        view = judged.view
        if view.state is DependencyState.CONTRADICTED:
            title = f"{view.record.title}: signed resolved, still open"
            yield _raise(case, "DEP-CONTRADICTED", judged, title, f"{view.record.giver_item} is done", Basis.EVIDENCE)


@RULES.rule("DEP-DISPUTED", tolerance="none", clears="the giver's owner proves it again, after the dispute")
def disputed(case: Case) -> Iterable[Breach]:
    """Has the receiver's owner signed that what was signed resolved is not?"""
    for judged in case.judged.values():
        view = judged.view
        if view.state is DependencyState.DISPUTED:
            title = f"{view.record.title}: disputed by its receiver"
            clears = f"{view.giver_owner_name} signs it resolved again, with evidence"
            yield _raise(case, "DEP-DISPUTED", judged, title, clears, Basis.EVIDENCE)


@RULES.rule("DEP-VOID", tolerance="none", clears="the owner signs the dependency as it reads now")
def void(case: Case) -> Iterable[Breach]:
    """Was a signed dependency changed afterwards, in its teams, receiver, needed_by or acceptance?"""
    for judged in case.judged.values():
        view = judged.view
        old = case.ledger.voided(view.subject, Meaning.RESOLVED) + case.ledger.voided(view.subject, Meaning.PROMISED)
        if old and not view.proof:
            names = ", ".join(dict.fromkeys(o.signer_name for o in old))
            title = f"{view.record.title}: changed since {names} signed it, so the proof is void"
            clears = f"{view.giver_owner_name or 'the owner'} signs it as it reads now, or the change is taken back"
            found = _raise(case, "DEP-VOID", judged, title, clears, Basis.EVIDENCE)
            passed = [o.record.body["date"] for o in old if _has_passed(case, o)]
            if passed:
                text = f"what was promised for {max(passed)} was broken when it was changed; no edit keeps a promise"
                grave = Severity.MAJOR if found.severity is Severity.MINOR else found.severity
                found = replace(found, severity=grave, reasons=(Reason(text, view.record.origin), *found.reasons))
            yield found


def _has_passed(case: Case, view: StatementView) -> bool:
    """Whether a promise is for a day that has passed."""
    day = view.record.body.get("date") or ""
    return view.meaning == Meaning.PROMISED and bool(day) and date.fromisoformat(day) < case.facts.today


@RULES.rule("DEP-UNANCHORED", tolerance="none", clears="the row names a receiver_project or receiver_item")
def unanchored(case: Case) -> Iterable[Breach]:
    """Does a dependency name no receiving project or item, so that it holds every project of the team?"""
    for judged in case.judged.values():
        if judged.receiver.unanchored and not judged.settled:
            count = len(judged.view.projects)
            held = "1 project" if count == 1 else f"{count:,} projects"
            title = f"{judged.view.record.title}: names no receiver, so it holds {held} of the team"
            yield _plain(case, "DEP-UNANCHORED", judged, title, "its row names a receiver_project or receiver_item")


@RULES.rule("DEP-CONFLICT", tolerance="none", clears="receiver_project and receiver_item agree")
def conflict(case: Case) -> Iterable[Breach]:
    """Do the receiving project and the receiving item of a dependency contradict each other?"""
    for judged in case.judged.values():
        if judged.receiver.conflict:
            title = f"{judged.view.record.title}: {judged.receiver.conflict}"
            yield _plain(case, "DEP-CONFLICT", judged, title, "its receiver_project and receiver_item agree")


@RULES.rule("DEP-UNKNOWN", tolerance="none", clears="the row names a project, item or team that exists")
def unknown(case: Case) -> Iterable[Breach]:
    """Does a dependency name a project, an item or a team that nobody knows?"""
    for judged in case.judged.values():
        if judged.receiver.unknown and not judged.view.record.discovered:
            name = judged.receiver.unknown.split(" ", 1)[0]
            title = f"{judged.view.record.title}: names {judged.receiver.unknown}, which nobody knows"
            yield _plain(case, "DEP-UNKNOWN", judged, title, f"its {name} names one that exists")


@RULES.rule("DEP-VANISHED", tolerance="none", clears="the row comes back, or both owners sign it withdrawn")
def vanished(case: Case) -> Iterable[Breach]:
    """Did an unsettled dependency disappear from its file?"""
    for judged in case.judged.values():
        day, record = case.facts.vanished.get(judged.view.record.id), judged.view.record
        # A team that was edited hides no need either: that it is unowned says so, once it is near.
        edited = record.discovered and not case.facts.is_taken_out(record.id)
        if day is not None and not judged.settled and not edited:
            how = "no link tells of it any more since" if record.discovered else "disappeared from its file on"
            title = f"{record.title}: {how} {day}; it stays in force"
            yield _plain(case, "DEP-VANISHED", judged, title, "the row comes back, or both owners sign it withdrawn")


def _plain(case: Case, code: str, judged: Judged, title: str, clears: str) -> Breach:
    """A breach of the record itself: the receiving side can mend it."""
    facts, view = case.facts, judged.view
    project = next(iter(view.projects), "")
    owner = facts.first_person(
        view.record.receiver_owner, facts.lead_of(view.record.receiver_team), facts.owner_of_project(project)
    )
    return breach(
        case, code, view.subject, title, clears, severity=Severity.MINOR, basis=Basis.UNPROVEN, owner=owner,
        project=project, reasons=(Reason("as its row reads", view.record.origin),),
    )  # fmt: skip
