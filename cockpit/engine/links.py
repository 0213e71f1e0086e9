"""What the links of a portfolio say by themselves, worked out once: while neither links nor teams change it stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from cockpit.basics.classes import dataclass
from cockpit.records.model import Kind, Link, LinkType, WorkItem

Ends = tuple[str, str]
"""The ids of predecessor and successor."""


@dataclass(frozen=True, slots=True)
class Links:
    """All links, looked up. Nothing is kept for each of them but what cannot be told from their records."""

    followers: Mapping[str, tuple[str, ...]]
    """Work item → what links tie to come after it, by id."""
    last: frozenset[str]
    """What links tie to come after something and nothing to come after it, by id."""
    loose: frozenset[Ends]
    """Those of which no link says that one begins when the other has ended, or later."""
    inside: tuple[Link, ...]
    """The links that say so within one project, to work that is no heading."""
    across: tuple[Link, ...]
    """Those whose two ends may be the work of two teams, whatever has been done of it."""

    def is_tied(self, name: str) -> bool:
        """Whether any link ties a work item."""
        return name in self.followers or name in self.last

    def are_in_turn(self, before: str, after: str) -> bool:
        """Whether a link says that one begins when the other has ended, or later."""
        return after in self.followers.get(before, ()) and (before, after) not in self.loose


def looked_up(
    links: Sequence[Link],
    items: Mapping[str, WorkItem],
    item: Callable[[str], WorkItem | None],
    are_apart: Callable[[WorkItem, WorkItem], bool],
) -> Links:
    """Look all links up. `item` also knows the finishes of projects, `are_apart` whether two are of two teams."""
    after: dict[str, list[str]] = defaultdict(list)
    for link in links:
        after[link.predecessor].append(link.successor)
    across = []
    for link in links:
        giver, receiver = item(link.predecessor), items.get(link.successor)
        if giver is not None and receiver is not None and (giver.stub or are_apart(giver, receiver)):
            across.append(link)
    loose = {(link.predecessor, link.successor) for link in links if not _is_in_turn(link)}
    loose.difference_update((link.predecessor, link.successor) for link in links if _is_in_turn(link))
    return Links(
        followers={key: tuple(sorted(set(names))) for key, names in after.items()},
        last=frozenset(link.successor for link in links if link.successor not in after),
        loose=frozenset(loose),
        inside=tuple(link for link in links if _is_in_turn(link) and _is_inside(link, items)),
        across=tuple(across),
    )


def _is_in_turn(link: Link) -> bool:
    return link.type is LinkType.FS and link.lag_days >= 0


def _is_inside(link: Link, items: Mapping[str, WorkItem]) -> bool:
    before, after = items.get(link.predecessor), items.get(link.successor)
    if before is None or after is None or before.project != after.project:
        return False
    return after.kind is not Kind.SUMMARY and not after.stub
