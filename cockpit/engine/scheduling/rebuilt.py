"""The network of a snapshot from that of the one before, where the same items are tied by the same links.

Order, ties, calendars and projects stand; only the rows of items that say otherwise are worked out again. What would
change more than a row (another calendar, parent, kind or project, terms of a planning program, a number that becomes a
problem) is built anew, which is always right.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from cockpit.basics.classes import dataclass
from cockpit.engine import kernel
from cockpit.engine.rows import apart, are_same, is_same
from cockpit.engine.scheduling import network as net
from cockpit.engine.scheduling import schedule
from cockpit.engine.scheduling.carried import Carried, carrying
from cockpit.engine.scheduling.network import Network
from cockpit.engine.scheduling.noderows import NODE_COLUMNS, Columns, NodeRows
from cockpit.engine.scheduling.packed import Packed
from cockpit.engine.scheduling.schedule import Run
from cockpit.records.model import Calendar, Link, Moment, Problem, WorkItem
from cockpit.records.terms import Method

_SHAPE = ("id", "kind", "parent", "project", "calendar", "stub")
"""What of an item says where it stands in the network."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """All that a network is built from, as `network.build` takes it."""

    items: Sequence[WorkItem]
    links: Sequence[Link]
    calendars: Mapping[str, Calendar]
    default: Calendar
    durations: Mapping[str, float]
    starts: Mapping[str, Moment]
    methods: Mapping[str, Method]
    leaders: Mapping[str, str]

    def build(self, carried: Carried | None = None) -> Network:
        """The network, built anew; `carried` has rows that need not be worked out again."""
        return net.build(
            self.items, self.links, self.calendars, self.default, self.durations, self.starts, self.methods,
            self.leaders, carried,
        )  # fmt: skip


class Built(NamedTuple):
    """A network with what it was built from."""

    given: Given
    network: Network


class Rebuilt(NamedTuple):
    """A network, and the nodes whose rows differ from those before; None where it was built anew."""

    built: Built
    nodes: tuple[int, ...] | None


def build(given: Given, earlier: Built | None, packed: Packed | None = None, other: Built | None = None) -> Rebuilt:
    """The network of `given`: from an earlier one where that is possible, else as it was kept, else with what rows can
    be taken over of the earlier one, or of `other`."""
    if earlier is not None and _is_same_shape(given, earlier.given):
        pairs = _changed(given.items, earlier.given.items)
        network = patched(earlier.network, given, pairs) if pairs is not None else None
        if pairs is not None and network is not None:
            own = replace(given, links=earlier.given.links)  # the same, and held already
            return Rebuilt(Built(own, network), tuple(sorted(network.index[item.id] for item, _ in pairs)))
    kept = packed.network(given) if packed is not None else None
    if kept is None:
        rows = earlier or other
        kept = given.build(carrying(given, *rows) if rows is not None else None)
    return Rebuilt(Built(given, kept), None)


def _is_same_shape(new: Given, old: Given) -> bool:
    return (
        len(new.items) == len(old.items)
        and (new.links is old.links or are_same(tuple(new.links), tuple(old.links)))
        and new.starts == old.starts
        and new.methods == old.methods
        and new.leaders == old.leaders
        and new.durations == old.durations
        and is_same(new.default, old.default)
        and new.calendars.keys() == old.calendars.keys()
        and all(is_same(calendar, old.calendars[name]) for name, calendar in new.calendars.items())
    )


def _changed(new: Sequence[WorkItem], old: Sequence[WorkItem]) -> list[tuple[WorkItem, WorkItem]] | None:
    """The items that say otherwise than before, each with what it said; None where any of them stands elsewhere."""
    pairs = apart(new, old)
    return pairs if all(stands(a, b) for a, b in pairs) else None


def stands(new: WorkItem, old: WorkItem) -> bool:
    """Whether two rows of an item have it stand at one place in the network, so that nothing but its row differs."""
    same = all(getattr(new, name) == getattr(old, name) for name in _SHAPE)
    return same and new.terms is None and old.terms is None


def patched(old: Network, given: Given, pairs: Sequence[tuple[WorkItem, WorkItem]]) -> Network | None:
    """The earlier network with other rows for these items; None where a number of theirs is or was a problem."""
    nodes = [old.index.get(item.id, -1) for item, _ in pairs]
    if any(node < 0 or old.items[node] != was for node, (_, was) in zip(nodes, pairs, strict=True)):
        return None  # a summary, a member of a circle, one of two rows with one id
    changed = [item for item, _ in pairs]
    above = {item.id: item for item in given.items} if old.bounded else {}
    if _rows(old, given, above, [was for _, was in pairs])[1]:
        return None
    rows, problems = _rows(old, given, above, changed)
    if problems:
        return None
    columns = rows.columns(old.net.table)
    items = list(old.items)
    for item, node in zip(changed, nodes, strict=True):
        items[node] = item
    beside: dict[str, Any] = {
        name: _put(getattr(old, name), nodes, getattr(columns, name)) for name in Columns._fields if name != "net"
    }
    return replace(
        old,
        items=tuple(items),
        assumed=old.assumed.difference(item.id for item in changed) | frozenset(rows.assumed),
        net=_net(old.net, nodes, columns.net),
        **beside,
    )


def _rows(
    old: Network, given: Given, above: Mapping[str, WorkItem], items: Sequence[WorkItem]
) -> tuple[NodeRows, list[Problem]]:
    """The rows of items that stand in a network, and what cannot be used of them. `above` are all items by id, if any
    of them binds the work below it."""
    problems: list[Problem] = []
    rows = NodeRows(old.workings, old.calendars, old.offsets, given.durations, given.starts, problems)
    rows.projects.update({name: number for number, name in enumerate(old.projects)})
    if above:
        rows.bounds_above(above)
    for item in items:
        rows.add(item)
    return rows, problems


def _net(old: kernel.Net, nodes: Sequence[int], rows: kernel.Net) -> kernel.Net:
    """The kernel's arrays with other rows for these nodes."""
    found: dict[str, Any] = {name: _put(getattr(old, name), nodes, getattr(rows, name)) for name in NODE_COLUMNS}
    return old._replace(**found)


def _put(column: array[int], nodes: Iterable[int], values: Sequence[int]) -> array[int]:
    """A column with other values at some nodes; the very same one where they are as they were."""
    pairs = [(node, value) for node, value in zip(nodes, values, strict=True) if column[node] != value]
    if not pairs:
        return column
    found = array("q", column)
    for node, value in pairs:
        found[node] = value
    return found


def run(earlier: Run, network: Network, nodes: Iterable[int]) -> Run:
    """What is true today of a network that was built from that of `earlier`, whose rows differ at these nodes."""
    begun, ended, spent = (array("q", getattr(earlier.net, name)) for name in ("begun", "ended", "spent"))
    for node in nodes:
        now = earlier.frame.now[network.net.project[node]]
        begun[node], ended[node] = schedule.fixed_at(network, now, node)
        spent[node] = schedule.spent_at(network, now, node, begun[node], ended[node])
    return replace(earlier, network=network, net=network.net._replace(begun=begun, ended=ended, spent=spent))
