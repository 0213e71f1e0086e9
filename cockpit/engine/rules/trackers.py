"""Trackers that overlap: where they disagree the worse counts, and what looks like one thing is asked about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from cockpit.basics.text import one_line
from cockpit.engine.case import Case
from cockpit.engine.rules.base import Family, breach
from cockpit.engine.status import Judgement
from cockpit.engine.trackers.disputes import Dispute, Key
from cockpit.engine.trackers.likeness import ASKED
from cockpit.engine.trackers.sameness import Pair
from cockpit.records.assessment import Breach, Reason
from cockpit.records.model import Project, WorkItem
from cockpit.records.verdicts import Basis, Severity

RULES = Family("trackers")
_SHOWN = ASKED
"""Things of a breach of which both rows are shown."""


@RULES.rule(
    "SOURCES-DISAGREE",
    tolerance="policy.finish_tolerance_days, policy.cost_tolerance_percent",
    clears="the sources say the same, or one of them leaves it out",
)
def disagree(case: Case) -> Iterable[Breach]:
    """Do two sources disagree on one project or work item? The worse counts. One breach per project and two sources."""
    pairs = Counter(project for project, *_ in case.disputes)
    for key, found in case.disputes.items():
        project, first, second = key
        effect, slip = _effect(case, project, first) if pairs[project] == 1 else ("", None)
        grave = any(each.gravest.grave for each in found) or bool(effect)
        yield breach(
            case,
            "SOURCES-DISAGREE",
            _subject(key),
            f"{_what(case, project, found)}: {_file(first)} and {_file(second)} disagree, and the worse counts",
            "both say the same: whoever keeps the one that is wrong corrects it",
            severity=Severity.MAJOR if grave else Severity.MINOR,
            basis=Basis.EVIDENCE,
            owner=case.facts.owner_of_project(project),
            project=project,
            reasons=_rows(found, effect),
            slip_days=slip,
        )


def _subject(key: Key) -> str:
    project, first, second = key
    return f"sources:{project}:{first}={second}"


def _file(source: str) -> str:
    return one_line(source, 60) or "the charter"


def _what(case: Case, project: str, found: Sequence[Dispute]) -> str:
    if len(found) == 1:
        return found[0].names[0]
    return f"{len(found):,} things{_of(case, project)}, {found[0].names[0]} most of all"


def _of(case: Case, project: str) -> str:
    return f" of {one_line(case.facts.names.get(project, project), 80)}" if project else ""


def _rows(found: Sequence[Dispute], effect: str) -> Iterator[Reason]:
    if effect:
        yield Reason(effect)
    for dispute in found[:_SHOWN]:
        for place in (0, 1):
            told = f"{dispute.names[place]} {dispute.gravest.said[place]}"
            counts = ", which counts" if place == dispute.gravest.counts else ""
            yield Reason(told + counts, dispute.places[place])
    if len(found) > _SHOWN:
        yield Reason(f"and {len(found) - _SHOWN:,} more")


def _effect(case: Case, project: str, first: str) -> tuple[str, float | None]:
    """What the other source changes in a project's status or finish, in a sentence, and by how many days."""
    if case.official is None or project not in case.by_all:
        return "", None
    alone, both = case.official.by_all[project], case.judgements[project]
    days = _later(alone, both)
    if alone.status is both.status and days <= case.facts.time_tolerance(project):
        return "", None
    by = f", finishing on {alone.finish}" if alone.finish is not None else ""
    now = f", finishing on {both.finish}" if both.finish is not None else ""
    text = f"by {_file(first)} alone it would be {alone.status}{by}; with both it is {both.status}{now}"
    return text, float(days) if days > 0 else None


def _later(alone: Judgement, both: Judgement) -> int:
    return (both.finish - alone.finish).days if alone.finish is not None and both.finish is not None else 0


@RULES.rule("SAME-PROPOSED", tolerance="none", clears="the project's owner confirms or dismisses each pair")
def proposed(case: Case) -> Iterable[Breach]:
    """Do rows of two sources look like one thing, so that one may say what the other does not? One breach per project
    and pair of sources."""
    facts = case.facts
    for (project, first, second), pairs in case.proposed.items():
        seat = facts.sameness.seat(pairs[0])
        who = seat.person.name if seat.person is not None else "the project's owner, who must be named,"
        yield breach(
            case,
            "SAME-PROPOSED",
            pairs[0].subject,
            _which(case, project, pairs, (_file(first), _file(second))),
            f"{who} signs each confirmed or dismissed (cockpit sign FOLDER '{one_line(pairs[0].subject, 80)}' "
            "confirmed), or one file names the other's ids in same_as",
            severity=Severity.MINOR,
            basis=Basis.UNPROVEN,
            owner=seat.person.id if seat.person is not None else facts.owner_of_project(project),
            project=project,
            reasons=_titles(case, pairs),
            about=_subject((project, first, second)),
        )


def _which(case: Case, project: str, pairs: Sequence[Pair], files: tuple[str, str]) -> str:
    one, other = (one_line(row.title, 80) for row in _ordered(case, pairs[0]))
    if len(pairs) == 1:
        return f"“{one}” of {files[0]} and “{other}” of {files[1]} may be one"
    return f"{len(pairs):,} pairs{_of(case, project)} may be one, of {files[0]} and {files[1]}: “{one}” for one"


def _ordered(case: Case, pair: Pair) -> list[WorkItem | Project]:
    """The two rows, that of the more official source first."""
    trackers = case.facts.reconciled.trackers
    return sorted((pair.first, pair.second), key=lambda row: (trackers.rank_of(row), trackers.name_of(row)))


def _titles(case: Case, pairs: Sequence[Pair]) -> Iterator[Reason]:
    for pair in pairs[:_SHOWN]:
        for row in _ordered(case, pair):
            yield Reason(f"{one_line(row.id, 60)} “{one_line(row.title, 100)}”", row.origin)
        said = case.facts.sameness.settled.get(pair.subject)
        if said is not None:
            yield Reason("confirmed under another title, and one until that is taken back", None, said.proof.id)
    if len(pairs) > _SHOWN:
        yield Reason(f"and {len(pairs) - _SHOWN:,} more")


@RULES.rule("SAME-REFUSED", tolerance="none", clears="the rows name what they can be the same as")
def refused(case: Case) -> Iterable[Breach]:
    """Do rows say in same_as that they are what they cannot be? They stay apart. One breach for all of them."""
    found = case.facts.reconciled.refused
    if found:
        many = f"{len(found):,} rows name" if len(found) > 1 else "A row names"
        yield breach(
            case,
            "SAME-REFUSED",
            "sources:same_as",
            f"{many} in same_as what cannot be the same: {found[0].text}",
            "same_as names the id of the same thing in another source, or is left empty",
            severity=Severity.MINOR,
            basis=Basis.UNPROVEN,
            owner=case.facts.steward,
            reasons=found[:20],
        )
