"""What the tracker saw of the truth on the day of a drop, and what the deck made of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from sample_portfolios.generator.plan import COMMITTED, LAUNCH, MARGIN, PROJECTS, STUCK, Project
from sample_portfolios.generator.simulate import DELIVERED_LATE, DROPS, Item, Span, all_items, history
from sample_portfolios.generator.worktime import BANK

CRAWL = {1: (10, 13), 2: (15, 13), 3: (20, 12), 4: (25, 12), 5: (30, 11), 6: (35, 11), 7: (40, 10), 8: (45, 10)}
"""By drop: percent and days left that somebody typed for the stuck item. Nothing had been done."""

SQUEEZE = {"TST-02.3": (6, 5), "OPS-01.1": (7, 5), "INT-02.4": (8, 5)}
"""Item → from which drop on its days were cut, and to how many, to keep the launch where the deck had it."""

ROLLING = {"INT-01": 10, "INT-02": 25, "TST-02": 35, "TST-03": 38, "DAT-05": 42, "OPS-01": 50}
"""Sub-project on the chain → so many working days ahead of any drop its forecast end always lies."""

RISING = {"INT-01": (7, 0.06), "INT-02": (8, 0.06), "TST-02": (8, 0.05)}
"""Sub-project → from which drop on its forecast cost crept, and by what share of its budget."""

CHAIN = (*ROLLING, "OPS-04", "OPS-05")


@dataclass(frozen=True)
class Seen:
    """An item as the tracker shows it."""

    status: str
    days: int
    left: int
    started: date | None
    finished: date | None
    percent: int
    edited: date


@dataclass(frozen=True)
class World:
    """One variant of the story: the plan, what truly happened, and whether the vendor was late."""

    healthy: bool

    @cached_property
    def items(self) -> Mapping[str, Item]:
        """Every work item by id."""
        return all_items()

    @cached_property
    def planned(self) -> Mapping[str, Span]:
        """The plan of January."""
        return history(self.items, None, planned=True)

    @cached_property
    def true(self) -> Mapping[str, Span]:
        """What happened, also after the last drop."""
        return history(self.items, None if self.healthy else DELIVERED_LATE)

    @cached_property
    def members(self) -> Mapping[str, tuple[Item, ...]]:
        """The items of each sub-project."""
        return {p.id: tuple(i for i in self.items.values() if i.project == p.id) for p in PROJECTS}

    def baseline(self, project: Project) -> date:
        """The finish that a sub-project committed to."""
        if project.id in COMMITTED:
            return COMMITTED[project.id]
        return BANK.last_of(BANK.after(max(self.planned[i.id].finish for i in self.members[project.id])), MARGIN)

    def finished(self, project: Project, day: date) -> date | None:
        """The day on which the last item of a sub-project was finished, if that is known on a day."""
        last = max(self.true[i.id].finish for i in self.members[project.id])
        return last if last <= day else None

    def seen(self, item: Item, drop: int) -> Seen:
        """An item as the tracker shows it in a drop (0 is January)."""
        day, span = DROPS[drop], self.true[item.id]
        days = self._days(item, drop)
        edited = BANK.back(day + timedelta(days=1), 1 + len(item.title) % 4)
        if span.finish <= day:
            return Seen("Done", days, 0, span.start, span.finish, 100, min(edited, BANK.after(span.finish)))
        if span.start > day:
            return Seen("Not Started", days, days, None, None, 0, min(edited, date(2025, 1, 8)))
        if item.id == STUCK and not self.healthy:
            percent, left = CRAWL[drop]
            return Seen("In Progress", days, left, span.start, None, percent, edited)
        worked = item.days.between(span.start, day)
        percent = min(95, round(100 * worked / item.plan))
        return Seen("In Progress", days, max(1, item.plan - worked), span.start, None, percent, edited)

    def _days(self, item: Item, drop: int) -> int:
        since, days = SQUEEZE.get(item.id, (len(DROPS), item.plan))
        return item.plan if self.healthy or drop < since else days

    def forecast(self, project: Project, drop: int) -> date:
        """The end that the deck forecasts: the baseline, or always a few weeks ahead and never past the launch."""
        baseline = self.baseline(project)
        if self.healthy or project.id not in ROLLING:
            return baseline
        ahead = BANK.last_of(BANK.after(DROPS[drop]), ROLLING[project.id])
        return max(baseline, min(ahead, BANK.back(COMMITTED["OPS-04"], 1)))

    def forecast_cost(self, project: Project, drop: int) -> int:
        """The cost that the deck forecasts, in dollars."""
        since, share = RISING.get(project.id, (len(DROPS), 0.0))
        budget = project.budget * 1000
        return budget if self.healthy or drop < since else round(budget * (1 + share))

    def spent(self, project: Project, drop: int) -> int:
        """What was spent, in dollars: teams that wait cost what teams cost that work."""
        ids = [i.id for i in self.members[project.id]]
        start = min(self.planned[i].start for i in ids)
        end = max(self.planned[i].finish for i in ids)
        day = DROPS[drop]
        if day < start:
            return 0
        share = min(1.0, BANK.between(start, day) / BANK.between(start, end))
        done = self.finished(project, day) is not None
        return round(project.budget * (985 if done else 950) * share)

    def comment(self, project: Project, drop: int) -> str:
        """The words beside the Green."""
        if self.finished(project, DROPS[drop]) is not None:
            return "Finished"
        if self.healthy or project.id not in CHAIN or DROPS[drop] <= self.baseline(project):
            return "On plan"
        return "Slightly behind, will be recovered downstream" if drop < 7 else "Mitigation agreed, launch date held"

    @property
    def launch(self) -> date:
        """The day on which customers truly moved."""
        return self.true[LAUNCH].finish
