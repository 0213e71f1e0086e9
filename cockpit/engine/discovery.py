"""The dependencies of a portfolio, logged or not: the register, and every link between two teams.

A link whose two ends belong to different teams is a dependency, whether or not anybody registered it.
One dependency stands for all links from one giver's item to one receiving project.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence, Set

from cockpit.basics.classes import dataclass
from cockpit.engine.edits.former import Former
from cockpit.engine.facts import Facts
from cockpit.engine.trackers.sides import all_teams, teams_apart
from cockpit.records.model import Dependency, Kind, Link, WorkItem


@dataclass(frozen=True, slots=True)
class Receiver:
    """Whom a dependency holds. `conflict` is a contradiction in the row; an `unanchored` row names no receiver."""

    projects: tuple[str, ...]
    items: tuple[str, ...] = ()
    """The items that wait: the one the row names, and all that links tie to the giver's item in the same project."""
    conflict: str = ""
    unanchored: bool = False
    unknown: str = ""
    """A project or item that the row names and that nobody knows."""


def receiver_of(facts: Facts, dependency: Dependency) -> Receiver:
    """The receiving projects: `receiver_project`, else that of `receiver_item` (of a summary without one, those of the
    work below it), else every unfinished project of the receiving team. It is worked out once."""
    known = facts.receivers.get(dependency.id)
    if known is None or known[0] is not dependency:
        known = facts.receivers[dependency.id] = dependency, _receiver_of(facts, dependency)
    return known[1]


def _receiver_of(facts: Facts, dependency: Dependency) -> Receiver:
    item = facts.items.get(dependency.receiver_item)
    unknown, own = _unknown(facts, dependency), _projects_of(facts, item)
    if dependency.receiver_project in facts.projects:
        conflict, named = "", dependency.receiver_project
        if item is not None and own and named not in own:
            conflict = f"receiver_project is {named}, but receiver_item {item.id} belongs to {', '.join(own)}"
        waiting = _waiting(facts, dependency, named, None if conflict else item)
        # A summary may stand over the work of several projects: all of it waits.
        projects = (named,) if conflict else tuple(dict.fromkeys((named, *own)))
        return Receiver(projects, waiting, conflict, unknown=unknown)
    waiting = () if item is None else _waiting(facts, dependency, item.project, item)
    if own:
        return Receiver(own, waiting, unknown=unknown)
    if dependency.discovered and waiting:
        return Receiver((), waiting, unknown=unknown)
    open_ = facts.open_projects.get(facts.team_id(dependency.receiver_team), ())
    # Work that no project owns is held all the same, beside whatever its team has open.
    return Receiver(open_, waiting, unanchored=True, unknown=unknown)


def _projects_of(facts: Facts, item: WorkItem | None) -> tuple[str, ...]:
    """The known projects of a work item: its own, else those of the work below it."""
    if item is None:
        return ()
    return (item.project,) if item.project in facts.projects else facts.projects_below(item.id)


def _waiting(facts: Facts, dependency: Dependency, project: str, item: WorkItem | None) -> tuple[str, ...]:
    """The named item first; one dependency stands for all links from the giver's item into the project."""
    giver = facts.item(dependency.giver_item)
    linked = facts.links.followers.get(giver.id, ()) if giver is not None else ()
    tied = (facts.items[name] for name in linked if name in facts.items)
    names = [item.id] if item is not None else []
    names += [each.receiver.id for each in facts.former.get((dependency.giver_item, project), ())]
    names += [i.id for i in tied if giver is not None and i.project == project and _crosses(facts, giver, i)]
    return tuple(dict.fromkeys(names))


def crosses_teams(facts: Facts, dependency: Dependency, receiver: Receiver) -> bool:
    """Whether it is cross-functional: unless all that is known of both sides names one and the same team."""
    item = facts.item(dependency.giver_item)
    giving = {facts.team_id(dependency.giver_team), *(all_teams(facts, item) if item is not None else ())} - {""}
    named = (all_teams(facts, facts.items[i]) for i in receiver.items)
    taking = {facts.team_id(dependency.receiver_team)}.union(*named)
    taking |= {facts.team_id(facts.projects[p].team) for p in receiver.projects}
    taking -= {""}
    return not (giving and taking and len(giving | taking) == 1)


def _unknown(facts: Facts, dependency: Dependency) -> str:
    if dependency.receiver_project and dependency.receiver_project not in facts.projects:
        return f"receiver_project {dependency.receiver_project}"
    for name in ("receiver_item", "giver_item"):
        value = getattr(dependency, name)
        if value and facts.item(value) is None:
            return f"{name} {value}"
    for name in ("giver_team", "receiver_team"):
        value = getattr(dependency, name)
        if facts.teams and facts.team_id(value) not in facts.teams:
            return f"{name} {value}"
    return ""


def discovered(facts: Facts, settled: Set[str] = frozenset()) -> tuple[Dependency, ...]:
    """The dependencies that only links tell of: their receiver still needs them and no registered one covers them.

    `settled` are the registered ones that hold nobody any more. One that names no giver's item speaks for a team as
    long as it is unsettled; once settled it says nothing of work of that team that is still open.
    """
    groups: dict[tuple[str, str], list[Link]] = defaultdict(list)
    for link in facts.links.across:
        giver, receiver = facts.item(link.predecessor), facts.items.get(link.successor)
        if giver is not None and receiver is not None and _crosses(facts, giver, receiver):
            groups[giver.id, receiver.project].append(link)
    former = {key: links for key, links in facts.former.items() if key not in groups}
    covered, spent = _covered(facts, settled)

    def is_covered(giver: str, project: str, links: Iterable[Link]) -> bool:
        keys = _cover_keys(facts, giver, project, links)
        return any(key in covered or (key in spent and _is_delivered(facts, giver)) for key in keys)

    found = [_from_links(facts, links) for key, links in sorted(groups.items()) if not is_covered(*key, links)]
    others = {(dependency.giver_team, dependency.receiver_project) for dependency in found}
    for key, taken_out in former.items():
        # Where the same team gives the project something else now, the plan was made anew, not the need taken away.
        anew = facts.item(key[0]) is None and (taken_out[0].giver_team, key[1]) in others
        if not anew and not is_covered(*key, [each.link for each in taken_out]):
            found.append(_from_former(facts, taken_out))
    return tuple(found)


def _crosses(facts: Facts, giver: WorkItem, receiver: WorkItem) -> bool:
    if receiver.stub or facts.is_done(receiver):
        return False
    # A heading without a team of its own says nothing of who does the work below it.
    if giver.project == receiver.project and any(i.kind is Kind.SUMMARY and not i.team for i in (giver, receiver)):
        return False
    if giver.stub:
        return not _was_done_within(facts, giver.id, receiver)
    return teams_apart(facts, giver, receiver) is not None


def _was_done_within(facts: Facts, giver: str, receiver: WorkItem) -> bool:
    """Whether work that no file holds any more was done by the receiver's own team: a list forgets what is over."""
    line = facts.edits.gone_items.get(giver)
    last = line.last if line is not None else None
    return isinstance(last, WorkItem) and facts.is_done(last) and teams_apart(facts, last, receiver) is None


def _is_delivered(facts: Facts, giver: str) -> bool:
    item = facts.item(giver)
    return item is not None and facts.is_done(item)


def _covered(facts: Facts, settled: Set[str]) -> tuple[set[tuple[str, ...]], set[tuple[str, ...]]]:
    """What the register speaks of: item to item, item to project, and team to project where no item is named.

    The second set is what settled rows without an item speak of.
    """
    covered: set[tuple[str, ...]] = set()
    spent: set[tuple[str, ...]] = set()
    for dependency in facts.registered.values():
        keys = spent if dependency.id in settled and not dependency.giver_item else covered
        receiver = receiver_of(facts, dependency)
        if dependency.giver_item:
            # A row that names another project than its item's says nothing of the project that really waits.
            if dependency.receiver_item and not receiver.conflict:
                keys.add(("item", dependency.giver_item, dependency.receiver_item))
            elif not receiver.unanchored:
                keys.update(("project", dependency.giver_item, p) for p in receiver.projects)
        elif giver := facts.team_id(dependency.giver_team):
            keys.update(("team-item", giver, item) for item in receiver.items)
            if not receiver.items:
                keys.update(("team", giver, p) for p in receiver.projects)
    return covered, spent


def _cover_keys(facts: Facts, giver_id: str, project: str, links: Iterable[Link]) -> Iterable[tuple[str, ...]]:
    giver = facts.item(giver_id)
    # Of work that no file has nobody knows the team, whatever project it is assigned to.
    team = facts.team_of(giver) if giver is not None and not giver.stub else ""
    yield ("project", giver_id, project)
    yield ("team", team, project)
    for link in links:
        yield ("item", giver_id, link.successor)
        yield ("team-item", team, link.successor)


def _from_links(facts: Facts, links: list[Link]) -> Dependency:
    first = min(links, key=lambda link: link.successor)
    giver, receiver = facts.item(first.predecessor) or facts.items[first.successor], facts.items[first.successor]
    giver_team, receiver_team = teams_apart(facts, giver, receiver) or (facts.team_of(giver), facts.team_of(receiver))
    return Dependency(
        id=f"{giver.id}>{receiver.project or receiver.id}",
        title=giver.title or giver.id,
        giver_team=giver_team,
        receiver_team=receiver_team,
        giver_owner="" if giver.stub else facts.first_person(giver.owner, facts.lead_of(giver_team)),
        receiver_owner=facts.first_person(receiver.owner, facts.lead_of(receiver_team)),
        giver_item=giver.id,
        receiver_item=receiver.id,
        receiver_project=receiver.project if receiver.project in facts.projects else "",
        acceptance=giver.acceptance,
        discovered=True,
        origin=first.origin or giver.origin,
    )


def _from_former(facts: Facts, links: Sequence[Former]) -> Dependency:
    """A dependency whose links were taken out, or that a team was edited to hide."""
    first = links[0]
    giver, receiver = first.giver, first.receiver
    return Dependency(
        id=f"{giver.id}>{receiver.project or receiver.id}",
        title=giver.title or giver.id,
        giver_team=first.giver_team,
        receiver_team=first.receiver_team,
        giver_owner=facts.first_person(giver.owner, facts.lead_of(first.giver_team)),
        receiver_owner=facts.first_person(receiver.owner, facts.lead_of(first.receiver_team)),
        giver_item=giver.id,
        receiver_item=receiver.id,
        receiver_project=receiver.project if receiver.project in facts.projects else "",
        acceptance=giver.acceptance,
        discovered=True,
        origin=receiver.origin,
    )


def all_dependencies(facts: Facts, settled: Set[str] = frozenset()) -> dict[str, Dependency]:
    """Registered and discovered dependencies by id; `settled` are the registered ones that hold nobody any more."""
    return {d.id: d for d in discovered(facts, settled)} | facts.registered
