"""All that happened to one subject, oldest first: what files said of it, and what was signed over which version."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.content import Content

from cockpit.records.past import Event, Told
from cockpit.screens.detail import PaneScreen
from cockpit.screens.pane import FactsPane
from cockpit.screens.why import Facts, Line
from cockpit.screens.words import STYLES, count, inert, sentence_of
from cockpit.wording import telling

if TYPE_CHECKING:
    from cockpit.session.live import Session

MOST = 300
"""So many events are shown, the latest; `cockpit verify` prints all."""


class HistoryScreen(PaneScreen):
    """The history of a subject; it is asked of the session, and again whenever the assessment changes."""

    def __init__(self, session: Session, subject: str) -> None:
        super().__init__()
        self._session = session
        self._subject = subject

    def take(self) -> None:
        """Ask for the history as it is now; what was shown stays until it is there."""
        if self._last is None:
            self._say(f"reading the history of {self._subject} …", "muted")
        self.run_worker(self._read(), group="history", exclusive=True, exit_on_error=False)

    async def _read(self) -> None:
        as_of = self.desk.shown_day.as_of
        try:
            found = await asyncio.to_thread(self._session.events_of, (self._subject,), as_of)
        except Exception as error:
            self._say(sentence_of(error), "bad")
            return
        self._last = history_facts(*next(iter(found.items()), (self._subject, ())))
        self.query_one(FactsPane).show_facts(self._last)

    def _say(self, text: str, tone: str) -> None:
        self.query_one(FactsPane).show_facts(self._last, Content.styled(f"{inert(text)}\n\n", STYLES[tone]))

    def action_history(self) -> None:
        """Go back: the key that shows the history takes it away."""
        self.action_leave()


def history_facts(subject: str, events: Sequence[Event]) -> Facts:
    """Return the history as lines; what holds no longer is dimmed, and stays readable."""
    shown = events[-MOST:]
    lines: list[Line] = [("head", subject), ("muted", f"{count(len(events), 'event')}, oldest first")]
    if len(events) > len(shown):
        lines.append(("warn", f"{len(events) - len(shown):,} before these: cockpit verify FOLDER SUBJECT prints all"))
    for event in shown:
        lines += [("", ""), *telling.event_lines(event)]
    origin = next((event.origin for event in reversed(events) if isinstance(event, Told)), None)
    return Facts(tuple(lines), origin, subject)
