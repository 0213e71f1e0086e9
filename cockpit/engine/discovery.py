"""The dependencies of a portfolio, logged or not: the register, and every link between two teams.

A link whose two ends belong to different teams is a dependency, whether or not anybody registered it.
One dependency stands for all links from one giver's item to one receiving project.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from cockpit.engine.facts import Facts
from cockpit.model import Dependency, Kind, Link, WorkItem


@dataclass(frozen=True, slots=True)
class Receiver:
    """Whom a dependency holds. `conflict` is a contradiction in the row; an `unanchored` row names no receiver."""

    projects: tuple[str, ...]
    item: str = ""
    conflict: str = ""
    unanchored: bool = False
    unknown: str = ""
    """A project or item that the row names and that nobody knows."""


def receiver_of(facts: Facts, dependency: Dependency) -> Receiver:
    """The receiving projects: `receiver_project`, else the project of `receiver_item`, else every unfinished
    project of the receiving team."""
    item = facts.items.get(dependency.receiver_item)
    unknown = _unknown(facts, dependency)
    if dependency.receiver_project in facts.projects:
        conflict = ""
        if item is not None and item.project in facts.projects and item.project != dependency.receiver_project:
            named = dependency.receiver_project
            conflict = f"receiver_project is {named}, but receiver_item {item.id} belongs to {item.project}"
        return Receiver((dependency.receiver_project,), item.id if item else "", conflict, unknown=unknown)
    if item is not None and item.project in facts.projects:
        return Receiver((item.project,), item.id, unknown=unknown)
    team = facts.team_id(dependency.receiver_team)
    projects = tuple(p.id for p in facts.projects.values() if facts.team_id(p.team) == team and p.actual_finish is None)
    return Receiver(projects, "", unanchored=True, unknown=unknown)


def _unknown(facts: Facts, dependency: Dependency) -> str:
    if dependency.receiver_project and dependency.receiver_project not in facts.projects:
        return f"receiver_project {dependency.receiver_project}"
    for name in ("receiver_item", "giver_item"):
        value = getattr(dependency, name)
        if value and value not in facts.items:
            return f"{name} {value}"
    for name in ("giver_team", "receiver_team"):
        value = getattr(dependency, name)
        if facts.teams and facts.team_id(value) not in facts.teams:
            return f"{name} {value}"
    return ""


def discovered(facts: Facts) -> tuple[Dependency, ...]:
    """The dependencies that only links tell of: their receiver still needs them and no registered one covers them."""
    groups: dict[tuple[str, str], list[Link]] = defaultdict(list)
    for link in facts.snapshot.links:
        giver, receiver = facts.items.get(link.predecessor), facts.items.get(link.successor)
        if giver is not None and receiver is not None and _crosses(facts, giver, receiver):
            groups[giver.id, receiver.project].append(link)
    covered = _covered(facts)
    return tuple(
        _from_links(facts, links)
        for (giver_id, project), links in sorted(groups.items())
        if not any(key in covered for key in _cover_keys(facts, giver_id, project, links))
    )


def _crosses(facts: Facts, giver: WorkItem, receiver: WorkItem) -> bool:
    if receiver.stub or Kind.SUMMARY in (giver.kind, receiver.kind) or facts.is_done(receiver):
        return False
    if giver.stub:
        return True
    giver_team, receiver_team = facts.team_of(giver), facts.team_of(receiver)
    return bool(giver_team and receiver_team and giver_team != receiver_team)


def _covered(facts: Facts) -> set[tuple[str, ...]]:
    """What the register speaks of: item to item, item to project, and team to project where no item is named."""
    keys: set[tuple[str, ...]] = set()
    for dependency in facts.registered.values():
        receiver = receiver_of(facts, dependency)
        if dependency.giver_item:
            if dependency.receiver_item:
                keys.add(("item", dependency.giver_item, dependency.receiver_item))
            else:
                keys.update(("project", dependency.giver_item, p) for p in receiver.projects)
        else:
            giver = facts.team_id(dependency.giver_team)
            if receiver.item:
                keys.add(("team-item", giver, receiver.item))
            else:
                keys.update(("team", giver, p) for p in receiver.projects)
    return keys


def _cover_keys(facts: Facts, giver_id: str, project: str, links: Iterable[Link]) -> Iterable[tuple[str, ...]]:
    team = facts.team_of(facts.items[giver_id])
    yield ("project", giver_id, project)
    yield ("team", team, project)
    for link in links:
        yield ("item", giver_id, link.successor)
        yield ("team-item", team, link.successor)


def _from_links(facts: Facts, links: list[Link]) -> Dependency:
    first = min(links, key=lambda link: link.successor)
    giver, receiver = facts.items[first.predecessor], facts.items[first.successor]
    giver_team = facts.team_of(giver)
    return Dependency(
        id=f"{giver.id}>{receiver.project or receiver.id}",
        title=giver.title or giver.id,
        giver_team=giver_team,
        receiver_team=facts.team_of(receiver),
        giver_owner="" if giver.stub else facts.first_person(giver.owner, facts.lead_of(giver_team)),
        receiver_owner=facts.first_person(receiver.owner, facts.lead_of(facts.team_of(receiver))),
        giver_item=giver.id,
        receiver_item=receiver.id,
        receiver_project=receiver.project if receiver.project in facts.projects else "",
        acceptance=giver.acceptance,
        discovered=True,
        origin=first.origin or giver.origin,
    )


def all_dependencies(facts: Facts) -> dict[str, Dependency]:
    """Registered and discovered dependencies by id."""
    return dict(facts.registered) | {d.id: d for d in discovered(facts)}
