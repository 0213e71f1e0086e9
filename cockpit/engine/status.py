"""Project status, computed: worst first, each with its reasons and with a basis.

Reported status never enters. A finding is either shown by evidence or merely unproven; it is the project's own or
inherited from the project where its root lies.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property

from cockpit.basics.classes import dataclass
from cockpit.engine.dependencies import FAILED, Judged, proven
from cockpit.engine.edits.compression import Compression
from cockpit.engine.facts import Facts, finish_of
from cockpit.engine.finishes import is_overdue
from cockpit.engine.forecast.pace import Paces
from cockpit.engine.milestones import Milestones
from cockpit.engine.path.blockage import Blockage
from cockpit.engine.path.lateness import Finding, Lateness
from cockpit.engine.portfolio import finish_day
from cockpit.engine.scheduling import schedule
from cockpit.engine.statements.ledger import Ledger
from cockpit.engine.tolerances.growth import Growth, growth
from cockpit.engine.tolerances.money import amount, cost_at_completion
from cockpit.records.assessment import Reason
from cockpit.records.model import Project, WorkItem
from cockpit.records.verdicts import Basis, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A project's status with all findings, worst first."""

    status: Status
    basis: Basis
    findings: tuple[Finding, ...]
    reasons: tuple[Reason, ...]
    root: str
    baseline: date | None
    finish: date | None
    unheld: date | None
    at_least: bool

    @property
    def slip_days(self) -> float | None:
        """Calendar days from baseline to computed finish; negative when early."""
        if self.finish is None or self.baseline is None:
            return None
        return float((self.finish - self.baseline).days)

    def own(self, code: str) -> tuple[Finding, ...]:
        """The findings of one rule that are the project's own."""
        return tuple(f for f in self.findings if f.code == code and not f.root)


_ORDER = {Status.OFF_TRACK: 0, Status.AT_RISK: 1, Status.UNKNOWN: 2}
_BASES = {Basis.EVIDENCE: 0, Basis.UNPROVEN: 1, Basis.NONE: 2}


class Judge:
    """Judges the projects of one portfolio on one day."""

    def __init__(
        self,
        facts: Facts,
        ledger: Ledger,
        blockage: Blockage,
        milestones: Milestones,
        compression: Compression,
        paces: Paces,
    ) -> None:
        self._facts = facts
        self._compression = compression
        self._ledger = ledger
        self._blockage = blockage
        self._milestones = milestones
        self._woven = blockage.woven
        self._policy = facts.policy
        self._lateness = Lateness(facts, ledger, blockage)
        self._paces = paces
        self._needs = self._dependencies_by_project()

    def _dependencies_by_project(self) -> dict[str, list[str]]:
        needs: dict[str, list[str]] = {}
        for subject, judged in self._blockage.judged.items():
            for project in judged.view.projects:
                needs.setdefault(project, []).append(subject)
        return needs

    def judge(self, project: Project) -> Judgement:
        """One project."""
        node = self._woven.finish_node(project.id)
        baseline = self._ledger.baseline(project.id)
        finish, unheld = finish_day(self._blockage.held, node), finish_day(self._woven.base, node)
        findings = tuple(sorted(self._findings(project, node, baseline), key=rank))
        complete = self._complete(project)
        status, basis = (findings[0].status, findings[0].basis) if findings else (Status.ON_TRACK, Basis.NONE)
        reasons = tuple(f.reason for f in findings)
        if complete is not None and not findings:
            status, reasons = Status.COMPLETE, (complete,)
        elif not findings:
            tolerance = self._facts.time_tolerance(project.id)
            text = f"computed finish {finish}, baseline {baseline}, tolerance {tolerance} days"
            backlog = self._woven.ruling_backlog(project.id)
            reasons = (Reason(text, project.origin), *([Reason(backlog.reason, project.origin)] if backlog else ()))
        worst = [f for f in findings if (f.status, f.basis) == (status, basis)]
        # What is worse still on an assumption takes nothing from what is shown.
        if any(f.basis is Basis.EVIDENCE and f.status in (Status.OFF_TRACK, Status.AT_RISK) for f in findings):
            basis = Basis.EVIDENCE
        return Judgement(
            status=status,
            basis=basis,
            findings=findings,
            reasons=tuple(dict.fromkeys(reasons)),
            root=worst[0].root if worst and all(f.root for f in worst) else "",
            baseline=baseline,
            finish=finish,
            unheld=unheld,
            at_least=finish != unheld and self._rests_on_assumption(node),
        )

    def _rests_on_assumption(self, node: int | None) -> bool:
        if node is None:
            return False
        blockage = self._blockage
        waiting = (n for n in blockage.chain_to(node) if blockage.held.driver[n] == schedule.FLOOR)
        return any(hold.assumed for n in waiting for hold in blockage.holding.get(n, ()))

    def _findings(self, project: Project, node: int | None, baseline: date | None) -> Iterable[Finding]:
        claimed = self._milestones.claims_done(project)
        if claimed:
            yield from self._unvalidated_finish(project)
            if self._complete(project) is not None and not self._open_items(project.id):
                yield from self._money(project)
                return
        # A claim that nobody has validated makes nothing better than it was without.
        yield from self._lateness.findings(project, node, baseline)
        yield from self._paced(project, baseline)
        yield from self._compressed(project)
        yield from self._failed_dependencies(project, node)
        yield from self._money(project)
        yield from self._grown(project)
        yield from self._unproven(project)
        yield from self._unvalidated_milestones(project)
        if not claimed:
            yield from self._unknown(project, node, baseline)

    def _paced(self, project: Project, baseline: date | None) -> Iterable[Finding]:
        """Its pace so far takes it beyond tolerance, whatever is computed from durations that nobody has kept yet."""
        pace = self._paces.of(project) if baseline is not None else None
        if pace is None or baseline is None or not pace.is_slow(self._policy.silence_days):
            return
        late = (pace.finish - baseline).days
        if late > self._facts.time_tolerance(project.id):
            text = f"its pace so far takes it to {pace.finish}, {late} days after its baseline {baseline}"
            reason = Reason(f"{text}: {pace.reason}", project.origin)
            yield Finding("FORECAST-LATE", Status.AT_RISK, Basis.EVIDENCE, reason)

    def _compressed(self, project: Project) -> Iterable[Finding]:
        """By its first plan it would be late: nothing that was done keeps its date, only what was cut."""
        found = self._compression.of(project)
        if found is not None:
            reason = Reason(found.text, project.origin)
            yield Finding("PLAN-COMPRESSED", Status.AT_RISK, Basis.EVIDENCE, reason, found.root)

    # --- finished or said to be

    def _open_items(self, project: str) -> list[WorkItem]:
        untold = self._woven.untold  # where percentages are all there is, 100 % contradicts no claim
        items = self._facts.items_by_project.get(project, ())
        return [i for i in items if not (self._facts.is_done(i) or untold.is_done(i))]

    def _complete(self, project: Project) -> Reason | None:
        if not self._milestones.claims_done(project):
            return None
        proof = self._milestones.closing(finish_of(project.id))
        if proof is None:
            return None
        return Reason(f"its finish was validated by {proof.person.name}", None, proof.statement.id)

    def _unvalidated_finish(self, project: Project) -> Iterable[Finding]:
        if still := self._open_items(project.id):
            text = f"it is said to be done, but {len(still):,} of its work items are open, {still[0].id} among them"
            reason = Reason(text, still[0].origin)
            yield Finding(
                "MILESTONE-UNVALIDATED", Status.AT_RISK, Basis.EVIDENCE, reason, subject=finish_of(project.id)
            )
        if self._complete(project) is None:
            who = self._facts.person_name(self._facts.sponsor_of(project.id)) or "a sponsor, who is not named"
            bare = Reason(f"its finish is claimed but not validated by {who}", project.origin)
            reason = self._milestones.failing(finish_of(project.id)) or bare
            yield Finding(
                "MILESTONE-UNVALIDATED", Status.AT_RISK, Basis.UNPROVEN, reason, subject=finish_of(project.id)
            )

    # --- dependencies, money, milestones, ignorance

    def _failed_dependencies(self, project: Project, node: int | None) -> Iterable[Finding]:
        failed = self._failed
        chain = set(self._blockage.chain_to(node)) if failed and node is not None else set()
        for subject, judged in failed:
            hold = self._blockage.hold(subject)
            on_chain = hold is not None and (any(n in chain for n in hold.nodes) or hold.release in chain)
            own = project.id in judged.view.projects
            if on_chain and (own or node is not None):
                root = "" if own else next(iter(judged.view.projects), "")
                status = Status.OFF_TRACK if own else Status.AT_RISK
                text = f"“{judged.view.record.title}” on its driving chain is {judged.view.state}"
                yield Finding(
                    f"DEP-{judged.view.state.upper()}",
                    status,
                    Basis.EVIDENCE,
                    Reason(text, judged.view.record.origin),
                    root,
                )

    @cached_property
    def _failed(self) -> list[tuple[str, Judged]]:
        """The dependencies of which what was signed did not come true: few, and asked of every project."""
        return [pair for pair in self._blockage.judged.items() if pair[1].view.state in FAILED]

    def _money(self, project: Project) -> Iterable[Finding]:
        cost = cost_at_completion(project)
        if project.budget is None or cost is None:
            return
        tolerance = self._facts.cost_tolerance(project.id)
        if cost > project.budget * (1 + tolerance / 100):
            what = "what was spent already," if cost != project.forecast_cost else "forecast cost"
            text = f"{what} {amount(cost)} exceeds its budget {amount(project.budget)} by more than {tolerance:g} %"
            yield Finding("COST-OVER", Status.AT_RISK, Basis.EVIDENCE, Reason(text, project.origin))

    def _grown(self, project: Project) -> Iterable[Finding]:
        """Work that has grown beyond the project's own tolerance of scope; the breach is TOLERANCE-SCOPE."""
        own = self._policy.tolerance.projects.get(project.id)
        if own is None or own.scope_percent is None:
            return
        found = self._growth.get(project.id)
        if found is not None and found.percent > own.scope_percent:
            why = found.why(self._facts.snapshot.portfolio.effort_unit)
            text = f"its work has grown by more than {own.scope_percent:g} %: {why}"
            yield Finding("TOLERANCE-SCOPE", Status.AT_RISK, Basis.EVIDENCE, Reason(text, project.origin))

    @cached_property
    def _growth(self) -> Mapping[str, Growth]:
        return growth(self._facts)

    def _unproven(self, project: Project) -> Iterable[Finding]:
        for subject in self._needs.get(project.id, ()):
            view = self._blockage.judged[subject].view
            if not proven(view, self._policy.dependency_proof) and self._blockage.judged[subject].crosses:
                text = (
                    f"it needs “{view.record.title}” from {self._facts.team_title(view.record.giver_team) or 'outside'}"
                )
                text += f", which is {view.state}, not resolved"
                yield Finding(
                    "DEP-UNPROVEN", Status.AT_RISK, Basis.UNPROVEN, Reason(text, view.record.origin, view.proof)
                )

    def _unvalidated_milestones(self, project: Project) -> Iterable[Finding]:
        for item in self._milestones.claimed(project.id):
            if self._milestones.closing(item.id) is None:
                seat = self._ledger.validator(item)
                who = seat.person.name if seat.person else "its acceptor, who is not known"
                text = f"milestone {item.id} “{item.title}” is claimed but not validated by {who}"
                before = self._milestones.open_before(item.id)
                text += f"; {before.id} “{before.title}”, which comes before it, is open" if before else ""
                reason = self._milestones.failing(item.id) or Reason(text, item.origin)
                yield Finding("MILESTONE-UNVALIDATED", Status.AT_RISK, Basis.UNPROVEN, reason, subject=item.id)

    def _unknown(self, project: Project, node: int | None, baseline: date | None) -> Iterable[Finding]:
        missing = []
        if baseline is None:
            missing.append("it has no baseline finish")
        if node is None:
            uncomputable = finish_of(project.id) in self._woven.network.uncomputable
            missing.append("its links form a cycle" if uncomputable else "no finish can be computed")
        elif is_overdue(self._facts, project):
            stated = project.forecast_finish or project.baseline_finish
            missing.append(f"its stated finish {stated} has passed, and nothing says whether it was reached")
        elif (backlog := self._woven.ruling_backlog(project.id)) is not None and backlog.rate is None:
            missing.append(backlog.cause)
        elif not self._moves(project.id):
            missing.append(f"nothing of it has moved for {self._policy.silence_days} working days")
        for text in missing:
            yield Finding("STATUS-UNKNOWN", Status.UNKNOWN, Basis.NONE, Reason(text, project.origin))

    def _moves(self, project: str) -> bool:
        """Whether it moves: something did within the silence limit, or what is its turn now is still in its own time.

        Counted up to today, not to the last observation: truth that is months old earns no On Track.
        """
        facts, limit, silence = self._facts, self._policy.silence_days, self._blockage.silence
        items = facts.items_by_project.get(project, ())
        names = [i.id for i in items] or [finish_of(project)]
        moved = [day for name in names if (day := facts.snapshot.moved.get(name)) is not None]
        if moved and facts.working_days(max(moved), facts.today) < limit:
            return True
        looks = [day for name in names if (day := facts.snapshot.observed.get(name)) is not None]
        if looks and facts.working_days(max(looks), facts.today) >= limit:
            return False  # whatever was its turn by then, nobody has looked since
        nodes = (self._woven.node(item.id) for item in items)
        turns = [n for n in nodes if n is not None and silence.workable(n)]
        if not turns:
            return bool(items) and project not in self._woven.backlogs
        return any(silence.days(n, facts.today) < silence.own_time(n) for n in turns)


def rank(finding: Finding) -> tuple[int, int, bool]:
    """The place of a finding among others, the worst first."""
    return _ORDER[finding.status], _BASES[finding.basis], bool(finding.root)
