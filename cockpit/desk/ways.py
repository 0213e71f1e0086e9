"""The ways through the app: screens and back, help, the command line, the palette, saved views, a person's settings."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual.binding import Binding, BindingType
from textual.command import CommandPalette
from textual.widget import AwaitMount

from cockpit.desk.deeds import Deeds
from cockpit.screens.bars import SCREENS, TabBar
from cockpit.screens.keynames import key, use
from cockpit.screens.narrowing import Narrowing
from cockpit.screens.prompt import Typed
from cockpit.screens.theme import THEMES

if TYPE_CHECKING:
    from textual.command import Provider

    from cockpit.desk.viewing import Viewing
    from cockpit.personal.config import Config
    from cockpit.records.model import Person
    from cockpit.screens.bars import Day

HOME = "exceptions"
MOST = 5
"""Things that are wrong with the settings and are said at once."""


def _provider() -> type[Provider]:
    from cockpit.screens.palette import Everything

    return Everything


class Ways(Deeds):
    """The part of the app that knows them."""

    COMMANDS = {_provider}  # noqa: RUF012 - Textual types it as of the instance
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(str(place), f"go('{mode}')", f"Go to {name}", show=False, id=f"go-{mode}")
            for place, (mode, name) in enumerate(SCREENS, 1)
        ),
        Binding("colon", "command", "cmd", key_display=":", id="command", tooltip="Type a command"),
        Binding("ctrl+p", "palette", "Find any key, screen, view, project or owner", show=False, id="palette"),
        Binding("apostrophe", "view", "Go to a saved view: then its letter", show=False, key_display="'", id="view"),
        Binding("M", "save_view", "Save what is shown as a view: then a letter", show=False, id="save-view"),
        Binding("question_mark", "help", "help", key_display="?", id="help", tooltip="Every key that works here"),
        Binding("q", "leave", "back", id="back", tooltip="Go back; on Exceptions: quit"),
        Binding("escape", "escape", "Clear the filter, else go back", show=False, id="escape"),
        Binding("ctrl+q", "quit", "Quit, from wherever you are", show=False, priority=True, id="quit"),
        Binding("ctrl+c", "interrupt", "Say how to quit", show=False, id="interrupt"),
    ]

    shown_day: Day
    me: Person | None = None
    scope: tuple[str, str] = ("", "")
    _trail: list[str]

    def __init__(self, config: Config, *, ansi_color: bool | None = None) -> None:
        super().__init__(ansi_color=ansi_color)
        self.config: Config = config
        use({})  # until they are checked, with the first frame
        self.typed = Typed()
        self.days: Sequence[str] = ()
        """The days on which anything changed, the latest first, as they were when a command was last asked for."""
        self._trail = []
        self._keys: dict[str, str] = {}
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = config.theme

    # -- what a person has set

    @property
    def wants_mouse(self) -> bool:
        """Whether the mouse is the app's unless the command line says otherwise."""
        return self.config.mouse

    def take_settings(self) -> None:
        """Take the keys that are set, and say what is wrong with the settings."""
        self._work(self._set_keys(), "settings")

    async def _set_keys(self) -> None:
        # It takes all screens to know all keys: they are loaded in a thread, where any key is set at all.
        problems = list(self.config.problems)
        if self.config.keys:
            from cockpit.screens.keytable import checked

            keys, wrong = await asyncio.to_thread(partial(checked, type(self), self.config))
            self._keys = keys
            self.set_keymap(keys)
            use(keys)
            self.refresh_screens()
            problems += wrong
        more = [f"and {len(problems) - MOST:,} more"] if len(problems) > MOST else []
        if problems:
            self.say("\n".join([*problems[:MOST], *more]), "warning")

    def get_key_display(self, binding: Binding) -> str:
        """Return what the line of keys calls a binding: both keys where it stands for going back and on."""
        if binding.id == "day-back":
            return f"{key('day-back')} {key('day-on')}"
        return super().get_key_display(binding)

    async def _check_bindings(self, key: str, priority: bool = False) -> bool:
        """Do what a key means here; where that is nothing, say where it means something."""
        if await super()._check_bindings(key, priority):
            return True
        if not priority:
            self._say_why_not(key)
        return False

    def _say_why_not(self, pressed: str) -> None:
        from cockpit.desk.unheard import why_not

        if pressed in self._keys.get("interrupt", "ctrl+c").split(","):  # pressed by habit, also in dialogs
            self.action_interrupt()
        elif (text := why_not(self, pressed, self._keys)) and not self._says(text):
            self.say(text, "warning")

    def _says(self, text: str) -> bool:
        """Whether that stands there already: a key that is held down says it once."""
        return any(note.message == text for note in self._notifications)

    # -- going about

    def action_go(self, mode: str) -> AwaitMount:
        """Show a screen; whoever waits for the answer knows that it stands."""
        if mode != self.current_mode:
            self._trail = [*[seen for seen in self._trail if seen != mode][-8:], self.current_mode]
        return self.switch_mode(mode)

    def show_screen(self, mode: str) -> None:
        """Show a screen."""
        self.call_later(self.action_go, mode)

    def on_tab_bar_picked(self, event: TabBar.Picked) -> None:
        """Show the screen that was clicked."""
        self.show_screen(event.mode)

    def action_leave(self) -> AwaitMount | None:
        """Go back to where one came from; from Exceptions, quit."""
        if self.current_mode == HOME:
            self.exit()
            return None
        return self._return()

    def action_escape(self) -> AwaitMount | None:
        """Clear the filter, else go back; never quit."""
        screen = self.screen
        if isinstance(screen, Narrowing) and screen.clear_filter():
            return None
        return self._return() if self.current_mode != HOME else None

    def _return(self) -> AwaitMount:
        return self.switch_mode(self._trail.pop() if self._trail else HOME)

    def action_interrupt(self) -> None:
        """Say how to quit: ctrl+c is pressed by habit, and quits nothing."""
        self.say(f"{key('quit')} quits from anywhere; {key('back')} goes back.")

    def action_help(self) -> Any:
        """Show every key that works here."""
        from cockpit.desk import commanding
        from cockpit.screens.help import HelpScreen, key_help

        commands = [(f":{each.name} {each.given}".rstrip(), each.what) for each in commanding.COMMANDS]
        return self.push_screen(HelpScreen(key_help(self.screen), commands))

    def show_help(self) -> None:
        """Show every key that works here."""
        self.call_later(self.action_help)

    # -- the command line, the palette

    def action_command(self, text: str = "") -> None:
        """Open the command line."""
        if isinstance(self.screen, Narrowing):
            if self.present is not None:
                self._work(self._look_up_days(), "days")
            self.screen.ask_command(text)

    def run_command(self, text: str) -> None:
        """Obey a command line, or say what would be one."""
        from cockpit.desk.commanding import obey

        obey(self, text)

    def complete(self, text: str) -> Sequence[tuple[str, str]]:
        """Return what a command that is being typed may become: the whole line, and the words shown for it."""
        from cockpit.desk.commanding import complete

        return complete(self, text)

    def action_palette(self) -> Any:
        """Open the palette."""
        from cockpit.screens.palette import Palette

        return None if isinstance(self.screen, CommandPalette) else self.push_screen(Palette(id="--command-palette"))

    def set_scope(self, kind: str, text: str) -> None:
        """Show only the rows of one owner, project or objective on every screen; empty shows all."""
        self.scope = (kind, text)
        self.refresh_screens()

    # -- saved views

    @cached_property
    def views(self) -> Viewing:
        """The saved views."""
        from cockpit.desk.viewing import Viewing

        return Viewing(self)

    def action_view(self) -> Any:
        """Ask which saved view to go to."""
        return self.views.choose()

    def action_save_view(self) -> Any:
        """Ask under which letter to save what is shown."""
        return self.views.keep()

    # -- days

    def known_days(self) -> list[date]:
        """Return the days before today on which anything changed: a file, or a signature. Called in a thread."""
        present = self.present
        if present is None:
            return []
        signed = {view.record.signed_at.date() for view in present.statements}
        return sorted(day for day in {*self.session.dates(), *signed} if day < present.today)

    async def _look_up_days(self) -> None:
        from cockpit.desk.commanding import make_ready

        days = await asyncio.to_thread(self.known_days)
        self.days = [str(day) for day in reversed(days)]
        await asyncio.to_thread(make_ready, self)

    def action_live(self) -> None:
        """Come back to today."""
        if self.shown_day.as_of is None and self.present is not None:
            self.say("This is today.")
        else:
            self.go_to_day(lambda: None)
