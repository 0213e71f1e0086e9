"""`docs/charter.md` names every key that a charter may have, with its true default, and its examples load."""

from __future__ import annotations

import dataclasses
import re
import tomllib
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from cockpit.charter import charter as charters
from cockpit.charter.charter import Charter, CharterError, load
from cockpit.charter.words import RAG_WORDS, STATE_WORDS
from cockpit.records.model import Rag, State

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "charter.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## ([^\n]+)\n(.*?)(?=^## |\Z)", PAGE, re.M | re.S))
BLOCKS = re.findall(r"```toml\n(.*?)```", PAGE, re.S)
WORDS = SECTIONS["[states] and [rag]"]
REQUIRED = object()
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBbgWR6wL2bnpL7Awp8MpM52iOVbQI9qqqPpIsHgMCmz"

SHAPES = {_heading: shape for shape_name, shape in charters._SHAPES.items() for _heading in SECTIONS
          if re.fullmatch(rf"\[+{shape_name}(\.NAME)?\]+", _heading)}  # fmt: skip


def documented(section: str) -> dict[str, str]:
    """Return key → default as written, of the table in a section."""
    return dict(re.findall(r"^\| `([\w.]+)` \| [^|]+ \| ([^|]+?) \| .+ \|$", section, re.M))


def true_defaults(shape: Any) -> Mapping[str, Any]:
    """Return key → default of a pydantic model or a record."""
    if isinstance(shape, type) and issubclass(shape, BaseModel):
        return {name: _of_model(field) for name, field in shape.model_fields.items()}
    return {
        field.name: _of_record(field) for field in dataclasses.fields(shape) if field.name not in ("origin", "extra")
    }


def _of_model(field: FieldInfo) -> Any:
    return REQUIRED if field.is_required() else field.get_default(call_default_factory=True)


def _of_record(field: dataclasses.Field[Any]) -> Any:
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    return REQUIRED if field.default is dataclasses.MISSING else field.default


def as_written(default: str) -> Any:
    """Return the value that a cell of the column `default` stands for."""
    if default in ("required", "none"):
        return REQUIRED if default == "required" else None
    value = tomllib.loads(f"x = {default.strip('`')}")["x"]
    return tuple(value) if isinstance(value, list) else value


def test_every_table_of_the_charter_has_a_section() -> None:
    named = {name for name in charters._File.model_fields if f"[{name}" in " ".join(SECTIONS)}
    assert named == set(charters._File.model_fields)
    assert len(SHAPES) == len(charters._SHAPES)


@pytest.mark.parametrize("heading", sorted(SHAPES))
def test_every_key_is_documented_with_its_default_and_no_other(heading: str) -> None:
    told, true = documented(SECTIONS[heading]), true_defaults(SHAPES[heading])
    assert list(told) == list(true) or sorted(told) == sorted(true)
    for key, default in true.items():
        if key not in ("default_duration_days", "quality", "tolerance"):
            assert as_written(told[key]) == default, key


def test_the_default_durations_are_those_of_the_example() -> None:
    (line,) = re.findall(r"^default_duration_days = \{.*?\}", PAGE, re.M)
    assert tomllib.loads(line)["default_duration_days"] == charters.Policy().default_duration_days


@pytest.mark.parametrize("category", [*State, *Rag])
def test_every_known_status_word_is_listed_under_its_category(category: StrEnum) -> None:
    table = "states" if isinstance(category, State) else "rag"
    words = (STATE_WORDS if table == "states" else RAG_WORDS)[category]  # type: ignore[index]
    (listed,) = re.findall(rf"^- `{table}\.{category}`: ([^.]*)\.", WORDS, re.M)
    assert tuple(" ".join(listed.split()).split(", ")) == words


def loaded(folder: Path, text: str) -> Charter:
    if "[portfolio]" not in text:
        text = '[portfolio]\nid = "p"\ntitle = "P"\n' + text
    (folder / "portfolio.toml").write_text(text.replace("ssh-ed25519 AAAA…", KEY), encoding="utf-8")
    return load(folder)


@pytest.mark.parametrize("number", range(len(BLOCKS)))
def test_each_example_loads_by_itself(tmp_path: Path, number: int) -> None:
    charter = loaded(tmp_path, BLOCKS[number])
    assert charter != loaded(tmp_path, "")


def test_the_examples_use_every_table_and_together_are_a_charter(tmp_path: Path) -> None:
    charter = loaded(tmp_path, "\n".join(BLOCKS))
    used = {name for name in charters._File.model_fields if re.search(rf"^\[+{name}\b", "\n".join(BLOCKS), re.M)}
    assert used == set(charters._File.model_fields)
    assert charter.state_of("won't do") is State.DONE
    assert charter.rag_of("some concern") is Rag.AMBER


def test_a_key_that_is_not_on_the_page_is_refused_as_it_says(tmp_path: Path) -> None:
    with pytest.raises(CharterError, match=r"portfolio.toml line 2, policy.silence_day: .*“silence_days”"):
        loaded(tmp_path, '[policy]\nsilence_day = 3\n[portfolio]\nid = "p"\ntitle = "P"\n')
