"""The lookups over a portfolio from which something was taken out, from those of the whole: only what is gone and what
was tied to it is looked up again."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Set
from dataclasses import replace
from typing import Any

from cockpit.basics.classes import dataclass
from cockpit.engine.assign import Assigner
from cockpit.engine.facts import Facts
from cockpit.engine.links import Ends, Links
from cockpit.engine.trackers.reconcile import as_it_stands
from cockpit.records.model import Link, WorkItem
from cockpit.records.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Cut:
    """A portfolio from which something was taken out."""

    snapshot: Snapshot
    links: tuple[Link, ...]
    """The links that are gone, with all that tie the same two things."""
    items: frozenset[str] = frozenset()
    """The ids of the work items that are gone."""
    project: str = ""
    """The project that is gone; empty for none."""


def facts_without(facts: Facts, cut: Cut) -> Facts:
    """The lookups over what is left. `touched` is None where they are to be made anew."""
    gone = cut.items
    below = {item.id for name in gone for item in facts.below.get(name, ())}
    if facts.reconciled.sameness is not None or not below <= gone:
        # What stood below would take its project and objective from somewhere else.
        return Facts(cut.snapshot, facts.today)
    other = Facts(cut.snapshot, facts.today, as_it_stands(cut.snapshot))
    own: dict[str, Any] = {"told": facts.told, "items": facts.items, "below": facts.below, "looks": facts.looks}
    own["items_by_project"] = facts.items_by_project
    if gone:
        own |= {name: _without(own[name], gone) for name in ("told", "items")}
        rows = [facts.items[name] for name in gone if name in facts.items]
        own["below"] = _grouped(_without(facts.below, gone), {row.parent for row in rows}, gone)
        own["items_by_project"] = _grouped(facts.items_by_project, {row.project for row in rows}, gone)
    vars(other).update(own)
    lost: Set[str] = frozenset()
    if any(_is_stub(facts, link.predecessor) for link in cut.links):
        _strangers_again(other)
        lost = facts.items.keys() - other.items.keys()
    vars(other).update(links=_links(facts.links, other, cut.links, lost), touched=_touched(facts, cut))
    return other


def _is_stub(facts: Facts, name: str) -> bool:
    item = facts.told.get(name)
    return item is not None and item.stub


def _strangers_again(facts: Facts) -> None:
    """Look up again what links alone tell of."""
    rows = {row.id for row in facts.snapshot.work_items}
    told = {name: item for name, item in facts.told.items() if name in rows}
    strangers = facts.strangers(told)
    assigner = Assigner(told | strangers, facts.projects.keys(), facts.assignments)
    items = {name: item for name, item in facts.items.items() if name in rows}
    found = {name: assigner.resolved(item) for name, item in strangers.items()}
    vars(facts).update(told=told | strangers, items=items | found)


def _without(rows: Mapping[str, Any], gone: Collection[str]) -> dict[str, Any]:
    return {name: row for name, row in rows.items() if name not in gone}


def _grouped(
    groups: Mapping[str, tuple[WorkItem, ...]], keys: Collection[str], gone: Collection[str]
) -> Mapping[str, tuple[WorkItem, ...]]:
    """Groups of work items without what is gone of some; an empty one is none."""
    left = {key: tuple(item for item in groups[key] if item.id not in gone) for key in keys if key in groups}
    return {key: rows for key, group in groups.items() if (rows := left.get(key, group))}


def _touched(facts: Facts, cut: Cut) -> frozenset[str]:
    """The projects of whose own work something is known otherwise."""
    ends = {name for link in cut.links for name in (link.predecessor, link.successor)}
    items = (item for name in ends | cut.items if (item := facts.item(name)) is not None)
    return frozenset({cut.project, *(item.project for item in items)})


def _links(known: Links, facts: Facts, gone: Collection[Link], lost: Set[str]) -> Links:
    """The lookups over the links that are left; of what is `lost` no file and no link tells any more."""
    if not gone:
        return known
    pairs: set[Ends] = {(link.predecessor, link.successor) for link in gone}
    names = {name for pair in pairs for name in pair}
    left = [link for link in facts.snapshot.links if link.predecessor in names or link.successor in names]
    followers = {before: {*known.followers[before]} for before, _ in pairs}
    for before, after in pairs:
        followers[before].discard(after)
    fewer = {name: tuple(sorted(rest)) for name, rest in followers.items()}
    onward = {name: rest for name, was in known.followers.items() if (rest := fewer.get(name, was))}

    def stands(link: Link) -> bool:
        ends = link.predecessor, link.successor
        return ends not in pairs and lost.isdisjoint(ends)

    return replace(
        known,
        followers=onward,
        last=(known.last - names) | {link.successor for link in left if link.successor in names - onward.keys()},
        loose=known.loose - pairs,
        inside=tuple(link for link in known.inside if stands(link)),
        across=tuple(link for link in known.across if stands(link)),
    )
