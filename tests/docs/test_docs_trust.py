"""The threat table names tests that are there, and a test in every row of what is stopped."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "trust.md").read_text(encoding="utf-8")
STOPPED = "| somebody… | stopped by | test |"


def test_every_attack_that_is_stopped_names_a_test_that_exists() -> None:
    defined: set[str] = set()
    for path in (ROOT / "tests").rglob("test_*.py"):
        defined.update(re.findall(r"^\s*(?:async )?def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE))
    tables = TEXT[TEXT.index(STOPPED) : TEXT.index("| somebody… | not stopped |")]
    rows = [line for line in tables.splitlines() if line.startswith("| ") and line != STOPPED]
    assert len(rows) > 100
    for row in rows:
        names = re.findall(r"`(test_\w+)`", row)
        assert names, f"names no test: {row}"
        assert set(names) <= defined, f"names a test that is not there: {row}"
