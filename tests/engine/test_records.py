"""Records made quickly are records as any other."""

from __future__ import annotations

import gc
import pickle
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from dataclasses import FrozenInstanceError, dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.records.frozen import quick
from cockpit.records.model import Link, Origin, WorkItem
from cockpit.records.terms import Rules, Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    note: str = field(default="", compare=False)


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Thing(Base):
    name: str
    size: int = 3


def test_a_quick_record_is_made_compared_replaced_and_frozen_like_a_slow_one() -> None:
    one = Thing(name="a", note="b")
    assert (one.name, one.size, one.note, repr(one)) == ("a", 3, "b", "Thing(note='b', name='a', size=3)")
    assert one == Thing(name="a") and hash(one) == hash(Thing(name="a"))
    assert replace(one, size=4) == Thing(name="a", size=4)
    with pytest.raises(FrozenInstanceError):
        one.size = 5  # type: ignore[misc]
    with pytest.raises(TypeError, match="name"):
        Thing()  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="colour"):
        Thing(name="a", colour="red")  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        Thing("a")  # type: ignore[misc]


def test_the_records_of_plans_are_quick() -> None:
    for kind in (WorkItem, Link, Terms):
        assert kind.__init__.__code__.co_filename == "<string>"
        assert "_set_" in " ".join(kind.__init__.__code__.co_names)
    assert WorkItem(id="a", project="p", title="t").terms is None
    assert Terms(rules=Rules.PROJECT).shares == ()


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
