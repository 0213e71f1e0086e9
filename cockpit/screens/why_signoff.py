"""Why a sign-off waits: for whom, what is signed, what it holds, and what to do where nobody can sign."""

from __future__ import annotations

from cockpit.records.assessment import Assessment, SignOff
from cockpit.screens.edited import signed_lines
from cockpit.screens.why import (
    Facts,
    Line,
    because,
    dependency_of,
    first_origin,
    named,
    pair,
    signed_over,
    until,
)
from cockpit.screens.words import day
from cockpit.wording import signatures, telling


def signoff_facts(view: SignOff, assessment: Assessment) -> Facts:
    """Say what waits for whose signature, and what it holds."""
    lines: list[Line] = [("head", view.title), ("", "")]
    lines += pair("Waits for", view.owner_name or view.owner or "nobody who may sign is named")
    lines += pair("Team", named(assessment, view.team))
    lines += pair("To sign", " or ".join(view.meanings))
    lines += pair("In a shell", view.command)
    lines += pair("Due", f"{day(view.due)}, {until(view.due, assessment.today)}" if view.due else "no date")
    lines += pair("State", view.state)
    lines += pair("Asked", f"{day(view.asked_on)}, no answer yet" if view.asked_on else "")
    lines += pair("Acceptance", view.acceptance)
    lines += pair("Holds", "; ".join(named(assessment, project) for project in view.projects))
    lines += pair("Objective", named(assessment, view.objective))
    if view.entitled and not view.enrolled:
        lines += [("", ""), ("warn", _no_key(assessment))]
    if not view.entitled:
        lines += [("", ""), ("warn", nobody_named(view))]
    version = f"  version {view.version[: signatures.DIGITS]}" if view.version else ""
    lines += [("", ""), ("muted", f"{view.subject}{version}")]
    lines += [*_requests(view.owner, assessment), *signed_lines(assessment, view.subject)]
    dependency = dependency_of(assessment, view.subject)
    breaches = assessment.breaches if view.state == "suspected" else ()
    suspected = (breach for breach in breaches if breach.subject == view.subject)
    reasons = dependency.reasons if dependency else next((breach.reasons for breach in suspected), ())
    lines += [*because(reasons, assessment), *signed_over(assessment, view.subject)]
    if view.command:
        said = (v for v in assessment.statements if view.command.endswith(v.record.id[: signatures.DIGITS]))
        lines += [("", ""), *(line for each in said for line in telling.signature_lines(each))]
    return Facts(tuple(lines), view.origin or first_origin(reasons), view.subject)


def nobody_named(view: SignOff) -> str:
    """What to do where nobody who may sign is named."""
    kind = view.subject.partition(":")[0]
    whom = {
        "dependency": "an owner in the giver's team",
        "milestone": "an acceptor, or the project's sponsor",
        "policy": "a steward in portfolio.toml",
        "suspicion": "an owner of the work item, or a lead of its team",
    }.get(kind, "an owner")
    return f"Nobody who may sign this is named: name {whom} first."


def _no_key(assessment: Assessment) -> str:
    """What to do where who has to sign has no key."""
    if any(view.record.type == "genesis" for view in assessment.statements):
        return "Its owner has no key that counts yet: they run cockpit join, and a steward enrols the key."
    return "Its owner has no key yet: put one into the column “key” of the people table, or under [[people]]."


def _requests(person: str, assessment: Assessment) -> list[Line]:
    """Say how often a person was asked for signatures, of whatever."""
    view = next((each for each in assessment.asked if each.person == person), None)
    if view is None:
        return []
    before = f"{view.total} in the {len(view.weeks)} weeks before (median {view.median:g})"
    lines: list[Line] = [("", ""), ("head", f"Asked of {view.person_name} (cockpit ask)")]
    lines += pair("This week", f"{view.this_week}; {before}")
    return lines + pair("Answered", f"{view.answered} of {view.answered + view.open}")
