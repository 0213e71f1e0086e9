"""Compression: a finish that stays put while the work before it shrinks.

The finish is computed once more by the first plan: durations of work that is not begun as they were, with what was
taken out, as long as its sponsor has not signed that. If that is later than the baseline by more than tolerance, the
finish is held by edits alone, and the project is At Risk on evidence: it is not late, but nothing that was done makes
it early.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property

from cockpit.basics.classes import dataclass
from cockpit.engine import kernel
from cockpit.engine.edits.firstplan import FirstPlan, Plan
from cockpit.engine.edits.lengths import length_of
from cockpit.engine.facts import Facts
from cockpit.engine.portfolio import Woven, day_of, weave
from cockpit.engine.scheduling import ripple, schedule
from cockpit.engine.scheduling.differing import other_rows
from cockpit.engine.scheduling.schedule import Forward
from cockpit.engine.statements.ledger import Ledger
from cockpit.records.assessment import Reason
from cockpit.records.model import Dependency, Link, Project

MOST = 8
"""So many of what was cut or taken out are named."""


@dataclass(frozen=True, slots=True)
class Compressed:
    """A project whose finish is held by edits: what it would be by its first plan, and what makes the difference."""

    finish: date
    """By today's plan, every hold apart."""
    first: date
    """By the first plan."""
    baseline: date
    text: str
    edits: tuple[Reason, ...]
    root: str = ""
    """The other project whose plan it is that shrank."""


class Compression:
    """Asks it of the projects of one portfolio. `unsettled` are the dependencies that hold."""

    def __init__(
        self,
        facts: Facts,
        ledger: Ledger,
        woven: Woven,
        unsettled: Sequence[Dependency],
        earlier: Compression | None = None,
    ) -> None:
        self._facts = facts
        self._before = earlier.first_plan if earlier is not None else None
        self._lengthened_before = earlier.lengthened if earlier is not None else None
        self.lengthened: tuple[schedule.Run, Forward] | None = None
        """Today's network with the first durations, and its early dates; None where it was not asked."""
        self._ledger = ledger
        self._woven = woven
        self._unsettled = unsettled
        self._found: dict[str, Compressed | None] = {}

    def let_go(self) -> None:
        """Forget the dates by the first plan, which are worked out again where somebody asks: a network of its own."""
        vars(self).pop("_first", None)
        self._lengthened_before = None

    @cached_property
    def plan(self) -> Plan:
        """What is different in the first plan."""
        return self.first_plan.plan()

    @cached_property
    def first_plan(self) -> FirstPlan:
        """Who works it out."""
        network, before = self._woven.network, self._before
        self._before = None
        working = {name: network.workings[number] for name, number in network.calendars.items()}
        return FirstPlan(self._facts, working, before)

    @cached_property
    def _links(self) -> list[tuple[Link, date]]:
        """The links that are told: those of work that was taken out go with it."""
        gone = self.plan.items
        return [
            (link, on) for link, on in self.plan.links if link.predecessor not in gone and link.successor not in gone
        ]

    @cached_property
    def _first(self) -> tuple[Woven, Forward] | None:
        """The network of the first plan and its early dates; None where nothing shrank."""
        if not self.plan.shrank:
            return None
        plan = self.plan
        if not (plan.items or plan.links or plan.moved or plan.claimed or self._are_paced()):
            return self._woven, self._lengthened()
        return self._rewoven()

    def _are_paced(self) -> bool:
        """Whether work that was cut is paced by the people assigned to it, not by its own duration."""
        items = (self._facts.items[name] for name in self.plan.lengths)
        return any(item.terms is not None and item.terms.shares for item in items)

    def _lengthened(self) -> Forward:
        """The early dates of today's network with the first durations."""
        network, net = self._woven.network, self._woven.run.net
        whole, work, changed = array("q", net.whole), array("q", net.work), []
        for name, days in self.plan.lengths.items():
            node = network.index.get(name)
            if node is None or network.progress[node] != kernel.TODO:
                continue
            minutes = round(days * network.calendar_of(node).minutes_per_day)
            minutes += network.paused[node]
            whole[node] = work[node] = minutes
            changed.append(node)
        run = replace(self._woven.run, net=net._replace(whole=whole, work=work))
        known, rows = self._lengthened_before, None
        if known is not None:
            rows = other_rows(run, known[0])
        if known is None or rows is None:
            known, rows = (self._woven.run, self._woven.base), set(changed)
        patched = ripple.patched(run, *known, rows)
        dates = ripple.lean(run, schedule.forward(run) if patched is None else patched.dates)
        self._lengthened_before, self.lengthened = None, (run, dates)
        return dates

    def _rewoven(self) -> tuple[Woven, Forward]:
        """The network with what was taken out put back; links that would close a circle stay out."""
        facts, plan = self._facts, self.plan
        items = dict(facts.items)
        for name, days in plan.lengths.items():
            item = items[name]
            terms = replace(item.terms, shares=()) if item.terms is not None and item.terms.shares else item.terms
            items[name] = replace(item, duration_days=days, terms=terms)
        items |= {name: item for name, (item, _) in plan.items.items()}
        items |= {name: other.item for name, other in (*plan.claimed.items(), *plan.moved.items())}
        added = [link for link, _ in plan.links]
        lags = {(link.predecessor, link.successor, link.type) for link in added}
        links = [own for own in facts.snapshot.links if (own.predecessor, own.successor, own.type) not in lags]
        stuck = self._woven.network.uncomputable
        while True:
            woven = weave(facts.with_plan(items, (*links, *added)), self._unsettled)
            closing = woven.network.uncomputable - stuck
            kept = [link for link in added if not {link.predecessor, link.successor} <= closing]
            if len(kept) == len(added):
                return woven, woven.base
            added = kept

    # What comes of it

    def of(self, project: Project) -> Compressed | None:
        """How far a project's finish is held by edits; None where it is not."""
        if project.id not in self._found:
            self._found[project.id] = self._of(project)
        return self._found[project.id]

    def _of(self, project: Project) -> Compressed | None:
        if self._first is None:
            return None
        woven, ahead = self._first
        here, there = self._woven.finish_node(project.id), woven.finish_node(project.id)
        baseline = self._ledger.baseline(project.id)
        if here is None or there is None or baseline is None:
            return None
        now, first = day_of(self._woven.base.finish[here]), day_of(ahead.finish[there])
        tolerance, late = self._facts.time_tolerance(project.id), (now - baseline).days
        # Edits that are worth no more than tolerance are an ordinary re-plan; of a project that is late as it stands,
        # only what hides more than it admits is worth another breach.
        hidden = (first - now).days
        if (first - baseline).days <= tolerance or hidden <= max(late, tolerance):
            return None
        chain = {woven.network.ids[node] for node in schedule.driving_chain(woven.network, ahead, there)}
        driving = self._told(project.id, chain)
        own = [reason for owner, reason in driving if owner == project.id] or [
            reason for owner, reason in self._told(project.id, None) if owner == project.id
        ]
        root = "" if own else next((owner for owner, _ in driving if owner in self._facts.projects), "")
        verb = "its finish stays" if abs(late) <= tolerance else "it is computed to finish on"
        text = f"{verb} {now} only because {self._words(project.id if own else root)}; by its first plan it is {first}"
        if root:
            text += f"; the root is project {self._facts.names.get(root, root)}"
        return Compressed(now, first, baseline, text, tuple(own), root)

    def chain(self, project: str) -> set[str]:
        """The work items that drive a project's finish by the first plan; empty where nothing shrank."""
        woven, ahead = self._first or (None, None)
        node = woven.finish_node(project) if woven is not None else None
        if woven is None or ahead is None or node is None:
            return set()
        return {woven.network.ids[each] for each in schedule.driving_chain(woven.network, ahead, node)}

    def _told(self, project: str, chain: set[str] | None) -> list[tuple[str, Reason]]:
        """Project and sentence of what was cut or taken out, the biggest first; on a chain only, if one is given."""
        found: list[tuple[float, str, Reason]] = []
        for name, cut in self.plan.cuts.items():
            if chain is None or name in chain:
                when = f"on {cut.on}" if cut.on is not None else "before it was read here first"
                text = f"{name} “{cut.item.title}” was cut from {cut.was:g} to {cut.now:g} days {when}"
                found.append((cut.days, cut.item.project, Reason(text, cut.item.origin)))
        for name, (item, on) in self.plan.items.items():
            if chain is None or name in chain:
                text = f"{name} “{item.title}” ({length_of(item) or 0:g} days) was taken out on {on}"
                found.append((length_of(item) or 0.0, item.project, Reason(text, item.origin)))
        for name, other in (*self.plan.moved.items(), *self.plan.claimed.items()):
            if chain is None or name in chain:
                text = f"{name} “{other.item.title}” {other.how} on {other.on}"
                found.append((length_of(other.item) or 0.0, other.item.project, Reason(text, other.item.origin)))
        for link, on in self._links:
            if chain is None or {link.predecessor, link.successor} <= chain:
                text = f"the link {link.predecessor} → {link.successor} was taken out or loosened on {on}"
                receiver = self._facts.items.get(link.successor)
                owner = receiver.project if receiver is not None else project
                found.append((0.0, owner, Reason(text, link.origin)))
        found.sort(key=lambda each: (-each[0], each[2].text))
        return [(owner, reason) for _, owner, reason in found]

    def _words(self, project: str) -> str:
        """All that was cut and taken out of a project's plan, in words."""
        cuts = [cut for cut in self.plan.cuts.values() if cut.item.project == project]
        items = [name for name, (item, _) in self.plan.items.items() if item.project == project]
        links = [link for link, _ in self._links if self._owner(link.successor) == project]
        days = sum(cut.days for cut in cuts)
        parts = [f"{_count(len(cuts), 'duration was', 'durations were')} cut by {days:g} days"] if cuts else []
        parts += [f"{_count(len(items), 'item was', 'items were')} taken out"] if items else []
        moved = sum(each.item.project == project for each in self.plan.moved.values())
        parts += [f"{_count(moved, 'item was', 'items were')} moved elsewhere or made a heading"] if moved else []
        claimed = sum(each.item.project == project for each in self.plan.claimed.values())
        parts += [f"{_count(claimed, 'item is', 'items are')} said to be further than time allows"] if claimed else []
        parts += [f"{_count(len(links), 'link was', 'links were')} taken out or loosened"] if links else []
        since = min((on for on in self._days(project)), default=None)
        return f"{' and '.join(parts) or 'its plan shrank'}{f' since {since}' if since else ''}"

    def _days(self, project: str) -> Iterable[date]:
        yield from (c.on for c in self.plan.cuts.values() if c.on is not None and c.item.project == project)
        yield from (on for item, on in self.plan.items.values() if item.project == project)
        others = (*self.plan.moved.values(), *self.plan.claimed.values())
        yield from (other.on for other in others if other.item.project == project)
        yield from (on for link, on in self._links if self._owner(link.successor) == project)

    def _owner(self, name: str) -> str:
        if name in self.plan.items:
            return self.plan.items[name][0].project
        item = self._facts.items.get(name)
        return item.project if item is not None else ""


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"
