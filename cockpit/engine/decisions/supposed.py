"""The case of a portfolio under assumptions: the very engine, asked of rows and signatures that are not there.

What is assumed of a dependency is a signature of its giver, heard beside those of the ledger, and other rows of the
giver's own work. So the answer is that of a portfolio in which it is truly signed and done today. Of the case of today
is taken over what an edit takes over; the days on which files were looked at stay what they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from copy import copy
from dataclasses import replace
from datetime import UTC, date, datetime, time
from functools import cached_property
from typing import Any

from cockpit.basics.classes import dataclass
from cockpit.engine.case import Case
from cockpit.engine.dependencies import Judged, judge
from cockpit.engine.facts import Facts
from cockpit.engine.path.blockage import Blockage
from cockpit.engine.portfolio import Loom, Woven, day_of, woven_by
from cockpit.engine.recalled import Kept, Key, Recalled
from cockpit.engine.scheduling.calendars import minute_of
from cockpit.engine.scheduling.lessened import Lessened, lessened
from cockpit.engine.scheduling.network import Network
from cockpit.engine.scheduling.rebuilt import Built, Given, Rebuilt
from cockpit.engine.scheduling.ripple import Patched
from cockpit.engine.scheduling.schedule import Run
from cockpit.engine.statements.ledger import Ledger, Proof
from cockpit.records.model import Dependency, Meaning, Person, State, Statement, WorkItem
from cockpit.records.whatif import Assumption
from cockpit.trust.bodies import PROOF
from cockpit.trust.obligations import DEPENDENCY, MILESTONE, dependency_subject, split_subject

NOBODY = Person(id="", name="the what-if")
"""Who is taken to sign where nobody can."""


def supposed(case: Case, assumptions: Iterable[Assumption]) -> Case:
    """The case of the same portfolio under these assumptions; what is no dependency and no work changes nothing."""
    known = {each.subject: each for each in assumptions}
    work = _Work(case)
    for each in known.values():
        work.assume(each)
    read = case.facts.read
    if work.rows:
        moved = {**read.moved, **dict.fromkeys(work.rows, case.facts.today)}
        read = replace(read, work_items=work.applied(read.work_items), moved=moved)
    facts = Facts(read, case.facts.today)
    facts.take(case.facts)
    own: dict[str, Any] = {"needs": object(), "receivers": {}, "looks": case.facts.looks}
    if facts.touched is not None:
        spoken = {name for subject in known for name in _spoken_of(case, subject) if name in facts.items}
        own["touched_items"] = facts.touched_items | spoken
        own["touched"] = facts.touched | {facts.items[name].project for name in spoken}
    vars(facts).update(own)
    return Supposed(facts, case, None, tuple(known.values()), frozenset(work.done))


def work_of(case: Case, subject: str) -> str:
    """The id of the work that has to be done for it: the giver's own item, or the silent one; empty for none."""
    judged = case.judged.get(subject)
    return judged.view.record.giver_item if judged is not None else split_subject(subject)[1]


def _spoken_of(case: Case, subject: str) -> tuple[str, ...]:
    judged = case.judged.get(subject)
    if judged is None:
        return (split_subject(subject)[1],)
    return judged.view.record.giver_item, judged.view.record.receiver_item


class _Work:
    """The rows of work under assumptions."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._today = datetime.combine(case.facts.today, time())
        self.rows: dict[str, dict[str, Any]] = {}
        """By id what a row says otherwise."""
        self.done: set[str] = set()

    def assume(self, assumption: Assumption) -> None:
        """Take into account what is assumed of one subject."""
        item = self._case.facts.items.get(work_of(self._case, assumption.subject))
        if item is None or item.stub or self._case.facts.is_done(item):
            return
        if assumption.on is None:
            self._finish(item)
        else:
            self._end_on(item, assumption.on)

    def _finish(self, item: WorkItem) -> None:
        """It is done now, with all work below it."""
        self.done.add(item.id)
        self.rows[item.id] = {
            "state": State.DONE,
            "percent": 100.0,
            "remaining_days": 0.0,
            "actual_start": item.actual_start or self._today,
            "actual_finish": self._today,
        }
        for below in self._case.facts.below.get(item.id, ()):
            if not self._case.facts.is_done(below) and below.id not in self.done:
                self._finish(below)

    def _end_on(self, item: WorkItem, day: date) -> None:
        """It is under way, and as much of it is left as ends on that day, where it would end later."""
        case, node = self._case, self._case.woven.node(item.id)
        if node is None or item.id in self.done or day_of(case.blockage.held.finish[node]) <= day:
            return
        calendar = case.woven.network.calendar_of(node)
        left = max(0, calendar.work_between(minute_of(case.facts.today), calendar.finish_of(day)))
        if left >= case.woven.network.remaining[node]:
            return  # what it waits for makes it late, not how much of it is left
        days = left / calendar.minutes_per_day
        if item.id in self.rows and self.rows[item.id]["remaining_days"] >= days:
            return  # somebody else is to have it later
        self.rows[item.id] = {
            "state": State.DOING,
            "percent": None,
            "remaining_days": days,
            "actual_start": item.actual_start or self._today,
        }

    def applied(self, items: Iterable[WorkItem]) -> tuple[WorkItem, ...]:
        """The rows of the files as they would be."""
        names = self._case.facts.reconciled.names
        ids = self.rows.keys() | {name for name, standing in names.items.items() if standing in self.rows}
        return tuple(
            replace(item, **self.rows[names.item(item.id)]) if item.id in ids and not item.stub else item
            for item in items
        )


@dataclass(frozen=True)
class Supposed(Case):
    """The case under assumptions; `earlier` is that of today, None where all is made anew."""

    assumptions: tuple[Assumption, ...] = ()
    done: frozenset[str] = frozenset()
    """The work that is assumed to be done."""

    @cached_property
    def _subjects(self) -> frozenset[str]:
        return frozenset(each.subject for each in self.assumptions)

    @property
    def same_needs(self) -> Case | None:
        """None: something is signed here that is not signed today."""
        return None

    @cached_property
    def official(self) -> Case | None:
        """The same by the official sources alone."""
        facts = self.facts.official
        return None if facts is None else Supposed(facts, None, None, self.assumptions, self.done)

    def heard(self, dependencies: Mapping[str, Dependency]) -> Ledger:
        """Every statement, with those that are assumed."""
        ledger = super().heard(dependencies)
        place = len(self.facts.snapshot.statements)
        found = (self._signed(ledger, each, dependencies, place) for each in self.assumptions)
        accepted = (self._proof(NOBODY, f"{MILESTONE}:{name}", Meaning.VALIDATED, None, place) for name in self.done)
        return _Supposing(ledger, [*(proof for proof in found if proof is not None), *accepted])

    def _signed(
        self, ledger: Ledger, assumption: Assumption, dependencies: Mapping[str, Dependency], place: int
    ) -> Proof | None:
        kind, name = split_subject(assumption.subject)
        dependency = dependencies.get(name) if kind == DEPENDENCY else None
        if dependency is None:
            return None
        person = ledger.entitled.giver(dependency).person or NOBODY
        meaning = Meaning.RESOLVED if assumption.on is None else Meaning.PROMISED
        return self._proof(person, assumption.subject, meaning, assumption.on, place)

    def _proof(self, person: Person, subject: str, meaning: Meaning, on: date | None, place: int) -> Proof:
        """A signature of today, with a link for evidence."""
        at = datetime.combine(self.facts.today, time(), UTC)
        body = {"subject": subject, "meaning": str(meaning), "of": "", "evidence": [], "note": "what-if://assumed"}
        said = Statement(
            id=f"what-if {subject} {meaning}",
            payload=b"",
            signature="",
            type=PROOF,
            signer=person.id,
            key="",
            signed_at=at,
            parents=(),
            body=body,
        )
        return Proof(said, meaning, person, on, None, place, at)

    @cached_property
    def woven(self) -> Woven:
        """The network: from that of today, without the ties of what is resolved."""
        if self.earlier is None:
            return super().woven
        before = self.earlier.woven
        return woven_by(_Loom(self.facts, before), self.facts, self._unsettled, before)

    @cached_property
    def judged(self) -> dict[str, Judged]:
        """Every dependency; those of which nothing is otherwise as today."""
        before, shifted = self.earlier, self.woven.shifted
        if before is None:
            return super().judged
        found: dict[str, Judged] = {}
        for dependency in self._dependencies.values():
            subject = dependency_subject(dependency)
            known = before.judged.get(subject)
            if known is None or shifted is None or not self._stands(known, dependency, shifted):
                made = judge(self.facts, self.ledger, self.woven, dependency)
                known = known if known == made else made
            found[subject] = known
        return found

    def _stands(self, known: Judged, dependency: Dependency, shifted: Set[int]) -> bool:
        """Whether nothing is assumed of a dependency, nor of any work that it is about."""
        if known.view.record != dependency or known.view.subject in self._subjects:
            return False
        names = (dependency.giver_item, dependency.receiver_item, *known.receiver.items)
        if self.facts.touched is None or not self.facts.touched_items.isdisjoint(names):
            return False
        return shifted.isdisjoint(self.woven.nodes(dependency.giver_item))

    @cached_property
    def blockage(self) -> Blockage:
        """Holds, silence, and what they cost."""
        found = super().blockage
        # All that a signature changes here is told by `judged` and by what is touched.
        vars(found)["disturbed"] = found.disturbances()
        return found


class _Loom(Loom):
    """Makes each network from that of today, or from one of today with more ties."""

    def __init__(self, facts: Facts, today: Woven) -> None:
        super().__init__(facts, today, Recalled())
        self._today = today
        self._less: dict[int, Lessened] = {}
        """By the identity of a network's index, those that were made from the network of today."""

    def _rebuilt(self, key: Key, given: Given, /) -> Rebuilt:
        if key in self._built_before:
            return super()._rebuilt(key, given)
        more = [other for other in self._built_before if other.ties > key.ties and other[1:] == key[1:]]
        whole = self._built_before[min(more, key=lambda other: len(other.ties))] if more else None
        found = lessened(whole, given) if whole is not None else None
        if whole is None or found is None:
            return super()._rebuilt(key, given)
        if whole.network.index is self._today.network.index:
            self._less[id(found.network.index)] = found
        return Rebuilt(Built(given, found.network), None)

    def _passed(self, network: Network, data_date: int, kept: Kept) -> tuple[Run, Patched]:
        found = self._less.get(id(network.index))
        if found is None:
            return super()._passed(network, data_date, kept)
        run, dates = found.dates(self._today.run, self._today.base)
        return run, Patched(dates)


class _Supposing(Ledger):
    """One with more proofs, whose signers knew of everything before them."""

    def __init__(self, ledger: Ledger, proofs: Sequence[Proof]) -> None:
        vars(self).update(vars(copy(ledger)))
        assumed = frozenset(proof.statement.id for proof in proofs)
        known = ledger.knew
        self.knew = lambda one, other: one in assumed or (other not in assumed and known(one, other))
        self._proofs = {key: list(found) for key, found in ledger._proofs.items()}
        for proof in proofs:
            key = (str(proof.statement.body["subject"]), proof.meaning)
            self._proofs[key] = [*self._proofs.get(key, []), proof]
