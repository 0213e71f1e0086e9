"""Unsigned edits, as lines of the why of their project and of the sign-off that covers them."""

from __future__ import annotations

from cockpit.records.assessment import Assessment
from cockpit.records.edits import Edit
from cockpit.screens.words import inert
from cockpit.trust.obligations import SCOPE
from cockpit.wording import edited

MOST = 8
"""So many edits of a project are listed."""
SIGNED = 200
"""So many are listed where they are what is signed."""


def edit_lines(assessment: Assessment, project: str) -> list[tuple[str, str]]:
    """Return what was edited of a project's plan and signed by nobody, each with where it stands."""
    return _lines(assessment, edited.of_project(assessment, project), MOST)


def signed_lines(assessment: Assessment, subject: str) -> list[tuple[str, str]]:
    """Return the edits that a signature over `scope:…` covers; nothing for any other subject."""
    kind, _, scope = subject.partition(":")
    return _lines(assessment, edited.of_scope(assessment, scope), SIGNED) if kind == SCOPE else []


def _lines(assessment: Assessment, found: tuple[Edit, ...], most: int) -> list[tuple[str, str]]:
    if not found:
        return []
    lines = [("", ""), ("head", "Edits that nobody signed"), ("warn", edited.counted(found))]
    for place, edit in enumerate(found[:most], 1):
        lines.append(("", f"{place}.\t{_named(edit, assessment)}"))
        if edit.origin is not None:
            lines.append(("muted", f"   {edit.origin}"))
    if len(found) > most:
        lines.append(("muted", f"{len(found) - most:,} more: {edited.COMMAND}"))
    return lines


def _named(edit: Edit, assessment: Assessment) -> str:
    """The edit in words, a work item with its title: people know it by that."""
    text, (kind, _, name) = edited.sentence(edit), edit.subject.partition(":")
    title = assessment.titles.get(name, "") if kind == "item" else ""
    return text.replace(f"item {name},", f"item {name} “{inert(title, 60)}”,", 1) if title else text
