"""Records made quickly are records as any other."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, dataclass, field, replace

import pytest

from cockpit.model import Link, WorkItem
from cockpit.records import quick
from cockpit.terms import Rules, Terms


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
