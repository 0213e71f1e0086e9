"""The root cause of a breach, and who hears of it. Pure: an Assessment in."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from functools import cached_property
from typing import NamedTuple

from cockpit.basics.classes import dataclass
from cockpit.notices.records import Told
from cockpit.records.assessment import Assessment, Blocker, Breach, Chain, ProjectView
from cockpit.records.verdicts import Severity

_LATE = ("FINISH-LATE", "PATH-RECEDING")
"""What a project suffers from something else: its root is what holds it."""
_LEVEL_LATE = "TOLERANCE-TIME"
"""The same of an objective, and of the portfolio."""


@dataclass(frozen=True)
class Roots:
    """The root causes behind the breaches of an assessment."""

    assessment: Assessment

    def of(self, breach: Breach) -> str:
        """What stands behind a breach: a dependency, an item, an upstream project; else what the breach is about."""
        if breach.code in _LATE and breach.project in self._projects:
            return self._behind(breach.project)
        if breach.code == _LEVEL_LATE:
            return self._behind_level(breach.subject)
        if breach.subject.startswith("project:"):
            return breach.key
        return breach.subject

    def _behind_level(self, subject: str) -> str:
        """What holds an objective most; the portfolio is as late as its latest objective."""
        known = {f"objective:{chain.objective}": chain for chain in self.assessment.chains}
        chain = known.get(subject)
        if subject.startswith("portfolio:") and known:
            chain = max(known.values(), key=lambda each: (_late_by(each), each.objective))
        rows = (each for row in chain.blockers for each in row.members or (row,)) if chain is not None else ()
        held = sorted((each for each in rows if each.driving), key=lambda each: (-each.slip_days, each.subject))
        return held[0].subject if held else subject

    def _behind(self, project: str) -> str:
        """What holds a project: followed from project to project, to what holds the first of them."""
        seen: list[str] = []
        while project not in seen:
            seen.append(project)
            if project in self._holds:
                return self._holds[project].subject
            upstream = self._projects[project].root
            if upstream not in self._projects:
                break
            project = upstream
        return f"project:{project if project not in seen[:-1] else min(seen)}"

    @cached_property
    def _projects(self) -> Mapping[str, ProjectView]:
        return {view.record.id: view for view in self.assessment.projects}

    @cached_property
    def _holds(self) -> Mapping[str, Blocker]:
        """Project → what holds it most on a driving chain."""
        found: dict[str, Blocker] = {}
        blockers = (
            each for chain in self.assessment.chains for row in chain.blockers for each in row.members or (row,)
        )
        for blocker in sorted(blockers, key=lambda b: (-b.slip_days, b.subject)):
            if blocker.driving:
                found.setdefault(blocker.project, blocker)
        return found


def _late_by(chain: Chain) -> int:
    return (chain.finish - chain.target).days if chain.finish is not None and chain.target is not None else 0


def is_critical(breach: Breach) -> bool:
    """Whether a breach does not wait for the digest."""
    return breach.severity is Severity.CRITICAL


class Hearing(NamedTuple):
    """Who is told of a breach and why; since when they owe a decision about it, if that is it."""

    person: str
    told: Told
    owed: date | None = None


def heard_by(
    assessment: Assessment, breach: Breach, reachable: Collection[str], lost: Collection[str], escalate_days: int
) -> tuple[Hearing, ...]:
    """Who is told of a breach today: whose it is, one level more for each `escalate_days` of its age, and who owes a
    decision about it.

    Who can't be reached is passed over, and the next one takes their place; who is `lost` is told all the same, and so
    is the next one.
    """
    line = [person for person in assessment.levels.get(breach.key, ()) if person in reachable]
    found: list[Hearing] = []
    for person in line:
        if sum(each.person not in lost for each in found) >= _most(assessment, breach, escalate_days):
            break
        found.append(Hearing(person, Told.ESCALATED if found else Told.RAISED))
    owed = breach.life.owed
    if owed is not None and owed.by in reachable:
        found.append(Hearing(owed.by, Told.OWED, owed.since))
    return tuple(found)


def _most(assessment: Assessment, breach: Breach, escalate_days: int) -> int:
    """How many levels a breach has reached by its age."""
    age = (assessment.today - breach.since).days
    return 1 if escalate_days < 1 or is_held(breach) else 1 + max(0, age // escalate_days)


def is_held(breach: Breach) -> bool:
    """Whether somebody answers for a breach for now: acknowledged, or decided and not yet due. It goes no level up."""
    life = breach.life
    return life.acknowledged is not None or (life.decided is not None and life.owed is None)


def next_level(assessment: Assessment, breach: Breach, escalate_days: int) -> tuple[str, date] | None:
    """To whom a breach goes next if nothing happens, and when; None where it has reached everybody."""
    line = assessment.levels.get(breach.key, ())
    place = _most(assessment, breach, escalate_days)
    if escalate_days < 1 or place >= len(line) or is_held(breach):
        return None
    return line[place], breach.since + timedelta(days=place * escalate_days)


def concerns(assessment: Assessment, breach: Breach, person: str, escalate_days: int) -> bool:
    """Whether a breach is a person's to clear, or to decide about, by now."""
    everybody = {*assessment.levels.get(breach.key, ()), person}
    return any(each.person == person for each in heard_by(assessment, breach, everybody, (), escalate_days))
