"""One judgement of a project from two: by all sources, and by the official ones alone. Whatever either finds counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from cockpit.engine.path.lateness import Finding
from cockpit.engine.status import Judgement, rank
from cockpit.records.assessment import Reason
from cockpit.records.verdicts import SEVERITY_ORDER

ALONE = "by the official source alone: "
"""What begins a reason that stands only while no other source is heard."""


def worse_of(judgement: Judgement, official: Judgement) -> Judgement:
    """What all sources together say of a project, and besides whatever the official ones alone find wrong."""
    findings = tuple(sorted([*_kept(judgement, official), *_added(judgement, official)], key=rank))
    if not findings:
        greener = SEVERITY_ORDER.index(official.status) < SEVERITY_ORDER.index(judgement.status)
        return replace(judgement, status=official.status, reasons=official.reasons) if greener else judgement
    first = findings[0]
    worst = [f for f in findings if (f.status, f.basis) == (first.status, first.basis)]
    later = official.finish is not None and (judgement.finish is None or official.finish > judgement.finish)
    return replace(
        judgement,
        status=first.status,
        basis=first.basis,
        findings=findings,
        reasons=tuple(dict.fromkeys(f.reason for f in findings)),
        root=worst[0].root if all(f.root for f in worst) else "",
        finish=official.finish if later and judgement.finish is not None else judgement.finish,
        at_least=official.at_least if later else judgement.at_least,
    )


def _kept(judgement: Judgement, official: Judgement) -> Iterable[Finding]:
    """What all sources find, save where the official ones alone find the same worse."""
    return (f for f in judgement.findings if not any(_same(f, g) and _worse(g, f) for g in official.findings))


def _added(judgement: Judgement, official: Judgement) -> Iterable[Finding]:
    """What the official sources alone find, and all together not, or not as bad."""
    for finding in official.findings:
        if not any(_same(finding, g) and not _worse(finding, g) for g in judgement.findings):
            yield replace(finding, reason=Reason(ALONE + finding.reason.text, finding.reason.origin))


def _same(one: Finding, other: Finding) -> bool:
    return (one.code, one.root, one.subject) == (other.code, other.root, other.subject)


def _worse(one: Finding, other: Finding) -> bool:
    return rank(one) < rank(other)
