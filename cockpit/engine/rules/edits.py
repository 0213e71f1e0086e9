"""Edits: plans that were squeezed to keep their date, rows that vanish, goals that move without a signature."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cockpit.basics.text import one_line
from cockpit.engine.case import Case
from cockpit.engine.edits import gains, scopes
from cockpit.engine.edits.compression import MOST
from cockpit.engine.rules.base import Family, breach
from cockpit.records.assessment import Breach, Reason
from cockpit.records.edits import Edit, What
from cockpit.records.verdicts import Basis, Severity
from cockpit.trust.obligations import scope_subject

RULES = Family("edits")
_ANY = "it is as it was, or the sponsor signs the edits"


def _raise(
    case: Case, code: str, scope: str, title: str, severity: Severity, basis: Basis, reasons: Sequence[Reason]
) -> Breach:
    """A breach of whoever signs the edits of a scope."""
    facts, project = case.facts, scope if scope in case.facts.projects else ""
    seat = scopes.seat_of(facts, scope)
    person = seat.person if seat is not None else None
    who = person.name if person is not None else "whoever answers for it, who must be named,"
    more = (Reason(f"and {len(reasons) - MOST:,} more"),) if len(reasons) > MOST else ()
    command = f"cockpit sign FOLDER {one_line(scope_subject(scope), 80)} confirmed"
    return breach(
        case,
        code,
        scope_subject(scope),
        title,
        f"it is as it was before, or {who} signs the edits ({command})",
        severity=severity,
        basis=basis,
        owner=person.id if person is not None else facts.owner_of_project(project),
        project=project,
        objective=scope if scope in facts.objectives else "",
        reasons=(*reasons[:MOST], *more),
    )


def _name(case: Case, scope: str) -> str:
    gone = case.facts.edits.gone_projects.get(scope) or case.facts.edits.gone_objectives.get(scope)
    return case.facts.names.get(scope) or (gone.title if gone is not None else "") or "The portfolio"


@RULES.rule("PLAN-COMPRESSED", tolerance="policy.finish_tolerance_days", clears=_ANY)
def compressed(case: Case) -> Iterable[Breach]:
    """Does a finish stay within tolerance only because durations, work or links of its first plan were taken out?"""
    for project, judgement in case.judgements.items():
        found = case.compression.of(case.facts.projects[project]) if judgement.own("PLAN-COMPRESSED") else None
        if found is not None:
            late = (found.first - found.baseline).days
            title = f"{_name(case, project)}: by its first plan it finishes {late} days after its baseline"
            reasons = (Reason(found.text, case.facts.projects[project].origin), *found.edits)
            yield _raise(case, "PLAN-COMPRESSED", project, title, Severity.MAJOR, Basis.EVIDENCE, reasons)


@RULES.rule("ROWS-VANISHED", tolerance="none; work that other work took over is not gone", clears=_ANY)
def vanished(case: Case) -> Iterable[Breach]:
    """Did unfinished work, a project, an objective or a KPI disappear from its file, or a milestone that nobody had
    validated? One breach for each project. It is major where more than the work itself went with it."""
    for scope, found in sorted(case.hidden.vanished.items()):
        whole = [edit for edit in found if not edit.subject.startswith("item:")]
        hides = {edit: case.hidden.of(edit) for edit in found if edit not in whole}
        cheaper = case.hidden.cheaper(scope)
        title = f"{_name(case, scope)}: {_gone(scope, whole, found)} disappeared"
        grave = whole or cheaper is not None or any(hides.values())
        rest = sorted(hides, key=lambda edit: not hides[edit])
        reasons = [Reason(edit.text, edit.origin) for edit in whole] + ([cheaper] if cheaper is not None else [])
        reasons += [Reason(f"{edit.text}; {hides[edit]}".removesuffix("; "), edit.origin) for edit in rest]
        severity = Severity.MAJOR if grave else Severity.MINOR
        yield _raise(case, "ROWS-VANISHED", scope, title, severity, Basis.EVIDENCE, reasons)


def _gone(scope: str, whole: Sequence[Edit], found: Sequence[Edit]) -> str:
    if not whole:
        done = sum(edit.what is What.ARCHIVED for edit in found)
        parts = [_counted(len(found) - done, "unfinished item"), _counted(done, "unvalidated milestone")]
        return f"{' and '.join(part for part in parts if part)} of its plan"
    kind, _, name = whole[0].subject.partition(":")
    what = "it" if name == scope else f"{kind} “{one_line(whole[0].was or name, 120)}”"
    return what + (f" and {len(found) - 1:,} more" if len(found) > 1 else "")


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'s' if number > 1 else ''}" if number else ""


@RULES.rule("GOAL-MOVED", tolerance="none", clears=_ANY)
def goals(case: Case) -> Iterable[Breach]:
    """Is a KPI, a budget or an objective met only because its file moved the goal, or lost what it was judged by?"""
    moved, away = gains.moved_goals(case), gains.moved_away(case)
    for scope in sorted(moved.keys() | away.keys()):
        what = "judged better since its file moved the goal"
        if scope not in moved:
            what = "looks better only because what counted against it was moved or taken out"
        title, reasons = f"{_name(case, scope)}: {what}", [*moved.get(scope, ()), *away.get(scope, ())]
        yield _raise(case, "GOAL-MOVED", scope, title, Severity.MAJOR, Basis.EVIDENCE, reasons)


@RULES.rule("DEP-MOVED", tolerance="none", clears=_ANY)
def needs(case: Case) -> Iterable[Breach]:
    """Was an unsettled dependency edited so that a project waits for it no more, or its two teams are one?"""
    for scope, reasons in sorted(gains.moved_needs(case).items()):
        title = f"{_name(case, scope)}: a dependency was edited out of its way"
        yield _raise(case, "DEP-MOVED", scope, title, Severity.MAJOR, Basis.EVIDENCE, reasons)
