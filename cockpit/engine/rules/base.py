"""What a rule is, and how it raises a breach."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import field
from inspect import cleandoc

from cockpit.basics.classes import dataclass
from cockpit.engine.case import Case
from cockpit.records.assessment import Breach, Reason
from cockpit.records.verdicts import Basis, Severity

Check = Callable[[Case], Iterable[Breach]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A question asked of a portfolio. `asks` is the rule's own docstring."""

    code: str
    family: str
    asks: str
    tolerance: str
    clears: str
    check: Check


@dataclass(slots=True)
class Family:
    """The rules of one module."""

    name: str
    rules: list[Rule] = field(default_factory=list)

    def rule(self, code: str, *, tolerance: str, clears: str) -> Callable[[Check], Check]:
        """Register a function as the rule of this code."""

        def register(check: Check) -> Check:
            asks = cleandoc(check.__doc__ or "")
            self.rules.append(Rule(code, self.name, asks, tolerance, clears, check))
            return check

        return register


def breach(
    case: Case,
    code: str,
    subject: str,
    title: str,
    clears_when: str,
    *,
    severity: Severity,
    basis: Basis,
    owner: str,
    project: str = "",
    objective: str = "",
    reasons: Iterable[Reason] = (),
    slip_days: float | None = None,
    blocker: str = "",
    about: str = "",
) -> Breach:
    """A breach with its key, age, owner's name and, where a blocker stands behind it, what that costs.

    `about` stands for the subject in the key, where that is only the first of several.
    """
    facts, blockage = case.facts, case.blockage
    key = f"{code}|{about or subject}"
    worth = blockage.worth(blocker) if blocker else None
    return Breach(
        key=key,
        code=code,
        severity=severity,
        basis=basis,
        subject=subject,
        title=title,
        project=project,
        objective=objective or case.objective_of(project),
        owner=owner,
        owner_name=facts.person_name(owner),
        since=facts.snapshot.first_seen.get(key, facts.today),
        slip_days=blockage.slip(blocker) if blocker else slip_days,
        leverage_days=worth.days if worth else None,
        at_least=worth is not None and worth.at_least,
        cost=worth.cost if worth else None,
        cost_assumed=worth is not None and worth.cost_assumed,
        together=tuple(s for s in worth.members if s != blocker) if worth else (),
        clears_when=clears_when,
        reasons=tuple(reasons),
    )
