"""Near-critical work as chains: each is driven along its links, and ends where it meets the driving chain."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import replace

from cockpit.engine.facts import Facts
from cockpit.engine.path.blockage import Blockage
from cockpit.engine.path.chains import float_days, step_of
from cockpit.engine.path.near import Near
from cockpit.records.assessment import Chain
from cockpit.records.nearly import NearChain


def near_chains(facts: Facts, blockage: Blockage, chain: Chain, near: Near) -> tuple[NearChain, ...]:
    """The near-critical chains beside one driving chain, least float first; every item stands in one of them.

    The last to finish is followed back along what drives its start, as long as that is near-critical too.
    """
    network, held = blockage.woven.network, blockage.held
    driving = {network.index[step.item]: step.title for step in chain.steps if step.item in network.index}
    left = {network.index[item] for item in chain.near_critical}
    found = []
    for end in sorted(left, key=lambda node: (-held.finish[node], network.ids[node])):
        if end in left:
            nodes = _back(blockage, end, left)
            left.difference_update(nodes)
            floats = [float_days(blockage, near, network.ids[node]) for node in nodes]
            pairs = zip(nodes, floats, strict=True)
            steps = tuple(replace(step_of(facts, blockage, node), total_float_days=days) for node, days in pairs)
            into = next((driving[after] for after in network.onward.of(end) if after in driving), "")
            found.append(NearChain(steps=steps, float_days=min(floats), into=into))
    return tuple(sorted(found, key=lambda each: (each.float_days, each.steps[0].start, each.steps[0].item)))


def _back(blockage: Blockage, end: int, left: Set[int]) -> list[int]:
    """The nodes that drive `end`, of those that are left, earliest first."""
    network, driver = blockage.woven.network, blockage.held.driver
    nodes, node = list[int](), end
    while node in left and node not in nodes[-1:]:
        nodes.append(node)
        if driver[node] < 0:
            break
        node = network.link_pred[driver[node]]
    return nodes[::-1]
