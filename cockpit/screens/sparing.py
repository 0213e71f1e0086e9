"""The part of the app that faces the terminal: what is sent to it, and what it can show."""

from __future__ import annotations

import sys
import textwrap
from typing import Any, ClassVar, cast

from rich.color import ColorSystem
from rich.segment import Segment
from textual import events
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.app import App
from textual.binding import Binding, BindingType
from textual.driver import Driver
from textual.geometry import Offset, Size
from textual.screen import Screen
from textual.strip import Strip

from cockpit.basics import terminals
from cockpit.screens.glass import Glass
from cockpit.screens.pen import Means

LEAST = Size(60, 16)
"""The smallest terminal in which every screen can be read and signed in."""
PIECE = 1000
"""Characters that arrive in one piece, so that nobody sees half of them; more is bracketed."""


def _sentence(size: Size) -> LayoutUpdate:
    """What stands in a terminal of that size, which is too small for anything else."""
    text = f"Cockpit needs {LEAST.width} × {LEAST.height} cells; here are {size.width} × {size.height}. q quits."
    lines = textwrap.wrap(text, max(size.width, 1))[: size.height]
    lines = [*[""] * ((size.height - len(lines)) // 2), *lines]
    lines += [""] * (size.height - len(lines))
    strips = [[Strip([Segment(line.center(size.width))])] for line in lines]
    return LayoutUpdate(cast("Any", strips), size.region)


class SparingApp(App[None], inherit_bindings=False):
    """An app that sends only what differs from what stands on the terminal, and a sentence to one that is too small."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "ctrl+l", "redraw", "Draw the screen anew, after others wrote on it", show=False, priority=True, id="redraw"
        )
    ]

    def __init__(self, *, ansi_color: bool | None = None) -> None:
        super().__init__(ansi_color=ansi_color)
        keeps = self.driver_class.__name__ == "Connection"  # which sets the colours back
        self._glass = Glass(Means(terminals.erases(), terminals.moves(), keeps))
        self._ends_with = 0

    @property
    def is_too_small(self) -> bool:
        """Whether the terminal has no room for any screen."""
        return self.size.width < LEAST.width or self.size.height < LEAST.height

    async def on_event(self, event: events.Event) -> None:
        """Take no key and no click for what nobody can see, but the one that quits."""
        if self.is_too_small and isinstance(event, events.InputEvent | events.Paste):
            if isinstance(event, events.Key) and event.key in ("q", "ctrl+c", "ctrl+q"):
                self.exit()
            return
        await super().on_event(event)

    async def keys_waiting(self) -> int:
        """Return about how many keys were typed and not yet handled."""
        return self.message_queue_size

    @property
    def wants_mouse(self) -> bool:
        """Whether the mouse is the app's unless the command line says otherwise."""
        return True

    @property
    def ended_by(self) -> int:
        """The exit code of the signal, or of the lost terminal, by which the app was ended; else 0."""
        return self._ends_with

    def end(self, code: int) -> None:
        """End by a signal, or as the terminal is lost; a screen that is being built is built first."""
        self._ends_with = code
        self.call_after_refresh(self.exit, return_code=code)

    def _handle_exception(self, error: Exception) -> None:
        # A screen that a key had begun to build when the app was told to end finds that its parts are gone.
        if not (self._exit and self._ends_with):
            super()._handle_exception(error)

    def get_driver_class(self) -> type[Driver]:
        """Return the driver that outlives a lost terminal, where there is one."""
        found = super().get_driver_class()
        if sys.platform != "win32" and found.__name__ == "LinuxDriver":
            from cockpit.screens.connection import Connection

            return Connection
        return found

    def _display(self, screen: Screen[Any], renderable: Any) -> None:
        driver = self._driver
        if (
            self._batch_count
            or driver is None
            or self.is_headless
            or not isinstance(renderable, LayoutUpdate | ChopsUpdate)
        ):
            super()._display(screen, renderable)
        elif self._running and not self._closed:
            system = self.console._color_system or ColorSystem.TRUECOLOR
            shown = _sentence(self.size) if self.is_too_small else renderable
            if sent := self._glass.show(shown, self._caret(), system, self.size.width):
                self._send(driver, sent)
            self.post_display_hook()

    def _caret(self) -> Offset | None:
        """Where the terminal's own cursor belongs: hidden as it is, it tells input methods where somebody types."""
        if not hasattr(type(self.focused), "cursor_screen_offset"):
            return None
        return self.screen.outer_size.clamp_offset(self.cursor_position)

    def _send(self, driver: Driver, sent: str) -> None:
        if whole := len(sent) > PIECE:
            self._begin_update()
        driver.write(sent)
        if whole:
            self._end_update()
        driver.flush()

    def copy_to_clipboard(self, text: str) -> None:
        """Ask the terminal to put a text into its clipboard."""
        from cockpit.screens.terminal import clipboard_codes

        self._clipboard = text
        if self._driver is not None:
            self._driver.write(clipboard_codes(text))

    def _set_pointer_shape(self, shape: str) -> None:
        """Leave the pointer as it is: its shape would be bytes, and simple terminals print them."""

    def action_redraw(self) -> None:
        """Send everything anew: the terminal may show something else than was sent, such as a message to all users."""
        self.forget()
        self.refresh(layout=True)

    def forget(self) -> None:
        """Take nothing for granted of what the terminal shows: all of the next picture is sent."""
        self._glass.forget()

    def on_resize(self, event: events.Resize) -> None:
        """A terminal of another size shows what it likes until everything is sent anew: also one that has by now the
        size of the last picture again, for which Textual would draw nothing."""
        self.forget()
        if event.size == self._glass.size:
            self.refresh(layout=True)
