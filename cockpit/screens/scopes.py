"""Which objectives a project serves, by the words that `:objective` finds them by."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from cockpit.basics.kept import kept

if TYPE_CHECKING:
    from cockpit.records.assessment import ObjectiveView

KINDS = ("owner", "project", "objective")
"""What the rows of every screen may be narrowed to."""


@kept
def _served(objectives: tuple[ObjectiveView, ...]) -> dict[str, tuple[str, ...]]:
    """Id and title of the objectives of each project."""
    found: dict[str, tuple[str, ...]] = {}
    for view in objectives:
        for project in view.projects:
            found[project] = (*found.get(project, ()), view.record.id, view.record.title)
    return found


def served(objectives: tuple[ObjectiveView, ...], projects: Iterable[str]) -> tuple[str, ...]:
    """Return ids and titles of the objectives that these projects serve; what is no id of a project serves none."""
    known = _served(objectives)
    return tuple(tag for project in projects for tag in known.get(project, ()))
