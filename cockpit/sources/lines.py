"""Where two versions of a text file differ: the records that are gone, those that came, and where the others went."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict, deque
from collections.abc import Sequence
from typing import NamedTuple

Record = tuple[int, bytes]
"""The number of the line on which a record starts, and its lines as they stand in the file."""


_STRETCH = 1 << 16
"""Bytes that are compared at once: a copy of so few is cheap."""


class Part(NamedTuple):
    """A part of a file: the offsets of its first byte and of the one behind it, and the number of its first line."""

    start: int
    end: int
    line: int


class Edit(NamedTuple):
    """Which records of a part are gone and which came; `moved` has the new line of others by their old one."""

    gone: tuple[Record, ...]
    came: tuple[Record, ...]
    moved: dict[int, int]


def is_plain(data: bytes) -> bool:
    """Return whether bytes are UTF-8 with nothing damaged, and every line of them ends with a line feed."""
    if b"\0" in data or (b"\r" in data and data.count(b"\r") != data.count(b"\r\n")):
        return False
    if data.isascii():
        return True
    try:
        return "\ufffd" not in data.decode("utf-8")
    except UnicodeDecodeError:
        return False


def part_that_differs(old: bytes, new: bytes, body: int, starts: Sequence[int] | None) -> tuple[Part, Part]:
    """Return the part of each that holds all that differs, from the start of a record to the start of another.

    Up to `body`, where a record starts, both are equal. `starts` are the offsets of the records of `old` and its
    length; None where each of them is one line.
    """
    first = _alike(old, new, body)
    first = max(body, old.rfind(b"\n", 0, first) + 1)
    same = _alike_at_end(old, new, min(len(old), len(new)) - first)
    last = _line_from(old, new, len(old) - same, first)
    if starts is not None:
        first = starts[bisect_right(starts, first) - 1]
        last = starts[bisect_left(starts, last)]
    line = old.count(b"\n", 0, first) + 1
    return Part(first, last, line), Part(first, last + len(new) - len(old), line)


def _line_from(old: bytes, new: bytes, at: int, first: int) -> int:
    """Return the first start of a line of both that is not before `at`; behind it both are equal."""
    other = at + len(new) - len(old)
    if all(place == first or data[place - 1] == 10 for data, place in ((old, at), (new, other))):
        return at
    return old.find(b"\n", at) + 1 or len(old)


def _alike(one: bytes, other: bytes, at: int) -> int:
    """Return the first offset from `at` on at which they differ, or where the shorter ends."""
    end = min(len(one), len(other))
    for begin in range(at, end, _STRETCH):
        low, high = begin, min(begin + _STRETCH, end)
        if one[low:high] != other[low:high]:
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if one[low:middle] == other[low:middle] else (low, middle)
            return low
    return end


def _alike_at_end(one: bytes, other: bytes, most: int) -> int:
    """Return how many bytes at the end are equal, of so many at most."""
    for done in range(0, most, _STRETCH):
        size = min(_STRETCH, most - done)
        ends = [text[len(text) - done - size : len(text) - done] for text in (one, other)]
        if ends[0] != ends[1]:
            return done + _alike(ends[0][::-1], ends[1][::-1], 0)
    return most


def edit(old: Sequence[Record], new: Sequence[Record], near: int = 64) -> Edit:
    """Return how records become others: in their places where few differ, else wherever each is found again."""
    if len(old) == len(new):
        changed = [index for index, (a, b) in enumerate(zip(old, new, strict=True)) if a != b]
        if len(changed) <= near and all(old[index][0] == new[index][0] for index in changed):
            return Edit(tuple(old[index] for index in changed), tuple(new[index] for index in changed), {})
    where = defaultdict[bytes, deque[int]](deque)
    for number, said in old:
        where[said].append(number)
    came, moved = list[Record](), dict[int, int]()
    for record in new:
        if there := where.get(record[1]):
            before = there.popleft()
            if before != record[0]:
                moved[before] = record[0]
        else:
            came.append(record)
    left = {number for numbers in where.values() for number in numbers}
    return Edit(tuple(record for record in old if record[0] in left), tuple(came), moved)
