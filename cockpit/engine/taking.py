"""What the facts of a snapshot take over from those of the one before, and what tells how much that is."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, cast
from weakref import proxy

from cockpit.engine.renewed import renewed
from cockpit.engine.trackers.reconcile import as_it_stands, still_stands
from cockpit.records.model import Dependency
from cockpit.trust.obligations import SUSPICION, split_subject

if TYPE_CHECKING:
    from cockpit.engine.discovery import Receiver
    from cockpit.engine.facts import Facts

_GROUND = (
    "projects", "objectives", "kpis", "people", "teams", "registered", "assignments", "projects_by_objective",
    "readings_by_kpi", "open_projects", "calendars", "default_calendar", "working", "unsigned", "policy", "directory",
    "names", "steward",
)  # fmt: skip
"""What follows from all that is known but for work and its history."""


class Taking:
    """The part of `Facts` that knows of the snapshot before."""

    @cached_property
    def touched(self) -> frozenset[str] | None:
        """The projects of whose own work anything is known otherwise than by the snapshot from which something was
        taken; None where all may be."""
        return None

    @cached_property
    def touched_items(self) -> frozenset[str]:
        """The ids of the work of which something is known otherwise; means nothing where `touched` is None."""
        return frozenset()

    @cached_property
    def ground(self) -> object:
        """Stands for all that is known but for work and its history: the same one where that is the same."""
        return object()

    @cached_property
    def needs(self) -> object:
        """Stands for who needs what of whom, and for what was signed: the same one where every dependency, every
        statement and every owner is what it was. Then the ground is the same too, and of work only times differ, and
        how far work is of which no dependency speaks."""
        return object()

    @cached_property
    def receivers(self) -> dict[str, tuple[Dependency, Receiver]]:
        """Dependency id → whom it holds, as far as that was asked (`discovery.receiver_of`)."""
        return {}

    def take(self, earlier: Facts) -> None:
        """Take from the snapshot before what is as it was there."""
        facts = cast("Facts", self)
        if earlier.reconciled.sameness is None and still_stands(facts.read, earlier.read):
            vars(self)["reconciled"] = as_it_stands(facts.read)
        if facts.snapshot.moved is earlier.snapshot.moved:
            vars(self)["looks"] = earlier.looks
        found = renewed(facts, earlier)
        if found is None:
            return
        known = vars(earlier)
        own = {"told": found.told, "items": found.items, "items_by_project": found.by_project, "below": found.below}
        vars(self).update(own, touched=found.touched, touched_items=found.touched_items)
        if found.teams_stand and found.links_stand:
            vars(self)["links"] = earlier.links
        if found.touched is not None:
            vars(self).update({name: known[name] for name in _GROUND if name in known})
            texts = earlier.suspicions.over(proxy(facts), found.touched_items)
            vars(self).update(ground=earlier.ground, suspicions=texts)
        speaks_not = found.further is not None and (not found.further or _is_unspoken_of(earlier, found.further))
        if speaks_not and found.links_stand and facts.signed == earlier.signed and facts.former == earlier.former:
            vars(self).update(needs=earlier.needs, receivers=earlier.receivers)


def _is_unspoken_of(facts: Facts, names: frozenset[str]) -> bool:
    """Whether no dependency and no statement has to do with how far this work is."""
    if any(split_subject(str(said.body.get("subject", "")))[0] == SUSPICION for said in facts.snapshot.statements):
        return False
    needs = ({need.giver_item, need.receiver_item} for need in facts.registered.values())
    links = ({link.predecessor, link.successor} for link in facts.links.across)
    gone = ({link.giver.id, link.receiver.id} for links in facts.former.values() for link in links)
    return all(names.isdisjoint(ends) for ends in (*needs, *links, *gone))
