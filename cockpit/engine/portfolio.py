"""The whole portfolio as one schedule network: every project's work items, and an implied finish for each project.

A project that names no work items stands in it with its stated forecast, so that it can be compared and waited for.
An unsettled dependency ties the giver's work to what waits for it like a link.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import replace
from datetime import date
from functools import cached_property

from cockpit.basics.classes import dataclass
from cockpit.engine import finishes, kernel
from cockpit.engine.discovery import receiver_of
from cockpit.engine.facts import Facts, finish_of
from cockpit.engine.forecast.planned import as_planned
from cockpit.engine.forecast.remaining import with_remaining
from cockpit.engine.forecast.throughput import Backlog, backlogs
from cockpit.engine.forecast.untold import Untold
from cockpit.engine.recalled import Kept, Key, Recalled, Tie
from cockpit.engine.scheduling import network as net
from cockpit.engine.scheduling import rebuilt, ripple, schedule
from cockpit.engine.scheduling.calendars import minute_of, moment_of
from cockpit.engine.scheduling.differing import other_dates, other_rows
from cockpit.records.model import Dependency, Link, Moment, Project, WorkItem


@dataclass(frozen=True)
class Woven:
    """The network of a portfolio on one day, with the passes that the rules ask for."""

    facts: Facts
    network: net.Network
    run: schedule.Run
    """The network as it is true today."""
    data_date: int
    base: schedule.Forward
    """Without any hold: what the items themselves allow."""
    gates: Mapping[str, tuple[str, ...]]
    """Dependency id → what waits for it in a project, where it names no receiving item that is a node."""
    tied: Set[str]
    """The dependencies whose giver's work the network itself makes their receivers wait for."""
    backlogs: Mapping[str, Backlog]
    """Project → its open work without links and dates, whose finish is a matter of pace."""
    untold: Untold
    """What sources never tell."""
    kept: Kept
    """What the weaving of the next snapshot may start from."""
    rows: frozenset[int] | None = None
    """The nodes of which the row is another than in the network before; None: of any, or more is than rows."""
    shifted: frozenset[int] | None = None
    """The nodes of which the row or an early date of `base` is another than there; None: of any."""

    def nodes(self, item: str) -> tuple[int, ...]:
        """The nodes of an item, or of the work below a summary; those that cannot be computed left out."""
        names = (item,) if item in self.network.index else self.network.leaves.get(item, ())
        return tuple(n for name in names if (n := self.node(name)) is not None)

    def receivers(self, dependency: Dependency) -> tuple[int, ...]:
        """The nodes that wait for an unsettled dependency."""
        names = self.gates.get(dependency.id) or receiver_of(self.facts, dependency).items
        nodes = (n for name in names for n in self.nodes(name) if self.network.progress[n] != kernel.DONE)
        return tuple(dict.fromkeys(nodes))

    def node(self, item: str) -> int | None:
        """The node of an item or of a project's finish; None where it cannot be computed."""
        index = self.network.index.get(item)
        return None if index is None or item in self.network.uncomputable else index

    def finish_node(self, project: str) -> int | None:
        """The node of a project's implied finish."""
        return self.node(finish_of(project))

    def ruling_backlog(self, project: str) -> Backlog | None:
        """The backlog that says when a project finishes, or hides it for want of a history; None where the rest of
        its work takes longer."""
        backlog, node = self.backlogs.get(project), self.finish_node(project)
        if backlog is None or node is None:
            return None
        if backlog.rate is not None:
            return backlog if self.base.driver[node] == schedule.NOT_BEFORE else None
        nodes = [n for name in backlog.items if (n := self.node(name)) is not None]
        left = sum(self.network.remaining[n] for n in nodes)
        one_by_one = self.facts.working.add_work(self.data_date, left)
        return backlog if one_by_one > self.rest_finish(project) else None

    def rest_finish(self, project: str) -> int:
        """When all work of a project but its backlog is finished; the minute of today where there is none."""
        backlog, node = self.backlogs.get(project), self.finish_node(project)
        if node is None:
            return self.data_date
        network = self.network
        before = (network.link_pred[link] for link in range(network.first[node], network.first[node + 1]))
        named = backlog.items if backlog is not None else frozenset()
        return max((self.base.finish[n] for n in before if network.ids[n] not in named), default=self.data_date)

    @cached_property
    def unplanned(self) -> frozenset[str]:
        """The work of all backlogs."""
        return frozenset(name for backlog in self.backlogs.values() for name in backlog.items)

    def forward(self, floors: Mapping[int, int], released: frozenset[int] = frozenset()) -> schedule.Forward:
        """The early dates with these holds, and with these items taken as delivered now."""
        return self.asked(floors, released).dates

    def asked(
        self, floors: Mapping[int, int], released: frozenset[int] = frozenset(), earlier: ripple.Asked | None = None
    ) -> ripple.Asked:
        """The same, also from what was asked of the network before."""
        return ripple.asked(self.run, self.base, self.reached(floors), released, earlier, self.rows)

    def reached(self, floors: Mapping[int, int]) -> dict[int, int]:
        """Node → the minute before which it does not begin, of holds that last until a minute."""
        return {node: self._reached(node, minute) for node, minute in floors.items()}

    def _reached(self, node: int, minute: int) -> int:
        """Work begins on the day after its hold; a milestone is reached at the end of the last day of it."""
        if self.network.remaining[node]:
            return minute
        end = self.network.calendar_of(node).prev_finish(minute)
        return end if day_of(end) == day_of(minute) else minute


def weave(
    facts: Facts, unsettled: Sequence[Dependency], earlier: Woven | None = None, recalled: Recalled | None = None
) -> Woven:
    """Build the network and its pass without holds; from that of the snapshot before, where that can be, or from what
    was kept of this one."""
    return woven_by(Loom(facts, earlier, recalled or Recalled()), facts, unsettled, earlier)


def woven_by(loom: Loom, facts: Facts, unsettled: Sequence[Dependency], earlier: Woven | None) -> Woven:
    """What a loom makes of a portfolio with these unsettled dependencies."""
    network, kept = loom.network(frozenset(_item_ties(facts, unsettled)))
    woven = loom.woven(network)
    gates = _all_gates(woven, unsettled, earlier)
    giving = [d for d in unsettled if _gives(facts, d)]
    ties = frozenset(Tie(d.id, d.giver_item, name) for d in giving for name in gates.get(d.id, ()))
    if ties:
        again, kept = loom.network(kept | ties)
        woven = loom.woven(replace(again, cycles=network.cycles))
    cut = {tie.need for tie in (*_item_ties(facts, unsettled), *ties) if tie not in kept}
    tied = frozenset(d.id for d in giving if d.id not in cut)
    return replace(woven, gates=gates, tied=tied)


class Loom:
    """Builds the network of one portfolio, as often as the ties of its dependencies ask for."""

    def __init__(self, facts: Facts, earlier: Woven | None, recalled: Recalled) -> None:
        self._facts, self._recalled = facts, recalled
        self._earlier = earlier if earlier is not None and earlier.facts.today == facts.today else None
        self._built_before = earlier.kept.built if earlier is not None else {}
        self._kept: dict[Key, rebuilt.Built] = {}
        self._touched: list[tuple[Mapping[str, int], tuple[int, ...] | None]] = []
        """Of each network that was built, known by its index, the nodes whose rows differ from those before."""
        self._untold = Untold(facts, self._earlier.untold if self._earlier is not None else None)
        looks = self._earlier is not None and self._earlier.facts.looks == facts.looks
        self._touching = facts.touched if looks else None
        """The projects of whose own work anything differs from before; None where more than that may differ."""
        self._prepared = self._as_scheduled()
        self._items = list(self._prepared.values())
        self._backlogs = self._all_backlogs()
        self._finishes = self._all_finishes()

    def _as_scheduled(self) -> dict[str, WorkItem]:
        """The work items as they are scheduled, by id: with what sources never tell, and what is left of them."""
        facts, before = self._facts, self._earlier
        known: Mapping[str, WorkItem] = {}
        if before is not None and self._touching is not None:
            anew = self._touching | self._untold.without_starts | before.untold.without_starts
            known = before.kept.prepared
            items = [item for item in facts.items.values() if item.project in anew and not item.stub]
        else:
            items = [item for item in facts.items.values() if not item.stub]
        told = as_planned(facts, with_remaining(facts, self._untold.filled(items), self._untold.begun))
        return {**known, **{item.id: item for item in told}}

    def _all_finishes(self) -> list[WorkItem]:
        """The implied finish of each project that has one."""
        facts, before = self._facts, self._earlier
        known: dict[str, WorkItem] = {}
        if before is not None and self._touching is not None and facts.ground is before.facts.ground:
            known = {each.project: each for each in before.kept.finishes if each.project not in self._touching}
        found: list[WorkItem] = []
        for project in facts.projects.values():
            if (each := known.get(project.id)) is not None:
                found.append(each)
            elif (each := finishes.finish(facts, self._untold, project)) is not None:
                found.append(finishes.worked_off(each, self._backlogs))
        return found

    def _all_backlogs(self) -> dict[str, Backlog]:
        facts, before = self._facts, self._earlier
        if before is None or self._touching is None:
            return backlogs(facts, facts.projects)
        found = backlogs(facts, [project for project in facts.projects if project in self._touching])
        known = {name: each for name, each in before.backlogs.items() if name not in self._touching}
        return {project: each for project in facts.projects if (each := found.get(project) or known.get(project))}

    def network(self, ties: frozenset[Tie]) -> tuple[net.Network, frozenset[Tie]]:
        """The network, its circles named in full, and the ties that it keeps.

        A tie that closes a circle is left out of what is computed: it holds by a date instead, so that
        two teams who wait for each other hide nobody's lateness. So does one to work in a circle of its own.
        """
        network = self._whole(ties)
        cycles, kept = network.cycles, ties
        if network.uncomputable:
            kept -= self._stuck(ties)
            network = self._whole(kept) if kept != ties else network
        circles = {member: number for number, circle in enumerate(network.cycles) for member in circle}

        def on(name: str) -> set[int]:
            return {circles[leaf] for leaf in network.leaves.get(name, (name,)) if leaf in circles}

        closing = frozenset(tie for tie in kept if on(tie.giver) & on(tie.receiver))
        if closing:
            kept -= closing
            network = self._whole(kept)
        return replace(network, cycles=cycles), kept

    def _stuck(self, ties: frozenset[Tie]) -> frozenset[Tie]:
        """The ties to work of which the plan's own links say nothing, since they go round."""
        alone = self._whole(frozenset())
        return frozenset(
            tie for tie in ties if not alone.uncomputable.isdisjoint(alone.leaves.get(tie.giver, (tie.giver,)))
        )

    def _whole(self, ties: frozenset[Tie]) -> net.Network:
        network = self._build(ties, frozenset())
        # In a circle everybody is followed by somebody: without these ties its project's finish would not know of it.
        return self._build(ties, network.uncomputable) if network.uncomputable else network

    def _build(self, ties: frozenset[Tie], loose: frozenset[str]) -> net.Network:
        network = self._built(ties, loose, None)
        if not network.fronts:
            return network
        ahead = schedule.forward(schedule.live(network, minute_of(self._facts.today)))
        return self._built(ties, loose, schedule.leaders(network, ahead))

    def _built(self, ties: frozenset[Tie], loose: frozenset[str], leaders: Mapping[str, str] | None) -> net.Network:
        facts, key = self._facts, Key(ties, loose, leaders is not None)
        if key in self._kept:
            return self._kept[key].network
        given = rebuilt.Given(
            items=[*self._items, *self._finishes],
            links=self._links(key),
            calendars=facts.calendars,
            default=facts.default_calendar,
            durations=facts.policy.default_duration_days,
            starts={p.id: start for p in facts.projects.values() if (start := _start(facts, p)) is not None},
            methods={p.id: p.method for p in facts.projects.values() if p.method is not None},
            leaders=leaders or {},
        )
        found = self._rebuilt(key, given)
        self._kept[key] = found.built
        self._touched.append((found.built.network.index, found.nodes))
        return found.built.network

    def _links(self, key: Key) -> Sequence[Link]:
        """The links of a network: those of the files, the ties, and what each project's finish follows."""
        facts, earlier, before = self._facts, self._earlier, self._built_before.get(key)
        if before is not None and earlier is not None and self._are_as_done(earlier.facts):
            known = before.given.items[len(before.given.items) - len(self._finishes) :]
            if [each.id for each in known] == [each.id for each in self._finishes]:
                return before.given.links
        # What ties outside the files is a dependency, not a mistake in a row.
        outside = {item.id for item in facts.items.values() if item.stub}
        links = (link for link in facts.snapshot.links if outside.isdisjoint((link.predecessor, link.successor)))
        own = (Link(predecessor=giver, successor=receiver) for _, giver, receiver in sorted(key.ties))
        return [*links, *own, *finishes.links(facts, self._finishes, key.loose)]

    def _are_as_done(self, before: Facts) -> bool:
        """Whether nothing differs that links, or what a finish follows, could follow from: of work only times."""
        facts = self._facts
        touched = (name for name in facts.touched_items if name in facts.items)
        return facts.needs is before.needs and all(
            facts.is_done(facts.items[name]) == before.is_done(before.items[name]) for name in touched
        )

    def _rebuilt(self, key: Key, given: rebuilt.Given, /) -> rebuilt.Rebuilt:
        packed = self._recalled.networks.get(key.name) if self._recalled.networks else None
        other = next(iter((self._kept or self._built_before).values()), None)
        return rebuilt.build(given, self._built_before.get(key), packed, other)

    def woven(self, network: net.Network) -> Woven:
        """The network with its pass without holds."""
        data_date = minute_of(self._facts.today)
        kept = Kept(self._kept, self._prepared, self._finishes)
        run, (base, others) = self._passed(network, data_date, kept)
        base = ripple.lean(run, base)
        rows = self._rows(run)
        shifted = self._shifted(base, others, rows)
        return Woven(
            self._facts, network, run, data_date, base, {}, frozenset(), self._backlogs, self._untold, kept, rows,
            shifted,
        )  # fmt: skip

    def _rows(self, run: schedule.Run) -> frozenset[int] | None:
        before = self._earlier
        if before is None or before.network.index is not run.network.index:
            return None
        rows = other_rows(run, before.run)
        return None if rows is None else frozenset(rows)

    def _shifted(
        self, base: schedule.Forward, others: Set[int] | None, rows: frozenset[int] | None
    ) -> frozenset[int] | None:
        if self._earlier is None or rows is None:
            return None
        return rows | (other_dates(base, self._earlier.base) if others is None else others)

    def _passed(self, network: net.Network, data_date: int, kept: Kept) -> tuple[schedule.Run, ripple.Patched]:
        """What is asked of a network today, and its early dates: from those before, where only rows of it differ."""
        earlier = self._earlier
        nodes = next((nodes for index, nodes in self._touched if index is network.index), None)
        if earlier is not None and nodes is not None and earlier.network.index is network.index:
            run = rebuilt.run(earlier.run, network, nodes)
            return run, ripple.patched(run, earlier.run, earlier.base, nodes) or ripple.Patched(schedule.forward(run))
        if known := self._recalled.dated and self._recalled.dated_on(kept.key_of(network).name, data_date):
            return schedule.live(network, data_date, filled=known.filled), ripple.Patched(known.base)
        run = schedule.live(network, data_date)
        return run, ripple.Patched(schedule.forward(run))


def _start(facts: Facts, project: Project) -> Moment | None:
    """Before when nothing of a project begins; to the minute where its plan says it."""
    if project.id not in facts.items_by_project:
        return None
    return project.start if project.method is None or project.method.start is None else project.method.start


def _gives(facts: Facts, dependency: Dependency) -> bool:
    """Whether the giver's own work stands in the network."""
    item = facts.item(dependency.giver_item)
    return item is not None and not item.stub


def _item_ties(facts: Facts, unsettled: Iterable[Dependency]) -> Iterable[Tie]:
    """From the giver's item to every item that waits for it, where no link of the plan says so already."""
    for dependency in unsettled:
        linked = dependency.discovered and dependency.id not in facts.vanished
        if not linked and _gives(facts, dependency):
            for name in receiver_of(facts, dependency).items:
                stands = facts.links.are_in_turn(dependency.giver_item, name)
                if not stands and not facts.items[name].stub:
                    yield Tie(dependency.id, dependency.giver_item, name)


def _all_gates(woven: Woven, unsettled: Sequence[Dependency], earlier: Woven | None) -> dict[str, tuple[str, ...]]:
    """By dependency what waits for it where it names no item; as before where nothing of its projects has shifted."""
    if earlier is None or woven.shifted is None or earlier.facts.needs is not woven.facts.needs:
        return {d.id: names for d in unsettled if (names := _gates(woven, d))}
    elsewhere = {woven.network.items[node].project for node in woven.shifted}
    found = {}
    for dependency in unsettled:
        stands = elsewhere.isdisjoint(receiver_of(woven.facts, dependency).projects)
        names = earlier.gates.get(dependency.id, ()) if stands else _gates(woven, dependency)
        if names:
            found[dependency.id] = names
    return found


def _gates(woven: Woven, dependency: Dependency) -> tuple[str, ...]:
    """What waits for a dependency that names no item: in each receiving project the unstarted work that is
    computed to start from `needed_by` on, else the project's finish."""
    facts, network = woven.facts, woven.network
    receiver = receiver_of(facts, dependency)
    if any(woven.nodes(name) for name in receiver.items):
        return ()
    gates: list[str] = []
    for project in receiver.projects:
        rows = [(i.id, woven.node(i.id)) for i in facts.items_by_project.get(project, ())]
        late = [
            name
            for name, node in rows
            if node is not None
            and dependency.needed_by is not None
            and network.progress[node] == kernel.TODO
            and woven.base.start[node] >= minute_of(dependency.needed_by)
        ]
        gates += late or ([finish_of(project)] if woven.finish_node(project) is not None else [])
    return tuple(gates)


def day_of(minute: int) -> date:
    """The day of a finish: midnight belongs to the day before."""
    return moment_of(minute - 1).date() if minute % 1440 == 0 else moment_of(minute).date()


def finish_day(ahead: schedule.Forward, node: int | None) -> date | None:
    """The day of a node's finish."""
    return None if node is None else day_of(ahead.finish[node])
