"""Looks at the files of a company, and at what they hold once they are read as they would be: nothing is written."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from pathlib import Path

from cockpit.basics.classes import dataclass
from cockpit.basics.text import one_line, path_text
from cockpit.charter.charter import Charter
from cockpit.proposing.grids import Sheet, Tables, tables
from cockpit.proposing.proposed import Proposed
from cockpit.proposing.tablefile import charter_path, proposed
from cockpit.records.model import Batch, Problem, Rag, State
from cockpit.records.snapshot import Portfolio
from cockpit.sources.errors import SourceError, refuse
from cockpit.sources.files import binary_kind, check_file, read_bytes
from cockpit.sources.registry import Found, read
from cockpit.sources.shapes import tracker_of
from cockpit.sources.sniff import WATCHED, describe_unknown, format_of
from cockpit.sources.tables import drop_of

TOOLS: Mapping[str, str] = {
    "azure": "an Azure DevOps export",
    "github": "GitHub issues",
    "gitlab": "a GitLab export",
    "jira": "a Jira export",
    "msproject": "a Microsoft Project plan",
    "primavera": "a Primavera P6 export",
    "servicenow": "a ServiceNow export",
}
"""By format of the charter what a file is."""


@dataclass(frozen=True)
class Looked:
    """One file: what is proposed for it, what it holds when it is read so, and what was wrong.

    `refusal` is why nothing of it can be used; `passed` are its sheets that were left out, each with the reason.
    """

    path: Path
    sources: tuple[Proposed, ...] = ()
    batch: Batch = field(default_factory=lambda: Batch({}))
    passed: tuple[tuple[str, str], ...] = ()
    refusal: str = ""
    headers: str = ""
    """The headers of a file in which no table was recognised."""

    @property
    def name(self) -> str:
        """The file's name, for people."""
        return one_line(path_text(self.path.name), 60)


def look(path: Path, folder: Path) -> Looked:
    """Return what a file of the future portfolio in `folder` is and holds. A file that is of no use says why."""
    try:
        return _looked(path, folder)
    except SourceError as error:
        return Looked(path, refusal=error.problem.message)


def _looked(path: Path, folder: Path) -> Looked:
    name = path_text(path.name)
    if not os.path.lexists(path):
        raise refuse(name, "does not exist; check its path")
    check_file(path, name)
    place, kind = charter_path(path, folder), format_of(path, name)
    if kind in TOOLS or kind not in ("table", "unknown"):
        return _tried(Looked(path, (Proposed(place, kind),)))
    data = read_bytes(path, name)
    if kind == "unknown" and not _tabular(path, data):
        raise refuse(name, _foreign(path, name, data))
    found = tables(path, data)
    exports = [each for choices in found.sheets if (each := _export(place, choices)) is not None]
    sources = exports or proposed(path, place, found)
    passed = (*found.passed, *_left(found, sources))
    return _tried(Looked(path, tuple(sources), passed=passed, headers="" if sources else _headers(found)))


def _export(place: str, choices: Sequence[Sheet]) -> Proposed | None:
    """Return what a sheet is that was exported from a tracker, as its headers show."""
    for sheet in choices:
        if tracker := tracker_of(sheet.header):
            return Proposed(place, tracker, sheet=sheet.name, header_row=sheet.row)
    return None


def _tabular(path: Path, data: bytes) -> bool:
    """Whether a file may hold tables: by its ending, or because it is a workbook."""
    return path.suffix.lower() in (".csv", ".tsv", ".txt", ".json") or data.startswith(b"PK\x03\x04")


def _foreign(path: Path, name: str, data: bytes) -> str:
    """Return what a file is that holds no table, and what to do about it."""
    if path.suffix.lower() in WATCHED or data[:200].lstrip().startswith(b"<"):
        return describe_unknown(path, name)
    return binary_kind(data) or "is neither a table nor a plan nor the export of a tracker that is known"


def _left(found: Tables, sources: Sequence[Proposed]) -> list[tuple[str, str]]:
    used = {each.sheet for each in sources}
    names = [choices[0].name for choices in found.sheets]
    return [(name, "no table was recognised") for name in names if name and name not in used]


def _headers(found: Tables) -> str:
    shown = "; ".join(
        ", ".join(one_line(name, 40) for name in choices[-1].header[:20] if name) for choices in found.sheets
    )
    return one_line(shown, 500)


def _tried(looked: Looked, charter: Charter | None = None) -> Looked:
    """Read the file as it is proposed, to see what it would give."""
    mappings = tuple(each.mapping() for each in looked.sources if not each.off and not each.missing)
    if not mappings:
        return looked
    name = path_text(looked.path.name)
    first = mappings[0]
    relative = f"{drop_of(str(looked.path))}/{name}" if first.path.startswith("*/") else name
    source = Found(looked.path, relative, name, first.format, drop_of(relative), first, mappings)
    try:
        return replace(looked, batch=read(source, charter or _plain()))
    except SourceError as error:
        return replace(looked, batch=Batch({}, (error.problem,)))


def reread(looked: Looked, sources: Sequence[Proposed]) -> Looked:
    """Read a file anew, for which something else is proposed."""
    return _tried(replace(looked, sources=tuple(sources), batch=Batch({})))


def again(looked: Looked, states: Mapping[State, Sequence[str]], rag: Mapping[Rag, Sequence[str]]) -> Looked:
    """Read a file that had problems once more, with the words that are proposed: what is left are its true ones."""
    if not looked.batch.problems:
        return looked
    plain = _plain()
    more_states = {state: (*plain.states[state], *states.get(state, ())) for state in State}
    more_rag = {colour: (*plain.rag[colour], *rag.get(colour, ())) for colour in Rag}
    return _tried(looked, plain.model_copy(update={"states": more_states, "rag": more_rag}))


def _plain() -> Charter:
    return Charter(portfolio=Portfolio(id="new", title="New"))


def state_texts(files: Sequence[Looked]) -> Counter[str]:
    """Return the words for where work stands that no category is known of, and those of projects."""
    found: Counter[str] = Counter()
    for looked in files:
        for item in looked.batch.records.get("work_items", ()):
            status = getattr(item, "status", "")
            if status and getattr(item, "state", None) is None and not getattr(item, "stub", False):
                found[status] += 1
        for source in looked.sources:
            if not source.off:
                found.update(source.states)
    return found


def rag_texts(files: Sequence[Looked]) -> Counter[str]:
    """Return the words of reports that no colour is known of."""
    return Counter(
        str(getattr(report, "status", ""))
        for looked in files
        for report in looked.batch.records.get("status_reports", ())
        if getattr(report, "rag", None) is None
    )


def told(problem: Problem) -> str:
    """Return a problem without its file, for a comment beside the source."""
    place = f"row {problem.origin.row}" if problem.origin.row else "the file"
    column = f", {one_line(problem.column, 40)}" if problem.column else ""
    return one_line(f"{place}{column}: {problem.message}", 160)
