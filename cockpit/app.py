"""The Textual app: which screen, which day, the current assessment, and the workers that fetch both.

Nothing blocks the first frame: reading starts in a thread once the screen stands. Every update carries a generation
and a stale one is dropped; a newer question for a day cancels the one before.
"""

from __future__ import annotations

import asyncio
import getpass
import os
from collections.abc import Callable, Coroutine
from contextlib import aclosing
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar, Literal, cast

from textual.app import App
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.theme import Theme
from textual.worker import Worker, WorkerState

from cockpit.amounts import delay_currency
from cockpit.assessment import Assessment, SignOff
from cockpit.model import Meaning, Origin, Person, Statement
from cockpit.screens import terminal
from cockpit.screens.alignment import AlignmentScreen
from cockpit.screens.bars import SCREENS, Day, TabBar
from cockpit.screens.base import CockpitScreen
from cockpit.screens.deciding import DecideScreen
from cockpit.screens.detail import PaneScreen
from cockpit.screens.exceptions import ExceptionsScreen
from cockpit.screens.help import HelpScreen, key_help
from cockpit.screens.history import HistoryScreen
from cockpit.screens.kpis import KpisScreen
from cockpit.screens.ledger import LedgerScreen
from cockpit.screens.objectives import ObjectivesScreen
from cockpit.screens.path import PathScreen
from cockpit.screens.projects import ProjectsScreen
from cockpit.screens.sign import SignScreen, sentence_of
from cockpit.screens.signoffs import SignoffsScreen
from cockpit.screens.sources import SourcesScreen
from cockpit.screens.toasts import toast
from cockpit.screens.words import inert
from cockpit.signatures import by_id, signature
from cockpit.sitting import who_sits_here

if TYPE_CHECKING:
    from cockpit.live import Session
    from cockpit.news import Update

HOME = "exceptions"

THEME = Theme(
    name="cockpit",
    primary="#56b4e9",
    secondary="#7f8c99",
    accent="#56b4e9",
    warning="#e6a832",
    error="#f07746",
    success="#3fb68b",
    foreground="#d8dee4",
    background="#101418",
    surface="#161b20",
    panel="#1e252c",
    dark=True,
    variables={"boost-cursor": "#2b3a47", "scroll": "#3a4854", "text-muted": "#8a96a3"},
)
"""Blue, amber, vermilion and bluish green: told apart by the colour-blind, and never the only sign."""


class CockpitApp(App[None]):
    """The cockpit over one session. `run()` returns when the user quits."""

    TITLE = "Cockpit"
    CSS_PATH = "screens/base.tcss"
    ENABLE_COMMAND_PALETTE = False
    DEFAULT_MODE = HOME
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (120, "-wide")]  # noqa: RUF012 - Textual types it as of the instance
    MODES: ClassVar[dict[str, str | Callable[[], Screen[Any]]]] = {
        "exceptions": ExceptionsScreen,
        "objectives": ObjectivesScreen,
        "kpis": KpisScreen,
        "path": PathScreen,
        "signoffs": SignoffsScreen,
        "projects": ProjectsScreen,
        "alignment": AlignmentScreen,
        "ledger": LedgerScreen,
        "sources": SourcesScreen,
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(str(place), f"go('{mode}')", name, show=False, id=f"go-{mode}")
            for place, (mode, name) in enumerate(SCREENS, 1)
        ),
        Binding("colon", "command", "cmd", key_display=":", id="command", tooltip="Type a command"),
        Binding(
            "left_square_bracket",
            "step(-1)",
            "day",
            key_display="[ ]",
            id="day-back",
            tooltip="Back to the day of evidence before; ] goes on",
        ),
        Binding(
            "right_square_bracket",
            "step(1)",
            "On to the next day of evidence, at last today",
            show=False,
            key_display="]",
            id="day-on",
        ),
        Binding("r", "read", "Read everything again", show=False, id="read"),
        Binding("question_mark", "help", "help", key_display="?", id="help", tooltip="Every key that works here"),
        Binding("q", "leave", "back", id="back", tooltip="Go back; on Exceptions: quit"),
        Binding("escape", "escape", "Clear the filter, else go back", show=False, id="escape"),
    ]

    def __init__(self, session: Session) -> None:
        super().__init__(ansi_color=True if "NO_COLOR" in os.environ else None)
        self.session = session
        self.assessment: Assessment | None = None
        self.shown_day = Day(note=f"reading {session.folder} …")
        self.scope = ("", "")
        self.me: Person | None = None
        self._live: Assessment | None = None
        self._generation = -1
        self._trail: list[str] = []
        self._steps = 0
        self.animation_level = "none"
        self.register_theme(THEME)
        self.theme = THEME.name

    # -- reading

    def on_mount(self) -> None:
        """Start reading once the first frame stands."""
        self.call_after_refresh(self._start)

    def _start(self) -> None:
        self._work(self._follow(), "live")

    def _work(self, work: Coroutine[Any, Any, None], group: str) -> None:
        self.run_worker(work, group=group, exclusive=True, exit_on_error=False)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Say why a worker failed: never a traceback."""
        if event.state is not WorkerState.ERROR or event.worker.error is None:
            return
        self.say(sentence_of(event.worker.error), "error")
        if self.assessment is None:
            self.shown_day = Day(note=f"{sentence_of(event.worker.error)}  (r reads again, q quits)")
            self._refresh_screens()

    async def _follow(self) -> None:
        self.receive(await asyncio.to_thread(self.session.update))
        self.me = await asyncio.to_thread(lambda: who_sits_here(self.session.people()))
        async with aclosing(self.session.watch()) as updates:
            async for update in updates:
                self.receive(update)

    def receive(self, update: Update) -> None:
        """Show an update unless a newer one was shown; in the past only the news of it is shown."""
        if update.generation <= self._generation:
            return
        self._generation = update.generation
        self._live = update.assessment
        if self.assessment is not None:
            self._say_news(update)
        if self.shown_day.as_of is None:
            self._show(update.assessment, Day())
        else:
            self._show(self.assessment, Day(self.shown_day.as_of, "news today"))

    def _say_news(self, update: Update) -> None:
        found = toast(update, self.me, self.session.charter.notify.escalate_days)
        if found is not None:
            self.say(found.text, "warning" if found.warns else "information")
            if found.bell:
                self.bell()

    def _show(self, assessment: Assessment | None, shown: Day) -> None:
        self.assessment, self.shown_day = assessment, shown
        self._refresh_screens()
        if assessment is not None:
            self._work(self._look_back(assessment), "latency")

    async def _look_back(self, assessment: Assessment) -> None:
        """Add how far the reports are behind: that takes every day before, so it comes after the screen stands."""
        complete = await asyncio.to_thread(self.session.with_latency, assessment)
        if self.assessment is assessment and complete is not assessment:
            self.assessment = complete
            self._live = complete if self._live is assessment else self._live
            self._refresh_screens()

    def _refresh_screens(self) -> None:
        for screen in self.screen_stack:
            if isinstance(screen, (CockpitScreen, PaneScreen)) and screen.is_mounted:
                screen.take()

    def action_read(self) -> None:
        """Read every source again."""
        self._start()

    # -- days

    async def _travel(self, choose: Callable[[], date | None]) -> None:
        target = await asyncio.to_thread(choose)
        assessment = self._live if target is None else await asyncio.to_thread(self.session.assess, target)
        self._steps = 0
        if assessment is not None:
            self._show(assessment, Day(target))

    def _go_to_day(self, choose: Callable[[], date | None]) -> None:
        if self._live is None:
            self.say("Nothing is read yet: wait for the first reading.", "warning")
            return
        self._work(self._travel(choose), "travel")

    def action_step(self, by: int) -> None:
        """Go to the next day of evidence, back or on; past the last one is today."""
        shown = self.shown_day.as_of
        if shown is None and by > 0 and self._steps == 0:
            self.say("This is today; [ goes back.", "information")
            return
        today = self._live.today if self._live else date.max
        self._steps += by  # presses that come faster than the days add up
        steps = self._steps

        def choose() -> date | None:
            days = [known for known in self.session.dates() if known < today]
            here = len(days) if shown is None else sum(known < shown for known in days)
            place = max(0, here + steps)
            return days[place] if place < len(days) else None

        self._go_to_day(choose)

    # -- going about

    def action_go(self, mode: str) -> None:
        """Show a screen."""
        if mode != self.current_mode:
            self._trail = [*[seen for seen in self._trail if seen != mode][-8:], self.current_mode]
            self.switch_mode(mode)

    def on_tab_bar_picked(self, event: TabBar.Picked) -> None:
        """Show the screen that was clicked."""
        self.action_go(event.mode)

    def action_leave(self) -> None:
        """Go back to where one came from; from Exceptions, quit."""
        if self.current_mode == HOME:
            self.exit()
        else:
            self._return()

    def action_escape(self) -> None:
        """Clear the filter, else go back; never quit."""
        screen = self.screen
        if isinstance(screen, CockpitScreen) and screen.clear_filter():
            return
        if self.current_mode != HOME:
            self._return()

    def _return(self) -> None:
        self.switch_mode(self._trail.pop() if self._trail else HOME)

    def action_help(self) -> None:
        """Show every key that works here."""
        self.push_screen(HelpScreen(key_help(self.screen)))

    # -- commands

    def action_command(self) -> None:
        """Open the command line."""
        if isinstance(self.screen, CockpitScreen):
            self.screen.ask_command()

    def run_command(self, text: str) -> None:
        """Obey a command line, or say what would be one."""
        name, _, rest = text.strip().partition(" ")
        rest = rest.strip()
        modes = [mode for mode, title in SCREENS if mode.startswith(name) or title.casefold().startswith(name)]
        if name in ("q", "quit"):
            self.exit()
        elif name == "live":
            self._go_to_day(lambda: None)
        elif name in ("as-of", "asof"):
            self._command_day(rest)
        elif name in ("owner", "project"):
            self._command_scope(name, rest)
        elif name == "help":
            self.action_help()
        elif name and modes:
            self.action_go(modes[0])
        else:
            self.say(f"There is no command “:{inert(name, 40)}”. ? lists them.", "warning")

    def _command_day(self, text: str) -> None:
        try:
            target = date.fromisoformat(text)
        except ValueError:
            self.say(f"“{inert(text, 40)}” is no day: write :as-of YYYY-MM-DD.", "warning")
            return
        self._go_to_day(lambda: target)

    def _command_scope(self, kind: str, text: str) -> None:
        if kind == "owner" and text == "me":
            if self.me is None:
                self.say(f"Nobody in portfolio.toml goes by “{getpass.getuser()}”: write :owner NAME.", "warning")
                return
            text = self.me.name
        self.set_scope(kind if text else "", text)

    def set_scope(self, kind: str, text: str) -> None:
        """Show only the rows of one owner or project on every screen; empty shows all."""
        self.scope = (kind, text)
        self._refresh_screens()

    # -- what a row asks for

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
        in_tmux: bool = bool(os.environ.get("TMUX"))
        if in_tmux and await asyncio.to_thread(terminal.copy_to_tmux, text):
            self.say("Copied to the tmux buffer.")
            return
        self.copy_to_clipboard(text)
        self.say("Copied, if your terminal allows it (OSC 52).")

    def open_origin(self, origin: Origin) -> None:
        """Open a source at its row in the editor; of a workbook, name sheet and row."""
        problem = terminal.open_in_editor(self, self.session.folder, origin)
        if problem:
            self.say(problem, "warning")

    def sign(self, signoff: SignOff) -> None:
        """Show what would be signed, sign it, and assess anew."""

        def signed(statement: Statement | None) -> None:
            if statement is not None:
                self._work(self._signed(statement, signoff.title), "update")

        if Meaning.DECIDED in signoff.meanings:
            currency = delay_currency(self.assessment) if self.assessment is not None else None
            self.push_screen(DecideScreen(self.session, signoff, currency), signed)
        else:
            self.push_screen(SignScreen(self.session, signoff), signed)

    async def _signed(self, statement: Statement, title: str) -> None:
        self.receive(await asyncio.to_thread(self.session.update))
        view = by_id(self._live).get(statement.id) if self._live is not None else None
        self.say(f"{title}: {signature(view)}" if view else f"Signed by {statement.signer}: {title}")

    def show_history(self, subject: str) -> None:
        """Show all that happened to a subject, as it was known on the day that is shown."""
        self.push_screen(HistoryScreen(self.session, subject))
