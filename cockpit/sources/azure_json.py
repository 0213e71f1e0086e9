"""Work items of Azure DevOps as its REST API and `az boards` write them, as the table that its CSV export would be.

Shapes: the answers of `_apis/wit/workitems?$expand=relations` and `workitemsbatch` (`{count, value: [{id, fields,
relations: [{rel, url}]}]}`), a list of such items or one of them, and of a query over links
(`{workItemRelations: [{rel, source: {id}, target: {id}}]}`). Source: Azure DevOps REST reference, Work Items and Wiql.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from cockpit.basics.text import clean, one_line
from cockpit.records.model import Origin, Problem
from cockpit.sources.errors import refuse
from cockpit.sources.jsondocs import documents
from cockpit.sources.rows import Grid
from cockpit.sources.tickets import named
from cockpit.sources.values import Cell

FIELDS_LIMIT = 2_000
"""Different fields of a file that are kept."""

_PARENT, _CHILD = "System.LinkTypes.Hierarchy-Reverse", "System.LinkTypes.Hierarchy-Forward"
_PREDECESSOR, _SUCCESSOR = "System.LinkTypes.Dependency-Reverse", "System.LinkTypes.Dependency-Forward"
_OWN = ("ID", "Parent", "Predecessor", "Successor")
_LAST = re.compile(r"/(\d{1,12})(?:[/?#].*)?$")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z0-9])|(?<=[A-Z])(?=[A-Z][a-z])")

Pair = tuple[str, str]


class Answer(NamedTuple):
    """What a file holds: its items as a table, what else it says of which number comes before which, and its faults."""

    grid: Grid
    links: list[Pair]
    problems: list[Problem]


class _Relations(NamedTuple):
    """What relations say, by number: child → parent, and (before, after)."""

    parents: dict[str, str]
    links: dict[Pair, None]

    def take(self, kind: str, own: str, other: str) -> None:
        """Keep what a relation of `own` says; links of other kinds order no work."""
        if kind == _PARENT:
            self.parents.setdefault(own, other)
        elif kind == _CHILD:
            self.parents.setdefault(other, own)
        elif kind == _PREDECESSOR:
            self.links.setdefault((other, own))
        elif kind == _SUCCESSOR:
            self.links.setdefault((own, other))


def read_answer(data: bytes, relative: str) -> Answer:
    """Return the work items of a file. SourceError where it holds neither items nor links."""
    trees = documents(data, relative)
    items = [item for tree in trees for item in _items(tree)]
    links = [pair for tree in trees for pair in _queried(tree)]
    if not items and not links:
        what = "only their numbers, the answer of a query" if b'"workItems"' in data[:4000] else "none"
        raise refuse(
            relative,
            f"expected work items with their fields; found {what}: ask for "
            "`_apis/wit/workitems?ids=…&$expand=relations`, or export the query to CSV",
        )
    problems: list[Problem] = []
    return Answer(_grid(items, problems, relative), links, problems)


def _items(tree: Any) -> Iterator[Any]:
    """Yield what stands where a work item may: also pages of answers in a list."""
    if isinstance(tree, list):
        for each in tree:
            yield from each["value"] if _holds_items(each) else each if isinstance(each, list) else [each]
    elif _holds_items(tree):
        yield from tree["value"]
    elif isinstance(tree, dict) and isinstance(tree.get("fields"), dict):
        yield tree


def _holds_items(tree: Any) -> bool:
    return isinstance(tree, dict) and isinstance(tree.get("value"), list)


def _grid(items: list[Any], problems: list[Problem], relative: str) -> Grid:
    """Return the items as a table. What both ends of a link say stands in the row of the one that waits."""
    good = [(number, item) for number, item in enumerate(items, 1) if _is_item(item, number, problems, relative)]
    relations = _Relations({}, {})
    own = [_number(item.get("id", item["fields"].get("System.Id"))) for _, item in good]
    for number, (_, item) in zip(own, good, strict=True):
        _read_relations(item, number, relations)
    here, before, after = set(own), dict[str, list[str]](), dict[str, list[str]]()
    for first, second in relations.links:
        side, other = (
            (before.setdefault(second, []), first) if second in here else (after.setdefault(first, []), second)
        )
        side.append(other)
    headers = _headers([item["fields"] for _, item in good])
    rows: list[list[Cell]] = []
    for number, (_, item) in zip(own, good, strict=True):
        parent = relations.parents.get(number) or _number(item["fields"].get("System.Parent"))
        waits = (";".join(before.get(number, ())), ";".join(after.get(number, ())))
        rows.append([number, parent, *waits, *(_cell(item["fields"].get(name)) for name in headers)])
    return Grid((*_OWN, *headers.values()), rows, [number for number, _ in good])


def _is_item(item: Any, number: int, problems: list[Problem], relative: str) -> bool:
    if isinstance(item, dict) and isinstance(item.get("fields"), dict):
        return True
    message = 'expected a work item such as {"id": 42, "fields": {…}}; the row is left out'
    problems.append(Problem(Origin(relative, number), message))
    return False


def _headers(items: list[dict[str, Any]]) -> dict[str, str]:
    """Return field → header as the web portal names it: `System.AreaPath` is `Area Path`."""
    names: dict[str, None] = {}
    for fields in items:
        if len(names) < FIELDS_LIMIT:
            names.update(dict.fromkeys(fields))
    taken = {each.casefold() for each in _OWN}
    headers = {}
    for name in names:
        label = _HUMP.sub(" ", one_line(name).rpartition(".")[2])
        if name not in ("System.Id", "System.Parent"):
            headers[name] = label if label.casefold() not in taken else one_line(name)
            taken.add(label.casefold())
    return headers


def _cell(value: Any) -> Cell:
    """Return the value of a field as a cell, a person as `Name <address>`; what has other parts is left out."""
    if isinstance(value, dict):
        return clean(named(_text(value.get("displayName")), _text(value.get("uniqueName"))), 500)
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return clean(value) if isinstance(value, str) else value if isinstance(value, int | float) else ""


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _number(value: Any) -> str:
    return "" if isinstance(value, bool) or not isinstance(value, int | str) else clean(str(value), 40)


def _read_relations(item: dict[str, Any], own: str, relations: _Relations) -> None:
    listed = item.get("relations")
    for relation in listed if isinstance(listed, list) and own else ():
        if isinstance(relation, dict) and (match := _LAST.search(_text(relation.get("url")))):
            relations.take(_text(relation.get("rel")), own, match[1])


def _queried(tree: Any) -> Iterator[Pair]:
    """Yield the links of a query over links. Its rows without a source are the items that it starts from."""
    listed = tree.get("workItemRelations") if isinstance(tree, dict) else None
    relations = _Relations({}, {})
    for relation in listed if isinstance(listed, list) else ():
        ends = [relation.get(name) for name in ("source", "target")] if isinstance(relation, dict) else []
        known = [_number(end.get("id")) for end in ends if isinstance(end, dict)]
        if len(known) == 2 and all(known):
            relations.take(_text(relation.get("rel")), *known)
    return iter(relations.links)
