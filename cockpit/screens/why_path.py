"""Why a critical path is blocked: what a blocker costs, and what drives the start of a step."""

from __future__ import annotations

from cockpit.records.assessment import Assessment, Blocker, ChainStep
from cockpit.records.nearly import NearChain
from cockpit.screens.why import (
    Facts,
    Line,
    because,
    delay_cost,
    first_origin,
    named,
    named_subject,
    pair,
    signed_over,
    worth,
)
from cockpit.screens.words import count, day, days


def blocker_facts(view: Blocker, assessment: Assessment) -> Facts:
    """Say who must act on a blocker and what it costs."""
    lines: list[Line] = [("head", view.title), ("", "")]
    lines += pair("Who", view.owner_name or view.owner or "nobody is named")
    lines += pair("State", view.state)
    lines += pair("Blocked", f"{count(view.blocked_days, 'day')} so far" if view.blocked_days else "since today")
    lines += pair("Holds until", day(view.held_until))
    lines += pair("Days", worth(view.leverage_days, view.slip_days, view.at_least))
    lines += [("", f"  {b.title}: {b.owner_name or b.owner or 'nobody is named'}") for b in view.members]
    lines += pair("Cost", delay_cost(view, assessment))
    lines += pair("From", named(assessment, view.giver_team))
    lines += pair("To", named(assessment, view.receiver_team))
    lines += pair("Project", named(assessment, view.project))
    lines += pair("Objective", named(assessment, view.objective))
    lines += [*because(view.reasons, assessment), *signed_over(assessment, view.subject)]
    return Facts(tuple(lines), first_origin(view.reasons), view.subject, view.breach)


def near_facts(near: NearChain) -> Facts:
    """Say how near a chain is to being critical, and where it would become so."""
    lines: list[Line] = [("head", f"Nearly critical: {days(near.float_days)} float"), ("", "")]
    lines += pair("Float", f"it may slip {days(near.float_days).rstrip('d')} working days before the finish does")
    lines += pair("Joins", near.into)
    lines += [("", ""), *(("", f"  {step.title}: {day(step.finish)}") for step in near.steps)]
    return Facts(tuple(lines), near.steps[0].origin)


def step_facts(step: ChainStep, assessment: Assessment) -> Facts:
    """Say where an item of a driving chain stands and what drives its start."""
    lines: list[Line] = [("head", step.title), ("muted", step.item), ("", "")]
    lines += pair("Start", day(step.start))
    lines += pair("Finish", day(step.finish))
    lines += pair("Total float", days(step.total_float_days).replace("d", " working days"))
    lines += pair("State", step.state)
    lines += pair("Starts by", step.why)
    lines += pair("Not before", day(step.bound))
    lines += pair("Team", named(assessment, step.team))
    lines += pair("Owner", named(assessment, step.owner))
    lines += pair("Project", named(assessment, step.project))
    silent = step.silent_days
    lines += pair("Silent for", count(silent, "working day") if silent is not None else "", "warn")
    lines += pair("Workable", "it could be worked on now" if step.workable else "")
    lines += pair("Assumed", "its duration is in no file" if step.assumed_duration else "", "warn")
    lines += pair("Blocked by", named_subject(assessment, step.blocker))
    return Facts(tuple(lines), step.origin, step.blocker or f"milestone:{step.item}")
