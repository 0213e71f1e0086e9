"""The case of a portfolio from which a dependency, a project or work was taken out, from that of the whole.

It is the case that a snapshot without them would make: only what they touched is looked up again, its network is made
from that of the whole (`scheduling/lessened.py`), and only dates that follow from what differs are computed.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import cached_property

from cockpit.basics.classes import dataclass
from cockpit.engine.case import Case
from cockpit.engine.decisions.lookups import Cut, facts_without
from cockpit.engine.dependencies import Judged
from cockpit.engine.discovery import receiver_of
from cockpit.engine.facts import Facts, finish_of
from cockpit.engine.portfolio import Loom, Woven, woven_by
from cockpit.engine.recalled import Kept, Key, Recalled
from cockpit.engine.scheduling.lessened import Lessened, lessened
from cockpit.engine.scheduling.network import Network
from cockpit.engine.scheduling.rebuilt import Built, Given, Rebuilt
from cockpit.engine.scheduling.ripple import Patched
from cockpit.engine.scheduling.schedule import Run
from cockpit.records.model import Link
from cockpit.records.snapshot import Snapshot


def case_without(case: Case, cut: Cut) -> Case:
    """The case of what is left."""
    facts = facts_without(case.facts, cut)
    return Case(facts) if facts.touched is None else _Less(facts, whole=case, gone=cut.items)


@dataclass(frozen=True)
class _Less(Case):
    """One whose network is made from that of the whole."""

    whole: Case | None = None
    gone: Collection[str] = ()

    @cached_property
    def woven(self) -> Woven:
        """The network of what is left."""
        assert self.whole is not None
        before, gone = self.whole.woven, self.gone
        prepared = {name: item for name, item in before.kept.prepared.items() if name not in gone}
        known = replace(before, kept=before.kept._replace(prepared=prepared))
        return woven_by(_Loom(self.facts, known), self.facts, self._unsettled, known)


class _Loom(Loom):
    """Makes each network, and its dates, from those of the whole plan."""

    def __init__(self, facts: Facts, whole: Woven) -> None:
        super().__init__(facts, whole, Recalled())
        self._entire = whole
        self._found: dict[int, Lessened] = {}
        """By the identity of a network's index."""

    def _rebuilt(self, _: Key, given: Given, /) -> Rebuilt:
        kept, network = self._entire.kept, self._entire.network
        found = lessened(Built(kept.built[kept.key_of(network)].given, network), given)
        if found is None:
            return Rebuilt(Built(given, given.build()), None)
        self._found[id(found.network.index)] = found
        return Rebuilt(Built(given, found.network), None)

    def _passed(self, network: Network, data_date: int, kept: Kept) -> tuple[Run, Patched]:
        found = self._found.get(id(network.index))
        if found is None:
            return super()._passed(network, data_date, kept)
        run, dates = found.dates(self._entire.run, self._entire.base)
        return run, Patched(dates)


# What is taken out


def without_dependency(facts: Facts, judged: Judged) -> Cut:
    """The portfolio without a dependency, and without the links that it stands for."""
    record, receiver = judged.view.record, receiver_of(facts, judged.view.record)
    waiting = set(receiver.items).intersection(facts.items)
    if not receiver.items:
        waiting = {item.id for item in facts.items.values() if item.project in receiver.projects}

    def gives(link: Link) -> bool:
        giver = facts.item(link.predecessor)
        if giver is None or record.giver_item:
            return giver is not None and giver.id == record.giver_item
        return ("" if giver.stub else facts.team_of(giver)) == facts.team_id(record.giver_team)

    snapshot = facts.snapshot
    gone = tuple(link for link in snapshot.links if link.successor in waiting and gives(link))
    rows = tuple(row for row in snapshot.dependencies if row.id != record.id)
    return Cut(replace(snapshot, dependencies=rows, links=_but(snapshot.links, gone)), gone)


def without_items(snapshot: Snapshot, items: Collection[str], project: str = "") -> Cut:
    """The portfolio without these work items, and without a project; nothing waits for them any more."""
    gone = frozenset({*items, *([finish_of(project)] if project else [])})
    out = tuple(link for link in snapshot.links if link.predecessor in gone or link.successor in gone)
    left = replace(
        snapshot,
        work_items=tuple(item for item in snapshot.work_items if item.id not in gone),
        links=_but(snapshot.links, out),
        dependencies=tuple(
            row
            for row in snapshot.dependencies
            if gone.isdisjoint((row.giver_item, row.receiver_item)) and (not project or row.receiver_project != project)
        ),
        projects=tuple(row for row in snapshot.projects if row.id != project),
    )
    return Cut(left, out, gone, project)


def _but(links: Sequence[Link], gone: Sequence[Link]) -> tuple[Link, ...]:
    """The links without these very ones."""
    out = set(map(id, gone))
    return tuple(link for link in links if id(link) not in out)
