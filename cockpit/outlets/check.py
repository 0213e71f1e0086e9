"""`cockpit check`: the breaches of an assessment, worst first, as text and as stable JSON."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

from cockpit import edited, signatures, stages
from cockpit.amounts import delay_currency
from cockpit.assessment import Assessment, Breach, StatementView
from cockpit.edits import Edit
from cockpit.outlets.lives import life_object
from cockpit.outlets.plain import WIDTH, count, day, days, money, name_of, wrap
from cockpit.verdicts import Status

FAIL_ON = ("at-risk", "off-track")
CAUSES = ("projects", "tickets")
"""Kinds of subjects that stand for all projects or tickets of one cause, and whose name is the cause itself."""
MOST_EDITS = 1_000
"""So many unsigned edits are listed in JSON; `export` lists all."""


def check_text(assessment: Assessment, width: int = WIDTH) -> str:
    """Return every breach with who must act, what clears it and why, in lines of at most `width` cells."""
    lines = headline(assessment, width)
    views = signatures.by_id(assessment)
    to_act, others = stages.apart(assessment.breaches)
    for breach in to_act:
        lines += ["", *_breach_lines(breach, assessment, views, width)]
    lines += ["", *wrap("Acknowledged or decided, and not cleared yet:", width)] if others else []
    for breach in others:
        lines += ["", *_breach_lines(breach, assessment, views, width)]
    return "\n".join(lines) + "\n"


def headline(assessment: Assessment, width: int = WIDTH) -> list[str]:
    """Return title, day, status, the number of breaches, and where the policy is looser, what was edited."""
    found = count(len(assessment.breaches), "breach", "breaches")
    title = assessment.title or assessment.portfolio
    lines = wrap(f"{title} · {assessment.today.isoformat()} · {assessment.status.upper()} · {found}", width, rest="  ")
    for note in signatures.policy_notes(assessment):
        lines += wrap(note, width, first="Policy: ", rest="  ")
    if note := edited.note(assessment):
        lines += wrap(note, width, first="Edited: ", rest="  ")
    if decisions := stages.decisions_text(assessment):
        lines += wrap(decisions, width, first="Decisions: ", rest="  ")
    return lines


def _breach_lines(breach: Breach, assessment: Assessment, views: Mapping[str, StatementView], width: int) -> list[str]:
    lines = wrap(f"{breach.code}  {titled(breach)}", width, first=f"{breach.severity.value:<9}")
    facts = [who_acts(breach, assessment), cost_of(breach, delay_currency(assessment)), f"since {day(breach.since)}"]
    if breach.project:
        facts.append(f"project {name_of(assessment, breach.project)}")
    facts += [f"id {breach.id}"] if breach.id else []
    indent = " " * 9
    lines += wrap("; ".join(fact for fact in facts if fact), width, first=indent)
    if stage := stages.stage_text(breach):
        lines += wrap(stage[:1].upper() + stage[1:], width, first=indent, rest=indent + "  ")
    lines += wrap(breach.clears_when, width, first=f"{indent}Clears when: ", rest=indent + "  ")
    for reason in breach.reasons:
        lines += wrap(signatures.cited(reason, views), width, first=f"{indent}- ")
    return lines


def titled(breach: Breach) -> str:
    """Return what a breach says and of which subject; a subject that is only a cause is said by the title already."""
    kind = breach.subject.partition(":")[0]
    return breach.title if kind in CAUSES else f"{breach.title} [{breach.subject}]"


def who_acts(breach: Breach, assessment: Assessment) -> str:
    """Return who can clear the breach, or that nobody named can."""
    name = breach.owner_name or name_of(assessment, breach.owner)
    return f"{name} must act" if name else "nobody named can act: name an owner"


def cost_of(breach: Breach, currency: str | None) -> str:
    """Return slip, leverage and cost of the breach in words; empty when it costs no days."""
    parts = []
    if breach.slip_days:
        parts.append(f"slip {days(breach.slip_days, breach.at_least)}")
    if breach.leverage_days:
        parts.append(f"leverage {days(breach.leverage_days, breach.at_least)}{jointly(breach.together)}")
    if breach.cost and currency is not None:
        parts.append(money(breach.cost, currency, breach.cost_assumed))
    return ", ".join(parts)


def jointly(together: Collection[str]) -> str:
    """Return with how many others those days are regained only; empty for what regains them alone."""
    return f" with {len(together)} more" if together else ""


def check_json(assessment: Assessment) -> str:
    """Return the one object that `check --json` prints; its shape is documented in docs/commands.md."""
    views = signatures.by_id(assessment)
    return dump(
        {
            "portfolio": assessment.portfolio,
            "as_of": assessment.today.isoformat(),
            "status": assessment.status.value,
            "breaches": [breach_object(breach, views) for breach in assessment.breaches],
            "policy": list(signatures.policy_notes(assessment)),
            "edits": [edit_object(edit) for edit in assessment.edits[:MOST_EDITS]],
            "edits_left_out": max(0, len(assessment.edits) - MOST_EDITS),
            "decision_days": assessment.decision_days,
            "decided": assessment.decided,
        }
    )


def edit_object(edit: Edit) -> dict[str, Any]:
    """Return an edit that nobody signed as the JSON object that scripts read."""
    return {
        "what": edit.what.value,
        "subject": edit.subject,
        "project": edit.project or None,
        "scope": edit.scope,
        "field": edit.field or None,
        "was": edit.was or None,
        "now": edit.now or None,
        "count": edit.count,
        "on": edit.on.isoformat(),
        "place": str(edit.origin) if edit.origin is not None else None,
    }


def breach_object(breach: Breach, views: Mapping[str, StatementView]) -> dict[str, Any]:
    """Return a breach as the JSON object that scripts read: fixed keys, null for what is unknown.

    Each reason shows the signature among `views` that it rests on.
    """
    return {
        "code": breach.code,
        "severity": breach.severity.value,
        "basis": breach.basis.value,
        "subject": breach.subject,
        "title": breach.title,
        "project": breach.project or None,
        "objective": breach.objective or None,
        "owner": breach.owner or None,
        "since": breach.since.isoformat(),
        "slip_days": breach.slip_days,
        "leverage_days": breach.leverage_days,
        "together": list(breach.together),
        "clears_when": breach.clears_when,
        "reasons": [signatures.cited(reason, views) for reason in breach.reasons],
        "id": breach.id,
        "life": life_object(breach.life),
    }


def dump(value: Any) -> str:
    """Return JSON text for scripts: pure ASCII, so that no terminal, locale or control character can change it."""
    return json.dumps(value, indent=2, allow_nan=False) + "\n"


def fails(assessment: Assessment, fail_on: str) -> bool:
    """Tell whether the assessment is an exception: any breach, or for `off-track` a project that is Off Track."""
    if fail_on == "off-track":
        return any(project.status is Status.OFF_TRACK for project in assessment.projects)
    return bool(assessment.breaches)
