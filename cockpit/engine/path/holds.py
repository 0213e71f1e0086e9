"""Where the holds of unresolved dependencies and of silent work bite in the network."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from cockpit.basics.classes import dataclass
from cockpit.engine import kernel
from cockpit.engine.dependencies import Judged
from cockpit.engine.portfolio import Woven
from cockpit.engine.scheduling.calendars import DAY, minute_of
from cockpit.engine.scheduling.ripple import Asked


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

    Where the network itself makes the receivers wait for the giver's work, only a promise adds to it.
    """
    view = judged.view
    tied = view.record.id in woven.tied and not view.assumed_hold
    until = _standing_promise(woven, judged) if tied else view.held_until
    minute = minute_of(until) + DAY if until else kernel.NEVER
    release = _release(woven, view.record.giver_item)
    return Hold(view.subject, woven.receivers(view.record), minute, view.held_until, view.assumed_hold, release)


def _release(woven: Woven, giver: str) -> int | None:
    """The giver's item, if it is open and its turn now."""
    node = woven.node(giver)
    if node is None or woven.network.progress[node] == kernel.DONE or not is_turn(woven, node):
        return None
    return node


def _standing_promise(woven: Woven, judged: Judged) -> date | None:
    day = judged.view.promised_for
    return day if day is not None and day >= woven.facts.today else None


def is_turn(woven: Woven, node: int) -> bool:
    """Whether nothing before this node is unfinished."""
    network = woven.network
    links = range(network.first[node], network.first[node + 1])
    return all(network.progress[network.link_pred[link]] == kernel.DONE for link in links)


def floors(holds: Iterable[Hold]) -> Mapping[int, int]:
    """Node → the latest minute that any of these holds keeps it waiting for."""
    floor: dict[int, int] = {}
    for hold in holds:
        for node in hold.nodes:
            if hold.minute > floor.get(node, kernel.NEVER):
                floor[node] = hold.minute
    return floor


def recomputed(woven: Woven, acting: Iterable[Hold], all_holds: Iterable[Hold], earlier: Asked | None = None) -> Asked:
    """The early dates when only the `acting` ones of `all_holds` hold; what the others wait for is delivered.
    `earlier` is what was asked of the network before."""
    active = list(acting)
    kept = {hold.release for hold in active}
    released = frozenset(h.release for h in all_holds if h.release is not None and h.release not in kept)
    return woven.asked(floors(active), released, earlier)
