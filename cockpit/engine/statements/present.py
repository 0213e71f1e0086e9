"""What a signature over a subject covers as things are now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from cockpit.engine import serving
from cockpit.engine.edits import scopes
from cockpit.engine.edits.pasts import LATEST
from cockpit.engine.facts import Facts
from cockpit.engine.statements import policies
from cockpit.records.assessment import Assessment
from cockpit.records.model import Meaning, Origin, Record
from cockpit.records.past import Covered
from cockpit.records.snapshot import Snapshot
from cockpit.trust import obligations
from cockpit.trust.canonical import digest
from cockpit.trust.obligations import split_subject


class Now:
    """The versions of every subject that is known now."""

    def __init__(self, snapshot: Snapshot, assessment: Assessment) -> None:
        self._snapshot = snapshot
        self._assessment = assessment
        self._found: dict[str, tuple[Covered, ...]] = {}

    @cached_property
    def _facts(self) -> Facts:
        return Facts(self._snapshot, self._assessment.today)

    @cached_property
    def _dependencies(self) -> Mapping[str, Record]:
        return {view.subject: view.record for view in self._assessment.dependencies}

    def covered(self, subject: str) -> tuple[Covered, ...]:
        """The versions of now: of a KPI one for each reading, else one at most."""
        if subject not in self._found:
            kind, name = split_subject(subject)
            found = self._fields(kind, name, subject)
            self._found[subject] = tuple(Covered(version=digest(f), fields=f, origin=o) for f, o in found)
        return self._found[subject]

    def earlier(self, subject: str) -> Iterator[Covered]:
        """The lists of edits that were signed over at some time: they count for what was edited until then."""
        kind, name = split_subject(subject)
        said = (view for view in self._assessment.statements if kind == obligations.SCOPE and view.subject == subject)
        for step in {scopes.step_of(self._facts, view.record, name) for view in said} - {None}:
            found = self._facts.edits.of(name, until=step or LATEST)
            fields = obligations.scope_covered(name, [each.bound for each in found])
            yield Covered(version=digest(fields), fields=fields)

    def _fields(self, kind: str, name: str, subject: str) -> Iterator[tuple[obligations.Covered, Origin | None]]:
        match kind:
            case obligations.DEPENDENCY:
                record: Any = self._dependencies.get(subject)
                if record is not None:
                    yield obligations.dependency_covered(self._facts.as_written(record)), record.origin
            case obligations.MILESTONE:
                item = self._facts.item(name)
                if item is not None:
                    yield (
                        obligations.milestone_covered(item.id, item.project, item.title, item.acceptance),
                        item.origin,
                    )
            case obligations.BASELINE:
                project = self._facts.projects.get(name)
                if project is not None:
                    yield obligations.baseline_covered(project.id, project.baseline_finish), project.origin
            case obligations.KPI:
                for view in self._assessment.kpis:
                    if view.record.id == name:
                        yield from (
                            (obligations.reading_covered(name, on, value), None) for on, value, _ in view.readings
                        )
            case obligations.MAPPING:
                for rule in self._snapshot.assignments:
                    if obligations.mapping_subject(rule.field, rule.pattern) == subject:
                        yield obligations.mapping_covered(rule.field, rule.pattern, rule.project, rule.objective), None
                if (signed := serving.rule_of(subject, self._facts.objectives)) is not None:
                    yield signed.covered, None
            case obligations.SAME:
                pair = self._facts.sameness.pair(subject)
                if pair is not None:
                    yield pair.covered(), pair.first.origin
            case obligations.SUSPICION:
                item, giver = self._facts.suspicions.split(name)
                if item is not None:
                    for meaning in (Meaning.CONFIRMED, Meaning.DISMISSED) if giver else (Meaning.DISMISSED,):
                        yield self._facts.suspicions.covered(item, giver, meaning), item.origin
            case obligations.BREACH:
                for breach in self._assessment.breaches:
                    if obligations.breach_subject(breach.key) == subject:
                        yield obligations.breach_covered(breach.key, breach.life.number), breach.origin
            case obligations.SCOPE:
                if bound := [found.bound for found in self._facts.edits.of(name)]:
                    yield obligations.scope_covered(name, bound), None
            case obligations.POLICY if name == self._snapshot.portfolio.id:
                loosened = policies.loosened(self._snapshot.policy)
                yield obligations.policy_covered({each.name: each.asked for each in loosened}), policies.CHARTER
