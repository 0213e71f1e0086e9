"""Lookups of a snapshot from those of the one before, where work items say otherwise, or links came and went.

Most edits are such: a state, a date, a duration in a few rows. All that follows from where work stands (its project,
its parents, the order of the files) is then as it was. Where anything else differs, everything is looked up anew.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from cockpit.engine.assign import Assigner
from cockpit.engine.rows import apart, are_same, between, known_today
from cockpit.records.model import WorkItem
from cockpit.records.snapshot import Snapshot

if TYPE_CHECKING:
    from cockpit.engine.facts import Facts

V = TypeVar("V")

_TABLES = ("projects", "objectives", "people", "teams", "statements", "assignments")
"""What else says where work stands and whose it is."""
_OWN = frozenset({"work_items", "moved", "observed", "pasts"})
"""What is known of work itself."""
_ASIDE = frozenset({"sources", "first_seen", "lives", "earlier", "earlier_on", "missing"})
"""What says nothing of any work."""
_ELSE = tuple(field.name for field in fields(Snapshot) if field.name not in _OWN | _ASIDE | {"links"})
_ELSE_PAST = ("rewritten", "removed", "settings")
_PLACE = ("id", "parent", "kind", "stub", "origin")
_BINDS_BELOW = ("project", "objective")
_TIMES = frozenset({
    "duration_days", "remaining_days", "percent", "effort", "not_before", "deadline", "baseline_start",
    "baseline_finish", "actual_start", "actual_finish", "updated",
})  # fmt: skip
"""What says when work is done and how much of it there is; nothing of whose it is, what it is called, who waits."""
_PROGRESS = _TIMES | {"state", "status"}
"""And how far it is."""


class Lookups(NamedTuple):
    """The work items of a snapshot, looked up."""

    told: dict[str, WorkItem]
    """As the files tell them, by id."""
    items: dict[str, WorkItem]
    """With project and objective resolved."""
    by_project: Mapping[str, tuple[WorkItem, ...]]
    below: Mapping[str, tuple[WorkItem, ...]]
    changed: tuple[str, ...]
    """The ids of those that differ."""
    teams_stand: bool
    """None of them names another team than before."""
    links_stand: bool
    """Every link is what it was, and so is what is known of its past."""
    touched: frozenset[str] | None
    """The projects of whose own work anything that is known differs; None where more than that may differ."""
    touched_items: frozenset[str]
    """The ids of that work."""
    further: frozenset[str] | None
    """The ids of work that is further than it was, or less far, or says so in other words. Of all other work nothing
    but times differs; None where more than that does."""


def renewed(facts: Facts, earlier: Facts) -> Lookups | None:
    """The lookups over the work items of `facts` from those of `earlier`; None where they are to be made anew."""
    if not _is_comparable(facts, earlier):
        return None
    ties = _other_ties(facts, earlier)
    if ties is None:
        return None
    pairs = apart(facts.snapshot.work_items, earlier.snapshot.work_items)
    if not all(_stands(earlier, new, old, bool(facts.snapshot.assignments)) for new, old in pairs):
        return None
    told = dict(earlier.told)
    changed = {new.id: known_today(new, facts.today) for new, _ in pairs}
    told.update(facts.owners.settle("milestone", changed))
    assigner = Assigner(told, earlier.projects.keys(), earlier.assignments)
    found = {name: assigner.resolved(told[name]) for name in changed}
    if any(item.project != earlier.items[name].project for name, item in found.items()):
        return None
    is_told = earlier.items is earlier.told and all(item is told[name] for name, item in found.items())
    items = told if is_told else earlier.items | found
    by_project = _again(earlier.items_by_project, items, {item.project for item in found.values()})
    below = _again(earlier.below, items, {item.parent for item in found.values() if item.parent})
    teams_stand = all(item.team == earlier.items[name].team for name, item in found.items())
    names = _touched(facts.read, earlier.read, items, {*found, *ties})
    links_stand = are_same(facts.snapshot.links, earlier.snapshot.links) and _links_past_stands(facts, earlier)
    touched = frozenset(items[name].project for name in names) if names is not None else None
    further = _further(facts, found, earlier) if touched is not None else None
    names = names or frozenset()
    return Lookups(told, items, by_project, below, tuple(found), teams_stand, links_stand, touched, names, further)


def _is_comparable(facts: Facts, earlier: Facts) -> bool:
    """Whether nothing but the rows of work items and their history differs, as far as that says where work stands."""
    new, old = facts.snapshot, earlier.snapshot
    return (
        facts.today == earlier.today
        and facts.reconciled.sameness is None
        and earlier.reconciled.sameness is None
        and len(new.work_items) == len(old.work_items)
        and new.genesis == old.genesis
        and new.owners == old.owners
        and all(are_same(getattr(new, table), getattr(old, table)) for table in _TABLES)
    )


def _other_ties(facts: Facts, earlier: Facts) -> set[str] | None:
    """The ids of the work at the ends of links that came or went; None where a link may say what work there is."""
    new, old = facts.snapshot.links, earlier.snapshot.links
    if are_same(new, old):
        return set()
    if any(item.stub for item in earlier.told.values()):
        return None  # one may stand for what a link names and no file has
    came, went = between(new, old)
    names = {end for link in (*came, *went) for end in (link.predecessor, link.successor)}
    return names if names <= earlier.told.keys() else None


def _links_past_stands(facts: Facts, earlier: Facts) -> bool:
    new, old = facts.read.pasts, earlier.read.pasts
    rows = _differing(new.rows.get("links", {}), old.rows.get("links", {}))
    return not rows and new.newer.get("links", {}) == old.newer.get("links", {})


def _stands(earlier: Facts, new: WorkItem, old: WorkItem, has_rules: bool) -> bool:
    """Whether a row stands where it stood, for itself and for what stands below it."""
    if new.stub or earlier.is_finish(new.id) or any(getattr(new, name) != getattr(old, name) for name in _PLACE):
        return False  # it may have given way
    if new.id not in earlier.below:
        return True
    # What stands below takes its project from it, or matches a rule of the charter by its texts.
    return not has_rules and all(getattr(new, name) == getattr(old, name) for name in _BINDS_BELOW)


def _further(facts: Facts, changed: Mapping[str, WorkItem], earlier: Facts) -> frozenset[str] | None:
    """The ids of the rows that differ in how far their work is; None where one differs in more than that and times."""
    found = set()
    for name, new in changed.items():
        old = earlier.items[name]
        differs = {each for each in WorkItem.__dataclass_fields__ if getattr(new, each) != getattr(old, each)}
        if not differs <= _PROGRESS:
            return None
        stands = facts.is_done(new) == facts.is_done(old) and facts.is_started(new) == facts.is_started(old)
        if not stands or not differs <= _TIMES:
            found.add(name)
    return frozenset(found)


def _touched(
    new: Snapshot, old: Snapshot, items: Mapping[str, WorkItem], changed: Iterable[str]
) -> frozenset[str] | None:
    """The work of which something is told otherwise: by a row, by when it moved or was looked at, or by what it said
    before; None where more than that may differ."""
    if not all(are_same(getattr(new, name), getattr(old, name)) for name in _ELSE):
        return None
    if any(getattr(new.pasts, name) != getattr(old.pasts, name) for name in _ELSE_PAST):
        return None
    came, already = new.pasts.newer, old.pasts.newer
    if any(came.get(table, {}) != already.get(table, {}) for table in (came.keys() | already.keys()) - {"links"}):
        return None
    told, before = new.pasts.rows, old.pasts.rows
    # What becomes of links is asked of all of them together.
    tables = (told.keys() | before.keys()) - {"work_items", "links"}
    if any(_differing(told.get(table, {}), before.get(table, {})) for table in tables):
        return None
    names = {*changed, *_differing(told.get("work_items", {}), before.get("work_items", {}))}
    for one, other in ((new.moved, old.moved), (new.observed, old.observed), (new.pasts.claims, old.pasts.claims)):
        if one != other:  # days and numbers, which have no places
            names |= _differing(one, other)
    if not names <= items.keys():
        return None
    return frozenset(names)


def _differing(new: Mapping[str, object], old: Mapping[str, object]) -> set[str]:
    """The keys of which two mappings say otherwise."""
    if new is old:
        return set()
    found = {key for key, value in new.items() if (was := old.get(key)) is not value and not are_same(value, was)}
    return found if len(new) == len(old) and not found else found | (old.keys() - new.keys())


def taken(before: Mapping[str, V], touched: Collection[str] | None) -> dict[str, V]:
    """By project what was worked out of its own work, of those that nothing has touched."""
    return {} if touched is None else {name: value for name, value in before.items() if name not in touched}


def _again(
    groups: Mapping[str, tuple[WorkItem, ...]], items: Mapping[str, WorkItem], touched: set[str]
) -> Mapping[str, tuple[WorkItem, ...]]:
    """Groups of work items with those that differ in the place of what they were."""
    return {**groups, **{key: tuple(items[item.id] for item in groups[key]) for key in touched if key in groups}}
