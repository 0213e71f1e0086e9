"""What an open portfolio holds of memory: each text and record once, and nothing of what was known before."""

from __future__ import annotations

import ctypes
import gc
import subprocess
import sys
import weakref
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from edited_portfolio import chain, project, put, tables

from cockpit.session.live import Session

NOW = datetime(2025, 3, 17, 8, 0, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    items, links = chain(10, 20, 30, 5)
    for number, row in enumerate(items):
        row |= {"effort": 10, "owner": "ann", "baseline_start": f"2025-03-{number + 3:02}"}
    put(tmp_path, tables(items, links, [project(None)]))
    return tmp_path


@pytest.fixture
def no_collector() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def edit(folder: Path, was: str, now: str) -> None:
    path = folder / "work_items.csv"
    text = path.read_text(encoding="utf-8")
    assert was in text
    path.write_text(text.replace(was, now, 1), encoding="utf-8")


def test_rows_that_say_the_same_say_it_with_the_same_objects(folder: Path) -> None:
    with Session.open(folder, clock=lambda: NOW) as session:
        session.update()
        known = session.snapshot()
    one, other, *_ = known.work_items
    link = known.links[0]
    assert (link.predecessor, link.successor) == (one.id, other.id)
    assert link.predecessor is one.id and link.successor is other.id
    assert one.owner is other.owner and one.effort is other.effort and link.lag_days is known.links[1].lag_days
    moved = {name: name for name in known.moved}
    assert all(moved[item.id] is item.id for item in known.work_items)


@pytest.mark.usefixtures("no_collector")
def test_what_was_known_before_is_gone_without_a_search_for_garbage(folder: Path) -> None:
    with Session.open(folder, clock=lambda: NOW) as session:
        session.update()
        gc.collect()
        for was, now in ((",20,", ",21,"), (",21,", ",7,"), ("Step P3", "Step 3"), ("To Do", "In Progress")):
            case = session._past._present
            assert case is not None
            facts = case.facts
            parts = (case, facts, case.woven, case.blockage, facts.owners, facts.owners.mandates, facts.edits)
            held = [weakref.ref(each) for each in parts]
            del case, facts, parts
            edit(folder, was, now)
            session.update()
            assert [each() for each in held] == [None] * len(held)
            assert session._past._present is not None and session._past._present.earlier is None


@pytest.mark.skipif(
    sys.platform != "linux" or not hasattr(ctypes.CDLL(None), "mallinfo2"), reason="It is glibc that is told."
)
def test_large_blocks_go_back_to_the_system_though_larger_ones_did_before() -> None:
    program = """
import ctypes, sys
from array import array
from cockpit.basics import heap

def kept():  # bytes that the system gave and nobody uses
    names = "arena ordblks smblks hblks hblkhd usmblks fsmblks uordblks fordblks keepcost".split()
    info = type("Info", (ctypes.Structure,), {"_fields_": [(name, ctypes.c_size_t) for name in names]})
    ask = ctypes.CDLL(None).mallinfo2
    ask.restype = info
    return ask().fordblks

if sys.argv[1] == "told":
    heap.give_back()
largest = array("q", bytes(16 << 20))
del largest
columns, between = [], []
for _ in range(40):
    columns.append(array("q", bytes(1 << 20)))
    between.append(bytearray(100_000))
del columns
print(kept())
"""
    left = {
        case: int(subprocess.run([sys.executable, "-c", program, case], capture_output=True, check=True).stdout)
        for case in ("told", "not told")
    }
    assert left["told"] < 2 << 20 < 30 << 20 < left["not told"]
