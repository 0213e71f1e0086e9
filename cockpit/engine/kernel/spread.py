"""What becomes of early dates when a little of what they rest on is otherwise: nodes are computed again that are due,
in order, and what follows those whose dates change is due too. Where no date changes the change ends."""

from __future__ import annotations

from array import array

from . import primavera, project
from .mode import compiled
from .shapes import PRIMAVERA, Dates, Frame, Net

WAS = 5
"""So many numbers are logged of a node that changes: the node, and the start, finish, begin and reach that it had."""


@compiled
def spread(
    net: Net, frame: Frame, dates: Dates, ahead: array[int], after: array[int], given: array[int], due: array[int],
    log: array[int], begin: int, left: int,
) -> int:  # fmt: skip
    """Compute the nodes that are due, `left` of them from `begin` on, and what their changes reach; how many changed.

    What follows node i is `after[ahead[i]]` to `after[ahead[i + 1] - 1]`; `given` is 1 for nodes that are delivered
    now, `due` 1 for those to be computed, 0 for all on return.
    """
    changed, node = 0, begin
    while left > 0:
        if due[node] == 1:
            due[node] = 0
            left -= 1
            start, finish, first, reach = dates.start[node], dates.finish[node], dates.begin[node], dates.reach[node]
            _again(net, frame, dates, given, node)
            if (
                start != dates.start[node]
                or finish != dates.finish[node]
                or first != dates.begin[node]
                or reach != dates.reach[node]
            ):
                place = changed * WAS
                log[place], log[place + 1], log[place + 2] = node, start, finish
                log[place + 3], log[place + 4] = first, reach
                changed += 1
                for link in range(ahead[node], ahead[node + 1]):
                    left += 1 - due[after[link]]
                    due[after[link]] = 1
        node += 1
    return changed


@compiled
def _again(net: Net, frame: Frame, dates: Dates, given: array[int], node: int) -> None:
    dates.work[node] = 0 if given[node] == 1 else net.work[node]
    dates.whole[node] = net.whole[node]
    for link in range(net.first[node], net.first[node + 1]):
        dates.asked[link] = 0
        dates.drives[link] = 0
    if net.rules[node] == PRIMAVERA:
        primavera.early(net, frame, dates, node)
    else:
        project.early(net, frame, dates, node)


@compiled
def put_back(dates: Dates, log: array[int], changed: int) -> None:
    """Give the nodes of a log the dates that they had."""
    for number in range(changed):
        place = number * WAS
        node = log[place]
        dates.start[node], dates.finish[node] = log[place + 1], log[place + 2]
        dates.begin[node], dates.reach[node] = log[place + 3], log[place + 4]
