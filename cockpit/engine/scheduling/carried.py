"""The rows of a network from those of an earlier one, for work that says what it said there.

When work comes or goes, or a link does, most nodes stand at another place in the topological order and say what they
said: their numbers are taken over as columns, by a map of new places to old ones, and only the others are worked out.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, Any

from cockpit.basics.classes import dataclass
from cockpit.engine.scheduling.noderows import NODE_COLUMNS, Columns, NodeRows, shared
from cockpit.records.model import Origin, WorkItem

if TYPE_CHECKING:
    from cockpit.engine.scheduling.network import Network
    from cockpit.engine.scheduling.rebuilt import Given

_TERMS = attrgetter("terms")
_BESIDE = tuple(name for name in Columns._fields if name != "net")


@dataclass(frozen=True, slots=True)
class Carried:
    """The rows of an earlier network, for one whose rows follow from nothing else (`carrying`)."""

    network: Network

    def is_of(self, rows: NodeRows, table: array[int]) -> bool:
        """Whether the calendars are numbered as they were, and stand where they stood in the kernel's table."""
        old = self.network
        return rows.numbers == old.calendars and table == old.net.table

    def columns(self, rows: NodeRows, items: Sequence[WorkItem], table: array[int]) -> Columns:
        """The columns of these items in topological order, as `rows` finds them where it is given each of them."""
        old, places = self.network, self._places(items)
        projects = array("q", (rows.projects.setdefault(item.project, len(rows.projects)) for item in items))
        for place, item in zip(places, items, strict=True):
            if place >= old.net.size:
                rows.add(item)
            elif item.id in old.assumed:
                rows.assumed.append(item.id)
        new = rows.columns(table)
        pick = _Picked(places)
        beside = [pick.of(getattr(old, name), getattr(new, name)) for name in _BESIDE]
        own = [pick.of(getattr(old.net, name), getattr(new.net, name)) for name in NODE_COLUMNS]
        own[NODE_COLUMNS.index("project")] = projects
        found: dict[str, Any] = dict(zip((*_BESIDE, *NODE_COLUMNS), shared([*beside, *own]), strict=True))
        net = {name: found.pop(name) for name in NODE_COLUMNS}
        none = array("q", [0]) * (len(items) + 1)
        return Columns(**found, net=new.net._replace(size=len(items), share_first=none, **net))

    def _places(self, items: Sequence[WorkItem]) -> list[int]:
        """Where each of these stood; what did not, or says something else, comes after all that did, in turn."""
        old, troubled = self.network, {problem.origin for problem in self.network.problems}
        found, more = list[int](), old.net.size
        for item in items:
            place = old.index.get(item.id, -1)
            was = old.items[place] if place >= 0 else None
            # A number that cannot be used is told of once more.
            stands = was is not None and (was is item or was == item)
            if was is None or not stands or (troubled and (was.origin or Origin("")) in troubled):
                place, more = more, more + 1
            found.append(place)
        return found


class _Picked:
    """Picks what stands at some places of two columns, one behind the other."""

    def __init__(self, places: Sequence[int]) -> None:
        # With fewer than two places what picks them gives no tuple.
        self._places = places
        self._pick = itemgetter(*places) if len(places) > 1 else None

    def of(self, old: array[int], new: array[int]) -> array[int]:
        """The column of these places."""
        if self._pick is None:
            both = old + new
            return array("q", (both[place] for place in self._places))
        if old and old.count(old[0]) == len(old) and new.count(old[0]) == len(new):
            return old[:1] * len(self._places)  # as most columns are: plans say nothing of most that may be said
        return array("q", self._pick(old + new))


def carrying(given: Given, old: Given, network: Network) -> Carried | None:
    """What may carry over the rows of a network that was built from `old`; None where rows follow from something else
    that differs: calendars, lengths of kinds, starts of projects, or terms of planning programs, which bind others."""
    same = given.default == old.default and given.durations == old.durations and given.starts == old.starts
    if not same or given.calendars != old.calendars:
        return None
    if any(map(_TERMS, given.items)) or any(map(_TERMS, old.items)) or network.net.size == 0:
        return None
    return Carried(network)


def rows_of(rows: NodeRows, items: Sequence[WorkItem], table: array[int], carried: Carried | None) -> Columns:
    """The columns of these items in topological order: those that an earlier network has, the others worked out."""
    if carried is not None and carried.is_of(rows, table):
        return carried.columns(rows, items, table)
    for item in items:
        rows.add(item)
    return rows.columns(table)
