"""What is said of a portfolio in which no file has anything yet: not that all is well."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cockpit.records.assessment import Assessment

NOTHING = "Nothing is known yet: no file has an objective, a KPI, a project, a dependency or a ticket."
NEXT = (
    "Fill in the tables beside portfolio.toml, or have files that your teams keep already read where they lie: "
    "cockpit init NEW --from FILE… proposes how."
)


def is_blank(assessment: Assessment) -> bool:
    """Whether there is nothing to judge."""
    known = assessment.objectives, assessment.kpis, assessment.projects, assessment.dependencies
    return not any(known) and not assessment.alignment.items and not assessment.breaches
