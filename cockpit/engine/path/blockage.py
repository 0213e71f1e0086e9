"""The blocked critical path: for each objective its driving chain, what stands in its way, and what each blocker costs.

Slip is the days a blocker costs with only this one left in; leverage the days regained with only this one
removed (`path/trials.py`), calendars included. Days are calendar days between finishes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from statistics import median

from cockpit.basics.classes import dataclass
from cockpit.engine import kernel
from cockpit.engine.dependencies import Judged, assumed_until
from cockpit.engine.facts import Facts
from cockpit.engine.path.dead import Dead
from cockpit.engine.path.holds import Hold, floors, recomputed
from cockpit.engine.path.joint import REGAINED, Joint, fewest, joined
from cockpit.engine.path.silence import Silence
from cockpit.engine.path.trials import Moved, Trials
from cockpit.engine.path.unmoved import Moves, otherwise_held, unmoved
from cockpit.engine.portfolio import Woven
from cockpit.engine.scheduling import schedule
from cockpit.engine.scheduling.calendars import DAY, minute_of
from cockpit.engine.scheduling.ripple import Asked
from cockpit.engine.scheduling.schedule import Forward
from cockpit.records.assessment import Blocker, Reason
from cockpit.records.model import Objective
from cockpit.records.steps import ChainStep


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """What it is worth to resolve one blocker, or several together that stand side by side."""

    members: tuple[str, ...]
    """Their subjects, largest slip first."""
    days: float
    """The most that any objective regains."""
    cost: float | None
    """Days × cost of delay, summed over the objectives that it moves; None where it moves none."""
    cost_assumed: bool
    """A cost of delay is not known, and assumed."""
    at_least: bool
    """A hold is assumed: the days are a lower bound."""


@dataclass(frozen=True)
class Blockage:
    """Everything that blocks a portfolio on one day. `holds` are those of unsettled dependencies."""

    facts: Facts
    woven: Woven
    judged: dict[str, Judged]
    holds: tuple[Hold, ...]
    silence: Silence
    earlier: Blockage | None = None
    """That of the snapshot before, whose dates these are made from."""

    def let_go(self) -> None:
        """Forget the snapshot before: nothing is asked of it any more."""
        object.__setattr__(self, "earlier", None)
        vars(self).pop("trials", None)  # made again where somebody asks: it has dates of its own to try things with

    @property
    def held(self) -> Forward:
        """The early dates with every hold of a dependency in force: what is computed for everybody."""
        return self.asked.dates

    @cached_property
    def asked(self) -> Asked:
        """The same with what they were asked for."""
        before = self.earlier
        return self.woven.asked(floors(self.holds), earlier=before.asked if before is not None else None)

    @cached_property
    def silent(self) -> tuple[int, ...]:
        """The silent nodes that are the turn of a driving chain: of an objective or of a project."""
        ends = [n for o in self.facts.objectives.values() if (n := self.end_of(o, self.woven.base)) is not None]
        ends += [n for p in self.facts.projects if (n := self.woven.finish_node(p)) is not None]
        return tuple(dict.fromkeys(n for end in ends for n in self.dead_at(end)))

    def dead_at(self, end: int) -> tuple[int, ...]:
        """The silent nodes of a driving chain, if all of its workable ones are silent; else none."""
        return self.dead.at(end)

    @cached_property
    def dead(self) -> Dead:
        """Which driving chains are dead."""
        before = self.earlier.dead if self.earlier is not None else None
        return Dead(self.facts, self.woven, self.silence, before, self.disturbed)

    @cached_property
    def disturbed(self) -> frozenset[int] | None:
        """The nodes of which, or of what comes right before which, anything that a judgement asks is otherwise than in
        the snapshot before: rows, early dates, what is known of their work, holds. None: of any, and more than that."""
        before = self.earlier
        return self.disturbances() if before is not None and self.facts.needs is before.facts.needs else None

    def disturbances(self) -> frozenset[int] | None:
        """The same where something is signed otherwise too, of which `facts.touched_items` has all work that it is
        about."""
        before, woven, facts = self.earlier, self.woven, self.facts
        if before is None or woven.shifted is None or facts.looks != before.facts.looks:
            return None
        index = woven.network.index
        touched = (index[name] for name in facts.touched_items if name in index)
        holding = otherwise_held(self.holds, before.holds)
        found = woven.shifted.union(self.asked.otherwise(before.asked), touched, holding)
        found |= self.silence.held ^ before.silence.held
        return found.union(after for node in found for after in woven.network.onward.of(node))

    def end_of(self, objective: Objective, ahead: Forward) -> int | None:
        """The node of an objective's finish: its `finish_item`, else the last finish of its projects."""
        ids, is_ours = self.woven.network.ids, self.facts.objectives.get(objective.id) is objective
        ends = self.ends[objective.id] if is_ours else self._ends_of(objective)
        return max(ends, key=lambda n: (ahead.finish[n], ids[n]), default=None)

    def _ends_of(self, objective: Objective) -> tuple[int, ...]:
        """The nodes of which the last to finish is that of an objective."""
        named = objective.finish_item
        if self.names_finish(objective):
            node = self.woven.node(named)
            ends: tuple[int | None, ...] = (node if node is not None else self.woven.finish_node(named),)
        else:
            ends = tuple(self.woven.finish_node(p) for p in self.facts.projects_by_objective.get(objective.id, ()))
        return tuple(node for node in ends if node is not None)

    def names_finish(self, objective: Objective) -> bool:
        """Whether its `finish_item` is a work item or project that somebody knows."""
        named = objective.finish_item
        return bool(named) and (named in self.facts.projects or self.facts.item(named) is not None)

    @cached_property
    def _silent_holds(self) -> tuple[Hold, ...]:
        until = assumed_until(self.facts)
        minute = minute_of(until) + DAY
        return tuple(
            Hold(f"item:{self.woven.network.ids[node]}", (node,), minute, until, assumed=True) for node in self.silent
        )

    @cached_property
    def all_holds(self) -> tuple[Hold, ...]:
        """Every blocker; a silent giver's item stands for itself, not for what waits for it."""
        silent = set(self.silent)
        own = (replace(h, release=None) if h.release in silent else h for h in self.holds)
        return (*own, *self._silent_holds)

    @property
    def full(self) -> Forward:
        """The early dates with every blocker in: dependencies and silent work."""
        return self._full.dates

    @cached_property
    def _full(self) -> Asked:
        before = self.earlier
        if not self._silent_holds:  # the same question as without them
            was_same = before is None or not before._silent_holds
            return self.asked if was_same else self.asked._replace(others=None)
        return recomputed(self.woven, self.all_holds, self.all_holds, before._full if before is not None else None)

    @property
    def _free(self) -> Forward:
        return self._unheld.dates

    @cached_property
    def _unheld(self) -> Asked:
        before = self.earlier._unheld if self.earlier is not None else None
        return recomputed(self.woven, (), self.all_holds, before)

    @cached_property
    def _weights(self) -> dict[str, tuple[float, bool]]:
        """Objective → cost of delay per day and whether it is assumed: the median of the known, else 1."""
        known = [o.cost_of_delay_per_day for o in self.facts.objectives.values() if o.cost_of_delay_per_day is not None]
        stand_in = median(known) if known else 1.0
        return {
            o.id: (stand_in, True) if o.cost_of_delay_per_day is None else (o.cost_of_delay_per_day, False)
            for o in self.facts.objectives.values()
        }

    def cost_of_delay(self, objective: str) -> tuple[float, bool]:
        """What a day of delay of an objective costs, and whether that is assumed."""
        return self._weights[objective]

    @cached_property
    def effects(self) -> Mapping[str, Mapping[str, tuple[float, float]]]:
        """Blocker subject → objective → (slip, leverage) in calendar days, where either is more than nothing."""
        places = {objective: place for place, objective in enumerate(self.facts.objectives)}
        found: dict[str, dict[str, tuple[float, float]]] = {}
        for subject, (alone, lifted) in self.moves.items():
            if not alone and not lifted:
                found[subject] = {}
                continue
            slips, gains = self.trials.slips(alone), self.trials.gains(lifted)
            moved = sorted({*slips, *gains}, key=places.__getitem__)
            pairs = {o: (slips.get(o, 0.0), gains.get(o, 0.0)) for o in moved}
            found[subject] = {o: pair for o, pair in pairs.items() if any(pair)}
        return found

    @cached_property
    def blocking(self) -> dict[str, list[Hold]]:
        """Objective → the holds that cost it days, or whose end gives it some."""
        groups: dict[str, list[Hold]] = defaultdict(list)
        for hold in self.all_holds:
            for objective in self.effects[hold.subject]:
                groups[objective].append(hold)
        return groups

    @cached_property
    def moves(self) -> Moves:
        """Blocker subject → the ends of objectives that it moves when it alone is left, and when it alone is gone."""
        known, found = unmoved(self, self.earlier), dict[str, tuple[Moved, Moved]]()
        asked = (hold for hold in self.all_holds if hold.subject not in known and self._may_slip(hold))
        alone = self.trials.each_alone(asked)
        for hold in self.all_holds:
            subject = hold.subject
            if subject in known:
                found[subject] = known[subject]
            else:
                lifted = self.trials.lifted((subject,)) if subject in self.driving else {}
                found[subject] = alone.get(subject, {}), lifted
        return found

    @cached_property
    def steps(self) -> dict[int, ChainStep]:
        """Node → its step on a driving chain, as far as that was told."""
        return {}

    @cached_property
    def told(self) -> dict[str, tuple[Blocker, ...]]:
        """Objective → its blockers in rows, as far as they were asked for."""
        return {}

    @property
    def extremes(self) -> tuple[Asked, Asked]:
        """The early dates without any blocker and with all of them."""
        return self._unheld, self._full

    @cached_property
    def ends(self) -> dict[str, tuple[int, ...]]:
        """Objective → the nodes of which the last to finish is its finish."""
        return {o.id: self._ends_of(o) for o in self.facts.objectives.values()}

    @cached_property
    def trials(self) -> Trials:
        """What becomes of the finishes of objectives with one hold alone, and without some."""
        return Trials(self.woven, self.all_holds, self.ends, self._free, self.full)

    def without(self, subjects: Collection[str]) -> Forward:
        """The early dates with these blockers out of the way."""
        return self.trials.without(subjects)

    @cached_property
    def joints(self) -> dict[str, Joint]:
        """Objective → the parallel blockers that regain days of it only together, where no single one regains a day."""
        found: dict[str, Joint] = {}
        for objective in self.facts.objectives:
            pairs = {s: e[objective] for s, e in self.effects.items() if objective in e}
            if all(gain < REGAINED for _, gain in pairs.values()):
                slips = sorted((s for s, (slip, _) in pairs.items() if slip > 0), key=lambda s: (-pairs[s][0], s))
                known = next((j for j in found.values() if objective in j.gains and set(j.members) <= set(slips)), None)
                few = fewest([pairs[s][0] for s in slips], self.trials.late(objective))
                joint = known or joined(slips, objective, self.trials.regained, few)
                found |= {objective: joint} if joint is not None else {}
        return found

    def joint_of(self, subject: str) -> Joint | None:
        """The parallel blockers with which one regains the most, if it is one of several."""
        mine = self.joints_of.get(subject, [])
        return max(mine, key=lambda j: max(j.gains.values()), default=None)

    @cached_property
    def joints_of(self) -> dict[str, list[Joint]]:
        """Blocker subject → those of which it is one."""
        groups: dict[str, list[Joint]] = defaultdict(list)
        for joint in self.joints.values():
            for subject in joint.members:
                groups[subject].append(joint)
        return groups

    def _may_slip(self, hold: Hold) -> bool:
        return hold.release is not None or any(hold.minute > self._free.start[n] for n in hold.nodes)

    @cached_property
    def driving(self) -> set[str]:
        """The blockers that stand on the driving chain of any objective; the others cannot give days back."""
        ends = (self.end_of(objective, self.full) for objective in self.facts.objectives.values())
        on_chain = schedule.driving_chains(self.woven.network, self.full, (end for end in ends if end is not None))
        return {
            h.subject
            for h in self.all_holds
            if h.release in on_chain
            or any(
                n in on_chain and self.full.driver[n] == schedule.FLOOR and h.minute == self._floor[n] for n in h.nodes
            )
        }

    @cached_property
    def _floor(self) -> dict[int, int]:
        return dict(floors(self.all_holds))

    def stands_at(self, node: int) -> str:
        """The subject of the blocker that holds this node in the full pass; empty when none does."""
        found = self._floored.get(node, []) if self.full.driver[node] == schedule.FLOOR else []
        return next(iter([*self._releasing.get(node, []), *found]), "")

    @cached_property
    def _releasing(self) -> dict[int, list[str]]:
        """Giver's node whose turn it is → the dependencies that its delivery would release."""
        groups: dict[int, list[str]] = defaultdict(list)
        for hold in self.all_holds:
            if hold.release is not None:
                groups[hold.release].append(hold.subject)
        return groups

    @cached_property
    def _floored(self) -> dict[int, list[str]]:
        """Node → the blockers with the latest hold on it."""
        groups: dict[int, list[str]] = defaultdict(list)
        for hold in self.all_holds:
            for node in hold.nodes:
                if hold.minute == self._floor.get(node):
                    groups[node].append(hold.subject)
        return groups

    def hold(self, subject: str) -> Hold | None:
        """The hold of a subject; None when it holds nobody."""
        return self._by_subject.get(subject)

    @cached_property
    def _by_subject(self) -> dict[str, Hold]:
        return {h.subject: h for h in self.all_holds}

    def stands_on_hold(self, node: int) -> str:
        """The dependency whose hold keeps this node waiting in the computed schedule; empty when none does."""
        if self.held.driver[node] != schedule.FLOOR:
            return ""
        waiting = self.holding.get(node, ())
        return max(waiting, key=lambda h: (h.minute, h.subject)).subject if waiting else ""

    @cached_property
    def holding(self) -> dict[int, list[Hold]]:
        """Node → the dependencies that hold it."""
        groups: dict[int, list[Hold]] = defaultdict(list)
        for hold in self.holds:
            for node in dict.fromkeys(hold.nodes):
                groups[node].append(hold)
        return groups

    def slip(self, subject: str) -> float:
        """The largest slip of a blocker over any objective, in days."""
        return max((slip for slip, _ in self.effects.get(subject, {}).values()), default=0.0)

    def worth(self, subject: str) -> Worth:
        """What resolving a blocker is worth: alone, or with those beside which it stands, where that is more."""
        alone, joint = self.alone(subject), self.joint_of(subject)
        return alone if joint is None or alone.days >= REGAINED else self._worth(joint.members, joint.gains)

    def alone(self, subject: str) -> Worth:
        """What resolving a blocker is worth when nothing else is resolved."""
        gains = {o: gain for o, (_, gain) in self.effects.get(subject, {}).items() if gain > 0}
        return self._worth((subject,), gains)

    def _worth(self, members: tuple[str, ...], gains: Mapping[str, float]) -> Worth:
        costs = [(gain, *self.cost_of_delay(o)) for o, gain in gains.items()]
        return Worth(
            members=members,
            days=max(gains.values(), default=0.0),
            cost=sum(gain * cost for gain, cost, _ in costs) if costs else None,
            cost_assumed=any(assumed for _, _, assumed in costs),
            at_least=any(self._by_subject[subject].assumed for subject in members if subject in self._by_subject),
        )

    def silent_reason(self, node: int) -> Reason:
        """How long a silent node has not moved, and where that can be checked."""
        item = self.woven.network.items[node]
        since, days = self.silence.last_movement(item), self.silence.days(node)
        text = f"{item.id} “{item.title}” could be worked on and has not moved since {since}: {days} working days"
        return Reason(text, item.origin)

    def chain_to(self, end: int) -> Sequence[int]:
        """The driving chain of a finish in the computed schedule, earliest first."""
        if end not in self._chains:
            self._chains[end] = schedule.driving_chain(self.woven.network, self.held, end)
        return self._chains[end]

    @cached_property
    def _chains(self) -> dict[int, Sequence[int]]:
        return {}

    def first_open(self, chain: Sequence[int]) -> int | None:
        """The first unfinished node of a chain: whose turn it is."""
        return next((n for n in chain if self.woven.network.progress[n] != kernel.DONE), None)
