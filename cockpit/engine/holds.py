"""Where the holds of unresolved dependencies and of silent work bite in the network.

Without an item, a dependency gates the receiving project's unstarted items that are computed to start from its
`needed_by` on, else the project's finish.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from cockpit.engine import kernel
from cockpit.engine.calendars import DAY, minute_of
from cockpit.engine.dependencies import Judged
from cockpit.engine.portfolio import Woven
from cockpit.engine.schedule import Forward


@dataclass(frozen=True, slots=True)
class Hold:
    """Nodes that cannot start before a minute, and why. `release` is the giver's item, when it is its turn now."""

    subject: str
    nodes: tuple[int, ...]
    minute: int
    until: date | None
    assumed: bool
    release: int | None = None


def hold_of(woven: Woven, judged: Judged) -> Hold:
    """The hold of one unsettled dependency.

    Where giver's and receiver's items are both known a link ties them, so that only a promise adds to it.
    """
    view = judged.view
    tied = woven.node(view.record.giver_item) is not None and woven.node(judged.receiver.item) is not None
    until = _standing_promise(woven, judged) if tied else view.held_until
    minute = minute_of(until) + DAY if until else kernel.NEVER
    release = woven.node(view.record.giver_item)
    if release is not None and (woven.network.progress[release] == kernel.DONE or not is_turn(woven, release)):
        release = None
    return Hold(view.subject, tuple(_nodes(woven, judged)), minute, view.held_until, view.assumed_hold, release)


def _standing_promise(woven: Woven, judged: Judged) -> date | None:
    day = judged.view.promised_for
    return day if day is not None and day >= woven.facts.today else None


def is_turn(woven: Woven, node: int) -> bool:
    """Whether nothing before this node is unfinished."""
    network = woven.network
    links = range(network.first[node], network.first[node + 1])
    return all(network.progress[network.link_pred[link]] == kernel.DONE for link in links)


def _nodes(woven: Woven, judged: Judged) -> Iterable[int]:
    item = woven.node(judged.receiver.item) if judged.receiver.item else None
    if item is not None:
        if woven.network.progress[item] != kernel.DONE:
            yield item
        return
    for project in judged.view.projects:
        yield from _project_nodes(woven, project, judged.view.record.needed_by)


def _project_nodes(woven: Woven, project: str, needed_by: date | None) -> Iterable[int]:
    network, gated = woven.network, []
    if needed_by is not None:
        earliest = minute_of(needed_by)
        for item in woven.facts.items_by_project.get(project, ()):
            node = woven.node(item.id)
            if node is not None and network.progress[node] == kernel.TODO and woven.base.start[node] >= earliest:
                gated.append(node)
    finish = woven.finish_node(project)
    if not gated and finish is not None:
        gated.append(finish)
    return gated


def floors(holds: Iterable[Hold]) -> Mapping[int, int]:
    """Node → the latest minute that any of these holds keeps it waiting for."""
    floor: dict[int, int] = {}
    for hold in holds:
        for node in hold.nodes:
            if hold.minute > floor.get(node, kernel.NEVER):
                floor[node] = hold.minute
    return floor


def recomputed(woven: Woven, acting: Iterable[Hold], all_holds: Iterable[Hold]) -> Forward:
    """The early dates when only the `acting` ones of `all_holds` hold; what the others wait for is delivered."""
    active = list(acting)
    kept = {hold.release for hold in active}
    released = frozenset(h.release for h in all_holds if h.release is not None and h.release not in kept)
    return woven.forward(floors(active), released)
