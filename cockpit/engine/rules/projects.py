"""Projects: late, over budget, claimed but not validated, or not to be judged at all."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from cockpit.engine.case import Case
from cockpit.engine.path.lateness import Finding
from cockpit.engine.rules.base import Family, breach
from cockpit.records.assessment import Breach, Reason
from cockpit.records.model import WorkItem
from cockpit.records.verdicts import Basis, Severity, Status

RULES = Family("projects")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


@RULES.rule(
    "FINISH-LATE", tolerance="policy.finish_tolerance_days", clears="the computed finish is back within tolerance"
)
def late(case: Case) -> Iterable[Breach]:
    """Is the computed finish later than the baseline by more than tolerance, for a reason of the project's own?"""
    for project_id, judgement in case.judgements.items():
        # What is claimed done asks for its validation (MILESTONE-UNVALIDATED): nobody can make it come earlier.
        claimed = case.milestones.claims_done(case.facts.projects[project_id])
        for finding in () if claimed else judgement.own("FINISH-LATE"):
            tolerance = case.facts.time_tolerance(project_id)
            yield breach(
                case,
                "FINISH-LATE",
                f"project:{project_id}",
                f"{case.facts.names[project_id]}: {_how_late(case, project_id)} after its baseline",
                f"it is computed to finish within {tolerance} days of its baseline, or its sponsor signs another",
                severity=Severity.MAJOR,
                basis=finding.basis,
                owner=case.facts.owner_of_project(project_id),
                project=project_id,
                reasons=(finding.reason,),
                slip_days=judgement.slip_days,
            )


def _how_late(case: Case, project: str) -> str:
    judgement, baseline = case.judgements[project], case.facts.baseline(project)
    if judgement.slip_days is None and baseline is not None:  # no finish can be computed, and the day has passed
        return f"is not finished {_days((case.facts.today - baseline).days)}"
    return f"finishes {'at least ' if judgement.at_least else ''}{_days(int(judgement.slip_days or 0))}"


def _days(number: int) -> str:
    return f"{number} day{'s' if number != 1 else ''}"


@RULES.rule(
    "FORECAST-LATE",
    tolerance="policy.finish_tolerance_days, SPI(t) up to 0.8, policy.silence_days working days behind",
    clears="its pace takes it to its baseline again, or its sponsor signs another",
)
def forecast(case: Case) -> Iterable[Breach]:
    """Does the pace so far, by earned schedule, take a project beyond tolerance that is computed to be in time?"""
    for project_id, judgement in case.judgements.items():
        for finding in () if judgement.own("FINISH-LATE") else judgement.own("FORECAST-LATE"):
            yield breach(
                case,
                "FORECAST-LATE",
                f"project:{project_id}",
                f"{case.facts.names[project_id]}: its pace so far does not take it to its baseline",
                "it has caught up with its plan, or its sponsor signs another baseline",
                severity=Severity.MAJOR,
                basis=finding.basis,
                owner=case.facts.owner_of_project(project_id),
                project=project_id,
                reasons=(finding.reason,),
            )


@RULES.rule(
    "COST-OVER", tolerance="policy.cost_tolerance_percent", clears="the forecast is back within tolerance of the budget"
)
def cost(case: Case) -> Iterable[Breach]:
    """Is the forecast cost higher than the budget by more than tolerance?"""
    for project_id, judgement in case.judgements.items():
        for finding in judgement.own("COST-OVER"):
            yield breach(
                case,
                "COST-OVER",
                f"project:{project_id}",
                f"{case.facts.names[project_id]}: {finding.reason.text}",
                "its forecast cost is back within tolerance of its budget",
                severity=Severity.MAJOR,
                basis=finding.basis,
                owner=case.facts.first_person(
                    case.facts.sponsor_of(project_id), case.facts.owner_of_project(project_id)
                ),
                project=project_id,
                reasons=(finding.reason,),
            )


@RULES.rule("MILESTONE-UNVALIDATED", tolerance="none", clears="the acceptor validates it, over its acceptance text")
def unvalidated(case: Case) -> Iterable[Breach]:
    """Is a milestone or a project's finish claimed done that nobody but its deliverer calls done?

    Critical milestones that nobody waits for by name are one breach a project.
    """
    for project_id, judgement in case.judgements.items():
        findings = {f.subject: f for f in reversed(judgement.own("MILESTONE-UNVALIDATED"))}
        named: list[tuple[WorkItem, Finding]] = []
        critical: list[tuple[WorkItem, Finding]] = []
        for subject, finding in findings.items():
            item = case.facts.item(subject)
            # That the evidence of a validation is gone is asked once, of whoever signed it (EVIDENCE-LOST).
            if item is not None and not (finding.basis is Basis.UNPROVEN and case.milestones.has_lost(subject)):
                waited = case.facts.is_finish(subject) or case.milestones.is_named(item)
                (named if waited else critical).append((item, finding))
        yield from (_unvalidated(case, project_id, item, finding) for item, finding in named)
        if critical:
            yield _critical(case, project_id, critical)


def _critical(case: Case, project_id: str, claimed: Sequence[tuple[WorkItem, Finding]]) -> Breach:
    count = "a critical milestone is" if len(claimed) == 1 else f"{len(claimed):,} critical milestones are"
    seat = case.ledger.validator(claimed[0][0])
    return breach(
        case,
        "MILESTONE-UNVALIDATED",
        f"project:{project_id}",
        f"{case.facts.names[project_id]}: {count} claimed done, and nobody has validated that",
        f"{seat.person.name if seat.person else 'an acceptor, who must be named,'} signs them validated, with evidence",
        severity=Severity.MINOR,
        basis=Basis.UNPROVEN,
        owner=seat.person.id if seat.person else case.facts.owner_of_project(project_id),
        project=project_id,
        reasons=tuple(finding.reason for _, finding in claimed[:20]),
    )


def _unvalidated(case: Case, project_id: str, item: WorkItem, finding: Finding) -> Breach:
    seat = case.ledger.validator(item)
    who = seat.person.name if seat.person else "its acceptor"
    open_ = finding.basis is Basis.EVIDENCE
    clears = f"{who} signs it validated" + (f": {item.acceptance}" if item.acceptance else "")
    reasons = (finding.reason, Reason("it is claimed done in its source; who delivers never validates", item.origin))
    return breach(
        case,
        "MILESTONE-UNVALIDATED",
        f"milestone:{item.id}",
        f"{item.title.removesuffix(': finish')}: claimed done" + (" while work of it is open" if open_ else ""),
        f"its open work is done, and {clears}" if open_ else clears,
        severity=Severity.MAJOR,
        basis=finding.basis,
        owner=seat.person.id if seat.person else case.facts.owner_of_project(project_id),
        project=project_id,
        reasons=reasons if seat.person else (*reasons, Reason(seat.problem)),
    )


@RULES.rule("STATUS-UNKNOWN", tolerance="policy.silence_days", clears="the projects have what they lack")
def unknown(case: Case) -> Iterable[Breach]:
    """Are there projects of which nothing true can be said? One breach per cause, not one per project."""
    causes: dict[str, list[str]] = defaultdict(list)
    for project_id, judgement in case.judgements.items():
        if judgement.status is Status.UNKNOWN:
            causes[_DATE.sub("…", judgement.findings[0].reason.text)].append(project_id)
    for cause, ids in causes.items():
        first = ids[0]
        many = f"{len(ids):,} projects" if len(ids) > 1 else case.facts.names[first]
        yield breach(
            case,
            "STATUS-UNKNOWN",
            f"projects:{cause}",
            f"{many} can't be judged: {cause}",
            "they can be judged: each has a baseline, a computed finish and movement",
            severity=Severity.MINOR,
            basis=Basis.UNPROVEN,
            owner=case.facts.owner_of_project(first),
            project=first if len(ids) == 1 else "",
            reasons=tuple(
                Reason(f"{case.facts.names[i]}: {case.judgements[i].reasons[0].text}", case.facts.projects[i].origin)
                for i in ids[:20]
            ),
        )
