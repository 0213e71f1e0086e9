"""A what-if in words: which rows may be assumed away, days as people type them, and the lines of what follows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from cockpit.basics.classes import dataclass
from cockpit.records.assessment import Assessment, Blocker, DependencyView
from cockpit.records.whatif import Assumed, Assumption, Outcome, Turned, WhatIf
from cockpit.screens.keynames import key
from cockpit.screens.why import Facts, Line, pair
from cockpit.screens.words import STATUS, Cell, count, day, days, finish, inert, money
from cockpit.trust.obligations import DEPENDENCY, MILESTONE, dependency_subject, split_subject

LONGEST = 100
"""Letters of a name or day that is typed."""
WORK, FINISH = "item", ":finish"
FURTHEST = timedelta(days=36_500)


def subjects_of(assessment: Assessment, facts: Facts) -> tuple[str, ...]:
    """What may be assumed of a row: its dependency or work, with those that give days back only together; of an
    objective or a project what blocks it most."""
    kind, name = split_subject(facts.subject)
    if kind == "objective":
        chain = next((chain for chain in assessment.chains if chain.objective == name), None)
        return _together(chain.blockers[0]) if chain is not None and chain.blockers else ()
    if kind == "project" or (kind == MILESTONE and name.endswith(FINISH)):
        blockers = (each for chain in assessment.chains for each in chain.blockers)
        found = next((each for each in blockers if each.project == name.removesuffix(FINISH)), None)
        return _together(found) if found is not None else ()
    if kind == MILESTONE:
        return (f"{WORK}:{name}",)
    if kind not in (DEPENDENCY, WORK):
        return ()
    blockers = (each for chain in assessment.chains for each in chain.blockers)
    found = next((each for each in blockers if facts.subject in (each.subject, *each.together)), None)
    return _together(found) if found is not None and found.subject == facts.subject else (facts.subject,)


def _together(blocker: Blocker) -> tuple[str, ...]:
    return (blocker.subject, *blocker.together)


def day_typed(text: str, base: date, today: date) -> date | str:
    """Return the day that is meant: `2025-12-01`, or days from `base` on: `+10`, `-5`, `+2w`; else what is wrong."""
    text = text.strip()
    if text[:1] in ("+", "-", "−"):
        number, unit = (text[1:-1], text[-1]) if text[-1:] in ("d", "w") else (text[1:], "d")
        if not number.isascii() or not number.isdigit() or len(number) > 5:
            return f"“{inert(text, 20)}” is no number of days: +10, -5 or +2w"
        far = timedelta(days=int(number) * (7 if unit == "w" else 1))
        found = min(base + far, today + FURTHEST) if text[0] == "+" else base - min(far, base - today)
    else:
        try:
            found = date.fromisoformat(text)
        except ValueError:
            return f"“{inert(text, 20)}” is no day: {day(base)}, or +10, -5, +2w from then on"
    if found < today:
        return f"{day(found)} is over: what is assumed comes today, {day(today)}, at the earliest"
    return found if found <= today + FURTHEST else f"{day(found)} is too far away"


def _unsettled(assessment: Assessment) -> list[DependencyView]:
    return [view for view in assessment.dependencies if str(view.state) not in ("resolved", "withdrawn")]


def _meant(assessment: Assessment, text: str) -> list[DependencyView]:
    """The unsettled dependencies whose id or title a text is, else those of whose id and title it is a part: of an
    empty text all."""
    wanted, views = text.strip().casefold(), _unsettled(assessment)
    exact = [view for view in views if wanted and wanted in (view.record.id.casefold(), view.record.title.casefold())]
    return exact or [view for view in views if wanted in f"{view.record.id} {view.record.title}".casefold()]


def names_for(assessment: Assessment, text: str) -> list[str]:
    """Return what a text may become: the title of each that it may mean, its id where that tells it better; none that
    nobody could type."""
    often = Counter(view.record.title.casefold() for view in _unsettled(assessment))
    names = (
        view.record.id
        if often[view.record.title.casefold()] > 1 or not _typable(view.record.title)
        else view.record.title
        for view in _meant(assessment, text)
    )
    return [name for name in names if _typable(name)]


def _typable(name: str) -> bool:
    return bool(name.strip()) and name == inert(name) and len(name) <= LONGEST


def found_by(assessment: Assessment, text: str) -> tuple[str, ...] | str:
    """Return the subject of the one unsettled dependency that a text means, by id or a part of its title; else why
    there is none."""
    close = _meant(assessment, text) if text.strip() else []
    if len(close) == 1:
        return (dependency_subject(close[0].record),)
    if not close:
        return f"No unsettled dependency is called “{inert(text, 40)}”"
    names = ", ".join(inert(view.record.title, 30) for view in close[:3])
    return f"“{inert(text, 40)}” may be {names}{' …' if len(close) > 3 else ''}: give more of it"


# Lines


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIfRow:
    """A line of the screen: an assumption, an objective, what drives it then, what blocks it then, or a project."""

    key: str
    assumption: Assumption | None = None
    assumed: Assumed | None = None
    """What is known of the assumption; None as long as it was not computed."""
    outcome: Outcome | None = None
    blocker: Blocker | None = None
    drives: str = ""
    turned: Turned | None = None
    says: str = ""


MOST_BLOCKERS, MOST_PROJECTS = 5, 200


def rows_of(assumptions: Sequence[Assumption], found: WhatIf | None) -> Iterator[WhatIfRow]:
    """Give the assumptions, then every objective with what drives and blocks it then, then projects that turn."""
    known = {each.assumption.subject: each for each in found.assumed} if found is not None else {}
    for each in assumptions:
        assumed = known.get(each.subject)
        yield WhatIfRow(key=each.subject, assumption=each, assumed=assumed)
        if assumed is not None and assumed.note:
            yield WhatIfRow(key=f"{each.subject}|but", says=f"    but {assumed.note}")
    if not assumptions:
        keys = f"{key('whatif-add')} adds a dependency by its name, {key('whatif-leave')} goes back"
        yield WhatIfRow(key="none", says=f"  Nothing is assumed: {keys}.")
    if found is None:
        return
    for outcome in found.outcomes:
        name = outcome.now.record.id
        yield WhatIfRow(key=f"objective:{name}", outcome=outcome)
        if outcome.is_otherwise:
            yield WhatIfRow(key=f"{name}|drives", outcome=outcome, drives=_drives(outcome))
        for blocker in outcome.chain.blockers[:MOST_BLOCKERS]:
            yield WhatIfRow(key=f"{name}|{blocker.subject}", outcome=outcome, blocker=blocker)
    if found.projects:
        yield WhatIfRow(key="projects", says=f"{count(len(found.projects), 'project')} with another status then:")
    for turned in found.projects[:MOST_PROJECTS]:
        yield WhatIfRow(key=f"project:{turned.project}", turned=turned)


def _drives(outcome: Outcome) -> str:
    """Which chain drives an objective then, and what stands first on it."""
    first = next((step for step in outcome.chain.steps if not step.done), None)
    if first is None:
        return "no work drives it any more"
    team = f" ({inert(first.team, 30)})" if first.team else ""
    which = "the same chain" if outcome.is_same_chain else "another chain"
    return f"{which} drives it, from “{inert(first.title, 60)}”{team}"


def banner_of(row: WhatIfRow, place: int, width: int, currency: str | None) -> Cell | None:
    """Say in full width what is no objective."""
    if row.assumption is not None:
        return _assumption(row.assumption, row.assumed, place, width), "head"
    if row.blocker is not None:
        who = row.blocker.owner_name or row.blocker.owner or "nobody named"
        worth = days(row.blocker.leverage_days, row.blocker.at_least) if row.blocker.leverage_days else ""
        worth = f" · worth {worth} {money(row.blocker.cost, currency, row.blocker.cost_assumed)}".rstrip() * bool(worth)
        title = inert(row.blocker.title, max(width - len(who) - len(worth) - 22, 12))
        return f"    ▲ then held by {title} · {inert(who, 30)}{worth}", "warn"
    if row.drives:
        return f"    {row.drives}", "muted"
    if row.turned is not None:
        now, then = STATUS[row.turned.now][0], STATUS[row.turned.then]
        return f"    {now} → {then[0]}  {inert(row.turned.title, 80)}", then[1]
    return (row.says, "warn") if row.says else None


def _assumption(assumption: Assumption, assumed: Assumed | None, place: int, width: int) -> str:
    what = "is there now" if assumption.on is None else f"comes {day(assumption.on)}"
    if assumed is None:
        return f" {place}. {inert(assumption.subject, 60)} {what} · computing…"
    if assumption.on is not None and assumed.until is not None:
        moved = (assumption.on - assumed.until).days
        what += f" ({moved:+d}d)".replace("-", "−") if moved else " (as today)"
    tail = f" {what} · {inert(assumed.who, 24)}" if assumed.who else f" {what}"
    return f" {place}. {inert(assumed.title, max(width - len(tail) - 5, 14))}{tail}"


def gain(outcome: Outcome) -> Cell:
    """Return the days gained or lost: "+29d", "−7d", "="."""
    if outcome.days is None:
        return ("=" if outcome.now.finish == outcome.then.finish else "?"), "muted"
    if not outcome.days:
        return "=", "muted"
    # Where an assumed hold goes, what comes back is at least that much.
    least = outcome.days > 0 and outcome.now.at_least and not outcome.then.at_least
    sign = "+" if outcome.days > 0 else ""
    return f"{'≥' * least}{sign}{days(outcome.days)}", "good" if outcome.days > 0 else "bad"


def cost(outcome: Outcome, currency: str | None) -> Cell:
    """Return what those days are worth: more than nothing is saved, less is lost."""
    if not outcome.cost:
        return "", ""
    text = money(outcome.cost, currency, outcome.now.cost_assumed)
    return (f"+{text}" if text and outcome.cost > 0 else text), "good" if outcome.cost > 0 else "bad"


def status(outcome: Outcome, width: int) -> Cell:
    """Return the status of execution, now and then where that is another."""
    now, then = STATUS[outcome.now.execution], STATUS[outcome.then.execution]
    if now == then:
        return now[0], "muted"
    whole = f"{now[0]} → {then[0]}"
    return (whole if len(whole) <= width else f"{now[0][0]}→{then[0]}"), then[1]


def total(found: WhatIf, currency: str | None) -> str:
    """Say in a few words what all assumptions together are worth."""
    moved = [each.days for each in found.outcomes if each.days]
    if not moved:
        return "no finish moves"
    better, worse = sum(each > 0 for each in moved), sum(each < 0 for each in moved)
    parts = [f"{count(better, 'objective')} sooner"] if better else []
    parts += [f"{count(worse, 'objective')} later"] if worse else []
    text = money(found.saved and abs(found.saved), currency, found.saved_assumed)
    parts += [f"{text} {'saved' if (found.saved or 0) > 0 else 'lost'}"] if text and found.saved else []
    return ", ".join(parts)


# Why


def facts_of(row: WhatIfRow, currency: str | None) -> Facts | None:
    """Say all that is known of a line."""
    if row.assumption is not None:
        return Facts(tuple(_assumed_lines(row.assumption, row.assumed)), subject=row.assumption.subject)
    if row.blocker is not None:
        lines = [("head", row.blocker.title), ("", ""), *pair("Then", "it holds the objective, all assumed being so")]
        lines += pair("Who", row.blocker.owner_name or row.blocker.owner)
        lines += pair("State", row.blocker.state)
        lines += pair("Holds until", day(row.blocker.held_until))
        lines += [("", ""), ("muted", f"{key('whatif-assume')} assumes that it is there too.")]
        return Facts(tuple(lines), subject=row.blocker.subject)
    return Facts(tuple(_outcome_lines(row.outcome, currency))) if row.outcome is not None else None


def _assumed_lines(assumption: Assumption, assumed: Assumed | None) -> Iterator[Line]:
    yield "head", assumed.title if assumed is not None else assumption.subject
    yield "", ""
    yield from pair("Assumed", "it is there now" if assumption.on is None else f"it comes on {day(assumption.on)}")
    if assumed is not None:
        yield from pair("Who", assumed.who)
        yield from pair("Today", assumed.state)
        yield from pair("Holds until", day(assumed.until))
        yield from pair("But", assumed.note, "warn")
    yield "", ""
    yield "muted", "As if its giver had signed it, and the giver's own work for it were done by then. Nothing is saved."


def _outcome_lines(outcome: Outcome, currency: str | None) -> Iterator[Line]:
    now, then = outcome.now, outcome.then
    yield "head", now.record.title
    yield "", ""
    yield from pair("Finish", f"{finish(now.finish, now.at_least)} → {finish(then.finish, then.at_least)}")
    yield from pair("Days", gain(outcome)[0])
    yield from pair("Delay", cost(outcome, currency)[0])
    yield from pair("Target", day(now.record.target_date))
    yield from pair("Execution", f"{STATUS[now.execution][0]} → {STATUS[then.execution][0]}")
    yield from pair("Bottom line", _bottom(outcome, currency))
    yield "", ""
    yield "head", "The same chain drives it" if outcome.is_same_chain else "Another chain drives it then"
    for step in outcome.chain.steps:
        if not step.done:
            yield "", f"  {day(step.finish)}  {step.title}"


def _bottom(outcome: Outcome, currency: str | None) -> str:
    now, then = (money(each.bottom_line, currency, each.cost_assumed) for each in (outcome.now, outcome.then))
    return f"{now} → {then}" if now and then else ""
