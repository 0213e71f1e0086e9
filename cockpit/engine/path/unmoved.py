"""Blockers of which an edit cannot have changed what they move: nothing that differs lies on their way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from cockpit.engine.path.holds import Hold
from cockpit.engine.path.trials import Moved
from cockpit.engine.rows import is_same
from cockpit.engine.scheduling.network import Network
from cockpit.engine.scheduling.ripple import Asked

if TYPE_CHECKING:
    from cockpit.engine.path.blockage import Blockage

Moves = Mapping[str, tuple[Moved, Moved]]
"""Blocker subject → the ends of objectives that it moves when it alone is left, and when it alone is gone."""


def unmoved(now: Blockage, before: Blockage | None) -> Moves:
    """What was found for the snapshot before, of those blockers for which it stands.

    When a hold moves an end follows from the nodes that its own nodes lead to, from the rows and dates of those and of
    what comes right before them; from nothing else.
    """
    if before is None or now.ends != before.ends:
        return {}
    rows = now.woven.rows
    if rows is None:
        return {}
    differing = (_differing(a, b, rows) for a, b in zip(now.extremes, before.extremes, strict=True))
    nodes = otherwise_held(now.all_holds, before.all_holds).union(*differing)
    ways = _upstream(now.woven.network, nodes)
    return {
        hold.subject: before.moves[hold.subject]
        for hold in now.all_holds
        if is_same(hold, before.hold(hold.subject))
        and ways.isdisjoint(hold.nodes)
        and hold.release not in ways
        and (hold.subject in now.driving) == (hold.subject in before.driving)
    }


def otherwise_held(now: Iterable[Hold], before: Iterable[Hold]) -> set[int]:
    """The nodes of the holds that differ; of a subject there is one at most."""
    was = {hold.subject: hold for hold in before}
    found = set[int]()
    for hold in now:
        other = was.pop(hold.subject, None)
        if not is_same(hold, other):
            found.update(hold.nodes, () if other is None else other.nodes)
    return found.union(node for hold in was.values() for node in hold.nodes)


def _differing(now: Asked, before: Asked, rows: frozenset[int]) -> set[int]:
    """The nodes whose dates anything that differs may have a say in."""
    found = {*rows, *now.otherwise(before), *(now.released ^ before.released)}
    found |= {node for node, _ in now.floors.items() ^ before.floors.items()}
    return found.union(after for node in found for after in now.run.network.onward.of(node))


def _upstream(network: Network, nodes: Iterable[int]) -> set[int]:
    """These nodes and all that leads to them."""
    first, source = network.first, network.link_pred
    found = set(nodes)
    queue = list(found)
    while queue:
        node = queue.pop()
        for link in range(first[node], first[node + 1]):
            if (before := source[link]) not in found:
                found.add(before)
                queue.append(before)
    return found
