"""The dependency that nobody logged: stuck work whose text names another team, or that nobody says who blocks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from cockpit.basics.text import one_line
from cockpit.engine.case import Case
from cockpit.engine.rules.base import Family, breach
from cockpit.engine.suspicions.suspected import Suspicion
from cockpit.records.assessment import Breach, Reason
from cockpit.records.verdicts import Basis, Severity
from cockpit.trust.obligations import suspicion_subject

RULES = Family("suspicions")
_SHOWN = 12
"""Work items of a breach of which the reasons tell."""
_SENTENCES = 3


@RULES.rule(
    "DEP-SUSPECTED",
    tolerance="policy.silence_days for what is not blocked",
    clears="the owner of the stuck work confirms it or dismisses it, or the work moves",
)
def suspected(case: Case) -> Iterable[Breach]:
    """Does stuck work name another team on which no dependency is logged, or does nobody say by whom it is blocked? One
    breach per project and giver."""
    logged = _logged(case) if case.suspicions else {}
    for group in case.suspicions:
        first = group[0]
        project, giver = first.item.project, first.giver
        grave = first.near or (bool(giver) and _crosses(case, first))
        yield breach(
            case,
            "DEP-SUSPECTED",
            first.subject,
            _title(case, group),
            _clears(group),
            severity=Severity.MAJOR if grave else Severity.MINOR,
            basis=Basis.UNPROVEN,
            owner=_owner(case, group),
            project=project,
            reasons=(*_reasons(group), *logged.get(giver, ())),
            about=suspicion_subject(project, giver),
        )


def _crosses(case: Case, suspicion: Suspicion) -> bool:
    facts = case.facts
    giver = facts.cost_centre(suspicion.giver)
    receiver = facts.cost_centre(facts.team_of(suspicion.item))
    return bool(giver and receiver and giver != receiver)


def _title(case: Case, group: Sequence[Suspicion]) -> str:
    """The giver first: that is what tells one such breach from the next."""
    first, many = group[0], len(group)
    item, giver = first.item, one_line(case.facts.team_title(first.giver), 60)
    kinds = {each.stuck for each in group}
    stuck = str(first.stuck) if len(kinds) == 1 else "stuck"
    title = f"“{one_line(item.title, 100)}”"
    where = one_line(case.facts.names.get(item.project, item.project)) or "no project"
    if first.giver:
        by = f"{title}, which is {stuck}" if many == 1 else f"{many:,} {stuck} items of {where}"
        return f"{giver}, named by {by}: a dependency that nobody logged?"
    what = f"{title} is {stuck}" if many == 1 else f"{many:,} items of {where} are {stuck}"
    unknown = many == 1 and first.found
    return f"{what}, and names nobody who is known" if unknown else f"{what}, and nobody says by whom"


def _owner(case: Case, group: Sequence[Suspicion]) -> str:
    """The one person who is asked; where several are, who answers for the project."""
    asked = {each.seat.person.id for each in group if each.seat.person is not None}
    return asked.pop() if len(asked) == 1 else case.facts.owner_of_project(group[0].item.project)


def _clears(group: Sequence[Suspicion]) -> str:
    first = group[0]
    who = first.seat.person.name if first.seat.person is not None else "somebody who must be named"
    of_all = "" if len(group) == 1 else ", then whoever is asked about the others"
    if first.giver:
        return f"{who} confirms or dismisses it{of_all}: cockpit sign FOLDER '{first.subject}' confirmed (or dismissed)"
    told = f"cockpit sign FOLDER '{first.subject}TEAM' confirmed, or '{first.subject}' dismissed if by no other team"
    return f"{who} says by whom{of_all}: {told}"


def _reasons(group: Sequence[Suspicion]) -> Iterable[Reason]:
    several = len({each.seat.person for each in group}) > 1
    shown: set[str] = set()
    for suspicion in group[:_SHOWN]:
        person = suspicion.seat.person
        state = suspicion.state()
        yield Reason(f"{state.text}; {person.name} is asked", state.origin) if several and person else state
        yield from suspicion.sentences(_SENTENCES, shown)
    if len(group) > _SHOWN:
        yield Reason(f"and {len(group) - _SHOWN:,} items more")
    if problem := group[0].seat.problem:
        yield Reason(problem, group[0].item.origin)


def _logged(case: Case) -> Mapping[str, Sequence[Reason]]:
    """Giver → the rows of the register that wait for it elsewhere: the need may be one of these."""
    found: dict[str, list[Reason]] = defaultdict(list)
    for judged in case.judged.values():
        record = judged.view.record
        if not record.discovered and not judged.settled:
            text = f"what the register has of theirs: {record.id} “{one_line(record.title, 100)}”"
            found[case.facts.team_id(record.giver_team)].append(Reason(text, record.origin))
    return {giver: sorted(reasons, key=lambda reason: reason.text)[:_SENTENCES] for giver, reasons in found.items()}
