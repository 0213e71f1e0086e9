"""Issue links of a Jira export: both ends name each link, in columns that repeat."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from cockpit.model import Kind, Link, Origin, Problem, WorkItem
from cockpit.sources.rows import Grid
from cockpit.sources.values import text
from cockpit.text import one_line
from cockpit.words import word

KEY = re.compile(r"[^\W\d_][\w]*-\d+")
_HEADER = re.compile(r"(Inward|Outward) issue link \((.+)\)", re.IGNORECASE)
_SEPARATORS = re.compile(r"[,;\s]+")

_FORWARD = ("block", "gantt end to start", "gantt finish to start", "finish to start", "preced")
"""Names of link types whose outward side says that this issue comes before the other."""
_BACKWARD = ("depend",)
"""Names of link types whose outward side says that this issue waits for the other."""


def link_columns(header: Sequence[str]) -> list[tuple[int, bool]]:
    """Return the columns of links that order work: (index, whether the issue of the row is the predecessor)."""
    found = []
    for index, each in enumerate(header):
        if match := _HEADER.fullmatch(each.strip()):
            outward, name = match[1].casefold() == "outward", word(match[2])
            if name.startswith(_FORWARD):
                found.append((index, outward))
            elif name.startswith(_BACKWARD):
                found.append((index, not outward))
    return found


def links_of(
    grid: Grid, keys: Sequence[str], relative: str
) -> tuple[tuple[Link, ...], tuple[WorkItem, ...], list[Problem]]:
    """Return the links of an export, each once; a stub for each end outside the file; and cells that name no issue.

    `keys` holds the issue key of each row, empty for a row that was left out.
    """
    problems: list[Problem] = []
    links: dict[tuple[str, str], Link] = {}
    stubs: dict[str, WorkItem] = {}
    known = set(keys)
    places = link_columns(grid.header)
    for row, (own, cells) in enumerate(zip(keys, grid.rows, strict=True)):
        for index, outward in places:
            cell = cells[index]
            if not own or not cell:
                continue
            origin = Origin(relative, grid.numbers[row], grid.sheet)
            for other in _targets(text(cell), origin, grid.header[index], problems):
                ends = (own, other) if outward else (other, own)
                if own != other and ends not in links:
                    links[ends] = Link(predecessor=ends[0], successor=ends[1], origin=origin)
                if other not in known and other not in stubs:
                    stubs[other] = stub(other, origin)
    return tuple(links.values()), tuple(stubs.values()), problems


def _targets(cell: str, origin: Origin, header: str, problems: list[Problem]) -> Iterator[str]:
    for part in filter(None, _SEPARATORS.split(cell)):
        if KEY.fullmatch(part):
            yield part.upper()
        else:
            message = f"expected an issue key such as ABC-123; found “{one_line(part, 60)}”; this link is left out"
            problems.append(Problem(origin, message, header))


def stub(key: str, origin: Origin) -> WorkItem:
    """Return the place of an issue that only a link names."""
    return WorkItem(id=key, project=key.rpartition("-")[0], title=key, kind=Kind.TICKET, stub=True, origin=origin)
