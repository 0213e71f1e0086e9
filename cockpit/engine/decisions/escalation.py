"""To whom a breach goes as it ages: its owner, their team's lead, the sponsor, the objective's owner, the steward."""

from __future__ import annotations

from collections.abc import Sequence

from cockpit.engine.case import Case
from cockpit.records.assessment import Breach


def levels(case: Case, breaches: Sequence[Breach]) -> dict[str, tuple[str, ...]]:
    """By breach key the ids of the people it goes to, nearest first, each once; only people who are known."""
    found = case.ladders
    for breach in breaches:
        where = breach.owner, breach.project, breach.objective
        if where not in found:
            found[where] = _chain(case, breach)
    return {b.key: found[b.owner, b.project, b.objective] for b in breaches}


def _chain(case: Case, breach: Breach) -> tuple[str, ...]:
    facts = case.facts
    owner, project = facts.person(breach.owner), facts.projects.get(breach.project)
    objective = facts.objectives.get(breach.objective)
    team = (owner.team if owner is not None else "") or (project.team if project is not None else "")
    named = (
        breach.owner,
        facts.lead_of(team),
        facts.sponsor_of(breach.project),
        objective.owner if objective is not None else "",
        facts.steward,
    )
    people = (facts.person(name) for name in named)
    return tuple(dict.fromkeys(person.id for person in people if person is not None))
