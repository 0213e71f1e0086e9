"""Why a statement is worth what it is worth: who signed what, when, over which version."""

from __future__ import annotations

from cockpit.basics.text import moment
from cockpit.records.assessment import Assessment, StatementView
from cockpit.screens.why import Facts, Line, pair, signed_over
from cockpit.screens.words import inert
from cockpit.wording import signatures, telling

TITLE = 120
"""Signs of a title that are shown."""


def statement_facts(view: StatementView, assessment: Assessment) -> Facts:
    """Say all that a statement says and what it is worth, then what else was signed of its subject."""
    record = view.record
    tone, mark = telling.mark(view)
    lines: list[Line] = [("head", f"{signatures.who(view)} {signatures.does(view)}"), ("", "")]
    title = assessment.subjects.get(view.subject, view.subject)
    lines += pair("Over", view.subject if title == view.subject else f"{inert(title, TITLE)} ({view.subject})")
    lines += pair("Version", signatures.version_of(view)[: signatures.DIGITS])
    lines += pair("Signed at", signatures.signed_at(view))
    lines += pair("Witnessed", moment(view.witnessed_at) if view.witnessed_at else "by nobody yet")
    lines += pair("Verdict", f"{mark} {view.verdict}", tone)
    lines += pair("Because", view.why)
    lines += pair("Signed with", record.key)
    lines += pair("Statement", record.id)
    lines += [("", f"{name.capitalize()}\t{text}") for name, text in telling.body_texts(view)]
    lines += signed_over(assessment, view.subject)
    return Facts(tuple(lines), None, view.subject)
