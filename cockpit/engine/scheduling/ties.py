"""Which work items are nodes, what ties them, and in what order they can be computed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field

from cockpit.basics.classes import dataclass
from cockpit.records.model import Kind, Link, LinkType, Origin, Problem, WorkItem

LINK_TYPES = (LinkType.FS, LinkType.FF, LinkType.SS, LinkType.SF)
"""By the kernel's codes."""
MOST_TIES = 1_000_000
"""What links to summaries may expand to."""
_CODES = {kind: code for code, kind in enumerate(LINK_TYPES)}
_NOWHERE = Origin("")


@dataclass(slots=True)
class Ties:
    """Links between nodes while they are gathered: (predecessor, successor, code, lag in days, record)."""

    found: list[tuple[str, str, int, float, Link]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    fronts: set[str] = field(default_factory=set)
    """Summaries from whose start links leave."""

    def expand(
        self,
        link: Link,
        known: Mapping[str, WorkItem],
        nodes: Mapping[str, WorkItem],
        leaves: Mapping[str, tuple[str, ...]],
        leaders: Mapping[str, str],
    ) -> str:
        """Tie the leaves below the summaries at the ends of a link; what keeps it from being used, as the end of a
        sentence."""
        unknown = [end for end in (link.predecessor, link.successor) if end not in known]
        if unknown:
            return f"names an unknown work item: {' and '.join(unknown)}."
        before = (link.predecessor,) if link.predecessor in nodes else leaves.get(link.predecessor, ())
        after = (link.successor,) if link.successor in nodes else leaves.get(link.successor, ())
        if link.type in (LinkType.SS, LinkType.SF) and link.predecessor in leaves:
            self.fronts.add(link.predecessor)
            before = tuple(leaf for leaf in before if leaf == leaders.get(link.predecessor, leaf))
        if _touches_span(link, known, nodes):
            return ""
        if not before or not after:
            return "ties a summary that has no work below it; it is not used."
        if not set(before).isdisjoint(after):
            return "ties a summary to its own work; it is not used."
        if len(self.found) + len(before) * len(after) > MOST_TIES:
            return (
                f"ties {len(before):,} × {len(after):,} items below summaries, more than can be computed with; "
                "it is not used. Link a milestone instead."
            )
        code = _CODES[link.type]
        self.found += [(pred, succ, code, link.lag_days, link) for pred in before for succ in after]
        return ""


def by_id(items: Sequence[WorkItem], problems: list[Problem]) -> dict[str, WorkItem]:
    """Work items by id; of several with one id the first that is no stub, the others become problems."""
    known: dict[str, WorkItem] = {}
    for item in items:
        other = known.get(item.id)
        if other is None or (other.stub and not item.stub):
            known[item.id] = item
        elif not item.stub:
            where = f" (first at {other.origin})" if other.origin else ""
            problems.append(
                Problem(
                    item.origin or _NOWHERE,
                    f"The work item {item.id} is given twice{where}; the first one counts.",
                    "id",
                )
            )
    return known


def leaves_of(known: Mapping[str, WorkItem], nodes: Mapping[str, WorkItem]) -> dict[str, tuple[str, ...]]:
    """Every summary's nodes below it. A chain of parents that closes on itself ends where it was seen before."""
    below: dict[str, list[str]] = {id_: [] for id_, item in known.items() if item.kind is Kind.SUMMARY}
    for id_ in sorted(nodes):
        seen = {id_}
        parent = known[id_].parent
        while parent in known and parent not in seen:
            seen.add(parent)
            if parent in below:
                below[parent].append(id_)
            parent = known[parent].parent
    return {id_: tuple(found) for id_, found in below.items()}


def ties_of(
    links: Sequence[Link],
    known: Mapping[str, WorkItem],
    nodes: Mapping[str, WorkItem],
    leaves: Mapping[str, tuple[str, ...]],
    leaders: Mapping[str, str],
) -> Ties:
    """Links as ties between nodes: one to a summary ties its leaves, one that cannot be used becomes a problem.

    A summary starts when the first of its work does: `leaders` names that leaf where it is known.
    """
    ties = Ties()
    for link in links:
        if link.predecessor in nodes and link.successor in nodes:
            ties.found.append((link.predecessor, link.successor, _CODES[link.type], link.lag_days, link))
            continue
        trouble = ties.expand(link, known, nodes, leaves, leaders)
        if trouble:
            name = f"The link {link.predecessor} → {link.successor}"
            ties.problems.append(Problem(link.origin or _NOWHERE, f"{name} {trouble}"))
    return ties


def _touches_span(link: Link, known: Mapping[str, WorkItem], nodes: Mapping[str, WorkItem]) -> bool:
    """Whether an end of a link is a level of effort: it ties no dates of others."""
    return any(end not in nodes and known[end].kind is not Kind.SUMMARY for end in (link.predecessor, link.successor))


def order_of(
    nodes: Mapping[str, WorkItem], ties: Sequence[tuple[str, str, int, float, Link]]
) -> tuple[list[str], tuple[tuple[str, ...], ...], frozenset[str]]:
    """Topological order of what can be computed, the cycles, and what they spoil."""
    ids = sorted(nodes)
    number = {id_: place for place, id_ in enumerate(ids)}
    after: list[list[int]] = [[] for _ in ids]
    waits = [0] * len(ids)
    for pred, succ, *_ in ties:
        target = number[succ]
        after[number[pred]].append(target)
        waits[target] += 1
    order = [node for node, count in enumerate(waits) if count == 0]
    for node in order:
        followers = after[node]
        if len(followers) > 1:
            followers.sort()
        for succ_number in followers:
            waits[succ_number] -= 1
            if waits[succ_number] == 0:
                order.append(succ_number)
    done = [ids[node] for node in order]
    if len(done) == len(ids):
        return done, (), frozenset()
    left = set(ids).difference(done)
    arcs = [(ids[node], ids[other]) for node in range(len(ids)) for other in sorted(after[node])]
    return done, _cycles([arc for arc in arcs if left.issuperset(arc)]), frozenset(left)


def _cycles(arcs: Sequence[tuple[str, str]]) -> tuple[tuple[str, ...], ...]:
    """One entry per strongly connected component: all of its members, along its links as far as they lead."""
    import networkx as nx  # a tenth of a second, for the plans that have circles

    graph: nx.DiGraph[str] = nx.DiGraph(arcs)
    found = []
    for component in nx.strongly_connected_components(graph):
        first = min(component)
        if len(component) > 1 or graph.has_edge(first, first):
            found.append(tuple(nx.dfs_preorder_nodes(graph.subgraph(component), first)))
    return tuple(sorted(found))
