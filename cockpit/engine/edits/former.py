"""Dependencies of which files tell no more: their link was taken out, or a team was edited so that it crosses none.

Like a row that vanishes from the register, such a dependency stays in force until both owners sign it withdrawn, or the
sponsor signs the edits of the plan that waits.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from cockpit.basics.classes import dataclass
from cockpit.engine.edits.pasts import Line
from cockpit.records.edits import Step
from cockpit.records.model import Kind, Link, Project, WorkItem

if TYPE_CHECKING:
    from cockpit.engine.facts import Facts


@dataclass(frozen=True, slots=True)
class Former:
    """A link between two teams as it was when both were told, and since when it is not."""

    link: Link
    giver: WorkItem
    """As it was known first, with its owner of today where it is there still."""
    receiver: WorkItem
    giver_team: str
    receiver_team: str
    on: date


def former(facts: Facts) -> Mapping[tuple[str, str], tuple[Former, ...]]:
    """Giver's item and receiving project → the links that tied two teams there and do so no more, though what waits is
    not done. What the sponsor of its project signed is none."""
    found: dict[tuple[str, str], list[Former]] = defaultdict(list)
    for link, step in _links(facts):
        giver, receiver = _then(facts, link.predecessor), _then(facts, link.successor)
        now = facts.items.get(link.successor)
        if giver is None or receiver is None or now is None or now.stub or facts.is_done(now):
            continue
        signed = facts.signed.get(facts.edits.place_of(now).scope)
        teams = _team_then(facts, giver), _team_then(facts, receiver)
        crossed = all(teams) and teams[0] != teams[1] and Kind.SUMMARY not in (giver.kind, receiver.kind)
        if crossed and (signed is None or step > signed):
            found[giver.id, now.project].append(Former(link, giver, now, *teams, step.on))
    return {key: tuple(sorted(links, key=lambda each: each.receiver.id)) for key, links in sorted(found.items())}


def _links(facts: Facts) -> Iterator[tuple[Link, Step]]:
    """Links that were taken out, and those that tie work whose team was edited; with when that was."""
    for line in facts.edits.gone_links.values():
        if isinstance(line.last, Link):
            yield line.last, line.said[-1].since
    moved = _moved(facts)
    for link in facts.snapshot.links if moved else ():
        steps = [moved[name] for name in (link.predecessor, link.successor) if name in moved]
        if steps:
            yield link, max(steps)


def _moved(facts: Facts) -> dict[str, Step]:
    """Work whose team is another than at first, by its own row or its project's; with when it became so."""
    found: dict[str, Step] = {}
    for name, lines in facts.edits.lines["work_items"].items():
        if (step := _team_edit(lines)) is not None:
            found[name] = step
    for name, lines in facts.edits.lines["projects"].items():
        if (step := _team_edit(lines)) is not None:
            for item in facts.items_by_project.get(name, ()):
                found.setdefault(item.id, step)
    return found


def _team_edit(lines: tuple[Line, ...]) -> Step | None:
    """When the team or the project of a row became another than at first."""
    steps = []
    for line in lines:
        first = _who(line.first)
        other = [said.since for said in line.said if said.record is not None and _who(said.record) != first]
        if other and _who(line.last) != first:
            steps.append(other[-1])
    return max(steps, default=None)


def _who(record: object) -> tuple[str, str]:
    if isinstance(record, WorkItem):
        return record.team.strip(), record.project
    return (record.team.strip(), "") if isinstance(record, Project) else ("", "")


def _then(facts: Facts, name: str) -> WorkItem | None:
    """A work item as it was known first; its titles and owners as they are."""
    lines = facts.edits.lines["work_items"].get(name)
    now = facts.item(name)
    if not lines:
        return now
    first = lines[0].first
    assert isinstance(first, WorkItem)
    return first if now is None or now.stub else replace(now, team=first.team, project=first.project or now.project)


def _team_then(facts: Facts, item: WorkItem) -> str:
    """The team that worked on it at first: its own, else its project's."""
    if item.stub:
        return ""
    lines = facts.edits.lines["projects"].get(item.project)
    project = lines[0].first if lines else facts.projects.get(item.project)
    return facts.team_id(item.team or (project.team if isinstance(project, Project) else ""))
