"""What sentences call a key: by the id of its binding, so that they name the one that its user has set."""

from __future__ import annotations

from collections.abc import Mapping

from textual.keys import format_key

KEYS = {
    "acknowledge": "a",
    "back": "q",
    "choose-back": "escape",
    "day-back": "left_square_bracket",
    "day-on": "right_square_bracket",
    "decide": "d",
    "escape": "escape",
    "fold": "space",
    "go-exceptions": "1",
    "go-objectives": "2",
    "go-kpis": "3",
    "go-path": "4",
    "go-signoffs": "5",
    "go-projects": "6",
    "go-alignment": "7",
    "go-ledger": "8",
    "go-sources": "9",
    "group-by": "b",
    "help": "question_mark",
    "help-back": "escape",
    "help-down": "j",
    "help-find": "slash",
    "help-up": "k",
    "history": "h",
    "map": "m",
    "mark": "space",
    "mark-all": "asterisk",
    "news": "n",
    "palette-back": "escape",
    "prompt-complete": "tab",
    "quit": "ctrl+q",
    "read": "r",
    "rejected": "x",
    "save-view": "M",
    "saved-back": "escape",
    "sign": "s",
    "today": "t",
    "view": "apostrophe",
    "whatif-add": "a",
    "whatif-assume": "w",
    "whatif-complete": "tab",
    "whatif-drop": "x",
    "whatif-leave": "escape",
    "whatif-move": "m",
    "why": "enter",
}
"""The first key of each binding that is named in a sentence, by its id, where nobody has set another one."""
_NAMES = {"enter": "enter"}
"""Textual shows these as signs that don't read well in a sentence."""

_set: dict[str, str] = {}


def use(keymap: Mapping[str, str]) -> None:
    """Name these keys from now on, by the ids of their bindings; all others as they are in `KEYS`."""
    _set.clear()
    _set.update(keymap)


def key(identity: str) -> str:
    """Return what a sentence calls the key of a binding: the first one, where it has several."""
    first = (_set.get(identity) or KEYS[identity]).partition(",")[0].strip()
    return _NAMES.get(first) or format_key(first)
