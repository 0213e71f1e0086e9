"""The sources themselves: files that cannot be read, rows that were refused, statements that do not hold."""

from __future__ import annotations

from collections.abc import Iterable

from cockpit.assessment import Breach, Reason
from cockpit.engine.case import Case
from cockpit.engine.rules.base import Family, breach
from cockpit.verdicts import Basis, Severity, Verdict

RULES = Family("sources")
_SHOWN = 20


def _steward(case: Case) -> str:
    return case.facts.first_person(case.facts.snapshot.portfolio.steward)


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
                f"source:{source.path}",
                f"{source.path} can't be read: {why}",
                f"the file can be read again; {until}",
                severity=Severity.MAJOR,
                basis=Basis.UNPROVEN,
                owner=_steward(case),
                reasons=tuple(Reason(p.message, p.origin) for p in source.problems[:_SHOWN]),
            )


@RULES.rule("SOURCE-ROWS", tolerance="none", clears="the rows are corrected in their file")
def rows(case: Case) -> Iterable[Breach]:
    """Were rows of a source refused? One breach per file."""
    for source in case.facts.snapshot.sources:
        if source.problems and not source.failed:
            count = len(source.problems)
            many = f"{count} problems" if count > 1 else "1 problem"
            yield breach(
                case,
                "SOURCE-ROWS",
                f"source:{source.path}",
                f"{source.path}: {many}, the first: {source.problems[0].message}",
                "the rows are corrected in their file",
                severity=Severity.MINOR,
                basis=Basis.UNPROVEN,
                owner=_steward(case),
                reasons=tuple(
                    Reason(f"{p.column}: {p.message}" if p.column else p.message, p.origin)
                    for p in source.problems[:_SHOWN]
                ),
            )


@RULES.rule("STATEMENT-INVALID", tolerance="none", clears="nothing: a rejected statement stays on record")
def statements(case: Case) -> Iterable[Breach]:
    """Is there a statement whose signature does not hold, or whose signer may not say it? Forgery is news."""
    for view in case.ledger.views:
        if view.verdict in (Verdict.INVALID, Verdict.NOT_ENTITLED):
            yield breach(
                case,
                "STATEMENT-INVALID",
                f"statement:{view.record.id[:12]}",
                f"A statement by {view.signer_name or 'nobody'} does not count: {view.why}",
                "the statement is taken out of the portfolio folder, or signed again by who may",
                severity=Severity.MAJOR,
                basis=Basis.UNPROVEN,
                owner=_steward(case),
                reasons=(Reason(view.why, None, view.record.id),),
            )
