"""Precision of outcomes, not effort: promises kept, how far computed finishes missed, how late reality was told.

Everything is taken from history: what was signed and witnessed, what was computed on past days, what came of it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import cached_property
from statistics import median

from cockpit.basics.classes import dataclass
from cockpit.engine.facts import Facts, finish_of
from cockpit.engine.precision.execution import cpli, execution, finished_on
from cockpit.engine.precision.glimpse import Glimpse
from cockpit.records.assessment import Assessment, ProjectView, StatementView
from cockpit.records.measures import Precision
from cockpit.records.model import Meaning, WorkItem
from cockpit.records.verdicts import DependencyState, Verdict

MONTHS = (30, 61, 91)
"""Days of one, two and three months."""
STALE = 21
"""Days by which a forecast may be older than asked for: history may know no day nearer."""

Level = tuple[str, str]
"""`portfolio`, `project`, `team` or `owner`, and its id."""


@dataclass(frozen=True, slots=True)
class Promise:
    """The first date that was signed for a dependency, and what came of it."""

    levels: tuple[Level, ...]
    due: date
    met: date | None
    """The day by which its resolution was witnessed; None while it is not."""
    unwitnessed: bool

    def counts(self, today: date) -> bool:
        """Whether its day has come, or it was met before."""
        return not self.unwitnessed and (self.due < today or self.met is not None)

    def slip(self, today: date) -> int:
        """Calendar days later than promised; so far, while it is not met."""
        return ((self.met or today) - self.due).days


def promises(facts: Facts, assessment: Assessment) -> tuple[Promise, ...]:
    """The first promise of every dependency. One that is void, as its subject changed since, was no promise of this."""
    first: dict[str, StatementView] = {}
    for view in sorted(assessment.statements, key=lambda v: (v.record.signed_at, v.record.id)):
        if view.meaning == Meaning.PROMISED and view.verdict in (Verdict.COUNTS, Verdict.SUPERSEDED):
            first.setdefault(view.subject, view)
    views = {view.record.id: view for view in assessment.statements}
    found = []
    for dependency in assessment.dependencies:
        said = first.get(dependency.subject)
        if said is not None and dependency.state is not DependencyState.WITHDRAWN:
            proof = views.get(dependency.proof) if dependency.state is DependencyState.RESOLVED else None
            witnessed = proof.witnessed_at if proof is not None else None
            team = facts.team_id(dependency.record.giver_team)
            levels = [("project", p) for p in dependency.projects] + [("team", team), ("owner", said.record.signer)]
            found.append(
                Promise(
                    tuple(levels),
                    date.fromisoformat(said.record.body["date"]),
                    witnessed.date() if witnessed is not None else None,
                    proof is not None and witnessed is None,
                )
            )
    return tuple(found)


@dataclass(frozen=True)
class Outcomes:
    """Precision of a portfolio on one day. `past` are days before it, in their order."""

    facts: Facts
    assessment: Assessment
    past: Sequence[Glimpse]

    def rows(self) -> tuple[Precision, ...]:
        """The portfolio first, then projects, teams and owners by id; those of whom nothing is known are left out."""
        levels = [("portfolio", self.facts.snapshot.portfolio.id)]
        levels += [("project", p) for p in sorted(self.facts.projects)]
        known = {level for promise in self._promises for level in promise.levels} | self._items.keys()
        levels += sorted(level for level in known if level[0] == "team" and level[1])
        levels += sorted(level for level in known if level[0] == "owner" and level[1])
        rows = (self._row(level) for level in levels)
        return tuple(row for row in rows if row.says_anything)

    def _row(self, level: Level) -> Precision:
        kind, name = level
        whole = kind == "portfolio"
        mine = [p for p in self._promises if whole or level in p.levels]
        asked = [p for p in mine if p.counts(self.facts.today)]
        items = list(self.facts.items.values()) if whole else self._items.get(level, [])
        kept = execution(self.facts, items)
        errors, finished = self._errors(items, name if kind == "project" else "")
        return Precision(
            level=kind,
            name=name,
            title=self.assessment.title if whole else self.facts.names.get(name, name),
            promised=len(asked),
            kept=sum(1 for p in asked if p.met is not None and p.met <= p.due),
            unwitnessed=sum(1 for p in mine if p.unwitnessed),
            slip_days=median(p.slip(self.facts.today) for p in asked) if asked else None,
            errors=errors,
            finished=finished,
            bei=kept.bei,
            cpli=self._cpli(name) if kind == "project" else None,
            hit_percent=kept.hit_percent,
            decision_days=self.assessment.decision_days if whole else None,
            latency_days=self._latency(level),
        )

    @cached_property
    def _promises(self) -> tuple[Promise, ...]:
        return promises(self.facts, self.assessment)

    @cached_property
    def _items(self) -> Mapping[Level, list[WorkItem]]:
        groups: dict[Level, list[WorkItem]] = defaultdict(list)
        for item in self.facts.items.values():
            if item.stub:
                continue
            groups["project", item.project].append(item)
            groups["team", self.facts.team_of(item)].append(item)
            groups["owner", self.facts.owner_of_item(item)].append(item)
        return groups

    # How far computed finishes missed

    def _errors(self, items: Iterable[WorkItem], project: str) -> tuple[tuple[float | None, ...], int]:
        ends = {i.id: day for i in items if (day := self._ends.get(i.id)) is not None}
        if project and (day := self._ends.get(finish_of(project))) is not None:
            ends[finish_of(project)] = day
        misses: list[list[int]] = [[] for _ in MONTHS]
        known = set()
        for name, day in ends.items():
            for month, found in zip(MONTHS, misses, strict=True):
                if (forecast := self._forecast(name, day - timedelta(days=month))) is not None:
                    found.append((day - forecast).days)
                    known.add(name)
        return tuple(float(median(found)) if found else None for found in misses), len(known)

    @cached_property
    def _ends(self) -> Mapping[str, date]:
        """What is finished → the day on which it was."""
        ends = {i.id: day for i in self.facts.items.values() if (day := finished_on(self.facts, i)) is not None}
        finished = self.facts.projects.values()
        return ends | {finish_of(p.id): p.actual_finish for p in finished if p.actual_finish is not None}

    def _forecast(self, name: str, on: date) -> date | None:
        """The finish computed by what was known on a day; None where the last look before it is too old or lacks it."""
        place = bisect_right(self._days, on) - 1
        if place < 0 or (on - self._days[place]).days > STALE:
            return None
        return self.past[place].finishes.get(name)

    @cached_property
    def _days(self) -> list[date]:
        return [glimpse.today for glimpse in self.past]

    # Indices and latency

    def _cpli(self, project: str) -> float | None:
        view = self._views[project]
        if view.record.actual_finish is not None:
            return None
        return cpli(self.facts, view.computed_finish, view.baseline_finish)

    @cached_property
    def _views(self) -> Mapping[str, ProjectView]:
        return {view.record.id: view for view in self.assessment.projects}

    def _latency(self, level: Level) -> float | None:
        if level[0] == "portfolio":
            return float(median(self._latencies.values())) if self._latencies else None
        return float(self._latencies[level[1]]) if level[0] == "project" and level[1] in self._latencies else None

    @cached_property
    def _latencies(self) -> Mapping[str, int]:
        """Project → the most days for which the evidence said worse than its report; of those that ever were."""
        since: dict[str, date] = {}
        longest: dict[str, int] = {}
        for seen in self.past:
            for project, worse in seen.worse.items():
                if worse or project in since:
                    since.setdefault(project, seen.today)
                    longest[project] = max(longest.get(project, 0), (seen.today - since[project]).days)
                if not worse:
                    since.pop(project, None)
        return longest
