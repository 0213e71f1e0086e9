"""Random edits of random portfolios by anybody but their owners: rows deleted and added, every column that is neither
progress nor a signature set to something else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

import worlds
from hypothesis import strategies as st
from pasts_model import TABLES, Tables
from scene import TODAY

from cockpit.records.model import Record

PROGRESS = frozenset({"state", "status", "actual_start", "actual_finish"})
"""What a source says of work that is begun or done is the word of whoever does it."""
_OWN = frozenset({"id", "kpi", "predecessor", "successor", "origin", "stub", "terms", "method", "discovered", "key"})
_TEXTS = st.sampled_from(("apps", "bank", "vendor", "Old Vendor", "ghost", "waits for Bank", ""))
_LISTS = st.sampled_from(((), ("ann",), ("ghost",), ("apps",), ("nobody", "vendor"), ("O",), ("O2", "lost")))
_DRAWN: Mapping[str, Any] = {
    "work_items": lambda: worlds.work_items("x"),
    "links": lambda: worlds.links,
    "projects": lambda: worlds.projects("x"),
    "dependencies": lambda: worlds.dependencies("x"),
    "kpis": lambda: worlds.kpis,
    "readings": lambda: worlds.readings,
}
_IDS = {"work_items": (*worlds.ITEMS, "P:finish", "new"), "projects": (*worlds.PROJECTS, "X"), "dependencies": "DEFG"}


def columns(record: Record) -> list[str]:
    """The columns of a row that somebody may edit."""
    return [f.name for f in fields(record) if f.name not in PROGRESS | _OWN]


@st.composite
def changed(draw: Any, table: str, row: Any) -> Any:
    """A row in which one column says something else; an actual date may be taken back."""
    taken_back = [name for name in ("actual_start", "actual_finish") if getattr(row, name, None) is not None]
    name = draw(st.sampled_from([*columns(row), *taken_back]))
    if name in taken_back:
        return replace(row, **{name: None})
    value = getattr(row, name)
    if table in _DRAWN:
        other = getattr(draw(_DRAWN[table]()), name)
    elif isinstance(value, str):
        other = draw(_TEXTS)
    elif name in ("aliases", "leads", "objectives"):
        other = draw(_LISTS)
    elif isinstance(value, bool):
        other = not value
    elif name == "exceptions":
        other = ()
    else:
        other = draw(worlds.maybe_day) if name.endswith("date") else value
    if name in ("title", "name") and table != "teams":
        other = draw(_TEXTS)
    return replace(row, **{name: other})


@st.composite
def added(draw: Any, table: str, rows: Sequence[Any]) -> Any:
    """One row more; None where its id is taken."""
    row = draw(_DRAWN[table]())
    if table in _IDS:
        row = replace(row, id=draw(st.sampled_from(_IDS[table])))
        return None if any(other.id == row.id for other in rows) else row
    return row


@st.composite
def edited(draw: Any, tables: Tables) -> Tables:
    """Tables after one to three edits."""
    found = {table: list(tables[table]) for table in TABLES}
    for _ in range(draw(st.integers(1, 3))):
        what = draw(st.sampled_from(("delete", "add", "change", "change", "change")))
        if what == "add":
            table = draw(st.sampled_from(sorted(_DRAWN)))
            row = draw(added(table, found[table]))
            found[table] += [] if row is None else [row]
            continue
        table = draw(st.sampled_from([name for name in TABLES if found[name]]))
        place = draw(st.integers(0, len(found[table]) - 1))
        row = found[table].pop(place)
        if what == "change":
            found[table].insert(place, draw(changed(table, row)))
    return found


@st.composite
def stories(draw: Any) -> tuple[worlds.World, Tables, Tables, Tables]:
    """A portfolio as it was known first, as it was last week, and after somebody's edits; sometimes back as it was."""
    world = draw(worlds.worlds())
    first: Tables = {table: list(getattr(world.snapshot, table)) for table in TABLES}
    before = draw(edited(first)) if draw(st.integers(0, 2)) == 0 else first
    after = first if before is not first and draw(st.integers(0, 3)) == 0 else draw(edited(before))
    return worlds.World(world.snapshot, TODAY), first, before, after
