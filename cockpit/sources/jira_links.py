"""Issue links of a Jira export: both ends name each link, in columns that repeat."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from cockpit.basics.text import one_line
from cockpit.charter.words import word
from cockpit.records.model import Origin, Problem, WorkItem
from cockpit.sources.jira_words import link_header
from cockpit.sources.rows import Grid
from cockpit.sources.tickets import Ties
from cockpit.sources.values import text

KEY = re.compile(r"[^\W\d_][\w]*-\d+")
_SEPARATORS = re.compile(r"[,;\s]+")

_FORWARD = ("block", "gantt end to start", "gantt finish to start", "finish to start", "preced")
"""Names of link types whose outward side says that this issue comes before the other."""
_BACKWARD = ("depend",)
"""Names of link types whose outward side says that this issue waits for the other."""


def link_columns(header: Sequence[str]) -> list[tuple[int, bool]]:
    """Return the columns of links that order work: (index, whether the issue of the row is the predecessor)."""
    found = []
    for index, each in enumerate(header):
        if link := link_header(each):
            outward, name = link[0], word(link[1])
            if name.startswith(_FORWARD):
                found.append((index, outward))
            elif name.startswith(_BACKWARD):
                found.append((index, not outward))
    return found


def links_of(grid: Grid, keys: Sequence[str], items: Sequence[WorkItem], relative: str) -> tuple[Ties, list[Problem]]:
    """Return the links of an export with a stub for each end outside the file, and cells that name no issue.

    `keys` holds the issue key of each row, empty for a row that was left out; `items` are what the rows became.
    """
    problems: list[Problem] = []
    ties = Ties(items, project_of)
    places = link_columns(grid.header)
    for row, (own, cells) in enumerate(zip(keys, grid.rows, strict=True)):
        for index, outward in places:
            cell = cells[index]
            if not own or not cell:
                continue
            origin = Origin(relative, grid.numbers[row], grid.sheet)
            for other in _targets(text(cell), origin, grid.header[index], problems):
                ties.add(*((own, other) if outward else (other, own)), origin)
    return ties, problems


def _targets(cell: str, origin: Origin, header: str, problems: list[Problem]) -> Iterator[str]:
    for part in filter(None, _SEPARATORS.split(cell)):
        if KEY.fullmatch(part):
            yield part.upper()
        else:
            message = f"expected an issue key such as ABC-123; found “{one_line(part, 60)}”; this link is left out"
            problems.append(Problem(origin, message, header))


def project_of(key: str) -> str:
    """Return the project of an issue by its key."""
    return key.rpartition("-")[0]
