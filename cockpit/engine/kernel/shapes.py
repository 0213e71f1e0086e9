"""The arrays that the passes read and write, and the codes in them.

Written, like all of the kernel, in the subset of Python that numba compiles: integers and arrays only, no recursion,
no objects in a loop. Times are minutes since 1970-01-01; `NEVER` stands for "no such date".
"""

from __future__ import annotations

from array import array
from typing import NamedTuple

FS, FF, SS, SF = 0, 1, 2, 3
"""Below SS a link leaves from its predecessor's finish; an odd one arrives at its successor's finish."""

TODO, STARTED, DONE = 0, 1, 2

PROJECT, PRIMAVERA = 0, 1
"""Whose rules a node follows. What no planning program planned follows Microsoft Project's."""

PLAIN, START_MILESTONE, FINISH_MILESTONE = 0, 1, 2
"""What a node is; only Primavera's rules ask."""

(FREE, LATE, START_FROM, START_UNTIL, FINISH_FROM, FINISH_UNTIL, START_ON, FINISH_ON, MUST_START,
 MUST_FINISH) = range(10)  # fmt: skip
"""Constraints, in the order of `terms.Constraint` after none."""

BY_START, BY_NOT_BEFORE, BY_FLOOR, BY_ACTUAL, BY_CONSTRAINT = -1, -2, -3, -4, -5
"""What drives a start when no link does (`Dates.driver`)."""


class Net(NamedTuple):
    """A network. Its arrays run over the nodes, in topological order, unless something else is said."""

    size: int
    """How many nodes there are."""
    table: array[int]
    """The calendars, one block after the other."""
    calendar: array[int]
    """Where in `table` each node's calendar begins."""
    rules: array[int]
    role: array[int]
    project: array[int]
    """Which entry of the arrays of `Frame` is the node's project."""
    progress: array[int]
    whole: array[int]
    """Minutes of work in all."""
    work: array[int]
    """Minutes of work left; 0 for done nodes."""
    spent: array[int]
    """Working minutes from the actual start to the data date, or to the actual finish."""
    begun: array[int]
    """When it actually started, gaps filled; `NEVER` for what has not."""
    ended: array[int]
    """When it actually finished, gaps filled."""
    resumed: array[int]
    """Where work in progress goes on, if that is known."""
    not_before: array[int]
    constraint: array[int]
    constraint_date: array[int]
    second: array[int]
    second_date: array[int]
    deadline: array[int]
    pinned_start: array[int]
    """Dates typed in: the node stands there, whatever its links say."""
    pinned_finish: array[int]
    delay: array[int]
    """Elapsed minutes that levelling adds."""
    expected: array[int]
    """The finish that what is left is stretched or cut to."""
    outer_start: array[int]
    """The early start that links to other plans asked for."""
    outer_finish: array[int]
    """The late finish that links to other plans asked for."""
    first: array[int]
    """The links into node i are `first[i]` to `first[i + 1] - 1`."""
    followers: array[int]
    """How many links leave each node."""
    link_from: array[int]
    """Over the links, in order of their successors, and among those of one, of their predecessors."""
    link_type: array[int]
    link_lag: array[int]
    """Over the links: working minutes of `link_calendar`."""
    link_calendar: array[int]
    """Over the links: where in `table` the calendar of the lag begins."""
    share_first: array[int]
    """The resources that pace node i are `share_first[i]` to `share_first[i + 1] - 1`; none: its own calendar does."""
    share_calendar: array[int]
    """Over the shares."""
    share_whole: array[int]
    share_left: array[int]


class Frame(NamedTuple):
    """What one run of the passes is asked. The arrays run over the projects, but for `floor`."""

    live: int
    """1: what is true today: unfinished work begins no earlier than now, typed-in dates and constraints make
    nothing earlier. 0: as the program that wrote the plan has it."""
    late: int
    """1: a second run by Microsoft Project's rules, in which what is to be as late as possible stands at its late
    dates for what follows it."""
    now: array[int]
    """The data date, or today."""
    origin: array[int]
    """The start of the project, or `now` if that is later."""
    must: array[int]
    """The finish that was asked for, or `NEVER`."""
    override: array[int]
    """1: work in progress does not wait for its predecessors."""
    stretch: array[int]
    """1: expected finishes count."""
    open_critical: array[int]
    """1: what nothing follows has no float."""
    actual_lag: array[int]
    """1: the lag from the start of work in progress runs from its actual start, and what is left of it from now."""
    floor: array[int]
    """Over the nodes: a hold before which nothing begins, or `NEVER`."""


class Dates(NamedTuple):
    """What the passes find, over the nodes unless it is said to run over the links."""

    start: array[int]
    finish: array[int]
    begin: array[int]
    """Where the work that is left begins: the start, or later for work in progress."""
    reach: array[int]
    """Where the work that is left ends: the finish; for done work of Primavera, what its successors may start from."""
    work: array[int]
    """The minutes of work from `begin` to `reach`."""
    whole: array[int]
    """The minutes of work in all, as scheduled."""
    driver: array[int]
    """What keeps it from starting earlier: ≥ 0 a link, else one of the `BY_` codes."""
    asked: array[int]
    """Over the links: the start that each asks of its successor."""
    drives: array[int]
    """Over the links: 1 where nothing keeps its successor longer."""
    late_start: array[int]
    late_finish: array[int]
    start_bound: array[int]
    """How late each node may start for the sake of links that leave from its start."""
    tell_start: array[int]
    """What the predecessors of a node of Microsoft Project are told of its late start: the same instant in its
    calendar, but where the next work begins or the bound itself."""
    tell_finish: array[int]
