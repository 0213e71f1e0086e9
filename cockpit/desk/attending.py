"""When somebody looks at the app, and what changed since they last did."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from textual import events

from cockpit.desk.whole import Whole
from cockpit.personal.looks import PAUSE, Look, Looks, Since, since, standing

if TYPE_CHECKING:
    from cockpit.records.assessment import Assessment, Breach

    Seen = tuple[tuple[Breach, ...], date]
    """The breaches of the present, and its day."""


_keeping = Lock()
"""Of two threads of this process one keeps what was seen after the other, the later look last."""


def clock() -> datetime:
    """Return the present."""
    return datetime.now(UTC)


class Attending(Whole):
    """The part of the app that remembers what its user has seen. Nothing ticks: the time is looked at when a key is
    pressed. What was seen is kept with the first key after it has changed, now and then, and when the app ends."""

    _base: tuple[Look, datetime] | None = None
    """The look with which this one is compared, and when this one began; None where this is the first."""
    _touched: datetime | None = None
    """When a key was touched last; None as long as nobody knows what was seen before."""
    _seen: Seen | None = None
    """What was true then."""
    _kept: tuple[object, datetime] | None = None
    """The breaches that were kept last, and when."""
    _found: tuple[object, Seen, Since] | None = None

    def on_mount(self) -> None:
        """Ask what was seen last, once the first frame stands."""
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        self.run_worker(self._remember(), group="look", exit_on_error=False)

    async def _remember(self) -> None:
        looks = await asyncio.to_thread(_recall, self.folder)
        self._touched = clock()
        base = looks.since(self._touched) if looks is not None else None
        self._base = (base, self._touched) if base is not None else None
        self.refresh_screens()

    async def on_event(self, event: events.Event) -> None:
        """Notice that somebody is there."""
        if isinstance(event, events.Key | events.MouseDown | events.MouseScrollDown | events.MouseScrollUp):
            self._attend()
        await super().on_event(event)

    def _attend(self) -> None:
        now, last, seen, present = clock(), self._touched, self._seen, self.present
        if last is None or present is None:
            return
        if now - last >= PAUSE and seen is not None:
            self._base = (_look(seen, last), now)
            self.refresh_screens()
        self._touched, self._seen = now, (present.breaches, present.today)
        kept = self._kept
        if kept is None or present.breaches is not kept[0] or now - kept[1] >= PAUSE / 2:
            self._kept = (present.breaches, now)
            keeping = asyncio.to_thread(_keep, self.folder, self._seen, now, self._before)
            self.run_worker(keeping, group="seen", exit_on_error=False)

    def on_unmount(self) -> None:
        """Keep what was seen last."""
        if self._seen is not None and self._touched is not None:
            _keep(self.folder, self._seen, self._touched, self._before)

    @property
    def _before(self) -> Look | None:
        return self._base[0] if self._base is not None else None

    def since(self, assessment: Assessment) -> Since | None:
        """What changed since this user last looked, up to an assessment; None where that is of a past day, or where
        they have never looked before. Called in any thread."""
        base, found, seen = self._base, self._found, (assessment.breaches, assessment.today)
        if base is None or assessment.today != (self.present or assessment).today:
            return None
        if found is None or found[0] is not base or found[1][0] is not seen[0] or found[1][1] != seen[1]:
            self._found = found = (base, seen, since(*base, *seen))
        return found[2]


def _look(seen: Seen, at: datetime) -> Look:
    breaches, today = seen
    return Look(at, today, standing(breaches))


def _recall(folder: Path) -> Looks | None:
    from cockpit.personal import looked

    return looked.recall(folder)


def _keep(folder: Path, seen: Seen, at: datetime, before: Look | None) -> None:
    """Keep what was seen, unless another session of this user has been looked at since. What was seen long after now
    was seen before the clock was set back."""
    from cockpit.personal import looked

    with _keeping:
        known = looked.recall(folder)
        if known is None or not at < known.last.at < clock() + PAUSE:
            looked.keep(folder, Looks(_look(seen, at), before))
