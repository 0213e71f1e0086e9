"""The Textual app: which screen, which day, the current assessment, and the workers that fetch both.

Nothing is loaded before the first frame but what it takes: the portfolio is opened and read in a thread once the screen
stands, and a screen is imported when it is shown. Every update carries a generation and a stale one is dropped; a newer
question for a day cancels the one before. What takes long with many rows is made ready in the thread that assesses.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from contextlib import aclosing, suppress
from dataclasses import replace
from datetime import date
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar

from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.worker import Worker, WorkerState

from cockpit.desk.attending import Attending
from cockpit.desk.ways import HOME, Ways
from cockpit.personal.config import load
from cockpit.screens.bars import SCREENS, Day
from cockpit.screens.base import CockpitScreen
from cockpit.screens.exceptions import ExceptionsScreen
from cockpit.screens.keynames import key
from cockpit.screens.keys import RowKeys
from cockpit.screens.reading import Progressed, make_ready
from cockpit.screens.sheet import Sheet
from cockpit.screens.theme import THEMES
from cockpit.screens.words import sentence_of
from cockpit.session.progress import Progress, StoppedError, bar

if TYPE_CHECKING:
    from cockpit.records.assessment import Assessment
    from cockpit.session.live import Session
    from cockpit.session.news import Update
    from cockpit.session.opening import Opening

NO_PAST = "Nothing is known of any day before today."
SLOWLY = 0.1
"""Seconds between two tellings of how far the first reading is."""
PATIENCE = 0.1
"""Seconds that the next reading waits at most until this one is painted."""
LATER = ("detail", *(mode for mode, _ in SCREENS))
"""Screens that are loaded beside the app once the first one is true."""


def _is_first_compile() -> bool:
    plans = import_module("cockpit.commands.planfile")
    return bool(plans.is_first_compile(plans.speed.WORTH))


def _screen(name: str) -> Screen[Any]:
    """Make the screen of that mode."""
    made: type[Screen[Any]] = getattr(import_module(f"cockpit.screens.{name}"), f"{name.capitalize()}Screen")
    return made()


class CockpitApp(Attending, Ways):
    """The cockpit over one session, or over one that is opened behind the first frame. `run()` returns when the user
    quits, or at once when it can't be opened."""

    TITLE = "Cockpit"
    CSS_PATH = "screens/base.tcss"
    ENABLE_COMMAND_PALETTE = False  # Textual's own key for it has no id; ours opens the same
    DEFAULT_MODE = HOME
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (120, "-wide")]  # noqa: RUF012 - Textual types it as of the instance
    MODES: ClassVar[dict[str, str | Callable[[], Screen[Any]]]] = {
        HOME: ExceptionsScreen,
        **{mode: partial(_screen, mode) for mode, _ in SCREENS if mode != HOME},
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "left_square_bracket",
            "step(-1)",
            "day",
            key_display="[ ]",
            id="day-back",
            tooltip="Back to the day before on which anything changed",
        ),
        Binding(
            "right_square_bracket",
            "step(1)",
            "On to the next day on which anything changed, at last today",
            show=False,
            key_display="]",
            id="day-on",
        ),
        Binding("r", "read", "Read everything again", show=False, id="read"),
        Binding("t", "live", "Back to today", show=False, id="today"),
    ]

    def __init__(self, session: Session | None = None, opening: Opening | None = None) -> None:
        config = load(tuple(theme.name for theme in THEMES))
        super().__init__(config, ansi_color=True if "NO_COLOR" in os.environ else None)
        self.stylesheet = Sheet(variables=self.get_css_variables())
        self._session, self._opening = session, opening
        known = session or opening
        assert known is not None, "an app is over a session, or what opens one"
        self.folder = known.folder
        self.assessment: Assessment | None = None
        self.shown_day = Day(note=f"reading {self.folder} …")
        self._live: Assessment | None = None
        self._generation = -1
        self._unfollowed = ""
        """What the header says while what is shown may not be the present."""
        self._steps = 0
        self._told = 0.0
        self._again = False
        self.animation_level = "none"

    @property
    def session(self) -> Session:
        """The session. Who asks before it is there, about what is remembered, waits while it is loaded."""
        if self._session is None:
            assert self._opening is not None
            self._session = self._opening.session()
        return self._session

    @property
    def present(self) -> Assessment | None:
        """What is true now, whatever day is shown; None as long as nothing was read."""
        return self._live

    # -- reading

    def on_mount(self) -> None:
        """Start reading once the first frame stands."""
        self.call_after_refresh(self._start)
        self.call_after_refresh(self.take_settings)

    def _start(self) -> None:
        self._work(self._follow(), "live")

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Say why a worker failed: never a traceback."""
        if event.state is not WorkerState.ERROR or event.worker.error is None:
            return
        self.say(sentence_of(event.worker.error), "error")
        if self.assessment is None:
            keys = f"{key('read')} reads again, {key('quit')} quits"
            self.shown_day = Day(note=f"{sentence_of(event.worker.error)}  ({keys})")
            self.refresh_screens()
        elif event.worker.group == "live":  # the sentence goes away, and what is shown would pass for the present
            self._unfollowed = f"not followed · {key('read')} reads again"
            self.shown_day = replace(self.shown_day, note=self._unfollowed)
            self.refresh_screens()

    async def _follow(self) -> None:
        if self._opening is not None and not await self._open(self._opening):
            return
        speed = await asyncio.to_thread(import_module, "cockpit.engine.scheduling.speed")
        speed.wait_for_nobody()
        await self.take_in(await asyncio.to_thread(self.session.update))
        if self._again:
            self.say("Every source was read again.")
        speed.load_behind(partial(self.call_from_thread, self.say), _is_first_compile)
        self._work(self._sit_down(), "me")
        async with aclosing(self.session.watch()) as updates:
            async for update in updates:
                await self.take_in(update)

    async def _open(self, opening: Opening) -> bool:
        """Open the portfolio; where that is not possible the app ends, and whoever started it says why."""
        try:
            if self.assessment is None and (found := await asyncio.to_thread(opening.remembered)) is not None:
                self.assessment, self.shown_day = await self._prepared(found), Day()
                self.refresh_screens()
            self._session = await asyncio.to_thread(opening.session)
        except Exception:
            if opening.failure is None:
                raise
            self.exit(return_code=2)
            return False
        self._session.told.heard = self._heard
        if opening.notice:
            self.say(opening.notice, "warning")
        return True

    def _heard(self, progress: Progress) -> None:
        """Pass on how far the first reading is; in the thread that reads, which ends with the app."""
        if self._exit:
            raise StoppedError
        now = time.monotonic()
        if self.assessment is None and (not progress.path or now - self._told > SLOWLY):
            self._told = now
            self.post_message(Progressed(progress))

    def on_progressed(self, event: Progressed) -> None:
        """Show how far the first reading is."""
        if self.assessment is None and isinstance(self.screen, CockpitScreen):
            self.shown_day = Day(note=self.shown_day.note, progress=bar(event.progress))
            self.screen.show_progress()

    async def _sit_down(self) -> None:
        """See who sits here: an agent may take its time to answer. Load what only other screens need."""
        from cockpit.desk.sitting import who_sits_here

        people = tuple(self._live.people.values()) if self._live else ()
        self.me = await asyncio.to_thread(who_sits_here, people)
        self.refresh_screens()
        for name in LATER:
            await asyncio.to_thread(import_module, f"cockpit.screens.{name}")

    async def take_in(self, update: Update) -> None:
        """Make ready what is in view, and show an update."""
        from cockpit.session.news import carried_on

        update = await asyncio.to_thread(carried_on, self._live, update)
        await self._prepared(update.assessment)
        is_first = self.assessment is None
        if self.receive(update):
            await self._drawn()
            if not is_first:
                self._say_news(update)
            self._begin_looking_back()

    async def _drawn(self) -> None:
        """Wait until what is new is painted, which any thread that begins now would hold up; not for a screen that is
        busy with something else."""
        painted = asyncio.Event()
        self.call_after_refresh(painted.set)
        with suppress(TimeoutError):
            await asyncio.wait_for(painted.wait(), PATIENCE)

    async def _prepared(self, assessment: Assessment) -> Assessment:
        """Make ready, in a thread, what the screens in view are about to show."""
        screens = [screen for screen in self.screen_stack if isinstance(screen, CockpitScreen)]
        await asyncio.to_thread(make_ready, assessment, screens)
        return assessment

    def receive(self, update: Update) -> bool:
        """Show an update unless a newer one was shown, and tell whether that was so; in the past only the news of it is
        shown."""
        if update.generation <= self._generation:
            return False
        self._generation = update.generation
        self._live = update.assessment
        self._unfollowed = "not followed" if update.trouble else ""
        if self.shown_day.as_of is None:
            self._show(update.assessment, Day(note=self._unfollowed))
            self.note_lag(update)
        else:
            self._show(self.assessment, Day(self.shown_day.as_of, self._unfollowed or "news"))
        return True

    def _say_news(self, update: Update) -> None:
        from cockpit.screens.toasts import toast

        found = toast(update, self.me, self.session.charter.notify.escalate_days)
        if found is not None:
            self.say(found.text, "warning" if found.warns else "information")
            if found.bell:
                self.bell()

    def _show(self, assessment: Assessment | None, shown: Day) -> None:
        self.assessment, self.shown_day = assessment, shown
        self.refresh_screens()

    def _begin_looking_back(self) -> None:
        if self.assessment is not None and not self._unfollowed:
            self._work(self._look_back(self.assessment), "latency")

    async def _look_back(self, assessment: Assessment) -> None:
        """Add how far the reports are behind: that takes every day before, so it comes after the screen stands."""
        complete = await asyncio.to_thread(self.session.with_latency, assessment)
        if complete is assessment:
            return
        await self._prepared(complete)
        if self.assessment is assessment:
            self.assessment = complete
            self._live = complete if self._live is assessment else self._live
            self.refresh_screens()

    def refresh_screens(self) -> None:
        """Have every screen that stands show what is true now; none while the app ends and takes them down."""
        for screen in self.screen_stack if self.is_running else ():
            if isinstance(screen, RowKeys) and screen.is_mounted:
                screen.take()

    def action_read(self) -> None:
        """Read every source again, and say when that is done: mostly nothing looks otherwise."""
        self._again = self._live is not None
        self._start()

    # -- days

    async def _travel(self, choose: Callable[[], date | None]) -> None:
        try:
            target = await asyncio.to_thread(choose)
            there = self._live if target is None else await asyncio.to_thread(self.session.assess, target)
            assessment = there if target is None or there is None else await self._prepared(there)
        except Exception:
            self._steps = 0  # the next press begins from the day that is shown
            raise
        self._steps = 0
        if assessment is not None:
            self._show(assessment, Day(target, self._unfollowed))
            await self._drawn()
            self._begin_looking_back()

    def go_to_day(self, choose: Callable[[], date | None]) -> None:
        """Show the day that is chosen, in a thread; None is today."""
        if self._live is None:
            self.say("Nothing is read yet: wait for the first reading.", "warning")
            return
        self._work(self._travel(choose), "travel")

    def action_step(self, by: int) -> None:
        """Go to the next day on which anything changed, back or on; past the last one is today."""
        shown = self.shown_day.as_of
        if shown is None and by > 0 and self._steps == 0:
            self.say(f"This is today; {key('day-back')} goes back.", "information")
            return
        if self._live is not None:  # else no press leads anywhere
            self._steps += by  # those that come faster than the days add up
        steps = self._steps

        def choose() -> date | None:
            days = self.known_days()
            here = len(days) if shown is None else sum(known < shown for known in days)
            if here + steps < 0:
                first = f"Nothing is known before {days[0]}; {key('day-on')} goes on." if days else NO_PAST
                self.call_from_thread(self.say, first)
            place = max(0, here + steps)
            return days[place] if place < len(days) else None

        self.go_to_day(choose)
