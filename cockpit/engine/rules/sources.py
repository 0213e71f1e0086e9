"""The sources themselves: files that cannot be read, rows that were refused, statements that do not hold."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from cockpit.engine.case import Case
from cockpit.engine.rules.base import Family, breach
from cockpit.records.assessment import Breach, Reason, StatementView
from cockpit.records.verdicts import Basis, Severity, Verdict
from cockpit.wording import signatures

RULES = Family("sources")
NEWS = timedelta(days=30)
"""How long a statement that was rejected when it came in is news."""
_SHOWN = 20


@RULES.rule("SOURCE-FAILED", tolerance="none", clears="the file can be read again")
def failed(case: Case) -> Iterable[Breach]:
    """Is there a source that cannot be read as it is now, so that its last good version counts?"""
    for source in case.facts.snapshot.sources:
        if source.failed:
            why = source.problems[0].message if source.problems else "it cannot be read"
            until = "until then its last good version counts" if source.rows else "nothing of it is known until then"
            yield breach(
                case,
                "SOURCE-FAILED",
                f"source:{source.name}",
                f"{source.path} can't be read: {why}",
                f"the file can be read again; {until}",
                severity=Severity.MAJOR,
                basis=Basis.UNPROVEN,
                owner=case.facts.steward,
                reasons=tuple(Reason(p.message, p.origin) for p in source.problems[:_SHOWN]),
            )


@RULES.rule("SOURCE-ROWS", tolerance="none", clears="the rows are corrected in their file")
def rows(case: Case) -> Iterable[Breach]:
    """Were rows of a source refused? One breach per file."""
    for source in case.facts.snapshot.sources:
        if source.problems and not source.failed:
            count = len(source.problems)
            many = f"{count:,} problems" if count > 1 else "1 problem"
            yield breach(
                case,
                "SOURCE-ROWS",
                f"source:{source.name}",
                f"{source.path}: {many}, the first: {source.problems[0].message}",
                "the rows are corrected in their file",
                severity=Severity.MINOR,
                basis=Basis.UNPROVEN,
                owner=case.facts.steward,
                reasons=tuple(
                    Reason(f"{p.column}: {p.message}" if p.column else p.message, p.origin)
                    for p in source.problems[:_SHOWN]
                ),
            )


@RULES.rule("STATEMENT-INVALID", tolerance="none", clears="it stands; of one that never stood 30 days pass")
def statements(case: Case) -> Iterable[Breach]:
    """Is there a statement whose signature does not hold, or whose signer may not say it? Forgery is news."""
    aside = case.facts.snapshot.aside
    for view in case.ledger.views:
        if view.verdict not in (Verdict.INVALID, Verdict.NOT_ENTITLED):
            continue
        came = aside.get(view.record.id)
        if came is None or case.facts.today - came <= NEWS:
            yield breach(
                case,
                "STATEMENT-INVALID",
                f"statement:{view.record.id[:12]}",
                f"A statement in the name of {view.signer_name or 'nobody'} does not count: {view.why}",
                f"it counts after all, as once what it follows is here, or {NEWS.days} days have passed"
                if came
                else "it counts after all, or who may say it signs it",
                severity=Severity.MAJOR,
                basis=Basis.UNPROVEN,
                owner=case.facts.steward,
                reasons=(Reason(view.why, None, view.record.id),),
            )


@RULES.rule("LEDGER-MISSING", tolerance="none", clears="they are put back: cockpit verify FOLDER --repair")
def missing(case: Case) -> Iterable[Breach]:
    """Does the shared ledger lack statements that this user has seen in it? They count here all the same."""
    lacking = case.facts.snapshot.missing
    if lacking:
        views = {view.record.id: view for view in case.ledger.views}
        many = f"{len(lacking):,} statements" if len(lacking) > 1 else "a statement"
        yield breach(
            case,
            "LEDGER-MISSING",
            "ledger:shared",
            f"The shared ledger lacks {many} that you have seen in it",
            "they are put back: cockpit verify FOLDER --repair (if the folder rightly begins anew: "
            "cockpit ledger forget FOLDER)",
            severity=Severity.CRITICAL,
            basis=Basis.EVIDENCE,
            owner=case.facts.steward,
            reasons=tuple(Reason(_what(views.get(id_)), None, id_) for id_ in lacking[:_SHOWN]),
        )


def _what(view: StatementView | None) -> str:
    if view is None:
        return "missing"
    return " ".join(part for part in (signatures.said(view.meaning), view.subject) if part)
