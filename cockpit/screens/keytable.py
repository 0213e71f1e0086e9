"""Every key binding there is, by the place where it works: for help, docs, and the keys that a person has set.

This loads every screen. A place is a screen as a whole: its table, itself, and the app; of a dialog the dialog alone.
"""

from __future__ import annotations

import pkgutil
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from typing import TYPE_CHECKING

from textual.binding import Binding, BindingsMap
from textual.dom import DOMNode
from textual.keys import KEY_NAME_REPLACEMENTS, Keys, _character_to_key, format_key
from textual.screen import ModalScreen
from textual.widget import Widget

from cockpit import screens
from cockpit.basics.classes import dataclass
from cockpit.screens.base import CockpitScreen
from cockpit.screens.table import KeyedTable

if TYPE_CHECKING:
    from textual.app import App

    from cockpit.personal.config import Config


@dataclass(frozen=True, slots=True)
class Place:
    """Where bindings work together: its name, and the classes that have them, innermost first."""

    name: str
    classes: tuple[type[DOMNode], ...]

    def bindings(self) -> Iterator[Binding]:
        """Give the bindings that work here, one for each key, the inner before the outer ones."""
        for each in self.classes:
            for _, binding in each._merge_bindings():
                if binding.id is not None:
                    yield binding


def places(app: type[App[None]]) -> list[Place]:
    """Return all places: every screen, every dialog, and whatever else has keys of its own."""
    for module in pkgutil.iter_modules(screens.__path__):
        import_module(f"cockpit.screens.{module.name}")
    found = []
    for each in sorted(_ours(DOMNode), key=lambda each: each.__name__):
        if issubclass(each, CockpitScreen):
            if hasattr(each, "MODE"):
                found.append(Place(each.__name__, (KeyedTable, each, app)))
        elif issubclass(each, (ModalScreen, Widget)) and each is not KeyedTable:
            place = Place(each.__name__, (each,))
            if any(place.bindings()):
                found.append(place)
    return found


def _ours(base: type[DOMNode]) -> set[type[DOMNode]]:
    found = set()
    for each in base.__subclasses__():
        found |= _ours(each)
        if each.__module__.startswith("cockpit."):
            found.add(each)
    return found


def ids(app: type[App[None]]) -> dict[str, Binding]:
    """Return one binding of each id."""
    return {binding.id or "": binding for place in places(app) for binding in place.bindings()}


def clashes(place: Place, keymap: dict[str, str]) -> list[tuple[str, str, str]]:
    """Return each key that means two things at one place with these keys, and the ids of both."""
    taken: dict[str, str] = {}
    found = []
    for each in place.classes:
        for identity, key in _keys(each._merge_bindings(), keymap):
            other = taken.setdefault(key, identity)
            if other != identity:
                found.append((key, other, identity))
    return found


def keys_of(place: Place, keymap: Mapping[str, str]) -> Iterator[tuple[Binding, str]]:
    """Yield every binding of a place with each of its keys, as a person has set them, the inner before the outer."""
    for binding in place.bindings():
        for each in keymap.get(binding.id or "", binding.key).split(","):
            yield binding, each


def _keys(bindings: BindingsMap, keymap: dict[str, str]) -> Iterator[tuple[str, str]]:
    for key, binding in bindings:
        if binding.id is not None:
            for each in keymap.get(binding.id, key).split(","):
                yield binding.id, each


def checked(app: type[App[None]], config: Config) -> tuple[dict[str, str], list[str]]:
    """Return the keys that may be used, by id, and a sentence for each that may not."""
    known, good, problems = ids(app), dict[str, str](), []
    everywhere = places(app)
    for identity, text in config.keys.items():
        place = config.place("keys", identity)
        keys = [named(key) for key in text.split(",")]
        if identity not in known:
            problems.append(f"{place}: there is no key “{identity}”{_perhaps(identity, known)}")
        elif None in keys:
            wrong = text.split(",")[keys.index(None)]
            problems.append(f"{place}: “{wrong}” is no key; write it as f, F, ctrl+f, f5, slash or pagedown.")
        else:
            good[identity] = ",".join(key for key in keys if key is not None)
    for identity in reversed(list(good)):  # of two the later line gives way
        clash = next((found for at in everywhere for found in clashes(at, good) if identity in found[1:]), None)
        if clash is not None:
            other = clash[1] if clash[2] == identity else clash[2]
            del good[identity]
            what = known[other].tooltip or known[other].description
            problems.append(
                f"{config.place('keys', identity)}: {format_key(clash[0])} is also {other} ({what}); "
                f"{identity} keeps its own key."
            )
    return good, problems


def named(key: str) -> str | None:
    """Return a key as Textual names it; None where it is none."""
    *modifiers, last = key.split("+") if len(key) > 1 else [key]
    if not set(modifiers) <= {"ctrl", "shift", "alt", "super", "hyper", "meta"} or not last:
        return None
    if len(last) == 1:
        return "+".join([*modifiers, _character_to_key(last)])
    if last not in {each.value for each in Keys} and last not in KEY_NAME_REPLACEMENTS.values():
        try:
            if not unicodedata.lookup(last.replace("_", " ").upper()).isascii():
                return None
        except KeyError:
            return None
    return key


def _perhaps(identity: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(identity, list(known), 1)
    return f"; did you mean {near[0]}?" if near else "; docs/keys.md lists them."
