"""Stuck work, and whom it is suspected to wait for without anybody having logged that.

Stuck is what says that it is blocked; what is in progress and silent for longer than it may be; and silent work on a
driving or near-critical chain. Of what is blocked somebody must say by whom, also where its text names nobody.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence, Set
from datetime import date
from enum import StrEnum
from functools import cached_property

from cockpit.basics.classes import dataclass
from cockpit.basics.text import one_line
from cockpit.engine import kernel
from cockpit.engine.facts import Facts
from cockpit.engine.path.blockage import Blockage
from cockpit.engine.statements.ledger import Ledger
from cockpit.engine.suspicions.confirmed import Covering
from cockpit.engine.suspicions.suspicion import STATUS, TITLE, Found
from cockpit.records.assessment import Reason
from cockpit.records.model import Meaning, State, WorkItem
from cockpit.trust.canonical import digest
from cockpit.trust.entitlement import Seat
from cockpit.trust.obligations import SUSPICION, split_subject, suspicion_subject


class Stuck(StrEnum):
    """How work is stuck."""

    BLOCKED = "blocked"
    SILENT = "silent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspicion:
    """A stuck work item, and a team or vendor (empty: nobody says who) that it may wait for."""

    item: WorkItem
    giver: str
    found: tuple[Found, ...]
    stuck: Stuck
    since: date
    """Since when it has not moved."""
    days: int
    """Working days since then, as last observed."""
    near: bool
    """It stands on a driving or near-critical chain."""
    seat: Seat
    version: str
    """What a dismissal covers."""

    @property
    def subject(self) -> str:
        """What is signed."""
        return suspicion_subject(self.item.id, self.giver)

    def state(self) -> Reason:
        """How it is stuck, and since when."""
        item, word = self.item, str(self.stuck)
        if self.stuck is Stuck.BLOCKED and item.status:
            word = f"“{one_line(item.status, 60)}”"
        told = f"{one_line(item.id, 60)} “{one_line(item.title, 120)}” is {word}"
        days = "1 working day" if self.days == 1 else f"{self.days} working days"
        return Reason(f"{told}, unmoved since {self.since}: {days}", item.origin)

    def sentences(self, most: int, shown: set[str]) -> Iterator[Reason]:
        """The first sentences that say for whom it waits, of those whose words are not `shown` yet; adds them."""
        new = [each for each in self.found if each.normal not in shown]
        shown.update(each.normal for each in new)
        for each in new[:most]:
            yield Reason(f"{_place(each)} “{one_line(each.sentence)}”", self.item.origin)
        if len(new) > most:
            yield Reason(f"and {len(new) - most:,} more like that", self.item.origin)


def _place(found: Found) -> str:
    if found.column == STATUS:
        return "its status is"
    return "its title says" if found.column == TITLE else f"its column “{one_line(found.column, 60)}” says"


class Suspects:
    """Asks of every work item of a portfolio on one day whether it is stuck, and for whom it waits."""

    def __init__(
        self, facts: Facts, ledger: Ledger, blockage: Blockage, near: Set[int], before: Suspects | None = None
    ) -> None:
        self._facts = facts
        self._ledger = ledger
        self._woven, self._silence = blockage.woven, blockage.silence
        self._near = near
        self._judged = blockage.judged
        self._texts = facts.suspicions
        self._over = {p.id for p in facts.projects.values() if p.actual_finish is not None or p.state is State.DONE}
        self.stuck = self._stuck(before, blockage.disturbed)
        """What is stuck, by id, and how."""

    def groups(self) -> tuple[tuple[Suspicion, ...], ...]:
        """The suspicions that nobody has answered, those of one project and giver together; in each the one first that
        matters most."""
        found: dict[tuple[str, str], list[Suspicion]] = defaultdict(list)
        for suspicion in self._open():
            found[suspicion.item.project, suspicion.giver].append(suspicion)
        ordered = (tuple(sorted(group, key=_weight)) for _, group in sorted(found.items()))
        return tuple(ordered)

    def _open(self) -> Iterator[Suspicion]:
        for name, stuck in self.stuck.items():
            item = self._facts.items[name]
            for giver, found in self._givers(item, stuck):
                if not self._is_answered(item, giver):
                    yield self._suspicion(item, stuck, giver, found)

    @cached_property
    def _covering(self) -> Covering:
        return Covering(self._facts, ((j.view.record, j.receiver) for j in self._judged.values() if not j.settled))

    # Who is stuck

    def _stuck(self, before: Suspects | None, disturbed: Set[int] | None) -> dict[str, Stuck]:
        """As before, but for what anything is known otherwise of, where that is all."""
        items, network = self._facts.items, self._woven.network
        if before is None or disturbed is None or self._facts.touched is None:
            return self._stuck_of(items)
        if self._woven.untold.without_states != before._woven.untold.without_states:
            return self._stuck_of(items)
        nodes = disturbed | (self._near ^ before._near)
        names = {*self._facts.touched_items, *(network.ids[node] for node in nodes)} & items.keys()
        known = {name: stuck for name, stuck in before.stuck.items() if name not in names}
        return known | self._stuck_of(sorted(names))

    def _stuck_of(self, names: Iterable[str]) -> dict[str, Stuck]:
        items = (self._facts.items[name] for name in names)
        return {item.id: stuck for item in items if (stuck := self._how(item)) is not None}

    def _how(self, item: WorkItem) -> Stuck | None:
        if item.stub or item.project in self._over or self._facts.is_done(item):
            return None
        if item.state is State.BLOCKED or self._texts.is_blocked(item):
            return Stuck.BLOCKED
        return Stuck.SILENT if self._is_silent(item.id) else None

    def _is_silent(self, name: str) -> bool:
        node = self._woven.node(name)
        if node is None:
            return False
        begun = self._woven.network.progress[node] == kernel.STARTED
        return (begun or node in self._near) and self._silence.is_silent(node)

    # For whom

    def _givers(self, item: WorkItem, stuck: Stuck) -> Iterable[tuple[str, tuple[Found, ...]]]:
        reading = self._texts.reading(item)
        if reading.named or reading.inside or stuck is Stuck.SILENT:
            return [pair for pair in reading.named.items() if not self._covering.has(pair[0], item)]
        return [] if self._is_explained(item) else [("", reading.waiting)]

    def _is_explained(self, item: WorkItem) -> bool:
        """Whether its plan or a dependency says what a blocked item waits for."""
        nodes = self._woven.nodes(item.id)
        return any(node in self._silence.held or self._silence.waits_for_work(node) for node in nodes)

    def _suspicion(self, item: WorkItem, stuck: Stuck, giver: str, found: tuple[Found, ...]) -> Suspicion:
        node, facts = self._woven.node(item.id), self._facts
        seen = min(facts.snapshot.observed.get(item.id, facts.today), facts.today)
        if stuck is Stuck.SILENT:
            since = self._silence.last_movement(item)
        else:
            since = facts.snapshot.moved.get(item.id, facts.today)
        return Suspicion(
            item=item,
            giver=giver,
            found=found,
            stuck=stuck,
            since=since,
            days=facts.working_days(since, seen),
            near=node in self._near,
            seat=self._texts.seat(item, giver),
            version=digest(self._texts.covered(item, giver, Meaning.DISMISSED)),
        )

    # Whether somebody has answered

    def _is_answered(self, item: WorkItem, giver: str) -> bool:
        """By a signature of its own, or by one over the same words in another item of its project."""
        subject = suspicion_subject(item.id, giver)
        if any(self._ledger.proofs(subject, meaning) for meaning in (Meaning.CONFIRMED, Meaning.DISMISSED)):
            return True
        return bool(giver) and (item.project, giver, self._texts.text(item, giver)) in self._answers

    @cached_property
    def _answers(self) -> Set[tuple[str, str, str]]:
        """Project, giver and words of all that was dismissed, or confirmed and still holds its item."""
        found = set()
        for subject in {view.subject for view in self._ledger.views}:
            kind, name = split_subject(subject)
            item, written = self._texts.split(name) if kind == SUSPICION else (None, "")
            giver = self._facts.team_id(written)
            if item is None or not giver:
                continue
            holds = bool(self._ledger.proofs(subject, Meaning.CONFIRMED)) and self._covering.names(giver, item)
            if holds or self._ledger.proofs(subject, Meaning.DISMISSED):
                found.add((item.project, giver, self._texts.text(item, giver)))
        return {answer for answer in found if answer[2]}


def _weight(suspicion: Suspicion) -> tuple[bool, bool, date, str]:
    return not suspicion.near, suspicion.stuck is Stuck.SILENT, suspicion.since, suspicion.item.id


def by_seat(group: Sequence[Suspicion]) -> tuple[Suspicion, ...]:
    """Of a group the first suspicion that each person is asked about: the others wait until that is answered."""
    found: dict[str, Suspicion] = {}
    for suspicion in group:
        found.setdefault(suspicion.seat.person.id if suspicion.seat.person is not None else "", suspicion)
    return tuple(found.values())
