"""Everything worked out of a snapshot before the rules look at it, once and in order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from weakref import proxy

from cockpit.basics.classes import dataclass
from cockpit.engine import kernel
from cockpit.engine.again import Again
from cockpit.engine.alignment import alignment
from cockpit.engine.dependencies import SETTLED, Judged, judge, settled, standings
from cockpit.engine.discovery import all_dependencies
from cockpit.engine.edits.compression import Compression
from cockpit.engine.edits.hidden import Hidden
from cockpit.engine.edits.scopes import Unsigned
from cockpit.engine.facts import Facts
from cockpit.engine.forecast.pace import Paces
from cockpit.engine.kpis import kpi_view
from cockpit.engine.milestones import Milestones
from cockpit.engine.path.blockage import Blockage
from cockpit.engine.path.chains import chain_of
from cockpit.engine.path.holds import Hold, hold_of
from cockpit.engine.path.near import Near, near_critical
from cockpit.engine.path.silence import Silence
from cockpit.engine.portfolio import Woven, weave
from cockpit.engine.quality.portfolio import plans_quality
from cockpit.engine.quality.records import Quality
from cockpit.engine.recalled import Recalled
from cockpit.engine.rejudging import standing
from cockpit.engine.rollup import latest_reports, objective_view, project_view
from cockpit.engine.statements.ledger import Ledger
from cockpit.engine.status import Judge, Judgement
from cockpit.engine.suspicions.confirmed import confirmed
from cockpit.engine.suspicions.suspected import Suspects, Suspicion
from cockpit.engine.tolerances.levels import ToleranceLevels
from cockpit.engine.trackers.both import worse_of
from cockpit.engine.trackers.disputes import Dispute, Key, disputes
from cockpit.engine.trackers.likeness import proposed
from cockpit.engine.trackers.sameness import Pair
from cockpit.records.assessment import Chain, DependencyView, KpiView, ObjectiveView, OwnerView, ProjectView
from cockpit.records.edits import Edit
from cockpit.records.measures import Alignment, ToleranceView
from cockpit.records.model import Dependency, Kind, Origin, StatusReport
from cockpit.trust.entitlement import giver_seat


@dataclass(frozen=True)
class Case(Again):
    """One portfolio on one day, ready to be judged by the rules."""

    facts: Facts
    earlier: Case | None = None
    """The snapshot before, whose answers are taken over where they are this one's."""
    recalled: Recalled | None = None
    """What was kept of this very portfolio."""

    @classmethod
    def after(cls, facts: Facts, earlier: Case | None, recalled: Recalled | None = None) -> Case:
        """The case of a snapshot that may differ little from the one before, or not at all from what was kept."""
        if earlier is not None:
            facts.take(earlier.facts)
        return cls(facts, earlier, recalled)

    def let_go(self) -> None:
        """Forget the snapshot before and what was kept: nothing is asked of them any more."""
        object.__setattr__(self, "earlier", None)
        self.blockage.let_go()
        self.milestones.let_go()
        self.compression.let_go()
        object.__setattr__(self, "recalled", None)

    @cached_property
    def ledger(self) -> Ledger:
        """Every statement, and which of them count."""
        if (before := self.same_needs) is not None:
            return before.ledger.over(self.facts)
        return self.heard(self._dependencies)

    def heard(self, dependencies: Mapping[str, Dependency]) -> Ledger:
        """What everybody has signed, of these dependencies and of all else."""
        return Ledger(self.facts, dependencies)

    @cached_property
    def _dependencies(self) -> dict[str, Dependency]:
        if (before := self.same_needs) is not None:
            return before._dependencies
        registered = self.facts.registered
        early = self.heard(registered)
        known = standings(self.facts, early, registered.values())
        done = {name for name, (state, _) in known.items() if state in SETTLED}
        signed = {name: proof for name, (_, proof) in known.items() if proof}
        return all_dependencies(self.facts, done) | confirmed(self.facts, early, signed)

    @cached_property
    def woven(self) -> Woven:
        """The network of the whole portfolio."""
        before = self.earlier.woven if self.earlier is not None else None
        return weave(self.facts, self._unsettled, before, self.recalled)

    @cached_property
    def _unsettled(self) -> Sequence[Dependency]:
        if (before := self.same_needs) is not None:
            return before._unsettled
        done = settled(self.facts, self.ledger, self._dependencies.values())
        return [d for d in self._dependencies.values() if d.id not in done]

    @cached_property
    def judged(self) -> dict[str, Judged]:
        """Dependency subject → its state and hold."""
        before, shifted = self.same_needs, self.woven.shifted
        if before is not None and shifted is not None:
            # Of a dependency only its hold follows from dates: those of the giver's work.
            return {
                subject: known
                if shifted.isdisjoint(self.woven.nodes(known.view.record.giver_item))
                else judge(self.facts, self.ledger, self.woven, known.view.record)
                for subject, known in before.judged.items()
            }
        found = (judge(self.facts, self.ledger, self.woven, d) for d in self._dependencies.values())
        return {j.view.subject: j for j in found}

    @cached_property
    def dependencies(self) -> tuple[DependencyView, ...]:
        """Every dependency, unsettled first, by need."""
        views = [j.view for j in self.judged.values()]
        return tuple(
            sorted(views, key=lambda v: (self.judged[v.subject].settled, str(v.record.needed_by or "9"), v.subject))
        )

    @cached_property
    def blockage(self) -> Blockage:
        """Holds, silence, and what they cost."""
        found = list(self._holds.values())
        held = frozenset(n for h in found for n in h.nodes)
        # A giver's item that is held itself cannot be asked for: whoever holds it can.
        holds = tuple(replace(h, release=None) if h.release in held else h for h in found)
        giver = {j.view.subject: self.woven.node(j.view.record.giver_item) for j in self.judged.values()}
        idle = {j.view.subject for j in self.judged.values() if not self._excuses(j, giver[j.view.subject])}
        # What is said to wait for itself waits for nobody.
        waiting = frozenset(n for h in found for n in h.nodes if h.subject not in idle and n != giver[h.subject])
        silence = Silence(self.facts, self.ledger, self.woven, waiting)
        before = self.earlier.blockage if self.earlier is not None else None
        return Blockage(self.facts, self.woven, self.judged, holds, silence, before)

    @cached_property
    def _holds(self) -> dict[str, Hold]:
        """Dependency subject → its hold, of those that are not settled."""
        before, woven = self.same_needs, self.woven
        open_ = {subject: j for subject, j in self.judged.items() if not j.settled}
        if before is None or woven.shifted is None or woven.network.progress != before.woven.network.progress:
            return {subject: hold_of(woven, j) for subject, j in open_.items()}
        known, was = before._holds, before.woven
        return {
            subject: known[subject]
            if j is before.judged[subject] and _ties(woven, j.view.record.id) == _ties(was, j.view.record.id)
            else hold_of(woven, j)
            for subject, j in open_.items()
        }

    def _excuses(self, judged: Judged, giver: int | None) -> bool:
        """Whether who waits for it may be silent: a team that waits for itself names work that it has to do first."""
        return judged.crosses or (giver is not None and self.woven.network.progress[giver] != kernel.DONE)

    @cached_property
    def milestones(self) -> Milestones:
        """What is claimed done, and what closes it."""
        before = self.same_needs
        return Milestones(self.facts, self.ledger, self.blockage, before.milestones if before is not None else None)

    @cached_property
    def official(self) -> Case | None:
        """The same by the official sources alone; None where no other makes anything worse."""
        return Case(self.facts.official) if self.facts.official is not None else None

    @cached_property
    def judgements(self) -> dict[str, Judgement]:
        """Project id → its status: the worse of what all sources say and the official ones alone."""
        if self.official is None:
            return self.by_all
        return {p: worse_of(found, self.official.by_all[p]) for p, found in self.by_all.items()}

    @cached_property
    def disputes(self) -> dict[Key, tuple[Dispute, ...]]:
        """By project and pair of sources what these disagree on."""
        return disputes(self.facts)

    @cached_property
    def proposed(self) -> dict[Key, tuple[Pair, ...]]:
        """By project and pair of sources the rows that look like one thing."""
        if (before := self.same_needs) is not None and not before.proposed:
            return {}
        return proposed(self.facts)

    @cached_property
    def by_all(self) -> dict[str, Judgement]:
        """Project id → its status by all sources together."""
        judge_ = Judge(self.facts, self.ledger, self.blockage, self.milestones, self.compression, self.paces)
        known = standing(self)
        return {p.id: known.get(p.id) or judge_.judge(p) for p in self.facts.projects.values()}

    @cached_property
    def projects(self) -> dict[str, ProjectView]:
        """Project id → its view: computed beside reported."""
        reports, before = self._reports, self.same_ground
        touched = self.facts.touched or frozenset()
        found = {}
        for project in self.facts.projects.values():
            judgement = self.judgements[project.id]
            stands = before is not None and project.id not in touched
            if before is not None and stands and judgement is before.judgements[project.id]:
                found[project.id] = before.projects[project.id]
            else:
                found[project.id] = project_view(self.facts, project, judgement, reports.get(project.id))
        return found

    @cached_property
    def _reports(self) -> Mapping[str, StatusReport]:
        before = self.same_ground
        return latest_reports(self.facts) if before is None else before._reports

    @cached_property
    def compression(self) -> Compression:
        """How far finishes are held by a plan that shrank."""
        before = self.earlier.compression if self.earlier is not None else None
        return Compression(self.facts, self.ledger, self.woven, self._unsettled, before)

    @cached_property
    def paces(self) -> Paces:
        """How fast projects are."""
        before = self.earlier.paces if self.earlier is not None else None
        return Paces(self.facts, self.woven.untold, before)

    @cached_property
    def edits(self) -> tuple[Edit, ...]:
        """What was edited since it was known first, and signed by nobody."""
        return Unsigned(self.facts, self.ledger).all()

    @cached_property
    def hidden(self) -> Hidden:
        """What vanished from the files, and what went with it."""
        return Hidden(proxy(self))

    @cached_property
    def kpis(self) -> dict[str, KpiView]:
        """KPI id → its view."""
        if (before := self.same_ground) is not None:
            return before.kpis
        return {key: kpi_view(self.facts, self.ledger, kpi) for key, kpi in self.facts.kpis.items()}

    @cached_property
    def objectives(self) -> tuple[ObjectiveView, ...]:
        """Execution beside outcome of every objective."""
        rows = self.facts.objectives.values()
        return tuple(objective_view(self.facts, self.blockage, o, self.judgements, self.kpis) for o in rows)

    @cached_property
    def tolerances(self) -> tuple[ToleranceView, ...]:
        """Every tolerance that a level was given, beside what is forecast."""
        return ToleranceLevels(self.facts, self.judgements, self.objectives, self.kpis).views()

    @cached_property
    def alignment(self) -> Alignment:
        """How much of the work serves an objective."""
        touched = (self.facts.items[name] for name in self.facts.touched_items)
        if (before := self.same_needs) is not None and not any(item.kind is Kind.TICKET for item in touched):
            return before.alignment
        return alignment(self.facts, self.ledger)

    @cached_property
    def chains(self) -> tuple[Chain, ...]:
        """The driving chain of each objective."""
        near = self.near_critical
        return tuple(chain_of(self.facts, self.blockage, o, near) for o in self.facts.objectives.values())

    @cached_property
    def near_critical(self) -> Near:
        """What is nearly critical for any objective."""
        before = self.earlier.near_critical if self.earlier is not None else None
        return near_critical(self.facts, self.blockage, before)

    @cached_property
    def near(self) -> frozenset[int]:
        """The nodes of every objective's driving chain and near-critical band."""
        names = {step.item for chain in self.chains for step in chain.steps}
        names.update(item for chain in self.chains for item in chain.near_critical)
        return frozenset(node for name in names if (node := self.woven.node(name)) is not None)

    @cached_property
    def quality(self) -> dict[str, Quality]:
        """Project id → DCMA's fourteen checks of its plan, of the plans of planning programs."""
        return plans_quality(self)

    @cached_property
    def suspicions(self) -> tuple[tuple[Suspicion, ...], ...]:
        """For whom stuck work may wait without anybody having logged it, by project and giver."""
        return self._suspects.groups()

    @cached_property
    def _suspects(self) -> Suspects:
        before = self.earlier._suspects if self.earlier is not None else None
        return Suspects(self.facts, self.ledger, self.blockage, self.near, before)

    @cached_property
    def owners(self) -> tuple[OwnerView, ...]:
        """What was moved by signature, and what a file gives to another than its owner."""
        if (before := self.same_needs) is not None:
            return before.owners
        return self.facts.owners.views()

    def owned_open(self) -> Iterator[tuple[str, str, str, Origin | None]]:
        """Subject, title, owner's id and place of all that somebody has to sign for while it is open."""
        facts = self.facts
        for judged in self.judged.values():
            seat = giver_seat(judged.view.record, facts.directory)
            if not judged.settled and seat.person is not None:
                yield judged.view.subject, judged.view.record.title, seat.person.id, judged.view.record.origin
        for kpi in facts.kpis.values():
            yield f"kpi:{kpi.id}", kpi.title, facts.first_person(kpi.owner), kpi.origin
        for objective in facts.objectives.values():
            yield f"objective:{objective.id}", objective.title, facts.first_person(objective.owner), objective.origin
        for project in facts.projects.values():
            if project.actual_finish is None:
                yield f"project:{project.id}", project.title, facts.sponsor_of(project.id), project.origin

    def objective_of(self, project: str) -> str:
        """The first known objective that a project serves; empty when there is none."""
        row = self.facts.projects.get(project)
        return next((o for o in row.objectives if o in self.facts.objectives), "") if row else ""


def _ties(woven: Woven, dependency: str) -> tuple[bool, tuple[str, ...]]:
    """How the network ties a dependency's receivers."""
    return dependency in woven.tied, woven.gates.get(dependency, ())
