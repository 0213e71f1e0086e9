"""What threads do for the app: they tell how far a reading is, and make ready what is shown next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from textual.message import Message

from cockpit.screens import bars

if TYPE_CHECKING:
    from cockpit.records.assessment import Assessment
    from cockpit.screens.base import CockpitScreen
    from cockpit.session.progress import Progress


class Progressed(Message):
    """The first reading is so far."""

    def __init__(self, progress: Progress) -> None:
        super().__init__()
        self.progress = progress

    def can_replace(self, message: Message) -> bool:
        """Only the last one is worth being shown."""
        return isinstance(message, Progressed)


def make_ready(assessment: Assessment, screens: Sequence[CockpitScreen[Any]]) -> None:
    """Make now what the header and these screens would else have to make of an assessment while they show it."""
    from cockpit.screens import headline, why

    assert headline  # loaded here, so that the first row does not wait for it
    bars.make_ready(assessment)
    why.make_ready(assessment)
    for screen in screens:
        screen.make_ready(assessment)
