"""Edits that are no changed rows: progress that nothing proves, the charter, drops of the past that were rewritten."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from cockpit.engine.edits import claims
from cockpit.engine.edits.bindings import RECENT, change_of, shown
from cockpit.engine.edits.known import Known, Place
from cockpit.engine.edits.pasts import LATEST
from cockpit.engine.edits.rows import Found, found
from cockpit.engine.statements import policies
from cockpit.records.edits import Step, What

if TYPE_CHECKING:
    from cockpit.engine.facts import Facts

_AFTER = 1_000_000_000
"""The place of what is no reading, among those of its day: after them."""


class Progress:
    """Work in progress that is further than anything proves."""

    def __init__(self, facts: Facts, known: Known) -> None:
        self._facts = facts
        self._known = known
        self._claims = facts.read.pasts.claims

    @cached_property
    def _names(self) -> dict[str, list[str]]:
        """Scope → the work items in progress whose rows said several things of how far they are."""
        names: dict[str, list[str]] = defaultdict(list)
        for name in self._claims:
            item = self._facts.items.get(self._known.key("work_items", name))
            if item is not None and self._facts.is_started(item) and not self._facts.is_done(item):
                names[self._known.place_of(item).scope].append(name)
        return names

    def scopes(self) -> set[str]:
        """The scopes in which there is such work."""
        return set(self._names)

    def steps(self, scope: str) -> Iterator[Step]:
        """When something was said of how far such work is."""
        for name in self._names.get(scope, ()):
            yield from (claim.since for row in self._claims[name] for claim in row)

    def of(self, scope: str, base: Step | None, until: Step) -> Iterator[Found]:
        """What was claimed without proof since a step, up to another."""
        for name in self._names.get(scope, ()):
            item = self._facts.items[self._known.key("work_items", name)]
            for row in self._claims[name]:
                known = [claim for claim in row if claim.since <= until]
                said = claims.unproven(self._facts, known, base)
                if said is not None:
                    texts = ("left to do", said.was, said.now)
                    place = self._known.place_of(item)
                    yield found(place, f"item:{item.id}", What.PROGRESS, texts, Step(said.on, 0), item.origin)


class CharterEdits:
    """Settings of the charter that say otherwise, and drops that do."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._noted = facts.read.pasts.settings
        self._rewritten = facts.read.pasts.rewritten
        self._removed = facts.read.pasts.removed
        self._place = Place(facts.snapshot.portfolio.id, "")

    def scopes(self) -> set[str]:
        """The scope of what is no project's own."""
        return {self._place.scope}

    def steps(self, scope: str) -> Iterator[Step]:
        """When the charter or a drop was read."""
        if scope == self._place.scope:
            yield from (Step(noted.on, _AFTER + number) for number, noted in enumerate(self._noted))
            yield from (Step(each.on, _AFTER) for each in self._rewritten)
            yield from (Step(each.on, _AFTER) for each in self._removed)

    def of(self, scope: str, base: Step | None, until: Step) -> Iterator[Found]:
        """What was edited since a step, up to another."""
        if scope == self._place.scope:
            yield from self._settings(base, until)
            yield from self._drops(base, until)

    def _settings(self, base: Step | None, until: Step) -> Iterator[Found]:
        for name, said in sorted(self._said(until).items()):
            begun = max((place for place, (step, _) in enumerate(said) if base is not None and step <= base), default=0)
            change = change_of("", said[begun:], self._facts.today)
            if change is None and name == "portfolio.steward":
                # Whom it names may have signed it: that they are it now is told all the same, for a while.
                change = change_of("", said, self._facts.today)
                change = change if change is not None and change.on >= self._facts.today - RECENT else None
            if change is not None and policies.is_looser_setting(name, change.was, change.now):
                texts = ("setting", shown(change.was), shown(change.now))
                edit = found(self._place, f"charter:{name}", What.SETTING, texts, Step(change.on, 0), policies.CHARTER)
                yield edit._replace(bound=(f"charter:{name}", "", str(change.was or ""), str(change.now or "")))

    def _said(self, until: Step) -> dict[str, list[tuple[Step, str | None]]]:
        """Setting → what the charter said of it, earliest first, up to a step; last what it says today."""
        said: dict[str, list[tuple[Step, str | None]]] = {}
        begun = Step(self._noted[0].on, 0) if self._noted else LATEST
        for number, noted in enumerate(self._noted):
            step = Step(noted.on, _AFTER + number)
            if step <= until:
                said.setdefault(noted.name, [] if noted.first else [(begun, None)]).append((step, noted.value))
        if until == LATEST and self._noted:
            now = self._facts.read.settings
            for name in now.keys() | said.keys():
                last = LATEST._replace(on=self._facts.today)
                said.setdefault(name, [(begun, None)]).append((last, now.get(name)))
        return said

    def _drops(self, base: Step | None, until: Step) -> Iterator[Found]:
        for each in self._rewritten:
            step = Step(each.on, _AFTER)
            if step <= until and (base is None or step > base):
                text = "came after later ones had been read" if each.late else "was changed after it had been read"
                yield found(self._place, f"drop:{each.path}", What.HISTORY, ("drop", "", text), step)
        for gone in self._removed:
            step = Step(gone.on, _AFTER)
            if step <= until and (base is None or step > base):
                yield found(self._place, f"file:{gone.path}", What.FILE, ("file", "", "was taken away"), step)
