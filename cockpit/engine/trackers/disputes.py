"""Where two sources disagree on one thing, by more than a tolerance: what each of them says, and which of it counts.

Titles, spelling and texts are no disagreement, nor is what only one of them says. Of each thing and pair of sources the
gravest is told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeVar

from cockpit.basics.classes import dataclass
from cockpit.basics.text import one_line
from cockpit.engine.facts import Facts
from cockpit.engine.rows import as_date
from cockpit.engine.tolerances.money import amount
from cockpit.engine.trackers.worse import STAGES, left_days, says_what_is_left, stage
from cockpit.records.model import Dependency, Moment, Origin, Project, State, WorkItem

_WORDS = {State.DONE: "done", State.DOING: "in progress", State.TODO: "not begun", State.BLOCKED: "blocked"}
_PERCENT = 20.0
"""Percentages that are closer say the same."""
R = TypeVar("R", WorkItem, Project, Dependency)
_OVER = 36_500.0
"""Weighs more than any number of days: one calls it done, the other open."""


class Difference(NamedTuple):
    """What two rows say differently of one field."""

    said: tuple[str, str]
    """As the end of a sentence that begins with the thing."""
    counts: int
    """Which of the two counts, by its place."""
    grave: bool = False
    """It moves finishes or costs, or whether the thing is done at all."""
    weight: float = 0.0
    """How far they are apart, in days or what compares with them."""


@dataclass(frozen=True, slots=True)
class Dispute:
    """What two sources say of one thing, the more official one first."""

    project: str
    sources: tuple[str, str]
    names: tuple[str, str]
    """What each calls it: id and title."""
    places: tuple[Origin | None, Origin | None]
    gravest: Difference

    @property
    def order(self) -> tuple[bool, float, tuple[str, str]]:
        """The gravest come first."""
        return not self.gravest.grave, -self.gravest.weight, self.names


Key = tuple[str, str, str]
"""A project, empty where none is known, and two sources."""


def disputes(facts: Facts) -> dict[Key, tuple[Dispute, ...]]:
    """By project and pair of sources all that they disagree on, the gravest first."""
    found: dict[Key, list[Dispute]] = defaultdict(list)
    for dispute in (*_of_items(facts), *_of_projects(facts), *_of_dependencies(facts)):
        found[dispute.project, *dispute.sources].append(dispute)
    return {key: tuple(sorted(found[key], key=lambda each: each.order)) for key in sorted(found)}


def _of_items(facts: Facts) -> Iterator[Dispute]:
    for name, held in facts.reconciled.items.items():
        project = facts.items[name].project if name in facts.items else ""
        project = project if project in facts.projects else ""
        eye = _Eye(facts, project)
        for one, other in _pairs(facts, held.rows):
            yield from _dispute(facts, project, one, other, list(eye.items(one, other)))


def _of_projects(facts: Facts) -> Iterator[Dispute]:
    for name, held in facts.reconciled.projects.items():
        for one, other in _pairs(facts, held.rows):
            yield from _dispute(facts, name, one, other, list(_Eye(facts, name).projects(one, other)))


def _of_dependencies(facts: Facts) -> Iterator[Dispute]:
    for rows in facts.reconciled.dependencies.values():
        ordered = sorted(rows, key=facts.reconciled.trackers.rank_of)
        project = facts.reconciled.names.project(ordered[0].receiver_project)
        project = project if project in facts.projects else ""
        for one, other in _pairs(facts, ordered):
            yield from _dispute(facts, project, one, other, list(_Eye(facts, project).dependencies(one, other)))


def _pairs(facts: Facts, rows: Sequence[R]) -> Iterator[tuple[R, R]]:
    """The row of the most official source beside that of each other one."""
    seen = {facts.reconciled.trackers.name_of(rows[0])}
    for row in rows[1:]:
        source = facts.reconciled.trackers.name_of(row)
        if source not in seen:
            seen.add(source)
            yield rows[0], row


def _dispute(
    facts: Facts,
    project: str,
    one: WorkItem | Project | Dependency,
    other: WorkItem | Project | Dependency,
    found: Sequence[Difference],
) -> Iterator[Dispute]:
    if found:
        trackers = facts.reconciled.trackers
        yield Dispute(
            project=project,
            sources=(trackers.name_of(one), trackers.name_of(other)),
            names=(_called(one), _called(other)),
            places=(one.origin, other.origin),
            gravest=max(found, key=lambda each: (each.grave, each.weight)),
        )


def _called(row: WorkItem | Project | Dependency) -> str:
    return f"{one_line(row.id, 60)} “{one_line(row.title, 80)}”"


@dataclass(frozen=True, slots=True)
class _Eye:
    """Sees how two rows differ by more than the tolerances of a project."""

    facts: Facts
    project: str

    def items(self, one: WorkItem, other: WorkItem) -> Iterator[Difference]:
        """What two rows say differently of one work item."""
        yield from self._stages(one, other)
        yield from self._day(one.baseline_finish, other.baseline_finish, "has the baseline finish {}", later=False)
        yield from self._day(one.not_before, other.not_before, "cannot start before {}")
        yield from self._day(one.actual_start, other.actual_start, "began on {}", grave=False)
        open_ = State.DONE not in (stage(one), stage(other))
        if open_:
            yield from self._left(one, other)
            yield from self._percent(one.percent, other.percent)
        yield from self._named("project", one.project, other.project)
        yield from self._named("team", one.team, other.team)

    def projects(self, one: Project, other: Project) -> Iterator[Difference]:
        """What two rows say differently of one project."""
        yield from self._stages(one, other)
        yield from self._day(one.baseline_finish, other.baseline_finish, "has the baseline finish {}", later=False)
        yield from self._day(one.forecast_finish, other.forecast_finish, "is forecast to finish on {}")
        yield from self._money(one, other, one.forecast_cost, other.forecast_cost, "is forecast to cost {}")
        yield from self._money(one, other, one.budget, other.budget, "has a budget of {}", higher=False)
        yield from self._named("team", one.team, other.team)

    def dependencies(self, one: Dependency, other: Dependency) -> Iterator[Difference]:
        """What two rows say differently of one dependency: the official row counts, which is what people sign."""
        for field, words in (("giver_team", "is given by {}"), ("receiver_team", "is for {}")):
            teams = [self.facts.team_id(getattr(row, field)) for row in (one, other)]
            if all(teams) and teams[0] != teams[1]:
                yield Difference(_said(words, *map(self.facts.team_title, teams)), 0)
        for field in ("receiver_project", "receiver_item"):
            found = [getattr(row, field) for row in (one, other)]
            if all(found) and found[0] != found[1]:
                yield Difference(_said("is for {}", *found), 0)
        for found_ in self._day(one.needed_by, other.needed_by, "is needed by {}", grave=False):
            yield found_._replace(counts=0)

    # One field

    def _stages(self, one: WorkItem | Project, other: WorkItem | Project) -> Iterator[Difference]:
        stages = stage(one), stage(other)
        if None in stages:
            return
        first, second = (STAGES.index(each) for each in stages if each is not None)
        if first != second:
            over = State.DONE in stages
            yield Difference((_stage(one), _stage(other)), int(second > first), over, _OVER if over else 0.0)
        elif stages[0] is State.DONE:
            yield from self._day(one.actual_finish, other.actual_finish, "was finished on {}")

    def _day(
        self, one: Moment | None, other: Moment | None, words: str, *, later: bool = True, grave: bool = True
    ) -> Iterator[Difference]:
        if one is None or other is None:
            return
        days = (as_date(other) - as_date(one)).days
        if abs(days) > self.facts.time_tolerance(self.project):
            said = _said(words, as_date(one), as_date(other))
            yield Difference(said, int((days > 0) is later), grave, float(abs(days)))

    def _left(self, one: WorkItem, other: WorkItem) -> Iterator[Difference]:
        days = left_days(one), left_days(other)
        if days[0] is None or days[1] is None:
            return
        more = days[1] - days[0]
        if abs(more) > self.facts.time_tolerance(self.project):
            yield Difference((_left_words(one, days[0]), _left_words(other, days[1])), int(more > 0), True, abs(more))

    def _percent(self, one: float | None, other: float | None) -> Iterator[Difference]:
        if one is not None and other is not None and abs(one - other) >= _PERCENT:
            yield Difference(_said("is {}% done", f"{one:.0f}", f"{other:.0f}"), int(other < one))

    def _named(self, what: str, one: str, other: str) -> Iterator[Difference]:
        """Two projects or teams that are known: the official one counts."""
        facts = self.facts
        if what == "project":
            names = [facts.reconciled.names.project(each) for each in (one, other)]
            known = all(name in facts.projects for name in names)
        else:
            names = [facts.team_id(each) for each in (one, other)]
            known = all(name in facts.teams for name in names)
        if known and names[0] != names[1]:
            words = "belongs to {}" if what == "project" else "is done by {}"
            yield Difference(_said(words, *(facts.names.get(name, name) for name in names)), 0)

    def _money(
        self, row: Project, beside: Project, one: float | None, other: float | None, words: str, *, higher: bool = True
    ) -> Iterator[Difference]:
        if one is None or other is None:
            return
        budget = next((each for each in (row.budget, beside.budget) if each), max(abs(one), abs(other)))
        percent = abs(one - other) / abs(budget) * 100 if budget else 0.0
        if percent > self.facts.cost_tolerance(self.project):
            said = _said(words, amount(one), amount(other))
            yield Difference(said, int((other > one) is higher), True, percent)


def _left_words(row: WorkItem, days: float) -> str:
    return f"has {days:g} working days left" if says_what_is_left(row) else f"takes {days:g} working days"


def _said(words: str, one: object, other: object) -> tuple[str, str]:
    return words.format(one_line(str(one), 60)), words.format(one_line(str(other), 60))


def _stage(row: WorkItem | Project) -> str:
    """How far a row says that it is, with its own word for it."""
    found = stage(row)
    if found is None:
        return ""
    if found is State.DONE and row.actual_finish is not None:
        return f"was finished on {as_date(row.actual_finish)}"
    own = one_line(row.status, 40) if isinstance(row, WorkItem) else ""
    shown = f" (“{own}”)" if own and own.casefold() != _WORDS[found] else ""
    return f"is {_WORDS[found]}{shown}"
