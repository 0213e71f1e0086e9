"""Which teams stand on the two sides of a tie, whatever source names them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from cockpit.records.model import WorkItem

if TYPE_CHECKING:
    from cockpit.engine.facts import Facts


def teams_apart(facts: Facts, giver: WorkItem, receiver: WorkItem) -> tuple[str, str] | None:
    """The two teams by which a tie crosses from one to another; None where it does not.

    By what the official sources say, else by any other source: its own word for either end, and where it has none the
    official one. So a team that only a shadow tracker names is not lost, and two trackers with names of their own for
    every team make no tie cross.
    """
    teams = facts.team_of(giver), facts.team_of(receiver)
    if all(teams) and teams[0] != teams[1]:
        return teams
    giving, receiving = _told(facts, giver), _told(facts, receiver)
    for source in sorted(giving.keys() | receiving.keys()):
        found = giving.get(source, teams[0]), receiving.get(source, teams[1])
        if all(found) and found[0] != found[1]:
            return found
    return None


def all_teams(facts: Facts, item: WorkItem) -> set[str]:
    """Every team that any source names for an item."""
    return {facts.team_of(item), *_told(facts, item).values()} - {""}


def deliverers(facts: Facts, item: WorkItem) -> Iterator[WorkItem]:
    """An item by whoever delivers it: by the official sources, then as each other source names owner or team."""
    yield item
    held = facts.reconciled.items.get(item.id)
    for row in held.rows if held is not None else ():
        if (row.owner.strip() or item.owner, row.team.strip() or item.team) != (item.owner, item.team):
            yield replace(item, owner=row.owner.strip() or item.owner, team=row.team.strip() or item.team)


def _told(facts: Facts, item: WorkItem) -> Mapping[str, str]:
    """By source the team that its own row names, of an item that several sources hold."""
    held = facts.reconciled.items.get(item.id)
    if held is None:
        return {}
    return {facts.reconciled.trackers.name_of(row): facts.team_id(row.team) for row in held.rows if row.team.strip()}
