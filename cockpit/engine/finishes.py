"""The implied finish of each project: a milestone after all its work, or at its stated date where it names none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time

from cockpit.engine.facts import Facts, finish_of, implied_finish
from cockpit.engine.forecast.throughput import Backlog
from cockpit.engine.forecast.untold import Untold
from cockpit.records.model import Link, Project, State, WorkItem


def finish(facts: Facts, untold: Untold, project: Project) -> WorkItem | None:
    """The implied finish: after all its items, or at its stated date where it names none."""
    if finish_of(project.id) in facts.items:
        return None
    milestone = implied_finish(project)
    if items := facts.items_by_project.get(project.id):
        return _reached(facts, untold, project, milestone, items)
    if project.actual_finish is not None:
        return replace(milestone, actual_finish=_noon(project.actual_finish), state=State.DONE)
    if project.state is State.DONE:
        done = replace(milestone, state=State.DONE)
        return replace(done, actual_finish=untold.finished_on(done, project.baseline_finish))
    stated = project.forecast_finish or project.baseline_finish
    if stated is None:
        return None
    if is_overdue(facts, project):
        return replace(milestone, actual_finish=_noon(stated))
    return replace(milestone, not_before=_noon(max(stated, facts.today)))


def _reached(
    facts: Facts, untold: Untold, project: Project, milestone: WorkItem, items: tuple[WorkItem, ...]
) -> WorkItem:
    """The implied finish of a project with work items: done when all of them are, on the day of the last."""
    if not all(facts.is_done(item) or untold.is_done(item) for item in items):
        return milestone
    last = project.actual_finish or max(untold.finished_on(item, project.baseline_finish) for item in items)
    return replace(milestone, state=State.DONE, actual_finish=last)


def worked_off(finish: WorkItem, found: Mapping[str, Backlog]) -> WorkItem:
    """The implied finish no sooner than the backlog of its project is worked off."""
    backlog = found.get(finish.project)
    if backlog is None or backlog.not_before is None or finish.state is State.DONE:
        return finish
    return replace(finish, not_before=_noon(backlog.not_before))


def is_overdue(facts: Facts, project: Project) -> bool:
    """A stated finish has passed, and the source says neither that the project was finished nor that it was not."""
    stated = project.forecast_finish or project.baseline_finish
    unsaid = project.actual_finish is None and project.state is None and project.id not in facts.items_by_project
    return unsaid and stated is not None and stated < facts.today


def _noon(day: date) -> datetime:
    """A stated day as a minute of it, so that no calendar moves it to another."""
    return datetime.combine(day, time(12))


def links(facts: Facts, finishes: Sequence[WorkItem], loose: frozenset[str]) -> Iterable[Link]:
    """Each project's finish follows its items; one that another of the project follows to its end may be left out.

    Those in `loose` never are, nor is open work before what is said to be done already: that waits for nothing more.
    """
    done = {name for name, item in facts.items.items() if facts.is_done(item)}
    inside = facts.links.inside
    followed = {link.predecessor for link in inside if link.predecessor in done or link.successor not in done}
    for finish in finishes:
        for item in facts.items_by_project.get(finish.project, ()):
            if item.id not in followed or item.id in loose:
                yield Link(predecessor=item.id, successor=finish.id)
    yield from _own_links(facts)


def _own_links(facts: Facts) -> Iterable[Link]:
    """A finish that is a row of its project's own plan follows all of that but what the plan puts after it."""
    for project in facts.projects:
        finish = facts.items.get(finish_of(project))
        if finish is not None and finish.project == project:
            after = _after(facts, finish.id)
            own = facts.items_by_project.get(project, ())
            yield from (Link(predecessor=i.id, successor=finish.id) for i in own if i.id not in after)


def _after(facts: Facts, name: str) -> set[str]:
    """Work that follows an item, however far, with what stands below it, and the item itself; and the headings above
    all of it, which end no sooner."""
    found, above, open_ = {name}, set[str](), [name]
    while open_:
        each = open_.pop()
        new = set(facts.links.followers.get(each, ()))
        if each in found:
            new |= {item.id for item in facts.below.get(each, ())}
        open_ += new - found
        found |= new
        parent = facts.items[each].parent if each in facts.items else ""
        if parent and parent not in found | above:
            above.add(parent)
            open_.append(parent)
    return found | above
