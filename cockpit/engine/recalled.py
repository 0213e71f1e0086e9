"""What a weaving keeps: for that of the next snapshot, and as bytes for that of a session to come.

`networks` and `dates` make the bytes; whoever keeps them knows of which portfolio and day they hold.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from cockpit.basics.classes import dataclass
from cockpit.engine import kernel
from cockpit.engine.scheduling import columns, packed
from cockpit.engine.scheduling.columns import Column
from cockpit.engine.scheduling.network import Network
from cockpit.engine.scheduling.packed import Packed
from cockpit.engine.scheduling.rebuilt import Built
from cockpit.engine.scheduling.schedule import Filled, Forward
from cockpit.records.model import WorkItem

if TYPE_CHECKING:
    from cockpit.engine.portfolio import Woven

_DATES = kernel.Dates._fields


class Tie(NamedTuple):
    """A receiver that waits for the giver's work by a dependency and not by a link of the plan."""

    need: str
    giver: str
    receiver: str


class Key(NamedTuple):
    """What tells the networks of one portfolio apart."""

    ties: frozenset[Tie]
    loose: frozenset[str]
    """What nothing but its project's finish may follow."""
    is_led: bool
    """Whether it is known which work starts first."""

    @property
    def name(self) -> str:
        """The same in every process."""
        said = repr((sorted(self.ties), sorted(self.loose), self.is_led))
        return sha256(said.encode("utf-8", "surrogatepass")).hexdigest()


class Kept(NamedTuple):
    """Every network that was built."""

    built: Mapping[Key, Built]
    prepared: Mapping[str, WorkItem]
    """The work items as they were scheduled."""
    finishes: Sequence[WorkItem]
    """The implied finishes of projects."""

    def key_of(self, network: Network) -> Key:
        """The key of one of them."""
        return next(key for key, built in self.built.items() if built.network.index is network.index)


class Dated(NamedTuple):
    """The early dates of one network without any hold."""

    name: str
    """Of the network."""
    data_date: int
    columns: Mapping[str, Column]

    @property
    def filled(self) -> Filled:
        """What was filled in for them."""
        return Filled(*(self.columns[name].array() for name in Filled._fields))

    @property
    def base(self) -> Forward:
        """The dates."""
        return kernel.Dates(**{name: self.columns[f"base {name}"].array() for name in _DATES})


@dataclass(frozen=True)
class Recalled:
    """Networks by name, and the dates of the one that counted."""

    networks: Mapping[str, Packed] = field(default_factory=dict)
    dated: Dated | None = None

    def dated_on(self, name: str, data_date: int) -> Dated | None:
        """The dates of a network on a day."""
        found = self.dated
        return found if found is not None and found[:2] == (name, data_date) else None


def networks(woven: Woven) -> bytes:
    """Every network that was built, as bytes. Raises FormError where that cannot be."""
    return packed.pack({key.name: built for key, built in woven.kept.built.items()})


def dates(woven: Woven) -> bytes:
    """The early dates without any hold, as bytes."""
    own = {name: getattr(woven.run.net, name) for name in Filled._fields}
    base = {f"base {name}": getattr(woven.base, name) for name in _DATES}
    said = {"network": woven.kept.key_of(woven.network).name, "data_date": woven.data_date}
    return columns.pack(said, {}, {**own, **base})


def dated(data: bytes | memoryview) -> Dated:
    """What `dates` made. Raises FormError."""
    kept = columns.unpack(data)
    if missing := {*Filled._fields, *(f"base {name}" for name in _DATES)} - kept.columns.keys():
        raise columns.FormError(f"There is no {min(missing)}.")
    return Dated(kept.said["network"], kept.said["data_date"], kept.columns)
