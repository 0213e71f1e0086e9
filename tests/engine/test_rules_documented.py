"""Every rule has a docstring, a tolerance, what clears it, and a line in the docs."""

from __future__ import annotations

from pathlib import Path

import pytest

from cockpit.engine.rules import catalogue
from cockpit.engine.rules.base import Rule

DOCS = (Path(__file__).parents[2] / "docs" / "rules.md").read_text()


@pytest.mark.parametrize("rule", catalogue(), ids=lambda r: r.code)
def test_a_rule_is_explained_where_people_look(rule: Rule) -> None:
    assert rule.asks.endswith(("?", "."))
    assert rule.tolerance and rule.clears
    line = next((row for row in DOCS.splitlines() if row.startswith(f"| {rule.code} |")), "")
    assert " ".join(rule.asks.split()) in line and rule.clears in line and rule.tolerance in line


def test_codes_are_unique() -> None:
    codes = [r.code for r in catalogue()]
    assert len(codes) == len(set(codes))
