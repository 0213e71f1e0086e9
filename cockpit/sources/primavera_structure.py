"""The nested text in the cell `clndr_data` of a Primavera export: records `(0||name(attributes)(children))`."""

from __future__ import annotations

import re
from dataclasses import field
from functools import lru_cache

from cockpit.basics.classes import dataclass

DEEPEST = 32
"""Parentheses nested deeper than this are no calendar."""
MOST_RECORDS = 400_000
_PAREN = re.compile(r"[()]")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::\d{2})? ?([AaPp][Mm])?", re.ASCII)


@dataclass(slots=True)
class Node:
    """One record. `is_whole` says that it was closed."""

    name: str
    attributes: str = ""
    children: list[Node] = field(default_factory=list)
    is_whole: bool = False

    def values(self) -> dict[str, str]:
        """The attributes, `key|value|key|value`, in whatever order they are written."""
        parts = [part.strip() for part in self.attributes.split("|")]
        return dict(zip(parts[::2], parts[1::2], strict=False))


def structure(text: str) -> Node | None:
    """What a text holds, as the children of a record without a name; None where it holds nothing or is nested deeper
    than any calendar. Of a text that is damaged it is what stands before the damage, and `is_whole` is false.
    """
    top = Node("", is_whole=True)
    records = [top]
    groups: list[bool] = []  # whether each open parenthesis begins a record
    begin = count = 0
    opened = False
    for match in _PAREN.finditer(text.replace("\x7f", "\n")):
        between = match.string[begin : match.start()]
        if opened:
            is_record = "||" in between
            groups.append(is_record)
            if is_record:
                node = Node(between.partition("||")[2].strip())
                records[-1].children.append(node)
                records.append(node)
                count += 1
            elif between.strip():
                records[-1].attributes = between
            if len(groups) > DEEPEST:
                return None
        opened = match.group() == "("
        begin = match.end()
        if count > MOST_RECORDS or not (opened or groups):
            top.is_whole = False
            break
        if not opened and groups.pop():
            records.pop().is_whole = True
    top.is_whole = top.is_whole and not groups and not opened
    return top if top.children else None


def part(top: Node, name: str) -> Node | None:
    """The record of this name near the top: where a calendar says its days. What is not whole in it is left out."""
    near = (node for first in top.children for node in (first, *first.children))
    found = next((node for node in near if node.name == name), None)
    if found is not None:
        found.children = [child for child in found.children if child.is_whole]
    return found


@lru_cache(2048)
def clock(text: str) -> int | None:
    """The minute of a time of day such as `08:00`, `8:00 PM` or `24:00`; None for what is none."""
    match = _CLOCK.fullmatch(text)
    if match is None or int(match[2]) > 59:
        return None
    hour, half = int(match[1]), (match[3] or "").lower()
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    minute = hour * 60 + int(match[2])
    return minute if minute <= 1440 else None
