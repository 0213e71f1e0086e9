"""The computed schedule of work items: a record for each, made when somebody looks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TypeVar

from cockpit.model import Origin

V = TypeVar("V")


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemDates:
    """The computed schedule of one work item. Floats are in working days of its calendar."""

    id: str
    title: str
    project: str
    team: str
    early_start: datetime
    early_finish: datetime
    late_start: datetime
    late_finish: datetime
    total_float_days: float
    free_float_days: float
    done: bool
    assumed_duration: bool
    origin: Origin | None = None


class Deferred(Mapping[str, V]):
    """A mapping that is worked out when it is first looked into: few look, and each assessment has its own."""

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
