"""How far a node's own work reaches: by its calendar, or by the calendars of the resources that pace it."""

from __future__ import annotations

from .clock import LATEST, NEVER, advance, closing, opening
from .mode import compiled
from .shapes import Net


@compiled
def ahead(net: Net, node: int, minute: int, work: int, left: bool) -> int:
    """Where `work` minutes of a node end that begin at `minute`; of paced work, where its last resource ends.

    `left` says whether the work is what is left of the node, or all of it.
    """
    begin, end = net.share_first[node], net.share_first[node + 1]
    if begin == end:
        return advance(net.table, net.calendar[node], minute, work)
    found = NEVER
    for share in range(begin, end):
        minutes = net.share_left[share] if left else net.share_whole[share]
        found = max(found, advance(net.table, net.share_calendar[share], minute, minutes))
    return found


@compiled
def back(net: Net, node: int, minute: int, work: int, left: bool) -> int:
    """Where `work` minutes of a node begin that end at `minute`; of paced work, where its first resource begins."""
    begin, end = net.share_first[node], net.share_first[node + 1]
    if begin == end:
        return advance(net.table, net.calendar[node], minute, -work)
    found = LATEST
    for share in range(begin, end):
        minutes = net.share_left[share] if left else net.share_whole[share]
        found = min(found, advance(net.table, net.share_calendar[share], minute, -minutes))
    return found


@compiled
def opens(net: Net, node: int, minute: int) -> int:
    """The first minute from `minute` on at which somebody can begin a node."""
    begin, end = net.share_first[node], net.share_first[node + 1]
    if begin == end:
        return opening(net.table, net.calendar[node], minute)
    found = LATEST
    for share in range(begin, end):
        found = min(found, opening(net.table, net.share_calendar[share], minute))
    return found


@compiled
def closes(net: Net, node: int, minute: int) -> int:
    """The last minute up to `minute` at which somebody can end a node."""
    begin, end = net.share_first[node], net.share_first[node + 1]
    if begin == end:
        return closing(net.table, net.calendar[node], minute)
    found = NEVER
    for share in range(begin, end):
        found = max(found, closing(net.table, net.share_calendar[share], minute))
    return found
