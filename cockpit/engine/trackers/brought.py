"""A snapshot on a day with each thing once: what the lookups over it rest on."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, cast
from weakref import proxy

from cockpit.basics.classes import dataclass
from cockpit.engine.trackers.held import Reconciled
from cockpit.engine.trackers.reconcile import as_it_stands, reconcile
from cockpit.engine.trackers.sameness import ITEM, Sameness
from cockpit.records.model import Dependency
from cockpit.records.snapshot import Snapshot

if TYPE_CHECKING:
    from cockpit.engine.facts import Facts


@dataclass(frozen=True)
class Brought:
    """What several sources say, brought together. `read` is what the files say, `snapshot` has each thing once."""

    read: Snapshot
    today: date
    given: Reconciled | None = None
    """What came of bringing `read` together, where that is known already."""

    @cached_property
    def reconciled(self) -> Reconciled:
        """What several sources say, brought together."""
        return self.given or reconcile(self.read, self.today, lambda rows: self._over(rows, as_it_stands(rows)))

    def _over(self, rows: Snapshot, given: Reconciled) -> Facts:
        return cast("Facts", type(self)(rows, self.today, given))

    @cached_property
    def snapshot(self) -> Snapshot:
        """All that is known, each thing once: where several sources hold it, the worst counts."""
        return self.reconciled.snapshot

    @cached_property
    def official(self) -> Facts | None:
        """The same by the official sources alone; None where no other makes anything worse."""
        alone = self.reconciled.alone()
        return None if alone is None else self._over(alone.snapshot, alone)

    @cached_property
    def sameness(self) -> Sameness:
        """What may be signed, and is, of two rows that may be one thing."""
        facts: Facts = proxy(self)  # what is asked through it is kept with it

        def holding(kind: str, name: str) -> Collection[str]:
            return facts.reconciled.sources(kind, facts.items[name] if kind == ITEM else facts.projects[name])

        return self.reconciled.sameness or Sameness(lambda: facts, holding, self.read.statements)

    def as_written(self, dependency: Dependency) -> Dependency:
        """A dependency in the words of its row, which are signed: it may name an id for which another stands now."""
        return self.reconciled.written.get(dependency.id, dependency)
