"""The critical path: dead, receding, or not computable."""

from __future__ import annotations

from collections.abc import Iterable

from cockpit.engine.case import Case
from cockpit.engine.facts import finish_of
from cockpit.engine.rules.base import Family, breach
from cockpit.engine.scheduling import schedule
from cockpit.records.assessment import Breach, Reason
from cockpit.records.verdicts import Basis, Severity

RULES = Family("paths")
_SHOWN = 20
_LONGEST_CHAIN = 6
"""Steps of a driving chain that a reason names; of a longer one the middle is counted."""


@RULES.rule(
    "PATH-DEAD",
    tolerance="policy.silence_days working days; for work in progress its own duration and a third more, if longer",
    clears="the work moves: its state category, an actual date, or a signature",
)
def dead(case: Case) -> Iterable[Breach]:
    """Has none of the driving work that could be done now moved, up to the latest observation of its source?"""
    for node in case.blockage.silent:
        item = case.woven.network.items[node]
        chain = _chain_text(case, node)
        days = case.blockage.silence.days(node)
        yield breach(
            case,
            "PATH-DEAD",
            f"item:{item.id}",
            f"{item.title}: the critical path stands at it, and it has not moved for {days} working days",
            "it moves, or what it waits for is logged and signed",
            severity=Severity.CRITICAL,
            basis=Basis.EVIDENCE,
            owner=case.facts.owner_of_item(item),
            project=item.project,
            reasons=(case.blockage.silent_reason(node), *([Reason(chain)] if chain else [])),
            blocker=f"item:{item.id}",
        )
    yield from _dead_backlogs(case)


def _dead_backlogs(case: Case) -> Iterable[Breach]:
    """Backlogs that stand still: no single ticket of them is to blame."""
    for project_id in case.woven.backlogs:
        for finding in case.judgements[project_id].own("PATH-DEAD"):
            if finding.subject == finish_of(project_id):
                yield breach(
                    case,
                    "PATH-DEAD",
                    f"project:{project_id}",
                    f"{case.facts.names[project_id]}: {finding.reason.text}",
                    "one of its tickets moves: its state or an actual date",
                    severity=Severity.CRITICAL,
                    basis=finding.basis,
                    owner=case.facts.owner_of_project(project_id),
                    project=project_id,
                    reasons=(finding.reason,),
                )


def _chain_text(case: Case, node: int) -> str:
    """The driving chain that hangs on this node, by title."""
    network, base = case.woven.network, case.woven.base
    for objective in case.facts.objectives.values():
        end = case.blockage.end_of(objective, base)
        chain = schedule.driving_chain(network, base, end) if end is not None else []
        if node in chain:
            titles = [network.items[n].title for n in chain[chain.index(node) :]]
            if len(titles) > _LONGEST_CHAIN:
                titles = [*titles[: _LONGEST_CHAIN - 3], f"{len(titles) - _LONGEST_CHAIN + 1:,} more", *titles[-2:]]
            return f"{objective.title} hangs on it: " + " → ".join(titles)
    return ""


@RULES.rule(
    "PATH-RECEDING",
    tolerance="policy.receding_days_per_day (0.8) days per working day over policy.silence_days",
    clears="the computed finish stops moving away",
)
def receding(case: Case) -> Iterable[Breach]:
    """Does the computed finish move away about as fast as time passes?"""
    for project_id, judgement in case.judgements.items():
        if judgement.own("PATH-DEAD"):
            continue
        for finding in judgement.own("PATH-RECEDING"):
            node = case.woven.finish_node(project_id)
            first = case.blockage.first_open(case.blockage.chain_to(node)) if node is not None else None
            item = case.woven.network.items[first] if first is not None else None
            stands = f"; it stands at “{item.title}”" if item is not None else ""
            yield breach(
                case,
                "PATH-RECEDING",
                f"project:{project_id}",
                f"{case.facts.names[project_id]}: its finish moves away as fast as time passes{stands}",
                "its computed finish stops receding",
                severity=Severity.CRITICAL,
                basis=finding.basis,
                owner=case.facts.owner_of_item(item) if item is not None else case.facts.owner_of_project(project_id),
                project=project_id,
                reasons=(finding.reason,),
                slip_days=judgement.slip_days,
            )


@RULES.rule("NETWORK-CYCLE", tolerance="none", clears="one of the links of the cycle is taken out")
def cycle(case: Case) -> Iterable[Breach]:
    """Do links between work items form a circle, so that nothing in it or after it can be computed?"""
    for members in case.woven.network.cycles:
        items = [case.facts.items[m] for m in members if m in case.facts.items]
        project = items[0].project if items else ""
        yield breach(
            case,
            "NETWORK-CYCLE",
            f"cycle:{members[0]}",
            "A circle of links: " + " → ".join((*members, members[0])),
            "one link of the circle is taken out",
            severity=Severity.MAJOR,
            basis=Basis.EVIDENCE,
            owner=case.facts.owner_of_item(items[0]) if items else "",
            project=project if project in case.facts.projects else "",
            reasons=tuple(Reason(f"{i.id} “{i.title}” is in it", i.origin) for i in items),
        )


@RULES.rule("NETWORK-UNUSABLE", tolerance="none", clears="the rows name what exists")
def unusable(case: Case) -> Iterable[Breach]:
    """Do links, calendars or durations say what cannot be scheduled? One breach for all of them."""
    found = sorted(case.woven.network.problems, key=str)
    if found:
        yield breach(
            case,
            "NETWORK-UNUSABLE",
            "network",
            f"{found[0].message}" + (f" And {len(found) - 1:,} more." if len(found) > 1 else ""),
            "the rows name links, calendars and durations that can be scheduled",
            severity=Severity.MINOR,
            basis=Basis.UNPROVEN,
            owner=case.facts.steward,
            reasons=tuple(Reason(p.message, p.origin if p.origin.path else None) for p in found[:_SHOWN]),
        )
