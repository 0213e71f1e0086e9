"""What the text of a work item says of whom it waits for, and what a signature about that is worth.

All of it follows from the item, its text, the tables of teams and people, and who owns what: from nothing that a
statement about a dependency could change, so that a confirmed suspicion can become one without a circle.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Set
from copy import copy
from functools import cached_property
from typing import TYPE_CHECKING

from cockpit.basics.classes import dataclass
from cockpit.engine.assign import ASSIGNED
from cockpit.engine.suspicions import waitwords
from cockpit.engine.suspicions.naming import Names, by_place
from cockpit.engine.suspicions.plainwords import Sentence, sentences, words_of
from cockpit.records.model import Meaning, Person, Statement, WorkItem
from cockpit.trust import entitlement, obligations
from cockpit.trust.canonical import digest
from cockpit.trust.entitlement import Seat
from cockpit.trust.obligations import Covered

if TYPE_CHECKING:
    from cockpit.engine.facts import Facts

TITLE, STATUS = "title", "status"
"""The columns of ours whose text is read, beside all that Cockpit has no name for."""
MOST_READ = 262_144
"""So many characters of one item are read: a few hundred long comments."""


@dataclass(frozen=True, slots=True)
class Found:
    """A sentence that says for whom an item waits, or that it does."""

    column: str
    sentence: str
    """As written; of a long one the part that says it."""
    normal: str
    """Its words alone: what a dismissal covers."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the text of one item says."""

    named: Mapping[str, tuple[Found, ...]]
    """Other teams and vendors by id, each with the sentences that name it."""
    inside: bool
    """It names its own team, or somebody there."""
    waiting: tuple[Found, ...]
    """The sentences that say that it waits, whoever for, and the columns that say why."""


class Suspicions:
    """The texts of a portfolio's work items, each read when it is asked for, once."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._readings: dict[str, Reading] = {}
        self._headers: dict[str, tuple[str, ...]] = {}
        self._waits: dict[str, bool] = {}

    def over(self, facts: Facts, touched: Set[str]) -> Suspicions:
        """The same for another snapshot, by which nothing but these items is otherwise."""
        other = copy(self)
        other._facts = facts
        other._readings = {name: reading for name, reading in self._readings.items() if name not in touched}
        return other

    @cached_property
    def _names(self) -> Names:
        facts = self._facts
        enrolled = facts.owners.enrolled_teams
        people = ((p, facts.team_id(next(iter(enrolled.get(p.id, ())), p.team))) for p in facts.people.values())
        return Names(facts.teams.values(), people)

    @cached_property
    def _telling(self) -> frozenset[str]:
        """A sentence without any of these words says nothing here."""
        return waitwords.signs() | self._names.first_words

    # What an item says

    def is_blocked(self, item: WorkItem) -> bool:
        """Whether it says that it waits: by its state, by a flag of its tracker, or in the words of its status."""
        if item.status not in self._waits:
            self._waits[item.status] = any(waitwords.waits(each) for each in sentences(item.status))
        return self._waits[item.status] or any(self._is_flag(*pair) for pair in item.extra)

    def _is_flag(self, header: str, text: str) -> bool:
        words = self._words(header)
        flag = "flagged" in words or "".join(words) in waitwords.FLAGS
        return flag and " ".join(text.casefold().split()) not in waitwords.NO

    def _words(self, header: str) -> tuple[str, ...]:
        if header not in self._headers:
            self._headers[header] = words_of(header[:200])
        return self._headers[header]

    def reading(self, item: WorkItem) -> Reading:
        """What its text says."""
        if item.id not in self._readings:
            self._readings[item.id] = self._read(item)
        return self._readings[item.id]

    def _texts(self, item: WorkItem) -> Iterator[tuple[str, str]]:
        left = MOST_READ
        for column, text in ((TITLE, item.title), (STATUS, item.status), *item.extra):
            if column != ASSIGNED and left > 0:
                yield column, text[:left]
                left -= len(text)

    def _read(self, item: WorkItem) -> Reading:
        own = set(self._facts.directory.chain(self._facts.team_of(item)))
        named: dict[str, dict[str, Found]] = defaultdict(dict)
        waiting: dict[str, Found] = {}
        inside = False
        for column, text in self._texts(item):
            in_reason = column not in (TITLE, STATUS) and not waitwords.REASONS.isdisjoint(self._words(column))
            for sentence in sentences(text, None if in_reason else self._telling):
                places = by_place(self._names.hits(sentence, in_reason=in_reason))
                for giver, place in places.items():
                    if giver in own:
                        inside = True
                    else:
                        named[giver].setdefault(sentence.normal, _found(column, sentence, place))
                if in_reason or waitwords.waits(sentence):
                    waiting.setdefault(sentence.normal, _found(column, sentence, 0))
        found = {giver: tuple(by_words.values()) for giver, by_words in sorted(named.items())}
        return Reading(found, inside, tuple(waiting.values()))

    def found(self, item: WorkItem, giver: str) -> tuple[Found, ...]:
        """The sentences for which a team is suspected; where none is (empty), those that say that it waits."""
        reading = self.reading(item)
        return reading.named.get(self._facts.team_id(giver), ()) if giver else reading.waiting

    # Who says what of it, and over which version

    def text(self, item: WorkItem, giver: str) -> str:
        """What a dismissal covers of an item's text: the words of the sentences found, in whatever order they stand."""
        words = {each.normal for each in self.found(item, giver)}
        if not giver:
            words |= {" ".join(words_of(item.title)), " ".join(words_of(item.status))}
        return " | ".join(sorted(words - {""}))

    def covered(self, item: WorkItem, giver: str, meaning: Meaning, called: str = "") -> Covered:
        """The fields that a signature of this meaning covers. `called` is another id that the item had, if that was
        signed: another row may stand for both now.

        A confirmation holds whatever becomes of the text: else whoever edits a comment could take a dependency away.
        A dismissal is over the words found and names who was to say it: whoever assigns a ticket to themself to dismiss
        it cannot give it back.
        """
        if meaning is Meaning.CONFIRMED:
            return obligations.confirmation_covered(called or item.id, giver)
        seat = self.seat(item, giver)
        asked = seat.person.id if seat.person is not None else ""
        return obligations.dismissal_covered(called or item.id, giver, asked, self.text(item, giver))

    def seat(self, item: WorkItem, giver: str) -> Seat:
        """Who is asked: the item's owner, else the lead of its team, else the project's owner, else the steward; each
        only as far as they are known and do not stand on the giving side."""
        facts, project = self._facts, self._facts.projects.get(item.project)
        asked = [
            ("the owner of the work item", item.owner),
            ("the lead of its team", facts.lead_of(facts.team_of(item))),
            ("the owner of its project", project.owner if project else ""),
            ("the steward of the portfolio", facts.steward),
        ]
        return entitlement.suspicion_seat(asked, giver, facts.directory)

    def split(self, name: str) -> tuple[WorkItem | None, str]:
        """Item and giver of the name `ITEM>GIVER`; the last `>` before which a known item stands counts."""
        end = len(name)
        while (end := name.rfind(">", 0, end)) >= 0:
            item = self._facts.items.get(self._facts.reconciled.names.item(name[:end]))
            if item is not None and not item.stub:
                return item, name[end + 1 :]
        return None, ""

    def judge(
        self, name: str, proof: Statement, person: Person, stands_in: Callable[[Seat], bool]
    ) -> tuple[str | None, str]:
        """The version of a suspicion (None: nobody knows the item), and why this person may not say this of it."""
        item, giver = self.split(name)
        if item is None:
            return None, ""
        meaning = Meaning(proof.body["meaning"])
        if meaning not in (Meaning.CONFIRMED, Meaning.DISMISSED):
            return "", f"A suspicion is confirmed or dismissed, not {meaning}."
        if meaning is Meaning.CONFIRMED and not giver:
            return "", "It does not say which team the item waits for."
        seat, known = self.seat(item, giver), self._facts.directory
        called = name[: len(name) - len(giver) - 1]
        version, stand_in = digest(self.covered(item, giver, meaning, called)), stands_in(seat)
        if meaning is Meaning.DISMISSED:
            return version, entitlement.may_dismiss_suspicion(person, giver, seat, known, stand_in=stand_in)
        answering = (seat.person.id if seat.person is not None else "", *self._answering(item, proof))
        why = entitlement.may_confirm_suspicion(
            person, giver, answering, self._receiving(item), known, stand_in=stand_in
        )
        return version, why

    def _receiving(self, item: WorkItem) -> tuple[str, ...]:
        """The teams that wait: the item's own and its project's."""
        project = self._facts.projects.get(item.project)
        teams = (self._facts.team_of(item), self._facts.team_id(project.team) if project is not None else "")
        return tuple(dict.fromkeys(team for team in teams if team))

    def _answering(self, item: WorkItem, proof: Statement) -> tuple[str, ...]:
        """Who answers for an item's project or leads a team that waits, as the signer could know them."""
        facts, project = self._facts, self._facts.projects.get(item.project)
        teams = (facts.teams[name] for name in self._receiving(item) if name in facts.teams)
        leads = (facts.owners.seen_by("team", team, proof).lead for team in teams)
        if project is None:
            return (facts.steward, *leads)
        known = facts.owners.seen_by("project", project, proof)
        return (facts.steward, known.owner, known.sponsor, *leads)


def _found(column: str, sentence: Sentence, place: int) -> Found:
    return Found(column, sentence.excerpt(place), sentence.normal)
