"""What a project will have cost: what it forecasts, and no less than it has spent."""

from __future__ import annotations

from collections.abc import Iterable

from cockpit.basics.classes import dataclass
from cockpit.records.model import Project


@dataclass(frozen=True, slots=True)
class Cost:
    """Budget and cost at completion of several projects, of those that have both; `left_out` do not."""

    budget: float
    cost: float
    counted: int
    left_out: int

    @property
    def overrun(self) -> float:
        """What they will have cost beyond their budgets."""
        return self.cost - self.budget

    @property
    def percent(self) -> float | None:
        """The overrun as a share of the budget; None without a budget."""
        return 100 * self.overrun / self.budget if self.budget > 0 else None


def cost_at_completion(project: Project) -> float | None:
    """The forecast cost, or what was spent where that is more already; None where neither is known.

    A finished project has cost what was spent on it.
    """
    if project.actual_finish is not None and project.actual_cost is not None:
        return project.actual_cost
    known = [cost for cost in (project.forecast_cost, project.actual_cost) if cost is not None]
    return max(known, default=None)


def cost_of(projects: Iterable[Project]) -> Cost:
    """The cost of several projects beside their budgets."""
    rows = list(projects)
    pairs = [(p.budget, cost) for p in rows if p.budget is not None and (cost := cost_at_completion(p)) is not None]
    return Cost(sum(b for b, _ in pairs), sum(c for _, c in pairs), len(pairs), len(rows) - len(pairs))


def amount(money: float) -> str:
    """Money without a currency: whole, unless it is small (then it may be millions)."""
    return f"{money:,.0f}" if abs(money) >= 1000 else f"{money:.4g}"
