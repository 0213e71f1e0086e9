"""The first plan of each project, as far as today's says otherwise: durations that were cut, work and links taken out.

First is what was known when the project's baseline was; since then, what its sponsor signed. Work that is begun or done
counts as it is. Work that another row took over was not taken out: a heading that became its details, an item that was
split or got another id.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import field, replace
from datetime import date
from typing import TYPE_CHECKING

from cockpit.basics.classes import dataclass
from cockpit.engine.edits import claims
from cockpit.engine.edits.lengths import length_of
from cockpit.engine.edits.pasts import LATEST, Line
from cockpit.engine.edits.replaced import Replaced, ties_of
from cockpit.engine.renewed import taken
from cockpit.engine.rows import known_today
from cockpit.engine.scheduling.calendars import Working
from cockpit.records.edits import Step
from cockpit.records.model import Kind, Link, Project, WorkItem

if TYPE_CHECKING:
    from cockpit.engine.facts import Facts

LEAST = 0.01
"""Less than so many days is no cut."""
NEARLY = 1.0
"""By so many days, or a tenth, the span of a baseline may differ from a duration without telling anything."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A work item that is not begun and takes less time than it did, in working days; `on` is None where it was cut
    before it was known here."""

    item: WorkItem
    was: float
    now: float
    on: date | None

    @property
    def days(self) -> float:
        """What was cut."""
        return self.was - self.now


@dataclass(frozen=True, slots=True)
class Moved:
    """A work item as it is in the first plan of its first project, what became of it, in words, and since when."""

    item: WorkItem
    how: str
    on: date


@dataclass(slots=True)
class Plan:
    """What is different in the first plan. Lengths are in working days by work item."""

    cuts: dict[str, Cut] = field(default_factory=dict)
    lengths: dict[str, float] = field(default_factory=dict)
    """Of what is not begun and takes another time now, longer or shorter."""
    items: dict[str, tuple[WorkItem, date]] = field(default_factory=dict)
    """Work that was taken out, with the day on which it was."""
    links: list[tuple[Link, date]] = field(default_factory=list)
    """Links as they were that are gone or pull work earlier now, with the day since when."""
    moved: dict[str, Moved] = field(default_factory=dict)
    """Work that counts for its first project no more, though its row is there."""
    claimed: dict[str, Moved] = field(default_factory=dict)
    """Work that was not begun when somebody looked, and is said to be further than the time since then allows."""

    @property
    def shrank(self) -> bool:
        """Whether anything was cut, taken out or moved."""
        return bool(self.cuts or self.items or self.links or self.moved or self.claimed)


Told = tuple[tuple[Cut, ...], Mapping[str, float]]
"""What was cut of a project's work, and the first lengths of all of it that takes another time now."""


class FirstPlan:
    """Works it out over the unfinished projects that have a baseline."""

    def __init__(self, facts: Facts, working: Mapping[str, Working], earlier: FirstPlan | None = None) -> None:
        self._facts = facts
        self.telling: dict[str, bool] = taken(earlier.telling, facts.touched) if earlier is not None else {}
        """Project → whether its baseline dates are those of its work, as far as it was asked for."""
        stands = earlier is not None and facts.needs is earlier._facts.needs
        self._told: dict[str, Told] = taken(earlier._told, facts.touched) if earlier is not None and stands else {}
        """Project → what is told of its durations, as far as it was asked for."""
        self._working = working
        self._edits = facts.edits
        self._newer = facts.edits.newer
        self._bases: dict[str, Step | None] = {}

    def plan(self) -> Plan:
        """All that is different."""
        found = Plan()
        for project in self._facts.projects.values():
            if project.actual_finish is None and self._facts.baseline(project.id) is not None:
                if project.id not in self._told:
                    self._told[project.id] = self._durations(project)
                cuts, lengths = self._told[project.id]
                found.cuts.update((cut.item.id, cut) for cut in cuts)
                found.lengths |= lengths
        if self._edits.gone_items:
            self._removed(found)
        self._moved(found)
        self._claimed(found)
        self._links(found)
        return found

    def base(self, project: str) -> Step | None:
        """Up to which step the plan of a project is its first: until its baseline was known, or what was signed since.
        None: what was known first."""
        if project not in self._bases:
            self._bases[project] = self._base(project)
        return self._bases[project]

    def _base(self, project: str) -> Step | None:
        lines = self._edits.lines["projects"].get(project, ())
        known = [(said.since, said.record) for line in lines for said in line.said]
        baselined = min(
            (step for step, row in known if isinstance(row, Project) and row.baseline_finish is not None), default=None
        )
        steps = [step for step in (baselined, self._facts.signed.get(project)) if step is not None]
        return max(steps, default=None)

    # Durations

    def _durations(self, project: Project) -> Told:
        items = [i for i in self._facts.items_by_project.get(project.id, ()) if not self._facts.is_started(i)]
        base = self.base(project.id)
        spans = self._spans_tell(project.id) and base != LATEST
        cuts, lengths = list[Cut](), dict[str, float]()
        for item in items:
            lines = self._edits.lines["work_items"].get(item.id, ())
            cut = self._by_history(item, lines, base) or (self._by_baseline(item, lines) if spans else None)
            if cut is not None and cut.days > LEAST:
                cuts.append(cut)
            elif cut is not None and cut.days < -LEAST:
                lengths[item.id] = cut.was
        left = tuple(Replaced(self._facts, project.id, {}).after_splits(cuts)) if cuts else ()
        return left, lengths | {cut.item.id: cut.was for cut in left}

    def _by_history(self, item: WorkItem, lines: Iterable[Line], base: Step | None) -> Cut | None:
        """What a row's past says: the longest of the rows for the item, where there are several."""
        now, was, on = length_of(item), None, None
        for line in lines:
            said = [each for each in line.since(base) if isinstance(each.record, WorkItem)]
            first = self._length(said[0].record) if said else None  # type: ignore[arg-type]
            if first is not None and (was is None or first > was):
                was = first
                lengths = [(each.since, self._length(each.record)) for each in said]  # type: ignore[arg-type]
                on = next((s.on for n, (s, v) in enumerate(lengths) if all(x == v for _, x in lengths[n:])), None)
        if was is None or now is None or abs(was - now) <= LEAST:
            return None
        return Cut(item, was, now, on)

    def _length(self, known: WorkItem) -> float | None:
        """The working days that a row said that work takes; a start that is yet to come begins none."""
        return length_of(known_today(known, self._facts.today))

    def _by_baseline(self, item: WorkItem, lines: Iterable[Line]) -> Cut | None:
        """What its baseline says, for an item that was shorter already when it was known first."""
        first = next((line.first for line in lines), item)
        span, now = self._span(first) if isinstance(first, WorkItem) else None, length_of(item)
        if span is None or now is None or span - now < NEARLY:
            return None
        return Cut(item, span, now, None)

    def _spans_tell(self, project: str) -> bool:
        """Whether the baseline dates of a project's work are those of its work, and not windows in which to do it: they
        fit the durations of most of it, as known first."""
        if project not in self.telling:
            self.telling[project] = self._do_spans_tell(project)
        return self.telling[project]

    def _do_spans_tell(self, project: str) -> bool:
        fits = total = 0
        for item in self._facts.items_by_project.get(project, ()):
            lines = self._edits.lines["work_items"].get(item.id, ())
            first = next((line.first for line in lines), item)
            span = self._span(first) if isinstance(first, WorkItem) else None
            if span is not None and isinstance(first, WorkItem) and first.duration_days:
                total += 1
                fits += abs(span - first.duration_days) < max(NEARLY, 0.1 * first.duration_days)
        return total > 0 and 2 * fits > total

    def _span(self, item: WorkItem) -> float | None:
        """The working days between the baseline dates of an item that is worked through without a rest."""
        if item.baseline_start is None or item.baseline_finish is None or not item.duration_days:
            return None
        if item.terms is not None and (item.terms.shares or item.terms.pauses):
            return None
        working = self._working.get(item.calendar, self._facts.working)
        return max(0, working.span(item.baseline_start, item.baseline_finish)) / working.minutes_per_day

    # Work that was taken out

    def _removed(self, found: Plan) -> None:
        by_project: dict[str, list[tuple[WorkItem, Step]]] = defaultdict(list)
        for name, line in self._edits.gone_items.items():
            last = line.last
            assert isinstance(last, WorkItem)
            project = self._edits.project_of(last)
            if project not in self._facts.projects or name in self._newer["work_items"]:
                continue
            base, gone = self.base(project), line.said[-1].since
            if last.stub or last.kind is Kind.SUMMARY or self._facts.is_done(last) or (base and gone <= base):
                continue
            known = (line.at(base) if base is not None else None) or line.first
            assert isinstance(known, WorkItem)
            was = last if self._facts.is_started(last) else replace(known, calendar=last.calendar)
            by_project[project].append((replace(known_today(was, self._facts.today), project=project), gone))
        ties = ties_of(self._facts) if by_project else {}
        for project, rows in by_project.items():
            if self._facts.baseline(project) is not None and self._facts.projects[project].actual_finish is None:
                for item, step in Replaced(self._facts, project, ties).not_replaced(rows):
                    found.items[item.id] = (item, step.on)

    # Work that stands elsewhere

    def _moved(self, found: Plan) -> None:
        """Unfinished work that was moved to another project, or made a heading below which nothing took it over."""
        headings: dict[str, list[tuple[WorkItem, Step]]] = defaultdict(list)
        for name, lines in self._edits.lines["work_items"].items():
            now = self._facts.items.get(name)
            if now is None or now.stub or self._facts.is_done(now) or name in self._newer["work_items"]:
                continue
            for known, step in (first for line in lines if (first := self._first(line)) is not None):
                if now.kind is Kind.SUMMARY:
                    headings[known.project].append((known, step))
                elif now.project != known.project and self._edits.project_of(lines[-1].last) != known.project:
                    found.moved[name] = self._elsewhere(known, now, step.on)
        ties = ties_of(self._facts) if headings else {}
        for project, rows in headings.items():
            for item, step in Replaced(self._facts, project, ties).not_replaced(rows):
                found.moved[item.id] = Moved(item, "was made a heading", step.on)

    def _first(self, line: Line) -> tuple[WorkItem, Step] | None:
        """Work as it was in the first plan of a project that goes on and has a baseline; with the last step."""
        base = self.base(self._edits.project_of(line.first))
        said = [(each.since, each.record) for each in line.since(base) if isinstance(each.record, WorkItem)]
        known = said[0][1] if said else None
        if not isinstance(known, WorkItem) or known.kind is Kind.SUMMARY:
            return None
        home = self._facts.projects.get(self._edits.project_of(known))
        if home is None or home.actual_finish is not None or self._facts.baseline(home.id) is None:
            return None
        return replace(known, project=home.id), said[-1][0]

    def _elsewhere(self, known: WorkItem, now: WorkItem, on: date) -> Moved:
        """Work that stands in another project, as it is now but no shorter than it was."""
        was, days = length_of(known), length_of(now)
        longer = was if was is not None and not self._facts.is_started(now) and was > (days or 0) else days
        where = self._facts.names.get(now.project, now.project) or "no project"
        return Moved(replace(now, project=known.project, duration_days=longer), f"was moved to {where}", on)

    def _claimed(self, found: Plan) -> None:
        """Work in progress of which nobody can have done as much as is claimed."""
        for name, rows in self._facts.read.pasts.claims.items():
            item = self._facts.items.get(self._edits.key("work_items", name))
            if item is None or item.stub or self._facts.is_done(item) or self._facts.baseline(item.project) is None:
                continue
            base = self.base(item.project)
            told = (claims.least_left(self._facts, row, base, own_days=bool(item.calendar)) for row in rows)
            least = max(filter(None, told), default=None)
            if least is not None and least[0] > LEAST:
                back = replace(item, remaining_days=least[0], percent=None)
                found.claimed[item.id] = Moved(
                    back, f"had not begun when somebody looked: {least[0]:g} days are left, whatever was said", least[1]
                )

    # Links

    def _links(self, found: Plan) -> None:
        for key, lines in self._edits.lines["links"].items():
            line = max(lines, key=lambda each: each.said[-1].since)
            if (
                not isinstance(line.first, Link)
                or self._came_later(key, line.first)
                or not self._ties(line.first, found)
            ):
                continue
            base = self.base(self._edits.project_of(line.first))
            was, now = (line.at(base) if base is not None else None) or line.first, line.said[-1].record
            assert isinstance(was, Link)
            if line.said[-1].since <= (base or Step(date.min, 0)):
                continue
            if now is None or (isinstance(now, Link) and now.lag_days < was.lag_days):
                found.links.append((was, line.said[-1].since.on))

    def _came_later(self, key: str, link: Link) -> bool:
        """Whether a link was put between work that was there before it: it is no part of any first plan."""
        step, items = self._newer["links"].get(key), self._newer["work_items"]
        return step is not None and all(items.get(end, Step(date.min, 0)).on < step.on for end in self._ends(link))

    @staticmethod
    def _ends(link: Link) -> tuple[str, str]:
        return link.predecessor, link.successor

    def _ties(self, link: Link, found: Plan) -> bool:
        """Whether a link still ties work that is not begun to other work."""
        after = found.items.get(link.successor)
        receiver = after[0] if after is not None else self._facts.items.get(link.successor)
        giver = link.predecessor in found.items or self._facts.items.get(link.predecessor)
        if receiver is None or not giver or (isinstance(giver, WorkItem) and giver.stub):
            return False
        project = self._facts.projects.get(receiver.project)
        baselined = project is not None and self._facts.baseline(project.id) is not None
        return baselined and not receiver.stub and not self._facts.is_started(receiver)
