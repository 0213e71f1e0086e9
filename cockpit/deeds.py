"""What the rows of every screen ask the app for: to copy, to open a source, to sign, to tell a history."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

from textual.app import App

from cockpit.amounts import delay_currency
from cockpit.screens.words import inert

if TYPE_CHECKING:
    from cockpit.assessment import Assessment, SignOff
    from cockpit.live import Session
    from cockpit.model import Origin, Statement
    from cockpit.news import Update


class Deeds(App[None]):
    """The part of the app that does it, over a session that is open by the time there is a row."""

    folder: Path
    assessment: Assessment | None = None
    """What is shown."""

    @property
    def session(self) -> Session:
        """The session."""
        raise NotImplementedError

    @property
    def present(self) -> Assessment | None:
        """What is true now, whatever day is shown; None as long as nothing was read."""
        raise NotImplementedError

    async def take_in(self, update: Update) -> None:
        """Make an update ready and show it."""
        raise NotImplementedError

    def _work(self, work: Coroutine[Any, Any, None], group: str) -> None:
        self.run_worker(work, group=group, exclusive=True, exit_on_error=False)

    def say(self, message: str, severity: str = "information") -> None:
        """Show a sentence; it is never markup."""
        text = "\n".join(inert(line, 400) for line in message.splitlines()[:6])
        self.notify(
            text, severity=cast("Literal['information', 'warning', 'error']", severity), timeout=6, markup=False
        )

    def copy_text(self, text: str) -> None:
        """Copy to tmux where it runs, else through the terminal."""
        self._work(self._copy(text), "copy")

    async def _copy(self, text: str) -> None:
        from cockpit.screens import terminal

        in_tmux: bool = bool(os.environ.get("TMUX"))
        if in_tmux and await asyncio.to_thread(terminal.copy_to_tmux, text):
            self.say("Copied to the tmux buffer.")
            return
        self.copy_to_clipboard(text)
        self.say("Copied, if your terminal allows it (OSC 52).")

    def open_origin(self, origin: Origin) -> None:
        """Open a source at its row in the editor; of a workbook, name sheet and row."""
        from cockpit.screens import terminal

        problem = terminal.open_in_editor(self, self.folder, origin)
        if problem:
            self.say(problem, "warning")

    def sign(self, signoff: SignOff) -> None:
        """Show what would be signed, sign it, and assess anew."""
        from cockpit.model import Meaning
        from cockpit.screens.sign import SignScreen

        def signed(statement: Statement | None) -> None:
            if statement is not None:
                self._work(self._signed(statement, signoff.title), "update")

        if Meaning.DECIDED in signoff.meanings:
            from cockpit.screens.deciding import DecideScreen

            currency = delay_currency(self.assessment) if self.assessment is not None else None
            self.push_screen(DecideScreen(self.session, signoff, currency), signed)
        else:
            self.push_screen(SignScreen(self.session, signoff), signed)

    async def _signed(self, statement: Statement, title: str) -> None:
        from cockpit.signatures import by_id, signature

        await self.take_in(await asyncio.to_thread(self.session.update))
        view = by_id(self.present).get(statement.id) if self.present is not None else None
        self.say(f"{title}: {signature(view)}" if view else f"Signed by {statement.signer}: {title}")

    def show_history(self, subject: str) -> None:
        """Show all that happened to a subject, as it was known on the day that is shown."""
        from cockpit.screens.history import HistoryScreen

        self.push_screen(HistoryScreen(self.session, subject))

    def why_polled(self, path: str) -> str:
        """Say why a source is looked at now and then instead of heard of at once; empty where events come."""
        return self.session.why_polled(path)
