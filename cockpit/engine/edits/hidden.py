"""Rows that vanished, and what went with them: how grave that is follows from what they hide."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from cockpit.engine.tolerances.money import amount, cost_at_completion
from cockpit.records.assessment import Reason
from cockpit.records.edits import Edit, What
from cockpit.records.model import Kind, Link, Meaning, Project, WorkItem
from cockpit.trust.obligations import MILESTONE, SUSPICION

if TYPE_CHECKING:
    from cockpit.engine.case import Case

_NEAR = timedelta(days=45)
"""A forecast that falls so long before or after work was taken out fell with it."""


class Hidden:
    """The rows that vanished from a portfolio."""

    def __init__(self, case: Case) -> None:
        self._case = case

    @cached_property
    def vanished(self) -> dict[str, list[Edit]]:
        """Scope → unfinished work, projects, objectives and KPIs that no file holds any more and that nothing took
        over, and milestones that were said to be done and that nobody had validated.

        Tickets come and go, unless something was tied to them.
        """
        found: dict[str, list[Edit]] = defaultdict(list)
        for edit in self._case.edits:
            if edit.what in (What.REMOVED, What.ARCHIVED) and self._is_missed(edit):
                found[edit.scope].append(edit)
        return found

    def _is_missed(self, edit: Edit) -> bool:
        kind, _, name = edit.subject.partition(":")
        if kind != "item":
            return edit.what is What.REMOVED and kind in ("project", "objective", "kpi")
        if edit.what is What.ARCHIVED:
            line = self._case.facts.edits.gone_items.get(name)
            return line is not None and isinstance(line.last, WorkItem) and self._is_unproven(line.last)
        kept = self._case.compression.plan.items
        return name in kept and (kept[name][0].kind is not Kind.TICKET or bool(self._ties.get(name)))

    def _is_unproven(self, item: WorkItem) -> bool:
        """Whether a milestone of a project that goes on names who accepts it, and nobody ever validated it."""
        project = self._case.facts.projects.get(item.project)
        if item.kind is not Kind.MILESTONE or not (item.acceptor or item.acceptance):
            return False
        said = (v for v in self._case.ledger.views if v.subject == f"{MILESTONE}:{item.id}")
        goes_on = project is not None and project.actual_finish is None
        return goes_on and not any(v.meaning == Meaning.VALIDATED and v.record.signer for v in said)

    @cached_property
    def _ties(self) -> dict[str, set[str]]:
        """Work → what links that are gone tied it to."""
        found: dict[str, set[str]] = defaultdict(set)
        for line in self._case.facts.edits.gone_links.values():
            if isinstance(line.last, Link):
                found[line.last.predecessor].add(line.last.successor)
                found[line.last.successor].add(line.last.predecessor)
        return found

    # What it hides

    def of(self, edit: Edit) -> str:
        """What went with a work item that vanished, in words that follow its name; empty where nothing did."""
        name = edit.subject.partition(":")[2]
        line = self._case.facts.edits.gone_items.get(name)
        item = line.last if line is not None else None
        if not isinstance(item, WorkItem):
            return ""
        parts = [f"{code} about it went with it" for code in self._breaches(name, edit.on)]
        if name in self._case.compression.chain(edit.project):
            parts.append("it stood on the critical path of its project")
        if item.acceptor or item.acceptance:
            parts.append("it was to be accepted")
        others = {self._project(end) for end in self._ties.get(name, ())} - {edit.project, ""}
        if others:
            names = self._case.facts.names
            parts.append(f"it was tied to {' and '.join(sorted(names.get(p, p) for p in others))}")
        return "; ".join(parts)

    def _breaches(self, name: str, on: date) -> list[str]:
        """The rules of the breaches about an item that stood until it was gone."""
        subjects = (f"item:{name}", f"{MILESTONE}:{name}")
        stood = self._lives.get(name, ())
        return sorted(
            {
                code
                for code, subject, cleared in stood
                if (subject in subjects or subject.startswith(f"{SUSPICION}:{name}>"))
                and (cleared is None or cleared >= on)
            }
        )

    @cached_property
    def _lives(self) -> dict[str, list[tuple[str, str, date | None]]]:
        """Work item → rule, subject and end of each breach about it that is known."""
        found: dict[str, list[tuple[str, str, date | None]]] = defaultdict(list)
        for key, lives in self._case.facts.snapshot.lives.items():
            code, _, subject = key.partition("|")
            cleared = lives[-1].cleared if lives else None
            name = subject.partition(":")[2]
            item = name.rpartition(">")[0] if subject.startswith(f"{SUSPICION}:") else name
            found[item].append((code, subject, cleared.date() if cleared is not None else None))
        return found

    def _project(self, name: str) -> str:
        item = self._case.facts.items.get(name)
        line = self._case.facts.edits.gone_items.get(name)
        last = item if item is not None else line.last if line is not None else None
        return last.project if isinstance(last, WorkItem) else ""

    # Money

    def cheaper(self, name: str) -> Reason | None:
        """A budget that a project's forecast meets since about the day on which work was taken out of its plan, or
        moved to another."""
        facts, project = self._case.facts, self._case.facts.projects.get(name)
        if project is None or project.budget is None:
            return None
        days = [edit.on for edit in self._case.edits if edit.project == name and _is_less_work(edit)]
        cost, allowed = cost_at_completion(project), project.budget * (1 + facts.cost_tolerance(name) / 100)
        if not days or cost is None or cost > allowed:
            return None
        for line in facts.edits.lines["projects"].get(name, ()):
            said = [s for s in line.since(facts.signed.get(name)) if isinstance(s.record, Project)]
            costs = [(s.since.on, c) for s in said if (c := cost_at_completion(s.record)) is not None]  # type: ignore[arg-type]
            was = max((c for _, c in costs), default=0.0)
            on = next((day for day, c in costs if c <= allowed and day > _last_of(costs, was)), None)
            if was > allowed and on is not None and any(abs(on - day) <= _NEAR for day in days):
                meets = f"its cost of {amount(cost)} is within its budget of {amount(project.budget)}"
                return Reason(f"{meets} only since work left its plan: it was {amount(was)} until {on}", project.origin)
        return None


def _is_less_work(edit: Edit) -> bool:
    moved = edit.what is What.PLACE and edit.field == "project"
    return edit.subject.startswith("item:") and (edit.what is What.REMOVED or moved)


def _last_of(costs: list[tuple[date, float]], cost: float) -> date:
    """The last day on which a cost was told."""
    return max(day for day, each in costs if each == cost)
