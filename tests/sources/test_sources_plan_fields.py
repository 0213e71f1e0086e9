"""What only a plan of a planning program says has no column of its own in a native table."""

from __future__ import annotations

from pathlib import Path

import pytest
from source_help import batch, put

from cockpit.charter.charter import CharterError
from cockpit.records.model import Link, WorkItem


@pytest.mark.parametrize(("table", "name"), [("work_items", "terms"), ("projects", "method")])
def test_a_column_named_like_one_is_kept_as_any_other_unknown_column(tmp_path: Path, table: str, name: str) -> None:
    header, row = ("id,title,project", "a,A,P") if table == "work_items" else ("id,title", "P,P")
    put(tmp_path, f"{table}.csv", f"{header},{name}\n{row},net 30 days\n")
    (record,) = batch(tmp_path, f"{table}.csv").records[table]
    assert getattr(record, name) is None
    assert record.extra == ((name, "net 30 days"),)


@pytest.mark.parametrize(("table", "name"), [("work_items", "terms"), ("projects", "method")])
def test_no_mapping_can_fill_one(tmp_path: Path, table: str, name: str) -> None:
    put(tmp_path, "tracker.csv", "id,title,project,what\na,A,P,x\n")
    mapping = f'[[sources]]\npath = "tracker.csv"\ntable = "{table}"\ncolumns = {{ {name} = "what" }}\n'
    with pytest.raises(CharterError, match=name):
        batch(tmp_path, "tracker.csv", mapping)


def test_a_link_names_the_calendar_of_its_lag(tmp_path: Path) -> None:
    put(tmp_path, "links.csv", "predecessor,successor,lag_days,lag calendar\na,b,2,night shift\nb,c,1,\n")
    assert batch(tmp_path, "links.csv").records["links"] == (
        Link(predecessor="a", successor="b", lag_days=2.0, lag_calendar="night shift"),
        Link(predecessor="b", successor="c", lag_days=1.0),
    )


def test_work_items_of_a_table_say_nothing_of_a_planning_program(tmp_path: Path) -> None:
    put(tmp_path, "work_items.csv", "id,title,project\na,A,P\n")
    (record,) = batch(tmp_path, "work_items.csv").records["work_items"]
    assert record == WorkItem(id="a", title="A", project="P", terms=None)
