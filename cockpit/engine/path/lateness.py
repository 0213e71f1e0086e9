"""Whether a project comes late: by computation, by a hold, dead or receding; its own doing or inherited."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from cockpit.basics.classes import dataclass
from cockpit.engine import kernel
from cockpit.engine.facts import Facts, finish_of
from cockpit.engine.forecast.throughput import Backlog
from cockpit.engine.path.blockage import Blockage
from cockpit.engine.portfolio import day_of, finish_day
from cockpit.engine.rows import as_date
from cockpit.engine.scheduling import schedule
from cockpit.engine.scheduling.schedule import Forward
from cockpit.engine.statements.ledger import Ledger
from cockpit.records.assessment import DependencyView, Reason
from cockpit.records.model import Project
from cockpit.records.verdicts import Basis, DependencyState, Status


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with a project. `code` is the rule that raises it; `root` the project it comes from."""

    code: str
    status: Status
    basis: Basis
    reason: Reason
    root: str = ""
    subject: str = ""
    """The milestone that is claimed, where it is about one; the finish of the project whose backlog stands still."""


class Lateness:
    """Asks it of the projects of one portfolio on one day."""

    def __init__(self, facts: Facts, ledger: Ledger, blockage: Blockage) -> None:
        self._facts = facts
        self._ledger = ledger
        self._blockage = blockage
        self._woven = blockage.woven
        self._policy = facts.policy

    def findings(self, project: Project, node: int | None, baseline: date | None) -> Iterable[Finding]:
        """What is wrong with the finish of an unfinished project; `node` is None where it cannot be computed."""
        if node is None:
            yield from self._overdue(project, baseline)
            return
        yield from self._late(project, node, baseline)
        yield from self._dead(project, node)
        yield from self._receding(project, node, baseline)

    def _overdue(self, project: Project, baseline: date | None) -> Iterable[Finding]:
        """What cannot be computed and is not finished ends no earlier than today."""
        today = self._facts.today
        if baseline is not None and (today - baseline).days > self._facts.time_tolerance(project.id):
            text = f"it is not finished {(today - baseline).days} days after its baseline {baseline}"
            yield Finding("FINISH-LATE", Status.OFF_TRACK, Basis.EVIDENCE, Reason(text, project.origin))

    def _late(self, project: Project, node: int, baseline: date | None) -> Iterable[Finding]:
        if baseline is None:
            return
        blockage, tolerance = self._blockage, self._facts.time_tolerance(project.id)
        base, held = finish_day(self._woven.base, node), finish_day(blockage.held, node)
        if base is not None and (base - baseline).days > tolerance:
            root = self._root(project.id, self._woven.base, node, (base - baseline).days)
            bare = ", even if nothing held it," if held != base else ""
            backlog = self._woven.ruling_backlog(project.id)
            pace = f": {backlog.reason}" if backlog is not None else ""
            basis = Basis.UNPROVEN if self._may_be_luck(project.id, baseline) else Basis.EVIDENCE
            days = (base - baseline).days
            text = f"computed finish {base}{bare} is {days} days later than its baseline {baseline}{pace}"
            yield Finding("FINISH-LATE", Status.OFF_TRACK, basis, self._rooted(text, project, root), root)
        elif held is not None and (held - baseline).days > tolerance:
            yield from self._held_late(project, node, held, baseline)

    def _may_be_luck(self, project: str, baseline: date) -> bool:
        """Whether it is late by the pace of its backlog alone, and that may be chance: its history is short, or the
        best pace that it leaves possible would do."""
        backlog, latest = self._woven.ruling_backlog(project), baseline + timedelta(self._facts.time_tolerance(project))
        if backlog is None or backlog.at_best is None or (backlog.at_best > latest and backlog.is_long):
            return False
        return day_of(self._woven.rest_finish(project)) <= latest

    def _held_late(self, project: Project, node: int, held: date, baseline: date) -> Iterable[Finding]:
        """Late only because of a hold: its own makes it Off Track, one upstream At Risk."""
        gate, view = self._gate(node)
        assumed = view is not None and view.assumed_hold
        owner = self._woven.network.items[gate].project if gate is not None else project.id
        root = owner if owner != project.id else ""
        until = f", waiting for “{view.record.title}” until {view.held_until}" if view else ""
        least = "at least " if assumed else ""
        days = (held - baseline).days
        text = f"computed finish {held} is {least}{days} days later than its baseline {baseline}{until}"
        status = Status.AT_RISK if root else Status.OFF_TRACK
        basis = Basis.UNPROVEN if assumed else Basis.EVIDENCE
        yield Finding("FINISH-LATE", status, basis, self._rooted(text, project, root), root)

    def _gate(self, node: int) -> tuple[int | None, DependencyView | None]:
        """The last node of its driving chain that a dependency keeps waiting, and that dependency."""
        chain = self._blockage.chain_to(node)
        gate = next((n for n in reversed(chain) if self._blockage.held.driver[n] == schedule.FLOOR), None)
        subject = self._blockage.stands_on_hold(gate) if gate is not None else ""
        return gate, self._blockage.judged[subject].view if subject else None

    def _rooted(self, text: str, project: Project, root: str) -> Reason:
        if not root:
            return Reason(text, project.origin)
        title = self._facts.names.get(root, root)
        return Reason(f"{text}; the root is project {title}", project.origin)

    def _root(self, project: str, ahead: Forward, node: int, days: int = 0) -> str:
        """The other project at whose unfinished work the driving chain stands, if it is in trouble itself.

        Of `days` that a project is late no more than tolerance may be left once that trouble is taken away: the rest
        is its own.
        """
        chain = schedule.driving_chain(self._woven.network, ahead, node)
        first = self._blockage.first_open(chain)
        other = self._woven.network.items[first].project if first is not None else project
        if other == project or other not in self._facts.projects:
            return ""
        end = self._woven.finish_node(other)
        baseline, finish, tolerance = (
            self._ledger.baseline(other),
            finish_day(ahead, end),
            self._facts.time_tolerance(other),
        )
        late = (finish - baseline).days if baseline is not None and finish is not None else 0
        stuck = end is not None and bool(self._blockage.dead_at(end))
        if late <= tolerance and not stuck:
            return ""
        item = self._woven.network.items[first] if first is not None else None
        planned = item.baseline_finish if item is not None else None
        behind = (day_of(ahead.finish[first]) - as_date(planned)).days if first is not None and planned else 0
        return "" if days - max(late, behind) > tolerance and (late > tolerance or planned) else other

    def _dead(self, project: Project, node: int) -> Iterable[Finding]:
        yield from self._dead_backlog(project)
        for silent in self._blockage.dead_at(node):
            item = self._woven.network.items[silent]
            root = item.project if item.project != project.id else ""
            yield Finding("PATH-DEAD", Status.AT_RISK, Basis.EVIDENCE, self._blockage.silent_reason(silent), root)

    def _dead_backlog(self, project: Project) -> Iterable[Finding]:
        """A backlog of which nothing moved, where the finish is a matter of it."""
        backlog = self._woven.ruling_backlog(project.id)
        if backlog is None or backlog.last_moved is None or self._has_its_time(backlog):
            return
        since = max(day for day in (backlog.last_moved, project.start) if day is not None)
        days = self._facts.working_days(since, backlog.seen)
        if days >= self._policy.silence_days:
            one = backlog.left == 1
            what = "its only open ticket has not" if one else f"none of its {backlog.left:,} open tickets has"
            text = f"{what} moved since {since}: {days} working days"
            reason = Reason(text, project.origin)
            yield Finding("PATH-DEAD", Status.AT_RISK, Basis.EVIDENCE, reason, subject=finish_of(project.id))

    def _has_its_time(self, backlog: Backlog) -> bool:
        """Whether something of it that is begun may still be silent, as long as it takes."""
        silence, network = self._blockage.silence, self._woven.network
        nodes = (node for name in backlog.items if (node := network.index.get(name)) is not None)
        begun = (node for node in nodes if network.progress[node] == kernel.STARTED)
        return any(silence.days(node) < silence.allowance(node) for node in begun)

    def _receding(self, project: Project, node: int, baseline: date | None) -> Iterable[Finding]:
        """A finish that moves away about as fast as time passes, once its work was due to begin."""
        snapshot = self._facts.snapshot
        before, on = snapshot.earlier.get(project.id), snapshot.earlier_on
        now = finish_day(self._woven.base, node)
        if before is None or on is None or now is None or not self._was_due(project, node, on):
            return
        elapsed, moved = self._facts.working_days(on, self._facts.today), self._facts.working_days(before, now)
        if elapsed < self._policy.silence_days or moved < self._policy.receding_days_per_day * elapsed:
            return
        if baseline is not None and (now <= baseline or self._may_be_luck(project.id, baseline)):
            return
        waiting = self._gate(node)[1]
        if waiting is not None and waiting.state is DependencyState.PROMISED:
            return  # it stands still at an honest promise, whatever it would do without
        root = self._root(project.id, self._woven.base, node)
        text = f"its computed finish receded {moved} working days in {elapsed}: from {before} to {now} since {on}"
        yield Finding("PATH-RECEDING", Status.AT_RISK, Basis.EVIDENCE, self._rooted(text, project, root), root)

    def _was_due(self, project: Project, node: int, on: date) -> bool:
        """Whether the work at which its driving chain stands was planned to have begun by then, or had."""
        first = self._blockage.first_open(schedule.driving_chain(self._woven.network, self._woven.base, node))
        if first is None:
            return False
        item = self._woven.network.items[first]
        if self._facts.is_started(item):
            return True
        planned = item.baseline_start or project.start
        return planned is not None and as_date(planned) <= on
