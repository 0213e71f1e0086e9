"""Work items and links as one network of flat arrays in topological order.

Nodes are the work items that take part in the passes: no summaries, no levels of effort. A node's index is its place
in a topological order that depends on the ids alone, so the order of the input never matters. What stands in a cycle
of links, or after one, is left out and named in `uncomputable`.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter

from cockpit.basics.classes import dataclass
from cockpit.engine import kernel
from cockpit.engine.scheduling.calendars import CalendarError, Working
from cockpit.engine.scheduling.carried import Carried, rows_of
from cockpit.engine.scheduling.noderows import NodeRows, progress_of
from cockpit.engine.scheduling.onward import Onward
from cockpit.engine.scheduling.ties import by_id, leaves_of, order_of, ties_of
from cockpit.records.model import Calendar, Kind, Link, Moment, Origin, Problem, WorkItem
from cockpit.records.terms import Method, Role

__all__ = ["Network", "build", "is_span", "progress_of"]

_NOWHERE = Origin("")


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """What `schedule` computes with. Sequences run over the nodes unless they are said to run over the links."""

    ids: tuple[str, ...]
    """The work item of each node, in topological order."""
    items: tuple[WorkItem, ...]
    index: Mapping[str, int]
    """Work item id → node; summaries, levels of effort and uncomputable items are not in it."""
    cycles: tuple[tuple[str, ...], ...]
    """Each cycle of links in full, in the order of its links, beginning with the smallest id."""
    uncomputable: frozenset[str]
    """Members of cycles and all that comes after them."""
    assumed: frozenset[str]
    """Items whose duration is the default of their kind."""
    problems: tuple[Problem, ...]
    leaves: Mapping[str, tuple[str, ...]]
    """Summary id → every item below it that is a node."""
    fronts: frozenset[str]
    """Summaries from whose start links leave, which leaf of theirs starts first being unknown (`schedule.leaders`)."""
    bounded: bool
    """Whether a constraint on a summary bounds what stands below it."""
    workings: tuple[Working, ...]
    working: array[int]
    """Which of `workings` each node follows."""
    calendars: Mapping[str, int]
    """Calendar id → which of `workings` it is; the default is number 0."""
    offsets: tuple[int, ...]
    """Where in the kernel's table each of `workings` begins."""
    projects: tuple[str, ...]
    """The projects that own nodes."""
    methods: tuple[Method | None, ...]
    """How each of `projects` is scheduled by the program that planned it."""
    links: tuple[Link, ...]
    """Over the links: the record behind each (one to a summary stands behind many)."""
    link_succ: array[int]
    """Over the links: the node it goes to."""
    fixed_start: array[int]
    """When it actually started, else `kernel.NEVER`."""
    fixed_finish: array[int]
    """When it actually finished; `kernel.NEVER` if it has not, or nobody wrote it down."""
    done_by: array[int]
    """For done items without an actual finish: the baseline finish, else `kernel.NEVER`."""
    suspended: array[int]
    """Since when work in progress rests, else `kernel.NEVER`."""
    paused: array[int]
    """Minutes of rest within what is left, which `duration` and `remaining` hold beside the work."""
    net: kernel.Net
    """The arrays of the kernel; gaps in actual dates are not filled yet (`schedule.planned`, `schedule.live`)."""
    onward: Onward
    """Which nodes follow each."""

    @property
    def progress(self) -> array[int]:
        """`kernel.TODO`, `STARTED` or `DONE`."""
        return self.net.progress

    @property
    def duration(self) -> array[int]:
        """Minutes of work in all, with its pauses."""
        return self.net.whole

    @property
    def remaining(self) -> array[int]:
        """Minutes of work left, with its pauses; 0 for done items."""
        return self.net.work

    @property
    def not_before(self) -> array[int]:
        """The minute before which unstarted work does not begin, else `kernel.NEVER`."""
        return self.net.not_before

    @property
    def first(self) -> array[int]:
        """The links into node i are `first[i]` to `first[i + 1] - 1`."""
        return self.net.first

    @property
    def link_pred(self) -> array[int]:
        """Over the links: the node it comes from."""
        return self.net.link_from

    @property
    def link_type(self) -> array[int]:
        """Over the links: the kernel's code of its type."""
        return self.net.link_type

    @property
    def link_lag(self) -> array[int]:
        """Over the links: working minutes of the lag's calendar."""
        return self.net.link_lag

    def calendar_of(self, node: int) -> Working:
        """The calendar that a node is worked by."""
        return self.workings[self.working[node]]

    def working_of(self, item: WorkItem) -> Working:
        """The calendar of an item, also of one that is no node."""
        node = self.index.get(item.id)
        return self.workings[self.calendars.get(item.calendar, 0) if node is None else self.working[node]]


def is_span(item: WorkItem) -> bool:
    """Whether an item spans others instead of taking part itself: a level of effort or a WBS summary activity."""
    return item.terms is not None and item.terms.role in (Role.EFFORT, Role.WBS)


def build(
    items: Sequence[WorkItem],
    links: Sequence[Link],
    calendars: Mapping[str, Calendar],
    default: Calendar,
    durations: Mapping[str, float],
    starts: Mapping[str, Moment] | None = None,
    methods: Mapping[str, Method] | None = None,
    leaders: Mapping[str, str] | None = None,
    carried: Carried | None = None,
) -> Network:
    """The network of work items tied by links.

    `default` is the calendar of items that name none or an unknown one; `durations` says what an item of each kind
    takes, in days, when neither a duration nor a baseline is known; `starts` gives the day before which no unstarted
    item of a project begins; `methods` how planning programs schedule their projects;
    `leaders` names the leaf that starts first of a summary from whose start links leave, else all of its work does for
    it; `carried` has rows that need not be worked out again, and changes nothing. Bad links, calendars and
    numbers become `problems` and cost nothing else. Raises `CalendarError` if the default calendar has no working
    time.
    """
    problems: list[Problem] = []
    known = by_id(items, problems)
    nodes = {id_: item for id_, item in known.items() if item.kind is not Kind.SUMMARY and not is_span(item)}
    leaves = leaves_of(known, nodes)
    ties = ties_of(links, known, nodes, leaves, leaders or {})
    problems += ties.problems
    order, cycles, uncomputable = order_of(nodes, ties.found)
    worked = [item for item in known.values() if item.kind is not Kind.SUMMARY]
    workings, numbers, unusable = _workings(worked, links, calendars, default)
    problems += unusable
    table, offsets = _table(workings)
    index = {id_: node for node, id_ in enumerate(order)}
    ordered = tuple(nodes[id_] for id_ in order)
    rows = NodeRows(workings, numbers, offsets, durations, starts or {}, problems)
    rows.bounds_above(known)
    columns = rows_of(rows, ordered, table, carried)
    arcs = _Arcs(rows, columns.working, index)
    for pred, succ, code, lag, link in ties.found:
        arcs.add(pred, succ, code, lag, link)
    net = arcs.net(columns.net)
    return Network(
        ids=tuple(order),
        items=ordered,
        index=index,
        cycles=cycles,
        uncomputable=uncomputable,
        assumed=frozenset(rows.assumed),
        problems=tuple(problems),
        leaves=leaves,
        fronts=frozenset(ties.fronts.difference(leaders or {})),
        bounded=rows.bounded,
        workings=tuple(workings),
        working=columns.working,
        calendars=numbers,
        offsets=tuple(offsets),
        projects=tuple(rows.projects),
        methods=tuple((methods or {}).get(name) for name in rows.projects),
        links=arcs.links,
        link_succ=arcs.link_succ,
        fixed_start=columns.fixed_start,
        fixed_finish=columns.fixed_finish,
        done_by=columns.done_by,
        suspended=columns.suspended,
        paused=columns.paused,
        net=net,
        onward=Onward(net.size, net.link_from, arcs.link_succ),
    )


class _Arcs:
    """The arrays over the links while they grow."""

    def __init__(self, rows: NodeRows, working: Sequence[int], index: Mapping[str, int]) -> None:
        self._rows, self._working, self._index = rows, working, index
        self._found: list[tuple[int, int, int, int, int, Link]] = []
        self.links: tuple[Link, ...] = ()
        self.link_succ: array[int] = array("q")

    def add(self, pred: str, succ: str, code: int, lag: float, link: Link) -> None:
        """Take a tie between two nodes; one that touches what cannot be computed is left out."""
        source, node = self._index.get(pred), self._index.get(succ)
        if source is None or node is None:
            return
        number = self._rows.numbers.get(link.lag_calendar, self._working[node])
        minutes = self._rows.minutes(lag, number, link) if lag else 0
        self._found.append((node, source, code, minutes, number, link))

    def net(self, net: kernel.Net) -> kernel.Net:
        """The network with its links, in an order that depends on what they say and not on where they stood."""
        self._found.sort(key=itemgetter(0, 1, 2, 3, 4))
        nodes, sources, codes, lags, numbers, links = zip(*self._found, strict=True) if self._found else ((),) * 6
        first, followers = array("q", [0]) * (net.size + 1), array("q", [0]) * net.size
        for node in nodes:
            first[node + 1] += 1
        for source in sources:
            followers[source] += 1
        for node in range(net.size):
            first[node + 1] += first[node]
        self.links, self.link_succ = links, array("q", nodes)
        return net._replace(
            first=first,
            followers=followers,
            link_from=array("q", sources),
            link_type=array("q", codes),
            link_lag=array("q", lags),
            link_calendar=array("q", [self._rows.offsets[number] for number in numbers]),
        )


def _workings(
    items: Iterable[WorkItem], links: Iterable[Link], calendars: Mapping[str, Calendar], default: Calendar
) -> tuple[list[Working], dict[str, int], list[Problem]]:
    """The calendars in use, compiled; number 0 is the default."""
    workings = [Working(default)]
    numbers: dict[str, int] = {}
    problems: list[Problem] = []
    names = {link.lag_calendar for link in links}
    for item in items:
        names.add(item.calendar)
        if item.terms is not None:
            names.update(share.calendar for share in item.terms.shares)
    for name in sorted(names - {""}):
        calendar = calendars.get(name)
        if calendar is None:
            problems.append(Problem(_NOWHERE, f"No calendar is called “{name}”; the default calendar is used."))
            continue
        try:
            workings.append(Working(calendar))
        except CalendarError as error:
            problems.append(Problem(calendar.origin or _NOWHERE, f"{error} The default calendar is used."))
            continue
        numbers[name] = len(workings) - 1
    return workings, numbers, problems


def _table(workings: Sequence[Working]) -> tuple[array[int], list[int]]:
    table = array("q")
    offsets = []
    for working in workings:
        offsets.append(len(table))
        table.extend(working.block)
    return table, offsets
