"""docs/keys.md names every key and every command, as they are today."""

from __future__ import annotations

import tomllib
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

from cockpit.app import CockpitApp
from cockpit.personal import views
from cockpit.personal.config import load
from cockpit.screens.keytable import checked
from cockpit.screens.theme import THEMES

DOCS = Path(__file__).resolve().parents[2] / "docs"


def generator() -> ModuleType:
    spec = spec_from_file_location("keys", DOCS / "keys.py")
    assert spec is not None and spec.loader is not None
    found = module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


def test_the_tables_of_keys_and_commands_are_those_of_today() -> None:
    page = (DOCS / "keys.md").read_text(encoding="utf-8")
    assert page == generator().page(page), "make them again: python docs/keys.py"


def test_the_examples_are_understood(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    (tmp_path / "cockpit").mkdir()
    blocks = [
        part.partition("```")[0] for part in (DOCS / "keys.md").read_text(encoding="utf-8").split("```toml\n")[1:]
    ]
    assert len(blocks) == 2
    for name, block in zip(("views.toml", "config.toml"), blocks, strict=True):
        assert tomllib.loads(block)
        (tmp_path / "cockpit" / name).write_text(block, encoding="utf-8")
    found = views.load("core-banking")
    assert list(found.by_key) == ["a", "b"] and found.own == {"a"} and not found.problems
    assert list(views.load("another").by_key) == ["b"]
    config = load(tuple(theme.name for theme in THEMES))
    assert not config.problems and checked(CockpitApp, config)[1] == []


def test_every_theme_is_named() -> None:
    text = (DOCS / "keys.md").read_text(encoding="utf-8")
    assert all(f"| {theme.name} | " in text for theme in THEMES)
