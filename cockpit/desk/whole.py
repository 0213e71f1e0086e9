"""What the parts of the app know of the whole: declared here, once, and made in `cockpit.app`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from cockpit.desk.keyboard import Keyboard

if TYPE_CHECKING:
    from cockpit.records.assessment import Assessment
    from cockpit.session.live import Session
    from cockpit.session.news import Update


class Whole(Keyboard):
    """The app as each of its parts sees it."""

    folder: Path
    """The portfolio's."""
    assessment: Assessment | None = None
    """What is shown."""

    @property
    def session(self) -> Session:
        """The session; it is open as soon as there is a row to ask it about."""
        raise NotImplementedError

    @property
    def present(self) -> Assessment | None:
        """What is true now, whatever day is shown; None as long as nothing was read."""
        raise NotImplementedError

    async def take_in(self, update: Update) -> None:
        """Make ready what is in view, and show an update."""
        raise NotImplementedError

    def refresh_screens(self) -> None:
        """Have every screen that stands show what is true now."""
        raise NotImplementedError

    def go_to_day(self, choose: Callable[[], date | None]) -> None:
        """Show the day that is chosen, in a thread; None is today."""
        raise NotImplementedError

    def action_read(self) -> None:
        """Read every source again, and say when that is done."""
        raise NotImplementedError
