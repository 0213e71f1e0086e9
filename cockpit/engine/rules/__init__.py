"""One module a family of rules; a rule is a small function with a code, a tolerance and a docstring."""

from __future__ import annotations

from cockpit.engine.rules import (
    alignment,
    dependencies,
    edits,
    evidence,
    kpis,
    owners,
    paths,
    policy,
    projects,
    quality,
    sources,
    suspicions,
    tolerances,
    trackers,
)
from cockpit.engine.rules.base import Rule

FAMILIES = (
    dependencies, suspicions, paths, projects, edits, evidence, quality, kpis, alignment, sources, trackers, policy,
    tolerances, owners,
)  # fmt: skip


def catalogue() -> tuple[Rule, ...]:
    """Every rule, by family, in the order in which they are asked."""
    return tuple(rule for family in FAMILIES for rule in family.RULES.rules)
