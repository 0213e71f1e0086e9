"""Purpose: which tickets serve a strategic objective, and what share of the effort serves none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from cockpit.engine.assign import ASSIGNED
from cockpit.engine.facts import Facts
from cockpit.engine.serving import Rule, Serving, Standing, line_of, standing
from cockpit.engine.statements.ledger import Ledger
from cockpit.records.measures import Alignment, ServedView, UnmappedGroup, UnmappedTicket
from cockpit.records.model import Kind, Meaning, WorkItem

if TYPE_CHECKING:
    from cockpit.engine.case import Case


def objectives_of(facts: Facts, item: WorkItem) -> tuple[str, ...]:
    """The known objectives that an item serves: its own column's (or its epic's), else its project's."""
    if item.objective in facts.objectives:
        return (item.objective,)
    project = facts.projects.get(item.project)
    return tuple(o for o in project.objectives if o in facts.objectives) if project else ()


def alignment(facts: Facts, ledger: Ledger) -> Alignment:
    """Shares by count and by effort over every ticket, and the unmapped ones grouped by their cause."""
    tickets = _tickets(facts)
    groups: dict[Cause, list[WorkItem]] = defaultdict(list)
    signed = standing(facts, ledger)
    serving, given = Serving(facts, (each.rule for each in signed)), defaultdict[Rule, list[WorkItem]](list)
    unconfirmed = 0
    for item in tickets:
        if not objectives_of(facts, item):
            rule = serving.rule_for(item)
            if rule is not None:
                given[rule].append(item)
            else:
                groups[_cause(facts, item)].append(item)
        elif any(name == ASSIGNED and not ledger.proofs(text, Meaning.CONFIRMED) for name, text in item.extra):
            unconfirmed += 1
    unmapped = [i for rows in groups.values() for i in rows]
    return Alignment(
        items=len(tickets),
        unmapped=len(unmapped),
        effort=_effort(tickets),
        unmapped_effort=_effort(unmapped),
        unit=facts.snapshot.portfolio.effort_unit,
        unconfirmed=unconfirmed,
        groups=tuple(
            UnmappedGroup(
                cause=cause.text,
                count=len(rows),
                effort=_effort(rows),
                items=tuple(i.id for i in rows),
                field=cause.field,
                value=cause.value,
            )
            for cause, rows in sorted(groups.items(), key=lambda kv: (-len(kv[1]), kv[0]))
        ),
        served=tuple(_served(each, given[each.rule]) for each in signed),
    )


def _tickets(facts: Facts) -> list[WorkItem]:
    return [i for i in facts.items.values() if i.kind is Kind.TICKET and not i.stub]


def _effort(rows: Iterable[WorkItem]) -> float:
    return sum(i.effort or 0.0 for i in rows)


def _served(signed: Standing, rows: Sequence[WorkItem]) -> ServedView:
    rule, proof = signed
    return ServedView(
        subject=rule.subject,
        field=rule.field,
        pattern=rule.pattern,
        objective=rule.objective,
        count=len(rows),
        effort=_effort(rows),
        signer_name=proof.person.name,
        signed_on=proof.statement.signed_at.date(),
        statement=proof.statement.id,
    )


def unmapped(case: Case) -> Sequence[UnmappedTicket]:
    """Every ticket that serves no objective, most effort first."""
    facts = case.facts
    rows = ((facts.items[name], group.cause) for group in case.alignment.groups for name in group.items)
    found = (_unmapped(facts, item, cause) for item, cause in rows)
    return sorted(found, key=lambda each: (-each.effort, len(each.id), each.id))


def _unmapped(facts: Facts, item: WorkItem, cause: str) -> UnmappedTicket:
    *_, top = line_of(facts.items, item)
    epic = top.parent or (top.id if top is not item else "")
    return UnmappedTicket(
        id=item.id,
        title=item.title,
        cause=cause,
        project=item.project,
        team=facts.team_of(item),
        epic=epic,
        epic_title=top.title if epic == top.id else epic,
        effort=item.effort or 0.0,
        origin=item.origin,
    )


class Cause(NamedTuple):
    """Why tickets serve nothing: in words that group them, and what they say that leads nowhere."""

    text: str
    field: str = ""
    value: str = ""


def _cause(facts: Facts, item: WorkItem) -> Cause:
    """Why a ticket serves nothing."""
    if item.objective:
        return Cause(f"objective {item.objective} is not known", "objective", item.objective)
    if item.project in facts.projects:
        return Cause(f"project {item.project} serves no objective", "project", item.project)
    if item.project:
        if item.project.strip() in ("", "?"):
            return Cause("they name no project")
        return Cause(f"{item.project} is no project of the portfolio", "project", item.project)
    return Cause("they name neither project nor objective")
