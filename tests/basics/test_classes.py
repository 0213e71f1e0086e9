"""Dataclasses that are made late are those that the standard decorator makes."""

from __future__ import annotations

import copy
import dataclasses
import pickle
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import field
from pathlib import Path
from typing import Any

import pytest

from cockpit.basics.classes import dataclass

Decorator = Callable[..., Any]


def family(decorator: Decorator) -> dict[str, type]:
    """Classes of every kind that we have, made by a decorator."""

    @decorator(frozen=True)
    class Plain:
        """Said."""

        name: str
        size: int = 3
        tags: list[str] = field(default_factory=list, compare=False)

    @decorator(frozen=True, slots=True)
    class Slotted:
        name: str
        hidden: object = field(default=None, repr=False)
        other: str = field(default="", hash=False)

    @decorator(frozen=True, slots=True, kw_only=True)
    class Base:
        note: str = field(default="", compare=False)

    @decorator(frozen=True, slots=True, kw_only=True)
    class Thing(Base):
        name: str
        size: int = 3

    @decorator(frozen=True)
    class Mixed(Plain):
        more: int = field(default=1, kw_only=True)
        last: str = "z"

    @decorator(slots=True)
    class Changing:
        name: str
        seen: list[int] = field(default_factory=list)
        count: int = field(default=7, init=False)
        made: list[int] = field(default_factory=list, init=False)
        bare: int = field(init=False)

    @decorator
    class After:
        name: str

        def __post_init__(self) -> None:
            self.name = self.name.upper()

    @decorator(frozen=True)
    class Own:
        name: str

        def __init__(self, first: str) -> None:
            object.__setattr__(self, "name", first * 2)

        def __repr__(self) -> str:
            return "own"

        def __eq__(self, other: object) -> bool:
            return True

    @decorator(frozen=True)
    class Hashed:
        name: str

        def __hash__(self) -> int:
            return 4

    @decorator(frozen=True, slots=True)
    class Empty:
        pass

    class Child(Thing):
        pass

    return {kind.__name__: kind for kind in (Plain, Slotted, Thing, Mixed, Changing, After, Own, Hashed, Empty, Child)}


OURS, THEIRS = family(dataclass), family(dataclasses.dataclass)
CALLS: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = [
    ("Plain", ("a",), {}),
    ("Plain", ("a", 4, ["t"]), {}),
    ("Plain", (), {"size": 1}),
    ("Plain", ("a", 1, [], 4), {}),
    ("Slotted", ("a",), {}),
    ("Slotted", ("a", 5), {"other": "b"}),
    ("Slotted", ("a",), {"colour": 1}),
    ("Thing", (), {"name": "a"}),
    ("Thing", (), {"name": "a", "note": "n", "size": 9}),
    ("Thing", (), {}),
    ("Thing", ("a",), {}),
    ("Mixed", ("a", 1, []), {"more": 5}),
    ("Mixed", ("a", 1, [], "y"), {}),
    ("Mixed", ("a", 1, [], "y", 3), {}),
    ("Changing", ("a",), {}),
    ("Changing", ("a", [1]), {}),
    ("Changing", ("a",), {"count": 2}),
    ("After", ("a",), {}),
    ("Own", ("a",), {}),
    ("Hashed", ("a",), {}),
    ("Child", (), {"name": "a"}),
]


def outcome(work: Callable[[], Any]) -> str:
    """What comes of it, in words that do not say which of the two families it is of."""
    try:
        found = work()
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return str(found).replace("family.<locals>.", "")


@pytest.mark.parametrize(("name", "values", "named"), CALLS)
def test_it_is_made_shown_compared_and_frozen_alike(name: str, values: tuple[Any, ...], named: dict[str, Any]) -> None:
    def told(kinds: dict[str, type]) -> list[str]:
        kind = kinds[name]

        def one() -> Any:
            return kind(*values, **named)

        works: list[Callable[[], Any]] = [
            lambda: repr(one()),
            lambda: one() == one(),
            lambda: one() == object(),
            lambda: one() == kinds["Plain"]("b"),
            lambda: hash(one()) == hash(one()),
            lambda: one().__setattr__("name", "c"),
            lambda: one().__delattr__("name"),
            lambda: repr(dataclasses.replace(one(), name="r")),
            lambda: repr(copy.copy(one())),
            lambda: repr(copy.deepcopy(one())),
            lambda: dataclasses.astuple(one()),
            lambda: kind.__match_args__,
            lambda: kind.__doc__ if name == "Plain" else None,
            lambda: vars(one()),
            lambda: [each.name for each in dataclasses.fields(kind)],
        ]
        return [outcome(work) for work in works]

    assert told(OURS) == told(THEIRS)


@pytest.mark.parametrize("name", ["Plain", "Slotted", "Thing", "Empty"])
def test_what_is_frozen_takes_no_attribute_of_any_name(name: str) -> None:
    """The standard decorator says so only where there are no slots: with them it stumbles over its own class."""
    one = OURS[name](**({} if name == "Empty" else {"name": "a"}))
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot assign to field 'nothing'"):
        one.nothing = 1
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot delete field 'nothing'"):
        del one.nothing


def test_a_plain_subclass_may_have_attributes_of_its_own() -> None:
    child = OURS["Child"](name="a")
    child.nothing = 1
    assert child.nothing == 1
    del child.nothing
    with pytest.raises(dataclasses.FrozenInstanceError):
        child.name = "b"


@pytest.mark.parametrize("name", OURS)
def test_what_may_be_hashed_is_the_same(name: str) -> None:
    assert (OURS[name].__hash__ is None) == (THEIRS[name].__hash__ is None)


def test_what_is_compared_and_hashed_are_the_fields_that_shall_be() -> None:
    plain, slotted, thing = OURS["Plain"], OURS["Slotted"], OURS["Thing"]
    assert plain("a", 1, ["x"]) == plain("a", 1) != plain("a", 2)
    assert hash(plain("a", 1, ["x"])) == hash(plain("a", 1))
    assert slotted("a", 1, "b") != slotted("a", 1, "c") and hash(slotted("a", 1, "b")) == hash(slotted("a", 1, "c"))
    assert thing(name="a", note="n") == thing(name="a")
    assert OURS["Child"](name="a") != thing(name="a"), "another class is another thing"


def test_one_without_fields_is_equal_to_another() -> None:
    empty = OURS["Empty"]
    assert empty() == empty() and hash(empty()) == hash(empty()) and repr(empty()).endswith("Empty()")


def test_a_list_that_is_made_for_each_is_its_own() -> None:
    assert OURS["Plain"]("a").tags is not OURS["Plain"]("a").tags
    assert OURS["Changing"]("a").made is not OURS["Changing"]("a").made


@dataclass(frozen=True, slots=True)
class Kept:
    name: str
    inner: object = None


def test_it_is_packed_and_unpacked() -> None:
    one = Kept("a", Kept("b"))
    assert pickle.loads(pickle.dumps(one)) == one and repr(Kept(name="a")) == "Kept(name='a', inner=None)"


def test_a_record_that_holds_itself_is_shown() -> None:
    one = OURS["Changing"]("a")
    one.bare = 1
    one.seen.append(one)
    assert "..." in repr(one)


def test_many_threads_may_be_the_first() -> None:
    @dataclass(frozen=True, slots=True)
    class Fresh:
        name: str
        size: int = 1

    with ThreadPoolExecutor(16) as pool:
        made = list(pool.map(lambda n: Fresh(str(n % 3)), range(400)))
    assert len(set(made)) == 3 and made[0] == Fresh("0")


def test_nothing_is_compiled_before_it_is_called() -> None:
    program = (
        "from cockpit.records import assessment as module\n"
        "kinds = [kind for kind in vars(module).values() if getattr(kind, '__module__', '') == module.__name__]\n"
        "made = [kind for kind in kinds if hasattr(kind, '__dataclass_fields__')]\n"
        "print(len(made), *{vars(kind)['__init__'].__code__.co_filename for kind in made})"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    count, *places = done.stdout.split()
    assert int(count) > 10 and [Path(place).name for place in places] == ["classes.py"]
