"""What the links of a portfolio say by themselves, worked out once: while neither links nor teams change it stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from cockpit.model import Kind, Link, LinkType, WorkItem

Ends = tuple[str, str]
"""The ids of predecessor and successor."""


@dataclass(frozen=True, slots=True)
class Links:
    """All links, looked up."""

    tied: frozenset[str]
    """What any link ties, by id."""
    followers: Mapping[str, tuple[str, ...]]
    """Work item → what links tie to come after it, by id."""
    in_turn: frozenset[Ends]
    """Those by which one begins when the other has ended, or later."""
    inside: tuple[Ends, ...]
    """Of these those within one project, to work that is no heading."""
    across: tuple[Link, ...]
    """Those whose two ends may be the work of two teams, whatever has been done of it."""


def looked_up(
    links: Sequence[Link],
    items: Mapping[str, WorkItem],
    item: Callable[[str], WorkItem | None],
    are_apart: Callable[[WorkItem, WorkItem], bool],
) -> Links:
    """Look all links up. `item` also knows the finishes of projects, `are_apart` whether two are of two teams."""
    after: dict[str, set[str]] = defaultdict(set)
    tied: set[str] = set()
    in_turn: list[Ends] = []
    for link in links:
        after[link.predecessor].add(link.successor)
        tied.add(link.predecessor)
        tied.add(link.successor)
        if link.type is LinkType.FS and link.lag_days >= 0:
            in_turn.append((link.predecessor, link.successor))
    across = []
    for link in links:
        giver, receiver = item(link.predecessor), items.get(link.successor)
        if giver is not None and receiver is not None and (giver.stub or are_apart(giver, receiver)):
            across.append(link)
    return Links(
        tied=frozenset(tied),
        followers={key: tuple(sorted(names)) for key, names in after.items()},
        in_turn=frozenset(in_turn),
        inside=tuple(ends for ends in in_turn if _is_inside(ends, items)),
        across=tuple(across),
    )


def _is_inside(ends: Ends, items: Mapping[str, WorkItem]) -> bool:
    before, after = items.get(ends[0]), items.get(ends[1])
    if before is None or after is None or before.project != after.project:
        return False
    return after.kind is not Kind.SUMMARY and not after.stub
