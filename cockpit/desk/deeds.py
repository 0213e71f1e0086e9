"""What the rows of every screen ask the app for: to copy, to open a source, to sign, to tell a history."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, cast

from cockpit.desk.whole import Whole
from cockpit.screens.words import inert
from cockpit.session.latencies import Latencies
from cockpit.wording.amounts import delay_currency

if TYPE_CHECKING:
    from cockpit.records.assessment import SignOff
    from cockpit.records.model import Origin, Statement
    from cockpit.screens.keys import RowKeys
    from cockpit.session.batch import Outcome
    from cockpit.session.intake import Change
    from cockpit.session.latencies import Lags
    from cockpit.session.news import Update


class Deeds(Whole):
    """The part of the app that does it, over a session that is open by the time there is a row."""

    key_file: str = ""
    """The key file that was signed with last; empty for the agent."""

    @cached_property
    def latencies(self) -> Latencies:
        """How long saves took to the screen in this session."""
        return Latencies()

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
        sent = terminal.whole_lines(text)
        self.copy_to_clipboard(sent)
        part = "" if sent == text else f"the first {sent.count(chr(10)) + 1:,} of {text.count(chr(10)) + 1:,} lines, "
        self.say(f"Copied, {part}if your terminal allows it (OSC 52).")

    def open_origin(self, origin: Origin) -> None:
        """Open a source at its row in the editor; of a workbook, name sheet and row."""
        from cockpit.screens import terminal

        problem = terminal.open_in_editor(self, self.folder, origin)
        if problem:
            self.say(problem, "warning")

    def sign(self, signoff: SignOff) -> None:
        """Show what would be signed, sign it, and assess anew."""
        from cockpit.records.model import Meaning
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

    def sign_together(self, signoffs: Sequence[SignOff], then: Callable[[Collection[str]], None]) -> None:
        """Show what would be signed for several, sign each, assess anew, and tell which subjects were signed."""
        from cockpit.screens.together import TogetherScreen

        async def update(subjects: frozenset[str]) -> None:
            await self.take_in(await asyncio.to_thread(self.session.update))
            then(subjects)

        def closed(outcomes: tuple[Outcome, ...] | None) -> None:
            signed = frozenset(each.wish.signoff.subject for each in outcomes or () if each.statement is not None)
            if outcomes:
                bad = next((each for each in outcomes if each.statement is None), None)
                why = f"\n{bad.wish.signoff.title}: {bad.why}" if bad is not None else ""
                self.say(f"{len(signed)} of {len(outcomes)} signed.{why}", "warning" if bad else "information")
            if signed:
                self._work(update(signed), "update")

        self.push_screen(TogetherScreen(self.session, signoffs), closed)

    async def _signed(self, statement: Statement, title: str) -> None:
        from cockpit.wording.signatures import by_id, signature

        await self.take_in(await asyncio.to_thread(self.session.update))
        view = by_id(self.present).get(statement.id) if self.present is not None else None
        self.say(f"{title}: {signature(view)}" if view else f"Signed by {statement.signer}: {title}")

    def show_history(self, subject: str) -> None:
        """Show all that happened to a subject, as it was known on the day that is shown."""
        from cockpit.screens.history import HistoryScreen

        self.push_screen(HistoryScreen(self.session, subject))

    def what_if(self, subjects: Sequence[str]) -> None:
        """Show what would be true if these were resolved; nothing is saved."""
        from cockpit.screens.whatif import WhatIfScreen

        self.push_screen(WhatIfScreen(self.session, subjects))

    def note_lag(self, update: Update) -> None:
        """Note how long what was just saved took, once it is on the screen."""
        if update.latency is not None:
            self.call_after_refresh(self._shown, update.changes)

    def _shown(self, changes: Sequence[Change]) -> None:
        screen = self.screen
        if self.latencies.shown(changes) and getattr(screen, "MODE", "") == "sources":
            cast("RowKeys", screen).take()

    def lags(self, path: str) -> Lags | None:
        """Say how long saves of a file took to the screen in this session; None where none was watched."""
        return self.latencies.of(path)

    def all_lags(self) -> Mapping[str, Lags]:
        """Return those of all files of which a save was watched; what is returned stays as it is."""
        return self.latencies.known

    def why_polled(self, path: str) -> str:
        """Say why a source is looked at now and then instead of heard of at once; empty where events come."""
        return self.session.why_polled(path)
