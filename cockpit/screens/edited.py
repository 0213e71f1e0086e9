"""Unsigned edits of a project, as lines of its why."""

from __future__ import annotations

from cockpit import edited
from cockpit.assessment import Assessment

MOST = 8
"""So many edits of a project are listed."""


def edit_lines(assessment: Assessment, project: str) -> list[tuple[str, str]]:
    """Return what was edited of a project's plan and signed by nobody, each with where it stands."""
    found = edited.of_project(assessment, project)
    if not found:
        return []
    lines = [("", ""), ("head", "Edits that nobody signed"), ("warn", edited.counted(found))]
    for place, edit in enumerate(found[:MOST], 1):
        lines.append(("", f"{place}.\t{edited.sentence(edit)}"))
        if edit.origin is not None:
            lines.append(("muted", f"   {edit.origin}"))
    if len(found) > MOST:
        lines.append(("muted", f"{len(found) - MOST:,} more: {edited.COMMAND}"))
    return lines
