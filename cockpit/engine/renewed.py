"""Lookups of a snapshot from those of the one before, where work items say otherwise and nothing else does.

Most edits are such: a state, a date, a duration in a few rows. All that follows from where work stands (its project,
its parents, the order of the files) is then as it was. Where anything else differs, everything is looked up anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from cockpit.engine.assign import Assigner
from cockpit.engine.rows import known_today
from cockpit.model import WorkItem

if TYPE_CHECKING:
    from cockpit.engine.facts import Facts

_TABLES = ("projects", "objectives", "links", "people", "teams", "statements", "assignments")
"""What else says where work stands and whose it is."""
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


def renewed(facts: Facts, earlier: Facts) -> Lookups | None:
    """The lookups over the work items of `facts` from those of `earlier`; None where they are to be made anew."""
    if not _is_comparable(facts, earlier):
        return None
    pairs = [
        (new, old)
        for new, old in zip(facts.snapshot.work_items, earlier.snapshot.work_items, strict=True)
        if new is not old and new != old
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
    return Lookups(told, items, by_project, below, tuple(found), teams_stand)


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
        and all(getattr(new, table) == getattr(old, table) for table in _TABLES)
    )


def _stands(earlier: Facts, new: WorkItem, old: WorkItem, has_rules: bool) -> bool:
    """Whether a row stands where it stood, for itself and for what stands below it."""
    if any(getattr(new, name) != getattr(old, name) for name in _PLACE):
        return False
    if new.id not in earlier.below:
        return True
    # What stands below takes its project from it, or matches a rule of the charter by its texts.
    return not has_rules and all(getattr(new, name) == getattr(old, name) for name in _BINDS_BELOW)


def _again(
    groups: Mapping[str, tuple[WorkItem, ...]], items: Mapping[str, WorkItem], touched: set[str]
) -> Mapping[str, tuple[WorkItem, ...]]:
    """Groups of work items with those that differ in the place of what they were."""
    return {**groups, **{key: tuple(items[item.id] for item in groups[key]) for key in touched if key in groups}}
