"""Purpose: which tickets serve a strategic objective, and what share of the effort serves none."""

from __future__ import annotations

from collections import defaultdict

from cockpit.engine.assign import ASSIGNED
from cockpit.engine.facts import Facts
from cockpit.engine.statements.ledger import Ledger
from cockpit.measures import Alignment, UnmappedGroup
from cockpit.model import Kind, Meaning, WorkItem


def objectives_of(facts: Facts, item: WorkItem) -> tuple[str, ...]:
    """The known objectives that an item serves: its own column's (or its epic's), else its project's."""
    if item.objective in facts.objectives:
        return (item.objective,)
    project = facts.projects.get(item.project)
    return tuple(o for o in project.objectives if o in facts.objectives) if project else ()


def alignment(facts: Facts, ledger: Ledger) -> Alignment:
    """Shares by count and by effort over every ticket, and the unmapped ones grouped by their cause."""
    tickets = [i for i in facts.items.values() if i.kind is Kind.TICKET and not i.stub]
    groups: dict[str, list[WorkItem]] = defaultdict(list)
    unconfirmed = 0
    for item in tickets:
        served = objectives_of(facts, item)
        if not served:
            groups[_cause(facts, item)].append(item)
        elif any(name == ASSIGNED and not ledger.proofs(text, Meaning.CONFIRMED) for name, text in item.extra):
            unconfirmed += 1
    unmapped = [i for rows in groups.values() for i in rows]
    return Alignment(
        items=len(tickets),
        unmapped=len(unmapped),
        effort=sum(i.effort or 0.0 for i in tickets),
        unmapped_effort=sum(i.effort or 0.0 for i in unmapped),
        unconfirmed=unconfirmed,
        groups=tuple(
            UnmappedGroup(
                cause=cause, count=len(rows), effort=sum(i.effort or 0.0 for i in rows), items=tuple(i.id for i in rows)
            )
            for cause, rows in sorted(groups.items(), key=lambda kv: (-len(kv[1]), kv[0]))
        ),
    )


def _cause(facts: Facts, item: WorkItem) -> str:
    """Why a ticket serves nothing, in words that group it with others of the same cause."""
    if item.objective:
        return f"objective {item.objective} is not known"
    if item.project in facts.projects:
        return f"project {item.project} serves no objective"
    if item.project:
        nowhere = item.project.strip() in ("", "?")
        return "they name no project" if nowhere else f"{item.project} is no project of the portfolio"
    return "they name neither project nor objective"
