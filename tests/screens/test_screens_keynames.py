"""Sentences that name a key name the one that its user has set."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from screens_data import FakeSession, notes, ready, settle
from textual.binding import Binding
from textual.pilot import Pilot
from textual.widgets import Static

import cockpit
from cockpit.app import CockpitApp
from cockpit.screens import keynames
from cockpit.screens.bars import KeyBar, NoteLine, TabBar
from cockpit.screens.keytable import places

ROOT = Path(cockpit.__file__).parent
SOURCES = [*sorted((ROOT / "screens").glob("*.py")), *sorted((ROOT / "desk").glob("*.py")), ROOT / "app.py"]
BARE = re.compile(
    r"(?:^|[\s(:;,·])(?:esc|escape|tab|enter|space|ctrl\+\w|[a-zA-Z0-9]) "
    r"(?:adds|assumes|clears|closes|comes|finds|folds|gives|goes|lists|maps|marks|moves|quits|reads|says|shows|signs|stops|"
    r"takes|tells|unfolds|unmarks|works)\b"
)
"""How a sentence would name a key by itself."""
FIXED = {"enter chooses · ", "This is the end of it: enter signs.", " signed · enter closes", ". q quits."}
"""Keys of Textual's own lists and buttons, and of a terminal that is too small: they have no id and can't be set."""


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    (tmp_path / "config" / "cockpit").mkdir(parents=True)
    yield tmp_path / "config" / "cockpit" / "config.toml"
    keynames.use({})


def texts(path: Path) -> Iterator[str]:
    """All texts of a module but those that stand by themselves, which say what something is."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    alone = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in alone:
            yield node.value


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_no_sentence_names_a_key_by_itself(path: Path) -> None:
    assert [text for text in texts(path) if text not in FIXED and BARE.search(text)] == []


def test_each_key_that_is_named_is_that_of_its_binding() -> None:
    bindings: dict[str, list[Binding]] = {}
    for place in places(CockpitApp):
        for binding in place.bindings():
            bindings.setdefault(binding.id or "", []).append(binding)
    for identity, first in keynames.KEYS.items():
        assert first in {binding.key for binding in bindings[identity]}, identity
    named = {
        node.args[0].value
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "key"
        and node.args and isinstance(node.args[0], ast.Constant)
    }  # fmt: skip
    assert named | {f"go-{name}" for name in ("objectives", "kpis", "projects", "ledger", "sources")} == {
        *keynames.KEYS
    }


async def press(pilot: Pilot[None], *keys: str) -> None:
    for each in keys:
        await pilot.press(each)
        await settle(pilot)


def line(app: Any, name: str) -> str:
    return str(app.screen.query_one(name, NoteLine).render())


async def test_notes_hints_toasts_and_lines_of_keys_follow_what_is_set(session: FakeSession, config: Path) -> None:
    config.write_text(
        '[keys]\nescape = "f2"\nmark = "M"\nsave-view = "f3"\ngroup-by = "v"\nday-on = "plus"\ntoday = "f5"\n'
        'go-path = "p"\nrejected = "X"\nsaved-back = "f4"\nview = "f6"\nhistory = "H"\n',
        encoding="utf-8",
    )
    app = CockpitApp(session)  # type: ignore[arg-type]
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await ready(pilot)
        await settle(pilot)
        assert notes(app) == "" and "p Path" in str(app.screen.query_one(TabBar).render())
        assert "[ + day" in str(app.screen.query_one(KeyBar).render())
        await press(pilot, "slash", *"zzz", "enter")
        assert "f2 clears" in line(app, "#filter-line")
        assert "f2 clears the filter" in str(app.screen.query_one("#empty", Static).render())
        await press(pilot, "f2", "f6")
        assert "No view is saved yet: f3 and a letter" in notes(app)
        await press(pilot, "f3")
        assert "f4 goes back" in str(app.screen.query_one("#views Static", Static).render())
        await press(pilot, "f4", "7")
        assert "· v groups by team" in line(app, "#grouped")
        await press(pilot, "8")
        assert "X: only those" in line(app, "#counted")
        await press(pilot, "5", "M")
        assert "f2 unmarks" in line(app, "#mine")
        await press(pilot, "f2", "9", "w")
        assert "Critical path (p) lists what blocks" in notes(app)
        await press(pilot, "left_square_bracket", "s")
        assert "f5 comes back to today" in notes(app)
