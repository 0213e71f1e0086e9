"""Projects whose judgement of the snapshot before stands: nothing that it rests on is otherwise.

A project's judgement rests on its own work, on the two chains that drive its finish (with holds and without) and what
stands right before them, on the trouble of the project at whose work it stands, on the dependencies that it needs, and
on a few answers that are compared as they are: its pace, its first plan, the critical milestones. In doubt it is judged
anew, which is always right.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from typing import TYPE_CHECKING

from cockpit.engine.dependencies import FAILED
from cockpit.engine.path.calm import Calm
from cockpit.engine.status import Judgement
from cockpit.records.model import Project

if TYPE_CHECKING:
    from cockpit.engine.case import Case


def standing(case: Case) -> dict[str, Judgement]:
    """Project id → its judgement, of those that nothing has touched."""
    before, disturbed, touched = case.earlier, case.blockage.disturbed, case.facts.touched
    if before is None or disturbed is None or touched is None:
        return {}
    if case.facts.read.earlier_on != before.facts.read.earlier_on or _failed(case) != _failed(before):
        return {}
    network = case.woven.network
    elsewhere = touched.union((network.items[node].project for node in disturbed), _otherwise(case, before))
    held = Calm(network, case.blockage.held, disturbed)
    projects = (p for p in case.facts.projects.values() if p.id not in elsewhere)
    return {p.id: before.by_all[p.id] for p in projects if _stands(case, before, p, held, elsewhere)}


def _failed(case: Case) -> list[object]:
    """The broken and disputed dependencies with their holds: each may stand on anybody's chain."""
    failed = (j for j in case.judged.values() if j.view.state in FAILED)
    return [(j, case.blockage.hold(j.view.subject)) for j in failed]


def _otherwise(case: Case, before: Case) -> Iterator[str]:
    """The projects of which something else is otherwise than their own work and dates."""
    for subject, judged in case.judged.items():
        was = before.judged.get(subject)
        if judged is not was:
            yield from judged.view.projects
            yield from was.view.projects if was is not None else ()
    for name in case.milestones.critical ^ before.milestones.critical:
        item = case.facts.items.get(name)
        if item is not None:
            yield item.project
    own = case.facts.policy.tolerance.projects.items()
    yield from (project for project, tolerance in own if tolerance.scope_percent is not None)


def _stands(case: Case, before: Case, project: Project, held: Calm, elsewhere: Set[str]) -> bool:
    known = case.facts.read.earlier.get(project.id) == before.facts.read.earlier.get(project.id)
    node = case.woven.finish_node(project.id)
    if node is not None:
        known = known and case.blockage.dead.stands(node) and held.is_calm(node)
        known = known and _root_stands(case, project.id, node, elsewhere)
    if not known or case.paces.of(project) != before.paces.of(project):
        return False
    return case.compression.of(project) == before.compression.of(project)


def _root_stands(case: Case, project: str, node: int, elsewhere: Set[str]) -> bool:
    """Whether the other project at whose work the finish stands, if there is one, is in the trouble that it was."""
    first = case.blockage.dead.first_open(node)
    other = case.woven.network.items[first].project if first is not None else project
    if other == project:
        return True
    end = case.woven.finish_node(other)
    return other not in elsewhere and (end is None or case.blockage.dead.stands(end))
