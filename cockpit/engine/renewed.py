"""Lookups of a snapshot from those of the one before, where work items say otherwise and nothing else does.

Most edits are such: a state, a date, a duration in a few rows. All that follows from where work stands (its project,
its parents, the order of the files) is then as it was. Where anything else differs, everything is looked up anew.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from cockpit.engine.assign import Assigner
from cockpit.engine.rows import are_same, is_same, known_today
from cockpit.model import WorkItem
from cockpit.snapshot import Snapshot

if TYPE_CHECKING:
    from cockpit.engine.facts import Facts

V = TypeVar("V")

_TABLES = ("projects", "objectives", "links", "people", "teams", "statements", "assignments")
"""What else says where work stands and whose it is."""
_OWN = frozenset({"work_items", "moved", "observed", "pasts"})
"""What is known of work itself."""
_ASIDE = frozenset({"sources", "first_seen", "lives", "earlier", "earlier_on", "missing"})
"""What says nothing of any work."""
_ELSE = tuple(field.name for field in fields(Snapshot) if field.name not in _OWN | _ASIDE)
_ELSE_PAST = ("newer", "rewritten", "removed", "settings")
_PLACE = ("id", "parent", "kind", "stub", "origin")
_BINDS_BELOW = ("project", "objective")


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
    touched: frozenset[str] | None
    """The projects of whose own work anything that is known differs; None where more than that may differ."""


def renewed(facts: Facts, earlier: Facts) -> Lookups | None:
    """The lookups over the work items of `facts` from those of `earlier`; None where they are to be made anew."""
    if not _is_comparable(facts, earlier):
        return None
    pairs = [
        (new, old)
        for new, old in zip(facts.snapshot.work_items, earlier.snapshot.work_items, strict=True)
        if not is_same(new, old)
    ]
    if not all(_stands(earlier, new, old, bool(facts.snapshot.assignments)) for new, old in pairs):
        return None
    told = dict(earlier.told)
    changed = {new.id: known_today(new, facts.today) for new, _ in pairs}
    told.update(facts.owners.settle("milestone", changed))
    assigner = Assigner(told, facts.projects.keys(), facts.assignments)
    found = {name: assigner.resolved(told[name]) for name in changed}
    if any(item.project != earlier.items[name].project for name, item in found.items()):
        return None
    items = earlier.items | found
    by_project = _again(earlier.items_by_project, items, {item.project for item in found.values()})
    below = _again(earlier.below, items, {item.parent for item in found.values() if item.parent})
    teams_stand = all(item.team == earlier.items[name].team for name, item in found.items())
    touched = _touched(facts.read, earlier.read, items, found)
    return Lookups(told, items, by_project, below, tuple(found), teams_stand, touched)


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


def _stands(earlier: Facts, new: WorkItem, old: WorkItem, has_rules: bool) -> bool:
    """Whether a row stands where it stood, for itself and for what stands below it."""
    if any(getattr(new, name) != getattr(old, name) for name in _PLACE):
        return False
    if new.id not in earlier.below:
        return True
    # What stands below takes its project from it, or matches a rule of the charter by its texts.
    return not has_rules and all(getattr(new, name) == getattr(old, name) for name in _BINDS_BELOW)


def _touched(
    new: Snapshot, old: Snapshot, items: Mapping[str, WorkItem], changed: Iterable[str]
) -> frozenset[str] | None:
    """The projects of whose own work something is told otherwise: by a row, by when it moved or was looked at, or by
    what it said before."""
    if not all(are_same(getattr(new, name), getattr(old, name)) for name in _ELSE):
        return None
    if any(getattr(new.pasts, name) != getattr(old.pasts, name) for name in _ELSE_PAST):
        return None
    told, before = new.pasts.rows, old.pasts.rows
    tables = (told.keys() | before.keys()) - {"work_items"}
    if any(_differing(told.get(table, {}), before.get(table, {})) for table in tables):
        return None
    names = {*changed, *_differing(told.get("work_items", {}), before.get("work_items", {}))}
    for one, other in ((new.moved, old.moved), (new.observed, old.observed), (new.pasts.claims, old.pasts.claims)):
        names |= _differing(one, other)
    if not names <= items.keys():
        return None
    return frozenset(items[name].project for name in names)


def _differing(new: Mapping[str, object], old: Mapping[str, object]) -> set[str]:
    """The keys of which two mappings say otherwise."""
    if new is old:
        return set()
    return {key for key in new.keys() | old.keys() if not are_same(new.get(key), old.get(key))}


def taken(before: Mapping[str, V], touched: Collection[str] | None) -> dict[str, V]:
    """By project what was worked out of its own work, of those that nothing has touched."""
    return {} if touched is None else {name: value for name, value in before.items() if name not in touched}


def _again(
    groups: Mapping[str, tuple[WorkItem, ...]], items: Mapping[str, WorkItem], touched: set[str]
) -> Mapping[str, tuple[WorkItem, ...]]:
    """Groups of work items with those that differ in the place of what they were."""
    return {**groups, **{key: tuple(items[item.id] for item in groups[key]) for key in touched if key in groups}}
