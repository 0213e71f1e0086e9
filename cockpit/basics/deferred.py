"""Parts of a frozen answer that are worked out when somebody looks into them: few look, and each answer has its own.

What they are worked out from never changes, so that all who look see the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TypeVar, overload

V = TypeVar("V")


class Deferred(Mapping[str, V]):
    """A mapping that is worked out when it is first looked into."""

    def __init__(self, work: Callable[[], Mapping[str, V]]) -> None:
        self._work = work

    @cached_property
    def _found(self) -> Mapping[str, V]:
        return self._work()

    def __getitem__(self, key: str) -> V:
        return self._found[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Mapping) and dict(self._found) == dict(other))

    __hash__ = None  # type: ignore[assignment]


class DeferredRows(Sequence[V]):
    """A sequence that is worked out when it is first looked into."""

    def __init__(self, work: Callable[[], Sequence[V]]) -> None:
        self._work = work

    @cached_property
    def _found(self) -> tuple[V, ...]:
        return tuple(self._work())

    @overload
    def __getitem__(self, place: int) -> V: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[V]: ...

    def __getitem__(self, place: int | slice) -> V | Sequence[V]:
        return self._found[place]

    def __iter__(self) -> Iterator[V]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Sequence) and self._found == tuple(other))

    __hash__ = None  # type: ignore[assignment]
