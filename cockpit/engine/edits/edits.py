"""What was edited since it was known first, row by row and column by column; progress is no edit.

What binds is compared with what was known first, or with what was signed last. Of lengths, dates and costs the worst
that was known counts: a plan that grew and was cut again was cut. What is back as it was is told for a month.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING
from weakref import proxy

from cockpit.engine.edits.known import Known
from cockpit.engine.edits.others import CharterEdits, Progress
from cockpit.engine.edits.pasts import LATEST
from cockpit.engine.edits.rows import Additions, Found, RowEdits
from cockpit.records.edits import Step

if TYPE_CHECKING:
    from cockpit.engine.facts import Facts


class Edits(Known):
    """The past of one portfolio and its edits, by the scopes in which they are signed."""

    def __init__(self, facts: Facts) -> None:
        super().__init__(facts)
        known = proxy(self)  # else nobody would be rid of either before garbage is looked for
        self._kinds = (RowEdits(facts, known), Progress(facts, known), Additions(facts, known), CharterEdits(facts))

    @cached_property
    def scopes(self) -> tuple[str, ...]:
        """The scopes in which something may have been edited: projects, objectives, and the portfolio for the rest."""
        return tuple(sorted(set[str]().union(*(kind.scopes() for kind in self._kinds))))

    def of(self, scope: str, base: Step | None = None, until: Step = LATEST) -> tuple[Found, ...]:
        """The edits in a scope since a step (None: since each thing was known first), of what was known at another."""
        found: dict[tuple[str, ...], Found] = {}
        for kind in self._kinds:
            for each in kind.of(scope, base, until):
                other = found.setdefault(each.bound, each)
                # Of two rows that say the same of one thing the later edit is told.
                found[each.bound] = max(each, other, key=lambda one: one.edit.on)
        return tuple(found[bound] for bound in sorted(found))

    def steps(self, scope: str) -> tuple[Step, ...]:
        """When something of a scope became known, latest first."""
        return tuple(sorted({step for kind in self._kinds for step in kind.steps(scope)}, reverse=True))
