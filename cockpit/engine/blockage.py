"""The blocked critical path: for each objective its driving chain, what stands in its way, and what each blocker costs.

Slip is the days a blocker costs with only this one left in; leverage the days regained with only this one
removed. Each is a pass over the whole network, calendars included. Days are calendar days between finishes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from statistics import median

from cockpit.assessment import Blocker, Reason
from cockpit.engine import kernel, schedule
from cockpit.engine.calendars import DAY, minute_of
from cockpit.engine.dependencies import Judged, assumed_until
from cockpit.engine.facts import Facts
from cockpit.engine.holds import Hold, floors, recomputed
from cockpit.engine.portfolio import Woven, day_of
from cockpit.engine.schedule import Forward
from cockpit.engine.silence import Silence
from cockpit.model import Objective


@dataclass(frozen=True)
class Blockage:
    """Everything that blocks a portfolio on one day. `holds` are those of unsettled dependencies."""

    facts: Facts
    woven: Woven
    judged: dict[str, Judged]
    holds: tuple[Hold, ...]
    silence: Silence

    @cached_property
    def held(self) -> Forward:
        """The early dates with every hold of a dependency in force: what is computed for everybody."""
        return self.woven.forward(floors(self.holds))

    @cached_property
    def silent(self) -> tuple[int, ...]:
        """The silent nodes that are the turn of a driving chain: of an objective or of a project."""
        ends = [n for o in self.facts.objectives.values() if (n := self.end_of(o, self.woven.base)) is not None]
        ends += [n for p in self.facts.projects if (n := self.woven.finish_node(p)) is not None]
        return tuple(dict.fromkeys(n for end in ends for n in self.dead_at(self.woven.base, end)))

    def dead_at(self, ahead: Forward, end: int) -> tuple[int, ...]:
        """The silent nodes of a driving chain, if all of its workable ones are silent; else none."""
        chain = schedule.driving_chain(self.woven.network, ahead, end)
        workable = [n for n in chain if self.silence.workable(n)]
        return tuple(workable) if workable and all(self.silence.is_silent(n) for n in workable) else ()

    def end_of(self, objective: Objective, ahead: Forward) -> int | None:
        """The node of an objective's finish: its `finish_item`, else the last finish of its projects."""
        named = objective.finish_item
        if self.names_finish(objective):
            node = self.woven.node(named)
            return node if node is not None else self.woven.finish_node(named)
        ends = (self.woven.finish_node(p) for p in self.facts.projects_by_objective.get(objective.id, ()))
        nodes = [n for n in ends if n is not None]
        return max(nodes, key=lambda n: (ahead.finish[n], n), default=None)

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
    def _all(self) -> tuple[Hold, ...]:
        """Every blocker; a silent giver's item stands for itself, not for what waits for it."""
        silent = set(self.silent)
        own = (replace(h, release=None) if h.release in silent else h for h in self.holds)
        return (*own, *self._silent_holds)

    @cached_property
    def full(self) -> Forward:
        """The early dates with every blocker in: dependencies and silent work."""
        return recomputed(self.woven, self._all, self._all)

    @cached_property
    def _free(self) -> Forward:
        return recomputed(self.woven, (), self._all)

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
    def effects(self) -> dict[str, dict[str, tuple[float, float]]]:
        """Blocker subject → objective → (slip, leverage) in calendar days, where either is more than nothing."""
        ends = {o.id: e for o in self.facts.objectives.values() if (e := self.end_of(o, self.full)) is not None}
        found: dict[str, dict[str, tuple[float, float]]] = {}
        driving = self._driving(ends.values())
        for hold in self._all:
            slips = self._later(recomputed(self.woven, (hold,), self._all), self._free) if self._may_slip(hold) else {}
            gains: dict[str, float] = {}
            if hold.subject in driving:
                rest = [h for h in self._all if h is not hold]
                gains = self._later(self.full, recomputed(self.woven, rest, self._all))
            pairs = {o: (slips.get(o, 0.0), gains.get(o, 0.0)) for o in ends}
            found[hold.subject] = {o: pair for o, pair in pairs.items() if any(pair)}
        return found

    def _later(self, ahead: Forward, than: Forward) -> dict[str, float]:
        """Objective → how many calendar days its finish is later in one pass than in another."""
        days = {}
        for objective in self.facts.objectives.values():
            late, early = self.end_of(objective, ahead), self.end_of(objective, than)
            if late is not None and early is not None:
                days[objective.id] = round((ahead.finish[late] - than.finish[early]) / DAY, 1)
        return days

    def _may_slip(self, hold: Hold) -> bool:
        return hold.release is not None or any(hold.minute > self._free.start[n] for n in hold.nodes)

    def _driving(self, ends: Iterable[int]) -> set[str]:
        """The blockers that stand on the driving chain of any of these ends; the others cannot give days back."""
        on_chain = {n for end in ends for n in schedule.driving_chain(self.woven.network, self.full, end)}
        return {
            h.subject
            for h in self._all
            if h.release in on_chain
            or any(
                n in on_chain and self.full.driver[n] == schedule.FLOOR and h.minute == self._floor[n] for n in h.nodes
            )
        }

    @cached_property
    def _floor(self) -> dict[int, int]:
        return dict(floors(self._all))

    def stands_at(self, node: int) -> str:
        """The subject of the blocker that holds this node in the full pass; empty when none does."""
        found = self._floored.get(node, []) if self.full.driver[node] == schedule.FLOOR else []
        return next(iter([*self._releasing.get(node, []), *found]), "")

    @cached_property
    def _releasing(self) -> dict[int, list[str]]:
        """Giver's node whose turn it is → the dependencies that its delivery would release."""
        groups: dict[int, list[str]] = defaultdict(list)
        for hold in self._all:
            if hold.release is not None:
                groups[hold.release].append(hold.subject)
        return groups

    @cached_property
    def _floored(self) -> dict[int, list[str]]:
        """Node → the blockers with the latest hold on it."""
        groups: dict[int, list[str]] = defaultdict(list)
        for hold in self._all:
            for node in hold.nodes:
                if hold.minute == self._floor.get(node):
                    groups[node].append(hold.subject)
        return groups

    def hold(self, subject: str) -> Hold | None:
        """The hold of a subject; None when it holds nobody."""
        return self._by_subject.get(subject)

    @cached_property
    def _by_subject(self) -> dict[str, Hold]:
        return {h.subject: h for h in self._all}

    def stands_on_hold(self, node: int) -> str:
        """The dependency whose hold keeps this node waiting in the computed schedule; empty when none does."""
        if self.held.driver[node] != schedule.FLOOR:
            return ""
        waiting = [h for h in self.holds if node in h.nodes]
        return max(waiting, key=lambda h: (h.minute, h.subject)).subject if waiting else ""

    def leverage(self, subject: str) -> float:
        """The largest leverage of a blocker over any objective, in days."""
        return max((gain for _, gain in self.effects.get(subject, {}).values()), default=0.0)

    def slip(self, subject: str) -> float:
        """The largest slip of a blocker over any objective, in days."""
        return max((slip for slip, _ in self.effects.get(subject, {}).values()), default=0.0)

    def cost(self, subject: str) -> tuple[float | None, bool]:
        """Leverage × cost of delay summed over the objectives it moves, and whether any cost of delay is assumed."""
        gains = {o: gain for o, (_, gain) in self.effects.get(subject, {}).items() if gain > 0}
        if not gains:
            return None, False
        costs = [self.cost_of_delay(o) for o in gains]
        total = sum(gain * cost for gain, (cost, _) in zip(gains.values(), costs, strict=True))
        return total, any(assumed for _, assumed in costs)

    def is_assumed(self, subject: str) -> bool:
        """Whether its days rest on an assumed hold."""
        hold = self._by_subject.get(subject)
        return hold is not None and hold.assumed

    def blockers(self, objective: str) -> tuple[Blocker, ...]:
        """The blockers of one objective, the costliest first."""
        found = [
            self._blocker(hold, objective, *self.effects[hold.subject][objective])
            for hold in self._all
            if objective in self.effects.get(hold.subject, {})
        ]
        return tuple(sorted(found, key=lambda b: (-(b.cost or 0.0), -b.leverage_days, -b.slip_days, b.subject)))

    def _blocker(self, hold: Hold, objective: str, slip: float, leverage: float) -> Blocker:
        cost, assumed = self.cost(hold.subject)
        judged = self.judged.get(hold.subject)
        if judged is None:
            return self._silent_blocker(hold, objective, slip, leverage, cost, cost_assumed=assumed)
        view = judged.view
        record = view.record
        since = record.needed_by or record.logged_on or self.facts.today
        return Blocker(
            subject=hold.subject,
            title=record.title,
            objective=objective,
            project=next(iter(view.projects), ""),
            receiver_team=self.facts.team_title(record.receiver_team),
            giver_team=self.facts.team_title(record.giver_team),
            owner=self.facts.first_person(record.giver_owner, self.facts.lead_of(record.giver_team)),
            owner_name=view.giver_owner_name,
            blocked_days=max(0, (self.facts.today - since).days),
            held_until=hold.until,
            slip_days=slip,
            leverage_days=leverage,
            at_least=hold.assumed,
            cost=cost,
            cost_assumed=assumed,
            state=str(view.state),
            driving=leverage > 0,
            reasons=view.reasons,
        )

    def _silent_blocker(
        self, hold: Hold, objective: str, slip: float, leverage: float, cost: float | None, *, cost_assumed: bool
    ) -> Blocker:
        node = hold.nodes[0]
        item = self.woven.network.items[node]
        owner = self.facts.owner_of_item(item)
        return Blocker(
            subject=hold.subject,
            title=item.title,
            objective=objective,
            project=item.project,
            receiver_team=self.facts.team_title(self.facts.team_of(item)),
            giver_team="",
            owner=owner,
            owner_name=self.facts.person_name(owner),
            blocked_days=max(0, (self.facts.today - self.silence.last_movement(item)).days),
            held_until=hold.until,
            slip_days=slip,
            leverage_days=leverage,
            at_least=True,
            cost=cost,
            cost_assumed=cost_assumed,
            state="silent",
            driving=leverage > 0,
            reasons=(self.silent_reason(node),),
        )

    def silent_reason(self, node: int) -> Reason:
        """How long a silent node has not moved, and where that can be checked."""
        item = self.woven.network.items[node]
        since, days = self.silence.last_movement(item), self.silence.days(node)
        text = f"{item.id} “{item.title}” could be worked on and has not moved since {since}: {days} working days"
        return Reason(text, item.origin)

    def chain_to(self, end: int) -> Sequence[int]:
        """The driving chain of a finish in the computed schedule, earliest first."""
        return schedule.driving_chain(self.woven.network, self.held, end)

    def first_open(self, chain: Sequence[int]) -> int | None:
        """The first unfinished node of a chain: whose turn it is."""
        return next((n for n in chain if self.woven.network.progress[n] != kernel.DONE), None)


def finish_day(ahead: Forward, node: int | None) -> date | None:
    """The day of a node's finish."""
    return None if node is None else day_of(ahead.finish[node])
