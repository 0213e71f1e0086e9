"""One module a family of rules; a rule is a small function with a code, a tolerance and a docstring."""

from __future__ import annotations

from cockpit.engine.rules import alignment, dependencies, kpis, owners, paths, policy, projects, quality, sources
from cockpit.engine.rules.base import Rule

FAMILIES = (dependencies, paths, projects, quality, kpis, alignment, sources, policy, owners)


def catalogue() -> tuple[Rule, ...]:
    """Every rule, by family, in the order in which they are asked."""
    return tuple(rule for family in FAMILIES for rule in family.RULES.rules)
