"""A Microsoft Project XML file (MSPDI) as a stream: one row at a time, and of each only what is used.

Which elements are used is said by a shape; all others are passed over without being held, however many there are.
A file that cannot be used as a whole ends in one `SourceError`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Set
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, ParseError

from cockpit.basics.text import one_line
from cockpit.records.model import Origin, Problem
from cockpit.sources.errors import SourceError
from cockpit.sources.msproject_rows import Cutter, Row, Shape

NAMESPACE = "http://schemas.microsoft.com/project"
LARGEST = 1 << 30
"""A larger file is refused, in bytes."""
DEEPEST = 64
"""Elements nested deeper than this are no plan."""
_CHUNK = 1 << 14
_ROW_DEPTH = 2
"""How many elements stand around a row."""
_MPP_MAGIC = b"\xd0\xcf\x11\xe0"


class Keyed(NamedTuple):
    """A shape by the names that the parser gives, with the namespace of the file."""

    leaves: dict[str, str]
    """The names of the texts."""
    nested: dict[str, tuple[str, Keyed]]
    """Names and shapes of what has children."""


def is_mspdi(path: Path) -> bool:
    """Whether a file begins like a Microsoft Project XML plan (its root element and namespace)."""
    try:
        with path.open("rb") as file:
            head = file.read(4096)
    except OSError:
        return False
    text = head.decode("utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8", "ignore")
    return NAMESPACE in text and re.search(r"<(?:\w+:)?Project[\s>]", text) is not None


def read_rows(
    path: Path, relative: str, shape: Shape, take: Callable[[str, Row], None], at_once: Set[str] = frozenset()
) -> Mapping[str, str]:
    """Pass the rows of a plan to `take`, with the name of each, and return the texts that stand beside the lists.

    `shape` is that of the root: its texts, and its lists, each with the rows it holds. What is named in `at_once` is
    passed by itself, before the row that it stands in, which does not hold it: of such a row there may be millions.
    `relative` names the file in problems. Raises `SourceError` when the file as a whole cannot be used.
    """

    def refuse(message: str) -> SourceError:
        return SourceError(Problem(Origin(relative), message))

    try:
        _check_size_and_magic(path, refuse)
        with path.open("rb") as file:
            return _parse(file, shape, take, at_once, refuse)
    except ParseError as error:
        line = error.position[0]
        raise refuse(f"The XML breaks off or is damaged at line {line}; save the plan as XML again.") from None
    except DefusedXmlException:
        raise refuse(
            "The XML declares a document type or entities, which no Microsoft Project plan does; it is not read. "
            "Save the plan as XML again from Microsoft Project."
        ) from None
    except (LookupError, ValueError):
        raise refuse("The XML is written in an encoding that cannot be read; save the plan as UTF-8 XML.") from None
    except OSError as error:
        raise refuse(f"The file cannot be read: {error.strerror or error}.") from None


def _check_size_and_magic(path: Path, refuse: Callable[[str], SourceError]) -> None:
    if path.stat().st_size > LARGEST:
        raise refuse(f"The file is larger than {LARGEST >> 20} MB; split the plan.")
    with path.open("rb") as file:
        magic = file.read(512)
    if magic.startswith(_MPP_MAGIC):
        raise refuse(
            "This is a binary Microsoft Project file (MPP). Open it in Microsoft Project and use File, Save As, "
            "“XML Format (*.xml)”; then give the XML file."
        )
    if magic.startswith(b"ERMHDR\t"):
        raise refuse("This is a Primavera XER export; give it the ending .xer.")
    if not magic.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<", b"\xff\xfe", b"\xfe\xff")):
        raise refuse(
            "This is no XML. A Microsoft Project plan is read from its XML format (File, Save As, “XML Format”)."
        )


def _parse(
    file: BinaryIO,
    shape: Shape,
    take: Callable[[str, Row], None],
    at_once: Set[str],
    refuse: Callable[[str], SourceError],
) -> Mapping[str, str]:
    """Parse the file; the texts of the root."""
    # A target without methods leaves expat's handlers to us: elements are not built as objects that way, which
    # takes most of the time, and what defusedxml forbids stays forbidden.
    reader = DefusedXMLParser(target=object(), forbid_dtd=True)
    expat: Any = reader.parser
    root = Row()
    expat.DefaultHandlerExpand = None
    handlers = _handlers(expat, root, shape, take, at_once, refuse)
    expat.StartElementHandler, expat.EndElementHandler, around = handlers
    expat.CharacterDataHandler = None
    cutter = Cutter(reader.feed, around, shape, take, at_once)
    try:
        while chunk := file.read(_CHUNK):
            cutter.feed(chunk)
        cutter.close()
        reader.close()
    finally:
        # The handlers and the parser hold each other; without this a plan is held until the collector comes.
        expat.StartElementHandler = expat.EndElementHandler = expat.CharacterDataHandler = None
    return root.texts


def _handlers(
    expat: Any,
    root: Row,
    shape: Shape,
    take: Callable[[str, Row], None],
    at_once: Set[str],
    refuse: Callable[[str], SourceError],
) -> tuple[Callable[[str, object], None], Callable[[str], None], Callable[[], str]]:
    """What expat calls at each start and end, and what says between the rows of which list it stands. Rows stand three
    deep (root, list, row) and leave as they end.

    Closures, because they are called millions of times: state in attributes of an object takes half as long again.
    Texts are listened to inside the leaves that are used only.
    """
    parts: list[str] = []
    open_: list[tuple[str, Keyed, Row]] = []
    """The name of each open element that has a shape, with the shape and row around it."""
    known, row, texts, leaf, passed = Keyed({}, {}), root, root.texts, "", 0
    leaves = known.leaves

    def start(tag: str, _attributes: object) -> None:
        nonlocal known, leaves, row, texts, leaf, passed
        if passed:
            passed += 1
            if passed > DEEPEST:
                raise refuse("The XML is nested deeper than any Microsoft Project plan; it is not read.")
        elif tag in leaves:
            leaf, passed = leaves[tag], 1
            expat.CharacterDataHandler = parts.append
        elif tag in known.nested:
            name, shape_below = known.nested[tag]
            open_.append((name, known, row))
            known, row = shape_below, Row()
            leaves, texts = known.leaves, row.texts
        elif open_:
            passed = 1
        else:
            open_.append(("", known, row))
            known = _keyed(shape, _prefix(tag, refuse))
            leaves = known.leaves

    def end(_tag: str) -> None:
        nonlocal known, leaves, row, texts, leaf, passed
        if passed:
            passed -= 1
            if leaf and not passed:
                expat.CharacterDataHandler = None
                if parts:
                    texts[leaf] = "".join(parts).strip()
                    parts.clear()
                leaf = ""
            return
        ended = row
        name, known, row = open_.pop()
        leaves, texts = known.leaves, row.texts
        if len(open_) == _ROW_DEPTH or name in at_once:
            take(name, ended)
        elif len(open_) > _ROW_DEPTH:
            row.rows.setdefault(name, []).append(ended)

    def around() -> str:
        return open_[-1][0] if len(open_) == _ROW_DEPTH and not passed else ""

    return start, end, around


def _keyed(shape: Shape, prefix: str) -> Keyed:
    return Keyed(
        {prefix + name: name for name, inner in shape.items() if inner is None},
        {prefix + name: (name, _keyed(inner, prefix)) for name, inner in shape.items() if inner is not None},
    )


def _prefix(root: str, refuse: Callable[[str], SourceError]) -> str:
    namespace, _, name = root.rpartition("}")
    if name != "Project" or not namespace.startswith(NAMESPACE):
        what = f"<{one_line(name, 60)}>" + (f" of {one_line(namespace, 80)}" if namespace else " without a namespace")
        raise refuse(
            f"This is no Microsoft Project plan: its root element is {what}, not <Project> of {NAMESPACE}. "
            "Save the plan from Microsoft Project as “XML Format (*.xml)”."
        )
    return f"{namespace}}}"
