"""Which project and objective a work item serves: by its own columns, its parents, or the charter's assignments."""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import replace
from fnmatch import fnmatchcase
from operator import is_

from cockpit.records.model import WorkItem
from cockpit.records.snapshot import Assignment
from cockpit.trust.obligations import mapping_subject

ASSIGNED = "assigned by the charter"
"""The extra column that marks an item mapped by the charter only; its text is the subject of the mapping."""


def values(item: WorkItem, name: str) -> Iterable[str]:
    """The texts that a field or an extra column of an item holds; a repeated column holds several."""
    wanted = name.strip().casefold()
    if hasattr(item, wanted) and isinstance(value := getattr(item, wanted), str):
        yield value
    for header, text in item.extra:
        if header.strip().casefold() == wanted:
            yield from (part.strip() for part in text.split(";"))


def matches(pattern: str, text: str) -> bool:
    """Whether a text equals a pattern in which only `*` is special; case does not count."""
    literal = pattern.casefold().replace("[", "[[]").replace("?", "[?]")
    return fnmatchcase(text.casefold(), literal)


class Assigner:
    """Fills in project and objective of every work item, nearest word first."""

    def __init__(self, items: dict[str, WorkItem], projects: Set[str], rules: tuple[Assignment, ...]) -> None:
        self._items = items
        self._projects = projects
        self._rules = rules

    def items(self) -> dict[str, WorkItem]:
        """The items with project and objective resolved; those that match nothing keep what they say. Where nothing is
        given to any of them they are the very mapping that was given."""
        found = {key: self.resolved(item) for key, item in self._items.items()}
        return self._items if all(map(is_, found.values(), self._items.values())) else found

    def _ancestors(self, item: WorkItem) -> Iterable[WorkItem]:
        seen = {item.id}
        current = self._items.get(item.parent)
        while current is not None and current.id not in seen:
            seen.add(current.id)
            yield current
            current = self._items.get(current.parent)

    def resolved(self, item: WorkItem) -> WorkItem:
        """One item with project and objective resolved."""
        line = (item, *self._ancestors(item)) if item.parent else (item,)
        project = next((i.project for i in line if i.project in self._projects), "")
        objective = next((i.objective for i in line if i.objective), "")
        if (project and objective) or not self._rules:
            return self._with(item, project, objective)
        rule = self._rule_for(line, need_project=not project)
        if rule is None:
            return self._with(item, project, objective)
        given = bool(rule.objective and not objective) or bool(rule.project and not project)
        subject = mapping_subject(rule.field, rule.pattern) if given else ""
        return self._with(item, project or rule.project, objective or rule.objective, subject)

    def _rule_for(self, line: tuple[WorkItem, ...], *, need_project: bool) -> Assignment | None:
        for rule in self._rules:
            if rule.project and not need_project and not rule.objective:
                continue
            if any(matches(rule.pattern, text) for i in line for text in values(i, rule.field)):
                return rule
        return None

    @staticmethod
    def _with(item: WorkItem, project: str, objective: str, subject: str = "") -> WorkItem:
        project = project or item.project
        if not subject and project == item.project and objective == item.objective:
            return item
        extra = (*item.extra, (ASSIGNED, subject)) if subject else item.extra
        return replace(item, project=project, objective=objective, extra=extra)
