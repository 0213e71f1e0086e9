"""Work that is nearly critical: how little it may slip before an objective's finish does."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from cockpit.engine import kernel
from cockpit.engine.facts import Facts
from cockpit.engine.path.blockage import Blockage
from cockpit.engine.scheduling.upstream import Late, late

_AGES = 20 * 366 * 1440
"""What leads to no objective has all the time in the world: so many minutes at least, and as many more as make the
latest finish one that seldom changes."""


class Near(NamedTuple):
    """The near-critical items, and what the next snapshot's may be made of."""

    items: tuple[str, ...]
    """Least float first."""
    late: Late | None
    """Late dates towards the objectives' finishes; None where none can be computed."""
    band: float
    within: dict[int, int]
    """Node → total float, of those."""


def near_critical(facts: Facts, blockage: Blockage, earlier: Near | None) -> Near:
    """Unfinished items whose float towards any objective's finish is within the near-critical band."""
    woven, held, band = blockage.woven, blockage.held, facts.policy.near_critical_days
    network = woven.network
    ends = {e: held.finish[e] for o in facts.objectives.values() if (e := blockage.end_of(o, held)) is not None}
    if not ends:
        return Near((), None, band, {})
    far = (max(held.finish) // _AGES + 2) * _AGES
    found = late(blockage.asked, ends, far, earlier.late if earlier is not None else None, woven.rows)
    nodes: Iterable[int] = range(len(network.ids))
    within: dict[int, int] = {}
    if earlier is not None and found.moved is not None and earlier.band == band:
        nodes, within = found.moved, dict(earlier.within)
    for node in nodes:
        within.pop(node, None)
        is_open = network.progress[node] != kernel.DONE and network.ids[node] in facts.items
        if is_open and found.total[node] <= band * network.calendar_of(node).minutes_per_day:
            within[node] = found.total[node]
    items = (network.ids[node] for node in sorted(within, key=lambda node: (within[node], network.ids[node])))
    return Near(tuple(items), found, band, within)
