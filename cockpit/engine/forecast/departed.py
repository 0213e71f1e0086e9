"""Work that was finished and has left its file since: trackers and lists forget what is over, a pace must not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import takewhile
from typing import NamedTuple

from cockpit.engine.edits.pasts import Line
from cockpit.engine.facts import Facts
from cockpit.records.model import WorkItem


class Departed(NamedTuple):
    """A work item as its file held it last, and the day on which it was first seen done since it was open last."""

    item: WorkItem
    seen: date


def departed(facts: Facts) -> Mapping[str, Sequence[Departed]]:
    """Project → its finished work that no file holds any more."""
    found: dict[str, list[Departed]] = defaultdict(list)
    for line in facts.edits.gone_items.values():
        if isinstance(line.last, WorkItem) and facts.is_done(line.last):
            found[facts.edits.project_of(line.last)].append(Departed(line.last, _seen_done(facts, line)))
    return found


def _seen_done(facts: Facts, line: Line) -> date:
    held = [said for said in reversed(line.said) if isinstance(said.record, WorkItem)]
    done = takewhile(lambda said: isinstance(said.record, WorkItem) and facts.is_done(said.record), held)
    return min(said.since.on for said in done)
