"""What a signature over a subject covers as things are now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from cockpit.assessment import Assessment
from cockpit.engine import policies
from cockpit.engine.facts import Facts
from cockpit.model import Origin, Record
from cockpit.past import Covered
from cockpit.snapshot import Snapshot
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

    def _fields(self, kind: str, name: str, subject: str) -> Iterator[tuple[obligations.Covered, Origin | None]]:
        match kind:
            case obligations.DEPENDENCY:
                record: Any = self._dependencies.get(subject)
                if record is not None:
                    yield obligations.dependency_covered(record), record.origin
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
            case obligations.POLICY if name == self._snapshot.portfolio.id:
                loosened = policies.loosened(self._snapshot.policy)
                yield obligations.policy_covered({each.name: each.asked for each in loosened}), policies.CHARTER
