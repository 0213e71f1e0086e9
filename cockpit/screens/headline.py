"""One breach in four lines: which, who must act on what, what it holds and costs, and what clears it."""

from __future__ import annotations

from cockpit.records.assessment import Assessment, Blocker, Breach
from cockpit.screens.why import dependency_of, named, signoff_of
from cockpit.screens.words import SEVERITY, Cell, count, day, days, duty, inert, money, rule
from cockpit.wording.amounts import breach_day_cost, delay_currency


def blocker_of(breach: Breach, assessment: Assessment) -> Blocker | None:
    """Return the blocker that stands behind a breach, preferring that of its own objective."""
    found = [
        blocker
        for chain in assessment.chains
        for blocker in chain.blockers
        if blocker.breach == breach.key or breach.subject in (blocker.subject, *blocker.together)
    ]
    joint = next((blocker for blocker in found if blocker.objective == breach.objective), found[0] if found else None)
    # Of several that stand as one row, the one that the breach is about.
    return next((one for one in joint.members if one.subject == breach.subject), joint) if joint else None


def headline(breach: Breach, place: int, assessment: Assessment) -> list[Cell]:
    """Return four lines: which breach; who must act on what; what it holds and costs; by when, and what clears it."""
    lines: list[Cell] = []
    mark, tone = SEVERITY[breach.severity]
    age_days = (assessment.today - breach.since).days
    opened = f"open {count(age_days, 'day')}" if age_days > 0 else "new"
    first = f"{place} of {len(assessment.breaches):,}  {mark} {breach.severity} · {rule(breach.code)} · {opened}"
    lines.append((first + _needed(breach, assessment), tone))
    view, owed = dependency_of(assessment, breach.subject), breach.life.owed
    who = (owed.by_name if owed else breach.owner_name or breach.owner) or "Nobody is named who"
    must = f"must decide by {day(owed.due)}" if owed else duty(breach.code)
    lines.append((f"{inert(who)} {must}: {inert(view.record.title if view else breach.title)}", "head"))
    lines.append((_stakes(breach, assessment), ""))
    lines.append((f"clears when {inert(breach.clears_when).removeprefix('clears when ')}", "muted"))
    return lines


def _stakes(breach: Breach, assessment: Assessment) -> str:
    blocker = blocker_of(breach, assessment)
    view = dependency_of(assessment, breach.subject)
    held = breach.project or (view.projects[0] if view and view.projects else "") or breach.objective
    parts = []
    if breach.leverage_days:
        more = f" with {len(breach.together):,} more" if breach.together else ""
        parts.append(f"worth {days(breach.leverage_days, breach.at_least)}{more}")
    elif breach.slip_days:
        parts.append(f"late by {days(breach.slip_days, breach.at_least)}")
    currency = delay_currency(assessment)
    if breach.cost is not None and currency is not None:
        parts.append(money(breach.cost, currency, breach.cost_assumed))
    daily, assumed = breach_day_cost(assessment, breach)
    if currency is not None and daily is not None:
        parts.append(f"{money(daily, currency, assumed)}/day")
    if held:
        # Last, since it is the first to be cut.
        blocked = f" for {count(blocker.blocked_days, 'day')}" if blocker and blocker.blocked_days else ""
        holds = "may hold" if breach.code == "DEP-SUSPECTED" else "holds"
        parts.append(f"{holds} {inert(named(assessment, held))}{blocked}")
    return " · ".join(parts) or "no days or money known to hang on it"


def _needed(breach: Breach, assessment: Assessment) -> str:
    signoff, view = signoff_of(assessment, breach.subject), dependency_of(assessment, breach.subject)
    due = (signoff.due if signoff else None) or (view.record.needed_by if view else None)
    if due is None:
        return ""
    return f" · {'was needed' if due < assessment.today else 'needed'} by {day(due)}"
