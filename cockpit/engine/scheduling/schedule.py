"""The critical path method over a network: earliest and latest dates, floats, driving chains.

A `Run` is a network with what one run is asked: as the program has it that wrote the plan (`planned`), or as it is
true today (`live`). Times are minutes since 1970-01-01 00:00, naive local; floats are working minutes of each
node's calendar.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Set
from datetime import datetime
from itertools import compress
from typing import NamedTuple

from cockpit.basics.classes import dataclass
from cockpit.engine import kernel
from cockpit.engine.kernel.passes import is_even
from cockpit.engine.scheduling import speed
from cockpit.engine.scheduling.calendars import minute_of
from cockpit.engine.scheduling.network import Network
from cockpit.records.terms import Progress

PROJECT_START, NOT_BEFORE, FLOOR, ACTUAL = kernel.BY_START, kernel.BY_NOT_BEFORE, kernel.BY_FLOOR, kernel.BY_ACTUAL
CONSTRAINT = kernel.BY_CONSTRAINT

Forward = kernel.Dates
"""Earliest dates: `start`, `finish`, `begin` and `work` of what is left, and what drives each node."""


@dataclass(frozen=True, slots=True)
class Run:
    """A network and the question asked of it."""

    network: Network
    net: kernel.Net
    """The network's arrays with the gaps in actual dates filled."""
    frame: kernel.Frame
    engine: speed.Kernel


@dataclass(frozen=True, slots=True)
class Backward:
    """Latest dates, over the nodes. The late start of work in progress is that of what is left of it."""

    late_start: array[int]
    late_finish: array[int]
    end: array[int]
    """The latest finish that each node may have for its own sake."""


@dataclass(frozen=True, slots=True)
class Floats:
    """Slack in working minutes, over the nodes; 0 for done work."""

    total: array[int]
    """The smaller of start slack and finish slack; negative when the end asked for cannot be reached."""
    free: array[int]
    start: array[int]
    """Start slack."""
    finish: array[int]
    """Finish slack."""


class Filled(NamedTuple):
    """The columns of a network that a run fills in: actual dates without gaps, and what went into the work."""

    begun: array[int]
    ended: array[int]
    spent: array[int]


def live(network: Network, today: int | None, start: int | None = None, filled: Filled | None = None) -> Run:
    """What is true today: unfinished work begins no earlier than `today`, `start` and its project's start; work in
    progress goes on with what is left; typed-in dates and constraints make nothing earlier than its links allow.
    With neither day, the schedule begins at the earliest date that any item carries; `filled` is what is known of the
    same question."""
    bounds = [bound for bound in (today, start) if bound is not None]
    origin = max(bounds) if bounds else _earliest(network)
    size = len(network.projects)
    return _run(network, 1, [origin] * size, [origin] * size, filled)


def planned(network: Network, start: int | None = None) -> Run:
    """As the program has it that wrote the plan: from the start of each project, or its data date if that is later.

    `start` stands in for a project that names none, else the earliest date that any item carries.
    """
    if start is None and not all(method and method.start for method in network.methods):
        start = _earliest(network)
    origins, nows = [], []
    for method in network.methods:
        begin = _minute(method.start if method else None, start or 0)
        now = _minute(method.data_date if method else None, begin)
        primavera = method is not None and method.rules == "primavera"
        nows.append(now if primavera else begin)
        origins.append(max(begin, now) if primavera else begin)
    return _run(network, 0, nows, origins)


def _run(network: Network, is_live: int, nows: list[int], origins: list[int], filled: Filled | None = None) -> Run:
    size = len(network.ids)
    methods = network.methods
    frame = kernel.Frame(
        live=is_live,
        late=0,
        now=array("q", nows),
        origin=array("q", origins),
        must=array("q", [_minute(m.must_finish if m and not is_live else None) for m in methods]),
        override=array("q", [int(m is not None and m.progress is Progress.OVERRIDE) for m in methods]),
        stretch=array("q", [int(m is not None and m.expected_finish and not is_live) for m in methods]),
        open_critical=array("q", [int(m is not None and m.open_critical) for m in methods]),
        actual_lag=array("q", [int(m is not None and m.lag_from_actual) for m in methods]),
        floor=array("q", [kernel.NEVER]) * size,
    )
    known = _filled(network, nows) if filled is None else filled
    return Run(network, network.net._replace(**known._asdict()), frame, speed.kernel_for(size))


def forward(run: Run, floors: Mapping[int, int] | None = None, released: Set[int] = frozenset()) -> Forward:
    """Earliest dates of every node, with holds (node → minute) and with some nodes taken as delivered now."""
    net, frame = run.net, run.frame
    size = net.size
    if floors:
        floor = array("q", frame.floor)
        for node, minute in floors.items():
            floor[node] = minute
        frame = frame._replace(floor=floor)
    work = array("q", net.work)
    for node in released:
        work[node] = 0
    none: array[int] = array("q")
    links = len(net.link_from)
    dates = kernel.Dates(
        start=_zeros(size), finish=_zeros(size), begin=_zeros(size), reach=_zeros(size), work=work,
        whole=array("q", net.whole), driver=_zeros(size), asked=_zeros(links), drives=_zeros(links),
        late_start=none, late_finish=none, start_bound=none, tell_start=none, tell_finish=none,
    )  # fmt: skip
    run.engine.forward(net, frame, dates)
    return dates


def backward(run: Run, ahead: Forward, ends: Mapping[int, int] | None = None) -> Backward:
    """Latest dates of every node that still let the schedule end in time.

    `ends` (node → minute) says how late these nodes may finish; every other node may finish as late as the last of all,
    or of its own project where a planning program had asked for a finish.
    """
    last = lasts(run, ahead)
    bound = array("q", [max(*last, *ends.values())]) * len(last) if ends else bounds(run, last)
    dates = latest(run, ahead, ends or {}, bound)
    one = len(set(last)) == 1
    end = array("q", last[:1]) * run.net.size if one else array("q", map(last.__getitem__, run.net.project))
    for node, minute in (ends or {}).items():
        end[node] = minute
    return Backward(dates.late_start, dates.late_finish, end)


def latest(run: Run, ahead: Forward, ends: Mapping[int, int], bound: array[int]) -> kernel.Dates:
    """The late dates of `backward`, with what the nodes tell each other; `bound` holds over the projects the latest
    finish that any may have."""
    size = run.net.size
    late_finish = array("q", [kernel.LATEST]) * size
    for node, minute in ends.items():
        late_finish[node] = minute
    start_bound = array("q", [kernel.LATEST]) * size
    if run.net.rules != _zeros(size):  # Microsoft Project's code is 0
        for node in compress(range(size), run.net.rules):
            start_bound[node] = kernel.NEVER
    dates = ahead._replace(
        late_start=_zeros(size), late_finish=late_finish, start_bound=start_bound,
        tell_start=_zeros(size), tell_finish=_zeros(size),
    )  # fmt: skip
    run.engine.backward(run.net, run.frame, dates, bound)
    return dates


def bounds(run: Run, last: array[int]) -> array[int]:
    """Over the projects: the finish that late dates count back from, the one asked for or the last of all (`lasts`)."""
    if run.frame.live:
        return last
    pairs = zip(run.frame.must, last, strict=True)
    return array("q", [finish if must == kernel.NEVER else must for must, finish in pairs])


def lasts(run: Run, ahead: Forward) -> array[int]:
    """Over the projects: the last finish of each, or of all where floats are not each project's own matter."""
    methods, last = run.network.methods, max(ahead.reach, default=0)
    found = array("q", [last]) * len(methods)
    own = [number for number, method in enumerate(methods) if method is not None and not method.shared_finish]
    if run.frame.live or len(methods) < 2 or not own:
        return found
    for number in own:
        found[number] = kernel.NEVER
    for node, project in enumerate(run.net.project):
        found[project] = max(found[project], ahead.reach[node])
    return found


def floats(run: Run, ahead: Forward, behind: Backward) -> Floats:
    """Total and free float of every node."""
    size = run.net.size
    result = Floats(_zeros(size), array("q", [kernel.LATEST]) * size, _zeros(size), _zeros(size))
    dates = ahead._replace(late_start=behind.late_start, late_finish=behind.late_finish)
    run.engine.floats(run.net, run.frame, dates, behind.end, result.total, result.free, result.start, result.finish)
    return result


def total_floats(run: Run, ahead: Forward, behind: Backward) -> array[int]:
    """The total float of every node, as `floats` gives it, where nothing else is asked for."""
    if run.engine is not kernel:
        return floats(run, ahead, behind).total
    dates = ahead._replace(late_start=behind.late_start, late_finish=behind.late_finish)
    return array("q", (total_float(run.net, dates, node) for node in range(run.net.size)))


def total_float(net: kernel.Net, dates: kernel.Dates, node: int) -> int:
    """The total float of one node with early and late dates, in working minutes of its calendar; 0 for done work."""
    if net.progress[node] == kernel.DONE:
        return 0
    table, at, position = net.table, net.calendar[node], kernel.position
    begin, reach, late_start, late_finish = (
        dates.begin[node], dates.reach[node], dates.late_start[node], dates.late_finish[node]
    )  # fmt: skip
    by_start = position(table, at, late_start) - position(table, at, begin)
    # What takes no time has one slack and not two.
    if is_even(net, node) or (reach == begin and late_finish == late_start):
        return by_start
    return min(by_start, position(table, at, late_finish) - position(table, at, reach))


def one_by_one(run: Run) -> int:
    """So many nodes are computed one by one before a whole pass costs less: a compiled one is some 50 times as fast."""
    return run.net.size // 50 if run.engine is not kernel else run.net.size


def late_as_possible(run: Run, ahead: Forward, behind: Backward) -> Forward:
    """The early dates with all that is to be as late as possible moved there, as its program does it."""
    size = run.net.size
    late = [n for n in range(size) if run.net.constraint[n] == kernel.LATE and run.net.progress[n] != kernel.DONE]
    if not late or run.frame.live:
        return ahead
    if any(run.net.rules[node] == kernel.PROJECT for node in late):
        frame = run.frame._replace(late=1)
        dates = ahead._replace(late_start=behind.late_start, late_finish=behind.late_finish)
        run.engine.forward(run.net, frame, dates)
    last = lasts(run, ahead)
    bound = array("q", map(max, last, bounds(run, last)))
    run.engine.delay(run.net, run.frame, ahead, bound, array("q", [kernel.LATEST]) * size, array("q", [-1]) * size)
    return ahead


def driving_chain(network: Network, ahead: Forward, node: int) -> list[int]:
    """The nodes that drive `node`, earliest first and `node` itself last."""
    chain = [node]
    while ahead.driver[node] >= 0:
        node = network.link_pred[ahead.driver[node]]
        chain.append(node)
    chain.reverse()
    return chain


def driving_chains(network: Network, ahead: Forward, ends: Iterable[int]) -> set[int]:
    """All nodes on the driving chains of these ends."""
    found: set[int] = set()
    for end in ends:
        node = end
        while node not in found:
            found.add(node)
            if ahead.driver[node] >= 0:
                node = network.link_pred[ahead.driver[node]]
    return found


def longest_path(run: Run, ahead: Forward) -> set[int]:
    """Every node on a chain of driving links to the last finish (`lasts`); where several links drive, all of them."""
    network, last = run.network, lasts(run, ahead)
    found = {node for node, project in enumerate(run.net.project) if ahead.reach[node] == last[project]}
    open_ones = list(found)
    while open_ones:
        node = open_ones.pop()
        for link in range(network.first[node], network.first[node + 1]):
            source = network.link_pred[link]
            if ahead.drives[link] and source not in found:
                found.add(source)
                open_ones.append(source)
    return found


def leaders(network: Network, ahead: Forward) -> dict[str, str]:
    """The leaf that starts first, of each summary from whose start links leave."""
    found = {}
    for summary in network.fronts:
        nodes = [network.index[leaf] for leaf in network.leaves[summary] if leaf in network.index]
        if nodes:
            found[summary] = network.ids[min(nodes, key=lambda node: (ahead.start[node], node))]
    return found


def _zeros(size: int) -> array[int]:
    return array("q", [0]) * size


def _minute(moment: datetime | None, absent: int = kernel.NEVER) -> int:
    return absent if moment is None else minute_of(moment)


def _earliest(network: Network) -> int:
    """The earliest date that any item carries, or 0 where none does."""
    dates: set[int] = set()
    nothing = array("q", [kernel.NEVER]) * len(network.ids)
    for known in (network.not_before, network.fixed_start, network.fixed_finish, network.done_by):
        if known != nothing:  # as bytes, where a look at each would cost more than a compiled pass
            dates.update(known)
    dates.discard(kernel.NEVER)
    return min(dates, default=0)


def _filled(network: Network, nows: list[int]) -> Filled:
    """Actual dates with the gaps filled, and what went into the work, of the nodes that are begun or done."""
    size = len(network.ids)
    found = Filled(array("q", network.fixed_start), array("q", network.fixed_finish), _zeros(size))
    if network.progress == found.spent:  # as bytes: nothing is (`kernel.TODO` is 0)
        return found
    for node in compress(range(size), network.progress):
        now = nows[network.net.project[node]]
        found.begun[node], found.ended[node] = begun, ended = fixed_at(network, now, node)
        found.spent[node] = spent_at(network, now, node, begun, ended)
    return found


def fixed_at(network: Network, now: int, node: int) -> tuple[int, int]:
    """The actual dates of a node with the gaps filled: done work ended by its baseline or the data date `now`, if
    nobody says when."""
    begun, ended = network.fixed_start[node], network.fixed_finish[node]
    progress = network.progress[node]
    if progress == kernel.TODO:
        return begun, ended
    working = network.calendar_of(node)
    if progress == kernel.DONE:
        if ended == kernel.NEVER:
            by, today = network.done_by[node], working.prev_finish(now)
            ended = max(today if by == kernel.NEVER else min(by, today), begun)
        if begun == kernel.NEVER:
            begun = working.add_work(ended, -network.duration[node])
        return min(begun, ended), ended
    if begun == kernel.NEVER:
        spent = max(0, network.duration[node] - network.remaining[node])
        begun = working.add_work(working.next_start(now), -spent)
    return begun, ended


def spent_at(network: Network, now: int, node: int, begun: int, ended: int) -> int:
    """The working minutes that went into a node up to the data date `now`, rests left out."""
    net, progress = network.net, network.progress[node]
    if progress == kernel.TODO:
        return 0
    if progress == kernel.STARTED and net.rules[node] == kernel.PROJECT:
        return max(0, net.whole[node] - net.work[node])
    working = network.calendar_of(node)
    until = ended if progress == kernel.DONE else now
    rest, resumed = network.suspended[node], net.resumed[node]
    if rest == kernel.NEVER or not begun < rest < until:
        return working.work_between(begun, max(begun, until))
    worked = working.work_between(begun, rest)
    if resumed != kernel.NEVER and rest < resumed < until:
        worked += working.work_between(resumed, until)
    return worked
