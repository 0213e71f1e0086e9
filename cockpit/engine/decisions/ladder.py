"""Who owes the decision about a breach that was not cleared in time, and from when on: the sponsor of its project, then
the owner of its objective; where neither is named, the steward.

Days are calendar days. A level that has not decided within `decide_days` has let it go to the next; the last keeps it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from cockpit.basics.classes import dataclass
from cockpit.engine.case import Case
from cockpit.records.model import Person, Statement
from cockpit.trust.obligations import BASELINE, DEPENDENCY, KPI, MILESTONE, SAME, SUSPICION, split_subject


class Rung(NamedTuple):
    """A level: who decides there, and in which role, which reads on after a name."""

    person: Person
    role: str


class Place(NamedTuple):
    """Where in the portfolio a breach is; empty where it is nowhere."""

    project: str = ""
    objective: str = ""


def rungs(case: Case, place: Place, proof: Statement | None = None) -> tuple[Rung, ...]:
    """The levels of a breach, the first to decide first, each person once; as the signer of a proof could know them
    (None: as they are today). Empty where nobody is named who is known."""
    facts = case.facts
    objective = facts.objectives.get(place.objective or case.objective_of(place.project))
    if objective is not None and proof is not None:
        objective = facts.owners.seen_by("objective", objective, proof)
    sponsor = case.ledger.entitled.sponsor(place.project, proof) if place.project in facts.projects else ""
    named = [
        (facts.person(sponsor), "the sponsor of its project"),
        (facts.person(objective.owner) if objective is not None else None, "the owner of its objective"),
    ]
    if all(person is None for person, _ in named):
        named = [(facts.person(facts.steward), "the steward of the portfolio")]
    found: dict[str, Rung] = {}
    for person, role in reversed(named):  # who is both has the last word all the same
        if person is not None:
            found.setdefault(person.id, Rung(person, role))
    return tuple(reversed(found.values()))


def place_of(case: Case, subject: str) -> Place:
    """Where a subject is, as far as its name and the present records tell."""
    kind, name = split_subject(subject)
    find = _PLACES.get(kind)
    return find(case, name) if find is not None else Place()


def _dependency(case: Case, name: str) -> Place:
    judged = case.judged.get(f"{DEPENDENCY}:{name}")
    return Place(next(iter(judged.receiver.projects), "")) if judged is not None else Place()


def _item(case: Case, name: str) -> Place:
    item = case.facts.item(name)
    return Place(item.project) if item is not None else Place()


def _kpi(case: Case, name: str) -> Place:
    kpi = case.facts.kpis.get(name)
    return Place("", kpi.objective) if kpi is not None else Place()


def _owned(case: Case, owner: str) -> str:
    """The first objective of somebody, by id."""
    facts = case.facts
    return min(
        (o.id for o in facts.objectives.values() if facts.first_person(o.owner, facts.steward) == owner), default=""
    )


def _pair(case: Case, name: str) -> Place:
    pair = case.facts.sameness.pair(name)
    projects = case.facts.sameness.projects(pair) if pair is not None else ()
    return Place(projects[0].id) if projects else Place()


_PLACES: Mapping[str, Callable[[Case, str], Place]] = {
    DEPENDENCY: _dependency,
    MILESTONE: _item,
    "item": _item,
    KPI: _kpi,
    BASELINE: lambda _, name: Place(name),
    "project": lambda _, name: Place(name),
    SAME: _pair,
    SUSPICION: lambda _, name: Place(name.rpartition(">")[0]),
    "objective": lambda _, name: Place("", name),
    "objectives": lambda case, name: Place("", _owned(case, name)),
}


class Turn(NamedTuple):
    """Whose turn it is to decide: the number of the level, since when, and until when it has time."""

    rung: int
    since: date
    due: date


@dataclass(frozen=True, slots=True)
class Clock:
    """From `day` on a decision is owed by the level `rung` of `count`; each has `days` of time for it."""

    day: date
    rung: int
    count: int
    days: int

    @property
    def last(self) -> int:
        """The number of the last level."""
        return max(0, self.count - 1)

    def turn(self, on: date) -> Turn | None:
        """Whose turn it is on a day; None before a decision is owed."""
        if on < self.day:
            return None
        rung = min(self.last, self.rung + (on - self.day).days // self.days)
        since = self.day + timedelta(days=(rung - self.rung) * self.days)
        return Turn(rung, since, since + timedelta(days=self.days))

    def broken(self, rung: int, due: date) -> Clock:
        """The clock after a decision of a level whose day has passed: it is owed by the next level at once."""
        return Clock(due + timedelta(days=1), min(self.last, rung + 1), self.count, self.days)


def rung_of(levels: Sequence[Rung], acts_for: Callable[[str], bool]) -> int | None:
    """The highest level for which somebody acts: their own, or that of whoever has them sign. None for none."""
    return next((n for n in reversed(range(len(levels))) if acts_for(levels[n].person.id)), None)
