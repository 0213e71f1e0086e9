"""Keys that are typed ahead: each is handled only once what the one before it does is done.

Textual hands every key at once to whatever has the focus then. In a burst (`/pay`, typed quickly or sent in one piece
by a slow line) the letters so go to the table, as the filter has not opened yet. Here the next key waits until the one
before has gone its whole way, from the focused widget up to the app; a message that follows it on that way tells.
"""

from __future__ import annotations

import time
from collections import deque

from textual import events
from textual.message import Message

from cockpit.screens.sparing import SparingApp

PATIENCE = 0.5
"""Seconds after which a key that never came through (its widget is gone) holds up the next one no longer."""

Typed = events.Key | events.Paste


class Keyboard(SparingApp):
    """An app that handles keys one after another."""

    class Passed(Message):
        """The key before has gone all its way."""

        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number

    def __init__(self, *, ansi_color: bool | None = None) -> None:
        super().__init__(ansi_color=ansi_color)
        self._typed: deque[Typed] = deque()
        self._number = 0
        self._under_way = 0.0
        """Since when a key is under way, by the monotonic clock; 0 where none is."""

    async def on_event(self, event: events.Event) -> None:
        """Hold a key back while the one before is under way."""
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            self._typed += self._apart(event)
            if self._is_waiting():
                self.set_timer(PATIENCE * 1.1, self._hand_on)
            await self._hand_on()
        else:
            await super().on_event(event)

    async def keys_waiting(self) -> int:
        """Return about how many keys were typed and not yet handled."""
        return len(self._typed) + await super().keys_waiting()

    def _apart(self, event: Typed) -> list[Typed]:
        """An escape with a key right behind it looks like that key with alt: where alt means nothing, it was both."""
        if not isinstance(event, events.Key) or not event.key.startswith("alt+") or event.key in self.active_bindings:
            return [event]
        key = event.key.removeprefix("alt+")
        key = key.removeprefix("shift+").upper() if key.startswith("shift+") and len(key) == len("shift+") + 1 else key
        return [events.Key("escape", "\x1b"), events.Key(key, key if len(key) == 1 else None)]

    async def on_keyboard_passed(self, event: Passed) -> None:
        """Go on with the next key."""
        event.stop()
        if event.number == self._number:
            self._under_way = 0.0
            await self._hand_on()

    async def _hand_on(self) -> None:
        while self._typed and not self._is_waiting():
            self._number += 1
            self._under_way = time.monotonic()
            target = self.focused or self.screen
            await super().on_event(self._typed.popleft())
            if not target.post_message(self.Passed(self._number)):
                self._under_way = 0.0

    def _is_waiting(self) -> bool:
        return bool(self._under_way) and time.monotonic() - self._under_way < PATIENCE
