"""What the brief tells, section by section, as lines of facts: who, what, by when, and what it costs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby

from cockpit.basics.classes import dataclass
from cockpit.basics.text import one_line
from cockpit.outlets import precision
from cockpit.outlets.check import NOBODY, daily, jointly, needed, titled, who_acts
from cockpit.outlets.plain import day, days, money, name_of
from cockpit.outlets.tables import Column, Table, listed
from cockpit.records.assessment import Assessment, Blocker, Breach, ProjectView, SignOff, StatementView
from cockpit.records.model import Meaning
from cockpit.records.verdicts import Basis, Severity, Stage, Status
from cockpit.wording import signatures, stages
from cockpit.wording.amounts import day_cost, delay_currency

MOST = 5
"""Lines under a heading; the rest is counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a section: what it is about, and what is known of it."""

    what: str
    subject: str = ""
    who: str = ""
    by: date | None = None
    number: int | None = None
    """How many of them there are, where the line stands for several."""
    days: float | None = None
    at_least: bool = False
    cost: float | None = None
    day_cost: float | None = None
    """What one day costs, in the portfolio's currency."""
    costs: str = ""
    """Days and money in words."""
    says: str = ""
    """What there is to say besides."""


@dataclass(frozen=True, slots=True)
class Part:
    """A section: `key` for scripts, its lines worst first, and how many were left out."""

    key: str
    heading: str
    lines: Sequence[Line]
    nothing: str = ""
    left_out: int = 0
    note: str = ""
    table: Table[Line] | None = None
    """How people read it where it is a table; else each line is a sentence."""


def parts(today: Assessment, yesterday: Assessment | None) -> list[Part]:
    """Return the sections that have something to say, in the order of the page."""
    found = (
        _blocked(today), _decisions(today), _signoffs(today), _watermelons(today), _breaches(today),
        _changes(today, yesterday), _precision(today),
    )  # fmt: skip
    return [part for part in found if part.lines or part.nothing]


# Blocked paths


def merged_blockers(assessment: Assessment) -> list[tuple[Blocker, tuple[str, ...]]]:
    """Return every blocker once, dearest first, with the titles of all objectives that it moves."""
    found: dict[str, tuple[Blocker, list[str]]] = {}
    for chain in assessment.chains:
        for blocker in chain.blockers:
            known = found.get(blocker.subject)
            titles = known[1] if known else []
            if chain.title not in titles:
                titles.append(chain.title)
            best = blocker if known is None or blocker.leverage_days > known[0].leverage_days else known[0]
            found[blocker.subject] = (best, titles)
    dear = {b.subject: b.cost for b in reversed(assessment.breaches) if b.cost is not None}
    ranked = sorted(found.values(), key=lambda pair: _dearness(pair[0], dear.get(pair[0].subject)))
    return [(blocker, tuple(titles)) for blocker, titles in ranked]


def _dearness(blocker: Blocker, cost: float | None) -> tuple[float, float, float, str]:
    # A breach may be worth what it regains together with others; alone it then has no leverage.
    known = cost if cost is not None and blocker.leverage_days else blocker.cost
    return (-(known or 0.0), -blocker.leverage_days, -blocker.slip_days, blocker.subject)


BLOCKED = Table[Line](
    (
        Column("", lambda line: line.who, "who must act"),
        Column("", lambda line: f"{line.what} [{line.subject}]; {line.says}", "on what", grows=True),
        Column("", lambda line: line.by, "by"),
        Column("", lambda line: line.costs, "costs"),
    ),
    spaced=True,
)


def _blocked(assessment: Assessment) -> Part:
    blockers, due = merged_blockers(assessment), needed(assessment)
    proofs, views = {view.subject: view.proof for view in assessment.dependencies}, signatures.by_id(assessment)
    lines = []
    for blocker, objectives in blockers[:MOST]:
        signed = views.get(proofs.get(blocker.subject, ""))
        proof = f"; {signatures.signature(signed)}" if signed else ""
        since = f" for {days(blocker.blocked_days)}" if blocker.blocked_days else ""
        lines.append(
            Line(
                what=blocker.title,
                subject=", ".join((blocker.subject, *blocker.together)),
                who=blocker.owner_name or name_of(assessment, blocker.owner) or NOBODY,
                by=None if blocker.together else due.get(blocker.subject),
                days=blocker.leverage_days,
                at_least=blocker.at_least,
                cost=blocker.cost if delay_currency(assessment) else None,
                day_cost=day_cost(assessment, blocker.subject)[0],
                costs=_worth(blocker, assessment),
                says=f"{blocker.state}{since}; moves {', '.join(objectives)}{proof}",
            )
        )
    nothing, left = "No critical path is blocked.", max(0, len(blockers) - MOST)
    return Part("blocked", "Blocked critical paths, by leverage", lines, nothing, left, table=BLOCKED)


def _worth(blocker: Blocker, assessment: Assessment) -> str:
    """The days that are regained without it, and the money; where alone it regains none, the days that it costs."""
    if blocker.leverage_days:
        gain = days(blocker.leverage_days, blocker.at_least) + jointly(blocker.together)
    else:
        gain = f"slip {days(blocker.slip_days, blocker.at_least)}"
    worth = money(blocker.cost, delay_currency(assessment), blocker.cost_assumed) if blocker.cost else ""
    return listed(gain, worth, daily(assessment, blocker.subject))


# Decisions and signatures


def _decisions(assessment: Assessment) -> Part:
    """The decisions that are owed, worst breach first; not there where none is."""
    owed = [breach for breach in assessment.breaches if breach.life.stage is Stage.OWED]
    note = "What may be decided, with its days: cockpit decide FOLDER ID"
    return Part("decisions", "Decisions owed", [_owed(b) for b in owed[:MOST]], "", max(0, len(owed) - MOST), note)


def _owed(breach: Breach) -> Line:
    owed, says = breach.life.owed, stages.stage_text(breach)
    who, due = (owed.by_name or NOBODY, owed.due) if owed else ("", None)
    return Line(what=f"{breach.id}  {titled(breach)}", subject=breach.subject, who=who, by=due, says=says)


SIGNOFFS = Table[Line](
    (
        Column("", lambda line: line.who, "whose signature"),
        Column("", lambda line: line.number, "waits", right=True),
        Column("", lambda line: f"{line.what} [{line.subject}] {line.says}", "first of them", grows=True),
        Column("", lambda line: line.by, "by"),
    ),
    spaced=True,
)


def _signoffs(assessment: Assessment) -> Part:
    def owner(signoff: SignOff) -> str:
        return signoff.owner_name or name_of(assessment, signoff.owner) or NOBODY

    pending = [signoff for signoff in assessment.signoffs if Meaning.DECIDED not in signoff.meanings]
    groups = [(who, list(group)) for who, group in groupby(sorted(pending, key=owner), key=owner)]
    places = {breach.subject: place for place, breach in reversed(list(enumerate(assessment.breaches)))}
    last = len(assessment.breaches)

    def urgency(signoff: SignOff) -> tuple[int, bool, date, str]:
        return places.get(signoff.subject, last), signoff.due is None, signoff.due or date.max, signoff.subject

    for _, waiting in groups:
        waiting.sort(key=urgency)
    # Whoever can clear the worst breach with a signature comes first.
    groups.sort(key=lambda pair: (urgency(pair[1][0]), pair[0]))
    lines = [_waiting(who, waiting) for who, waiting in groups[:MOST]]
    heading, left = "Sign-offs waited for, by owner", max(0, len(groups) - MOST)
    return Part("signoffs", heading, lines, "None.", left, _asked(assessment), SIGNOFFS)


def _waiting(who: str, waiting: Sequence[SignOff]) -> Line:
    first = waiting[0]
    says = " or ".join(meaning.value for meaning in first.meanings) or first.command
    says += "" if first.enrolled or not (first.owner and first.entitled) else "; has no key yet"
    return Line(what=first.title, subject=first.subject, who=who, by=first.due, number=len(waiting), says=says)


def _asked(assessment: Assessment) -> str:
    """Say who was asked for signatures this week and how often, most asked first; nothing where nobody was."""
    found = [view for view in assessment.asked if view.this_week]
    named = ", ".join(f"{one_line(view.person_name)} {view.this_week}" for view in found[:MOST])
    more = f" and {len(found) - MOST:,} more" if len(found) > MOST else ""
    return f"Asked this week: {named}{more}." if found else ""


# Reports


def _watermelons(assessment: Assessment) -> Part:
    found = {project.record.id: project for project in assessment.projects if project.watermelon}
    # What is late only because of another project that stands here too is told with that one.
    roots = [view for view in found.values() if view.root not in found]
    views = signatures.by_id(assessment)
    lines = []
    for root in roots[:MOST]:
        head = f"{one_line(root.record.title)}: reported {one_line(root.reported)}, computed {root.status.value}"
        with_it = [one_line(view.record.title) for view in found.values() if view.root == root.record.id]
        more = f" and {len(with_it) - MOST:,} more" if len(with_it) > MOST else ""
        late = f"; and because of it {', '.join(with_it[:MOST])}{more}" if with_it else ""
        says = f"{_why(root, views)}{late}"
        lines.append(Line(what=head, subject=f"project:{root.record.id}", who=root.owner_name, says=says))
    return Part("watermelons", "Reported green, computed worse", lines, "None.", max(0, len(roots) - MOST))


def _why(view: ProjectView, views: Mapping[str, StatementView]) -> str:
    basis = {Basis.EVIDENCE: "on evidence", Basis.UNPROVEN: "unproven"}.get(view.basis, "")
    # The page has no room for places in files; check names them.
    reason = signatures.cited(replace(view.reasons[0], origin=None), views) if view.reasons else ""
    return "; ".join(part for part in (basis, reason) if part)


def _breaches(assessment: Assessment) -> Part:
    severities = Counter(breach.severity for breach in assessment.breaches)
    codes = Counter(breach.code for breach in assessment.breaches)
    head = ", ".join(f"{severities[severity]:,} {severity}" for severity in Severity if severities[severity])
    counts = ", ".join(f"{code} {number:,}" for code, number in codes.items())
    lines = [Line(what=head, number=len(assessment.breaches), says=counts)] if codes else []
    note = "Each with who must act: cockpit check FOLDER" if codes else ""
    return Part("breaches", "Breaches, worst first", lines, "None.", note=note)


# Changes


def _changes(today: Assessment, yesterday: Assessment | None) -> Part:
    if yesterday is None:
        return Part("changes", "Since yesterday", (), "Nothing was known the day before.")
    lines = [*_breach_changes(today, yesterday), *_status_changes(today, yesterday)]
    heading, most = f"Since {yesterday.today.isoformat()}", 2 * MOST
    return Part("changes", heading, lines[:most], "Nothing changed.", max(0, len(lines) - most))


def _breach_changes(today: Assessment, yesterday: Assessment) -> list[Line]:
    before = {breach.key: breach for breach in yesterday.breaches}
    now = {breach.key: breach for breach in today.breaches}
    raised = [breach for key, breach in now.items() if key not in before]
    cleared = [breach for key, breach in before.items() if key not in now]
    return [
        *(Line(what=f"+ {_named(b)}", subject=b.subject, who=b.owner_name, says=who_acts(b, today)) for b in raised),
        *(Line(what=f"- {_named(b)}", subject=b.subject, says="cleared") for b in cleared),
    ]


def _named(breach: Breach) -> str:
    return f"{breach.code} {titled(breach)}"


def _status_changes(today: Assessment, yesterday: Assessment) -> list[Line]:
    before = {view.record.id: view for view in yesterday.projects}
    views = signatures.by_id(today)
    lines, moved = [], []
    for view in today.projects:
        old, title = before.get(view.record.id), one_line(view.record.title)
        if old is None:
            continue
        if old.status is not view.status:
            what = f"{title}: {old.status.value} → {view.status.value}"
            lines.append(Line(what=what, subject=f"project:{view.record.id}", says=_why(view, views)))
        elif old.computed_finish != view.computed_finish and view.status is not Status.COMPLETE:
            moved.append(f"{title} {day(old.computed_finish) or 'unknown'} → {day(view.computed_finish) or 'unknown'}")
    if moved:
        more = f", and {len(moved) - MOST:,} more" if len(moved) > MOST else ""
        says = ", ".join(moved[:MOST]) + more
        lines.append(Line(what=f"Computed finishes that moved: {len(moved):,}", number=len(moved), says=says))
    return lines


def _precision(today: Assessment) -> Part:
    entries, left_out = precision.entries(today.precision)
    lines = [Line(what=head, says=says) for head, says in entries]
    nothing = "" if lines else "Nothing has come to its end yet: no promise, no baseline, no finish."
    return Part("precision", "Precision of outcomes", lines, nothing, left_out if lines else 0)
