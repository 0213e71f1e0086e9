"""Which work that could be done now does not move, and for how long.

Movement is a change of state category, an actual date or a signature; percentages, remaining durations and
`updated` stamps are not. Silence is counted in working days up to the latest observation of the item's source, from
the last movement, and for work not begun from its planned start, or from when its turn came, if that is later. Work in
progress is given its own duration and a third of it before it counts as silent: a task of 30 days says nothing for 40
days and is none the worse. Nobody's turn is what is left of a backlog: that is a matter of its pace.
"""

from __future__ import annotations

from collections.abc import Set
from datetime import date, timedelta

from cockpit.basics.classes import dataclass
from cockpit.engine import kernel
from cockpit.engine.facts import Facts
from cockpit.engine.forecast.planned import planned_start
from cockpit.engine.portfolio import Woven
from cockpit.engine.rows import as_date
from cockpit.engine.scheduling.calendars import minute_of, moment_of
from cockpit.engine.statements.ledger import Ledger
from cockpit.records.model import State, WorkItem


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
        if network.progress[node] == kernel.DONE or node in self.held or network.ids[node] in self.woven.unplanned:
            return False
        if network.not_before[node] > self.woven.data_date and network.progress[node] == kernel.TODO:
            return False
        if network.remaining[node] == 0 and network.progress[node] == kernel.TODO and self._is_gate(node):
            return False
        return not self._waits_for_its_lag(node) and not self.waits_for_work(node)

    def _waits_for_its_lag(self, node: int) -> bool:
        """Whether it is not to begin yet, though nothing before it is open: the lag of a link has not gone by. Who
        moves it all the same works on it.
        """
        network = self.woven.network
        lagging = any(network.link_lag[link] > 0 for link in range(network.first[node], network.first[node + 1]))
        if not lagging or network.progress[node] != kernel.TODO:
            return False
        waits = self.woven.base.start[node] > network.calendar_of(node).next_start(self.woven.data_date)
        return waits and not self._stirs(network.items[node])

    def _stirs(self, item: WorkItem) -> bool:
        """Whether it was seen to move, whatever its turn, within the time that any work may be silent."""
        moved = self.facts.snapshot.moved.get(item.id)
        return moved is not None and self.facts.working_days(moved, self.facts.today) < self.facts.policy.silence_days

    def waits_for_work(self, node: int) -> bool:
        """Whether the links of its plan say that something before it is to be done first."""
        network = self.woven.network
        return any(self._open_upstream(link) for link in range(network.first[node], network.first[node + 1]))

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
        seen = until or min(self.facts.snapshot.observed.get(item.id, self.facts.today), self.facts.today)
        return self.facts.working_days(self.last_movement(item), seen)

    def last_movement(self, item: WorkItem) -> date:
        """The day from which silence is counted."""
        item = self.facts.items.get(item.id, item)  # as its source has it
        days = [self.facts.snapshot.moved.get(item.id, self.facts.today)]
        if signed := self.ledger.signed_of.get(item.id):
            days.append(signed)
        if not self.facts.is_started(item):
            days += self._turns(item)
        return max(days)

    def _turns(self, item: WorkItem) -> list[date]:
        """When work that is not begun was to begin, and when what it waited for was seen to be out of its way."""
        project = self.facts.projects.get(item.project)
        planned = (planned_start(item), item.not_before, project.start if project else None)
        days = [as_date(moment) for moment in planned if moment is not None]
        network = self.woven.network
        node = network.index.get(item.id)
        if node is not None:
            for link in range(network.first[node], network.first[node + 1]):
                other = network.items[network.link_pred[link]]
                if (day := self._cleared(other)) is not None:
                    days.append(max(day + _gap(other, item), self._after(day, network.link_lag[link])))
        return days

    def _after(self, day: date, lag: int) -> date:
        """The day on which a lag of so many working minutes has gone by."""
        return day if lag <= 0 else moment_of(self.facts.working.add_work(minute_of(day), lag)).date()

    def _cleared(self, item: WorkItem) -> date | None:
        """The day on which something was seen to have moved last; of a project's finish, that it was reached."""
        seen = self.facts.snapshot.moved.get(item.id) if item.id in self.facts.items else None
        return seen if seen is not None or item.actual_finish is None else as_date(item.actual_finish)

    def is_silent(self, node: int) -> bool:
        """Whether it has not moved for longer than it may."""
        if self.woven.network.items[node].project in self.woven.untold.without_states:
            return False  # its source never tells of a movement
        return self.workable(node) and self.days(node) >= self.allowance(node)

    def overruns(self, node: int) -> bool:
        """Whether it is long work in progress that has had its time for less than `silence_days`."""
        limit = self.facts.policy.silence_days
        return limit < self.allowance(node) and self.days(node) < self.allowance(node) + limit

    def allowance(self, node: int) -> int:
        """How many working days it may go without a movement before it counts as silent.

        Work in progress has its own time and a third more: the luck of the work, and of the day on which it was
        looked at.
        """
        length = self._length(node)
        return max(self.facts.policy.silence_days, length + -(-length // 3))

    def own_time(self, node: int) -> int:
        """How many working days it may go without a movement and still count as moving."""
        return max(self.facts.policy.silence_days, self._length(node))

    def _length(self, node: int) -> int:
        """The working days of work in progress, or what the baseline planned for it, or what was left at first where
        that is all that tells its length, if that is less: stretching it buys no silence. Work that says it is blocked
        has no such time, nobody works on it; nor has what is not begun.
        """
        network = self.woven.network
        item, working = network.items[node], network.calendar_of(node)
        if network.progress[node] != kernel.STARTED or item.state is State.BLOCKED:
            return 0
        length = network.duration[node] // working.minutes_per_day
        if item.baseline_start is not None and item.baseline_finish is not None:
            start, finish = working.start_of(item.baseline_start), working.finish_of(item.baseline_finish)
            length = min(length, max(0, working.work_between(start, finish)) // working.minutes_per_day)
        elif item.duration_days is None:
            first = (row[0] for row in self.facts.read.pasts.claims.get(item.id, ()))
            length = int(min((length, *(told.duration or told.remaining or 0.0 for told in first))))
        return length


def _gap(before: WorkItem, item: WorkItem) -> timedelta:
    """The time that the baseline leaves between two items: of milestones alone it is all the work there is."""
    planned, due = planned_start(item), before.baseline_finish
    return timedelta(0) if planned is None or due is None else max(timedelta(0), planned - as_date(due))
