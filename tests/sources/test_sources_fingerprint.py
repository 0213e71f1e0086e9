"""A file counts as read while its fingerprint stands: a better reader of its format must be given it again."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType

import pytest
from source_help import MINIMAL, charter, found, put

from cockpit.session.intake import Intake
from cockpit.sources import registry
from cockpit.sources.registry import READERS, fingerprint
from cockpit.store import Store

TODAY = date(2025, 3, 31)
PLAN = """<?xml version="1.0" encoding="UTF-8"?>
<Project xmlns="http://schemas.microsoft.com/project"><Title>Plan</Title><StartDate>2025-03-03T08:00:00</StartDate>
<Tasks><Task><UID>1</UID><ID>1</ID><Name>Build</Name><Duration>PT8H0M0S</Duration></Task></Tasks></Project>
"""


def better(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    readers = MappingProxyType({**registry.READERS, kind: registry.READERS.get(kind, 0) + 1})
    monkeypatch.setattr(registry, "READERS", readers)


def portfolio(folder: Path) -> Path:
    folder.mkdir()
    put(folder, "teams.csv", "id,title\na,A\n")
    put(folder, "plan.xml", PLAN)
    (folder / "portfolio.toml").write_text(MINIMAL, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("kind", "changed"), [("msproject", ["plan.xml"]), ("table", ["teams.csv"]), ("primavera", [])]
)
def test_a_new_reader_changes_the_fingerprints_of_its_format_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, changed: list[str]
) -> None:
    folder = portfolio(tmp_path / "p")
    files = {name: found(folder, name) for name in ("plan.xml", "teams.csv")}
    rules = charter(folder)
    before = {name: fingerprint(file, rules) for name, file in files.items()}
    assert before == {name: fingerprint(file, rules) for name, file in files.items()}
    better(monkeypatch, kind)
    assert [name for name, file in files.items() if fingerprint(file, rules) != before[name]] == changed


def test_the_readers_that_have_changed_since_the_first_stores() -> None:
    """Tables have not: their fingerprints must stay as they are kept, or all of them would count as new of today."""
    assert READERS["msproject"] > 1
    assert READERS["jira"] > 1, "what was given up is no longer done"
    assert "table" not in READERS


def test_an_unchanged_plan_is_read_again_by_a_new_reader_and_a_table_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = portfolio(tmp_path / "p")
    rules, now = charter(folder), datetime.fromisoformat("2025-03-31T09:30")

    def read_anew() -> list[str]:
        """What a process that has just started reads."""
        with Store.open(folder / "portfolio.db") as store:
            return [change.path for change in Intake(folder, store).read(rules, now, TODAY)]

    assert read_anew() == ["plan.xml", "teams.csv"]
    assert read_anew() == []
    better(monkeypatch, "msproject")
    assert read_anew() == ["plan.xml"]
    assert read_anew() == []
