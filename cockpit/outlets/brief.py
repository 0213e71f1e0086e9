"""`cockpit brief`: the one page that a lead needs in the morning, as plain text or markdown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from cockpit import edited, signatures, stages
from cockpit.amounts import delay_currency
from cockpit.assessment import Assessment, Blocker, Breach, ProjectView, SignOff, StatementView
from cockpit.model import Meaning
from cockpit.outlets import precision
from cockpit.outlets.check import cost_of, titled, who_acts
from cockpit.outlets.plain import WIDTH, count, day, days, money, name_of, wrap
from cockpit.text import one_line
from cockpit.verdicts import Basis, Severity, Stage, Status

MOST = 5
"""Rows shown under a heading; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and its entries; an entry is a sentence and its details."""

    heading: str
    entries: tuple[tuple[str, str], ...]
    nothing: str = ""
    left_out: int = 0
    note: str = ""
    """One line more, after the entries."""


def brief(today: Assessment, yesterday: Assessment | None = None, *, markdown: bool = False, width: int = WIDTH) -> str:
    """Return the page for `today`, compared with `yesterday`. Plain lines are at most `width` cells wide."""
    title = f"{today.title or today.portfolio} · {today.today.isoformat()} · {today.status.upper()}"
    sections = [
        _blocked(today),
        _decisions(today),
        _signoffs(today),
        _watermelons(today),
        _other_breaches(today),
        _changes(today, yesterday),
        _precision(today),
    ]
    render = _markdown if markdown else _plain
    return render(title, worst_thing(today), [s for s in sections if s.entries or s.nothing], today, width)


def worst_thing(assessment: Assessment) -> str:
    """Return the first breach as one sentence: who must act, on what, and what it costs."""
    if not assessment.breaches:
        return "Nothing to report: no rule is broken."
    first = assessment.breaches[0]
    who = first.owner_name or name_of(assessment, first.owner)
    act = f"{who} must act" if who else "Nobody is named who can act"
    due = next((view.record.needed_by for view in assessment.dependencies if view.subject == first.subject), None)
    facts = (
        needed_by(due, assessment.today) if due else "",
        cost_of(first, delay_currency(assessment)),
        stages.stage_text(first),
    )
    more = "".join(f"; {fact.rstrip('.')}" for fact in facts if fact)
    return one_line(f"{act}: {titled(first)}{more}.", 2000)


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


def _blocked(assessment: Assessment) -> Section:
    blockers = merged_blockers(assessment)
    needed = {view.subject: view.record.needed_by for view in assessment.dependencies}
    proofs, views = {view.subject: view.proof for view in assessment.dependencies}, signatures.by_id(assessment)
    entries = []
    for blocker, objectives in blockers[:MOST]:
        who = blocker.owner_name or name_of(assessment, blocker.owner) or "nobody named"
        cost = money(blocker.cost, delay_currency(assessment), blocker.cost_assumed)
        gain = days(blocker.leverage_days, blocker.at_least) + (" together" if blocker.together else "")
        slip = days(blocker.slip_days, blocker.at_least)
        leverage = f"leverage {gain}" if blocker.leverage_days else ""
        price = ", ".join(p for p in (leverage, f"slip {slip}", cost) if p)
        detail = f"{who} must act; {_state(blocker, needed.get(blocker.subject), assessment.today)}; {price}; moves "
        signed = views.get(proofs.get(blocker.subject, ""))
        proof = f"; {signatures.signature(signed)}" if signed else ""
        subjects = ", ".join((blocker.subject, *blocker.together))
        entries.append((f"{blocker.title} [{subjects}]", f"{detail}{', '.join(objectives)}{proof}"))
    nothing = "No critical path is blocked."
    return Section("Blocked critical paths, by leverage", tuple(entries), nothing, max(0, len(blockers) - MOST))


def needed_by(needed: date, today: date) -> str:
    """By when something is needed, or was."""
    return f"{'was needed' if needed < today else 'needed'} by {day(needed)}"


def _state(blocker: Blocker, needed: date | None, today: date) -> str:
    """In which state a blocker is, and since or by when that hurts."""
    if needed is not None and not blocker.together:
        return f"{blocker.state}, {needed_by(needed, today)}"
    return f"{blocker.state} for {days(blocker.blocked_days)}" if blocker.blocked_days else blocker.state


def _decisions(assessment: Assessment) -> Section:
    """The decisions that are owed, worst breach first; not there where none is."""
    owed = [breach for breach in assessment.breaches if breach.life.stage is Stage.OWED]
    entries = tuple((f"{b.id}  {titled(b)}", stages.stage_text(b)) for b in owed[:MOST])
    note = "What may be decided, with its days: cockpit decide FOLDER ID"
    return Section("Decisions owed", entries, "", max(0, len(owed) - MOST), note)


def _signoffs(assessment: Assessment) -> Section:
    def owner(signoff: SignOff) -> str:
        return signoff.owner_name or name_of(assessment, signoff.owner) or "nobody named"

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
    entries = []
    for who, waiting in groups[:MOST]:
        first = waiting[0]
        due = f" (due {day(first.due)})" if first.due else ""
        more = f"; and {len(waiting) - 1} more" if len(waiting) > 1 else ""
        meanings = " or ".join(meaning.value for meaning in first.meanings) or first.command
        no_key = "" if first.enrolled or not (first.owner and first.entitled) else "; has no key yet"
        entries.append((f"{who}: {len(waiting)}", f"{first.title} [{first.subject}] {meanings}{due}{more}{no_key}"))
    left_out = max(0, len(groups) - MOST)
    return Section("Sign-offs waited for, by owner", tuple(entries), "None.", left_out, _asked(assessment))


def _asked(assessment: Assessment) -> str:
    """Say who was asked for signatures this week and how often, most asked first; nothing where nobody was."""
    found = [view for view in assessment.asked if view.this_week]
    named = ", ".join(f"{one_line(view.person_name)} {view.this_week}" for view in found[:MOST])
    more = f" and {len(found) - MOST} more" if len(found) > MOST else ""
    return f"Asked this week: {named}{more}." if found else ""


def _watermelons(assessment: Assessment) -> Section:
    found = {project.record.id: project for project in assessment.projects if project.watermelon}
    # What is late only because of another project that stands here too is told with that one.
    roots = [view for view in found.values() if view.root not in found]
    views = signatures.by_id(assessment)
    entries = []
    for root in roots[:MOST]:
        title = one_line(root.record.title)
        head = f"{title}: reported {one_line(root.reported)}, computed {root.status.value}"
        with_it = [one_line(view.record.title) for view in found.values() if view.root == root.record.id]
        more = f" and {len(with_it) - MOST} more" if len(with_it) > MOST else ""
        late = f"; and because of it {', '.join(with_it[:MOST])}{more}" if with_it else ""
        entries.append((head, f"{_why(root, views)}{late}"))
    return Section("Reported green, computed worse", tuple(entries), "None.", max(0, len(roots) - MOST))


def _why(view: ProjectView, views: Mapping[str, StatementView]) -> str:
    basis = {Basis.EVIDENCE: "on evidence", Basis.UNPROVEN: "unproven"}.get(view.basis, "")
    # The page has no room for places in files; check names them.
    reason = signatures.cited(replace(view.reasons[0], origin=None), views) if view.reasons else ""
    return "; ".join(part for part in (basis, reason) if part)


def _other_breaches(assessment: Assessment) -> Section:
    severities = Counter(breach.severity for breach in assessment.breaches)
    codes = Counter(breach.code for breach in assessment.breaches)
    head = ", ".join(f"{severities[severity]} {severity}" for severity in Severity if severities[severity])
    counts = ", ".join(f"{code} {number}" for code, number in codes.items())
    note = "Each with what clears it: cockpit check FOLDER" if codes else ""
    return Section("Breaches, worst first", ((head, counts),) if codes else (), "None.", note=note)


def _changes(today: Assessment, yesterday: Assessment | None) -> Section:
    if yesterday is None:
        return Section("Since yesterday", (), "Nothing was known the day before.")
    entries = [*_breach_changes(today, yesterday), *_status_changes(today, yesterday)]
    heading = f"Since {yesterday.today.isoformat()}"
    return Section(heading, tuple(entries[: 2 * MOST]), "Nothing changed.", max(0, len(entries) - 2 * MOST))


def _breach_changes(today: Assessment, yesterday: Assessment) -> list[tuple[str, str]]:
    before = {breach.key: breach for breach in yesterday.breaches}
    now = {breach.key: breach for breach in today.breaches}
    raised = [breach for key, breach in now.items() if key not in before]
    cleared = [breach for key, breach in before.items() if key not in now]
    return [(f"+ {_named(b)}", who_acts(b, today)) for b in raised] + [(f"- {_named(b)}", "cleared") for b in cleared]


def _precision(today: Assessment) -> Section:
    entries, left_out = precision.entries(today.precision)
    nothing = "Nothing has come to its end yet: no promise, no baseline, no finish." if not entries else ""
    return Section("Precision of outcomes", entries, nothing, left_out if entries else 0)


def _named(breach: Breach) -> str:
    return f"{breach.code} {titled(breach)}"


def _status_changes(today: Assessment, yesterday: Assessment) -> list[tuple[str, str]]:
    before = {view.record.id: view for view in yesterday.projects}
    views = signatures.by_id(today)
    entries, moved = [], []
    for view in today.projects:
        old, title = before.get(view.record.id), one_line(view.record.title)
        if old is None:
            continue
        if old.status is not view.status:
            entries.append((f"{title}: {old.status.value} → {view.status.value}", _why(view, views)))
        elif old.computed_finish != view.computed_finish and view.status is not Status.COMPLETE:
            moved.append(f"{title} {day(old.computed_finish) or 'unknown'} → {day(view.computed_finish) or 'unknown'}")
    if moved:
        more = f", and {len(moved) - MOST} more" if len(moved) > MOST else ""
        entries.append((f"Computed finishes that moved: {len(moved)}", ", ".join(moved[:MOST]) + more))
    return entries


def _notes(today: Assessment) -> list[str]:
    """What stands under the title: a policy that is looser than the default, and how long decisions take."""
    notes = [f"Policy: {note}" for note in signatures.policy_notes(today)]
    notes += [f"Edited: {note}" for note in [edited.note(today)] if note]
    decisions = stages.decisions_text(today)
    return [*notes, f"Decisions: {decisions}"] if decisions else notes


def _plain(title: str, worst: str, sections: list[Section], today: Assessment, width: int) -> str:
    lines = [*wrap(title, width, rest="  "), *wrap(worst, width)]
    for note in _notes(today):
        lines += wrap(note, width, rest="  ")
    for section in sections:
        lines += ["", *wrap(section.heading, width)]
        for number, (head, detail) in enumerate(section.entries, 1):
            lines += wrap(head, width, first=f"{number:>3}. ")
            lines += wrap(detail, width, first="     ") if detail else []
        lines += [f"     {section.nothing}"] if not section.entries else []
        lines += [f"     and {section.left_out} more"] if section.left_out else []
        lines += wrap(section.note, width, first="     ") if section.note else []
    return "\n".join(lines) + "\n"


def _markdown(title: str, worst: str, sections: list[Section], today: Assessment, _width: int) -> str:
    lines = [f"# {escape(title)}", "", escape(worst)]
    lines += ["", *(f"*{escape(note)}*" for note in _notes(today))]
    for section in sections:
        lines += ["", f"## {escape(section.heading)}", ""]
        for head, detail in section.entries:
            lines.append(f"- **{escape(head)}**" + (f": {escape(detail)}" if detail else ""))
        lines += [section.nothing] if not section.entries else []
        lines += [f"- and {count(section.left_out, 'more', 'more')}"] if section.left_out else []
        lines += ["", escape(section.note)] if section.note else []
    return "\n".join(lines) + "\n"


def escape(text: str) -> str:
    """Return text that Markdown and HTML show as it is."""
    text = one_line(text, 4000).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return "".join("\\" + c if c in "\\`*_{}[]#|~!" else c for c in text)
