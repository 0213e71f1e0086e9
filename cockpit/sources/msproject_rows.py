"""Rows of a Microsoft Project XML file, many at a time, where nothing can hide them.

Handlers in Python are called twice for each of some forty elements of a task, most of which nobody uses. Here whole
rows are cut out of a list and taken apart by one pattern. That is sound where each `<` of them begins a tag that the
pattern knows (so there are no comments, CDATA or instructions), where every tag is closed by its own, and where the
rest of the file is parsed as it stands around them. What is not as simple as programs write it is left to the handlers:
attributes, prefixes, texts with elements inside, numbered characters, deep nesting, damage.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Set
from sys import intern

Shape = Mapping[str, "Shape | None"]
"""The children of an element that are used, by name: None where the text counts, else the child's own shape."""
MOST_HELD = 1 << 23
"""Bytes of a row beyond which its file is left to the handlers."""
_DEEPEST = 8
_UTF8 = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:<\?xml\s[^>]*?\sencoding=[\"']utf-8[\"'][^>]*>|<\?xml\s(?![^>]*encoding)|<(?!\?))",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"<([A-Za-z_]\w*)>(?:([^<]*)</\1>)?\s*|</(\w+)>\s*", re.ASCII)
"""An element with nothing but text in it, the beginning of another one, or its end."""
_EMPTY = re.compile(r"<([A-Za-z_]\w*)/>", re.ASCII)
_FORBIDDEN = (b"]]>", "\ufffe".encode(), "\uffff".encode())
"""What is no text of XML, beside controls."""
_CONTROLS = bytes({*range(32)} - {9, 10, 13})
_NAMED = re.compile("&(?:amp|lt|gt|quot|apos);")
_NAMES = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&"))


class Row:
    """What is kept of an element: the texts of its children by name, without white space around them, and the children
    that have children."""

    __slots__ = ("rows", "texts")

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self.rows: dict[str, list[Row]] = {}

    def text(self, name: str) -> str:
        """The text of a child; empty where it is missing."""
        return self.texts.get(name, "")

    def first(self, name: str) -> Row:
        """The first child of this name; an empty one where there is none."""
        found = self.rows.get(name)
        return found[0] if found else Row()

    def every(self, *path: str) -> list[Row]:
        """All rows that are reached along a path of names."""
        found = [self]
        for name in path:
            found = [child for row in found for child in row.rows.get(name, ())]
        return found


class Cutter:
    """Feeds a parser with a file but for the rows that can be read here, of which only the line ends are fed.

    `around` says in which list of the root the parser stands, if it stands between rows; `take` is given the rows.
    """

    def __init__(
        self,
        feed: Callable[[bytes], None],
        around: Callable[[], str],
        shape: Shape,
        take: Callable[[str, Row], None],
        at_once: Set[str],
    ) -> None:
        self._feed, self._around, self._take, self._at_once = feed, around, take, at_once
        self._lists = {name: rows for name, rows in shape.items() if rows is not None}
        self._begins = re.compile(b"<(?:%s)>" % b"|".join(name.encode() for name in self._lists))
        self._held = b""
        self._list = ""
        self._is_simple: bool | None = None
        """Whether all that came so far is; None before anything came."""

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes of the file."""
        if self._is_simple is None:
            self._is_simple = _UTF8.match(chunk) is not None
        self._held += chunk
        while self._is_simple and (self._to_end() if self._list else self._to_list()):
            pass
        if not self._is_simple or len(self._held) > MOST_HELD:
            self._is_simple = False
            self.close()

    def close(self) -> None:
        """Leave what is held to the parser."""
        held, self._held = self._held, b""
        self._feed(held)

    def _to_list(self) -> bool:
        """Go on to the first row of the next list; whether there is one."""
        begin = self._begins.search(self._held)
        # Of a tag that may have been cut in two the beginning is kept.
        self._feed_to(begin.start() if begin else self._held.rfind(b"<"))
        if begin is None:
            return False
        was = self._around()
        self._feed_to(len(begin[0]))
        now = self._around()
        # What looks like the tag may stand in a comment: it is one where the parser came into the list by it.
        self._list = now if not was and now == begin[0][1:-1].decode() else ""
        return True

    def _feed_to(self, end: int) -> None:
        if end > 0:
            self._feed(self._held[:end])
            self._held = self._held[end:]

    def _to_end(self) -> bool:
        """Read whole rows; whether the list ended."""
        end = self._held.find(b"</%s>" % self._list.encode())
        (name,) = self._lists[self._list]
        mark = b"</%s>" % name.encode()
        last = self._held.rfind(mark, 0, end if end >= 0 else None)
        if last >= 0:
            self._cut(last + len(mark))
        if end >= 0:
            self._list = ""
        return end >= 0

    def _cut(self, size: int) -> None:
        text = self._held[:size]
        found = rows_of(text, self._lists[self._list], self._at_once)
        if found is None:
            self._is_simple = False
            return
        self._held = self._held[size:]
        self._feed(b"\n" * (text.count(b"\n") + text.count(b"\r") - text.count(b"\r\n")))
        for name, row in found:
            self._take(name, row)


def rows_of(text: bytes, shape: Shape, at_once: Set[str]) -> list[tuple[str, Row]] | None:
    """The rows of a list that stand in a text by name, in the order in which they end; None where it is not simple."""
    written = _plain(text)
    parts = _TOKEN.split(written) if written is not None else ["?"]
    if any(parts[::4]):
        return None
    found: list[tuple[str, Row]] = []
    open_: list[tuple[str, Row, Shape]] = []
    row, has_names = Row(), written is not None and "&" in written
    for tag, text_of, closed in zip(parts[1::4], parts[2::4], parts[3::4], strict=True):
        if text_of is not None:
            inner = shape.get(tag, _PASSED)
            if inner is None:
                if text_of:
                    row.texts[intern(tag)] = (_named(text_of) if has_names else text_of).strip()
            elif inner is not _PASSED:
                _keep(tag, Row(), row, found, at_once, is_list=not open_)
        elif tag is not None:
            inner = shape.get(tag, _PASSED)
            if inner is None or len(open_) == _DEEPEST:
                return None
            open_.append((tag, row, shape))
            row, shape = Row(), inner
        else:
            if not open_ or open_[-1][0] != closed:
                return None
            ended, is_used = row, shape is not _PASSED
            _, row, shape = open_.pop()
            if is_used:
                _keep(closed, ended, row, found, at_once, is_list=not open_)
    return None if open_ else found


_PASSED: Shape = {}
"""The shape of what nobody uses."""


def _keep(name: str, ended: Row, row: Row, found: list[tuple[str, Row]], at_once: Set[str], *, is_list: bool) -> None:
    if is_list or name in at_once:
        found.append((name, ended))
    else:
        row.rows.setdefault(name, []).append(ended)


def _plain(text: bytes) -> str | None:
    """The text with no other line ends than newlines and no empty tags; None where it is not simple."""
    if any(each in text for each in _FORBIDDEN) or len(text.translate(None, _CONTROLS)) != len(text):
        return None
    try:
        written = text.decode()
    except UnicodeDecodeError:
        return None
    if "&" in written and len(_NAMED.findall(written)) != written.count("&"):
        return None
    if "\r" in written:
        written = written.replace("\r\n", "\n").replace("\r", "\n")
    return (_EMPTY.sub(r"<\1></\1>", written) if "/>" in written else written).strip()


def _named(text: str) -> str:
    for name, character in _NAMES if "&" in text else ():
        text = text.replace(name, character)
    return text
