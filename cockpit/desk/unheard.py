"""A key that does nothing where it was pressed and means something elsewhere: where, and what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from textual.binding import Binding
from textual.keys import format_key
from textual.screen import ModalScreen
from textual.widgets import Input

from cockpit.screens.bars import SCREENS
from cockpit.screens.keynames import key
from cockpit.screens.keytable import Place, keys_of, places
from cockpit.screens.table import KeyedTable

if TYPE_CHECKING:
    from textual.app import App
    from textual.screen import Screen

TITLES = dict(SCREENS)
LEAVES = ("-back", "-leave", "-cancel")
"""How the ids of keys end that lead out of a dialog or a field."""


def why_not(app: App[None], pressed: str, keymap: Mapping[str, str]) -> str:
    """Say of a key that nothing here has taken where it works, and what it does there; empty where it means nothing
    anywhere. `keymap` has the keys that a person has set, by the ids of their bindings."""
    everywhere = places(type(app))
    lists = [place for place in everywhere if issubclass(place.classes[-1], type(app))]
    found: dict[str, list[Place]] = {}
    for place in lists:
        for binding in _meant(place, pressed, keymap):
            found.setdefault(_told(binding), []).append(place)
    if not found and not any(True for place in everywhere for _ in _meant(place, pressed, keymap)):
        return ""
    screen, shown = app.screen, format_key(pressed)
    back = _back(screen)
    if not back and any(True for _ in _meant(Place("", (KeyedTable,)), pressed, keymap)):
        return f"{shown} does nothing here: there is no row."
    where = [f"{_name(at, len(lists))}: {what}" for what, at in found.items()]
    after = f"{back} goes back." if back else f"{key('help')} lists every key that works here."
    return " ".join([f"{shown} does nothing here.", *(f"{each}." for each in where), after])


def _meant(place: Place, pressed: str, keymap: Mapping[str, str]) -> Iterator[Binding]:
    """What a key means at a place: the innermost binding."""
    for binding, each in keys_of(place, keymap):
        if each == pressed:
            yield binding
            return


def _told(binding: Binding) -> str:
    text = binding.tooltip or binding.description
    return text[:1].lower() + text[1:]


def _name(at: list[Place], lists: int) -> str:
    """Where it works: on every screen, or on those that are named."""
    if len(at) == lists:
        return "On every screen"
    named = [TITLES.get(getattr(each, "MODE", ""), "") for place in at for each in place.classes]
    return f"On {', '.join(filter(None, named))}"


def _back(screen: Screen[Any]) -> str:
    """The key that leads out of a dialog or a field; empty where one is in neither."""
    if not isinstance(screen, ModalScreen) and not isinstance(screen.focused, Input):
        return ""
    bindings = [active.binding for active in screen.active_bindings.values()]
    leave = next((each for each in bindings if (each.id or "").endswith(LEAVES)), None)
    return format_key(leave.key if leave is not None else "escape")
