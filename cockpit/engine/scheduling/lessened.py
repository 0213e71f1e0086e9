"""The network of a plan from which links or work were taken out, from that of the whole plan.

Every node keeps its number, work that is gone stands there tied to nothing, and only links and rows that differ are
put in or out. Where links tie, the one that drives is the one that drives in a network built anew: the order of what
comes before a node follows `precedence`. What cannot be had that way is None, and built anew.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import replace
from itertools import chain, takewhile
from typing import NamedTuple, TypeVar

from cockpit.engine.scheduling import rebuilt, ripple
from cockpit.engine.scheduling.network import Network
from cockpit.engine.scheduling.onward import Onward
from cockpit.engine.scheduling.precedence import Arc, Precedence, arcs_of
from cockpit.engine.scheduling.rebuilt import Built, Given
from cockpit.engine.scheduling.schedule import Forward, Run
from cockpit.engine.scheduling.ties import LINK_TYPES, MOST_TIES
from cockpit.records.model import Link, WorkItem

_SAME = ("durations", "methods", "leaders", "calendars")
_OVER_LINKS = ("link_from", "link_type", "link_lag", "link_calendar")


class Lessened(NamedTuple):
    """A network that was made from that of the whole plan."""

    network: Network
    rows: tuple[int, ...]
    """The nodes whose rows differ."""
    arcs: Mapping[int, Sequence[Arc]]
    """Node → the links into it, where they differ."""

    def dates(self, run: Run, whole: Forward) -> tuple[Run, Forward]:
        """What is asked of the whole plan, and its early dates without holds, asked of this one."""
        old, network = run.network, self.network
        asked = rebuilt.run(run, network, self.rows)
        shift = zip(whole.driver, network.first, old.first, strict=False)
        driver = array("q", (by if by < 0 else by + now - was for by, now, was in shift))
        found = ripple.copied(whole)._replace(driver=driver)
        blank = {node: array("q", [0]) * len(arcs) for node, arcs in self.arcs.items()}
        found = found._replace(
            asked=_spliced(found.asked, old.first, blank), drives=_spliced(found.drives, old.first, blank)
        )
        onward = network.onward
        seeds = {*self.rows, *chain.from_iterable(map(onward.of, self.rows)), *self.arcs}
        return asked, ripple.settled(asked, found, seeds)


def lessened(whole: Built, given: Given) -> Lessened | None:
    """The network of `given`, which has nothing that the whole plan has not but links between nodes and other times."""
    network = whole.network
    if network.uncomputable or network.fronts or not _is_comparable(given, whole.given, network):
        return None
    items = _items(whole, given)
    if items is None:
        return None
    gone, pairs = items
    out, into = _difference(whole.given.links, given.links)
    arcs = _arcs(network, gone, out, into)
    patched = rebuilt.patched(network, given, pairs) if pairs else network
    if arcs is None or patched is None:
        return None
    order = Precedence(network, arcs, gone)
    if not order.is_known:
        return None
    arcs |= order.sorted
    rows = tuple(sorted(network.index[item.id] for item, _ in pairs))
    return Lessened(_with(patched, arcs, gone), rows, arcs)


def _is_comparable(new: Given, old: Given, network: Network) -> bool:
    same = all(getattr(new, name) == getattr(old, name) for name in _SAME)
    return same and new.default == old.default and not old.leaders and not _may_be_too_many(old.links, network)


def _may_be_too_many(links: Sequence[Link], network: Network) -> bool:
    """Whether a link to a summary may have been left out for the number of its ties, and be let in with fewer."""
    leaves = network.leaves
    if not leaves:
        return False
    sizes = ((len(leaves.get(k.predecessor, "1")), len(leaves.get(k.successor, "1"))) for k in links)
    return sum(before * after for before, after in sizes) > MOST_TIES


def _items(whole: Built, given: Given) -> tuple[set[int], list[tuple[WorkItem, WorkItem]]] | None:
    """The nodes that are gone, and the items that say otherwise with what they said; None where more differs."""
    old, network = whole.given, whole.network
    now = {item.id: item for item in given.items}
    if len(now) < len(given.items):
        return None
    begin = {name for name in old.starts.keys() | given.starts.keys() if old.starts.get(name) != given.starts.get(name)}
    gone, pairs, headings = set[int](), [], list[str]()
    for was in old.items:
        item = now.pop(was.id, None)
        if item is was and not begin:
            continue
        node = network.index.get(was.id)
        if item is None and node is not None:
            gone.add(node)
        elif item is None:
            headings.append(was.id)
        elif item != was or (was.project in begin and node is not None):
            if node is None or not rebuilt.stands(item, was):
                return None
            pairs.append((item, was))
    left = (network.index[leaf] for name in headings for leaf in network.leaves.get(name, ()))
    return None if now or not gone.issuperset(left) else (gone, pairs)


def _difference(old: Sequence[Link], new: Sequence[Link]) -> tuple[list[Link], list[Link]]:
    """The links that went, and those that came."""
    before, after = set(map(id, old)), set(map(id, new))
    out = [link for link in old if id(link) not in after]
    into = [link for link in new if id(link) not in before]
    # Most of these are made for each network, in the same order: of what is tied to the finishes of projects.
    begin = _alike(out, into)
    end = _alike(reversed(out[begin:]), reversed(into[begin:]))
    out, into = out[begin : len(out) - end], into[begin : len(into) - end]
    went, came = Counter(map(_said, out)), Counter(map(_said, into))
    return _unmatched(out, came), _unmatched(into, went)


def _alike(links: Iterable[Link], others: Iterable[Link]) -> int:
    """How many of the first of them say the same, in pairs."""
    pairs = takewhile(lambda pair: pair[0] == pair[1], zip(links, others, strict=False))
    return sum(1 for _ in pairs)


def _unmatched(links: Iterable[Link], others: Counter[tuple[object, ...]]) -> list[Link]:
    """Those for which there is no other that says the same."""
    found = []
    for link in links:
        said = _said(link)
        if others[said] > 0:
            others[said] -= 1
        else:
            found.append(link)
    return found


def _said(link: Link) -> tuple[object, ...]:
    return link.predecessor, link.successor, link.type, link.lag_days, link.lag_calendar


def _arcs(network: Network, gone: Set[int], out: Iterable[Link], into: Iterable[Link]) -> dict[int, list[Arc]] | None:
    """Node → the links into it, where some went or came; None where one came that has more to it."""
    dropped = set[int]()
    for link in out:
        _drop(network, link, dropped)
    for node in gone:
        first, onward = network.first, network.onward
        dropped.update(range(first[node], first[node + 1]))
        dropped.update(onward.link[onward.first[node] : onward.first[node + 1]])
    found: dict[int, list[Arc]] = {}
    for place in dropped:
        node = network.link_succ[place]
        if node not in found:
            found[node] = arcs_of(network, node, dropped)
    for link in into:
        source, after = network.index.get(link.predecessor), network.index.get(link.successor)
        if source is None or after is None or source >= after or gone & {source, after} or link.lag_days:
            return None
        if after not in found:
            found[after] = arcs_of(network, after, ())
        found[after].append(Arc(source, LINK_TYPES.index(link.type), 0, network.net.calendar[after], link))
    return found


def _drop(network: Network, link: Link, dropped: set[int]) -> None:
    """Add the places at which a link stands: one to a summary stands at many. Another that says the same stands."""
    index, leaves = network.index, network.leaves
    before = {index[name] for name in leaves.get(link.predecessor, (link.predecessor,)) if name in index}
    for name in leaves.get(link.successor, (link.successor,)):
        node, found = index.get(name, -1), set[int]()
        for place in range(network.first[node], network.first[node + 1]) if node >= 0 else ():
            source = network.link_pred[place]
            is_other = source not in before or source in found or place in dropped
            if not is_other and network.links[place] == link:
                dropped.add(place)
                found.add(source)


def _with(network: Network, arcs: Mapping[int, Sequence[Arc]], gone: Collection[int]) -> Network:
    """The network with other links into some nodes, and without what is gone."""
    net, first = network.net, network.first
    columns = {
        name: {node: array("q", (getattr(arc, field) for arc in rows)) for node, rows in arcs.items()}
        for name, field in zip(_OVER_LINKS, Arc._fields, strict=False)
    }
    over = {name: _spliced(getattr(net, name), first, columns[name]) for name in _OVER_LINKS}
    succ = _spliced(network.link_succ, first, {n: array("q", [n]) * len(rows) for n, rows in arcs.items()})
    links = _spliced(list(network.links), first, {node: [arc.link for arc in rows] for node, rows in arcs.items()})
    begins = _firsts(first, arcs)
    after = _after(network, arcs)
    followers = array("q", net.followers)
    for node, nodes in after.items():
        followers[node] = len(nodes)
    onward, to = network.onward, {node: array("q", nodes) for node, nodes in after.items()}
    ends = _firsts(onward.first, to), _spliced(onward.to, onward.first, to)
    names = {network.ids[node] for node in gone}
    lost = {name for name in network.leaves if names and not names.isdisjoint(network.leaves[name])}
    kept = {name: tuple(leaf for leaf in network.leaves[name] if leaf not in names) for name in lost}
    return replace(
        network,
        index={name: node for name, node in network.index.items() if name not in names}
        if names
        else dict(network.index),
        # What closed a circle with a tie was left out of this network.
        cycles=(),
        leaves={**network.leaves, **kept},
        links=tuple(links),
        link_succ=succ,
        net=net._replace(first=begins, followers=followers, **over),
        onward=Onward(net.size, over["link_from"], succ, ends),
    )


def _after(network: Network, arcs: Mapping[int, Sequence[Arc]]) -> dict[int, list[int]]:
    """Node → what follows it, of those of which some link went or came."""
    found: dict[int, list[int]] = {}
    for node, rows in arcs.items():
        places = slice(network.first[node], network.first[node + 1])
        was, now = Counter(network.link_pred[places]), Counter(arc.source for arc in rows)
        for source in was | now:
            if was[source] != now[source]:
                rest = found.setdefault(source, list(network.onward.of(source)))
                found[source] = sorted([n for n in rest if n != node] + [node] * now[source])
    return found


Column = TypeVar("Column", "array[int]", "list[Link]")


def _spliced(column: Column, first: Sequence[int], other: Mapping[int, Column]) -> Column:
    """A column over the links with that of some nodes in the place of theirs."""
    found, begin = column[:0], 0
    for node in sorted(other):
        found += column[begin : first[node]]
        found += other[node]
        begin = first[node + 1]
    found += column[begin:]
    return found


def _firsts(first: array[int], other: Mapping[int, Sequence[object]]) -> array[int]:
    """Where the links of each node begin, with others of some."""
    found, begin, shift = array("q"), 0, 0
    for node in sorted(other):
        found.extend(place + shift for place in first[begin : node + 1])
        begin, shift = node + 1, shift + len(other[node]) - (first[node + 1] - first[node])
    found.extend(place + shift for place in first[begin:])
    return found
