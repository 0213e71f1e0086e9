"""Records take little room and are records as any other."""

from __future__ import annotations

import gc
import pickle
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from dataclasses import FrozenInstanceError, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.records.model import Link, Origin, WorkItem

ORIGINS = st.none() | st.builds(
    Origin,
    path=st.text(max_size=3),
    row=st.none() | st.integers(-3, 5) | st.integers(2**31, 2**33),
    sheet=st.sampled_from(("", "A", "B")),
)


@given(ORIGINS, ORIGINS)
def test_where_a_row_stands_is_kept_in_little_room_and_told_as_it_was(one: Origin | None, other: Origin | None) -> None:
    item, link = WorkItem(id="a", project="p", title="t", origin=one), Link(predecessor="a", successor="b", origin=one)
    for record in (item, link, copy(item), pickle.loads(pickle.dumps(link)), replace(item, title="u")):
        assert record.origin == one
        assert type(record.origin) is type(one)
        assert replace(record, origin=other).origin == other
        assert repr(one) in repr(record)
    assert item == replace(item, origin=other) and hash(item) == hash(replace(item, origin=other))
    with pytest.raises(FrozenInstanceError):
        item.origin = other  # type: ignore[misc]


def test_a_place_takes_no_more_than_a_number() -> None:
    item = WorkItem(id="a", project="p", title="t", origin=Origin("plan.csv", 7_000, "Sheet"))
    assert [type(each) for each in gc.get_referents(item)].count(Origin) == 0
    assert item.origin == Origin("plan.csv", 7_000, "Sheet")


def test_files_are_numbered_once_by_many_threads_at_the_same_time() -> None:
    places = [Origin(f"file {number % 50}", number) for number in range(4000)]

    def kept(origins: list[Origin]) -> list[Origin | None]:
        return [WorkItem(id="a", project="p", title="t", origin=origin).origin for origin in origins]

    with ThreadPoolExecutor(8) as threads:
        assert all(found == places for found in threads.map(kept, [places] * 16))
