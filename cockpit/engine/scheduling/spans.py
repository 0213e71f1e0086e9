"""Activities that span others: levels of effort, from what they are tied to, and WBS summaries, from their branch.

They never drive: they are computed after the passes. The rules are Primavera P6's (docs/schedule.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from cockpit.engine.scheduling.calendars import Working
from cockpit.records.model import Link, LinkType


class Times(NamedTuple):
    """The dates of one activity, in minutes. Actual dates are None until they happened; early and late dates are those
    of what is left, and None of what is done."""

    start: int
    finish: int
    actual_start: int | None = None
    actual_finish: int | None = None
    early_start: int | None = None
    early_finish: int | None = None
    late_start: int | None = None
    late_finish: int | None = None


class Tie(NamedTuple):
    """A link of a level of effort to an activity whose dates are known."""

    kind: LinkType
    leads: bool
    """The activity is the predecessor, not the successor."""
    lag: int
    clock: Working
    """The calendar of the lag."""
    other: Times
    is_start_milestone: bool = False

    def moved(self, minute: int) -> int:
        """A date of the activity as the level of effort sees it."""
        return self.clock.add_work(minute, self.lag if self.leads else -self.lag)

    @property
    def gives_start(self) -> bool:
        """Whether the link says where the level of effort begins."""
        return self.kind in ((LinkType.SS, LinkType.FS) if self.leads else (LinkType.SS, LinkType.SF))

    @property
    def takes_start(self) -> bool:
        """Whether it is the start of the activity that counts."""
        return self.kind in ((LinkType.SS, LinkType.SF) if self.leads else (LinkType.SS, LinkType.FS))

    @property
    def actual(self) -> int | None:
        """The date that counts, where it has happened."""
        return self.other.actual_start if self.takes_start else self.other.actual_finish

    @property
    def early(self) -> int | None:
        """The early date that counts."""
        return self.other.early_start if self.takes_start else self.other.early_finish

    @property
    def late(self) -> int | None:
        """The late date that counts."""
        return self.other.late_start if self.takes_start else self.other.late_finish


class _Point(NamedTuple):
    minute: int
    actual: bool


def level_of_effort(ties: Sequence[Tie], working: Working, now: int, finish: int) -> Times:
    """The dates of a level of effort: from the earliest that its links give it as a start to the latest finish.

    `now` is the data date, `finish` the finish of the project. Without a start it begins at the data date, without a
    finish it has no length.
    """
    starts, ends = [t for t in ties if t.gives_start], [t for t in ties if not t.gives_start]
    start = min((_early_start(t, working) for t in starts), default=_Point(working.next_start(now), actual=False))
    end = max((_early_finish(t, working) for t in ends), default=start)
    last = max(_late_finishes(ends, working), default=finish)
    first = min(min(_late_starts(starts), default=last), last)
    begun = start
    if start.minute < now:
        begun = _Point(start.minute, actual=True)
        start = _Point(now if start.actual else working.next_start(now), start.actual)
    if not end.actual and end.minute < max(now, start.minute):
        end = _Point(max(now, start.minute), actual=False)
    early_start = working.next_start(start.minute)
    early_finish = early_start if start.minute == end.minute else end.minute
    shown = begun.minute if begun.actual else early_start
    over = end.actual and working.work_between(now, end.minute) <= 0
    return Times(
        start=shown,
        finish=end.minute if end.actual else early_finish,
        actual_start=shown if (begun.actual and working.work_between(now, shown) <= 0) or over else None,
        actual_finish=end.minute if over else None,
        early_start=early_start,
        early_finish=early_finish,
        late_start=working.next_start(first) if first < last else first,
        late_finish=last,
    )


def _early_start(tie: Tie, working: Working) -> _Point:
    if tie.actual is None:
        return _Point(tie.moved(tie.early or 0), actual=False)
    minute = tie.moved(tie.actual)
    if tie.leads and tie.kind is LinkType.SS and tie.other.actual_finish is None and working.is_open(minute):
        minute = working.next_start(minute)
    return _Point(minute, actual=True)


def _early_finish(tie: Tie, working: Working) -> _Point:
    if tie.actual is None:
        return _Point(working.prev_finish(tie.moved(tie.early or 0)), actual=False)
    minute = tie.moved(tie.actual)
    if tie.takes_start and (tie.leads or working.is_open(minute)):
        minute = working.prev_finish(minute)
    return _Point(minute, actual=True)


def _late_starts(ties: Iterable[Tie]) -> Iterator[int]:
    for tie in ties:
        of_actual = tie.actual is not None and not (tie.leads and tie.kind is LinkType.SS)
        if of_actual and not (tie.leads and tie.is_start_milestone and tie.other.late_start is not None):
            yield tie.moved(tie.actual or 0)
        else:
            late = tie.other.late_start if tie.is_start_milestone and of_actual else tie.late
            if late is not None:
                yield tie.moved(late)


def _late_finishes(ties: Iterable[Tie], working: Working) -> Iterator[int]:
    for tie in ties:
        if tie.actual is not None:
            yield _early_finish(tie, working).minute
        elif tie.late is not None:
            yield working.prev_finish(tie.moved(tie.late))


def in_order(names: Sequence[str], links: Sequence[Link]) -> list[str]:
    """Levels of effort in an order in which each comes after those that it is tied to; a circle is cut anywhere."""
    known = set(names)
    before: Mapping[str, list[str]] = {name: [] for name in names}
    for link in links:
        if link.predecessor in known and link.successor in known:
            before[link.successor].append(link.predecessor)
    order: list[str] = []
    state: dict[str, int] = {}
    for name in sorted(names):
        stack = [(name, False)]
        while stack:
            current, done = stack.pop()
            if done:
                order.append(current)
            elif current not in state:
                state[current] = 1
                stack.append((current, True))
                stack += [(other, False) for other in sorted(before[current], reverse=True) if other not in state]
    return order
