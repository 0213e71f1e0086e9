"""Which work that could be done now does not move, and for how long.

Movement is a change of state category, an actual date or a signature; percentages, remaining durations and
`updated` stamps are not. Silence is counted in working days up to the latest observation of the item's source, from
the last movement, and for work not begun from its planned start if that is later. Work in progress is given
its own duration before it counts as silent: a task of 40 days says nothing for 40 days and is none the worse.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from cockpit.engine import kernel
from cockpit.engine.facts import Facts
from cockpit.engine.ledger import Ledger
from cockpit.engine.portfolio import Woven
from cockpit.engine.rows import as_date
from cockpit.model import State, WorkItem
from cockpit.trust.obligations import split_subject


@dataclass(frozen=True)
class Silence:
    """The question asked of nodes of one network. `held` are the nodes that an unresolved dependency holds."""

    facts: Facts
    ledger: Ledger
    woven: Woven
    held: Set[int]

    def workable(self, node: int) -> bool:
        """Whether somebody could work on it now: unfinished, and nothing upstream is open."""
        network = self.woven.network
        if network.progress[node] == kernel.DONE or node in self.held:
            return False
        if network.not_before[node] > self.woven.data_date and network.progress[node] == kernel.TODO:
            return False
        if network.remaining[node] == 0 and network.progress[node] == kernel.TODO and self._is_gate(node):
            return False
        return all(self._open_upstream(link) is False for link in range(network.first[node], network.first[node + 1]))

    def _is_gate(self, node: int) -> bool:
        """An implied finish: nobody works on it."""
        return self.woven.network.ids[node] not in self.facts.items

    def _open_upstream(self, link: int) -> bool:
        network = self.woven.network
        progress = network.progress[network.link_pred[link]]
        if network.link_type[link] == kernel.FS:
            return progress != kernel.DONE
        return network.link_type[link] == kernel.SS and progress == kernel.TODO

    def days(self, node: int, until: date | None = None) -> int:
        """Working days without movement, as last observed, or up to a day."""
        item = self.woven.network.items[node]
        seen = until or self.facts.snapshot.observed.get(item.id, self.facts.today)
        return self.facts.working_days(self.last_movement(item), seen)

    def last_movement(self, item: WorkItem) -> date:
        """The day from which silence is counted."""
        days = [self.facts.snapshot.moved.get(item.id, self.facts.today)]
        if signed := self._signed.get(item.id):
            days.append(signed)
        if not self.facts.is_started(item):
            project = self.facts.projects.get(item.project)
            planned = (item.baseline_start, item.not_before, project.start if project else None)
            days += [as_date(moment) for moment in planned if moment is not None]
        return max(days)

    def is_silent(self, node: int) -> bool:
        """Whether it has not moved for longer than it may."""
        return self.workable(node) and self.days(node) >= self.allowance(node)

    def allowance(self, node: int) -> int:
        """How many working days it may go without a movement.

        Work in progress has its own duration, or what the baseline planned for it if that is less: stretching it
        buys no silence. Work that says it is blocked has no such time: nobody works on it.
        """
        network, policy = self.woven.network, self.facts.policy
        if network.progress[node] != kernel.STARTED:
            return policy.silence_days
        item, working = network.items[node], network.calendar_of(node)
        if item.state is State.BLOCKED:
            return policy.silence_days
        length = network.duration[node] // working.minutes_per_day
        if item.baseline_start is not None and item.baseline_finish is not None:
            start, finish = working.start_of(item.baseline_start), working.finish_of(item.baseline_finish)
            length = min(length, max(0, working.work_between(start, finish)) // working.minutes_per_day)
        return max(policy.silence_days, length)

    @cached_property
    def _signed(self) -> dict[str, date]:
        """Work item → the last day on which somebody signed something about it."""
        days: dict[str, date] = {}
        for subject, signed_on in self.ledger.signed_days():
            for item in self._spoken_of(*split_subject(subject)):
                days[item] = max(days.get(item, signed_on), signed_on)
        return days

    def _spoken_of(self, kind: str, name: str) -> tuple[str, ...]:
        if kind == "milestone":
            return (name,)
        dependency = self.ledger.dependency(name) if kind == "dependency" else None
        return (dependency.giver_item, dependency.receiver_item) if dependency is not None else ()
