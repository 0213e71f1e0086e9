"""Project status, computed: worst first, each with its reasons and with a basis.

Reported status never enters. A finding is either shown by evidence or merely unproven; it is the project's own or
inherited from the project where its root lies.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from cockpit.assessment import Reason
from cockpit.engine import schedule
from cockpit.engine.blockage import Blockage, finish_day
from cockpit.engine.dependencies import FAILED, proven
from cockpit.engine.facts import Facts, finish_of
from cockpit.engine.holds import Hold
from cockpit.engine.lateness import Finding, Lateness
from cockpit.engine.ledger import Ledger
from cockpit.engine.portfolio import is_overdue
from cockpit.model import Kind, Meaning, Project, State, WorkItem
from cockpit.verdicts import Basis, Status


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

    def __init__(self, facts: Facts, ledger: Ledger, blockage: Blockage) -> None:
        self._facts = facts
        self._ledger = ledger
        self._blockage = blockage
        self._woven = blockage.woven
        self._policy = facts.policy
        self._lateness = Lateness(facts, ledger, blockage)
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
        findings = tuple(sorted(self._findings(project, node, baseline), key=_rank))
        complete = self._complete(project)
        status, basis = (findings[0].status, findings[0].basis) if findings else (Status.ON_TRACK, Basis.NONE)
        reasons = tuple(f.reason for f in findings)
        if complete is not None and not findings:
            status, reasons = Status.COMPLETE, (complete,)
        elif not findings:
            text = f"computed finish {finish}, baseline {baseline}, tolerance {self._policy.finish_tolerance_days} days"
            reasons = (Reason(text, project.origin),)
        worst = [f for f in findings if (f.status, f.basis) == (status, basis)]
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
        return node is not None and any(h.assumed for h in self._holds_on(node))

    def _holds_on(self, node: int) -> Iterable[Hold]:
        chain = set(self._blockage.chain_to(node))
        return [
            h
            for h in self._blockage.holds
            if any(n in chain and self._blockage.held.driver[n] == schedule.FLOOR for n in h.nodes)
        ]

    def _findings(self, project: Project, node: int | None, baseline: date | None) -> Iterable[Finding]:
        if self._claims_done(project):
            yield from self._unvalidated_finish(project)
            yield from self._money(project)
            return
        yield from self._lateness.findings(project, node, baseline)
        yield from self._failed_dependencies(project, node)
        yield from self._money(project)
        yield from self._unproven(project)
        yield from self._unvalidated_milestones(project)
        yield from self._unknown(project, node, baseline)

    # --- finished or said to be

    def _open_items(self, project: str) -> list[WorkItem]:
        return [i for i in self._facts.items_by_project.get(project, ()) if not self._facts.is_done(i)]

    def _claims_done(self, project: Project) -> bool:
        """The file says so, or nothing of its work is open."""
        if project.actual_finish is not None or project.state is State.DONE:
            return True
        return bool(self._facts.items_by_project.get(project.id)) and not self._open_items(project.id)

    def _complete(self, project: Project) -> Reason | None:
        if not self._claims_done(project):
            return None
        proofs = self._ledger.proofs(f"milestone:{finish_of(project.id)}", Meaning.VALIDATED)
        if not proofs:
            return None
        return Reason(f"its finish was validated by {proofs[-1].person.name}", None, proofs[-1].statement.id)

    def _unvalidated_finish(self, project: Project) -> Iterable[Finding]:
        if still := self._open_items(project.id):
            text = f"it is said to be done, but {len(still)} of its work items are open, {still[0].id} among them"
            reason = Reason(text, still[0].origin)
            yield Finding(
                "MILESTONE-UNVALIDATED", Status.AT_RISK, Basis.EVIDENCE, reason, subject=finish_of(project.id)
            )
        if self._complete(project) is None:
            who = self._facts.person_name(self._facts.sponsor_of(project.id)) or "a sponsor, who is not named"
            reason = Reason(f"its finish is claimed but not validated by {who}", project.origin)
            yield Finding(
                "MILESTONE-UNVALIDATED", Status.AT_RISK, Basis.UNPROVEN, reason, subject=finish_of(project.id)
            )

    # --- dependencies, money, milestones, ignorance

    def _failed_dependencies(self, project: Project, node: int | None) -> Iterable[Finding]:
        chain = set(self._blockage.chain_to(node)) if node is not None else set()
        for subject, judged in self._blockage.judged.items():
            if judged.view.state not in FAILED:
                continue
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

    def _money(self, project: Project) -> Iterable[Finding]:
        cost = project.forecast_cost if project.forecast_cost is not None else project.actual_cost
        if project.budget is None or cost is None:
            return
        allowed = project.budget * (1 + self._policy.cost_tolerance_percent / 100)
        if cost > allowed:
            text = f"forecast cost {_amount(cost)} exceeds its budget {_amount(project.budget)} by more than tolerance"
            yield Finding("COST-OVER", Status.AT_RISK, Basis.EVIDENCE, Reason(text, project.origin))

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
        for item in self._facts.items_by_project.get(project.id, ()):
            if not needs_validation(self._facts, item):
                continue
            if not self._ledger.proofs(f"milestone:{item.id}", Meaning.VALIDATED):
                seat = self._ledger.validator(item)
                who = seat.person.name if seat.person else "its acceptor, who is not known"
                text = f"milestone {item.id} “{item.title}” is claimed but not validated by {who}"
                reason = Reason(text, item.origin)
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
        nodes = (self._woven.node(item.id) for item in items)
        turns = [n for n in nodes if n is not None and silence.workable(n)]
        if not turns:
            return bool(items)
        return any(silence.days(n, facts.today) < silence.allowance(n) for n in turns)


def _amount(money: float) -> str:
    """Money without a currency: whole, unless it is small (then it may be millions)."""
    return f"{money:,.0f}" if abs(money) >= 1000 else f"{money:.4g}"


def _rank(finding: Finding) -> tuple[int, int, bool]:
    return _ORDER[finding.status], _BASES[finding.basis], bool(finding.root)


def needs_validation(facts: Facts, item: WorkItem) -> bool:
    """A milestone claimed done whose acceptance somebody named: nobody but the acceptor may close it."""
    return item.kind is Kind.MILESTONE and facts.is_done(item) and bool(item.acceptor or item.acceptance)
