"""Networks as bytes, and the same again from them: nothing is sorted and no row is worked out again.

What comes back first is the network in numbers, with which everything can be computed that `schedule` computes. Given
the very records that it was built from, it is the network that `network.build` makes of them. That they are the very
same is for the one to know who kept the bytes.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from cockpit.basics.classes import dataclass
from cockpit.engine import kernel
from cockpit.engine.scheduling import columns as cols
from cockpit.engine.scheduling.calendars import Working
from cockpit.engine.scheduling.columns import Column, Texts
from cockpit.engine.scheduling.network import Network
from cockpit.engine.scheduling.noderows import shared
from cockpit.engine.scheduling.onward import Onward
from cockpit.engine.scheduling.ties import by_id
from cockpit.records.model import Origin, Problem

if TYPE_CHECKING:
    from cockpit.engine.scheduling.rebuilt import Built, Given

BESIDE = ("working", "link_succ", "fixed_start", "fixed_finish", "done_by", "suspended", "paused")
"""The columns of a network that the kernel does not read."""
_NET = tuple(name for name in kernel.Net._fields if name != "size")
_SOURCES = "sources"


@dataclass(frozen=True)
class Packed:
    """A network in numbers, and what else of it is no record."""

    names: Texts
    columns: Mapping[str, Column]
    """By the names of the arrays of `kernel.Net`, and those in `BESIDE`."""
    sources: Column
    """Over the links: which of the given links stands behind each."""
    said: Mapping[str, Any]

    @cached_property
    def ids(self) -> Sequence[str]:
        """The work item of each node, in topological order; read out when somebody first asks. Raises FormError."""
        return self.names.read()

    def network(self, given: Given) -> Network | None:
        """The network of these records; None where they cannot be those that it was built from."""
        said, known = self.said, by_id(given.items, [])
        found = [known.get(id_) for id_ in self.ids]
        items = tuple(item for item in found if item is not None)
        if _mark(given) != said["given"] or len(items) != len(self.ids):
            return None
        ids = tuple(item.id for item in items)
        own = dict(zip(self.columns, shared(column.array() for column in self.columns.values()), strict=True))
        net = kernel.Net(size=len(ids), **{name: own.pop(name) for name in _NET})
        return Network(
            ids=ids,
            items=items,
            index={id_: node for node, id_ in enumerate(ids)},
            cycles=tuple(tuple(cycle) for cycle in said["cycles"]),
            uncomputable=frozenset(said["uncomputable"]),
            assumed=frozenset(ids[node] for node in said["assumed"]),
            problems=tuple(Problem(Origin(*origin), *rest) for origin, *rest in said["problems"]),
            leaves={summary: tuple(leaves) for summary, leaves in said["leaves"].items()},
            fronts=frozenset(said["fronts"]),
            bounded=said["bounded"],
            workings=(Working(given.default), *(Working(given.calendars[name]) for name in said["calendars"])),
            calendars={name: number for number, name in enumerate(said["calendars"], start=1)},
            offsets=tuple(said["offsets"]),
            projects=tuple(said["projects"]),
            methods=tuple(given.methods.get(name) for name in said["projects"]),
            links=tuple(map(given.links.__getitem__, self.sources)),
            net=net,
            onward=Onward(net.size, net.link_from, own["link_succ"]),
            **own,
        )


def pack(built: Mapping[str, Built]) -> bytes:
    """The bytes of networks, by name, with what they were built from. Raises FormError where an id cannot be kept."""
    columns: dict[str, array[int]] = {}
    said = []
    for number, (name, (given, network)) in enumerate(built.items()):
        said.append((name, _said(network, given)))
        columns |= {f"{number} {column}": values for column, values in _columns(network, given).items()}
    ids = {str(number): network.ids for number, (_, network) in enumerate(built.values())}
    return cols.pack({"networks": said}, ids, columns)


def unpack(data: bytes | memoryview) -> dict[str, Packed]:
    """The networks in numbers, by name. Raises FormError."""
    kept, found = cols.unpack(data), dict[str, Packed]()
    try:
        for number, (name, said) in enumerate(kept.said["networks"]):
            own = {column: kept.columns[f"{number} {column}"] for column in (*_NET, *BESIDE)}
            found[name] = Packed(kept.texts[str(number)], own, kept.columns[f"{number} {_SOURCES}"], said)
    except (KeyError, TypeError, ValueError) as error:
        raise cols.FormError(f"{error} is no network.") from error
    return found


def _columns(network: Network, given: Given) -> dict[str, array[int]]:
    places = {id(link): place for place, link in enumerate(given.links)}
    sources = array("q", (places[id(link)] for link in network.links))
    own = {name: getattr(network, name) for name in BESIDE}
    return {_SOURCES: sources, **own, **{name: getattr(network.net, name) for name in _NET}}


def _said(network: Network, given: Given) -> dict[str, Any]:
    return {
        "given": _mark(given),
        "cycles": network.cycles,
        "uncomputable": sorted(network.uncomputable),
        "assumed": sorted(network.index[name] for name in network.assumed),
        "problems": network.problems,
        "leaves": network.leaves,
        "fronts": sorted(network.fronts),
        "bounded": network.bounded,
        "calendars": sorted(network.calendars, key=network.calendars.__getitem__),
        "offsets": network.offsets,
        "projects": network.projects,
    }


def _mark(given: Given) -> str:
    """What tells what a network is built from, but for what its items and links say."""
    named = (given.calendars, given.durations, given.starts, given.methods, given.leaders)
    told = (len(given.items), len(given.links), given.default, *(sorted(each.items()) for each in named))
    return sha256(repr(told).encode("utf-8", "surrogatepass")).hexdigest()
