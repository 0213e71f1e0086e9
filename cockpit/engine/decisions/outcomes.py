"""What follows from assumptions: every objective as it is and as it would be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cockpit.engine.case import Case
from cockpit.engine.decisions.supposed import supposed, work_of
from cockpit.records.assessment import Chain
from cockpit.records.verdicts import SEVERITY_ORDER
from cockpit.records.whatif import Assumed, Assumption, Outcome, Turned, WhatIf


def what_if(case: Case, assumptions: Sequence[Assumption]) -> WhatIf:
    """What would be true under these assumptions. Those about what holds nobody change nothing, and say so."""
    other = supposed(case, assumptions) if assumptions else case
    outcomes = tuple(sorted(_outcomes(case, other), key=_costliest_first))
    costs = [each.cost for each in outcomes if each.cost]
    return WhatIf(
        assumed=tuple(_assumed(case, other, each) for each in assumptions),
        outcomes=outcomes,
        projects=tuple(sorted(_turned(case, other), key=_better_first)),
        saved=sum(costs) if costs else None,
        saved_assumed=any(each.now.cost_assumed for each in outcomes if each.cost),
    )


def _outcomes(case: Case, other: Case) -> Iterator[Outcome]:
    for now, then, was, chain in zip(case.objectives, other.objectives, case.chains, other.chains, strict=True):
        days = float((now.finish - then.finish).days) if now.finish and then.finish else None
        weight, _ = case.blockage.cost_of_delay(now.record.id)
        cost = days * weight if days else None
        yield Outcome(now=now, then=then, chain=chain, days=days, cost=cost, is_same_chain=_open(was) == _open(chain))


def _open(chain: Chain) -> list[str]:
    """The unfinished work of a chain."""
    return [step.item for step in chain.steps if not step.done]


def _costliest_first(outcome: Outcome) -> tuple[bool, float, float]:
    return not outcome.is_otherwise, -(outcome.cost or 0.0), -(outcome.days or 0.0)


def _turned(case: Case, other: Case) -> Iterator[Turned]:
    for project, now in case.judgements.items():
        then = other.judgements[project]
        if then.status is not now.status:
            yield Turned(project, case.facts.names.get(project, project), now.status, then.status)


def _better_first(turned: Turned) -> tuple[int, str]:
    return SEVERITY_ORDER.index(turned.now) - SEVERITY_ORDER.index(turned.then), turned.project


def _assumed(case: Case, other: Case, assumption: Assumption) -> Assumed:
    subject, judged = assumption.subject, case.judged.get(assumption.subject)
    if judged is not None:
        view, until = judged.view, judged.view.held_until
        who = view.giver_owner_name or case.facts.team_title(view.record.giver_team)
        note = _note(case, other, assumption)
        return Assumed(
            assumption=assumption, title=view.record.title, who=who, state=str(view.state), until=until, note=note
        )
    item, hold = case.facts.items.get(work_of(case, subject)), case.blockage.hold(subject)
    if item is None:
        return Assumed(assumption=assumption, title=subject, who="", state="", until=None, note=UNKNOWN)
    return Assumed(
        assumption=assumption,
        title=item.title,
        who=case.facts.person_name(case.facts.owner_of_item(item)),
        state="silent" if hold is not None else item.status,
        until=hold.until if hold is not None else None,
        note=DONE if case.facts.is_done(item) else "",
    )


UNKNOWN = "nobody knows it any more"
DONE = "it is done already"
SETTLED = "it is settled already"


def _note(case: Case, other: Case, assumption: Assumption) -> str:
    """Why it does not do what was assumed of a dependency."""
    if case.judged[assumption.subject].settled:
        return SETTLED
    then = other.judged.get(assumption.subject)
    if then is None:
        return ""
    if assumption.on is None:
        return "" if then.settled else f"it would be {then.view.state} all the same"
    until = then.view.held_until
    if until is not None and until > assumption.on:
        return f"its own work would end on {until} all the same"
    return ""
