"""Why a critical path is blocked: what a blocker costs, and what drives the start of a step."""

from __future__ import annotations

from cockpit.records.assessment import Assessment, Blocker, Chain
from cockpit.records.nearly import NearChain
from cockpit.records.steps import ChainStep
from cockpit.screens.chainrows import at_least
from cockpit.screens.keynames import key
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
from cockpit.screens.words import count, day, days, finish, inert

MOST = 200
"""So many near-critical items and blockers are listed of a chain."""


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


def chain_facts(chain: Chain, assessment: Assessment) -> Facts:
    """Say how a chain ends, what holds it and what is nearly critical beside it."""
    lines: list[Line] = [("head", chain.title), ("", "")]
    floor = chain.objective in at_least(assessment.objectives)
    lines += pair("Finish", f"{finish(chain.finish, floor)}{_late(chain, floor)}")
    lines += pair("Target", day(chain.target))
    lines += pair("Dead path", "nothing that could be worked on now has moved", "bad") if chain.dead else []
    lines += pair("Chain", count(len(chain.steps), "item"))
    lines += [("", ""), ("head", "Blockers, by what a day costs")] if chain.blockers else []
    lines += [("bad" if each.driving else "warn", f"  ▲ {_holder(each, assessment)}") for each in chain.blockers[:MOST]]
    return Facts((*lines, *_nearly(chain, assessment)), subject=f"objective:{chain.objective}")


def _late(chain: Chain, floor: bool) -> str:
    late = (chain.finish - chain.target).days if chain.finish and chain.target else 0
    bound = ("≥" if late > 0 else "at most ") if floor else ""
    return f", {bound}{count(abs(late), 'day')} {'after' if late > 0 else 'before'} its target" if late else ""


def _holder(blocker: Blocker, assessment: Assessment) -> str:
    parts = [inert(blocker.title), blocker.owner_name or blocker.owner or "nobody is named"]
    parts += [f"slip {days(blocker.slip_days, blocker.at_least)}"] if blocker.slip_days else []
    return " · ".join([*parts, *filter(None, [delay_cost(blocker, assessment)])])


def _nearly(chain: Chain, assessment: Assessment) -> list[Line]:
    """The items that are nearly critical beside a chain, by name."""
    more = len(chain.near_critical) - MOST
    lines: list[Line] = [("", ""), ("head", "Nearly critical")] if chain.near_critical else []
    for item in chain.near_critical[:MOST]:
        title = assessment.titles.get(item)
        lines.append(("", f"  {inert(title)} ({item})" if title else f"  {item}"))
    lines += [("muted", f"  and {more:,} more: {key('fold')} on the screen unfolds them all")] if more > 0 else []
    return lines


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
