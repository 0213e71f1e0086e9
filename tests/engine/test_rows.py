"""One record from several rows of one id."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from scene import item

from cockpit.engine.rows import items_by_id
from cockpit.records.model import Origin, State

FREE: dict[str, Any] = {
    "title": "Another title", "status": "Open", "state": State.TODO, "remaining_days": 20.0, "percent": 5.0,
    "effort": 3.0, "owner": "ann", "updated": date(2025, 1, 6), "actual_start": date(2025, 1, 6),
    "extra": (("Comment", "waits"),),
}  # fmt: skip


def test_the_row_that_tells_most_of_what_binds_counts() -> None:
    first, second = (replace(item("a", 5, project), origin=Origin("a.csv", row)) for row, project in enumerate("PQ"))
    assert items_by_id([first, second])["a"].project == "P"
    assert items_by_id([first, replace(second, team="apps")])["a"].project == "Q"


@pytest.mark.parametrize("name", FREE)
def test_no_column_that_leaves_no_mark_chooses_which_of_two_rows_counts(name: str) -> None:
    first, second = (replace(item("a", 5, project), origin=Origin("a.csv", row)) for row, project in enumerate("PQ"))
    found = items_by_id([first, replace(second, **{name: FREE[name]})])["a"]
    assert found.project == "P"
    assert getattr(found, name) == (FREE[name] if name != "title" else "A")
